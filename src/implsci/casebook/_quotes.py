"""How a quote may stand in a text: in part, with other marks, or in quotation marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from implsci.casebook._words import Rule, Span, Wanted, row_of

__all__ = ["Quotes"]

_SHORTEST: Final = 12  # in letters: shorter words are said by everybody
_IN_A_ROW: Final = 6  # words of a quote that nobody else writes by chance
_IN_MARKS: Final = 3  # words of a quote that are one in quotation marks
_FEWEST: Final = 2  # words of a quote that is found whole in quotation marks
_SIGNS: Final = 2.5  # letters a word on the average, below which words are signs or syllables
_SHORTEST_MARKED: Final = 5  # in letters
_LONGEST: Final = 400  # characters between quotation marks; longer ones hold a longer row
_DOUBLE: Final = '"\u201c\u201d\u201e\u00ab\u00bb\u300c-\u300f'
_SINGLE: Final = "'\u2018\u2019\u201a\u2039\u203a"
_MARKED: Final = re.compile(
    rf"[{_DOUBLE}]([^{_DOUBLE}]{{1,{_LONGEST}}})(?=[{_DOUBLE}])"
    rf"|(?<!\w)[{_SINGLE}]((?:[^{_SINGLE}]|(?<=\w)['\u2019](?=\w)){{1,{_LONGEST}}})(?=[{_SINGLE}])"
)


class Quotes:
    """The words by which quotes are known: every six in a row, fewer in quotation marks.

    Args:
        said: quotes that may not be told.
        free: quotes that may, whose words are free everywhere.
    """

    def __init__(self, said: Iterable[str], free: Iterable[str] = ()) -> None:
        told, open_to_all = [row_of(text) for text in said], [row_of(text) for text in free]
        rows = {row for words in told for row in _known_by(words)}
        lengths = {len(row) for row in rows}
        for words in open_to_all:
            for length in lengths:
                rows -= {words[at : at + length] for at in range(len(words) - length + 1)}
        self._rows = Wanted(dict.fromkeys(rows, Rule(whole=True)))
        self._said = _Stretches(told, _IN_MARKS)
        self._free = _Stretches(open_to_all, _FEWEST)

    def spans(self, text: str) -> tuple[Span, ...]:
        """Return where words of quotes stand; overlapping places are one."""
        merged: list[Span] = []
        for start, end in sorted({*self._rows.spans(text), *self._in_marks(text)}):
            if merged and start < merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return tuple(merged)

    def _in_marks(self, text: str) -> Iterator[Span]:
        for found in _MARKED.finditer(text):
            place = found.lastindex or 0
            row = row_of(found[place])
            if sum(map(len, row)) < _SHORTEST_MARKED or self._free.holds(row):
                continue
            if self._said.holds(row):
                yield found.span(place)


class _Stretches:
    """Says whether so many words or more stand in a row in one of several rows, or are all of one."""

    def __init__(self, rows: Iterable[tuple[str, ...]], fewest: int) -> None:
        self._rows = [row for row in rows if len(row) >= _FEWEST]
        self._fewest = fewest

    def holds(self, row: tuple[str, ...]) -> bool:
        return any(
            self._rows[number][at : at + len(row)] == row
            for number, at in self._places.get(row[: self._fewest], ())
        )

    @cached_property
    def _places(self) -> dict[tuple[str, ...], list[tuple[int, int]]]:
        found: defaultdict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            for at in range(max(1, len(row) - self._fewest + 1)):
                found[row[at : at + self._fewest]].append((number, at))
        return dict(found)


def _known_by(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    letters = sum(map(len, words))
    signs = letters < _SIGNS * len(words)
    if letters >= (_SHORTEST // 2 if signs else _SHORTEST):
        length = min(len(words), 2 * _IN_A_ROW if signs else _IN_A_ROW)
        for at in range(len(words) - length + 1):
            yield words[at : at + length]
