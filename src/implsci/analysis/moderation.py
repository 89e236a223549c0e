"""Moderation: does the effect of x hang on m?

Within a study, `interaction` asks it of people or sites by least squares: does the tie x -> y change
with m, at which values of m is it there, and where is it not? Across studies, the same question (does
the effect of a strategy differ with the relationships around it?) is
`implsci.analysis.meta.meta_regression`, with m as a moderator of effects.

Examples:
    >>> from implsci.analysis.moderation import interaction
    >>> dose, trust = [0, 1, 2, 3, 0, 1, 2, 3], [1, 1, 1, 1, 5, 5, 5, 5]
    >>> uptake = [10, 11, 11, 12, 10, 13, 17, 19]
    >>> result = interaction(uptake, dose, trust, names=("dose", "trust"))
    >>> [(round(one.at, 1), round(one.slope, 2)) for one in result.slopes(at=[1, 5])]
    [(1, 0.6), (5, 3.1)]
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import attrs

from implsci.errors import MissingExtraError

try:
    import numpy as np
    from numpy.typing import NDArray
except ImportError as error:
    raise MissingExtraError(feature="moderation", extra="analysis") from error

from implsci.analysis._numbers import all_finite, check_level, check_names, flat, number
from implsci.analysis._ols import check_covariates, complete, ols
from implsci.analysis.meta import Coefficient
from implsci.analysis.meta._checks import double_precision, p_text, quantile, two_sided
from implsci.analysis.meta._models import as_tuples, coefficients
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = ["Interaction", "JohnsonNeyman", "SimpleSlope", "interaction"]


def __dir__() -> list[str]:
    return __all__


@attrs.frozen(kw_only=True)
class SimpleSlope:
    """The effect of x at one value of the moderator.

    Attributes:
        at: the value of the moderator.
        slope: change of y a unit of x there.
        se: its standard error.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        p: two-sided p-value of the hypothesis that it is zero.

    Examples:
        >>> SimpleSlope(at=2.0, slope=0.5, se=0.1, ci_low=0.3, ci_high=0.7, p=0.001).at
        2.0
    """

    at: float
    slope: float
    se: float
    ci_low: float
    ci_high: float
    p: float


@attrs.frozen(kw_only=True)
class JohnsonNeyman:
    """Where along the moderator the interval of the slope of x excludes zero.

    Attributes:
        bounds: the values at which it begins or ends to, in ascending order; at most two.
        regions: the stretches (low, high) in which the slope differs from zero, None standing for
            no end.
        observed_low: smallest value of the moderator in the data; beyond it all is extrapolation.
        observed_high: largest value of the moderator in the data.

    Examples:
        >>> JohnsonNeyman(
        ...     bounds=(2.0,), regions=((2.0, None),), observed_low=1.0, observed_high=5.0
        ... ).regions
        ((2.0, None),)
    """

    bounds: tuple[float, ...]
    regions: tuple[tuple[float | None, float | None], ...]
    observed_low: float
    observed_high: float


@attrs.frozen(kw_only=True)
class Interaction(Result):
    """A moderated regression within one study, as `interaction` returns it.

    Attributes:
        coefficients: intercept, x, m, their product ``x:m``, then the covariates.
        covariance: covariance matrix of the coefficients.
        r2: share of the variance of y accounted for, 0 to 1.
        r2_change: share that the product adds.
        sigma: residual standard deviation of y.
        df: residual degrees of freedom.
        n: rows in the model.
        left_out: rows left out for a missing value.
        johnson_neyman: where the slope of x differs from zero.
        names: names of x and m.
        usual: values of m at which `slopes` is asked by default: its two values if it has two, else its
            mean and one standard deviation below and above.
        level: level of all intervals, between 0 and 1.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> result = interaction([1, 2, 3, 5, 3, 6], [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1])
        >>> result.n, result.df, result.usual
        (6, 2, (0.0, 1.0))
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...] = attrs.field(repr=False)
    r2: float
    r2_change: float
    sigma: float
    df: int
    n: int
    left_out: int
    johnson_neyman: JohnsonNeyman
    names: tuple[str, str]
    usual: tuple[float, ...]
    level: float
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def slopes(self, at: Sequence[float] | None = None) -> tuple[SimpleSlope, ...]:
        """Return the effect of x at values of the moderator: b_x + b_xm m.

        Its variance is V_xx + m^2 V_pp + 2 m V_xp, p being the product, with Student's t on the
        residual degrees of freedom (Aiken & West 1991, Multiple Regression, chapter 2).

        Args:
            at: values of the moderator, in its unit; None for those of `usual`.

        Returns:
            One slope a value, in the order given.

        Raises:
            InvalidQueryError: a value that is no finite number.
            CannotEstimateError: a value so large that double precision cannot hold the slope.

        Examples:
            >>> result = interaction([1, 2, 3, 5, 3, 6], [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1])
            >>> [round(one.slope, 6) for one in result.slopes()]
            [1.0, 0.5]
        """
        half = quantile(self.level, self.df)
        made: list[SimpleSlope] = []
        if at is not None:
            flat("at", at)
        for given in self.usual if at is None else at:
            value = number("at", given)
            if not math.isfinite(value):
                raise InvalidQueryError(
                    f"the moderator cannot be {given!r}; expected a finite number"
                )
            slope = self.coefficients[1].estimate + value * self.coefficients[3].estimate
            v = self.covariance
            with double_precision():
                variance = v[1][1] + value**2 * v[3][3] + 2 * value * v[1][3]
            all_finite(slope, variance)
            if variance <= 0:
                raise CannotEstimateError(f"the slope at {value:g} has a standard error of 0")
            se = math.sqrt(variance)
            made.append(
                SimpleSlope(
                    at=given,
                    slope=slope,
                    se=se,
                    ci_low=slope - half * se,
                    ci_high=slope + half * se,
                    p=two_sided(slope / se, self.df),
                )
            )
        return tuple(made)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a coefficient, then one a simple slope at the usual values.

        Returns:
            Columns kind (``coefficient`` or ``slope``), name, at (None for a coefficient),
            estimate, se, ci_low, ci_high, p.
        """
        x, _ = self.names
        rows: list[Row] = [
            {"kind": "coefficient", "name": one.name, "at": None, **_numbers(one, one.estimate)}
            for one in self.coefficients
        ]
        rows += [
            {"kind": "slope", "name": x, "at": one.at, **_numbers(one, one.slope)}
            for one in self.slopes()
        ]
        return tuple(rows)

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in the units of x, m and y.

        Examples:
            >>> result = interaction([1, 2, 3, 5, 3, 6], [0, 1, 2, 0, 1, 2], [0, 0, 0, 1, 1, 1])
            >>> result.sentence()[:57]
            'In 6 rows, the slope of x changes by -0.5 a unit of m (95'
        """
        x, m = self.names
        product = self.coefficients[3]
        slopes = ", ".join(f"{one.slope:.3g} at {m} = {one.at:.3g}" for one in self.slopes())
        return (
            f"In {self.n} rows, the slope of {x} changes by {product.estimate:.3g} a unit of {m} "
            f"({100 * self.level:g}% confidence interval {product.ci_low:.3g} to "
            f"{product.ci_high:.3g}, {p_text(product.p)}): {slopes}. It differs from zero "
            f"{_where(self.johnson_neyman, m)}. An interaction is an association: it is not shown "
            f"that {m} brings the change about."
        )


