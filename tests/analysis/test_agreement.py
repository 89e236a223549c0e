"""Agreement against published figures, R's irr, statsmodels and the package krippendorff."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

import implsci
from implsci import Barrier, Coding, Finding, Outcome, Study
from implsci.analysis.agreement import (
    ConstructTable,
    agreement_with_interval,
    cohen_kappa,
    confusion,
    fleiss_kappa,
    krippendorff_alpha,
    light_kappa,
    per_construct,
    per_construct_of_rows,
    percent_agreement,
)
from implsci.compendium import adjudicate, combine
from implsci.errors import CannotEstimateError, InvalidQueryError, InvalidTableError

DATA = Path(__file__).parents[1] / "data" / "analysis"


def table(name: str) -> list[list[float | None]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [
            [float(cell) if cell else None for cell in row[1:]]
            for row in list(csv.reader(lines))[1:]
        ]


FLEISS = table("agreement_fleiss1971.csv")
GAPS = table("agreement_krippendorff.csv")
ORDINAL = table("agreement_ordinal.csv")


# --- published figures; R irr 0.84.1 ---


def test_fleiss_1971() -> None:
    assert fleiss_kappa(FLEISS) == pytest.approx(0.43024452006, abs=1e-4)
    # Printed to three digits.
    assert fleiss_kappa(FLEISS, exact=True) == pytest.approx(0.442, abs=5e-4)
    assert light_kappa(FLEISS) == pytest.approx(0.459, abs=5e-4)
    second, third = [row[1] for row in FLEISS], [row[2] for row in FLEISS]
    assert cohen_kappa(second, third) == pytest.approx(0.631147540984, abs=1e-4)
    assert percent_agreement([second, third], rows="coders") == pytest.approx(70.0)


def test_fleiss_1971_with_z() -> None:
    found = agreement_with_interval(FLEISS, "fleiss", rows="units")
    assert found.z == pytest.approx(17.7, abs=0.05)  # printed to one digit
    assert found.p is not None
    assert found.p < 1e-60
    assert (found.units, found.coders, found.left_out) == (30, 6, 0)


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("nominal", 0.7434210526),
        ("ordinal", 0.8153875038),
        ("interval", 0.8491071429),
        ("ratio", 0.7974027747),
    ],
)
def test_krippendorff_with_gaps(level: Any, expected: float) -> None:
    assert krippendorff_alpha(GAPS, level) == pytest.approx(expected, abs=1e-4)
    turned = [list(column) for column in zip(*GAPS, strict=True)]
    assert krippendorff_alpha(turned, level, rows="units") == krippendorff_alpha(GAPS, level)
    with_nan = [[math.nan if value is None else value for value in row] for row in GAPS]
    assert krippendorff_alpha(np.array(with_nan), level) == krippendorff_alpha(GAPS, level)


def test_weighted_kappas() -> None:
    first, second = [row[0] for row in ORDINAL], [row[1] for row in ORDINAL]
    assert cohen_kappa(first, second) == pytest.approx(0.119496855346, abs=1e-4)
    assert cohen_kappa(first, second, "linear") == pytest.approx(0.189189189189, abs=1e-4)
    assert cohen_kappa(first, second, "quadratic") == pytest.approx(0.29676511955, abs=1e-4)
    squares = [[(i - j) ** 2 for j in range(6)] for i in range(6)]
    own = cohen_kappa(first, second, squares, order=[1, 2, 3, 4, 5, 6])
    assert own == pytest.approx(cohen_kappa(first, second, "quadratic", order=range(1, 7)))


def test_the_audit_of_eric_codes() -> None:
    # Counts and figures of the report on 69 papers by 73 strategies.
    with (DATA / "eric_audit_confusion.csv").open(encoding="utf-8", newline="") as lines:
        counts = {
            (int(row["gold"]), int(row["predicted"])): int(row["count"])
            for row in csv.DictReader(lines)
        }
    found = confusion([[counts[g, p] for p in (0, 1)] for g in (0, 1)])
    expected = {
        "kappa": 0.2396686,
        "agreement": 0.7083582,
        "precision": 0.2586406,
        "recall": 0.7115689,
        "f1": 0.3793832,
        "mcnemar": 831.1947,
    }
    assert {name: getattr(found, name) for name in expected} == pytest.approx(expected, abs=1e-4)
    assert found.n == 5037
    assert found.mcnemar_p is not None
    assert found.mcnemar_p < 1e-100
    assert found.to_rows()[0]["n"] == 5037


# --- other programs ---

GRID = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([1, 2, 3, 5]), min_size=coders, max_size=coders),
        min_size=2,
        max_size=12,
    )
)
SPARSE = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.sampled_from([None, 1, 2, 3, 5]), min_size=coders, max_size=coders),
        min_size=2,
        max_size=12,
    )
)


def varied(units: list[list[Any]]) -> bool:
    pairable = [
        [value for value in unit if value is not None]
        for unit in units
        if sum(value is not None for value in unit) > 1
    ]
    return len(pairable) > 1 and len({value for unit in pairable for value in unit}) > 1


@settings(deadline=None)
@given(SPARSE.filter(varied), st.sampled_from(["nominal", "ordinal", "interval", "ratio"]))
def test_alpha_against_krippendorff(units: list[list[int | None]], level: Any) -> None:
    reference = krippendorff.alpha(
        np.array([[math.nan if v is None else v for v in unit] for unit in units]).T,
        level_of_measurement=level,
    )
    assert krippendorff_alpha(units, level, rows="units") == pytest.approx(reference, abs=1e-9)


@settings(deadline=None)
@given(GRID.filter(varied))
def test_fleiss_against_statsmodels(units: list[list[int]]) -> None:
    counts, _ = inter_rater.aggregate_raters(np.array(units))
    assert fleiss_kappa(units) == pytest.approx(inter_rater.fleiss_kappa(counts), abs=1e-9)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=20),
    st.sampled_from([None, "linear", "quadratic"]),
)
def test_cohen_against_statsmodels(pairs: list[tuple[int, int]], weights: Any) -> None:
    first, second = zip(*pairs, strict=True)
    assume(len({*first, *second}) > 1)
    counts = np.zeros((4, 4))
    for one, other in pairs:
        counts[one, other] += 1
    wt = {None: None, "linear": "linear", "quadratic": "quadratic"}[weights]
    reference = inter_rater.cohens_kappa(counts, wt=wt, return_results=False)
    assert cohen_kappa(first, second, weights, order=range(4)) == pytest.approx(reference, abs=1e-9)


@settings(deadline=None)
@given(GRID.filter(varied))
def test_conger_is_cohen_for_two_and_the_mean_chance_of_pairs_for_more(
    units: list[list[int]],
) -> None:
    coders = list(zip(*units, strict=True))
    n = len(units)
    pairs = list(combinations(coders, 2))
    seen = [sum(a == b for a, b in zip(*pair, strict=True)) / n for pair in pairs]
    chance = [
        sum(one.count(v) * other.count(v) for v in {*one, *other}) / n**2 for one, other in pairs
    ]
    assume(sum(chance) < len(pairs) - 1e-9)
    observed, expected = sum(seen) / len(pairs), sum(chance) / len(pairs)
    found = fleiss_kappa(units, exact=True)
    assert found == pytest.approx((observed - expected) / (1 - expected), abs=1e-9)


@settings(deadline=None)
@given(SPARSE.filter(varied), st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(units: list[list[Any]], random: Any) -> None:
    plain = krippendorff_alpha(units, rows="units")
    shuffled = list(units)
    random.shuffle(shuffled)
    words = [[None if v is None else f"w{7 * v % 11}" for v in unit[::-1]] for unit in shuffled]
    assert krippendorff_alpha(words, rows="units") == pytest.approx(plain, abs=1e-12)
    assert plain <= 1 + 1e-12


# --- intervals ---


def test_an_interval_is_that_of_resampled_units() -> None:
    found = agreement_with_interval(FLEISS, "percent", rows="units", resamples=4_000, seed=5)
    # All six agree on 5 of 30 units; of draws of 30, the count is binomial.
    from scipy import stats

    assert found.estimate == pytest.approx(100 * 5 / 30)
    low, high = stats.binom.ppf([0.025, 0.975], 30, 5 / 30)
    assert found.ci_low == pytest.approx(100 * low / 30, abs=100 / 30)
    assert found.ci_high == pytest.approx(100 * high / 30, abs=100 / 30)


def test_the_same_seed_gives_the_same_interval() -> None:
    one = agreement_with_interval(GAPS, level="ordinal", seed=1)
    assert one == agreement_with_interval(GAPS, level="ordinal", seed=1)
    assert one.ci_low is not None
    assert one.ci_high is not None
    assert one.ci_low < one.estimate <= one.ci_high
    assert (one.units, one.left_out) == (11, 1)
    json.dumps(one.to_dict(), allow_nan=False)


def test_no_interval_where_draws_have_no_variation() -> None:
    found = agreement_with_interval([[1, 1, 1, 2], [1, 1, 1, 2]])
    assert (found.estimate, found.ci_low, found.ci_high) == (1, None, None)
    # A draw of 4 units misses the only one with a 2 in (3/4)^4 of the cases; or takes no other.
    assert found.undefined / found.resamples == pytest.approx(0.75**4 + 0.25**4, abs=0.05)
    assert "cannot be estimated" in found.sentence()


def test_many_different_values_need_no_table_a_unit() -> None:
    random = np.random.default_rng(2)
    first = random.normal(size=600)
    both = np.array([first, first + 0.1 * random.normal(size=600)])
    # For two coders without gaps: mean squared difference over twice the variance of all values.
    reference = 1 - ((both[0] - both[1]) ** 2).mean() / (2 * both.var(ddof=1))
    assert krippendorff_alpha(both, "interval") == pytest.approx(reference, abs=1e-9)
    assert cohen_kappa(*both) == pytest.approx(0, abs=1e-2)


# --- what cannot be estimated ---


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: krippendorff_alpha([[1, 1], [1, 1]]), "every pairable rating is the same"),
        (lambda: krippendorff_alpha([[1, 2, 3]]), "at least 2 coders"),
        (lambda: krippendorff_alpha([[1], [2]]), "1 units can be compared"),
        (lambda: krippendorff_alpha([[1, None], [None, 2]]), "0 units can be compared"),
        (lambda: krippendorff_alpha([[None, None], [None, math.nan]]), "nobody rated"),
        (lambda: krippendorff_alpha([]), "at least 2 coders"),
        (lambda: cohen_kappa([1, 1, 1], [1, 1, 1]), "same"),
        (lambda: cohen_kappa([1], [1]), "1 units"),
        (lambda: fleiss_kappa([[1, 1], [1, 1]]), "same"),
        (lambda: fleiss_kappa([[1, 2], [1, None], [2, 2], [2, 2]]), "allows gaps"),
        (lambda: fleiss_kappa([[1], [2]]), "at least 2 coders"),
        (lambda: light_kappa([[1, 1, 1], [1, 1, 2]]), "one and the same category"),
        (lambda: percent_agreement([[1, 1]]), "1 units"),
        (lambda: confusion([[0, 0], [0, 1]]), "1 decisions"),
        (lambda: confusion([[5, 0], [0, 0]]), "one answer throughout"),
    ],
)
def test_no_number_without_meaning(call: Any, says: str) -> None:
    with pytest.raises(CannotEstimateError, match=says):
        call()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: krippendorff_alpha([[1, 2], [1]]), "differ in length"),
        (lambda: krippendorff_alpha([[1, 2], [1, 2]], "cardinal"), "level"),  # type: ignore[arg-type]
        (lambda: krippendorff_alpha([["a", "b"], ["a", "a"]], "interval"), "no number"),
        (lambda: krippendorff_alpha([["a", "b"], ["a", "a"]], "ordinal"), "order"),
        (lambda: krippendorff_alpha([[1, -2], [1, 2]], "ratio"), "negative"),
        (lambda: krippendorff_alpha([[1, 2], [1, 2]], rows="rows"), "rows"),  # type: ignore[arg-type]
        (lambda: krippendorff_alpha([1, 2]), "table"),  # type: ignore[list-item]
        (lambda: cohen_kappa("ab", "ab"), "first: expected several values"),
        (lambda: cohen_kappa([1, 2], [1, 2], "cubic"), "weights"),  # type: ignore[arg-type]
        (lambda: cohen_kappa([1, 2], [1, 2], [[0, 1]]), "2 rows of 2"),
        (lambda: cohen_kappa([1, 2], [1, 2], [[1, 1], [1, 0]]), "itself"),
        (lambda: cohen_kappa([1, 9], [1, 2], order=[1, 2]), "9 is not in the order"),
        (lambda: cohen_kappa([1, 2], [1, 2], order=[1, 2, 2]), "twice"),
        (lambda: agreement_with_interval(FLEISS, "cohen", rows="units"), "two coders"),
        (lambda: agreement_with_interval(FLEISS, "scott"), "coefficient"),  # type: ignore[arg-type]
        (lambda: agreement_with_interval(FLEISS, resamples=10), "resamples"),
        (lambda: agreement_with_interval(FLEISS, confidence=95), "confidence"),
        (lambda: confusion([[1, 2, 3], [1, 2, 3]]), "two rows"),
        (lambda: confusion([[1, -1], [0, 0]]), "from 0"),
        (lambda: per_construct([], who="women"), "who"),  # type: ignore[arg-type]
        (lambda: per_construct([], resamples=3), "resamples"),
    ],
)
def test_bad_questions_are_named(call: Any, says: str) -> None:
    with pytest.raises(InvalidQueryError, match=says):
        call()


def test_ordinal_words_need_their_order() -> None:
    words = [["low", "high", "low", "mid"], ["low", "high", "mid", "mid"]]
    numbers = [[1, 3, 1, 2], [1, 3, 2, 2]]
    found = krippendorff_alpha(words, "ordinal", order=["low", "mid", "high"])
    assert found == pytest.approx(krippendorff_alpha(numbers, "ordinal"))


def test_a_reading_that_never_says_yes_has_no_precision() -> None:
    found = confusion([[5, 0], [3, 0]])
    assert (found.precision, found.recall, found.f1) == (None, 0, 0)
    assert confusion([[5, 0], [0, 3]]).mcnemar is None


# --- from codings ---

TIME, SKILLS, FUNDS = "tdf-v2:time", "tdf-v2:skills", "cfir-2022:funding"


def barrier(number: int, **given: Any) -> Study:
    """A study whose one barrier was coded by AB, CD, ...; a list of codes each, [] for no fit."""
    codings = tuple(
        Coding(coder=coder, code=code, by="machine" if coder.startswith("bot") else "human")
        for coder, codes in given.items()
        for code in codes or [None]
    )
    return Study(
        id=f"s{number}", title="A", barriers=(Barrier(id="b1", label="b", codings=codings),)
    )


def by_name(found: ConstructTable) -> dict[str, Any]:
    return {one.construct: one for one in found.constructs}


def test_each_code_is_a_yes_or_no_of_those_who_read_the_place() -> None:
    studies = [
        barrier(1, AB=[TIME], CD=[TIME]),
        barrier(2, AB=[TIME, SKILLS], CD=[SKILLS]),
        barrier(3, AB=[SKILLS], CD=[]),
        barrier(4, AB=[TIME]),
        barrier(5, AB=[TIME], CD=[FUNDS]),
    ]
    found = per_construct(studies)
    # Place 4 was read by one; at 5 each used a scheme of their own, so nothing is compared.
    assert (found.units, found.single, found.coders) == (3, 3, ("AB", "CD"))
    time, skills = by_name(found)[TIME], by_name(found)[SKILLS]
    assert set(by_name(found)) == {TIME, SKILLS}
    assert (time.units, time.given, time.shared) == (3, 2, 1)
    assert time.percent == pytest.approx(200 / 3)
    # Given three times, twice of these shared.
    assert time.positive == pytest.approx(2 / 3)
    assert time.kappa == pytest.approx(cohen_kappa([1, 1, 0], [1, 0, 0]))
    assert time.alpha == pytest.approx(krippendorff_alpha([[1, 1, 0], [1, 0, 0]]))
    assert skills.alpha == pytest.approx(krippendorff_alpha([[0, 1, 1], [0, 1, 0]]))
    (pair,) = found.pairs
    assert (pair.first, pair.second, pair.units, pair.same) == ("AB", "CD", 3, 1)
    assert (pair.shared, pair.used) == (2, 4)


def test_machines_and_people_are_told_apart() -> None:
    studies = [
        barrier(1, AB=[TIME], CD=[TIME], bot=[SKILLS]),
        barrier(2, AB=[SKILLS], CD=[SKILLS], bot=[SKILLS]),
    ]
    people = by_name(per_construct(studies))[TIME]
    assert (people.coders, people.alpha) == (2, 1)
    everybody = by_name(per_construct(studies, who="all"))[TIME]
    assert (everybody.coders, everybody.kappa) == (3, None)
    assert everybody.alpha == pytest.approx(krippendorff_alpha([[1, 0], [1, 0], [0, 0]]))
    machines = per_construct(studies, who="machines")
    assert (machines.units, machines.single, machines.constructs) == (0, 2, ())
    assert "cannot be estimated" in machines.sentence()
    kinds = {(pair.first_by, pair.second_by, pair.same) for pair in machines.pairs}
    assert kinds == {("human", "human", 2), ("human", "machine", 1)}


def test_a_coder_who_is_human_once_is_no_second_coder_elsewhere() -> None:
    said = Coding(coder="AB", code=TIME, by="human")
    unsaid = Coding(coder="AB", code=SKILLS)
    other = Coding(coder="CD", code=TIME)
    node = Barrier(id="b1", label="b", codings=(said, unsaid, other))
    found = per_construct([Study(id="a", title="A", barriers=(node,))])
    (pair,) = found.pairs
    assert (pair.first, pair.first_by, pair.second_by) == ("AB", "human", "unknown")
    assert (pair.shared, pair.used, found.coders) == (1, 2, ("AB", "CD"))


def test_what_an_adjudicator_settled_is_no_reading() -> None:
    versions = {
        "AB": evolve(barrier(1, AB=[TIME]), barriers=(Barrier(id="b1", label="b", codes=(TIME,)),)),
        "CD": evolve(
            barrier(1, CD=[TIME]), barriers=(Barrier(id="b1", label="b", codes=(SKILLS,)),)
        ),
    }
    both = combine(versions).study
    settled = adjudicate(both, "barriers[0].codes", TIME, adjudicator="AB", reason="as quoted")
    before, after = (
        per_construct([both, barrier(2, AB=[TIME], CD=[TIME])]),
        per_construct([settled, barrier(2, AB=[TIME], CD=[TIME])]),
    )
    assert (before.adjudicated, after.adjudicated) == (0, 1)
    assert before.constructs == after.constructs
    assert by_name(after)[SKILLS].shared == 0


def test_fields_with_closed_words_are_compared_and_free_text_is_not() -> None:
    def coded(number: int, *directions: str) -> Study:
        codings = tuple(
            Coding(coder=coder, of=of, value=value, by="human")
            for coder, word in zip(("AB", "CD"), directions, strict=True)
            for of, value in (("direction", word), ("note", f"words of {coder}"))
        )
        return Study(
            id=f"s{number}",
            title="A",
            outcomes=(Outcome(id="o1", label="uptake"),),
            findings=(Finding(id="f1", outcome="o1", direction="unclear", codings=codings),),
        )

    found = per_construct(
        [
            coded(1, "improved", "improved"),
            coded(2, "mixed", "improved"),
            coded(3, "mixed", "mixed"),
        ]
    )
    (one,) = found.constructs
    assert one.construct == "findings.direction"
    assert (one.given, one.shared, one.positive) == (None, None, None)
    assert one.alpha == pytest.approx(krippendorff_alpha([["i", "m", "m"], ["i", "i", "m"]]))


def test_two_words_of_one_coder_are_no_reading() -> None:
    codings = tuple(
        Coding(coder=coder, of="design", value=word, by="human")
        for coder, word in (("AB", "rct"), ("AB", "cohort"), ("CD", "rct"))
    )
    found = per_construct([Study(id="a", title="A", codings=codings)])
    assert (found.contradicted, found.units, found.single) == (1, 0, 1)


def test_a_long_table_is_read_the_same() -> None:
    rows: list[dict[str, object]] = [
        {"unit": unit, "coder": coder, "value": value, "construct": "fit"}
        for coder, values in (("AB", [1, 2, 2, None]), ("CD", [1, 2, 1, 2]))
        for unit, value in enumerate(values)
    ]
    (one,) = per_construct_of_rows(rows).constructs
    assert (one.scope, one.units) == ("fit", 3)
    assert one.kappa == pytest.approx(cohen_kappa([1, 2, 2], [1, 2, 1]))
    for broken, says in (
        ({"unit": 1, "value": 2}, "unit and a coder"),
        ({"unit": 1, "coder": "AB", "value": 2, "by": "robot"}, "human or machine"),
        ({"unit": 1, "coder": "AB", "value": 9, "construct": "fit"}, "another value"),
    ):
        with pytest.raises(InvalidTableError, match=says):
            per_construct_of_rows([*rows, broken])


def test_codes_that_everybody_gives_have_no_alpha() -> None:
    found = per_construct([barrier(at, AB=[TIME], CD=[TIME]) for at in range(3)])
    (one,) = found.constructs
    assert (one.percent, one.alpha, one.kappa) == (100, None, None)
    assert one.reason == "every pairable rating is the same"
    (alone,) = per_construct([barrier(1, AB=[TIME], CD=[TIME])]).constructs
    assert (alone.percent, alone.reason) == (
        None,
        "1 units can be compared, and at least 2 are needed",
    )


def test_the_bundled_compendium() -> None:
    found = per_construct(implsci.load("implsci-examples"), who="machines")
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.units >= 40
    assert {one.scope for one in found.constructs} >= {"eric", "proctor", "cfir-2009"}
    assert per_construct(implsci.load("implsci-examples")).units == 0


@pytest.mark.parametrize("name", ["numpy", "scipy"])
def test_a_missing_extra_says_how_to_install_it(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; import implsci.analysis.agreement"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "coder agreement needs an extra: pip install 'implsci[analysis]'" in done.stderr


def test_alpha_of_thousands_of_distinct_values() -> None:
    random = np.random.default_rng(3)
    first = random.normal(100, 5, 3_000)
    second = first + random.normal(0, 1, 3_000)
    # For two coders without gaps: 1 - mean squared difference / twice the pooled variance.
    expected = 1 - ((first - second) ** 2).mean() / (
        2 * np.concatenate([first, second]).var(ddof=1)
    )
    assert krippendorff_alpha([first, second], "interval") == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_agrees_with_another_program_with_gaps(level: Any) -> None:
    random = np.random.default_rng(4)
    for _ in range(10):
        table = random.integers(0, 7, (4, 25)).astype(float)
        table[random.random(table.shape) < 0.3] = np.nan
        other = krippendorff.alpha(reliability_data=table, level_of_measurement=level)
        assert krippendorff_alpha(table, level) == pytest.approx(other, abs=1e-12)
