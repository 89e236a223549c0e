"""How a contact may stand in a text: an e-mail address, a number, and whatever its field holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from implsci.casebook._phones import phones
from implsci.casebook._words import Rule, Span, Wanted, joined_at, row_of

__all__ = ["contacts_of", "is_call", "mails"]

_AT: Final = r"(?:[@\uff20]|%40|&#0*64;|&#x0*40;|&commat;|\s?[\[({]\s?at\s?[\])}]\s?)"
_DOT: Final = r"(?:[.\uff0e]|\s?[\[({]\s?(?:dot|[.])\s?[\])}]\s?)"
_HOST: Final = re.compile(rf"{_AT}[\w-]+(?:{_DOT}[\w-]+)+", re.IGNORECASE)
_USER: Final = re.compile(rf"[\w+%'-]+(?:{_DOT}[\w+%'-]+)*$", re.IGNORECASE)
_LONGEST_USER: Final = 128  # characters; addresses may have 64
_CALLED: Final = re.compile(r"(?:tel|sms|callto|mailto|skype|whatsapp):", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^[a-z][a-z+.-]*://(?:www[.])?|^@+", re.IGNORECASE)
_JOINED: Final = re.compile(r"\w[._]\w")
# Words that say what kind of contact follows, and are none themselves.
_LABELS: Final = frozenset(
    "and at call cell cellphone contact direct e email ext extension fax home line mail mob mobile no number "
    "office or p phone post reception skype sms t tel telephone text twitter via web website whatsapp work "
    "www".split()
)
_SHORTEST: Final = 4  # characters of a contact that is one word
_SHORTEST_JOINED: Final = 5  # letters and digits of one that points or strokes join


def mails(text: str) -> tuple[Span, ...]:
    """Return where e-mail addresses stand, also those spelled out in brackets."""
    found: list[Span] = []
    for host in _HOST.finditer(text):
        reached = found[-1][1] if found else 0
        start = max(reached, host.start() - _LONGEST_USER)
        user = _USER.search(text[start : host.start()])
        if user is not None:
            begin = start + user.start() + len(user[0]) - len(user[0].lstrip("'%-"))
            found.append((begin, host.end()))
    return tuple(found)


def is_call(url: str) -> bool:
    """Say whether an address is one that calls or writes to somebody."""
    return _CALLED.match(url.strip()) is not None


def contacts_of(contacts: Iterable[str]) -> Wanted:
    """Return what contacts are known by beside addresses and numbers of the usual form."""
    rows = {row for contact in dict.fromkeys(contacts) for row in _rows(contact) if row}
    return Wanted(dict.fromkeys(rows, Rule(whole=True)))


def _rows(contact: str) -> Iterator[tuple[str, ...]]:
    without = joined_at(contact, phones(contact), ";")
    for piece in re.split(r"[;|\n]", joined_at(without, mails(without), ";")):
        if len(row := row_of(piece)) > 1 and not _LABELS.issuperset(row):
            yield row
    pieces = contact.split()
    if len(pieces) == 1 and len(contact) >= _SHORTEST and len(row := row_of(contact)) == 1:
        yield row
    for piece in pieces:
        user, at, host = piece.strip("<>()[],;:").partition("@")
        if at and user:  # as it may be spelled out: at, dot
            for dot in (" ", " dot "):
                ending = row_of(dot.join(host.split(".")))
                yield (*row_of(user), *ending)
                yield (*row_of(user), "at", *ending)
        elif _JOINED.search(bare := _SCHEME.sub("", piece.strip("<>()[],;:"))):
            row = row_of(bare)
            if any(part.isalpha() for part in row) and sum(map(len, row)) >= _SHORTEST_JOINED:
                yield row
