"""The two files of studies coded from abstracts: one study a line.

A line's lists become nodes, ``b1``, ``s1``, ``r1``, ``o1``, ``f1`` and so on in the order of the
line. What the coder left empty stays empty: it was not in the part that was read, which is not to
say that it was not there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

import msgspec

from implsci.codes import Code
from implsci.model import (
    Actor,
    Barrier,
    Citation,
    Coding,
    Estimate,
    Finding,
    Innovation,
    Outcome,
    Provenance,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model.barrier import BarrierLevel, Valence
from implsci.model.evidence import Certainty
from implsci.model.finding import Direction, FindingBasis, Role
from implsci.model.outcome import Desirable, OutcomeKind
from implsci.model.study import Design, ScaleStage

from .relational import read_label
from .tally import Tally
from .vocabularies import (
    ENGAGEMENT,
    STUDIES,
    comparator,
    design,
    equity,
    is_gradient,
    is_yardstick,
    term,
)

__all__ = ["FILES", "read"]

FILES: Final = {
    "health": "coded_from_abstracts_health.jsonl",
    "social": "coded_from_abstracts_social.jsonl",
}
METHOD: Final = "coded by a model from the opening of a stored page"

# Where a text prints "p < 0.05" the coder kept the bound as the value. The README of the files
# names these four values as bounds, and the two studies in which the text prints them as exact.
_BOUNDS: Final = frozenset((0.0001, 0.001, 0.01, 0.05))
_EXACT: Final = frozenset((("ethiopia-checklist", 0.001), ("yapa-2020", 0.01)))

# Its lines say so: the metric was left empty and the outcome is named "(value is a hazard ratio)".
_HAZARD_RATIOS: Final = frozenset(("williams-2025-nfp",))

# A noun said once for both parties: what stands before the dash is no party by itself.
_SHARED_NOUNS: Final = frozenset(("external", "senior", "trained"))

# Proxies, mirrors and shadow libraries through which a page was read; no place to send a reader to.
_MIRRORS: Final = re.compile(
    r"//(\d+\.){3}\d+|websiteproxy|zlibrary|brum\.beds\.ac\.uk|saludcastillayleon|dokumen\.tips"
    r"|vdocument|pdfslide|paperzz|//archive\.org/?$"
)


class Named(msgspec.Struct, forbid_unknown_fields=True):
    """The innovation of a line."""

    name: str
    kind: str | None


class BarrierLine(msgspec.Struct, forbid_unknown_fields=True):
    """A barrier of a line."""

    as_named: str
    cfir_2009: str | None
    level: BarrierLevel | None
    valence: Valence | None


class StrategyLine(msgspec.Struct, forbid_unknown_fields=True):
    """A strategy of a line."""

    as_named: str
    eric: str | None
    relational: str | None
    actor: str | None
    action_target: str | None
    dose: str | None
    addresses: list[int] | None


class RelationshipLine(msgspec.Struct, forbid_unknown_fields=True):
    """A relationship of a line."""

    parties: str | None
    quality: str | None
    role: Role | None
    as_named: str


class OutcomeLine(msgspec.Struct, forbid_unknown_fields=True):
    """An outcome of a line."""

    as_named: str
    proctor: str | None
    kind: OutcomeKind | None
    desirable: Desirable | None


class FindingLine(msgspec.Struct, forbid_unknown_fields=True):
    """A finding of a line."""

    strategies: list[int]
    barriers: list[int]
    relationship: int | None
    outcome: int
    comparator: str | None
    direction: Direction
    metric: str | None
    value: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    n: int | None
    timepoint: str | None


class Line(msgspec.Struct, forbid_unknown_fields=True):
    """One line: one study."""

    id: str
    title: str
    doi: str | None
    url: str | None
    year: int | None
    countries: list[str]
    sector: str
    setting: str | None
    design: str | None
    hybrid_type: str | None
    scale_stage: ScaleStage | None
    innovation: Named | None
    engagement: str | None
    equity: list[str] | None
    barriers: list[BarrierLine]
    strategies: list[StrategyLine]
    relationships: list[RelationshipLine]
    outcomes: list[OutcomeLine]
    findings: list[FindingLine]
    coder: str
    confidence: Certainty
    source: str


def read(which: Literal["health", "social"], tally: Tally) -> list[Study]:
    """Read one of the two files.

    Args:
        which: the file.
        tally: where to count.

    Returns:
        One study a line, in the order of the lines.
    """
    path = STUDIES / FILES[which]
    studies = []
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        line = msgspec.json.decode(text, type=Line)
        studies.append(_Reader(line, number, which, path, tally).study())
    tally.read[path.name] = tally.studies[path.name] = len(studies)
    return studies


class _Reader:
    """Turns one line into a study."""

    def __init__(self, line: Line, number: int, which: str, path: Path, tally: Tally) -> None:
        self.line = line
        self.number = number
        self.path = path
        self.tally = tally
        self.coder = f"{line.coder} ({which} file)"
        self.design: Design | None = None if line.design is None else design(line.design)
        self.extra: dict[str, str | int | float | bool | None] = {}

    def study(self) -> Study:
        line = self.line
        relationships, actors = self._relationships()
        linked = any(strategy.addresses for strategy in line.strategies)
        hybrid = self._hybrid()
        return Study(
            id=line.id,
            title=line.title,
            year=line.year,
            citation=self._citation(),
            design=self.design,
            design_label=line.design,
            hybrid_type=hybrid,
            sectors=self._sectors(),
            countries=tuple(line.countries),
            scale_stage=line.scale_stage,
            engagement=self._engagement(),
            equity=self._equity(),
            innovation=None
            if line.innovation is None
            else Innovation(name=line.innovation.name, kind=line.innovation.kind),
            settings=() if line.setting is None else (Setting(id="set1", label=line.setting),),
            actors=actors,
            barriers=tuple(self._barrier(*item) for item in enumerate(line.barriers, 1)),
            strategies=tuple(self._strategy(*item) for item in enumerate(line.strategies, 1)),
            relationships=relationships,
            outcomes=tuple(self._outcome(*item) for item in enumerate(line.outcomes, 1)),
            findings=tuple(self._finding(*item) for item in enumerate(line.findings, 1)),
            # The openings that were read tell links now and then: what is filled is a part of them,
            # and where none is filled they were not there to be coded.
            links_coded="partial" if linked else "none",
            codings=self._study_codings(),
            provenance=(
                Provenance(
                    source=self.path.name,
                    locator=f"line {self.number}",
                    url=line.url,
                    method=METHOD,
                    note=line.source,
                ),
            ),
            extra=self.extra,
        )

    def _citation(self) -> Citation | None:
        url = self.line.url
        if url is not None and _MIRRORS.search(url):
            url = None
        return (
            None if self.line.doi is None and url is None else Citation(doi=self.line.doi, url=url)
        )

    def _sectors(self) -> tuple[Code, ...]:
        if self.line.sector == "other":
            self.extra["sector_as_coded"] = "other"
            return ()
        return (term("sector", self.line.sector),)

    def _hybrid(self) -> Literal[1, 2, 3] | None:
        match self.line.hybrid_type:
            case None:
                return None
            case "1":
                return 1
            case "2":
                return 2
            case "3":
                return 3
            case words:
                self.extra["hybrid_type_as_coded"] = words
                return None

    def _engagement(self) -> tuple[Code, ...]:
        if self.line.engagement is None:
            return ()
        return tuple(term("engagement", name) for name in ENGAGEMENT[self.line.engagement])

    def _equity(self) -> tuple[Code, ...]:
        found: list[Code] = []
        unknown: list[str] = []
        for word in self.line.equity or ():
            stratum = equity(word)
            if stratum is None:
                unknown.append(word)
            elif stratum not in found:
                found.append(stratum)
        if unknown:
            self.tally.equity_uncoded.update(unknown)
            self.extra["equity_as_coded"] = "; ".join(unknown)
        return tuple(found)

    def _study_codings(self) -> tuple[Coding, ...]:
        codings = [Coding(coder=self.coder, by="machine", confidence=self.line.confidence)]
        if self.line.engagement == "mixed":
            codings.append(Coding(coder=self.coder, by="machine", of="engagement", value="mixed"))
        return tuple(codings)

    def _coded(self, code: Code | None) -> Coding:
        return Coding(coder=self.coder, by="machine", code=code)

    def _barrier(self, number: int, line: BarrierLine) -> Barrier:
        code = None if line.cfir_2009 is None else term("cfir-2009", line.cfir_2009)
        return Barrier(
            id=f"b{number}",
            label=line.as_named,
            codes=() if code is None else (code,),
            codings=(self._coded(code),),
            valence=line.valence,
            level=line.level,
        )

    def _strategy(self, number: int, line: StrategyLine) -> Strategy:
        eric = None if line.eric is None else term("eric", line.eric)
        codes = [] if eric is None else [eric]
        codings = [self._coded(eric)]
        if line.relational is not None:
            reading = read_label(line.relational)
            self.tally.relational[reading.fate, line.relational] += 1
            if reading.fate in ("trust", "relational") and reading.code is not None:
                codes.append(reading.code)
            codings.append(
                Coding(
                    coder=self.coder,
                    of="engagement" if reading.fate == "engagement" else None,
                    code=reading.code,
                    value=line.relational,
                    by="machine",
                )
            )
        return Strategy(
            id=f"s{number}",
            label=line.as_named,
            codes=tuple(codes),
            codings=tuple(codings),
            actor=line.actor,
            action_target=line.action_target,
            dose=line.dose,
            addresses=tuple(f"b{index + 1}" for index in line.addresses or ()),
        )

    def _outcome(self, number: int, line: OutcomeLine) -> Outcome:
        code = None if line.proctor is None else term("proctor", line.proctor)
        return Outcome(
            id=f"o{number}",
            label=line.as_named,
            codes=() if code is None else (code,),
            codings=(self._coded(code),),
            kind=line.kind,
            desirable=line.desirable,
        )

    def _relationships(self) -> tuple[tuple[Relationship, ...], tuple[Actor, ...]]:
        actors: dict[str, Actor] = {}
        found = []
        for number, line in enumerate(self.line.relationships, 1):
            parties = []
            for label in () if line.parties is None else parties_of(line.parties):
                if label not in actors:
                    actors[label] = Actor(id=f"a{len(actors) + 1}", label=label)
                parties.append(actors[label].id)
            # A role belongs to a finding; the coder gave it to the relationship, and some
            # relationships are in no finding of their line.
            role = (
                ()
                if line.role is None
                else (Coding(coder=self.coder, by="machine", of="role", value=line.role),)
            )
            found.append(
                Relationship(
                    id=f"r{number}",
                    label=line.as_named,
                    codings=role,
                    parties=tuple(parties),
                    quality=line.quality,
                )
            )
        return tuple(found), tuple(actors.values())

    def _finding(self, number: int, line: FindingLine) -> Finding:
        role = (
            None if line.relationship is None else self.line.relationships[line.relationship].role
        )
        return Finding(
            id=f"f{number}",
            outcome=f"o{line.outcome + 1}",
            direction=line.direction,
            strategies=tuple(f"s{index + 1}" for index in line.strategies),
            barriers=tuple(f"b{index + 1}" for index in line.barriers),
            relationship=None if line.relationship is None else f"r{line.relationship + 1}",
            role=role,
            basis=self._basis(line, role),
            comparator=comparator(line.comparator),
            comparator_label=line.comparator,
            timepoint=line.timepoint,
            estimate=self._estimate(line),
            n=line.n,
        )

    def _basis(self, line: FindingLine, role: Role | None) -> FindingBasis:
        return basis(
            compared=line.comparator,
            strategies=bool(line.strategies),
            number=line.value is not None or line.p is not None,
            role=role,
            design=self.design,
        )

    def _estimate(self, line: FindingLine) -> Estimate | None:
        if line.metric is None and line.value is None and line.p is None:
            return None
        metric = line.metric
        if metric is None:
            ratio = self.line.id in _HAZARD_RATIOS and line.value is not None
            metric = "HR" if ratio else "unspecified"
        bound = line.p in _BOUNDS and (self.line.id, line.p) not in _EXACT
        # The lines print risk differences in percentage points; a record holds proportions.
        unit = 100 if metric == "RD" else 1
        value, low, high = (
            None if number is None else round(number / unit, 6)
            for number in (line.value, line.ci_low, line.ci_high)
        )
        return Estimate(
            metric=metric,
            value=value,
            ci_low=low,
            ci_high=high,
            p=line.p,
            p_bound=None if line.p is None else ("below" if bound else "exact"),
        )


def parties_of(text: str) -> tuple[str, ...]:
    """Return the parties of a relationship: two where the words split cleanly at `` - ``, else one.

    "agency - agency" names one kind of party twice, and "external - internal facilitators" says its
    noun once: both stay whole.
    """
    parts = tuple(part.strip() for part in text.split(" - "))
    if len(parts) != 2 or parts[0] == parts[1] or parts[0] in _SHARED_NOUNS or not all(parts):
        return (text,)
    return parts


def basis(
    *,
    compared: str | None,
    strategies: bool,
    number: bool,
    role: Role | None,
    design: Design | None,
) -> FindingBasis:
    """Return what kind of claim a coded finding is.

    A necessary condition that nothing tests is asserted. A strategy set against doing without it is
    an effect, unless the study is qualitative (then a description) or a survey at one time (then an
    association). More against less, or one subgroup against another, is an association; so is what
    is said of a barrier or relationship alone, where a comparison or a number stands behind it. All
    else, with whatever was held against a target or a plan, is a description.

    Args:
        compared: the comparator in the source's words.
        strategies: whether strategies stand behind the finding.
        number: whether a value or a p-value is given.
        role: the role claimed for the relationship.
        design: the study's design.
    """
    if role == "necessary_condition" and compared is None and not number:
        return "asserted"
    if compared is None or is_yardstick(compared):
        return "association" if number and not strategies else "description"
    if not strategies:
        return "association"
    if design == "qualitative":
        return "description"
    if is_gradient(compared) or design == "cross_sectional":
        return "association"
    return "effect"
