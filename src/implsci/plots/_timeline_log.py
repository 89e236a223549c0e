"""A log drawn: from when to when each strategy ran, what changed, and how much was delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from implsci.errors import CannotEstimateError
from implsci.plots._axes import (
    BLACK,
    BLUE,
    GRAY,
    LIGHT,
    ORANGE,
    PLAIN,
    SKY,
    VERMILION,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Box, Mark, Spot, keep
from implsci.plots._timeline_marks import LABEL, listed

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.tracking import Days, Dose, Entry, PeriodUnit, Span, StrategyLog

__all__ = ["draw_log"]

_HALF: Final = 0.2
_DOSE: Final = 0.36
_DOTTED: Final = "..."


def draw_log(log: StrategyLog, ax: Axes | None) -> Figure:
    """Draw strategies in the order of the record from above, over the dates of the log."""
    from implsci.tracking import days

    reach = log.days
    if reach is None:
        raise CannotEstimateError("no entry of the log has a date, so there is no time to draw")
    places = {name: row for row, (name, _) in enumerate(log.strategies)}
    names = [_label(name, label, log.doses) for name, label in log.strategies]
    widest = max((len(line) for name in names for line in name.split("\n")), default=8)
    row = 0.55 if any("\n" in name for name in names) else 0.4
    ax = open_axes(ax, 8.6 + 0.09 * widest, 3.0 + row * len(names))
    margin = max(15, (reach.last - reach.first).days // 30)
    edges = (_shifted(reach.first, -margin), _shifted(reach.last, margin))
    ax.set_xlim(_number(edges[0]), _number(edges[1]))
    marks = [_span(ax, span, places[span.strategy], edges, reach.last) for span in log.spans]
    for dose in log.doses:
        stretch = days(dose.time)
        if dose.strategy is not None and stretch is not None:
            _dose(ax, dose, places[dose.strategy], stretch)
    for entry in log.entries:
        stretch = days(entry.date)
        if stretch is not None and entry.status not in ("started", "stopped", "ended"):
            marks.append(_mark(ax, entry, places[entry.strategy], stretch))
    for one in log.milestones:
        if (stretch := days(one.date)) is not None:
            ax.axvline(_middle(stretch), color=BLACK, linestyle=(0, (4, 3)), linewidth=1.2)
    ax.set_yticks(range(len(names)), names, **PLAIN)
    ax.set_ylim(len(names) - 0.3, -0.7)
    _ticks(ax, reach)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=LIGHT)
    ax.set_axisbelow(True)
    keep(ax, log.to_rows(), marks)
    legend(ax, _key(log))
    notes = [f"{log.sentence()[:1].upper()}{log.sentence()[1:]}", *_notes(log)]
    return finish(
        ax,
        title=f"{counted(len(names), 'strategy', 'strategies')} over time: {shown(log.title, 60)}",
        x="",
        y="",
        note=" ".join(notes),
        told="; ".join(mark.words for mark in marks) + ". " + " ".join(notes),
        columns=84,
    )


def _number(day: date) -> float:
    return float(day.toordinal())


def _shifted(day: date, days: int) -> date:
    """Return a day some days on, or the last one that the calendar of a computer has."""
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _middle(stretch: Days) -> float:
    return (_number(stretch.first) + _number(stretch.last)) / 2


def _ticks(ax: Axes, reach: Days) -> None:
    """Name the months, quarters or years that begin in the reach, some eight of them."""
    from implsci.tracking import days, periods

    months = 12 * (reach.last.year - reach.first.year) + reach.last.month - reach.first.month
    unit: PeriodUnit = "month" if months <= 10 else "quarter" if months <= 30 else "year"
    names = list(periods(*reach, unit))
    names = names[:: -(-len(names) // (9 if unit == "year" else 6))]
    begin = [stretch.first for name in names if (stretch := days(name)) is not None]
    ax.set_xticks([_number(day) for day in begin], names, **PLAIN)


def _span(ax: Axes, span: Span, row: int, edges: tuple[date, date], last: date) -> Mark:
    """Draw a span: solid where it is sure, pale where not, dotted to a side of which nothing is told."""
    from implsci.tracking import days

    start, end = days(span.start), days(span.end)
    left = start.first if start is not None else edges[0]
    right = _shifted(end.last, 1) if end is not None else edges[1]
    told = start is not None and (end is not None or span.open)
    if start is not None or end is not None:
        _bar(ax, row, left, right, SKY if told else None)
    if told and start is not None:
        first = start.first if start.first == start.last else start.last
        until = _shifted(last if end is None else end.first, 1)
        if first < until:
            _bar(ax, row, first, until, BLUE)
    ends = {"stopped": "x", "ended": "|"}
    if span.close is not None and end is not None:
        ax.plot(
            _number(right), row, marker=ends[span.close], color=BLACK, markersize=11,
            markeredgewidth=2.4, zorder=4,
        )  # fmt: skip
    elif span.close is None and start is not None:
        ax.plot(_number(right), row, marker=">", color=BLUE, markersize=11, clip_on=False, zorder=4)
    words = f"{shown(span.label)}: " + (
        f"from {span.start or 'an unknown date'}" if span.started else "start not in the log"
    )
    words += (
        ", no end in the log"
        if span.close is None
        else f", {span.close} {span.end or 'at an unknown date'}"
    )
    return Mark(Box(_number(left), row - _HALF, _number(right), row + _HALF), words)


def _bar(ax: Axes, row: int, left: date, right: date, color: str | None) -> None:
    """Draw a bar; without a color it is dotted."""
    ax.barh(
        row,
        _number(right) - _number(left),
        left=_number(left),
        height=2 * _HALF,
        color=color or "#ffffff",
        edgecolor=color or GRAY,
        hatch="" if color else _DOTTED,
        linewidth=0.6,
        zorder=2,
    )


def _mark(ax: Axes, entry: Entry, row: int, stretch: Days) -> Mark:
    place = _middle(stretch)
    marker, face, edge = _LOOKS[_look(entry)]
    ax.plot(
        place, row, marker=marker, markersize=10, markerfacecolor=face, markeredgecolor=edge,
        markeredgewidth=1.8, linestyle="none", zorder=5,
    )  # fmt: skip
    words = f"{shown(entry.label)}: {shown(entry.word)} {entry.date}"
    if entry.what:
        words += f", {shown(entry.what)}"
    if entry.status == "modified":
        words += f" ({_look(entry)})"
    return Mark(Spot(place, row), words)


_LOOKS: Final = {
    "modified, core kept": ("D", BLACK, "#ffffff"),
    "modified against the core": ("D", "#ffffff", VERMILION),
    "modified, core not told": ("d", GRAY, "#ffffff"),
    "planned": ("o", "#ffffff", BLACK),
    "other word": ("s", ORANGE, BLACK),
}


def _look(entry: Entry) -> str:
    if entry.status == "modified":
        return {
            "consistent": "modified, core kept",
            "inconsistent": "modified against the core",
        }.get(entry.core_relation or "", "modified, core not told")
    return "planned" if entry.status == "planned" else "other word"


def _dose(ax: Axes, dose: Dose, row: int, stretch: Days) -> None:
    """Draw a thin bar below: its length is the time, its filled part what was delivered of it."""
    left, right = _number(stretch.first), _number(_shifted(stretch.last, 1))
    if dose.planned is None and dose.delivered is None:
        return
    ax.barh(
        row + _DOSE, right - left, left=left, height=0.12, color="#ffffff", edgecolor=BLACK,
        hatch=None if dose.share is not None else _DOTTED, linewidth=0.8, zorder=3,
    )  # fmt: skip
    if dose.share is not None:
        ax.barh(
            row + _DOSE, (right - left) * min(1, dose.share), left=left, height=0.12, color=ORANGE,
            edgecolor=BLACK, linewidth=0.8, zorder=3,
        )  # fmt: skip


def _label(name: str, label: str, doses: Sequence[Dose]) -> str:
    """Return a strategy's label, and below it what was delivered of what was planned, all in all."""
    totals = [
        f"{_amount(one.delivered)} of {_amount(one.planned)} {shown(one.unit or '(no unit)', 14)}"
        for one in doses
        if one.strategy == name and one.time is None
    ]
    return "\n".join([shown(label, LABEL), *([shown("; ".join(totals), LABEL)] if totals else [])])


