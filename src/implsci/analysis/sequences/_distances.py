"""How far sequences lie apart: optimal matching and Hamming distance, every pair."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final, TypeAlias

from attrs import cmp_using, field, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._set import Rows, SequenceSet, as_set
from implsci.analysis.sequences._transitions import CostRule, SubstitutionCosts, substitution_costs
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    import numpy as np
    from numpy.typing import NDArray
except ImportError as error:
    raise MissingExtraError(feature="distances between sequences", extra="analysis") from error

__all__ = ["MOST_SEQUENCES", "Distances", "hamming", "optimal_matching"]


def __dir__() -> list[str]:
    return __all__


_Matrix: TypeAlias = NDArray[np.float64]
_Codes: TypeAlias = NDArray[np.intp]

MOST_SEQUENCES: Final = 10_000
"""Most sequences whose distances are taken at once; their table holds 800 MB."""

# Sums of dearer costs would lose the cheaper ones beside them.
_DEAREST: Final = 1e12


@frozen(kw_only=True)
class Distances(Result):
    """Distances between all pairs of sequences.

    Attributes:
        ids: the sequences; rows and columns of the matrix stand in this order.
        matrix: symmetric, read-only, 0 on the diagonal, float64, ids x ids.
        method: how the distances were taken, in words.
        assumptions: what must hold for them to mean what they say.

    Examples:
        >>> apart = hamming([["push", "push"], ["push", "pull"]])
        >>> apart.between("1", "2")
        1.0
    """

    ids: tuple[str, ...]
    matrix: _Matrix = field(eq=cmp_using(eq=np.array_equal), repr=False)
    method: str
    assumptions: tuple[str, ...]

    def between(self, one: str, other: str) -> float:
        """Return the distance of two sequences by their ids.

        Raises:
            InvalidQueryError: an id that is not there.
        """
        for name in (one, other):
            if name not in self.ids:
                raise InvalidQueryError(f"there is no sequence {name!r}")
        return float(self.matrix[self.ids.index(one), self.ids.index(other)])

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line for every unordered pair: one, other, distance."""
        return tuple(
            {"one": one, "other": self.ids[j], "distance": float(self.matrix[i, j])}
            for i, one in enumerate(self.ids)
            for j in range(i + 1, len(self.ids))
        )

    def sentence(self) -> str:
        """Say the method and the range of the distances."""
        n = len(self.ids)
        if n == 1:
            return f"1 sequence, so no distance ({self.method})."
        pairs = self.matrix[np.triu_indices(n, 1)]
        return (
            f"{n} sequences lie {pairs.min():.3g} to {pairs.max():.3g} apart, "
            f"{pairs.mean():.3g} on average over {len(pairs)} pairs ({self.method})."
        )


