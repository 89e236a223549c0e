"""Points of a scatter in kinds that are told apart by shape as well as by fill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from implsci.plots._axes import BLUE, VERMILION

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PathCollection

__all__ = ["APART", "COMMON", "Point", "points_of"]


class Point(NamedTuple):
    """How a kind of points is drawn, so that color never stands alone."""

    marker: str
    fill: str


COMMON: Final = Point("o", BLUE)
APART: Final = Point("D", VERMILION)


def points_of(
    ax: Axes,
    places: Sequence[tuple[float, float]],
    point: Point,
    name: str,
    *,
    size: float = 70,
    edge: float = 1,
    clipped: bool = True,
) -> PathCollection:
    """Draw the points of one kind, which the legend names and counts.

    Args:
        ax: the axes.
        places: where they are.
        point: how they look.
        name: what they are.
        size: their area, in square points.
        edge: the width of their edge, in points.
        clipped: whether what reaches beyond the axes is cut off.
    """
    return ax.scatter(
        [x for x, _ in places],
        [y for _, y in places],
        s=size,
        marker=point.marker,
        facecolor=point.fill,
        edgecolor="#000000",
        linewidth=edge,
        zorder=3,
        clip_on=clipped,
        label=f"{name} ({len(places)})",
    )
