"""Meta-regression: how independent effects vary with what is known of their studies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite, number
from implsci.analysis.meta import _residual, _tau2
from implsci.analysis.meta._checks import (
    Method,
    TestRule,
    check_options,
    checked,
    chi2_tail,
    double_precision,
    f_tail,
    p_text,
)
from implsci.analysis.meta._design import Moderators, make_design
from implsci.analysis.meta._heterogeneity import Data, Heterogeneity, heterogeneity_of
from implsci.analysis.meta._models import Model, as_tuples, coefficients, left_out_note, wald
from implsci.errors import CannotEstimateError, InvalidQueryError


@attrs.frozen(kw_only=True)
class MetaRegression(Model):
    """A meta-regression, as `meta_regression` returns it; formulas and sources stand there.

    Attributes:
        tau2: variance of the true effects that the moderators leave; 0 by assumption for ``EE``.
        i2: percent (0 to 100) of the variation around the model that is between studies.
        r2: percent of the variance between studies that the moderators account for, not below 0;
            None where there is none to account for, and for ``EE``.
        qe: residual heterogeneity, chi-squared on `qe_df` degrees of freedom.
        qe_df: k less the number of coefficients.
        qe_p: its p-value.
        qm: test of all moderators together: chi-squared on `qm_df` for ``z``, F on `qm_df` and `df`
            for ``knha``.
        qm_df: number of coefficients but the intercept.
        qm_p: its p-value.
        method: the estimator of `tau2`.
        test: the standard-error rule.

    Examples:
        >>> fit = meta_regression([0.1, 0.3, 0.5, 0.8], [0.01] * 4, {"weeks": [1, 2, 3, 4]})
        >>> fit.coefficient("weeks").name, fit.df
        ('weeks', None)
    """

    tau2: float
    i2: float
    r2: float | None
    qe: float
    qe_df: int
    qe_p: float
    qm: float
    qm_df: int
    qm_p: float
    method: Method
    test: TestRule
    _data: Data | None = attrs.field(default=None, alias="data", eq=False, repr=False)

    def _heterogeneity(self) -> float | None:
        return None if self.method == "EE" else self.tau2

    def heterogeneity(self, level: float | None = None) -> Heterogeneity:
        """Return tau2, tau, I2 and H2 with their Q-profile intervals.

        The interval of tau2 holds the values at which the weighted residual squares with
        w = 1 / (v + tau2),
        chi-squared on k - p degrees of freedom if that is the variance, is between the quantiles
        (Viechtbauer 2007, doi:10.1002/sim.2514). With the typical sampling variance s2 of
        `meta_regression`, I2 is 100 tau2 / (tau2 + s2) and H2 is tau2 / s2 + 1, at the limits too.
        The rule is the same for every `method`. A lower limit of 0 is a value; the interval is empty
        where even tau2 = 0 expects more scatter than there is.

        Args:
            level: level of the intervals, between 0 and 1; None for that of the model.

        Returns:
            The four with their limits; see `Heterogeneity`.

        Raises:
            CannotEstimateError: ``EE``, a `level` outside 0 to 1, numbers beyond double precision, or
                a result that was not made by `meta_regression`.

        Examples:
            >>> fit = meta_regression([0.1, 0.4, 0.2, 0.8], [0.01] * 4, {"weeks": [1, 2, 3, 4]})
            >>> round(fit.heterogeneity().tau2.low, 3), round(fit.heterogeneity().tau2.high, 2)
            (0.005, 2.1)
        """
        return heterogeneity_of(
            self._data, self.tau2, self.i2, self.method, self.level if level is None else level
        )

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in the unit of the effects that went in.

        Examples:
            >>> fit = meta_regression([0.1, 0.3, 0.5, 0.8], [0.01] * 4, {"weeks": [1, 2, 3, 4]})
            >>> fit.sentence()[:52]
            'Meta-regression of 4 effects (REML, z rule): weeks 0'
        """
        rule = "z" if self.test == "z" else "Knapp-Hartung t"
        slopes = "; ".join(
            f"{one.name} {one.estimate:.3g} ({100 * self.level:g}% confidence interval "
            f"{one.ci_low:.3g} to {one.ci_high:.3g}, {p_text(one.p)})"
            for one in self.coefficients[1:]
        )
        together = (
            f"QM = {self.qm:.3g} on {self.qm_df} df"
            if self.df is None
            else f"F = {self.qm:.3g} on {self.qm_df} and {self.df} df"
        )
        share = "" if self.r2 is None else f", R2 = {self.r2:.3g}%"
        return (
            f"Meta-regression of {self.k} effects ({self.method}, {rule} rule): {slopes}. "
            f"All moderators together: {together}, {p_text(self.qm_p)}{share}. "
            f"Left between studies: tau2 = {self.tau2:.3g}, I2 = {self.i2:.3g}% "
            f"(QE = {self.qe:.3g} on {self.qe_df} df, {p_text(self.qe_p)}). "
            "An association across studies is not shown to be an effect of the moderator."
        )


