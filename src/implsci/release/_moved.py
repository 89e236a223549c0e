"""Which cells of the synthesis are no longer what they were."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.plugins import Registry
from implsci.synthesis import DIRECTIONS, Cell, Synthesis, synthesize
from implsci.synthesis import moved_cells as cells_that_moved

__all__ = ["Moved", "moved_cells"]


@frozen(kw_only=True)
class Moved:
    """A cell of the synthesis that changed between two releases.

    Attributes:
        row: the row's value.
        column: the column's value.
        old: what stood in it: numbers of studies and findings, directions, pooled estimates; empty
            for nothing.
        new: what stands in it.
        studies_in: ids of the studies that came into it.
        studies_out: ids of those that went.
    """

    row: str
    column: str
    old: dict[str, str]
    new: dict[str, str]
    studies_in: tuple[str, ...] = ()
    studies_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        names = dict.fromkeys((*self.old, *self.new))
        changes = [
            f"{name} {self.old.get(name, '0')} -> {self.new.get(name, '0')}"
            for name in names
            if self.old.get(name) != self.new.get(name)
        ]
        for sign, studies in (("in", self.studies_in), ("out", self.studies_out)):
            if studies:
                changes.append(f"{sign}: {' '.join(studies)}")
        return f"{self.row} x {self.column}: {', '.join(changes)}"


def moved_cells(
    old: Compendium, new: Compendium, renamed: Mapping[str, str], registry: Registry
) -> tuple[str, tuple[Moved, ...]]:
    """Return the axes and the cells of barriers and strategies that moved, in order of their values.

    Both are laid out on the axes of the new one; without the extra ``analysis`` nothing is pooled.

    Args:
        old: the last release.
        new: the one to come.
        renamed: new ids of studies by their old ones; another id moves no cell.
        registry: knows the taxonomies.
    """
    pooled = True
    try:
        after = synthesize(new, registry=registry)
    except MissingExtraError:
        pooled = False
        after = synthesize(new, registry=registry, pooled=False)
    axes = after.row_axis, after.column_axis
    try:
        before = synthesize(old, *axes, registry=registry, pooled=pooled)
    except InvalidQueryError:  # nothing of the kind in it
        before = None
    was = before or evolve(after, cells={})
    moved = (
        Moved(
            row=cell.row,
            column=cell.column,
            old=_summary(cell.old),
            new=_summary(cell.new),
            studies_in=cell.studies_in,
            studies_out=cell.studies_out,
        )
        for cell in cells_that_moved(was, after, renamed)
    )
    return _told(after, pooled), tuple(moved)


def _told(table: Synthesis, pooled: bool) -> str:
    estimates = "" if pooled else "; effects were not pooled, which needs the extra analysis"
    return f"{table.row_axis} x {table.column_axis}, link: {table.link}{estimates}"


def _summary(cell: Cell) -> dict[str, str]:
    counts: dict[str, int] = {
        "studies": cell.studies,
        "findings": cell.findings,
        **{direction: cell.direction(direction) for direction in DIRECTIONS},
    }
    estimates = {
        f"{one.metric} of {one.k}": f"{one.value:.3g} [{one.ci_low:.3g}, {one.ci_high:.3g}]"
        for one in cell.estimates
    }
    return {**{name: str(count) for name, count in counts.items() if count}, **estimates}
