"""Matching, held to the published tables it was built from and to laws that any basis must keep."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import Barrier, Registry, Strategy, Study, hookimpl, match
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.names import fold
from implsci.taxonomy import Link, LinkSet, Taxonomy, Term

DATA = Path(__file__).parent / "data"

# The seven barriers of the telephone lifestyle coaching example (Waltz 2019, table 5).
SEVEN = [
    "cfir-2009:compatibility",
    "cfir-2009:formally-appointed-internal-implementation-leaders",
    "cfir-2009:key-stakeholders",
    "cfir-2009:networks-and-communications",
    "cfir-2009:organizational-incentives-and-rewards",
    "cfir-2009:planning",
    "cfir-2009:structural-characteristics",
]


def test_reflecting_and_evaluating_reads_as_waltz_printed_it() -> None:
    basis = match("cfir-2009:reflecting-and-evaluating", basis="waltz-2019").bases["waltz-2019"]
    top = [
        (row.strategy, row.cells[0].endorsed, row.cells[0].respondents, row.total)
        for row in basis.ranking[:2]
    ]
    assert top == [
        ("eric:develop-and-implement-tools-for-quality-monitoring", 15, 25, 60.0),
        ("eric:audit-and-provide-feedback", 14, 25, 56.0),
    ]
    levels = [row.cells[0].level for row in basis.ranking]
    assert levels[:10] == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2]
    assert [row.total for row in basis.ranking[2:10]] == [40, 36, 28, 28, 28, 28, 24, 20]
    assert set(levels[10:]) == {None}
    assert basis.ranking[10].total == 16
    assert (basis.known, basis.possible) == (66, 73)


def test_complexity_has_no_strategy_at_level_1_and_says_so() -> None:
    basis = match("cfir-2009:complexity").bases["waltz-2019"]
    assert all(row.cells[0].level != 1 for row in basis.ranking)
    assert "Complexity: no strategy at level 1" in basis.notes[0]
    assert "0 at level 1 and 15 at level 2" in basis.notes[0]


def test_seven_barriers_sum_unrounded_shares() -> None:
    ranking = match(SEVEN, basis="waltz-2019").bases["waltz-2019"].ranking
    totals = {row.strategy: row.total for row in ranking}
    assert round(totals["eric:identify-and-prepare-champions"] or 0) == 248
    readiness = "eric:assess-for-readiness-and-identify-barriers-and-facilitators"
    assert round(totals[readiness] or 0) == 205
    assert ranking[0].strategy == "eric:identify-and-prepare-champions"
    assert all(row.of == 7 for row in ranking)


def test_the_cumulative_percentages_that_allen_2023_printed() -> None:
    asked = [
        "adaptability",
        "compatibility",
        "complexity",
        "patient-needs-and-resources",
        "self-efficacy",
    ]
    report = match([f"cfir-2009:{name}" for name in asked], basis="waltz-2019")
    totals = {fold(row.label): row.total for row in report.bases["waltz-2019"].ranking}
    with (DATA / "analysis" / "endorsement_match_allen2023.csv").open(encoding="utf-8") as file:
        printed = {
            row["strategy"]: int(row["published_cumulative"]) for row in csv.DictReader(file)
        }
    assert len(printed) == 22
    for strategy, percent in printed.items():
        label = strategy.replace("adviser", "advisor")
        total = totals[fold(label)]
        assert total is not None
        assert round(total) == percent, label


def test_what_is_unknown_is_neither_zero_nor_left_out() -> None:
    basis = match("cfir-2009:reflecting-and-evaluating").bases["waltz-2019"]
    assert len(basis.ranking) == 73
    unknown = [row for row in basis.ranking if row.known == 0]
    assert len(unknown) == 7
    assert {(row.total, row.total_low, row.total_high) for row in unknown} == {(None, 0, 100)}
    zeros = [row for row in basis.ranking if row.total == 0]
    assert len(zeros) == 26
    assert all(row.cells[0].derived for row in zeros)


def test_a_level_without_a_count_bounds_the_total() -> None:
    basis = match("cfir-2009:access-to-knowledge-and-information").bases["waltz-2019"]
    known = {row.strategy: row for row in basis.ranking}
    row = known["eric:conduct-educational-meetings"]
    assert (row.total, row.total_low, row.total_high) == (None, 20, 100)
    assert row.cells[0].level == "1-2"
    assert "no share is known" in basis.notes[-1]


def test_relational_options_stand_apart_with_their_weak_ground() -> None:
    report = match("cfir-2009:reflecting-and-evaluating")
    option = report.relational[0]
    assert option.strategy == "relational:close-feedback-loops"
    assert option.basis == "relational-to-eric"
    assert "14 of 25" in option.because
    assert "was not rated" in option.because
    listed = {row.strategy for row in report.bases["waltz-2019"].ranking}
    assert not any(code.startswith("relational:") for code in listed)


def test_json_shape() -> None:
    report = match("cfir-2009:complexity", limit=1).to_dict()
    text = json.loads(json.dumps(report))
    assert list(text)[:3] == ["barriers", "bases", "relational"]
    (basis,) = text["bases"]
    assert {"basis", "kind", "source", "known", "possible", "ranking"} <= set(basis)
    (row,) = basis["ranking"]
    assert set(row) == {
        "strategy", "label", "total", "total_low", "total_high", "known", "of", "cells", "provisional"
    }  # fmt: skip
    assert set(row["cells"][0]) == {
        "barrier", "endorsed", "respondents", "percent", "level", "status", "derived"
    }  # fmt: skip


def test_a_study_is_matched_by_its_coded_barriers() -> None:
    study = Study(
        id="a",
        title="A study",
        barriers=(
            Barrier(id="b1", label="hard", codes=("cfir-2009:complexity",)),
            Barrier(id="b2", label="good", codes=("cfir-2009:champions",), valence="facilitator"),
            Barrier(id="b3", label="no code"),
        ),
        strategies=(Strategy(id="s1", label="help"),),
    )
    report = match(study)
    assert report.barriers == ("cfir-2009:complexity",)
    assert report.notes[0] == "facilitators are left out: good"
    assert "no code" in report.notes[1]


def test_codes_of_a_study_that_no_taxonomy_has_are_noted() -> None:
    study = Study(
        id="a",
        title="A study",
        barriers=(
            Barrier(id="b1", label="hard", codes=("cfir-2009:complexity",)),
            Barrier(id="b2", label="odd", codes=("mytax:odd",)),
        ),
    )
    report = match(study)
    assert report.barriers == ("cfir-2009:complexity",)
    assert "not installed are left out: mytax:odd" in report.notes[0]


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(InvalidQueryError, match="0 or more"):
        match("cfir-2009:complexity", limit=-1)


@pytest.mark.parametrize(
    ("asked", "basis", "error", "message"),
    [
        ("cfir-2009:complexitty", None, UnknownNameError, "did you mean cfir-2009:complexity"),
        ("cfir-2009:complexity", "waltz-2020", UnknownNameError, "waltz-2019"),
        ([], None, InvalidQueryError, "no barrier"),
        (
            "eric:facilitation",
            "waltz-2019",
            InvalidQueryError,
            "does not speak of eric:facilitation",
        ),
    ],
)
def test_what_cannot_be_asked(
    asked: str | list[str], basis: str | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        match(asked, basis=basis)


def test_a_barrier_no_basis_speaks_of_is_named() -> None:
    report = match(["cfir-2009:complexity", "cfir-2009:engaging"])
    assert report.unknown == ("cfir-2009:engaging",)
    assert report.bases["waltz-2019"].ranking[0].of == 2


BARRIERS = ("toy:b1", "toy:b2", "toy:b3")
STRATEGIES = ("toy:s1", "toy:s2")
PAIRS = [(barrier, strategy) for barrier in BARRIERS for strategy in STRATEGIES]


def toy_registry(links: list[Link]) -> Registry:
    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            terms = tuple(
                Term(code=code, label=code, definition=f"What {code} means.", source="made up")
                for code in (*BARRIERS, *STRATEGIES)
            )
            return [Taxonomy(scheme="toy", title="Toy", kind="barrier", terms=terms)]

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [
                LinkSet(
                    basis="toy-2020",
                    kind="endorsement",
                    title="Toy",
                    sources=BARRIERS,
                    targets=STRATEGIES,
                    links=tuple(links),
                )
            ]

    return Registry(plugins=[Toy()])


counts = st.dictionaries(st.sampled_from(PAIRS), st.integers(0, 10), max_size=6)


@given(counts, st.sampled_from(PAIRS), st.integers(0, 10))
def test_adding_a_link_never_lowers_the_least_a_total_can_be(
    known: dict[tuple[str, str], int], pair: tuple[str, str], k: int
) -> None:
    def report(cells: dict[tuple[str, str], int]) -> dict[str, tuple[float, float, int]]:
        links = [Link(source=b, target=s, k=k, n=10) for (b, s), k in cells.items()]
        basis = match(BARRIERS, basis="toy-2020", registry=toy_registry(links)).bases["toy-2020"]
        return {row.strategy: (row.total_low, row.total_high, row.known) for row in basis.ranking}

    before, after = report(known), report({pair: k} | known)
    for strategy in STRATEGIES:
        assert after[strategy][0] >= before[strategy][0]
        assert after[strategy][1] <= before[strategy][1]
        missing = len(BARRIERS) - after[strategy][2]
        assert after[strategy][1] - after[strategy][0] == pytest.approx(100 * missing)


# ------------------------------------------------------------------- bases of theory and coding


def test_a_basis_of_theory_ranks_by_its_links_and_says_so(registry: Registry) -> None:
    report = match("com-b:physical-capability", basis="michie-2011-functions", registry=registry)
    basis = report.bases["michie-2011-functions"]
    # Michie 2011, table 2: two functions are ticked for physical capability.
    assert [row.strategy for row in basis.ranking[:2]] == ["bcw:enablement", "bcw:training"]
    assert [row.known for row in basis.ranking] == [1, 1, *[0] * 7]
    assert (basis.known, basis.possible) == (2, 9)
    assert all(row.total is None for row in basis.ranking)
    assert "derived: its links were read at second hand or worked out" in basis.notes
    assert any("states links and no shares: 2 of 9" in note for note in basis.notes)


def test_the_editions_of_michie_are_kept_apart(registry: Registry) -> None:
    report = match("com-b:physical-capability", registry=registry)
    assert {"michie-2011-functions", "michie-2014-functions"} <= set(report.bases)
    assert any("PROVISIONAL" in note for note in report.bases["michie-2014-functions"].notes)
    assert not any("PROVISIONAL" in note for note in report.bases["michie-2011-functions"].notes)


def test_a_basis_that_leads_to_no_strategies_waits_to_be_named(registry: Registry) -> None:
    """O'Donovan 2023 leads from CFIR constructs to domains of the TDF."""
    report = match("cfir-2009:complexity", registry=registry)
    assert list(report.bases) == ["waltz-2019"]
    assert any("ask by name: odonovan-2023" in note for note in report.notes)
    named = match("cfir-2009:complexity", basis="odonovan-2023", registry=registry)
    assert named.bases["odonovan-2023"].ranking[0].strategy.startswith("tdf-v2:")
