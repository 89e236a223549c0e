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
from implsci.model.diagnosis import Diagnosis
from implsci.model.evidence import Event, Measurement
from implsci.model.outcome import Outcome
from implsci.model.quote import Quote
from implsci.model.relationship import Actor, Relationship
from implsci.model.sequence import SequencePlan
from implsci.model.strategy import Mechanism, Strategy
from implsci.model.study import Innovation

__all__ = [
    "CRITERIA",
    "Agreement",
    "AgreementKind",
    "Answer",
    "Criterion",
    "Disclosure",
    "EngagementModel",
    "Party",
    "PartyRole",
    "SupportArrangement",
]


def __dir__() -> list[str]:
    return __all__


PartyRole = Literal["provider", "recipient", "funder", "community", "other"]
AgreementKind = Literal["non_negotiable", "disclosure", "roles", "resources", "other"]
Disclosure = Literal["open", "after_review", "without_names", "internal"]
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
