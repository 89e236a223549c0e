"""The table of studies coded in reviews and by their authors: one fact a row.

A row holds study, field, value, source and basis; a field may repeat, and ``|`` parts a value. The
stored tables are openings: a strategy that is not listed is unknown, not unused.

What is read into a finding, and what is not: a row ``outcome_direction`` says a direction in so
many words, and three rows ``result`` do (`_RESULTS`). What an ``outcome_proctor`` row prints beside
its label, such as two percentages, would have to be judged; it stays in the outcome's note. Effects
are those of studies whose design compares; all else is a description.

The table names no link from a strategy to a barrier. Its "expected barrier" is what a matching tool
would have one expect, so it stays in a note too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import cache
from typing import Final, Literal, NamedTuple

from implsci.codes import Code, slug
from implsci.model import (
    Arm,
    Barrier,
    Citation,
    Coding,
    Estimate,
    Finding,
    Innovation,
    Measurement,
    Outcome,
    Provenance,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model.evidence import Certainty, CodedBy
from implsci.model.finding import Direction
from implsci.model.outcome import Desirable
from implsci.model.study import ScaleStage

from .tally import Tally
from .vocabularies import COMPARATIVE, COUNTRIES, STUDIES, design, sectors, term

__all__ = ["FILE", "FOUNDERS", "read", "rows_of"]

FILE: Final = "eric_coded_studies.csv"
FOUNDERS: Final = "implsci founders"

_REVIEW: Final = "REVIEW Ashcraft 2024"
_ARM: Final = re.compile(r"^(SPREAD-NET \(Gold 2019\)) arm (\d \w+)$")

_DIRECTIONS: Final[dict[str, Direction]] = {
    "positive": "improved",
    "positive (row cut off)": "improved",
    "no effect": "no_difference",
    "no significant effect": "no_difference",
    "mixed": "mixed",
}

# The founders coded these outcomes from abstracts that name them so; elsewhere a Proctor label and
# a direction stand in rows that nothing joins.
_SAME_OUTCOME: Final = {"reach": "Penetration", "adoption": "Adoption"}

# Which named strategy each ERIC label of the founders belongs to; the table lists both in order.
_NAMED_AS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "MOUD in 41 California clinics 2022": {
        "Enhanced monitoring and feedback": ("Audit and provide feedback",),
        "Learning collaboratives": ("Create a learning collaborative",),
        "External facilitation": ("Facilitation",),
        "Didactic webinars": ("Conduct educational meetings",),
    },
    "Caton 2020": {
        "Didactic webinars": ("Conduct educational meetings",),
        "Project ECHO": ("Create a learning collaborative",),
        "Expert coaching": ("Provide ongoing consultation",),
    },
    "ADaPT-OUD secondary analysis": {
        "External facilitation": ("Facilitation",),
        "Academic detailing": ("Conduct educational outreach visits",),
    },
    "Spoelstra 2022": {
        "Internal facilitation": ("Facilitation",),
        "Internal plus external facilitation": ("Facilitation",),
    },
    "Childcare performance review 2019": {
        "performance review and facilitated feedback, five times in 10 months": (
            "Audit and provide feedback",
            "Facilitation",
        ),
    },
    "JJ-TRIALS 2016 (protocol)": {
        "Enhanced: core plus active facilitation": ("Facilitation",),
    },
    "Phillippi 2013": {
        "community development through state, local, university and national partnerships": (
            "Build a coalition",
            "Develop academic partnerships",
        ),
    },
    "Irungu 2021": {"technical assistance": ("Provide local technical assistance",)},
}
_BARRIERS_AS: Final = {
    "CDMI for COPD 2021": {
        "no needs assessment with key stakeholders": "Planning",
        "lack of buy-in from medical staff": "Key Stakeholders",
        "inadequate patient engagement": "Innovation Participants",
    },
}

# The tables' column "programme" mostly names what was delivered; here it names how, or a topic.
_PROGRAMME_IS_STRATEGY: Final = frozenset(
    ("integrated knowledge transfer by a knowledge broker (PARiHS)",)
)
_PROGRAMME_IS_TOPIC: Final = frozenset(
    ("influenza outbreaks in care homes", "oral health in residential care")
)

_RELATIONSHIPS: Final = {
    "Trust training in child welfare 2024": "trust building",
    "Audit and feedback, Ontario nursing homes 2023": "engagement",
    "Suman 2017, low back pain guideline": "distrust among professionals",
    "Bunger 2024, Ohio START": "collaboration between systems",
}

_NOTES: Final = {
    "Fairall 2005/2010": "Two papers, as one row of the review; the year is left open.",
    "Yakovchenko 2023": "Perhaps the same surveys as rogal-2022; the abstracts do not say.",
    "Rogal 2022": "Perhaps the same surveys as yakovchenko-2023; the abstracts do not say.",
    "Banbury 2019": "The table prints cluster name 1 for cluster 3; the strategy numbers are used.",
}
_STIGMA: Final = (
    "named by a review of stigma-reduction interventions: it may be the innovation itself"
)


class _Result(NamedTuple):
    outcome: str
    desirable: Desirable
    direction: Direction
    compared: str | None = None
    estimate: Estimate | None = None


# A trial of one strategy against another: which was tried, and which it was compared with.
_CONTRASTS: Final = {
    "Spoelstra 2022": ("Internal plus external facilitation", "Internal facilitation"),
}

_RESULTS: Final = {
    "neonatal mortality aRR 0.62 (0.43 to 0.89)": _Result(
        "neonatal mortality",
        "lower",
        "improved",
        estimate=Estimate(metric="RR", value=0.62, ci_low=0.43, ci_high=0.89, adjusted=True),
    ),
    "deliveries with a qualified provider 58-70% against 27%": _Result(
        "deliveries with a qualified provider", "higher", "improved", compared="27%"
    ),
    "testing rose 4-fold in intervention against control communities; 95% adherence": _Result(
        "testing", "higher", "improved", compared="control communities"
    ),
}


class Row(NamedTuple):
    """One fact, and the number of its row, the first under the heading being 1."""

    number: int
    study: str
    field: str
    value: str
    source: str
    basis: str


class _Coder(NamedTuple):
    name: str
    by: CodedBy | None
    confidence: Certainty | None
    note: str | None = None

    def coding(
        self,
        *,
        code: Code | None = None,
        value: str | None = None,
        of: str | None = None,
        note: str | None = None,
    ) -> Coding:
        return Coding(
            coder=self.name,
            by=self.by,
            confidence=self.confidence,
            of=of,
            code=code,
            value=value,
            note=note,
        )


def rows_of() -> list[Row]:
    """Return the rows of the table."""
    with (STUDIES / FILE).open(encoding="utf-8", newline="") as file:
        return [
            Row(number, row["study"], row["field"], row["value"], row["source"], row["basis"])
            for number, row in enumerate(csv.DictReader(file), 1)
        ]


def read(tally: Tally) -> list[Study]:
    """Read the table.

    Args:
        tally: where to count.

    Returns:
        The studies, in the order in which they first stand in the table. The three arms of one
        trial, listed there as three studies, are one; the rows of a review, which counts
        strategies over other studies, are none.
    """
    grouped: dict[str, list[Row]] = {}
    rows = rows_of()
    for row in rows:
        arm = _ARM.match(row.study)
        grouped.setdefault(arm[1] if arm else row.study, []).append(row)
    left = grouped.pop(_REVIEW)
    tally.left_out.append(
        f"{FILE}, {_locator(left)}: {_REVIEW}, counts over 129 other studies, not a study"
    )
    studies = [_Reader(name, found).study() for name, found in grouped.items()]
    tally.read[FILE] = len(rows)
    tally.studies[FILE] = len(studies)
    return studies


class _Reader:
    """Turns the rows of one study into a study."""

    def __init__(self, name: str, rows: list[Row]) -> None:
        self.name = name
        self.rows = rows
        self.strategies: dict[str, Strategy] = {}
        self.barriers: dict[str, Barrier] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.notes: list[str] = [_NOTES[name]] if name in _NOTES else []
        self.extra: dict[str, str | int | float | bool | None] = {}

    def values(self, field: str) -> list[str]:
        """Return the distinct values of a field, in order."""
        return list(dict.fromkeys(row.value for row in self.rows if row.field == field))

    def value(self, field: str) -> str | None:
        """Return the one value of a field, None where there is none."""
        found = self.values(field)
        if len(found) > 1:
            raise ValueError(f"{self.name} has {len(found)} values of {field}")
        return found[0] if found else None

    def study(self) -> Study:
        self._extra()
        self._barriers()
        self._strategies()
        self._outcomes()
        arms = self._arms()
        label = self.value("design")
        stage, hybrid = self._stage(), self._hybrid(label)
        sector = self.value("sector")
        if sector is not None and sector != "health":
            self.extra["sector_as_printed"] = sector
        setting = self.value("setting")
        country = self.value("country")
        findings = self._findings(label)
        relationships = self._relationships()
        return Study(
            id=slug(self.name),
            title=self._title(),
            year=self._year(),
            citation=self._citation(),
            design=None if label is None else design(label),
            design_label=label,
            hybrid_type=hybrid,
            sectors=() if sector is None else sectors(sector),
            countries=() if country is None else (COUNTRIES[country],),
            scale_stage=stage,
            innovation=self._innovation(),
            settings=() if setting is None else (Setting(id="set1", label=setting),),
            arms=arms,
            barriers=tuple(self.barriers.values()),
            strategies=tuple(self.strategies.values()),
            relationships=relationships,
            outcomes=tuple(self.outcomes.values()),
            findings=findings,
            links_coded="none",
            codings=self._codings(),
            provenance=self._provenance(),
            note=" ".join(self.notes) or None,
            extra=self.extra,
        )

    # --- what the study itself says ---

    def _from_abstract(self) -> bool:
        return any("from the abstract" in row.basis for row in self.rows)

    def _title(self) -> str:
        where = "title not shown; named so here"
        return (
            f"{self.name} ({where if self._from_abstract() else 'title not printed in the table'})"
        )

    def _year(self) -> int | None:
        years = set(re.findall(r"\b(?:19|20)\d\d\b", self.name))
        return int(years.pop()) if len(years) == 1 else None

    def _citation(self) -> Citation:
        doi = self.value("doi")
        if doi is not None:
            return Citation(doi=doi)
        return Citation(text=f"{self.name}, in: {self.rows[0].source}")

    def _stage(self) -> ScaleStage | None:
        stages: dict[str | None, ScaleStage | None] = {
            None: None,
            "pilot": "pilot",
            "scale": "scale-up",
        }
        return stages[self.value("stage")]

    def _hybrid(self, label: str | None) -> Literal[1, 2, 3] | None:
        kind = self.value("study_type")
        if kind == "Type 1 hybrid":
            return 1
        if kind is not None:
            self.extra["study_type"] = kind
        if label is not None and "hybrid type 3" in label:
            return 3
        return None

    def _innovation(self) -> Innovation | None:
        programme = self.value("programme")
        if programme is None or programme in _PROGRAMME_IS_STRATEGY:
            return None
        if programme in _PROGRAMME_IS_TOPIC:
            self.extra["topic"] = programme
            return None
        return Innovation(name=programme)

    def _extra(self) -> None:
        for field in ("population", "n_strategies"):
            if (value := self.value(field)) is not None:
                self.extra[field] = value
        for field in ("sample_size", "n_participants"):
            values = self.values(field)
            if values and not self._in_arms():
                self.extra[field] = "; ".join(values)
        if (assessed := self.value("barrier_assessment")) is not None:
            self.notes.append(f"Barriers assessed before, as the review coded it: {assessed}.")
        for result in self.values("result"):
            if result not in _RESULTS:
                self.notes.append(f"Result as printed: {result}.")
        for text in self.values("moderator"):
            self.notes.append(f"Moderator as printed: {text}.")
        for text in self.values("note"):
            self.notes.append(f"Note of the table: {text}.")

    def _codings(self) -> tuple[Coding, ...]:
        coders = {
            coder.name: coder for row in self.rows if (coder := _coder(row.source, row.basis))
        }
        return tuple(coder.coding(note=coder.note) for coder in coders.values())

    def _provenance(self) -> tuple[Provenance, ...]:
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            groups.setdefault((row.basis, row.source), []).append(row)
        return tuple(
            Provenance(source=FILE, locator=_locator(rows), method=basis, note=source)
            for (basis, source), rows in groups.items()
        )

    # --- barriers and strategies ---

    def _barriers(self) -> None:
        same = _BARRIERS_AS.get(self.name, {})
        for row in self.rows:
            if row.field == "barrier_as_named":
                label, code = row.value, None
                if row.value in same:
                    code = term("cfir-2009", same[row.value])
            elif row.field == "barrier_cfir" and row.value not in same.values():
                label, code = row.value, term("cfir-2009", row.value.partition(" (")[0])
            else:
                continue
            coder = _coder(row.source, row.basis) or _FOUNDERS
            self.barriers[label] = Barrier(
                id=f"b{len(self.barriers) + 1}",
                label=label,
                codes=() if code is None else (code,),
                codings=() if code is None else (coder.coding(code=code),),
                # Determinants that authors coded may help or hinder; named barriers hinder.
                valence="barrier" if row.field == "barrier_as_named" else None,
            )

    def _strategies(self) -> None:
        named = _NAMED_AS.get(self.name, {})
        spoken_for = {label for labels in named.values() for label in labels}
        for row in self.rows:
            coder = _coder(row.source, row.basis)
            match row.field:
                case "strategy_eric" if row.value not in spoken_for:
                    self._add(row.value, term("eric", row.value), coder)
                case "strategy_epoc" if coder is not None:
                    note = "the table does not say which edition of EPOC"
                    self._add(row.value, None, None, coder.coding(value=row.value, note=note))
                case "bct_bcttv1":
                    label = f"{row.value} {_techniques()[row.value]}"
                    self._add(label, Code(f"bct-v1:{row.value}"), coder)
                case "intervention_function":
                    self._add(row.value, term("bcw", row.value), coder)
                case "strategy_as_named":
                    self._named(row, named)
                case "programme" if row.value in _PROGRAMME_IS_STRATEGY:
                    self._add(row.value, None, None, note="printed in the column of programmes")
                case "strategy_eric_by_epis_phase":
                    phase, _, label = row.value.partition(" | ")
                    plain, _, printed = label.partition(" (")
                    self._add(
                        plain,
                        term("eric", plain),
                        coder,
                        temporality=phase,
                        note=printed.removesuffix(")") or None,
                    )
                case "strategy_use":
                    self._used(row, coder)
                case "strategy_relational":
                    (only,) = self.strategies.values()
                    coding = _FOUNDERS.coding(value=row.value)
                    self._replace(only, codings=(*only.codings, coding))
        self._delivery()

    def _add(
        self,
        label: str,
        code: Code | None,
        coder: _Coder | None,
        *codings: Coding,
        note: str | None = None,
        temporality: str | None = None,
        measurements: tuple[Measurement, ...] = (),
    ) -> None:
        if label in self.strategies:  # an arm repeats what another got
            return
        own = () if coder is None or code is None else (coder.coding(code=code),)
        self.strategies[label] = Strategy(
            id=f"s{len(self.strategies) + 1}",
            label=label,
            codes=() if code is None else (code,),
            codings=(*own, *codings),
            temporality=temporality,
            measurements=measurements,
            note=note,
        )

    def _replace(
        self,
        strategy: Strategy,
        *,
        codings: tuple[Coding, ...] | None = None,
        actor: str | None = None,
        action_target: str | None = None,
        note: str | None = None,
    ) -> None:
        self.strategies[strategy.label] = Strategy(
            id=strategy.id,
            label=strategy.label,
            codes=strategy.codes,
            codings=strategy.codings if codings is None else codings,
            actor=strategy.actor if actor is None else actor,
            action_target=strategy.action_target if action_target is None else action_target,
            temporality=strategy.temporality,
            measurements=strategy.measurements,
            note=strategy.note if note is None else note,
        )

    def _named(self, row: Row, named: dict[str, tuple[str, ...]]) -> None:
        note = _STIGMA if row.source.startswith("Kemp 2019") else None
        for label in row.value.split("; "):
            codes = tuple(term("eric", name) for name in named.get(label, ()))
            self._add(label, None, None, note=note)
            strategy = self.strategies[label]
            self.strategies[label] = Strategy(
                id=strategy.id,
                label=label,
                codes=codes,
                codings=tuple(_FOUNDERS.coding(code=code) for code in codes),
                note=note,
            )

    def _used(self, row: Row, coder: _Coder | None) -> None:
        label, *parts = row.value.split(" | ")
        measurements = []
        notes = []
        for part in parts:
            if year := re.fullmatch(r"(FY\d\d) (\d+)%", part):
                measurements.append(
                    Measurement(
                        of="use by the sites", value=float(year[2]), unit="percent", time=year[1]
                    )
                )
            elif part.startswith("significant: "):
                notes.append(f"association with the outcome {part}")
            elif part.startswith("expected barrier "):
                barrier = part.removeprefix("expected barrier ")
                notes.append(f"barrier that the CFIR-ERIC tool would expect: {barrier}")
            else:
                notes.append(part)
        self._add(
            label,
            term("eric", label),
            coder,
            note="; ".join(notes),
            measurements=tuple(measurements),
        )

    def _delivery(self) -> None:
        """Give actor and target, which a table prints once for a study, to all its strategies."""
        actor, target = self.value("actor"), self.value("action_target")
        if actor == "not specified":
            self.extra["actor_as_printed"] = actor
            actor = None
        if actor is None and target is None:
            return
        for strategy in tuple(self.strategies.values()):
            self._replace(
                strategy,
                actor=actor,
                action_target=target,
                note="actor and target are printed once, for all strategies of the study",
            )

    # --- arms, relationships, outcomes, findings ---

    def _in_arms(self) -> bool:
        return any(_ARM.match(row.study) for row in self.rows)

    def _arms(self) -> tuple[Arm, ...]:
        arms: dict[str, list[Row]] = {}
        for row in self.rows:
            if found := _ARM.match(row.study):
                arms.setdefault(found[2], []).append(row)
        made = []
        for number, (name, rows) in enumerate(arms.items(), 1):
            (size,) = [row.value for row in rows if row.field == "sample_size"]
            got = [row.value for row in rows if row.field == "strategy_eric"]
            made.append(
                Arm(
                    id=f"arm{number}",
                    label=f"arm {name}",
                    strategies=tuple(self.strategies[label].id for label in got),
                    n=int(size.removesuffix(" clinics")),
                    note="clinics",
                )
            )
        return tuple(made)

    def _relationships(self) -> tuple[Relationship, ...]:
        role = self.value("relationship_role")
        if role is None:
            return ()
        coding = _FOUNDERS.coding(of="role", value=role)
        return (Relationship(id="r1", label=_RELATIONSHIPS[self.name], codings=(coding,)),)

    def _outcomes(self) -> None:
        directed = {value.partition(" | ")[0] for value in self.values("outcome_direction")}
        for row in self.rows:
            if row.field != "outcome_proctor":
                continue
            printed, _, detail = row.value.partition(" | ")
            name = "Implementation Cost" if printed == "Cost" else printed
            code = term("proctor", name)
            coder = _coder(row.source, row.basis) or _FOUNDERS
            words = [
                word for word in directed if _SAME_OUTCOME.get(word) == name and coder is _FOUNDERS
            ]
            label = words[0] if words else printed
            self.outcomes[label] = Outcome(
                id=f"o{len(self.outcomes) + 1}",
                label=label,
                codes=(code,),
                codings=(coder.coding(code=code),),
                kind="implementation",
                # What Proctor's terms name is better when there is more of it, but for cost.
                desirable="lower" if printed == "Cost" else "higher",
                note=f"as printed: {detail}" if detail else None,
            )
        for label in self.values("outcome_measured"):
            self._outcome(label)

    def _outcome(self, label: str, desirable: Desirable | None = None) -> Outcome:
        if label not in self.outcomes:
            self.outcomes[label] = Outcome(
                id=f"o{len(self.outcomes) + 1}", label=label, desirable=desirable
            )
        return self.outcomes[label]

    def _findings(self, label: str | None) -> tuple[Finding, ...]:
        findings: list[Finding] = []
        for value in self.values("outcome_direction"):
            name, _, said = value.partition(" | ")
            outcome = self._outcome(name)
            direction = _DIRECTIONS.get(said)
            if direction is None:
                self.outcomes[name] = Outcome(
                    id=outcome.id,
                    label=outcome.label,
                    codes=outcome.codes,
                    codings=outcome.codings,
                    kind=outcome.kind,
                    desirable=outcome.desirable,
                    note=f"as printed: {said}",
                )
                continue
            note = f"as printed: {said}" if said not in ("positive", "mixed") else None
            findings.append(
                self._finding(
                    number=len(findings) + 1,
                    label=label,
                    outcome=outcome,
                    direction=direction,
                    note=note,
                )
            )
        for printed in self.values("result"):
            if printed in _RESULTS:
                result = _RESULTS[printed]
                outcome = self._outcome(result.outcome, result.desirable)
                findings.append(
                    self._finding(
                        number=len(findings) + 1,
                        label=label,
                        outcome=outcome,
                        direction=result.direction,
                        compared=result.compared,
                        estimate=result.estimate,
                        note=f"as printed: {printed}",
                    )
                )
        return tuple(findings)

    def _finding(
        self,
        *,
        number: int,
        label: str | None,
        outcome: Outcome,
        direction: Direction,
        note: str | None,
        compared: str | None = None,
        estimate: Estimate | None = None,
    ) -> Finding:
        kind = None if label is None else design(label)
        compares = kind in COMPARATIVE and bool(self.strategies)
        if self.name in _CONTRASTS:
            tried, other = (self.strategies[name] for name in _CONTRASTS[self.name])
            return Finding(
                id=f"f{number}",
                outcome=outcome.id,
                direction=direction,
                strategies=(tried.id,),
                basis="effect",
                comparator="strategy",
                comparator_label=other.label,
                comparator_strategies=(other.id,),
                note=note,
            )
        return Finding(
            id=f"f{number}",
            outcome=outcome.id,
            direction=direction,
            strategies=tuple(strategy.id for strategy in self.strategies.values()),
            basis="effect" if compares else "description",
            comparator=("before" if kind == "before_after" else "other") if compares else None,
            comparator_label=compared,
            estimate=estimate,
            note=note,
        )


_FOUNDERS: Final = _Coder(FOUNDERS, None, "low")


@cache
def _coder(source: str, basis: str) -> _Coder | None:
    """Return who coded a row; None where the row holds a fact that nobody had to code."""
    if basis == "coded by US from the abstract":
        return _FOUNDERS
    scheme = re.search(r"\(([^)]*)\)", basis)
    if basis.endswith("by the study authors"):
        return _Coder(f"the study authors ({basis.partition(' coding')[0]})", "human", None)
    if "coded by the review" in basis and scheme is not None:
        note = "the list of a study is incomplete" if "INCOMPLETE" in basis else None
        return _Coder(f"the review {_review(source)} ({scheme[1]})", "human", None, note)
    return None


def _review(source: str) -> str:
    """Return a short name of a review."""
    found = re.search(r"^[A-Z]\w+ \d{4}|PMC\d+|doi:\S+", source)
    if found is None:
        raise ValueError(f"no review named in {source!r}")
    return found[0]


@cache
def _techniques() -> dict[str, str]:
    with (STUDIES / "bcttv1.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


def _locator(rows: Iterable[Row]) -> str:
    """Return row numbers in short, such as ``rows 3-5, 9``."""
    runs: list[list[int]] = []
    for number in sorted(row.number for row in rows):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    parts = [str(low) if low == high else f"{low}-{high}" for low, high in runs]
    return ("row " if parts[0].isdigit() and len(parts) == 1 else "rows ") + ", ".join(parts)
