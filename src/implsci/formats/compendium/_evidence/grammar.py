r"""Several values in one cell, as people write them: split at bars, line breaks or semicolons.

What stands between values and would be taken for a separator inside one has a backslash before it.

Examples:
    >>> split("Low trust | No time; no staff")
    ['Low trust', 'No time; no staff']
    >>> join(["a; b", "c"])
    'a\\; b; c'
    >>> [unescape(value) for value in split(join(["a; b", "c"]))]
    ['a; b', 'c']
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from implsci.formats.compendium._evidence.scalars import PRINTED

__all__ = ["escape", "join", "split", "split_at", "unescape"]

_TOKEN = re.compile(r"\\.|.", re.DOTALL)
_ESCAPED = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ENDS = re.compile(r"\A\s|\s\Z")
_MARKS = "\\|;[],:#>-"
_SURROGATES = range(0xD800, 0xE000)


def split(cell: str, brackets: str = "[]") -> list[str]:
    """Return the values of a cell, still escaped.

    Bars and line breaks part them; where there is neither, semicolons do. What stands in square
    brackets stays together.

    Args:
        cell: what stands in the cell.
        brackets: pairs of brackets in which semicolons part nothing.
    """
    values = split_at(cell, "|\n")
    return values if len(values) > 1 else split_at("".join(values), ";", brackets)


def split_at(cell: str, marks: str, brackets: str = "[]") -> list[str]:
    """Return what stands between any of some marks, outside of brackets, still escaped."""
    opening, closing = brackets[::2], brackets[1::2]
    depth = 0
    pieces: list[list[str]] = [[]]
    for sign in _TOKEN.findall(cell):
        depth += (sign in opening) - (sign in closing and depth > 0)
        if sign in marks and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(sign)
    if depth:  # a bracket that never closes holds nothing together
        return split_at(cell, marks, brackets[:-2])
    values = ("".join(piece).strip() for piece in pieces)
    return [value for value in values if value]


def join(values: Iterable[str]) -> str:
    """Return values in one cell, with semicolons between them."""
    return "; ".join(escape(value, "|;[]") for value in values)


def escape(text: str, marks: str) -> str:
    """Return a text with a backslash before each of some marks, in characters that a cell holds."""
    if not text:
        return "\\0"
    text = re.sub(f"[{re.escape(marks)}\\\\]", r"\\\g<0>", text).replace("\n", "\\n")
    return _ENDS.sub(_coded, PRINTED.sub(_coded, text))


def unescape(text: str) -> str:
    """Return a text without the backslashes that `escape` put in; any other backslash stays."""
    return _ESCAPED.sub(_meant, text) if "\\" in text else text


def _coded(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _meant(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) > 1:
        code = int(sign[1:], 16)
        return found[0] if code in _SURROGATES else chr(code)
    if sign in "n0":
        return "\n" if sign == "n" else ""
    return sign if sign in _MARKS else found[0]
