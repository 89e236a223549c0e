"""Bundles against sets counted by brute force, a table of four fields, and pandas."""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import STRATEGIES, made, studies

import implsci
from implsci import Study
from implsci.errors import InvalidQueryError
from implsci.questions import bundles

AXIS = "strategy:eric"
EXAMPLES = implsci.load("implsci-examples")


def by_case(some: list[Study]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for study in some:
        for node in study.strategies:
            found[study.programme or study.id].update(
                code for code in node.codes if code.startswith("eric:")
            )
    return {case: frozenset(own) for case, own in found.items() if own}


@given(studies())
def test_pairs_are_those_of_a_matrix_product(some: list[Study]) -> None:
    cases = by_case(some)
    matrix = np.array([[code in own for code in STRATEGIES] for own in cases.values()], dtype=int)
    found = {pair.strategies: pair for pair in bundles(some, AXIS, least=1).pairs}
    if not cases:
        assert not found
        return
    together = matrix.T @ matrix
    n = len(cases)
    expected = {}
    for i, j in itertools.combinations(range(len(STRATEGIES)), 2):
        if together[i, j]:
            key = tuple(sorted((STRATEGIES[i], STRATEGIES[j])))
            either = (matrix[:, i] | matrix[:, j]).sum()
            confidence = together[i, j] / together[i, i]  # confidence of i -> j
            expected[key] = (
                together[i, j],
                together[i, j] / n,
                confidence / (together[j, j] / n),
                together[i, j] / either,
            )
    assert found.keys() == expected.keys()
    for key, (count, support, lift, jaccard) in expected.items():
        pair = found[key]
        assert pair.together == count
        assert [pair.support, pair.lift, pair.jaccard] == pytest.approx([support, lift, jaccard])


@given(studies(), st.integers(1, 3), st.integers(2, 4))
def test_sets_are_the_closed_ones_of_all_subsets(
    some: list[Study], least: int, largest: int
) -> None:
    cases = list(by_case(some).values())
    counts = {
        chosen: sum(set(chosen) <= own for own in cases)
        for size in range(1, len(STRATEGIES) + 1)
        for chosen in itertools.combinations(sorted(STRATEGIES), size)
    }
    expected = {
        chosen: count
        for chosen, count in counts.items()
        if 2 <= len(chosen) <= largest
        and count >= least
        and not any(
            set(chosen) < set(other) and counts[other] == count for other in counts
        )
    }  # fmt: skip
    found = bundles(some, AXIS, least=least, largest=largest)
    assert {one.strategies: one.together for one in found.sets} == expected


@given(studies())
def test_combinations_part_the_cases(some: list[Study]) -> None:
    found = bundles(some, AXIS)
    cases = by_case(some)
    exactly = Counter(tuple(sorted(own)) for own in cases.values())
    assert {one.strategies: len(one.cases) for one in found.combinations} == exactly
    assert sum(len(one.cases) for one in found.combinations) == found.n == len(cases)
    assert found.sizes == Counter(code for own in cases.values() for code in own)


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_plays_no_part(some: list[Study], chance: random.Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert bundles(shuffled, AXIS).to_dict() == bundles(some, AXIS).to_dict()


@given(studies())
def test_a_study_without_strategies_changes_no_count(some: list[Study]) -> None:
    one, other = bundles(some, AXIS), bundles([*some, made("silent")], AXIS)
    assert (other.pairs, other.sets, other.combinations, other.n) == (
        one.pairs, one.sets, one.combinations, one.n,
    )  # fmt: skip
    assert other.without == one.without + 1


def test_lift_is_one_where_two_strategies_have_nothing_to_do_with_one_another() -> None:
    a, b = STRATEGIES[:2]
    some = [
        made("1", (), [a, b]),
        made("2", (), [a]),
        made("3", (), [b]),
        made("4", (), [STRATEGIES[2]]),
    ]
    (pair,) = bundles(some, AXIS, least=1).pairs
    assert (pair.support, pair.lift, pair.jaccard) == (0.25, 1.0, 1 / 3)


def test_studies_of_one_programme_are_one_case() -> None:
    a, b = STRATEGIES[:2]
    some = [made("1", (), [a], programme="trial"), made("2", (), [b], programme="trial")]
    found = bundles(some, AXIS, least=1)
    assert (found.n, found.pairs[0].together) == (1, 1)
    assert found.combinations[0].cases == ("trial",)


def test_the_examples_are_counted_as_in_their_records() -> None:
    found = bundles(EXAMPLES)
    cases = by_case(list(EXAMPLES))
    assert found.axis == AXIS
    assert found.n == len(cases) == 233
    best = found.pairs[0]
    assert best.together == sum(set(best.strategies) <= own for own in cases.values()) == 8
    assert best.lift == pytest.approx(8 * 233 / (38 * 27))
    assert "lift 1.8 (38 and 27 cases have each)" in found.sentence()


def test_upset_rows_can_be_cut_and_rows_are_flat() -> None:
    found = bundles(EXAMPLES)
    assert [row["cases"] for row in found.upset(3)] == [
        len(one.cases) for one in found.combinations[:3]
    ]
    assert len(found.upset()) == len(found.combinations)
    assert found.upset(0) == ()
    assert {tuple(row) for row in found.to_rows()} == {tuple(found.to_rows()[0])}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"least": 0}, "least: expected 1"),
        ({"largest": 1}, "largest: expected 2"),
        ({"strategies": "barrier"}, "axis of strategies"),
        ({"where": {"sector": "wash", "country": "SE"}}, "at once; each alone: sector=wash: 5"),
    ],
)
def test_what_cannot_be_asked_is_said(asked: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidQueryError, match=words):
        bundles(EXAMPLES, **asked)  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="limit"):
        bundles(EXAMPLES).upset(-1)


def test_without_any_strategy_nothing_is_said() -> None:
    found = bundles([made("a")], AXIS)
    assert (found.n, found.without, found.pairs, found.to_rows()) == (0, 1, (), ())
    assert "nothing can be said" in found.sentence()
