"""The study: one self-contained document, and the graph of nodes and findings inside it."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._graph import check_graph
from implsci.model._node import Node
from implsci.model._record import Record, reject
from implsci.model.barrier import Barrier
from implsci.model.evidence import Citation, Coding, Event, Provenance
from implsci.model.finding import Finding
from implsci.model.outcome import Outcome
from implsci.model.relationship import Actor, Relationship
from implsci.model.strategy import Mechanism, Strategy

__all__ = [
    "Arm",
    "CoreElement",
    "Design",
    "Embedded",
    "Innovation",
    "LinksCoded",
    "ScaleStage",
    "Setting",
    "Study",
]


def __dir__() -> list[str]:
    return __all__


Design = Literal[
    "rct",
    "cluster_rct",
    "stepped_wedge",
    "quasi_experimental",
    "interrupted_time_series",
    "before_after",
    "cohort",
    "cross_sectional",
    "qualitative",
    "mixed_methods",
    "case_study",
    "review",
    "other",
]
ScaleStage = Literal["planning", "pilot", "implementation", "scale-up", "sustainment"]
Embedded = Literal["country", "thematic", "both", "other", "none"]
LinksCoded = Literal["complete", "partial", "none"]


@frozen(kw_only=True, eq=False, repr=False)
class CoreElement(Record):
    """A part of an innovation that it cannot do without.

    Attributes:
        id: the element's name inside its study.
        label: the source's words for it.
        order: its place in the sequence, from 1.
        depends_on: ids of the elements that must come before it.

    Raises:
        InvalidRecord: bad id, blank label, or an order below 1.

    Examples:
        >>> CoreElement(id="screen", label="screen every child", order=1).order
        1
    """

    id: str
    label: str
    order: int | None = None
    depends_on: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        rules.filled(faults, "label", self.label)
        rules.positive(faults, "order", self.order)
        if faults:
            reject(self, faults, self.id)


@frozen(kw_only=True, eq=False, repr=False)
class Innovation(Record):
    """What is implemented: the practice, program, policy or product itself.

    Attributes:
        name: what it is called.
        kind: practice, program, policy, product and the like, in the source's words.
        components: its parts.
        core_elements: the parts it cannot do without, with their order and dependencies.
        evidence: how well it is itself supported, in the source's words.
        evidence_grade: the grade it was given, such as ``moderate``.
        evidence_source: who gave the grade, by which scheme, such as ``GRADE, a review of 2019``.
        gap: the need it answers; None where the source names none.

    Raises:
        InvalidRecord: blank name, repeated element ids, or a dependency on no element.

    Examples:
        >>> Innovation(name="hand hygiene bundle", kind="practice").kind
        'practice'
    """

    name: str
    kind: str | None = None
    components: tuple[str, ...] = ()
    core_elements: tuple[CoreElement, ...] = ()
    evidence: str | None = None
    evidence_grade: str | None = None
    evidence_source: str | None = None
    gap: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "name", self.name)
        if self.core_elements:
            known = {element.id for element in self.core_elements}
            seen: set[str] = set()
            for index, element in enumerate(self.core_elements):
                place = f"core_elements[{index}]"
                found: list[Fault] = []
                if element.id in seen and element.id is not None:
                    found.append(Fault("id", f"{element.id!r} stands twice in this innovation"))
                seen.add(element.id)
                rules.references(found, "depends_on", element.depends_on, known, "core element")
                if element.id in element.depends_on:
                    found.append(Fault("depends_on", "an element cannot depend on itself"))
                faults += [fault.under(place) for fault in found]
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class Setting(Node):
    """A place or organization in which a study took place.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        country: ISO 3166-1 alpha-2.
        region: part of the country.
        level: such as ward, clinic, school, district.

    Raises:
        InvalidRecord: bad id or code, blank label, or a country not written as two capitals.

    Examples:
        >>> Setting(id="kisumu", label="county hospital, Kisumu", country="KE").country
        'KE'
    """

    country: str | None = None
    region: str | None = None
    level: str | None = None

    def _rules(self, faults: list[Fault]) -> None:
        if self.country is not None:
            rules.country(faults, "country", self.country)


@frozen(kw_only=True, eq=False, repr=False)
class Arm(Node):
    """A group that was compared with others.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        strategies: ids of the strategies it got.
        n: its size.

    Raises:
        InvalidRecord: bad id or code, blank label, or a negative size.

    Examples:
        >>> Arm(id="usual", label="usual support", n=14).n
        14
    """

    strategies: tuple[str, ...] = ()
    n: int | None = None

    def _rules(self, faults: list[Fault]) -> None:
        rules.count(faults, "n", self.n)


@frozen(kw_only=True, eq=False, repr=False)
class Study(Record):
    """A study, with everything it says of barriers, strategies, relationships and outcomes.

    Attributes:
        id: the study's name inside its compendium.
        title: as published.
        year: of publication.
        citation: where it is published.
        programme: the trial or programme that several papers share; their findings depend on one
            another and are grouped before pooling.
        embedded: whether the research was built into a program, and into which kind: of a country, of a
            theme, of both, of another or unnamed kind; ``none`` where it stood apart. The program
            itself is an actor, for `programme` groups papers that depend on one another.
        design: which kind of study.
        design_label: the design in the source's words.
        hybrid_type: 1, 2 or 3 (Curran 2012, doi:10.1097/MLR.0b013e3182408812).
        sectors: codes of the service sectors.
        countries: ISO 3166-1 alpha-2.
        scale_stage: how far the implementation has come.
        engagement: codes of the engagement models.
        equity: codes of the strata that describe or divide the people studied.
        innovation: what is implemented.
        settings: where.
        arms: the groups compared.
        actors: who takes part.
        barriers: what stands in the way or helps.
        strategies: what was done to bring the innovation into use.
        mechanisms: what the strategies work through.
        relationships: the human ties.
        outcomes: what was looked at.
        findings: what came of it.
        events: the study's history.
        links_coded: whether ``Strategy.addresses`` holds all links from strategy to barrier that the
            source makes, some, or none (it was not coded); None where that is unknown.
        codings: what each coder gave for the study's own fields.
        provenance: where the facts were taken from.
        note: anything a reader should know about it.
        extra: fields of a source that have no place above; plain values only.

    Raises:
        InvalidRecord: anything wrong with it, all at once: a bad id, a year out of 1800 to 2100, a
            country not written as two capitals, an id that stands twice, a reference to no node.

    Examples:
        >>> study = Study(
        ...     id="kenya-1",
        ...     title="Hand hygiene in county hospitals",
        ...     countries=("KE",),
        ...     barriers=(Barrier(id="b1", label="no time"),),
        ...     strategies=(Strategy(id="s1", label="reminders", addresses=("b1",)),),
        ... )
        >>> study.strategies[0].addresses
        ('b1',)
    """

    id: str
    title: str
    year: int | None = None
    citation: Citation | None = None
    programme: str | None = None
    embedded: Embedded | None = None
    design: Design | None = None
    design_label: str | None = None
    hybrid_type: Literal[1, 2, 3] | None = None
    sectors: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()
    scale_stage: ScaleStage | None = None
    engagement: tuple[Code, ...] = ()
    equity: tuple[Code, ...] = ()
    innovation: Innovation | None = None
    settings: tuple[Setting, ...] = ()
    arms: tuple[Arm, ...] = ()
    actors: tuple[Actor, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    strategies: tuple[Strategy, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    findings: tuple[Finding, ...] = ()
    events: tuple[Event, ...] = ()
    links_coded: LinksCoded | None = None
    codings: tuple[Coding, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    note: str | None = None
    extra: dict[str, str | int | float | bool | None] = field(factory=dict, hash=False)

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        rules.filled(faults, "title", self.title)
        rules.within(faults, "year", self.year, 1800, 2100)
        for name in ("sectors", "engagement", "equity"):
            rules.codes(faults, name, getattr(self, name))
        rules.countries(faults, self.countries)
        for key, value in self.extra.items():
            if isinstance(value, int) and abs(value) > rules.LARGEST:
                faults.append(Fault(f"extra.{key}", f"got {rules.number(value)}"))
        check_graph(self, faults)
        if faults:
            reject(self, faults, self.id)

    def _repr_html_(self) -> str:
        from implsci.notebook import card  # only a notebook needs it

        counted = ("barriers", "strategies", "mechanisms", "relationships", "outcomes", "findings")
        return card(
            f"Study {self.id}",
            [
                ("title", self.title),
                *((name, getattr(self, name)) for name in ("year", "design", "countries")),
                *((name, getattr(self, name)) for name in ("sectors", "engagement", "equity")),
                ("doi", self.citation and self.citation.doi),
                *((name, len(getattr(self, name)) or None) for name in counted),
            ],
        )
