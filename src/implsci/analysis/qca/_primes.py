"""Prime implicants, row by row: exact, and quick up to the limit on conditions.

A set of conditions is enough for a positive row if every row that agrees with it there is allowed.
What is too little stays too little when more is let go; so the smallest sets that are enough are
found by handing "too little" down from each set to those with one condition less, over all sets at
once. Each smallest set, with the row's own values, is a prime implicant, and every prime implicant
that covers the row is found so.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.qca._expressions import EITHER, Term, term_order

# So many sets are looked at together: they fit into a processor's cache.
_TOGETHER = 1 << 20


def prime_implicants(
    allowed: NDArray[np.bool_], positive: NDArray[np.bool_], width: int
) -> tuple[Term, ...]:
    """The largest cubes all of whose rows are allowed and at least one of whose rows is positive.

    Both masks have one entry a row of the truth table.
    """
    batch = max(1, _TOGETHER >> width)
    rows = np.flatnonzero(positive)
    parts = [
        _around(allowed, rows[start : start + batch], width) for start in range(0, len(rows), batch)
    ]
    # A cube is one number: its conditions, then their values.
    cubes = np.unique(np.concatenate(parts))
    care, value = cubes >> width, cubes & ((1 << width) - 1)
    bits = np.arange(width - 1, -1, -1)
    digits = np.where((care[:, None] >> bits) & 1, (value[:, None] >> bits) & 1, EITHER)
    return tuple(sorted(map(tuple, digits.tolist()), key=term_order))


def _around(allowed: NDArray[np.bool_], rows: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """The primes that cover any of the rows."""
    sets = np.arange(1 << width)
    # The row that agrees with this one on exactly this set of conditions.
    too_little = ~allowed[rows ^ (sets[::-1, None])]
    by_condition = too_little.reshape((*(2,) * width, len(rows)))
    for axis in range(width):
        before = (slice(None),) * axis
        by_condition[(*before, 0)] |= by_condition[(*before, 1)]
    smallest = ~by_condition
    for axis in range(width):
        before = (slice(None),) * axis
        smallest[(*before, 1)] &= by_condition[(*before, 0)]
    care, row = np.nonzero(smallest.reshape(len(sets), len(rows)))
    found: NDArray[np.int64] = np.unique((care << width) | (care & rows[row]))
    return found


def is_tautology(terms: tuple[Term, ...]) -> bool:
    """Whether a term asks for nothing at all."""
    return any(all(digit == EITHER for digit in term) for term in terms)
