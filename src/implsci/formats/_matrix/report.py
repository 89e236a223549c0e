"""What reading a matrix gives back: the basis, and all of the spreadsheet that is not in it."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.taxonomy import LinkSet

__all__ = ["MatrixReport", "Orientation", "Skipped", "Unresolved"]

Orientation = Literal["targets-in-rows", "sources-in-rows"]
"""Whether a row holds a target, such as a strategy, or a source, such as a barrier."""


@frozen(kw_only=True)
class Unresolved:
    """A label that names no term, or none for sure; its whole row or column is left out.

    Attributes:
        where: where it stands.
        label: the label; empty where there is none.
        close: what it may mean: names that look or read alike, or the codes that share the name.
        reason: why it is left out.
    """

    where: str
    label: str
    close: tuple[str, ...] = ()
    reason: str


@frozen(kw_only=True)
class Skipped:
    """A cell that was not understood, and is left out.

    Attributes:
        where: where it stands.
        text: what stands there.
        reason: why it is left out.
    """

    where: str
    text: str
    reason: str


@frozen(kw_only=True)
class MatrixReport:
    """A basis read from a spreadsheet, and all of the spreadsheet that is not in it.

    Attributes:
        links: the basis. Its sources and targets are the terms found in the table, in the order of
            their taxonomies.
        unresolved: labels that name no term, or none for sure.
        skipped: cells between resolved labels that were not understood.
        outside: texts around the table, such as its title.
        cells: how many cells were read.
        orientation: which terms stand in the rows.
        sheet: the sheet they were read from; None for CSV.
    """

    links: LinkSet
    unresolved: tuple[Unresolved, ...]
    skipped: tuple[Skipped, ...]
    outside: tuple[Skipped, ...]
    cells: int
    orientation: Orientation
    sheet: str | None
