"""What is summed over studies, whatever does the summing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from attrs import field, frozen

__all__ = ["Effects", "Found", "Sums"]


class Found(NamedTuple):
    """The findings of a cell that have one basis and one direction.

    Attributes:
        findings: how many there are.
        bundled: how many of them are on several strategies.
    """

    findings: int
    bundled: int


class Effects(NamedTuple):
    """The effects of a cell in one metric.

    Attributes:
        findings: how many there are.
        y: their sum, on the scale of pooling.
        w: the sum of their weights, the inverses of their sampling variances.
        wy: the sum of effects times weights.
    """

    findings: int
    y: float
    w: float
    wy: float


@frozen(kw_only=True)
class Sums:
    """Sums over studies, all by the numbers of values, bases, directions and metrics.

    Attributes:
        studies: how many studies there are.
        by: how many have each value of the first axis (`Laid.by`).
        across: how many have each value of the other.
        any_by: how many have a value on the first at all.
        any_across: how many on the other.
        cells: for each pair of values, how many studies are in it, and in how many a link is stated.
        found: findings by pair of values, basis and direction.
        effects: effects by pair of values and metric.
    """

    studies: int
    by: Mapping[int, int]
    across: Mapping[int, int]
    any_by: int
    any_across: int
    cells: Mapping[tuple[int, int], tuple[int, int]] = field(factory=dict)
    found: Mapping[tuple[int, int, int, int], Found] = field(factory=dict)
    effects: Mapping[tuple[int, int, int], Effects] = field(factory=dict)
