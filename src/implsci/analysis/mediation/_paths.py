"""The two paths of a mediation, and the intervals of their product."""

from __future__ import annotations

import math
from typing import Final

import attrs
import numpy as np

from implsci.analysis._numbers import all_finite, shown
from implsci.analysis.meta._checks import Vector, quantile, two_sided
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

MOST_DRAWS: Final = 1_000_000
"""More draws than this no interval needs, and they would fill the memory."""


@attrs.frozen(kw_only=True)
class Path:
    """One path of a mediation.

    Attributes:
        name: ``a`` (x to m), ``b`` (m to y beside x), ``c'`` (x to y beside m) or ``c`` (x to y).
        estimate: its coefficient.
        se: its standard error.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        p: two-sided p-value of the hypothesis that it is zero; None where only an interval was
            simulated.

    Examples:
        >>> Path(name="a", estimate=0.3, se=0.1, ci_low=0.1, ci_high=0.5, p=0.003).estimate
        0.3
    """

    name: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float | None


class OneSample(Result):
    """A mediation in one sample: its four paths, and their product with error and interval."""

    __slots__ = ()

    a: Path
    b: Path
    c_prime: Path
    c: Path
    ab: float
    sobel_se: float
    sobel_p: float
    ci_low: float
    ci_high: float

    def _rows(self) -> tuple[Row, ...]:
        product = Path(
            name="ab",
            estimate=self.ab,
            se=self.sobel_se,
            ci_low=self.ci_low,
            ci_high=self.ci_high,
            p=self.sobel_p,
        )
        return tuple(attrs.asdict(one) for one in (self.a, self.b, self.c_prime, self.c, product))


def path(name: str, estimate: float, se: float, df: int | None, level: float) -> Path:
    """Return a path with its interval by Student's t, or by the normal where df is None."""
    if not se:
        raise CannotEstimateError(f"the standard error of path {name} is 0")
    half = quantile(level, df) * se
    all_finite(estimate - half, estimate + half, estimate / se)
    return Path(
        name=name,
        estimate=estimate,
        se=se,
        ci_low=estimate - half,
        ci_high=estimate + half,
        p=two_sided(estimate / se, df),
    )


def sobel(a: Path, b: Path) -> tuple[float, float, float]:
    """Return the standard error, z and p of the product of two independent paths."""
    se = math.hypot(a.estimate * b.se, b.estimate * a.se)
    if not se:
        raise CannotEstimateError("both paths are exactly zero, so their product has no error")
    all_finite(se, a.estimate * b.estimate)
    z = a.estimate * b.estimate / se
    return se, z, two_sided(z, None)


def percentiles(draws: Vector, level: float) -> tuple[float, float]:
    """Return the limits that leave equal shares of the draws outside."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]).tolist()
    return low, high


def check_draws(resamples: int, seed: int) -> np.random.Generator:
    """Return the generator of a seed, or refuse too few draws or too many."""
    if type(resamples) is not int or resamples < 100:
        raise InvalidQueryError(
            f"resamples: expected at least 100 resamples, got {shown(resamples)}"
        )
    if resamples > MOST_DRAWS:
        raise InvalidQueryError(
            f"resamples: expected at most {MOST_DRAWS:,} resamples, got {shown(resamples)}"
        )
    if type(seed) is not int or seed < 0:
        raise InvalidQueryError(f"the seed is a whole number of 0 or more; got {shown(seed)}")
    return np.random.default_rng(seed)
