"""Words as search sees them: without endings, without words that say nothing, and with neighbors.

The endings and the lexicon are for English; other languages are compared word by word.
"""

from __future__ import annotations

import csv
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import chain

from implsci.names import fold

__all__ = ["Spelling", "lexicon", "stem", "stems", "words"]

_STOP = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can cannot could
    d did do does doing don for from get gets getting had has have having he her here him his how i if in
    into is it its just ll let lets m make makes me more most my no nor not of off on one or other our out
    over own s same she should so some something such t than that the their them then there these they
    thing things this those to too us up ve very was we were what when where which while who whom why
    will with would you your
    """.split()
)

# The longest first. What remains must be long enough to mean something.
_ENDINGS = tuple(
    """
    abilities ibilities ability ibility ionally ional ements ement ments ment nesses ness ities ity
    ingly ings ing edly ives ive ances ance ences ence ants ant ents ent ers er ies ied ably ibly able
    ible ally als al ful less ous ions ion ys y ed es ly e s
    """.split()
)
_AGENT = re.compile(r"(?<=at|ct|is|it|ut)ors?$")  # a supervisor supervises
_THEN = ("at", "iz", "is")
_SHORTEST = 4
_LIKELY = 12  # known words that a mistyped one is compared with letter by letter


def stem(word: str) -> str:
    """Return a folded English word without its ending, British and American spellings alike.

    Examples:
        >>> stem("facilitators") == stem("facilitation") == stem("facilitate")
        True
        >>> stem("behaviours") == stem("behavioral")
        True
    """
    return _remembered(word) if len(word) <= _LONGEST else word


def _stem(word: str) -> str:
    word = word.replace("our", "or") if len(word) > 5 else word
    if not word.isalpha():
        return word
    bare = _AGENT.sub("", word)
    if bare == word:
        bare = _without(word, _ENDINGS)
    while (shorter := _without(bare, _THEN)) != bare:
        bare = shorter
    return bare[:-1] if len(bare) > _SHORTEST and bare[-1] == bare[-2] else bare


_LONGEST = 50  # no word of any language that has endings
_remembered = lru_cache(maxsize=2**15)(_stem)


def _without(word: str, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word[: -len(ending)]
    return word


def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text that say something, in order; all of them if none does."""
    every = fold(text).split()
    return tuple(word for word in every if word not in _STOP) or tuple(every)


def stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of a text that say something, in order."""
    return tuple(map(stem, words(text)))


@cache
def lexicon() -> Mapping[str, tuple[str, ...]]:
    """Return, for the stem of an everyday word, the stems of words that may stand for it."""
    related: dict[str, dict[str, None]] = {}
    table = files("implsci.search") / "lexicon.csv"
    for row in csv.DictReader(table.read_text(encoding="utf-8").splitlines()):
        own = [stem(word) for word in fold(row["words"].replace(" | ", " ")).split()]
        for word in own:
            related.setdefault(word, {}).update({other: None for other in own if other != word})
    return {word: tuple(others) for word, others in related.items()}


class Spelling:
    """Known words, and which of them a word that is none of them was meant to be.

    Args:
        words: the words known.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._with: dict[str, list[int]] = {}
        for index, word in enumerate(self._words):
            for part in _parts(word):
                self._with.setdefault(part, []).append(index)

    def near(self, word: str) -> tuple[str, ...]:
        """Return the known words nearest to a word, at most two slips of the hand away."""
        slips = 0 if len(word) < 4 else 1 if len(word) < 8 else 2
        if not slips or len(word) > 40:
            return ()
        shared = Counter(chain.from_iterable(self._with.get(part, ()) for part in _parts(word)))
        # Each slip spoils three parts at most; what shares too few needs no closer look.
        fewest = max(len(word) + 1 - 3 * slips, 1)
        words = self._words
        likely = [
            (-count, words[index])
            for index, count in shared.items()
            if count >= fewest and -slips <= len(words[index]) - len(word) <= slips
        ]
        near: dict[int, list[str]] = {}
        for _, known in heapq.nsmallest(_LIKELY, likely):
            distance = _slips(word, known)
            if distance <= slips:
                near.setdefault(distance, []).append(known)
        return tuple(near[min(near)][:3]) if near else ()


def _parts(word: str) -> set[str]:
    padded = f" {word} "
    return {padded[at : at + 2] for at in range(len(padded) - 1)}


def _slips(one: str, two: str) -> int:
    """Return how many letters must be added, left out, changed or swapped with their neighbor."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        above, row = row, [i]
        for j, other in enumerate(two, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = above
    return row[-1]
