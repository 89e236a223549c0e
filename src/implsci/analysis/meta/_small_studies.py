"""Whether small studies say another thing than large ones: the funnel and its two tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite, check_level, shown
from implsci.analysis.meta import _residual
from implsci.analysis.meta._checks import (
    Method,
    checked,
    double_precision,
    listed,
    p_text,
    quantile,
    two_sided,
)
from implsci.analysis.meta._combining import plain_labels
from implsci.analysis.meta._pooling import random_effects
from implsci.analysis.meta._regression import meta_regression
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

EggerModel: TypeAlias = Literal["mixed", "dispersion"]
"""The model of `egger_test`; its page says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(EggerModel)
    ('mixed', 'dispersion')
"""

_CAUTION = (
    "an asymmetric funnel has other causes than unpublished studies: true differences between "
    "small and large ones, poor methods, chance"
)


@attrs.frozen(kw_only=True)
class FunnelPoint:
    """One study in a funnel plot.

    Attributes:
        study: its label, or its place counted from 1.
        y: its effect.
        se: its standard error.
        low: lower limit of the funnel at that standard error.
        high: upper limit of the funnel at that standard error.
        inside: whether the effect lies between them.

    Examples:
        >>> funnel([0.1, 0.3, 0.9], [0.01] * 3).points[2].inside
        False
    """

    study: str | int
    y: float
    se: float
    low: float
    high: float
    inside: bool


@attrs.frozen(kw_only=True)
class Funnel(Result):
    """The data of a funnel plot, as `funnel` returns it.

    Attributes:
        center: the pooled effect around which the funnel stands.
        points: one entry a study, in the order given.
        level: share of studies expected inside, were all alike.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> round(funnel([0.1, 0.3, 0.5], [0.01] * 3).center, 3)
        0.3
    """

    center: float
    points: tuple[FunnelPoint, ...]
    level: float
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a study: study, y, se, low, high, inside."""
        return tuple(attrs.asdict(one) for one in self.points)

    def sentence(self) -> str:
        """Say how many studies lie inside the funnel.

        Returns:
            One sentence.

        Examples:
            >>> funnel([0.1, 0.3, 0.5], [0.01] * 3).sentence()[:40]
            '1 of 3 studies lie inside the 95% funnel'
        """
        inside = sum(one.inside for one in self.points)
        return (
            f"{inside} of {len(self.points)} studies lie inside the {100 * self.level:g}% funnel "
            f"around {self.center:.3g}; outside it lie also studies whose true effects differ."
        )


def funnel(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    labels: Sequence[str | int] | None = None,
    method: Method = "REML",
    level: float = 0.95,
) -> Funnel:
    """Return what a funnel plot shows: effects, standard errors, and the limits center -+ z se.

    (Sterne & Egger 2001, doi:10.1016/S0895-4356(01)00377-8)

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        labels: names of the studies; else their places counted from 1.
        method: how the center is pooled, as in `random_effects`.
        level: share of studies expected inside the limits, between 0 and 1.

    Returns:
        The center and one point a study.

    Raises:
        CannotEstimateError: as `random_effects`.
        InvalidQueryError: `labels` is not as long as the effects.

    Examples:
        >>> point = funnel([0.1, 0.3, 0.5], [0.01] * 3).points[0]
        >>> round(point.low, 3), round(point.high, 3), point.inside
        (0.104, 0.496, False)
    """
    effects, variances = checked(y, v)
    k = len(effects)
    names = plain_labels("labels", range(1, k + 1) if labels is None else labels, k)
    center = random_effects(effects, variances, method, level=level).estimate
    half = quantile(level, None)
    points = []
    for name, effect, variance in zip(names, effects.tolist(), variances.tolist(), strict=True):
        se = math.sqrt(variance)
        low, high = center - half * se, center + half * se
        all_finite(low, high)
        points.append(
            FunnelPoint(
                study=name, y=effect, se=se, low=low, high=high, inside=low <= effect <= high
            )
        )
    return Funnel(
        center=center,
        points=tuple(points),
        level=level,
        assumptions=("the studies are independent", _CAUTION),
    )


