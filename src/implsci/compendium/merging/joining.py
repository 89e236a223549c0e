"""Two records of one study made one: the first one's values stand, and the other's are kept beside.

- A value that only one record has is taken.
- Where both have one and they differ, the first's stands. The other's becomes a ``Coding`` by the
  collection it came from, on the node it is about (else on the study), and a `Conflict`.
- Lists are joined, each item once. Authors are one value: the same people in two spellings are no
  longer list.
- Nodes with the same label, or with the same codes where no other node of the two records has them,
  become one; so do core elements with the same label. Any other node is added, under a new id where
  its own is taken, and what points to it follows.
- Findings become one only where they are equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from attrs import evolve

from implsci.codec import encode
from implsci.compendium.merging.report import Conflict, Scalar, free_id
from implsci.model import Barrier, Citation, Coding, Provenance, Study
from implsci.model._node import Node
from implsci.model._record import Record, shape
from implsci.model.study import CoreElement, Innovation, LinksCoded
from implsci.names import fold

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
_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "Arm": frozenset({"strategies"}),
    "CoreElement": frozenset({"depends_on"}),
    "Event": frozenset({"of"}),
    "Finding": frozenset(
        "outcome strategies barriers mechanisms relationship comparator_arm comparator_strategies "
        "arm setting".split()
    ),
    "Measurement": frozenset({"respondent", "toward"}),
    "Mechanism": frozenset({"barriers"}),
    "Rating": frozenset({"setting"}),
    "Relationship": frozenset({"parties"}),
    "Strategy": frozenset({"outcomes", "addresses", "acts_through", "builds"}),
}


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
        self.first = first
        self.name = name
        self.source = source
        self.conflicts: list[Conflict] = []
        self.codings: list[Coding] = []
        self.taken = {node.id for kind in (*_NODES, "findings") for node in getattr(first, kind)}
        # Node by node: what of the second is which node of the first, and its name in the joined.
        self.same: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        for kind in _NODES:
            for mine, theirs in _matches(getattr(first, kind), getattr(second, kind)):
                self.same[theirs.id] = self.ids[theirs.id] = mine.id
        nodes = [node for kind in (*_NODES, "findings") for node in getattr(second, kind)]
        for node in nodes:
            if node.id not in self.ids:
                self.ids[node.id] = free_id(node.id, self.taken)
        self.second = _pointing(second, self.ids, {actor.id for actor in second.actors})

    def study(self) -> Study:
        first, second = self.first, self.second
        rest = [name for name in shape(Study) if name not in _BY_ITSELF]
        values = self._fields(first, second, rest, "")
        values["citation"] = self._citation()
        values["innovation"] = self._innovation()
        values["links_coded"] = self._links()
        values["extra"] = self._extra()
        values["provenance"] = _union(first.provenance, _provenance(second, self.source))
        values |= {kind: self._nodes(kind) for kind in _NODES}
        values["findings"] = self._findings()
        codings = _union(_union(first.codings, second.codings), tuple(self.codings))
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
                values[name] = _union(here, there)
                continue
            blank = () if field.many else None
            values[name] = there if here == blank else here
            if there != blank and not _equal(values[name], there):
                self._conflict(place + name, values[name], there)
        return values

    def _conflict(self, field: str, kept: object, other: object, source: str | None = None) -> None:
        conflict = Conflict(
            field=field,
            kept=_scalar(kept),
            other=_scalar(other),
            source=source or self.source,
        )
        self.conflicts.append(conflict)
        if "[" not in field or field.startswith("extra."):
            self.codings.append(_coding(conflict, field))

    # --- nodes ---

    def _nodes(self, kind: str) -> tuple[Node, ...]:
        joined: dict[str, Node] = {node.id: node for node in getattr(self.first, kind)}
        known = {mine: theirs for theirs, mine in self.same.items()}
        for node in getattr(self.second, kind):
            mine = joined.get(node.id)
            joined[node.id] = (
                node if mine is None or node.id not in known else self._node(kind, mine, node)
            )
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
        )
        codings = _union(_union(mine.codings, theirs.codings), beside)
        return evolve(mine, codings=codings, **values)

    def _findings(self) -> tuple[Any, ...]:
        joined = {finding.id: finding for finding in self.first.findings}
        for finding in self.second.findings:
            bare = evolve(finding, id="f", codings=())
            equal = next(
                (own.id for own in joined.values() if evolve(own, id="f", codings=()) == bare),
                None,
            )
            if equal is None:
                joined[finding.id] = finding
            else:
                own = joined[equal]
                joined[equal] = evolve(own, codings=_union(own.codings, finding.codings))
        return tuple(joined.values())

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
            there.id: here.id for here, there in _labelled(mine.core_elements, theirs.core_elements)
        }
        known = {here: there for there, here in ids.items()}
        for element in theirs.core_elements:
            if element.id not in ids:
                ids[element.id] = free_id(element.id, taken)
        joined = {element.id: element for element in mine.core_elements}
        for element in theirs.core_elements:
            moved = _moved(element, ids, frozenset())
            own = joined.get(moved.id)
            if own is None or own.id not in known:
                joined[moved.id] = moved
                continue
            names = ("label", "order", "depends_on")
            place = f"innovation.core_elements[{own.id}]."
            before = len(self.conflicts)
            joined[own.id] = evolve(own, **self._fields(own, moved, names, place))
            self.codings += [_coding(one, one.field) for one in self.conflicts[before:]]
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


def _matches(mine: Sequence[Node], theirs: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """Yield the nodes of two records that are the same, each once."""
    pairs = _labelled(mine, theirs)
    yield from pairs
    here = [node for node in mine if all(node is not one for one, _ in pairs)]
    there = [node for node in theirs if all(node is not other for _, other in pairs)]
    uses = [Counter(frozenset(node.codes) for node in nodes) for nodes in (mine, theirs)]
    for node in here:
        key = frozenset(node.codes)
        if key and all(count[key] == 1 for count in uses):
            other = next((other for other in there if frozenset(other.codes) == key), None)
            if other is not None and _agree(node, other):
                yield node, other


_L = TypeVar("_L", Node, CoreElement)


def _labelled(mine: Sequence[_L], theirs: Sequence[_L]) -> list[tuple[_L, _L]]:
    """Return the items of the same label; those with the same id too go first."""
    pairs: list[tuple[_L, _L]] = []
    free = list(theirs)
    labels = {id(item): fold(item.label) or item.label for item in (*mine, *theirs)}
    left = list(mine)
    for named in (True, False):
        for item in tuple(left):
            for other in free:
                if (
                    labels[id(item)] == labels[id(other)]
                    and (item.id == other.id or not named)
                    and _agree(item, other)
                ):
                    pairs.append((item, other))
                    left = [one for one in left if one is not item]
                    free = [one for one in free if one is not other]
                    break
    return pairs


def _agree(mine: object, theirs: object) -> bool:
    """A barrier and a facilitator of one name are two things."""
    if isinstance(mine, Barrier) and isinstance(theirs, Barrier):
        return None in (mine.valence, theirs.valence) or mine.valence == theirs.valence
    return True


def _pointing(study: Study, ids: Mapping[str, str], actors: set[str]) -> Study:
    """Return a study whose nodes have new ids, with everything that points to them."""
    if all(old == new for old, new in ids.items()):
        return study
    values: dict[str, Any] = {
        kind: tuple(
            evolve(_moved(node, ids, frozenset(actors)), id=ids[node.id])
            for node in getattr(study, kind)
        )
        for kind in (*_NODES, "findings")
    }
    events = tuple(_moved(event, ids, frozenset(actors)) for event in study.events)
    return evolve(study, events=events, **values)


def _moved(record: _R, ids: Mapping[str, str], actors: frozenset[str]) -> _R:
    name = type(record).__name__
    references = _REFERENCES.get(name, frozenset())
    changes: dict[str, Any] = {}
    if name == "CoreElement":
        changes["id"] = ids[cast("CoreElement", record).id]
    for field in shape(type(record)).values():
        value = getattr(record, field.name)
        if field.name in references and value:
            # Who answered, and about whom, is free text, unless it is the id of an actor.
            known = actors if name == "Measurement" else ids.keys()
            if field.many:
                changes[field.name] = tuple(ids[item] for item in value)
            elif value in known:
                changes[field.name] = ids[value]
        elif field.kind == "record" and field.many and value:
            changes[field.name] = tuple(_moved(item, ids, actors) for item in value)
    return cast("_R", evolve(cast("Any", record), **changes)) if changes else record


def _union(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the items of both, those that only the second has after the others."""
    added = [item for item in theirs if item not in mine]
    kept: list[Any] = []
    for item in added:
        if item not in kept:
            kept.append(item)
    return (*mine, *kept)


def _impossible(values: Mapping[str, Any]) -> bool:
    n, asked = values["n"], values["n_informants"]
    return n is not None and asked is not None and n > asked


def _coding(conflict: Conflict, of: str) -> Coding:
    return Coding(coder=conflict.source, of=of, value=_text(conflict.other))


def _equal(one: object, other: object) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _scalar(value: object) -> Scalar:
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return cast("Scalar", value)


def _text(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
