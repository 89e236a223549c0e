"""Index plot: every sequence as a row, every stay in a state as a bar."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Final

from implsci.plots._axes import PLAIN, counted, finish, legend, open_axes, shown
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._states import (
    Bar,
    as_sequences,
    bars_of,
    by_position,
    height_of,
    in_words,
    state_key,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.sequences import Rows

__all__ = ["index_plot"]

_MOST_NAMED: Final = 40


def index_plot(data: Rows, *, ax: Axes | None = None) -> Figure:
    """Draw every sequence as a row of its states, those that begin alike together.

    Rows are sorted as by `implsci.analysis.sequences.index_rows`; a gap is drawn as not known, and
    a sequence that ended earlier stops. Ids are written for up to 40 sequences.

    Args:
        data: a `SequenceSet`, or rows of states.
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: rows that make no `SequenceSet`, or more states than can be told apart.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> figure = index_plot([["push", "pull"], ["push", None, "co-creation"]])
        >>> figure.axes[0].get_title(loc="left")
        'Index plot of 2 sequences, 3 positions'
    """
    from implsci.analysis.sequences import index_rows

    sequences = as_sequences(data)
    rows = [
        list(lines) for _, lines in groupby(index_rows(sequences), key=lambda line: line["row"])
    ]
    ax = open_axes(ax, 8.5, height_of(min(10, 2.6 + 0.32 * len(rows)), sequences.alphabet))
    crowded = len(rows) > _MOST_NAMED
    stays: dict[str | None, list[Bar]] = defaultdict(list)
    marks: list[Mark] = []
    for place, row in enumerate(rows):
        start = 0
        for state, positions in groupby(row, key=lambda line: line["state"]):
            wide = len(list(positions))
            stays[None if state is None else str(state)].append(
                Bar(start, place, wide, 1 if crowded else 0.9)
            )
            marks.append(
                Mark(
                    Box(start, place, start + wide, place + 0.9),
                    f"{shown(str(row[0]['id']), 120)}, {counted(wide, 'position')} from {start + 1}: "
                    f"{'not known' if state is None else shown(str(state))}",
                    str(row[0]["id"]),
                )
            )
            start += wide
    bars_of(ax, stays, sequences.alphabet, edges=not crowded)
    ax.set_xlim(0, sequences.length)
    ax.set_ylim(len(rows), -0.1)
    by_position(ax, sequences.length)
    if crowded:
        ax.set_yticks([])
    else:
        names = [shown(str(row[0]["id"]), 24) for row in rows]
        ax.set_yticks([place + 0.45 for place in range(len(rows))], names, **PLAIN)
    ax.tick_params(axis="y", length=0)
    legend(ax, state_key(sequences.alphabet, gaps=bool(sequences.gaps)))
    keep(ax, (line for row in rows for line in row), marks)
    short = sum(len(states) < sequences.length for _, states, _ in sequences)
    notes = ["Sorted by the states from the start."]
    if sequences.gaps:
        notes.append(f"Not known: {counted(sequences.gaps, 'position')}.")
    if short:
        notes.append(f"Ended before the longest: {counted(short, 'sequence')}.")
    return finish(
        ax,
        title=f"Index plot of {counted(len(sequences), 'sequence')}, "
        f"{counted(sequences.length, 'position')}",
        x="position",
        y="sequences",
        note=" ".join(notes),
        told=in_words(sequences) + " " + " ".join(notes),
        columns=66,
    )
