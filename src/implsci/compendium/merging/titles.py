"""Titles as they are compared: how alike two are, and what tells two like ones apart.

Exports change a title: its case, accents, ``&``, dashes and markup, its spelling, its subtitle. Two
papers of one team can have titles that differ by one word: a country, a number, ``protocol``, or
by the order of the words. A ratio of letters cannot tell the one from the other, so the words that
differ and their order are looked at too.
"""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Final

from attrs import frozen

from implsci.compendium.merging.spelling import one_word, plain_letters
from implsci.names import fold

__all__ = ["Title", "begins", "differing", "overlap", "read_title", "reordered"]

_MARKUP = re.compile(r"</?[A-Za-z][^<>]{0,40}>")
_SUBTITLE = re.compile(r"[:?!;]\s|\.\s|\s[-\u2013\u2014]\s?|[\u2013\u2014]|\s[(\[]")
_CUT = re.compile(r"(?:\.\.\.|\u2026)\W*$")
_ARTICLES: Final = frozenset(("a", "an", "the"))
_JOINING: Final = frozenset("a an and as at by for in of on the to".split())
_SMALL: Final = "one two three four five six seven eight nine ten eleven twelve".split()
_ROMAN: Final = "i ii iii iv v vi vii viii ix x".split()
_NUMBERS: Final = {word: str(n) for n, word in enumerate(_SMALL, 1)} | {
    word: str(n) for n, word in enumerate(_ROMAN, 1) if len(word) > 1
}
_ROMANS: Final = {word: str(n) for n, word in enumerate(_ROMAN, 1)}
_COUNTED: Final = frozenset("part paper phase report section stage study type volume wave".split())
_NOTICES: Final = frozenset(
    "addendum comment commentary corrected correction corrigenda corrigendum errata erratum reply "
    "retracted retraction withdrawal withdrawn".split()
)
_PROTOCOL: Final = frozenset(("protocol", "protocols"))


@frozen
class Title:
    """A title, read for comparison.

    Attributes:
        words: its words, folded, numbers as digits.
        text: the same in one line.
        ordered: the words sorted, in one line.
        heads: after how many words a subtitle may begin.
        cut: whether it ends in dots, as one that was cut short.
        numbers: its numbers, sorted.
        notices: words that mark a notice on another paper, such as ``erratum``.
        protocol: whether it says that it is a protocol.
    """

    words: tuple[str, ...]
    text: str
    ordered: str
    heads: frozenset[int]
    cut: bool
    numbers: tuple[str, ...]
    notices: frozenset[str]
    protocol: bool


def read_title(text: str) -> Title:
    """Read a title for comparison.

    Examples:
        >>> read_title("Hygiene &amp; <i>trust</i>: Part II").words
        ('hygiene', 'and', 'trust', 'part', '2')
    """
    plain = plain_letters(_MARKUP.sub("", html.unescape(text)))
    words = _words(plain)
    known = set(words)
    return Title(
        words=words,
        text=" ".join(words),
        ordered=" ".join(sorted(words)),
        heads=frozenset(len(_words(plain[: found.start()])) for found in _SUBTITLE.finditer(plain)),
        cut=_CUT.search(plain) is not None,
        numbers=_numbers(words),
        notices=_NOTICES & known,
        protocol=bool(_PROTOCOL & known),
    )


def _words(text: str) -> tuple[str, ...]:
    words: list[str] = []
    for word in fold(text).split():
        numbers = _ROMANS if words and words[-1] in _COUNTED else _NUMBERS
        words.append(numbers.get(word) or _NUMBERS.get(word, word))
    return tuple(words)


def _numbers(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if any(map(str.isdigit, word))))


