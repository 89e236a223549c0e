"""Funnel plot: effects against their standard errors, and where they would lie by chance alone."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from implsci.analysis._arguments import of_kind
from implsci.errors import CannotEstimateError
from implsci.plots._axes import (
    GRAY,
    LIGHT,
    beside,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Mark, Spot, keep
from implsci.plots._points import APART, COMMON, points_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.meta import Funnel

__all__ = ["funnel_plot"]

_MOST_NAMED: Final = 12
_LETTER: Final = 0.0195  # width of a letter as a share of the axes


def funnel_plot(
    found: Funnel,
    *,
    effect: str = "effect",
    named: bool = True,
    ax: Axes | None = None,
) -> Figure:
    """Draw effects against standard errors, precise studies on top, with the limits of chance.

    The funnel is center -+ z se (Sterne & Egger 2001, doi:10.1016/S0895-4356(01)00377-8). Studies
    outside it are drawn as another shape and, where wanted, named.

    Args:
        found: what `implsci.analysis.meta.funnel` returned.
        effect: what the effects are, for the axis.
        named: write the names of the studies outside, of the first twelve at most.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: fewer than 3 studies, which show no shape.
        InvalidQueryError: `found` is no such result.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci.analysis.meta import funnel
        >>> figure = funnel_plot(funnel([0.1, 0.3, 0.9], [0.01, 0.02, 0.01]))
        >>> figure.axes[0].get_title(loc="left")
        'Funnel plot of 3 effects'
    """
    from implsci.analysis.meta import Funnel

    of_kind("found", found, Funnel, "meta.funnel")
    points = found.points
    if len(points) < 3:
        raise CannotEstimateError(
            f"a funnel plot of {len(points)} studies has no shape; at least 3 are needed"
        )
    effect = shown(effect)
    ax = open_axes(ax, 8, 6)
    half = NormalDist().inv_cdf((1 + found.level) / 2)
    deepest = 1.08 * max(one.se for one in points)
    spread = half * deepest
    funnel = ax.fill(
        [found.center, found.center - spread, found.center + spread],
        [0, deepest, deepest],
        facecolor=LIGHT,
        edgecolor=GRAY,
        linestyle="--",
        linewidth=1.4,
        zorder=0,
        label=f"{100 * found.level:g}% limits",
    )
    line = ax.axvline(found.center, color=GRAY, linewidth=1.4, zorder=1, label="pooled effect")
    inside = [one for one in points if one.inside]
    outside = [one for one in points if not one.inside]
    marks = [
        points_of(ax, [(one.y, one.se) for one in group], point, name)
        for group, point, name in ((inside, COMMON, "inside"), (outside, APART, "outside"))
    ]
    if named:
        labels = [(one, shown(one.study, 26), one.y < found.center) for one in outside]
        for one, words, left in labels[:_MOST_NAMED]:
            beside(ax, one.y, one.se, words, left=left)
        low, high = ax.get_xlim()
        for _ in range(5):  # room made on one side takes some from the other
            letter = _LETTER * (high - low)
            for one, words, left in labels[:_MOST_NAMED]:
                room = letter * (len(words) + 2)
                low = min(low, one.y - room) if left else low
                high = high if left else max(high, one.y + room)
        ax.set_xlim(low, high)
    ax.set_ylim(deepest, 0)
    legend(ax, [*marks, line, *funnel])
    keep(
        ax,
        (
            {"study": one.study, "effect": one.y, "se": one.se, "inside": one.inside}
            for one in points
        ),
        (
            Mark(
                Spot(one.y, one.se),
                f"{shown(one.study, 120)}: {effect} {one.y:.3g}, standard error {one.se:.3g}, "
                f"{'inside' if one.inside else 'outside'} the limits",
                str(one.study),
            )
            for one in points
        ),
    )
    listed = ", ".join(shown(one.study) for one in outside) or "none"
    return finish(
        ax,
        title=f"Funnel plot of {len(points)} effects",
        x=effect,
        y="standard error (precise studies on top)",
        note="An uneven funnel has other causes than unpublished studies: true differences between "
        "small and large ones, poor methods, chance.",
        told=f"Pooled {effect} {found.center:.3g}; standard errors from "
        f"{min(one.se for one in points):.3g} to {max(one.se for one in points):.3g}; "
        f"{len(inside)} studies inside the {100 * found.level:g}% limits, outside: {listed}.",
    )
