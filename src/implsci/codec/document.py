"""What a document says of itself: its type, and the version of the schema it was written for."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from implsci.errors import CorruptDocument
from implsci.model import Study, _record
from implsci.model._record import Record

__all__ = [
    "MAX_BYTES",
    "MIGRATIONS",
    "RECORD_TYPES",
    "SCHEMA_VERSION",
    "Migration",
    "Types",
    "migrate",
]

MAX_BYTES: Final = 16 * 2**20
"""Size of a record, in bytes, above which it is refused unread unless the caller says otherwise."""

SCHEMA_VERSION: Final = 1
"""The version of the schema that this release writes."""

RECORD_TYPES: Final[Mapping[str, type[Study]]] = MappingProxyType({"study": Study})
"""The record class of each ``type`` that a record of a compendium can name."""

R = TypeVar("R", bound=Record)

Types = Mapping[str, type[R]]
"""Which record classes a reader takes, by the ``type`` that names them."""

Migration = Callable[[dict[str, Any]], dict[str, Any]]

MIGRATIONS: Final[Mapping[int, Migration]] = MappingProxyType({})
"""For each older version of the schema, the step that takes a document to the next one."""


def got(value: object) -> str:
    """Show a value in a message, in the words of JSON."""
    words = {None: "null", True: "true", False: "false"}
    return words[value] if value is None or isinstance(value, bool) else _record.got(value)


def migrate(
    document: dict[str, Any],
    *,
    steps: Mapping[int, Migration] = MIGRATIONS,
    to: int = SCHEMA_VERSION,
) -> dict[str, Any]:
    """Bring a decoded document to the present version of the schema.

    Args:
        document: the decoded document; it is not changed.
        steps: for each older version, the function that returns a document of the next version.
        to: the version wanted.

    Returns:
        A document of version `to`, without the version key.

    Raises:
        CorruptDocument: the version is no whole number above 0, is newer than `to`, or there is no
            step that leads on from it.

    Examples:
        >>> migrate({"implsci": 1, "id": "a"})
        {'id': 'a'}
        >>> def split_name(old):
        ...     return {"title": old["name"]}
        >>> migrate({"implsci": 1, "name": "A study"}, steps={1: split_name}, to=2)
        {'title': 'A study'}
    """
    document = dict(document)
    version = document.pop("implsci", 1)
    if type(version) is not int or version < 1:
        raise CorruptDocument(
            f"implsci: expected the schema version, a whole number from 1 to {to}, "
            f"got {got(version)}"
        )
    if version > to:
        raise CorruptDocument(
            f"implsci: written for schema version {version}, and this release reads up to {to}: "
            "pip install --upgrade implsci"
        )
    for step in range(version, to):
        if step not in steps:
            raise CorruptDocument(f"implsci: no way leads from schema version {step} to {step + 1}")
        document = steps[step](document)
    return document


def record_class(document: dict[str, Any], types: Types[R]) -> type[R]:
    """Take the type out of a document and return the class it names.

    Raises:
        CorruptDocument: the type is none of those expected; a close name is suggested.
    """
    name = document.pop("type", "study")
    known = types.get(name) if isinstance(name, str) else None
    if known is None:
        close = difflib.get_close_matches(str(name), types, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else _elsewhere(name)
        raise CorruptDocument(f"type: expected one of {', '.join(types)}, got {got(name)}{hint}")
    return known


def _elsewhere(name: object) -> str:
    """Say where a record belongs that another reader takes."""
    from implsci.model.documents import DOCUMENTS  # only a misplaced record needs them

    if not isinstance(name, str):
        return ""
    if name in RECORD_TYPES:
        return "; a study belongs in a compendium, which implsci.load reads"
    if name in DOCUMENTS:
        return "; such a record belongs in a casebook, which implsci.casebook.load reads"
    return ""
