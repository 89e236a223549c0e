"""Heat map: a synthesis as a grid, its shades by studies, its marks by what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from implsci.analysis._arguments import of_kind
from implsci.analysis.tally import in_words
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.plots._axes import GRAY, PLAIN, counted, finish, legend, open_axes, shown, sign
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._came import CAME_WORDS, MARKS, NO_LINK, NOBODY, came_of
from implsci.plots._fitting import fitted, inches_of
from implsci.synthesis import AxisValue, Cell, Synthesis

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["heat_map"]

_STEP: Final = 0.62  # a cell is so many inches wide
_TALL: Final = 0.36
_KEY: Final = 0.27  # a line of the legend
_ROW: Final = 3.6
_COLUMN: Final = 3.0
# From light to dark, so that a gray print keeps the order.
_SHADES: Final = ("#e8f1fa", "#c3dbee", "#8fbcdd", "#4b8fc4", "#1f63a0", "#0b3c6f")


def heat_map(
    synthesis: Synthesis,
    *,
    most: int | None = 15,
    ax: Axes | None = None,
) -> Figure:
    """Draw a synthesis as a grid: the darker a cell, the more studies; its mark says what came of it.

    Four things are told apart: nobody looked (white, a dot), studies without a finding on the pair
    (an ellipsis), a null result (about equal), and evidence of no link in a published basis (a
    crossed circle, where the synthesis was asked with ``links``), which is no finding of these
    studies. The form is that of an evidence gap map (Snilstveit and others 2016,
    doi:10.1016/j.jclinepi.2016.05.015).

    Args:
        synthesis: what `implsci.synthesize` returned.
        most: rows and columns drawn at most, those that most studies have; how many are left out is
            told below. None for all.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: it has no row or no column.
        InvalidQueryError: `synthesis` is no such result, or `most` is below 1.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> table = implsci.synthesize(implsci.load("implsci-examples"), "sector", "outcome")
        >>> heat_map(table).axes[0].get_title(loc="left")
        'sector by outcome:proctor: 373 studies'
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
    bounds = _bounds(max(cell.studies for cell in cells))
    signs = _signs(cells)
    keyed = _KEY * (len(bounds) + len(signs))
    ax = open_axes(
        ax,
        max(map(inches_of, names)) + max(_STEP * len(columns), 2.5) + 4.2,
        max(_TALL * len(rows), keyed) + 0.9 * max(map(inches_of, heads)) + 1.9,
    )
    marks = [
        _draw(
            ax, x, y, cell, bounds, f"{shown(rows[y].shown, 90)} by {shown(columns[x].shown, 90)}"
        )
        for y, line in enumerate(grid)
        for x, cell in enumerate(line)
    ]
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
    _key(ax, bounds, signs, cells)
    keep(ax, (_row(synthesis, cell) for cell in cells), marks)
    left_out = _left_out(synthesis, len(rows), len(columns), cells)
    unlinked = sum(bool(cell.said and cell.said.no_link) for cell in cells)
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
        note=f"In a cell: studies, and what most of their effects say. Nobody looked at "
        f"{counted(empty, 'pair')} of {len(cells):,} drawn.{basis}{left_out}",
        told=f"Nobody looked at {empty:,} of {counted(len(cells), 'pair')}.{basis}{left_out} Most "
        "studied: " + "; ".join(mark.words for mark in _fullest(cells, marks)) + ".",
        columns=max(60, round(12 * _STEP * len(columns))),
    )
    for side in ax.spines.values():
        side.set_visible(False)
    return figure


def _named(value: AxisValue, inches: float) -> str:
    return fitted(value.shown, inches, f" ({value.studies:,})")


def _bounds(largest: int) -> list[int]:
    """Return the least number of studies of each shade, each shade about twice the one before."""
    bounds = [1, 2, 4, 8, 16, 32]
    while bounds[-1] * 2 <= largest:
        bounds = [1, *(2 * one for one in bounds[1:])]
    return [one for one in bounds if one <= largest]


def _shade(studies: int, bounds: Sequence[int]) -> int:
    return sum(studies >= one for one in bounds) - 1


def _draw(ax: Axes, x: int, y: int, cell: Cell, bounds: Sequence[int], where: str) -> Mark:
    from matplotlib.patches import Rectangle

    unlinked = cell.said is not None and cell.said.no_link
    if not cell.studies:
        fill, ink, words = "#ffffff", "#333333", NO_LINK if unlinked else NOBODY
    else:
        shade = _shade(cell.studies, bounds)
        fill, ink = _SHADES[shade], "#ffffff" if shade > 3 else "#000000"
        words = f"{cell.studies:,} {MARKS[came_of(cell)]}" + (NO_LINK if unlinked else "")
    ax.add_patch(
        Rectangle(
            (x, y), 1, 1, facecolor=fill, edgecolor="#bbbbbb", linewidth=0.8, zorder=0,
        )
    )  # fmt: skip
    ax.text(x + 0.5, y + 0.5, words, color=ink, ha="center", va="center_baseline", **PLAIN)
    return Mark(
        Box(x, y, x + 1, y + 1),
        f"{where}: {_words(cell)}",
        cell.study_ids[0] if cell.studies == 1 else None,
    )


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


def _row(synthesis: Synthesis, cell: Cell) -> dict[str, str | int | None]:
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


def _signs(cells: Sequence[Cell]) -> list[tuple[str, str]]:
    """Return the marks that stand in the cells, each with its words."""
    used = {came_of(cell) for cell in cells if cell.studies}
    signs = [(MARKS[came], CAME_WORDS[came]) for came in MARKS if came in used]
    if any(not cell.studies for cell in cells):
        signs.append((NOBODY, "nobody looked: no study"))
    if any(cell.said and cell.said.no_link for cell in cells):
        signs.append((NO_LINK, "evidence of no link"))
    return signs


def _key(
    ax: Axes, bounds: Sequence[int], signs: Sequence[tuple[str, str]], cells: Sequence[Cell]
) -> None:
    """Explain shades and marks, each mark as the letters that stand in the cells."""
    from matplotlib.patches import Patch

    handles: list[Artist] = []
    for place, low in enumerate(bounds):
        last = place + 1 == len(bounds)
        high = max(cell.studies for cell in cells) if last else bounds[place + 1] - 1
        span = f"{low:,}" if high <= low else f"{low:,} to {high:,}"
        noun = "study" if high <= 1 else "studies"
        handles.append(Patch(facecolor=_SHADES[place], edgecolor=GRAY, label=f"{span} {noun}"))
    handles += [sign(letters, words) for letters, words in signs]
    legend(ax, handles)


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


def _fullest(cells: Sequence[Cell], marks: Sequence[Mark]) -> list[Mark]:
    ranked = sorted(zip(cells, marks, strict=True), key=lambda pair: -pair[0].studies)
    return [mark for cell, mark in ranked[:6] if cell.studies]
