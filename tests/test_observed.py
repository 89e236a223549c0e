"""What a compendium saw of barriers and strategies, held to published figures and to stated rules."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import Barrier, Code, Finding, Outcome, Registry, Strategy, Study
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching import observed as observed_module
from implsci.matching.observed import observed_basis
from implsci.matching.report import BasisReport, MatchCell, Observed

HARD = "cfir-2009:complexity"
HELP = "eric:facilitation"
TEACH = "eric:conduct-educational-meetings"


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


def study(
    identifier: str,
    strategies: Mapping[str, Sequence[str]],
    *,
    barriers: Sequence[str] = (HARD,),
    linked: bool = True,
    findings: Iterable[Finding] = (),
    valence: str | None = "barrier",
    **fields: Any,
) -> Study:
    """A study whose strategies, by id, all address all of its barriers, or none of them."""
    nodes = tuple(
        Barrier(id=f"b{number}", label="b", codes=(code,), valence=valence)  # type: ignore[arg-type]
        for number, code in enumerate(barriers)
    )
    ids = tuple(node.id for node in nodes) if linked else ()
    return Study(
        id=identifier,
        title="A study",
        barriers=nodes,
        strategies=tuple(
            Strategy(id=key, label=key, codes=tuple(codes), addresses=ids)
            for key, codes in strategies.items()
        ),
        outcomes=(Outcome(id="o", label="use", desirable="higher"),),
        findings=tuple(findings),
        **fields,
    )


def finding(identifier: str, *strategies: str, **fields: Any) -> Finding:
    return Finding(
        id=identifier,
        outcome="o",
        direction=fields.pop("direction", "improved"),
        strategies=strategies,
        basis=fields.pop("basis", "description"),
        **fields,
    )


def report(registry: Registry, *studies: Study, barriers: Any = (HARD,), **how: Any) -> BasisReport:
    return observed_basis(Compendium(studies=studies), tuple(barriers), registry, **how)


def cell(found: BasisReport, strategy: str, index: int = 0) -> MatchCell:
    return next(row.cells[index] for row in found.ranking if row.strategy == strategy)


def saw(found: BasisReport, strategy: str, index: int = 0) -> Observed:
    observed = cell(found, strategy, index).observed
    assert observed is not None
    return observed


# ---------------------------------------------------------------------- the bundled compendium


def test_studies_are_those_of_the_synthesis(examples: Compendium, registry: Registry) -> None:
    """The table of barriers by strategies gathers the same studies by code of its own."""
    table = implsci.synthesize(
        examples, "barrier:cfir-2009", "strategy:eric", link="cooccur", pooled=False
    )
    barriers = registry.links("waltz-2019").sources
    found = observed_basis(examples, barriers, registry)
    compared = 0
    for row in found.ranking:
        if not row.strategy.startswith("eric:"):
            continue
        for own in row.cells:
            # No barrier of the bundled studies has a narrower one in them, so cells are alike.
            if len(registry.expand(own.barrier)) > 1:
                continue
            theirs = table.cell(own.barrier, row.strategy)
            tried = own.observed.study_ids if own.observed else ()
            beside = own.observed.beside_ids if own.observed else ()
            assert tried == theirs.linked_ids
            assert sorted((*tried, *beside)) == sorted(theirs.study_ids)
            compared += bool(theirs.study_ids)
    assert compared > 100


def test_what_was_tried_against_weak_knowledge_and_belief(
    examples: Compendium, registry: Registry
) -> None:
    found = observed_basis(
        examples, ("cfir-2009:knowledge-and-beliefs-about-the-intervention",), registry
    )
    assert (found.basis, found.kind) == ("observed:implsci-examples", "observed")
    best = found.ranking[0]
    assert best.strategy == TEACH
    assert len(saw(found, TEACH).study_ids) == 3
    assert saw(found, TEACH).countries == {"US": 1}  # the other two name no country
    assert found.known == sum(row.known for row in found.ranking) == 3
    assert {row.total for row in found.ranking} == {None}
    assert "of 15 studies with these barriers 10 do not tell" in " ".join(found.notes)


def test_every_strategy_of_the_commonest_scheme_is_listed(
    examples: Compendium, registry: Registry
) -> None:
    found = observed_basis(examples, (HARD,), registry)
    listed = [row.strategy for row in found.ranking]
    assert len([code for code in listed if code.startswith("eric:")]) == 73
    assert len(set(listed)) == len(listed)
    unknown = [row for row in found.ranking if row.cells[0].observed is None]
    assert len(unknown) == found.unrated
    assert {(row.known, row.total, row.total_low, row.total_high) for row in unknown} == {
        (0, None, 0, 100)
    }
    assert found.possible == len(listed)


def test_effects_are_pooled_to_the_published_figure(
    examples: Compendium, registry: Registry
) -> None:
    """metafor 3.8-1, rma(method="REML"), of the 23 trials of Baskerville 2012."""
    trials = [one for one in examples if one.id.startswith("baskerville")]
    with_barrier = [
        evolve(
            one,
            barriers=(Barrier(id="hard", label="hard", codes=(HARD,)),),
            strategies=tuple(evolve(node, addresses=("hard",)) for node in one.strategies),
        )
        for one in trials
    ]
    observed = saw(report(registry, *with_barrier), HELP)
    (pooled,) = observed.estimates
    assert (pooled.metric, pooled.k) == ("SMD", 23)
    assert pooled.value == pytest.approx(0.5599645, abs=1e-5)
    assert (pooled.ci_low, pooled.ci_high) == pytest.approx((0.4322438, 0.6876852), abs=1e-5)
    assert pooled.tau2 == pytest.approx(0.02048059, abs=1e-5)
    assert len(observed.study_ids) == 23


def test_a_store_is_streamed_to_the_same_report(
    examples: Compendium, registry: Registry, tmp_path: Path
) -> None:
    pytest.importorskip("pyarrow")
    examples.save(tmp_path / "examples.store")
    stored = implsci.load(tmp_path / "examples.store")
    barriers = registry.links("waltz-2019").sources
    assert observed_basis(stored, barriers, registry).ranking == (
        observed_basis(examples, barriers, registry).ranking
    )


# ---------------------------------------------------------------------- what counts as tried


def test_what_merely_occurs_stands_beside_with_no_claim(registry: Registry) -> None:
    found = report(
        registry,
        study("a", {"s": [HELP]}, sectors=("sector:health",), countries=("KE",)),
        study("b", {"s": [HELP]}, linked=False, sectors=("sector:health",),
              findings=[finding("f", "s")], links_coded="none"),
    )  # fmt: skip
    observed = saw(found, HELP)
    assert (observed.study_ids, observed.beside_ids) == (("a",), ("b",))
    assert (observed.sectors, observed.countries) == ({"sector:health": 1}, {"KE": 1})
    assert observed.by_basis == {}
    assert found.known == 1


@pytest.mark.parametrize(
    ("coded", "linked", "silent"),
    [("none", False, True), (None, False, True), (None, True, False), ("partial", False, False)],
)
def test_studies_that_do_not_tell_what_was_aimed_at_are_counted(
    registry: Registry, coded: str | None, linked: bool, silent: bool
) -> None:
    found = report(registry, study("a", {"s": [HELP]}, linked=linked, links_coded=coded))
    assert (
        any("of 1 study with these barriers 1 do not tell" in one for one in found.notes) == silent
    )


def test_beside_alone_is_not_known(registry: Registry) -> None:
    found = report(registry, study("a", {"s": [HELP]}, linked=False))
    assert saw(found, HELP).beside_ids == ("a",)
    assert (found.known, found.ranking[0].known, found.ranking[0].strategy) == (0, 0, HELP)


def test_only_strategies_that_address_the_barrier_lend_their_findings(registry: Registry) -> None:
    two = study(
        "a",
        {"s1": [HELP], "s2": [HELP]},
        findings=[
            finding("f1", "s1"),
            finding("f2", "s2", direction="worsened"),
            finding("f3", "s1", barriers=("b1",)),
            finding("f4", "s1", "s2", basis="association"),
        ],
        barriers=(HARD, "cfir-2009:cost"),
    )
    strategies = (
        evolve(two.strategies[0], addresses=("b0",)),
        evolve(two.strategies[1], addresses=()),
    )
    observed = saw(report(registry, evolve(two, strategies=strategies)), HELP)
    assert observed.by_basis == {
        "association": {"findings": 1, "improved": 1},
        "description": {"findings": 1, "improved": 1},
    }
    assert observed.bundled == 1


def test_a_bundle_is_counted_and_credited_to_no_strategy(registry: Registry) -> None:
    effect = implsci.Estimate(metric="SMD", value=0.5, se=0.1)
    both = study(
        "a",
        {"s1": [HELP], "s2": [TEACH]},
        findings=[
            finding("f", "s1", "s2", basis="effect", comparator="usual_practice", estimate=effect)
        ],
    )
    one = study(
        "b",
        {"s1": [HELP, TEACH]},
        findings=[finding("f", "s1", basis="effect", comparator="usual_practice", estimate=effect)],
    )
    found = report(registry, both, one)
    for strategy in (HELP, TEACH):
        observed = saw(found, strategy)
        assert (observed.bundled, observed.estimates) == (2, ())
        assert observed.left_out == {"bundle of strategies": 2}


def test_a_node_with_codes_of_two_schemes_is_no_bundle(registry: Registry) -> None:
    one = study("a", {"s1": [TEACH, "bct-v1:5.1"]}, findings=[finding("f", "s1")])
    found = report(registry, one)
    assert saw(found, TEACH).bundled == saw(found, "bct-v1:5.1").bundled == 0
    assert [row.strategy for row in found.ranking if row.known] == [TEACH, "bct-v1:5.1"]
    assert any("stand by their own codes" in note for note in found.notes)


def test_narrower_barriers_count_and_facilitators_do_not(registry: Registry) -> None:
    climate = "cfir-2009:implementation-climate"
    found = report(
        registry,
        study("a", {"s": [HELP]}, barriers=("cfir-2009:tension-for-change",)),
        study("b", {"s": [HELP]}, barriers=(climate,), valence="facilitator"),
        barriers=[climate],
    )
    assert saw(found, HELP).study_ids == ("a",)
    assert any("is a facilitator: 1 study" in note for note in found.notes)


def test_another_taxonomy_is_reached_over_an_exact_or_close_match_only(registry: Registry) -> None:
    close = study("a", {"s": [HELP]})  # cfir-2009:complexity, close to innovation-complexity
    related = study("b", {"s": [HELP]}, barriers=("cfir-2009:learning-climate",))
    asked = ("cfir-2022:innovation-complexity", "cfir-2022:learning-centeredness")
    found = report(registry, close, related, barriers=asked)
    assert saw(found, HELP).study_ids == ("a",)
    (route,) = cell(found, HELP).via
    assert (route.subject, route.match, route.object) == (asked[0], "close", HARD)
    assert cell(found, HELP, 1).observed is None
    assert found.status == "provisional"
    assert any("1 study came in by codes that cfir-2009-to-cfir-2022" in one for one in found.notes)


def test_a_barrier_asked_in_its_own_taxonomy_needs_no_crosswalk(registry: Registry) -> None:
    found = report(registry, study("a", {"s": [HELP]}))
    assert cell(found, HELP).via == ()
    assert found.status is None


def test_strategies_of_two_schemes_are_never_merged(registry: Registry) -> None:
    found = report(
        registry,
        study("a", {"s": [TEACH]}),
        study("b", {"s": [TEACH]}),
        study("c", {"s": ["sister:provide-ongoing-training"]}),
        scheme="bct-v1",
    )
    assert [row.strategy for row in found.ranking[:2]] == [TEACH, "sister:provide-ongoing-training"]
    assert len([row for row in found.ranking if row.strategy.startswith("bct-v1:")]) == 93


def test_an_uncoded_strategy_is_counted(registry: Registry) -> None:
    two = (HARD, "cfir-2009:cost")
    found = report(registry, study("a", {"s": []}, barriers=two), barriers=two)
    assert found.known == 0
    assert any("a strategy without a code was tried: 1 study" in note for note in found.notes)


# ---------------------------------------------------------------------- the order


def test_papers_of_one_programme_count_once(registry: Registry) -> None:
    papers = [study(f"p{number}", {"s": [HELP]}, programme="trial") for number in range(3)]
    found = report(registry, *papers, study("a", {"s": [TEACH]}), study("b", {"s": [TEACH]}))
    assert [row.strategy for row in found.ranking[:2]] == [TEACH, HELP]
    assert len(saw(found, HELP).study_ids) == 3


def test_one_study_of_several_barriers_counts_once(registry: Registry) -> None:
    many = ("cfir-2009:cost", HARD, "cfir-2009:planning")
    found = report(
        registry,
        study("a", {"s": [HELP]}, barriers=many),
        study("b", {"s": [TEACH]}),
        study("c", {"s": [TEACH]}),
        barriers=many,
    )
    assert [row.strategy for row in found.ranking[:2]] == [TEACH, HELP]
    assert [row.known for row in found.ranking[:2]] == [1, 3]


def test_success_moves_nothing(registry: Registry) -> None:
    bad = [finding(f"f{number}", "s", direction="worsened") for number in range(3)]
    good = [finding(f"f{number}", "s") for number in range(3)]
    found = report(
        registry,
        study("a", {"s": [HELP]}, findings=bad),
        study("b", {"s": [HELP]}, findings=bad),
        study("c", {"s": [TEACH]}, findings=good),
    )
    assert [row.strategy for row in found.ranking[:2]] == [HELP, TEACH]
    assert "not by success" in found.notes[0]
    assert "independent studies or programmes" in found.order


names = st.sampled_from(["a", "b", "c", "d"])
drawn = st.lists(
    st.tuples(
        st.sampled_from([HELP, TEACH, "eric:remind-clinicians", "trust:responsiveness"]),
        st.booleans(),
        st.none() | names,
        st.sets(st.sampled_from([HARD, "cfir-2009:cost", "cfir-2009:planning"]), max_size=3),
    ),
    max_size=8,
)


@given(drawn)
def test_the_order_is_by_independent_studies_total_and_blind_to_the_order_of_studies(
    drawn: list[tuple[str, bool, str | None, set[str]]],
) -> None:
    registry = implsci.registry()
    studies = [
        study(
            f"s{number}", {"x": [code]}, linked=linked, programme=programme, barriers=sorted(have)
        )
        for number, (code, linked, programme, have) in enumerate(drawn)
    ]
    asked = (HARD, "cfir-2009:cost")
    found = report(registry, *studies, barriers=asked, scheme="eric")
    keys = []
    for row in found.ranking:
        seen = [own.observed for own in row.cells if own.observed]
        programmes = {one.id: one.programme or one.id for one in studies}
        against = {programmes[name] for one in seen for name in one.study_ids}
        near = {programmes[name] for one in seen for name in one.beside_ids} - against
        keys.append((-len(against), -len(near), row.label, row.strategy))
    assert keys == sorted(keys)
    again = report(registry, *reversed(studies), barriers=asked, scheme="eric")
    assert [row.strategy for row in again.ranking] == [row.strategy for row in found.ranking]


@given(drawn, drawn)
def test_a_further_study_makes_nothing_unknown(
    some: list[tuple[str, bool, str | None, set[str]]],
    more: list[tuple[str, bool, str | None, set[str]]],
) -> None:
    registry = implsci.registry()
    studies = [
        study(
            f"s{number}", {"x": [code]}, linked=linked, programme=programme, barriers=sorted(have)
        )
        for number, (code, linked, programme, have) in enumerate([*some, *more])
    ]
    before = report(registry, *studies[: len(some)], scheme="eric")
    after = report(registry, *studies, scheme="eric")
    assert after.known >= before.known
    for row in before.ranking:
        if row.cells[0].observed is not None:
            assert set(row.cells[0].observed.study_ids) <= set(saw(after, row.strategy).study_ids)


# ---------------------------------------------------------------------- what cannot be asked or done


WITHOUT = """
import sys
sys.modules["numpy"] = None  # as where it is not installed
from implsci import Barrier, Estimate, Finding, Outcome, Strategy, Study, registry
from implsci.compendium import Compendium
from implsci.matching.observed import observed_basis
study = Study(
    id="a",
    title="A study",
    barriers=(Barrier(id="b", label="b", codes=("cfir-2009:complexity",)),),
    strategies=(Strategy(id="s", label="s", codes=("eric:facilitation",), addresses=("b",)),),
    outcomes=(Outcome(id="o", label="use", desirable="higher"),),
    findings=(
        Finding(
            id="f", outcome="o", direction="improved", strategies=("s",), basis="effect",
            comparator="usual_practice", estimate=Estimate(metric="SMD", value=0.5, se=0.1),
        ),
    ),
)
found = observed_basis(Compendium(studies=(study,)), ("cfir-2009:complexity",), registry())
seen = found.ranking[0].cells[0].observed
print(seen.estimates, dict(seen.left_out), dict(seen.by_basis))
print(any("pip install 'implsci[analysis]'" in note for note in found.notes))
"""


def test_without_the_extra_nothing_is_pooled_and_the_report_says_so() -> None:
    lines = []
    for script in (WITHOUT, WITHOUT.replace('sys.modules["numpy"] = None', "pass")):
        run = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        lines.append(run.stdout.splitlines())
    without, with_it = lines
    assert without == [
        "() {'pooling needs the extra analysis': 1} {'effect': {'findings': 1, 'improved': 1}}",
        "True",
    ]
    assert with_it[0].startswith("(Pooled(metric='SMD', k=1, value=0.5")
    assert with_it[1] == "False"


def test_an_empty_compendium_says_that_no_study_has_the_barrier(registry: Registry) -> None:
    found = report(registry)
    assert (found.known, found.possible, found.ranking, found.basis) == (0, 0, (), "observed")
    assert "Complexity: no study has this barrier" in found.notes


def test_a_taxonomy_that_is_not_installed_is_matched_by_its_very_code(registry: Registry) -> None:
    odd = study("a", {"s": ["mine:help"]}, barriers=("mine:odd",))
    found = report(registry, odd, barriers=["mine:odd"])
    assert [(row.strategy, row.label, row.known) for row in found.ranking] == [
        ("mine:help", "mine:help", 1)
    ]


@pytest.mark.parametrize(
    ("barriers", "how", "error", "message"),
    [
        ((), {}, InvalidQueryError, "no barrier"),
        (("cfir-2009:complexitty",), {}, UnknownNameError, "did you mean cfir-2009:complexity"),
        ((HARD,), {"scheme": "erik"}, UnknownNameError, "eric"),
        ((HARD,), {"scheme": "proctor"}, InvalidQueryError, "expected one of strategies"),
        ((HARD,), {"r": 1.5}, InvalidQueryError, "from 0 to 1"),
    ],
)
def test_what_cannot_be_asked(
    registry: Registry,
    barriers: tuple[str, ...],
    how: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        report(registry, barriers=barriers, **how)


# ------------------------------------------------------------------------------- asked once, and again


def test_what_studies_answered_is_kept_while_they_live(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []
    look_at = observed_module._Seen.look_at

    def counted(self: Any, study: Study) -> None:
        looked.append(study.id)
        look_at(self, study)

    monkeypatch.setattr(observed_module._Seen, "look_at", counted)
    asked = (Code("cfir-2009:complexity"),)
    compendium = Compendium(studies=(Study(id="a", title="A study"),))
    first = observed_basis(compendium, asked, registry)
    assert observed_basis(compendium, asked, registry) is first
    assert looked == ["a"]
    # Another question, and an equal compendium that is another one, are looked up afresh.
    observed_basis(compendium, asked, registry, r=0.5)
    observed_basis(Compendium(studies=(Study(id="a", title="A study"),)), asked, registry)
    assert len(looked) == 3
    watched = weakref.ref(compendium)
    del compendium
    gc.collect()
    assert watched() is None


def test_studies_that_may_change_are_asked_each_time(registry: Registry) -> None:
    barrier = Barrier(id="b", label="b", codes=(Code("cfir-2009:complexity"),))
    strategy = Strategy(id="s", label="s", codes=(Code("eric:5"),), addresses=("b",))
    studies = [Study(id="a", title="A", barriers=(barrier,), strategies=(strategy,))]
    compendium = Compendium(studies=studies)
    asked = (Code("cfir-2009:complexity"),)
    assert observed_basis(compendium, asked, registry).known == 1
    studies.clear()
    assert observed_basis(compendium, asked, registry).known == 0


def test_only_the_last_few_answers_are_kept(registry: Registry) -> None:
    compendium = Compendium(studies=())
    asked = (Code("cfir-2009:complexity"),)
    first = observed_basis(compendium, asked, registry)
    for tenth in range(9):
        observed_basis(compendium, asked, registry, r=tenth / 10)
    assert observed_basis(compendium, asked, registry) is not first
