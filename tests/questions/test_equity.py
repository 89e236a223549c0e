"""Equity: slope index against Public Health England's tool, intervals against statsmodels."""

from __future__ import annotations

import csv
import math
import random
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from tests.questions.made import studies

import implsci
from implsci import Measurement, Outcome, Study
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError
from implsci.questions import Equity, EquityGap, equity, slope_index
from implsci.questions._inequality import difference, ratio, wilson
from implsci.taxonomy import Facet, Taxonomy, Term

DATA = Path(__file__).parents[1] / "data" / "questions" / "slope_index_phe.csv"
EXAMPLES = implsci.load("implsci-examples")
SEX = "equity:sex"
FIFTHS = ("poorest", "second", "middle", "fourth", "richest")


def areas() -> list[tuple[str, list[dict[str, str]]]]:
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [
        (" ".join(key), list(own))
        for key, own in groupby(rows, key=lambda row: (row["set"], row["area"]))
    ]


AREAS = pytest.mark.parametrize(
    "rows", [own for _, own in areas()], ids=[key for key, _ in areas()]
)


# --- published figures ---


@AREAS
def test_slope_index_is_that_of_the_published_tool(rows: list[dict[str, str]]) -> None:
    values = [float(row["value"]) for row in rows]
    slope = slope_index(values, [int(row["population"]) for row in rows])
    assert slope.sii == pytest.approx(float(rows[0]["sii"]), rel=1e-10)
    assert slope.rii == pytest.approx(float(rows[0]["rii"]), rel=1e-10)


@pytest.mark.parametrize("place", [0, 1], ids=["area1", "area2"])
def test_interval_is_that_of_the_published_simulation(place: int) -> None:
    rows = areas()[place][1]
    values = [float(row["value"]) for row in rows]
    half = [1.959964 * float(row["se"]) for row in rows]
    slope = slope_index(
        values,
        [int(row["population"]) for row in rows],
        limits=[(value - one, value + one) for value, one in zip(values, half, strict=True)],
    )
    # The published limits are quantiles of 100,000 draws; the tool's own tolerance is 0.05.
    assert slope.ci_low == pytest.approx(float(rows[0]["sii_low"]), abs=0.05)
    assert slope.ci_high == pytest.approx(float(rows[0]["sii_high"]), abs=0.05)


@pytest.mark.parametrize("place", [4, 5], ids=["area1", "area2"])
def test_counted_people_give_the_published_interval(place: int) -> None:
    key, rows = areas()[place]
    assert key.startswith("obesity")
    tenths = [f"tenth {row['quantile']}" for row in rows]
    gap = only(
        [
            reached(
                (name, int(row["count"]), int(row["population"]))
                for name, row in zip(tenths, rows, strict=True)
            )
        ],
        order=tenths,
    )
    assert gap.slope is not None
    assert gap.slope.sii == pytest.approx(float(rows[0]["sii"]), rel=1e-10)
    assert gap.slope.ci_low == pytest.approx(float(rows[0]["sii_low"]), abs=5e-4)
    assert gap.slope.ci_high == pytest.approx(float(rows[0]["sii_high"]), abs=5e-4)


def test_newcombe_1998_table_2_first_case() -> None:
    # 56 of 70 less 48 of 80, method 10: 0.0524 to 0.3339.
    assert difference(48 / 80, 80, 56 / 70, 70) == pytest.approx((0.0524, 0.3339), abs=5e-5)


# --- another program ---

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_intervals_of_difference_and_ratio_are_those_of_statsmodels(
    low: tuple[int, int], high: tuple[int, int]
) -> None:
    (k, n), (m, of) = low, high
    assert difference(k / n, n, m / of, of) == pytest.approx(
        confint_proportions_2indep(m, of, k, n, method="newcomb"), abs=1e-9
    )
    assert wilson(k / n, n) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-12)
    assume(k and m and (k < n or m < of))
    assert ratio(k / n, n, m / of, of) == pytest.approx(
        confint_proportions_2indep(m, of, k, n, compare="ratio", method="log"), rel=1e-9
    )


