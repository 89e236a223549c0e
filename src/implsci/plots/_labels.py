"""Labels of a scatter, each on the side of its mark where it covers least."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

from implsci.plots._axes import grouped

__all__ = ["Label", "placed"]

# Shares of an axis of some six inches: what stands on one spot, and the size of letters and points.
_CLOSE: Final = 0.012
_LETTER: Final = 0.017
_LINE: Final = 0.03
_POINT: Final = 1 / 430
_SIDES: Final = ((False, 9), (True, 9), (False, -9), (True, -9), (False, 0), (True, 0))

_Box: TypeAlias = tuple[float, float, float, float]


class Label(NamedTuple):
    """Words, where their mark is, and on which side of it they stand."""

    x: float
    y: float
    words: str
    left: bool
    up: int


def placed(
    labels: Sequence[tuple[float, float, str]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> Iterator[Label]:
    """Yield a label for each mark; marks on one spot share theirs.

    Each is put, in the order given, where it covers the fewest marks and labels that stand already.

    Args:
        labels: place of each mark, and its words.
        x_range: what the horizontal axis spans.
        y_range: what the vertical axis spans.
    """
    wide, tall = x_range[1] - x_range[0], y_range[1] - y_range[0]

    def share(x: float, y: float) -> tuple[float, float]:
        return (x - x_range[0]) / wide, (y - y_range[0]) / tall

    marks = [share(x, y) for x, y, _ in labels]
    taken: list[_Box] = []
    for x, y, words in grouped(labels, (_CLOSE * wide, _CLOSE * tall)):
        tried: list[tuple[int, int, _Box]] = []
        for place, (left, up) in enumerate(_SIDES):
            box = _box(share(x, y), len(words), left, up)
            covered = sum(_covers(box, (u, v, u, v), 5 * _POINT) for u, v in marks)
            covered += 2 * sum(_covers(box, other, 0) for other in taken)
            tried.append((covered, place, box))
        _, place, box = min(tried)
        taken.append(box)
        yield Label(x, y, words, *_SIDES[place])


def _box(at: tuple[float, float], letters: int, left: bool, up: int) -> _Box:
    start = at[0] - 8 * _POINT - _LETTER * letters if left else at[0] + 8 * _POINT
    middle = at[1] + up * _POINT
    return start, middle - _LINE / 2, start + _LETTER * letters, middle + _LINE / 2


def _covers(one: _Box, other: _Box, margin: float) -> bool:
    across = one[0] - margin < other[2] and other[0] - margin < one[2]
    return across and one[1] - margin < other[3] and other[1] - margin < one[3]
