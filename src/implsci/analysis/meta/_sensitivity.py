"""How far the answer hangs on single studies: leave-one-out and influence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite
from implsci.analysis.meta._checks import Method, TestRule, Vector, checked, double_precision
from implsci.analysis.meta._combining import plain_labels
from implsci.analysis.meta._pooling import RandomEffects, random_effects
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError


@attrs.frozen(kw_only=True)
class LeftOut:
    """The pooled effect of all studies but one.

    Attributes:
        omitted: the study left out: its label, or its place counted from 1.
        pooled: the pooled effect of the others.

    Examples:
        >>> result = leave_one_out([0.1, 0.3, 0.5], [0.01] * 3, labels=["a", "b", "c"])
        >>> result.studies[2].omitted, round(result.studies[2].pooled.estimate, 3)
        ('c', 0.2)
    """

    omitted: str | int
    pooled: RandomEffects


@attrs.frozen(kw_only=True)
class LeaveOneOut(Result):
    """Every pooled effect with one study left out, as `leave_one_out` returns it.

    Attributes:
        full: the pooled effect of all studies.
        studies: one entry a study, in the order given.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> leave_one_out([0.1, 0.3, 0.5], [0.01] * 3).full.k
        3
    """

    full: RandomEffects
    studies: tuple[LeftOut, ...]
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a study left out: omitted, then what was pooled without it."""
        wanted = ("estimate", "se", "ci_low", "ci_high", "p", "tau2", "i2", "q", "q_p")
        return tuple(
            {"omitted": one.omitted, **{name: getattr(one.pooled, name) for name in wanted}}
            for one in self.studies
        )

    def sentence(self) -> str:
        """Say between which values the estimate moves, and whether the conclusion turns.

        Returns:
            One sentence, in the unit of the effects that went in.

        Examples:
            >>> leave_one_out([0.1, 0.3, 0.5], [0.01] * 3).sentence()[:54]
            'Leaving out one of 3 studies at a time moves the poole'
        """
        lowest = min(self.studies, key=lambda one: one.pooled.estimate)
        highest = max(self.studies, key=lambda one: one.pooled.estimate)
        clear = _clear(self.full)
        turned = [_told(one.omitted) for one in self.studies if _clear(one.pooled) != clear]
        whether = "excludes" if clear else "includes"
        end = (
            f"without {', '.join(turned)} it no longer does"
            if turned
            else "it does so without any one of them too"
        )
        return (
            f"Leaving out one of {len(self.studies)} studies at a time moves the pooled effect "
            f"({self.full.estimate:.3g} with all) between {lowest.pooled.estimate:.3g} (without "
            f"{_told(lowest.omitted)}) and {highest.pooled.estimate:.3g} (without "
            f"{_told(highest.omitted)}); with all, its interval {whether} no effect, and {end}."
        )


def _told(study: str | int) -> str:
    """Return a study as a sentence names it: a bare number would be read as an amount."""
    return study if isinstance(study, str) else f"study {study}"


def _clear(pooled: RandomEffects) -> bool:
    return not pooled.ci_low <= 0 <= pooled.ci_high


def leave_one_out(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    labels: Sequence[str | int] | None = None,
    method: Method = "REML",
    test: TestRule = "z",
    level: float = 0.95,
) -> LeaveOneOut:
    """Pool all effects but one, for each in turn, by `random_effects`.

    The way to see whether one study makes the result (Viechtbauer & Cheung 2010,
    doi:10.1002/jrsm.11).

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        labels: names of the studies; else their places counted from 1.
        method: estimator of tau2.
        test: standard-error rule.
        level: level of the intervals, between 0 and 1.

    Returns:
        The pooled effect of all, and without each.

    Raises:
        CannotEstimateError: as `random_effects`; or fewer than 3 effects.
        InvalidQueryError: `labels` is not as long as the effects.

    Examples:
        >>> result = leave_one_out([0.1, 0.3, 0.5], [0.01] * 3)
        >>> [round(one.pooled.estimate, 3) for one in result.studies]
        [0.4, 0.3, 0.2]
    """
    effects, variances = checked(y, v)
    k = len(effects)
    if k < 3:
        raise CannotEstimateError(f"leaving one out needs at least 3 effects, got {k}")
    names = plain_labels("labels", range(1, k + 1) if labels is None else labels, k)
    full = random_effects(effects, variances, method, test, level)
    return LeaveOneOut(
        full=full,
        studies=tuple(
            LeftOut(
                omitted=names[i],
                pooled=random_effects(
                    np.delete(effects, i), np.delete(variances, i), method, test, level
                ),
            )
            for i in range(k)
        ),
        assumptions=full.assumptions,
    )


