"""Several coders' versions of one study, put together node by node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal, get_args

from attrs import evolve, frozen

from implsci.compendium._settling import LISTS, build, flat, said, settle
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Coding, Study
from implsci.names import close_names, fold

__all__ = ["KINDS", "Combined", "Disagreement", "Same", "combine"]

KINDS: Final = (
    "settings",
    "actors",
    "barriers",
    "mechanisms",
    "outcomes",
    "relationships",
    "strategies",
    "arms",
    "findings",
)
"""The nodes and findings of a study, each kind after all kinds whose ids it may name."""

Same = Literal["label", "id"]
"""What tells that two coders mean one node."""

_POINTERS: Final = ("relationship", "outcome", "comparator_arm", "arm", "setting")
_APART: Final = frozenset({"id", "codings", "extra", *KINDS})


@frozen(kw_only=True)
class Disagreement:
    """Something that coders did not give alike, and that is not settled.

    Attributes:
        path: its place in the combined study, such as ``barriers[2].codes``; of a node that not
            every coder has, ``barriers[2]``.
        node: id of that node or finding; None for the study's own fields.
        values: each coder and what they gave, in words; nothing where they gave nothing.
    """

    path: str
    node: str | None
    values: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        given = "; ".join(f"{coder}: {value or '(nothing)'}" for coder, value in self.values)
        return f"{self.path}: {given}"


@frozen(kw_only=True)
class Combined:
    """One study out of several coders' versions.

    Attributes:
        study: the study, with every reading as a coding, and what is settled.
        disagreements: what is not.
    """

    study: Study
    disagreements: tuple[Disagreement, ...]


def combine(
    versions: Mapping[str, Study],
    *,
    machines: Collection[str] = (),
    same: Same = "label",
    id: str | None = None,
) -> Combined:
    """Put several coders' versions of one study together.

    Nodes are one where their labels are equal but for case, accents and punctuation, or, with
    ``same="id"``, where their ids are; findings where outcome, strategies and relationship are.
    A code is settled where all people gave it; a machine's never is. A node that somebody missed
    stays, with its codes open. Of all other fields a blank is no answer, and what those who
    answered gave alike is settled; a finding whose direction is open says ``unclear``, a label or
    title that differs is that of the first coder by name. In which order the coders come makes no
    difference.

    Args:
        versions: the study as each coder has it, by the coder's name.
        machines: those of the coders that are machines.
        same: what tells that two coders mean one node.
        id: the study's id; None for that of the first coder by name.

    Raises:
        InvalidQueryError: no version, or no such `same`.
        UnknownNameError: a machine that is none of the coders.

    Examples:
        >>> version = Study(id="a", title="A", design="rct")
        >>> both = combine({"AB": version, "CD": evolve(version, design="cluster_rct")})
        >>> print(both.disagreements[0])
        design: AB: rct; CD: cluster_rct
    """
    if not versions:
        raise InvalidQueryError("no version of a study; expected at least one coder's")
    if same not in get_args(Same):
        raise InvalidQueryError(f"same: expected {' or '.join(get_args(Same))}, got {same!r}")
    for machine in machines:
        if machine not in versions:
            raise UnknownNameError("coder", machine, close_names(machine, versions))
    return _Combining({coder: versions[coder] for coder in sorted(versions)}, machines, same).done(
        id
    )


class _Combining:
    def __init__(
        self, versions: Mapping[str, Study], machines: Collection[str], same: Same
    ) -> None:
        self._versions = versions
        self._machines = machines
        self._same = same
        self._judges = [coder for coder in versions if coder not in machines] or list(versions)
        self._ids: dict[str, dict[str, str]] = {coder: {} for coder in versions}
        self._disagreements: list[Disagreement] = []

    def done(self, id: str | None) -> Combined:
        groups: dict[str, list[dict[str, Any]]] = {}
        for kind in KINDS[:-1]:
            groups[kind] = self._matched(kind, self._key)
        self._name(groups)
        groups["findings"] = self._matched("findings", self._finding_key)
        self._name({"findings": groups["findings"]})
        nodes = {
            kind: tuple(self._node(kind, index, members) for index, members in enumerate(found))
            for kind, found in groups.items()
        }
        return Combined(study=self._study(id, nodes), disagreements=tuple(self._disagreements))

    def _key(self, _coder: str, node: Any) -> object:
        return node.id if self._same == "id" else fold(node.label) or node.label

    def _finding_key(self, coder: str, finding: Any) -> object:
        if self._same == "id":
            return finding.id
        ids = self._ids[coder]
        strategies = frozenset(ids[one] for one in finding.strategies)
        return ids[finding.outcome], strategies, ids.get(finding.relationship)

    def _matched(self, kind: str, key: Any) -> list[dict[str, Any]]:
        """Return the nodes of a kind, each as the coders that have it hold it."""
        found: list[dict[str, Any]] = []
        by_key: dict[object, list[dict[str, Any]]] = {}
        for coder, version in self._versions.items():
            for node in getattr(version, kind):
                alike = by_key.setdefault(key(coder, node), [])
                free = [group for group in alike if coder not in group]
                group = next(
                    (one for one in free if node.id in {other.id for other in one.values()}),
                    free[0] if free else None,
                )
                if group is None:
                    group = {}
                    alike.append(group)
                    found.append(group)
                group[coder] = node
        return found

    def _name(self, groups: Mapping[str, list[dict[str, Any]]]) -> None:
        """Give each node an id: that of its first coder, unlike all others."""
        taken = {new for ids in self._ids.values() for new in ids.values()}
        everything = [group for found in groups.values() for group in found]
        for first in self._versions:
            for group in everything:
                if next(iter(group)) != first:
                    continue
                name, number = group[first].id, 1
                while name in taken:
                    number += 1
                    name = f"{group[first].id}-{number}"
                taken.add(name)
                for coder, node in group.items():
                    self._ids[coder][node.id] = name

    def _node(self, kind: str, index: int, members: Mapping[str, Any]) -> Any:
        first = next(iter(members.values()))
        name = self._ids[next(iter(members))][first.id]
        missed = [coder for coder in self._judges if coder not in members]
        if missed:
            gave = [
                (coder, said(getattr(members[coder], "label", name)) if coder in members else "")
                for coder in self._versions
            ]
            self._disagree(f"{kind}[{index}]", name, tuple(gave))
        readings = {coder: self._reading(coder, node) for coder, node in members.items()}
        codings = [coding for node in members.values() for coding in node.codings]
        return self._record(
            type(first), f"{kind}[{index}]", name, readings, codings, missed, {"id": name}
        )

    def _reading(self, coder: str, node: Any) -> dict[str, Any]:
        """Return what a coder says of a node, with ids as in the combined study."""
        ids = self._ids[coder]
        values = flat(node, ("id", "codings"))
        for name in values.keys() & LISTS - {"countries"}:
            values[name] = tuple(dict.fromkeys(ids[one] for one in values[name]))
        for name in values.keys() & set(_POINTERS):
            values[name] = ids[values[name]]
        if "ratings" in values:
            values["ratings"] = tuple(
                evolve(rating, setting=ids[rating.setting]) for rating in values["ratings"]
            )
        if "events" in values:
            values["events"] = tuple(self._events(coder, values["events"]))
        return values

    def _events(self, coder: str, events: Any) -> Iterator[Any]:
        for event in events:
            yield event if event.of is None else evolve(event, of=self._ids[coder][event.of])

    def _study(self, id: str | None, nodes: Mapping[str, Any]) -> Study:
        readings = {}
        for coder, version in self._versions.items():
            values = flat(version, _APART)
            if "events" in values:
                values["events"] = tuple(self._events(coder, values["events"]))
            readings[coder] = values
        first = next(iter(self._versions.values()))
        name = first.id if id is None else id
        codings = [coding for version in self._versions.values() for coding in version.codings]
        codings += [
            Coding(coder=coder, of="id", value=version.id, by=self._by(coder))
            for coder, version in self._versions.items()
            if version.id != name
        ]
        own = {"id": name, "extra": self._extra(), **nodes}
        study: Study = self._record(Study, "", None, readings, codings, [], own)
        return study

    def _extra(self) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        for version in self._versions.values():
            for key, value in version.extra.items():
                if key in extra and extra[key] != value:
                    gave = [(c, said(v.extra.get(key))) for c, v in self._versions.items()]
                    self._disagree(f"extra.{key}", None, tuple(gave))
                extra.setdefault(key, value)
        return extra

    def _record(
        self,
        make: Any,
        place: str,
        node: str | None,
        readings: Mapping[str, Mapping[str, Any]],
        codings: list[Coding],
        missed: Collection[str],
        own: Mapping[str, Any],
    ) -> Any:
        found = settle(readings, self._machines, missed_by=missed)
        new = [coding for coding in found.codings if coding not in codings]
        values = {**own, **found.values, "codings": tuple(dict.fromkeys([*codings, *new]))}
        made, dropped = build(make, values)
        open_ = {
            **dict(found.open),
            **{
                fault.path: tuple((c, said(readings[c].get(fault.path))) for c in readings)
                for fault in dropped
            },
        }
        for name, gave in open_.items():
            if name == "codes" and missed:
                continue  # said of the node already
            self._disagree(f"{place}.{name}" if place else name, node, gave)
        return made

    def _by(self, coder: str) -> Any:
        return "machine" if coder in self._machines else "human"

    def _disagree(self, path: str, node: str | None, values: tuple[tuple[str, str], ...]) -> None:
        self._disagreements.append(Disagreement(path=path, node=node, values=values))
