"""Intervals of the multilevel model's variances, by the profile of its restricted likelihood."""

from __future__ import annotations

import attrs

from implsci.analysis._numbers import check_level
from implsci.analysis.meta._blocks import Blocks
from implsci.analysis.meta._checks import double_precision, quantile
from implsci.analysis.meta._heterogeneity import Bounds
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError

# How often the size of the effects' own variance is doubled in looking for an upper limit. Beyond, a
# variance is as good as infinite, and double precision soon gives out.
_DOUBLINGS = 30
_TOLERANCE = 1e-8


@attrs.frozen(eq=False)
class FittedBlocks:
    """What a fitted model is profiled with."""

    blocks: Blocks
    scale: float


@attrs.frozen(kw_only=True)
class VarianceComponents(Result):
    """Both variances of a multilevel model with intervals, as `Multilevel.heterogeneity` returns them.

    Attributes:
        sigma2_study: variance of the true effects between studies.
        sigma2_effect: variance of the true effects between the effects of one study.
        level: level of both intervals, between 0 and 1.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> from implsci.analysis.meta import multilevel
        >>> fit = multilevel([0.1, 0.3, 0.5, 0.8, 0.2], [0.01] * 5, ["a", "a", "b", "b", "c"])
        >>> fit.heterogeneity().sigma2_effect.low
        0.0
    """

    sigma2_study: Bounds
    sigma2_effect: Bounds
    level: float
    assumptions: tuple[str, ...] = attrs.field(
        repr=False,
        default=(
            "studies are independent",
            "true effects are normal between studies and within them",
            "sampling errors of one study's effects are uncorrelated",
            "the sampling variances are known",
            "studies are enough for the distribution of a likelihood ratio to hold",
        ),
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a variance: name, estimate, low, high."""
        return tuple(
            {"name": name, **attrs.asdict(bounds)}
            for name, bounds in (
                ("sigma2_study", self.sigma2_study),
                ("sigma2_effect", self.sigma2_effect),
            )
        )

    def sentence(self) -> str:
        """Say both variances in plain language.

        Examples:
            >>> from implsci.analysis.meta import multilevel
            >>> fit = multilevel([0.1, 0.3, 0.5, 0.8, 0.2], [0.01] * 5, ["a", "a", "b", "b", "c"])
            >>> fit.heterogeneity().sentence()[:42]
            'Variance between studies 0.0522 (95% inter'
        """
        percent = f"{100 * self.level:g}%"
        told = []
        for name, one in (
            ("between studies", self.sigma2_study),
            ("between effects of a study", self.sigma2_effect),
        ):
            span = (
                f"{one.low:.3g} to {one.high:.3g}"
                if one.high is not None
                else f"{one.low:.3g} up, without an upper limit: the studies are too few to set one"
            )
            told.append(f"{name} {one.estimate:.3g} ({percent} interval {span})")
        return f"Variance {', '.join(told)}, by profile likelihood."


def variance_components(
    fitted: FittedBlocks | None, estimates: tuple[float, float], peak: float, level: float
) -> VarianceComponents:
    """Return both variances with the interval of each.

    Args:
        fitted: the model's effects.
        estimates: both variances at the peak.
        peak: the log-likelihood there.
        level: level of the intervals.

    Raises:
        CannotEstimateError: as `Multilevel.heterogeneity`.
    """
    check_level(level)
    if fitted is None:
        raise CannotEstimateError("this result holds no effects; ask the one multilevel returned")
    # Chi-squared with 1 degree of freedom is a normal's square.
    critical = quantile(level, None) ** 2
    with double_precision():
        study, effect = (_bounds(fitted, index, estimates, peak, critical) for index in range(2))
    return VarianceComponents(sigma2_study=study, sigma2_effect=effect, level=level)


def _bounds(
    fitted: FittedBlocks, index: int, estimates: tuple[float, float], peak: float, critical: float
) -> Bounds:
    from scipy import optimize  # type: ignore[import-untyped, unused-ignore]

    blocks, scale = fitted.blocks, fitted.scale
    estimate, other = estimates[index], estimates[1 - index]

    def excess(value: float) -> float:
        """How much more likelihood is lost at a value than the interval allows."""
        return 2 * (peak - blocks.profile(index, value, (other, 0.0, scale), scale)) - critical

    def root(low: float, high: float) -> float:
        found = optimize.brentq(excess, low, high, xtol=_TOLERANCE * scale)
        assert isinstance(found, float)  # as full_output is not asked for
        return found

    low = root(0.0, estimate) if estimate > 0 and excess(0.0) > 0 else 0.0
    inside, reach = estimate, scale
    for _ in range(_DOUBLINGS):
        if excess(estimate + reach) > 0:
            return Bounds(estimate=estimate, low=low, high=root(inside, estimate + reach))
        inside, reach = estimate + reach, 2 * reach
    return Bounds(estimate=estimate, low=low, high=None)
