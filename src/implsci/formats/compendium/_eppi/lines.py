"""Lines of ours in the free texts of EPPI-Reviewer, where its form has no field.

A text of ours begins with a mark and goes on with ``name: value``, a line each, so that people can
read it in the program too.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import Final

from implsci.model._record import FieldShape, Record, shape

__all__ = ["MARK", "Lines", "heard", "record_lines", "record_values", "said"]

MARK: Final = "[implsci]"
"""The first line of a text of ours."""

Lines = Mapping[str, list[str]]
"""The values of each name, in order."""

_KINDS: Final = ("scalar", "choice")


def said(lines: Iterable[tuple[str, object]]) -> str:
    """Return names and values as a text of ours."""
    return "\n".join([MARK, *(f"{name}: {_shown(value)}" for name, value in lines)])


def heard(text: str) -> Lines | None:
    """Return what a text of ours says; None for a text of somebody else's."""
    first, *others = text.replace("\r\n", "\n").split("\n")
    if first.rstrip() != MARK:
        return None
    found: dict[str, list[str]] = {}
    for line in others:
        name, colon, value = line.partition(":")
        if colon:
            found.setdefault(name.strip(), []).append(_plain(value.removeprefix(" ")))
    return found


def record_lines(
    record: Record, skip: Container[str] = (), prefix: str = ""
) -> list[tuple[str, object]]:
    """Return the plain fields of a record that say something; records inside it are left out."""
    lines: list[tuple[str, object]] = []
    for name, field in shape(type(record)).items():
        value = getattr(record, name)
        if name in skip or field.kind not in _KINDS or value == field.default:
            continue
        lines += [(prefix + name, item) for item in (value if field.many else (value,))]
    return lines


def record_values(cls: type[Record], lines: Lines, prefix: str = "") -> dict[str, object]:
    """Return the fields of a record that lines name, as far as they can be read."""
    values: dict[str, object] = {}
    for name, field in shape(cls).items():
        texts = lines.get(prefix + name)
        if texts is None or field.kind not in _KINDS:
            continue
        read = [value for text in texts if (value := _read(field, text)) is not None]
        if read:
            values[name] = tuple(read) if field.many else read[0]
    return values


def _read(field: FieldShape, text: str) -> object:
    value: object = text
    try:
        if field.type is bool:
            value = {"true": True, "false": False}.get(text)
        elif field.type is int:
            value = int(text)
        elif field.type is float:
            value = int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return None
    return value if field.fits(value) else None


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    return repr(value)


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    pieces = text.split("\\\\")
    return "\\".join(piece.replace("\\n", "\n").replace("\\r", "\r") for piece in pieces)
