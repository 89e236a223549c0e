"""Leave-one-out, influence, funnel and its tests against metafor, statsmodels and scipy."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from implsci.analysis.meta import (
    egger_test,
    funnel,
    influence,
    leave_one_out,
    orient,
    random_effects,
    rank_correlation_test,
)
from implsci.errors import CannotEstimateError, InvalidQueryError

DATA = Path(__file__).parents[1] / "data"
with (DATA / "meta_bcg.csv").open(encoding="utf-8", newline="") as lines:
    TRIALS = list(csv.DictReader(lines))
COUNTS = [[int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg")] for row in TRIALS]
Y = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in COUNTS]
V = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in COUNTS]
AUTHORS = [row["author"] for row in TRIALS]


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


def four(values: list[float]) -> object:
    """Figures that were printed to four decimals."""
    return pytest.approx(values, rel=0, abs=6e-5)


# --- R metafor 3.8-1 on the BCG trials, printed to four decimals ---


def test_leave_one_out() -> None:
    # leave1out(rma(yi, vi))
    found = leave_one_out(Y, V).studies
    assert [one.pooled.estimate for one in found] == four(
        [
            -0.7071,
            -0.654,
            -0.6856,
            -0.6284,
            -0.7642,
            -0.7109,
            -0.6552,
            -0.7948,
            -0.7412,
            -0.653,
            -0.7579,
            -0.7598,
            -0.7775,
        ]
    )
    assert [one.pooled.se for one in found] == four(
        [
            0.19,
            0.1807,
            0.1857,
            0.1766,
            0.1918,
            0.2003,
            0.1805,
            0.1799,
            0.1967,
            0.1843,
            0.1958,
            0.1821,
            0.1855,
        ]
    )
    assert [one.pooled.i2 for one in found] == four(
        [
            93.2259,
            92.254,
            92.9354,
            90.4125,
            92.7634,
            90.9118,
            92.2777,
            87.0314,
            93.2133,
            92.2322,
            91.811,
            92.6782,
            92.3444,
        ]
    )


def test_influence() -> None:
    # influence(rma(yi, vi))
    rows = influence(Y, V).to_rows()

    def column(name: str) -> list[object]:
        return [row[name] for row in rows]

    assert column("rstudent") == four(
        [
            -0.2181,
            -1.2918,
            -0.7547,
            -1.4512,
            0.8477,
            -0.118,
            -1.3037,
            1.4501,
            0.4076,
            -1.1277,
            0.6691,
            1.2898,
            1.1879,
        ]
    )
    assert column("dffits") == four(
        [
            -0.0407,
            -0.3436,
            -0.1604,
            -0.5201,
            0.2707,
            -0.019,
            -0.3362,
            0.4775,
            0.1415,
            -0.3487,
            0.2315,
            0.2526,
            0.3549,
        ]
    )
    assert column("cook") == four(
        [
            0.0017,
            0.1132,
            0.026,
            0.2295,
            0.0762,
            0.0004,
            0.1087,
            0.1992,
            0.022,
            0.117,
            0.0581,
            0.0634,
            0.1228,
        ]
    )
    assert column("cov_ratio") == four(
        [
            1.1164,
            1.0102,
            1.067,
            0.9651,
            1.138,
            1.2407,
            1.0077,
            1.0011,
            1.1968,
            1.0505,
            1.186,
            1.0259,
            1.065,
        ]
    )
    assert column("tau2_without") == four(
        [
            0.3362,
            0.2926,
            0.3207,
            0.2628,
            0.3278,
            0.3596,
            0.293,
            0.2732,
            0.3495,
            0.2987,
            0.3405,
            0.3082,
            0.3037,
        ]
    )
    assert column("weight") == four(
        [
            5.0595,
            6.3647,
            4.436,
            9.6987,
            8.8685,
            10.0957,
            6.0272,
            10.1894,
            8.7431,
            8.3676,
            9.925,
            3.8216,
            8.4029,
        ]
    )
    assert [row["q_without"] for row in rows][7] == four(67.9858)  # type: ignore[arg-type]


def test_egger_mixed_model() -> None:
    # regtest(rma(yi, vi))
    found = egger_test(Y, V)
    assert (found.statistic, found.p) == close(-0.8033, 0.4218)
    assert (found.limit, found.limit_low, found.limit_high) == close(-0.5104, -1.1182, 0.0974)
    assert (found.df, found.k) == (None, 13)


def test_egger_dispersion_model() -> None:
    # regtest(rma(yi, vi), model="lm"), and statsmodels for the slope.
    found = egger_test(Y, V, model="dispersion")
    assert (found.statistic, found.p) == close(-1.4013, 0.1887)
    assert (found.limit, found.limit_low, found.limit_high) == close(-0.1909, -0.6753, 0.2935)
    assert found.df == 11
    x = sm.add_constant(np.sqrt(V))
    other = sm.WLS(np.array(Y), x, weights=1 / np.array(V)).fit()
    assert (found.slope, found.se) == pytest.approx((other.params[1], other.bse[1]))


def test_rank_correlation() -> None:
    # ranktest(rma(yi, vi))
    found = rank_correlation_test(Y, V)
    assert (found.tau, found.p) == close(0.0256, 0.9524)
    assert found.exact


def test_rank_correlation_with_ties_is_scipys() -> None:
    y, v = [0.1, 0.5, 0.3, 0.9, 0.2, 0.4], [0.1, 0.1, 0.2, 0.4, 0.2, 0.3]
    found = rank_correlation_test(y, v)
    center = np.average(y, weights=1 / np.array(v))
    standardized = (np.array(y) - center) / np.sqrt(np.array(v) - 1 / (1 / np.array(v)).sum())
    other = stats.kendalltau(standardized, v)
    assert (found.tau, found.p) == pytest.approx((other.statistic, other.pvalue))
    assert not found.exact
    assert "as there are ties" in found.sentence()


def test_funnel_limits_are_those_of_the_normal() -> None:
    found = funnel(Y, V, AUTHORS)
    assert found.center == pytest.approx(-0.7145323484, abs=1e-4)
    first = found.points[0]
    assert (first.study, first.se) == ("Aronson", pytest.approx(math.sqrt(V[0])))
    assert (first.low, first.high) == pytest.approx(
        (found.center - 1.959964 * first.se, found.center + 1.959964 * first.se)
    )
    assert all(one.inside == (one.low <= one.y <= one.high) for one in found.points)


# --- one figure from another ---


def test_leaving_one_out_is_pooling_the_others() -> None:
    found = leave_one_out(Y, V, AUTHORS, method="DL", test="knha")
    assert found.studies[3].omitted == AUTHORS[3]
    assert found.studies[3].pooled == random_effects(
        Y[:3] + Y[4:], V[:3] + V[4:], method="DL", test="knha"
    )
    assert found.full == random_effects(Y, V, method="DL", test="knha")


def test_orientation() -> None:
    assert orient([0.2, -0.3], "lower").tolist() == [-0.2, 0.3]
    assert orient([0.2, -0.3], "higher").tolist() == [0.2, -0.3]
    mixed = orient(Y, ["lower", "higher"] * 6 + ["lower"])
    assert mixed.tolist() == [one if i % 2 else -one for i, one in enumerate(Y)]
    better = random_effects(orient(Y, "lower"), V)
    assert better.estimate == pytest.approx(0.7145323484, abs=1e-4)


# --- refusals ---


@pytest.mark.parametrize("call", [leave_one_out, influence, egger_test, rank_correlation_test])
def test_two_studies_are_too_few(call: object) -> None:
    with pytest.raises(CannotEstimateError, match="at least 3 effects"):
        call([0.1, 0.2], [0.1, 0.2])  # type: ignore[operator]


@pytest.mark.parametrize("call", [leave_one_out, influence, funnel, egger_test])
def test_bad_variances_are_refused(call: object) -> None:
    with pytest.raises(CannotEstimateError, match="the variance at index 1 is 0"):
        call([0.1, 0.2, 0.3], [0.1, 0.0, 0.1])  # type: ignore[operator]


def test_tests_of_a_funnel_need_studies_that_differ() -> None:
    with pytest.raises(CannotEstimateError, match="'standard error' is the same for every effect"):
        egger_test([0.1, 0.2, 0.4], [0.1] * 3)
    with pytest.raises(CannotEstimateError, match="the variances are all equal"):
        rank_correlation_test([0.1, 0.2, 0.4], [0.1] * 3)
    with pytest.raises(CannotEstimateError, match="the effects lie on one line"):
        egger_test([0.1, 0.2, 0.4], [0.01, 0.04, 0.16], model="dispersion")
    with pytest.raises(InvalidQueryError, match="model is one of mixed, dispersion; got 'lm'"):
        egger_test(Y, V, model="lm")  # type: ignore[arg-type]


def test_orientation_needs_a_better_side() -> None:
    with pytest.raises(CannotEstimateError, match="index 1 is better neither higher nor lower"):
        orient([0.1, 0.2], ["lower", "neither"])
    with pytest.raises(InvalidQueryError, match="is 'up'; expected higher or lower"):
        orient([0.1, 0.2], "up")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="desirable has 1 entries for 2 effects"):
        orient([0.1, 0.2], ["lower"])


def test_labels_are_one_each() -> None:
    with pytest.raises(InvalidQueryError, match="labels has 1 entries for 3 effects"):
        leave_one_out([0.1, 0.2, 0.3], [0.1] * 3, ["a"])


# --- what a reader sees ---


def test_sentences() -> None:
    assert leave_one_out(Y, V, AUTHORS).sentence() == (
        "Leaving out one of 13 studies at a time moves the pooled effect (-0.715 with all) between "
        "-0.795 (without TPT Madras) and -0.628 (without Hart & Sutherland); with all, its interval "
        "excludes no effect, and it does so without any one of them too."
    )
    turned = leave_one_out([0.1, 0.2, 0.9], [0.01, 0.05, 0.02])
    assert "(without study 3)" in turned.sentence()
    assert [one.omitted for one in turned.studies] == [1, 2, 3]
    assert influence(Y, V, AUTHORS).sentence().startswith("Of 13 studies, Hart & Sutherland moves")
    assert influence(Y, V).sentence().startswith("Of 13 studies, study 4 moves the pooled")
    assert "Cook's distance 0.229" in influence(Y, V).sentence()
    assert "z = -0.803, p = 0.42" in egger_test(Y, V).sentence()
    assert "t(11) = -1.4" in egger_test(Y, V, "dispersion").sentence()
    assert funnel(Y, V).sentence().startswith("6 of 13 studies lie inside the 95% funnel")


def test_results_are_plain_data() -> None:
    for result in (
        leave_one_out(Y, V, AUTHORS),
        influence(Y, V),
        funnel(Y, V),
        egger_test(Y, V),
        rank_correlation_test(Y, V),
    ):
        record = result.to_dict()
        assert json.loads(json.dumps(record)) == record
        assert result.assumptions
        assert result.to_table().num_rows == len(result.to_rows())
