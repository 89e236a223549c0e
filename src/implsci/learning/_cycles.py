"""Learning cycles in time: closed or open, where they stop, and what they refer to in vain.

Examples:
    >>> from implsci.model.documents import LearningCycle, LearningStep
    >>> book = Casebook(records=(
    ...     LearningCycle(
    ...         id="l1",
    ...         title="Reminders",
    ...         steps=(
    ...             LearningStep(id="f", kind="finding", label="fewer missed visits", date="2021"),
    ...         ),
    ...     ),
    ... ))
    >>> cycles(book).loops[0].kind
    'finding nobody took up'
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import Final

from attrs import asdict, frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.learning._asking import as_compendium
from implsci.learning._graph import Graph, graph
from implsci.learning._loops import LoopKind, OpenLoop, loops_by_kind, open_loops
from implsci.learning._references import Dangling, dangling
from implsci.learning._untaken import Untaken, UntakenFinding, untaken
from implsci.model import Study
from implsci.model.documents import LearningCycle, LearningStep
from implsci.model.learning import StepKind
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["CycleCourse", "Cycles", "cycles"]

# A lesson may stand between finding and change, and need not.
_ROUND: Final[tuple[StepKind, ...]] = (
    "question", "study", "finding", "practice_change", "observation",
)  # fmt: skip
_ASSUMES: Final = (
    "a cycle is closed where a question leads, over any steps, to an observation, and that to another "
    "question; steps it went without are named",
    "steps of several cycles that stand for one question, study, finding or observation are one step",
    "a step is open where nothing of the kind that is due follows it, in any cycle of the casebook; "
    "what happened and nobody wrote down looks the same",
    "a question is one of practice where practice asked it, or where nobody is told and it arose from "
    "an observation",
    "a finding of the compendium counts as taken up where a cycle, observation or question names it "
    "or its study",
)


@frozen(kw_only=True)
class CycleCourse:
    """One cycle in time.

    Attributes:
        id: the cycle's id.
        title: what it is about.
        steps: its steps, each after those it follows, and the earlier first as far as dates tell.
        closes_with: ids of the questions it comes back to; none while it is open.
        without: kinds of steps that it has none of, of question, study, finding, change of practice
            and observation.
        start: the first date told; None without dates.
        end: the last.

    Examples:
        >>> CycleCourse(
        ...     id="l1", title="Reminders", steps=(), closes_with=(), without=("study",), start=None,
        ...     end=None,
        ... ).closed
        False
    """

    id: str
    title: str
    steps: tuple[LearningStep, ...]
    closes_with: tuple[str, ...]
    without: tuple[StepKind, ...]
    start: str | None
    end: str | None

    @property
    def closed(self) -> bool:
        """Whether it comes back to a question."""
        return bool(self.closes_with)


@frozen(kw_only=True)
class Cycles(Result):
    """The learning cycles of a casebook, as `cycles` returns them.

    Attributes:
        cycles: them, in the order of the casebook.
        loops: where they stop: by kind, the oldest first, undated ones last.
        dangling: references that lead nowhere.
        ready: findings of the compendium with a direction and strategies; None without a compendium.
        untaken: those of them that nobody took up, counted by strategy and kind of outcome, the most
            first.
        untaken_findings: each of them; empty where they were not asked for one by one.
        n_untaken: how many they are; None without a compendium.
        assumptions: the rules.

    Examples:
        >>> from implsci.casebook import Casebook
        >>> from implsci.learning import cycles
        >>> cycles(Casebook(records=())).sentence()
        'No learning cycle, question or observation is open.'
    """

    cycles: tuple[CycleCourse, ...]
    loops: tuple[OpenLoop, ...]
    dangling: tuple[Dangling, ...]
    ready: int | None
    untaken: tuple[Untaken, ...]
    untaken_findings: tuple[UntakenFinding, ...]
    n_untaken: int | None
    assumptions: tuple[str, ...]

    def of(self, kind: LoopKind) -> tuple[OpenLoop, ...]:
        """Return the open loops of one kind."""
        return tuple(one for one in self.loops if one.kind == kind)

    def __getitem__(self, identifier: str) -> CycleCourse:
        """Return one cycle.

        Raises:
            KeyError: there is no such cycle.
        """
        for one in self.cycles:
            if one.id == identifier:
                return one
        raise KeyError(identifier)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line an open loop."""
        return tuple(
            {
                "kind": one.kind,
                "id": one.id,
                "label": one.label,
                "missing": one.missing,
                "since": one.since,
                "who": one.who,
                "cycles": "; ".join(one.cycles) or None,
                "note": one.note,
            }
            for one in self.loops
        )

    def sentence(self) -> str:
        """Say how many cycles are closed, where they stop, and what nobody took up."""
        told: list[str] = []
        if self.cycles:
            closed = sum(one.closed for one in self.cycles)
            told.append(f"{counted(len(self.cycles), 'cycle')}, {closed} closed.")
        if self.loops:
            kinds = "; ".join(f"{kind}: {number}" for kind, number in loops_by_kind(self.loops))
            told.append(f"{counted(len(self.loops), 'open loop')}: {kinds}.")
        if not told:
            told.append("No learning cycle, question or observation is open.")
        if self.dangling:
            lead = agreeing(len(self.dangling), "leads", "lead")
            told.append(f"{counted(len(self.dangling), 'reference')} {lead} nowhere.")
        if self.ready is not None and self.n_untaken is not None:
            told.append(
                f"Of {counted(self.ready, 'finding')} of the compendium with a direction and "
                f"strategies, {self.n_untaken:,} are named by no cycle, observation or question."
            )
        return " ".join(told)

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            "cycles": [
                {
                    "id": one.id,
                    "title": one.title,
                    "closed": one.closed,
                    "closes_with": list(one.closes_with),
                    "without": list(one.without),
                    "start": one.start,
                    "end": one.end,
                    "steps": [
                        {
                            "id": step.id,
                            "kind": step.kind,
                            "label": step.label,
                            "of": step.of,
                            "date": step.date,
                            "follows": list(step.follows),
                        }
                        for step in one.steps
                    ],
                }
                for one in self.cycles
            ],
            "loops": [dict(row) for row in self.to_rows()],
            "dangling": [asdict(one) for one in self.dangling],
            "ready": self.ready,
            "n_untaken": self.n_untaken,
            "untaken": [asdict(one) for one in self.untaken],
            "untaken_findings": [asdict(one) for one in self.untaken_findings],
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }


