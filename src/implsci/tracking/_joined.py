"""Changes beside outcomes: what was measured before each change and next after it."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from implsci._dates import Days, days
from implsci.model import Measurement, Outcome, Study
from implsci.tracking._entries import Entry, LogStatus, Tracked

__all__ = ["Joined", "joined", "undated"]


@frozen(kw_only=True)
class Joined:
    """One change beside one outcome: what was measured last before it, and next after it.

    That one follows the other in time does not say that it followed from it.

    Attributes:
        strategy: id of the strategy that changed.
        change: what happened to it.
        word: the same in the record's word.
        date: when.
        what: what was changed.
        outcome: id of the outcome.
        outcome_label: the source's words for it.
        aimed: whether the record says that the strategy is aimed at this outcome.
        measured: what was measured, or ``finding``.
        unit: of both values.
        stratum: the equity stratum or subgroup they hold for.
        time_before: when it was last measured before the change.
        before: the value then.
        time_after: when it was next measured after the change.
        after: the value then; the direction of a finding in words.
        at_once: how many measurements fall on the date of the change as far as it is known, so that
            their order is not known; they are in neither column.

    Examples:
        >>> Joined(
        ...     strategy="s1", change="modified", word="modified", date="2024-05", what=None,
        ...     outcome="o1", outcome_label="reach", aimed=True, measured="reach", unit="percent",
        ...     stratum=None, time_before="2024-03", before=40, time_after="2024-06", after=55,
        ...     at_once=0,
        ... ).after
        55
    """

    strategy: str
    change: LogStatus
    word: str
    date: str
    what: str | None
    outcome: str
    outcome_label: str
    aimed: bool
    measured: str
    unit: str | None
    stratum: str | None
    time_before: str | None
    before: float | str | None
    time_after: str | None
    after: float | str | None
    at_once: int


_Series = tuple[str, str | None, str | None, tuple[str | None, ...]]
_Point = tuple[Days, str, float | str | None]


def joined(record: Tracked, entries: tuple[Entry, ...]) -> Iterator[Joined]:
    """Yield each dated change with each dated series of each outcome."""
    aims = {strategy.id: set(strategy.outcomes) for strategy in record.strategies}
    for entry in entries:
        when = days(entry.date)
        if when is None or entry.date is None or entry.status in ("planned", "other"):
            continue
        for outcome in record.outcomes:
            for (measured, unit, stratum, _), points in _series(record, outcome).items():
                earlier = [point for point in points if point[0].before(when)]
                later = [point for point in points if when.before(point[0])]
                last = max(earlier, default=None, key=lambda point: (point[0].last, point[0].first))
                following = min(later, default=None, key=lambda point: point[0])
                yield Joined(
                    strategy=entry.strategy,
                    change=entry.status,
                    word=entry.word,
                    date=entry.date,
                    what=entry.what,
                    outcome=outcome.id,
                    outcome_label=outcome.label,
                    aimed=outcome.id in aims[entry.strategy],
                    measured=measured,
                    unit=unit,
                    stratum=stratum,
                    time_before=last and last[1],
                    before=last and last[2],
                    time_after=following and following[1],
                    after=following and following[2],
                    at_once=len(points) - len(earlier) - len(later),
                )


def undated(record: Tracked) -> int:
    """Count the measurements and findings of outcomes whose time is not given as a date."""
    times = [one.time for outcome in record.outcomes for one in outcome.measurements]
    if isinstance(record, Study):
        times += [finding.timepoint for finding in record.findings]
    return sum(days(time) is None for time in times)


def _series(record: Tracked, outcome: Outcome) -> dict[_Series, list[_Point]]:
    """Return the dated points of an outcome; those of one series were measured alike."""
    found: dict[_Series, list[_Point]] = {}
    for one in outcome.measurements:
        if (when := days(one.time)) is not None and one.time is not None:
            found.setdefault(_alike(one), []).append((when, one.time, one.value))
    for finding in record.findings if isinstance(record, Study) else ():
        when = days(finding.timepoint)
        if finding.outcome == outcome.id and when is not None and finding.timepoint is not None:
            key: _Series = ("finding", None, finding.subgroup, (finding.arm, finding.setting))
            found.setdefault(key, []).append((when, finding.timepoint, finding.direction))
    return found


def _alike(one: Measurement) -> _Series:
    rest = (one.instrument, one.subscale, one.respondent, one.toward)
    return one.of, one.unit, one.stratum, rest
