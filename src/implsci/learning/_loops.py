"""Open loops: where a learning cycle stops, and what would come next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from attrs import frozen

from implsci._wording import counted
from implsci.compendium import Compendium
from implsci.learning._asking import asked_by
from implsci.learning._bearing import answered
from implsci.learning._graph import Graph, Point
from implsci.model import Study
from implsci.model.documents import ResearchQuestion
from implsci.model.learning import StepKind
from implsci.plugins import Registry

__all__ = ["LoopKind", "OpenLoop", "loops_by_kind", "open_loops"]

LoopKind: TypeAlias = Literal[
    "finding nobody took up",
    "lesson nobody acted on",
    "practice question nobody studied",
    "observation without question",
    "change of practice nobody observed",
    "study without finding",
]
"""Where a cycle can stop.

Examples:
    >>> get_args(LoopKind)[0]
    'finding nobody took up'
"""


class _Rule(NamedTuple):
    """After a step of one kind, one of these is due."""

    step: StepKind
    due: tuple[StepKind, ...]
    missing: str


_RULES: Mapping[LoopKind, _Rule] = {
    "finding nobody took up": _Rule(
        "finding", ("lesson", "practice_change"), "a lesson or a change of practice"
    ),
    "lesson nobody acted on": _Rule("lesson", ("practice_change",), "a change of practice"),
    "practice question nobody studied": _Rule("question", ("study",), "a study"),
    "observation without question": _Rule("observation", ("question",), "a question"),
    "change of practice nobody observed": _Rule(
        "practice_change", ("observation",), "an observation"
    ),
    "study without finding": _Rule("study", ("finding",), "a finding"),
}


@frozen(kw_only=True)
class OpenLoop:
    """A place where a cycle stopped.

    Attributes:
        kind: where.
        id: id of the record it stopped at, else ``cycle#step``.
        label: what that is.
        missing: what would come next.
        since: since when, ISO 8601 to the precision known; for a step without a date the year of the
            study it stands for; None where neither is told.
        who: who asked or saw it; None where nobody is told.
        cycles: ids of the cycles it stands in; none for a record outside any.
        note: what else is known; None for nothing.

    Examples:
        >>> OpenLoop(
        ...     kind="finding nobody took up", id="a#f1", label="fewer missed visits",
        ...     missing="a lesson or a change of practice", since="2021", who=None, cycles=("l1",),
        ... ).since
        '2021'
    """

    kind: LoopKind
    id: str
    label: str
    missing: str
    since: str | None
    who: str | None
    cycles: tuple[str, ...]
    note: str | None = None


def open_loops(
    graph: Graph, compendium: Compendium | None, registry: Registry
) -> tuple[OpenLoop, ...]:
    """Return the places where cycles stop: by kind, then the oldest first, undated ones last."""
    studies = {study.id: study for study in compendium or ()}
    judges: Mapping[StepKind, Callable[[str, Point], str | None]] = {
        "question": lambda key, point: _question(key, point, graph, compendium, registry),
        "study": lambda _, point: _study(point, studies),
    }
    found = [
        OpenLoop(
            kind=kind,
            id=point.name,
            label=point.label,
            missing=rule.missing,
            since=point.date or _published(point, studies),
            who=point.who,
            cycles=point.cycles,
            note=note or None,
        )
        for kind, rule in _RULES.items()
        for key, point in graph.points.items()
        if point.kind == rule.step and not graph.leads_to(key, *rule.due)
        if (note := judges.get(point.kind, _open)(key, point)) is not None
    ]
    order = get_args(LoopKind)
    return tuple(sorted(found, key=lambda one: (order.index(one.kind), one.since or "~", one.id)))


def _open(_key: str, _point: Point) -> str | None:
    return ""


def _question(
    key: str, point: Point, graph: Graph, compendium: Compendium | None, registry: Registry
) -> str | None:
    """Return what else is known of a question of practice that no study follows; None if studied."""
    told = point.record.asked_by if isinstance(point.record, ResearchQuestion) else None
    if told == "research" or (told is None and not graph.comes_from(key, "observation")):
        return None
    if not isinstance(point.record, ResearchQuestion):
        return "told in the cycle only, so that no study can be matched to it"
    if compendium is None:
        return "no compendium was asked"
    asked = asked_by(point.record, registry)
    if not asked.matchable:
        return "it names nothing that a study could be matched by"
    if any(answered(asked, study) for study in compendium):
        return None
    return f"no finding of {counted(len(compendium), 'study', 'studies')} has all that is asked"


def _study(point: Point, studies: Mapping[str, Study]) -> str:
    found = studies.get(point.of or "")
    if found is None:
        return ""
    return f"the compendium holds {counted(len(found.findings), 'finding')} of it"


def _published(point: Point, studies: Mapping[str, Study]) -> str | None:
    """Return the year of the study that a step without a date stands for."""
    found = studies.get((point.of or "").partition("#")[0])
    return str(found.year) if found and found.year else None


def loops_by_kind(loops: Iterable[OpenLoop]) -> Iterator[tuple[LoopKind, int]]:
    """Yield each kind with how many there are of it, kinds without any left out."""
    kinds = [one.kind for one in loops]
    for kind in get_args(LoopKind):
        if kind in kinds:
            yield kind, kinds.count(kind)
