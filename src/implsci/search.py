"""Finding terms by code, number, name or plain words.

The order is stated, and stable: an exact code, number or name first (score 1), then a synonym, then
the share of the asked words that a term's names, and less so its definition, contain.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from attrs import frozen

from implsci.errors import InvalidQueryError
from implsci.taxonomy import Term

__all__ = ["Hit", "close_names", "fold", "search"]


def __dir__() -> list[str]:
    return __all__


_WORDS = re.compile(r"[^ .]+(?:\.\d+)*")
_STOP = frozenset("a an and are as at be by for from in into is it of on or the to with".split())


@frozen
class Hit:
    """A term that search found, and how well it fits.

    Attributes:
        term: the term.
        score: 0 to 1; 1 is an exact code, number or label.
    """

    term: Term
    score: float


# Unicode's canonical combining classes: of accents, and of marks that writers may leave out.
_ABOVE_OR_BELOW = 200
_OPTIONAL = frozenset({1, *range(10, 37)})


class _Letters(dict[int, str]):
    """For `str.translate`: letters and digits of any script as they are, all else as blanks.

    Accents and the vowel points that Hebrew and Arabic may leave out vanish, as do marks without
    form, such as joiners. Signs that tell one word from another stay: the vowels and tones of South
    and East Asia, the voicing of Japanese.
    """

    def __missing__(self, code: int) -> str:
        # Nothing but ASCII is remembered, so that no text can fill the memory.
        letter = chr(code)
        category = unicodedata.category(letter)
        mark = unicodedata.combining(letter)
        if category == "Cf" or mark >= _ABOVE_OR_BELOW or mark in _OPTIONAL:
            return ""
        return letter if category[0] in "LMN" else " "


_LETTERS = _Letters()
_LETTERS.update({code: _LETTERS[code] for code in range(128)} | {ord("."): ".", ord("&"): " and "})


@lru_cache(maxsize=2**16)  # the same few thousand names are compared at every look-up
def fold(text: str) -> str:
    """Return text without case, accents, ``&`` and punctuation, for comparing names.

    Words are runs of letters and digits of any script; a number keeps its dots, as in ``2.2``.

    Examples:
        >>> fold("Networks & Communications") == fold("networks and communications")
        True
        >>> fold("Ποιότητα: 2.2") == fold("ΠΟΙΟΤΗΤΑ 2.2")
        True
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    if not plain.isascii():  # a small letter can come apart once more
        plain = unicodedata.normalize("NFKD", plain)
    return " ".join(_WORDS.findall(plain.translate(_LETTERS)))


def search(terms: Iterable[Term], text: str, limit: int | None = 10) -> tuple[Hit, ...]:
    """Return the terms that fit a text best.

    Args:
        terms: the terms to look through.
        text: a code, number (``5`` or ``eric:5``), name or phrase.
        limit: how many hits at most; None for all.

    Returns:
        Hits with a score above 0, best first, then by code.

    Raises:
        InvalidQueryError: the limit is below 0.

    Examples:
        >>> green = Term(code="tea:green", label="Green tea", definition="Unfermented tea.")
        >>> [hit.term.code for hit in search([green], "tea that is green")]
        ['tea:green']
    """
    if limit is not None and limit < 0:
        raise InvalidQueryError(f"limit: expected 0 or more, or None for all, got {limit}")
    text = text.strip()
    wanted = fold(text)
    words = _stems(text)
    hits = [Hit(term, score) for term in terms if (score := _score(term, text, wanted, words)) > 0]
    hits.sort(key=lambda hit: (-hit.score, hit.term.code))
    return tuple(hits if limit is None else hits[:limit])


def close_names(text: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the names that look most like a mistyped one, best first."""
    folded = {fold(name): name for name in sorted(names)}
    close = difflib.get_close_matches(fold(text), folded, n=limit, cutoff=0.6)
    return tuple(folded[name] for name in close)


@lru_cache(maxsize=2**16)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in fold(text).split() if word not in _STOP)


def _stem(word: str) -> str:
    for ending in ("ations", "ation", "ings", "ing", "ers", "ies", "es", "ed", "er", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def _score(term: Term, text: str, wanted: str, words: frozenset[str]) -> float:
    if not text:
        return 0.0
    if text in (term.code, term.notation) or (
        term.notation is not None and text == f"{term.scheme}:{term.notation}"
    ):
        return 1.0
    if not wanted:
        return 0.0
    if wanted == fold(term.label):
        return 1.0
    if any(wanted == fold(name) for name in term.synonyms):
        return 0.98
    if not words:
        return 0.0
    best = 0.0
    for name in term.names:
        own = _stems(name)
        shared = len(words & own)
        if shared:
            best = max(best, 0.5 * shared / len(words) + 0.4 * shared / len(own))
    told = len(words & _stems(term.definition)) / len(words)
    score = max(best, 0.35 * told) + 0.05 * min(best, told)
    return round(min(score, 0.95), 4)
