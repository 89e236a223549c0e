"""The multilevel model against metafor, dense matrices, and simpler models it contains."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci.analysis.meta import ClusterRule, combine_by_study, multilevel
from implsci.analysis.meta._blocks import make_blocks
from implsci.errors import CannotEstimateError, InvalidQueryError

DATA = Path(__file__).parents[1] / "data" / "mapped"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


DROPOUT = rows("dropout_prevention_wilson2011.csv")
Y = [float(row["LOR1"]) for row in DROPOUT]
V = [float(row["varLOR"]) for row in DROPOUT]
STUDY = [row["studyID"] for row in DROPOUT]
QUALITY = {"quality": [row["implementation_quality"] for row in DROPOUT]}
K6 = [row for row in rows("k6_interventions_dietrichson2021.csv") if row["Post"] == "1"]


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


# --- published figures: R metafor 3.8-1, rma.mv(..., random = ~ 1 | study/effect) ---


def test_dropout_prevention() -> None:
    fit = multilevel(Y, V, STUDY)
    (mean,) = fit.coefficients
    assert (mean.estimate, mean.se) == close(0.5116978, 0.0608894)
    assert (fit.sigma2_study, fit.sigma2_effect) == close(0.2620018, 0.1330783)
    assert (fit.qe, fit.log_likelihood) == close(4066.53729, -500.233803)
    assert (fit.k, fit.studies, fit.qm, fit.qm_p) == (385, 152, None, None)


def test_dropout_prevention_by_implementation_quality() -> None:
    fit = multilevel(Y, V, STUDY, QUALITY)
    assert fit.moderators[0].levels[0] == "Clear problems"
    assert [one.estimate for one in fit.coefficients] == close(0.1326632, 0.5414703, 0.3538597)
    assert [one.se for one in fit.coefficients] == close(0.1138240, 0.1342374, 0.1510571)
    assert (fit.qm, fit.qm_p) == close(16.27413, 0.0002924943)
    assert (fit.sigma2_study, fit.sigma2_effect) == close(0.2179044386, 0.1360126374)


def test_a_peak_on_the_boundary() -> None:
    # metafor 3.8-1: rma.mv(y, v, mods = ~ x, random = ~ 1 | study/effect); it names 1e-10 where the
    # likelihood falls from 0 on.
    y = "-.2 -.48 -.32 .74 -.28 -.28 .07 1.68 .18 .31 .17 1.08 -.15 .43 .79"
    v = ".04 .27 .14 .24 .02 .18 .26 .26 .01 .16 .11 .23 .03 .08 .24"
    x = "-.83 -1.65 -1.44 .67 -.76 -.14 .21 .62 -.33 .5 -.89 -.36 -1.02 1.13 -.03"
    effects, variances, moderator = ([float(one) for one in line.split()] for line in (y, v, x))
    fit = multilevel(effects, variances, list("322302004434301"), {"x": moderator})
    assert (fit.sigma2_study, fit.log_likelihood) == pytest.approx((0.003529, -6.221148), abs=1e-6)
    assert fit.sigma2_effect == 0


def test_dropout_prevention_robust() -> None:
    # R metafor 3.8-1, robust(res, cluster = studyID).
    (mean,) = multilevel(Y, V, STUDY, test="cr1").coefficients
    assert (mean.se, mean.p) == close(0.06083902878, 2.854651714e-14)
    fit = multilevel(Y, V, STUDY, QUALITY, test="cr1")
    assert [one.se for one in fit.coefficients] == close(
        0.09515423759, 0.12192361207, 0.13151945357
    )
    assert [one.p for one in fit.coefficients] == close(
        0.1653355209, 1.734068503e-05, 0.007948155729
    )
    assert (fit.qm, fit.qm_p) == close(10.07097326, 7.900477511e-05)
    assert (fit.qm_df, fit.df) == (2, 149)


def test_k6_interventions() -> None:
    y = [float(row["Effectsize_g_adj1"]) for row in K6]
    v = [float(row["SE_g_adj1"]) ** 2 for row in K6]
    study = [row["Study_ID"] for row in K6]
    fit = multilevel(y, v, study)
    (mean,) = fit.coefficients
    assert fit.k == 1041
    assert (mean.estimate, mean.se) == close(0.305057, 0.02197713)
    assert (mean.ci_low, mean.ci_high) == close(0.2619826, 0.3481314)
    problem = [float(row["Imp_problem"]) if row["Imp_problem"] else None for row in K6]
    slope = multilevel(y, v, study, {"problem": problem}).coefficient("problem")
    assert (slope.estimate, slope.se, slope.p) == close(-0.0586461, 0.04917845, 0.2330589)


# --- dense matrices, and models that it contains ---

effects = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.05, 1), st.integers(0, 3), st.floats(-2, 2)),
    min_size=6,
    max_size=14,
)


@given(data=effects, between=st.floats(0, 2), within=st.floats(0, 2))
def test_the_blocks_are_the_dense_model(
    data: list[tuple[float, float, int, float]], between: float, within: float
) -> None:
    y, v, study, moderator = (np.array(column) for column in zip(*data, strict=True))
    x = np.column_stack([np.ones(len(y)), moderator + np.arange(len(y))])
    blocks, order = make_blocks(y, x, v, study)
    state = blocks.at(between, within)
    y, v, study, x = y[order], v[order], study[order], x[order]
    total = np.diag(v + within) + between * (study[:, None] == study[None, :])
    inverse = np.linalg.inv(total)
    covariance = np.linalg.inv(x.T @ inverse @ x)
    beta = covariance @ x.T @ inverse @ y
    assert state.beta == pytest.approx(beta, rel=1e-6, abs=1e-8)
    assert state.covariance == pytest.approx(covariance, rel=1e-6, abs=1e-10)
    residual = y - x @ beta
    likelihood = -0.5 * (
        (len(y) - 2) * math.log(2 * math.pi)
        - np.linalg.slogdet(x.T @ x)[1]
        + np.linalg.slogdet(total)[1]
        - np.linalg.slogdet(covariance)[1]
        + residual @ inverse @ residual
    )
    assert state.log_likelihood == pytest.approx(likelihood, rel=1e-8)
    step = 1e-6
    rise = (
        blocks.at(between + step, within).log_likelihood - state.log_likelihood,
        blocks.at(between, within + step).log_likelihood - state.log_likelihood,
    )
    assert state.gradient == pytest.approx([one / step for one in rise], rel=1e-2, abs=1e-3)


@settings(max_examples=25)
@given(data=effects)
def test_no_pair_of_variances_on_a_grid_is_likelier(
    data: list[tuple[float, float, int, float]],
) -> None:
    y, v, study, _ = zip(*data, strict=True)
    if not 1 < len(set(study)) < len(study):
        return
    fit = multilevel(y, v, study)
    blocks, _ = make_blocks(np.array(y), np.ones((len(y), 1)), np.array(v), np.array(study))
    grid = [0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
    best = max(blocks.at(a, b).log_likelihood for a in grid for b in grid)
    assert fit.log_likelihood >= best - 1e-6


def test_balanced_data_have_the_answer_of_the_analysis_of_variance() -> None:
    # Equal v and group sizes: mean square within is v + e = 0.05, between is 0.05 + 2 s = 1.25.
    y = [0.0, 0.2, 1.0, 1.4, 0.9, 1.3]
    within = sum((a - b) ** 2 / 2 for a, b in ((0.0, 0.2), (1.0, 1.4), (0.9, 1.3))) / 3
    means = np.array([0.1, 1.2, 1.1])
    between = 2 * means.var(ddof=1)
    fit = multilevel(y, [0.01] * 6, ["a", "a", "b", "b", "c", "c"])
    assert fit.sigma2_effect == pytest.approx(within - 0.01, rel=1e-5)
    assert fit.sigma2_study == pytest.approx((between - within) / 2, rel=1e-5)
    assert fit.coefficients[0].estimate == pytest.approx(0.8)
    assert fit.coefficients[0].se == pytest.approx(math.sqrt(between / 6), rel=1e-5)


def test_robust_errors_by_hand() -> None:
    # Equal weights make the mean's sandwich the sum of squared study totals of residuals over k^2,
    # times m / (m - 1): residual totals are -1.4, 0.8 and 0.6, so (1.96 + 0.64 + 0.36) / 36 * 3 / 2.
    y = [0.0, 0.2, 1.0, 1.4, 0.9, 1.3]
    fit = multilevel(y, [0.01] * 6, ["a", "a", "b", "b", "c", "c"], test="cr1")
    assert fit.coefficients[0].se == pytest.approx(math.sqrt(2.96 / 36 * 1.5), rel=1e-5)
    assert (fit.df, fit.test) == (2, "cr1")


@settings(max_examples=25)
@given(data=effects, order=st.randoms(use_true_random=False))
def test_order_and_names_of_studies_do_not_matter(
    data: list[tuple[float, float, int, float]], order: object
) -> None:
    study = [one[2] for one in data]
    if not 1 < len(set(study)) < len(study):
        return
    shuffled = list(data)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    fit = multilevel([one[0] for one in data], [one[1] for one in data], study)
    other = multilevel(
        [one[0] for one in shuffled],
        [one[1] for one in shuffled],
        [f"study {9 - one[2]}" for one in shuffled],
    )
    assert other.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-6)
    assert other.coefficients[0].estimate == pytest.approx(
        fit.coefficients[0].estimate, rel=1e-3, abs=1e-3
    )


def test_studies_may_be_numbers_of_any_kind() -> None:
    numbers = np.array([3, 3, 1, 1, 2])
    effects = [0.1, 0.2, 0.5, 0.7, 0.3]
    by_array, by_list, by_name = (
        multilevel(effects, [0.01] * 5, study)
        for study in (numbers, list(numbers), ["c", "c", "a", "a", "b"])
    )
    assert by_array == by_list == by_name


def test_a_study_combined_first() -> None:
    # Borenstein 2009, chapter 24: (0.04 + 0.09 + 2 * 0.5 * 0.2 * 0.3) / 4 = 0.0475.
    first, second = combine_by_study([0.2, 0.1, 0.6], [0.04, 0.02, 0.09], ["a", "b", "a"], r=0.5)
    assert (first.study, first.k, second.study, second.k) == ("a", 2, "b", 1)
    assert (first.estimate, first.variance) == pytest.approx((0.4, 0.0475))
    assert (second.estimate, second.variance) == pytest.approx((0.1, 0.02))
    with pytest.raises(InvalidQueryError, match="study has 1 entries for 2 effects; give one each"):
        combine_by_study([0.1, 0.2], [0.1, 0.1], ["a"])


# --- refusals ---


@pytest.mark.parametrize(
    ("y", "v", "study", "options", "reason"),
    [
        ([1, 2], [1, 1], ["a", "a"], {}, "a multilevel model needs at least 2 studies, got 1"),
        (
            [1, 2, 3],
            [1, 1, 1],
            ["a", "b", "c"],
            {},
            "no study has more than one effect, so its two variances are one; use random_effects "
            "or meta_regression",
        ),
        (
            [1, 2, 3],
            [1, 0, 1],
            ["a", "a", "b"],
            {},
            "the variance at index 1 is 0; each must be finite and above 0",
        ),
        (
            [1, 2, 3],
            [1, 1, 1],
            ["a", "a", "b"],
            {"test": "knha"},
            "test is one of z, cr1, cr2; got 'knha'",
        ),
        (
            [1, 2, 3],
            [1, 1, 1],
            ["a", "a", "b"],
            {"level": 0},
            "level lies between 0 and 1, such as 0.95; got 0",
        ),
        (
            [1, 2, 3],
            [1, 1, 1],
            ["a", "a", "b"],
            {"X": {"x": [1, 2, 4], "z": [1, 0, 1]}},
            "3 coefficients need at least 4 effects with every moderator; there are 3",
        ),
        (
            [1, 2, 3, 5],
            [1, 1, 1, 1],
            ["a", "a", "b", "b"],
            {"X": {"x": [1, 2, 4, 1]}, "test": "cr1"},
            "cr1 needs more studies than coefficients; there are 2 and 2",
        ),
        (
            [1, 2, 3, 5],
            [1, 1, 1, 1],
            ["a", "a", "b", "b"],
            {"X": {"x": [1, 2, 4, 1], "z": [2, 4, 8, 2]}},
            "the moderators are collinear: 'z' is determined by 'x'",
        ),
        (
            [2] * 4,
            [1] * 4,
            ["a", "a", "b", "b"],
            {"test": "cr1"},
            "the robust standard error is 0: every study fits exactly",
        ),
    ],
)
def test_bad_input_is_refused(
    y: list[float], v: list[float], study: list[str], options: dict[str, object], reason: str
) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        multilevel(y, v, study, **options)  # type: ignore[arg-type]
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("study", "reason"),
    [
        (["a"], "study has 1 entries for 3 effects; give one each"),
        (["a", None, "b"], "study at index 1 is None; expected a string or a whole number"),
        ([1.5, 1.5, 2.0], "study at index 0 is 1.5; expected a string or a whole number"),
    ],
)
def test_studies_that_are_no_labels_are_refused(study: list[object], reason: str) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        multilevel([1, 2, 3], [1, 1, 1], study)  # type: ignore[arg-type]
    assert caught.value.reason == reason


@settings(max_examples=50)
@given(
    data=st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(min_value=0, exclude_min=True, allow_infinity=False),
            st.integers(0, 2),
        ),
        min_size=4,
        max_size=7,
    ),
    test=st.sampled_from(["z", "cr1"]),
)
def test_any_finite_input_gives_finite_numbers_or_a_reason(
    data: list[tuple[float, float, int]], test: ClusterRule
) -> None:
    y, v, study = zip(*data, strict=True)
    try:
        fit = multilevel(y, v, study, test=test)
    except CannotEstimateError:
        return
    numbers = [value for row in fit.to_rows() for value in row.values() if isinstance(value, float)]
    numbers += [fit.sigma2_study, fit.sigma2_effect, fit.i2_study, fit.i2_effect, fit.qe_p]
    assert all(map(math.isfinite, numbers))


# --- what a reader sees ---


def test_sentence_rows_and_assumptions() -> None:
    fit = multilevel(Y, V, STUDY)
    assert fit.sentence() == (
        "Multilevel model of 385 effects in 152 studies (REML, z rule): mean 0.512 (95% confidence "
        "interval 0.392 to 0.631, p < 0.001). Variance between studies 0.262, between effects of a "
        "study 0.133."
    )
    robust = multilevel(Y, V, STUDY, QUALITY, test="cr1")
    assert "cluster-robust CR1 t rule" in robust.sentence()
    assert "F = 10.1 on 2 and 149 df" in robust.sentence()
    assert any("correlated in any way" in one for one in robust.assumptions)
    record = robust.to_dict()
    assert json.loads(json.dumps(record)) == record
    (point,) = fit.predict()
    half = 1.959963985 * math.sqrt(
        fit.coefficients[0].se ** 2 + fit.sigma2_study + fit.sigma2_effect
    )
    assert point.pi_low == pytest.approx(fit.coefficients[0].estimate - half)
