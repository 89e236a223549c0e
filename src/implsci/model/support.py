"""Support: who helps whom to improve which practices, under which constraints and agreements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model._node import Node
from implsci.model._record import Record, reject
from implsci.model.barrier import Barrier
from implsci.model.evidence import Event, Measurement
from implsci.model.outcome import Outcome
from implsci.model.quote import Quote
from implsci.model.relationship import Actor, Relationship
from implsci.model.strategy import Mechanism, Strategy
from implsci.model.study import Innovation

__all__ = [
    "CRITERIA",
    "Agreement",
    "AgreementKind",
    "Answer",
    "Assumption",
    "AssumptionStatus",
    "Criterion",
    "DataAvailability",
    "Diagnosis",
    "Disclosure",
    "EngagementModel",
    "Party",
    "PartyRole",
    "SequencePlan",
    "SequenceStep",
    "SupportArrangement",
]


def __dir__() -> list[str]:
    return __all__


PartyRole = Literal["provider", "recipient", "funder", "community", "other"]
AgreementKind = Literal["non_negotiable", "disclosure", "roles", "resources", "other"]
Disclosure = Literal["open", "after_review", "without_names", "internal"]
AssumptionStatus = Literal["untested", "confirmed", "refuted"]
DataAvailability = Literal["none", "some", "good"]
EngagementModel = Literal["push", "pull", "co-creation"]
Criterion = Literal[
    "problem_definition", "solution_source", "adaptability", "communication", "not_ready"
]

CRITERIA: Final[Mapping[str, Mapping[str, EngagementModel]]] = MappingProxyType(
    {
        "problem_definition": {
            "provider": "push",
            "recipient": "pull",
            "both": "co-creation",
        },
        "solution_source": {
            "packaged_elsewhere": "push",
            "chosen_by_recipient": "pull",
            "developed_together": "co-creation",
        },
        "adaptability": {
            "fixed": "push",
            "adapted_on_request": "pull",
            "tailored_together": "co-creation",
        },
        "communication": {
            "to_recipient": "push",
            "on_request": "pull",
            "both_ways": "co-creation",
        },
        "not_ready": {
            "support_withdrawn": "push",
            "support_waits": "pull",
            "support_adapted": "co-creation",
        },
    }
)
"""The criteria on which push, pull and co-creation differ, and the model that each answer speaks for."""


@frozen(kw_only=True, eq=False, repr=False)
class Party(Actor):
    """An actor of a support arrangement; name and contact never leave a redacted release.

    Attributes:
        id: the node's name inside its record.
        label: who it is, without a name: a function, a team, an organization.
        codes: the settled codes, such as ``actor:technical-assistance-provider``.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        organization: where they belong.
        background: what they were before, such as practitioner.
        positionality: how they stand to the setting, in their own view.
        role: what part they take.
        name: a person's name.
        contact: address, telephone number or the like.

    Raises:
        InvalidRecord: bad id or code, or blank label.

    Examples:
        >>> Party(id="ta", label="TA provider", role="provider", background=("teacher",)).role
        'provider'
    """

    role: PartyRole | None = None
    name: str | None = None
    contact: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Agreement(Node):
    """What parties agreed, or what one of them stated it will not give up.

    Attributes:
        id: the node's name inside its record.
        label: the agreement in the parties' words.
        codes: needs it protects, such as ``support:need-to-publish``.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        kind: a line in the sand (``non_negotiable``), what may be told to whom (``disclosure``), who
            does what, who pays, or another.
        by: ids of the parties who made or stated it.
        about: what it is about, such as ``findings``; two agreements on the same thing are held
            against each other.
        disclosure: how far what it is about may be told.
        start: from when it holds, ISO 8601 to the precision known.
        end: until when.

    Raises:
        InvalidRecord: bad id, code or date, blank label, a disclosure of nothing named.

    Examples:
        >>> Agreement(
        ...     id="a1", label="results stay with us", kind="disclosure", about="findings",
        ...     disclosure="internal", start="2024-01",
        ... ).disclosure
        'internal'
    """

    kind: AgreementKind | None = None
    by: tuple[str, ...] = ()
    about: str | None = None
    disclosure: Disclosure | None = None
    start: str | None = None
    end: str | None = None

    def _rules(self, faults: list[Fault]) -> None:
        rules.distinct(faults, "by", self.by)
        rules.span(faults, self.start, self.end)
        if self.disclosure is not None and self.about is None:
            faults.append(Fault("about", "a disclosure needs what it is about"))


@frozen(kw_only=True, eq=False, repr=False)
class Answer(Record):
    """What one party says of the arrangement on one criterion of push, pull and co-creation.

    Attributes:
        criterion: which question was answered.
        answer: one of the words that `CRITERIA` has for it.
        by: id of the party who answered; None where the keeper of the record did.
        date: when it held, ISO 8601 to the precision known.
        because: what the answer rests on.

    Raises:
        InvalidRecord: a word that the criterion does not have, or no date.

    Examples:
        >>> Answer(criterion="not_ready", answer="support_adapted").answer
        'support_adapted'
    """

    criterion: Criterion
    answer: str
    by: str | None = None
    date: str | None = None
    because: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        if self.criterion is not None and self.answer not in (words := CRITERIA[self.criterion]):
            faults.append(
                Fault("answer", f"expected one of {', '.join(words)}, got {self.answer!r}")
            )
        rules.date(faults, "date", self.date)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Assumption(Record):
    """Something taken to be so when the work began, and what became of it.

    Attributes:
        statement: what was assumed.
        status: untested, confirmed or refuted.
        because: what confirmed or refuted it.
        date: when that was known, ISO 8601 to the precision known.

    Raises:
        InvalidRecord: blank statement, no date, or a verdict without what it rests on.

    Examples:
        >>> Assumption(
        ...     statement="parents do not come", status="refuted", because="registers of 2024"
        ... ).status
        'refuted'
    """

    statement: str
    status: AssumptionStatus = "untested"
    because: str | None = None
    date: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "statement", self.statement)
        rules.date(faults, "date", self.date)
        if self.status in ("confirmed", "refuted") and self.because is None:
            faults.append(Fault("because", f"{self.status}: expected what says so"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Diagnosis(Document):
    """What is wrong, for whom, why, and what is done about it today, before a solution is chosen.

    Attributes:
        id: the record's name inside its casebook.
        problem: the problem, in the words of those who have it.
        population: whom it concerns.
        causes: what brings it about; barriers that strategies can be matched with.
        business_as_usual: what is done today.
        desired: the rate that is known to be possible or is wanted.
        current: the rate as it is; `gap` is the difference.
        data: how much there is to know this from.
        data_note: which data, and what is missing.
        measurements: descriptive data.
        assumptions: what is taken to be so, and what became of it.
        date: when it was made, ISO 8601 to the precision known.
        made_by: who took part, by function.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, blank problem, an assumption that is both confirmed and refuted, data
            said to be missing beside measurements, or rates in two units.

    Examples:
        >>> found = Diagnosis(
        ...     id="d1",
        ...     problem="children are screened late",
        ...     desired=Measurement(of="screened", value=0.9, unit="proportion", base=400),
        ...     current=Measurement(of="screened", value=0.4, unit="proportion", base=400),
        ... )
        >>> found.gap
        0.5
    """

    problem: str
    population: str | None = None
    causes: tuple[Barrier, ...] = ()
    business_as_usual: str | None = None
    desired: Measurement | None = None
    current: Measurement | None = None
    data: DataAvailability | None = None
    data_note: str | None = None
    measurements: tuple[Measurement, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    date: str | None = None
    made_by: tuple[str, ...] = ()

    @property
    def gap(self) -> float | None:
        """The know-do gap: desired less current rate; None where one of them is not known."""
        wanted, found = self.desired, self.current
        if wanted is None or found is None or wanted.value is None or found.value is None:
            return None
        return wanted.value - found.value

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "problem", self.problem)
        for name in ("population", "business_as_usual", "data_note"):
            rules.filled(faults, name, getattr(self, name))
        rules.date(faults, "date", self.date)
        rules.distinct(faults, "made_by", self.made_by)
        rules.identities(faults, "causes", self.causes)
        if self.data == "none" and self.measurements:
            faults.append(Fault("data", "says that there are none, and measurements are given"))
        if (
            self.desired is not None
            and self.current is not None
            and (self.desired.of, self.desired.unit) != (self.current.of, self.current.unit)
        ):
            faults.append(Fault("current", "is not of the same thing in the same unit as desired"))
        settled: dict[str, str] = {}
        for index, assumption in enumerate(self.assumptions):
            text = assumption.statement
            if text is None:
                continue
            earlier = settled.setdefault(text.casefold().strip(), assumption.status)
            if {earlier, assumption.status} == {"confirmed", "refuted"}:
                faults.append(
                    Fault(f"assumptions[{index}]", f"{text!r} is both confirmed and refuted")
                )


@frozen(kw_only=True, eq=False, repr=False)
class SequenceStep(Record):
    """One core element in a plan: what it takes, how much it matters, when it is to come.

    Attributes:
        element: id of the core element.
        effort: what introducing it takes, in the unit of the plan's capacity; None where unknown.
        priority: 1 comes first; None where none was given.
        period: the period it is planned for, from 1; None where that is still open.
        dropped: whether it is left out.
        because: why.

    Raises:
        InvalidRecord: an effort, priority or period that is not positive, or a period of an element
            left out.

    Examples:
        >>> SequenceStep(element="screen", effort=2, priority=1).effort
        2
    """

    element: str
    effort: float | None = None
    priority: int | None = None
    period: int | None = None
    dropped: bool = False
    because: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "element", self.element)
        for name in ("effort", "priority", "period"):
            rules.positive(faults, name, getattr(self, name))
        if self.dropped and self.period is not None:
            faults.append(Fault("period", "the element is left out, so it has none"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class SequencePlan(Record):
    """How the core elements of an innovation are to be introduced, one period after the other.

    Attributes:
        unit: what a period is, such as ``month``.
        start: when the first period begins, ISO 8601 to the precision known.
        capacity: what each period has room for; the last one holds for all after it.
        capacity_unit: the unit of capacity and effort, such as ``staff day``.
        steps: the elements; one that is not named takes no known effort and has no priority.

    Raises:
        InvalidRecord: a capacity below zero, blank units, no date, or an element named twice.

    Examples:
        >>> SequencePlan(unit="month", capacity=(2, 4), steps=(SequenceStep(element="a"),)).capacity
        (2, 4)
    """

    unit: str = "period"
    start: str | None = None
    capacity: tuple[float, ...] = ()
    capacity_unit: str | None = None
    steps: tuple[SequenceStep, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "unit", self.unit)
        rules.filled(faults, "capacity_unit", self.capacity_unit)
        rules.date(faults, "start", self.start)
        for index, room in enumerate(self.capacity):
            if room is not None and room < 0:
                faults.append(
                    Fault(f"capacity[{index}]", f"expected 0 or more, got {rules.number(room)}")
                )
        seen: set[str] = set()
        for index, step in enumerate(self.steps):
            if step.element is None:
                continue
            if step.element in seen:
                faults.append(Fault(f"steps[{index}].element", f"{step.element!r} stands twice"))
            seen.add(step.element)
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class SupportArrangement(Document):
    """Technical assistance or other implementation support: who supports whom, in what, and how.

    Attributes:
        id: the record's name inside its casebook.
        title: what it is called.
        parties: who takes part.
        practices: the practices it is to improve.
        innovation: what is to be brought into use, with its core elements.
        sectors: codes of the service sectors.
        countries: ISO 3166-1 alpha-2.
        start: when it began, ISO 8601 to the precision known.
        end: when it ended.
        activities: what is done, codes such as ``support:theory-of-change``.
        structures: what carries it, codes such as ``support:regular-meetings``.
        participation: how far people have a say, codes of the scheme ``participation``.
        constraints: what binds a party: barriers that name whose they are in `actor`.
        agreements: what the parties agreed.
        answers: who says what on the criteria of push, pull and co-creation.
        diagnosis: what is wrong and why.
        sequence: in which order core elements are to be introduced.
        strategies: what is done to bring the practice into use, with its log.
        mechanisms: what the strategies work through.
        relationships: the ties between the parties.
        outcomes: what is looked at.
        measurements: dose planned and delivered, readiness, time and cost.
        events: its history.
        quotes: what people said.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: anything wrong with it, all at once: an id that stands twice, a reference to
            nothing, a constraint without an actor, agreements in force together that contradict
            each other, one party giving two answers to one question at one time.

    Examples:
        >>> arrangement = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     parties=(
        ...         Party(id="ta", label="TA provider", role="provider"),
        ...         Party(id="site", label="the county team", role="recipient"),
        ...     ),
        ...     constraints=(
        ...         Barrier(id="c1", label="no time", codes=("support:time",), actor="site"),
        ...     ),
        ... )
        >>> arrangement.constraints[0].actor
        'site'
    """

    title: str
    parties: tuple[Party, ...] = ()
    practices: tuple[str, ...] = ()
    innovation: Innovation | None = None
    sectors: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    activities: tuple[Code, ...] = ()
    structures: tuple[Code, ...] = ()
    participation: tuple[Code, ...] = ()
    constraints: tuple[Barrier, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    answers: tuple[Answer, ...] = ()
    diagnosis: Diagnosis | None = None
    sequence: SequencePlan | None = None
    strategies: tuple[Strategy, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    events: tuple[Event, ...] = ()
    quotes: tuple[Quote, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "title", self.title)
        rules.distinct(faults, "practices", self.practices)
        rules.span(faults, self.start, self.end)
        rules.countries(faults, self.countries)
        for name in ("sectors", "activities", "structures", "participation"):
            rules.codes(faults, name, getattr(self, name))
        _check_graph(self, faults)
        _check_agreements(self.agreements, faults)
        _check_answers(self.answers, faults)


_KINDS: Final = MappingProxyType(
    {
        "parties": "party",
        "constraints": "constraint",
        "agreements": "agreement",
        "strategies": "strategy",
        "mechanisms": "mechanism",
        "relationships": "relationship",
        "outcomes": "outcome",
    }
)


def _check_graph(record: SupportArrangement, faults: list[Fault]) -> None:
    ids: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    causes = () if record.diagnosis is None else record.diagnosis.causes
    nodes = [(name, getattr(record, name)) for name in _KINDS]
    for name, held in (*nodes, ("diagnosis.causes", causes)):
        ids[name] = {node.id for node in held if node.id is not None}
        for index, node in enumerate(held):
            if node.id is not None and node.id in everywhere:
                faults.append(
                    Fault(f"{name}[{index}].id", f"{node.id!r} stands twice in this record")
                )
        everywhere |= ids[name]
    ids["barriers"] = ids["constraints"] | ids["diagnosis.causes"]
    elements = () if record.innovation is None else record.innovation.core_elements
    ids["elements"] = {element.id for element in elements if element.id is not None}
    for place, kind, target in _references(record):
        if target is not None and target not in ids[kind]:
            word = _KINDS.get(kind) or {"barriers": "constraint or cause"}.get(kind, "core element")
            faults.append(Fault(place, f"{target!r} names no {word} of this record"))
    for place, events in (
        ("events", record.events),
        *((f"strategies[{i}].events", one.events) for i, one in enumerate(record.strategies)),
    ):
        for index, event in enumerate(events):
            if event.of is not None and event.of not in everywhere | ids["elements"]:
                faults.append(
                    Fault(f"{place}[{index}].of", f"{event.of!r} names nothing in this record")
                )
    for index, constraint in enumerate(record.constraints):
        if constraint.actor is None:
            faults.append(
                Fault(f"constraints[{index}].actor", "a constraint needs the party whose it is")
            )


def _references(record: SupportArrangement) -> Iterator[tuple[str, str, str | None]]:
    """Yield place, kind and target of every reference."""
    for i, constraint in enumerate(record.constraints):
        yield f"constraints[{i}].actor", "parties", constraint.actor
    for i, agreement in enumerate(record.agreements):
        for j, party in enumerate(agreement.by):
            yield f"agreements[{i}].by[{j}]", "parties", party
    for i, answer in enumerate(record.answers):
        yield f"answers[{i}].by", "parties", answer.by
    for i, strategy in enumerate(record.strategies):
        for name, kind in (
            ("addresses", "barriers"),
            ("outcomes", "outcomes"),
            ("acts_through", "mechanisms"),
            ("builds", "relationships"),
        ):
            for j, target in enumerate(getattr(strategy, name)):
                yield f"strategies[{i}].{name}[{j}]", kind, target
    for i, mechanism in enumerate(record.mechanisms):
        for j, target in enumerate(mechanism.barriers):
            yield f"mechanisms[{i}].barriers[{j}]", "barriers", target
    for i, relationship in enumerate(record.relationships):
        for j, target in enumerate(relationship.parties):
            yield f"relationships[{i}].parties[{j}]", "parties", target
    for i, quote in enumerate(record.quotes):
        yield f"quotes[{i}].speaker", "parties", quote.speaker
    for i, step in enumerate(() if record.sequence is None else record.sequence.steps):
        yield f"sequence.steps[{i}].element", "elements", step.element


def _check_agreements(agreements: tuple[Agreement, ...], faults: list[Fault]) -> None:
    """Two agreements in force at one time may not say two things of one matter."""
    for index, later in enumerate(agreements):
        for earlier in agreements[:index]:
            if (
                later.disclosure is None
                or earlier.disclosure is None
                or later.disclosure == earlier.disclosure
                or (later.about or "").casefold() != (earlier.about or "").casefold()
                or not _together(earlier, later)
            ):
                continue
            faults.append(
                Fault(
                    f"agreements[{index}]",
                    f"conflicts with {earlier.id!r}: {later.about!r} is {later.disclosure} here and "
                    f"{earlier.disclosure} there at the same time",
                )
            )


def _together(one: Agreement, other: Agreement) -> bool:
    """Say whether two agreements hold at one time, as far as their dates tell."""
    for first, second in ((one, other), (other, one)):
        if first.end is not None and second.start is not None:
            length = min(len(first.end), len(second.start))
            if first.end[:length] <= second.start[:length]:
                return False
    return True


def _check_answers(answers: tuple[Answer, ...], faults: list[Fault]) -> None:
    """One party gives one answer to one question at one time."""
    given: dict[tuple[str, str | None, str | None], str] = {}
    for index, answer in enumerate(answers):
        key = (answer.criterion, answer.by, answer.date)
        if answer.criterion is None or answer.answer is None:
            continue
        earlier = given.setdefault(key, answer.answer)
        if earlier != answer.answer:
            who = "the keeper of the record" if answer.by is None else repr(answer.by)
            faults.append(
                Fault(
                    f"answers[{index}]",
                    f"contradicts an earlier answer: {who} says {earlier} and {answer.answer} on "
                    f"{answer.criterion}; give each its date if both held",
                )
            )
