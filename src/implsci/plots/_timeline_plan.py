"""A schedule drawn: each core element over its periods, and how full each period is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from implsci.plots._axes import (
    BLUE,
    GRAY,
    LIGHT,
    MISSING_HATCH,
    ORANGE,
    PLAIN,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._timeline_marks import LABEL, listed

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.sequencing import Load, Schedule, ScheduledElement

__all__ = ["draw_schedule"]

_HALF = 0.3
_ARROWS = 15
_LOADS = 16


def draw_schedule(made: Schedule, ax: Axes | None) -> Figure:
    """Draw elements in their order from above, and below them the load of each period."""
    n, length = len(made.elements), max(made.length, 1)
    widest = max((len(shown(one.label, LABEL)) for one in made.elements), default=8)
    ax = open_axes(ax, 7.2 + 0.09 * widest + min(4, 0.16 * length), 3.0 + 0.36 * n)
    places = {one.id: row for row, one in enumerate(made.elements)}
    for one in made.elements:
        _bar(ax, one, places[one.id])
    waiting = any(one.depends_on for one in made.elements)
    if n <= _ARROWS:
        for one in made.elements:
            for before in (b for b in made.elements if b.id in one.depends_on):
                _waits(ax, (before.end, places[before.id]), (one.start - 1, places[one.id]))
    ax.set_yticks(range(n), [shown(one.label, LABEL) for one in made.elements], **PLAIN)
    loaded = any(load.capacity is not None or load.effort for load in made.loads)
    below = loaded and length <= _LOADS
    if below:
        ax.axhline(n - 0.4, color=GRAY, linewidth=0.8)
        ax.set_yticks(
            [*range(n), n],
            [*(shown(one.label, LABEL) for one in made.elements), "load of capacity"],
            **PLAIN,
        )
        for load in made.loads:
            ax.text(load.period - 0.5, n, _load(load), ha="center", va="center_baseline", **PLAIN)
    ax.set_ylim(n + 0.6 if below else n - 0.4, -0.7)
    ax.set_xlim(0, length)
    _periods(ax, made, length)
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", color=LIGHT, zorder=0)
    ax.set_axisbelow(True)
    keep(
        ax,
        made.to_rows(),
        [
            Mark(
                Box(one.start - 1, places[one.id] - _HALF, one.end, places[one.id] + _HALF),
                _told(one, made),
            )
            for one in made.elements
        ],
    )
    legend(ax, _key(made))
    notes = [made.sentence()]
    for words, absent in (("Left out", made.dropped), ("Without a place", made.unplaced)):
        if absent:
            told = listed(f"{shown(one.label)} ({one.because})" for one in absent)
            notes.append(f"{words}: {told}.")
    if unseen := [
        *(["what waits for what"] if waiting and n > _ARROWS else []),
        *(["how full each period is"] if loaded and not below else []),
    ]:
        notes.append(f"For want of room not drawn: {' and '.join(unseen)}.")
    return finish(
        ax,
        title=f"When {counted(n, 'core element')} of {shown(made.innovation)} "
        f"{'is' if n == 1 else 'are'} introduced",
        x=f"{made.unit}" + (", each shown by its number" if not _dated(made) else ""),
        y="",
        note=" ".join(notes),
        told="; ".join(_told(one, made) for one in made.elements) + ". " + " ".join(notes),
        columns=78,
    )


def _bar(ax: Axes, one: ScheduledElement, row: int) -> None:
    unknown = one.effort is None
    ax.barh(
        row,
        one.end - one.start + 1,
        left=one.start - 1,
        height=2 * _HALF,
        color="#ffffff" if unknown else ORANGE if one.fixed else BLUE,
        edgecolor=GRAY if unknown else "#000000",
        hatch=MISSING_HATCH if unknown else "///" if one.fixed else "",
        linewidth=0.8,
        zorder=2,
    )


def _waits(ax: Axes, tail: tuple[float, int], head: tuple[float, int]) -> None:
    """Draw a thin line from the end of an element to the beginning of one that waits for it."""
    ax.annotate(
        "",
        xy=(head[0], head[1]),
        xytext=(tail[0], tail[1]),
        arrowprops={
            "arrowstyle": "-|>",
            "color": GRAY,
            "linewidth": 1,
            "shrinkA": 0,
            "shrinkB": 0,
            "connectionstyle": "angle,angleA=-90,angleB=180,rad=0",
        },
        zorder=1,
    )


def _load(load: Load) -> str:
    least = "\u2265" if load.unknown else ""
    whole = "" if load.capacity is None else f" of {load.capacity:g}"
    return f"{least}{load.effort:g}{whole}"


def _dated(made: Schedule) -> bool:
    return any(load.begins is not None for load in made.loads)


def _periods(ax: Axes, made: Schedule, length: int) -> None:
    step = -(-length // 12)
    loads = made.loads[::step]
    ax.set_xticks(
        [load.period - 0.5 for load in loads],
        [load.begins or str(load.period) for load in loads],
        **PLAIN,
    )
    if _dated(made) and len(loads) > 6:
        for text in ax.get_xticklabels():
            text.set(rotation=45, ha="right", rotation_mode="anchor")
    ax.set_xticks(range(length + 1), minor=True)
    ax.tick_params(axis="x", which="major", length=0)


def _told(one: ScheduledElement, made: Schedule) -> str:
    begins = made.loads[one.start - 1].begins
    when = f"{made.unit} {one.start}" + (f" to {one.end}" if one.end > one.start else "")
    effort = "effort not known" if one.effort is None else f"effort {one.effort:g}"
    told = f"{shown(one.label)}: {when}" + (f" ({begins})" if begins else "") + f", {effort}"
    return told + (", fixed by the plan" if one.fixed else "")


def _key(made: Schedule) -> list[Artist]:
    from matplotlib.patches import Patch

    looks = {
        "placed": (BLUE, "", any(e.effort is not None and not e.fixed for e in made.elements)),
        "fixed by the plan": (ORANGE, "///", any(e.fixed and e.effort for e in made.elements)),
        "effort not known": ("#ffffff", MISSING_HATCH, bool(made.unknown)),
    }
    return [
        Patch(facecolor=fill, hatch=hatch, edgecolor="#000000", label=words)
        for words, (fill, hatch, there) in looks.items()
        if there
    ]
