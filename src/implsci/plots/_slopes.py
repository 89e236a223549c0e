"""Simple slopes: the effect of x along its moderator, and where it differs from zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from implsci.analysis._arguments import of_kind
from implsci.errors import CannotEstimateError
from implsci.plots._axes import BLACK, BLUE, GRAY, SKY, VERMILION, finish, legend, open_axes, shown
from implsci.plots._behind import Mark, Spot, keep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.moderation import Interaction

__all__ = ["slopes_plot"]

_STEPS: Final = 120


def slopes_plot(found: Interaction, *, outcome: str = "y", ax: Axes | None = None) -> Figure:
    """Draw the slope of x over the observed moderator, with its interval and the simple slopes.

    Hatched stretches are those of Johnson and Neyman, in which the interval of the slope excludes
    zero (Johnson & Fay 1950, doi:10.1007/BF02288864; Bauer & Curran 2005,
    doi:10.1207/s15327906mbr4003_5): point by point, uncorrected for having looked everywhere.
    Nothing is drawn beyond the observed moderator.

    Args:
        found: what `implsci.analysis.moderation.interaction` returned.
        outcome: what y is called.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: the slope or its interval is not finite.
        InvalidQueryError: `found` is no such result.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> from implsci.analysis.moderation import interaction
        >>> dose, trust = [0, 1, 2, 3, 0, 1, 2, 3], [1, 1, 1, 1, 5, 5, 5, 5]
        >>> uptake = [10, 11, 11, 12, 10, 13, 17, 19]
        >>> found = interaction(uptake, dose, trust, names=("dose", "trust"))
        >>> slopes_plot(found, outcome="uptake").axes[0].get_title(loc="left")
        'Slope of dose on uptake along trust: 8 rows'
    """
    from implsci.analysis.moderation import Interaction

    of_kind("found", found, Interaction, "moderation.interaction")
    region = found.johnson_neyman
    low, high = region.observed_low, region.observed_high
    grid = [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]
    slopes = found.slopes(grid)
    usual = found.slopes([one for one in found.usual if low <= one <= high])
    if not all(abs(one.ci_low) < float("inf") > abs(one.ci_high) for one in slopes):
        raise CannotEstimateError("the interval of the slope is not finite along the moderator")
    ax = open_axes(ax, 8, 6)
    percent = f"{100 * found.level:g}%"
    zero = ax.axhline(0, color=GRAY, linewidth=1.4, linestyle="-.", zorder=1, label="no effect")
    band = ax.fill_between(
        grid,
        [one.ci_low for one in slopes],
        [one.ci_high for one in slopes],
        color=SKY,
        alpha=0.45,
        linewidth=0,
        label=f"{percent} interval",
    )
    line = ax.plot(grid, [one.slope for one in slopes], color=BLUE, linewidth=2.4, label="slope")
    inside = [
        (low if start is None else max(start, low), high if end is None else min(end, high))
        for start, end in region.regions
    ]
    stretches = [
        ax.axvspan(
            start,
            end,
            facecolor="none",
            edgecolor=GRAY,
            hatch="..",
            linewidth=0,
            zorder=0,
            label="differs from zero",
        )
        for start, end in inside
        if start < end
    ]
    bounds = [one for one in region.bounds if low <= one <= high]
    lines = [
        ax.axvline(one, color=VERMILION, linewidth=2, linestyle="--", label="Johnson-Neyman bound")
        for one in bounds
    ]
    at, middles = [one.at for one in usual], [one.slope for one in usual]
    ends = [
        [one.slope - one.ci_low for one in usual],
        [one.ci_high - one.slope for one in usual],
    ]
    ax.errorbar(at, middles, yerr=ends, fmt="none", ecolor=BLACK, capsize=5, elinewidth=1.6)
    points = ax.plot(
        at,
        middles,
        marker="D",
        color=BLACK,
        markersize=8,
        linestyle="none",
        label="simple slope",
        zorder=4,
    )
    legend(ax, [*line, band, *points, *lines[:1], *stretches[:1], zero])
    keep(
        ax,
        (
            {"moderator": one.at, "slope": one.slope, "ci_low": one.ci_low, "ci_high": one.ci_high}
            for one in usual
        ),
        (
            Mark(
                Spot(one.at, one.slope),
                f"at {one.at:.3g} the slope is {one.slope:.3g} [{one.ci_low:.3g}, "
                f"{one.ci_high:.3g}]",
            )
            for one in usual
        ),
    )
    x, m = (shown(one) for one in found.names)
    y = shown(outcome)
    where = ", ".join(f"{one:.3g}" for one in region.bounds) or "none"
    beyond = len(region.bounds) - len(bounds)
    unseen = f" ({beyond} outside the observed {m}, not drawn)" if beyond else ""
    left_out = f" {found.left_out} rows left out: a value is missing." if found.left_out else ""
    return finish(
        ax,
        title=f"Slope of {x} on {y} along {m}: {found.n} rows",
        x=m,
        y=f"change of {y} a unit of {x}",
        note=f"Johnson-Neyman bounds: {where}{unseen}. An interaction is an association.{left_out}",
        told=f"Simple slopes with {percent} intervals: "
        + "; ".join(
            f"at {m} {one.at:.3g} {one.slope:.3g} [{one.ci_low:.3g}, {one.ci_high:.3g}]"
            for one in usual
        )
        + f". Johnson-Neyman bounds: {where}{unseen}. "
        + (
            "The slope differs from zero for "
            + " and ".join(f"{m} {start:.3g} to {end:.3g}" for start, end in inside if start < end)
            if stretches
            else f"The slope differs from zero nowhere in the observed {m}"
        )
        + f", observed {low:.3g} to {high:.3g}.{left_out}",
        columns=66,
    )
