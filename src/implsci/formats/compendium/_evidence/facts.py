"""A study as facts, one a row: of which node, which field, what value; and a study from facts.

What a field may hold is read from the record classes, so that nothing is written down twice.

Examples:
    >>> from implsci.model import Barrier
    >>> barrier = Barrier(id="b1", label="no time", codes=("tdf-v2:goals",))
    >>> study = Study(id="a", title="A study", year=2020, barriers=(barrier,))
    >>> for fact in facts(study):
    ...     print(*fact, sep=",")
    study,,title,A study
    study,,year,2020
    barrier,b1,label,no time
    barrier,b1,codes,tdf-v2:goals
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from implsci.formats.compendium._evidence.scalars import (
    Scalar,
    number_text,
    scalar,
    scalar_cell,
    text,
    text_cell,
)
from implsci.model import Study
from implsci.model._record import FieldShape, shape

__all__ = ["KINDS", "Extras", "Fact", "Gathered", "facts"]

KINDS: Final = {
    "settings": "setting",
    "arms": "arm",
    "actors": "actor",
    "barriers": "barrier",
    "strategies": "strategy",
    "mechanisms": "mechanism",
    "relationships": "relationship",
    "outcomes": "outcome",
    "findings": "finding",
}
"""The fields of a study that hold nodes, and what one of them is called."""

_FIELD_OF: Final = {kind: name for name, kind in KINDS.items()}
_TRUTH: Final = {"true": True, "false": False}
_MOST_DIGITS: Final = 19


class Fact(NamedTuple):
    """One thing that a study says.

    Attributes:
        kind: ``study``, or the kind of node.
        id: the node's id; empty for the study.
        field: the path of the field, counted from 1 inside lists of records.
        value: the cell; empty where a record is there and says nothing.
    """

    kind: str
    id: str
    field: str
    value: str


def facts(study: Study) -> Iterator[Fact]:
    """Yield all that a study says but its id; its title comes first."""
    yield Fact("study", "", "title", text_cell(study.title))
    for field, value in _said(study, "", {"id", "title", *KINDS}):
        yield Fact("study", "", field, value)
    for name, kind in KINDS.items():
        for node in getattr(study, name):
            for field, value in _said(node, "", {"id"}):
                yield Fact(kind, node.id, field, value)


def _said(record: Any, under: str, without: set[str]) -> Iterator[tuple[str, str]]:
    for field in shape(type(record)).values():
        value = getattr(record, field.name)
        if field.name in without or (value == field.default and not field.required):
            continue
        path = f"{under}{field.name}"
        if field.kind == "extra":
            for key, item in value.items():
                yield f"{path}.{key}", scalar_cell(item)
        elif field.kind == "record":
            for number, item in enumerate(value if field.many else (value,), 1):
                place = f"{path}.{number}" if field.many else path
                there = False
                for there_as in _said(item, f"{place}.", set()):
                    there = True
                    yield there_as
                if not there:
                    yield place, ""
        else:
            for item in value if field.many else (value,):
                yield path, text_cell(item) if isinstance(item, str) else json.dumps(item)


class Gathered:
    """The facts of one study as they come, in any order.

    Args:
        identifier: the study's id.
        place: where its first row stands.

    Attributes:
        faults: place and reason of each row that cannot be.
        place: where its first row stands.
    """

    def __init__(self, identifier: str, place: str) -> None:
        self.place = place
        self.faults: list[tuple[str, str]] = []
        self._document: dict[str, Any] = {"id": identifier}
        self._nodes: dict[tuple[str, str], tuple[dict[str, Any], str]] = {}
        self._places: dict[str, str] = {}
        self._kept: list[tuple[str, Scalar]] = []

    def has_title(self) -> bool:
        """Say whether a title was put."""
        return "title" in self._document

    def put(self, fact: Fact, place: str) -> bool:
        """Take a fact; False where no field of that name is known."""
        if fact.kind == "study":
            if fact.field.partition(".")[0] in (*KINDS, "id"):
                return False
            return self._walk(self._document, Study, "", fact, place)
        name = _FIELD_OF[fact.kind]
        record = shape(Study)[name].type
        if fact.field == "id" or not _has(record, fact.field, fact.value):
            return False
        document, path = self._node(name, fact.id, place)
        return self._walk(document, record, f"{path}.", fact, place)

    def keep(self, name: str, value: Scalar) -> None:
        """Keep a value that has no field of its own."""
        self._kept.append((name, value))

    @property
    def document(self) -> dict[str, Any]:
        """The study as plain values, still to be held to the rules."""
        document = {name: _listed(value) for name, value in self._document.items()}
        extras = Extras(document.get("extra"))
        for name, value in self._kept:
            extras.keep(name, value)
        return document | {"extra": extras.values} if extras.values else document

    def place_of(self, path: str) -> str:
        """Return where the row of a path stands, as the codec writes paths: ``barriers[0].label``."""
        parts = path.replace("[", ".[").split(".")
        parts = [
            str(int(part[1:-1]) + 1) if part.startswith("[") and part[1:-1].isdecimal() else part
            for part in parts
        ]
        while parts:
            if (place := self._places.get(".".join(parts))) is not None:
                return place
            parts.pop()
        return self.place

    def _node(self, name: str, identifier: str, place: str) -> tuple[dict[str, Any], str]:
        known = self._nodes.get((name, identifier))
        if known is None:
            every = self._document.setdefault(name, _Numbered())
            number = len(every) + 1
            every[number] = {"id": identifier}
            known = self._nodes[name, identifier] = every[number], f"{name}.{number}"
            self._places[known[1]] = place
        return known

    def _walk(
        self, document: dict[str, Any], record: type, under: str, fact: Fact, place: str
    ) -> bool:
        """Go down the path of a fact, and set what it says at its end."""
        if not _has(record, fact.field, fact.value):
            return False
        name, _, rest = fact.field.partition(".")
        path = f"{under}{name}"
        while (field := shape(record)[name]).kind == "record":
            record = field.type
            if field.many:
                number, _, rest = rest.partition(".")
                path = f"{path}.{int(number)}"
                document = document.setdefault(name, _Numbered()).setdefault(int(number), {})
            else:
                document = document.setdefault(name, {})
            self._places.setdefault(path, place)
            if not rest:
                return True
            name, _, rest = rest.partition(".")
            path = f"{path}.{name}"
        if field.kind == "extra":
            path = f"{path}.{rest}"
            self._set(document.setdefault(name, {}), rest, scalar(fact.value), path, place)
        elif fact.value == "":
            pass  # an empty cell is unknown, never zero and never an empty text
        elif field.many:
            document.setdefault(name, []).append(_value(field, fact.value))
            self._places[f"{path}.{len(document[name])}"] = place
        else:
            self._set(document, name, _value(field, fact.value), path, place)
        self._places.setdefault(path, place)
        return True

    def _set(
        self, document: dict[str, Any], name: str, value: object, path: str, place: str
    ) -> None:
        if name in document:
            first = self._places.get(path, self.place)
            self.faults.append((place, f"{path}: stands twice (first in {first})"))
        document[name] = value


def _has(record: type, path: str, value: str) -> bool:
    """Say whether a record has a field at the end of a path, such as ``ratings.1.value``."""
    name, dot, rest = path.partition(".")
    while (field := shape(record).get(name)) is not None and field.kind == "record":
        record = field.type
        if field.many:
            number, dot, rest = rest.partition(".")
            if not (number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS):
                return False
        if not dot:
            return value == ""
        name, dot, rest = rest.partition(".")
    return field is not None and bool(dot) == (field.kind == "extra")


class Extras:
    """What has no field of its own, under names that stand once: ``note``, ``note (2)`` and so on."""

    def __init__(self, values: dict[str, Scalar] | None = None) -> None:
        self.values: dict[str, Scalar] = dict(values or {})
        self._last: dict[str, int] = {}

    def keep(self, name: str, value: Scalar) -> None:
        """Keep a value under a name, or under the next one that is free."""
        free, number = name, self._last.get(name, 1)
        while free in self.values:
            number += 1
            free = f"{name} ({number})"
        self._last[name] = number
        self.values[free] = value


class _Numbered(dict[int, Any]):
    """Items of a list by their number; there may be gaps between them, and any order."""


def _listed(value: Any) -> Any:
    if isinstance(value, _Numbered):
        return [_listed(value[number]) for number in sorted(value)]
    if isinstance(value, dict):
        return {name: _listed(item) for name, item in value.items()}
    return value


def _value(field: FieldShape, cell: str) -> object:
    """Return what a cell says in the type of its field; as text where it cannot, to be refused."""
    if field.type is str:
        return text(cell)
    if field.type is bool:
        return _TRUTH.get(cell.lower(), cell)
    number = number_text(cell)
    if number is None:
        return text(cell)
    if field.type is float:
        return float(number)
    whole = float(number)
    digits = number.lstrip("+-")
    if digits.isdecimal() and len(digits) <= _MOST_DIGITS:
        return int(number)
    return int(whole) if whole.is_integer() and abs(whole) < 2**53 else cell
