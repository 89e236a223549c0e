"""Formulas of inequality between groups of people: difference, ratio, slope index, with intervals.

The interval of one share is Wilson's (1927, doi:10.1080/01621459.1927.10502953). That of a sum of
shares with fixed coefficients c, from the limits l and u of each, is
L = S - sqrt(sum (c p - min(c l, c u))^2) and U = S + sqrt(sum (max(c l, c u) - c p)^2) (Zou 2009,
doi:10.1016/j.csda.2008.09.033); for the difference of two shares that is Newcombe's hybrid score
interval (1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

from attrs import frozen

from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = ["Slope", "difference", "ratio", "slope_index", "wilson"]

Limits = tuple[float, float]


@frozen(kw_only=True)
class Slope:
    """The slope of an indicator over the ranks of ordered groups.

    Attributes:
        sii: slope index of inequality: the fitted value at the top of the ranks less that at the
            bottom, in the unit of the indicator.
        ci_low: lower end of its interval; None where the groups have none.
        ci_high: upper end.
        bottom: the fitted value at the bottom of the ranks.
        rii: relative index of inequality: the fitted value at the top over that at the bottom; None
            where that at the bottom is not above 0.
        groups: how many groups it rests on.

    Examples:
        >>> slope = slope_index([0.2, 0.4, 0.6], [100, 100, 100])
        >>> round(slope.sii, 2), round(slope.rii, 2), slope.ci_low
        (0.6, 7.0, None)
    """

    sii: float
    ci_low: float | None
    ci_high: float | None
    bottom: float
    rii: float | None
    groups: int


def wilson(share: float, base: int, confidence: float = 0.95) -> Limits:
    """Return Wilson's interval of a share of `base` people."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (share + z * z / (2 * base)) / (1 + z * z / base)
    reach = z * math.sqrt(share * (1 - share) / base + (z / (2 * base)) ** 2) / (1 + z * z / base)
    # At the edges the ends are exactly 0 and 1, which rounding would miss.
    return (
        0.0 if share == 0 else max(0.0, middle - reach),
        1.0 if share == 1 else min(1.0, middle + reach),
    )


def difference(
    low: float, low_base: int, high: float, high_base: int, confidence: float = 0.95
) -> Limits:
    """Return Newcombe's interval of the difference of two independent shares, high less low."""
    limits = wilson(low, low_base, confidence), wilson(high, high_base, confidence)
    return _combined((-1.0, 1.0), (low, high), limits)


def ratio(
    low: float, low_base: int, high: float, high_base: int, confidence: float = 0.95
) -> Limits:
    """Return the interval of the ratio of two independent shares, high over low, on the log scale.

    The variance of the logarithm is (1 - p) / (p n) summed over both (Katz 1978,
    doi:10.2307/2530610).

    Raises:
        CannotEstimateError: a group with nobody reached, or both with everybody.
    """
    if not low or not high:
        raise CannotEstimateError("a ratio of shares has no interval where nobody was reached")
    variance = (1 - low) / (low * low_base) + (1 - high) / (high * high_base)
    if not variance:
        raise CannotEstimateError("a ratio of shares has no interval where everybody was reached")
    half = NormalDist().inv_cdf((1 + confidence) / 2) * math.sqrt(variance)
    return high / low * math.exp(-half), high / low * math.exp(half)


def slope_index(
    values: Sequence[float], sizes: Sequence[float], *, limits: Sequence[Limits] | None = None
) -> Slope:
    """Return the slope index of inequality of ordered groups.

    Each group stands at the middle of its span in the cumulative distribution of people, x; a line
    is fitted to the values by least squares weighted by size: SII = sum w (x - X) y / sum w (x - X)^2
    with X the weighted mean, which is 1/2 (Low and Low 2004, doi:10.1093/pubmed/fdh175; Schlotheuber
    and Hosseinpoor 2022, doi:10.3390/ijerph19063697). Ranks run from 0 to 1, so that the slope is
    the fitted difference between the best-off and the worst-off.

    Args:
        values: the indicator by group, the worst-off first.
        sizes: people by group, each above 0.
        limits: the interval of each value, from which that of the slope follows; None for none.

    Raises:
        CannotEstimateError: fewer than three groups, for which the plain difference says it all.
        InvalidQueryError: unequal lengths, a size that is not above 0, or a number that is none.

    Examples:
        >>> reached, asked = (30, 45, 60), (100, 100, 100)
        >>> shares = [k / n for k, n in zip(reached, asked)]
        >>> slope = slope_index(shares, asked, limits=[wilson(*pair) for pair in zip(shares, asked)])
        >>> print(f"{slope.sii:.2f} [{slope.ci_low:.2f}, {slope.ci_high:.2f}]")
        0.45 [0.24, 0.63]
    """
    if len(values) != len(sizes) or (limits is not None and len(limits) != len(values)):
        raise InvalidQueryError(
            f"slope index: expected a size and an interval for each of {len(values)} values"
        )
    if not all(map(math.isfinite, (*values, *sizes))) or any(size <= 0 for size in sizes):
        raise InvalidQueryError("slope index: expected finite values, and sizes above 0")
    if len(values) < 3:
        raise CannotEstimateError(f"a slope index needs three ordered groups, got {len(values)}")
    whole = math.fsum(sizes)
    shares = [size / whole for size in sizes]
    ranks: list[float] = []
    below = 0.0
    for share in shares:
        ranks.append(below + share / 2)
        below += share
    middle = math.fsum(share * rank for share, rank in zip(shares, ranks, strict=True))
    spread = math.fsum(
        share * (rank - middle) ** 2 for share, rank in zip(shares, ranks, strict=True)
    )
    steps = [share * (rank - middle) / spread for share, rank in zip(shares, ranks, strict=True)]
    sii = math.fsum(step * value for step, value in zip(steps, values, strict=True))
    mean = math.fsum(share * value for share, value in zip(shares, values, strict=True))
    bottom = mean - sii * middle
    low, high = (None, None) if limits is None else _combined(steps, values, limits)
    return Slope(
        sii=sii,
        ci_low=low,
        ci_high=high,
        bottom=bottom,
        rii=(bottom + sii) / bottom if bottom > 0 else None,
        groups=len(values),
    )


def _combined(
    coefficients: Sequence[float], values: Sequence[float], limits: Sequence[Limits]
) -> Limits:
    down = up = total = 0.0
    for c, value, (low, high) in zip(coefficients, values, limits, strict=True):
        total += c * value
        down += (c * value - min(c * low, c * high)) ** 2
        up += (max(c * low, c * high) - c * value) ** 2
    return total - math.sqrt(down), total + math.sqrt(up)
