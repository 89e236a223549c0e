"""What every model with moderators returns: coefficients, their covariance, and predictions."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from implsci.analysis._numbers import all_finite
from implsci.analysis.meta._checks import Matrix, Vector, double_precision, quantile, two_sided
from implsci.analysis.meta._design import Cell, Moderator, new_rows
from implsci.analysis.result import Result, Row
from implsci.errors import UnknownNameError


@attrs.frozen(kw_only=True)
class Coefficient:
    """One coefficient of a model.

    Attributes:
        name: ``intercept``, the moderator's name, or ``name=level`` for a level against the
            reference.
        estimate: the coefficient, in units of the outcome a unit of the moderator.
        se: its standard error.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        p: two-sided p-value of the hypothesis that it is zero.
        df: degrees of freedom of Student's t behind interval and p; None where the normal is used.

    Examples:
        >>> Coefficient(name="weeks", estimate=-0.1, se=0.1, ci_low=-0.3, ci_high=0.1, p=0.3).name
        'weeks'
    """

    name: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    df: float | None = None


@attrs.frozen(kw_only=True)
class Prediction:
    """What a model says of effects at given values of its moderators.

    Attributes:
        estimate: mean of the true effects there.
        se: its standard error.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        pi_low: lower limit for the true effect of a further study; None for ``EE``.
        pi_high: upper limit for the true effect of a further study; None for ``EE``.

    Examples:
        >>> from implsci.analysis.meta import meta_regression
        >>> fit = meta_regression([0.1, 0.3, 0.5, 0.8], [0.01] * 4, {"weeks": [1, 2, 3, 4]})
        >>> [round(one.estimate, 2) for one in fit.predict({"weeks": [0, 5]})]
        [-0.15, 1.0]
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None


@attrs.frozen(kw_only=True)
class Model(Result):
    """What the models with moderators share.

    Attributes:
        coefficients: intercept first, then each moderator's, in the order given.
        covariance: their covariance matrix, by the rule named in `test`.
        moderators: how each moderator was coded; the first level of words is the reference.
        k: number of effects in the model.
        left_out: number of effects left out because a moderator was missing.
        df: degrees of freedom of Student's t; None where the normal is used, and where each
            coefficient has its own.
        level: level of all intervals, between 0 and 1.
        assumptions: what must hold for the numbers to mean what they say.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...] = attrs.field(repr=False)
    moderators: tuple[Moderator, ...]
    k: int
    left_out: int
    df: int | None
    level: float
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def coefficient(self, name: str) -> Coefficient:
        """Return a coefficient by name.

        Raises:
            UnknownNameError: there is none of that name.
        """
        for one in self.coefficients:
            if one.name == name:
                return one
        raise UnknownNameError("coefficient", str(name), [one.name for one in self.coefficients])

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a coefficient: name, estimate, se, ci_low, ci_high, p, df."""
        return tuple(attrs.asdict(one) for one in self.coefficients)

    @abstractmethod
    def _heterogeneity(self) -> float | None:
        """Variance of the true effects around the model; None where there is none by assumption."""

    def _freedom(self, _row: Vector) -> float | None:
        """Degrees of freedom of the prediction at a row of the design; None for the normal."""
        return self.df

    def predict(
        self,
        X: Mapping[str, Sequence[Cell]]  # noqa: N803  as in meta_regression
        | Sequence[Sequence[float]]
        | Matrix
        | None = None,
    ) -> tuple[Prediction, ...]:
        """Say what effects the model expects at given values of the moderators.

        Args:
            X: columns of new values by name (words for a moderator in words), or rows of numbers;
                None for a model without moderators.

        Returns:
            One prediction a row, with its confidence interval and the prediction interval for the
            true effect of a further study.

        Raises:
            UnknownNameError: a moderator or a level that the model does not have.
            InvalidQueryError: a moderator without a value, or a missing value.
            CannotEstimateError: numbers beyond double precision.
        """
        rows = new_rows(self.moderators, {} if X is None else X)
        beta = np.array([one.estimate for one in self.coefficients])
        covariance = np.array(self.covariance)
        spread = self._heterogeneity()
        made: list[Prediction] = []
        for row in rows:
            with double_precision():
                estimate = float(row @ beta)
                variance = max(0.0, float(row @ covariance @ row))
                half = quantile(self.level, self._freedom(row))
            se = math.sqrt(variance)
            reach = None if spread is None else half * math.sqrt(variance + spread)
            all_finite(estimate - half * se, estimate + half * se)
            all_finite(*(() if reach is None else (estimate - reach, estimate + reach)))
            made.append(
                Prediction(
                    estimate=estimate,
                    se=se,
                    ci_low=estimate - half * se,
                    ci_high=estimate + half * se,
                    pi_low=None if reach is None else estimate - reach,
                    pi_high=None if reach is None else estimate + reach,
                )
            )
        return tuple(made)


def coefficients(
    names: Sequence[str],
    beta: Vector,
    covariance: Matrix,
    level: float,
    freedom: float | Sequence[float] | None,
) -> tuple[Coefficient, ...]:
    """Return the coefficients with intervals by Student's t, or by the normal where df is None."""
    errors = np.sqrt(np.diag(covariance)).tolist()
    each = freedom if isinstance(freedom, Sequence) else [freedom] * len(errors)
    made: list[Coefficient] = []
    for name, estimate, se, df in zip(names, beta.tolist(), errors, each, strict=True):
        half = quantile(level, df)
        all_finite(estimate, se, half * se)
        made.append(
            Coefficient(
                name=name,
                estimate=estimate,
                se=se,
                ci_low=estimate - half * se,
                ci_high=estimate + half * se,
                p=two_sided(estimate / se, df),
                df=df,
            )
        )
    return tuple(made)


def as_tuples(matrix: Matrix) -> tuple[tuple[float, ...], ...]:
    """Return a matrix as plain tuples."""
    return tuple(tuple(row) for row in matrix.tolist())


def wald(beta: Vector, covariance: Matrix) -> float:
    """Wald statistic of all coefficients but the intercept."""
    return float(beta[1:] @ np.linalg.solve(covariance[1:, 1:], beta[1:]))


def left_out_note(left_out: int) -> tuple[str, ...]:
    """The assumption that goes with effects left out."""
    if not left_out:
        return ()
    return (f"the {left_out} effects left out for a missing moderator are like the others",)
