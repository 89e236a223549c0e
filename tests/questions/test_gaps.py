"""Gaps against counts done by hand and by brute force, and the laws that counting keeps."""

from __future__ import annotations

import random
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import STRATEGIES, made, studies

import implsci
from implsci import Barrier, Study
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.questions import gaps

AXES = ("barrier:cfir-2009", "strategy:eric")
EXAMPLES = implsci.load("implsci-examples")


def case(study: Study) -> str:
    return study.programme or study.id


def brute(found: list[Study]) -> dict[tuple[str, str], tuple[str, int, int]]:
    """Return state, cases with the barrier and cases with both, of every pair nobody links."""
    met, both, linked = defaultdict(set), defaultdict(set), set()
    tried = set()
    for study in found:
        for strategy in study.strategies:
            tried.update(strategy.codes)
        for barrier in study.barriers:
            met[barrier.codes[0]].add(case(study))
            for strategy in study.strategies:
                pair = barrier.codes[0], strategy.codes[0]
                both[pair].add(case(study))
                if barrier.id in strategy.addresses:
                    linked.add(pair)
    return {
        (one, other): (
            "never linked" if both[one, other] else "never together",
            len(met[one]),
            len(both[one, other]),
        )
        for one in met
        for other in tried
        if (one, other) not in linked
    }


