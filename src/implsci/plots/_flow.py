"""Flow plot: from barriers over strategies to outcomes, in bands as wide as they have studies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from implsci.compendium import Compendium
from implsci.errors import CannotEstimateError
from implsci.model import Study
from implsci.plots._alluvial import outline
from implsci.plots._axes import BLACK, GRAY, PLAIN, counted, finish, open_axes, shown
from implsci.plots._behind import Box, Mark, keep
from implsci.plots._came import CAME_WORDS, LOOKS, MARKS
from implsci.plots._fitting import broken
from implsci.questions import FlowBand, FlowNode, Flows, flows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["flow_plot"]

# In inches, which are the units of the axes.
_LABEL: Final = 2.25
_STRIP: Final = 0.1
_REACH: Final = 2.1
_TALLEST: Final = 6.0
_THICKEST: Final = 0.4  # of one study
_LINE: Final = 0.22
_GAP: Final = 0.12
_PADDING: Final = 0.08
_KEY: Final = 0.3
_BESIDE: Final = 0.07


class _Laid(NamedTuple):
    """Where a value of a column lies, and how thick its bands are on both sides."""

    node: FlowNode
    lines: Sequence[str]
    top: float
    height: float
    coming: float
    leaving: float

    def start(self, thick: float) -> float:
        """Return where the first band begins, so that all are in the middle."""
        return self.top + (self.height - thick) / 2


def flow_plot(
    data: Flows | Compendium | Iterable[Study],
    *,
    ax: Axes | None = None,
) -> Figure:
    """Draw barriers, strategies and outcomes as columns, and between them bands as wide as studies.

    A study counts once in a band. A band from a strategy to an outcome has the color, the hatch and
    the mark of what most effects of its studies say; nothing is credited to one strategy where a
    finding is on several. The form is that of a Sankey diagram (Riehmann, Hanfler & Froehlich 2005,
    doi:10.1109/INFVIS.2005.1532152).

    Args:
        data: what `implsci.questions.flows` returned; or studies, which it is then asked about.
        ax: axes to draw in; else those of a new figure.

    Raises:
        CannotEstimateError: no study is in any band.
        InvalidQueryError: there is no study at all.
        MissingExtraError: matplotlib is not installed.

    Examples:
        >>> import implsci
        >>> figure = flow_plot(implsci.load("implsci-examples"))
        >>> figure.axes[0].get_title(loc="left")
        'From barriers over strategies to outcomes: 373 studies'
    """
    found = data if isinstance(data, Flows) else flows(data)
    if not found.bands:
        raise CannotEstimateError(f"no study is in any band. {found.sentence()}")
    laid, tall, unit = _laid_out(found)
    used = [came for came in LOOKS if any(band.came_of_it == came for band in found.bands)]
    wide = 3 * (_LABEL + _STRIP) + 2 * _REACH + _STRIP
    depth = tall + _KEY * (1 + -(-len(used) // 3))
    ax = open_axes(ax, wide + 0.3, depth + 2.2)
    edges = {
        "barrier": (_LABEL, _LABEL + _STRIP),
        "strategy": (_LABEL + _STRIP + _REACH, 2 * (_LABEL + _STRIP) + _REACH + _STRIP),
        "outcome": (wide - _LABEL - _STRIP, wide - _LABEL),
    }
    for one in laid.values():
        _draw_node(ax, one, edges[one.node.column])
    marks = list(_draw_bands(ax, found.bands, laid, edges, unit))
    marks += [
        Mark(_box(one, edges[one.node.column]), _node_words(one.node), _only(one.node.study_ids))
        for one in laid.values()
    ]
    for name, x, side in (
        ("barrier", _LABEL + _STRIP, "right"),
        ("strategy", sum(edges["strategy"]) / 2, "center"),
        ("outcome", wide - _LABEL - _STRIP, "left"),
    ):
        ax.text(x, -0.12, _HEADS[name], ha=side, va="bottom", fontweight="bold", **PLAIN)
    _key(ax, used, tall)
    ax.set_xlim(0, wide)
    ax.set_ylim(depth, -0.45)
    ax.set_xticks([])
    ax.set_yticks([])
    keep(ax, found.to_rows(), marks)
    gathered = [
        f"{counted(len(node.gathers), node.column, _MANY[node.column])} as others"
        for node in found.nodes
        if node.gathers
    ]
    also = f" Gathered: {', '.join(gathered)}." if gathered else ""
    figure = finish(
        ax,
        title=f"From barriers over strategies to outcomes: {counted(found.studies, 'study', 'studies')}",
        x="",
        y="",
        note=f"{found.sentence()} A band is as wide as it has studies; each counts once in it, and "
        f"stands in every band that it belongs to.{also}",
        told=f"{found.sentence()}{also} " + " ".join(_told(found)),
        columns=118,
    )
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    return figure


_HEADS: Final = {"barrier": "Barriers", "strategy": "Strategies", "outcome": "Outcomes"}
_MANY: Final = {"barrier": "barriers", "strategy": "strategies", "outcome": "outcomes"}


def _laid_out(found: Flows) -> tuple[dict[tuple[str, str], _Laid], float, float]:
    """Return where each value lies, how tall all of it is, and how thick one study is."""
    coming: dict[tuple[str, str], int] = defaultdict(int)
    leaving: dict[tuple[str, str], int] = defaultdict(int)
    for band in found.bands:
        leaving[band.source, band.start] += band.studies
        coming[_NEXT[band.source], band.end] += band.studies
    columns = [found.column(name) for name in ("barrier", "strategy", "outcome")]

    def most(node: FlowNode) -> int:
        return max(coming[node.column, node.value], leaving[node.column, node.value])

    unit = min(_THICKEST, _TALLEST / max(sum(map(most, column)) for column in columns))
    laid: dict[tuple[str, str], _Laid] = {}
    heights = []
    for column in columns:
        top = 0.0
        for node in column:
            key = node.column, node.value
            lines = _lines(node)
            height = max(most(node) * unit, _LINE * len(lines) + _PADDING)
            laid[key] = _Laid(node, lines, top, height, coming[key] * unit, leaving[key] * unit)
            top += height + _GAP
        heights.append(top - _GAP)
    tall = max(heights)
    for column, height in zip(columns, heights, strict=True):
        for node in column:
            one = laid[node.column, node.value]
            laid[node.column, node.value] = one._replace(top=one.top + (tall - height) / 2)
    return laid, tall, unit


_NEXT: Final = {"barrier": "strategy", "strategy": "outcome"}


def _lines(node: FlowNode) -> list[str]:
    """Return a label and its studies, on two lines at most."""
    label = f"{len(node.gathers):,} others" if node.gathers else node.label
    return broken(label, _LABEL - 2 * _BESIDE, f" ({node.studies:,})")


def _draw_node(ax: Axes, one: _Laid, edges: tuple[float, float]) -> None:
    from matplotlib.patches import Rectangle

    left, right = edges
    strips = {
        "barrier": [(left, one.leaving)],
        "strategy": [(left, one.coming), (right - _STRIP, one.leaving)],
        "outcome": [(left, one.coming)],
    }[one.node.column]
    for x, thick in strips:
        if thick:
            ax.add_patch(Rectangle((x, one.start(thick)), _STRIP, thick, color=BLACK, linewidth=0))
    x, side = {
        "barrier": (left - _BESIDE, "right"),
        "strategy": ((left + right) / 2, "center"),
        "outcome": (right + _BESIDE, "left"),
    }[one.node.column]
    ax.text(
        x, one.top + one.height / 2, "\n".join(one.lines), ha=side, va="center", zorder=3, **PLAIN
    )


def _draw_bands(
    ax: Axes,
    bands: Sequence[FlowBand],
    laid: dict[tuple[str, str], _Laid],
    edges: dict[str, tuple[float, float]],
    unit: float,
) -> Iterator[Mark]:
    from matplotlib.patches import PathPatch

    leaving = {key: one.start(one.leaving) for key, one in laid.items()}
    coming = {key: one.start(one.coming) for key, one in laid.items()}
    for band in bands:
        start, end = (band.source, band.start), (_NEXT[band.source], band.end)
        thick = band.studies * unit
        a = (edges[band.source][1], leaving[start])
        b = (edges[_NEXT[band.source]][0], coming[end])
        leaving[start] += thick
        coming[end] += thick
        band_shape = outline(a, b, thick)
        look = LOOKS[band.came_of_it] if band.came_of_it else None
        ax.add_patch(
            PathPatch(
                band_shape,
                facecolor=look.fill if look else "#cccccc",
                hatch=look.hatch if look else "",
                edgecolor=GRAY,
                linewidth=0.2,
                alpha=0.8,
                zorder=0.5,
            )
        )
        if band.came_of_it and thick > 0.16:
            x = a[0] + 0.16
            ax.text(
                x, a[1] + thick / 2, MARKS[band.came_of_it], ha="center", va="center_baseline",
                bbox={"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.6}, **PLAIN,
            )  # fmt: skip
        yield Mark(band_shape, _band_words(band), _only(band.study_ids))


def _box(one: _Laid, edges: tuple[float, float]) -> Box:
    left, right = edges
    if one.node.column == "barrier":
        left = 0
    elif one.node.column == "outcome":
        right += _LABEL
    return Box(left, one.top, right, one.top + one.height)


def _key(ax: Axes, used: Sequence[str], tall: float) -> None:
    """Explain the bands below the columns, three in a line."""
    from matplotlib.patches import Patch

    if not used:
        return
    handles = [
        Patch(
            facecolor=LOOKS[came].fill,
            hatch=LOOKS[came].hatch,
            edgecolor=GRAY,
            label=f"{MARKS[came]} {CAME_WORDS[came]}",
        )
        for came in used
    ]
    made = ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, tall + 0.15),
        bbox_transform=ax.transData,
        ncols=3,
        frameon=False,
        title="To outcomes: what most effects of a study say",
        alignment="left",
        borderaxespad=0,
        fontsize=PLAIN["fontsize"],
    )
    made.get_title().set(**PLAIN)
    for text in made.get_texts():
        text.set(**PLAIN)


def _node_words(node: FlowNode) -> str:
    gathered = f", {len(node.gathers)} gathered" if node.gathers else ""
    return f"{node.column} {shown(node.label, 120)}: {counted(node.studies, 'study', 'studies')}{gathered}"


def _band_words(band: FlowBand) -> str:
    told = (
        f"{shown(band.start_label, 120)} to {shown(band.end_label, 120)}: "
        f"{counted(band.studies, 'study', 'studies')}"
    )
    if band.came_of_it is None:
        return told
    bundled = (
        f", {band.bundled} on several strategies at once, credited to none of them"
        if band.bundled
        else ""
    )
    return (
        f"{told}; {CAME_WORDS[band.came_of_it]}; {counted(band.findings or 0, 'finding')}{bundled}"
    )


def _only(ids: Sequence[str]) -> str | None:
    return ids[0] if len(ids) == 1 else None


def _told(found: Flows) -> Iterator[str]:
    for source, words in (("barrier", "Barrier to strategy"), ("strategy", "Strategy to outcome")):
        bands = sorted(
            (band for band in found.bands if band.source == source), key=lambda one: -one.studies
        )
        if bands:
            yield (
                f"{words}, widest of {counted(len(bands), 'band')}: "
                + "; ".join(map(_band_words, bands[:5]))
                + "."
            )
