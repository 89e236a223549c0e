"""The checks that the rules of several record classes share.

Each adds to a list what it finds. Items of the wrong type have been reported before a rule runs and
reach it as None, so every check passes over None.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from implsci.codes import is_code
from implsci.errors import Fault

__all__ = [
    "LARGEST",
    "before",
    "codes",
    "count",
    "countries",
    "country",
    "date",
    "distinct",
    "filled",
    "identifier",
    "identities",
    "is_code",
    "loop",
    "number",
    "positive",
    "references",
    "span",
    "within",
]

LARGEST: Final = 2**63 - 1

_is_date = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?").fullmatch


def identifier(faults: list[Fault], text: str) -> None:
    """An id is 1 to 200 printable characters without spaces or ``#`` (which joins file and id)."""
    if text is not None and not (
        0 < len(text) <= 200 and text.isprintable() and " " not in text and "#" not in text
    ):
        faults.append(
            Fault(
                "id", f"expected 1 to 200 printable characters without spaces or '#', got {text!r}"
            )
        )


class _Named(Protocol):
    @property
    def id(self) -> str: ...


def identities(faults: list[Fault], name: str, records: Iterable[_Named]) -> None:
    """Ids inside one record stand once."""
    seen: set[str] = set()
    for index, record in enumerate(records):
        if record.id is None:
            continue
        if record.id in seen:
            faults.append(Fault(f"{name}[{index}].id", f"{record.id!r} stands twice"))
        seen.add(record.id)


def filled(faults: list[Fault], name: str, text: str | None) -> None:
    """A text that is given says something."""
    if text is not None and (not text or text.isspace()):
        faults.append(Fault(name, "expected some text, got none"))


def codes(faults: list[Fault], name: str, values: Iterable[str]) -> None:
    """Codes are written ``scheme:name`` and stand once."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value is None:
            continue
        if not is_code(value):
            faults.append(Fault(f"{name}[{index}]", f"expected a code scheme:name, got {value!r}"))
        elif value in seen:
            faults.append(Fault(f"{name}[{index}]", f"{value!r} stands twice"))
        seen.add(value)


def references(
    faults: list[Fault], name: str, values: Iterable[str], known: Iterable[str], kind: str
) -> None:
    """References name a node of the study, each once."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value is None:
            continue
        if value not in known:
            faults.append(Fault(f"{name}[{index}]", f"{value!r} names no {kind} of this study"))
        elif value in seen:
            faults.append(Fault(f"{name}[{index}]", f"{value!r} stands twice"))
        seen.add(value)


def date(faults: list[Fault], name: str, text: str | None) -> None:
    """A date is ISO 8601 to the precision known: a year, a month or a day."""
    if text is None:
        return
    if _is_date(text) is None:
        faults.append(Fault(name, f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {text!r}"))
    elif len(text) == 10:
        from datetime import date as day  # few records hold a day, and importing it is not free

        try:
            day.fromisoformat(text)
        except ValueError:
            faults.append(Fault(name, f"{text} is no day of the calendar"))


def loop(follows: Mapping[str, Iterable[str]]) -> list[str]:
    """Return one circle of references, its first name last again; empty where there is none."""
    from graphlib import CycleError, TopologicalSorter  # few records hold references of this kind

    try:
        TopologicalSorter(follows).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def distinct(faults: list[Fault], name: str, values: Iterable[str]) -> None:
    """Texts of a list say something, and stand once."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value is None:
            continue
        if not value or value.isspace():
            faults.append(Fault(f"{name}[{index}]", "expected some text, got none"))
        elif value in seen:
            faults.append(Fault(f"{name}[{index}]", f"{value!r} stands twice"))
        seen.add(value)


def span(
    faults: list[Fault],
    start: str | None,
    end: str | None,
    names: tuple[str, str] = ("start", "end"),
) -> None:
    """A period has two dates, and does not end before it begins."""
    known = len(faults)
    date(faults, names[0], start)
    date(faults, names[1], end)
    if len(faults) == known and start is not None and end is not None and before(end, start):
        faults.append(Fault(names[1], f"{end} lies before {names[0]}, {start}"))


def before(one: str, other: str) -> bool:
    """Say whether one date lies before another for certain, at the precision that both have."""
    length = min(len(one), len(other))
    return one[:length] < other[:length]


def within(faults: list[Fault], name: str, value: float | None, low: float, high: float) -> None:
    """A number lies in a closed range."""
    if value is not None and not low <= value <= high:
        faults.append(Fault(name, f"expected {low:g} to {high:g}, got {number(value)}"))


def positive(faults: list[Fault], name: str, value: float | None) -> None:
    """A number is above zero, and a whole one fits 64 bits."""
    if value is not None and not (value > 0 and (isinstance(value, float) or value <= LARGEST)):
        faults.append(Fault(name, f"expected a number above 0, got {number(value)}"))


def count(faults: list[Fault], name: str, value: int | None) -> None:
    """A count is not negative, and fits the 64 bits that other programs keep it in."""
    if value is not None and not 0 <= value <= LARGEST:
        faults.append(Fault(name, f"expected 0 or more, got {number(value)}"))


def countries(faults: list[Fault], values: Iterable[str]) -> None:
    """Countries are written as ISO 3166-1 alpha-2 and stand once."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if value is None:
            continue
        country(faults, f"countries[{index}]", value)
        if value in seen:
            faults.append(Fault(f"countries[{index}]", f"{value!r} stands twice"))
        seen.add(value)


def country(faults: list[Fault], name: str, text: str) -> None:
    """A country is two capital letters."""
    if not (len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()):
        faults.append(
            Fault(name, f"expected ISO 3166-1 alpha-2, two capitals such as KE, got {text!r}")
        )


def number(value: float) -> str:
    """Return a number in a form that is short and never fails."""
    if isinstance(value, int) and abs(value) > LARGEST:
        return "a number of more than 64 bits"
    return f"{value:g}" if isinstance(value, float) else str(value)
