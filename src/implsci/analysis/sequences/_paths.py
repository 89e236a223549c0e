"""The paths that cases follow, and how many keep to the order that was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._set import Rows, as_set
from implsci.errors import CannotEstimateError, InvalidQueryError

__all__ = ["Path", "Paths", "paths"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Path:
    """One path, that is, states in the order entered, and who follows it.

    Attributes:
        states: the states as they follow each other; staying in one counts once.
        ids: the sequences that follow it.
        weight: their weight.
        share: their weight over that of all sequences without gaps, 0 to 1.
        follows: whether it is the expected order, whole and nothing else.
        incomplete: whether the last state of the expected order is never reached.
        skipped: states of the expected order that were never entered though a later one was.
        repeated: states entered again after they had been left.
        reversed: moves from a later to an earlier state of the expected order.
        outside: states that are not in the expected order.
    """

    states: tuple[str, ...]
    ids: tuple[str, ...]
    weight: float
    share: float
    follows: bool
    incomplete: bool
    skipped: tuple[str, ...]
    repeated: tuple[str, ...]
    reversed: tuple[tuple[str, str], ...]
    outside: tuple[str, ...]


@frozen(kw_only=True)
class Paths(Result):
    """Every path with its share, and the check against the expected order.

    The counts are numbers of sequences, the shares weighted. One sequence may skip, repeat and
    reverse at once, so these do not add up to the whole.

    Attributes:
        expected: the order expected.
        paths: every path, the commonest first, then by its states.
        n: sequences without gaps, the denominator.
        with_gaps: sequences left out, since a gap leaves their path open.
        weight: weight of the `n` sequences.
        assumptions: what must hold for the shares to mean what they say.

    Examples:
        >>> found = paths([["push", "pull", "co-creation"], ["push", "co-creation"]])
        >>> found.count("follows"), found.count("skipped"), found.n
        (1, 1, 2)
    """

    expected: tuple[str, ...]
    paths: tuple[Path, ...]
    n: int
    with_gaps: int
    weight: float
    assumptions: tuple[str, ...]

    def count(self, what: str) -> int:
        """Return how many of the `n` sequences follow, or show one departure.

        Args:
            what: ``follows``, ``incomplete``, ``skipped``, ``repeated``, ``reversed`` or
                ``outside``.

        Raises:
            InvalidQueryError: another word.

        Examples:
            >>> paths([["push", "pull", "push"]]).count("reversed")
            1
        """
        return sum(len(path.ids) for path in self._having(what))

    def share(self, what: str) -> float:
        """Return the weighted share, 0 to 1, of the sequences that `count` counts.

        Raises:
            InvalidQueryError: a word that `count` does not take.

        Examples:
            >>> paths([["push", "pull"], ["push", "pull", "co-creation"]]).share("incomplete")
            0.5
        """
        return math.fsum(path.weight for path in self._having(what)) / self.weight

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a path: states, number, denominator, share, and each departure."""
        return tuple(
            {
                "path": " > ".join(path.states),
                "n": len(path.ids),
                "of": self.n,
                "weight": path.weight,
                "share": path.share,
                "follows": path.follows,
                "incomplete": path.incomplete,
                "skipped": ", ".join(path.skipped),
                "repeated": ", ".join(path.repeated),
                "reversed": ", ".join(f"{start} > {end}" for start, end in path.reversed),
                "outside": ", ".join(path.outside),
            }
            for path in self.paths
        )

    def sentence(self) -> str:
        """Say how many follow the expected order and how many depart from it, and how."""
        gaps = f" {self.with_gaps} with gaps are left out." if self.with_gaps else ""
        return (
            f"Of {self.n} sequences, {self.count('follows')} ({100 * self.share('follows'):.0f}%) "
            f"follow {' > '.join(self.expected)}; {self.count('skipped')} skip a state, "
            f"{self.count('repeated')} return to one, {self.count('reversed')} go back, "
            f"{self.count('incomplete')} do not reach {self.expected[-1]}.{gaps}"
        )

    def _having(self, what: str) -> list[Path]:
        if what not in _KINDS:
            raise InvalidQueryError(f"what to count is one of {', '.join(_KINDS)}; got {what!r}")
        return [path for path in self.paths if getattr(path, what)]


