"""Pooled effects against metafor, statsmodels, sums done by hand, and the model's symmetries."""

from __future__ import annotations

import csv
import importlib
import json
import math
import statistics
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from implsci.analysis import meta
from implsci.analysis.meta import RandomEffects, _tau2, combine_dependent, random_effects
from implsci.errors import (
    CannotEstimateError,
    ImplsciError,
    InvalidQueryError,
    MissingExtraError,
)

DATA = Path(__file__).parents[1] / "data"
Data = tuple[NDArray[np.float64], NDArray[np.float64]]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def log_risk_ratio(row: dict[str, str]) -> tuple[float, float]:
    a, b, c, d = (int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg"))
    return math.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def columns(pairs: list[tuple[float, float]]) -> Data:
    y, v = np.array(pairs).T
    return y, v


BCG = columns([log_risk_ratio(row) for row in rows("meta_bcg.csv")])
FACILITATION = columns(
    [
        (float(row["smd"]), float(row["se"]) ** 2)
        for row in rows("practice_facilitation_baskerville2012.csv")
    ]
)
BOTH = pytest.mark.parametrize("data", [BCG, FACILITATION], ids=["bcg", "facilitation"])


def check(result: RandomEffects, **expected: float) -> None:
    found = {name: getattr(result, name) for name in expected}
    assert found == pytest.approx(expected, rel=0, abs=1e-4)


# --- published figures ---


def test_bcg_equal_effects() -> None:
    # R metafor 3.8-1, rma(yi, vi, method="EE"); b and Q also in metafor's own test suite.
    result = random_effects(*BCG, method="EE")
    check(result, estimate=-0.4302851637, se=0.04049875171, q=152.2330081)
    check(result, ci_low=-0.5096612584, ci_high=-0.3509090689)
    assert (result.tau2, result.pi_low, result.pi_high) == (0, None, None)


def test_bcg_dersimonian_laird() -> None:
    # R metafor 3.8-1, rma(yi, vi, method="DL"); b, tau2 and I2 also in metafor's own test suite.
    result = random_effects(*BCG, method="DL")
    check(result, estimate=-0.7141172221, se=0.1787420895, tau2=0.3087602629, i2=92.11734685)
    check(result, ci_low=-1.06444528, ci_high=-0.3637891641, q=152.2330081)


def test_bcg_reml() -> None:
    # R metafor 3.8-1, rma(yi, vi) and predict().
    result = random_effects(*BCG)
    check(result, estimate=-0.7145323484, se=0.1797815318, tau2=0.313243326, i2=92.22138607)
    check(result, ci_low=-1.066897676, ci_high=-0.362167021, pi_low=-1.8667, pi_high=0.4376)
    assert (result.k, result.method, result.test, result.level) == (13, "REML", "z", 0.95)


def test_bcg_maximum_likelihood() -> None:
    # R metafor 3.8-1, rma(yi, vi, method="ML").
    result = random_effects(*BCG, method="ML")
    check(result, estimate=-0.7111991392, se=0.171896817, tau2=0.280028171)


def test_bcg_knapp_hartung() -> None:
    # R metafor 3.8-1, rma(..., test="knha"), standard errors only.
    check(random_effects(*BCG, method="DL", test="knha"), se=0.18069663)
    result = random_effects(*BCG, test="knha")
    check(result, se=0.18079175, estimate=-0.7145323484, tau2=0.313243326)
    # Student's t table: 2.178813 for 12 df; limits by hand from the metafor figures above.
    check(result, ci_low=-0.7145323 - 2.178813 * 0.18079175)
    check(result, ci_high=-0.7145323 + 2.178813 * 0.18079175)
    reach = 2.178813 * math.sqrt(0.18079175**2 + 0.313243326)
    check(result, pi_low=-0.7145323 - reach, pi_high=-0.7145323 + reach)


def test_practice_facilitation_dersimonian_laird() -> None:
    # R metafor 3.8-1 on Baskerville 2012.
    result = random_effects(*FACILITATION, method="DL")
    check(result, estimate=0.5571177, se=0.06401482, ci_low=0.4316509, ci_high=0.6825844)
    check(result, tau2=0.01786477, q=27.55177, i2=20.15032, k=23)


def test_practice_facilitation_reml() -> None:
    # R metafor 3.8-1 on Baskerville 2012.
    result = random_effects(*FACILITATION)
    check(result, estimate=0.5599645, ci_low=0.4322438, ci_high=0.6876852, tau2=0.02048059)


# --- a second program, and arithmetic by hand ---


@BOTH
@pytest.mark.parametrize(("method", "theirs"), [("DL", "chi2"), ("PM", "iterated")])
def test_statsmodels_gives_the_same(data: Data, method: meta.Method, theirs: str) -> None:
    # Asked for less than 1e-10, statsmodels may give up for rounding's sake and answer tau2 = 0.
    other = combine_effects(*data, method_re=theirs, **({"atol": 1e-10} if method == "PM" else {}))
    z = random_effects(*data, method=method)
    assert (z.estimate, z.se, z.tau2) == pytest.approx(
        (other.mean_effect_re, other.sd_eff_w_re, other.tau2), rel=1e-8
    )
    assert (z.ci_low, z.ci_high) == pytest.approx(other.conf_int(use_t=False)[1], rel=1e-8)
    knha = random_effects(*data, method=method, test="knha")
    assert knha.se == pytest.approx(other.sd_eff_w_re_hksj, rel=1e-8)
    assert (knha.ci_low, knha.ci_high) == pytest.approx(other.conf_int(use_t=True)[3], rel=1e-8)


@BOTH
def test_statsmodels_gives_the_same_equal_effects_and_homogeneity(data: Data) -> None:
    other = combine_effects(*data, method_re="chi2")
    homogeneity = other.test_homogeneity()
    result = random_effects(*data, method="EE", level=0.9)
    assert (result.estimate, result.se) == pytest.approx((other.mean_effect_fe, other.sd_eff_w_fe))
    assert (result.ci_low, result.ci_high) == pytest.approx(
        other.conf_int(alpha=0.1, use_t=False)[0]
    )
    assert (result.q, result.q_p) == pytest.approx((homogeneity.statistic, homogeneity.pvalue))
    assert result.i2 == pytest.approx(100 * other.i2)


@BOTH
def test_hedges_is_the_sample_variance_less_the_mean_sampling_variance(data: Data) -> None:
    y, v = (column.tolist() for column in data)
    expected = max(0.0, statistics.variance(y) - statistics.fmean(v))
    assert random_effects(y, v, method="HE").tau2 == pytest.approx(expected)


def test_p_values_come_from_the_named_distribution() -> None:
    # metafor's estimate and standard errors (see above), with scipy.stats as the second program.
    z = random_effects(*BCG)
    assert z.p == pytest.approx(2 * stats.norm.sf(0.7145323484 / 0.1797815318), rel=1e-4)
    knha = random_effects(*BCG, test="knha")
    assert knha.p == pytest.approx(2 * stats.t.sf(0.7145323484 / 0.18079175, 12), rel=1e-4)


@pytest.mark.parametrize("method", ["DL", "HE", "PM", "REML"])
def test_equal_variances_by_hand(method: meta.Method) -> None:
    # The sample variance is 0.04, so tau2 = 0.04 - 0.01; se = sqrt(0.04 / 3) under either rule.
    for test in ("z", "knha"):
        result = random_effects([0.1, 0.3, 0.5], [0.01] * 3, method=method, test=test)
        check(result, estimate=0.3, tau2=0.03, se=math.sqrt(0.04 / 3), i2=75, q=8)


def test_maximum_likelihood_divides_by_k() -> None:
    # With equal variances ML's tau2 is the sum of squares over k, less v: 0.08 / 3 - 0.01.
    check(random_effects([0.1, 0.3, 0.5], [0.01] * 3, method="ML"), tau2=0.08 / 3 - 0.01)


def test_two_effects_are_enough() -> None:
    # (0.4 - 0)^2 / 2 = 0.08 less v; Q = 0.08 / 0.01; I2 = 0.07 / 0.08.
    check(random_effects([0.0, 0.4], [0.01, 0.01]), estimate=0.2, tau2=0.07, q=8, i2=87.5)


def test_equal_effects_leave_no_heterogeneity() -> None:
    for method in ("EE", "DL", "HE", "PM", "ML", "REML"):
        result = random_effects([0.2] * 4, [0.01, 0.02, 0.03, 0.04], method=method)
        assert (result.tau2, result.i2) == (0, 0)
        check(result, estimate=0.2, q=0, q_p=1)


def ml_log_likelihood(y: list[float], v: list[float], tau2: float) -> float:
    total = np.array(v) + tau2
    mean = np.average(y, weights=1 / total)
    return float(stats.norm.logpdf(y, mean, np.sqrt(total)).sum())


@pytest.mark.parametrize(
    ("y", "v"),
    [
        # Higher peak inside, and the Hedges value, a usual start, at the lower one at 0.
        ([0.1, -0.8, 1.0], [9.83, 0.45, 0.03]),
        # Higher peak at 0, and the Hedges value beside the lower one inside.
        ([-1.7, 0.1, -0.2], [0.33, 0.07, 0.02]),
    ],
)
def test_of_two_peaks_the_higher_is_taken(y: list[float], v: list[float]) -> None:
    reached = ml_log_likelihood(y, v, random_effects(y, v, method="ML").tau2)
    best = max(ml_log_likelihood(y, v, tau2) for tau2 in np.linspace(0, 10, 5001))
    assert reached >= best - 1e-9


def test_one_study_may_outweigh_the_rest() -> None:
    # For k = 2 all random-effects methods but ML solve (y1 - y2)^2 = v1 + v2 + 2 tau2 exactly.
    for method in ("DL", "PM", "REML"):
        result = random_effects([0.0, 3.0], [1e-9, 1.0], method=method)
        assert result.tau2 == pytest.approx(4, rel=1e-6)


# --- composites of dependent effects ---


def test_composite_by_hand() -> None:
    # Borenstein 2009, ch. 24: (0.04 + 0.09 + 2 * 0.5 * 0.2 * 0.3) / 4 = 0.0475.
    assert combine_dependent([0.2, 0.6], [0.04, 0.09], r=0.5) == pytest.approx((0.4, 0.0475))
    # m = 3, r = 0.8, standard errors 0.1, 0.2, 0.3:
    # (0.14 + 2 * 0.8 * (0.02 + 0.03 + 0.06)) / 9 = 0.316 / 9.
    assert combine_dependent([1, 2, 6], [0.01, 0.04, 0.09]) == pytest.approx((3, 0.316 / 9))


def test_composite_of_one_effect_is_that_effect() -> None:
    assert combine_dependent([0.3], [0.02]) == pytest.approx((0.3, 0.02))


def test_composite_at_the_ends_of_r() -> None:
    # Independent effects: variance of a mean. Perfectly dependent: nothing gained by the second.
    assert combine_dependent([0, 1], [0.04, 0.04], r=0)[1] == pytest.approx(0.02)
    assert combine_dependent([0, 1], [0.04, 0.04], r=1)[1] == pytest.approx(0.04)


@pytest.mark.parametrize("r", [-0.1, 1.1, math.nan])
def test_composite_refuses_an_impossible_correlation(r: float) -> None:
    with pytest.raises(CannotEstimateError, match="the correlation r lies between 0 and 1; got"):
        combine_dependent([0.1, 0.2], [0.01, 0.01], r=r)


# --- symmetries of the model ---

studies = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 1)), min_size=2, max_size=12).map(
    columns
)
methods = st.sampled_from(["EE", "DL", "HE", "PM", "ML", "REML"])


