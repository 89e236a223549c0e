"""Labels of a map: off the mark, where they cover least of the outlines, with a line to the mark."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from math import cos, pi, sin
from typing import Final, NamedTuple, TypeAlias

from implsci.places._shapes import Point

__all__ = ["MapLabel", "beside_land"]

# In radii of the globe, on a map some nine inches wide: the size of a letter and of a line.
_LETTER: Final = 0.052
_LINE: Final = 0.12
_REACHES: Final = (0.12, 0.25, 0.4, 0.6, 0.8)
_WAYS: Final = 16
_FAR: Final = 250  # corners of outlines that are as bad to cover as a line of one radius is long

_Box: TypeAlias = tuple[float, float, float, float]


class MapLabel(NamedTuple):
    """Words, the mark they belong to, and the middle of where they stand."""

    words: str
    mark: Point
    at: Point


def beside_land(
    labels: Sequence[tuple[Point, str]], corners: Sequence[Point], limits: _Box
) -> Iterator[MapLabel]:
    """Yield a place for each label, in the order given; none covers another or leaves the map.

    A label for which no such place is within reach is left out.

    Args:
        labels: mark and words of each.
        corners: corners of the outlines, which a label should not cover.
        limits: left, bottom, right and top of the map.
    """
    taken: list[_Box] = []
    lines: list[Point] = []
    marks = [mark for mark, _ in labels]
    by_height = sorted(corners, key=_height)
    for mark, words in labels:
        wide = _LETTER * len(words)
        tried = []
        for place, (reach, way) in enumerate(
            (reach, 2 * pi * step / _WAYS) for reach in _REACHES for step in range(_WAYS)
        ):
            # The edge of the label, not its middle, is so far off.
            at = (
                mark[0] + (reach + wide / 2) * cos(way),
                mark[1] + (reach + _LINE / 2) * sin(way),
            )
            box = (at[0] - wide / 2, at[1] - _LINE / 2, at[0] + wide / 2, at[1] + _LINE / 2)
            outside = any(
                (box[0] < limits[0], box[1] < limits[1], box[2] > limits[2], box[3] > limits[3])
            )
            bad = sum(_meet(box, other) for other in taken) + outside
            near = by_height[
                bisect_left(by_height, box[1], key=_height) : bisect_right(
                    by_height, box[3], key=_height
                )
            ]
            cost = sum(_within(box, corner) for corner in near)
            line = [_along(mark, at, part / _WAYS) for part in range(_WAYS + 1)]
            crossed = any(_within(other, point) for other in taken for point in line)
            crossed |= any(_within(box, point) for point in lines)
            cost += _FAR * (crossed + sum(_within(box, other) for other in marks))
            tried.append((bad, cost + _FAR * reach, place, at, box, line))
        bad, _, _, at, box, line = min(tried)
        if not bad:
            taken.append(box)
            lines += line
            yield MapLabel(words, mark, at)


def _along(start: Point, end: Point, part: float) -> Point:
    return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])


def _height(point: Point) -> float:
    return point[1]


def _within(box: _Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