@given(st.lists(st.tuples(st.floats(-100, 100), st.integers(1, 10_000)), min_size=3, max_size=12))
def test_slope_index_is_weighted_least_squares(groups: list[tuple[float, int]]) -> None:
    values, sizes = map(np.array, zip(*groups, strict=True))
    shares = sizes / sizes.sum()
    ranks = np.cumsum(shares) - shares / 2
    fit = WLS(values, np.column_stack([np.ones_like(ranks), ranks]), weights=sizes).fit()
    found = slope_index(list(values), list(sizes))
    assert found.sii == pytest.approx(fit.params[1], rel=1e-6, abs=1e-6)
    assert found.bottom == pytest.approx(fit.params[0], rel=1e-6, abs=1e-6)


def test_three_equal_groups_make_the_slope_one_and_a_half_times_the_difference() -> None:
    shares, sizes = [0.3, 0.45, 0.6], [100, 100, 100]
    limits = [wilson(*pair) for pair in zip(shares, sizes, strict=True)]
    slope = slope_index(shares, sizes, limits=limits)
    low, high = confint_proportions_2indep(60, 100, 30, 100, method="newcomb")
    assert slope.sii == pytest.approx(1.5 * 0.3)
    assert (slope.ci_low, slope.ci_high) == pytest.approx((1.5 * low, 1.5 * high))


# --- laws ---


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 1000)), min_size=3, max_size=8))
def test_the_slope_turns_with_the_order_and_scales_with_the_unit(
    groups: list[tuple[float, int]],
) -> None:
    values, sizes = zip(*groups, strict=True)
    one = slope_index(values, sizes).sii
    assert slope_index(values[::-1], sizes[::-1]).sii == pytest.approx(-one, abs=1e-9)
    assert slope_index([100 * value for value in values], sizes).sii == pytest.approx(
        100 * one, abs=1e-7
    )
    assert slope_index(values, [7 * size for size in sizes]).sii == pytest.approx(one, abs=1e-9)


def reached(groups: object, stratum: str = SEX, name: str = "a", **more: object) -> Study:
    return Study(
        id=name,
        title=name,
        outcomes=(
            Outcome(
                id="o",
                label="reach of the program",
                measurements=tuple(
                    Measurement(of="reach", n=n, base=base, stratum=stratum, respondent=group)  # type: ignore[arg-type]
                    for group, n, base in groups  # type: ignore[attr-defined]
                ),
            ),
        ),
        **more,  # type: ignore[arg-type]
    )


def measured(*measurements: Measurement) -> Study:
    return Study(
        id="a", title="A", outcomes=(Outcome(id="o", label="o", measurements=measurements),)
    )


def only(some: list[Study], **asked: object) -> EquityGap:
    (gap,) = equity(some, **asked).gaps  # type: ignore[arg-type]
    return gap


def test_two_groups_have_a_gap_with_intervals() -> None:
    gap = only([reached([("boys", 56, 70), ("girls", 48, 80)])])
    assert (gap.kind, gap.low.group, gap.high.group) == ("two groups", "girls", "boys")
    assert gap.absolute == pytest.approx(0.2)
    assert gap.absolute_ci == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert gap.relative == pytest.approx(0.8 / 0.6)
    assert gap.slope is None
    assert gap.because == ()


def test_ordered_groups_go_from_the_worst_off_to_the_best_off() -> None:
    groups = [(fifth, n, 300) for fifth, n in zip(FIFTHS, (240, 210, 160, 150, 120), strict=True)]
    gap = only([reached(groups)], order=FIFTHS)
    assert (gap.kind, gap.low.group, gap.high.group) == ("ordered", "poorest", "richest")
    assert gap.absolute == pytest.approx(-0.4)
    assert gap.relative == pytest.approx(0.5)
    assert gap.slope is not None
    assert gap.slope.sii == pytest.approx(-0.5)


def test_without_an_order_the_farthest_apart_have_no_interval() -> None:
    gap = only([reached([("a", 10, 100), ("b", 50, 100), ("c", 30, 100)])])
    assert (gap.kind, gap.low.group, gap.high.group) == ("farthest apart", "a", "b")
    assert gap.absolute_ci is None
    assert gap.relative_ci is None
    assert gap.slope is None
    assert any("picked for lying farthest apart" in text for text in gap.because)
    assert any("no order" in text for text in gap.because)


def test_an_order_that_misses_a_group_says_which() -> None:
    gap = only([reached([("a", 10, 100), ("b", 50, 100), ("c", 30, 100)])], order=["a", "b"])
    assert gap.kind == "farthest apart"
    assert "slope index: no place in the order for c" in gap.because


