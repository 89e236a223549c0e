"""Knowledge: rival definitions, claims, acts of mobilisation, and those who carry evidence."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model.evidence import Citation, Event, Measurement
from implsci.model.outcome import Outcome
from implsci.model.quote import Quote
from implsci.model.support import Party

__all__ = [
    "Bound",
    "Claim",
    "ClaimStatus",
    "Definition",
    "EvidenceIntermediary",
    "Flow",
    "Focus",
    "Level",
    "MobilisationActivity",
    "Stance",
]


def __dir__() -> list[str]:
    return __all__


Flow = Literal["one_way", "two_way", "multi_directional"]
Focus = Literal["programs", "processes", "both"]
Level = Literal["practice", "policy", "both"]
Stance = Literal["top_down", "flexible", "both"]
Bound = Literal["about", "at_least", "at_most"]
ClaimStatus = Literal["verified", "not_found", "disputed", "unchecked"]


@frozen(kw_only=True, eq=False, repr=False)
class Definition(Document):
    """What one author means by a term; none of several is the right one.

    The text of a definition belongs to its author. What is kept here is a paraphrase in our words,
    where the text stands, and what it says on the facets by which definitions differ; None is a
    facet on which it says nothing.

    Attributes:
        id: the record's name inside its casebook.
        term: the term defined.
        author: whose definition it is, as cited.
        year: when it was published.
        paraphrase: what it says, in other words than its author's.
        codes: terms of taxonomies that it speaks of.
        citation: where it stands.
        direction: which way knowledge flows.
        political: whether politics and power are part of it.
        participation: whether those who use knowledge take part.
        impact: whether what comes of it is part of it.
        focus: programs or processes.
        level: practice or policy.
        stance: from the top down, or flexible.
        domains: codes of the sectors it speaks of; none where it speaks of any or does not say.
        context: where and for whom it was made.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id or code, blank term, author or paraphrase, a year out of range.

    Examples:
        >>> Definition(
        ...     id="d1", term="knowledge mobilisation", author="Levin", year=2008,
        ...     paraphrase="Getting research and practice to shape one another.",
        ...     direction="multi_directional",
        ... ).direction
        'multi_directional'
    """

    term: str
    author: str
    paraphrase: str
    year: int | None = None
    codes: tuple[Code, ...] = ()
    citation: Citation | None = None
    direction: Flow | None = None
    political: bool | None = None
    participation: bool | None = None
    impact: bool | None = None
    focus: Focus | None = None
    level: Level | None = None
    stance: Stance | None = None
    domains: tuple[Code, ...] = ()
    context: str | None = None

    def _rules(self, faults: list[Fault]) -> None:
        for name in ("term", "author", "paraphrase"):
            rules.filled(faults, name, getattr(self, name))
        rules.within(faults, "year", self.year, 1800, 2100)
        rules.codes(faults, "codes", self.codes)
        rules.codes(faults, "domains", self.domains)


@frozen(kw_only=True, eq=False, repr=False)
class Claim(Document):
    """A figure that is repeated, with who says it, where, and whether anybody has checked it.

    Attributes:
        id: the record's name inside its casebook.
        about: what the figure is of; claims about the same thing are put side by side.
        statement: what is claimed, in our words.
        value: the figure; None where the claim has none.
        unit: its unit, such as ``percent`` or ``GBP a year``.
        bound: whether the figure is about so much, at least or at most so much; None: exactly.
        base: what it is a share or a sum of.
        said_by: who says it.
        year: the year it is said for, or was said in.
        citation: where it is said.
        status: ``verified`` (found in its source), ``not_found`` (looked for there and not found),
            ``disputed`` (another source says otherwise) or ``unchecked``.
        checked: when it was last checked, ISO 8601 to the precision known.
        because: what the status rests on.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, blank subject or statement, a figure without a unit, a status without
            what it rests on, no date.

    Examples:
        >>> Claim(
        ...     id="c1", about="research never used", statement="Most of it is never put to use.",
        ...     value=85, unit="percent",
        ... ).status
        'unchecked'
    """

    about: str
    statement: str
    value: float | None = None
    unit: str | None = None
    bound: Bound | None = None
    base: str | None = None
    said_by: str | None = None
    year: int | None = None
    citation: Citation | None = None
    status: ClaimStatus = "unchecked"
    checked: str | None = None
    because: str | None = None

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "about", self.about)
        rules.filled(faults, "statement", self.statement)
        rules.within(faults, "year", self.year, 1800, 2100)
        rules.date(faults, "checked", self.checked)
        if self.value is not None and self.unit is None:
            faults.append(Fault("unit", "a figure needs its unit"))
        if self.bound is not None and self.value is None:
            faults.append(Fault("bound", "says how to read the figure, and there is none"))
        if self.status not in (None, "unchecked") and self.because is None:
            faults.append(Fault("because", f"{self.status}: expected what says so"))


@frozen(kw_only=True, eq=False, repr=False)
class MobilisationActivity(Document):
    """An act of bringing knowledge into use: its knowledge, its process, its impact.

    The four questions are those of Ward 2017 (doi:10.1332/174426416X14634763278725): why is knowledge
    mobilised, whose, what kind, and how.

    Attributes:
        id: the record's name inside its casebook.
        title: what it is called.
        knowledge: which knowledge is mobilised.
        process: how.
        impact: what is to come of it, or came of it.
        why: codes of the reasons.
        whose: codes of whose knowledge it is.
        what: codes of the kind of knowledge.
        how: codes of the ways.
        actors: who takes part.
        start: when it began, ISO 8601 to the precision known.
        end: when it ended.
        sectors: codes of the policy areas or service sectors.
        countries: ISO 3166-1 alpha-2.
        reach: whom it reached, of how many.
        outcomes: use (kind ``research_use``, codes such as ``research-use:conceptual``) and impact.
        events: its history.
        quotes: what people said.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, code or date, or one of knowledge, process and impact left blank.

    Examples:
        >>> MobilisationActivity(
        ...     id="m1", title="Toolkit", knowledge="reviews on reading", process="a website",
        ...     impact="schools choose by evidence",
        ... ).process
        'a website'
    """

    title: str
    knowledge: str
    process: str
    impact: str
    why: tuple[Code, ...] = ()
    whose: tuple[Code, ...] = ()
    what: tuple[Code, ...] = ()
    how: tuple[Code, ...] = ()
    actors: tuple[Party, ...] = ()
    start: str | None = None
    end: str | None = None
    sectors: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()
    reach: tuple[Measurement, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    events: tuple[Event, ...] = ()
    quotes: tuple[Quote, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        for name in ("title", "knowledge", "process", "impact"):
            rules.filled(faults, name, getattr(self, name))
        for name in ("why", "whose", "what", "how", "sectors"):
            rules.codes(faults, name, getattr(self, name))
        rules.span(faults, self.start, self.end)
        rules.countries(faults, self.countries)
        rules.identities(faults, "actors", self.actors)
        rules.identities(faults, "outcomes", self.outcomes)


@frozen(kw_only=True, eq=False, repr=False)
class EvidenceIntermediary(Document):
    """An organization that brings evidence to those who decide, such as a What Works Centre.

    What is said of it is a dated claim: `since`, `until` and `checked` say when it held.

    Attributes:
        id: the record's name inside its casebook.
        name: what it is called.
        kinds: what it is, codes such as ``actor:what-works-centre``.
        country: ISO 3166-1 alpha-2.
        network: the network it belongs to.
        member: its standing in that network, such as ``member`` or ``affiliate``.
        policy_areas: what it works on, in its own words.
        sectors: the same as codes.
        since: from when it belongs to the network, ISO 8601 to the precision known.
        until: until when; None where it still did on the day of `checked`.
        checked: the latest day for which the source shows it; when the source was read stands in
            the provenance.
        citation: the source.
        url: its own address.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, code, country or date, or blank name.

    Examples:
        >>> EvidenceIntermediary(id="eef", name="Education Endowment Foundation", country="GB").country
        'GB'
    """

    name: str
    kinds: tuple[Code, ...] = ()
    country: str | None = None
    network: str | None = None
    member: str | None = None
    policy_areas: tuple[str, ...] = ()
    sectors: tuple[Code, ...] = ()
    since: str | None = None
    until: str | None = None
    checked: str | None = None
    citation: Citation | None = None
    url: str | None = None

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "name", self.name)
        rules.codes(faults, "kinds", self.kinds)
        rules.codes(faults, "sectors", self.sectors)
        rules.distinct(faults, "policy_areas", self.policy_areas)
        rules.span(faults, self.since, self.until, ("since", "until"))
        rules.date(faults, "checked", self.checked)
        if self.country is not None:
            rules.country(faults, "country", self.country)
