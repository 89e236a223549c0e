"""Harvest plot: which way each study points, domain by domain, as bars in a field."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, get_args

from implsci.analysis._arguments import of_kind
from implsci.errors import CannotEstimateError, UnknownNameError
from implsci.names import close_names
from implsci.plots._axes import (
    BLUE,
    GRAY,
    GREEN,
    ORANGE,
    PLAIN,
    SKY,
    Look,
    counted,
    finish,
    legend,
    open_axes,
    shown,
)
from implsci.plots._behind import Box, Mark, keep

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.votes import Vote, VoteCount, WeightClass

__all__ = ["harvest_plot"]

_LOOKS: Final[dict[WeightClass, Look]] = {
    "randomized": Look(BLUE, ""),
    "controlled": Look(SKY, "///"),
    "observational": Look(GREEN, "..."),
    "descriptive": Look(ORANGE, "\\\\\\"),
    "review": Look("#cccccc", "+++"),
    "other": Look("#ffffff", "---"),
    "unknown": Look("#ffffff", ""),
}
_VOTES: Final[dict[Vote, str]] = {
    "better": "better",
    "no_difference": "no\ndifference",
    "worse": "worse",
    "mixed": "mixed",
    "unclear": "unclear",
}
_SPARE: Final = 0.075  # room beside the bars of a column for their count, as a share of all columns


def harvest_plot(found: VoteCount, *, basis: str = "effect", ax: Axes | None = None) -> Figure:
    """Draw every vote as a bar: row by domain, column by direction, height and look by design.

    The taller the bar, the stronger the class of design, in the order of
    `implsci.analysis.votes.WeightClass` (Ogilvie and others 2008, doi:10.1186/1471-2288-8-8). A bar
    of unknown design is empty with a broken edge. Significance plays no part.

    Args:
        found: what `implsci.analysis.votes.votes` returned.
        basis: which findings: ``effect``, ``association``, ``description``, ``asserted``,
            ``theorized`` or ``not stated``; they are never added together.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: there are no votes at all.
        UnknownNameError: no vote on this basis.
        InvalidQueryError: `found` is no such result.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> from implsci.analysis.votes import votes
        >>> figure = harvest_plot(votes(implsci.load("implsci-examples")))
        >>> figure.axes[0].get_title(loc="left")[:21]
        'Harvest plot, effects'
    """
    from implsci.analysis.votes import VoteCount

    of_kind("found", found, VoteCount, "votes.votes")
    from implsci.analysis.tally import BASIS_WORDS
    from implsci.analysis.votes import WeightClass

    if not found.bars:
        raise CannotEstimateError("there is no vote to draw")
    domains = [one for one in found.domains if one.basis == basis]
    if not domains:
        bases = tuple(dict.fromkeys(one.basis for one in found.domains))
        raise UnknownNameError(
            "basis", basis, close_names(basis, bases), f"there are votes on {', '.join(bases)}"
        )
    bars = [bar for bar in found.harvest() if bar.basis == basis]
    field = defaultdict(list)
    for bar in bars:
        field[bar.domain, bar.vote].append(bar)
    most = {vote: max(len(field[one.domain, vote]) for one in domains) for vote in _VOTES}
    spare = 1 + _SPARE * sum(most.values())
    classes = get_args(WeightClass)
    ax = open_axes(ax, 11.5, 2.6 + 0.8 * len(domains))
    from matplotlib.patches import Patch

    left, middles, marks = 0.0, [], []
    for vote, count in most.items():
        for row, one in enumerate(domains):
            held = field[one.domain, vote]
            for place, bar in enumerate(held):
                tall = 0.72 * (len(classes) - classes.index(bar.weight)) / len(classes)
                _bar(ax, left + 1 + place, row + 0.92, tall, bar.weight)
                marks.append(
                    Mark(
                        Box(left + 1 + place, row + 0.92 - tall, left + 1.8 + place, row + 0.92),
                        f"{shown(bar.study, 120)}, {shown(bar.domain, 60)}: "
                        f"{bar.vote.replace('_', ' ')}; design {bar.weight}; "
                        f"{counted(bar.findings, 'finding')}",
                        bar.studies[0] if len(bar.studies) == 1 else None,
                    )
                )
            if held:
                ax.text(left + 1 + len(held), row + 0.92, f" {len(held)}", va="bottom", **PLAIN)
        wide = 1 + max(count + spare, 2 * spare)
        middles.append(left + wide / 2)
        left += wide
        ax.axvline(left, color=GRAY, linewidth=0.8)
    for row in range(len(domains)):
        ax.axhline(row + 0.92, color=GRAY, linewidth=0.8, zorder=0)
    ax.set_xlim(0, left)
    ax.set_ylim(len(domains) - 0.08, 0)
    ax.set_xticks(middles, list(_VOTES.values()), **PLAIN)
    ax.tick_params(axis="x", length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    names = [
        f"{shown(one.domain, 30)}\n"
        + (f"{one.k} of {one.n} better" if one.n else "none either way")
        for one in domains
    ]
    ax.set_yticks([row + 0.6 for row in range(len(domains))], names, **PLAIN)
    ax.tick_params(axis="y", length=0)
    used = {bar.weight for bar in bars}
    legend(
        ax,
        [
            Patch(
                facecolor=_LOOKS[name].fill,
                hatch=_LOOKS[name].hatch,
                edgecolor="#000000",
                linestyle="--" if name == "unknown" else "-",
                label=f"{name} ({sum(bar.weight == name for bar in bars)})",
            )
            for name in classes
            if name in used
        ],
        "design, tallest first",
    )
    keep(ax, ({**bar._asdict(), "studies": "; ".join(bar.studies)} for bar in bars), marks)
    voters = len({bar.study for bar in bars})
    return finish(
        ax,
        title=f"Harvest plot, {BASIS_WORDS[basis]}: {counted(len(bars), 'vote')} of "
        f"{counted(voters, 'study or programme', 'studies and programmes')}",
        x="",
        y="",
        note="A bar is the vote of one study, or of one programme with several; the number beside the "
        "bars counts them. A count of directions says nothing of how large the effects are.",
        told=" ".join(
            f"{shown(one.domain)}: {one.k} better, {one.n - one.k} worse, {one.no_difference} no "
            f"difference, {one.mixed} mixed, {one.unclear} unclear."
            for one in domains
        ),
        columns=84,
    )


def _bar(ax: Axes, x: float, floor: float, tall: float, weight: WeightClass) -> None:
    from matplotlib.patches import Rectangle

    look = _LOOKS[weight]
    ax.add_patch(
        Rectangle(
            (x, floor - tall),
            0.8,
            tall,
            facecolor=look.fill,
            hatch=look.hatch,
            edgecolor="#000000",
            linestyle="--" if weight == "unknown" else "-",
            linewidth=0.8,
        )
    )
