"""Several effects a study: the multilevel model, and errors that are robust to its being wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias, get_args

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite, check_level, shown
from implsci.analysis.meta._bias_reduced import BiasReduced, bias_reduced
from implsci.analysis.meta._blocks import make_blocks
from implsci.analysis.meta._checks import (
    Matrix,
    Vector,
    checked,
    chi2_tail,
    double_precision,
    f_tail,
    listed,
    p_text,
)
from implsci.analysis.meta._combining import plain_labels
from implsci.analysis.meta._components import FittedBlocks, VarianceComponents, variance_components
from implsci.analysis.meta._design import Moderators, make_design
from implsci.analysis.meta._models import (
    Coefficient,
    Model,
    as_tuples,
    coefficients,
    left_out_note,
    wald,
)
from implsci.analysis.meta._residual import fit, typical_variance
from implsci.errors import CannotEstimateError

ClusterRule: TypeAlias = Literal["z", "cr1", "cr2"]
"""The standard-error rule of `multilevel`: ``z`` trusts the model, ``cr1`` is robust by study, and
``cr2`` is so too, corrected for few studies.

Examples:
    >>> from typing import get_args
    >>> get_args(ClusterRule)
    ('z', 'cr1', 'cr2')
"""


@attrs.frozen(kw_only=True)
class Multilevel(Model):
    """A multilevel model, as `multilevel` returns it; formulas and sources stand there.

    Attributes:
        sigma2_study: variance of the true effects between studies.
        sigma2_effect: variance of the true effects between the effects of one study.
        i2_study: percent of the variation around the model that is between studies.
        i2_effect: percent of it that is between the effects of one study.
        log_likelihood: the restricted log-likelihood at both variances.
        studies: number of studies.
        qe: residual heterogeneity, chi-squared on `qe_df` degrees of freedom.
        qe_df: k less the number of coefficients.
        qe_p: its p-value.
        qm: test of all moderators together: chi-squared on `qm_df` for ``z``, F on `qm_df` and
            `qm_df_error` for the others; None without moderators, and where `qm_df_error` would be
            0 or less.
        qm_df: number of coefficients but the intercept.
        qm_df_error: degrees of freedom of the F statistic's divisor; None where `qm` is no F.
        qm_p: its p-value; None where there is no `qm`.
        test: the standard-error rule.

    Examples:
        >>> fit = multilevel([0.1, 0.3, 0.5, 0.8], [0.01] * 4, ["a", "a", "b", "b"])
        >>> fit.k, fit.studies, round(fit.coefficients[0].estimate, 3)
        (4, 2, 0.425)
    """

    sigma2_study: float
    sigma2_effect: float
    i2_study: float
    i2_effect: float
    log_likelihood: float
    studies: int
    qe: float
    qe_df: int
    qe_p: float
    qm: float | None
    qm_df: int
    qm_df_error: float | None = None
    qm_p: float | None
    test: ClusterRule
    _bias_reduced: BiasReduced | None = attrs.field(
        default=None, alias="bias_reduced", eq=False, repr=False
    )
    _fitted: FittedBlocks | None = attrs.field(default=None, alias="fitted", eq=False, repr=False)

    def _heterogeneity(self) -> float | None:
        return self.sigma2_study + self.sigma2_effect

    def _freedom(self, row: Vector) -> float | None:
        return self.df if self._bias_reduced is None else self._bias_reduced.freedom(row)

    def heterogeneity(self, level: float | None = None) -> VarianceComponents:
        """Return both variances with intervals by the profile of the restricted likelihood.

        The limits of a variance are where twice the log-likelihood, at its highest over the other
        variance, is less than at its peak by the quantile of chi-squared with 1 degree of freedom
        (Hardy & Thompson 1996, doi:10.1002/(SICI)1097-0258(19960330)15:6<619::AID-SIM188>3.0.CO;2-A;
        Viechtbauer 2007, doi:10.1002/sim.2514). They are looked for from the estimate outwards.
        The lower limit is 0 where 0 is no less likely than that.

        Args:
            level: level of the intervals, between 0 and 1; None for that of the model.

        Returns:
            Both variances; see `VarianceComponents`.

        Raises:
            CannotEstimateError: a `level` outside 0 to 1, no convergence, numbers beyond double
                precision, or a result that was not made by `multilevel`.

        Examples:
            >>> fit = multilevel([0.1, 0.3, 0.5, 0.8, 0.2], [0.01] * 5, ["a", "a", "b", "b", "c"])
            >>> found = fit.heterogeneity()
            >>> found.sigma2_study.low, round(found.sigma2_study.high, 2)
            (0.0, 1.21)
        """
        return variance_components(
            self._fitted,
            (self.sigma2_study, self.sigma2_effect),
            self.log_likelihood,
            self.level if level is None else level,
        )

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in the unit of the effects that went in.

        Examples:
            >>> fit = multilevel([0.1, 0.3, 0.5, 0.8], [0.01] * 4, ["a", "a", "b", "b"])
            >>> fit.sentence()[:66]
            'Multilevel model of 4 effects in 2 studies (REML, z rule): mean 0.'
        """
        rule = "z" if self.test == "z" else f"cluster-robust {self.test.upper()} t"
        shown = self.coefficients if self.qm is None else self.coefficients[1:]
        terms = "; ".join(
            f"{'mean' if self.qm is None else one.name} {one.estimate:.3g} "
            f"({100 * self.level:g}% confidence interval {one.ci_low:.3g} to {one.ci_high:.3g}, "
            f"{p_text(one.p)})"
            for one in shown
        )
        together = ""
        if self.qm is not None and self.qm_p is not None:
            statistic = (
                f"QM = {self.qm:.3g} on {self.qm_df} df"
                if self.qm_df_error is None
                else f"F = {self.qm:.3g} on {self.qm_df} and {self.qm_df_error:.3g} df"
            )
            together = (
                f" All moderators together: {statistic}, {p_text(self.qm_p)}. An association "
                "across studies is not shown to be an effect of the moderator."
            )
        return (
            f"Multilevel model of {self.k} effects in {self.studies} studies (REML, {rule} rule): "
            f"{terms}.{together} Variance between studies {self.sigma2_study:.3g}, between effects "
            f"of a study {self.sigma2_effect:.3g}.{_caution(self.coefficients, self.test)}"
        )