def pooled(y: NDArray[np.float64], v: NDArray[np.float64], method: meta.Method) -> RandomEffects:
    try:
        return random_effects(y, v, method=method)
    except CannotEstimateError as error:
        # Fisher scoring may be refused as too slow on rare flat likelihoods; nothing else may.
        assume("did not converge" not in error.reason)
        raise


def same(a: RandomEffects, b: RandomEffects, *, shift: float = 0, scale: float = 1) -> None:
    for name in ("estimate", "ci_low", "ci_high"):
        expected = scale * getattr(a, name) + shift
        assert getattr(b, name) == pytest.approx(expected, rel=1e-5, abs=1e-7 * scale)
    assert b.se == pytest.approx(scale * a.se, rel=1e-5)
    assert b.tau2 == pytest.approx(scale**2 * a.tau2, rel=1e-5, abs=1e-7 * scale**2)
    assert (b.i2, b.q) == pytest.approx((a.i2, a.q), rel=1e-5, abs=1e-4)


@given(data=studies, method=methods, order=st.randoms(use_true_random=False))
def test_order_does_not_matter(data: Data, method: meta.Method, order: object) -> None:
    y, v = data
    shuffled = list(range(len(y)))
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    same(pooled(y, v, method), pooled(y[shuffled], v[shuffled], method))


