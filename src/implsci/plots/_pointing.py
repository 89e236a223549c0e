"""Marks of an SVG that can be pointed at: a name for each, a place in the keyboard's order, a link.

They lie over the picture as shapes that nobody sees until they are pointed at. No script: a browser
shows their names, walks through them and highlights them by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from implsci.escaping import markup, one_line
from implsci.plots._behind import Box, Mark, Spot, marks_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["pointable"]

_POINTS: Final = 72  # of an inch: the unit of the SVGs that matplotlib writes
_LONGEST: Final = 600
_LETTERS: Final = {1: "M", 2: "L", 3: "Q", 4: "C", 79: "Z"}  # by the codes of matplotlib's paths
_STYLE: Final = (
    ".implsci-mark{fill:#fff;fill-opacity:0;stroke:none;pointer-events:all}"
    "a:focus,.implsci-mark:focus{outline:none}"
    ".implsci-mark:hover,.implsci-mark:focus,a:focus .implsci-mark"
    "{fill-opacity:.15;stroke:#000;stroke-width:3}"
    "@media print{.implsci-mark{display:none}}"
)


def pointable(svg: bytes, figure: Figure, dois: Mapping[str, str]) -> bytes:
    """Return an SVG of a figure with its marks laid over it.

    Args:
        svg: the figure as matplotlib wrote it, its layout being that of `figure` now.
        figure: the figure.
        dois: DOIs by study.
    """
    body = "".join(_elements(figure, dois))
    start, end, rest = svg.rpartition(b"</svg>")
    layer = f"<style>{_STYLE}</style>\n<g>\n{body}</g>\n"
    return start + layer.encode("utf-8") + end + rest


def _elements(figure: Figure, dois: Mapping[str, str]) -> Iterator[str]:
    for ax, mark in marks_of(figure):
        words = markup(_spoken(mark.words))
        title = f"<title>{words}</title>"
        shape = _shape(figure, ax, mark)
        doi = dois.get(mark.study) if mark.study is not None else None
        if doi is None:
            yield (
                f'<{shape} class="implsci-mark" tabindex="0" role="img" aria-label="{words}">{title}'
                f"</{shape.partition(' ')[0]}>\n"
            )
        else:
            address = markup(f"https://doi.org/{quote(doi, safe='/:;().,-_')}")
            yield (
                f'<a href="{address}" target="_blank" rel="noreferrer noopener" '
                f'aria-label="{words}; opens {address}"><{shape} class="implsci-mark">{title}'
                f"</{shape.partition(' ')[0]}></a>\n"
            )


def _spoken(words: str) -> str:
    line = one_line(words)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "\u2026"


def _shape(figure: Figure, ax: Axes, mark: Mark) -> str:
    """Return an element's name and place, in points from the upper left corner."""
    wide, tall = (_POINTS * inches for inches in figure.get_size_inches())
    place = ax.transData - figure.transFigure

    def put(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(float(x) * wide, (1 - float(y)) * tall) for x, y in place.transform(list(points))]

    shape = mark.shape
    if isinstance(shape, Spot):
        ((x, y),) = put([(shape.x, shape.y)])
        return f'circle cx="{x:.2f}" cy="{y:.2f}" r="{shape.reach:.2f}"'
    if isinstance(shape, Box):
        (a, b), (c, d) = put([(shape.left, shape.low), (shape.right, shape.high)])
        return (
            f'rect x="{min(a, c):.2f}" y="{min(b, d):.2f}" width="{abs(c - a):.2f}" '
            f'height="{abs(d - b):.2f}"'
        )
    steps = []
    for points, code in shape.iter_segments(simplify=False):
        letter = _LETTERS[int(code)]
        ends = [] if letter == "Z" else put(zip(points[::2], points[1::2], strict=True))
        steps.append(letter + " ".join(f"{x:.2f} {y:.2f}" for x, y in ends))
    return f'path d="{"".join(steps)}"'