_KINDS = ("follows", "incomplete", "skipped", "repeated", "reversed", "outside")


@checked
def paths(data: Rows, expected: Sequence[str] = ("push", "pull", "co-creation")) -> Paths:
    """Count every path followed, and check each against the order that was expected.

    A path is a sequence with runs of one state taken as one (its distinct successive states).
    `Path` says what counts as skipped, repeated and reversed. A sequence with a gap may have been
    anywhere meanwhile: it is left out of the shares and counted in `with_gaps`. The counts are plain
    ones of ours, after no publication.

    Args:
        data: a `SequenceSet`, or rows of states.
        expected: the order expected, at least 2 states.

    Returns:
        Paths with shares and their denominator.

    Raises:
        InvalidQueryError: an order of fewer than 2 states or with one twice, or rows that make no
            `SequenceSet`.
        CannotEstimateError: every sequence has a gap.

    Examples:
        >>> found = paths([
        ...     ["push", "push", "pull", "co-creation"],
        ...     ["push", "co-creation", "push"],
        ...     ["push", None, "co-creation"],
        ... ])
        >>> from textwrap import fill
        >>> print(fill(found.sentence(), 74))
        Of 2 sequences, 1 (50%) follow push > pull > co-creation; 1 skip a state,
        1 return to one, 1 go back, 0 do not reach co-creation. 1 with gaps are
        left out.
    """
    sequences = as_set(data)
    order = tuple(expected)
    if isinstance(expected, str) or len(order) < 2 or len(set(order)) < len(order):
        raise InvalidQueryError(
            f"the expected order is 2 or more states, each once; got {expected!r}"
        )
    following: dict[tuple[str, ...], list[tuple[str, float]]] = {}
    for name, states, weight in sequences:
        if None not in states:
            path = tuple(state for state, _ in groupby(states) if state is not None)
            following.setdefault(path, []).append((name, weight))
    if not following:
        raise CannotEstimateError("every sequence has a gap, which leaves its path open")
    n = sum(len(members) for members in following.values())
    weight = math.fsum(weight for members in following.values() for _, weight in members)
    found = [_path(path, order, members, weight) for path, members in following.items()]
    return Paths(
        expected=order,
        paths=tuple(sorted(found, key=lambda one: (-one.weight, -len(one.ids), one.states))),
        n=n,
        with_gaps=len(sequences) - n,
        weight=weight,
        assumptions=(
            "no state was entered and left between two positions",
            "the first position is where the case began and the last where it is to be judged",
            *(("sequences with gaps follow the same paths",) if n < len(sequences) else ()),
        ),
    )


def _path(
    states: tuple[str, ...],
    order: tuple[str, ...],
    members: list[tuple[str, float]],
    total: float,
) -> Path:
    place = {state: at for at, state in enumerate(order)}
    reached = max((place[state] for state in states if state in place), default=-1)
    # Going back is judged among the states of the order, whatever stood in between.
    ordered = [state for state in states if state in place]
    weight = math.fsum(weight for _, weight in members)
    return Path(
        states=states,
        ids=tuple(name for name, _ in members),
        weight=weight,
        share=weight / total,
        follows=states == order,
        incomplete=order[-1] not in states,
        skipped=tuple(state for state in order[: max(reached, 0)] if state not in states),
        repeated=tuple(state for state in dict.fromkeys(states) if states.count(state) > 1),
        reversed=tuple(
            (start, end) for start, end in pairwise(ordered) if place[end] < place[start]
        ),
        outside=tuple(state for state in dict.fromkeys(states) if state not in place),
    )