@given(data=studies, method=methods, shift=st.floats(-10, 10))
def test_a_shift_moves_the_estimate_alone(data: Data, method: meta.Method, shift: float) -> None:
    y, v = data
    same(pooled(y, v, method), pooled(y + shift, v, method), shift=shift)


@given(data=studies, method=methods, scale=st.floats(0.01, 100))
def test_a_change_of_unit_scales_everything(data: Data, method: meta.Method, scale: float) -> None:
    y, v = data
    same(pooled(y, v, method), pooled(scale * y, scale**2 * v, method), scale=scale)


@given(data=studies, method=methods, level=st.floats(0.01, 0.99))
def test_intervals_enclose_the_estimate(data: Data, method: meta.Method, level: float) -> None:
    pooled(*data, method)
    result = random_effects(*data, method=method, level=level)
    assert result.ci_low < result.estimate < result.ci_high
    assert min(data[0]) - 1e-9 <= result.estimate <= max(data[0]) + 1e-9
    assert result.tau2 >= 0
    assert 0 <= result.i2 <= 100
    if result.pi_low is not None and result.pi_high is not None:
        assert result.pi_low <= result.ci_low < result.ci_high <= result.pi_high


@given(data=studies, method=st.sampled_from(["DL", "HE", "PM", "ML", "REML"]))
def test_without_heterogeneity_the_models_agree(data: Data, method: meta.Method) -> None:
    # Effects drawn together until the effects vary less than their sampling errors.
    y, v = 0.01 * data[0], data[1]
    result, equal = pooled(y, v, method), random_effects(y, v, method="EE")
    assert result.tau2 == 0
    assert (result.estimate, result.se, result.ci_low) == (equal.estimate, equal.se, equal.ci_low)


