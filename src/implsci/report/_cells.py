"""What a cell of a gap map says, in words.

Nobody looked, no finding, a null result and evidence of no link are four things.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from implsci._wording import counted
from implsci.analysis.tally import DIRECTION_WORDS, in_words
from implsci.synthesis import Cell

__all__ = ["STATE_WORDS", "words_of"]

STATE_WORDS: Final[Mapping[str, str]] = {
    **{
        direction: f"most effects: {words}"
        for direction, words in DIRECTION_WORDS.items()
        if direction not in ("mixed", "no_difference")
    },
    "no_difference": "most effects: no difference, a null result",
    "mixed": "effects mixed, or a tie",
    "told": "findings, none of them an effect against a comparator",
    "silent": "studied together, no finding on the pair",
}


def words_of(cell: Cell) -> str:
    """Return a cell in words, as its link is named."""
    linked = f", {cell.linked} with the link stated" if cell.linked else ""
    found = "; ".join(in_words(cell.by_basis)) or "no finding on the pair"
    return f"{counted(cell.studies, 'study', 'studies')}{linked}; {found}"