@attrs.frozen(kw_only=True)
class EggerTest(Result):
    """The regression test of a funnel, as `egger_test` returns it.

    Attributes:
        slope: change of the effect a unit of standard error.
        se: its standard error.
        statistic: slope over standard error.
        df: degrees of freedom of Student's t; None where the statistic is normal.
        p: two-sided p-value of the hypothesis of a symmetric funnel.
        limit: the effect expected of a study with a standard error of 0.
        limit_low: lower limit of its confidence interval.
        limit_high: upper limit of its confidence interval.
        k: number of effects.
        model: ``mixed`` or ``dispersion``.
        level: level of the interval.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> test = egger_test([0.1, 0.3, 0.7, 0.6], [0.01, 0.02, 0.09, 0.04])
        >>> round(test.slope, 2), test.k
        (3.63, 4)
    """

    slope: float
    se: float
    statistic: float
    df: int | None
    p: float
    limit: float
    limit_low: float
    limit_high: float
    k: int
    model: EggerModel
    level: float
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row: every number by name."""
        return (attrs.asdict(self, filter=attrs.filters.exclude("assumptions")),)

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in the unit of the effects that went in.

        Examples:
            >>> egger_test([0.1, 0.3, 0.7, 0.6], [0.01, 0.02, 0.09, 0.04]).sentence()[:43]
            'Regression of 4 effects on their standard e'
        """
        letter = "z" if self.df is None else f"t({self.df})"
        return (
            f"Regression of {self.k} effects on their standard errors ({self.model} model): slope "
            f"{self.slope:.3g}, {letter} = {self.statistic:.3g}, {p_text(self.p)}; as the standard "
            f"error goes to 0 the effect goes to {self.limit:.3g} ({100 * self.level:g}% confidence "
            f"interval {self.limit_low:.3g} to {self.limit_high:.3g}). A slope is no proof of "
            "unpublished studies, and none is no proof against them, above all with few studies."
        )


def egger_test(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    model: EggerModel = "mixed",
    method: Method = "REML",
    level: float = 0.95,
) -> EggerTest:
    """Test whether effects vary with their standard errors (Egger 1997, doi:10.1136/bmj.315.7109.629).

    - ``mixed``: `meta_regression` of the effects on their standard errors with the ``z`` rule, the
      default of metafor's ``regtest()`` (Sterne & Egger 2005, doi:10.1002/0470870168.ch6);
    - ``dispersion``: least squares with weights 1 / v, residual variance estimated, Student's t on
      k - 2 degrees of freedom: Egger's own test, whose intercept is the slope here.

    For log odds ratios and other effects whose standard error goes with their size, the funnel is
    asymmetric without any bias, and the test rejects too often (Peters 2006, doi:10.1001/jama.295.6.676).

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        model: ``mixed`` or ``dispersion``.
        method: estimator of tau2 for ``mixed``.
        level: level of the interval of the limit, between 0 and 1.

    Returns:
        Slope, test and limit; see `EggerTest`.

    Raises:
        CannotEstimateError: as `meta_regression`: bad effects or variances, fewer than 3 effects, or
            standard errors that are all equal; or, for ``dispersion``, effects on one line.
        InvalidQueryError: an unknown `model`.

    Examples:
        >>> effects, variances = [0.1, 0.3, 0.7, 0.6], [0.01, 0.02, 0.09, 0.04]
        >>> test = egger_test(effects, variances, model="dispersion")
        >>> round(test.slope, 2), test.df
        (3.63, 2)
    """
    if model not in get_args(EggerModel):
        raise InvalidQueryError(f"model is one of {listed(EggerModel)}; got {shown(model)}")
    check_level(level)
    effects, variances = checked(y, v)
    k = len(effects)
    errors = np.sqrt(variances)
    # Asked for in both models, this names what is wrong with too few or equal standard errors.
    mixed = meta_regression(
        effects, variances, {"standard error": errors}, method=method, level=level
    )
    limit, slope = mixed.coefficients
    if model == "mixed":
        numbers = slope.estimate, slope.se, limit.estimate, limit.ci_low, limit.ci_high
        df = None
    else:
        df = k - 2
        with double_precision():
            found = _residual.fit(effects, np.column_stack([np.ones(k), errors]), 1 / variances)
            dispersion = found.scatter / df
            if dispersion <= np.finfo(float).eps * float((found.w * effects**2).sum()):
                raise CannotEstimateError(
                    "the effects lie on one line, so there is no error to judge by"
                )
            ses = np.sqrt(dispersion * np.diag(found.covariance)).tolist()
            half = quantile(level, df) * ses[0]
            start, rise = found.beta.tolist()
        numbers = rise, ses[1], start, start - half, start + half
    with double_precision():
        statistic = numbers[0] / numbers[1]
    all_finite(*numbers, statistic)
    return EggerTest(
        slope=numbers[0],
        se=numbers[1],
        statistic=statistic,
        df=df,
        p=two_sided(statistic, df),
        limit=numbers[2],
        limit_low=numbers[3],
        limit_high=numbers[4],
        k=k,
        model=model,
        level=level,
        assumptions=("the studies are independent", _CAUTION),
    )


