"""Prime implicants by a table of all cubes: exact, and quick up to the limit on conditions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.qca._expressions import EITHER, Term, term_order


def prime_implicants(
    allowed: NDArray[np.bool_], positive: NDArray[np.bool_], width: int
) -> tuple[Term, ...]:
    """The largest cubes all of whose rows are allowed and at least one of whose rows is positive.

    Both masks have one entry a row of the truth table. A cube has a digit 0, 1 or "either" a
    condition, so there are 3**width; it is an implicant if both halves of it are, along any
    condition, and prime if it stops being one whichever condition is let go.
    """
    implicant = _cubes(allowed, width, np.logical_and)
    prime = implicant & _cubes(positive, width, np.logical_or)
    for axis in range(width):
        before = (slice(None),) * axis
        prime[(*before, slice(0, 2))] &= ~implicant[(*before, slice(2, 3))]
    return tuple(sorted((tuple(cube) for cube in np.argwhere(prime).tolist()), key=term_order))


def _cubes(rows: NDArray[np.bool_], width: int, join: np.ufunc) -> NDArray[np.bool_]:
    cube = rows.reshape((2,) * width)
    for axis in range(width):
        either = join.reduce(cube, axis=axis, keepdims=True)
        cube = np.concatenate([cube, either], axis=axis)
    return cube


def is_tautology(terms: tuple[Term, ...]) -> bool:
    """Whether a term asks for nothing at all."""
    return any(all(digit == EITHER for digit in term) for term in terms)
