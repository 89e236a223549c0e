"""What stands behind a figure: its numbers as rows, and its marks with a place and words each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from weakref import WeakKeyDictionary

from implsci.analysis.result import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

__all__ = ["Box", "Mark", "Spot", "data", "keep", "marks_of"]


class Spot(NamedTuple):
    """A point of the axes, and how far around it a mark reaches, in points."""

    x: float
    y: float
    reach: float = 7


class Box(NamedTuple):
    """A rectangle by two corners, in the units of the axes."""

    left: float
    low: float
    right: float
    high: float


Shape: TypeAlias = "Spot | Box | Path"
"""Where a mark is; a path is in the units of the axes."""


class Mark(NamedTuple):
    """A mark that can be pointed at: where it is, its numbers in words, and the one study it is of."""

    shape: Shape
    words: str
    study: str | None = None


class _Behind(NamedTuple):
    rows: tuple[Row, ...]
    marks: tuple[Mark, ...]


# Held as long as the axes are.
_BEHIND: WeakKeyDictionary[Axes, _Behind] = WeakKeyDictionary()


def keep(ax: Axes, rows: Iterable[Row], marks: Iterable[Mark] = ()) -> None:
    """Keep what stands behind the axes; marks that lie below others come first."""
    _BEHIND[ax] = _Behind(tuple(rows), tuple(marks))


def marks_of(figure: Figure) -> Iterator[tuple[Axes, Mark]]:
    """Yield the marks of a figure with their axes."""
    for ax in figure.axes:
        if ax in _BEHIND:
            for mark in _BEHIND[ax].marks:
                yield ax, mark


def data(figure: Figure) -> tuple[Row, ...]:
    """Return the numbers that a figure shows, a row a mark, for those who want to read or reuse them.

    Args:
        figure: one that a function of this package drew.

    Returns:
        Rows of plain values by column, None where something is not known; axes after axes where
        there are several; nothing where nothing of it was drawn here.

    Examples:
        >>> from implsci.analysis.meta import random_effects
        >>> from implsci.plots import forest_plot
        >>> y, v = [0.1, 0.3], [0.01, 0.02]
        >>> rows = data(forest_plot(random_effects(y, v), y, v, ["Ana", "Ben"]))
        >>> [(row["study"], row["effect"]) for row in rows][:2]
        [('Ana', 0.1), ('Ben', 0.3)]
    """
    return tuple(row for ax in figure.axes if ax in _BEHIND for row in _BEHIND[ax].rows)
