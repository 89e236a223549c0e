"""What every figure shares: axes, palette, words that are never obeyed, a note, a text for the ear."""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, TypedDict

from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.escaping import one_line

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.legend_handler import HandlerBase
    from matplotlib.transforms import Transform

__all__ = [
    "BLACK",
    "BLUE",
    "GRAY",
    "GREEN",
    "LIGHT",
    "MISSING_HATCH",
    "ORANGE",
    "PLAIN",
    "PURPLE",
    "SKY",
    "VERMILION",
    "Look",
    "beside",
    "counted",
    "finish",
    "grouped",
    "legend",
    "looks",
    "open_axes",
    "shown",
    "sign",
]

# Okabe and Ito's palette: told apart by readers with any kind of color vision.
BLACK: Final = "#000000"
ORANGE: Final = "#e69f00"
SKY: Final = "#56b4e9"
GREEN: Final = "#009e73"
YELLOW: Final = "#f0e442"
BLUE: Final = "#0072b2"
VERMILION: Final = "#d55e00"
PURPLE: Final = "#cc79a7"
GRAY: Final = "#666666"
LIGHT: Final = "#e5e5e5"

MISSING_HATCH: Final = "xxx"
_FILLS: Final = (BLUE, ORANGE, GREEN, YELLOW, SKY, VERMILION, PURPLE, "#ffffff")
_HATCHES: Final = ("", "///", "...", "---", "\\\\\\", "+++", "ooo", "|||", "**", "//..", "--..")
_MOST_LOOKS: Final = 40  # of 8 fills times 11 hatches; more make no legend that is read
# Seven inches printed three and a half wide leave letters of 6 points.
_POINTS: Final = 12
_OURS: Final = "implsci"


class _Plain(TypedDict):
    parse_math: bool
    usetex: bool
    fontsize: float


PLAIN: Final[_Plain] = {"parse_math": False, "usetex": False, "fontsize": _POINTS}
"""How every text is set: dollar signs and backslashes stand for themselves."""


def open_axes(ax: Axes | None, width: float, height: float) -> Axes:
    """Return the axes given, or those of a new figure, sizes in inches."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("drawing a figure", "plots") from error
    if ax is None:
        figure = Figure(figsize=(width, height), layout="constrained")
        figure.set_label(_OURS)
        ax = figure.add_subplot()
    ax.tick_params(labelsize=_POINTS)
    return ax


def shown(text: str | int, longest: int = 40) -> str:
    """Return a label as it is drawn: on one line, cut where it is too long."""
    line = one_line(str(text)) or "(no label)"
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "\u2026"


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    Examples:
        >>> counted(1, "case"), counted(2, "study", "studies")
        ('1 case', '2 studies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def beside(ax: Axes, x: float, y: float, words: str, *, left: bool = False, up: float = 0) -> None:
    """Write to the right or left of a mark, so many points higher."""
    ax.annotate(
        words,
        (x, y),
        xytext=(-8 if left else 8, up),
        textcoords="offset points",
        va="center_baseline",
        ha="right" if left else "left",
        zorder=5,
        **PLAIN,
    )


def grouped(
    named: Iterable[tuple[float, float, str]], close: tuple[float, float]
) -> list[tuple[float, float, str]]:
    """Return labels by place, one for all that lie so close that they would cover each other."""
    groups: list[tuple[float, float, list[str]]] = []
    for x, y, name in named:
        for a, b, names in groups:
            if abs(x - a) < close[0] and abs(y - b) < close[1]:
                names.append(name)
                break
        else:
            groups.append((x, y, [name]))
    return [(x, y, ", ".join(names)) for x, y, names in groups]


def finish(
    ax: Axes,
    *,
    title: str,
    x: str,
    y: str,
    told: str,
    note: str = "",
    columns: int = 68,
) -> Figure:
    """Set the words around the axes and return their figure.

    Args:
        ax: the axes, drawn.
        title: what is shown, and n.
        x: name of the horizontal axis.
        y: name of the vertical axis.
        told: the figure in words, for those who cannot see it.
        note: what stands below.
        columns: letters a line of title and note.
    """
    from matplotlib.figure import SubFigure

    ax.set_title(_wrapped(title, columns), loc="left", fontweight="bold", pad=10, **PLAIN)
    ax.set_xlabel(_wrapped(x, columns), **PLAIN)
    ax.set_ylabel(_wrapped(y, 40), **PLAIN)
    if note:
        ax.annotate(
            _wrapped(note, columns),
            xy=(0, 0),
            xycoords=("axes fraction", ax.xaxis.label),
            xytext=(0, -6),
            textcoords="offset points",
            va="top",
            ha="left",
            color="#333333",
            annotation_clip=False,
            **PLAIN,
        )
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    heading = one_line(title).rstrip(".")
    ax.set_label(". ".join(part for part in (heading, one_line(told)) if part))
    figure = ax.figure
    while isinstance(figure, SubFigure):
        figure = figure.figure
    if figure.get_label() == _OURS:
        _settle(figure)
    return figure


def _settle(figure: Figure) -> None:
    """Lay the figure out and leave it so: a layout made anew at each drawing creeps."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.draw_without_rendering()
    figure.set_layout_engine("none")


def sign(letters: str, words: str) -> Artist:
    """Return what a legend shows of a mark that is made of letters."""
    from matplotlib.text import Text

    return Text(text=letters, label=words, **PLAIN)


def _signs() -> dict[type, HandlerBase]:
    """Return how a legend draws signs: as the letters they are, where others have their patch."""
    from matplotlib.legend_handler import HandlerBase
    from matplotlib.text import Text

    class AsLetters(HandlerBase):
        def create_artists(
            self,
            legend: Legend,  # noqa: ARG002
            orig_handle: Artist,
            xdescent: float,
            ydescent: float,
            width: float,
            height: float,
            fontsize: float,  # noqa: ARG002
            trans: Transform,
        ) -> list[Artist]:
            assert isinstance(orig_handle, Text)
            letters = Text(
                width / 2 - xdescent,
                height / 2 - ydescent,
                orig_handle.get_text(),
                ha="center",
                va="center",
                **PLAIN,
            )
            letters.set_transform(trans)
            return [letters]

    return {Text: AsLetters()}


def legend(ax: Axes, handles: Sequence[Artist], heading: str | None = None) -> None:
    """Explain the marks, to the right of the axes, where they cover nothing."""
    made = ax.legend(
        handles=handles,
        handler_map=_signs(),
        loc="upper left",
        bbox_to_anchor=(1.04, 1.0),
        borderaxespad=0,
        frameon=False,
        fontsize=_POINTS,
        handlelength=1.6,
        alignment="left",
    )
    if heading is not None:
        made.set_title(heading)
        made.get_title().set(**PLAIN)
    for text in made.get_texts():
        text.set(**PLAIN)


class Look(NamedTuple):
    """How a category is drawn: a fill and a hatch, so that color never stands alone."""

    fill: str
    hatch: str


def looks(names: Sequence[str]) -> dict[str, Look]:
    """Return a look for each name, no two alike.

    Raises:
        InvalidQueryError: more names than there are looks.
    """
    if len(names) > _MOST_LOOKS:
        raise InvalidQueryError(
            f"{len(names)} kinds cannot be told apart in one figure; at most {_MOST_LOOKS} are drawn"
        )
    return {
        name: Look(_FILLS[place % len(_FILLS)], _HATCHES[place % len(_HATCHES)])
        for place, name in enumerate(names)
    }


def _wrapped(text: str, columns: int) -> str:
    return "\n".join(
        line for part in text.split("\n") for line in textwrap.wrap(one_line(part), columns) or [""]
    )