def multilevel(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    study: Sequence[str | int] | NDArray[np.int64],
    X: Moderators | None = None,  # noqa: N803  as in meta_regression
    names: Sequence[str] | None = None,
    test: ClusterRule = "z",
    level: float = 0.95,
    reference: Mapping[str, str] | None = None,
) -> Multilevel:
    """Pool effects that come several from one study, with or without moderators.

    The model is y_ij = x_ij b + s_j + u_ij + e_ij: s_j ~ N(0, sigma2_study) is shared by the effects
    of study j, u_ij ~ N(0, sigma2_effect) is each effect's own, e_ij ~ N(0, v_ij) its sampling error,
    taken as independent (Konstantopoulos 2011, doi:10.1002/jrsm.35; Van den Noortgate 2013,
    doi:10.3758/s13428-012-0261-6). Both variances are estimated by restricted maximum likelihood,
    never below 0.

    - Standard errors: ``z`` takes the roots of diag (X'V^-1X)^-1 and normal quantiles. ``cr1`` sums
      the residuals study by study (the sandwich), times m / (m - p) for m studies and p
      coefficients, with t quantiles on m - p degrees of freedom: it holds where the effects of one
      study are correlated in another way than the model says, given enough studies (Hedges, Tipton &
      Johnson 2010, doi:10.1002/jrsm.5). The factor and the degrees of freedom are those of metafor's
      ``robust()``. With fewer than some 40 studies it is too sure of itself.
    - ``cr2`` is the sandwich made unbiased under the working model, which is the fitted one: weights
      V^-1 with both variances as estimated, and the residuals of study j times A_j, the symmetric
      inverse root for which A_j (V_j - X_j C X_j') A_j = V_j with C = (X'V^-1X)^-1 (Bell & McCaffrey
      2002, "Bias reduction in standard errors for linear regression with multi-stage samples";
      Pustejovsky & Tipton 2018, doi:10.1080/07350015.2016.1247004). Each coefficient and each
      prediction has t quantiles with its own degrees of freedom by Satterthwaite's rule under that
      model (Tipton 2015, doi:10.1037/met0000011); QM is the F of the approximate Hotelling
      test. That is metafor's ``robust(clubSandwich=TRUE)``. It is the rule for few studies. Below 4
      degrees of freedom the t distribution no longer fits and p-values come out too small (Tipton
      2015): the sentence and the assumptions name the coefficients, to be judged at 0.01 at most.
    - QE takes w = 1 / v; QM is the Wald statistic of all coefficients but the intercept, for ``cr1``
      divided by their number and so an F.
    - I2 of each level is 100 sigma2 / (sigma2_study + sigma2_effect + s2) with the typical sampling
      variance s2 of `meta_regression` (Nakagawa & Santos 2012, doi:10.1007/s10682-012-9555-5).

    Args:
        y: effects, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        study: the study of each effect.
        X: moderators of effects or of studies, as in `meta_regression`; None for the mean alone.
        names: names of the columns where `X` is rows.
        test: standard-error rule.
        level: level of all intervals, between 0 and 1.
        reference: reference level by moderator in words.

    Returns:
        The coefficients and both variances; see `Multilevel`.

    Raises:
        CannotEstimateError: bad effects or variances; a bad `test` or `level`; fewer than 2 studies,
            or no study with several effects, or, for ``cr1``, no more studies than coefficients; no
            more effects than coefficients; a moderator that is constant or determined by others
            (named); for ``cr2``, a coefficient that one study alone determines (named); no
            convergence.
        InvalidQueryError: `study` or moderators of another length or shape.
        UnknownNameError: `reference` names a moderator or level that is not there.

    Examples:
        >>> effects, studies = [0.1, 0.2, 0.5, 0.7, 0.3], ["a", "a", "b", "b", "c"]
        >>> fit = multilevel(effects, [0.01] * 5, studies)
        >>> mean = fit.coefficients[0]
        >>> round(mean.estimate, 3), round(fit.sigma2_study, 3), round(fit.sigma2_effect, 3)
        (0.352, 0.048, 0.002)
    """
    if test not in get_args(ClusterRule):
        raise CannotEstimateError(f"test is one of {listed(ClusterRule)}; got {shown(test)}")
    check_level(level)
    effects, variances = checked(y, v)
    labels = plain_labels("study", study, len(effects))
    design = make_design(X, names, len(effects), reference)
    left_out = len(effects) - len(design.kept)
    effects, variances, x = effects[design.kept], variances[design.kept], design.matrix
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    of_study = np.array([numbers[labels[i]] for i in design.kept], dtype=np.intp)
    k, p = x.shape
    m = len(np.unique(of_study))
    _check_sizes(k, p, m, test)
    with double_precision():
        blocks, _ = make_blocks(effects, x, variances, of_study)
        fixed = fit(effects, x, 1 / variances)
        ordinary = fit(effects, x, np.ones(k))
        # The scale on which the optimizer works: what the effects vary by, sampling included.
        scale = ordinary.scatter / (k - p) + float(variances.mean())
        between, within = blocks.maximize(scale)
        state = blocks.at(between, within)
        covariance, df, small = state.covariance, None, None
        freedom: float | list[float] | None = None
        if test == "cr1":
            scores = blocks.per_study(blocks.x * state.pull[:, None])
            meat = scores.T @ scores * (m / (m - p))
            covariance, freedom = covariance @ meat @ covariance, m - p
            df = m - p
        elif test == "cr2":
            small = bias_reduced(blocks, state, between, within, design.terms)
            covariance, freedom = small.covariance, [small.freedom(one) for one in np.eye(p)]
        if float((np.diag(covariance) / np.diag(state.covariance)).min()) <= 1e-20:
            raise CannotEstimateError("the robust standard error is 0: every study fits exactly")
        terms = coefficients(design.terms, state.beta, covariance, level, freedom)
        together = _together(state.beta, covariance, df, small) if p > 1 else _NOT_TESTED
        typical = typical_variance(x, variances)
    qm, qm_df_error, qm_p = together
    total = between + within + typical
    shares = 100 * between / total, 100 * within / total
    all_finite(between, within, *shares, state.log_likelihood, fixed.scatter, qm, qm_p)
    return Multilevel(
        coefficients=terms,
        covariance=as_tuples(covariance),
        moderators=design.moderators,
        k=k,
        left_out=left_out,
        df=df,
        level=level,
        sigma2_study=between,
        sigma2_effect=within,
        i2_study=shares[0],
        i2_effect=shares[1],
        log_likelihood=state.log_likelihood,
        studies=m,
        qe=fixed.scatter,
        qe_df=k - p,
        qe_p=chi2_tail(k - p, fixed.scatter),
        qm=qm,
        qm_df=p - 1,
        qm_df_error=qm_df_error,
        qm_p=qm_p,
        test=test,
        bias_reduced=small,
        fitted=FittedBlocks(blocks=blocks, scale=scale),
        assumptions=(
            "studies are independent",
            "true effects are normal between studies and within them",
            "sampling errors of one study's effects are uncorrelated"
            if test == "z"
            else "effects of one study may be correlated in any way; studies are many"
            if test == "cr1"
            else "effects of one study may be correlated in any way; the correction for few studies "
            "takes the model's own variances for true",
            "the sampling variances are known",
            *left_out_note(left_out),
            *filter(None, [_caution(terms, test).strip()]),
        ),
    )


