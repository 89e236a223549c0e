"""LaTeX in the values of BibTeX as plain text, and plain text as LaTeX.

Only what people have in bibliographies: accents, letters, signs that LaTeX reserves, commands that
set type. Any other command and mathematics stay as they are, since a text lost is worse than an odd
one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from implsci.ledger import Ledger

__all__ = ["bare", "escaped", "groups", "plain", "shielded"]

_ACCENTS: Final = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_SIGNS: Final = {
    "ss": "ß", "SS": "ẞ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ",
    "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "i": "\u0131", "j": "\u0237", "dh": "ð", "DH": "Ð",
    "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ",
    "textbackslash": "\\", "textbraceleft": "{", "textbraceright": "}", "lbrace": "{",
    "rbrace": "}", "textasciitilde": "~", "textasciicircum": "^", "textunderscore": "_",
    "textdollar": "$", "textendash": "\u2013", "textemdash": "\u2014", "textquoteleft": "\u2018",
    "textquoteright": "\u2019", "textquotedblleft": "“", "textquotedblright": "”",
    "guillemotleft": "«", "guillemotright": "»", "ldots": "…", "dots": "…", "textellipsis": "…",
    "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™",
    "pounds": "£", "textsterling": "£", "euro": "€", "texteuro": "€", "textdegree": "°",
    "S": "§", "P": "¶", "textless": "<", "textgreater": ">", "textbar": "|", "textperiodcentered": "·",
    "textmu": "µ", "times": "\u00d7", "texttimes": "\u00d7", "textpm": "±",
    "&": "&", "%": "%", "$": "$", "#": "#", "_": "_", "{": "{", "}": "}",
    " ": " ", "\n": " ", "-": "", "/": "", ",": " ", "\\": " ",
}  # fmt: skip
_SET_IN: Final = frozenset(
    """emph textit textbf textsc textsf texttt textrm textsl textup textmd textnormal text mbox
    textsuperscript textsubscript url href uppercase lowercase it bf sc em rm tt sf""".split()
)
_PIECE = re.compile(r"\\(?:[A-Za-z]+|.)|[{}$~]", re.DOTALL)
_RESERVED: Final = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
}  # fmt: skip
_ESCAPED = str.maketrans(_RESERVED)
_ADDRESS = re.compile(r"\{([^{}]*)\}")
_WRAPPED = re.compile(r"\\url\s*\{(.*)\}", re.DOTALL)
_SHIELDED = re.compile(r"\\([&%$#_~{}])")


def plain(text: str, ledger: Ledger) -> str:
    """Return what LaTeX would print; braces that only group, or keep capitals, are taken off."""
    if not _PIECE.search(text):
        return text
    found: list[str] = []
    kept: list[bool] = []  # for each open brace, whether it belongs to a command left as it is
    accents = ""
    position = 0

    def add(piece: str) -> None:
        nonlocal accents
        if accents and piece:
            piece = unicodedata.normalize("NFC", _dotted(piece[0]) + accents[::-1]) + piece[1:]
            accents = ""
        found.append(piece)

    while match := _PIECE.search(text, position):
        if match.start() > position:
            add(text[position : match.start()])
        position = match.end()
        piece = match[0]
        if piece == "{":
            kept.append(False)
        elif piece == "}":
            if kept and kept.pop():
                add("}")
        elif piece == "~":
            add(" ")
        elif piece == "$":
            end = text.find("$", position)
            stop = position if end < 0 else end + 1
            if stop > position:
                ledger.leave(
                    "LaTeX", "mathematics was kept as it is written", text[position - 1 : stop]
                )
            add(text[match.start() : stop])
            position = stop
        else:
            name = piece[1:]
            letters = name.isascii() and name.isalpha()
            if name in _ACCENTS and not (letters and len(name) > 1):
                accents += _ACCENTS[name]
                position = _past_blanks(text, position) if letters else position
            elif name in _SIGNS:
                position = _past_blanks(text, position) if letters else position
                add(_SIGNS[name])
            elif name in _SET_IN:
                ledger.leave("LaTeX", "commands that set type were taken off", piece)
                position = _past_blanks(text, position)
                if name == "url" and (address := _ADDRESS.match(text, position)):
                    add(address[1])
                    position = address.end()
            else:
                add(piece)
                if text.startswith("{", position):
                    kept.append(True)
                    found.append("{")
                    position += 1
    add(text[position:])
    if accents:
        found.append(unicodedata.normalize("NFC", f" {accents}"))
    return "".join(found)


def _dotted(letter: str) -> str:
    """Return the letter an accent is put on: a dotless one gets its dot back for Unicode."""
    return {"\u0131": "i", "\u0237": "j"}.get(letter, letter)


def _past_blanks(text: str, position: int) -> int:
    """Return where a text goes on after a command of letters, which swallows blanks."""
    while text[position : position + 1].isspace():
        position += 1
    return position


def escaped(text: str) -> str:
    """Return a text as LaTeX, such that `plain` gives it back; accents stay letters of Unicode."""
    return text.translate(_ESCAPED)


def bare(text: str) -> str:
    """Return an address or a DOI, which LaTeX takes word for word, without needless backslashes."""
    text = _WRAPPED.sub(r"\1", text.strip())
    return _SHIELDED.sub(r"\1", text.replace(r"\textasciitilde{}", "~").replace(r"{\_}", "_"))


def shielded(text: str) -> str:
    """Return an address as BibTeX can hold it: what would end its value is percent-encoded."""
    return text.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def groups(text: str, separators: re.Pattern[str]) -> list[str]:
    """Return the parts of a value, cut where a separator stands outside braces."""
    parts: list[str] = []
    depth = start = 0
    for match in re.finditer(rf"\\.|[{{}}]|{separators.pattern}", text, re.DOTALL | re.IGNORECASE):
        piece = match[0]
        if piece == "{":
            depth += 1
        elif piece == "}":
            depth = max(depth - 1, 0)
        elif depth == 0 and not piece.startswith("\\"):
            parts.append(text[start : match.start()])
            start = match.end()
    return [part for one in (*parts, text[start:]) if (part := one.strip())]
