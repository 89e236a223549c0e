"""Flows against a recount by hand, the tables of synthesize, and what must never be lost."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import made, studies

import implsci
from implsci import Study
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.questions import OTHERS, flows

EXAMPLES = implsci.load("implsci-examples")
AXES = ("barrier:cfir-2009", "strategy:eric", "outcome:proctor")


def asked(some: Any, **more: Any) -> Any:
    return flows(some, *AXES, **more)


def said(study: Study, strategy: str) -> str:
    """What most effects of a study on a strategy say, recounted."""
    ids = {node.id for node in study.strategies if strategy in node.codes}
    counts = Counter(
        one.direction
        for one in study.findings
        if one.basis == "effect" and ids & set(one.strategies)
    )
    if not counts:
        return "told"
    (first, most), *rest = counts.most_common()
    return "mixed" if rest and rest[0][1] == most else first


@given(studies(), st.sampled_from(["addressed", "cooccur"]))
def test_bands_are_those_of_a_recount(some: list[Study], link: Any) -> None:
    leads: dict[tuple[str, str], set[str]] = defaultdict(set)
    tells: dict[tuple[str, str], set[str]] = defaultdict(set)
    for study in some:
        for node in study.strategies:
            for barrier in study.barriers:
                if link == "cooccur" or barrier.id in node.addresses:
                    leads[barrier.codes[0], node.codes[0]].add(study.id)
            if any(node.id in finding.strategies for finding in study.findings):
                tells[node.codes[0], said(study, node.codes[0])].add(study.id)
    found = asked(some, link=link, most=None)
    assert {
        (band.start, band.end): set(band.study_ids)
        for band in found.bands
        if band.source == "barrier"
    } == leads
    assert {
        (band.start, band.came_of_it): set(band.study_ids)
        for band in found.bands
        if band.source == "strategy"
    } == tells
    assert all(len(set(band.study_ids)) == band.studies for band in found.bands)
    assert found.linked == len(set().union(*leads.values()))
    assert found.told == len(set().union(*tells.values()))


@given(studies(), st.integers(1, 4))
def test_what_is_gathered_is_counted_and_not_dropped(some: list[Study], most: int) -> None:
    whole, few = asked(some, most=None), asked(some, most=most)
    for name in ("barrier", "strategy", "outcome"):
        every = {node.value for node in whole.column(name)}
        shown = {node.value for node in few.column(name)} - {OTHERS}
        gathered = [one for node in few.column(name) for one in node.gathers]
        assert shown | set(gathered) == every
        assert not shown & set(gathered)
        assert len([one for one in shown if one != "(uncoded)"]) <= most
    for name in ("studies", "linked", "told", "both", "findings", "bundled"):
        assert getattr(whole, name) == getattr(few, name)
    assert {one for band in whole.bands for one in band.study_ids} == {
        one for band in few.bands for one in band.study_ids
    }


def test_bands_are_the_cells_of_two_tables() -> None:
    found = flows(EXAMPLES, most=None)
    leads = implsci.synthesize(EXAMPLES, *AXES[:2], pooled=False)
    tells = implsci.synthesize(EXAMPLES, *AXES[1:], pooled=False)
    assert {
        (band.start, band.end): band.studies for band in found.bands if band.source == "barrier"
    } == {pair: cell.studies for pair, cell in leads.cells.items()}
    told: Counter[tuple[str, str]] = Counter()
    findings: Counter[tuple[str, str]] = Counter()
    bundled: Counter[tuple[str, str]] = Counter()
    for band in found.bands:
        if band.source == "strategy":
            told[band.start, band.end] += band.studies
            findings[band.start, band.end] += band.findings
            bundled[band.start, band.end] += band.bundled
    cells = {pair: cell for pair, cell in tells.cells.items() if cell.findings}
    assert told == {
        pair: len({ref.study for ref in cell.finding_refs}) for pair, cell in cells.items()
    }
    assert findings == {pair: cell.findings for pair, cell in cells.items()}
    assert {pair: bundled[pair] for pair in cells} == {
        pair: cell.bundled for pair, cell in cells.items()
    }


def test_a_study_counts_once_in_a_gathered_band() -> None:
    study = made(
        "one",
        ["cfir-2009:culture"],
        ["eric:facilitation", "eric:build-a-coalition", "eric:remind-clinicians"],
        links=[(0, 0), (1, 0), (2, 0)],
        findings=[([0, 1, 2], "effect", "improved")],
    )
    found = asked([study], most=1)
    (_, gathered) = [band for band in found.bands if band.source == "barrier"]
    assert (gathered.end, gathered.studies) == (OTHERS, 1)
    assert [node.gathers for node in found.column("strategy")] == [
        (),
        ("eric:facilitation", "eric:remind-clinicians"),
    ]
    last = found.bands[-1]
    assert (last.start, last.studies, last.findings, last.bundled) == (OTHERS, 1, 1, 1)
    assert (found.findings, found.bundled) == (1, 1)
    assert "no effect is credited to one of them" in found.sentence()


def test_a_tie_is_mixed_and_what_is_no_effect_is_told() -> None:
    study = made(
        "one",
        (),
        ["eric:facilitation", "eric:build-a-coalition"],
        findings=[
            ([0], "effect", "improved"),
            ([0], "effect", "worsened"),
            ([1], "association", "improved"),
        ],
    )
    found = asked([study])
    assert {band.start: band.came_of_it for band in found.bands} == {
        "eric:facilitation": "mixed",
        "eric:build-a-coalition": "told",
    }
    assert (found.linked, found.without_barrier, found.told) == (0, 1, 1)


def test_rollup_lifts_and_uncoded_stands_last() -> None:
    found = flows(EXAMPLES, rollup=1, most=None)
    taxonomy = implsci.registry().taxonomy("cfir-2009")
    coded = [node.value for node in found.column("barrier") if node.value != "(uncoded)"]
    assert coded
    assert not any(taxonomy[one].broader for one in coded)
    assert found.column("strategy")[-1].value == "(uncoded)"


def test_rows_and_plain_values_agree() -> None:
    found = flows(EXAMPLES)
    rows = found.to_rows()
    assert len(rows) == len(found.bands)
    assert {len(row) for row in rows} == {len(rows[0])}
    plain = found.to_dict()
    assert plain["rows"] == [dict(row) for row in rows]
    assert plain["studies"] == len(EXAMPLES)
    assert found.to_table().num_rows == len(rows)


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(InvalidQueryError, match="most: expected 1 or more, got 0"):
        flows(EXAMPLES, most=0)
    with pytest.raises(InvalidQueryError, match="link is addressed or cooccur; got 'near'"):
        flows(EXAMPLES, link="near")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="expected an axis of outcome, got 'sector'"):
        flows(EXAMPLES, outcomes="sector")
    with pytest.raises(InvalidQueryError, match="there is no study to ask"):
        flows([])
    with pytest.raises(InvalidQueryError, match="no study has what was asked"):
        flows(EXAMPLES, where={"country": "ZW", "sector": "justice"})
    with pytest.raises(UnknownNameError):
        flows(EXAMPLES, "barrier:nothing")