_NOT_TESTED = None, None, None
_FEW = 4  # degrees of freedom, Tipton 2015


def _together(
    beta: Vector, covariance: Matrix, df: int | None, small: BiasReduced | None
) -> tuple[float | None, float | None, float | None]:
    """Return the test of all coefficients but the intercept, its divisor's freedom, its p-value."""
    q = len(beta) - 1
    statistic = wald(beta, covariance)
    if small is None:
        if df is None:
            return statistic, None, chi2_tail(q, statistic)
        return statistic / q, df, f_tail(q, df, statistic / q)
    # Hotelling's T-squared of a Wishart matrix with `wishart` degrees of freedom, as an F.
    wishart = small.freedom_together(np.eye(q + 1)[1:])
    error = wishart - q + 1
    if error <= 0:
        return _NOT_TESTED
    f = statistic * error / (wishart * q)
    return f, error, f_tail(q, error, f)


def _caution(terms: Sequence[Coefficient], test: ClusterRule) -> str:
    few = [one.name for one in terms if test == "cr2" and one.df is not None and one.df < _FEW]
    if not few:
        return ""
    return (
        f" Degrees of freedom below {_FEW} ({', '.join(few)}): too few studies bear on it, p-values "
        "come out too small, and 0.01 is the mildest level to judge by."
    )


def _check_sizes(k: int, p: int, m: int, test: ClusterRule) -> None:
    if m < 2:
        raise CannotEstimateError("a multilevel model needs at least 2 studies, got 1")
    if m == k:
        raise CannotEstimateError(
            "no study has more than one effect, so its two variances are one; use random_effects "
            "or meta_regression"
        )
    if k <= p:
        raise CannotEstimateError(
            f"{p} coefficients need at least {p + 1} effects with every moderator; there are {k}"
        )
    if test == "cr1" and m <= p:
        raise CannotEstimateError(
            f"cr1 needs more studies than coefficients; there are {m} and {p}"
        )
