"""Single findings retyped from four abstracts: two studies of their own, two additions."""

from __future__ import annotations

import csv
from typing import Final, NamedTuple

import attrs

from implsci.model import (
    Citation,
    Estimate,
    Finding,
    Measurement,
    Outcome,
    Provenance,
    Setting,
    Strategy,
    Study,
)

from .tally import Tally
from .vocabularies import COUNTRIES, STUDIES, sectors

__all__ = ["FILE", "add", "read"]

FILE: Final = "published_findings.csv"
METHOD: Final = "retyped from the abstract"

ALLIANCE: Final = "yakovchenko-2025-alliance"
TRUST: Final = "metz-2024-trust-training"


class _Row(NamedTuple):
    number: int
    study: str
    doi: str
    country: str
    sector: str
    setting: str
    kind: str
    item: str
    outcome: str
    measure: str
    value: str
    low: str
    high: str
    n: str
    note: str


def _rows() -> list[_Row]:
    with (STUDIES / FILE).open(encoding="utf-8", newline="") as file:
        body = list(csv.reader(file))[1:]
    return [_Row(number, *row) for number, row in enumerate(body, 1)]


def read(tally: Tally) -> list[Study]:
    """Read the two studies that stand nowhere else.

    Args:
        tally: where to count.

    Returns:
        The county regressions and the configurational analysis of the same 21 counties.
    """
    rows = _rows()
    tally.read[FILE] = len(rows)
    studies = [
        _counties([row for row in rows if row.study == "rehn2016"]),
        _configuration([row for row in rows if row.study == "whitaker2020"]),
    ]
    tally.studies[FILE] = len(studies)
    return studies


def _provenance(rows: list[_Row], note: str | None = None) -> Provenance:
    first, last = rows[0].number, rows[-1].number
    locator = f"row {first}" if first == last else f"rows {first}-{last}"
    return Provenance(source=FILE, locator=locator, method=METHOD, note=note)


def _counties(rows: list[_Row]) -> Study:
    strategies: dict[str, Strategy] = {}
    findings: list[Finding] = []
    levels: list[Measurement] = []
    for row in rows:
        match row.kind:
            case "strategy":
                strategy = _strategy(strategies, row.item)
                findings.append(
                    Finding(
                        id=f"f{len(findings) + 1}",
                        outcome="o1",
                        direction="improved" if float(row.value) > 1 else "worsened",
                        strategies=(strategy.id,),
                        # Counties that chose a strategy beside counties that did not.
                        basis="association",
                        comparator="other",
                        comparator_label="no schools",
                        estimate=Estimate(
                            metric=row.measure,
                            value=float(row.value),
                            ci_low=float(row.low),
                            ci_high=float(row.high),
                            adjusted=True,
                        ),
                        n=int(row.n),
                    )
                )
            case "strategy_count" | "strategy_prevalence":
                strategy = _strategy(strategies, row.item)
                count = row.kind == "strategy_count"
                strategies[row.item] = attrs.evolve(
                    strategy,
                    measurements=(
                        Measurement(
                            of="counties that used it",
                            value=float(row.value),
                            unit="count" if count else "percent",
                            base=int(row.n),
                            note=row.note or None,
                        ),
                    ),
                )
            case "outcome":
                levels = [
                    Measurement(of=f"uptake, {which} county", value=float(value), unit="percent")
                    for which, value in (("lowest", row.low), ("highest", row.high))
                ]
            case kind:
                raise ValueError(f"row {row.number}: kind {kind!r} is new")
    return Study(
        id="rehn2016",
        title="HPV catch-up vaccination in 21 counties (title not shown; described so)",
        year=2016,
        citation=Citation(doi=rows[0].doi),
        sectors=sectors(rows[0].sector),
        countries=(COUNTRIES[rows[0].country],),
        settings=(Setting(id="set1", label=rows[0].setting),),
        strategies=tuple(strategies.values()),
        outcomes=(
            Outcome(
                id="o1",
                label="uptake of >=1 dose (county)",
                desirable="higher",
                measurements=tuple(levels),
            ),
        ),
        findings=tuple(findings),
        links_coded="none",
        provenance=(_provenance(rows),),
    )


def _strategy(strategies: dict[str, Strategy], label: str) -> Strategy:
    if label not in strategies:
        strategies[label] = Strategy(id=f"s{len(strategies) + 1}", label=label)
    return strategies[label]


def _configuration(rows: list[_Row]) -> Study:
    (row,) = rows
    formula = "ALL_SCHOOLS + SOME_SCHOOLS*MEDIA_COVERAGE <-> HIGH_UPTAKE"
    if row.item != formula:
        raise ValueError(f"row {row.number}: the formula is new")
    path = f"one of two sufficient paths of the solution {formula}"
    return Study(
        id="whitaker2020",
        title="HPV catch-up vaccination in 21 counties, coincidence analysis "
        "(title not shown; described so)",
        year=2020,
        citation=Citation(doi=row.doi),
        design="other",
        design_label="coincidence analysis",
        sectors=sectors(row.sector),
        countries=(COUNTRIES[row.country],),
        settings=(Setting(id="set1", label=row.setting),),
        strategies=(
            Strategy(id="s1", label="vaccination offered in all schools"),
            Strategy(id="s2", label="vaccination offered in some schools"),
        ),
        outcomes=(Outcome(id="o1", label=row.outcome, desirable="higher"),),
        findings=(
            Finding(
                id="f1",
                outcome="o1",
                direction="improved",
                strategies=("s1",),
                basis="association",
                n=int(row.n),
                note=path,
            ),
            Finding(
                id="f2",
                outcome="o1",
                direction="improved",
                strategies=("s2",),
                basis="association",
                n=int(row.n),
                note=f"{path}; it holds only together with media coverage, and the row does "
                "not say whether that is a strategy or a part of the context",
            ),
        ),
        links_coded="none",
        provenance=(_provenance(rows, row.note),),
    )


def add(study: Study, tally: Tally) -> Study:
    """Add the rows that belong to a study of the coded files.

    Args:
        study: any study.
        tally: where to count.

    Returns:
        The study with its scores and provenance; the same study where no row is about it.
    """
    if study.id == ALLIANCE:
        tally.merges.append((study.id, (f"yakovchenko2025 ({FILE})",)))
        return _alliance(study, [row for row in _rows() if row.study == "yakovchenko2025"])
    if study.id == TRUST:
        tally.merges.append((study.id, (f"frhs2024 ({FILE})",)))
        rows = [row for row in _rows() if row.study == "frhs2024"]
        note = f"{rows[0].item}; {rows[0].value} participants; {rows[0].note}"
        return attrs.evolve(study, provenance=(*study.provenance, _provenance(rows, note)))
    return study


def _alliance(study: Study, rows: list[_Row]) -> Study:
    scores = tuple(
        Measurement(
            of="working alliance",
            value=float(row.value),
            unit="mean",
            n=int(row.n),
            sd=float(row.low),  # in rows of this measure the column holds the standard deviation
            instrument="WAI-Short",
            subscale=row.item.partition(": ")[2] or None,
            scale_min=1,
            scale_max=7,
            note="n counts sites; 40 surveys",
        )
        for row in rows
    )
    (tie,) = study.relationships
    return attrs.evolve(
        study,
        relationships=(attrs.evolve(tie, measurements=scores),),
        provenance=(*study.provenance, _provenance(rows, rows[0].note)),
    )
