"""Two records of one study made one: the first one's values stand, and the other's are kept beside.

- A value that only one record has is taken.
- Where both have one and they differ, the first's stands; but a title in capitals gives way to the
  same words in small letters, and the label of a code's term to the source's own words. The other
  becomes a ``Coding`` by the collection it came from, on the node it is about (else on the study),
  and a `Conflict`.
- Lists are joined, each item once; lists that differ are listed as united. Authors are one value:
  the same people in two spellings are no longer list.
- Nodes that are the same (`pairing`) become one; so do core elements with the same label. Any other
  node is added, under a new id where its own is taken, and what points to it follows.
- Findings become one only where they are equal. Where they differ only in what was found, both
  stand, and they are listed as colliding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from attrs import evolve

from implsci.codec import encode
from implsci.compendium._settling import said
from implsci.compendium.merging.pairing import generated, labelled, parts, same_codes
from implsci.compendium.merging.pointing import (
    about,
    added,
    collisions,
    findings_ids,
    move,
    move_all,
    union,
)
from implsci.compendium.merging.report import Conflict, Kind, Scalar, free_id
from implsci.compendium.merging.titles import read_title
from implsci.model import Barrier, Citation, Coding, Finding, Provenance, Study
from implsci.model._node import Node
from implsci.model._record import Record, shape
from implsci.model.study import CoreElement, Innovation, LinksCoded

__all__ = ["join_records"]

_R = TypeVar("_R", bound=Record)

# In an order in which no node points to a kind that comes later.
_NODES: Final = (
    "settings", "actors", "outcomes", "barriers", "mechanisms", "relationships", "strategies", "arms",
)  # fmt: skip
_BY_ITSELF: Final = frozenset(
    (*_NODES, "id", "citation", "codings", "extra", "findings", "innovation", "links_coded",
     "provenance")
)  # fmt: skip
_RESOLVER: Final = re.compile(r"^https?://(dx\.|www\.)?doi\.org/", re.IGNORECASE)


def join_records(records: Sequence[tuple[Study, str]]) -> tuple[Study, tuple[Conflict, ...]]:
    """Make one study of several records of it.

    Args:
        records: each with the name of the collection it came from, the one whose values stand
            first.

    Returns:
        The study, and every value that stands beside another.
    """
    (joined, first), *others = records
    document = encode(joined)
    others = [other for other in others if encode(other[0]) != document]
    if others:
        joined = evolve(joined, provenance=_provenance(joined, first))
    conflicts: list[Conflict] = []
    for other, source in others:
        joining = _Joining(joined, other, first, source)
        joined = joining.study()
        conflicts += joining.conflicts
    return joined, tuple(conflicts)


def _provenance(study: Study, source: str) -> tuple[Provenance, ...]:
    return study.provenance or (Provenance(source=source, locator=f"record {study.id}"),)


class _Joining:
    def __init__(self, first: Study, second: Study, name: str, source: str) -> None:
        self.name = name
        self.source = source
        self.conflicts: list[Conflict] = []
        self.codings: list[Coding] = []
        self.second = second
        into: dict[str, str] = {}
        self.ids: dict[str, str] = {}  # what of the second is which node of the first
        for kind in _NODES:
            mine, theirs = getattr(first, kind), getattr(second, kind)
            heads, same = _paired(mine, theirs)
            into |= heads
            self.ids |= same
        self.first = self._gathered(first, into) if into else first
        taken = {node.id for kind in (*_NODES, "findings") for node in getattr(first, kind)}
        for kind in _NODES:
            for node in getattr(second, kind):
                if node.id not in self.ids:
                    self.ids[node.id] = free_id(node.id, taken)
        self.ids |= findings_ids(self.first.findings, second.findings, self.ids, taken)
        own = {finding.id for finding in self.first.findings}
        self.matched = own & {self.ids[finding.id] for finding in second.findings}
        self.actors = frozenset(actor.id for actor in second.actors)

    def _gathered(self, study: Study, into: Mapping[str, str]) -> Study:
        """Return the first record with the nodes made one that the second has as one."""
        nodes = {node.id: node.id for kind in _NODES for node in getattr(study, kind)} | dict(into)
        ids = nodes | findings_ids((), study.findings, nodes, set())
        actors = frozenset(actor.id for actor in study.actors)
        source, self.source = self.source, self.name
        values: dict[str, Any] = {"events": move_all(study.events, ids, actors)}
        for kind in _NODES:
            values[kind] = self._united(kind, (), getattr(study, kind), ids, actors)
        values["findings"] = added((), move_all(study.findings, ids, actors))
        self.source = source
        return evolve(study, **values)

    def study(self) -> Study:
        first, second = self.first, self.second
        rest = [name for name in shape(Study) if name not in _BY_ITSELF]
        moved = move_all(second.events, self.ids, self.actors)
        values = self._fields(first, evolve(second, events=()), rest, "")
        values["events"] = union(first.events, moved)
        values["citation"] = self._citation()
        values["innovation"] = self._innovation()
        values["links_coded"] = self._links()
        values["extra"] = self._extra()
        values["provenance"] = union(first.provenance, _provenance(second, self.source))
        for kind in _NODES:
            theirs = getattr(second, kind)
            values[kind] = self._united(kind, getattr(first, kind), theirs, self.ids, self.actors)
        values["findings"] = self._findings()
        codings = union(union(first.codings, second.codings), tuple(self.codings))
        return evolve(first, codings=codings, **values)

    def _fields(
        self, mine: Record, theirs: Record, names: Sequence[str], place: str
    ) -> dict[str, Any]:
        """Return the joined values of some fields; what is in conflict is noted."""
        values: dict[str, Any] = {}
        for name in names:
            here, there = getattr(mine, name), getattr(theirs, name)
            field = shape(type(mine))[name]
            if field.many and name != "authors":
                values[name] = union(here, there)
                if here and there and not (len(values[name]) == len(here) == len(there)):
                    self._conflict(place + name, here, there, kind="united")
                continue
            blank = () if field.many else None
            if blank in (here, there):
                values[name] = there if here == blank else here
                continue
            values[name] = here
            if _equal(here, there) or (name in ("doi", "url") and _same_doi(here, there)):
                continue
            if _gives_way(mine, theirs, name):
                values[name] = there
                self._conflict(place + name, there, here, self.name)
            else:
                self._conflict(place + name, here, there)
        return values

    def _conflict(
        self,
        field: str,
        kept: object,
        other: object,
        source: str | None = None,
        kind: Kind = "value",
    ) -> None:
        conflict = Conflict(
            field=field,
            kept=_scalar(kept),
            other=_scalar(other),
            source=source or self.source,
            kind=kind,
        )
        self.conflicts.append(conflict)
        if kind == "value" and ("[" not in field or field.startswith("extra.")):
            self.codings.append(_coding(conflict, field))

    # --- nodes ---

    def _united(
        self,
        kind: str,
        mine: tuple[Node, ...],
        theirs: tuple[Node, ...],
        ids: Mapping[str, str],
        actors: frozenset[str],
    ) -> tuple[Node, ...]:
        """Return the nodes of both; those that have one id by now are one."""
        joined = {node.id: node for node in mine}
        for node in theirs:
            moved = evolve(move(node, ids, actors), id=ids[node.id])
            own = joined.get(moved.id)
            joined[moved.id] = moved if own is None else self._node(kind, own, moved)
        return tuple(joined.values())

    def _node(self, kind: str, mine: Node, theirs: Node) -> Node:
        place = f"{kind}[{mine.id}]."
        before = len(self.conflicts)
        names = [name for name in shape(type(mine)) if name not in ("id", "codings")]
        values = self._fields(mine, theirs, names, place)
        if isinstance(mine, Barrier) and _impossible(values):
            # Counts of two records do not fit together: those of the first stay together.
            for name in ("n", "n_informants"):
                if values[name] != getattr(mine, name):
                    self._conflict(place + name, getattr(mine, name), values[name])
                    values[name] = getattr(mine, name)
        beside = tuple(
            _coding(conflict, conflict.field.removeprefix(place))
            for conflict in self.conflicts[before:]
            if conflict.kind == "value"
        )
        codings = union(union(mine.codings, theirs.codings), beside)
        return evolve(mine, codings=codings, **values)

    def _findings(self) -> tuple[Finding, ...]:
        theirs = move_all(self.second.findings, self.ids, self.actors)
        free = [finding for finding in self.first.findings if finding.id not in self.matched]
        for finding in theirs:
            if finding.id in self.matched:
                continue
            rivals = [own for own in free if about(own) == about(finding)]
            if rivals and all(map(collisions, rivals, [finding] * len(rivals))):
                for name in collisions(rivals[0], finding):
                    place = f"findings[{rivals[0].id}].{name}"
                    here, there = getattr(rivals[0], name), getattr(finding, name)
                    self._conflict(place, here, there, kind="colliding")
        return added(self.first.findings, theirs)

    # --- what is inside a study ---

    def _citation(self) -> Citation | None:
        mine, theirs = self.first.citation, self.second.citation
        if mine is None or theirs is None:
            return mine or theirs
        return evolve(mine, **self._fields(mine, theirs, list(shape(Citation)), "citation."))

    def _innovation(self) -> Innovation | None:
        mine, theirs = self.first.innovation, self.second.innovation
        if mine is None or theirs is None:
            return mine or theirs
        names = [name for name in shape(Innovation) if name != "core_elements"]
        values = self._fields(mine, theirs, names, "innovation.")
        return evolve(mine, core_elements=self._elements(mine, theirs), **values)

    def _elements(self, mine: Innovation, theirs: Innovation) -> tuple[CoreElement, ...]:
        taken = {element.id for element in mine.core_elements}
        ids = {
            there.id: here.id for here, there in labelled(mine.core_elements, theirs.core_elements)
        }
        known = {here: there for there, here in ids.items()}
        for element in theirs.core_elements:
            if element.id not in ids:
                ids[element.id] = free_id(element.id, taken)
        joined = {element.id: element for element in mine.core_elements}
        for element in theirs.core_elements:
            moved = move(element, ids, frozenset())
            own = joined.get(moved.id)
            if own is None or own.id not in known:
                joined[moved.id] = moved
                continue
            names = ("label", "order", "depends_on")
            place = f"innovation.core_elements[{own.id}]."
            before = len(self.conflicts)
            joined[own.id] = evolve(own, **self._fields(own, moved, names, place))
            self.codings += [
                _coding(one, one.field) for one in self.conflicts[before:] if one.kind == "value"
            ]
        return tuple(joined.values())

    def _links(self) -> LinksCoded | None:
        """Two codings of the links give all of them only where both say that they do."""
        mine, theirs = self.first.links_coded, self.second.links_coded
        coded = [bool(study.barriers or study.strategies) for study in (self.first, self.second)]
        kept: LinksCoded | None
        if mine == theirs:
            return mine
        if coded == [True, False]:
            kept = mine
        elif coded == [False, True]:
            kept = theirs
        elif mine is None or theirs is None:
            kept = mine or theirs
            kept = "partial" if kept == "complete" and all(coded) else kept
        else:
            kept = "partial"
        for value, source in ((mine, self.name), (theirs, self.source)):
            if value is not None and value != kept:
                self._conflict("links_coded", kept, value, source)
        return kept

    def _extra(self) -> dict[str, Scalar]:
        extra = dict(self.first.extra)
        for key, value in self.second.extra.items():
            if key not in extra or extra[key] is None:
                extra[key] = value
            elif value is not None and not _equal(extra[key], value):
                self._conflict(f"extra.{key}", extra[key], value)
        return extra


def _paired(mine: Sequence[Node], theirs: Sequence[Node]) -> tuple[dict[str, str], dict[str, str]]:
    """Pair the nodes of one kind of two records.

    Returns:
        Which of mine become one with which other of mine, and which of theirs with which of mine.
    """
    named = {there.id: here.id for here, there in labelled(mine, theirs)}
    folded = parts([node for node in theirs if node.id not in named], mine)
    same = named | folded
    heads = dict(named)
    into: dict[str, str] = {}
    left = [node for node in mine if node.id not in same.values()]
    for part, whole in parts(left, theirs).items():
        if whole in folded:
            continue
        head = heads.setdefault(whole, part)
        same[whole] = head
        if head != part:
            into[part] = head
    taken = {*into, *same.values()}
    pairs = same_codes(
        [node for node in mine if node.id not in taken],
        [node for node in theirs if node.id not in same],
        (mine, theirs),
    )
    return into, same | {there.id: here.id for here, there in pairs}


def _impossible(values: Mapping[str, Any]) -> bool:
    n, asked = values["n"], values["n_informants"]
    return n is not None and asked is not None and n > asked


def _coding(conflict: Conflict, of: str) -> Coding:
    return Coding(coder=conflict.source, of=of, value=_text(conflict.other))


def _same_doi(one: str, other: str) -> bool:
    """Say whether two texts are one DOI but for case and resolver."""
    here, there = (_RESOLVER.sub("", text).lower() for text in (one, other))
    return here == there and here.startswith("10.")


def _gives_way(mine: Record, theirs: Record, name: str) -> bool:
    """Say whether the first's value stands back behind the other's."""
    if isinstance(mine, Node) and isinstance(theirs, Node) and name == "label":
        return generated(mine) and not generated(theirs)
    return (
        isinstance(mine, Study)
        and isinstance(theirs, Study)
        and name == "title"
        and mine.title.isupper()
        and not theirs.title.isupper()
        and read_title(mine.title).words == read_title(theirs.title).words
    )


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _scalar(value: object) -> Scalar:
    if isinstance(value, (tuple, Record)):
        return said(value)
    return cast("Scalar", value)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
