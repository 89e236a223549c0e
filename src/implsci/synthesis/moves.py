"""Cells of a synthesis that are no longer what they were, between two editions of a compendium."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from implsci.synthesis.cell import Cell
from implsci.synthesis.table import Synthesis

__all__ = ["MovedCell", "moved_cells"]

_DIGITS = 9


@frozen(kw_only=True)
class MovedCell:
    """A cell that differs between two tables.

    Attributes:
        old: what stood in it; an empty cell for nothing.
        new: what stands in it.
        studies_in: ids of the studies that came into it.
        studies_out: ids of those that went.
    """

    old: Cell
    new: Cell
    studies_in: tuple[str, ...] = ()
    studies_out: tuple[str, ...] = ()

    @property
    def row(self) -> str:
        """The row's value."""
        return self.new.row

    @property
    def column(self) -> str:
        """The column's value."""
        return self.new.column


def moved_cells(
    old: Synthesis, new: Synthesis, renamed: Mapping[str, str] | None = None
) -> tuple[MovedCell, ...]:
    """Return the cells that are not the same in two tables on the same axes, in order of their values.

    Args:
        old: the table as it was.
        new: the table as it is.
        renamed: new ids of studies by their old ones; another id moves no cell.

    Returns:
        The cells whose studies, counts, directions or estimates differ; estimates are held to be
        equal to nine digits, since the order of summing decides the last ones.

    Examples:
        >>> import implsci
        >>> compendium = implsci.load("implsci-examples")
        >>> after = implsci.synthesize(compendium, "sector", "country")
        >>> before = implsci.synthesize(compendium.where(year="..2020"), "sector", "country")
        >>> all(not cell.studies_out for cell in moved_cells(before, after))
        True
    """
    ids = renamed or {}
    moved = []
    for row, column in sorted({*old.cells, *new.cells}):
        here = old.cells.get((row, column)) or Cell(row=row, column=column)
        there = new.cells.get((row, column)) or Cell(row=row, column=column)
        was = {ids.get(name, name) for name in here.study_ids}
        now = set(there.study_ids)
        if was != now or _told(here) != _told(there):
            moved.append(
                MovedCell(
                    old=here,
                    new=there,
                    studies_in=tuple(sorted(now - was)),
                    studies_out=tuple(sorted(was - now)),
                )
            )
    return tuple(moved)


def _told(cell: Cell) -> tuple[object, ...]:
    """Return what a cell says, but for the names of its studies and the last digits of numbers."""
    estimates = (
        (one.metric, one.k, *(f"{end:.{_DIGITS}g}" for end in (one.value, one.ci_low, one.ci_high)))
        for one in cell.estimates
    )
    return cell.linked, cell.findings, cell.bundled, cell.by_basis, tuple(estimates)
