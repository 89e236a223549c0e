"""The report: fits its terminal, opens from disk alone, and repeats what the data say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import assert_stands_alone

import implsci
from implsci import Barrier, Citation, Compendium, Finding, Outcome, Relationship, Strategy, Study
from implsci.report import Report, build_report

HOSTILE = "<img src=x onerror=alert(1)>&'\""


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(implsci.load("implsci-examples"))


@pytest.mark.parametrize("width", [80, 100, 132])
def test_text_fits_its_terminal(report: Report, width: int) -> None:
    lines = report.to_text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_text_says_what_the_issue_asks_of_the_main_job(report: Report) -> None:
    text = report.to_text(132)
    for heading in (
        "WHAT WAS STUDIED",
        "STRATEGIES AND OUTCOMES",
        "BARRIERS AND STRATEGIES",
        "GAPS",
        "WHAT EXPERTS SUGGEST",
        "RELATIONSHIPS",
        "HOW TO READ THIS",
    ):
        assert heading in text
    assert f"{len(report.compendium)} studies" in text
    # The facilitation trials, as metafor pools them: 0.5600 [0.4322, 0.6877].
    assert "pooled effect: SMD 0.56 [0.43, 0.69], k = 23" in text
    assert "barrier not reported:" in text
    assert "no claim that the strategy was aimed at the barrier" in text


def test_numbers_of_the_report_agree_with_a_plain_count(report: Report) -> None:
    studies = report.compendium.studies
    sectors = next(profile for profile in report.profiles if profile.facet == "sector")
    assert sectors.counts["Education"] == sum("sector:education" in s.sectors for s in studies)
    assert sectors.silent == sum(not study.sectors for study in studies)
    assert report.relationship_studies == sum(bool(study.relationships) for study in studies)
    claims = [f for study in studies for f in study.findings if f.role == "necessary_condition"]
    assert len(report.roles()["necessary_condition"]) == len(claims)
    linked = {
        (study.id, barrier, strategy)
        for study in studies
        for node in study.strategies
        for target in node.addresses
        for barrier in next(b for b in study.barriers if b.id == target).codes
        for strategy in node.codes
        if barrier.startswith("cfir-2009:") and strategy.startswith("eric:")
    }
    cells = [cell for cell in report.barriers if "(uncoded)" not in (cell.row, cell.column)]
    assert {(study, c.row, c.column) for c in cells for study in c.linked_ids} == linked
    for use in report.relational:
        assert not use.code.startswith("trust:") or use.label not in (
            "Frequent interactions",
            "Responsiveness",
            "Demonstration of expertise",
        )


def test_html_stands_alone_and_holds_every_study(report: Report, tmp_path: Path) -> None:
    page = report.to_html()
    assert_stands_alone(page)
    assert page.count("<h4>Taken from</h4>") == len(report.compendium)


def test_text_from_data_is_escaped_and_no_address_runs_code() -> None:
    study = Study(
        id="evil",
        title=HOSTILE,
        design_label=HOSTILE,
        citation=Citation(url="javascript:alert(1)"),
        barriers=(Barrier(id="b", label=HOSTILE, codes=("evil:b",)),),
        strategies=(Strategy(id="s", label=HOSTILE, codes=("evil:s",)),),
        outcomes=(Outcome(id="o", label=HOSTILE),),
        relationships=(Relationship(id="r", label=HOSTILE),),
        findings=(
            Finding(
                id="f",
                outcome="o",
                direction="worsened",
                strategies=("s",),
                relationship="r",
                role="mediator",
            ),
        ),
    )
    page = build_report(
        Compendium(studies=(study,), title=HOSTILE, license=HOSTILE, citation=HOSTILE)
    ).to_html()
    assert_stands_alone(page)
    assert "<img" not in page
    assert "javascript:" not in page


def test_an_empty_compendium_has_a_report() -> None:
    report = build_report(Compendium(studies=()))
    assert "0 studies" in report.to_text()
    assert_stands_alone(report.to_html())


def test_codes_that_no_taxonomy_has_do_not_stop_the_report() -> None:
    study = Study(
        id="open",
        title="Open codes",
        sectors=("mytax:foo", "sector:foo"),
        barriers=(Barrier(id="b", label="hard", codes=("mytax:bar",)),),
        strategies=(Strategy(id="s", label="help", codes=("mytax:baz",)),),
    )
    text = build_report(Compendium(studies=(study,))).to_text()
    assert "mytax:foo 1" in text
    assert "mytax:bar (1 study)" in text
    bare = build_report(implsci.load("implsci-examples"), implsci.Registry(plugins=["waltz"]))
    assert "sector:health 2" in bare.to_text()


def test_a_facilitator_is_no_barrier_to_find_strategies_for(report: Report) -> None:
    met = {row.value: row.studies for row in report.barriers.rows}
    hindered = {
        study.id
        for study in report.compendium
        for node in study.barriers
        if "cfir-2009:leadership-engagement" in node.codes and node.valence != "facilitator"
    }
    assert met["cfir-2009:leadership-engagement"] == len(hindered) > 0
