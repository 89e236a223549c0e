"""Percent and the kappas, each as a function of the weights of the units.

Percent and kappas, like alpha, rest on sums over units. Said so, the coefficient of a resample is
that of the same units with other weights, and many resamples are worked out at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.agreement._ratings import GAP, Grid
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = [
    "CHUNK",
    "Measure",
    "Numbers",
    "cohen",
    "conger",
    "fleiss",
    "interval",
    "light",
    "percent",
    "value",
]

Numbers: TypeAlias = NDArray[np.float64]

# More resamples than these that have no coefficient, and the others are no fair sample of it.
_MOST_UNDEFINED = 0.05
CHUNK = 4_000_000


class Measure(NamedTuple):
    """A coefficient over some units.

    Attributes:
        units: how many units.
        width: how many numbers a set of weights is turned into on the way.
        of: the coefficient under weights, a row a set of weights; nan where there is none.
        undefined: why there would be none.
    """

    units: int
    width: int
    of: Callable[[Numbers], Numbers]
    undefined: str = "every rating is the same, so chance alone would give full agreement"


def _summed(parts: Numbers, of: Callable[[Numbers], Numbers]) -> Measure:
    """Return the measure that is a function of weighted sums of what each unit contributes."""
    return Measure(len(parts), parts.shape[1], lambda weights: of(weights @ parts))


def value(measure: Measure) -> float:
    """Return the coefficient.

    Raises:
        CannotEstimateError: it is not defined on these units.
    """
    if measure.units < 2:
        raise CannotEstimateError(
            f"{measure.units} units can be compared, and at least 2 are needed"
        )
    found = float(measure.of(np.ones((1, measure.units)))[0])
    if math.isnan(found):
        raise CannotEstimateError(measure.undefined)
    return found


def interval(
    measure: Measure, resamples: int, seed: int, confidence: float
) -> tuple[float | None, float | None, int]:
    """Return a percentile interval from units drawn with replacement, and how many had no value."""
    if seed < 0:
        raise InvalidQueryError(f"seed: expected a whole number from 0, got {seed!r}")
    random = np.random.default_rng(seed)
    units = measure.units
    found: list[Numbers] = []
    left = resamples
    while left:
        size = min(left, max(1, CHUNK // max(units, measure.width)))
        weights = random.multinomial(units, np.full(units, 1 / units), size=size)
        found.append(measure.of(weights.astype(np.float64)))
        left -= size
    values = np.concatenate(found)
    values = values[~np.isnan(values)]
    undefined = resamples - len(values)
    if undefined > _MOST_UNDEFINED * resamples:
        return None, None, undefined
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high), undefined


def _ratio(above: Numbers, below: Numbers) -> Numbers:
    """Divide; nan where the divisor is 0, but for what rounding leaves of it."""
    result = np.full(above.shape, math.nan)
    np.divide(above, below, out=result, where=below > 1e-12)
    return result


def percent(grid: Grid) -> Measure:
    """Percent of the units, rated by at least two, to which all gave the same."""
    counts = grid.pairable.counts
    same = (counts > 0).sum(axis=1) == 1
    return _summed(
        np.column_stack([same, np.ones(len(same))]).astype(np.float64),
        lambda totals: 100 * _ratio(totals[:, 0], totals[:, 1]),
    )


def cohen(grid: Grid, distance: Numbers) -> Measure:
    """Cohen's kappa of two coders, with what each pair of categories counts as disagreement."""
    first, second = grid.complete.codes
    size = len(grid.values)
    cells = first * size + second

    def kappa(weights: Numbers) -> Numbers:
        table = np.array(
            [np.bincount(cells, row, minlength=size * size) for row in weights]
        ).reshape(-1, size, size)
        n = table.sum(axis=(1, 2))
        margins = table.sum(axis=2), table.sum(axis=1)
        expected = np.einsum("ri,ij,rj->r", margins[0], distance, margins[1], optimize=True) / n
        return 1 - _ratio(np.einsum("rij,ij->r", table, distance), expected)

    return Measure(len(cells), size * size, kappa)


def light(grid: Grid) -> Measure:
    """Light's kappa: the mean of Cohen's over all pairs of coders."""
    whole = grid.complete
    apart = 1 - np.eye(len(grid.values))
    measures = [
        cohen(Grid(whole.codes[list(pair)], whole.values), apart)
        for pair in combinations(range(len(whole.codes)), 2)
    ]

    def mean(weights: Numbers) -> Numbers:
        average: Numbers = np.mean([measure.of(weights) for measure in measures], axis=0)
        return average

    return Measure(
        measures[0].units,
        measures[0].width,
        mean,
        "two of the coders gave one and the same category throughout",
    )


def _same_pairs(counts: Numbers) -> Numbers:
    """Return the share of the pairs of coders of each unit who gave the same."""
    coders = counts.sum(axis=1)
    share: Numbers = (counts * (counts - 1)).sum(axis=1) / (coders * (coders - 1))
    return share


def _equally_rated(grid: Grid) -> Grid:
    whole = grid.complete
    if whole.codes.shape[1] < (grid.codes != GAP).any(axis=0).sum():
        raise CannotEstimateError(
            "not every coder rated every unit, as this kappa needs; Krippendorff's alpha allows gaps"
        )
    return whole


def fleiss(grid: Grid) -> Measure:
    """Fleiss's kappa: chance from the categories' shares over all coders."""
    counts = _equally_rated(grid).counts

    def kappa(totals: Numbers) -> Numbers:
        given = totals[:, 1:]
        chance = ((given / given.sum(axis=1, keepdims=True)) ** 2).sum(axis=1)
        observed = totals[:, 0] / (given.sum(axis=1) / len(grid.codes))
        return 1 - _ratio(1 - observed, 1 - chance)

    return _summed(np.column_stack([_same_pairs(counts), counts]), kappa)


def conger(grid: Grid) -> Measure:
    """Conger's exact kappa: chance from each coder's own shares, pair by pair."""
    whole = _equally_rated(grid)
    coders, size = len(whole.codes), len(whole.values)
    one_hot = (whole.codes.T[:, :, None] == np.arange(size)).astype(np.float64)

    def kappa(totals: Numbers) -> Numbers:
        own = totals[:, 1:].reshape(-1, coders, size)
        n = own[:, 0].sum(axis=1)
        shares = own / n[:, None, None]
        both = (shares.sum(axis=1) ** 2).sum(axis=1) - (shares**2).sum(axis=(1, 2))
        return 1 - _ratio(1 - totals[:, 0] / n, 1 - both / (coders * (coders - 1)))

    return _summed(
        np.column_stack([_same_pairs(whole.counts), one_hot.reshape(-1, coders * size)]), kappa
    )
