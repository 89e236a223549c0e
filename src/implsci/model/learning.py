"""Learning: questions, what people in practice saw, and the cycle that joins them to studies."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model._record import Record, reject
from implsci.model.evidence import Citation, Event
from implsci.model.finding import Direction, Role
from implsci.model.outcome import OutcomeKind
from implsci.model.quote import Quote

__all__ = [
    "Asker",
    "LearningCycle",
    "LearningStep",
    "Observation",
    "QuestionKind",
    "ResearchQuestion",
    "StepKind",
]


def __dir__() -> list[str]:
    return __all__


Asker = Literal["practice", "research", "both"]
QuestionKind = Literal["comparison", "role", "features", "effect", "description"]
StepKind = Literal["question", "study", "finding", "lesson", "practice_change", "observation"]


@frozen(kw_only=True, eq=False, repr=False)
class ResearchQuestion(Document):
    """A question, with what a study must hold to bear on it.

    Attributes:
        id: the record's name inside its casebook.
        text: the question.
        kind: whether it compares (engagement models or strategies), asks for the role of the
            relationship, for features that matter, for an effect, or for a description.
        asked_by: practice, research or both.
        date: when it was asked, ISO 8601 to the precision known.
        citation: where it is asked.
        engagement: codes of the engagement models it compares.
        strategies: codes of the strategies it asks about, and all narrower ones.
        barriers: codes of the barriers it asks about.
        outcomes: codes of the outcomes it asks about.
        outcome_kinds: families of outcomes it asks about.
        role: the role of the relationship it asks about.
        arises_from: ids of observations it arose from.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id or code, blank text, no date.

    Examples:
        >>> ResearchQuestion(
        ...     id="q1", text="Does co-creation improve the use of research?", kind="comparison",
        ...     engagement=("engagement:co-creation",), outcome_kinds=("research_use",),
        ... ).kind
        'comparison'
    """

    text: str
    kind: QuestionKind | None = None
    asked_by: Asker | None = None
    date: str | None = None
    citation: Citation | None = None
    engagement: tuple[Code, ...] = ()
    strategies: tuple[Code, ...] = ()
    barriers: tuple[Code, ...] = ()
    outcomes: tuple[Code, ...] = ()
    outcome_kinds: tuple[OutcomeKind, ...] = ()
    role: Role | None = None
    arises_from: tuple[str, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "text", self.text)
        rules.date(faults, "date", self.date)
        for name in ("engagement", "strategies", "barriers", "outcomes"):
            rules.codes(faults, name, getattr(self, name))
        rules.distinct(faults, "arises_from", self.arises_from)


@frozen(kw_only=True, eq=False, repr=False)
class Observation(Document):
    """What people in practice saw: evidence of its own kind, beside research and never added to it.

    Attributes:
        id: the record's name inside its casebook.
        statement: what was seen.
        by: who saw it, by function; never a name.
        actors: codes of who they are, such as ``actor:implementation-support-practitioners``.
        date: when, ISO 8601 to the precision known.
        strategies: codes of the strategies it speaks of.
        barriers: codes of the barriers it speaks of.
        outcomes: codes of the outcomes it speaks of.
        outcome_kinds: families of outcomes it speaks of.
        engagement: codes of the engagement models it speaks of.
        sectors: codes of the service sectors.
        countries: ISO 3166-1 alpha-2.
        direction: what came of it; None where it tells of none.
        role: the role it gives to the relationship.
        n: how many of those asked say so.
        n_informants: how many were asked.
        arrangement: id of the support arrangement it comes from.
        quotes: what people said.
        events: its history.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, code, country or date, blank statement, more who say so than were asked.

    Examples:
        >>> Observation(
        ...     id="o1", statement="Sites open up once we have eaten together.",
        ...     strategies=("relational:get-to-know-people",), direction="improved",
        ... ).direction
        'improved'
    """

    statement: str
    by: str | None = None
    actors: tuple[Code, ...] = ()
    date: str | None = None
    strategies: tuple[Code, ...] = ()
    barriers: tuple[Code, ...] = ()
    outcomes: tuple[Code, ...] = ()
    outcome_kinds: tuple[OutcomeKind, ...] = ()
    engagement: tuple[Code, ...] = ()
    sectors: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()
    direction: Direction | None = None
    role: Role | None = None
    n: int | None = None
    n_informants: int | None = None
    arrangement: str | None = None
    quotes: tuple[Quote, ...] = ()
    events: tuple[Event, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "statement", self.statement)
        rules.date(faults, "date", self.date)
        for name in ("actors", "strategies", "barriers", "outcomes", "engagement", "sectors"):
            rules.codes(faults, name, getattr(self, name))
        rules.countries(faults, self.countries)
        rules.count(faults, "n", self.n)
        rules.positive(faults, "n_informants", self.n_informants)
        if self.n is not None and self.n_informants is not None and self.n > self.n_informants:
            faults.append(Fault("n", f"expected at most n_informants, {self.n_informants}"))


@frozen(kw_only=True, eq=False, repr=False)
class LearningStep(Record):
    """One step of a learning cycle.

    Attributes:
        id: the step's name inside its cycle.
        kind: question, study, finding, lesson, practice change or observation.
        label: what it is, in a few words.
        of: the record it stands for: id of a question or observation of the casebook, id of a study
            of the compendium, or ``study#finding``; None where it is told here only.
        date: when, ISO 8601 to the precision known.
        follows: ids of the steps it came from.

    Raises:
        InvalidRecord: bad id, blank label, no date, a step that follows itself.

    Examples:
        >>> LearningStep(id="s1", kind="finding", label="fewer missed visits", of="kenya-1#f2").of
        'kenya-1#f2'
    """

    id: str
    kind: StepKind
    label: str
    of: str | None = None
    date: str | None = None
    follows: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        rules.filled(faults, "label", self.label)
        rules.filled(faults, "of", self.of)
        rules.date(faults, "date", self.date)
        if self.id is not None and self.id in self.follows:
            faults.append(Fault("follows", "a step cannot follow itself"))
        if faults:
            reject(self, faults, self.id)


@frozen(kw_only=True, eq=False, repr=False)
class LearningCycle(Document):
    """How a question became a study, a finding, a change of practice, an observation, a question.

    A cycle closes when a later question follows from an observation; steps are told in time, so no
    step follows, over others, from itself.

    Attributes:
        id: the record's name inside its casebook.
        title: what it is about.
        steps: its steps, in any order.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, blank title, an id that stands twice, a step that follows none of the
            cycle's, steps that follow one another in a circle, a step dated before the one it
            follows.

    Examples:
        >>> cycle = LearningCycle(
        ...     id="l1",
        ...     title="Reminders",
        ...     steps=(
        ...         LearningStep(id="q", kind="question", label="do reminders help?"),
        ...         LearningStep(id="s", kind="study", label="a trial", follows=("q",)),
        ...     ),
        ... )
        >>> cycle.steps[1].follows
        ('q',)
    """

    title: str
    steps: tuple[LearningStep, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "title", self.title)
        rules.identities(faults, "steps", self.steps)
        known = {step.id: step for step in self.steps if step.id is not None}
        for index, step in enumerate(self.steps):
            place = f"steps[{index}]"
            rules.references(faults, f"{place}.follows", step.follows, known, "step")
            for before in step.follows:
                earlier = known.get(before)
                if (
                    earlier is not None
                    and step.date is not None
                    and earlier.date is not None
                    and rules.before(step.date, earlier.date)
                ):
                    faults.append(
                        Fault(
                            f"{place}.date",
                            f"{step.date} lies before that of {before!r}, which it follows",
                        )
                    )
        if loop := rules.loop({step.id: step.follows for step in known.values()}):
            faults.append(Fault("steps", f"follow one another in a circle: {' -> '.join(loop)}"))
