r"""Texts and plain values in the cells of a table, so that each comes back as it was.

A cell loses blanks around it, a workbook takes no control characters, and an empty cell means
unknown. A text that would suffer stands in its cell as a backslash and a JSON string, which no person
writes by accident: ``\" two blanks before"``. What stands so is taken word by word.

Examples:
    >>> text_cell("No time"), text_cell("")
    ('No time', '\\""')
    >>> scalar("12"), scalar("12.50"), scalar("true"), scalar(scalar_cell("12"))
    (12, '12.50', True, '12')
"""

from __future__ import annotations

import json
import math
import re

__all__ = [
    "PRINTED",
    "Scalar",
    "is_quoted",
    "number_text",
    "quoted",
    "scalar",
    "scalar_cell",
    "text",
    "text_cell",
    "title",
    "title_cell",
]

Scalar = str | int | float | bool | None

_CONTROLS = "\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff"
# Excel writes a control character as _x000D_, and so reads what looks like one.
PRINTED = re.compile(rf"[{_CONTROLS}]|_(?=x[0-9A-Fa-f]{{4}}_)")
"""What of a text no cell can hold as it is, blanks at its ends apart."""

_SUFFERS = re.compile(rf'{PRINTED.pattern}|\A\\"|\A\s|\s\Z|\A\Z')
_RUN_OF_BLANKS = re.compile(r"\s(?=\s)|[^\S ]")
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")
_WORDS = {"null": None, "true": True, "false": False}
_LARGEST = 2**63 - 1
_LONGEST_NUMBER = 400
_COMMA = re.compile(r"[+-]?\d+,\d+")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def quoted(text: str) -> str:
    """Return a text as a backslash and a JSON string, in characters that every table holds."""
    return "\\" + PRINTED.sub(_escape, json.dumps(text, ensure_ascii=False))


def is_quoted(cell: str) -> bool:
    """Say whether a cell holds a text word by word."""
    return cell.startswith('\\"') and _unquoted(cell) is not None


def text_cell(text: str) -> str:
    """Return the cell that gives a text back."""
    return quoted(text) if _SUFFERS.search(text) else text


def text(cell: str) -> str:
    """Return the text of a cell."""
    found = _unquoted(cell) if cell.startswith('\\"') else None
    return cell if found is None else found


def title_cell(text: str) -> str:
    """Return a text as part of a title, where blanks that follow each other become one."""
    if _SUFFERS.search(text) or _RUN_OF_BLANKS.search(text):
        return _RUN_OF_BLANKS.sub(_escape, quoted(text))
    return text


title = text


def scalar_cell(value: Scalar) -> str:
    """Return the cell that gives a plain value back, and its type with it."""
    if not isinstance(value, str):
        return json.dumps(value)
    cell = text_cell(value)
    return cell if cell == value == scalar(cell) else quoted(value)


def scalar(cell: str) -> Scalar:
    """Return the plain value of a cell: a number only where it is written as JSON writes it."""
    if cell in _WORDS:
        return _WORDS[cell]
    if len(cell) <= _LONGEST_NUMBER and _NUMBER.fullmatch(cell):
        try:
            number = json.loads(cell)
        except ValueError:
            return cell
        plain = math.isfinite(number) if isinstance(number, float) else abs(number) <= _LARGEST
        if plain and json.dumps(number) == cell:
            return number  # type: ignore[no-any-return]
    return text(cell)


def number_text(cell: str) -> str | None:
    """Return a number with a point, where a cell holds one; a decimal comma is read where it can be.

    ``1,234`` may be either, and so is neither.
    """
    if _COMMA.fullmatch(cell) and not _THOUSANDS.fullmatch(cell):
        cell = cell.replace(",", ".")
    return cell if len(cell) <= _LONGEST_NUMBER and _FLOAT.fullmatch(cell) else None


def _unquoted(cell: str) -> str | None:
    try:
        found = json.loads(cell[1:])
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, str) else None


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
