"""Code sets of EPPI-Reviewer: trees of attributes, and the codes that these stand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from implsci.codes import Code, is_code, split
from implsci.errors import UnknownNameError
from implsci.formats.compendium._eppi.lines import MARK
from implsci.formats.compendium._eppi.parsing import as_list, as_map, as_text
from implsci.ledger import Ledger
from implsci.names import fold
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy

__all__ = ["NO_CODE", "STEP", "Attribute", "CodeSets", "field_of", "read_code_sets"]

NO_CODE: Final = "none"
"""In the description of an attribute: it stands for no code, whatever its name."""

STEP: Final = " > "
"""Stands between the names of an attribute's path."""


@frozen(kw_only=True)
class Attribute:
    """A code of a code set.

    Attributes:
        id: its number, as text.
        set_name: name of its code set.
        path: names from the top of the set down to its own.
        description: what it means.
        ours: whether this library wrote its code set.
    """

    id: str
    set_name: str
    path: tuple[str, ...]
    description: str
    ours: bool

    @property
    def shown(self) -> str:
        """Its path as text."""
        return STEP.join(self.path)


class CodeSets:
    """The code sets of a file.

    Args:
        attributes: every attribute, by its number.
        ours: whether this library wrote them.
        registry: knows the taxonomies.
        ledger: keeps the account.
    """

    def __init__(
        self,
        attributes: Mapping[str, Attribute],
        ours: bool,
        registry: Registry,
        ledger: Ledger,
    ) -> None:
        self.ours = ours
        self._attributes = attributes
        self._registry = registry
        self._ledger = ledger
        self._codes: dict[str, Code | None] = {}
        self._by_name: dict[str, str] = {}
        self._used: set[str] = set()

    def attribute(self, number: str) -> Attribute | None:
        """Return an attribute; None where no code set has it."""
        self._used.add(number)
        return self._attributes.get(number)

    def code(self, attribute: Attribute) -> Code | None:
        """Return the code that an attribute stands for, None without a sure one."""
        if attribute.id not in self._codes:
            self._codes[attribute.id] = self._resolved(attribute)
        return self._codes[attribute.id]

    def kind(self, code: Code) -> str | None:
        """Return the part that a code plays in a study; None where its taxonomy is not there."""
        try:
            term = self._registry.term(code)
            taxonomy = self._registry.taxonomy(term.scheme)
        except UnknownNameError:
            return None
        return taxonomy.kind if term.kind == "group" else term.kind

    def label(self, code: Code) -> str:
        """Return the label of a code's term; the name in the code where it has none."""
        try:
            return self._registry.term(code).label
        except UnknownNameError:
            return split(code)[1]

    def close(self) -> None:
        """Tell the ledger what no reference made use of, and what was read by name alone."""
        for number, attribute in self._attributes.items():
            if attribute.ours:
                continue
            if number not in self._used:
                self._ledger.leave(
                    attribute.set_name, "no reference bears it; not kept", attribute.shown
                )
            elif attribute.description and _described(attribute.description, "code") is None:
                self._ledger.leave(
                    "AttributeDescription", "what a code means is not kept", attribute.shown
                )
        if self._by_name:
            some = [f"{name} = {code}" for name, code in list(self._by_name.items())[:5]]
            more = "; ..." if len(self._by_name) > 5 else ""
            self._ledger.say(
                "read as codes because a term has their name, please check: "
                + "; ".join(some)
                + more
            )

    def _resolved(self, attribute: Attribute) -> Code | None:
        described = _described(attribute.description, "code")
        if described == NO_CODE:
            return None
        if described is not None and is_code(described):
            return Code(described)
        name = attribute.path[-1].strip()
        found = self._named(name, attribute.set_name)
        if len(found) != 1:
            what = "no term has its name" if not found else "several terms have its name"
            self._ledger.leave(
                attribute.set_name, f"{what}; kept as a coding without a code", attribute.shown
            )
            return None
        self._by_name[attribute.shown] = found[0]
        return found[0]

    def _named(self, name: str, set_name: str) -> list[Code]:
        if is_code(name) and self.kind(Code(name)) is not None:
            return [self._registry.term(name).code]
        if not fold(name):
            return []
        taxonomies = self._registry.taxonomies()
        own = [one for one in taxonomies if _is_called(one, set_name)]
        return [term.code for one in own or taxonomies for term in one.labeled(name)]


def _is_called(taxonomy: Taxonomy, name: str) -> bool:
    return fold(name) in (fold(taxonomy.title), fold(taxonomy.scheme))


def _described(description: str, name: str) -> str | None:
    """Return what a line of a description says."""
    for line in description.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip() == name:
            return value.strip()
    return None


def field_of(attribute: Attribute) -> tuple[str, str] | None:
    """Return the field of a study that an attribute of ours stands for, and its value."""
    name = _described(attribute.description, "field")
    value = _described(attribute.description, "value")
    return (name, value) if name and value is not None else None


def read_code_sets(sets: Iterable[object], registry: Registry, ledger: Ledger) -> CodeSets:
    """Return the code sets of a file; how deep their trees are does not matter."""
    attributes: dict[str, Attribute] = {}
    any_ours = False
    for number, one in enumerate(map(as_map, sets), 1):
        name = as_text(one.get("SetName")) or f"code set {number}"
        about = as_text(one.get("SetDescription"))
        ours = about.startswith(MARK)
        any_ours |= ours
        if about and not ours:
            ledger.leave("SetDescription", "not kept", f"{name}: {about}")
        stack: list[tuple[tuple[str, ...], object]] = [((), one.get("Attributes"))]
        while stack:
            above, branch = stack.pop()
            below: list[tuple[tuple[str, ...], object]] = []
            for item in map(as_map, _branch(branch)):
                named = item.get("AttributeName")
                path = (*above, named if isinstance(named, str) else "(no name)")
                key = as_text(item.get("AttributeId"))
                if key in attributes:
                    ledger.leave("AttributeId", "stands twice; the first is read", key)
                elif key:
                    attributes[key] = Attribute(
                        id=key,
                        set_name=name,
                        path=path,
                        description=as_text(item.get("AttributeDescription"))
                        or as_text(item.get("AttributeSetDescription")),
                        ours=ours,
                    )
                else:
                    ledger.leave(name, "has no AttributeId; not read", path[-1])
                if item.get("Attributes"):
                    below.append((path, item.get("Attributes")))
            stack += reversed(below)
    return CodeSets(attributes, any_ours, registry, ledger)


def _branch(value: object) -> list[object]:
    """Return the attributes below; some programs leave out the object around the list."""
    return as_list(value) or as_list(as_map(value).get("AttributesList"))
