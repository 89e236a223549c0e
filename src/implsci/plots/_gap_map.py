"""Gap map: a synthesis as a grid of bubbles, their area by studies, their look by what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from implsci.plots._axes import Look
from implsci.plots._came import CAME_WORDS, LOOKS, MARKS, came_of
from implsci.plots._grid import came_in, grid_plot, signs_of, square, write
from implsci.synthesis import Cell, Synthesis

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["gap_map"]

_LARGEST: Final = 25  # points across
_SILENT: Final = Look("#ffffff", "")
_LOOKS: Final = {**LOOKS, "silent": _SILENT}


def gap_map(
    synthesis: Synthesis,
    *,
    most: int | None = 15,
    ax: Axes | None = None,
) -> Figure:
    """Draw a synthesis as a grid of bubbles: the larger, the more studies; the look says what came of it.

    Beside a bubble stand its studies and the mark of what most of their effects say, so that color is
    never alone. A cell without a bubble is one that nobody looked at; evidence of no link in a
    published basis is marked apart, as in `heat_map`. The form is that of an evidence gap map
    (Snilstveit and others 2016, doi:10.1016/j.jclinepi.2016.05.015).

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
        >>> gap_map(table).axes[0].get_title(loc="left")
        'sector by outcome:proctor: 373 studies'
    """
    return grid_plot(synthesis, most, ax, _Bubbles)


class _Bubbles:
    """Cells with a bubble whose area is the number of studies."""

    step = 1.05
    tall = 0.42
    note = "Area of a bubble: studies. Beside it: studies, and what most of their effects say."

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._largest = max(cell.studies for cell in cells)
        self.key: Sequence[Artist] = _key(cells)

    def draw(self, ax: Axes, x: int, y: int, cell: Cell) -> None:
        square(ax, x, y, fill="#ffffff", edge="#dddddd")
        if not cell.studies:
            write(ax, x + 0.5, y + 0.5, cell)
            return
        look = _LOOKS[came_of(cell)]
        ax.scatter(
            [x + 0.23],
            [y + 0.5],
            s=_LARGEST**2 * cell.studies / self._largest,
            facecolor=look.fill,
            hatch=look.hatch,
            edgecolor="#000000",
            linewidth=0.8,
            zorder=2,
        )
        write(ax, x + 0.43, y + 0.5, cell, ha="left")


def _key(cells: Sequence[Cell]) -> list[Artist]:
    from matplotlib.patches import Patch

    looks: list[Artist] = [
        Patch(
            facecolor=_LOOKS[came].fill,
            hatch=_LOOKS[came].hatch,
            edgecolor="#000000",
            label=f"{MARKS[came]} {CAME_WORDS[came]}",
        )
        for came in came_in(cells)
    ]
    return [*looks, *signs_of(cells, came=False)]
