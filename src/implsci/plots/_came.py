"""How what came of it is drawn: a mark, a word, a color and a hatch for each.

Nobody looked, no finding, a null result and evidence of no link are four things, in marks and words.
"""

from __future__ import annotations

from typing import Final

from implsci.analysis.tally import DIRECTION_WORDS
from implsci.plots._axes import BLUE, ORANGE, SKY, VERMILION, Look
from implsci.synthesis.cell import MARKS, NO_LINK, came_of

__all__ = ["CAME_WORDS", "LOOKS", "MARKS", "NOBODY", "NO_LINK", "came_of"]

NOBODY: Final = "\u00b7"

CAME_WORDS: Final[dict[str, str]] = {
    **{str(direction): words for direction, words in DIRECTION_WORDS.items()},
    "no_difference": "no difference, a null result",
    "mixed": "mixed, or a tie",
    "told": "findings, none of them an effect",
    "silent": "studied together, no finding",
}
LOOKS: Final = {
    "improved": Look(BLUE, ""),
    "maintained": Look(SKY, "..."),
    "no_difference": Look("#999999", "---"),
    "mixed": Look(ORANGE, "///"),
    "worsened": Look(VERMILION, "\\\\\\"),
    "unclear": Look("#ffffff", "xx"),
    "told": Look("#d9d9d9", ""),
}
