"""Code sets for what studies were coded with: one a taxonomy, and some for the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.formats.compendium._eppi.draft import FIELDS, NODES
from implsci.formats.compendium._eppi.lines import said
from implsci.formats.compendium._eppi.tree import NO_CODE, STEP
from implsci.model import Coding, Study
from implsci.model._node import Node
from implsci.model._record import shape
from implsci.plugins import Registry

__all__ = ["CHOSEN", "Key", "Layout", "coding_key", "is_path", "nodes_of"]

Key = tuple[str, ...]
"""What an attribute stands for: a code, a value of a field, a path, or what has no code."""

CHOSEN: Final = {
    "countries": "Country",
    "design": "Design",
    "scale_stage": "Scale stage",
    "embedded": "Embedded in a program",
    "hybrid_type": "Hybrid type",
}
"""Fields of a study without codes that have a code set of their own, and its name."""

_DEEPEST: Final = 50
_OTHER: Final = "Other codings"
_UNCODED: Final = "Without a code"


def nodes_of(study: Study) -> Iterable[tuple[str, Node]]:
    """Yield the nodes of a study that are carried, each with its kind."""
    for kind, (field, _) in NODES.items():
        for node in getattr(study, field):
            yield kind, node


def is_path(coding: Coding) -> bool:
    """Say whether a coding is an attribute of somebody's code set that stands for no code."""
    value = coding.value
    return (
        coding.code is None
        and coding.of is None
        and bool(value)
        and str(value).count(STEP) < _DEEPEST
        and coding.coder == coding.coder.strip()
        and (coding.by or coding.confidence or coding.date) is None
        and coding.probability is None
    )


def coding_key(coding: Coding) -> Key:
    """Return the attribute for a coding that settles nothing."""
    if is_path(coding):
        return ("path", coding.coder, *str(coding.value).split(STEP))
    return ("other", coding.code or "")


class _Tree:
    """An attribute on its way into a code set."""

    def __init__(self, name: str, description: str = "", selectable: bool = True) -> None:
        self.name = name
        self.description = description
        self.selectable = selectable
        self.below: dict[Key, _Tree] = {}


