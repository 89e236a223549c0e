"""State distribution plot: how many are in which state at each position."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from implsci.analysis._arguments import of_kind
from implsci.errors import CannotEstimateError
from implsci.plots._axes import finish, legend, open_axes, shown
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._states import Bar, bars_of, by_position, height_of, state_key

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.result import Row
    from implsci.analysis.sequences import StateDistribution

__all__ = ["state_distribution_plot"]


def state_distribution_plot(found: StateDistribution, *, ax: Axes | None = None) -> Figure:
    """Draw the states at each position as parts of all sequences, those not known among them.

    A column is every sequence of the data: its states from below in the order of the alphabet, then
    those whose state is not known; what is empty above had ended before. So a part is a share of
    all, where `StateDistribution.positions` has shares of those known.

    Args:
        found: what `implsci.analysis.sequences.state_distribution` returned.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: a single sequence, which has no distribution.
        InvalidQueryError: `found` is no such result; more states than can be told apart.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci.analysis.sequences import state_distribution
        >>> found = state_distribution([["push", "pull"], ["push", None]])
        >>> state_distribution_plot(found).axes[0].get_title(loc="left")
        'States of 2 sequences at 2 positions'
    """
    from implsci.analysis.sequences import StateDistribution

    of_kind("found", found, StateDistribution, "sequences.state_distribution")
    if found.n < 2:
        raise CannotEstimateError("one sequence has no distribution of states; draw an index plot")
    ax = open_axes(ax, 8.5, height_of(5.6, found.states))
    bars: dict[str | None, list[Bar]] = {state: [] for state in (*found.states, None)}
    marks: list[Mark] = []
    rows: list[Row] = []
    for at in found.positions:
        whole = math.fsum((at.known, at.unknown, at.ended))
        below = 0.0
        for state, count in zip((*found.states, None), (*at.counts, at.unknown), strict=True):
            if count:
                bars[state].append(Bar(at.position - 1, below, 1, count / whole))
                marks.append(
                    Mark(
                        Box(at.position - 1, below, at.position, below + count / whole),
                        f"position {at.position}, {'not known' if state is None else shown(state)}: "
                        f"{count:g}",
                    )
                )
                rows.append({"position": at.position, "state": state, "count": count})
                below += count / whole
    bars_of(ax, bars, found.states)
    keep(ax, rows, marks)
    ax.set_xlim(0, len(found.positions))
    ax.set_ylim(0, 1)
    by_position(ax, len(found.positions))
    ticks = [0, 0.25, 0.5, 0.75, 1]
    ax.set_yticks(ticks, [f"{100 * tick:.0f}%" for tick in ticks])
    gaps = any(at.unknown for at in found.positions)
    ended = max(at.ended for at in found.positions)
    legend(ax, state_key(found.states, gaps=gaps)[::-1])
    note = f"Empty above: ended before ({ended:g} by the last position)." if ended > 1e-9 else ""
    return finish(
        ax,
        title=f"States of {found.n} sequences at {len(found.positions)} positions",
        x="position",
        y="share of all sequences",
        note=note,
        told=" ".join(
            f"Position {at.position}: "
            + ", ".join(
                f"{shown(state)} {count:g}"
                for state, count in zip(found.states, at.counts, strict=True)
                if count
            )
            + f"; not known {at.unknown:g}, ended {at.ended:g}."
            for at in found.positions
        ),
        columns=66,
    )
