"""Restricted likelihood of the model with effects within studies, by its blocks.

The covariance of one study's effects is D + s 11' with D = diag(v + e), s the variance between
studies and e that between effects of a study. Its inverse and determinant have closed forms
(Sherman & Morrison 1950, doi:10.1214/aoms/1177729893), so the work grows with the number of effects
and no k x k matrix is made.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis.meta._checks import Matrix, Vector
from implsci.errors import CannotEstimateError

# The last three stand on the boundary, where a peak may lie that no climb from inside comes to.
_STARTS = ((0.5, 0.5), (0.9, 0.1), (0.1, 0.9), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
_BOTH = np.array([True, True])
_MAX_ITERATIONS = 1000
_NO_GAIN = 1e-9  # log-likelihood that a profile can do without: only its height is asked for
_TOLERANCE = 1e-9
_NOISE = 1e-15  # beside a log-likelihood, a rise that no double can show
_ASCENT = 0.1  # of the rise that the slope promises, what a step must bring: else two may alternate
_ROUNDING = (
    1e-9  # beside a log-likelihood, what rounding may take from it where variances differ widely
)


@attrs.frozen(eq=False)
class State:
    """The model at one pair of variances."""

    beta: Vector
    covariance: Matrix
    weighted: Matrix
    """V^-1 X."""
    pull: Vector
    """P y, which is V^-1 (y - X b)."""
    log_likelihood: float
    gradient: Vector
    information: Matrix
    """Expected information of both variances."""


@attrs.frozen(eq=False)
class Blocks:
    """Effects sorted by study, with where each study begins."""

    y: Vector
    x: Matrix
    v: Vector
    starts: NDArray[np.intp]
    sizes: NDArray[np.intp]

    def per_study(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum rows within each study."""
        sums: NDArray[np.float64] = np.add.reduceat(values, self.starts, axis=0)
        return sums

    def at(self, between: float, within: float) -> State:
        """Return the model at a variance between studies and one between effects of a study."""
        k, p = self.x.shape
        d = 1 / (self.v + within)
        sums = self.per_study(d)
        shrink = between / (1 + between * sums)

        def solve(columns: Matrix) -> Matrix:
            """Return V^-1 times the columns."""
            scaled: Matrix = d[:, None] * columns
            inner = shrink[:, None] * self.per_study(scaled)
            return scaled - d[:, None] * np.repeat(inner, self.sizes, axis=0)

        both = solve(np.column_stack([self.x, self.y]))
        weighted = both[:, :p]
        lower = np.linalg.cholesky(self.x.T @ weighted)
        inverse = np.linalg.inv(lower)
        covariance = inverse.T @ inverse
        beta = covariance @ (self.x.T @ both[:, p])
        pull = both[:, p] - weighted @ beta
        log_det = -float(np.log(d).sum()) + float(np.log1p(between * sums).sum())
        log_det_x = 2 * float(np.log(np.diag(lower)).sum())
        constant = (k - p) * math.log(2 * math.pi) - float(np.linalg.slogdet(self.x.T @ self.x)[1])
        twice = log_det + log_det_x + float(self.y @ pull) + constant
        within_study = self.per_study(weighted)
        study_pull = self.per_study(pull)
        # With P = V^-1 - A C A', A = V^-1 X, C = (X'V^-1X)^-1 and Z the studies' indicators, what
        # follows are the traces of P, PP, Z'PZ, Z'PPZ and (Z'PZ)^2, study by study.
        ones = d * (1 - np.repeat(shrink * sums, self.sizes))
        across, along = (
            covariance @ (within_study.T @ within_study),
            covariance @ (weighted.T @ weighted),
        )
        squared = self.per_study(d**2)
        inner = sums - shrink * sums**2
        traces = np.array(
            [inner.sum() - np.trace(across), d.sum() - (shrink * squared).sum() - np.trace(along)]
        )
        both_studies = (
            (inner**2).sum()
            - 2 * (covariance * (within_study.T @ (inner[:, None] * within_study))).sum()
            + (across * across.T).sum()
        )
        mixed = (
            (ones**2).sum()
            - 2 * (covariance * (within_study.T @ self.per_study(ones[:, None] * weighted))).sum()
            + (across * along.T).sum()
        )
        both_effects = (
            (squared - 2 * shrink * self.per_study(d**3) + (shrink * squared) ** 2).sum()
            - 2 * (covariance * (weighted.T @ solve(weighted))).sum()
            + (along * along.T).sum()
        )
        squares = np.array([study_pull @ study_pull, pull @ pull])
        return State(
            beta=beta,
            covariance=covariance,
            weighted=weighted,
            pull=pull,
            log_likelihood=-twice / 2,
            gradient=(squares - traces) / 2,
            information=np.array([[both_studies, mixed], [mixed, both_effects]]) / 2,
        )

    def maximize(self, scale: float) -> tuple[float, float]:
        """Return both variances at the highest restricted likelihood found from several starts.

        Args:
            scale: a variance of the size of the effects', in which both are measured meanwhile.
        """
        peaks = [self._climb(scale * np.array(start), scale) for start in _STARTS]
        # Of peaks as high as each other the first is taken.
        best = peaks[0]
        for peak in peaks[1:]:
            if peak[1] > best[1] + 1e-9:
                best = peak
        return float(best[0][0]), float(best[0][1])

    def profile(self, index: int, value: float, starts: Sequence[float], scale: float) -> float:
        """Return the highest log-likelihood with one variance held.

        Args:
            index: which is held, 0 between studies or 1 between effects of a study.
            value: where.
            starts: where the other sets out from.
            scale: as for `maximize`.
        """
        movable = np.arange(2) != index
        return max(
            self._climb(np.where(movable, start, value), scale, movable, _NO_GAIN)[1]
            for start in starts
        )

    def _climb(
        self,
        point: Vector,
        scale: float,
        movable: NDArray[np.bool_] = _BOTH,
        no_gain: float = -math.inf,
    ) -> tuple[Vector, float]:
        """Climb by Fisher scoring, never below 0, halving steps that fall."""
        state = self.at(*point)
        for _ in range(_MAX_ITERATIONS):
            step = _step(point, state, movable)
            gain = float(state.gradient @ step)
            size = 1 + abs(state.log_likelihood)
            if float(np.abs(step).max()) <= _TOLERANCE * scale or gain <= max(
                no_gain, _NOISE * size
            ):
                return point, state.log_likelihood
            rounding = _ROUNDING * size
            falls = step < 0
            # Up to the boundary and no farther: with one variance cut off there, the rest of the
            # step need not lead upwards.
            share = min(1.0, *(point[falls] / -step[falls])) if falls.any() else 1.0
            proposed = np.maximum(point + share * step, 0)
            if share < 1:
                proposed[falls & (point + share * step <= _TOLERANCE * scale)] = 0
            tried = self.at(*proposed)
            # A step cut off at the boundary may be too short for the likelihood to show its rise.
            allowed = rounding if share < 1 else 0
            while tried.log_likelihood < state.log_likelihood + _ASCENT * share * gain - allowed:
                proposed, share = (point + proposed) / 2, share / 2
                if float(np.abs(proposed - point).max()) <= _TOLERANCE * scale:
                    if gain <= rounding:
                        return point, state.log_likelihood
                    raise _no_convergence()
                tried = self.at(*proposed)
            point, state = proposed, tried
        raise _no_convergence()


def _step(point: Vector, state: State, movable: NDArray[np.bool_]) -> Vector:
    """Return the step of Fisher scoring in the variances that may move: at 0 they only rise."""
    free = movable & ((point > 0) | (state.gradient > 0))
    while True:
        step = np.zeros(2)
        if free.any():
            information = state.information[np.ix_(free, free)]
            step[free] = np.linalg.lstsq(information, state.gradient[free], rcond=None)[0]
        stuck = (point <= 0) & (step < 0)
        if not stuck.any():
            return step
        free &= ~stuck


def _no_convergence() -> CannotEstimateError:
    return CannotEstimateError(
        f"REML of the multilevel model did not converge in {_MAX_ITERATIONS} iterations"
    )


def make_blocks(
    y: Vector, x: Matrix, v: Vector, studies: NDArray[np.intp]
) -> tuple[Blocks, NDArray[np.intp]]:
    """Sort effects by study; return the blocks and the order that was made."""
    order = np.argsort(studies, kind="stable")
    _, starts, sizes = np.unique(studies[order], return_index=True, return_counts=True)
    return Blocks(y[order], x[order], v[order], starts, sizes), order
