"""Pooling independent effects around one mean: random effects and equal effects."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite
from implsci.analysis.meta._checks import (
    Method,
    TestRule,
    check_options,
    checked,
    chi2_tail,
    double_precision,
    p_text,
    quantile,
    two_sided,
)
from implsci.analysis.meta._heterogeneity import (
    Data,
    Fitted,
    Heterogeneity,
    heterogeneity_of,
)
from implsci.analysis.meta._tau2 import ESTIMATORS, mean, scatter, trace
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError


@attrs.frozen(kw_only=True)
class RandomEffects(Fitted):
    """A pooled effect with its uncertainty, as `random_effects` returns it.

    Effects, standard error and interval limits are in the unit of the effects that went in, the
    variance in its square. Formulas and their sources stand at `random_effects`.

    Attributes:
        estimate: the mean of the true effects (for ``EE``, the one effect all share).
        se: its standard error, by the rule named in `test`.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        p: two-sided p-value of the hypothesis that it is zero.
        tau2: variance of the true effects between studies; 0 by assumption for ``EE``.
        i2: percent (0 to 100) of the total variation that is between studies.
        q: Cochran's Q, with k - 1 degrees of freedom.
        q_p: p-value of Q; small values speak against one true effect.
        k: number of effects pooled.
        pi_low: lower limit for the true effect of a further study; None for ``EE``.
        pi_high: upper limit for the true effect of a further study; None for ``EE``.
        method: the estimator of `tau2`.
        test: the standard-error rule.
        level: level of both intervals, between 0 and 1.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="EE")
        >>> round(pooled.q, 3), round(pooled.i2, 3), pooled.pi_low
        (8.0, 75.0, None)
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    tau2: float
    i2: float
    q: float
    q_p: float
    k: int
    pi_low: float | None
    pi_high: float | None
    method: Method
    test: TestRule
    level: float

    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row: every number and name by attribute.

        Returns:
            Plain floats, ints, strings and None.

        Examples:
            >>> random_effects([0.1, 0.3], [0.01, 0.01]).to_rows()[0]["k"]
            2
        """
        return (attrs.asdict(self, filter=attrs.filters.exclude("assumptions", "_data")),)

    def to_dict(self) -> dict[str, object]:
        """Return every attribute by name, with rows and sentence beside them, ready for JSON.

        Returns:
            Plain floats, ints, strings, lists and None.

        Examples:
            >>> random_effects([0.1, 0.3], [0.01, 0.01]).to_dict()["k"]
            2
        """
        (row,) = self.to_rows()
        # The base is called by name: a slotted attrs class is a copy, in which super() needs help.
        return {**row, **Result.to_dict(self)}

    def heterogeneity(self, level: float | None = None) -> Heterogeneity:
        """Return tau2, tau, I2 and H2 with their Q-profile intervals.

        The interval of tau2 holds the values at which sum w (y - mu)^2 with
        w = 1 / (v + tau2),
        chi-squared on k - 1 degrees of freedom if that is the variance, is between the quantiles
        (Viechtbauer 2007, doi:10.1002/sim.2514). With the typical sampling variance s2 of
        `random_effects`, I2 is 100 tau2 / (tau2 + s2) and H2 is tau2 / s2 + 1, at the limits too.
        The rule is the same for every `method`. A lower limit of 0 is a value; the interval is empty
        where even tau2 = 0 expects more scatter than there is.

        Args:
            level: level of the intervals, between 0 and 1; None for that of the model.

        Returns:
            The four with their limits; see `Heterogeneity`.

        Raises:
            CannotEstimateError: ``EE``, a `level` outside 0 to 1, numbers beyond double precision, or
                a result that was not made by `random_effects`.

        Examples:
            >>> found = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01]).heterogeneity()
            >>> round(found.i2.low, 1), round(found.i2.high, 1)
            (7.8, 99.4)
        """
        return heterogeneity_of(
            self._data, self.tau2, self.i2, self.method, self.level if level is None else level
        )

    def sentence(self) -> str:
        """Say the result in one plain sentence: method, k, interval, heterogeneity, assumption.

        Returns:
            One sentence, in the unit of the effects that went in.

        Examples:
            >>> from textwrap import fill
            >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="EE")
            >>> print(fill(pooled.sentence(), 74))
            Pooling 3 effects by the equal-effects model (EE, z interval) gives a
            common effect of 0.3 (95% confidence interval 0.187 to 0.413), with I2 =
            75% (Q = 8 on 2 df, p = 0.018), assuming that the effects are independent
            and all estimate one true effect.
        """
        interval = "z" if self.test == "z" else "Knapp-Hartung t"
        percent = f"{100 * self.level:g}%"
        heterogeneity = (
            f"I2 = {self.i2:.3g}% (Q = {self.q:.3g} on {self.k - 1} df, {p_text(self.q_p)})"
        )
        if self.pi_low is None or self.pi_high is None:
            model, meaning = "equal-effects", "a common effect"
        else:
            model, meaning = "random-effects", "a mean"
            heterogeneity = (
                f"tau2 = {self.tau2:.3g}, {heterogeneity} and a {percent} prediction interval "
                f"for a further study's true effect of {self.pi_low:.3g} to {self.pi_high:.3g}"
            )
        return (
            f"Pooling {self.k} effects by the {model} model ({self.method}, {interval} interval) "
            f"gives {meaning} of {self.estimate:.3g} ({percent} confidence interval "
            f"{self.ci_low:.3g} to {self.ci_high:.3g}), with {heterogeneity}, "
            f"assuming that {' and '.join(self.assumptions[:2])}."
        )


def random_effects(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    method: Method = "REML",
    test: TestRule = "z",
    level: float = 0.95,
) -> RandomEffects:
    """Pool independent effects, each with a known sampling variance, by inverse-variance weights.

    The model is y_i = mu + u_i + e_i with e_i ~ N(0, v_i), u_i ~ N(0, tau2), weights
    w_i = 1 / (v_i + tau2), and mu the weighted mean. Q always uses the weights 1 / v_i
    (Cochran 1954, doi:10.2307/3001666).

    Estimators of tau2, never below 0:

    - ``EE``: equal effects; tau2 is 0 by assumption.
    - ``DL``: the moment estimator from Q (DerSimonian & Laird 1986,
      doi:10.1016/0197-2456(86)90046-2).
    - ``HE``: the sample variance of y less the mean of v (Hedges 1983,
      doi:10.1037/0033-2909.93.2.388).
    - ``PM``: the tau2 at which the weighted squares equal k - 1 (Paule & Mandel 1982,
      doi:10.6028/jres.087.022).
    - ``ML``, ``REML``: full and restricted maximum likelihood by Fisher scoring with
      step halving, from the likeliest of 0, the ``HE`` and the ``DL`` value (Viechtbauer 2005,
      doi:10.3102/10769986030003261).

    Standard error and intervals: ``z`` takes 1 / sqrt(sum w) and normal quantiles; ``knha`` takes
    sqrt(sum w (y - mu)^2 / ((k - 1) sum w)), with t quantiles on k - 1 degrees of
    freedom (Knapp & Hartung 2003, doi:10.1002/sim.1482); it may be smaller than the ``z`` one and
    is left so. The prediction interval is mu -+ quantile * sqrt(se^2 + tau2) with the same quantile
    (Higgins, Thompson & Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x, who use t on
    k - 2).

    I2 is 100 tau2 / (tau2 + s2) with the typical sampling variance
    s2 = (k - 1) sum(w) / (sum(w)^2 - sum(w^2)), w = 1 / v (Higgins & Thompson 2002,
    doi:10.1002/sim.1186). For ``DL`` this equals the form based on Q, 100 (Q - (k - 1)) / Q, not
    below 0, which is also what ``EE`` reports, as its own tau2 is 0 by assumption.

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances (squared standard errors), in the squared unit of `y`.
        method: estimator of tau2.
        test: standard-error rule; ``knha`` belongs to the random-effects methods.
        level: level of both intervals, between 0 and 1.

    Returns:
        The pooled effect with its heterogeneity; see `RandomEffects` for the units.

    Raises:
        CannotEstimateError: fewer than 2 effects, lengths that differ, an effect that is not
            finite, a variance that is not finite and above 0, an unknown `method` or `test`, a
            `level` outside 0 to 1, ``knha`` with ``EE`` or with effects that are all equal, no
            convergence in 200 iterations, or numbers beyond double precision.

    Examples:
        >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01])
        >>> round(pooled.estimate, 3), round(pooled.tau2, 3), round(pooled.i2, 3)
        (0.3, 0.03, 75.0)
    """
    effects, variances = checked(y, v)
    k = len(effects)
    if k < 2:
        raise CannotEstimateError("pooling needs at least 2 effects, got 1")
    check_options(method, test, level)
    if test == "knha" and np.all(effects == effects[0]):
        raise CannotEstimateError("all effects are equal, which makes the knha standard error 0")
    with double_precision():
        tau2 = ESTIMATORS[method](effects, variances)
        q = scatter(effects, 1 / variances)
        i2 = 100 * (
            max(0.0, q - (k - 1)) / max(q, k - 1)
            if method == "EE"
            else tau2 / (tau2 + (k - 1) / trace(1 / variances))
        )
        weights = 1 / (variances + tau2)
        estimate = mean(effects, weights)
        se = 1 / math.sqrt(weights.sum())
        df = None
        if test == "knha":
            se *= math.sqrt(scatter(effects, weights) / (k - 1))
            df = k - 1
        half = quantile(level, df)
        p = two_sided(estimate / se, df)
        reach = None if method == "EE" else half * math.sqrt(se**2 + tau2)
        limits = (
            (estimate - half * se, estimate + half * se),
            (None, None) if reach is None else (estimate - reach, estimate + reach),
        )
    all_finite(estimate, se, tau2, i2, q, *limits[0], *limits[1])
    return RandomEffects(
        estimate=estimate,
        se=se,
        ci_low=limits[0][0],
        ci_high=limits[0][1],
        p=p,
        tau2=tau2,
        i2=i2,
        q=q,
        q_p=chi2_tail(k - 1, q),
        k=k,
        pi_low=limits[1][0],
        pi_high=limits[1][1],
        method=method,
        test=test,
        level=level,
        assumptions=(
            "the effects are independent",
            "all estimate one true effect"
            if method == "EE"
            else "their true values vary around one mean",
            "the sampling variances are known",
            "effects on one scale, ratios as logarithms",
        ),
        data=Data(effects, np.ones((k, 1)), variances),
    )
