"""NCA plot: the cases, the empty corner, and the two ceilings above them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from implsci.analysis._arguments import of_kind
from implsci.errors import InvalidQueryError
from implsci.plots._axes import (
    GRAY,
    GREEN,
    LIGHT,
    VERMILION,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Mark, Spot, keep
from implsci.plots._points import APART, COMMON, points_of

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from implsci.analysis.nca import Ceiling, NecessaryCondition

__all__ = ["nca_plot"]


def nca_plot(
    found: NecessaryCondition,
    x: Sequence[float | None] | NDArray[np.float64],
    y: Sequence[float | None] | NDArray[np.float64],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw the cases under the staircase CE-FDH and the straight line CR-FDH.

    The hatched corner above the staircase is the ceiling zone, its share of the scope the effect
    size (Dul 2016, doi:10.1177/1094428115584005).

    Args:
        found: what `implsci.analysis.nca.nca` returned.
        x: the condition that went in, None or nan where missing.
        y: the outcome that went in, likewise.
        ax: axes to draw in; else those of a new figure.

    Raises:
        InvalidQueryError: `found` is no such result; `found` is not of these cases.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci.analysis.nca import nca
        >>> x, y = [1, 2, 3, 4], [1, 2, 2, 4]
        >>> figure = nca_plot(nca(x, y, names=("trust", "uptake")), x, y)
        >>> figure.axes[0].get_title(loc="left")
        'Is trust necessary for uptake? 4 cases under their ceilings'
    """
    from implsci.analysis.nca import NecessaryCondition

    of_kind("found", found, NecessaryCondition, "nca.nca")
    cases = _complete(x, y)
    stairs, line = found.ceilings["ce_fdh"], found.ceilings["cr_fdh"]
    if len(cases) != found.n or not set(stairs.peers) <= set(cases):
        raise InvalidQueryError(
            f"the ceilings are of {found.n} other cases than these {len(cases)}: give the values "
            "they were drawn over"
        )
    ax = open_axes(ax, 8, 6)
    x_low, x_high, y_low, y_high = stairs.bounds
    steps = _staircase(stairs)
    peers, rest = stairs.peers, [one for one in cases if one not in set(stairs.peers)]
    on_stairs = [one for one in cases if one in set(peers)]
    zone = ax.fill(
        [*(a for a, _ in steps), x_high, x_low],
        [*(b for _, b in steps), y_high, y_high],
        facecolor=LIGHT,
        edgecolor=GRAY,
        hatch="//",
        linewidth=0,
        zorder=0,
        label="empty corner",
    )
    drawn = ax.plot(
        *zip(*steps, strict=True),
        color=VERMILION,
        linewidth=2,
        linestyle="--",
        zorder=2,
        label=f"CE-FDH, d = {stairs.effect_size:.3f}",
    )
    if line.slope is not None and line.intercept is not None:
        drawn += ax.plot(
            *zip(*_clipped(line.slope, line.intercept, line.bounds), strict=True),
            color=GREEN,
            linewidth=2,
            zorder=2,
            label=f"CR-FDH, d = {line.effect_size:.3f}",
        )
    marks = [
        points_of(ax, group, point, name, clipped=False)
        for group, point, name in ((rest, COMMON, "cases"), (on_stairs, APART, "peers"))
    ]
    scope = ax.plot(
        [x_low, x_high, x_high, x_low, x_low],
        [y_low, y_low, y_high, y_high, y_low],
        color=GRAY,
        linewidth=1,
        linestyle=":",
        zorder=1,
        label="scope",
    )
    legend(ax, [*marks, *drawn, *zone, *scope])
    keep(
        ax,
        ({"x": a, "y": b, "peer": (a, b) in set(peers)} for a, b in cases),
        (Mark(Spot(a, b), f"{a:g}, {b:g}") for a, b in cases),
    )
    condition, outcome = shown(found.condition), shown(found.outcome)
    chance = (
        "no p-value was asked for"
        if found.p is None
        else f"p = {found.p:.2g} from {found.permutations:,} permutations"
    )
    missing = f" {counted(found.missing, 'case')} left out: a value is missing." * bool(
        found.missing
    )
    straight = "" if line.slope is not None else " CR-FDH: no line through a single peer."
    return finish(
        ax,
        title=f"Is {condition} necessary for {outcome}? "
        f"{counted(found.n, 'case')} under their ceilings",
        x=condition,
        y=outcome,
        note=f"d: share of the scope above the ceiling; {chance}. An empty corner is consistent "
        f"with necessity and does not show it.{straight}{missing}",
        told=f"Staircase ceiling (CE-FDH) d = {stairs.effect_size:.3f} through "
        + ", ".join(f"({a:g}, {b:g})" for a, b in peers)
        + f"; straight ceiling (CR-FDH) d = {line.effect_size:.3f}, {counted(line.n_above, 'case')} "
        f"above it; {chance}.{straight}{missing}",
        columns=66,
    )


def _complete(
    x: Sequence[float | None] | NDArray[np.float64], y: Sequence[float | None] | NDArray[np.float64]
) -> list[tuple[float, float]]:
    if len(x) != len(y):
        raise InvalidQueryError(f"expected as many conditions as outcomes, got {len(x)}, {len(y)}")
    pairs = [
        (math.nan if a is None else float(a), math.nan if b is None else float(b))
        for a, b in zip(x, y, strict=True)
    ]
    return [(a, b) for a, b in pairs if not math.isnan(a) and not math.isnan(b)]


def _staircase(stairs: Ceiling) -> list[tuple[float, float]]:
    """Return the corners of the staircase over the whole scope, from left to right."""
    x_low, x_high, y_low, _ = stairs.bounds
    corners, height = [(x_low, y_low)], y_low
    for a, b in stairs.peers:
        corners += [(a, height), (a, b)]
        height = b
    return [*corners, (x_high, height)]


def _clipped(
    slope: float, intercept: float, bounds: tuple[float, float, float, float]
) -> list[tuple[float, float]]:
    """Return both ends of the line inside the scope; its slope is above 0, as peers only rise."""
    x_low, x_high, y_low, y_high = bounds
    left = min(max(x_low, (y_low - intercept) / slope), x_high)
    right = max(min(x_high, (y_high - intercept) / slope), x_low)
    return [(left, intercept + slope * left), (right, intercept + slope * right)]
