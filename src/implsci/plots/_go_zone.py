"""Go-zone plot: two ratings of the terms of a taxonomy, in four quadrants by the means."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from implsci.codes import split
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.plots._axes import (
    BLUE,
    GRAY,
    GREEN,
    LIGHT,
    ORANGE,
    VERMILION,
    beside,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Mark, Spot, keep
from implsci.plots._labels import placed
from implsci.plots._points import Point, points_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.result import Row
    from implsci.taxonomy import Term

__all__ = ["go_zone_plot"]

# By whether the first and the second rating reach the mean: marker and fill.
_MARKS: Final = {
    (True, True): Point("o", GREEN),
    (True, False): Point("^", ORANGE),
    (False, True): Point("s", BLUE),
    (False, False): Point("D", VERMILION),
}


def go_zone_plot(
    terms: Iterable[Term],
    x: str = "importance",
    y: str = "feasibility",
    *,
    source: str | None = None,
    means: tuple[float, float] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw two ratings of each term, cut into four quadrants by the means of both.

    The go-zone is where both ratings reach their means (Kane & Trochim 2007,
    ISBN 1-4129-4028-1; for implementation strategies Waltz and others 2015,
    doi:10.1186/s13012-015-0295-0). The means are those of the terms drawn, so they are others than
    the published ones where ratings are missing; `means` puts the published ones in. A term is
    marked by its notation where it has one, else by its name. Terms with one rating or none are
    counted below and drawn nowhere.

    Args:
        terms: terms of a taxonomy; leave out groups, whose ratings are means of their terms.
        x: name of the rating on the horizontal axis.
        y: name of the rating on the vertical axis.
        source: words that the source of the ratings must hold, such as ``"Waltz"``; None for any.
        means: where the quadrants meet, if not at the means of the terms drawn.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: fewer than 2 terms have both ratings.
        InvalidQueryError: a term has a rating twice, so that a source must be named; `x` and `y`
            are the same; or `means` are not two finite numbers.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> strategies = [
        ...     term for term in implsci.registry().taxonomy("eric") if term.kind == "strategy"
        ... ]
        >>> figure = go_zone_plot(strategies, source="Dopp")
        >>> figure.axes[0].get_title(loc="left")
        'Go-zone plot of 29 terms: importance by feasibility'
    """
    if x == y:
        raise InvalidQueryError(f"two different ratings make a plot; got {x!r} twice")
    everything = list(terms)
    pairs = [(term, _rating(term, x, source), _rating(term, y, source)) for term in everything]
    drawn = [(term, a, b) for term, a, b in pairs if a is not None and b is not None]
    if len(drawn) < 2:
        of = "" if source is None else f" from a source that holds {source!r}"
        raise CannotEstimateError(
            f"{len(drawn)} of {counted(len(everything), 'term')} have ratings of {x} and of {y}"
            f"{of}; at least 2 are needed"
        )
    if means is None:
        cut = (_mean([a for _, a, _ in drawn]), _mean([b for _, _, b in drawn]))
    elif len(means) == 2 and all(math.isfinite(one) for one in means):
        cut = means
    else:
        raise InvalidQueryError(f"means are two finite numbers; got {means!r}")
    across, upward = shown(x), shown(y)
    words = {
        (True, True): "go-zone: both high",
        (True, False): f"{shown(x, 20)} alone high",
        (False, True): f"{shown(y, 20)} alone high",
        (False, False): "both low",
    }
    ax = open_axes(ax, 9.5, 7)
    marks, told = [], []
    rows: list[Row] = []
    pointed: list[Mark] = []
    for quadrant, point in _MARKS.items():
        held = [(term, a, b) for term, a, b in drawn if (a >= cut[0], b >= cut[1]) == quadrant]
        marks.append(
            points_of(ax, [(a, b) for _, a, b in held], point, words[quadrant], size=60, edge=0.8)
        )
        for term, a, b in held:
            rows.append(
                {
                    "code": term.code,
                    "label": term.label,
                    "x": a,
                    "y": b,
                    "quadrant": words[quadrant],
                }
            )
            pointed.append(
                Mark(
                    Spot(a, b),
                    f"{shown(term.label, 120)}: {across} {a:g}, {upward} {b:g}; {words[quadrant]}",
                )
            )
        told.append(f"{words[quadrant]}: {', '.join(shown(t.label) for t, _, _ in held) or 'none'}")
    ax.axvline(cut[0], color=GRAY, linewidth=1.4, zorder=1)
    ax.axhline(cut[1], color=GRAY, linewidth=1.4, zorder=1)
    ax.margins(0.1)
    low, high = ax.get_xlim(), ax.get_ylim()
    labels = [(a, b, shown(term.notation or split(term.code)[1], 18)) for term, a, b in drawn]
    for label in placed(labels, low, high):
        beside(ax, label.x, label.y, label.words, left=label.left, up=label.up)
    ax.fill_between([cut[0], low[1]], cut[1], high[1], color=LIGHT, zorder=0, linewidth=0)
    ax.set_xlim(low)
    ax.set_ylim(high)
    legend(ax, marks)
    keep(ax, rows, pointed)
    unknown = [
        f"{count} without {what}"
        for count, what in (
            (sum(a is None and b is not None for _, a, b in pairs), across),
            (sum(a is not None and b is None for _, a, b in pairs), upward),
            (sum(a is None and b is None for _, a, b in pairs), "either"),
        )
        if count
    ]
    missing = f"Not drawn, rating unknown: {', '.join(unknown)}." if unknown else ""
    by_number = " Labels: the terms' own numbers." if any(t.notation for t, _, _ in drawn) else ""
    whose = "means of the terms drawn" if means is None else "means as given"
    return finish(
        ax,
        title=f"Go-zone plot of {len(drawn)} terms: {across} by {upward}",
        x=f"{across}{_scale(drawn[0][0], x, source)}",
        y=f"{upward}{_scale(drawn[0][0], y, source)}",
        note=f"Lines: {whose}, {cut[0]:.2f} and {cut[1]:.2f}.{by_number} {missing}",
        told=f"Lines at {cut[0]:.2f} and {cut[1]:.2f}, {whose}. "
        + "; ".join(told)
        + f". {missing}",
        columns=74,
    )


def _rating(term: Term, name: str, source: str | None) -> float | None:
    found = [
        one
        for one in term.ratings
        if one.name == name and (source is None or source in (one.source or ""))
    ]
    if len(found) > 1:
        listed = "; ".join(one.source or "(no source)" for one in found)
        raise InvalidQueryError(
            f"{term.code} has {len(found)} ratings of {name}: name a source that holds for one of "
            f"them ({listed})"
        )
    return found[0].value if found else None


def _scale(term: Term, name: str, source: str | None) -> str:
    """Return the ends of the scale for the axis, where they are known."""
    for one in term.ratings:
        chosen = one.name == name and (source is None or source in (one.source or ""))
        if chosen and one.scale_min is not None and one.scale_max is not None:
            return f" (scale {one.scale_min:g} to {one.scale_max:g})"
    return ""


def _mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)
