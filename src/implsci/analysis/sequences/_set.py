"""Sequences as they go in: one row of states a case, unknown positions marked as unknown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from attrs import evolve, frozen

from implsci.analysis.sequences._episodes import EpisodeProfile, in_time
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Event
from implsci.names import close_names

__all__ = ["Rows", "SequenceSet", "as_set"]


def __dir__() -> list[str]:
    return __all__


# Far above any weight of a survey, and low enough for sums to keep every digit that matters.
_HEAVIEST: Final = 1e12


@frozen(kw_only=True)
class SequenceSet:
    """Sequences of states, one a case, over one alphabet.

    A position holds a state, or None where the state is not known (a gap). A sequence that ended
    earlier than others is simply shorter; nothing is filled in.

    Attributes:
        ids: a name for each sequence, none twice.
        sequences: the states of each in order, None for a gap.
        alphabet: every state that may occur, in the order in which results list them.
        weights: how much each sequence counts; 1 where nothing else was said.

    Raises:
        InvalidQueryError: no sequence, a sequence without any known state, an id or a state that
            stands twice, blank or no text, a weight that is no number above 0, lengths of the
            four that differ.
        UnknownNameError: a state that is not in the alphabet.

    Examples:
        >>> people = SequenceSet.from_rows([["push", "pull"], ["push", None, "co-creation"]])
        >>> people.alphabet, people.ids, people.gaps
        (('co-creation', 'pull', 'push'), ('1', '2'), 1)
    """

    ids: tuple[str, ...]
    sequences: tuple[tuple[str | None, ...], ...]
    alphabet: tuple[str, ...]
    weights: tuple[float, ...]

    def __attrs_post_init__(self) -> None:
        if not self.sequences:
            raise InvalidQueryError("there are no sequences: expected at least one row of states")
        for name, count in (("ids", len(self.ids)), ("weights", len(self.weights))):
            if count != len(self.sequences):
                raise InvalidQueryError(
                    f"expected one of {name} for each of {len(self.sequences)} sequences, "
                    f"got {count}"
                )
        _distinct("id", self.ids)
        _distinct("state", self.alphabet)
        for name, states, weight in zip(self.ids, self.sequences, self.weights, strict=True):
            _checked(name, states, frozenset(self.alphabet), self.alphabet)
            if (
                isinstance(weight, bool)
                or not isinstance(weight, int | float)
                or not 0 < weight <= _HEAVIEST
            ):
                raise InvalidQueryError(
                    f"the weight of sequence {name!r} is {weight!r}; "
                    f"expected a number above 0, up to {_HEAVIEST:.0e}"
                )

    @classmethod
    def from_rows(
        cls,
        rows: Iterable[Sequence[str | None]],
        *,
        alphabet: Sequence[str] | None = None,
        ids: Sequence[str] | None = None,
        weights: Sequence[float] | None = None,
    ) -> SequenceSet:
        """Make a set from rows of states.

        Args:
            rows: the states of each case in order, None where the state is not known.
            alphabet: the states that may occur, in the order wanted; those found, sorted, if None.
            ids: a name for each row; 1, 2, 3 ... if None.
            weights: how much each row counts; 1 each if None.

        Returns:
            The set, with the rows in the order given.

        Raises:
            InvalidQueryError: see the class; or a row that is one string.
            UnknownNameError: a state that is not in the alphabet given.

        Examples:
            >>> SequenceSet.from_rows([["push", "pull"]], alphabet=("push", "pull")).length
            2
        """
        if isinstance(rows, str) or not isinstance(rows, Iterable):
            raise InvalidQueryError(f"expected rows of states, got {rows!r}")
        given = list(rows)
        for row in given:
            if isinstance(row, str) or not isinstance(row, Sequence):
                raise InvalidQueryError(f"expected a row of states, got {row!r}")
        found = tuple(tuple(row) for row in given)
        if alphabet is None:
            states = {state for row in found for state in row if isinstance(state, str)}
            alphabet = sorted(states)
        elif isinstance(alphabet, str):
            raise InvalidQueryError(f"expected several states as the alphabet, got {alphabet!r}")
        return cls(
            ids=tuple(str(n) for n in range(1, len(found) + 1)) if ids is None else tuple(ids),
            sequences=found,
            alphabet=tuple(alphabet),
            weights=(1.0,) * len(found) if weights is None else tuple(weights),
        )

    @classmethod
    def from_episodes(
        cls, episodes: Iterable[EpisodeProfile], *, alphabet: Sequence[str] | None = None
    ) -> SequenceSet:
        """Make one sequence a case from episodes with a start and an end state.

        A sequence begins with the start state of the first episode and goes on with the end state
        of each. Where an episode starts in another state than the one before it ended in, the
        start state is put in between: the case moved while nobody looked. An unknown start of the
        first episode, and every unknown end, is a gap.

        Args:
            episodes: of any number of cases. Those of one case are put in order of their dates;
                where none of a case has a date, the order given holds.
            alphabet: as in `from_rows`.

        Returns:
            The set; cases in order of first appearance.

        Raises:
            InvalidQueryError: dates of a case that leave the order open: some missing, two equal,
                or one less precise than another it contains; or no episodes.
            UnknownNameError: a state that is not in the alphabet given.

        Examples:
            >>> first = EpisodeProfile(id="e1", case="ana", start="push", end="push")
            >>> second = EpisodeProfile(id="e2", case="ana", start="pull", end="co-creation")
            >>> SequenceSet.from_episodes([first, second]).sequences
            (('push', 'push', 'pull', 'co-creation'),)
        """
        by_case: dict[str, list[EpisodeProfile]] = {}
        for episode in episodes:
            by_case.setdefault(episode.case, []).append(episode)
        rows: list[list[str | None]] = []
        for case, of_case in by_case.items():
            ordered = in_time(case, of_case)
            states: list[str | None] = [ordered[0].start]
            for episode in ordered:
                if episode.start is not None and episode.start != states[-1]:
                    states.append(episode.start)
                states.append(episode.end)
            rows.append(states)
        return cls.from_rows(rows, ids=tuple(by_case), alphabet=alphabet)

    @classmethod
    def from_events(
        cls,
        events: Iterable[Event],
        states: Mapping[str, str],
        *,
        alphabet: Sequence[str] | None = None,
    ) -> SequenceSet:
        """Make one sequence a case from dated events, each of which enters a state.

        Args:
            events: `Event.of` names the case, `Event.kind` what happened.
            states: the state that each kind of event enters; events of other kinds are left out.
            alphabet: as in `from_rows`.

        Returns:
            The set; cases in order of first appearance. A position is an event, so the time
            between two events is not in it.

        Raises:
            InvalidQueryError: an event that enters a state and names no case; dates of a case that
                leave the order open, as in `from_episodes`; or no event of these kinds.
            UnknownNameError: a state that is not in the alphabet given.

        Examples:
            >>> events = [
            ...     Event(kind="joint planning", of="site", date="2021"),
            ...     Event(kind="training", of="site", date="2019-05"),
            ... ]
            >>> kinds = {"training": "push", "joint planning": "co-creation"}
            >>> SequenceSet.from_events(events, kinds).sequences
            (('push', 'co-creation'),)
        """
        by_case: dict[str, list[Event]] = {}
        for event in events:
            if event.kind not in states:
                continue
            if event.of is None:
                raise InvalidQueryError(
                    f"the event {event.kind!r} names no case: expected the case's id in 'of'"
                )
            by_case.setdefault(event.of, []).append(event)
        rows = [
            [states[event.kind] for event in in_time(case, of_case)]
            for case, of_case in by_case.items()
        ]
        return cls.from_rows(rows, ids=tuple(by_case), alphabet=alphabet)

    def without_gaps(self) -> SequenceSet:
        """Return the sequences with gaps closed, as if the unknown positions had not been.

        Examples:
            >>> SequenceSet.from_rows([["push", None, "pull"]]).without_gaps().sequences
            (('push', 'pull'),)
        """
        closed = tuple(
            tuple(state for state in states if state is not None) for states in self.sequences
        )
        return evolve(self, sequences=closed)

    def gaps_as(self, state: str) -> SequenceSet:
        """Return the sequences with every gap made a state of its own, added to the alphabet.

        Raises:
            InvalidQueryError: the alphabet has that state already.

        Examples:
            >>> SequenceSet.from_rows([["push", None]]).gaps_as("not known").sequences
            (('push', 'not known'),)
        """
        filled = tuple(
            tuple(state if one is None else one for one in states) for states in self.sequences
        )
        return evolve(self, sequences=filled, alphabet=(*self.alphabet, state))

    @property
    def gaps(self) -> int:
        """How many positions are unknown."""
        return sum(states.count(None) for states in self.sequences)

    @property
    def length(self) -> int:
        """Number of positions of the longest sequence."""
        return max(len(states) for states in self.sequences)

    def __len__(self) -> int:
        return len(self.sequences)

    def __iter__(self) -> Iterator[tuple[str, tuple[str | None, ...], float]]:
        return iter(zip(self.ids, self.sequences, self.weights, strict=True))


Rows: TypeAlias = SequenceSet | Sequence[Sequence[str | None]]
"""What every function here takes: a `SequenceSet`, or rows of states.