@given(data=studies)
def test_dersimonian_laird_i2_has_the_form_based_on_q(data: Data) -> None:
    result = random_effects(*data, method="DL")
    assert result.i2 == pytest.approx(random_effects(*data, method="EE").i2, abs=1e-6)


@given(data=studies, restricted=st.booleans())
def test_likelihood_methods_stop_where_the_score_is_zero(data: Data, restricted: bool) -> None:
    y, v = data
    tau2 = pooled(y, v, "REML" if restricted else "ML").tau2
    inverse = np.diag(1 / (v + tau2))
    ones = np.ones((len(y), 1))
    hat = np.linalg.inv(ones.T @ inverse @ ones)
    projection = inverse - inverse @ ones @ hat @ ones.T @ inverse
    expected = projection if restricted else inverse
    score = y @ projection @ projection @ y - np.trace(expected)
    step = score / np.trace(expected @ expected)
    if tau2 == 0:
        assert step <= 1e-9
    else:
        assert abs(step) <= 1e-8 * (tau2 + v.max())


@given(data=studies)
def test_paule_mandel_meets_its_equation(data: Data) -> None:
    y, v = data
    tau2 = random_effects(y, v, method="PM").tau2
    weights = 1 / (v + tau2)
    squares = float((weights * (y - np.average(y, weights=weights)) ** 2).sum())
    if tau2 == 0:
        assert squares <= len(y) - 1 + 1e-9
    else:
        assert squares == pytest.approx(len(y) - 1, rel=1e-7)


