"""The timelines: a bar a strategy or element where its dates are, marks as many as changes, words as words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from implsci import (
    CoreElement,
    Event,
    Innovation,
    Measurement,
    Modification,
    Strategy,
    Study,
    plots,
)
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model.sequence import SequencePlan, SequenceStep
from implsci.sequencing import Schedule, schedule
from implsci.tracking import StrategyLog, strategy_log

HOSTILE = (
    "$x^2$ \\frac{1}{2",
    "<script>alert(1)</script>",
    "a\x00b\x1b[31m",
    "]]> & \"q\" 'q'",
    "long " * 60,
)


def made(n: int, label: str = "element", capacity: float = 2) -> Schedule:
    names = [f"e{place}" for place in range(n)]
    practice = Innovation(
        name=f"Made-up {label}",
        core_elements=tuple(
            CoreElement(
                id=name,
                label=f"{label} {name}",
                depends_on=(names[place - 1],) if place % 3 else (),
            )
            for place, name in enumerate(names)
        ),
    )
    steps = tuple(
        SequenceStep(element=name, effort=None if place % 4 == 3 else 1 + place % 4)
        for place, name in enumerate(names)
    )
    return schedule(
        practice, SequencePlan(unit="month", start="2026-01", capacity=(capacity,), steps=steps)
    )


def told(label: str = "coaching") -> StrategyLog:
    return strategy_log(
        Study(
            id="a",
            title=f"Made-up {label}",
            strategies=(
                Strategy(
                    id="s",
                    label=label,
                    events=(
                        Event(kind="planned", date="2023-11"),
                        Event(kind="started", date="2024-02"),
                        Event(kind="stopped", date="2024-11-15"),
                    ),
                    modifications=(
                        Modification(what=label, date="2024-05", core_relation="consistent"),
                        Modification(what="y", date="2024-06", core_relation="inconsistent"),
                        Modification(what="z", date="2024-07"),
                        Modification(what="w"),
                    ),
                    measurements=(
                        Measurement(of="dose planned", value=8, unit=label, time="2024-Q2"),
                        Measurement(of="dose delivered", value=6, unit=label, time="2024-Q2"),
                        Measurement(of="dose planned", value=20, unit=label),
                    ),
                ),
                Strategy(id="t", label="audit", events=(Event(kind="started", date="2024"),)),
                Strategy(
                    id="u",
                    label="network",
                    events=(Event(kind="started", date="2024-03"), Event(kind="ended")),
                ),
            ),
            events=(Event(kind="institutionalised", date="2025-06"),),
        )
    )


def bars(figure: Figure) -> list[tuple[float, float, float, str]]:
    """Left, right, middle and fill of each bar, in the units of the axes."""
    [ax] = figure.axes
    return [
        (
            box.get_x(),
            box.get_x() + box.get_width(),
            box.get_y() + box.get_height() / 2,
            str(box.get_hatch() or ""),
        )
        for box in ax.patches
        if isinstance(box, Rectangle)
    ]


def test_a_schedule_has_a_bar_an_element_where_it_is() -> None:
    plan = made(6)
    figure = plots.timeline_plot(plan)
    found = bars(figure)
    assert [(left, right) for left, right, _, _ in found] == [
        (one.start - 1, one.end) for one in plan.elements
    ]
    assert [row for _, _, row, _ in found] == pytest.approx(range(6))
    hatched = [plan.elements[i].id for i, bar in enumerate(found) if bar[3]]
    assert hatched == list(plan.unknown)
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert labels[:-1] == [one.label for one in plan.elements]
    assert labels[-1] == "load of capacity"
    loads = [text.get_text() for text in figure.axes[0].texts if " of " in text.get_text()]
    assert f"{plan.loads[0].effort:g} of 2" in loads[0]
    words = plots.describe(figure)
    assert all(one.label in words for one in plan.elements)
    assert "effort not known" in words
    assert len(plots.data(figure)) == len(plan.to_rows())


def test_a_log_has_bars_from_start_to_end_and_marks_for_changes() -> None:
    log = told()
    figure = plots.timeline_plot(log)
    [ax] = figure.axes
    of_coaching = [bar for bar in bars(figure) if bar[2] == pytest.approx(0)]
    assert of_coaching[0][:2] == (
        date(2024, 2, 1).toordinal(),
        date(2024, 11, 16).toordinal(),
    )
    assert of_coaching[1][:2] == (
        date(2024, 2, 29).toordinal(),
        date(2024, 11, 16).toordinal(),
    )
    [dotted] = [bar for bar in bars(figure) if bar[2] == pytest.approx(2)]
    assert dotted[3] == "..."
    marks = [line for line in ax.lines if len(line.get_xdata()) == 1]
    by_marker = [str(line.get_marker()) for line in marks]
    assert sorted(by_marker) == [">", "D", "D", "d", "o", "x"]
    faces = {str(line.get_markerfacecolor()) for line in marks if line.get_marker() == "D"}
    assert faces == {"#000000", "#ffffff"}
    dose = [bar for bar in bars(figure) if 0.3 < bar[2] < 0.5]
    assert dose[0][:2] == (date(2024, 4, 1).toordinal(), date(2024, 7, 1).toordinal())
    whole, part = dose[0][1] - dose[0][0], dose[1][1] - dose[1][0]
    assert part == pytest.approx(0.75 * whole)
    words = plots.describe(figure)
    assert "Dashed lines: 2025-06 institutionalised." in words
    assert "Without a date, so not drawn: coaching modified; network ended." in words
    assert "against the core" in words


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("kind", ["schedule", "log"])
def test_labels_are_text_and_nothing_else(words: str, kind: str, tmp_path: Path) -> None:
    figure = plots.timeline_plot(made(4, words) if kind == "schedule" else told(words))
    out = tmp_path / "x.svg"
    plots.save(figure, out)
    root = ElementTree.fromstring(out.read_bytes())
    assert not [one for one in root.iter() if one.tag.endswith("script")]


@pytest.mark.parametrize("n", [1, 3, 30])
@pytest.mark.parametrize("words", ["short", "a label that is very long indeed " * 4])
def test_no_row_label_covers_another_or_leaves_the_figure(n: int, words: str) -> None:
    strategies = tuple(
        Strategy(
            id=f"s{place}",
            label=f"{words} {place}",
            events=(Event(kind="started", date=f"{2015 + place % 5}"),),
            measurements=(Measurement(of="dose planned", value=8, unit="visits"),),
        )
        for place in range(n)
    )
    for figure in (
        plots.timeline_plot(made(n, words)),
        plots.timeline_plot(strategy_log(Study(id="a", title="Made-up", strategies=strategies))),
    ):
        renderer = FigureCanvasAgg(figure).get_renderer()
        [ax] = figure.axes
        width, _ = figure.canvas.get_width_height()
        for texts in (ax.get_yticklabels(), ax.get_xticklabels()):
            boxes = [text.get_window_extent(renderer) for text in texts if text.get_text()]
            assert all(box.x0 >= 0 and box.x1 <= width and box.y0 >= 0 for box in boxes)
            if not any(text.get_rotation() for text in texts):
                assert not any(
                    one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[:i]
                )
        legend = ax.get_legend()
        assert legend is not None
        assert legend.get_window_extent(renderer).x1 <= width
        assert legend.get_window_extent(renderer).y0 >= 0


@pytest.mark.parametrize(
    ("n", "capacity", "said"),
    [
        (15, 30, ""),
        (16, 30, "For want of room not drawn: what waits for what."),
        (12, 1, "For want of room not drawn: how full each period is."),
        (
            16,
            1,
            "For want of room not drawn: what waits for what and how full each period is.",
        ),
    ],
)
def test_what_a_long_plan_leaves_undrawn_is_said(n: int, capacity: float, said: str) -> None:
    words = plots.describe(plots.timeline_plot(made(n, capacity=capacity)))
    assert said in words
    assert ("For want of room" in words) == bool(said)


def test_milestones_are_told_in_words() -> None:
    log = strategy_log(
        Study(
            id="a",
            title="Made up",
            strategies=(Strategy(id="s", label="s", events=(Event(kind="started", date="2024"),)),),
            events=(Event(kind="not_ready", date="2024-02"), Event(kind="support_withdrawn")),
        )
    )
    words = plots.describe(plots.timeline_plot(log))
    assert "2024-02 not ready" in words
    assert "support withdrawn" in words
    assert "_" not in words


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InvalidQueryError, match="expected what"):
        plots.timeline_plot("log")  # type: ignore[arg-type]
    with pytest.raises(CannotEstimateError, match="no entry of the log has a date"):
        plots.timeline_plot(strategy_log(Study(id="a", title="A")))


def test_an_empty_plan_is_drawn_as_empty() -> None:
    figure = plots.timeline_plot(schedule(Innovation(name="Empty"), SequencePlan()))
    assert bars(figure) == []
    assert "0 core elements" in plots.describe(figure)


def test_a_log_may_reach_to_the_ends_of_the_calendar() -> None:
    events = (
        Event(kind="started", date="0001"),
        Event(kind="modified", date="9999-12"),
        Event(kind="stopped", date="9999-12-31"),
    )
    doses = (
        Measurement(of="dose planned", value=2, unit="visit", time="9999"),
        Measurement(of="dose delivered", value=1, unit="visit", time="9999"),
    )
    strategy = Strategy(id="s", label="coaching", events=events, measurements=doses)
    figure = plots.timeline_plot(
        strategy_log(Study(id="x", title="Made up", strategies=(strategy,)))
    )
    assert figure.axes[0].get_xlim() == (1.0, float(date.max.toordinal()))