Examples:
    >>> data: Rows = [["push", "pull"], ["pull", None, "pull"]]
    >>> len(as_set(data))
    2
"""


def as_set(data: Rows) -> SequenceSet:
    """Return `data` as a set, made by `SequenceSet.from_rows` where it is rows.

    Raises:
        InvalidQueryError: see `SequenceSet`.

    Examples:
        >>> as_set([["push"]]).alphabet
        ('push',)
    """
    return data if isinstance(data, SequenceSet) else SequenceSet.from_rows(data)


def _distinct(kind: str, names: tuple[str, ...]) -> None:
    seen: set[str] = set()
    for name in names:
        if not isinstance(name, str) or not name or name.isspace():
            raise InvalidQueryError(f"expected some text as {kind}, got {name!r}")
        if name in seen:
            raise InvalidQueryError(f"the {kind} {name!r} stands twice")
        seen.add(name)


def _checked(
    name: str, states: tuple[str | None, ...], known: frozenset[str], alphabet: tuple[str, ...]
) -> None:
    for state in states:
        if state is None:
            continue
        if not isinstance(state, str):
            raise InvalidQueryError(
                f"sequence {name!r}: expected a state's name or None, got {state!r}"
            )
        if state in known:
            continue
        raise UnknownNameError(
            "state", state, close_names(state, alphabet), f"in sequence {name!r}"
        )
    if not any(state is not None for state in states):
        raise InvalidQueryError(
            f"sequence {name!r} is empty: expected at least one position with a known state"
        )
