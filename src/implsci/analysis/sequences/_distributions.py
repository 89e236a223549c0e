"""States at each position, time spent in them, and the rows that figures are drawn from."""

from __future__ import annotations

import math
from collections import defaultdict

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._indices import share_entropy
from implsci.analysis.sequences._set import Rows, as_set

__all__ = [
    "MeanTimes",
    "Position",
    "StateDistribution",
    "alluvial_rows",
    "index_rows",
    "mean_times",
    "state_distribution",
]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Position:
    """The states at one position of all sequences that reach it.

    Attributes:
        position: counted from 1.
        counts: weighted number of sequences in each state, in the order of the alphabet.
        shares: the same over `known`, 0 to 1; None where no state is known.
        entropy: of the shares, normalized by the log of the size of the alphabet; None where no
            state is known or the alphabet has one state.
        known: weighted number of sequences whose state is known here, the denominator.
        unknown: weighted number with a gap here.
        ended: weighted number that ended before.
    """

    position: int
    counts: tuple[float, ...]
    shares: tuple[float, ...] | None
    entropy: float | None
    known: float
    unknown: float
    ended: float


@frozen(kw_only=True)
class StateDistribution(Result):
    """The states position by position, as `state_distribution` counts them.

    Attributes:
        states: the alphabet, in the order of `Position.counts`.
        positions: one for each position of the longest sequence.
        n: number of sequences.
        assumptions: what must hold for the shares to mean what they say.

    Examples:
        >>> found = state_distribution([["push", "pull"], ["push"]])
        >>> found.positions[1].shares, found.positions[1].ended
        ((1.0, 0.0), 1.0)
    """

    states: tuple[str, ...]
    positions: tuple[Position, ...]
    n: int
    assumptions: tuple[str, ...] = (
        "those whose state is known at a position stand for all who reached it",
        "position n of one sequence is the same time as position n of another",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line for every position and state: what a state distribution plot draws."""
        return tuple(
            {
                "position": at.position,
                "state": state,
                "count": at.counts[index],
                "of": at.known,
                "share": None if at.shares is None else at.shares[index],
                "entropy": at.entropy,
                "unknown": at.unknown,
                "ended": at.ended,
            }
            for at in self.positions
            for index, state in enumerate(self.states)
        )

    def sentence(self) -> str:
        """Say the commonest state of the first and of the last position."""
        parts = []
        for at in (self.positions[0], self.positions[-1]):
            if at.shares is None:
                parts.append(f"at position {at.position} no state is known")
                continue
            most = max(at.shares)
            named = " and ".join(
                state for state, share in zip(self.states, at.shares, strict=True) if share == most
            )
            parts.append(
                f"at position {at.position} {named} ({100 * most:.0f}% of {at.known:g} known)"
            )
        return f"{self.n} sequences; the commonest state is {', '.join(dict.fromkeys(parts))}."


@checked
def state_distribution(data: Rows) -> StateDistribution:
    """Count the states at each position: shares of those known, and their entropy.

    Entropy at a position is that of the shares of the states over the cases, divided by the log of
    the size of the alphabet: 0 where all are in one state, 1 where the states are equally common
    (Gabadinho, Ritschard, Mueller & Studer 2011, doi:10.18637/jss.v040.i04).

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        Weighted counts, shares and entropy for every position of the longest sequence.

    Raises:
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> found = state_distribution([["push", "pull"], ["push", None], ["push", "push"]])
        >>> found.positions[1].shares, found.positions[1].known, found.positions[1].unknown
        ((0.5, 0.5), 2.0, 1.0)
    """
    sequences = as_set(data)
    size = len(sequences.alphabet)
    total = math.fsum(sequences.weights)
    positions = []
    for at in range(sequences.length):
        held: dict[str | None, list[float]] = defaultdict(list)
        for _, states, weight in sequences:
            if at < len(states):
                held[states[at]].append(weight)
        counts = tuple(math.fsum(held[state]) for state in sequences.alphabet)
        known, unknown = math.fsum(counts), math.fsum(held[None])
        shares = tuple(count / known for count in counts) if known else None
        positions.append(
            Position(
                position=at + 1,
                counts=counts,
                shares=shares,
                entropy=None
                if shares is None or size < 2
                else share_entropy(list(shares), True, size),
                known=known,
                unknown=unknown,
                ended=max(0.0, total - known - unknown),
            )
        )
    return StateDistribution(
        states=sequences.alphabet, positions=tuple(positions), n=len(sequences)
    )


@frozen(kw_only=True)
class MeanTimes(Result):
    """Time spent in each state, as `mean_times` counts it.

    Attributes:
        states: the alphabet.
        times: weighted mean number of positions spent in each.
        shares: the same over all known positions, 0 to 1.
        ever: weighted share of sequences that are ever in the state, 0 to 1.
        n: number of sequences.
        unknown: number of positions that are not known and count for no state.
        assumptions: what must hold for the means to mean what they say.

    Examples:
        >>> mean_times([["push", "push"], ["push", "pull"]]).times
        (0.5, 1.5)
    """

    states: tuple[str, ...]
    times: tuple[float, ...]
    shares: tuple[float, ...]
    ever: tuple[float, ...]
    n: int
    unknown: int
    assumptions: tuple[str, ...] = (
        "every position lasts equally long",
        "a gap was no time in any state; with gaps the means are too low",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a state: mean time, share of the time, share of cases ever in it."""
        return tuple(
            {"state": state, "mean_time": time, "share": share, "ever": ever, "n": self.n}
            for state, time, share, ever in zip(
                self.states, self.times, self.shares, self.ever, strict=True
            )
        )

    def sentence(self) -> str:
        """Say the mean time in each state."""
        each = ", ".join(
            f"{time:.3g} in {state}" for state, time in zip(self.states, self.times, strict=True)
        )
        gaps = f"; {self.unknown} positions are not known" if self.unknown else ""
        return f"Mean number of positions over {self.n} sequences: {each}{gaps}."


@checked
def mean_times(data: Rows) -> MeanTimes:
    """Mean number of positions that sequences spend in each state.

    A plain weighted mean of counts, as R's TraMineR gives it by ``seqmeant`` (Gabadinho, Ritschard,
    Mueller & Studer 2011, doi:10.18637/jss.v040.i04).

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        Means over all sequences, weighted by their weights.

    Raises:
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> found = mean_times([["push", "push", "pull"], ["push", None]])
        >>> found.states, found.times, found.ever, found.unknown
        (('pull', 'push'), (0.5, 1.5), (0.5, 1.0), 1)
    """
    sequences = as_set(data)
    total = math.fsum(sequences.weights)
    times = tuple(
        math.fsum(weight * states.count(state) for _, states, weight in sequences) / total
        for state in sequences.alphabet
    )
    everything = math.fsum(times)
    return MeanTimes(
        states=sequences.alphabet,
        times=times,
        shares=tuple(time / everything for time in times),
        ever=tuple(
            math.fsum(weight for _, states, weight in sequences if state in states) / total
            for state in sequences.alphabet
        ),
        n=len(sequences),
        unknown=sequences.gaps,
    )


@checked
def index_rows(data: Rows) -> tuple[Row, ...]:
    """Return what an index plot draws: one line for every sequence and position.

    Sequences are sorted by their states from the start, in the order of the alphabet, with gaps
    last, so that those that begin alike stand together.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        Lines of row (from 1, top to bottom), id, weight, position, state (None for a gap).

    Raises:
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> [(row["row"], row["id"], row["state"]) for row in index_rows([["push"], ["pull"]])]
        [(1, '2', 'pull'), (2, '1', 'push')]
    """
    sequences = as_set(data)
    place: dict[str | None, int] = {state: at for at, state in enumerate(sequences.alphabet)}
    place[None] = len(place)
    ordered = sorted(sequences, key=lambda one: [place[state] for state in one[1]])
    return tuple(
        {"row": row, "id": name, "weight": weight, "position": position, "state": state}
        for row, (name, states, weight) in enumerate(ordered, start=1)
        for position, state in enumerate(states, start=1)
    )


@checked
def alluvial_rows(data: Rows) -> tuple[Row, ...]:
    """Return what an alluvial plot draws: how many flow from state to state at each position.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        Lines of position (the earlier one, from 1), from, to, n (sequences), weight, and share of
        the weight of all sequences that go on from this position; None as a state is a gap. Flows
        of no one are left out.

    Raises:
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> for row in alluvial_rows([["push", "pull"], ["push", "push"]]):
        ...     print(row["position"], row["from"], row["to"], row["n"], row["share"])
        1 push pull 1 0.5
        1 push push 1 0.5
    """
    sequences = as_set(data)
    ends: tuple[str | None, ...] = (*sequences.alphabet, None)
    rows: list[Row] = []
    for at in range(sequences.length - 1):
        flows: dict[tuple[str | None, str | None], list[float]] = defaultdict(list)
        for _, states, weight in sequences:
            if at + 1 < len(states):
                flows[states[at], states[at + 1]].append(weight)
        total = math.fsum(weight for weights in flows.values() for weight in weights)
        rows += [
            {
                "position": at + 1,
                "from": start,
                "to": end,
                "n": len(flows[start, end]),
                "weight": math.fsum(flows[start, end]),
                "share": math.fsum(flows[start, end]) / total,
            }
            for start in ends
            for end in ends
            if (start, end) in flows
        ]
    return tuple(rows)
