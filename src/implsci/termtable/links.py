"""Bases for matching, read from their table."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, cast

from implsci.codes import Code
from implsci.errors import InvalidTableError
from implsci.taxonomy import Level, LevelCount, Link, LinkKind, LinkSet, LinkStatus, Status
from implsci.taxonomy._typed import place
from implsci.termtable._sheet import Row, read_sheet, with_line

__all__ = ["read_links"]


def __dir__() -> list[str]:
    return __all__


_COLUMNS = ("source", "target", "k", "n", "percent", "level", "status", "derived", "note")
_LEVELS: Final[dict[str | None, Level]] = {"1": 1, "2": 2, "1-2": "1-2"}


def read_links(
    table: Traversable | Path,
    *,
    basis: str,
    kind: LinkKind,
    title: str,
    sources: Sequence[Code],
    targets: Sequence[Code],
    level_counts: Sequence[LevelCount] = (),
    status: Status = "verified",
    license: str | None = None,
    citation: str | None = None,
) -> LinkSet:
    """Read the links of a basis from their table.

    Args:
        table: CSV in UTF-8 with the columns source, target (codes) and any of k, n, percent (as
            printed, 0 to 100, where k and n are not both known), level (``1``, ``2``, ``1-2``),
            status, derived (``yes`` or empty), note.
        basis: id of the basis.
        kind: endorsement, theory, coding or observed.
        title: its name in full.
        sources: every code the basis asked about.
        targets: every code it could have led to.
        level_counts: the publisher's own counts of levels.
        status: how far it was checked against its source.
        license: its licence.
        citation: where it is published.

    Returns:
        The basis.

    Raises:
        UnreadableFileError: the table cannot be opened.
        InvalidTableError: anything wrong with the table, all at once.
    """
    sheet = read_sheet(table, _COLUMNS, required=("source", "target"))
    links = sheet.convert(_link)
    try:
        return LinkSet(
            basis=basis,
            kind=kind,
            title=title,
            sources=tuple(sources),
            targets=tuple(targets),
            links=tuple(links),
            level_counts=tuple(level_counts),
            status=status,
            license=license,
            citation=citation,
        )
    except InvalidTableError as error:
        lines = {
            f"{place(link.source)} -> {place(link.target)}": line
            for link, line in zip(links, sheet.lines, strict=True)
        }
        raise InvalidTableError(
            table.name, [with_line(fault, lines) for fault in error.faults]
        ) from None


def _link(row: Row) -> Link:
    level = row.one("level")
    if level is not None and level not in _LEVELS:
        raise ValueError(f"level: expected 1, 2 or 1-2, got {level!r}")
    derived = row.one("derived")
    if derived not in (None, "yes"):
        raise ValueError(f"derived: expected yes or nothing, got {derived!r}")
    return Link(
        source=Code(row.one("source") or ""),
        target=Code(row.one("target") or ""),
        k=row.whole("k"),
        n=row.whole("n"),
        level=_LEVELS.get(level),
        status=cast("LinkStatus | None", row.one("status")),
        derived=derived == "yes",
        note=row.one("note"),
        printed=row.number("percent"),
    )