def test_a_name_in_the_order_that_no_group_has_is_warned_of() -> None:
    found = equity([reached([("a", 10, 100), ("b", 50, 100)])], order=["a", "bb"])
    assert found.warnings == ("order: no group is called bb",)


def test_one_group_is_compared_with_everyone_where_they_were_measured() -> None:
    rural = Measurement(
        of="reach", value=40, unit="percent", base=100, stratum="equity:place-of-residence"
    )
    everyone = Measurement(of="reach", value=55, unit="percent", base=400)
    gap = only([measured(rural, everyone)])
    assert gap.kind == "against everyone"
    assert (gap.low.group, gap.absolute) == ("Place of residence", pytest.approx(0.15))
    assert gap.absolute_ci is None
    assert "intervals: everyone includes the group" in gap.because
    found = equity([measured(rural)])
    assert found.gaps == ()
    assert found.left_out == {"one group alone, and no figure for everyone": 1}
    assert found.measured == 1
    assert "no two groups" in found.warnings[0]


def test_nobody_reached_has_a_gap_and_no_ratio() -> None:
    gap = only([reached([("boys", 5, 50), ("girls", 0, 50)])])
    assert gap.relative is None
    assert gap.relative_ci is None
    assert gap.absolute_ci is not None
    assert gap.because == ("relative gap: nobody of girls was reached",)


def test_everybody_reached_has_no_interval_of_the_ratio() -> None:
    gap = only([reached([("boys", 50, 50), ("girls", 50, 50)])])
    assert (gap.absolute, gap.relative, gap.relative_ci) == (0, 1, None)
    assert "everybody was reached" in gap.because[0]


def test_percents_without_a_base_have_no_interval() -> None:
    gap = only(
        [
            measured(
                Measurement(of="reach", value=40, unit="percent", stratum=SEX, respondent="girls"),
                Measurement(of="reach", value=50, unit="percent", stratum=SEX, respondent="boys"),
            )
        ]
    )
    assert gap.absolute == pytest.approx(0.1)
    assert gap.absolute_ci is None
    assert gap.because == ("intervals: the base of a group is not told",)


