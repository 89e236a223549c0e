"""Effect sizes against metafor's escalc, scipy, sums by hand, and each way there and back."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from implsci.analysis import effects
from implsci.analysis.effects import EffectSize
from implsci.errors import CannotEstimateError
from implsci.formats.mapped.effects import from_counts, from_means


def check(found: EffectSize, value: float, variance: float) -> None:
    assert (found.value, found.variance) == pytest.approx((value, variance), rel=1e-8)


# --- R metafor 3.8-1, escalc() ---


def test_two_by_two_tables() -> None:
    check(effects.odds_ratio(10, 19, 23, 29), -0.4100522721, 0.2305925984)
    check(effects.odds_ratio(0, 19, 23, 29, half=True), -3.436171804, 2.127733548)
    check(effects.risk_ratio(4, 119, 11, 128), -0.8893113339, 0.325584765)
    check(effects.risk_ratio(0, 19, 23, 29, half=True), -2.875587962, 1.973685267)
    check(effects.risk_difference(4, 119, 11, 128), -0.04661636544, 0.0007800686649)


def test_rates_and_proportions() -> None:
    check(effects.incidence_rate_ratio(15, 1000, 30, 900), -0.7985076962, 0.1)
    check(effects.incidence_rate_ratio(0, 1000, 30, 900, half=True), -4.21623438, 2.032786885)
    check(effects.proportion(30, 40, "natural"), 0.75, 0.0046875)
    check(effects.proportion(30, 40), 1.098612289, 0.1333333333)
    check(effects.proportion(0, 40, half=True), -4.394449155, 2.024691358)
    check(effects.proportion(3, 40, "double_arcsine"), 0.2957882366, 0.006172839506)


def test_means() -> None:
    given_means = (55, 47, 155, 75, 64, 156)
    check(effects.standardized_mean_difference(*given_means), -0.3551696409, 0.01306467554)
    check(effects.standardized_mean_difference(5, 4, 5, 7, 6, 6), -0.3510290694, 0.3722676397)
    check(effects.mean_difference(*given_means), -20, 40.50802316)


def test_correlations() -> None:
    check(effects.correlation(0.5, 101), 0.5, 0.005625)
    check(effects.fisher_z(0.5, 103), 0.5493061443, 0.01)


def test_odds_ratio_to_smd_and_back() -> None:
    odds = effects.odds_ratio(10, 19, 23, 29)
    check(effects.smd_from_log_odds_ratio(odds.value, odds.variance), -0.2260736663, 0.07009174504)
    # escalc("D2ORL") converts the difference before its small-sample correction.
    g = effects.standardized_mean_difference(55, 47, 155, 75, 64, 156)
    d = g.value / effects.hedges_correction(309)
    found = effects.log_odds_ratio_from_smd(d, 1 / 155 + 1 / 156 + d**2 / (2 * 311))
    check(found, -0.6457753659, 0.04298431352)


# --- scipy, and figures by hand ---

GROUPS = st.lists(st.floats(-5, 5), min_size=4, max_size=12)


@given(first=GROUPS, second=GROUPS)
def test_t_f_and_p_lead_to_the_effect_of_the_means(first: list[float], second: list[float]) -> None:
    x, y = np.array(first), np.array(second) + 0.1
    if min(x.std(), y.std()) < 0.01:
        return
    n, m = len(x), len(y)
    t, p = stats.ttest_ind(x, y)
    sizes = (n, m)
    means = effects.standardized_mean_difference(
        x.mean(), x.std(ddof=1), n, y.mean(), y.std(ddof=1), m
    )
    sign = 1 if t > 0 else -1
    check(effects.smd_from_t(t, *sizes), means.value, means.variance)
    f = stats.f_oneway(x, y).statistic
    check(effects.smd_from_f(f, *sizes, sign=sign), *(means.value, means.variance))  # type: ignore[arg-type]
    if 1e-8 < p < 0.999:
        exact = effects.smd_from_p(p, *sizes, sign=sign)  # type: ignore[arg-type]
        half = effects.smd_from_p(p / 2, *sizes, sign=sign, tails=1)  # type: ignore[arg-type]
        assert exact.value == pytest.approx(means.value, rel=1e-5)
        assert half.value == pytest.approx(exact.value, rel=1e-8)


@given(pairs=st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=5, max_size=20))
def test_the_t_of_a_correlation_leads_back_to_it(pairs: list[tuple[float, float]]) -> None:
    x, y = np.array(pairs).T
    if min(x.std(), y.std()) < 0.01:
        return
    r = float(np.corrcoef(x, y)[0, 1])
    if not 0.001 < abs(r) < 0.999:
        return
    n = len(x)
    t = r * math.sqrt((n - 2) / (1 - r**2))
    assert effects.correlation_from_t(t, n).value == pytest.approx(r)


def test_the_small_sample_correction() -> None:
    # Gamma functions of whole and half numbers: J(4) = gamma(2) / (sqrt(2) gamma(3/2)) = sqrt(2/pi).
    assert effects.hedges_correction(4) == pytest.approx(math.sqrt(2 / math.pi))
    # J(n) J(n + 1) = (n - 1) / sqrt(n (n + 1)), as gamma(x + 1) = x gamma(x): where the logarithms of
    # both gammas are large, too.
    for df in (10.0, 1000, 1001, 1e5, 1e9):
        twice = effects.hedges_correction(df) * effects.hedges_correction(df + 1)
        assert twice == pytest.approx((df - 1) / math.sqrt(df * (df + 1)), rel=1e-12)
    assert effects.hedges_correction(1e300) == 1
    with pytest.raises(CannotEstimateError, match="df is inf; expected a finite number"):
        effects.hedges_correction(math.inf)
    # Hedges' approximation, 1 - 3 / (4 df - 1).
    assert effects.hedges_correction(100) == pytest.approx(1 - 3 / 399, rel=1e-5)


def test_conversions_by_hand() -> None:
    # Borenstein 2009, chapter 7: d = 2 r / sqrt(1 - r^2), and r = d / sqrt(d^2 + 4) for equal groups.
    check(effects.smd_from_r(0.6, 0.01), 1.5, 4 * 0.01 / 0.64**3)
    check(effects.r_from_smd(1.5, 0.01), 0.6, 16 * 0.01 / 6.25**3)
    # Groups of 10 and 40: a = 2500 / 400 = 6.25; r = 1.5 / sqrt(8.5).
    check(effects.r_from_smd(1.5, 0.01, 10, 40), 1.5 / math.sqrt(8.5), 6.25**2 * 0.01 / 8.5**3)


@given(value=st.floats(-3, 3), variance=st.floats(1e-3, 1))
def test_there_and_back(value: float, variance: float) -> None:
    odds = effects.log_odds_ratio_from_smd(value, variance)
    check(effects.smd_from_log_odds_ratio(odds.value, odds.variance), value, variance)
    r = effects.r_from_smd(value, variance)
    back = effects.smd_from_r(r.value, r.variance)
    assert (back.value, back.variance) == pytest.approx((value, variance), rel=1e-6, abs=1e-12)
    assert effects.r_from_z(math.atanh(r.value)) == pytest.approx(r.value)


COUNT = st.integers(1, 200)


@given(a=COUNT, b=COUNT, c=COUNT, d=COUNT)
def test_groups_changed_about_turn_the_sign(a: int, b: int, c: int, d: int) -> None:
    for compute in (effects.odds_ratio, effects.risk_ratio, effects.risk_difference):
        one, other = compute(a, b, c, d), compute(c, d, a, b)
        assert other.value == pytest.approx(-one.value, abs=1e-12)
        assert other.variance == pytest.approx(one.variance)
    # The odds of no event are those of the event upside down; the risks are not.
    assert effects.odds_ratio(b, a, d, c).value == pytest.approx(
        -effects.odds_ratio(a, b, c, d).value, abs=1e-12
    )


# --- refusals ---


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        ((0, 19, 23, 29), "a count is zero"),
        ((0, 19, 0, 29), "no event, or nothing but events, in both groups"),
        ((5, 0, 3, 0), "no event, or nothing but events, in both groups"),
        ((0, 0, 3, 4), "a group is empty"),
        ((-1, 2, 3, 4), "a count is negative or no whole number"),
        ((1.5, 2, 3, 4), "a count is negative or no whole number"),
        ((math.nan, 2, 3, 4), "a count is negative or no whole number"),
    ],
)
def test_tables_without_an_odds_ratio(counts: tuple[float, ...], reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        effects.odds_ratio(*counts)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        (lambda: effects.risk_ratio(0, 5, 1, 5), "a count is zero"),
        (
            lambda: effects.risk_difference(0, 5, 0, 5),
            "no event, or nothing but events, in each group",
        ),
        (lambda: effects.incidence_rate_ratio(0, 1, 0, 1), "no event in either group"),
        (lambda: effects.incidence_rate_ratio(0, 1, 2, 1), "a count is zero"),
        (lambda: effects.incidence_rate_ratio(1, 0, 2, 1), "time is 0; expected a number above 0"),
        (lambda: effects.proportion(0, 5), "nobody, or everybody, has the event"),
        (
            lambda: effects.proportion(5, 5, "natural", half=True),
            "nobody, or everybody, has the event",
        ),
        (
            lambda: effects.proportion(6, 5),
            "6 events of 5: expected whole numbers, no more events than people",
        ),
        (lambda: effects.proportion(0, 0), "a group is empty"),
        (
            lambda: effects.proportion(1, 5, "log"),  # type: ignore[arg-type]
            "scale is one of natural, logit, double_arcsine; got 'log'",
        ),
        (
            lambda: effects.standardized_mean_difference(1, 0, 5, 2, 0, 5),
            "a standard deviation is negative, or both are zero",
        ),
        (
            lambda: effects.standardized_mean_difference(1, 1, 1, 2, 1, 2),
            "a size is no whole number, or both are too small",
        ),
        (
            lambda: effects.standardized_mean_difference(1, 0, 5, 2, 3, 1),
            "a standard deviation is zero",
        ),
        (
            lambda: effects.mean_difference(math.inf, 1, 5, 2, 1, 5),
            "mean is inf; expected a finite number",
        ),
        (lambda: effects.smd_from_f(-1, 5, 5, sign=1), "f is -1; expected 0 or more"),
        (lambda: effects.smd_from_f(1, 5, 5, sign=0), "sign is 1 or -1; got 0"),  # type: ignore[arg-type]
        (
            lambda: effects.smd_from_p(0, 5, 5, sign=1),
            "p is 0; expected a number above 0 and at most 1",
        ),
        (lambda: effects.smd_from_p(0.1, 5, 5, sign=1, tails=3), "tails is 1 or 2; got 3"),  # type: ignore[arg-type]
        (lambda: effects.smd_from_t(math.nan, 5, 5), "t is nan; expected a finite number"),
        (lambda: effects.correlation(1, 10), "a correlation lies between -1 and 1; got 1"),
        (lambda: effects.fisher_z(0.5, 3), "n is 3; expected a whole number above 3"),
        (lambda: effects.smd_from_r(-1, 0.1), "a correlation lies between -1 and 1; got -1"),
        (lambda: effects.r_from_smd(1, 0), "variance is 0; expected a number above 0"),
        (lambda: effects.r_from_smd(1, 0.1, 5), "give the sizes of both groups, or of neither"),
        (
            lambda: effects.smd_from_log_odds_ratio(math.nan, 1),
            "value is nan; expected a finite number",
        ),
        (
            lambda: effects.hedges_correction(1),
            "the correction needs more than 1 degree of freedom, got 1",
        ),
        (
            lambda: effects.proportion(3, 40, "double_arcsine").natural,
            "a double arcsine has no agreed way back to a proportion",
        ),
        (
            lambda: effects.correlation(0.5, 10).interval(95),
            "level lies between 0 and 1, such as 0.95; got 95",
        ),
    ],
)
def test_what_cannot_be_worked_out(call: object, reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        call()  # type: ignore[operator]
    assert caught.value.reason == reason


def test_mapped_tables_are_told_the_same_reasons() -> None:
    assert from_means((1, 0, 5, 2, 0, 5)) == "a standard deviation is negative, or both are zero"
    assert from_means((1, 1, 1.5, 2, 1, 5)) == "a size is no whole number, or both are too small"
    assert from_counts((0, 5, 0, 5), "RD") == "no event, or nothing but events, in each group"
    found = from_counts((0, 19, 23, 29), "OR", half=True)
    assert not isinstance(found, str)
    assert (found.value, found.n_intervention, found.n_comparator) == (
        effects.odds_ratio(0, 19, 23, 29, half=True).value,
        19,
        52,
    )


# --- what a reader sees ---


def test_every_effect_names_formula_source_and_assumptions() -> None:
    made = [
        effects.odds_ratio(10, 19, 23, 29),
        effects.risk_ratio(10, 19, 23, 29),
        effects.risk_difference(10, 19, 23, 29),
        effects.incidence_rate_ratio(15, 1000, 30, 900),
        effects.proportion(30, 40),
        effects.proportion(30, 40, "natural"),
        effects.proportion(30, 40, "double_arcsine"),
        effects.mean_difference(55, 47, 155, 75, 64, 156),
        effects.standardized_mean_difference(55, 47, 155, 75, 64, 156),
        effects.smd_from_t(2, 10, 10),
        effects.correlation(0.5, 20),
        effects.fisher_z(0.5, 20),
        effects.smd_from_r(0.5, 0.01),
        effects.r_from_smd(0.5, 0.01),
    ]
    for one in made:
        assert "variance" in one.formula
        assert one.source
        assert one.assumptions
        assert one.formula in one.sentence()
        assert one.to_table().num_rows == 1
    half = effects.odds_ratio(0, 19, 23, 29, half=True)
    assert any("0.5 was added" in note for note in half.assumptions)


def test_interval_and_way_back() -> None:
    odds = effects.odds_ratio(10, 19, 23, 29)
    low, high = odds.interval()
    # By hand: -0.41005 -+ 1.95996 sqrt(0.230593).
    assert (low, high) == pytest.approx((-1.3512, 0.5311), abs=1e-4)
    assert odds.sentence().startswith("OR of 0.664 (95% interval 0.259 to 1.7), by log(ad/bc)")
    assert effects.proportion(30, 40).natural == pytest.approx(0.75)
    assert effects.proportion(10, 40).natural == pytest.approx(0.25)


def test_counts_and_means_need_no_numpy() -> None:
    program = (
        "import sys; from implsci.analysis import effects; effects.odds_ratio(1, 2, 3, 4); "
        "assert 'numpy' not in sys.modules and 'scipy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