@attrs.frozen(kw_only=True)
class RankCorrelation(Result):
    """The rank test of a funnel, as `rank_correlation_test` returns it.

    Attributes:
        tau: Kendall's tau-b of standardized effects and variances, -1 to 1.
        p: two-sided p-value.
        exact: whether `p` is exact; with ties it is from the normal approximation.
        k: number of effects.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> rank_correlation_test([0.1, 0.3, 0.7, 0.6], [0.01, 0.02, 0.09, 0.04]).exact
        True
    """

    tau: float
    p: float
    exact: bool
    k: int
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row: every number by name."""
        return (attrs.asdict(self, filter=attrs.filters.exclude("assumptions")),)

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            One sentence.

        Examples:
            >>> rank_correlation_test([0.1, 0.3, 0.7], [0.01, 0.02, 0.09]).sentence()[:42]
            "Kendall's tau of 3 standardized effects an"
        """
        kind = "exact" if self.exact else "normal approximation, as there are ties"
        return (
            f"Kendall's tau of {self.k} standardized effects and their variances is "
            f"{self.tau:.3g} ({p_text(self.p)}, {kind}); a test of low power with few studies."
        )


def rank_correlation_test(
    y: Sequence[float] | NDArray[np.float64], v: Sequence[float] | NDArray[np.float64]
) -> RankCorrelation:
    """Test whether effects and variances go together by rank (Begg & Mazumdar 1994, doi:10.2307/2533446).

    Kendall's tau-b between v and (y - mu) / sqrt(v - 1 / sum(1 / v)), mu being the equal-effects
    mean.

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.

    Returns:
        Tau and its p-value, exact without ties, else by the normal approximation.

    Raises:
        CannotEstimateError: bad effects or variances, fewer than 3 effects, or effects or variances
            that are all equal.

    Examples:
        >>> test = rank_correlation_test([0.1, 0.3, 0.7, 0.6], [0.01, 0.02, 0.09, 0.04])
        >>> round(test.tau, 3), round(test.p, 3)
        (0.667, 0.333)
    """
    from scipy import stats  # type: ignore[import-untyped, unused-ignore]

    effects, variances = checked(y, v)
    k = len(effects)
    if k < 3:
        raise CannotEstimateError(f"the rank correlation needs at least 3 effects, got {k}")
    with double_precision():
        own = 1 / float((1 / variances).sum())
        center = random_effects(effects, variances, "EE").estimate
        standardized = (effects - center) / np.sqrt(variances - own)
    for name, values in (("effects", standardized), ("variances", variances)):
        if np.all(values == values[0]):
            raise CannotEstimateError(f"the {name} are all equal, so there are no ranks")
    exact = len(set(standardized.tolist())) == len(set(variances.tolist())) == k
    found = np.array(
        stats.kendalltau(standardized, variances, method="exact" if exact else "asymptotic")
    )
    tau, p = found.tolist()
    all_finite(tau, p)
    return RankCorrelation(
        tau=tau, p=p, exact=exact, k=k, assumptions=("the studies are independent", _CAUTION)
    )
