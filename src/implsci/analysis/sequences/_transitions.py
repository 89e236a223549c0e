"""Moves from one state to the next: counts, rates, and substitution costs taken from them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._set import Rows, SequenceSet, as_set
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = [
    "CostRule",
    "SubstitutionCosts",
    "TransitionRates",
    "substitution_costs",
    "transition_rates",
    "transition_rates_by_position",
]


def __dir__() -> list[str]:
    return __all__


CostRule: TypeAlias = Literal["constant", "trate"]
"""How `substitution_costs` sets the cost of replacing one state by another.

Examples:
    >>> from typing import get_args
    >>> get_args(CostRule)
    ('constant', 'trate')
"""


@frozen(kw_only=True)
class TransitionRates(Result):
    """Moves between states from one position to the next, as `transition_rates` counts them.

    Attributes:
        states: the alphabet; rows (from) and columns (to) of the tables stand in this order.
        counts: weighted number of moves from each state (row) to each (column).
        rates: the same as shares of the row, 0 to 1; None for a state that nobody left or kept
            from one position to the next.
        n: number of sequences.
        moves: weighted number of pairs of neighbouring positions counted.
        unknown: number of pairs left out, since one of the two states is not known.
        position: the earlier position of the pairs, counted from 1; None where all are pooled.
        assumptions: what must hold for the rates to mean what they say.

    Examples:
        >>> found = transition_rates([["push", "pull", "pull"]])
        >>> found.states, found.counts
        (('pull', 'push'), ((1.0, 0.0), (1.0, 0.0)))
        >>> found.rate("push", "pull")
        1.0
    """

    states: tuple[str, ...]
    counts: tuple[tuple[float, ...], ...]
    rates: tuple[tuple[float | None, ...], ...]
    n: int
    moves: float
    unknown: int
    position: int | None
    assumptions: tuple[str, ...]

    def rate(self, start: str, end: str) -> float | None:
        """Return the share of `start` followed by `end`; None where `start` is never followed.

        Raises:
            InvalidQueryError: a name that is not one of the states.

        Examples:
            >>> transition_rates([["push", "pull"]]).rate("pull", "push") is None
            True
        """
        return self.rates[_place(self.states, start)][_place(self.states, end)]

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line for every pair of states: from, to, count, of, rate, position."""
        return tuple(
            {
                "from": start,
                "to": end,
                "count": self.counts[i][j],
                "of": math.fsum(self.counts[i]),
                "rate": self.rates[i][j],
                "position": self.position,
            }
            for i, start in enumerate(self.states)
            for j, end in enumerate(self.states)
        )

    def sentence(self) -> str:
        """Say how many moves there were and which change of state is the commonest."""
        changes = [
            (self.counts[i][j], start, end, rate)
            for i, start in enumerate(self.states)
            for j, end in enumerate(self.states)
            if i != j and (rate := self.rates[i][j])
        ]
        where = "all positions pooled" if self.position is None else f"position {self.position}"
        head = f"{self.n} sequences, {self.moves:g} moves ({where})"
        if not changes:
            return f"{head}: no change of state."
        most = max(count for count, *_ in changes)
        named = "; ".join(
            f"{start} to {end} ({count:g} moves, {100 * rate:.0f}% of those from {start})"
            for count, start, end, rate in changes
            if count == most
        )
        return f"{head}; the commonest change of state is {named}."


@checked
def transition_rates(data: Rows) -> TransitionRates:
    """Share of each state that is followed by each state, all positions pooled.

    The rate from i to j is the weighted number of neighbouring positions with i then j, over that
    with i then any known state (Gabadinho, Ritschard, Mueller & Studer 2011,
    doi:10.18637/jss.v040.i04). Pairs with a gap are left out and counted.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        Counts and rates over the whole alphabet.

    Raises:
        CannotEstimateError: no two neighbouring positions are both known.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> rates = transition_rates([["push", "push", "pull"], ["push", "pull", "pull"]])
        >>> round(rates.rate("push", "pull"), 3)
        0.667
    """
    sequences = as_set(data)
    found = _count(sequences, range(sequences.length - 1), None)
    if not found.moves:
        raise CannotEstimateError(
            "no sequence has two neighbouring positions with known states, so there are no moves"
        )
    return found


@checked
def transition_rates_by_position(data: Rows) -> tuple[TransitionRates, ...]:
    """Share of each state that is followed by each state, at each position apart.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        One result for each position but the last, in order; a position at which no pair is known
        has rates of None.

    Raises:
        CannotEstimateError: every sequence has one position.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> first, second = transition_rates_by_position([["push", "push", "pull"]])
        >>> first.rate("push", "push"), second.rate("push", "pull"), second.position
        (1.0, 1.0, 2)
    """
    sequences = as_set(data)
    if sequences.length < 2:
        raise CannotEstimateError("every sequence has one position, so there are no moves")
    return tuple(_count(sequences, range(at, at + 1), at + 1) for at in range(sequences.length - 1))


