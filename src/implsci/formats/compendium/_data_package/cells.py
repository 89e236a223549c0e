"""Values as cells and back, so that nothing is mistaken for anything else.

An empty cell is what is unknown. Text that is empty, or that a spreadsheet would run, has an
apostrophe before it; so has text of nothing but apostrophes, that it be told from them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from implsci.escaping import inert, live
from implsci.formats.compendium._data_package.tables import Type

__all__ = ["hidden", "line", "shown", "to_cell", "to_extra", "to_value", "from_extra"]

_QUOTED = re.compile(r'[",\r\n]')
_INTEGER = re.compile(r"[+-]?[0-9]{1,25}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BOOLEANS = {"true": True, "false": False}
_EXTRA: Final[Mapping[str, tuple[Type, type]]] = {
    "boolean": ("boolean", bool), "integer": ("integer", int), "number": ("number", float),
}  # fmt: skip


def hidden(text: str) -> str:
    """Return a text as a cell that is neither empty nor run."""
    return inert(text) if text.strip("'") else f"'{text}"


def shown(cell: str) -> str:
    """Return the text behind a cell."""
    return live(cell) if cell.strip("'") else cell[1:]


def to_cell(value: object, type: Type) -> str:
    """Return a value as a cell: None and the empty list are an empty one."""
    if value is None or value == ():
        return ""
    if type == "array":
        assert isinstance(value, tuple)
        return json.dumps(value, ensure_ascii=False)
    if type == "boolean":
        return "true" if value else "false"
    if type == "number":
        assert isinstance(value, (int, float))
        return repr(float(value))
    return str(value) if type == "integer" else hidden(str(value))


def to_value(cell: str, type: Type) -> object:
    """Return the value of a cell that is not empty; the text itself where it is of no such type.

    The reader of records says then what was expected.
    """
    if type == "string":
        return shown(cell)
    if type == "array":
        try:
            return msgspec.json.decode(cell)
        except (msgspec.DecodeError, RecursionError):
            return cell
    if type == "boolean":
        return _BOOLEANS.get(cell.strip().lower(), cell)
    if type == "integer":
        return int(cell) if _INTEGER.fullmatch(cell.strip()) else cell
    if _NUMBER.fullmatch(cell.strip()) and math.isfinite(number := float(cell)):
        return number
    return cell


def to_extra(value: object) -> tuple[str, str]:
    """Return the kind of a plain value and its cell."""
    if value is None:
        return "null", ""
    if isinstance(value, bool):
        return "boolean", to_cell(value, "boolean")
    if isinstance(value, int):
        return "integer", hidden(str(value))
    if isinstance(value, float):
        return "number", hidden(repr(value))
    return "text", hidden(str(value))


def from_extra(kind: str, cell: str) -> object:
    """Return the plain value of a cell.

    Raises:
        ValueError: it is none of that kind.
    """
    if kind == "null" and not cell:
        return None
    if kind == "text" and cell:
        return shown(cell)
    if cell and kind in _EXTRA:
        own, wanted = _EXTRA[kind]
        value = to_value(shown(cell), own)
        if isinstance(value, wanted):
            return value
    raise ValueError(f"expected a value of type {kind!r}, got {cell!r:.60}")


def line(cells: list[str]) -> bytes:
    """Return cells as a line of CSV (RFC 4180, with a line feed at the end) in UTF-8."""
    text = ",".join(
        '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells
    )
    return f"{text}\n".encode()
