"""Schedules of core elements against every schedule there is, Hu's closed form, and their own rules."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci import CoreElement, Innovation
from implsci.errors import CycleError, InvalidQueryError
from implsci.model.sequence import SequencePlan, SequenceStep
from implsci.sequencing import Schedule, plan_problems, schedule
from implsci.sequencing._bounds import bound_of
from implsci.sequencing._calendar import begins
from implsci.sequencing._serial import serial
from implsci.sequencing._task import task_of


def innovation(**after: str) -> Innovation:
    """An innovation of elements by id, each with the ids it depends on, such as ``b="a"``."""
    return Innovation(
        name="Made-up practice",
        core_elements=tuple(
            CoreElement(id=name, label=f"element {name}", depends_on=tuple(before.split()))
            for name, before in after.items()
        ),
    )


def plan(capacity: tuple[float, ...] = (), **efforts: float | None) -> SequencePlan:
    return SequencePlan(
        capacity=capacity,
        steps=tuple(SequenceStep(element=name, effort=effort) for name, effort in efforts.items()),
    )


def with_step(made: SequencePlan, name: str, **changes: object) -> SequencePlan:
    return evolve(
        made,
        steps=tuple(
            evolve(step, **changes) if step.element == name else step  # type: ignore[arg-type]
            for step in made.steps
        ),
    )


# An independent reading of the rules: starts are given, all else follows period by period.


def ends_of(
    starts: dict[str, int], made: SequencePlan, after: dict[str, tuple[str, ...]]
) -> dict[str, int] | None:
    """Say when each element ends that begins when it is said to; None where a rule is broken."""
    efforts = {step.element: step.effort for step in made.steps}
    ends: dict[str, int] = {}
    over: tuple[str, Fraction] | None = None
    for period in range(1, max(starts.values()) + 40):
        room = Fraction(str(made.capacity[min(period, len(made.capacity)) - 1]))
        whole = room
        begun = [name for name, start in starts.items() if start == period]
        if whole == 0:
            if begun:
                return None
            continue
        if over is not None:
            name, rest = over
            taken = min(room, rest)
            room -= taken
            over = (name, rest - taken) if rest > taken else None
            if over is None:
                ends[name] = period
        large = []
        for name in begun:
            effort = efforts[name]
            if effort is None:
                ends[name] = period
            elif Fraction(str(effort)) > whole:
                large.append(name)
            else:
                room -= Fraction(str(effort))
                ends[name] = period
        if room < 0 or len(large) > 1:
            return None
        if large:
            if over is not None or room == 0:
                return None
            over = (large[0], Fraction(str(efforts[large[0]])) - room)
    if over is not None or len(ends) < len(starts):
        return None
    if any(starts[name] <= ends[before] for name in starts for before in after[name]):
        return None
    return ends


def best_by_trying_all(
    made: SequencePlan, after: dict[str, tuple[str, ...]], horizon: int
) -> tuple[int, tuple[int, ...]] | None:
    """The fewest periods of any schedule, and then the ends by priority that come first."""
    fixed = {step.element: step.period for step in made.steps}
    rank = sorted(after, key=lambda name: rank_of(made, list(after), name))
    found: list[tuple[int, tuple[int, ...]]] = []
    choices = [(fixed[name],) if fixed[name] else range(1, horizon + 1) for name in after]
    for starts in product(*choices):
        ends = ends_of(dict(zip(after, starts, strict=True)), made, after)  # type: ignore[arg-type]
        if ends is not None:
            found.append((max(ends.values()), tuple(ends[name] for name in rank)))
    return min(found, default=None)


def rank_of(made: SequencePlan, names: list[str], name: str) -> tuple[float, int]:
    step = next(step for step in made.steps if step.element == name)
    return (step.priority or math.inf, names.index(name))


@st.composite
def tasks(
    draw: st.DrawFn, most: int = 4, fixed: bool = True
) -> tuple[Innovation, SequencePlan, dict[str, tuple[str, ...]]]:
    names = "abcdefghijklmnop"[: draw(st.integers(1, most))]
    after = {
        name: tuple(draw(st.lists(st.sampled_from(names[:place]), unique=True, max_size=2)))
        if place
        else ()
        for place, name in enumerate(names)
    }
    order = draw(st.permutations(list(names)))
    efforts = st.one_of(st.none(), st.sampled_from([0.1, 0.2, 0.5, 1, 1.5, 2, 3, 5]))
    steps = tuple(
        SequenceStep(
            element=name,
            effort=draw(efforts),
            priority=draw(st.one_of(st.none(), st.integers(1, 3))),
            period=draw(st.one_of(st.none(), st.integers(1, 4))) if fixed else None,
        )
        for name in order
    )
    capacity = (
        *draw(st.lists(st.sampled_from([0, 0.3, 1, 2, 3]), max_size=2)),
        draw(st.sampled_from([1, 2, 2.5])),
    )
    practice = Innovation(
        name="Made-up",
        core_elements=tuple(
            CoreElement(id=name, label=name, depends_on=after[name]) for name in order
        ),
    )
    return practice, SequencePlan(capacity=capacity, steps=steps), {n: after[n] for n in order}


@settings(max_examples=150, deadline=None)
@given(tasks(most=4))
def test_no_schedule_is_shorter_or_keeps_priorities_better(
    task: tuple[Innovation, SequencePlan, dict[str, tuple[str, ...]]],
) -> None:
    practice, made, after = task
    total = sum(step.effort or 0 for step in made.steps)
    latest = max((step.period or 0 for step in made.steps), default=0)  # all waits for it at most
    horizon = min(8, 2 + latest + len(after) + math.ceil(total))
    best = best_by_trying_all(made, after, horizon)
    found = schedule(practice, made)
    if found.unplaced:
        assert best is None
        assert found.shortest is None
        return
    rank = sorted(after, key=lambda name: rank_of(made, list(after), name))
    ends = {one.id: one.end for one in found.elements}
    if found.length <= horizon:
        assert best == (found.length, tuple(ends[name] for name in rank))
    assert found.shortest
    assert found.method == "every order examined"


def keeps_the_rules(found: Schedule, made: SequencePlan, after: dict[str, tuple[str, ...]]) -> None:
    starts = {one.id: one.start for one in found.elements}
    ends = {one.id: one.end for one in found.elements}
    if starts:
        told = ends_of(starts, made, {name: after[name] for name in starts})
        assert told == ends
    assert {*starts, *(one.id for one in found.dropped), *(one.id for one in found.unplaced)} == {
        *after
    }
    fixed = {step.element: step.period for step in made.steps}
    assert all(fixed[name] in (None, start) for name, start in starts.items())
    for load in found.loads:
        assert load.capacity is not None
        assert load.effort <= load.capacity
    for one in found.elements:
        if one.effort is not None:
            assert sum(Fraction(str(part)) for _, part in one.shares) == pytest.approx(one.effort)
    assert sum(load.effort for load in found.loads) == pytest.approx(
        sum(one.effort or 0 for one in found.elements)
    )


@settings(max_examples=150, deadline=None)
@given(tasks(most=16), st.sampled_from(["shortest", "priorities"]))
def test_every_rule_is_kept_and_nothing_is_lost(
    task: tuple[Innovation, SequencePlan, dict[str, tuple[str, ...]]], aim: str
) -> None:
    practice, made, after = task
    found = schedule(practice, made, aim=aim)  # type: ignore[arg-type]
    keeps_the_rules(found, made, after)
    assert found == schedule(practice, made, aim=aim)  # type: ignore[arg-type]
    if found.lower_bound is not None:
        assert bound_of(task_of(practice, made)).periods <= found.lower_bound <= found.length


@settings(max_examples=80, deadline=None)
@given(tasks(most=9, fixed=False))
def test_the_bound_and_the_heuristic_enclose_the_shortest(
    task: tuple[Innovation, SequencePlan, dict[str, tuple[str, ...]]],
) -> None:
    practice, made, _ = task
    best = schedule(practice, made)
    plain = schedule(practice, made, aim="priorities")
    bound = bound_of(task_of(practice, made))
    assert not best.unplaced
    assert not plain.unplaced
    assert bound.periods <= best.length <= plain.length
    assert plain.lower_bound == best.length
    assert plain.shortest == (plain.length == best.length)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 12), st.integers(1, 4))
def test_forests_of_equal_elements_take_as_long_as_hu_proved(
    data: st.DataObject, n: int, room: int
) -> None:
    # Hu 1961, doi:10.1287/opre.9.6.841: tasks of one unit, each with at most one successor, m at a
    # time: the most, over g, of g + ceil(tasks more than g levels above the last / m).
    names = [f"e{place}" for place in range(n)]
    before: dict[str, list[str]] = {name: [] for name in names}
    level = {}
    for place, name in enumerate(names):
        successor = data.draw(st.sampled_from([None, *names[:place]]))
        level[name] = 1
        if successor is not None:
            before[successor].append(name)
            level[name] = level[successor] + 1
    expected = max(
        g + math.ceil(sum(one > g for one in level.values()) / room)
        for g in range(max(level.values()) + 1)
    )
    practice = Innovation(
        name="Forest",
        core_elements=tuple(
            CoreElement(id=name, label=name, depends_on=tuple(before[name])) for name in names
        ),
    )
    made = plan((room,), **dict.fromkeys(names, 1))
    assert schedule(practice, made).length == expected


def test_a_priority_alone_can_make_a_plan_longer() -> None:
    # By hand: one unit a month. The chain a-b-c and d, e: d and e may fill months beside nothing.
    practice = innovation(a="", b="a", c="b", d="", e="")
    made = with_step(
        with_step(plan((2,), a=1, b=1, c=1, d=2, e=1), "d", priority=1), "e", priority=2
    )
    quick = schedule(practice, made)
    assert quick.length == 4
    slow = schedule(practice, made, aim="priorities")
    assert slow.elements[0].id == "d"
    assert slow.length == 4
    made = with_step(plan((2,), a=1, b=1, c=1, d=1, e=1), "d", priority=1)
    made = with_step(made, "e", priority=1)
    quick, slow = schedule(practice, made), schedule(practice, made, aim="priorities")
    assert (quick.length, slow.length) == (3, 4)
    assert slow.shortest is False
    assert "The shortest plan takes 3; priorities were put first." in slow.sentence()


def test_a_large_element_runs_over_and_shares_its_last_period() -> None:
    practice, made = innovation(a="", b=""), plan((2,), a=3, b=1)
    found = schedule(practice, made, aim="priorities")
    assert [(one.id, one.start, one.end, one.shares) for one in found.elements] == [
        ("a", 1, 2, ((1, 2.0), (2, 1.0))),
        ("b", 2, 2, ((2, 1.0),)),
    ]
    assert found.loads[1].free == 0
    # a is in place after two months either way; b sooner if it goes first.
    assert [(one.id, one.end) for one in schedule(practice, made).elements] == [("a", 2), ("b", 1)]


def test_a_period_without_capacity_interrupts_nothing() -> None:
    found = schedule(innovation(a=""), plan((2, 0, 2), a=3))
    assert found.elements[0].shares == ((1, 2.0), (3, 1.0))
    assert found.loads[1].elements == ()


def test_tenths_fill_a_period_exactly() -> None:
    names = [f"e{place}" for place in range(10)]
    found = schedule(
        innovation(**dict.fromkeys(names, "")), plan((1,), **dict.fromkeys(names, 0.1))
    )
    assert found.length == 1
    assert found.loads[0].free == 0


def test_unknown_effort_is_unknown_and_not_zero() -> None:
    found = schedule(innovation(a="", b="a"), plan((1,), a=None, b=1))
    assert found.order == ("a", "b")
    assert found.unknown == ("a",)
    assert found.loads[0].unknown == ("a",)
    assert found.loads[0].free is None
    assert found.loads[1].free == 0
    assert "effort of 1 is not known" in found.sentence()
    assert found.to_rows()[0]["effort"] is None


def test_what_is_dropped_takes_with_it_what_depends_on_it() -> None:
    practice = innovation(a="", b="a", c="b", d="")
    made = with_step(plan((1,), a=1, b=1, c=1, d=1), "a", dropped=True, because="no staff")
    found = schedule(practice, made)
    assert found.order == ("d",)
    assert {one.id: one.because for one in found.dropped} == {
        "a": "no staff",
        "b": "depends on a, left out",
        "c": "depends on b, left out",
    }
    kinds = [(one.kind, one.elements, one.severity) for one in plan_problems(practice, made)]
    assert kinds == [
        ("core_dropped", ("a",), "warning"),
        ("waits_for_dropped", ("b",), "warning"),
        ("waits_for_dropped", ("c",), "warning"),
    ]


def test_what_is_fixed_stays_or_is_reported() -> None:
    practice = innovation(a="", b="a", c="")
    made = with_step(plan((1,), a=1, b=1, c=1), "b", period=2)
    found = schedule(practice, made)
    assert [(one.id, one.start, one.fixed) for one in found.elements] == [
        ("a", 1, False),
        ("b", 2, True),
        ("c", 3, False),
    ]
    full = with_step(made, "c", period=1)
    found = schedule(practice, full)
    assert {one.id: one.because for one in found.unplaced} == {
        "b": "fixed for period 2, and a, on which it depends, finds no place before"
    }
    assert found.order == ("c", "a")
    assert found.lower_bound is None
    assert "none keeps all that is asked" in found.assumptions[-1]
    assert [one.kind for one in plan_problems(practice, full)] == ["no_place"]
    early = with_step(plan((1,), a=1, b=1, c=1), "b", period=1)
    [problem] = plan_problems(practice, early)
    assert (problem.kind, problem.elements, problem.period) == ("before_dependency", ("b",), 1)
    over = with_step(with_step(plan((1,), a=1, b=1, c=1), "a", period=1), "c", period=1)
    [problem] = plan_problems(practice, over)
    assert (problem.kind, problem.elements, problem.period) == ("overload", ("a", "c"), 1)
    assert problem.message == "period 1: a, c take 2 of 1"


def test_room_that_runs_out_is_said() -> None:
    practice = innovation(a="", b="a")
    found = schedule(practice, plan((1, 0), a=1, b=1))
    assert [one.id for one in found.unplaced] == ["b"]
    assert schedule(practice, plan((1, 1, 0), a=1, b=1)).length == 2


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    practice = innovation(a="", b="a")
    with pytest.raises(InvalidQueryError, match="0 in every period"):
        schedule(practice, plan((0, 0), a=1))
    with pytest.raises(InvalidQueryError, match="'z': no core element"):
        schedule(practice, plan((1,), z=1))
    with pytest.raises(InvalidQueryError, match="10,000"):
        schedule(practice, plan((1,), a=1e9))
    with pytest.raises(InvalidQueryError, match="aim"):
        schedule(practice, plan((1,), a=1), aim="best")  # type: ignore[arg-type]
    circle = innovation(a="b", b="a")
    with pytest.raises(CycleError, match=r"a -> b -> a|b -> a -> b"):
        schedule(circle, plan((1,), a=1))
    assert [one.kind for one in plan_problems(circle, plan((1,), z=1))] == ["dangling", "cycle"]
    assert [one.kind for one in plan_problems(practice, plan((0,), a=1))] == ["no_capacity"]


def test_a_plan_without_capacity_is_bound_by_dependencies_alone() -> None:
    found = schedule(innovation(a="", b="a", c=""), plan(a=5, b=5, c=5))
    assert [(one.id, one.start) for one in found.elements] == [("a", 1), ("c", 1), ("b", 2)]
    assert found.loads[0].capacity is None
    assert "dependencies alone decide" in found.assumptions[-1]
    assert schedule(Innovation(name="Empty"), SequencePlan()).length == 0


def test_many_elements_are_placed_by_rank_and_bounded() -> None:
    names = [f"e{place:02d}" for place in range(30)]
    practice = innovation(**dict.fromkeys(names, ""))
    found = schedule(practice, plan((3,), **dict.fromkeys(names, 1)))
    assert found.method == "serial schedule generation by priority"
    assert found.order == tuple(names)
    assert (found.length, found.lower_bound, found.bound_because) == (10, 10, "total effort")
    assert found.shortest
    odd = schedule(practice, plan((3,), **dict.fromkeys(names, 2)))
    assert (odd.length, odd.lower_bound, odd.shortest) == (30, 20, None)
    assert "whether one takes fewer than 30 is not known" in odd.sentence()
    chain = innovation(
        **{name: names[place - 1] if place else "" for place, name in enumerate(names)}
    )
    assert schedule(chain, plan((3,), **dict.fromkeys(names, 1))).bound_because == (
        "chain of dependencies"
    )


@pytest.mark.parametrize(
    ("start", "unit", "period", "expected"),
    [
        ("2026-01", "month", 14, "2027-02"),
        ("2026-01-31", "months", 2, "2026-02"),
        ("2026-01-15", "month", 2, "2026-02-15"),
        ("2026-11", "quarter", 2, "2027-02"),
        ("2026-12-28", "week", 2, "2027-01-04"),
        ("2026", "year", 3, "2028"),
        ("2026", "month", 2, None),
        ("2026-01", "week", 2, None),
        ("2026-01", "sprint", 2, None),
        ("9999", "year", 2, None),
        ("9999-12-31", "day", 2, None),
        (None, "month", 1, None),
    ],
)
def test_periods_begin_on_dates_as_precise_as_the_first(
    start: str | None, unit: str, period: int, expected: str | None
) -> None:
    assert begins(start, unit, period) == expected


def test_what_something_fixed_waits_for_comes_first() -> None:
    practice = innovation(a="", b="", c="b")
    made = with_step(with_step(plan((1,), a=1, b=1, c=1), "c", period=2), "a", priority=1)
    placed, unplaced = serial(task_of(practice, made))
    assert not unplaced
    assert {name: shares[0][0] for name, shares in placed.items()} == {"b": 1, "c": 2, "a": 3}


def test_a_schedule_is_plain_values() -> None:
    found = schedule(
        innovation(a="", b="a"),
        evolve(plan((2,), a=3, b=1), unit="month", start="2026-01", capacity_unit="staff day"),
    )
    told = found.to_dict()
    assert told["elements"][0]["shares"] == [  # type: ignore[index]
        {"period": 1, "effort": 2.0},
        {"period": 2, "effort": 1.0},
    ]
    assert [row["begins"] for row in found.to_rows()] == ["2026-01", "2026-03"]
    assert len({tuple(row) for row in found.to_rows()}) == 1


def test_no_period_is_tried_twice_for_one_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    from implsci.sequencing import _serial

    tried = 0
    fit = _serial._Board._fit

    def counted(board: _serial._Board, job: _serial.Job, period: int) -> _serial.Shares | None:
        nonlocal tried
        tried += 1
        return fit(board, job, period)

    monkeypatch.setattr(_serial._Board, "_fit", counted)
    many = 600
    practice = Innovation(
        name="App", core_elements=tuple(CoreElement(id=f"e{at}", label="e") for at in range(many))
    )
    steps = tuple(SequenceStep(element=f"e{at}", effort=1) for at in range(many))
    made = schedule(practice, SequencePlan(capacity=(2,), steps=steps))
    assert made.length == many // 2
    assert tried < 4 * many
