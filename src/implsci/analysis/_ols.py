"""Least squares for the analyses within a study: people's rows, gaps left out, collinearity named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from implsci.analysis._numbers import all_finite, shown
from implsci.analysis.meta._checks import Matrix, Vector, double_precision, vector
from implsci.analysis.meta._design import check_rank
from implsci.errors import CannotEstimateError, InvalidQueryError


@attrs.frozen(eq=False)
class Ols:
    """A least-squares fit: y on the columns of x."""

    beta: Vector
    covariance: Matrix
    df: int
    r2: float
    sigma2: float


def complete(columns: Mapping[str, Sequence[float] | Vector]) -> tuple[dict[str, Vector], int]:
    """Return the rows in which nothing is missing (nan or None), and how many were left out."""
    vectors: dict[str, Vector] = {}
    for name, values in columns.items():
        column = vector(name, values, gaps=True, truths=True)
        if np.isinf(column).any():
            raise InvalidQueryError(f"{name} holds an infinite number")
        vectors[name] = column
    lengths = {name: len(one) for name, one in vectors.items()}
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidQueryError(f"the variables differ in length: {told}")
    missing = np.isnan(np.column_stack(list(vectors.values())))
    kept = np.asarray(~missing.any(axis=1), dtype=np.bool_)
    if not kept.any():
        raise CannotEstimateError("no row has a value for every variable")
    left_out = int((~kept).sum())
    return {name: one[kept] for name, one in vectors.items()}, left_out


def ols(outcome: str, y: Vector, columns: Mapping[str, Vector]) -> Ols:
    """Regress y on the columns and an intercept, which comes first.

    Raises:
        CannotEstimateError: too few rows, a constant outcome, collinear columns, a perfect fit.
    """
    n, p = len(y), len(columns) + 1
    if n <= p:
        raise CannotEstimateError(f"{p} coefficients need at least {p + 1} complete rows; got {n}")
    if np.all(y == y[0]):
        raise CannotEstimateError(f"{outcome} is the same in every row")
    with double_precision():
        x = np.column_stack([np.ones(n), *columns.values()])
        check_rank(x, ("intercept", *columns), "variable", "row")
        sizes = np.abs(x).max(axis=0)
        q, r = np.linalg.qr(x / sizes)
        inverse = np.linalg.inv(r) / sizes[:, None]
        beta = inverse @ (q.T @ y)
        residuals = y - x @ beta
        squares = float((residuals**2).sum())
        total = float(((y - y.mean()) ** 2).sum())
        if squares <= 1e-20 * total:
            raise CannotEstimateError(
                f"{outcome} is determined exactly by the other variables, so there is no error to judge by"
            )
        sigma2 = squares / (n - p)
        covariance = sigma2 * (inverse @ inverse.T)
    all_finite(*beta, *np.diag(covariance), sigma2, total)
    return Ols(beta, covariance, n - p, 1 - squares / total, sigma2)


def check_covariates(covariates: object) -> None:
    """Refuse covariates that are not columns by name."""
    if covariates is not None and not (
        isinstance(covariates, Mapping) and all(isinstance(name, str) for name in covariates)
    ):
        raise InvalidQueryError(f"covariates: expected columns by name, got {shown(covariates)}")