@given(
    data=st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(min_value=0, exclude_min=True, allow_infinity=False),
        ),
        min_size=2,
        max_size=6,
    ).map(columns),
    method=methods,
    test=st.sampled_from(["z", "knha"]),
)
def test_any_finite_input_gives_finite_numbers_or_a_reason(
    data: Data, method: meta.Method, test: meta.TestRule
) -> None:
    try:
        result = random_effects(*data, method=method, test=test)
    except CannotEstimateError:
        return
    numbers = [value for value in result.to_dict().values() if isinstance(value, float)]
    assert all(map(math.isfinite, numbers))


# --- refusals ---


@pytest.mark.parametrize(
    ("y", "v", "reason"),
    [
        ([], [], "there are no effects"),
        ([0.1], [0.01], "pooling needs at least 2 effects, got 1"),
        ([0.1, 0.2], [0.01], "there are 2 effects but 1 variances"),
        ([0.1, 0.2], [0.01, 0], "the variance at index 1 is 0; each must be finite and above 0"),
        ([0.1, 0.2], [-0.5, 1], "the variance at index 0 is -0.5; each must be finite and above 0"),
        ([0, 1], [1, math.nan], "the variance at index 1 is nan; each must be finite and above 0"),
        ([0, 1], [math.inf, 1], "the variance at index 0 is inf; each must be finite and above 0"),
        ([0.1, math.nan], [1, 1], "the effect at index 1 is nan; each must be a finite number"),
        ([0.1, None], [1, 1], "the effect at index 1 is nan; each must be a finite number"),
    ],
)
def test_bad_data_are_refused_with_the_reason(y: object, v: object, reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        random_effects(y, v)  # type: ignore[arg-type]
    assert caught.value.reason == reason
    assert str(caught.value) == f"cannot be estimated: {reason}"
    assert issubclass(CannotEstimateError, ImplsciError)
    assert issubclass(CannotEstimateError, ValueError)


@pytest.mark.parametrize(
    ("y", "v", "reason"),
    [
        (["a", 0.1], [1, 1], "effects at index 0 is 'a'; expected a number"),
        (["0.1", 0.1], [1, 1], "effects at index 0 is '0.1'; expected a number"),
        ([0.1, 0.2], [1, True], "variances at index 1 is True; expected a number"),
        ([0.1, 0.2], [[1], [1]], r"variances at index 0 is \[1\]; expected a number"),
        (np.array([True, False]), [1, 1], "effects at index 0 is True; expected a number"),
        (np.ones((2, 2)), [1, 1], "effects: expected one flat sequence of numbers, got 2 dimens"),
        (0.1, [1, 1], r"effects: expected a sequence, got 0\.1"),
    ],
)
def test_what_is_no_number_is_not_pooled(y: object, v: object, reason: str) -> None:
    with pytest.raises(InvalidQueryError, match=reason):
        random_effects(y, v)  # type: ignore[arg-type]


def test_a_number_beyond_a_float_is_named() -> None:
    with pytest.raises(CannotEstimateError, match="effects at index 1 is 1000000"):
        random_effects([0.1, 10**400], [1, 1])


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"method": "reml"}, "method is one of EE, DL, HE, PM, ML, REML; got 'reml'"),
        ({"test": "t"}, "test is one of z, knha; got 't'"),
        ({"level": 95}, "level lies between 0 and 1, such as 0.95; got 95"),
        ({"level": math.nan}, "level lies between 0 and 1, such as 0.95; got nan"),
        (
            {"method": "EE", "test": "knha"},
            "the knha rule is for random effects; use test='z' with EE",
        ),
    ],
)
def test_bad_options_are_refused_with_the_reason(options: dict[str, str], reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        random_effects([0.1, 0.2], [0.01, 0.02], **options)  # type: ignore[arg-type]
    assert caught.value.reason == reason


def test_knapp_hartung_needs_effects_that_differ() -> None:
    with pytest.raises(CannotEstimateError, match="all effects are equal, which makes the knha"):
        random_effects([0.1, 0.1], [0.01, 0.02], test="knha")


@pytest.mark.parametrize("method", ["PM", "ML", "REML"])
def test_no_convergence_is_an_error(monkeypatch: pytest.MonkeyPatch, method: meta.Method) -> None:
    monkeypatch.setattr(_tau2, "MAX_ITERATIONS", 2)
    with pytest.raises(CannotEstimateError, match=f"{method} did not converge in 2 iterations"):
        random_effects(*BCG, method=method)


@pytest.mark.parametrize(("y", "v"), [([1e300, -1e300], [1, 1]), ([0, 1], [1e-320, 1])])
def test_numbers_beyond_double_precision_are_an_error(y: list[float], v: list[float]) -> None:
    with pytest.raises(CannotEstimateError, match="for double precision"):
        random_effects(y, v)
    with pytest.raises(CannotEstimateError, match="for double precision"):
        combine_dependent([1e308, 1e308], [1, 1])


@pytest.mark.parametrize("name", ["numpy", "scipy"])
def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delitem(sys.modules, "implsci.analysis.meta")
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError) as caught:
        importlib.import_module("implsci.analysis.meta")
    assert (caught.value.feature, caught.value.extra) == ("pooling effects", "analysis")


