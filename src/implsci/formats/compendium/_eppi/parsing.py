"""JSON of other programs, looked at without trust."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path

from implsci.errors import FormatError, InvalidTableError
from implsci.formats._text import read_text
from implsci.ledger import Ledger
from implsci.model._rules import LARGEST

__all__ = [
    "as_list",
    "as_map",
    "as_number",
    "as_plain",
    "as_said",
    "as_text",
    "parse",
    "read_document",
]

_ESCAPED_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_document(path: Path, ledger: Ledger, title: str) -> object:
    """Return what a file of JSON holds.

    Raises:
        FormatError: it is no JSON, nested too deeply, or no text.
        UnreadableFileError: it cannot be opened.
    """
    try:
        text = read_text(path, ledger)
    except InvalidTableError as error:
        raise FormatError(str(path), title, "; ".join(map(str, error.faults))) from None
    try:
        return parse(text, ledger)
    except ValueError as error:
        raise FormatError(str(path), title, str(error)) from None


def parse(text: str, ledger: Ledger) -> object:
    """Return what JSON says; of a key that stands twice in an object, the last value.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """

    def together(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            for name in found:
                if sum(name == other for other, _ in pairs) > 1:
                    ledger.leave(name, "stands twice in an object; the last value is read")
        return found

    try:
        found: object = json.loads(text, object_pairs_hook=together)
    except RecursionError:
        raise ValueError("nested too deeply to be read") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}: no JSON: {error.msg}") from None
    return _whole(found, ledger) if _ESCAPED_HALF.search(text) else found


def _whole(value: object, ledger: Ledger) -> object:
    """Return the same with halves of characters joined, and lone ones replaced."""
    if isinstance(value, str):
        if value.isascii():
            return value
        try:
            value.encode()
        except UnicodeEncodeError:
            joined = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if "\N{REPLACEMENT CHARACTER}" in joined:
                ledger.leave("encoding", "half characters replaced by \N{REPLACEMENT CHARACTER}")
            return joined
        return value
    if isinstance(value, list):
        return [_whole(item, ledger) for item in value]
    if isinstance(value, dict):
        return {_whole(name, ledger): _whole(item, ledger) for name, item in value.items()}
    return value


def as_map(value: object) -> Mapping[str, object]:
    """Return an object's fields; none of anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a list's items; none of anything else."""
    return value if isinstance(value, list) else []


def as_text(value: object) -> str:
    """Return plain text without blanks around it; empty for what is none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return ""


def as_said(value: object) -> str:
    """Return text as it is; empty for what is none, or blank."""
    return value if isinstance(value, str) and value.strip() else ""


def as_plain(value: object) -> str | int | float | bool | None:
    """Return a plain value that a record can hold; as text where it is no such number."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float)) and abs(value) <= LARGEST:
        return value
    return str(value)


def as_number(value: object) -> float | None:
    """Return a finite number, also one written as text; None for anything else."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
