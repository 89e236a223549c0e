"""How far the variance between true effects is known: Q-profile intervals of tau2, I2 and H2."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs

from implsci.analysis._numbers import all_finite, check_level
from implsci.analysis.meta._checks import Matrix, Method, Vector, chi2_limits, double_precision
from implsci.analysis.meta._residual import fit, spare, typical_variance
from implsci.analysis.meta._tau2 import ascend
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError


@attrs.frozen(kw_only=True)
class Bounds:
    """An estimate with the limits of its interval.

    Attributes:
        estimate: the estimate.
        low: lower limit, 0 being a value; None where the interval is empty.
        high: upper limit; None where the interval is empty or has no end.

    Examples:
        >>> Bounds(estimate=0.3, low=0.0, high=1.1).high
        1.1
    """

    estimate: float
    low: float | None
    high: float | None


@attrs.frozen(eq=False)
class Data:
    """The effects a model was fitted to."""

    y: Vector
    x: Matrix
    v: Vector


@attrs.frozen(kw_only=True)
class Fitted(Result):
    """A result that keeps the effects it was fitted to, for what is asked of it later."""

    _data: Data | None = attrs.field(default=None, alias="data", eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Heterogeneity(Result):
    """How far the variance between studies is known, as `RandomEffects.heterogeneity` returns it.

    Attributes:
        tau2: variance of the true effects between studies, or what moderators leave of it.
        tau: its root, in the unit of the effects.
        i2: percent (0 to 100) of the variation that is between studies.
        h2: the total variation over that of sampling, from 1.
        empty: whether the interval is empty: even with tau2 = 0 the effects differ less than their
            sampling variances let expect.
        k: number of effects.
        method: the estimator of `tau2`.
        level: level of the intervals, between 0 and 1.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> from implsci.analysis.meta import random_effects
        >>> found = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01]).heterogeneity()
        >>> round(found.tau2.estimate, 3), round(found.tau2.low, 4), round(found.tau2.high, 2)
        (0.03, 0.0008, 1.57)
    """

    tau2: Bounds
    tau: Bounds
    i2: Bounds
    h2: Bounds
    empty: bool
    k: int
    method: Method
    level: float
    assumptions: tuple[str, ...] = attrs.field(
        repr=False,
        default=(
            "the effects are independent",
            "true effects and sampling errors are normal",
            "the sampling variances are known",
        ),
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a measure: name, estimate, low, high."""
        return tuple(
            {"name": name, **attrs.asdict(bounds)}
            for name, bounds in (
                ("tau2", self.tau2),
                ("tau", self.tau),
                ("i2", self.i2),
                ("h2", self.h2),
            )
        )

    def sentence(self) -> str:
        """Say the variance and its interval in plain language.

        Examples:
            >>> from implsci.analysis.meta import random_effects
            >>> random_effects([0.1, 0.3, 0.5], [0.01] * 3).heterogeneity().sentence()
            'tau2 = 0.03 (REML; 95% Q-profile interval 0.000843 to 1.57), I2 = 75% (7.78% to 99.4%).'
        """
        head = f"tau2 = {self.tau2.estimate:.3g} ({self.method}; {100 * self.level:g}% Q-profile"
        low, high = self.tau2.low, self.tau2.high
        if low is None or high is None:
            return (
                f"{head} interval empty: even at tau2 = 0 the effects differ less than their sampling "
                "variances let expect, which may be too large, or the effects dependent)."
            )
        told = (
            f"{head} interval {low:.3g} to {high:.3g}), I2 = {self.i2.estimate:.3g}% "
            f"({self.i2.low:.3g}% to {self.i2.high:.3g}%)."
        )
        if not low <= self.tau2.estimate <= high:
            told += (
                f" The estimate lies outside, as {self.method} and the interval ask the data in two "
                "ways; PM's estimate never does."
            )
        return told


def heterogeneity_of(
    data: Data | None, tau2: float, i2: float, method: Method, level: float
) -> Heterogeneity:
    """Return the Q-profile intervals of a fitted model.

    Args:
        data: what the model was fitted to.
        tau2: its estimate of the variance between studies.
        i2: its I2.
        method: its estimator.
        level: level of the intervals.

    Raises:
        CannotEstimateError: as `RandomEffects.heterogeneity`.
    """
    check_level(level)
    if method == "EE":
        raise CannotEstimateError(
            "the equal-effects model (EE) has no variance between studies; fit another method"
        )
    if data is None:
        raise CannotEstimateError("this result holds no effects; ask the one that was fitted")
    with double_precision():
        limits = q_profile(data, level)
        typical = typical_variance(data.x, data.v)

        def bounds(estimate: float, of: Callable[[float], float]) -> Bounds:
            low, high = (None, None) if limits is None else map(of, limits)
            all_finite(estimate, low, high)
            return Bounds(estimate=estimate, low=low, high=high)

        return Heterogeneity(
            tau2=bounds(tau2, float),
            tau=bounds(math.sqrt(tau2), math.sqrt),
            i2=bounds(i2, lambda value: 100 * value / (value + typical)),
            h2=bounds(tau2 / typical + 1, lambda value: value / typical + 1),
            empty=limits is None,
            k=len(data.y),
            method=method,
            level=level,
        )


def q_profile(data: Data, level: float) -> tuple[float, float] | None:
    """Return the values of tau2 at which the weighted squares are no surprise; None if there is none."""
    least, most = chi2_limits(spare(data.x), level)

    def above(quantile: float) -> Callable[[float], tuple[float, float]]:
        def at(tau2: float) -> tuple[float, float]:
            found = fit(data.y, data.x, 1 / (data.v + tau2))
            return found.scatter - quantile, found.squares

        return at

    if above(least)(0.0)[0] < 0:
        return None
    scale = float(data.v.min())
    low, high = (ascend(above(quantile), scale, "the Q-profile") for quantile in (most, least))
    return low, high
