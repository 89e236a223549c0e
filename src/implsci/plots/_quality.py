"""A column of quality marks: one symbol a study, told apart by shape and by color."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from implsci.errors import InvalidQueryError
from implsci.names import fold
from implsci.plots._axes import BLUE, GRAY, GREEN, ORANGE, PLAIN, PURPLE, SKY, VERMILION, shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["UNKNOWN", "Symbol", "counted_words", "draw_quality", "looks_of"]

UNKNOWN: Final = "unknown"
_LEFT: Final = 14  # points between the axes and the middle of a symbol


class Symbol(NamedTuple):
    """How a word of quality is drawn."""

    marker: str
    fill: str


_DASH: Final = Symbol("_", GRAY)
_KNOWN: Final[Mapping[str, Symbol]] = {
    "low": Symbol("o", GREEN),
    "some concerns": Symbol("^", ORANGE),
    "high": Symbol("X", VERMILION),
    "not rated": Symbol("s", "#ffffff"),
}
_OTHERS: Final = (
    Symbol("D", BLUE),
    Symbol("v", SKY),
    Symbol("P", PURPLE),
    Symbol("*", "#f0e442"),
    Symbol("p", "#999999"),
    Symbol("<", "#ffffff"),
    Symbol(">", BLUE),
    Symbol("h", ORANGE),
)


def looks_of(quality: Sequence[str | None]) -> dict[str | None, Symbol]:
    """Return a symbol for each word in use: known words first, others as they come, unknown last.

    Raises:
        InvalidQueryError: more words than there are symbols.
    """
    words = [word for word in dict.fromkeys(quality) if word is not None]
    folded = {word: fold(word) for word in words}
    found: dict[str | None, Symbol] = {
        word: symbol
        for known, symbol in _KNOWN.items()
        for word in words
        if folded[word] == fold(known)
    }
    others = [word for word in words if word not in found]
    if len(others) > len(_OTHERS):
        raise InvalidQueryError(
            f"{len(others)} other words of quality than {', '.join(_KNOWN)}; at most {len(_OTHERS)} "
            "can be told apart"
        )
    found |= dict(zip(others, _OTHERS, strict=False))
    if None in quality:
        found[None] = _DASH
    return found


def counted_words(quality: Sequence[str | None]) -> str:
    """Return how many studies have which word."""
    counts = Counter(quality)
    return ", ".join(
        f"{UNKNOWN if word is None else shown(word)} {counts[word]}" for word in looks_of(quality)
    )


def draw_quality(
    ax: Axes, quality: Sequence[str | None], looks: Mapping[str | None, Symbol], beside: float
) -> None:
    """Draw the symbols between the names and the axes, and explain them right of the numbers.

    Args:
        ax: axes with a study a row, from 0.
        quality: a word for each study.
        looks: how each word is drawn.
        beside: how wide the numbers right of the axes are, in inches.
    """
    from matplotlib.transforms import ScaledTranslation

    inches = ax.figure.dpi_scale_trans
    column = ax.get_yaxis_transform() + ScaledTranslation(-_LEFT / 72, 0, inches)
    counts = Counter(quality)
    handles = [
        ax.scatter(
            [0] * counts[word],
            [place for place, one in enumerate(quality) if one == word],
            s=75,
            marker=symbol.marker,
            facecolor=symbol.fill,
            edgecolor=None if word is None else "#000000",
            linewidth=2 if word is None else 0.8,
            transform=column,
            clip_on=False,
            zorder=3,
            label=f"{UNKNOWN if word is None else shown(word, 18)} ({counts[word]})",
        )
        for word, symbol in looks.items()
    ]
    ax.tick_params(axis="y", pad=2 * _LEFT)
    made = ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.02, 1.0),
        bbox_transform=ax.transAxes + ScaledTranslation(beside + 0.2, 0, inches),
        borderaxespad=0,
        frameon=False,
        fontsize=PLAIN["fontsize"],
        handlelength=1.2,
        title="quality",
        alignment="left",
    )
    made.get_title().set(**PLAIN)
    for text in made.get_texts():
        text.set(**PLAIN)
