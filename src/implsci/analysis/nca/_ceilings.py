"""The two ceilings over a cloud of cases, for the outcome as it is and shuffled."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.nca._results import Ceiling, CeilingName

__all__ = ["Bounds", "Numbers", "ceilings"]

Numbers: TypeAlias = NDArray[np.float64]
Bounds: TypeAlias = tuple[float, float, float, float]

# Cells of the matrix of shuffled outcomes that is held at once.
_CHUNK = 2_000_000


def ceilings(
    x: Numbers, y: Numbers, bounds: Bounds, permutations: int, seed: int
) -> dict[str, Ceiling]:
    """Return both ceilings by name; `bounds` is the scope, which must have an area."""
    area = _area(bounds)
    grid = _Grid.of(x)
    zones = _zones(grid, y[None], bounds)[:, 0]
    chances = _chances(grid, y, bounds, zones, permutations, seed)
    peers = _peers(grid, y)
    return {
        name: _ceiling(name, float(zone), area, x, y, peers, bounds, p)
        for name, zone, p in zip(get_args(CeilingName), zones, chances, strict=True)
    }


def _area(bounds: Bounds) -> float:
    width, height = np.float64(bounds[1]) - bounds[0], np.float64(bounds[3]) - bounds[2]
    area = float(width * height)
    if not area:
        raise FloatingPointError("the area of the scope is below double precision")
    return area


class _Grid(NamedTuple):
    """The distinct levels of a condition, and the cases in their order."""

    levels: Numbers
    order: NDArray[np.intp]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, x: Numbers) -> _Grid:
        order = np.argsort(x, kind="stable")
        levels, starts = np.unique(x[order], return_index=True)
        return cls(levels, order, starts)

    def highest(self, ys: Numbers) -> Numbers:
        """Return, a row an outcome, the highest outcome at each level of the condition."""
        highest: Numbers = np.maximum.reduceat(ys[:, self.order], self.starts, axis=1)
        return highest


def _ladder(grid: _Grid, ys: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return the staircase over the levels of the condition, and where it steps up."""
    stairs: Numbers = np.maximum.accumulate(grid.highest(ys), axis=1)
    steps = np.ones(stairs.shape, dtype=bool)
    steps[:, 1:] = stairs[:, 1:] > stairs[:, :-1]
    return stairs, steps


def _peers(grid: _Grid, y: Numbers) -> tuple[tuple[float, float], ...]:
    stairs, steps = _ladder(grid, y[None])
    return tuple((float(grid.levels[at]), float(stairs[0, at])) for at in np.flatnonzero(steps[0]))


def _zones(grid: _Grid, ys: Numbers, bounds: Bounds) -> Numbers:
    """Return the area above both ceilings, a column an outcome."""
    x_low, x_high, y_low, y_high = bounds
    stairs, steps = _ladder(grid, ys)
    widths = np.diff(grid.levels, append=x_high)
    before = (grid.levels[0] - x_low) * (y_high - y_low)
    staircase = before + ((y_high - stairs) * widths).sum(axis=1)
    slope, intercept = _lines(grid.levels, stairs, steps)
    # The empty corner is cut by the upper and, where the line starts below it, the lower edge.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        left = np.clip((y_low - intercept) / slope, x_low, x_high)
        right = np.clip((y_high - intercept) / slope, x_low, x_high)
        at_left = np.clip(intercept + slope * left, y_low, y_high)
        at_right = np.clip(intercept + slope * right, y_low, y_high)
        straight = (left - x_low) * (y_high - y_low) + (right - left) * (
            y_high - (at_left + at_right) / 2
        )
    return np.array([staircase, np.where(np.isnan(slope), 0.0, straight)])


def _lines(levels: Numbers, stairs: Numbers, steps: NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Return slope and intercept of the least-squares line through the peers; nan without two."""
    count = steps.sum(axis=1)
    mean_x = (steps * levels).sum(axis=1) / count
    mean_y = (steps * stairs).sum(axis=1) / count
    off = (levels - mean_x[:, None]) * steps
    spread = (off**2).sum(axis=1)
    slope = np.full(len(stairs), math.nan)
    np.divide((off * (stairs - mean_y[:, None])).sum(axis=1), spread, out=slope, where=count > 1)
    return slope, mean_y - slope * mean_x


def _chances(
    grid: _Grid,
    y: Numbers,
    bounds: Bounds,
    zones: Numbers,
    permutations: int,
    seed: int,
) -> tuple[float | None, ...]:
    if not permutations:
        return (None, None)
    random = np.random.default_rng(seed)
    reached = np.zeros(2, dtype=np.int64)
    slack = 1e-12 * _area(bounds)
    left = permutations
    while left:
        size = min(left, max(1, _CHUNK // len(y)))
        shuffled = random.permuted(np.tile(y, (size, 1)), axis=1)
        reached += (_zones(grid, shuffled, bounds) >= zones[:, None] - slack).sum(axis=1)
        left -= size
    return tuple(float(value) for value in (1 + reached) / (1 + permutations))


def _ceiling(
    name: CeilingName,
    zone: float,
    area: float,
    x: Numbers,
    y: Numbers,
    peers: tuple[tuple[float, float], ...],
    bounds: Bounds,
    p: float | None,
) -> Ceiling:
    x_low, x_high, y_low, y_high = bounds
    slope = intercept = x_waste = y_waste = None
    above = 0
    if name == "cr_fdh" and len(peers) > 1:
        px, py = np.array(peers).T
        slopes, intercepts = _lines(px, py[None], np.ones((1, len(px)), dtype=bool))
        slope, intercept = float(slopes[0]), float(intercepts[0])
        above = int((y > intercept + slope * x + 1e-9 * (y_high - y_low)).sum())
        top = np.clip((y_high - intercept) / slope, x_low, x_high)
        start = np.clip(intercept + slope * x_low, y_low, y_high)
        x_waste = float(100 * (x_high - top) / (x_high - x_low))
        y_waste = float(100 * (start - y_low) / (y_high - y_low))
    return Ceiling(
        name=name,
        zone=zone,
        effect_size=zone / area,
        accuracy=100 * (len(y) - above) / len(y),
        n_above=above,
        slope=slope,
        intercept=intercept,
        condition_inefficiency=x_waste,
        outcome_inefficiency=y_waste,
        peers=peers,
        bounds=bounds,
        p=p,
    )
