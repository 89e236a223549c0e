r"""Barriers, strategies and the other nodes of a study in one cell, in a way that a person can write.

A node is its label, and what is known of it: ``No time [tdf-v2:goals; individual]``. A bar stands
between nodes. In square brackets are codes, and words of the closed lists that its class has. Nodes
count as b1, b2 ... in their order, as s1, s2 ... and so on; one with another id begins with it:
``#no-time No time``. An arrow leads to the nodes that a strategy addresses, works through, builds or
is meant to change: ``Reminders -> b1, r1``. A finding is ``o1: improved [effect] <- s1, s2``.

Examples:
    >>> from implsci.model import Strategy
    >>> node_cell("strategy", (Strategy(id="s1", label="Reminders", addresses=("b1",)),))
    'Reminders -> b1'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from implsci.codes import is_code
from implsci.formats.compendium._evidence.columns import key
from implsci.formats.compendium._evidence.facts import KINDS
from implsci.formats.compendium._evidence.grammar import escape, split, split_at, unescape
from implsci.formats.compendium._evidence.values import label_of
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.model._record import shape

__all__ = ["CARRIED", "PREFIXES", "Sketch", "node_cell", "nodes", "sketched"]

PREFIXES: Final = {
    "setting": "site",
    "arm": "arm",
    "actor": "a",
    "barrier": "b",
    "strategy": "s",
    "mechanism": "m",
    "relationship": "r",
    "outcome": "o",
    "finding": "f",
}
"""What the ids of each kind of node begin with, where none is given."""

_LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "arm": {"strategy": "strategies"},
    "strategy": {
        "barrier": "addresses",
        "mechanism": "acts_through",
        "relationship": "builds",
        "outcome": "outcomes",
    },
    "mechanism": {"barrier": "barriers"},
    "relationship": {"actor": "parties"},
    "finding": {"strategy": "strategies", "barrier": "barriers", "mechanism": "mechanisms"},
}
"""For each kind of node, the field that an arrow to each other kind fills."""

_CLASSES: Final = {kind: shape(Study)[name].type for name, kind in KINDS.items()}
_UNWORDED: Final = ("direction", "role")  # one stands before the bracket, one needs a relationship
_WORDS: Final = {
    kind: {
        key(str(word)): (field.name, word)
        for field in shape(cls).values()
        if field.kind == "choice" and field.type is str and field.name not in _UNWORDED
        for word in field.choices
    }
    for kind, cls in _CLASSES.items()
}
_DIRECTIONS: Final = {
    key(str(word)): word for word in shape(_CLASSES["finding"])["direction"].choices
}

CARRIED: Final = {
    kind: {
        "id",
        *(("outcome", "direction") if kind == "finding" else ("label", "codes")),
        *(field for field, _ in _WORDS[kind].values()),
        *_LINKS.get(kind, {}).values(),
    }
    for kind in _CLASSES
}
"""The fields of each kind of node that a cell holds."""

_ID = re.compile(r"#(\S+)(?:\s+|\Z)")
_ARROW = re.compile(r"(?:\A|\s)->\s")
_BACK = re.compile(r"(?:\A|\s)<-\s")


class Sketch(NamedTuple):
    """A node as a cell has it, before its links are joined.

    Attributes:
        raw: what stands in the cell.
        place: where.
        fields: what is known without the other nodes.
        links: what an arrow leads to, ids or labels; empty without one.
        unlinked: the label where the links lead nowhere, and so were no links.
    """

    raw: str
    place: str
    fields: dict[str, Any]
    links: tuple[str, ...] = ()
    unlinked: str = ""


def node_cell(kind: str, found: Iterable[Any]) -> str:
    """Return the cell that gives the nodes of a kind back, as far as `CARRIED` goes."""
    return " | ".join(
        _node(kind, node, f"{PREFIXES[kind]}{number}") for number, node in enumerate(found, 1)
    )


def _node(kind: str, node: Any, usual: str) -> str:
    name = "" if node.id == usual else f"#{escape(node.id, '|;[]')} "
    said = _finding(node) if kind == "finding" else _label(node.label)
    words = dict.fromkeys(field for field, _ in _WORDS[kind].values())
    known = [
        *getattr(node, "codes", ()),
        *(word for field in words if (word := getattr(node, field)) is not None),
    ]
    links = [
        escape(target, "|;[],")
        for field in _LINKS.get(kind, {}).values()
        for target in getattr(node, field)
    ]
    return "".join(
        (
            name,
            said,
            f" [{'; '.join(known)}]" if known else "",
            f" {'<-' if kind == 'finding' else '->'} {', '.join(links)}" if links else "",
        )
    )


def _finding(finding: Any) -> str:
    return f"{escape(finding.outcome, '|;[],:#')}: {finding.direction}"


def _label(label: str) -> str:
    shown = escape(label, "|;[]").replace("->", "-\\>").replace("<-", "<\\-")
    return f"\\{shown}" if shown.startswith("#") else shown


def sketched(kind: str, cell: str, place: str, *, one: bool = False) -> list[Sketch]:
    """Return the nodes that a cell holds, or the one that it holds; what is no finding has no fields."""
    return [_sketch(kind, raw, place) for raw in ([cell] if one else split(cell, "[]()"))]


def _sketch(kind: str, raw: str, place: str) -> Sketch:
    rest = raw
    fields: dict[str, Any] = {}
    if found := _ID.match(rest):
        fields["id"] = unescape(found[1])
        rest = rest[found.end() :]
    arrow = (_BACK if kind == "finding" else _ARROW).search(rest)
    links: tuple[str, ...] = ()
    whole = rest
    if arrow and kind in _LINKS:
        links = tuple(map(unescape, split_at(rest[arrow.end() :], ",;")))
        rest = rest[: arrow.start()]
    rest = _bracketed(kind, rest.strip(), fields)
    if kind == "finding":
        outcome, word = _rsplit(rest)
        direction = _DIRECTIONS.get(key(word))
        if direction is None or not outcome:
            return Sketch(raw, place, {})
        fields |= {"outcome": unescape(outcome), "direction": direction}
        return Sketch(raw, place, fields, links)
    label = unescape(rest)
    if not label.strip() and fields.get("codes"):
        label = label_of(fields["codes"][0])
    fields["label"] = label or raw
    return Sketch(raw, place, fields, links, unescape(whole.strip()))


def _bracketed(kind: str, rest: str, fields: dict[str, Any]) -> str:
    """Take codes and words out of the bracket at the end, if nothing else stands in it."""
    if not rest.endswith("]") or rest.endswith("\\]"):
        return rest
    head, opened, inner = _opening(rest)
    if not opened:
        return rest
    found: dict[str, Any] = {}
    for item in split_at(inner, ";,|\n"):
        if is_code(item):
            if item not in found.setdefault("codes", []):
                found["codes"].append(item)
        elif key(item) in _WORDS[kind]:
            field, word = _WORDS[kind][key(item)]
            if found.setdefault(field, word) != word:
                return rest
        else:
            return rest
    fields |= found
    return head.strip()


def _opening(rest: str) -> tuple[str, str, str]:
    """Return what stands before, at and in the last bracket of a text."""
    at = rest.rfind("[")
    if at < 0 or (at and rest[at - 1] == "\\"):
        return rest, "", ""
    return rest[:at], "[", rest[at + 1 : -1]


def _rsplit(text: str) -> tuple[str, str]:
    """Return what stands before and after the last colon that is not escaped."""
    pieces = split_at(text, ":")
    if len(pieces) < 2:
        return "", text
    return ":".join(pieces[:-1]), pieces[-1]


def nodes(
    sketches: Mapping[str, list[Sketch]], ledger: Ledger
) -> tuple[dict[str, list[dict[str, Any]]], list[Sketch]]:
    """Return the nodes of a study by kind, with their links joined, and what is none."""
    made: dict[str, _Nodes] = {kind: _Nodes(PREFIXES[kind]) for kind in PREFIXES}
    lost: list[Sketch] = []
    for kind, every in made.items():
        for sketch in sketches.get(kind, ()):
            if sketch.fields:
                every.add(sketch.fields)
            else:
                lost.append(sketch)
    outcomes = made["outcome"]
    for finding in made["finding"].all:
        name = finding["outcome"]
        finding["outcome"] = outcomes.named(name) or outcomes.add({"label": name})
    for kind, fields in _LINKS.items():
        kept = (sketch for sketch in sketches.get(kind, ()) if sketch.fields)
        for node, sketch in zip(made[kind].all, kept, strict=False):
            joined = [_target(link, fields, made) for link in sketch.links]
            if None in joined:
                ledger.leave(
                    f"links of a {kind}",
                    "name no node of the study; kept as words",
                    f"{sketch.raw} ({sketch.place})",
                )
                node["note" if kind == "finding" else "label"] = sketch.unlinked or sketch.raw
                continue
            for field, identifier in dict.fromkeys(filter(None, joined)):
                node.setdefault(field, []).append(identifier)
    return {kind: every.all for kind, every in made.items() if every.all}, lost


class _Nodes:
    """The nodes of one kind, found by id or label."""

    def __init__(self, prefix: str) -> None:
        self.all: list[dict[str, Any]] = []
        self.ids: set[str] = set()
        self._labels: dict[str, str | None] = {}
        self._prefix = prefix

    def add(self, fields: dict[str, Any]) -> str:
        """Add a node, and return its id."""
        node = {"id": f"{self._prefix}{len(self.all) + 1}", **fields}
        self.all.append(node)
        self.ids.add(node["id"])
        label = node.get("label", "").casefold()
        self._labels[label] = None if label in self._labels else node["id"]
        return str(node["id"])

    def named(self, name: str) -> str | None:
        """Return the id of the one node with this id or label."""
        return name if name in self.ids else self._labels.get(name.casefold())


def _target(
    name: str, fields: Mapping[str, str], made: Mapping[str, _Nodes]
) -> tuple[str, str] | None:
    for kind, field in fields.items():
        if name in made[kind].ids:
            return field, name
    for kind, field in fields.items():
        if (found := made[kind].named(name)) is not None:
            return field, found
    return None