@frozen(kw_only=True)
class SubstitutionCosts:
    """What it costs to replace one state by another.

    Attributes:
        states: rows and columns of the table, in this order.
        costs: symmetric, 0 on the diagonal, never negative, finite.

    Raises:
        InvalidQueryError: a table that is not so.

    Examples:
        >>> SubstitutionCosts(states=("push", "pull"), costs=((0, 1.5), (1.5, 0))).costs[0][1]
        1.5
    """

    states: tuple[str, ...]
    costs: tuple[tuple[float, ...], ...]

    def __attrs_post_init__(self) -> None:
        size = len(self.states)
        if len(self.costs) != size or any(len(row) != size for row in self.costs):
            raise InvalidQueryError(f"expected {size} rows of {size} substitution costs")
        for i, row in enumerate(self.costs):
            for j, cost in enumerate(row):
                pair = f"{self.states[i]!r} by {self.states[j]!r}"
                if not (math.isfinite(cost) and cost >= 0):
                    raise InvalidQueryError(
                        f"the cost of replacing {pair} is {cost!r}; expected a number of 0 or more"
                    )
                if i == j and cost != 0:
                    raise InvalidQueryError(f"the cost of replacing {pair} is {cost!r}; expected 0")
                if cost != self.costs[j][i]:
                    raise InvalidQueryError(
                        f"the cost of replacing {pair} is {cost!r}, and back {self.costs[j][i]!r}; "
                        "expected one cost for both"
                    )


@checked
def substitution_costs(
    data: Rows, method: CostRule = "trate", constant: float = 2.0
) -> SubstitutionCosts:
    """Cost of replacing one state by another, for `optimal_matching`.

    ``constant`` takes one cost for every pair. ``trate`` takes 2 - p(i to j) - p(j to i) with the
    pooled rates of `transition_rates`: states that often follow each other are cheap to exchange
    (Gabadinho and others 2011, doi:10.18637/jss.v040.i04). A state that is never
    followed by another position has no rates; it adds 0 there.

    Args:
        data: a `SequenceSet`, or rows of states.
        method: ``constant`` or ``trate``.
        constant: the cost of every pair under ``constant``.

    Returns:
        The costs over the alphabet.

    Raises:
        InvalidQueryError: another method, or a constant that is not finite and 0 or more.
        CannotEstimateError: ``trate`` where there are no moves.

    Examples:
        >>> costs = substitution_costs([["push", "push", "pull", "pull"]])
        >>> costs.states, costs.costs[0][1]
        (('pull', 'push'), 1.5)
    """
    sequences = as_set(data)
    states = sequences.alphabet
    if method == "constant":
        rate = tuple(tuple(0.0 for _ in states) for _ in states)
        ceiling = float(constant)
    elif method == "trate":
        rate = tuple(tuple(one or 0.0 for one in row) for row in transition_rates(sequences).rates)
        ceiling = 2.0
    else:
        raise InvalidQueryError(
            f"substitution costs are {' or '.join(get_args(CostRule))}; got {method!r}"
        )
    return SubstitutionCosts(
        states=states,
        costs=tuple(
            tuple(
                0.0 if i == j else ceiling - (rate[i][j] + rate[j][i]) for j in range(len(states))
            )
            for i in range(len(states))
        ),
    )


def _count(sequences: SequenceSet, at: Sequence[int], position: int | None) -> TransitionRates:
    states = sequences.alphabet
    place = {state: index for index, state in enumerate(states)}
    counts = [[0.0] * len(states) for _ in states]
    unknown = 0
    for _, sequence, weight in sequences:
        for index in at:
            if index + 1 >= len(sequence):
                break
            start, end = sequence[index], sequence[index + 1]
            if start is None or end is None:
                unknown += 1
            else:
                counts[place[start]][place[end]] += weight
    totals = [math.fsum(row) for row in counts]
    assumptions = [
        "a move depends on the state left alone, not on what came before it",
        "positions are equally far apart, or their distance does not matter",
    ]
    if position is None:
        assumptions.insert(0, "the rates are the same at every position and for every case")
    if unknown:
        assumptions.append("what is unknown moves like what is known")
    return TransitionRates(
        states=states,
        counts=tuple(tuple(row) for row in counts),
        rates=tuple(
            tuple(count / total if total else None for count in row)
            for row, total in zip(counts, totals, strict=True)
        ),
        n=len(sequences),
        moves=math.fsum(totals),
        unknown=unknown,
        position=position,
        assumptions=tuple(assumptions),
    )


def _place(states: tuple[str, ...], name: str) -> int:
    if name not in states:
        raise InvalidQueryError(f"{name!r} is not one of the states {', '.join(states)}")
    return states.index(name)
