"""Reading countries out of a text: what is sure becomes a code, and the rest is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from implsci.places._iso import COUNTRIES, by_alpha_3, by_name, key
from implsci.places._languages import names_in
from implsci.places._parting import Piece, Resolved, lines, resolved

__all__ = ["Resolved", "countries"]


def __dir__() -> list[str]:
    return __all__


_PARTS_OF_GB: Final = {"england", "scotland", "wales", "northern ireland"}

_AMBIGUOUS: Final = {
    "korea": "Korea may be KR or KP",
    "congo": "Congo may be CD or CG",
    "saint martin": "Saint Martin may be MF or SX",
    "virgin islands": "the Virgin Islands may be VG or VI",
    "america": "America may be a country or a continent",
    "yugoslavia": "Yugoslavia is no country any more",
    "czechoslovakia": "Czechoslovakia is no country any more",
    "soviet union": "the Soviet Union is no country any more",
    "ussr": "the Soviet Union is no country any more",
    "east germany": "East Germany is no country any more",
    "netherlands antilles": "the Netherlands Antilles are no country any more",
    "channel islands": "the Channel Islands are GG and JE",
    "eu": "the European Union is no country",
    "european union": "the European Union is no country",
}
_NOT_SAID: Final = {
    "NA": "NA is the code of Namibia and often means not available",
    "NR": "NR is the code of Nauru and often means not reported",
}
_OTHER_CODES: Final = {"UK": "GB", "EL": "GR"}

_WITH_CHINA: Final = {"hong kong china", "macao china", "macau china", "taiwan china"}

# Postal codes of the states of the US: beside a piece that is no country, "MA" is hardly Morocco.
_STATES: Final = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC".split()
)

# What a name has after the comma where it is turned about, as in "Korea, Republic of".
_TURNED: Final = frozenset(
    "american and arab bolivarian british democratic dem dutch east eastern equatorial fed federal "
    "federated former french islamic kingdom new north northern of people peoples plurinational "
    "province rep republic s south southern special state states sts u union united us west "
    "western".split()
)


def countries(text: str, languages: Sequence[str] = ()) -> Resolved:
    r"""Read the countries out of a text, such as a cell of a spreadsheet.

    Codes of ISO 3166-1, the names of the standard and of the World Bank, common, short and former
    names are known, without regard to case and accents. Codes count in capitals, those of three
    letters also with one, as ``Can``; in small letters they are words, as ``us`` and ``can`` are.
    Pieces are parted by semicolons, bars, line breaks, commas, slashes, brackets, ``&``, dashes
    between blanks, and "and"; a name that holds one of these is taken whole, also where it is turned
    about, as "Samoa, American". What may mean several things, or nothing that is known, is listed and
    never guessed. Before a comma no name counts where nothing but unknown words follow, as in
    "Jordan, Michael". What is read as a country and has another common meaning, as CA and Georgia,
    states of the US, has a note each time.

    Args:
        text: the text; a blank one holds nothing.
        languages: ISO 639 codes of languages whose names of countries are to be known as well, as
            ``("fr", "es")``. They come from pycountry, of the extra ``formats``; without them the
            result is the same on every machine.

    Raises:
        MissingExtraError: `languages` are asked for, and pycountry is not installed.
        UnknownNameError: pycountry has no names in a language.

    Examples:
        >>> countries("US, Can\nLao PDR and Korea, Republic of").codes
        ('US', 'CA', 'LA', 'KR')
        >>> countries("Kenya / Atlantis").unresolved
        ('Atlantis',)
        >>> countries("Samoa, American").codes, countries("Jordan, Michael").codes
        (('AS',), ())
        >>> countries("Wales").notes
        ('Wales is part of GB',)
    """
    further: Mapping[str, str] = names_in(tuple(languages)) if languages else {}
    found = lines(text, lambda piece: _read(piece, further))
    for line, pieces in found:
        _doubt_turned(line, pieces)
    _doubt_states([pieces for _, pieces in found])
    return resolved(found)


def _read(piece: Piece, further: Mapping[str, str]) -> None:
    """Find the country that a piece names, if it names just one."""
    text = piece.text
    if text in _NOT_SAID:
        piece.note = _NOT_SAID[text]
        return
    piece.code = _coded(text)
    if piece.code is None:
        _read_name(piece, key(text), further)
        if piece.code is None and piece.note is None:
            _read_name(piece, _turned_key(text), further)
    elif text in _STATES:
        piece.note = f"{text} is read as {COUNTRIES[piece.code]}, not as the state of the US"
    if piece.code == "XK":
        piece.note = "XK for Kosovo is in general use and not in ISO 3166-1"


def _coded(text: str) -> str | None:
    if len(text) == 2:
        code = _OTHER_CODES.get(text, text)
        return code if code in COUNTRIES else None
    if len(text) == 3 and (text.isupper() or text.istitle()):
        return by_alpha_3().get(text.upper())
    return None


def _read_name(piece: Piece, name: str, further: Mapping[str, str]) -> None:
    if name in _AMBIGUOUS:
        piece.note = _AMBIGUOUS[name]
    elif name in _PARTS_OF_GB:
        piece.code, piece.note = "GB", f"{piece.text} is part of GB"
    else:
        piece.code = by_name().get(name) or further.get(name)
    if name == "georgia":
        piece.note = "Georgia is read as the country, not as the state of the US"
    elif name in _WITH_CHINA:
        piece.note = f"{piece.text} is read as {piece.code} alone"


def _turned_key(text: str) -> str:
    """Return the key of "Republic of X" for "X, Republic of"; empty where there are two names."""
    name, _, rest = text.rpartition(",")
    return "" if not name or key(rest) in by_name() else key(f"{rest} {name}")


def _doubt_turned(line: str, pieces: Sequence[Piece]) -> None:
    """Take back a name before a comma that may belong to what follows, where that is no country."""
    alone = not any(piece.code for piece in pieces[1:])
    for index, (piece, rest) in enumerate(pairwise(pieces)):
        if piece.code is None or rest.code is not None or _coded(piece.text):
            continue
        turned = _TURNED.issuperset(key(rest.text).split())
        if "," in line[piece.end : rest.start] and (turned or (alone and index == 0)):
            piece.code = None
            piece.note = f"{piece.text} may be part of a name that is no country's"


def _doubt_states(found: Sequence[Sequence[Piece]]) -> None:
    """Take back what is as likely a state of the US, going by what stands beside it."""
    strange = any(
        piece.code is None and piece.text in _STATES for pieces in found for piece in pieces
    )
    for pieces in found:
        beside = strange or any(piece.code is None for piece in pieces)
        in_us = any(piece.code == "US" for piece in pieces)
        named_us = any(piece.code == "US" and piece.text != "US" for piece in pieces)
        for piece in pieces:
            named = key(piece.text) == "georgia"
            state = named or piece.text in _STATES
            if state and piece.code and (beside or (in_us if named else named_us)):
                piece.code, piece.note = None, f"{piece.text} may be a state of the US"
