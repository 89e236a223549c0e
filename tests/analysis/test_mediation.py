"""Mediation against R's lm, statsmodels, a bootstrap by loops, metafor, and its identities."""

from __future__ import annotations

import csv
import importlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from implsci.analysis.mediation import from_correlations, mediate, two_stage
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

DATA = Path(__file__).parents[1] / "data" / "analysis"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CARS = rows("moderation_mtcars.csv")
MPG, CYL, DISP, HP = ([float(row[name]) for row in CARS] for name in ("mpg", "cyl", "disp", "hp"))
SCHOOLS = rows("teacher_student_relationships_roorda2011.csv")


def column(name: str) -> list[float | None]:
    return [float(row[name]) if row[name] else None for row in SCHOOLS]


POS_ENGA, ENGA_ACHIEV, POS_ACHIEV = (
    column(name) for name in ("r_pos_enga", "r_enga_achiev", "r_pos_achiev")
)
N = column("n")


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


# --- within a study ---


def test_cars() -> None:
    # Reference figures worked out in R 4.2.2 from lm(disp ~ cyl), lm(mpg ~ cyl + disp), lm(mpg ~ cyl).
    found = mediate(CYL, DISP, MPG)
    assert (found.a.estimate, found.a.se) == close(62.59892541, 5.469316844)
    assert (found.b.estimate, found.b.se) == close(-0.02058363337, 0.01025747532)
    assert (found.c.estimate, found.c_prime.estimate) == close(-2.875790139, -1.587276809)
    assert (found.ab, found.sobel_se) == close(-1.28851333, 0.6519012286)
    assert found.sobel_z == pytest.approx(found.ab / found.sobel_se)


def test_statsmodels_gives_the_same_paths_with_covariates() -> None:
    found = mediate(CYL, DISP, MPG, covariates={"hp": HP})
    first = sm.OLS(np.array(DISP), sm.add_constant(np.column_stack([CYL, HP]))).fit()
    second = sm.OLS(np.array(MPG), sm.add_constant(np.column_stack([CYL, DISP, HP]))).fit()
    assert (found.a.estimate, found.a.se, found.a.p) == pytest.approx(
        (first.params[1], first.bse[1], first.pvalues[1])
    )
    assert (found.b.estimate, found.b.se, found.b.p) == pytest.approx(
        (second.params[2], second.bse[2], second.pvalues[2])
    )
    assert (found.c_prime.ci_low, found.c_prime.ci_high) == pytest.approx(second.conf_int()[1])


def test_the_bootstrap_is_that_of_loops() -> None:
    # The same seed draws the same rows; each sample is then fitted by lstsq, one by one.
    found = mediate(CYL, DISP, MPG, covariates={"hp": HP}, resamples=200, seed=7)
    n = len(MPG)
    drawn = np.random.default_rng(7).integers(0, n, size=(200, n))
    x, m, y, z = (np.array(one) for one in (CYL, DISP, MPG, HP))
    products = []
    for index in drawn:
        one = np.ones(n)
        a = np.linalg.lstsq(np.column_stack([one, x, z])[index], m[index], rcond=None)[0][1]
        b = np.linalg.lstsq(np.column_stack([one, x, z, m])[index], y[index], rcond=None)[0][3]
        products.append(a * b)
    assert (found.ci_low, found.ci_high) == pytest.approx(
        np.quantile(products, [0.025, 0.975]).tolist(), rel=1e-6
    )
    assert found.unusable == 0


def test_the_seed_settles_the_interval() -> None:
    one, same, other = (mediate(CYL, DISP, MPG, seed=seed) for seed in (1, 1, 2))
    assert (one.ci_low, one.ci_high) == (same.ci_low, same.ci_high)
    assert one.ci_low != other.ci_low
    assert one.ci_low == pytest.approx(other.ci_low, abs=0.2)


def test_samples_that_cannot_be_used_are_counted() -> None:
    # One row alone has x = 1: samples without it say nothing of x; there are (5/6)^6 of them.
    x, m, y = [0, 0, 0, 0, 0, 1], [1, 2, 3, 2, 1, 5], [1.0, 3, 2, 4, 1, 5]
    found = mediate(x, m, y, resamples=4000)
    assert found.unusable / 4000 >= (5 / 6) ** 6 - 0.03
    assert found.unusable < 2000


@given(
    data=st.lists(
        st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3)), min_size=6, max_size=15
    )
)
def test_total_is_direct_and_indirect(data: list[tuple[float, float, float]]) -> None:
    x, m, y = np.array(data).T
    assume(min(x.std(), m.std(), y.std()) > 0.3)
    try:
        found = mediate(x, m, y, resamples=100)
    except CannotEstimateError:
        assume(False)
    assume(found.b.se < 10)
    assert found.c.estimate == pytest.approx(found.c_prime.estimate + found.ab, abs=1e-6)


