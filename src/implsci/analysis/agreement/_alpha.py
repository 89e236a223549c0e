"""Krippendorff's alpha as a function of the weights of the units, for any number of values.

Nothing here is a table of all values by all. At the level of ratios what is expected is a sum over
all pairs of values, and becomes an integral over one variable. As
1 / (x + y)^2 = int_0^inf t exp(-t (x + y)) dt, for values x_i with weights m_i

    sum_ij m_i m_j ((x_i - x_j) / (x_i + x_j))^2 = 2 int_0^inf t F(t) S(t) dt

with F the sum of m_i exp(-t x_i) and S the sum of squares of the values around their mean, both under
those weights. With t = exp(s) the trapezoidal rule of step h errs, for every pair alike, by a share of
2 |Gamma(2 + 2 pi i / h)|, which is below 1e-18 for h = 0.2: the work grows with the number of values
times the logarithm of their range, and the sum is exact to double precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

# scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
from scipy import sparse  # type: ignore[import-untyped, unused-ignore]

from implsci.analysis.agreement._measures import CHUNK, Measure, Numbers
from implsci.analysis.agreement._ratings import GAP, Grid, Level, Rating
from implsci.errors import InvalidQueryError

__all__ = ["alpha", "squared_ratios"]

_STEP = 0.2
# What lies beyond these on either side is less than 1e-17 of any pair's integral.
_BEFORE, _AFTER = 20.0, math.log(45.0)
_NO_WEIGHT = 800.0
_LARGEST = 709.0  # whose exponent a float still holds


def alpha(grid: Grid, level: Level) -> Measure:
    """Krippendorff's alpha: observed over expected disagreement of all pairable values."""
    codes = grid.pairable.codes.T
    of_unit, place = np.nonzero(codes != GAP)
    kept, used = np.unique(codes[of_unit, place], return_inverse=True)
    units, categories = len(codes), len(kept)
    sizes = np.bincount(of_unit, minlength=units).astype(np.float64)
    counts = sparse.csr_array((np.ones(len(used)), (of_unit, used)), shape=(units, categories))
    values = _places(grid.values, kept, level)
    nodes = _nodes(values) if level == "ratio" else np.zeros(0)
    fixed = _within(level, counts, sizes, of_unit, values[used], values)

    def coefficient(weights: Numbers) -> Numbers:
        margins: Numbers = weights @ counts
        n = margins.sum(axis=1)
        if level == "ordinal":
            # Every set of weights has ranks of its own.
            places = np.cumsum(margins, axis=1) - margins / 2
            sums, squares = (counts @ part.T for part in (places, places**2))
            within = 2 * (sizes[:, None] * squares - sums**2).T
        else:
            places, within = values[None], fixed[None]
        observed = (weights / (sizes - 1) * within).sum(axis=1)
        if level == "nominal":
            expected = n**2 - (margins**2).sum(axis=1)
        elif level == "ratio":
            expected = squared_ratios(values, margins)
        else:
            mean = (margins * places).sum(axis=1) / n
            expected = 2 * n * (margins * (places - mean[:, None]) ** 2).sum(axis=1)
        # Where a single value is left, there is nothing to expect but for rounding.
        defined = ((margins > 0).sum(axis=1) > 1) & (expected > 0)
        share = np.full(len(weights), math.nan)
        np.divide((n - 1) * observed, expected, out=share, where=defined)
        return 1 - share

    return Measure(
        units,
        max(len(used), len(nodes)),
        coefficient,
        "every pairable rating is the same",
    )


def _within(
    level: Level,
    counts: sparse.csr_array,
    sizes: Numbers,
    of_unit: NDArray[np.intp],
    given: Numbers,
    values: Numbers,
) -> Numbers:
    """Return the disagreement of all pairs within each unit; of ordinal ratings none is fixed."""
    units = len(sizes)
    if level == "nominal":
        same: Numbers = counts.power(2).sum(axis=1)
        return sizes**2 - same
    if level == "interval":
        mean = np.bincount(of_unit, given, units) / sizes
        return 2 * sizes * np.bincount(of_unit, (given - mean[of_unit]) ** 2, units)
    found = np.zeros(units)
    if level == "ratio" and sizes.max(initial=0) <= len(_nodes(values)):
        # Ratings stand unit by unit, so those that are so many places apart are pairs.
        for apart in range(1, int(sizes.max(initial=0))):
            pair = of_unit[apart:] == of_unit[:-apart]
            ratios = _ratios(given[apart:][pair], given[:-apart][pair])
            found += 2 * np.bincount(of_unit[apart:][pair], ratios, units)
    elif level == "ratio":
        for unit, (start, end) in enumerate(_spans(of_unit, units)):
            found[unit] = squared_ratios(given[start:end], np.ones((1, end - start)))[0]
    return found


def _spans(of_unit: NDArray[np.intp], units: int) -> Iterator[tuple[int, int]]:
    ends = np.searchsorted(of_unit, np.arange(units + 1)).tolist()
    return pairwise(ends)


def squared_ratios(values: Numbers, weights: Numbers) -> Numbers:
    """Return the sum of ((x - y) / (x + y))^2 over all pairs of values, for every row of weights.

    Args:
        values: numbers from 0 to 1; two zeros do not differ.
        weights: a row a set of weights of the values.
    """
    total = np.zeros(len(weights))
    usual = weights.sum(axis=0)
    nodes = _nodes(values)
    size = max(1, CHUNK // len(values))
    for start in range(0, len(nodes), size):
        t = nodes[start : start + size]
        # In units of 1 / t; what is cut off has no weight left.
        scaled = np.minimum(t[:, None] * values, _NO_WEIGHT)
        decay = np.exp(-scaled)
        # Squares are taken around a mean near each row's own, so that little cancels.
        center = _divided((decay * scaled) @ usual, decay @ usual)
        off = scaled - center[:, None]
        mass = weights @ decay.T
        first = weights @ (decay * off).T
        spread = weights @ (decay * off**2).T - _divided(first**2, mass)
        total += (mass * np.maximum(spread, 0)).sum(axis=1)
    found: Numbers = 2 * _STEP * total
    return found


def _nodes(values: Numbers) -> Numbers:
    """Return where the integral over t is sampled, evenly in its logarithm."""
    above = values[values > 0]
    if not len(above):
        return np.zeros(0)
    first = -math.log(above.max()) - _BEFORE
    last = min(_AFTER - math.log(above.min()), _LARGEST)
    found: Numbers = np.exp(np.arange(first, last, _STEP))
    return found


def _divided(above: Numbers, below: Numbers) -> Numbers:
    result: Numbers = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
    return result


def _places(values: Sequence[Rating], kept: NDArray[np.intp], level: Level) -> Numbers:
    """Return the categories kept as numbers of a size that squares well; alpha knows no unit."""
    if level in ("nominal", "ordinal"):
        return np.zeros(len(kept))
    found = np.array(values, dtype=np.float64) / 4
    if level == "ratio" and (found < 0).any():
        raise InvalidQueryError("ratio ratings are 0 or more; got a negative one")
    found = found[kept]
    if level == "interval" and len(kept):
        found -= found.min()
    _, exponent = np.frexp(np.abs(found).max(initial=0))
    scaled: Numbers = np.ldexp(found, -exponent)
    return scaled


def _ratios(one: Numbers, other: Numbers) -> Numbers:
    """Return the squared ratios of differences to sums, 0 for two zeros."""
    sums = one + other
    return np.divide(one - other, sums, out=np.zeros_like(sums), where=sums > 0) ** 2