def cycles(
    casebook: Casebook,
    compendium: Compendium | Iterable[Study] | None = None,
    *,
    each: bool = False,
    registry: Registry | None = None,
) -> Cycles:
    """Return the learning cycles of a casebook in time, and where they stop.

    The cycle is that which Metz, Jensen, Farley and Boaz 2022 call for
    (doi:10.1177/26334895221105585): those who study and those who support practice learn from one
    another, question -> study -> finding -> change of practice -> observation -> question. What is
    due after each step, and when a cycle is closed, is our rule and stands in the assumptions.

    Args:
        casebook: cycles, questions and observations; other records are passed over.
        compendium: the studies they speak of. With it come references to studies that are not there,
            questions that a study bears on though nobody noted it, and findings nobody took up.
        each: whether to list these findings one by one; else they are counted.
        registry: holds the taxonomies; the default registry where None.

    Examples:
        >>> from implsci.model.documents import LearningCycle, LearningStep
        >>> steps = [("q", "question"), ("s", "study"), ("f", "finding"), ("p", "practice_change"),
        ...          ("o", "observation"), ("n", "question")]
        >>> book = Casebook(records=(LearningCycle(
        ...     id="l1", title="Reminders", steps=tuple(
        ...         LearningStep(
        ...             id=name, kind=kind, label=kind, follows=(steps[place - 1][0],) if place else (),
        ...         )
        ...         for place, (name, kind) in enumerate(steps)
        ...     ),
        ... ),))
        >>> found = cycles(book)
        >>> found["l1"].closes_with
        ('l1#n',)
        >>> print(found.sentence())
        1 cycle, 1 closed. 1 open loop: practice question nobody studied: 1.
    """
    known = registry or default_registry()
    studies = None if compendium is None else as_compendium(compendium)
    joined = graph(casebook)
    ready, groups, findings = (
        (None, (), ()) if studies is None else untaken(casebook, studies, known)
    )
    return Cycles(
        cycles=tuple(_course(cycle, joined) for cycle in casebook.of(LearningCycle)),
        loops=open_loops(joined, studies, known),
        dangling=dangling(casebook, studies),
        ready=ready,
        untaken=groups,
        untaken_findings=findings if each else (),
        n_untaken=None if studies is None else len(findings),
        assumptions=_ASSUMES,
    )


def _course(cycle: LearningCycle, joined: Graph) -> CycleCourse:
    steps = tuple(_in_time(cycle))
    dates = sorted(step.date for step in steps if step.date is not None)
    kinds = {step.kind for step in steps}
    return CycleCourse(
        id=cycle.id,
        title=cycle.title,
        steps=steps,
        closes_with=_closes_with(cycle, joined),
        without=tuple(kind for kind in _ROUND if kind not in kinds),
        start=dates[0] if dates else None,
        end=dates[-1] if dates else None,
    )


def _closes_with(cycle: LearningCycle, joined: Graph) -> tuple[str, ...]:
    """Return the questions a cycle comes back to: over an observation of its own, from another."""
    own = {joined.keys[cycle.id, step.id] for step in cycle.steps}
    sources: defaultdict[str | None, list[str]] = defaultdict(list)
    for key in own:
        if joined.points[key].kind == "observation":
            asked = (
                one
                for one in joined.came_from(key)
                if one in own and joined.points[one].kind == "question"
            )
            # Two questions before it are enough: what comes later is another than one of them.
            if firsts := tuple(islice(asked, 2)):
                sources[firsts[0] if len(firsts) == 1 else None].append(key)
    found = {
        joined.points[later].name
        for first, seen in sources.items()
        for later in joined.reached(*seen)
        if joined.points[later].kind == "question" and later != first
    }
    return tuple(sorted(found))


def _in_time(cycle: LearningCycle) -> Iterator[LearningStep]:
    """Yield the steps, each after those it follows; of several the earlier, then as they stand.

    A step without a date stands as if of the date of the last step it follows.
    """
    places = {step.id: place for place, step in enumerate(cycle.steps)}
    waits = {step.id: len(step.follows) for step in cycle.steps}
    when = {step.id: step.date or "" for step in cycle.steps}
    ready: list[tuple[str, int]] = []
    for step in cycle.steps:
        if not step.follows:
            heappush(ready, (when[step.id], places[step.id]))
    while ready:
        date, place = heappop(ready)
        step = cycle.steps[place]
        yield step
        for later in cycle.steps:
            if step.id in later.follows:
                waits[later.id] -= 1
                if later.date is None:
                    when[later.id] = max(when[later.id], date)
                if not waits[later.id]:
                    heappush(ready, (when[later.id], places[later.id]))