# --- from correlations ---


def test_correlations_give_the_statistics_of_the_raw_data() -> None:
    raw = mediate(CYL, DISP, MPG)
    r = np.corrcoef([CYL, DISP, MPG])
    found = from_correlations(float(r[0, 1]), float(r[1, 2]), float(r[0, 2]), n=32)
    for one, other in (
        (found.a, raw.a),
        (found.b, raw.b),
        (found.c_prime, raw.c_prime),
        (found.c, raw.c),
    ):
        assert one.estimate / one.se == pytest.approx(other.estimate / other.se)
        assert one.p == pytest.approx(other.p)
    assert found.sobel_p == pytest.approx(raw.sobel_p)
    spread = float(np.std(MPG) / np.std(CYL))
    assert found.ab * spread == pytest.approx(raw.ab)
    assert found.c.estimate == pytest.approx(found.c_prime.estimate + found.ab)


def test_the_interval_nears_sobels_where_samples_are_large() -> None:
    found = from_correlations(0.5, 0.4, 0.3, n=100_000, resamples=100_000)
    half = 1.959964 * found.sobel_se
    assert (found.ci_low, found.ci_high) == pytest.approx(
        (found.ab - half, found.ab + half), rel=2e-3
    )


def test_relationship_engagement_achievement_over_studies() -> None:
    # R metafor 3.8-1 on Roorda 2011: rma(yi, vi) of Fisher's z for each correlation.
    found = two_stage(
        POS_ENGA, ENGA_ACHIEV, POS_ACHIEV, N, names=("relationship", "engagement", "achievement")
    )
    assert (found.r_xm.k, found.r_my.k, found.r_xy.k) == (26, 13, 30)
    assert (found.r_xm.r, found.r_xm.ci_low, found.r_xm.ci_high) == close(
        0.3119258, 0.2405706, 0.3799276
    )
    assert (found.r_xy.r, found.r_xy.ci_low, found.r_xy.ci_high) == close(
        0.1429858, 0.1028277, 0.1826785
    )
    assert found.r_my.r == pytest.approx(0.2860552, abs=1e-4)
    # By hand: b = (0.2860552 - 0.1429858 * 0.3119258) / (1 - 0.3119258^2) = 0.267479.
    assert (found.b.estimate, found.ab) == close(0.267479, 0.3119258 * 0.267479)
    assert found.c_prime.estimate == pytest.approx(0.1429858 - found.ab, abs=1e-4)
    assert found.sentence().startswith(
        "Over studies, relationship goes with engagement at r = 0.312 (k = 26), engagement with "
        "achievement at r = 0.286 (k = 13) and relationship with achievement at r = 0.143 (k = 30)"
    )


@pytest.mark.parametrize(
    ("name", "k", "r"),
    [
        ("r_pos_neg", 16, -0.2510808),
        ("r_neg_enga", 10, -0.3286565),
        ("r_neg_achiev", 19, -0.1790237),
    ],
)
def test_the_other_pooled_correlations(name: str, k: int, r: float) -> None:
    # R metafor 3.8-1 on Roorda 2011.
    found = two_stage(column(name), ENGA_ACHIEV, POS_ACHIEV, N).r_xm
    assert (found.k, found.r) == close(k, r)


def test_the_monte_carlo_interval_is_that_of_the_delta_method() -> None:
    found = two_stage(POS_ENGA, ENGA_ACHIEV, POS_ACHIEV, N, resamples=200_000)
    pooled = (found.r_xm, found.r_my, found.r_xy)

    def product(z: list[float]) -> float:
        a, b, c = map(math.tanh, z)
        return a * (b - c * a) / (1 - a**2)

    center = [one.z.estimate for one in pooled]
    step = 1e-5
    variance = 0.0
    for i, one in enumerate(pooled):
        up = [value + step * (i == j) for j, value in enumerate(center)]
        down = [value - step * (i == j) for j, value in enumerate(center)]
        variance += ((product(up) - product(down)) / (2 * step) * one.z.se) ** 2
    half = 1.959964 * math.sqrt(variance)
    assert (found.ci_high - found.ci_low) / 2 == pytest.approx(half, rel=0.02)
    assert (found.ci_high + found.ci_low) / 2 == pytest.approx(found.ab, abs=0.1 * half)


def test_one_size_and_no_heterogeneity_are_one_sample() -> None:
    # Two studies with the same correlations: the pooled paths are those of either.
    found = two_stage([0.5, 0.5], [0.4, 0.4], [0.3, 0.3], [100, 300])
    one = from_correlations(0.5, 0.4, 0.3, n=400)
    assert (found.a.estimate, found.b.estimate, found.ab) == pytest.approx(
        (one.a.estimate, one.b.estimate, one.ab)
    )


# --- refusals ---


