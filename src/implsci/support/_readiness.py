"""Readiness: derived from what was measured and what happened, with what support did about it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from implsci._dates import before, is_date
from implsci.errors import InvalidQueryError
from implsci.model.evidence import Event, Measurement
from implsci.model.support import CRITERIA, SupportArrangement
from implsci.support._readiness_result import (
    READINESS_EVENTS,
    RESPONSES,
    STATES,
    Contradiction,
    Readiness,
    ReadinessState,
    SiteReadiness,
    Spell,
)
from implsci.support._reading import checked, no_later, role, who
from implsci.support._voices import voices

__all__ = ["readiness"]


_ASSUMPTIONS: Final = (
    "the latest of what is told rules; where the order of two is not known and they disagree, it is "
    "mixed",
    "a measurement says ready or not only against a cut that the caller gives",
    "an event without a date stands where the record puts it; what has no date counts at every date",
    "withdrawing from a site that is not ready is push, working with it and adapting is co-creation "
    "(http://wtgrantfoundation.org/strengthening-research-use-technical-assistance); going on as "
    "before speaks for neither",
)


def readiness(
    arrangement: SupportArrangement, *, cut: float | None = None, at: str | None = None
) -> Readiness:
    """Derive how ready the parties are, and what support did about one that was not.

    Events of the kinds in `READINESS_EVENTS` and measurements of ``readiness`` are read. An event is
    of the party that it names in `of`, a measurement of the party in `toward`, else of the recipient
    in `respondent`; what names no such party is of all. What a response says of push and co-creation
    follows the criterion ``not_ready`` of `CRITERIA`, after
    http://wtgrantfoundation.org/strengthening-research-use-technical-assistance.

    Args:
        arrangement: what is asked about.
        cut: the value, in the unit of the measurements, from which a site is ready; None where no
            measurement is to say so.
        at: only what is told by this date, ISO 8601; None for all.

    Raises:
        InvalidQueryError: `at` is no date, or `cut` no number or off the scale of a measurement.

    Examples:
        >>> from implsci.model import Event, Measurement
        >>> from implsci.model.documents import Answer, Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     parties=(Party(id="site", label="the county", role="recipient"),),
        ...     answers=(Answer(criterion="not_ready", answer="support_adapted"),),
        ...     events=(
        ...         Event(kind="not_ready", date="2024-02", of="site"),
        ...         Event(kind="support_withdrawn", date="2024-05", of="site"),
        ...     ),
        ... )
        >>> print(readiness(made_up).sentence())
        The county is not ready (event not_ready, 2024-02); support when it was not: withdrawn...
        >>> site = readiness(made_up).sites[0]
        >>> site.response, site.model, site.contradictions[0].answer
        ('withdrawn', 'push', 'support_adapted')
    """
    checked(at)
    parties = {party.id for party in arrangement.parties}
    events = [
        (event, event.of if event.of in parties else None)
        for event in _ordered(arrangement.events)
        if event.kind in READINESS_EVENTS and no_later(event.date, at)
    ]
    measured = [
        (one, _rated(one, arrangement))
        for one in arrangement.measurements
        if one.of == "readiness" and no_later(one.time if is_date(one.time) else None, at)
    ]
    _check_cut(cut, [one for one, _ in measured])
    named = {of for _, of in (*events, *measured) if of is not None}
    sites: list[str | None] = [party.id for party in arrangement.parties if party.id in named]
    said = [one for one in voices(arrangement, CRITERIA, at) if one.criterion == "not_ready"]
    answers = [(who(arrangement, one.party), one.answer) for one in said]
    return Readiness(
        arrangement=arrangement.id,
        at=at,
        cut=cut,
        sites=tuple(
            _site(
                site,
                "the arrangement" if site is None else who(arrangement, site),
                [event for event, of in events if of in (None, site)],
                [one for one, of in measured if of in (None, site)],
                cut,
                answers,
            )
            for site in sites or [None]
        ),
        assumptions=_ASSUMPTIONS,
    )


def _rated(one: Measurement, arrangement: SupportArrangement) -> str | None:
    """Return whose readiness was measured; who supports rates others, not itself."""
    for party in arrangement.parties:
        if party.id == one.toward:
            return party.id
    if one.toward is None and role(arrangement, one.respondent) == "recipient":
        return one.respondent
    return None


def _check_cut(cut: float | None, measured: Sequence[Measurement]) -> None:
    if cut is None:
        return
    if not math.isfinite(cut):
        raise InvalidQueryError(f"cut: expected a number, got {cut!r}")
    for one in measured:
        low, high = one.scale_min, one.scale_max
        if (low is not None and cut < low) or (high is not None and cut > high):
            ends = [
                f"{word} {end:g}" for word, end in (("from", low), ("to", high)) if end is not None
            ]
            raise InvalidQueryError(
                f"cut: expected a value on the scale of the measurements, {' '.join(ends)}; "
                f"got {cut:g}"
            )


def _ordered(events: Sequence[Event]) -> list[Event]:
    """Return events by date; one without a date stays behind the one before it."""
    keys: list[str] = []
    for event in events:
        keys.append(event.date or (keys[-1] if keys else ""))
    return [events[place] for place in sorted(range(len(events)), key=lambda place: keys[place])]


def _site(
    party: str | None,
    name: str,
    events: Sequence[Event],
    measured: Sequence[Measurement],
    cut: float | None,
    answers: Sequence[tuple[str, str]],
) -> SiteReadiness:
    latest = _latest(measured)
    last = next((event for event in reversed(events) if event.kind in STATES), None)
    state = _state(last, latest, cut)
    spells = _spells(events)
    if spells:
        response = spells[-1].response
        kinds = spells[-1].kinds
    else:
        kinds = ()
        response = (
            "unknown"
            if state == "unknown"
            else "not called for"
            if state == "ready"
            else "none recorded"
        )
    return SiteReadiness(
        party=party,
        who=name,
        state=state,
        rests_on=(
            *(() if last is None else (_told(f"event {last.kind}", last.date),)),
            *(_measurement(one, cut) for one in latest),
        ),
        measured=latest,
        spells=spells,
        response=response,
        model=CRITERIA["not_ready"].get(kinds[-1]) if kinds else None,
        contradictions=tuple(
            Contradiction(who=answerer, answer=answer, recorded=kinds)
            for answerer, answer in answers
            if kinds and answer not in kinds
        ),
    )


def _latest(measured: Sequence[Measurement]) -> tuple[Measurement, ...]:
    """Return the measurements of which none is known to come later."""
    return tuple(
        one
        for one in measured
        if not any(
            is_date(one.time) and is_date(other.time) and before(one.time, other.time)
            for other in measured
        )
    )


def _state(event: Event | None, latest: Sequence[Measurement], cut: float | None) -> ReadinessState:
    by_event = None if event is None else STATES[event.kind]
    values = [
        (one.value >= cut, one) for one in latest if cut is not None and one.value is not None
    ]
    if not values:
        return by_event or "unknown"
    by_number: ReadinessState = "ready" if values[0][0] else "not ready"
    if len({reached for reached, _ in values}) > 1:
        by_number = "mixed"
    if event is None or by_event == by_number:
        return by_number
    times = [one.time for _, one in values]
    if event.date is not None and all(is_date(time) and before(event.date, time) for time in times):
        return by_number
    if event.date is not None and all(is_date(time) and before(time, event.date) for time in times):
        return by_event or by_number
    return "mixed"


def _spells(events: Sequence[Event]) -> tuple[Spell, ...]:
    """Return the stretches without readiness; a response that no state precedes opens one."""
    spells: list[Spell] = []
    start: str | None = None
    kinds: list[str] = []
    within, known = False, False

    def close(end: str | None, ended: bool) -> None:
        if within:
            response = RESPONSES[kinds[-1]] if kinds else "none recorded"
            spells.append(
                Spell(start=start, end=end, ended=ended, kinds=tuple(kinds), response=response)
            )

    for event in events:
        if event.kind == "ready":
            close(event.date, True)
            within, known, start, kinds = False, True, None, []
        elif event.kind == "not_ready":
            if not within:
                within, start = True, event.date
            known = True
        elif within or not known:
            within = True
            kinds.append(event.kind)
    close(None, False)
    return tuple(spells)


def _measurement(one: Measurement, cut: float | None) -> str:
    if one.value is None:
        return _told("measured, value not told", one.time)
    scale = "" if one.scale_max is None else f" of {one.scale_max:g}"
    unit = "" if one.unit is None else f" {one.unit}"
    against = ", no cut given" if cut is None else f", cut {cut:g}"
    return _told(f"measured {one.value:g}{scale}{unit}{against}", one.time)


def _told(words: str, date: str | None) -> str:
    return f"{words}, {date}" if date else f"{words}, not dated"