def _amount(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"


def _notes(log: StrategyLog) -> list[str]:
    notes = []
    if dated := [one for one in log.milestones if one.date is not None]:
        told = listed(f"{one.date} {_words(one.kind)}" for one in dated)
        notes.append(f"Dashed lines: {told}.")
    undated = [f"{entry.label} {entry.word}" for entry in log.entries if entry.date is None]
    undated += [_words(one.kind) for one in log.milestones if one.date is None]
    if undated:
        notes.append(f"Without a date, so not drawn: {listed(undated)}.")
    if log.contradictions:
        notes.append(f"Contradictions: {listed(one.message for one in log.contradictions)}.")
    return notes


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _key(log: StrategyLog) -> list[Artist]:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    def mark(words: str, marker: str, face: str, edge: str, width: float = 1.8) -> Artist:
        return Line2D(
            [],
            [],
            marker=marker,
            markersize=9,
            markerfacecolor=face,
            markeredgecolor=edge,
            markeredgewidth=width,
            linestyle="none",
            label=words,
        )

    handles: list[Artist] = [
        Patch(facecolor=BLUE, label="ran"),
        Patch(facecolor=SKY, label="may have run"),
    ]
    if any((span.start is None) != (span.end is None) and span.close for span in log.spans):
        words = "start or end without a date"
        handles.append(Patch(facecolor="#ffffff", edgecolor=GRAY, hatch=_DOTTED, label=words))
    if any(span.open and span.start for span in log.spans):
        handles.append(mark("no end in the log", ">", BLUE, BLUE))
    handles += [
        mark(close, marker, BLACK, BLACK, 2.4)
        for close, marker in (("stopped", "x"), ("ended", "|"))
        if any(span.close == close and span.end for span in log.spans)
    ]
    seen = {
        _look(entry)
        for entry in log.entries
        if entry.date is not None and entry.status in ("modified", "planned", "other")
    }
    handles += [mark(words, *look) for words, look in _LOOKS.items() if words in seen]
    if any(one.share is not None and one.time for one in log.doses):
        handles.append(Patch(facecolor=ORANGE, edgecolor=BLACK, label="dose delivered of planned"))
    if any(one.share is None and one.time for one in log.doses):
        words = "dose, share not known"
        handles.append(Patch(facecolor="#ffffff", edgecolor=BLACK, hatch=_DOTTED, label=words))
    return handles
