"""Crosswalks, read from their table."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from implsci.codes import Code
from implsci.errors import InvalidTableError
from implsci.taxonomy import Crosswalk, Predicate, Status, TermMapping
from implsci.termtable._sheet import Row, read_sheet, with_line

__all__ = ["read_crosswalk"]


def __dir__() -> list[str]:
    return __all__


_COLUMNS = (
    "subject", "predicate", "object", "justification", "confidence", "author", "source"
)  # fmt: skip
_NO_TERM: Final = "sssom:NoTermFound"


def read_crosswalk(
    table: Traversable | Path,
    *,
    name: str,
    subject_scheme: str,
    object_scheme: str,
    title: str,
    status: Status = "verified",
    license: str | None = None,
    citation: str | None = None,
) -> Crosswalk:
    """Read a crosswalk from its table.

    Args:
        table: CSV in UTF-8 with the columns subject, predicate, object and any of justification,
            confidence, author, source. A term that was looked at and has no counterpart stands
            opposite ``sssom:NoTermFound``, without predicate.
        name: id of the crosswalk.
        subject_scheme: the scheme mapped from.
        object_scheme: the scheme mapped to.
        title: its name in full.
        status: how far it was checked.
        license: its licence.
        citation: where it is published.

    Returns:
        The crosswalk.

    Raises:
        UnreadableFileError: the table cannot be opened.
        InvalidTableError: anything wrong with the table, all at once.
    """
    sheet = read_sheet(table, _COLUMNS, required=("subject", "predicate", "object"))
    found = list(zip(sheet.lines, sheet.convert(_mapping), strict=True))
    mapped = [(line, item) for line, item in found if isinstance(item, TermMapping)]
    lone = [(line, item) for line, item in found if not isinstance(item, TermMapping)]
    try:
        return Crosswalk(
            name=name,
            subject_scheme=subject_scheme,
            object_scheme=object_scheme,
            title=title,
            mappings=tuple(item for _, item in mapped),
            unmatched=tuple(item for _, item in lone),
            status=status,
            license=license,
            citation=citation,
        )
    except InvalidTableError as error:
        lines = {f"mappings[{at}]": line for at, (line, _) in enumerate(mapped)}
        lines |= {f"unmatched[{at}]": line for at, (line, _) in enumerate(lone)}
        raise InvalidTableError(
            table.name, [with_line(fault, lines) for fault in error.faults]
        ) from None


def _mapping(row: Row) -> TermMapping | Code:
    ends = [row.one("subject") or "", row.one("object") or ""]
    if _NO_TERM in ends:
        if row.one("predicate") is not None:
            raise ValueError(f"predicate: expected none beside {_NO_TERM}")
        ends.remove(_NO_TERM)
        return Code(ends[0])
    return TermMapping(
        subject=Code(ends[0]),
        predicate=cast("Predicate", row.one("predicate") or ""),
        object=Code(ends[1]),
        justification=row.one("justification") or "semapv:ManualMappingCuration",
        confidence=row.number("confidence"),
        author=row.one("author"),
        source=row.one("source"),
    )
