"""A study in the making: nodes that codes are hung on, one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from implsci.codes import Code
from implsci.ledger import Ledger
from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Coding,
    Finding,
    Mechanism,
    Outcome,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model._node import Node

__all__ = ["FIELDS", "NODES", "Draft"]

NODES: Final[Mapping[str, tuple[str, type[Node]]]] = {
    "setting": ("settings", Setting),
    "arm": ("arms", Arm),
    "actor": ("actors", Actor),
    "barrier": ("barriers", Barrier),
    "strategy": ("strategies", Strategy),
    "mechanism": ("mechanisms", Mechanism),
    "relationship": ("relationships", Relationship),
    "outcome": ("outcomes", Outcome),
}
"""Kinds of node: the field of a study that holds them, and their class."""

FIELDS: Final[Mapping[str, str]] = {
    "sector": "sectors",
    "engagement": "engagement",
    "stratum": "equity",
}
"""Kinds of term that are codes of the study itself, and the field that holds them."""

_REFERENCES: Final[Mapping[str, str]] = {
    "addresses": "barrier",
    "barriers": "barrier",
    "acts_through": "mechanism",
    "mechanisms": "mechanism",
    "builds": "relationship",
    "relationship": "relationship",
    "outcomes": "outcome",
    "strategies": "strategy",
    "comparator_strategies": "strategy",
    "parties": "actor",
    "arm": "arm",
    "comparator_arm": "arm",
    "setting": "setting",
}


class Draft:
    """The nodes and fields of a study, before it is one."""

    def __init__(self, ledger: Ledger) -> None:
        self.fields: dict[str, object] = {}
        self.codings: list[Coding] = []
        self.findings: list[dict[str, object]] = []
        self._ledger = ledger
        self._nodes: dict[str, dict[str, dict[str, object]]] = {kind: {} for kind in NODES}
        self._ids: set[str] = set()
        self._by_code: dict[tuple[str, str, str], str] = {}

    def reserve(self, identifier: str) -> None:
        """Keep an id for a node that is still to come."""
        self._ids.add(identifier)

    def named(self, kind: str, identifier: str) -> dict[str, object]:
        """Return the node with an id, made where it is not there."""
        self._ids.add(identifier)
        return self._nodes[kind].setdefault(
            identifier, {"id": identifier, "label": "", "codes": [], "codings": []}
        )

    def coded(self, kind: str, key: str, label: str, among: str = "") -> dict[str, object]:
        """Return the node that stands for a code or a text, made where it is not there.

        Args:
            kind: its kind.
            key: the code or text.
            label: what it is called.
            among: tells apart nodes of one code, such as the arm they belong to.
        """
        identifier = self._by_code.get((kind, key, among))
        if identifier is None:
            identifier = self.new_id(kind[0])
            self._by_code[kind, key, among] = identifier
            self.named(kind, identifier)["label"] = label
        return self.named(kind, identifier)

    def arm(self, title: str) -> dict[str, object]:
        """Return the arm of a title, made where it is not there."""
        for node in self._nodes["arm"].values():
            if node["label"] == title:
                return node
        return self.coded("arm", title, title)

    def new_id(self, letter: str) -> str:
        """Return an id that is not taken, and take it."""
        number = 1
        while f"{letter}{number}" in self._ids:
            number += 1
        self._ids.add(f"{letter}{number}")
        return f"{letter}{number}"

    def add_code(self, field: str, code: Code) -> None:
        """Add a code to a field of the study."""
        add(self.fields.setdefault(field, []), code)

    def made(self) -> Study:
        """Return the study.

        Raises:
            InvalidRecord: anything wrong with it.
        """
        values = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.fields.items()
        }
        for kind, (field, cls) in NODES.items():
            made = []
            for node in self._nodes[kind].values():
                whole = self._checked(node)
                whole["label"] = whole["label"] or whole["id"]
                made.append(cls(**whole))  # type: ignore[arg-type]
            values[field] = tuple(made)
        values["findings"] = tuple(
            Finding(**whole)  # type: ignore[arg-type]
            for one in self.findings
            if (whole := self._checked(one))
        )
        return Study(codings=tuple(self.codings), **values)  # type: ignore[arg-type]

    def _checked(self, record: Mapping[str, object]) -> dict[str, object]:
        """Return the fields of a record, without links to what is not there any more."""
        whole: dict[str, object] = {}
        for name, value in record.items():
            held = tuple(value) if isinstance(value, list) else value
            target = _REFERENCES.get(name)
            if target is not None:
                known = self._nodes[target]
                links = held if isinstance(held, tuple) else (held,)
                kept = tuple(dict.fromkeys(link for link in links if link in known))
                if len(kept) < len(links):
                    self._ledger.leave(
                        name,
                        "leads to what is not there; left out",
                        f"{record['id']} of {self.fields['id']}",
                    )
                held = kept if isinstance(held, tuple) else next(iter(kept), None)
            whole[name] = held
        return whole


def add(codes: object, code: object) -> None:
    """Add a code to a list of a record in the making, once."""
    assert isinstance(codes, list)
    if code not in codes:
        codes.append(code)