@checked
def hamming(data: Rows) -> Distances:
    """Number of positions at which two sequences of one length differ.

    From Hamming 1950, doi:10.1002/j.1538-7305.1950.tb00463.x.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        The distance of every pair, in positions.

    Raises:
        CannotEstimateError: sequences of different lengths, a gap, or more than `MOST_SEQUENCES`.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> apart = hamming([["push", "push", "pull"], ["push", "pull", "pull"]])
        >>> apart.matrix.tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    sequences = _comparable(data, "Hamming distance")
    lengths = {len(states) for states in sequences.sequences}
    if len(lengths) > 1:
        raise CannotEstimateError(
            f"Hamming distance compares sequences of one length; these have {min(lengths)} to "
            f"{max(lengths)} positions (optimal_matching compares any lengths)"
        )
    codes, index = _distinct(sequences)
    differing = np.empty((codes.shape[1], codes.shape[1]))
    for one in range(codes.shape[1]):
        differing[one] = (codes != codes[:, one : one + 1]).sum(axis=0)
    return _result(
        sequences,
        differing,
        index,
        method="Hamming distance",
        assumptions=("position n of one sequence is the same time as position n of another",),
    )


@checked
def optimal_matching(
    data: Rows,
    substitution: CostRule | SubstitutionCosts = "constant",
    indel: float = 1.0,
) -> Distances:
    """Least cost of turning one sequence into another by substitutions, insertions and deletions.

    The distance is the sum of the cheapest edits, found by dynamic programming (Needleman & Wunsch
    1970, doi:10.1016/0022-2836(70)90057-4; as used in the social sciences: Abbott & Tsay 2000,
    doi:10.1177/0049124100029001001). It is not divided by the length. Equal sequences are compared
    once.

    Args:
        data: a `SequenceSet`, or rows of states.
        substitution: ``constant`` (2 for every pair), ``trate`` (see `substitution_costs`), or
            costs of your own.
        indel: cost of inserting or deleting one state.

    Returns:
        The distance of every pair, in the unit of the costs.

    Raises:
        CannotEstimateError: a gap, more than `MOST_SEQUENCES`, or ``trate`` without any moves.
        InvalidQueryError: costs for other states or above 1e12, an indel cost that is not finite
            and above 0, or rows that make no `SequenceSet`.

    Examples:
        >>> apart = optimal_matching([["push", "push", "pull"], ["push", "pull"]])
        >>> apart.between("1", "2")
        1.0
    """
    sequences = _comparable(data, "optimal matching")
    if isinstance(indel, bool) or not (math.isfinite(indel) and indel > 0):
        raise InvalidQueryError(f"the indel cost is {indel!r}; expected a finite number above 0")
    if isinstance(substitution, SubstitutionCosts):
        costs, named = substitution, "costs as given"
        if costs.states != sequences.alphabet:
            raise InvalidQueryError(
                f"the costs are for {', '.join(costs.states)}; the sequences have "
                f"{', '.join(sequences.alphabet)}"
            )
    else:
        costs = substitution_costs(sequences, substitution)
        named = "constant costs of 2" if substitution == "constant" else "transition-rate costs"
    if indel + max(max(row) for row in costs.costs) > _DEAREST:
        raise InvalidQueryError(f"costs are at most {_DEAREST:.0e}")
    codes, index = _distinct(sequences)
    lengths = np.array([len(states) for states in _uniques(sequences)], dtype=np.intp)
    return _result(
        sequences,
        _edits(codes, lengths, np.array(costs.costs), indel),
        index,
        method=f"optimal matching, {named}, indel {indel:g}",
        assumptions=(
            "the costs say how unlike two states are; other costs give other distances",
            "a state shifted in time is an edit like any other",
        ),
    )


def _edits(codes: _Codes, lengths: _Codes, costs: _Matrix, indel: float) -> _Matrix:
    """Edit distances of all pairs; `codes` holds one sequence a column.

    One sequence at a time is compared with all that follow it, all of them in one table: cell
    (b, j) is the cost of matching what has been read of the one with the first b states of
    sequence j. Within a table's row an insertion carries the cheapest cell so far along, which is
    a running minimum once each cell is freed of the cost of its b insertions.
    """
    most, count = codes.shape
    by_state = costs[:, codes] - indel
    along = indel * np.arange(most + 1)[:, None]
    found = np.zeros((count, count))
    for one in range(count - 1):
        rest = slice(one + 1, count)
        # Cells are kept with the cost of their insertions taken off, so the first row is 0.
        cells = np.zeros((most + 1, count - one - 1))
        scratch = np.empty_like(cells[1:])
        steps = list(pairwise(cells))
        for code in codes[: lengths[one], one]:
            np.add(cells[:-1], by_state[code, :, rest], out=scratch)
            cells += indel
            np.minimum(cells[1:], scratch, out=cells[1:])
            # Row by row: numpy's accumulate takes one number at a time and so far longer.
            for before, after in steps:
                np.minimum(before, after, out=after)
        ends = lengths[rest]
        found[one, rest] = cells[ends, np.arange(count - one - 1)] + along[ends, 0]
    return found + found.T


def _comparable(data: Rows, method: str) -> SequenceSet:
    sequences = as_set(data)
    if len(sequences) > MOST_SEQUENCES:
        raise CannotEstimateError(
            f"{len(sequences):,} sequences have too many pairs; the limit is {MOST_SEQUENCES:,}"
        )
    for name, states, _ in sequences:
        if None in states:
            raise CannotEstimateError(
                f"{method} needs every state, and position {states.index(None) + 1} of sequence "
                f"{name!r} is not known; close gaps by without_gaps() or name them by gaps_as()"
            )
    return sequences


def _uniques(sequences: SequenceSet) -> tuple[tuple[str | None, ...], ...]:
    return tuple(dict.fromkeys(sequences.sequences))


def _distinct(sequences: SequenceSet) -> tuple[_Codes, _Codes]:
    """Return the distinct sequences as columns of numbers, and which of them each sequence is."""
    uniques = _uniques(sequences)
    place = {state: number for number, state in enumerate(sequences.alphabet)}
    # What stands after the end of a shorter sequence is never read back.
    codes = np.zeros((sequences.length, len(uniques)), dtype=np.intp)
    for column, states in enumerate(uniques):
        codes[: len(states), column] = [place[state] for state in states if state is not None]
    columns = {states: column for column, states in enumerate(uniques)}
    return codes, np.array([columns[states] for states in sequences.sequences], dtype=np.intp)


def _result(
    sequences: SequenceSet,
    distances: _Matrix,
    index: _Codes,
    *,
    method: str,
    assumptions: tuple[str, ...],
) -> Distances:
    matrix = distances[np.ix_(index, index)]
    matrix.setflags(write=False)
    return Distances(ids=sequences.ids, matrix=matrix, method=method, assumptions=assumptions)
