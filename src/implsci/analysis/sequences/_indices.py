"""One number a sequence: entropy, turbulence, complexity."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final, TypeAlias

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._set import Rows, SequenceSet, as_set
from implsci.errors import CannotEstimateError

__all__ = ["Indices", "complexity", "entropy", "share_entropy", "turbulence"]


def __dir__() -> list[str]:
    return __all__


_OfOne: TypeAlias = Callable[[int, tuple[str, ...]], float | str]
_GAP: Final = "it has gaps; close them by without_gaps() or name them by gaps_as()"


@frozen(kw_only=True)
class Indices(Result):
    """One index for each sequence, in the order of the sequences.

    Iterating gives the values; `len` their number.

    Attributes:
        index: name of the index.
        ids: the sequences.
        values: the index of each; None where it cannot be estimated.
        reasons: why not; None where there is a value.
        assumptions: what must hold for the values to mean what they say.

    Examples:
        >>> list(turbulence([["push", "push"], ["push", None]]))
        [1.0, None]
    """

    index: str
    ids: tuple[str, ...]
    values: tuple[float | None, ...]
    reasons: tuple[str | None, ...]
    assumptions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[float | None]:
        return iter(self.values)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a sequence: id, the index by its name, and the reason where it is None."""
        return tuple(
            {"id": name, self.index: value, "reason": reason}
            for name, value, reason in zip(self.ids, self.values, self.reasons, strict=True)
        )

    def sentence(self) -> str:
        """Say the mean and the range over the sequences with a value, and how many have none."""
        known = [value for value in self.values if value is not None]
        without = len(self.values) - len(known)
        tail = f"; it cannot be estimated for {without}" if without else ""
        return (
            f"The {self.index} of {len(known)} sequence{'' if len(known) == 1 else 's'} is "
            f"{math.fsum(known) / len(known):.3g} on average, {min(known):.3g} to "
            f"{max(known):.3g}{tail}."
        )


@checked
def entropy(data: Rows, normalized: bool = True) -> Indices:
    """Longitudinal entropy: how evenly a sequence spends its time on the states.

    -sum p log p over the shares p of the sequence's known positions, divided by the log of the
    size of the alphabet where `normalized`, so that 0 is one state only and 1 all states equally
    long (Gabadinho, Ritschard, Mueller & Studer 2011, doi:10.18637/jss.v040.i04). Gaps are left
    out. The order of the states does not matter to it.

    Args:
        data: a `SequenceSet`, or rows of states.
        normalized: whether to divide; if not, the unit is the nat.

    Returns:
        The entropy of each sequence.

    Raises:
        CannotEstimateError: `normalized` with one state in the alphabet.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> [round(value, 3) for value in entropy([["push", "push", "pull", "pull"], ["push"]])]
        [1.0, 0.0]
    """
    sequences = as_set(data)
    size = len(sequences.alphabet)
    if normalized and size < 2:
        raise CannotEstimateError(
            "entropy is divided by the log of the number of states, which is 0 with one state; "
            "give the whole alphabet, or normalized=False"
        )
    values = []
    for states in sequences.sequences:
        counts = Counter(state for state in states if state is not None)
        total = counts.total()
        values.append(share_entropy([count / total for count in counts.values()], normalized, size))
    return Indices(
        index="entropy",
        ids=sequences.ids,
        values=tuple(values),
        reasons=(None,) * len(values),
        assumptions=_assumed(sequences, "every position lasts equally long"),
    )


