"""Words cut or broken so that they fit their place, by the width of their letters."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Final

from implsci.errors import MissingExtraError
from implsci.plots._axes import PLAIN, shown

__all__ = ["broken", "fitted", "inches_of"]

_POINTS: Final = 72
_LONGEST: Final = 80  # letters that are tried, though a few inches hold fewer


@lru_cache(maxsize=4096)
def inches_of(words: str) -> float:
    """Return how wide words are as they are drawn, in inches."""
    try:
        from matplotlib.font_manager import FontProperties
        from matplotlib.textpath import text_to_path
    except ImportError as error:
        raise MissingExtraError("drawing a figure", "plots") from error
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        wide, _, _ = text_to_path.get_text_width_height_descent(
            words, FontProperties(size=PLAIN["fontsize"]), ismath=False
        )
    return float(wide) / _POINTS


def fitted(words: str, inches: float, tail: str = "") -> str:
    """Return words and a tail on one line no wider than so many inches; the words are cut if need be."""
    return broken(words, inches, tail, lines=1)[0]


def broken(words: str, inches: float, tail: str = "", lines: int = 2) -> list[str]:
    """Return words and a tail on so many lines at most, none wider than so many inches.

    The tail, such as a count, is never cut.
    """
    whole = shown(words, _LONGEST)
    for letters in range(len(whole), 0, -1):
        found = _greedy(shown(whole, letters) + tail, inches)
        if len(found) <= lines and max(map(inches_of, found)) <= inches:
            return found
    return [f"\u2026{tail}"]


def _greedy(text: str, inches: float) -> list[str]:
    found = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or inches_of(longer) <= inches:
            found[-1] = longer
        else:
            found.append(word)
    return found