def overlap(one: Title, other: Title) -> float:
    """Return which share of the shorter title's words the longer one has, 0 to 1.

    Joining words such as ``of`` count only where a title has no other.

    Examples:
        >>> overlap(read_title("Trust in schools"), read_title("Building trust in rural schools"))
        1.0
    """
    here, there = (_telling(title.words) for title in (one, other))
    fewest = min(here.total(), there.total())
    return (here & there).total() / fewest if fewest else float(one.words == other.words)


def _telling(words: Sequence[str]) -> Counter[str]:
    return Counter(word for word in words if word not in _JOINING) or Counter(words)


def differing(one: Sequence[str], other: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words that only one of two titles has, spellings and joining words aside.

    Args:
        one: the words of a title.
        other: the words of the other.

    Examples:
        >>> differing("randomised trial in kenya".split(), "a randomized trial in uganda".split())
        (['kenya'], ['uganda'])
        >>> differing(["healthcare"], ["health", "care"])
        ([], [])
    """
    left, right, _ = _parted(one, other)
    if left and right and one_word("".join(left), "".join(right)):
        return [], []
    return [w for w in left if w not in _JOINING], [w for w in right if w not in _JOINING]


def _parted(
    one: Sequence[str], other: Sequence[str]
) -> tuple[list[str], list[str], dict[str, str]]:
    """Return the words that only one of two titles has, and what spells words of the other."""
    here, there = Counter(one), Counter(other)
    left = _in_order(one, here - there)
    right = _in_order(other, there - here)
    spellings: dict[str, str] = {}
    for word in tuple(left):
        spelling = next((found for found in right if one_word(word, found)), None)
        if spelling is not None:
            left.remove(word)
            right.remove(spelling)
            spellings[spelling] = word
    return left, right, spellings


def reordered(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether the words that two titles share stand in another order; articles aside.

    Examples:
        >>> reordered("effects of poverty on trust".split(), "effects of trust on poverty".split())
        True
        >>> reordered("trust in schools".split(), "building trust in the schools".split())
        False
    """
    spellings = _parted(one, other)[2]
    here = [word for word in one if word not in _ARTICLES]
    there = [spellings.get(word, word) for word in other if word not in _ARTICLES]
    return here != there and _in_turn(here, there) < (Counter(here) & Counter(there)).total()


def _in_turn(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how long the longest common subsequence is (Hyyrö's bit vectors, 2004)."""
    places: dict[str, int] = defaultdict(int)
    for place, word in enumerate(one):
        places[word] |= 1 << place
    whole = (1 << len(one)) - 1
    open_ = whole
    for word in other:
        met = open_ & places.get(word, 0)
        open_ = ((open_ + met) | (open_ - met)) & whole
    return len(one) - open_.bit_count()


def _in_order(words: Sequence[str], wanted: Counter[str]) -> list[str]:
    found: list[str] = []
    for word in words:
        if wanted[word]:
            wanted[word] -= 1
            found.append(word)
    return found


def begins(one: Title, other: Title) -> tuple[tuple[str, ...], bool] | None:
    """Say whether the shorter of two titles is the beginning of the longer.

    Args:
        one: a title.
        other: another; which is shorter does not matter.

    Returns:
        The words that the shorter lacks, and whether it ends where a subtitle begins or was plainly
        cut; None where it is no beginning.

    Examples:
        >>> begins(read_title("Trust in schools"), read_title("Trust in schools: a survey"))
        (('a', 'survey'), True)
    """
    if one.text[:1] != other.text[:1]:
        return None
    short, long = sorted((one, other), key=lambda title: (len(title.words), len(title.text)))
    size = len(short.words)
    if not size or (size == len(long.words) and not short.cut):
        return None
    *whole, last = short.words
    head = long.words[:size]
    halved = short.cut and head[-1].startswith(last)  # cut in the middle of a word
    pair = (whole, head[:-1]) if halved else (short.words, head)
    if pair[0] and pair[1] and not one_word(pair[0][0], pair[1][0]):
        return None
    if any(differing(*pair)) or reordered(*pair):
        return None
    return long.words[size:], short.cut or size in long.heads
