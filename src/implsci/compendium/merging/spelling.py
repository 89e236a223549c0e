"""Spellings: which two words are one, written otherwise, and which names.

A ratio of letters cannot say it: Austria and Australia, hypotension and hypertension have nearly all
letters in common. So words are one where an explicit rule turns one into the other, or where one
letter of a long word is misprinted behind its first letters, in which prefixes differ.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import product
from typing import Final

from implsci.names import fold
from implsci.places import countries

__all__ = ["one_word", "plain_letters", "spellings"]

PREFIX: Final = 4
"""Of words that differ in their first letters, as hyper- and hypo-, inter- and intra- do, none is a
misprint of the other."""

_SHORTEST: Final = 5  # letters of a word that rules change: aid and AIDS, new and news are two each
_LONGEST: Final = 60

# Letters that do not come apart into one of ASCII and an accent.
_LETTERS: Final = str.maketrans(
    {
        "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ß": "ss", "ẞ": "SS",
        "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "\u0131": "i",
    }
)  # fmt: skip
# How those who have no such key write a vowel of German and of the Nordic languages.
_WRITTEN_OUT: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"}
_UMLAUT = re.compile("|".join(_WRITTEN_OUT))

_CONSONANT: Final = "[bcdfghjklmnpqrstvwxyz]"
_RULES: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        (r"(?<=[iy])z(?=[aei])", "s"),  # organize, organise
        (r"(?<=[a-z]{2})our", "or"),  # behaviour, behavior
        (r"(?<=m)me(?=s?$)", ""),  # programme, program
        (r"tre(?=s?$)", "ter"),  # centre, center
        (r"ogue(?=s?$)", "og"),  # catalogue, catalog
        (r"ies$", "y"),
        (r"(?<=[sx])es$|(?<=[cs]h)es$", ""),
        (r"(?<=[^su])s$", ""),
        (rf"({_CONSONANT})\1", r"\1"),  # counselling, counseling
    )
)
_E = re.compile(rf"(?<=[aou])e(?={_CONSONANT})")  # of an umlaut that was written out
_BRITISH = re.compile(rf"[ao]e(?={_CONSONANT})")  # paediatric, oedema


def plain_letters(text: str) -> str:
    """Return text with letters such as ``æ`` and ``ø`` as ASCII has them.

    Examples:
        >>> plain_letters("Cæsar and Søren")
        'Caesar and Soren'
    """
    return text.translate(_LETTERS)


def spellings(name: str) -> frozenset[str]:
    """Return the spellings of a name, folded: without its umlauts, and with them written out.

    Examples:
        >>> sorted(spellings("Müller"))
        ['mueller', 'muller']
    """
    small = unicodedata.normalize("NFC", name).casefold()
    out = _UMLAUT.sub(lambda found: _WRITTEN_OUT[found[0]], small)
    return frozenset(fold(plain_letters(one)) for one in (small, out))


@lru_cache(maxsize=2**14)
def one_word(one: str, other: str) -> bool:
    """Say whether two folded words are spellings of one; digits are never misspelt.

    Examples:
        >>> one_word("paediatrics", "pediatric"), one_word("hypotension", "hypertension")
        (True, False)
        >>> one_word("evidence", "evidance"), one_word("niger", "nigeria")
        (True, False)
    """
    if one == other:
        return True
    # A letter of Chinese or Hindi is more than a letter.
    if not (one + other).isascii() or any(map(str.isdigit, one + other)):
        return False
    if not _SHORTEST <= min(len(one), len(other)) <= max(len(one), len(other)) <= _LONGEST:
        return False
    here, there = _forms(one), _forms(other)
    if here & there:
        return True
    misprint = any(_misprint(*pair) for pair in product(here, there))
    return misprint and not countries(one).codes and not countries(other).codes


def _forms(word: str) -> frozenset[str]:
    return frozenset(_ruled(form) for form in (word, _E.sub("", word), _BRITISH.sub("e", word)))


def _ruled(word: str) -> str:
    for pattern, instead in _RULES:
        word = pattern.sub(instead, word)
    return word


def _misprint(one: str, other: str) -> bool:
    """Say whether one letter was changed, left out or added behind the first ones."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short[:PREFIX] != long[:PREFIX]:
        return False
    place = next((n for n, pair in enumerate(zip(short, long, strict=False)) if len(set(pair)) > 1),
                 len(short))  # fmt: skip
    rest = short[place:] if len(short) < len(long) else short[place + 1 :]
    return rest == long[place + 1 :]
