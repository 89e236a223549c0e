"""How a name may stand in a text: whole, in part, with initials, turned round, with what it takes on."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from implsci.casebook._words import RUN, Rule, Wanted, row_of

__all__ = ["names_of"]

_Rows = dict[tuple[str, ...], Rule]

# How German and Nordic names are spelled without marks.
_SPELLED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae",
                                 "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"})  # fmt: skip
_TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "mx", "prof", "phd", "md", "sir", "dame"})
_SHORTEST: Final = 2  # of a part, in letters
_MOST_PARTS: Final = 8  # that are combined with one another's initials
# Names of three or four signs without a space are a family's and a person's; two signs are one of them.
_SIGNS: Final = re.compile("[\u3400-\u9fff]{3,4}|[\uac00-\ud7a3]{3,4}")
# One letter in front of a word that is a word by itself: and, in, to, like, so; and, in, to, the, from.
_IN_FRONT: Final = (
    (re.compile("[\u0621-\u064a]+"), "\u0648\u0628\u0644\u0643\u0641"),
    (re.compile("[\u05d0-\u05ea]+"), "\u05d5\u05d1\u05dc\u05db\u05d4\u05de\u05e9"),
)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
_YEAR: Final = r"(?:1[89]|20)\d{2}(?!\w)"
_DAY: Final = r"(?:[12]?\d|3[01])"
_OTHER: Final = rf"(?:\s?(?:[-\u2010-\u2015/,]|\s(?:and|or|to|until))\s?(?i:{'|'.join(_MONTHS)}))"
_DATE_AFTER: Final = re.compile(
    rf"{_OTHER}*\s+{_YEAR}|\s+{_DAY}(?:st|nd|rd|th)?,?\s+{_YEAR}"
    rf"|\s+{_DAY}(?:(?:st|nd|rd|th)(?!\w)|(?=[.,;:)!?]?\s*$|[.,;:)!?]\s))"
)
_DAY_BEFORE: Final = re.compile(rf"(?<![\w.,]){_DAY}(?:(?:st|nd|rd|th)(?:\s+of)?)?\s+$")
_NEAR: Final = 60  # characters that a date takes at most
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)[.]?\s+$")
# What stands before a month with a capital letter, at the beginning of a sentence; else it is a name.
_BEFORE_MONTHS: Final = frozenset(
    "about after and around as at before between by during early every for from in last late mid next of "
    "on or our since the their this throughout till to until".split()
)


def names_of(names: Iterable[str]) -> Wanted:
    """Return names whole, and those of their parts that can be told from words."""
    found: _Rows = {}
    for given in dict.fromkeys(names):
        name = unicodedata.normalize("NFC", given).strip()
        for spelled in dict.fromkeys((name, name.translate(_SPELLED))):
            _add_name(found, spelled)
    return Wanted(found)


def _add_name(found: _Rows, name: str) -> None:
    runs = RUN.findall(name)
    words = row_of(name)
    if len(words) > 1 and sum(map(len, runs)) > _SHORTEST:
        found[words] = found[("".join(words),)] = Rule(whole=True)
    if any(char.isdigit() for char in name):  # such as nurse 3, which names nobody
        return
    small = name.islower()
    for part in (*runs, *("".join(RUN.findall(piece)) for piece in name.split())):
        shortest = len(part) == _SHORTEST
        if (
            len(part) < _SHORTEST
            or part.casefold() in _TITLES
            or (part[0].islower() and not small)
            or (shortest and part.isupper() and len(runs) > 1)  # a degree, such as RN
        ):
            continue
        capital = not (small and len(runs) == 1)
        _add_part(found, row_of(part), capital)
        for taken_on in _with_more(part):
            _add_part(found, row_of(taken_on), capital)
    for row in _combined(name):
        found.setdefault(row, Rule(whole=False, but=_no_initials))
    for row in _phrases(name):
        _add_part(found, row, capital=True)
        _add_part(found, ("".join(row),), capital=True)


def _add_part(found: _Rows, row: tuple[str, ...], capital: bool) -> None:
    month = len(row) == 1 and row[0] in _MONTHS
    found.setdefault(row, Rule(whole=False, capital=capital, but=_is_month if month else None))


def _with_more(part: str) -> Iterator[str]:
    """Yield a part as it stands with what languages add to it, and what of it stands alone."""
    if part.isascii() and len(part) > _SHORTEST:
        yield f"{part}s"
    if _SIGNS.fullmatch(part):
        yield from (part[at : at + 2] for at in range(len(part) - 1))
    for letters, ahead in _IN_FRONT:
        if letters.fullmatch(part) and len(part) > _SHORTEST:
            yield from (f"{one}{part}" for one in ahead)


def _phrases(name: str) -> Iterator[tuple[str, ...]]:
    """Yield the parts of several words: ``van der Berg``, ``al-Rashid``, ``O'Brien``, ``Mary-Jane``."""
    ahead: tuple[str, ...] = ()
    for piece in name.split():
        row = row_of(piece)
        if piece.islower():  # a particle
            ahead += row
            continue
        for phrase in dict.fromkeys((row, (*ahead, *row))):
            if len(phrase) > 1 and sum(map(len, phrase)) > _SHORTEST:
                yield phrase
        ahead = ()


def _combined(name: str) -> Iterator[tuple[str, ...]]:
    """Yield each part with the initials of the others, ahead of it and after it."""
    pieces = [
        piece
        for piece in re.split(r"[\s,]+", name)
        if RUN.match(piece) and not piece.islower() and piece.rstrip(".").casefold() not in _TITLES
    ][:_MOST_PARTS]
    plain = [row_of(piece) for piece in pieces]
    particles = {phrase[-1]: phrase for phrase in _phrases(name)}
    for at, row in enumerate(plain):
        others = [other[0][0] for place, other in enumerate(plain) if place != at]
        if not others or sum(map(len, row)) < _SHORTEST:
            continue
        for part in dict.fromkeys((row, row[-1:], particles.get(row[-1], row))):
            for initials in dict.fromkeys((tuple(others), ("".join(others),), (others[0],))):
                yield (*initials, *part)
                yield (*part, *initials)


def _no_initials(text: str, start: int, end: int) -> bool:
    """Say whether a letter beside a word is one by chance, as in ``a hope``: neither is capital."""
    told = text[start:end]
    if not re.search(r"\s", told):
        return False
    return any(run[0].islower() for run in (RUN.findall(told)[0], RUN.findall(told)[-1]))


def _is_month(text: str, start: int, end: int) -> bool:
    """Say whether a name that is a month's too stands in a date: beside a year or a day."""
    before, after = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
    ahead = _WORD_BEFORE.search(before)
    if ahead is not None and not ahead[1].islower() and ahead[1].lower() not in _BEFORE_MONTHS:
        return False
    if ahead is not None and ahead[1] in _TITLES:
        return False
    return bool(_DATE_AFTER.match(after) or _DAY_BEFORE.search(before))
