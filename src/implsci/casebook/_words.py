"""Finding names and quotes in free text, however they are written.

Texts are compared word by word: case, accents, composition, punctuation, line breaks, soft hyphens
and typographic marks make no difference. Where words stand in a row without spaces, as in Chinese,
each sign is a word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

__all__ = ["Span", "Wanted", "joined_at", "names_of", "quotes_of", "rows_of"]

Span: TypeAlias = tuple[int, int]

_UNSPACED: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_WORD: Final = re.compile(rf"[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+|\d+")
_RUN: Final = re.compile(r"[^\W\d_]+")
_BROKEN: Final = re.compile(r"(?<=\w)[-\u2010]\s*\n\s*(?=\w)")
# Letters that no normal form takes apart, and how German and Nordic names are spelled without marks.
_PLAIN: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae",
                               "œ": "oe", "þ": "th"})  # fmt: skip
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae",
                                 "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"})  # fmt: skip
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof", "phd", "md", "sir", "dame"})
_SHORTEST_PART: Final = 2  # of a name, in letters
_SHORTEST_QUOTE: Final = 12  # in letters: shorter words are said by everybody
_IN_A_ROW: Final = 6  # words of a quote that nobody else writes by chance
_SIGNS: Final = 2.5  # letters a word on the average, below which words are signs or syllables


class _Rule(NamedTuple):
    """How a row of words is looked for.

    Attributes:
        whole: whether it is all of a name or quote, rather than a part of a name.
        capital: whether it must not stand in small letters, since such a word may be any word.
    """

    whole: bool
    capital: bool


class _Word(NamedTuple):
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

    def __init__(self, rows: Mapping[tuple[str, ...], _Rule]) -> None:
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
        words = _words(text)
        found: list[Span] = []
        for start, end, rule in self._found(words):
            told = text[words[start].start : words[end - 1].end]
            if whole and not rule.whole:
                continue
            if rule.capital and told.islower() and not (small and len(told) > _SHORTEST_PART):
                continue
            if found and start < found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return tuple((words[start].start, words[end - 1].end) for start, end in found)

    def _found(self, words: tuple[_Word, ...]) -> Iterator[tuple[int, int, _Rule]]:
        folded = tuple(word.folded for word in words)
        for start, first in enumerate(folded):
            for length in self._lengths.get(first, ()):
                row = folded[start : start + length]
                if len(row) == length and (rule := self._rules.get(row)) is not None:
                    yield start, start + length, rule


def names_of(names: Iterable[str]) -> Wanted:
    """Return names whole, and those of their parts that can be told from words."""
    found: dict[tuple[str, ...], _Rule] = {}
    for given in names:
        name = unicodedata.normalize("NFC", given).strip()
        for spelled in dict.fromkeys((name, name.translate(_SPELLED))):
            _add_name(found, spelled)
    return Wanted(found)


def _add_name(found: dict[tuple[str, ...], _Rule], name: str) -> None:
    runs = _RUN.findall(name)
    words = _row(name)
    if len(words) > 1 and sum(map(len, runs)) > _SHORTEST_PART:
        found[words] = _Rule(whole=True, capital=False)
        found[("".join(words),)] = _Rule(whole=True, capital=False)
    if any(char.isdigit() for char in name):  # such as nurse 3, which names nobody
        return
    small = name.islower()
    for part in (*runs, *("".join(_RUN.findall(piece)) for piece in name.split())):
        shortest = len(part) == _SHORTEST_PART
        if (
            len(part) < _SHORTEST_PART
            or part.casefold() in _TITLES
            or (part[0].islower() and not small)
            or (shortest and part.isupper() and len(runs) > 1)  # a degree, such as RN
        ):
            continue
        rule = _Rule(whole=False, capital=not (small and len(runs) == 1))
        found.setdefault(_row(part), rule)


def quotes_of(said: Iterable[str], free: Iterable[str] = ()) -> Wanted:
    """Return the rows of words by which quotes are known: short ones whole, others by every few.

    Args:
        said: quotes that may not be told.
        free: quotes that may, whose words are free everywhere.
    """
    rows = {row for text in said for row in _quoted(text)}
    for text in free:
        words = _row(text)
        for length in {len(row) for row in rows}:
            rows -= {words[at : at + length] for at in range(len(words) - length + 1)}
    return Wanted(dict.fromkeys(rows, _Rule(whole=True, capital=False)))


def _quoted(text: str) -> Iterator[tuple[str, ...]]:
    words = _row(text)
    letters = sum(map(len, words))
    signs = letters < _SIGNS * len(words)
    if letters >= (_SHORTEST_QUOTE // 2 if signs else _SHORTEST_QUOTE):
        length = min(len(words), 2 * _IN_A_ROW if signs else _IN_A_ROW)
        for at in range(len(words) - length + 1):
            yield words[at : at + length]


def rows_of(texts: Iterable[str]) -> Wanted:
    """Return texts to be looked for whole, such as addresses."""
    rows = {row for text in texts if len(row := _row(text)) > 1}
    return Wanted(dict.fromkeys(rows, _Rule(whole=True, capital=False)))


def _row(text: str) -> tuple[str, ...]:
    return tuple(word.folded for word in _words(unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=8)  # a text is searched several times in a row
def _words(text: str) -> tuple[_Word, ...]:
    if text.isascii() and "\n" not in text:
        return tuple(_Word(m[0], m.start(), m.end()) for m in _WORD.finditer(text.lower()))
    skipped = {at for broken in _BROKEN.finditer(text) for at in range(*broken.span())}
    letters: list[str] = []
    places: list[int] = []
    for at, char in enumerate(text):
        if at not in skipped:
            folded = _folded(char)
            letters.append(folded)
            places += [at] * len(folded)
    return tuple(
        _Word(m[0], places[m.start()], places[m.end() - 1] + 1)
        for m in _WORD.finditer("".join(letters))
    )


@lru_cache(maxsize=2**14)
def _folded(char: str) -> str:
    """Return a character without case and accents; nothing for marks and invisible ones."""
    if "\uac00" <= char <= "\ud7a3":
        return char
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    kept = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cf"))
    return kept.translate(_PLAIN)