@checked
def turbulence(data: Rows) -> Indices:
    """Elzinga's turbulence: how many states in how uneven an order and length.

    log2(phi (s2max + 1) / (s2 + 1)), where phi is the number of distinct subsequences of the
    states as they follow each other (runs of one state counted once, the empty one included), s2
    the variance (divided by d) of the lengths of the d runs, and s2max = (d - 1)(1 - mean)^2 the
    most it can be (Elzinga & Liefbroer 2007, doi:10.1007/s10680-007-9133-7; the form of TraMineR's
    seqST, type 1). It is 1 for a sequence that stays in one state.

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        The turbulence of each sequence; None for one with a gap.

    Raises:
        CannotEstimateError: every sequence has a gap.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> [round(value, 3) for value in turbulence([["push", "pull"], ["push", "push"]])]
        [2.0, 1.0]
    """
    sequences = as_set(data)
    return _each(sequences, "turbulence", _turbulence)


@checked
def complexity(data: Rows) -> Indices:
    """Complexity index: the geometric mean of how often and how evenly the states change.

    sqrt(t / (n - 1) * h), with t changes of state over n positions and h the normalized `entropy`;
    0 to 1 (Gabadinho, Ritschard, Studer & Mueller 2010; TraMineR's seqici).

    Args:
        data: a `SequenceSet`, or rows of states.

    Returns:
        The complexity of each sequence; None for one with a gap or one position.

    Raises:
        CannotEstimateError: one state in the alphabet, or no sequence has more than one position
            and no gaps.
        InvalidQueryError: rows that make no `SequenceSet`.

    Examples:
        >>> list(complexity([["push", "pull"], ["push", "push"], ["pull"]]))
        [1.0, 0.0, None]
    """
    sequences = as_set(data)
    even = entropy(sequences).values

    def of_one(at: int, states: tuple[str, ...]) -> float | str:
        if len(states) < 2:
            return "it has one position, so nothing can change"
        changes = sum(1 for _ in groupby(states)) - 1
        return math.sqrt(changes / (len(states) - 1) * (even[at] or 0.0))

    return _each(sequences, "complexity", of_one)


def share_entropy(shares: list[float], normalized: bool, size: int) -> float:
    """Return the entropy of shares that sum to 1, divided by log(size) where `normalized`.

    Examples:
        >>> share_entropy([0.5, 0.5], True, 2)
        1.0
    """
    found = -math.fsum(share * math.log(share) for share in shares if share > 0)
    # Adding 0 turns the -0.0 of a single state into 0.0.
    return (found / math.log(size) if normalized else found) + 0.0


def _turbulence(_: int, states: tuple[str, ...]) -> float:
    runs = [(state, sum(1 for _ in run)) for state, run in groupby(states)]
    mean = len(states) / len(runs)
    variance = math.fsum((length - mean) ** 2 for _, length in runs) / len(runs)
    most = (len(runs) - 1) * (1 - mean) ** 2
    distinct = _subsequences([state for state, _ in runs])
    return math.log2(distinct) + math.log2((most + 1) / (variance + 1))


def _subsequences(states: list[str]) -> int:
    """Number of distinct subsequences, the empty one included.

    Each state doubles what there was, less what was there before it last stood.
    """
    count, before_last = 1, dict[str, int]()
    for state in states:
        count, before_last[state] = 2 * count - before_last.get(state, 0), count
    return count


def _each(sequences: SequenceSet, index: str, of_one: _OfOne) -> Indices:
    values: list[float | None] = []
    reasons: list[str | None] = []
    for at, states in enumerate(sequences.sequences):
        known = tuple(state for state in states if state is not None)
        found = of_one(at, known) if len(known) == len(states) else _GAP
        values.append(None if isinstance(found, str) else found)
        reasons.append(found if isinstance(found, str) else None)
    if all(value is None for value in values):
        raise CannotEstimateError(f"no sequence has a {index}: {reasons[0]}")
    return Indices(
        index=index,
        ids=sequences.ids,
        values=tuple(values),
        reasons=tuple(reasons),
        assumptions=_assumed(sequences, "a position is a step of equal length in every sequence"),
    )


def _assumed(sequences: SequenceSet, first: str) -> tuple[str, ...]:
    size = len(sequences.alphabet)
    return (first, f"the {size} states of the alphabet are all there are, and equally unlike")
