"""Alluvial plot: how many flow from state to state, position by position."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from implsci.errors import CannotEstimateError
from implsci.plots._axes import GRAY, counted, finish, legend, open_axes, shown
from implsci.plots._behind import Mark, keep
from implsci.plots._states import Bar, as_sequences, bars_of, height_of, look_of, state_key

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path

    from implsci.analysis.sequences import Rows

__all__ = ["alluvial_plot", "outline"]

_WIDE: Final = 0.16  # of a column, where the distance of two is 1
_GAP: Final = 0.03  # between two states of a column, as a share of all


def alluvial_plot(data: Rows, *, ax: Axes | None = None) -> Figure:
    """Draw the states of each position as columns, and between them bands as wide as the flows.

    A band has the look of the state it leaves. States stand from top to bottom in the order of the
    alphabet, those not known last; a part of a column from which no band goes on has ended there.

    Args:
        data: a `SequenceSet`, or rows of states.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: no sequence has two positions, so nothing flows.
        InvalidQueryError: rows that make no `SequenceSet`, or more states than can be told apart.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> figure = alluvial_plot([["push", "pull"], ["push", "push"]])
        >>> figure.axes[0].get_title(loc="left")
        'Moves of 2 sequences between 2 positions'
    """
    from implsci.analysis.sequences import alluvial_rows, state_distribution

    sequences = as_sequences(data)
    flows = alluvial_rows(sequences)
    if not flows:
        raise CannotEstimateError("no sequence has two positions: nothing flows")
    found = state_distribution(sequences)
    states = (*found.states, None)
    ax = open_axes(ax, 9, height_of(5.8, found.states))
    whole = sum(sequences.weights)
    tops: dict[tuple[int, str | None], float] = {}
    bars: dict[str | None, list[Bar]] = defaultdict(list)
    for at in found.positions:
        top = 0.0
        for state, count in zip(states, (*at.counts, at.unknown), strict=True):
            if count:
                tops[at.position, state] = top
                bars[state].append(Bar(at.position - _WIDE / 2, top, _WIDE, count / whole))
                top += count / whole + _GAP
    leaving, coming = dict(tops), dict(tops)
    told: dict[int, list[str]] = defaultdict(list)
    marks: list[Mark] = []
    for row in flows:
        position, weight = int(row["position"] or 0), float(row["weight"] or 0)
        start = None if row["from"] is None else str(row["from"])
        end = None if row["to"] is None else str(row["to"])
        thick = weight / whole
        shape = outline(
            (position + _WIDE / 2, leaving[position, start]),
            (position + 1 - _WIDE / 2, coming[position + 1, end]),
            thick,
        )
        _band(ax, shape, look_of(start, found.states).fill if start is not None else "#bbbbbb")
        moved = f"{_named(start)} to {_named(end)} {weight:g}"
        marks.append(Mark(shape, f"position {position} to {position + 1}: {moved}"))
        leaving[position, start] += thick
        coming[position + 1, end] += thick
        told[position].append(moved)
    bars_of(ax, bars, found.states)
    keep(ax, flows, marks)
    ax.set_xlim(1 - _WIDE, sequences.length + _WIDE)
    ax.set_ylim(1 + _GAP * len(found.states), -0.02)
    step = -(-sequences.length // 20)
    places = range(1, sequences.length + 1, step)
    ax.set_xticks(places, [str(place) for place in places])
    ax.set_yticks([])
    legend(ax, state_key(found.states, gaps=bool(sequences.gaps)))
    short = sum(len(one) < sequences.length for _, one, _ in sequences)
    note = (
        f"Ended before the longest, with no band going on: {counted(short, 'sequence')}."
        if short
        else ""
    )
    figure = finish(
        ax,
        title=f"Moves of {len(sequences)} sequences between {sequences.length} positions",
        x="position",
        y="",
        note=f"Width: number of sequences; color of a band: the state it leaves. {note}",
        told=" ".join(
            f"Position {position} to {position + 1}: {', '.join(each)}."
            for position, each in told.items()
        ),
        columns=70,
    )
    ax.spines["left"].set_visible(False)
    return figure


def _named(state: str | None) -> str:
    return "not known" if state is None else shown(state)


def _band(ax: Axes, shape: Path, color: str) -> None:
    from matplotlib.patches import PathPatch

    ax.add_patch(
        PathPatch(
            shape,
            facecolor=color,
            edgecolor=GRAY,
            linewidth=0.5,
            alpha=0.55,
            zorder=0.5,
        )
    )


def outline(start: tuple[float, float], end: tuple[float, float], thick: float) -> Path:
    """Return a band from one place to another, each its upper corner, as thick at both ends."""
    from matplotlib.path import Path

    (a, top), (b, other) = start, end
    middle = (a + b) / 2
    points = [
        (a, top), (middle, top), (middle, other), (b, other),
        (b, other + thick), (middle, other + thick), (middle, top + thick), (a, top + thick),
        (a, top),
    ]  # fmt: skip
    codes = [Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY]
    return Path(points, codes)
