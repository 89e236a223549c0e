"""Finding names and quotes in free text, however they are written.

Texts are compared word by word: case, accents, composition, punctuation, line breaks, soft hyphens,
typographic marks and HTML's way of writing characters make no difference. Where words stand in a row
without spaces, as in Chinese, each sign is a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from html import unescape
from typing import Final, NamedTuple, TypeAlias

__all__ = ["RUN", "Rule", "Span", "Wanted", "Word", "joined_at", "row_of", "words_of"]

Span: TypeAlias = tuple[int, int]

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
# Vowel signs of the scripts of India and Sri Lanka, which tell words apart as letters do.
_VOWELS: Final = "".join(
    char for char in map(chr, range(0x0900, 0x0E00)) if unicodedata.category(char) in ("Mn", "Mc")
)
_LETTER: Final = rf"[^\W\d_{_UNSPACED}]"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|{_LETTER}+(?:[{_VOWELS}]+{_LETTER}*)*|\d+")
RUN: Final = re.compile(rf"[^\W\d_]+(?:[{_VOWELS}]+[^\W\d_]*)*")
_ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BROKEN: Final = re.compile(r"(?<=\w)[-\u2010][^\S\n]*\n\s*(?=\w)")
# Letters that no normal form takes apart.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae",
                               "œ": "oe", "þ": "th"})  # fmt: skip
_NUKTA: Final = 7  # the combining class of the point below a letter, which writers leave out
_SHORTEST: Final = 2  # of what may stand in small letters nowhere


class Rule(NamedTuple):
    """How a row of words is looked for.

    Attributes:
        whole: whether it is all of a name or quote, rather than a part of a name.
        capital: whether it must not stand in small letters, since such a word may be any word.
        but: says of a text and a place in it whether the row means something else there.
    """

    whole: bool
    capital: bool = False
    but: Callable[[str, int, int], bool] | None = None


class Word(NamedTuple):
    """A word of a text, folded, and where it stands there."""

    folded: str
    start: int
    end: int


def joined_at(text: str, spans: Iterable[Span], word: str) -> str:
    """Return text with a word in the place of each span."""
    parts: list[str] = []
    reached = 0
    for start, end in spans:
        parts += [text[reached:start], word]
        reached = end
    return "".join([*parts, text[reached:]])


class Wanted:
    """Rows of words to look for in texts."""

    def __init__(self, rows: Mapping[tuple[str, ...], Rule]) -> None:
        self._rules = {row: rule for row, rule in rows.items() if row}
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for row in self._rules:
            lengths[row[0]].add(len(row))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def spans(self, text: str, *, small: bool = False, whole: bool = False) -> tuple[Span, ...]:
        """Return where they stand; overlapping places are one.

        Args:
            text: the text, in the composed normal form.
            small: whether words that need a capital may stand in small letters; short ones may not.
            whole: whether parts of names count for nothing.
        """
        if not self._rules:
            return ()
        words = words_of(text)
        found: list[Span] = []
        for start, end, rule in self._found(words):
            place = words[start].start, words[end - 1].end
            told = text[slice(*place)]
            if whole and not rule.whole:
                continue
            if rule.capital and told.islower() and not (small and len(told) > _SHORTEST):
                continue
            if rule.but is not None and not small and rule.but(text, *place):
                continue
            if found and start < found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return tuple((words[start].start, words[end - 1].end) for start, end in found)

    def _found(self, words: tuple[Word, ...]) -> Iterator[tuple[int, int, Rule]]:
        folded = tuple(word.folded for word in words)
        for start, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                row = folded[start : start + length]
                if len(row) == length and (rule := self._rules.get(row)) is not None:
                    yield start, start + length, rule


def row_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(word.folded for word in words_of(unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=8)  # a text is searched several times in a row
def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text, which stands in the composed normal form."""
    if text.isascii() and "\n" not in text and "&" not in text:
        return tuple(Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text.lower()))
    letters: list[str] = []
    places: list[Span] = []
    for char, place in _characters(text):
        folded = _folded(char)
        letters.append(folded)
        places += [place] * len(folded)
    return tuple(
        Word(m[0], places[m.start()][0], places[m.end() - 1][1])
        for m in _WORD.finditer("".join(letters))
    )


def _characters(text: str) -> Iterator[tuple[str, Span]]:
    """Yield the characters that are meant, with their places; no hyphen where a line breaks a word."""
    skipped = {at for broken in _BROKEN.finditer(text) for at in range(*broken.span())}
    written = {found.start(): found for found in _ENTITY.finditer(text)} if "&" in text else {}
    reached = 0
    for at, char in enumerate(text):
        if at < reached or at in skipped:
            continue
        if (found := written.get(at)) is None:
            yield char, (at, at + 1)
        else:
            reached = found.end()
            for meant in unescape(found[0]):
                yield meant, found.span()


@lru_cache(maxsize=2**14)
def _folded(char: str) -> str:
    """Return a character without case and accents; nothing for marks and invisible ones."""
    if "\uac00" <= char <= "\ud7a3":
        return char
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(one for one in plain if _tells(one)).translate(_PLAIN)


def _tells(char: str) -> bool:
    """Say whether a character tells words apart: neither accent nor invisible, nor a point below."""
    if char in _VOWELS:
        return unicodedata.combining(char) != _NUKTA
    return unicodedata.category(char) not in ("Mn", "Cf")