# --- what a reader sees ---


def test_sentence_of_the_random_effects_model() -> None:
    # The figures are metafor's (see above), rounded; p of Q from scipy: chi2.sf(152.233, 12).
    assert random_effects(*BCG).sentence() == (
        "Pooling 13 effects by the random-effects model (REML, z interval) gives a mean of -0.715 "
        "(95% confidence interval -1.07 to -0.362), with tau2 = 0.313, I2 = 92.2% "
        "(Q = 152 on 12 df, p < 0.001) and a 95% prediction interval for a further study's true "
        "effect of -1.87 to 0.438, assuming that the effects are independent and their true "
        "values vary around one mean."
    )
    assert "(DL, Knapp-Hartung t interval)" in (
        random_effects(*BCG, method="DL", test="knha").sentence()
    )


def test_sentence_of_the_equal_effects_model() -> None:
    # Mean 0.3, se 0.1 / sqrt(3), Q = 8: by hand; p = exp(-8 / 2) as Q has 2 df.
    assert random_effects([0.1, 0.3, 0.5], [0.01] * 3, method="EE").sentence() == (
        "Pooling 3 effects by the equal-effects model (EE, z interval) gives a common effect of "
        "0.3 (95% confidence interval 0.187 to 0.413), with I2 = 75% (Q = 8 on 2 df, p = 0.018), "
        "assuming that the effects are independent and all estimate one true effect."
    )


def test_to_dict_is_plain_and_complete() -> None:
    record = random_effects(*BCG, method="EE").to_dict()
    assert json.loads(json.dumps(record)) == record
    assert set(record) == {*RandomEffects.__annotations__, "rows", "sentence"}
    flat = {name: record[name] for name in RandomEffects.__annotations__ if name != "assumptions"}
    assert {type(value) for value in flat.values()} == {float, int, str, type(None)}
    assert record["rows"] == [flat]


def test_the_result_is_frozen() -> None:
    with pytest.raises(AttributeError):
        random_effects(*BCG).estimate = 0  # type: ignore[misc]


def test_the_package_loads_numpy_only_for_a_submodule() -> None:
    program = (
        "import sys, implsci.analysis as a; assert 'numpy' not in sys.modules; "
        "assert 'meta' in dir(a) and a.meta.random_effects; assert 'numpy' in sys.modules; "
        "assert not hasattr(a, 'absent')"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
