"""Paths into a study: where an item of a checklist finds its answer.

A path is field names joined by dots, from the thing asked about: ``dose``, ``measurements.value``.
``study.`` begins at the study, ``parent.`` at what holds the thing. A step may keep only what has a
wanted value: ``outcomes[kind=client|population]``. Where a field holds ids, the next step goes on
at the nodes they name: ``findings.outcome[kind=implementation]``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Mechanism,
    Outcome,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model._record import FieldShape, Record, shape
from implsci.names import close_names

__all__ = ["Located", "Nodes", "Step", "class_at", "leads", "parsed", "places", "records"]

_STEP: Final = r"[a-z_]+(?:\[[a-z_]+=[^\[\]]+\])?"
_PATH: Final = re.compile(rf"{_STEP}(?:\.{_STEP})*")
_PARTS: Final = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<field>[a-z_]+)=(?P<wanted>[^\[\]]+)\])?")

# What the ids of a field name; a field may have the same name in several classes.
_NAMED: Final[Mapping[str, type[Record]]] = {
    "acts_through": Mechanism,
    "addresses": Barrier,
    "arm": Arm,
    "barriers": Barrier,
    "builds": Relationship,
    "comparator_arm": Arm,
    "comparator_strategies": Strategy,
    "mechanisms": Mechanism,
    "outcome": Outcome,
    "outcomes": Outcome,
    "parties": Actor,
    "relationship": Relationship,
    "setting": Setting,
    "strategies": Strategy,
}
_KINDS: Final = (
    "settings", "arms", "actors", "barriers", "strategies", "mechanisms", "relationships", "outcomes",
)  # fmt: skip


class Step(NamedTuple):
    """One step of a path, with what it keeps."""

    name: str
    field: str | None
    wanted: frozenset[str]


class Located(NamedTuple):
    """A record and its place in the study."""

    place: str
    record: Record


def parsed(path: str) -> tuple[Step, ...]:
    """Return the steps of a path.

    Raises:
        ValueError: it is none.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(f"expected field names joined by dots, got {path!r}")
    return tuple(
        Step(part["name"], part["field"], frozenset((part["wanted"] or "").split("|")))
        for part in _PARTS.finditer(path)
    )


def class_at(
    path: str, start: type[Record], parent: type[Record] | None = None
) -> type[Record] | None:
    """Return the class of the records at the end of a path, None where it ends in plain values.

    Raises:
        ValueError: it is no path, or a field on the way is none of its class.
    """
    steps = parsed(path)
    here: type[Record] | None = start
    if steps[0].name == "study" or (steps[0].name == "parent" and parent is not None):
        here = Study if steps[0].name == "study" else parent
        steps = steps[1:]
        if not steps:
            raise ValueError(f"{path!r}: expected a field after it")
    for step in steps:
        if here is None:
            raise ValueError(f"{path!r}: nothing lies below plain values at {step.name!r}")
        here = _next(path, step, here)
    return here


def _next(path: str, step: Step, here: type[Record]) -> type[Record] | None:
    field = _field(path, step.name, here)
    held: type[Record] | None = None
    if field.kind == "record":
        held = field.type
    elif field.type is str and step.name in _NAMED:
        held = _NAMED[step.name]
    if step.field is not None:
        if held is None:
            raise ValueError(f"{path!r}: {step.name!r} holds plain values, which have no field")
        _field(path, step.field, held)
    return held


def _field(path: str, name: str, owner: type[Record]) -> FieldShape:
    fields = shape(owner)
    if name not in fields:
        close = close_names(name, fields)
        hint = f"; did you mean {', '.join(close)}?" if close else ""
        where = "" if path == name else f"{path!r}: "
        raise ValueError(f"{where}{name!r} is no field of {owner.__name__}{hint}")
    return fields[name]


class Nodes:
    """The nodes of a study by id, looked up only where a path follows an id."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._found: dict[str, Located] | None = None

    def get(self, identifier: str) -> Located | None:
        """Return the node of an id, None where there is none."""
        if self._found is None:
            self._found = {
                node.id: Located(f"{kind}[{index}]", node)
                for kind in _KINDS
                for index, node in enumerate(getattr(self._study, kind))
            }
        return self._found.get(identifier)


def leads(steps: tuple[Step, ...], start: Located, nodes: Nodes) -> bool:
    """Say whether anything stands at the end of a path."""
    if len(steps) == 1 and steps[0].field is None:
        value = getattr(start.record, steps[0].name)
        return any(map(_filled, value)) if isinstance(value, tuple) else _filled(value)
    return next(places(steps, start, nodes), None) is not None


def places(steps: tuple[Step, ...], start: Located, nodes: Nodes) -> Iterator[str]:
    """Yield where, at the end of a path, something stands."""
    if not steps:
        yield start.place
        return
    step, *rest = steps
    for place, value in _values(getattr(start.record, step.name), start.place, step.name):
        held = _held(value, place, nodes)
        if step.field is not None and not (held and _wanted(held.record, step)):
            continue
        if not rest:
            yield place
        elif held:
            yield from places(tuple(rest), held, nodes)


def records(steps: tuple[Step, ...], study: Study) -> Iterator[tuple[Located, Located]]:
    """Yield every record at the end of a path from a study, each with what holds it."""
    reached = [(Located("", study), Located("", study))]
    for step in steps:
        reached = [
            (Located(place, value), own)
            for own, _ in reached
            for place, value in _values(getattr(own.record, step.name), own.place, step.name)
            if isinstance(value, Record) and (step.field is None or _wanted(value, step))
        ]
    yield from reached


def _values(value: object, place: str, name: str) -> Iterator[tuple[str, object]]:
    """Yield what a field holds, each with its place; nothing where it is empty."""
    at = f"{place}.{name}" if place else name
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            if _filled(item):
                yield f"{at}[{index}]", item
    elif _filled(value):
        yield at, value


def _filled(value: object) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and value != {}


def _held(value: object, place: str, nodes: Nodes) -> Located | None:
    if isinstance(value, Record):
        return Located(place, value)
    return nodes.get(value) if isinstance(value, str) else None


def _wanted(record: Record, step: Step) -> bool:
    value = getattr(record, step.field or "")
    values = value if isinstance(value, tuple) else (value,)
    return any(str(item) in step.wanted for item in values if item is not None)
