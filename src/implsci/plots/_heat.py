"""Heat map: a synthesis as a grid, its shades by studies, its marks by what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from implsci.plots._axes import GRAY
from implsci.plots._grid import grid_plot, signs_of, square, write
from implsci.synthesis import Cell, Synthesis

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["heat_map"]

# From light to dark, so that a gray print keeps the order.
_SHADES: Final = ("#e8f1fa", "#c3dbee", "#8fbcdd", "#4b8fc4", "#1f63a0", "#0b3c6f")
_DARK: Final = 4  # the first shade that takes white letters


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
    return grid_plot(synthesis, most, ax, _Shaded)


class _Shaded:
    """Cells that are darker the more studies they have."""

    step = 0.62
    tall = 0.36
    note = "In a cell: studies, and what most of their effects say."

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._bounds = _bounds(max(cell.studies for cell in cells))
        self.key: Sequence[Artist] = _key(self._bounds, cells)

    def draw(self, ax: Axes, x: int, y: int, cell: Cell) -> None:
        shade = sum(cell.studies >= one for one in self._bounds) - 1
        square(ax, x, y, fill=_SHADES[shade] if cell.studies else "#ffffff", edge="#bbbbbb")
        write(ax, x + 0.5, y + 0.5, cell, ink="#ffffff" if shade >= _DARK else "#000000")


def _bounds(largest: int) -> list[int]:
    """Return the least number of studies of each shade, each from the second twice the one before."""
    bounds = [1, 2, 4, 8, 16, 32]
    while bounds[-1] * 2 <= largest:
        bounds = [1, *(2 * one for one in bounds[1:])]
    return [one for one in bounds if one <= largest]


def _key(bounds: Sequence[int], cells: Sequence[Cell]) -> list[Artist]:
    """Explain shades and marks, each mark as the letters that stand in the cells."""
    from matplotlib.patches import Patch

    handles: list[Artist] = []
    for place, low in enumerate(bounds):
        last = place + 1 == len(bounds)
        high = max(cell.studies for cell in cells) if last else bounds[place + 1] - 1
        span = f"{low:,}" if high <= low else f"{low:,} to {high:,}"
        noun = "study" if high <= 1 else "studies"
        handles.append(Patch(facecolor=_SHADES[place], edgecolor=GRAY, label=f"{span} {noun}"))
    return [*handles, *signs_of(cells)]