class Layout:
    """The code sets that studies need, and the number of every attribute in them.

    Numbers go by the order of the sets and of their terms, so the same studies always give the same.

    Args:
        studies: what is being written.
        registry: knows the taxonomies.
    """

    def __init__(self, studies: Iterable[Study], registry: Registry) -> None:
        self._registry = registry
        self._numbers: dict[Key, int] = {}
        self.code_sets: list[dict[str, object]] = []
        keys: set[Key] = set()
        for study in studies:
            keys |= _keys(study)
        schemes: dict[str, set[Code]] = {}
        paths: dict[str, list[tuple[str, ...]]] = {}
        for key in sorted(keys):
            if key[0] == "code":
                schemes.setdefault(split(Code(key[1]))[0], set()).add(Code(key[1]))
            elif key[0] == "path":
                paths.setdefault(key[1], []).append(key[2:])
        for scheme, codes in sorted(schemes.items()):
            self._add(*self._of_scheme(scheme, codes))
        for field, name in CHOSEN.items():
            own = [key[2] for key in sorted(keys) if key[:2] == ("field", field)]
            choices = [str(choice) for choice in shape(Study)[field].choices]
            self._add(name, "", _of_field(field, choices or own))
        for coder, own_paths in sorted(paths.items()):
            self._add(coder, "", _of_paths(coder, own_paths))
        self._add(
            _UNCODED,
            "Things that have no code",
            {
                ("uncoded", kind): _Tree(kind, _none())
                for kind in NODES
                if ("uncoded", kind) in keys
            },
        )
        self._add(
            _OTHER,
            "What single coders gave and what was not settled on",
            {
                key: _Tree(key[1] or "(no code)", f"code: {key[1] or NO_CODE}")
                for key in sorted(keys)
                if key[0] == "other"
            },
        )

    def number(self, key: Key) -> int:
        """Return the number of an attribute."""
        return self._numbers[key]

    def _of_scheme(self, scheme: str, used: set[Code]) -> tuple[str, str, dict[Key, _Tree]]:
        """Return a taxonomy as a code set, with every term, so that gaps show."""
        top: dict[Key, _Tree] = {}
        try:
            taxonomy = self._registry.taxonomy(scheme)
        except UnknownNameError:
            taxonomy = None
        if taxonomy is None or taxonomy.scheme != scheme:
            return scheme, "", {("code", code): _of_code(code) for code in sorted(used)}
        trees = {term.code: _of_code(term.code, term.shown, term.definition) for term in taxonomy}
        for term in taxonomy:
            if term.kind == "group" and term.code not in used:
                trees[term.code].selectable = False
            nested = term.broader and len(taxonomy.ancestors(term.code)) < _DEEPEST
            below = trees[term.broader[0]].below if nested else top
            below["code", term.code] = trees[term.code]
        for code in sorted(used - set(trees)):
            top["code", code] = _of_code(code)
        return taxonomy.title, taxonomy.citation or "", top

    def _add(self, name: str, about: str, top: dict[Key, _Tree]) -> None:
        if not top:
            return
        number = len(self.code_sets) + 1
        self.code_sets.append(
            {
                "SetName": name,
                "SetId": number,
                "ReviewSetId": number,
                "SetType": {
                    "SetTypeName": "Standard",
                    "SetTypeId": 3,
                    "SetTypeDescription": "Codes on any number of levels.",
                },
                "SetDescription": said([("about", about)] if about else []),
                "Attributes": {"AttributesList": self._listed(top)},
            }
        )

    def _listed(self, trees: dict[Key, _Tree]) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for key, tree in trees.items():
            number = self._numbers[key] = len(self._numbers) + 1
            one: dict[str, object] = {
                "AttributeSetId": number,
                "AttributeId": number,
                "AttributeSetDescription": "",
                "AttributeType": "Selectable (show checkbox)"
                if tree.selectable
                else "Not selectable (no checkbox)",
                "AttributeTypeId": 2 if tree.selectable else 1,
                "AttributeName": tree.name,
                "AttributeDescription": tree.description,
                "ExtURL": "",
                "ExtType": "",
                "OriginalAttributeID": 0,
            }
            if tree.below:
                one["Attributes"] = {"AttributesList": self._listed(tree.below)}
            found.append(one)
        return found


def _keys(study: Study) -> set[Key]:
    """Return every attribute that a study is coded with."""
    keys: set[Key] = set()
    for kind, node in nodes_of(study):
        keys |= {("code", code) for code in node.codes} or {("uncoded", kind)}
        for coding in node.codings:
            if coding.code not in node.codes:
                keys.add(("other", coding.code or ""))
    for field in FIELDS.values():
        keys |= {("code", code) for code in getattr(study, field)}
    for field in CHOSEN:
        value = getattr(study, field)
        for one in value if isinstance(value, tuple) else (value,):
            if one is not None:
                keys.add(("field", field, str(one)))
    codings = [*study.codings, *(one for finding in study.findings for one in finding.codings)]
    return keys | {coding_key(coding) for coding in codings}


def _of_code(code: Code, label: str | None = None, definition: str = "") -> _Tree:
    return _Tree(label or split(code)[1], f"code: {code}\n{definition}".rstrip("\n"))


def _of_field(field: str, values: Iterable[str]) -> dict[Key, _Tree]:
    return {
        ("field", field, value): _Tree(
            value.replace("_", " "), f"{_none()}\nfield: {field}\nvalue: {value}"
        )
        for value in values
    }


def _of_paths(coder: str, paths: Iterable[tuple[str, ...]]) -> dict[Key, _Tree]:
    top: dict[Key, _Tree] = {}
    for path in paths:
        below = top
        for depth, name in enumerate(path, 1):
            below = below.setdefault(("path", coder, *path[:depth]), _Tree(name, _none())).below
    return top


def _none() -> str:
    return f"code: {NO_CODE}"
