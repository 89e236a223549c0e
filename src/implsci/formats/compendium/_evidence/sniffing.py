"""Which form of evidence table a file is, from its first line."""

from __future__ import annotations

from implsci.errors import ImplsciError
from implsci.formats._rows import header
from implsci.formats._text import decoded
from implsci.formats.compendium._evidence.columns import find, key
from implsci.formats.compendium._evidence.titles import read_mark
from implsci.ledger import Ledger

__all__ = ["looks_condensed", "looks_long", "looks_wide"]

_LONG = ({"study", "field", "value"}, {"study", "kind", "value"})
_TAG = "asreview tag "


def looks_long(head: bytes) -> bool:
    """Say whether the first line has the columns of a long table."""
    return _long(_titles(head))


def looks_wide(head: bytes) -> bool:
    """Say whether the first line has 0/1 columns."""
    titles = _titles(head)
    return not _long(titles) and any(map(_marks, titles))


def looks_condensed(head: bytes) -> bool:
    """Say whether the first line has a title and other columns of a study, and no 0/1 columns."""
    titles = _titles(head)
    columns = {column.title for title in titles if (column := find(title)) is not None}
    named = columns & {"id", "title"}
    return (
        bool(named)
        and len(columns) > len(named)
        and not _long(titles)
        and not any(map(_marks, titles))
    )


def _long(titles: list[str]) -> bool:
    names = {key(title) for title in titles}
    return any(wanted <= names for wanted in _LONG)


def _marks(title: str) -> bool:
    return read_mark(title) is not None or key(title).startswith(_TAG)


def _titles(head: bytes) -> list[str]:
    try:
        return header(decoded(head, "", Ledger()))
    except ImplsciError:
        return []
