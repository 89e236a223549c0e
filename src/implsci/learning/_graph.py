"""The steps of all cycles as one graph: what stands for the same record is the same step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from implsci.casebook import Casebook
from implsci.model.documents import LearningCycle, LearningStep, Observation, ResearchQuestion
from implsci.model.learning import StepKind

__all__ = ["Graph", "Point", "graph"]

_SHARED = ("question", "study", "finding", "observation")


@frozen(kw_only=True, eq=False)
class Point:
    """Something that happened: a step, or several steps that stand for one record.

    Attributes:
        kind: what kind of step.
        name: id of the record it stands for, else ``cycle#step``.
        label: what it is.
        of: the record it stands for; None where it is told in one cycle only.
        date: the earliest date told; None where none is.
        who: who asked or saw it, as far as told.
        cycles: ids of the cycles it stands in.
        record: the question or observation, where the casebook holds it.
    """

    kind: StepKind
    name: str
    label: str
    of: str | None
    date: str | None = None
    who: str | None = None
    cycles: tuple[str, ...] = ()
    record: ResearchQuestion | Observation | None = None


@frozen(kw_only=True, eq=False)
class Graph:
    """The points of a casebook, and which follow which.

    Attributes:
        points: them, by a key that says their kind and name.
        after: for each key, what follows it directly.
        before: for each key, what it follows directly.
        keys: the key of each step, by cycle and step.
    """

    points: dict[str, Point] = field(factory=dict)
    after: dict[str, set[str]] = field(factory=lambda: defaultdict(set))
    before: dict[str, set[str]] = field(factory=lambda: defaultdict(set))
    keys: dict[tuple[str, str], str] = field(factory=dict)

    def reached(self, *keys: str) -> Iterator[str]:
        """Yield the keys of what follows points, directly or over others, themselves left out."""
        return _walk(keys, self.after)

    def came_from(self, key: str) -> Iterator[str]:
        """Yield the keys of what a point follows, directly or over others, itself left out."""
        return _walk((key,), self.before)

    def leads_to(self, key: str, *kinds: StepKind) -> bool:
        """Say whether something of these kinds follows a point."""
        return any(self.points[one].kind in kinds for one in self.reached(key))

    def comes_from(self, key: str, kind: StepKind) -> bool:
        """Say whether a point follows something of a kind."""
        return any(self.points[one].kind == kind for one in self.came_from(key))

    def join(self, earlier: str, later: str) -> None:
        """Let one point follow another."""
        self.after[earlier].add(later)
        self.before[later].add(earlier)


def _walk(keys: Iterable[str], edges: Mapping[str, set[str]]) -> Iterator[str]:
    seen = set(keys)
    rest = [found for key in seen for found in edges.get(key, ())]
    while rest:
        found = rest.pop()
        if found not in seen:
            seen.add(found)
            rest += edges.get(found, ())
            yield found


def graph(casebook: Casebook) -> Graph:
    """Return the questions, observations and steps of a casebook, joined where they are the same."""
    found = Graph()
    for record in casebook.of(ResearchQuestion):
        found.points[f"question {record.id}"] = Point(
            kind="question", name=record.id, label=record.text, of=record.id, date=record.date,
            who=record.asked_by, record=record,
        )  # fmt: skip
    for seen in casebook.of(Observation):
        found.points[f"observation {seen.id}"] = Point(
            kind="observation", name=seen.id, label=seen.statement, of=seen.id, date=seen.date,
            who=seen.by or ", ".join(seen.actors) or None, record=seen,
        )  # fmt: skip
    for cycle in casebook.of(LearningCycle):
        for step in cycle.steps:
            _add(found, cycle, step)
        for step in cycle.steps:
            for before in step.follows:
                found.join(found.keys[cycle.id, before], found.keys[cycle.id, step.id])
    for record in casebook.of(ResearchQuestion):
        for name in record.arises_from:
            if f"observation {name}" in found.points:
                found.join(f"observation {name}", f"question {record.id}")
    return found


def _add(found: Graph, cycle: LearningCycle, step: LearningStep) -> None:
    shared = step.of is not None and step.kind in _SHARED
    name = step.of if shared and step.of is not None else f"{cycle.id}#{step.id}"
    key = f"{step.kind} {name}"
    found.keys[cycle.id, step.id] = key
    there = found.points.get(key)
    found.points[key] = Point(
        kind=step.kind,
        name=name,
        label=there.label if there else step.label,
        of=step.of,
        date=_earliest(step.date, there.date if there else None),
        who=there.who if there else None,
        cycles=_once([*(there.cycles if there else ()), cycle.id]),
        record=there.record if there else None,
    )


def _earliest(*dates: str | None) -> str | None:
    return min((date for date in dates if date is not None), default=None)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
