"""Errors robust by study, corrected for their bias in few studies (CR2), with degrees of freedom.

The working model is the fitted one: V holds the covariances it gives to the effects, X'V^-1 are the
weights, and C = (X'V^-1X)^-1. The residuals of study j then have the covariance V_j - X_j C X_j', which
is less than V_j: a sandwich of bare residuals is too small. Bell & McCaffrey turn them by A_j, the
symmetric matrix with A_j (V_j - X_j C X_j') A_j = V_j. With G G' = V_j it is
A_j = G (G' (V_j - X_j C X_j') G)^(-1/2) G', whichever root G is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis.meta._blocks import Blocks, State
from implsci.analysis.meta._checks import Matrix, Vector
from implsci.errors import CannotEstimateError

# Beside 1: what is left of a study's own direction where the model takes it up entirely, and what a
# variance may fall short of its expectation by rounding.
_TAKEN_UP = 1e-10
_ROUNDING = 1e-6


@attrs.frozen(eq=False)
class BiasReduced:
    """The CR2 covariance, and what its variance under the working model is made of.

    The variance of a contrast is a sum of squares z_j^2 over studies. Under the working model the
    z_j have the covariance P, whose (j, k) is own_j - shared_j' shared_k for j = k, and
    - shared_j' shared_k elsewhere; so no matrix of all studies by all is made.
    """

    covariance: Matrix
    own: NDArray[np.float64]
    """By study and pair of coefficients."""
    shared: NDArray[np.float64]
    """By study, direction and coefficient."""

    @property
    def expected(self) -> Matrix:
        """What the working model expects of the covariance; its own one if nothing is lost."""
        found: Matrix = self.own.sum(axis=0) - np.einsum("jac,jad->cd", self.shared, self.shared)
        return found

    def freedom(self, contrast: Vector) -> float:
        """Satterthwaite's degrees of freedom of a contrast, (trace P)^2 / trace(PP)."""
        own = np.einsum("c,jcd,d->j", contrast, self.own, contrast)
        shared = self.shared @ contrast
        lengths = (shared**2).sum(axis=1)
        across = shared.T @ shared
        squares = (own**2).sum() - 2 * (own * lengths).sum() + (across**2).sum()
        return float((own.sum() - lengths.sum()) ** 2 / squares)

    def freedom_together(self, contrasts: Matrix) -> float:
        """Degrees of freedom of the Wishart distribution nearest to several contrasts' covariance."""
        sizes, turned = np.linalg.eigh(contrasts @ self.expected @ contrasts.T)
        standard = (turned / np.sqrt(sizes)) @ turned.T @ contrasts
        own = standard @ self.own @ standard.T
        shared = self.shared @ standard.T
        both = np.einsum("jas,jat->jst", shared, shared)
        across = np.einsum("jas,jbt->stab", shared, shared)
        alone = np.einsum("jss->js", own)
        lengths = np.einsum("jss->js", both)
        crossed = (own * own - 2 * own * both).sum() + np.einsum("stab,stba->", across, across)
        paired = alone.T @ alone - 2 * alone.T @ lengths
        q = len(contrasts)
        return float(q * (q + 1) / (crossed + paired.sum() + (across**2).sum()))


def bias_reduced(
    blocks: Blocks, state: State, between: float, within: float, terms: Sequence[str]
) -> BiasReduced:
    """Return the CR2 covariance of a fitted multilevel model.

    Args:
        blocks: the effects by study.
        state: the model at both variances.
        between: the variance between studies.
        within: that between effects of a study.
        terms: names of the coefficients, for the error.

    Raises:
        CannotEstimateError: one study alone determines a coefficient.
    """
    p = blocks.x.shape[1]
    root = np.linalg.cholesky(state.covariance)
    own, shared, scores = [], [], []
    residuals = blocks.y - blocks.x @ state.beta
    for start, size in zip(blocks.starts.tolist(), blocks.sizes.tolist(), strict=True):
        rows = slice(start, start + size)
        x = blocks.x[rows]
        variance = np.diag(blocks.v[rows] + within) + between
        lower = np.linalg.cholesky(variance)
        turned = _turned(lower, np.linalg.solve(lower, x @ root))
        pulls = turned @ state.weighted[rows] @ state.covariance
        own.append(pulls.T @ variance @ pulls)
        shared.append(root.T @ x.T @ pulls)
        scores.append(pulls.T @ residuals[rows])
    each = np.array(scores).reshape(-1, p)
    found = BiasReduced(each.T @ each, np.array(own), np.array(shared))
    wanted = np.diag(state.covariance)
    short = np.diag(found.expected) < (1 - _ROUNDING) * wanted
    if short.any():
        raise CannotEstimateError(
            f"cr2 has no error for {terms[int(short.argmax())]!r}, as one study alone determines it"
        )
    return found


def _turned(lower: NDArray[np.floating[Any]], x: NDArray[np.floating[Any]]) -> Matrix:
    """Return A_j; `lower` is the root of V_j, and `x` is lower^-1 X_j C^(1/2).

    The root of V_j - X_j C X_j' is worked out of `x`, and singular values take the place of
    eigenvalues, since those of the product would lose half the digits.
    """
    basis, sizes, _ = np.linalg.svd(x, full_matrices=False)
    left = 1 - sizes**2
    kept = np.where(left > _TAKEN_UP, left, 0)
    inner = lower.T @ lower
    product = inner - (inner @ basis * (1 - np.sqrt(kept))) @ basis.T
    vectors, values, _ = np.linalg.svd(product)
    rank = len(values) - int((kept == 0).sum())
    vectors, values = vectors[:, :rank], values[:rank]
    turned: Matrix = lower @ (vectors / values) @ vectors.T @ lower.T
    return turned
