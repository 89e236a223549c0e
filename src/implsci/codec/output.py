"""Writing a record: always the same bytes for the same record."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from implsci.codec.document import SCHEMA_VERSION
from implsci.model import Study
from implsci.model._record import shape

if TYPE_CHECKING:
    from implsci.model.documents import Document

__all__ = ["encode"]

_encode = msgspec.json.Encoder(order="sorted").encode


def encode(record: Study | Document, *, indent: int = 0) -> bytes:
    """Write one record as JSON in UTF-8.

    Keys are sorted; what is absent (None, empty, the default) is left out. There is no newline at
    the end of the one-line form, and one at the end of the indented form, which is a file.

    Args:
        record: the record.
        indent: spaces a level; 0 writes one line.

    Returns:
        The document.

    Examples:
        >>> from implsci.model import Study
        >>> encode(Study(id="a", title="A study"))
        b'{"id":"a","implsci":1,"title":"A study","type":"study"}'
    """
    name = "study" if isinstance(record, Study) else _names()[type(record).__name__]
    document = {"implsci": SCHEMA_VERSION, "type": name, **_plain(record)}
    line = _encode(document)
    return msgspec.json.format(line, indent=indent) + b"\n" if indent else line


@cache
def _names() -> dict[str, str]:
    from implsci.model.documents import DOCUMENTS  # only a casebook needs them

    return {known.__name__: name for name, known in DOCUMENTS.items()}


def _plain(record: object) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for field in shape(type(record)).values():
        value = getattr(record, field.name)
        if not field.required and (value is None or value == field.default):
            continue
        if field.kind == "record":
            value = [_plain(item) for item in value] if field.many else _plain(value)
        elif field.type is float:
            value = [float(item) for item in value] if field.many else float(value)
        plain[field.name] = value
    return plain
