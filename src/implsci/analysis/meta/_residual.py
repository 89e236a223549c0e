"""Weighted least squares with moderators, and estimators of the variance that they leave.

For weights w and the orthonormal columns Q of W^(1/2) X, the matrix P that takes a model's fit out
of the data is W^(1/2) (I - QQ') W^(1/2); its traces and the weighted squares follow from Q alone,
so nothing here is k x k.
"""

from __future__ import annotations

import attrs
import numpy as np

from implsci.analysis.meta._checks import Matrix, Method, Vector
from implsci.analysis.meta._tau2 import ascend, climb

# metafor's rule, so that its printed figures are met in every digit; beside small variances, as of
# risk differences, it would stop at once, and a share of them takes its place.
_USUAL_TOLERANCE = 1e-5
_SHARE = 1e-3


@attrs.frozen(eq=False)
class Fit:
    """A weighted least-squares fit: coefficients, their covariance for weights 1 / variance."""

    beta: Vector
    covariance: Matrix
    residuals: Vector
    w: Vector
    q: Matrix
    log_det: float
    """Log determinant of X'WX."""

    @property
    def scatter(self) -> float:
        """Weighted residual sum of squares, y'Py."""
        return float((self.w * self.residuals**2).sum())

    @property
    def squares(self) -> float:
        """Square of the weighted residuals, y'PPy."""
        return float(((self.w * self.residuals) ** 2).sum())

    @property
    def leverage(self) -> Vector:
        """Diagonal of the hat matrix."""
        hat: Vector = (self.q**2).sum(axis=1)
        return hat

    @property
    def trace(self) -> float:
        """Trace of P."""
        return float((self.w * (1 - self.leverage)).sum())

    @property
    def trace_of_square(self) -> float:
        """Trace of PP."""
        inner = self.q.T @ (self.w[:, None] * self.q)
        return float((self.w**2 * (1 - 2 * self.leverage)).sum() + (inner**2).sum())


def fit(y: Vector, x: Matrix, w: Vector) -> Fit:
    """Fit y on x with weights w."""
    root = np.sqrt(w)
    q, r = np.linalg.qr(root[:, None] * x)
    inverse = np.linalg.inv(r)
    beta = inverse @ (q.T @ (root * y))
    return Fit(
        beta=beta,
        covariance=inverse @ inverse.T,
        residuals=y - x @ beta,
        w=w,
        q=q,
        log_det=2 * float(np.log(np.abs(np.diag(r))).sum()),
    )


def spare(x: Matrix) -> int:
    """Number of effects less number of coefficients, k - p."""
    return len(x) - int(x.shape[1])


def _dersimonian_laird(y: Vector, x: Matrix, v: Vector) -> float:
    found = fit(y, x, 1 / v)
    return max(0.0, (found.scatter - spare(x)) / found.trace)


def _hedges(y: Vector, x: Matrix, v: Vector) -> float:
    found = fit(y, x, np.ones(len(y)))
    sampling = float((v * (1 - found.leverage)).sum())
    return max(0.0, (found.scatter - sampling) / spare(x))


def _paule_mandel(y: Vector, x: Matrix, v: Vector) -> float:
    def excess_at(tau2: float) -> tuple[float, float]:
        found = fit(y, x, 1 / (v + tau2))
        return found.scatter - spare(x), found.squares

    return ascend(excess_at, float(v.min()))


def _maximum_likelihood(
    y: Vector, x: Matrix, v: Vector, tolerance: float | None, *, restricted: bool
) -> float:
    def log_likelihood(tau2: float) -> float:
        found = fit(y, x, 1 / (v + tau2))
        twice = np.log(found.w).sum() - found.scatter - (found.log_det if restricted else 0)
        return float(twice / 2)

    def step_at(tau2: float) -> float:
        found = fit(y, x, 1 / (v + tau2))
        if restricted:
            return (found.squares - found.trace) / found.trace_of_square
        return (found.squares - float(found.w.sum())) / float((found.w**2).sum())

    if tolerance is None:
        tolerance = min(_USUAL_TOLERANCE, _SHARE * typical_variance(x, v))

    def from_start(start: float) -> float:
        name = "REML" if restricted else "ML"
        return climb(name, start, step_at, float(v.min()), tolerance)

    # Very unequal variances can give the likelihood two peaks: where another start stands higher
    # than the peak that was reached, there is a higher one above it.
    reached = from_start(_hedges(y, x, v))
    other = max((_dersimonian_laird(y, x, v), 0.0), key=log_likelihood)
    if log_likelihood(other) > log_likelihood(reached):
        reached = max((reached, from_start(other)), key=log_likelihood)
    return reached


def typical_variance(x: Matrix, v: Vector) -> float:
    """Typical sampling variance, (k - p) / trace(P) with w = 1 / v."""
    return spare(x) / fit(np.zeros(len(v)), x, 1 / v).trace


def residual_tau2(
    y: Vector, x: Matrix, v: Vector, method: Method, tolerance: float | None = None
) -> float:
    """Estimate the variance between true effects that the moderators leave, never below 0."""
    match method:
        case "EE":
            return 0.0
        case "DL":
            return _dersimonian_laird(y, x, v)
        case "HE":
            return _hedges(y, x, v)
        case "PM":
            return _paule_mandel(y, x, v)
        case "ML":
            return _maximum_likelihood(y, x, v, tolerance, restricted=False)
        case "REML":
            return _maximum_likelihood(y, x, v, tolerance, restricted=True)
