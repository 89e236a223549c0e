"""From when to when each strategy ran, and where the entries contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci._dates import Days, days
from implsci.tracking._entries import Entry

__all__ = [
    "Contradiction",
    "ContradictionKind",
    "Running",
    "RunningState",
    "Span",
    "contradictions",
    "running",
    "spans",
]

RunningState: TypeAlias = Literal["running", "possibly", "not running", "unknown"]
ContradictionKind: TypeAlias = Literal[
    "stopped_before_started",
    "stopped_without_start",
    "stopped_twice",
    "started_twice",
    "modified_before_started",
    "modified_after_end",
    "modified_without_start",
    "dose_without_start",
    "dose_told_twice",
]


_SUREST: Final[tuple[RunningState, ...]] = ("running", "possibly", "not running")


@frozen(kw_only=True)
class Span:
    """A stretch over which a strategy ran.

    Attributes:
        strategy: id of the strategy.
        label: the source's words for it.
        start: when it started, ISO 8601; None where the log has a start without a date, or none.
        end: when it stopped or ended; None where that has no date, or the log has no end.
        started: whether the log has a start at all.
        close: ``stopped`` or ``ended``; None where the log has no end: it may run still.

    Examples:
        >>> Span(strategy="s1", label="coaching", start="2024-02", end=None, started=True, close=None).open
        True
    """

    strategy: str
    label: str
    start: str | None
    end: str | None
    started: bool
    close: Literal["stopped", "ended"] | None

    @property
    def open(self) -> bool:
        """Whether the log has no end for it."""
        return self.close is None


@frozen(kw_only=True)
class Running:
    """Whether a strategy was running on a date, and what says so.

    Attributes:
        strategy: id of the strategy.
        label: the source's words for it.
        state: running, possibly, not running, or unknown (the log has no start for it).
        because: what the log says.

    Examples:
        >>> Running(strategy="s1", label="coaching", state="unknown", because="no start").state
        'unknown'
    """

    strategy: str
    label: str
    state: RunningState
    because: str


@frozen(kw_only=True)
class Contradiction:
    """Two things a log says that do not go together, or one that lacks what it needs.

    Attributes:
        kind: such as ``stopped_before_started``.
        strategy: id of the strategy; None where it is of the whole arrangement.
        message: what does not go together, in words.

    Examples:
        >>> Contradiction(kind="started_twice", strategy="s1", message="...").kind
        'started_twice'
    """

    kind: ContradictionKind
    strategy: str | None
    message: str


def spans(entries: Sequence[Entry]) -> tuple[Span, ...]:
    """Return the spans of one strategy, from its entries in their order.

    Each start takes the first end that is not certain to lie before it, nor after the next start;
    where the log has no start, each end closes a span of unknown start.
    """
    pairs, left = _paired(entries)
    if pairs:
        return tuple(_span(start, start, close) for start, close in pairs)
    return tuple(_span(end, None, end) for end in left)


def _paired(entries: Sequence[Entry]) -> tuple[list[tuple[Entry, Entry | None]], list[Entry]]:
    """Return each start with its end, and the ends that no start takes."""
    starts = [entry for entry in entries if entry.status == "started"]
    ends = [entry for entry in entries if entry.status in ("stopped", "ended")]
    pairs: list[tuple[Entry, Entry | None]] = []
    for place, start in enumerate(starts):
        following = starts[place + 1] if place + 1 < len(starts) else None
        fitting = [
            end
            for end in ends
            if not _before(end, start) and not (following and _before(following, end))
        ]
        if fitting:
            ends.remove(fitting[0])
        pairs.append((start, fitting[0] if fitting else None))
    return pairs, ends


def _span(of: Entry, start: Entry | None, close: Entry | None) -> Span:
    return Span(
        strategy=of.strategy,
        label=of.label,
        start=None if start is None else start.date,
        end=None if close is None else close.date,
        started=start is not None,
        close=None if close is None else "stopped" if close.status == "stopped" else "ended",
    )


def _before(one: Entry, other: Entry) -> bool:
    first, second = days(one.date), days(other.date)
    return first is not None and second is not None and first.before(second)


def contradictions(entries: Sequence[Entry]) -> Iterator[Contradiction]:
    """Yield what does not go together in the entries of one strategy."""
    pairs, left = _paired(entries)
    starts = [start for start, _ in pairs]
    for end in left:
        if not starts:
            yield _wrong("stopped_without_start", end, "and the log has no start")
        elif all(_before(end, start) for start in starts):
            yield _wrong("stopped_before_started", end, f"and first started {starts[0].date}")
        else:
            yield _wrong("stopped_twice", end, "without a start since the last end")
    for (earlier, close), (later, _) in pairwise(pairs):
        if close is None:
            yield _wrong("started_twice", later, f"and {_dated(earlier)}, without an end between")
    closes = [close for _, close in pairs if close is not None]
    for change in (entry for entry in entries if entry.status == "modified"):
        if not starts:
            yield _wrong("modified_without_start", change, "and the log has no start")
        elif all(_before(change, start) for start in starts):
            yield _wrong("modified_before_started", change, f"and first started {starts[0].date}")
        elif len(closes) == len(pairs) and all(_before(end, change) for end in closes):
            yield _wrong(
                "modified_after_end", change, f"and {_dated(closes[-1])} for the last time"
            )


def _dated(entry: Entry) -> str:
    return f"{entry.word} {entry.date or 'at an unknown date'}"


def _wrong(kind: ContradictionKind, entry: Entry, rest: str) -> Contradiction:
    return Contradiction(
        kind=kind, strategy=entry.strategy, message=f"{entry.label}: {_dated(entry)}, {rest}"
    )


def running(
    strategy: str, label: str, own: Sequence[Span], asked: Days, last: Days | None
) -> Running:
    """Say whether a strategy ran at some time of the days asked, as far as dates and log tell."""
    told = [_ran(span, asked, last) for span in own if span.started]
    for state in _SUREST:
        reasons = dict.fromkeys(because for found, because in told if found == state)
        if reasons:
            return Running(strategy=strategy, label=label, state=state, because="; ".join(reasons))
    return Running(
        strategy=strategy, label=label, state="unknown", because="the log has no start for it"
    )


def _ran(span: Span, asked: Days, last: Days | None) -> tuple[RunningState, str]:
    start, end = days(span.start), days(span.end)
    words = f"started {span.start or 'at an unknown date'}"
    if start is not None and asked.before(start):
        return "not running", words
    if span.close is not None:
        words += f", {span.close} {span.end or 'at an unknown date'}"
        if end is not None and end.before(asked):
            return "not running", words
        sure = end is not None and end.first >= asked.first
    else:
        words += ", no end in the log"
        sure = last is not None and last.last >= asked.first
        if not sure:
            words += " and no entry since"
    if start is not None and start.last <= asked.last and sure:
        return "running", words
    return "possibly", words
