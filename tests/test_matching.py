"""Matching, held to the published tables it was built from and to laws that any basis must keep."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import (
    Barrier,
    Code,
    Compendium,
    Finding,
    Outcome,
    Registry,
    Strategy,
    Study,
    hookimpl,
    load,
    match,
)
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching import Constraints, Demand
from implsci.names import fold
from implsci.taxonomy import Crosswalk, Link, LinkSet, Taxonomy, Term, TermMapping

DATA = Path(__file__).parent / "data"

REFLECTING = "cfir-2009:reflecting-and-evaluating"
TOOLS = "eric:develop-and-implement-tools-for-quality-monitoring"

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
        "barrier", "endorsed", "respondents", "percent", "level", "status", "derived", "standing"
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
    return Registry(plugins=[toy(links)])


def toy(links: list[Link]) -> object:
    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            terms = tuple(
                Term(
                    code=code,
                    label=code,
                    definition=f"What {code} means.",
                    kind="strategy" if code in STRATEGIES else "barrier",
                    source="made up",
                )
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

    return Toy()


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


# ------------------------------------------------------------------------------ one datum counts once

COMPLEXITY, OTHER_COMPLEXITY = "cfir-2009:complexity", "cfir-2022:innovation-complexity"


def study_with(*codes: str) -> Study:
    barrier = Barrier(id="b", label="too complicated", codes=tuple(map(Code, codes)))
    return Study(id="a", title="A study", barriers=(barrier,))


@pytest.mark.parametrize(
    "asked",
    [
        [COMPLEXITY, OTHER_COMPLEXITY],
        [OTHER_COMPLEXITY, COMPLEXITY],
        study_with(COMPLEXITY, OTHER_COMPLEXITY),
        study_with(OTHER_COMPLEXITY, COMPLEXITY),
        study_with("tdf-v2:knowledge", OTHER_COMPLEXITY, COMPLEXITY),
    ],
)
def test_what_two_codes_reach_counts_once(asked: list[str] | Study, registry: Registry) -> None:
    """12 of 30 experts chose to promote adaptability for complexity (Waltz 2019)."""
    report = match(asked, basis="waltz-2019", registry=registry)
    basis = report.bases["waltz-2019"]
    row = basis.ranking[0]
    assert (row.strategy, row.total) == ("eric:promote-adaptability", 40.0)
    assert (row.total_low, row.total_high, row.known, row.of) == (40.0, 40.0, 1, 1)
    assert (basis.known, basis.possible, basis.status) == (22, 73, "verified")
    assert [cell.barrier for cell in row.cells] == list(report.barriers)
    others = {cell.barrier: cell.same_as for cell in row.cells if cell.barrier != COMPLEXITY}
    assert set(others.values()) == {COMPLEXITY}
    counted = [note for note in basis.notes if note.startswith("counted once: Complexity")]
    assert len(counted) == len(others)
    assert report.unknown == ()


def test_two_codes_of_one_barrier_that_a_basis_asked_about_apart_both_count(
    registry: Registry,
) -> None:
    report = match(study_with(COMPLEXITY, REFLECTING), basis="waltz-2019", registry=registry)
    assert {row.of for row in report.bases["waltz-2019"].ranking} == {2}


def test_a_code_that_is_also_a_barrier_of_its_own_counts(registry: Registry) -> None:
    study = Study(
        id="a",
        title="A study",
        barriers=(
            Barrier(id="b1", label="one", codes=(Code(COMPLEXITY), Code("tdf-v2:knowledge"))),
            Barrier(id="b2", label="two", codes=(Code("tdf-v2:knowledge"),)),
        ),
    )
    basis = match(study, basis="waltz-2019", registry=registry).bases["waltz-2019"]
    assert {(row.of, len(row.cells)) for row in basis.ranking} == {(2, 2)}
    assert basis.ranking[0].total_high == 140


def test_a_link_that_two_codes_reach_counts_once() -> None:
    """Both of ours are an exact match of one barrier, of which the basis says a link."""

    class Ours:
        plugin_name = "ours"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            terms = tuple(
                Term(code=Code(code), label=code, definition="What it is.", source="made up")
                for code in ("ours:a", "ours:b")
            )
            return [Taxonomy(scheme="ours", title="Ours", kind="barrier", terms=terms)]

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            mappings = tuple(
                TermMapping(
                    subject=Code(code), predicate="skos:exactMatch", object=Code(BARRIERS[0])
                )
                for code in ("ours:a", "ours:b")
            )
            return [
                Crosswalk(
                    name="ours-to-toy",
                    subject_scheme="ours",
                    object_scheme="toy",
                    title="Ours to toy",
                    mappings=mappings,
                )
            ]

    links = [Link(source=Code(BARRIERS[0]), target=Code(STRATEGIES[0]), status="link")]
    registry = Registry(plugins=[toy(links), Ours()])
    row, _ = match(["ours:a", "ours:b"], registry=registry).bases["toy-2020"].ranking
    assert (row.linked, row.known, row.of) == (1, 1, 1)


def test_a_study_that_two_codes_reach_counts_once(registry: Registry) -> None:
    report = match(
        [COMPLEXITY, OTHER_COMPLEXITY], observed=load("implsci-examples"), registry=registry
    ).bases["observed:implsci-examples"]
    alone = match(COMPLEXITY, observed=load("implsci-examples"), registry=registry).bases[
        "observed:implsci-examples"
    ]
    assert report.known == alone.known > 0
    assert {row.of for row in report.ranking} == {1}
    assert any(note.startswith("counted once: Complexity") for note in report.notes)


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


# ------------------------------------------------------------------------------------ over crosswalks


def test_a_close_counterpart_carries_over_and_is_marked(registry: Registry) -> None:
    """CFIR 2022 says of innovation complexity what CFIR 2009 says of complexity."""
    direct = match("cfir-2009:complexity", basis="waltz-2019", registry=registry)
    across = match("cfir-2022:innovation-complexity", registry=registry)
    own, taken = direct.bases["waltz-2019"], across.bases["waltz-2019"]
    assert [row.strategy for row in taken.ranking] == [row.strategy for row in own.ranking]
    assert [row.total for row in taken.ranking] == [row.total for row in own.ranking]
    assert (own.status, taken.status) == ("verified", "provisional")
    (route,) = taken.ranking[0].cells[0].via
    assert (route.object, route.match) == ("cfir-2009:complexity", "close")
    assert taken.ranking[0].to_dict()["cells"][0]["via"] == [
        {
            "crosswalks": ["cfir-2009-to-cfir-2022"],
            "predicate": "skos:closeMatch",
            "to": "cfir-2009:complexity",
            "status": "provisional",
            "confidence": route.confidence,
        }
    ]
    assert "is no surer for that: close match of Complexity" in taken.notes[0]


def test_a_broader_counterpart_is_shown_and_is_not_this_barriers(registry: Registry) -> None:
    report = match("cfir-2022:physical-infrastructure", basis="waltz-2019", registry=registry)
    row = report.bases["waltz-2019"].ranking[0]
    (cell,) = row.cells
    assert (cell.percent, cell.level, cell.endorsed, row.total) == (None, None, None, None)
    assert (row.total_low, row.total_high, row.known) == (0, 100, 0)
    near = match("cfir-2009:structural-characteristics", basis="waltz-2019", registry=registry)
    own = {one.strategy: one.cells[0] for one in near.bases["waltz-2019"].ranking}
    assert cell.said == (own[row.strategy],)
    assert cell.bounds == own[row.strategy].bounds
    assert own[row.strategy].share is not None
    assert report.unknown == ()
    assert "nothing is its own" in report.bases["waltz-2019"].notes[0]


def test_by_default_the_closest_counterpart_alone_is_taken(registry: Registry) -> None:
    """Crosswalks lead from available resources to theory too, over weaker matches."""
    found = match("cfir-2022:available-resources", registry=registry)
    assert list(found.bases) == ["waltz-2019"]
    named = match("cfir-2022:available-resources", basis="bmc-hsr-2018", registry=registry)
    assert named.bases["bmc-hsr-2018"].ranking[0].nearly == 1


def test_a_cell_is_as_sure_as_the_basis_or_the_crosswalk(registry: Registry) -> None:
    """Waltz 2019 was verified; the crosswalk between the editions of CFIR is provisional."""
    asked = [REFLECTING, OTHER_COMPLEXITY, "cfir-2022:physical-infrastructure"]
    basis = match(asked, basis="waltz-2019", registry=registry).bases["waltz-2019"]
    for row in basis.ranking:
        straight, carried, loose = row.cells
        assert straight.standing == ("verified" if straight.told else None)
        assert carried.standing == ("provisional" if carried.told else None)
        assert loose.standing is None
        assert {one.standing for one in loose.said} <= {"verified", None}
    told = next(row for row in basis.ranking if row.known == 2)
    values = [cell["standing"] for cell in told.to_dict()["cells"]]
    assert values == ["verified", "provisional", None]
    chain = "chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions"
    theory = match("tdf-v2:knowledge", basis=chain, registry=registry).bases[chain]
    assert {cell.standing for row in theory.ranking for cell in row.cells} == {"derived", None}


def test_a_basis_that_only_a_crosswalk_leads_to_is_not_dropped_in_silence() -> None:
    """One inconclusive link on the barrier itself is no reason to hide a basis of its counterpart."""

    class Direct:
        plugin_name = "ours"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            term = Term(code=Code("ours:a"), label="A", definition="What it is.", source="made up")
            return [Taxonomy(scheme="ours", title="Ours", kind="barrier", terms=(term,))]

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            link = Link(source=Code("ours:a"), target=Code(STRATEGIES[0]), status="inconclusive")
            return [
                LinkSet(
                    basis="direct-2020",
                    kind="theory",
                    title="Direct",
                    sources=(Code("ours:a"),),
                    targets=tuple(map(Code, STRATEGIES)),
                    links=(link,),
                )
            ]

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            mapping = TermMapping(
                subject=Code("ours:a"), predicate="skos:exactMatch", object=Code(BARRIERS[0])
            )
            return [
                Crosswalk(
                    name="ours-to-toy",
                    subject_scheme="ours",
                    object_scheme="toy",
                    title="Ours to toy",
                    mappings=(mapping,),
                )
            ]

    links = [Link(source=Code(BARRIERS[0]), target=Code(STRATEGIES[0]), k=9, n=10)]
    registry = Registry(plugins=[toy(links), Direct()])
    report = match("ours:a", registry=registry)
    assert list(report.bases) == ["direct-2020"]
    assert report.notes == (
        "left out, since a closer basis speaks of the barrier and these are reached over "
        "crosswalks; ask by name: toy-2020",
    )
    both = match("ours:a", basis=["direct-2020", "toy-2020"], registry=registry)
    assert both.bases["toy-2020"].ranking[0].total == 90
    assert both.notes == ()


def test_a_strategy_asked_as_a_barrier_is_said_to_be_one(registry: Registry) -> None:
    report = match("eric:facilitation", registry=registry)
    assert report.bases == {}
    assert report.notes == (
        "Facilitation (eric:facilitation) is a strategy, and was asked as a barrier: no basis here "
        "leads on from it",
    )
    spoken = match("bct-v1:2.2", basis="carey-2019", registry=registry)
    assert spoken.notes == ()


def test_a_basis_can_be_asked_in_hand(registry: Registry) -> None:
    links = registry.links("waltz-2019")
    in_hand = match(REFLECTING, basis=links, registry=registry)
    assert in_hand == match(REFLECTING, basis="waltz-2019", registry=registry)
    assert match(REFLECTING, basis=[links], registry=registry) == in_hand


# -------------------------------------------------------------------------------- bases side by side


def test_three_kinds_of_basis_stand_apart(registry: Registry) -> None:
    compendium = load("implsci-examples")
    report = match("cfir-2009:compatibility", observed=compendium, theory=True, registry=registry)
    kinds = [basis.kind for basis in report.bases.values()]
    assert kinds[0] == "endorsement"
    assert kinds[-1] == "observed"
    assert set(kinds[1:-1]) == {"theory"}
    waltz, seen = report.bases["waltz-2019"], report.bases["observed:implsci-examples"]
    assert [(one.scheme, one.edition) for one in (*waltz.speaks_of, *waltz.leads_to)] == [
        ("cfir-2009", "2009"),
        ("eric", "2015"),
    ]
    assert all(row.total is None for row in seen.ranking)
    assert seen.known == sum(row.known for row in seen.ranking) > 0
    alone = match("cfir-2009:compatibility", registry=registry).bases["waltz-2019"]
    assert alone == waltz
    json.dumps(report.to_dict())


def test_a_chain_of_theory_is_asked_for_by_its_name(registry: Registry) -> None:
    name = "chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions"
    report = match("tdf-v2:knowledge", basis=name, registry=registry)
    assert list(report.bases) == [name]
    # Michie 2011, table 2: three functions are ticked for psychological capability.
    linked = [row.strategy for row in report.bases[name].ranking if row.linked]
    assert linked == ["bcw:education", "bcw:enablement", "bcw:training"]
    with pytest.raises(UnknownNameError, match="did you mean chain:tdf-v2"):
        match("tdf-v2:knowledge", basis=name + "x", registry=registry)


def test_a_chain_that_says_no_more_than_its_basis_is_not_told_twice(registry: Registry) -> None:
    report = match("tdf-v2:knowledge", theory=True, registry=registry)
    assert "bmc-hsr-2018" in report.bases
    assert "chain:tdf-v2>bcw:bmc-hsr-2018" not in report.bases


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({"k": 6, "n": 10}, {"status": "non-link"}, True),
        ({"level": 2}, {"status": "no-evidence"}, True),
        ({"k": 1, "n": 10}, {"status": "link"}, True),
        ({"k": 0, "n": 10}, {"k": 5, "n": 10}, True),
        ({"k": 6, "n": 10}, {"status": "inconclusive"}, False),
        ({"k": 2, "n": 10}, {"status": "link"}, False),
        ({"k": 1, "n": 10}, {"status": "non-link"}, False),
        ({"k": 6, "n": 10}, None, False),
        ({"k": 1, "n": 10}, None, False),
    ],
)
def test_bases_disagree_where_one_is_for_and_one_against(
    one: dict[str, object], other: dict[str, object] | None, differ: bool
) -> None:
    pair = {"source": BARRIERS[0], "target": STRATEGIES[0]}

    class Second:
        plugin_name = "toy-second"

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            kind = "theory" if other and "status" in other else "endorsement"
            own = [Link(**pair, **other)] if other else []  # type: ignore[arg-type]
            return [
                LinkSet(
                    basis="toy-second",
                    kind=kind,  # type: ignore[arg-type]
                    title="Second",
                    sources=BARRIERS,
                    targets=STRATEGIES,
                    links=tuple(own),
                )
            ]

    first = toy([Link(**pair, **one)])  # type: ignore[arg-type]
    found = match(
        BARRIERS, basis=["toy-2020", "toy-second"], registry=Registry(plugins=[first, Second()])
    )
    assert [(d.barrier, d.strategy) for d in found.disagreements] == (
        [(BARRIERS[0], STRATEGIES[0])] if differ else []
    )
    for disagreement in found.disagreements:
        assert set(disagreement.says) == {"toy-2020", "toy-second"}
        assert all(disagreement.says.values())


@pytest.mark.parametrize(
    ("directions", "differ"),
    [
        (("worsened",), True),
        (("worsened", "no_difference"), True),
        (("improved", "worsened"), False),
        (("improved",), False),
        (("mixed",), False),
        ((), False),
    ],
)
def test_what_studies_saw_can_speak_against_what_experts_chose(
    directions: tuple[str, ...], differ: bool, registry: Registry
) -> None:
    """15 of 25 experts chose the pair (Waltz 2019)."""
    study = Study(
        id="a",
        title="A study",
        barriers=(Barrier(id="b", label="b", codes=(Code(REFLECTING),)),),
        strategies=(Strategy(id="s", label="s", codes=(Code(TOOLS),), addresses=("b",)),),
        outcomes=(Outcome(id="o", label="o"),),
        findings=tuple(
            Finding(id=way, outcome="o", direction=way, strategies=("s",), basis="effect")  # type: ignore[arg-type]
            for way in directions
        ),
    )
    seen = Compendium(studies=(study,), name="mine")
    report = match(REFLECTING, observed=seen, registry=registry)
    pairs = [(one.barrier, one.strategy) for one in report.disagreements]
    assert pairs == ([(REFLECTING, TOOLS)] if differ else [])


# ------------------------------------------------------------------------------ orders and constraints


def test_ratings_of_one_source_alone_make_an_order(registry: Registry) -> None:
    basis = match(REFLECTING, order="importance", registry=registry).bases["waltz-2019"]
    assert "Waltz et al. 2015 doi:10.1186/s13012-015-0295-0 (scale 1 to 5)" in basis.order
    rated = [row.rated for row in basis.ranking if row.rated is not None]
    assert rated == sorted(rated, reverse=True)
    # Waltz 2015, table 1: the most important of all strategies, 4.60.
    assert basis.ranking[0].strategy.startswith("eric:assess-for-readiness")
    assert basis.ranking[0].rated == 4.6
    assert basis.unrated == sum(row.rated is None for row in basis.ranking)
    assert f"{basis.unrated} of 73 are not rated there and stand last" in basis.order
    # Dopp 2020, table 1: 3.9 for audit and feedback, by 54 who rated.
    dopp = match(REFLECTING, order="importance", rated_by="dopp", registry=registry)
    values = {row.strategy: row.rated for row in dopp.bases["waltz-2019"].ranking}
    assert values["eric:audit-and-provide-feedback"] == 3.9


def test_the_least_that_a_total_can_be_is_an_order(registry: Registry) -> None:
    """Waltz 2019: adaptability 12 of 30; champions 9 of 30, and level 1 or 2 for culture."""
    asked = [COMPLEXITY, "cfir-2009:culture"]
    by_total = match(asked, basis="waltz-2019", registry=registry).bases["waltz-2019"]
    by_least = match(asked, basis="waltz-2019", order="least", registry=registry).bases[
        "waltz-2019"
    ]
    first, least = by_total.ranking[0], by_least.ranking[0]
    assert (first.label, first.total, first.total_low) == ("Promote adaptability", 40, 40)
    assert (least.label, least.total, least.total_low) == (
        "Identify and prepare champions", 30, 50
    )  # fmt: skip
    lows = [row.total_low for row in by_least.ranking]
    assert lows == sorted(lows, reverse=True)
    assert by_least.order.startswith("by the least the total can be")
    assert by_total.notes[-1] == (
        "by the least the total can be, levels counted (order least), Identify and prepare champions "
        "(50 to 130) would stand first, and not Promote adaptability (40 to 140)"
    )
    assert not any("order least" in note for note in by_least.notes)
    agreed = match(REFLECTING, basis="waltz-2019", registry=registry).bases["waltz-2019"]
    assert not any("order least" in note for note in agreed.notes)


def test_quadrants_make_an_order_and_what_has_none_stands_last(registry: Registry) -> None:
    basis = match(REFLECTING, order="go-zone", registry=registry).bases["waltz-2019"]
    zones = [row.rated for row in basis.ranking]
    # Waltz 2015, figure 2, as far as it could be read: 22, 4, 4 and 4 of the 73.
    assert zones == ["I"] * 22 + ["IV"] * 4 + ["II"] * 4 + ["III"] * 4 + [None] * 39
    assert basis.unrated == 39


def test_a_cost_that_nobody_names_is_no_order(registry: Registry) -> None:
    basis = match(REFLECTING, order="cost", registry=registry).bases["waltz-2019"]
    assert basis.unrated == 73
    assert "no rating of cost is known" in basis.order
    demands = [
        Demand(strategy="eric:facilitation", money=900, source="our tender"),
        Demand(strategy="eric:5", money=0, source="our tender"),
    ]
    basis = match(REFLECTING, order="cost", demands=demands, registry=registry).bases["waltz-2019"]
    assert [row.rated for row in basis.ranking[:3]] == [0, 900, None]


def test_what_is_known_to_conflict_is_set_aside_with_its_reason(registry: Registry) -> None:
    there = Constraints(budget=False, weeks=6, staff=2)
    basis = match(REFLECTING, constraints=there, registry=registry).bases["waltz-2019"]
    aside = {one.strategy: one for one in basis.set_aside}
    assert "needs money, and there is none" in aside["eric:use-mass-media"].because
    assert "takes months" in aside["eric:change-liability-laws"].because
    assert aside["eric:use-mass-media"].source == "facet needs of eric, provisional"
    # Two people are there, and how many a new team needs is not known: no conflict is.
    kept = {row.strategy: row for row in basis.ranking}
    assert kept["eric:create-new-clinical-teams"].unchecked == ("budget", "weeks", "staff")
    assert len(kept) + len(aside) == 73
    nobody = match(REFLECTING, constraints=Constraints(staff=0), registry=registry)
    named = {one.strategy for one in nobody.bases["waltz-2019"].set_aside}
    assert "eric:create-new-clinical-teams" in named
    late = match(REFLECTING, constraints=Constraints(weeks=9), registry=registry)
    assert late.bases["waltz-2019"].set_aside == ()
    some = match(REFLECTING, constraints=Constraints(budget=True), registry=registry)
    assert some.bases["waltz-2019"] == match(REFLECTING, registry=registry).bases["waltz-2019"]


def test_what_strategies_need_is_said_in_four_words(registry: Registry) -> None:
    said = {value for term in registry.taxonomy("eric") for value in term.facet("needs")}
    assert said == {"money", "staff", "months", "authority"}


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"order": "feasability"}, UnknownNameError, "did you mean feasibility"),
        ({"order": "importance", "rated_by": "Nobody"}, UnknownNameError, "Waltz et al. 2015"),
        (
            {"demands": [Demand(strategy="eric:facilitatio", source="x")]},
            UnknownNameError,
            "did you",
        ),
        ({"facilitators": ["cfir-2009:complexitty"]}, UnknownNameError, "cfir-2009:complexity"),
        ({"limit": -1}, InvalidQueryError, "0 or more"),
        ({"limit": 1.5}, InvalidQueryError, "expected a whole number of 0 or more, got 1.5"),
        ({"limit": "two"}, InvalidQueryError, "expected a whole number of 0 or more, got 'two'"),
        ({"basis": 5}, InvalidQueryError, "expected a basis or its name, got 5"),
        ({"basis": ["waltz-2019", None]}, InvalidQueryError, "a basis or its name, got None"),
        ({"facilitators": [5]}, InvalidQueryError, "facilitators: expected codes"),
        ({"order": "go-zone", "rated_by": "Dopp"}, InvalidQueryError, "an order by ratings"),
        ({"basis": "observed:mine"}, InvalidQueryError, "expected the studies it rests on"),
    ],
)
def test_a_question_put_wrongly_is_a_named_error(
    asked: dict[str, object], error: type[Exception], message: str, registry: Registry
) -> None:
    with pytest.raises(error, match=message):
        match(REFLECTING, registry=registry, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [None, 5, [COMPLEXITY, None], [study_with(COMPLEXITY)]])
def test_what_is_no_barrier_is_refused(asked: object, registry: Registry) -> None:
    with pytest.raises(InvalidQueryError, match="expected a code, several, or a Study, got"):
        match(asked, registry=registry)  # type: ignore[arg-type]


def test_two_bases_of_one_name_are_refused(registry: Registry) -> None:
    links = registry.links("waltz-2019")
    with pytest.raises(InvalidQueryError, match="two bases are called waltz-2019"):
        match(REFLECTING, basis=[links, evolve(links, title="Mine")], registry=registry)


@pytest.mark.parametrize("amount", [-1, float("nan"), float("inf"), "six"])
def test_an_amount_that_is_none_is_refused(amount: object) -> None:
    with pytest.raises(InvalidQueryError, match="a number of 0 or more"):
        Constraints(weeks=amount)  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="a number of 0 or more"):
        Demand(strategy="eric:5", source="x", money=amount)  # type: ignore[arg-type]


# ------------------------------------------------------------------------- facilitators, relationships


def test_facilitators_of_a_study_are_what_could_be_built_on(registry: Registry) -> None:
    study = Study(
        id="a",
        title="A study",
        barriers=(
            Barrier(id="b1", label="hard", codes=("cfir-2009:complexity",)),
            Barrier(id="b2", label="good", codes=(Code(REFLECTING),), valence="facilitator"),
        ),
    )
    report = match(study, facilitators=["cfir-2009:leadership-engagement"], registry=registry)
    assert report.barriers == ("cfir-2009:complexity",)
    good, silent = report.facilitators
    # Waltz 2019 prints ten strategies at level 1 or 2 for reflecting and evaluating.
    assert [tie.level for tie in good.ties] == [1, 1] + [2] * 8
    assert good.ties[0].share == "15 of 25"
    assert silent.ties == ()
    assert any("is an inference" in note for note in report.notes)


def test_relational_options_say_what_they_ask_of_both(registry: Registry) -> None:
    report = match(REFLECTING, observed=load("implsci-examples"), registry=registry)
    grounds = [option.ground for option in report.relational]
    assert grounds == sorted(grounds, key=("tied", "observed", "theoretical").index)
    for option in report.relational:
        assert option.weakness
        assert [ask.of for ask in option.asks] == ["supporter", "partner"]
        mutual = "mutual" in registry.term(option.strategy).facet("direction")
        assert ("the same in turn" in option.asks[1].what) is mutual
    theory = [option for option in report.relational if option.ground == "theoretical"]
    # Of our 44 actions, 20 have a counterpart in Metz 2022, two of them an exact one.
    assert len(theory) == 20
    assert [option.label for option in theory[:2]] == ["Learn together", "Respond promptly"]
    assert {option.basis for option in theory} == {"metz-2022"}
    assert all("names no barrier" in option.weakness for option in theory)


def test_relational_options_are_there_where_nothing_ties_one_to_the_barrier(
    registry: Registry,
) -> None:
    report = match("tdf-v2:knowledge", registry=registry)
    assert {option.ground for option in report.relational} == {"theoretical"}
    assert "nothing that was published or tried ties a relational action to Knowledge" in (
        report.relational_notes
    )
    bare = match(BARRIERS, registry=toy_registry([]))
    assert bare.relational == ()
    assert "no taxonomy of relational actions is installed" in bare.relational_notes[-1]


def test_what_studies_tried_is_a_ground_of_its_own(registry: Registry) -> None:
    report = match("cfir-2009:compatibility", observed=load("implsci-examples"), registry=registry)
    tried = [option for option in report.relational if option.ground == "observed"]
    # dobbins-2019-kb and sanetti-2014-ip code these two against the barrier.
    assert {option.strategy for option in tried} == {
        "relational:flex-to-constraints",
        "relational:take-their-perspective",
    }
    assert {option.basis for option in tried} == {"observed:implsci-examples"}
    assert all("1 study" in option.because for option in tried)


def test_studies_alone_can_be_asked(registry: Registry) -> None:
    compendium = load("implsci-examples")
    report = match(REFLECTING, basis=(), observed=compendium, registry=registry)
    assert list(report.bases) == ["observed:implsci-examples"]
    named = match(
        REFLECTING, basis="observed:implsci-examples", observed=compendium, registry=registry
    )
    assert named == report


def test_a_demand_on_what_no_basis_ranks_is_noted(registry: Registry) -> None:
    demand = Demand(strategy="sister:make-training-dynamic", source="x", weeks=1)
    report = match(REFLECTING, demands=[demand], registry=registry)
    assert any("no basis here ranks: sister:make" in note for note in report.notes)


def test_only_the_bases_asked_speak_of_facilitators(registry: Registry) -> None:
    report = match(
        "tdf-v2:knowledge", basis="bmc-hsr-2018", facilitators=[REFLECTING], registry=registry
    )
    assert report.facilitators[0].ties == ()