def _numbers(one: Coefficient | SimpleSlope, estimate: float) -> dict[str, float]:
    return {
        "estimate": estimate,
        "se": one.se,
        "ci_low": one.ci_low,
        "ci_high": one.ci_high,
        "p": one.p,
    }


def _where(region: JohnsonNeyman, m: str) -> str:
    if not region.regions:
        return f"at no value of {m}"
    parts = []
    for low, high in region.regions:
        if low is None and high is None:
            return f"at every value of {m}"
        if low is None:
            parts.append(f"for {m} below {high:.3g}")
        elif high is None:
            parts.append(f"for {m} above {low:.3g}")
        else:
            parts.append(f"for {m} between {low:.3g} and {high:.3g}")
    observed = f"{region.observed_low:.3g} to {region.observed_high:.3g}"
    return f"{' and '.join(parts)} (observed: {observed})"


def interaction(
    y: Sequence[float] | NDArray[np.float64],
    x: Sequence[float] | NDArray[np.float64],
    m: Sequence[float] | NDArray[np.float64],
    covariates: Mapping[str, Sequence[float] | NDArray[np.float64]] | None = None,
    names: tuple[str, str] = ("x", "m"),
    level: float = 0.95,
) -> Interaction:
    """Regress y on x, m and their product by least squares.

    y = b0 + b1 x + b2 m + b3 x m (+ covariates); b3 is the moderation, b1 the slope of x where m is
    0. Variables go in as they are: centering them changes b1 and b2, not b3 nor any simple slope.
    Standard errors are the ordinary ones, with Student's t (Aiken & West 1991, Multiple Regression).

    The Johnson-Neyman bounds are the values of m at which the confidence interval of the slope of x
    touches zero, roots of (b1 + b3 m)^2 = t^2 var(b1 + b3 m) (Johnson & Fay 1950,
    doi:10.1007/BF02288864; Bauer & Curran 2005, doi:10.1207/s15327906mbr4003_5): point by point, so
    nothing corrects for having looked everywhere.

    Args:
        y: outcome, one a row, in any unit.
        x: the putative cause.
        m: the moderator; two values such as 0 and 1 will do.
        covariates: further columns by name, added without products.
        names: names of x and m in the result.
        level: level of all intervals, between 0 and 1.

    Returns:
        Coefficients, simple slopes, Johnson-Neyman bounds and R2; see `Interaction`. Rows with a
        missing value (nan or None) are left out and counted.

    Raises:
        CannotEstimateError: no complete row, no more rows than coefficients, an outcome that is constant or
            determined exactly by the rest, a variable that is constant or collinear with others (named),
            or a `level` outside 0 to 1.
        InvalidQueryError: variables of different lengths, or names that repeat or are no strings.

    Examples:
        >>> dose, trust = [0, 1, 2, 3, 0, 1, 2, 3], [1, 1, 1, 1, 5, 5, 5, 5]
        >>> uptake = [10, 11, 11, 12, 10, 13, 17, 19]
        >>> result = interaction(uptake, dose, trust, names=("dose", "trust"))
        >>> [(one.name, round(one.estimate, 3)) for one in result.coefficients]
        [('intercept', 10.1), ('dose', -0.025), ('trust', 0.0), ('dose:trust', 0.625)]
    """
    check_level(level)
    check_names(names, 2)
    check_covariates(covariates)
    named = {names[0]: x, names[1]: m, **(covariates or {})}
    product = f"{names[0]}:{names[1]}"
    reserved = {"y", "intercept", product}
    if len(named) < 2 + len(covariates or {}) or reserved & set(named):
        raise InvalidQueryError(
            f"x, m and the covariates need different names, none of them {', '.join(sorted(reserved))}"
        )
    rows, left_out = complete({"y": y, **named})
    outcome = rows.pop("y")
    first, second = rows[names[0]], rows[names[1]]
    rest = {name: rows[name] for name in (covariates or {})}
    with double_precision():
        columns = {names[0]: first, names[1]: second, product: first * second, **rest}
    found = ols("y", outcome, columns)
    without = ols("y", outcome, {key: value for key, value in columns.items() if key != product})
    values = np.unique(second)
    with double_precision():
        mean, sd = float(second.mean()), float(second.std(ddof=1))
    with double_precision():
        terms = coefficients(("intercept", *columns), found.beta, found.covariance, level, found.df)
        region = _johnson_neyman(
            terms, as_tuples(found.covariance), quantile(level, found.df), values.tolist()
        )
    return Interaction(
        coefficients=terms,
        covariance=as_tuples(found.covariance),
        r2=found.r2,
        r2_change=found.r2 - without.r2,
        sigma=math.sqrt(found.sigma2),
        df=found.df,
        n=len(outcome),
        left_out=left_out,
        johnson_neyman=region,
        names=names,
        usual=tuple(values.tolist()) if len(values) == 2 else (mean - sd, mean, mean + sd),
        level=level,
        assumptions=(
            "rows are independent",
            f"the slope of {names[0]} changes linearly with {names[1]}",
            "residuals are normal with one variance",
            "nothing left out moves both the outcome and what is in the model",
            *((f"the {left_out} rows left out are like the others",) if left_out else ()),
        ),
    )