@attrs.frozen(kw_only=True)
class Influence:
    """How far one study moves the pooled effect; definitions stand at `influence`.

    Attributes:
        study: its label, or its place counted from 1.
        weight: its share of the pooled effect, percent; 100 times its leverage.
        rstudent: its distance from the pooled effect of the others, in standard errors.
        dffits: how far the pooled effect moves without it, in standard errors of what is fitted.
        cook: Cook's distance.
        cov_ratio: variance of the pooled effect without it, over that with it.
        tau2_without: tau2 without it.
        q_without: Cochran's Q without it.

    Examples:
        >>> first = influence([0.1, 0.3, 0.5], [0.01] * 3).studies[0]
        >>> round(first.weight, 1)
        33.3
    """

    study: str | int
    weight: float
    rstudent: float
    dffits: float
    cook: float
    cov_ratio: float
    tau2_without: float
    q_without: float


@attrs.frozen(kw_only=True)
class InfluenceTable(Result):
    """The influence of every study, as `influence` returns it.

    Attributes:
        studies: one entry a study, in the order given.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> len(influence([0.1, 0.3, 0.5], [0.01] * 3).studies)
        3
    """

    studies: tuple[Influence, ...]
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a study, with every figure by name."""
        return tuple(attrs.asdict(one) for one in self.studies)

    def sentence(self) -> str:
        """Name the studies that move the pooled effect most and lie farthest from the others.

        Returns:
            One sentence.

        Examples:
            >>> influence([0.1, 0.3, 0.9], [0.01] * 3).sentence()[:35]
            'Of 3 studies, study 3 moves the poo'
        """
        most = max(self.studies, key=lambda one: one.cook)
        far = max(self.studies, key=lambda one: abs(one.rstudent))
        return (
            f"Of {len(self.studies)} studies, {_told(most.study)} moves the pooled effect most (Cook's "
            f"distance {most.cook:.3g}, {most.weight:.3g}% of the weight); {_told(far.study)} lies "
            f"farthest from the others ({far.rstudent:.3g} standard errors)."
        )


def influence(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    labels: Sequence[str | int] | None = None,
    method: Method = "REML",
) -> InfluenceTable:
    """Say how far each study moves the pooled effect of `random_effects`.

    With mu, tau2 and their values without study i marked (i), w = 1 / (v + tau2) and h_i the
    study's share of the weights (Viechtbauer & Cheung 2010, doi:10.1002/jrsm.11), all by the ``z``
    rule:

    - rstudent: (y_i - mu(i)) / sqrt(v_i + tau2(i) + se(i)^2);
    - dffits: (mu - mu(i)) / sqrt(h_i (v_i + tau2(i)));
    - Cook's distance: (mu - mu(i))^2 / se^2;
    - covariance ratio: se(i)^2 / se^2.

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        labels: names of the studies; else their places counted from 1.
        method: estimator of tau2.

    Returns:
        One entry a study.

    Raises:
        CannotEstimateError: as `leave_one_out`.
        InvalidQueryError: `labels` is not as long as the effects.

    Examples:
        >>> result = influence([0.1, 0.3, 0.9], [0.01] * 3)
        >>> [round(one.cook, 2) for one in result.studies]
        [0.48, 0.08, 0.94]
    """
    found = leave_one_out(y, v, labels, method)
    effects, variances = checked(y, v)
    full = found.full
    made: list[Influence] = []
    with double_precision():
        weights: Vector = 1 / (variances + full.tau2)
        shares = (weights / weights.sum()).tolist()
        for one, effect, variance, share in zip(
            found.studies, effects.tolist(), variances.tolist(), shares, strict=True
        ):
            rest = one.pooled
            moved = full.estimate - rest.estimate
            own = variance + rest.tau2
            row = Influence(
                study=one.omitted,
                weight=100 * share,
                rstudent=(effect - rest.estimate) / math.sqrt(own + rest.se**2),
                dffits=moved / math.sqrt(share * own),
                cook=(moved / full.se) ** 2,
                cov_ratio=(rest.se / full.se) ** 2,
                tau2_without=rest.tau2,
                q_without=rest.q,
            )
            all_finite(row.rstudent, row.dffits, row.cook, row.cov_ratio)
            made.append(row)
    return InfluenceTable(studies=tuple(made), assumptions=full.assumptions)