def meta_regression(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    X: Moderators,  # noqa: N803  the name is part of the public contract
    names: Sequence[str] | None = None,
    method: Method = "REML",
    test: TestRule = "z",
    level: float = 0.95,
    reference: Mapping[str, str] | None = None,
    tolerance: float | None = None,
) -> MetaRegression:
    """Regress independent effects on moderators, with inverse-variance weights.

    The model is y_i = x_i b + u_i + e_i with e_i ~ N(0, v_i), u_i ~ N(0, tau2), weights
    w_i = 1 / (v_i + tau2) and b = (X'WX)^-1 X'Wy (Berkey 1995, doi:10.1002/sim.4780140406).
    `method` estimates tau2 as in `random_effects`, each with X in the place of the mean (Viechtbauer,
    Lopez-Lopez, Sanchez-Meca & Marin-Martinez 2015, doi:10.1037/met0000023).

    - Standard errors: ``z`` takes the roots of diag (X'WX)^-1 and normal quantiles; ``knha``
      multiplies that matrix by the weighted residual squares over k - p and takes t quantiles on
      k - p degrees of freedom, p being the number of coefficients (Knapp & Hartung 2003,
      doi:10.1002/sim.1482). It is not kept from being smaller than the ``z`` one.
    - QE is the weighted residual sum of squares with w = 1 / v; QM is the Wald statistic of all
      coefficients but the intercept, for ``knha`` divided by their number and so an F.
    - R2 is 100 (tau2_0 - tau2) / tau2_0, not below 0, with tau2_0 of the same effects and method
      without moderators (Raudenbush 2009). It is unsure where k is small (Lopez-Lopez 2014,
      doi:10.1111/bmsp.12002).
    - I2 is 100 tau2 / (tau2 + s2) with s2 = (k - p) / trace(P), w = 1 / v, as in metafor; programs
      that take it from QE get another figure. For ``EE`` it is 100 (QE - (k - p)) / QE, not below 0.

    Words are coded as dummies: one coefficient ``name=level`` for each level but the reference, which
    is the first in sorted order unless `reference` names another.

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        X: moderators without a column of ones: columns by name, numbers or words, or rows of numbers.
            None, nan and the empty string are missing: the effect is left out, and counted.
        names: names of the columns where `X` is rows; else ``x1``, ``x2``, ...
        method: estimator of tau2.
        test: standard-error rule; ``knha`` belongs to the random-effects methods.
        level: level of all intervals, between 0 and 1.
        reference: reference level by moderator.
        tolerance: for ``ML`` and ``REML``, the change of tau2 at which Fisher scoring stops. By
            default 1e-5 as in metafor, or a thousandth of the typical sampling variance if that is
            less; QM and R2 then agree with metafor's, and their third decimal may differ from those
            at the exact maximum, which a smaller value finds.

    Returns:
        The coefficients, what they account for and what they leave; see `MetaRegression`.

    Raises:
        CannotEstimateError: bad effects or variances, options or convergence as in
            `random_effects`; no moderator; a moderator that is constant or determined by others (named); no
            more effects than coefficients; effects that the model fits exactly under ``knha``.
        InvalidQueryError: moderators of another length, of another shape, or mixed in kind.
        UnknownNameError: `reference` names a moderator or level that is not there.

    Examples:
        >>> effects, variances = [0.1, 0.3, 0.2, 0.6, 0.7], [0.02, 0.01, 0.02, 0.01, 0.03]
        >>> fit = meta_regression(effects, variances, {"alliance": ["low", "low", "low", "high", "high"]})
        >>> [(one.name, round(one.estimate, 3)) for one in fit.coefficients]
        [('intercept', 0.625), ('alliance=low', -0.4)]
        >>> round(fit.qm, 2), fit.qm_df, round(fit.tau2, 3)
        (12.8, 1, 0.0)
    """
    check_options(method, test, level)
    if tolerance is not None and not 0 < number("tolerance", tolerance) < math.inf:
        raise InvalidQueryError(f"tolerance is a number above 0, such as 1e-10; got {tolerance!r}")
    effects, variances = checked(y, v)
    design = make_design(X, names, len(effects), reference)
    if not design.moderators:
        raise InvalidQueryError("a meta-regression needs a moderator; use random_effects")
    left_out = len(effects) - len(design.kept)
    effects, variances, x = effects[design.kept], variances[design.kept], design.matrix
    k, p = x.shape
    if k <= p:
        raise CannotEstimateError(
            f"{p} coefficients need at least {p + 1} effects with every moderator; there are {k}"
        )
    with double_precision():
        tau2 = _residual.residual_tau2(effects, x, variances, method, tolerance)
        fitted = _residual.fit(effects, x, 1 / (variances + tau2))
        fixed = _residual.fit(effects, x, 1 / variances)
        qe, qe_df = fixed.scatter, k - p
        if method == "EE":
            i2, r2 = 100 * max(0.0, qe - qe_df) / max(qe, qe_df), None
        else:
            i2 = 100 * tau2 / (tau2 + qe_df / fixed.trace)
            before = _tau2.ESTIMATORS[method](effects, variances)
            r2 = 100 * max(0.0, (before - tau2) / before) if before else None
        covariance, df = fitted.covariance, None
        if test == "knha":
            scale = fitted.scatter / qe_df
            if scale <= np.finfo(float).eps * float((fitted.w * effects**2).sum()):
                raise CannotEstimateError(
                    "the model fits every effect exactly, which makes the knha standard errors 0"
                )
            covariance, df = covariance * scale, qe_df
        qm = wald(fitted.beta, covariance)
        terms = coefficients(design.terms, fitted.beta, covariance, level, df)
    if df is not None:
        qm /= p - 1
    all_finite(tau2, i2, r2, qe, qm)
    return MetaRegression(
        coefficients=terms,
        covariance=as_tuples(covariance),
        moderators=design.moderators,
        k=k,
        left_out=left_out,
        df=df,
        level=level,
        tau2=tau2,
        i2=i2,
        r2=r2,
        qe=qe,
        qe_df=qe_df,
        qe_p=chi2_tail(qe_df, qe),
        qm=qm,
        qm_df=p - 1,
        qm_p=chi2_tail(p - 1, qm) if df is None else f_tail(p - 1, df, qm),
        method=method,
        test=test,
        assumptions=(
            "the effects are independent",
            "the moderators act additively and, in numbers, linearly",
            "the moderators account for all variation between studies"
            if method == "EE"
            else "what they leave between studies is normal with one variance",
            "the sampling variances are known",
            *left_out_note(left_out),
        ),
        data=Data(effects, x, variances),
    )