def _johnson_neyman(
    terms: tuple[Coefficient, ...],
    v: tuple[tuple[float, ...], ...],
    t: float,
    values: Sequence[float],
) -> JohnsonNeyman:
    # In standard errors, with u = m se3 / se1, no unit of y or m can take the squares out of range: the
    # slope differs from zero where a u^2 + b u + c > 0.
    b1, b3 = terms[1].estimate / terms[1].se, terms[3].estimate / terms[3].se
    unit = terms[1].se / terms[3].se
    a = b3**2 - t**2
    b = 2 * (b1 * b3 - t**2 * (v[1][3] / terms[1].se / terms[3].se))
    c = b1**2 - t**2
    if a == 0:
        raise CannotEstimateError("the bounds lie at infinity: the product is just at its limit")
    root = b**2 - 4 * a * c
    regions: tuple[tuple[float | None, float | None], ...]
    bounds: tuple[float, ...] = ()
    if root <= 0:
        regions = ((None, None),) if a > 0 else ()
    else:
        # Of the two textbook roots one loses its digits; the other gives it through c / a.
        large = -(b + math.copysign(math.sqrt(root), b)) / 2
        bounds = tuple(sorted((unit * large / a, unit * c / large)))
        all_finite(*bounds)
        regions = ((None, bounds[0]), (bounds[1], None)) if a > 0 else ((bounds[0], bounds[1]),)
    return JohnsonNeyman(
        bounds=bounds, regions=regions, observed_low=min(values), observed_high=max(values)
    )
