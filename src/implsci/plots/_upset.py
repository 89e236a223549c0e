"""UpSet plot: which strategies occur together, combination by combination."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci.analysis._arguments import of_kind
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.plots._axes import BLUE, GRAY, ORANGE, PLAIN, counted, finish, open_axes, shown
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._fitting import fitted
from implsci.questions import Bundles, Combination

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from implsci.analysis.result import Row

__all__ = ["upset_plot"]

# In inches, which are the units of the axes.
_STEP: Final = 0.36
_BARS: Final = 2.2
_SIZES: Final = 1.5
_LABEL: Final = 3.9
_COUNT: Final = 0.5
_BAND: Final = "#f2f2f2"


def upset_plot(
    found: Bundles,
    *,
    most: int = 20,
    smallest: int = 1,
    ax: Axes | None = None,
) -> Figure:
    """Draw the combinations of strategies as they occur, the commonest first.

    A column is a combination: its strategies are the filled dots, joined by a line, and the bar above
    counts the cases that have exactly these. The bars on the left count the cases that have a
    strategy, with whatever else (Lex and others 2014, doi:10.1109/TVCG.2014.2346248).

    Args:
        found: what `implsci.questions.bundles` returned.
        most: combinations drawn at most, the commonest; how many are left out is told below.
        smallest: strategies that a combination must have, 2 for those that are bundles.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: no combination is that large.
        InvalidQueryError: `found` is no such result, or a number below 1.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> from implsci.questions import bundles
        >>> figure = upset_plot(bundles(implsci.load("implsci-examples")), smallest=2, most=10)
        >>> figure.axes[0].get_title(loc="left")
        'Strategies used together: 10 combinations of 13 cases'
    """
    of_kind("found", found, Bundles, "questions.bundles")
    for name, number in (("most", most), ("smallest", smallest)):
        if number < 1:
            raise InvalidQueryError(f"{name}: expected 1 or more, got {number}")
    large = [one for one in found.combinations if len(one.strategies) >= smallest]
    if not large:
        raise CannotEstimateError(
            f"no combination has {counted(smallest, 'strategy', 'strategies')} or more. "
            f"{found.sentence()}"
        )
    drawn, rest = large[:most], large[most:]
    used = {code for one in drawn for code in one.strategies}
    rows = [code for code in found.sizes if code in used]
    labels = {
        code: label for one in drawn for code, label in zip(one.strategies, one.labels, strict=True)
    }
    left = _COUNT + _SIZES + _LABEL
    wide, deep = left + _STEP * len(drawn), _STEP * len(rows)
    ax = open_axes(ax, max(wide, 8) + 0.4, _BARS + 0.5 + deep + 2.0)
    marks = [*_sizes(ax, found, rows, labels, wide), *_columns(ax, drawn, rows, left)]
    ax.set_xlim(0, max(wide, 8) + 0.1)
    ax.set_ylim(deep + 0.1, -_BARS - 0.5)
    ax.set_xticks([])
    ax.set_yticks([])
    held = sum(len(one.cases) for one in drawn)
    keep(ax, _rows(found, rows, labels, drawn), marks)
    out = []
    if rest:
        of = sum(len(one.cases) for one in rest)
        out.append(f"{counted(len(rest), 'combination')} of {counted(of, 'case')}")
    if small := len(found.combinations) - len(large):
        out.append(f"{counted(small, 'combination')} of fewer than {smallest} strategies")
    if hidden := len(found.sizes) - len(rows):
        out.append(f"{counted(hidden, 'strategy', 'strategies')} that only these have")
    left_out = f" Not drawn: {', '.join(out)}." if out else ""
    missing = f" Not reported: {counted(found.without, 'case')}." if found.without else ""
    figure = finish(
        ax,
        title=f"Strategies used together: {counted(len(drawn), 'combination')} of "
        f"{counted(held, 'case')}",
        x="",
        y="",
        note=f"Upper bars: cases with exactly these strategies; left bars: cases that have one, of "
        f"{found.n:,}. The studies of one programme count as one case.{left_out}{missing}",
        told=f"{found.sentence()} Commonest: "
        + "; ".join(_words(one) for one in drawn[:8])
        + f".{left_out}{missing}",
        columns=80,
    )
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return figure


def _rows(
    found: Bundles, codes: list[str], labels: dict[str, str], drawn: list[Combination]
) -> Iterator[Row]:
    for code in codes:
        yield {
            "part": "strategy",
            "strategies": labels[code],
            "codes": code,
            "degree": 1,
            "cases": found.sizes[code],
        }
    for one in drawn:
        yield {
            "part": "combination",
            "strategies": " + ".join(one.labels),
            "codes": " ".join(one.strategies),
            "degree": len(one.strategies),
            "cases": len(one.cases),
        }


def _sizes(
    ax: Axes, found: Bundles, rows: list[str], labels: dict[str, str], wide: float
) -> list[Mark]:
    from matplotlib.patches import Rectangle

    end = _COUNT + _SIZES
    largest = max(found.sizes[code] for code in rows)
    marks = []
    for place, code in enumerate(rows):
        top, size = place * _STEP, found.sizes[code]
        long = _SIZES * size / largest
        if place % 2:
            ax.add_patch(
                Rectangle((end, top), wide - end, _STEP, color=_BAND, linewidth=0, zorder=0)
            )
        ax.add_patch(
            Rectangle((end - long, top + 0.07), long, _STEP - 0.14, color=ORANGE, linewidth=0)
        )
        middle = top + _STEP / 2
        ax.text(end - long - 0.05, middle, f"{size:,}", ha="right", va="center_baseline", **PLAIN)
        ax.text(
            end + _LABEL - 0.1,
            middle,
            fitted(labels[code], _LABEL - 0.2),
            ha="right",
            va="center_baseline",
            **PLAIN,
        )
        marks.append(
            Mark(
                Box(end - long, top, end + _LABEL - 0.05, top + _STEP),
                f"{shown(labels[code], 120)}: {counted(size, 'case')} of {found.n:,}",
            )
        )
    return marks


def _columns(ax: Axes, drawn: list[Combination], rows: list[str], left: float) -> list[Mark]:
    from matplotlib.patches import Rectangle

    most = max(len(one.cases) for one in drawn)
    marks = []
    middles = {code: (place + 0.5) * _STEP for place, code in enumerate(rows)}
    for place, one in enumerate(drawn):
        x = left + (place + 0.5) * _STEP
        tall = _BARS * len(one.cases) / most
        ax.add_patch(
            Rectangle((x - 0.11, -0.12 - tall), 0.22, tall, color=BLUE, linewidth=0, zorder=2)
        )
        ax.text(x, -0.17 - tall, f"{len(one.cases):,}", ha="center", va="bottom", **PLAIN)
        ax.scatter(
            [x] * len(rows), list(middles.values()), s=42, facecolor="#ffffff", edgecolor=GRAY,
            linewidth=0.8, zorder=2,
        )  # fmt: skip
        ends = [middles[code] for code in one.strategies]
        ax.vlines(x, min(ends), max(ends), color=BLUE, linewidth=2.4, zorder=3)
        ax.scatter([x] * len(ends), ends, s=70, color=BLUE, linewidth=0, zorder=4)
        marks.append(
            Mark(
                Box(x - _STEP / 2, -0.12 - tall, x + _STEP / 2, _STEP * len(rows)),
                _words(one),
                one.cases[0] if len(one.cases) == 1 else None,
            )
        )
    return marks


def _words(one: Combination) -> str:
    return (
        f"{' + '.join(shown(label, 60) for label in one.labels)}: {counted(len(one.cases), 'case')}"
    )
