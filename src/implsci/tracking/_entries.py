"""The entries of a log: what a record says happened to each strategy, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci._dates import days
from implsci.model import Event, Modification, Strategy, Study
from implsci.model.strategy import CoreRelation, Planned
from implsci.model.support import SupportArrangement

__all__ = ["STATUS_WORDS", "Entry", "LogStatus", "Milestone", "Tracked", "entries", "milestones"]

LogStatus: TypeAlias = Literal["planned", "started", "modified", "stopped", "ended", "other"]
Tracked: TypeAlias = Study | SupportArrangement

STATUS_WORDS: Final[Mapping[str, LogStatus]] = MappingProxyType(
    {
        "planned": "planned",
        "started": "started",
        "begun": "started",
        "resumed": "started",
        "modified": "modified",
        "adapted": "modified",
        "stopped": "stopped",
        "discontinued": "stopped",
        "paused": "stopped",
        "ended": "ended",
        "completed": "ended",
    }
)
"""What the `kind` of an `Event` means in a log: ``stopped`` is before its time, ``ended`` as planned.

Any other word is kept as it is, with the status ``other``, and counted.

Examples:
    >>> STATUS_WORDS["discontinued"]
    'stopped'
"""

_ORDER: Final = ("planned", "started", "modified", "other", "stopped", "ended")


@frozen(kw_only=True)
class Entry:
    """One line of a log: what happened to one strategy, when.

    Attributes:
        strategy: id of the strategy.
        label: the source's words for it.
        status: planned, started, modified, stopped, ended, or other for any other word.
        word: the word of the record.
        date: when, ISO 8601 to the precision known; None where unknown.
        what: what was changed, or what the source says of it.
        nature: the kind of change.
        core_relation: whether a change keeps to the strategy's core.
        planned: whether a change was planned.
        goal: why a change was made.
        decided_by: who took part in deciding.

    Examples:
        >>> Entry(strategy="s1", label="coaching", status="started", word="started", date="2024-02").date
        '2024-02'
    """

    strategy: str
    label: str
    status: LogStatus
    word: str
    date: str | None = None
    what: str | None = None
    nature: str | None = None
    core_relation: CoreRelation | None = None
    planned: Planned | None = None
    goal: str | None = None
    decided_by: str | None = None


@frozen(kw_only=True)
class Milestone:
    """Something that happened to the whole or to a part that is no strategy.

    Attributes:
        kind: what happened, in the record's word, such as ``institutionalised``.
        date: when; None where unknown.
        of: id of the part; None for the whole.
        note: what the source says of it.

    Examples:
        >>> Milestone(kind="institutionalised", date="2026", of=None, note="in the budget").kind
        'institutionalised'
    """

    kind: str
    date: str | None
    of: str | None
    note: str | None


def entries(record: Tracked) -> tuple[Entry, ...]:
    """Return what a record says of its strategies, the earliest first, undated lines last."""
    found = [
        (_when(entry.date), place, _ORDER.index(entry.status), entry)
        for place, strategy in enumerate(record.strategies)
        for entry in _of(strategy, record)
    ]
    found.sort(key=lambda line: line[:3])
    return tuple(entry for *_, entry in found)


def milestones(record: Tracked) -> tuple[Milestone, ...]:
    """Return the events of a record that are of no strategy, the earliest first."""
    known = {strategy.id for strategy in record.strategies}
    own = [event for event in record.events if event.of not in known]
    own += [
        event
        for strategy in record.strategies
        for event in strategy.events
        if event.of is not None and event.of not in known
    ]
    return tuple(
        Milestone(kind=event.kind, date=event.date, of=event.of, note=event.note)
        for event in sorted(own, key=lambda event: _when(event.date))
    )


def _when(text: str | None) -> tuple[date, date]:
    """Return a place in time: earlier first, of one beginning the vaguer first, unknown last."""
    found = days(text)
    return (
        (date.max, date.max) if found is None else (found.first, date.max - (found.last - date.min))
    )


def _of(strategy: Strategy, record: Tracked) -> Iterator[Entry]:
    events = [event for event in strategy.events if event.of in (None, strategy.id)]
    events += [event for event in record.events if event.of == strategy.id]
    events += [
        event
        for other in record.strategies
        if other.id != strategy.id
        for event in other.events
        if event.of == strategy.id
    ]
    changes = list(strategy.modifications)
    for event in events:
        status = STATUS_WORDS.get(event.kind.casefold().strip(), "other")
        told = _same(event, changes) if status == "modified" else None
        if told is not None:
            changes.remove(told)
        yield _entry(strategy, status, event, told)
    for change in changes:
        yield _entry(strategy, "modified", None, change)


def _same(event: Event, changes: list[Modification]) -> Modification | None:
    """Return the change of the same date, told twice: as an event and as a modification."""
    return next(
        (change for change in changes if change.date is not None and change.date == event.date),
        None,
    )


def _entry(
    strategy: Strategy, status: LogStatus, event: Event | None, change: Modification | None
) -> Entry:
    note = None if event is None else event.note
    return Entry(
        strategy=strategy.id,
        label=strategy.label,
        status=status,
        word="modified" if event is None else event.kind,
        date=event.date if event is not None else change.date if change is not None else None,
        what=note
        if change is None
        else "; ".join(dict.fromkeys(filter(None, (change.what, note)))),
        nature=None if change is None else change.nature,
        core_relation=None if change is None else change.core_relation,
        planned=None if change is None else change.planned,
        goal=None if change is None else change.goal,
        decided_by=None if change is None else change.decided_by,
    )
