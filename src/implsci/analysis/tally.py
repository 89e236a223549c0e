"""Counting directions: each basis of findings apart, since they are never added together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from implsci.model import Finding
from implsci.model.finding import Direction

__all__ = ["BASIS_WORDS", "DIRECTION_WORDS", "Tally", "in_words", "main_effect", "tally"]


def __dir__() -> list[str]:
    return __all__


Tally = Mapping[str, Mapping[str, int]]
"""For each basis, how many findings there are (``findings``) and how many point which way."""

NOT_STATED: Final = "not stated"
BASIS_WORDS: Final[Mapping[str, str]] = {
    "effect": "effects",
    "association": "associations",
    "description": "descriptions",
    "asserted": "assertions",
    "theorized": "theory",
    NOT_STATED: "basis not stated",
}
DIRECTION_WORDS: Final[Mapping[Direction, str]] = {
    "improved": "improved",
    "maintained": "maintained",
    "no_difference": "no difference",
    "worsened": "worsened",
    "mixed": "mixed",
    "unclear": "unclear",
}


def tally(findings: Iterable[Finding]) -> Tally:
    """Return how many findings of each basis there are, and how many point which way."""
    counts: dict[str, Counter[str]] = {}
    for finding in findings:
        own = counts.setdefault(finding.basis or NOT_STATED, Counter())
        own["findings"] += 1
        own[finding.direction] += 1
    return {basis: dict(counts[basis]) for basis in BASIS_WORDS if basis in counts}


def in_words(counted: Tally) -> Iterator[str]:
    """Yield a line for each basis, such as ``effects: 3 improved, 1 no difference``."""
    for basis, counts in counted.items():
        told = [
            f"{counts[direction]} {words}"
            for direction, words in DIRECTION_WORDS.items()
            if counts.get(direction)
        ]
        yield f"{BASIS_WORDS[basis]}: {', '.join(told)}"


def main_effect(counted: Tally) -> str | None:
    """Return what most effects say: a direction, ``mixed`` for a tie, None without any effect."""
    counts = counted.get("effect", {})
    ranked = sorted(((counts.get(name, 0), name) for name in DIRECTION_WORDS), reverse=True)
    if not ranked[0][0]:
        return None
    return "mixed" if ranked[0][0] == ranked[1][0] else ranked[0][1]