@given(studies())
def test_every_pair_that_nobody_links_is_a_gap_and_no_other(some: list[Study]) -> None:
    found = gaps(some, *AXES)
    assert {
        (gap.barrier, gap.strategy): (gap.state, gap.met, gap.both) for gap in found.pairs
    } == brute(some)


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_plays_no_part(some: list[Study], chance: random.Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert gaps(shuffled, *AXES) == gaps(some, *AXES)


@given(studies())
def test_a_study_that_tells_no_barrier_changes_no_count(some: list[Study]) -> None:
    silent = made("silent", sectors=("sector:health",))
    one, other = gaps(some, *AXES), gaps([*some, silent], *AXES)
    assert other.pairs == one.pairs
    assert other.places == one.places
    assert (other.told, other.linked) == (one.told, one.linked)
    assert other.n_cases == one.n_cases + 1


@given(studies())
def test_a_study_of_the_same_programme_counts_once(some: list[Study]) -> None:
    from attrs import evolve

    one = [evolve(study, programme=study.programme or study.id) for study in some]
    twice = [*one, *(evolve(study, id=f"{study.id}-again") for study in one)]
    assert gaps(twice, *AXES).pairs == gaps(one, *AXES).pairs
    assert gaps(twice, *AXES).places == gaps(one, *AXES).places


@given(studies())
def test_weights_are_shares_and_fall(some: list[Study]) -> None:
    found = gaps(some, *AXES).pairs
    assert all(0 < gap.weight <= 1 for gap in found)
    order = [(gap.state == "never linked", -gap.weight) for gap in found]
    assert order == sorted(order)


@given(studies())
def test_places_are_those_of_brute_force(some: list[Study]) -> None:
    def aimed(study: Study, code: str) -> bool:
        ids = {node.id for node in study.barriers if code in node.codes}
        return any(ids & set(node.addresses) for node in study.strategies)

    expected = {}
    for place in {country for study in some for country in study.countries}:
        own = [study for study in some if place in study.countries]
        for code in {node.codes[0] for study in own for node in study.barriers}:
            met = [s for s in own if any(code in node.codes for node in s.barriers)]
            if not any(aimed(study, code) for study in met):
                expected[place, code] = (
                    len({case(study) for study in met}),
                    len({case(study) for study in met if study.strategies}),
                    len({case(s) for s in some if place not in s.countries and aimed(s, code)}),
                )
    found = gaps(some, *AXES, places="country").places
    assert {
        (one.place, one.barrier): (one.met, one.with_strategy, one.elsewhere) for one in found
    } == expected


def test_a_barrier_met_in_a_place_without_a_strategy() -> None:
    found = gaps(
        [
            made("a", ["cfir-2009:culture"], sectors=("sector:education",)),
            made("b", ["cfir-2009:culture"], sectors=("sector:education",)),
            made(
                "c", ["cfir-2009:culture"], [STRATEGIES[0]], links=[(0, 0)],
                sectors=("sector:health",),
            ),
            made("d", ["cfir-2009:cost"], [STRATEGIES[0]], sectors=("sector:health",)),
            made("e", ["cfir-2009:cost"]),
        ],
        *AXES,
        places="sector",
    )  # fmt: skip
    told = [
        (one.place, one.barrier, one.state, one.met, one.of, one.elsewhere) for one in found.places
    ]
    assert told == [
        ("sector:education", "cfir-2009:culture", "no strategy reported", 2, 2, 1),
        ("sector:health", "cfir-2009:cost", "never linked", 1, 2, 0),
    ]
    assert found.placeless == {"sector": 1}
    assert (found.told, found.linked) == (5, 1)


def test_a_facilitator_is_no_barrier_and_its_term_is_used() -> None:
    study = Study(
        id="a",
        title="A",
        barriers=(Barrier(id="b", label="x", codes=("cfir-2009:culture",), valence="facilitator"),),
    )
    found = gaps([study], *AXES)
    assert found.told == 0
    assert "nothing can be said" in found.sentence()
    assert "cfir-2009:culture" not in {term.code for term in found.unused}
    assert "cfir-2009:cost" in {term.code for term in found.unused}
    assert gaps([study], "facilitator:cfir-2009", "strategy:eric").told == 1


def test_terms_without_a_study_are_those_of_the_taxonomy_less_those_that_are_used() -> None:
    found = gaps(EXAMPLES)
    used = {code for study in EXAMPLES for node in study.strategies for code in node.codes}
    eric = implsci.registry().taxonomy("eric")
    expected = {term.code for term in eric if term.kind == "strategy"} - used
    assert {term.code for term in found.unused if term.kind == "strategy"} == expected


def test_rows_have_the_same_columns_and_unknown_is_not_zero() -> None:
    found = gaps(EXAMPLES)
    rows = found.to_rows()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert len(rows) == len(found.pairs) + len(found.places) + len(found.unused)
    place = next(row for row in rows if row["kind"] == "place")
    assert place["strategy"] is None
    assert place["tried"] is None
    assert place["with_strategy"] is not None
    assert found.to_dict()["sentence"] == found.sentence()


def test_the_synthesis_agrees_on_the_pairs_that_were_never_together() -> None:
    table = implsci.synthesize(EXAMPLES, link="cooccur", pooled=False)
    together = {(cell.row, cell.column) for cell in table}
    found = gaps(EXAMPLES)
    never = {(one.barrier, one.strategy) for one in found.pairs if one.state == "never together"}
    assert never
    assert not never & together
    assert all(
        (one.barrier, one.strategy) in together
        for one in found.pairs
        if one.state == "never linked"
    )


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"barriers": "sector"}, InvalidQueryError, "expected barriers"),
        ({"strategies": "outcome"}, InvalidQueryError, "strategies"),
        ({"barriers": "barrier:cfri"}, UnknownNameError, "cfri"),
        ({"places": "planet"}, InvalidQueryError, "planet"),
        ({"where": {"sector": "education", "country": "LA"}}, InvalidQueryError, "at once"),
        ({"where": {"year": "1850"}}, InvalidQueryError, "year=1850: 0 studies, of 373"),
    ],
)
def test_what_cannot_be_asked_is_said(
    asked: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        gaps(EXAMPLES, **asked)  # type: ignore[arg-type]


def test_no_study_is_refused() -> None:
    with pytest.raises(InvalidQueryError, match="no study to ask"):
        gaps([])


def test_a_study_that_tells_no_place_is_in_no_line_and_counted() -> None:
    study = Study(
        id="a",
        title="<script>alert(1)</script>",
        barriers=(Barrier(id="b", label="=1+1\u202e", codes=("cfir-2009:culture",)),),
    )
    found = gaps([study], *AXES)
    assert found.places == ()
    assert found.placeless == {"sector": 1, "country": 1}
