"""Estimators of the variance between true effects around one mean.

P = W - w w' / sum(w) with W = diag(w) is the matrix behind every moment and likelihood equation
here. Its traces are summed over pairs of studies, all terms positive: the textbook differences of
powers lose every digit when one study far outweighs the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from implsci.analysis.meta._checks import Method, Vector
from implsci.errors import CannotEstimateError

MAX_ITERATIONS = 200
_TOLERANCE = 1e-10


def mean(y: Vector, w: Vector) -> float:
    """Weighted mean."""
    return float((w * y).sum() / w.sum())


def scatter(y: Vector, w: Vector) -> float:
    """Weighted sum of squares around the weighted mean; Cochran's Q for w = 1 / v."""
    return float((w * (y - mean(y, w)) ** 2).sum())


def _pairs(x: Vector) -> float:
    """Sum of x_i x_j over i < j."""
    return float((x[1:] * np.cumsum(x)[:-1]).sum())


def trace(w: Vector) -> float:
    """Trace of P, equal to sum(w) - sum(w^2) / sum(w)."""
    return float(2 * _pairs(w) / w.sum())


def _trace_of_square(w: Vector) -> float:
    """Trace of PP, equal to sum(w^2) - 2 sum(w^3) / sum(w) + (sum(w^2) / sum(w))^2."""
    total = w.sum()
    return float(((w * (1 - w / total)) ** 2).sum() + 2 * _pairs(w**2) / total**2)


def climb(
    name: str,
    start: float,
    step_at: Callable[[float], float],
    scale: float,
    tolerance: float | None = None,
) -> float:
    """Follow Fisher scoring from `start` to where the score is zero, or to the boundary at 0.

    Args:
        name: the method, for the error.
        start: where to begin.
        step_at: score over expected information at a tau2.
        scale: a small variance of the data, beside which changes are judged.
        tolerance: the change at which to stop instead, in the unit of tau2.
    """
    # The score is positive at `low` (or `low` is the boundary) and negative at `high`: a step that
    # leaves this bracket or turns back has gone too far, and is halved.
    tau2, low, high, previous = start, 0.0, math.inf, 0.0
    for _ in range(MAX_ITERATIONS):
        step = step_at(tau2)
        proposed = max(0.0, tau2 + step)
        enough = _TOLERANCE * (tau2 + scale) if tolerance is None else tolerance
        if abs(proposed - tau2) <= enough:
            return proposed
        low, high = (tau2, high) if step > 0 else (low, tau2)
        if step * previous < 0:
            proposed = (tau2 + proposed) / 2
        while not low <= proposed <= high:
            proposed = (tau2 + proposed) / 2
        tau2, previous = proposed, step
    raise no_convergence(name)


def ascend(
    excess_at: Callable[[float], tuple[float, float]], scale: float, name: str = "PM"
) -> float:
    """Solve the Paule-Mandel equation by Newton steps from 0.

    The weighted scatter falls and is convex in tau2, so the steps climb to the root and never pass
    it.

    Args:
        excess_at: at a tau2, the scatter less its expectation, and minus its slope.
        scale: a small variance of the data, beside which changes are judged.
        name: the method, for the error.
    """
    tau2 = 0.0
    for _ in range(MAX_ITERATIONS):
        excess, slope = excess_at(tau2)
        if excess <= 0:
            return tau2
        step = excess / slope
        tau2 += step
        if step <= _TOLERANCE * (tau2 + scale):
            return tau2
    raise no_convergence(name)


def no_convergence(method: str) -> CannotEstimateError:
    """The error of an iteration that did not settle."""
    return CannotEstimateError(
        f"{method} did not converge in {MAX_ITERATIONS} iterations; try method='DL'"
    )


def _equal_effects(_y: Vector, _v: Vector) -> float:
    return 0.0


def _dersimonian_laird(y: Vector, v: Vector) -> float:
    w = 1 / v
    return max(0.0, (scatter(y, w) - (len(y) - 1)) / trace(w))


def _hedges(y: Vector, v: Vector) -> float:
    return max(0.0, float(y.var(ddof=1) - v.mean()))


def _paule_mandel(y: Vector, v: Vector) -> float:
    def excess_at(tau2: float) -> tuple[float, float]:
        w = 1 / (v + tau2)
        residuals = y - mean(y, w)
        excess = float((w * residuals**2).sum()) - (len(y) - 1)
        return excess, float(((w * residuals) ** 2).sum())

    return ascend(excess_at, float(v.min()))


def _maximum_likelihood(y: Vector, v: Vector, *, restricted: bool) -> float:
    def log_likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        twice = np.log(w).sum() - scatter(y, w) - (np.log(w.sum()) if restricted else 0)
        return float(twice / 2)

    def step_at(tau2: float) -> float:
        w = 1 / (v + tau2)
        squares = ((w * (y - mean(y, w))) ** 2).sum()
        if restricted:
            return float((squares - trace(w)) / _trace_of_square(w))
        return float((squares - w.sum()) / (w**2).sum())

    # Very unequal variances can give the likelihood two peaks; starting on the higher ground finds
    # the higher one, where a fixed start may not.
    start = max((_hedges(y, v), _dersimonian_laird(y, v), 0.0), key=log_likelihood)
    return climb("REML" if restricted else "ML", start, step_at, float(v.min()))


ESTIMATORS: dict[Method, Callable[[Vector, Vector], float]] = {
    "EE": _equal_effects,
    "DL": _dersimonian_laird,
    "HE": _hedges,
    "PM": _paule_mandel,
    "ML": partial(_maximum_likelihood, restricted=False),
    "REML": partial(_maximum_likelihood, restricted=True),
}
