"""Finding telephone numbers in free text, and telling them from dates, years, sums and DOIs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from implsci.casebook._words import Span

__all__ = ["called", "known_phones", "numbers_of", "phones"]

# What stands between digits: spaces of every width, dashes of every length, brackets, dots, strokes.
_DASH: Final = r"\u2010-\u2015\u2212-"
_BETWEEN: Final = rf"[^\S\n]|[()./{_DASH}]"
_NUMBER: Final = re.compile(
    rf"(?<![\w/-])(?<!\d[.])(?:\+|00)?\(?\d(?:(?:{_BETWEEN}){{0,3}}\d){{6,60}}"
    r"(?:(?!-?\w)|(?=x\d|ext))"
)
_BROKEN: Final = re.compile(rf"\+\d(?:(?:{_BETWEEN}|\n){{0,3}}\d){{6,14}}(?!\d)")
_IN_ID: Final = re.compile(r"(?<!\d)(?:\+|0[1-9])(?:[(). -]{0,2}\d){8,13}(?!\d)")
_YEAR: Final = r"(?:1[89]|20)\d{2}"
_DATE: Final = re.compile(
    rf"(?<!\d)(?:{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d{{2}})?"
    rf"|{_YEAR}[./]\d{{1,2}}[./]\d{{1,2}}|\d{{1,2}}([./-])\d{{1,2}}\1{_YEAR}"
    rf"|\({_YEAR}\)|{_YEAR}(?:\s?[/{_DASH}]\s?{_YEAR})+)(?!\d)"
)
_SUM: Final = re.compile(r"\d{1,3}(?:[^\S\n]\d{3}|\.\d{3})+|\d\.\d+")
# Numbers that say themselves what they are.
_LABELLED: Final = re.compile(
    r"\b10\.\d{4,9}/\S+|\bhttps?://\S+|[$€£¥]\s?\d[\d ,.]*|\b(?:USD|EUR|GBP)\s?\d[\d ,.]*"
    r"|\b(?:ISBN(?:-1[03])?|ISSN|PMID|PMCID|OCLC|ISRCTN)[:\s]*[\d][\d -]*X?",
    re.IGNORECASE,
)
_FEWEST, _MOST = 7, 15  # digits of a telephone number
_STARTS: Final = ("+", "0", "(")


def phones(text: str, known: Collection[str] = ()) -> tuple[Span, ...]:
    """Return where telephone numbers stand in a text; `known` are those of `numbers_of`."""
    found: list[Span] = []
    labelled = [one.span() for one in _LABELLED.finditer(text)]  # none overlaps another
    spans = {one.span() for pattern in (_NUMBER, _BROKEN) for one in pattern.finditer(text)}
    for whole in sorted(spans):
        for start, end in _between_dates(text, *whole):
            after = bisect_left(labelled, (end,))
            if (after and start < labelled[after - 1][1]) or not _is_phone(text[start:end], known):
                continue
            if found and start < found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
    return tuple(found)


def known_phones(text: str, known: Collection[str]) -> tuple[Span, ...]:
    """Return where telephone numbers stand that are among those of `numbers_of`."""
    return tuple(
        (start, end)
        for start, end in (phones(text, known) if known else ())
        if _digits(text[start:end])[-_FEWEST:] in known
    )


def numbers_of(contacts: Iterable[str]) -> frozenset[str]:
    """Return the last digits of the telephone numbers that stand in contacts."""
    return frozenset(
        _digits(one[0])[-_FEWEST:] for contact in contacts for one in _NUMBER.finditer(contact)
    )


def called(identifier: str) -> bool:
    """Say whether a telephone number stands in an id, where dates and counts are at home."""
    return any(len(_digits(one[0])) >= _FEWEST + 2 for one in _IN_ID.finditer(identifier))


def _between_dates(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the stretches of a row of digits that are no dates, without what stands around them."""
    reached = start
    stops = [one.span() for one in _DATE.finditer(text, start, end)]
    for stop, after in (*stops, (end, end)):
        piece = re.search(r"[+(]*\d(?:.*\d)?", text[reached:stop], re.DOTALL)
        if piece is not None:
            yield reached + piece.start(), reached + piece.end()
        reached = after


def _is_phone(found: str, known: Collection[str]) -> bool:
    digits = _digits(found)
    if len(digits) < _FEWEST:
        return False
    if digits[-_FEWEST:] in known:
        return True
    if len(digits) > _MOST:  # several in a row
        return found.startswith(_STARTS) and not _SUM.fullmatch(found)
    if _SUM.fullmatch(found):
        return found.startswith("0") and found[1:2] != "."
    return True


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
