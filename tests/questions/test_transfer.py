"""Carrying over: who met a barrier where, what was tried there, and how alike contexts are."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import made, studies

import implsci
from implsci import Barrier, Estimate, Finding, Outcome, Strategy, Study
from implsci.errors import AmbiguousNameError, InvalidQueryError, UnknownNameError
from implsci.questions import CONTEXT_FACETS, transfer

CULTURE = "cfir-2009:culture"
FACILITATION = "eric:facilitation"
EXAMPLES = implsci.load("implsci-examples")
TO = {"sector": "education", "country": "KE"}


def ask(some: list[Study], to: object = None, **more: object):
    return transfer(some, CULTURE, to or TO, strategies="strategy:eric", **more)  # type: ignore[arg-type]


def test_here_elsewhere_and_not_told_are_three_things() -> None:
    found = ask(
        [
            made("here", [CULTURE], sectors=("sector:education",), countries=("KE",)),
            made("sector", [CULTURE], sectors=("sector:health",), countries=("KE",)),
            made("country", [CULTURE], sectors=("sector:education",), countries=("SE",)),
            made("half", [CULTURE], sectors=("sector:education",)),
            made("away", [CULTURE], countries=("SE",)),
            made("other", ["cfir-2009:cost"], sectors=("sector:health",)),
        ]
    )
    assert (found.met, found.here, found.elsewhere, found.placeless) == (5, 1, 3, 1)
    assert {one.study for one in found.sources} == {"sector", "country", "away"}
    assert found.silent == 3
    assert "1 do not tell their place" in found.sentence()


def test_likeness_by_hand() -> None:
    study = Study(
        id="a",
        title="A",
        sectors=("sector:education", "sector:health"),
        countries=("SE", "KE"),
        scale_stage="pilot",
        barriers=(Barrier(id="b", label="b", codes=(CULTURE,), level="team"),),
    )
    to = {**TO, "country": "UG", "level": "team", "engagement": "push", "scale_stage": "scale-up"}
    (source,) = ask([study], to).sources
    alike = {one.facet: one.alike for one in source.likeness.facets}
    # Kenya and Sweden against Uganda: 1 of 2 regions, no income group in common (Uganda is low).
    assert alike == {
        "sector": 0.5, "country": 0.0, "region": 0.5, "income_group": 0.0, "level": 1.0,
        "engagement": None, "scale_stage": 0.0,
    }  # fmt: skip
    assert source.likeness.value == pytest.approx(2 / 7)
    assert source.likeness.high == pytest.approx(3 / 7)
    assert source.likeness.known == 6


def test_weights_change_the_mean_and_nothing_else() -> None:
    study = made("a", [CULTURE], sectors=("sector:health",), countries=("KE",))
    (source,) = ask([study], weights={"region": 0, "income_group": 0, "country": 3}).sources
    assert [one.facet for one in source.likeness.facets] == ["sector", "country"]
    assert source.likeness.value == 0.75


@given(studies())
def test_likeness_lies_between_0_and_1_and_unknown_only_takes_away(some: list[Study]) -> None:
    for source in ask(some).sources:
        one = source.likeness
        assert 0 <= one.value <= one.high <= 1
        unknown = sum(facet.weight for facet in one.facets if facet.alike is None)
        assert one.high - one.value == pytest.approx(unknown / len(one.facets))


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_plays_no_part(some: list[Study], chance: random.Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert ask(shuffled).to_dict() == ask(some).to_dict()


@given(studies())
def test_a_study_without_the_barrier_changes_no_count(some: list[Study]) -> None:
    more = [*some, made("silent", [], [FACILITATION], sectors=("sector:health",))]
    one, other = ask(some), ask(more)
    assert (other.tried, other.sources, other.met) == (one.tried, one.sources, one.met)


@given(studies())
def test_strategies_are_counted_as_by_brute_force(some: list[Study]) -> None:
    found = ask(some, {"sector": "education"})
    expected: dict[str, tuple[set[str], set[str]]] = {}
    for study in some:
        ids = {node.id for node in study.barriers if CULTURE in node.codes}
        if ids and study.sectors and "sector:education" not in study.sectors:
            for node in study.strategies:
                cases, linked = expected.setdefault(node.codes[0], (set(), set()))
                cases.add(study.programme or study.id)
                if ids & set(node.addresses):
                    linked.add(study.programme or study.id)
    assert {one.strategy: (one.cases, one.linked) for one in found.tried} == {
        code: (len(cases), len(linked)) for code, (cases, linked) in expected.items()
    }


def trial(name: str, value: float, ses: float, strategies: int = 1) -> Study:
    return Study(
        id=name,
        title=name,
        sectors=("sector:health",),
        barriers=(Barrier(id="b", label="b", codes=(CULTURE,)),),
        strategies=tuple(
            Strategy(id=f"s{place}", label="s", codes=(code,), addresses=("b",))
            for place, code in enumerate((FACILITATION, "eric:build-a-coalition")[:strategies])
        ),
        outcomes=(Outcome(id="o", label="o", desirable="higher", codes=("proctor:adoption",)),),
        findings=(
            Finding(
                id="f",
                outcome="o",
                strategies=tuple(f"s{place}" for place in range(strategies)),
                direction="improved",
                basis="effect",
                comparator="usual_practice",
                estimate=Estimate(metric="SMD", value=value, se=ses),
            ),
        ),
    )


def test_effects_are_pooled_by_inverse_variance_where_they_agree() -> None:
    pytest.importorskip("scipy")
    # Q = 0.5 is below its degrees of freedom, so that tau2 is 0 and the pooled mean that of weights.
    some = [trial("one", 0.5, 0.1), trial("two", 0.4, 0.1)]
    (one,) = ask(some, {"sector": "education"}).tried
    (pooled,) = one.pooled
    assert (pooled.metric, pooled.k) == ("SMD", 2)
    assert pooled.value == pytest.approx(0.45)
    half = 1.959964 * math.sqrt(1 / (2 / 0.1**2))
    assert (pooled.ci_low, pooled.ci_high) == pytest.approx((0.45 - half, 0.45 + half), abs=1e-6)


def test_no_effect_of_a_bundle_is_credited_to_one_strategy() -> None:
    found = ask([trial("one", 0.5, 0.1, strategies=2)], {"sector": "education"})
    assert [one.pooled for one in found.tried] == [(), ()]
    assert [one.bundled for one in found.tried] == [1, 1]
    assert found.tried[0].left_out == {"bundle of strategies": 1}
    assert found.to_rows()[0]["pooled"] is None


def test_only_findings_on_the_outcome_asked_are_counted() -> None:
    some = [trial("one", 0.5, 0.1)]
    assert ask(some, {"sector": "education"}, outcome="proctor:adoption").tried[0].findings == 1
    assert ask(some, {"sector": "education"}, outcome="proctor:fidelity").tried[0].findings == 0


def test_findings_on_another_barrier_say_nothing_of_this_one() -> None:
    study = Study(
        id="a",
        title="A",
        sectors=("sector:health",),
        barriers=(
            Barrier(id="b", label="b", codes=(CULTURE,)),
            Barrier(id="c", label="c", codes=("cfir-2009:cost",)),
        ),
        strategies=(Strategy(id="s", label="s", codes=(FACILITATION,), addresses=("b",)),),
        outcomes=(Outcome(id="o", label="o"),),
        findings=(
            Finding(id="f", outcome="o", strategies=("s",), barriers=("c",), direction="improved"),
            Finding(id="g", outcome="o", strategies=("s",), barriers=("b",), direction="worsened"),
        ),
    )
    (one,) = ask([study]).tried
    assert one.findings == 1
    assert one.by_basis == {"not stated": {"findings": 1, "worsened": 1}}


def test_a_study_as_target_is_left_out_itself() -> None:
    target = made("t", [CULTURE], [FACILITATION], sectors=("sector:health",), countries=("KE",))
    other = made("o", [CULTURE], [FACILITATION], sectors=("sector:education",), countries=("KE",))
    found = ask([target, other], target)
    assert (found.met, found.here, found.elsewhere) == (1, 0, 1)
    assert found.sources[0].study == "o"


def test_a_sector_holds_what_is_narrower() -> None:
    some = [made("a", [CULTURE], sectors=("sector:policing",))]
    assert ask(some, {"sector": "justice"}).here == 1
    assert ask(some, {"sector": "policing"}).here == 1
    assert (
        ask([made("a", [CULTURE], sectors=("sector:justice",))], {"sector": "policing"}).here == 0
    )


def test_nothing_elsewhere_is_said() -> None:
    found = ask([made("a", [CULTURE], sectors=("sector:education",), countries=("KE",))])
    assert found.to_rows() == ()
    assert "There is nothing to carry over" in found.sentence()
    assert ask([made("a")]).sentence() == "No study of 1 meets Culture."
    assert "None of those elsewhere reports" in ask(
        [made("a", [CULTURE], sectors=("sector:health",))]
    ).sentence()  # fmt: skip


def test_the_examples_can_be_read_back() -> None:
    found = transfer(EXAMPLES, "cfir-2009:available-resources", TO)
    value = found.to_dict()
    assert value["met"] == found.here + found.elsewhere + found.placeless == 44
    assert set(found.to) <= set(CONTEXT_FACETS)
    likeness = [one.likeness.value for one in found.sources]
    assert likeness == sorted(likeness, reverse=True)
    assert {tuple(row) for row in found.to_rows()} == {tuple(found.to_rows()[0])}


@pytest.mark.parametrize(
    ("to", "more", "error", "words"),
    [
        ({"country": "KE", "income_group": "High income"}, {}, InvalidQueryError, "contradicts"),
        ({"country": "KE", "region": "South Asia"}, {}, InvalidQueryError, "contradicts"),
        ({"level": "team"}, {}, InvalidQueryError, "a sector or a country"),
        ({"sectr": "health"}, {}, InvalidQueryError, "did you mean sector"),
        ({"sector": "astrology"}, {}, UnknownNameError, "astrology"),
        ({"country": "Kenia"}, {}, InvalidQueryError, "Kenia"),
        ({"sector": "health", "level": "galaxy"}, {}, InvalidQueryError, "organization"),
        (TO, {"weights": {"sector": -1}}, InvalidQueryError, "0 or more"),
        (TO, {"weights": {"planet": 1}}, InvalidQueryError, "planet"),
        (TO, {"weights": dict.fromkeys(CONTEXT_FACETS, 0)}, InvalidQueryError, "above 0"),
        (TO, {"r": 2}, InvalidQueryError, "r: expected"),
        (TO, {"where": {"sector": "wash", "country": "SE"}}, InvalidQueryError, "at once"),
        (TO, {"outcome": "adoptoin"}, InvalidQueryError, "adoptoin"),
    ],
)
def test_what_cannot_be_asked_is_said(
    to: dict[str, str], more: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        transfer(EXAMPLES, CULTURE, to, **more)  # type: ignore[arg-type]


def test_a_label_of_several_taxonomies_is_refused() -> None:
    with pytest.raises(AmbiguousNameError, match="cfir-2022:culture"):
        transfer(EXAMPLES, "Culture", TO)