def test_impossible_correlations_are_refused() -> None:
    with pytest.raises(CannotEstimateError, match=r"r_my is 1\.0; a correlation lies between"):
        from_correlations(0.5, 1.0, 0.3, n=50)
    with pytest.raises(CannotEstimateError, match="cannot hold in one sample"):
        from_correlations(0.9, 0.9, -0.9, n=50)
    with pytest.raises(CannotEstimateError, match="n is 3; expected a whole number above 3"):
        from_correlations(0.5, 0.4, 0.3, n=3)
    with pytest.raises(CannotEstimateError, match="cannot hold together in one population"):
        two_stage([0.9, 0.9], [0.9, 0.9], [-0.9, -0.9], [100, 100])
    with pytest.raises(CannotEstimateError, match="r_xm at index 1 is 1; a correlation lies"):
        two_stage([0.5, 1.0], [0.4, 0.4], [0.3, 0.3], [100, 100])


def test_studies_that_do_not_report_are_refused() -> None:
    with pytest.raises(CannotEstimateError, match="r_my needs at least 2 studies; 1 report it"):
        two_stage([0.5, 0.5], [0.4, None], [0.3, 0.3], [100, 100])
    with pytest.raises(CannotEstimateError, match="r_xm needs at least 2 studies; 0 report it"):
        two_stage([None, None], [0.4, 0.4], [0.3, 0.3], [100, 100])
    with pytest.raises(CannotEstimateError, match="n at index 1 is nan; expected more than 3"):
        two_stage([0.5, 0.5], [0.4, 0.4], [0.3, 0.3], [100, None])
    with pytest.raises(InvalidQueryError, match="differ in length: r_xm 2, r_my 2, r_xy 2, n 1"):
        two_stage([0.5, 0.5], [0.4, 0.4], [0.3, 0.3], [100])


@pytest.mark.parametrize(
    ("x", "m", "y", "reason"),
    [
        ([1, 2, 3, 4, 5], [1.0] * 5, [1, 3, 2, 5, 4], "m is the same in every row"),
        ([1.0] * 5, [1, 3, 2, 5, 4], [1, 2, 3, 5, 4], "the variable 'x' is the same for every row"),
        (
            [1, 2, 3, 4, 5],
            [2, 4, 6, 8, 10],
            [1, 3, 2, 5, 4],
            "m is determined exactly by the other variables, so there is no error to judge by",
        ),
        ([1, 2, 3], [1, 3, 2], [2, 1, 3], "3 coefficients need at least 4 complete rows; got 3"),
        ([math.nan] * 5, [1, 3, 2, 5, 4], [1, 2, 3, 5, 4], "no row has a value for every variable"),
    ],
)
def test_bad_data_are_refused(x: list[float], m: list[float], y: list[float], reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        mediate(x, m, y)
    assert caught.value.reason == reason


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InvalidQueryError, match="at least 100 resamples, got 10"):
        mediate(CYL, DISP, MPG, resamples=10)
    with pytest.raises(InvalidQueryError, match="at most 1,000,000 resamples, got 1000000000"):
        mediate(CYL, DISP, MPG, resamples=10**9)
    with pytest.raises(InvalidQueryError, match=r"names: expected 3 strings, got \('a',\)"):
        mediate(CYL, DISP, MPG, names=("a",))  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="seed is a whole number of 0 or more; got -1"):
        from_correlations(0.5, 0.4, 0.3, n=50, seed=-1)
    with pytest.raises(InvalidQueryError, match="different names"):
        mediate(CYL, DISP, MPG, covariates={"y": HP})
    with pytest.raises(InvalidQueryError, match="differ in length"):
        mediate(CYL, DISP, MPG[1:])
    with pytest.raises(CannotEstimateError, match="level lies between 0 and 1"):
        mediate(CYL, DISP, MPG, level=1)


# --- what a reader sees ---


def test_results_are_plain_data() -> None:
    r = (0.5, 0.4, 0.3)
    for result in (
        mediate(CYL, DISP, MPG, names=("cyl", "disp", "mpg")),
        from_correlations(*r, n=100),
        two_stage(POS_ENGA, ENGA_ACHIEV, POS_ACHIEV, N),
    ):
        record = result.to_dict()
        assert json.loads(json.dumps(record)) == record
        assert any("comes before" in one for one in result.assumptions)
        assert result.to_table().num_rows == len(result.to_rows())


def test_sentence() -> None:
    text = mediate(CYL, DISP, MPG, names=("cyl", "disp", "mpg")).sentence()
    assert text.startswith(
        "In 32 rows, of the total association of cyl with mpg (-2.88 a unit) -1.29 runs through "
        "disp (a b = 62.6 x -0.0206;"
    )
    assert "Whether disp carries an effect hangs on its coming after cyl" in text


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "implsci.analysis.mediation")
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtraError) as caught:
        importlib.import_module("implsci.analysis.mediation")
    assert (caught.value.feature, caught.value.extra) == ("mediation", "analysis")
