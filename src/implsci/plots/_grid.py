"""What both maps of a synthesis share: rows by columns, the words around them, what is left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from implsci.analysis._arguments import of_kind
from implsci.analysis.tally import in_words
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.plots._axes import PLAIN, counted, finish, legend, open_axes, shown, sign
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._came import CAME_WORDS, MARKS, NO_LINK, NOBODY, came_of
from implsci.plots._fitting import fitted, inches_of
from implsci.synthesis import AxisValue, Cell, Synthesis

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.result import Row

__all__ = ["Manner", "came_in", "grid_plot", "signs_of", "square", "write"]

# In inches.
_KEY: Final = 0.27
_ROW: Final = 3.6
_COLUMN: Final = 3.0
_LEAST: Final = 2.5


class Manner(Protocol):
    """How the cells of a map are drawn and explained.

    Attributes:
        step: how many inches wide a cell is.
        tall: how many inches tall it is.
        note: what stands in a cell, in a sentence.
        key: what the legend explains.
    """

    step: float
    tall: float
    note: str
    key: Sequence[Artist]

    def draw(self, ax: Axes, x: int, y: int, cell: Cell) -> None:
        """Draw a cell whose upper left corner is x, y, and whose sides are 1."""


def grid_plot(
    synthesis: Synthesis,
    most: int | None,
    ax: Axes | None,
    manner_of: Callable[[Sequence[Cell]], Manner],
) -> Figure:
    """Draw a synthesis as a grid, in a manner that is made for the cells to be drawn.

    Raises:
        CannotEstimateError: it has no row or no column.
        InvalidQueryError: `synthesis` is no such result, or `most` is below 1.
    """
    of_kind("synthesis", synthesis, Synthesis, "synthesize")
    if most is not None and most < 1:
        raise InvalidQueryError(f"most: expected 1 or more, got {most}")
    rows, columns = synthesis.rows[:most], synthesis.columns[:most]
    if not rows or not columns:
        raise CannotEstimateError(
            f"there is no row or no column to draw; {next(iter(synthesis.notes), '')}"
        )
    names = [_named(row, _ROW) for row in rows]
    heads = [_named(column, _COLUMN) for column in columns]
    grid = [[synthesis.at(row.value, column.value) for column in columns] for row in rows]
    cells = [cell for line in grid for cell in line]
    wide = max(map(inches_of, names)) + 4.2
    leaning = 0.9 * max(map(inches_of, heads)) + 1.9
    manner = manner_of(cells)
    ax = open_axes(
        ax,
        wide + max(manner.step * len(columns), _LEAST),
        leaning + max(manner.tall * len(rows), _KEY * len(manner.key)),
    )
    marks = []
    for y, line in enumerate(grid):
        for x, cell in enumerate(line):
            manner.draw(ax, x, y, cell)
            where = f"{shown(rows[y].shown, 90)} by {shown(columns[x].shown, 90)}"
            one = cell.study_ids[0] if cell.studies == 1 else None
            marks.append(Mark(Box(x, y, x + 1, y + 1), f"{where}: {_words(cell)}", one))
    ax.set_xlim(0, len(columns))
    ax.set_ylim(len(rows), 0)
    ax.set_yticks([y + 0.5 for y in range(len(rows))], names, **PLAIN)
    ax.set_xticks(
        [x + 0.5 for x in range(len(columns))],
        heads,
        rotation=60,
        ha="left",
        rotation_mode="anchor",
        **PLAIN,
    )
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    legend(ax, manner.key)
    keep(ax, (_row(synthesis, cell) for cell in cells), marks)
    left_out = _left_out(synthesis, len(rows), len(columns), cells)
    unlinked = sum(map(_no_link, cells))
    basis = (
        f" {shown(synthesis.basis)} has evidence of no link for {counted(unlinked, 'pair')} drawn; "
        "that is no finding of these studies."
        if synthesis.basis is not None
        else ""
    )
    empty = sum(not cell.studies for cell in cells)
    figure = finish(
        ax,
        title=f"{synthesis.row_axis} by {synthesis.column_axis}: "
        f"{counted(synthesis.studies, 'study', 'studies')}",
        x="",
        y="",
        note=f"{manner.note} Nobody looked at "
        f"{counted(empty, 'pair')} of {len(cells):,} drawn.{basis}{left_out}",
        told=f"Nobody looked at {empty:,} of {counted(len(cells), 'pair')}.{basis}{left_out}"
        + _fullest(cells, marks),
        columns=max(60, round(12 * manner.step * len(columns))),
    )
    for side in ax.spines.values():
        side.set_visible(False)
    return figure


def square(ax: Axes, x: int, y: int, *, fill: str, edge: str) -> None:
    """Draw the ground of the cell whose upper left corner is x, y."""
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((x, y), 1, 1, facecolor=fill, edgecolor=edge, linewidth=0.8, zorder=0))


def write(
    ax: Axes, x: float, y: float, cell: Cell, *, ink: str | None = None, ha: str = "center"
) -> None:
    """Write into a cell its studies and what came of it, or that nobody looked."""
    ax.text(x, y, _marked(cell), color=ink, ha=ha, va="center_baseline", **PLAIN)


def _no_link(cell: Cell) -> bool:
    """Say whether the basis that was asked has evidence of no link."""
    return cell.said is not None and cell.said.no_link


def _marked(cell: Cell) -> str:
    unlinked = NO_LINK if _no_link(cell) else ""
    if not cell.studies:
        return unlinked or NOBODY
    return f"{cell.studies:,} {MARKS[came_of(cell)]}{unlinked}"


def _named(value: AxisValue, inches: float) -> str:
    return fitted(value.shown, inches, f" ({value.studies:,})")


def _words(cell: Cell) -> str:
    told = (
        f"{counted(cell.studies, 'study', 'studies')}; "
        + ("; ".join(in_words(cell.by_basis)) or "no finding on the pair")
        if cell.studies
        else "nobody looked"
    )
    if cell.bundled:
        told += f"; {cell.bundled} on several strategies at once"
    return f"{told}; {shown(cell.said.basis)}: {cell.said.words}" if cell.said else told


def _row(synthesis: Synthesis, cell: Cell) -> Row:
    labels = {value.value: value.label for value in (*synthesis.rows, *synthesis.columns)}
    return {
        "row": cell.row,
        "row_label": labels[cell.row],
        "column": cell.column,
        "column_label": labels[cell.column],
        "studies": cell.studies,
        "linked": cell.linked,
        "findings": cell.findings,
        "bundled": cell.bundled,
        "came_of_it": came_of(cell) if cell.studies else None,
        "said": cell.said.words if cell.said else None,
        "study_ids": "; ".join(cell.study_ids),
    }


def came_in(cells: Sequence[Cell]) -> list[str]:
    """Return what came of it in any of the cells, in the order of the marks."""
    used = {came_of(cell) for cell in cells if cell.studies}
    return [came for came in MARKS if came in used]


def signs_of(cells: Sequence[Cell], *, came: bool = True) -> list[Artist]:
    """Return what a legend shows of the marks that stand in the cells.

    Args:
        cells: the cells drawn.
        came: whether the marks of what came of it are among them.
    """
    signs = [sign(MARKS[one], CAME_WORDS[one]) for one in came_in(cells)] if came else []
    if any(not cell.studies for cell in cells):
        signs.append(sign(NOBODY, "nobody looked: no study"))
    if any(map(_no_link, cells)):
        signs.append(sign(NO_LINK, "evidence of no link"))
    return signs


def _left_out(synthesis: Synthesis, rows: int, columns: int, cells: Sequence[Cell]) -> str:
    more = [
        counted(number, noun)
        for number, noun in (
            (len(synthesis.rows) - rows, "row"),
            (len(synthesis.columns) - columns, "column"),
        )
        if number
    ]
    if not more:
        return ""
    held = len(synthesis.cells) - sum(bool(cell.studies) for cell in cells)
    return f" Not drawn: {' and '.join(more)}, with {counted(held, 'cell')} that hold studies."


def _fullest(cells: Sequence[Cell], marks: Sequence[Mark]) -> str:
    ranked = sorted(zip(cells, marks, strict=True), key=lambda pair: -pair[0].studies)
    found = [mark.words for cell, mark in ranked[:6] if cell.studies]
    return f" Most studied: {'; '.join(found)}." if found else ""
