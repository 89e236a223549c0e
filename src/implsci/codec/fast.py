"""The fast lane: msgspec straight into the record classes.

Decoding into attrs classes, msgspec drops unknown keys without a word. So a twin of each class, a
msgspec Struct with the same keys that forbids all others, looks at the document first; it keeps
every value unread and costs little.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple, Optional

import msgspec

from implsci.codec.document import MAX_BYTES, RECORD_TYPES, SCHEMA_VERSION
from implsci.errors import CorruptDocument
from implsci.model import Study
from implsci.model._record import shape

__all__ = ["decode_fast"]


class _Lane(NamedTuple):
    keys: msgspec.json.Decoder[Any]
    record: msgspec.json.Decoder[Study]


class _Header(msgspec.Struct):
    type: str = "study"


_read_header = msgspec.json.Decoder(_Header).decode


def decode_fast(data: bytes | str, *, max_bytes: int = MAX_BYTES) -> Study:
    """Read one record of the present schema version; any fault raises, the first one only.

    Args:
        data: the document.
        max_bytes: the size, in bytes, above which a document is refused unread.

    Returns:
        The record.

    Raises:
        CorruptDocument: too large, or of a type this lane does not know.
        ValueError: whatever msgspec found wrong; the careful lane says it better.
        RecursionError: nested too deeply.

    Examples:
        >>> decode_fast(b'{"id": "a", "title": "A study"}').id
        'a'
    """
    if isinstance(data, str):  # the limit is one of bytes
        data = data.encode()
    if len(data) > max_bytes:
        raise CorruptDocument(f"expected at most {max_bytes} bytes, got {len(data)}")
    name = _read_header(data).type
    if name not in RECORD_TYPES:
        raise CorruptDocument(f"unknown type {name!r}")
    lane = _lane(name)
    lane.keys.decode(data)
    return lane.record.decode(data)


@cache
def _lane(name: str) -> _Lane:
    record = RECORD_TYPES[name]
    stamp: list[tuple[str, Any, Any]] = [
        ("type", Literal[name], name),
        ("implsci", Literal[SCHEMA_VERSION], SCHEMA_VERSION),
    ]
    keys = msgspec.defstruct(
        f"{record.__name__}Keys", [*_keys(record), *stamp], kw_only=True, forbid_unknown_fields=True
    )
    return _Lane(msgspec.json.Decoder(keys), msgspec.json.Decoder(record))


def _keys(record: type) -> list[tuple[str, Any, Any]]:
    keys: list[tuple[str, Any, Any]] = []
    for field in shape(record).values():
        if field.kind == "record":
            twin = _twin(field.type)
            type_ = list[twin] if field.many else Optional[twin]  # type: ignore[valid-type]  # noqa: UP045
            keys.append((field.name, type_, None))
        else:
            keys.append((field.name, msgspec.Raw, msgspec.Raw()))
    return keys


@cache
def _twin(record: type) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        f"{record.__name__}Keys", _keys(record), kw_only=True, forbid_unknown_fields=True
    )
