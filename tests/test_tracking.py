"""Logs of strategies: read by hand, against a plain reading day by day, and by their own laws."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci import Event, Finding, Measurement, Modification, Outcome, Strategy, Study
from implsci.casebook import Casebook
from implsci.errors import InvalidQueryError
from implsci.model.documents import Claim, SupportArrangement
from implsci.tracking import StrategyLog, days, log_of, periods, strategy_log


def event(kind: str, when: str | None = None, **more: Any) -> Event:
    return Event(kind=kind, date=when, **more)


def one(*events: Event, **more: Any) -> Strategy:
    return Strategy(id="s", label="coaching", events=events, **more)


def log(*strategies: Strategy, **more: Any) -> StrategyLog:
    return strategy_log(Study(id="a", title="Made-up", strategies=strategies, **more))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-Q2", "2024-04-01", "2024-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023-02", "2023-02-01", "2023-02-28"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2024-01/2024-03", "2024-01-01", "2024-03-31"),
        ("2024-Q4/2025", "2024-10-01", "2025-12-31"),
    ],
)
def test_a_date_means_its_days(text: str, first: str, last: str) -> None:
    found = days(text)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "FY18",
        "12 months",
        "2024-13",
        "2023-02-29",
        "2024-Q5",
        "0000",
        "2025/2024",
        "2024-Q1-02",
    ],
)
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert days(text) is None


def test_words_are_read_and_strange_ones_kept() -> None:
    found = log(
        one(
            event("planned", "2023"),
            event("Started", "2024-02"),
            event("relocated", "2024-04", note="to the clinic"),
            event("discontinued", "2024-08"),
            event("resumed", "2025"),
            event("completed"),
        )
    )
    assert [(entry.status, entry.word, entry.date) for entry in found.entries] == [
        ("planned", "planned", "2023"),
        ("started", "Started", "2024-02"),
        ("other", "relocated", "2024-04"),
        ("stopped", "discontinued", "2024-08"),
        ("started", "resumed", "2025"),
        ("ended", "completed", None),
    ]
    assert found.other_words == {"relocated": 1}
    assert found.entries[2].what == "to the clinic"
    assert [(span.start, span.end, span.close) for span in found.spans] == [
        ("2024-02", "2024-08", "stopped"),
        ("2025", None, "ended"),
    ]
    assert not found.contradictions
    assert "other words: relocated (1)" in found.sentence()
    assert "1 entry without a date" in found.sentence()


def test_one_change_told_twice_is_one() -> None:
    change = Modification(
        what="by phone", date="2024-05", core_relation="inconsistent", planned="unplanned_reactive"
    )
    other = Modification(what="shorter", date="2024-06")
    found = log(
        one(
            event("started", "2024"),
            event("modified", "2024-05", note="travel ban"),
            event("modified", "2024-07"),
            modifications=(change, other),
        )
    )
    assert [(entry.date, entry.what) for entry in found.modifications] == [
        ("2024-05", "by phone; travel ban"),
        ("2024-06", "shorter"),
        ("2024-07", None),
    ]
    assert found.core_relations == {"inconsistent": 1, "not said": 2}
    assert found.planning == {"unplanned_reactive": 1, "not said": 2}
    assert "1 inconsistent" in found.sentence()


def test_events_reach_their_strategy_from_wherever_they_stand() -> None:
    found = log(
        one(event("started", "2024")),
        Strategy(id="t", label="audit", events=(event("stopped", "2025", of="s"),)),
        events=(
            event("started", "2023", of="t"),
            event("institutionalised", "2026-03", note="in the budget"),
            event("opened", of="o"),
        ),
        outcomes=(Outcome(id="o", label="reach"),),
    )
    assert [(entry.strategy, entry.status) for entry in found.entries] == [
        ("t", "started"),
        ("s", "started"),
        ("s", "stopped"),
    ]
    assert [(mark.kind, mark.date, mark.of) for mark in found.milestones] == [
        ("institutionalised", "2026-03", None),
        ("opened", None, "o"),
    ]
    assert found.days == (date(2023, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("strategy", "kinds"),
    [
        (one(event("stopped", "2024-01"), event("started", "2024-03")), ["stopped_before_started"]),
        (
            one(event("stopped", "2024"), event("started", "2024-03")),
            [],
        ),  # later in 2024, it may be
        (one(event("ended", "2024")), ["stopped_without_start"]),
        (one(event("started", "2023"), event("started", "2024")), ["started_twice"]),
        (one(event("started", "2023"), event("stopped"), event("started", "2024")), []),
        (
            one(event("started", "2023"), event("stopped", "2024"), event("ended", "2025")),
            ["stopped_twice"],
        ),
        (
            one(event("started", "2024-03"), modifications=(Modification(what="x", date="2023"),)),
            ["modified_before_started"],
        ),
        (
            one(event("started", "2024-03"), modifications=(Modification(what="x", date="2024"),)),
            [],
        ),
        (one(modifications=(Modification(what="x", date="2024"),)), ["modified_without_start"]),
        (
            one(
                event("started", "2023"),
                event("ended", "2024-02"),
                modifications=(Modification(what="x", date="2024-03"),),
            ),
            ["modified_after_end"],
        ),
        (
            one(measurements=(Measurement(of="dose delivered", value=3, unit="visits"),)),
            ["dose_without_start"],
        ),
        (one(measurements=(Measurement(of="dose delivered", unit="visits"),)), []),
        (
            one(
                event("started"),
                measurements=(
                    Measurement(of="dose", value=3, unit="visits"),
                    Measurement(of="dose delivered", value=4, unit="visits"),
                ),
            ),
            ["dose_told_twice"],
        ),
    ],
)
def test_contradictions_are_named_where_they_are_certain(
    strategy: Strategy, kinds: list[str]
) -> None:
    found = log(strategy).contradictions
    assert [wrong.kind for wrong in found] == kinds
    assert all("coaching" in wrong.message for wrong in found)


def state(events: tuple[Event, ...], when: str) -> str:
    return log(one(*events)).at(when)[0].state


def test_what_ran_on_a_date_is_said_as_far_as_the_dates_go() -> None:
    told = (event("started", "2024-03"), event("stopped", "2025"))
    expected = {
        "2024-02": "not running",
        "2024-02-29": "not running",
        "2024-03-15": "possibly",
        "2024-03": "running",
        "2024": "running",
        "2024-12-31": "running",
        "2025": "running",
        "2025-01-01": "running",
        "2025-06": "possibly",
        "2026": "not running",
    }
    assert {when: state(told, when) for when in expected} == expected
    undated = (event("started"), event("stopped", "2025-05"))
    assert state(undated, "2024") == "possibly"
    assert state(undated, "2025-06") == "not running"
    assert state((event("stopped", "2025-05"),), "2024") == "unknown"
    assert state((event("planned", "2025-05"),), "2024") == "unknown"


def test_no_end_in_the_log_holds_until_its_last_entry() -> None:
    found = log(
        one(event("started", "2024-01")),
        Strategy(id="t", label="audit", events=(event("started", "2024-06"),)),
    )
    assert found.at("2024-03")[0].state == "running"
    assert found.at("2024-06-30")[0].state == "running"
    later = found.at("2024-07")[0]
    assert later.state == "possibly"
    assert later.because == "started 2024-01, no end in the log and no entry since"
    with pytest.raises(InvalidQueryError, match="expected YYYY"):
        found.at("summer")


def test_an_end_closes_the_last_start_before_it() -> None:
    found = log(one(event("started", "2023"), event("started", "2024"), event("stopped", "2025")))
    assert [(span.start, span.end) for span in found.spans] == [("2023", None), ("2024", "2025")]
    assert [wrong.kind for wrong in found.contradictions] == ["started_twice"]


DAY = date(2024, 1, 1)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 60), unique=True, min_size=2, max_size=8), st.integers(-2, 62))
def test_spans_of_days_are_those_of_a_reading_day_by_day(places: list[int], asked: int) -> None:
    ordered = sorted(places[: len(places) // 2 * 2])
    events = [
        event(("started", "stopped")[place % 2], (DAY + timedelta(days=offset)).isoformat())
        for place, offset in enumerate(ordered)
    ]
    expected = any(
        start <= asked <= end for start, end in zip(ordered[::2], ordered[1::2], strict=True)
    )
    when = (DAY + timedelta(days=asked)).isoformat()
    for told in (events, events[::-1]):
        assert state(tuple(told), when) == ("running" if expected else "not running")


dates = st.one_of(
    st.none(),
    st.integers(2020, 2024).map(str),
    st.tuples(st.integers(2020, 2024), st.integers(1, 12)).map(lambda at: f"{at[0]}-{at[1]:02d}"),
    st.dates(date(2020, 1, 1), date(2024, 12, 31)).map(date.isoformat),
)
kinds = st.sampled_from(["planned", "started", "modified", "stopped", "ended", "moved", "Adapted"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(kinds, dates), max_size=8),
    st.lists(dates, max_size=4),
    dates.filter(bool),
)
def test_nothing_told_is_lost(
    events: list[tuple[str, str | None]], changes: list[str | None], asked: str
) -> None:
    strategy = one(
        *(event(kind, when) for kind, when in events),
        modifications=tuple(Modification(what="x", date=when) for when in changes),
    )
    found = log(strategy)
    told = Counter((kind, when) for kind, when in events)
    same = Counter(when for kind, when in events if kind in ("modified", "Adapted") and when)
    own = Counter(changes)
    twice = sum(min(same[when], own[when]) for when in own if when is not None)
    assert len(found.entries) == len(events) + len(changes) - twice
    assert not told - Counter((entry.word, entry.date) for entry in found.entries)
    assert not own - Counter(entry.date for entry in found.modifications)
    known = [when for entry in found.entries if (when := days(entry.date))]
    assert [when.first for when in known] == sorted(when.first for when in known)
    assert found.entries[len(known) :] == tuple(e for e in found.entries if e.date is None)
    starts = sum(entry.status == "started" for entry in found.entries)
    ends = sum(entry.status in ("stopped", "ended") for entry in found.entries)
    assert len(found.spans) == (starts or ends)
    unused = ends - sum(span.close is not None for span in found.spans)
    wrong = Counter(one.kind for one in found.contradictions)
    assert wrong["stopped_before_started"] + wrong["stopped_twice"] == unused
    for span in found.spans:
        start, end = days(span.start), days(span.end)
        assert start is None or end is None or not end.before(start)
    assert len(found.at(asked)) == 1
    for row in found.active("year"):
        assert row["n_running"] in (0, 1)
    assert found.to_dict()["sentence"] == found.sentence()


def test_doses_are_compared_within_a_unit_only() -> None:
    def dose(
        of: str, value: float | None, unit: str | None, time: str | None = None
    ) -> Measurement:
        return Measurement(of=of, value=value, unit=unit, time=time)

    found = log(
        one(
            event("started"),
            measurements=(
                dose("dose planned", 12, "visits"),
                dose("dose delivered", 5, "visits", "2024-Q1"),
                dose("Dose delivered", 4, "visits", "2024-Q2"),
                dose("planned dose", 6, "visits", "2024-Q1"),
                dose("dose delivered", 90, "minutes"),
                dose("dose planned", 0, "calls"),
                dose("dose delivered", 1, "calls"),
                dose("reach", 0.5, "percent"),
            ),
        )
    )
    told = [(one.unit, one.time, one.planned, one.delivered, one.summed) for one in found.doses]
    assert told == [
        ("visits", None, 12, 9, "delivered"),
        ("visits", "2024-Q1", 6, 5, None),
        ("visits", "2024-Q2", None, 4, None),
        ("minutes", None, None, 90, None),
        ("calls", None, 0, 1, None),
    ]
    assert [one.share for one in found.doses] == [0.75, 5 / 6, None, None, None]


@pytest.mark.parametrize(
    "parts",
    [
        [(5, "2024-Q1"), (None, "2024-Q2")],  # one is not known
        [(5, "2024-Q1"), (4, "2024-03")],  # they overlap
        [(5, "2024-Q1"), (4, "second half")],  # no date, so they may overlap
    ],
)
def test_parts_that_may_not_be_added_up_are_not(parts: list[tuple[float | None, str]]) -> None:
    measured = [
        Measurement(of="dose delivered", value=value, unit="visits", time=time)
        for value, time in parts
    ]
    whole = Measurement(of="dose planned", value=12, unit="visits")
    found = log(one(event("started"), measurements=(whole, *measured)))
    assert (found.doses[0].time, found.doses[0].delivered, found.doses[0].share) == (
        None,
        None,
        None,
    )


def test_changes_stand_beside_what_was_measured_before_and_next() -> None:
    def reach(value: float, time: str | None, **more: Any) -> Measurement:
        return Measurement(of="reach", value=value, unit="percent", time=time, **more)

    found = log(
        one(
            event("planned", "2022"),
            event("started", "2024-03"),
            event("stopped"),
            outcomes=("o",),
        ),
        outcomes=(
            Outcome(
                id="o",
                label="reach of visits",
                measurements=(
                    reach(30, "2023"),
                    reach(40, "2024-02"),
                    reach(45, "2024-03-10"),
                    reach(60, "2025"),
                    reach(55, "2024-06"),
                    reach(99, "after a year"),
                    reach(20, "2023-07", instrument="register"),
                ),
            ),
            Outcome(id="p", label="cost"),
        ),
        findings=(
            Finding(id="f", outcome="p", direction="improved", timepoint="2024-09"),
            Finding(id="g", outcome="p", direction="mixed"),
        ),
    )
    told = [
        (one.date, one.outcome, one.aimed, one.before, one.time_before, one.after, one.at_once)
        for one in found.joined()
    ]
    assert told == [
        ("2024-03", "o", True, 40, "2024-02", 55, 1),
        ("2024-03", "o", True, 20, "2023-07", None, 0),
        ("2024-03", "p", False, None, None, "improved", 0),
    ]
    assert found.undated == 2


def test_periods_follow_one_another() -> None:
    told = (event("started", "2023-11-20"), event("modified", "2024-02"), event("ended", "2024-05"))
    found = log(one(*told))
    rows = found.active("quarter")
    assert [row["period"] for row in rows] == ["2023-Q4", "2024-Q1", "2024-Q2"]
    assert [row["running"] for row in rows] == ["s", "s", "s"]
    assert [row["modified"] for row in rows] == [None, "s", None]
    assert list(periods(date(2023, 12, 31), date(2024, 1, 1), "month")) == ["2023-12", "2024-01"]
    assert list(periods(date(2023, 12, 31), date(2024, 1, 1), "year")) == ["2023", "2024"]
    assert log(one(event("started"))).active() == ()
    with pytest.raises(InvalidQueryError, match="month, quarter or year"):
        found.active("week")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="ask by year"):
        log(one(event("started", "0001"), event("ended", "2024"))).active("month")


def test_completeness_counts_what_is_known() -> None:
    found = log(
        one(
            event("started", "2024"),
            event("ended"),
            actor="nurses",
            measurements=(Measurement(of="dose", value=3, unit="visits"),),
            modifications=(
                Modification(what="x", core_relation="unknown", goal="to reach more"),
                Modification(what="y", core_relation="consistent", date="2024-02"),
            ),
        ),
        Strategy(id="t", label="audit"),
    )
    shares = {(one.of, one.field): (one.known, one.n) for one in found.completeness()}
    assert shares["strategy", "actor"] == (1, 2)
    assert shares["strategy", "start date"] == (1, 2)
    assert shares["strategy", "end date"] == (0, 2)
    assert shares["strategy", "dose delivered"] == (1, 2)
    assert shares["modification", "core_relation"] == (1, 2)
    assert shares["modification", "date"] == (1, 2)
    assert shares["modification", "goal"] == (1, 2)
    assert found.unlogged == ("t",)
    assert log().completeness()[0].share is None


def test_arrangements_have_logs_and_doses_of_the_whole() -> None:
    arrangement = SupportArrangement(
        id="county",
        title="Made-up support",
        strategies=(one(event("started", "2024")),),
        measurements=(
            Measurement(of="dose planned", value=10, unit="days"),
            Measurement(of="dose delivered", value=4, unit="days"),
        ),
        events=(event("started", "2023"),),
    )
    found = strategy_log(arrangement)
    assert [(one.strategy, one.share) for one in found.doses] == [(None, 0.4)]
    assert [mark.kind for mark in found.milestones] == ["started"]
    claim = Claim(id="c", about="use", statement="Little is used.")
    bare = evolve(arrangement, id="bare", strategies=(), measurements=(), events=())
    logs = log_of(Casebook(records=(claim, arrangement, bare)))
    assert (logs.n, [one.record for one in logs.logs]) == (2, ["county"])
    assert logs["county"].record == "county"
    with pytest.raises(KeyError):
        _ = logs["bare"]
    assert logs.to_rows()[0]["first_day"] == "2023-01-01"
    assert {(one.field, one.n) for one in logs.completeness()} >= {("actor", 1), ("goal", 0)}
    assert "1 with a log" in logs.sentence()
    assert log_of([claim]).sentence() == "None of 0 records has a log."


def test_a_log_is_rows_of_equal_columns() -> None:
    found = log(one(event("started", "2024"), event("moved")))
    assert len({tuple(row) for row in found.to_rows()}) == 1
    assert found.to_table().num_rows == 2
    no_causes = (" led to", "caused", "because of the", "effect", " due to")
    words = " ".join([found.sentence(), *found.assumptions])
    assert not [word for word in no_causes if word in words]