@pytest.mark.parametrize(
    ("measurements", "reason"),
    [
        (
            (
                Measurement(of="r", n=5, base=10, stratum=SEX),
                Measurement(of="r", n=6, base=10, stratum=SEX),
            ),
            "Sex stands twice",
        ),
        (
            (
                Measurement(of="r", n=1, base=10, value=0.9, unit="proportion", stratum=SEX,
                            respondent="x"),
                Measurement(of="r", n=6, base=10, unit="proportion", stratum=SEX, respondent="y"),
            ),
            "x: n of base .1 of 10. contradicts the value .90%.",
        ),
        ((Measurement(of="r", value=4.2, unit="mean", stratum=SEX),), "unit mean"),
        ((Measurement(of="r", value=140, unit="percent", stratum=SEX),), "out of 0 to 100"),
        ((Measurement(of="r", stratum=SEX),), "no number"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_says_why(
    measurements: tuple[Measurement, ...], reason: str
) -> None:
    import re

    found = equity([measured(*measurements)])
    assert found.gaps == ()
    (said,) = found.left_out
    assert re.search(reason, said)


def test_groups_of_different_times_or_studies_are_never_compared() -> None:
    before = Measurement(of="r", n=5, base=10, stratum=SEX, respondent="girls", time="before")
    after = Measurement(of="r", n=6, base=10, stratum=SEX, respondent="boys", time="after")
    assert equity([measured(before, after)]).gaps == ()
    apart = [reached([("girls", 1, 9)], name="one"), reached([("boys", 2, 9)], name="two")]
    assert equity(apart).gaps == ()


def test_strata_of_another_taxonomy_have_their_own_order_and_heading() -> None:
    wealth = Taxonomy(
        scheme="wealth",
        family="wealth",
        title="Wealth",
        kind="stratum",
        edition="1",
        license="MIT",
        citation="made up",
        terms=(
            Term(code="wealth:fifths", label="Fifths", definition="Fifths.", kind="group"),
            *(
                Term(
                    code=f"wealth:{name}",
                    label=name,
                    definition="A fifth.",
                    broader=("wealth:fifths",),
                    kind="stratum",
                    facets=(Facet(name="rank", value=str(place)),),
                )
                for place, name in enumerate(FIFTHS)
            ),
        ),
    )
    from implsci.plugins import Registry

    class Both(Registry):
        def term(self, code_or_label: str) -> Term:
            return wealth.get(code_or_label.removeprefix("wealth:")) or super().term(code_or_label)

    study = measured(
        *(
            Measurement(of="reach", n=10 * place, base=100, stratum=f"wealth:{name}")
            for place, name in enumerate(FIFTHS, 1)
        )
    )
    gap = only([study], registry=Both(plugins=["equity"]))
    assert (gap.kind, gap.dimension) == ("ordered", "wealth:fifths")
    assert [group.group for group in gap.groups] == list(FIFTHS)
    assert gap.slope is not None
    assert gap.slope.sii == pytest.approx(0.5)


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_plays_no_part(some: list[Study], chance: random.Random) -> None:
    some = [*some, reached([("girls", 1, 9), ("boys", 2, 9)]), reached([("x", 1, 5)], name="b")]
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert equity(shuffled).to_dict() == equity(some).to_dict()


@given(studies())
def test_a_study_without_strata_changes_no_count(some: list[Study]) -> None:
    more = [*some, reached([("girls", 1, 9), ("boys", 2, 9)], equity=("equity:age",))]
    one, other = equity(more), equity([*more, Study(id="silent", title="S")])
    assert (other.gaps, other.populations, other.unstudied, other.told, other.measured) == (
        one.gaps, one.populations, one.unstudied, one.told, one.measured,
    )  # fmt: skip


def test_populations_nobody_studied_are_the_rest_of_the_taxonomy() -> None:
    found = equity(EXAMPLES)
    strata = {t.code for t in implsci.registry().taxonomy("equity") if t.kind == "stratum"}
    named = {code for study in EXAMPLES for code in study.equity}
    assert {one.code for one in found.unstudied} == strata - named
    assert {one.code for one in found.populations} == named
    by_code = {one.code: one.described for one in found.populations}
    for code, cases in by_code.items():
        own = {study.programme or study.id for study in EXAMPLES if code in study.equity}
        assert len(own) == cases


def test_a_narrower_stratum_counts_for_the_broader_one() -> None:
    found = equity([reached([("girls", 1, 9)])])
    looked = {one.code: one.measured for one in found.populations}
    assert looked == {SEX: 1, "equity:gender-and-sex": 1}


def test_the_examples_warn_that_nobody_reports_reach_by_stratum() -> None:
    found = equity(EXAMPLES)
    assert found.gaps == ()
    assert found.warnings == ("no study reports reach by stratum: who is left out cannot be seen",)
    assert "86 with any stratum of people told, 0 with reach" in found.sentence()
    value = found.to_dict()
    assert value["warnings"]
    assert value["rows"] == []


def test_rows_keep_unknown_apart_from_zero() -> None:
    row = equity([reached([("boys", 5, 50), ("girls", 0, 50)])]).to_rows()[0]
    assert row["low_share"] == 0
    assert row["relative"] is None
    assert row["slope_index"] is None
    assert isinstance(equity([Study(id="a", title="A")]), Equity)


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"confidence": 1}, InvalidQueryError),
        ({"order": ["a", "a"]}, InvalidQueryError),
        ({"scheme": "equtiy"}, UnknownNameError),
        ({"where": {"equity": "religion"}}, InvalidQueryError),
    ],
)
def test_what_cannot_be_asked_is_said(asked: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        equity(EXAMPLES, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "sizes", "limits", "error"),
    [
        ([1, 2], [1, 2], None, CannotEstimateError),
        ([1, 2, 3], [1, 2], None, InvalidQueryError),
        ([1, 2, 3], [1, 2, 0], None, InvalidQueryError),
        ([1, 2, math.nan], [1, 2, 3], None, InvalidQueryError),
        ([1, 2, 3], [1, 2, 3], [(0, 1)], InvalidQueryError),
    ],
)
def test_a_slope_that_cannot_be_drawn_is_refused(
    values: list[float], sizes: list[float], limits: object, error: type[Exception]
) -> None:
    with pytest.raises(error):
        slope_index(values, sizes, limits=limits)  # type: ignore[arg-type]
