"""Moderated regression against R's lm, statsmodels, and what Johnson and Neyman's bounds must mean."""

from __future__ import annotations

import csv
import importlib
import itertools
import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from implsci.analysis.moderation import interaction
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

DATA = Path(__file__).parents[1] / "data" / "analysis"
with (DATA / "moderation_mtcars.csv").open(encoding="utf-8", newline="") as lines:
    CARS = list(csv.DictReader(lines))
MPG, CYL, DISP, HP, WT = (
    [float(row[name]) for row in CARS] for name in ("mpg", "cyl", "disp", "hp", "wt")
)


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


def test_cars_against_r() -> None:
    # R 4.2.2, lm(mpg ~ hp * wt).
    found = interaction(MPG, HP, WT, names=("hp", "wt"))
    assert [one.name for one in found.coefficients] == ["intercept", "hp", "wt", "hp:wt"]
    assert [one.estimate for one in found.coefficients] == close(
        49.80842342876, -0.12010209098, -8.21662429724, 0.02784814832
    )
    assert [one.se for one in found.coefficients] == close(
        3.605155798691, 0.024698347018, 1.269708139231, 0.007419580458
    )
    assert found.r2 == pytest.approx(0.884763712, abs=1e-8)
    slopes = found.slopes(at=[2, 3.21725, 4])
    assert [one.slope for one in slopes] == pytest.approx(
        [-0.06440579434, -0.0305076358, -0.008709497703], abs=1e-8
    )
    assert [one.se for one in slopes] == pytest.approx(
        [0.01147926004, 0.007503001533, 0.009692258252], abs=1e-8
    )
    assert (found.n, found.df) == (32, 28)


def test_statsmodels_gives_the_same_with_covariates() -> None:
    found = interaction(MPG, HP, WT, covariates={"disp": DISP, "cyl": CYL}, level=0.9)
    hp, wt = np.array(HP), np.array(WT)
    x = sm.add_constant(np.column_stack([hp, wt, hp * wt, DISP, CYL]))
    other = sm.OLS(np.array(MPG), x).fit()
    assert [one.estimate for one in found.coefficients] == pytest.approx(other.params)
    assert [one.se for one in found.coefficients] == pytest.approx(other.bse)
    assert [one.p for one in found.coefficients] == pytest.approx(other.pvalues)
    limits = np.array([(one.ci_low, one.ci_high) for one in found.coefficients])
    assert limits == pytest.approx(other.conf_int(alpha=0.1))
    assert (found.r2, found.sigma) == pytest.approx((other.rsquared, math.sqrt(other.scale)))
    without = sm.OLS(np.array(MPG), np.delete(x, 3, axis=1)).fit()
    assert found.r2_change == pytest.approx(other.rsquared - without.rsquared)
    test = other.t_test([0, 1, 3.0, 0, 0, 0] @ np.eye(6)[[0, 1, 3, 2, 4, 5]])
    slope = found.slopes(at=[3.0])[0]
    assert (slope.slope, slope.se, slope.p) == pytest.approx(
        (test.effect.item(), test.sd.item(), test.pvalue.item())
    )


rows = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(-3, 3), st.floats(-3, 3)), min_size=8, max_size=20
)


@given(data=rows)
def test_at_the_bounds_the_interval_touches_zero(data: list[tuple[float, float, float]]) -> None:
    y, x, m = np.array(data).T
    try:
        found = interaction(y, x, m)
    except CannotEstimateError:
        assume(False)
    region = found.johnson_neyman
    for bound in region.bounds:
        assume(abs(bound) < 1e3)
        assert found.slopes(at=[bound])[0].p == pytest.approx(0.05, abs=1e-4)
    edges = [-1e4, *region.bounds, 1e4]
    for low, high in itertools.pairwise(edges):
        middle = (low + high) / 2
        inside = any(
            (start is None or middle > start) and (end is None or middle < end)
            for start, end in region.regions
        )
        assert (found.slopes(at=[middle])[0].p < 0.05) == inside


@given(data=rows, shift=st.floats(-5, 5))
def test_centering_changes_no_simple_slope(
    data: list[tuple[float, float, float]], shift: float
) -> None:
    y, x, m = np.array(data).T
    assume(min(y.std(), x.std(), m.std(), (x * m).std()) > 0.1)
    try:
        found, moved = interaction(y, x, m), interaction(y, x, m + shift)
    except CannotEstimateError:
        assume(False)
    assume(found.coefficients[3].se < 10)
    assert moved.coefficients[3].estimate == pytest.approx(
        found.coefficients[3].estimate, rel=1e-5, abs=1e-6
    )
    assert moved.slopes(at=[1 + shift])[0].se == pytest.approx(found.slopes(at=[1])[0].se, rel=1e-4)


def test_a_moderator_of_two_values_is_asked_at_both() -> None:
    group = [float(one > 5) for one in CYL]
    found = interaction(MPG, HP, group, names=("hp", "big"))
    assert found.usual == (0.0, 1.0)
    for value, slope in zip((0.0, 1.0), found.slopes(), strict=True):
        chosen = [i for i, one in enumerate(group) if one == value]
        alone = np.polyfit([HP[i] for i in chosen], [MPG[i] for i in chosen], 1)
        assert slope.slope == pytest.approx(alone[0])


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    found = interaction([None, *MPG], [1.0, *HP], [2.0, *WT])  # type: ignore[list-item]
    assert (found.n, found.left_out) == (32, 1)
    assert found.r2 == pytest.approx(0.884763712, abs=1e-8)
    assert "the 1 rows left out are like the others" in found.assumptions


@pytest.mark.parametrize(
    ("y", "x", "m", "reason"),
    [
        ([1.0] * 6, [1, 2, 3, 4, 5, 7], [1, 0, 1, 0, 2, 1], "y is the same in every row"),
        (
            [1, 2, 3, 4],
            [1, 2, 3, 5],
            [1, 0, 1, 0],
            "4 coefficients need at least 5 complete rows; got 4",
        ),
        (
            [1, 2, 4, 3, 5, 7],
            [1.0] * 6,
            [1, 0, 1, 0, 2, 1],
            "the variable 'x' is the same for every row",
        ),
        (
            [1, 2, 4, 3, 5, 7],
            [1, 2, 3, 4, 5, 6],
            [2, 4, 6, 8, 10, 12],
            "the variables are collinear: 'm' is determined by 'x'",
        ),
        (
            [1, 2, 4, 3, 5, 7],
            [0, 0, 0, 1, 1, 1],
            [0, 0, 0, 0, 1, 1],
            "the variables are collinear: 'x:m' is determined by 'm'",
        ),
        (
            [1, 2, 3, 4, 5, 7],
            [1, 2, 3, 4, 5, 7],
            [1, 0, 1, 0, 2, 1],
            "y is determined exactly by the other variables, so there is no error to judge by",
        ),
        (
            [math.nan] * 6,
            [1, 2, 3, 4, 5, 7],
            [1, 0, 1, 0, 2, 1],
            "no row has a value for every variable",
        ),
    ],
)
def test_bad_data_are_refused(y: list[float], x: list[float], m: list[float], reason: str) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        interaction(y, x, m)
    assert caught.value.reason == reason


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(InvalidQueryError, match="differ in length: y 32, x 32, m 2"):
        interaction(MPG, HP, [1, 2])
    with pytest.raises(InvalidQueryError, match="different names"):
        interaction(MPG, HP, WT, names=("hp", "hp"))
    with pytest.raises(InvalidQueryError, match="different names"):
        interaction(MPG, HP, WT, covariates={"x": DISP})
    with pytest.raises(InvalidQueryError, match="x at index 0 is 'a'; expected a number"):
        interaction(MPG, ["a"] * 32, WT)  # type: ignore[list-item]
    with pytest.raises(InvalidQueryError, match="x holds an infinite number"):
        interaction(MPG, [math.inf, *HP[1:]], WT)
    with pytest.raises(InvalidQueryError, match="cannot be nan"):
        interaction(MPG, HP, WT).slopes(at=[math.nan])
    with pytest.raises(CannotEstimateError, match="level lies between 0 and 1"):
        interaction(MPG, HP, WT, level=95)


def test_sentence_rows_and_assumptions() -> None:
    found = interaction(MPG, HP, WT, names=("hp", "wt"))
    assert found.sentence() == (
        "In 32 rows, the slope of hp changes by 0.0278 a unit of wt (95% confidence interval 0.0126 "
        "to 0.043, p < 0.001): -0.0578 at wt = 2.24, -0.0305 at wt = 3.22, -0.00326 at wt = 4.2. It "
        "differs from zero for wt below 3.69 and for wt above 5.9 (observed: 1.51 to 5.42). An "
        "interaction is an association: it is not shown that wt brings the change about."
    )
    assert [row["kind"] for row in found.to_rows()] == ["coefficient"] * 4 + ["slope"] * 3
    record = found.to_dict()
    assert json.loads(json.dumps(record)) == record
    assert found.to_table().num_rows == 7


def test_every_kind_of_region_is_said() -> None:
    rng = np.random.default_rng(1)
    x, m, noise = rng.normal(size=(3, 200))
    nowhere = interaction(noise, x, m)
    assert nowhere.johnson_neyman.regions == ()
    assert "It differs from zero at no value of m." in nowhere.sentence()
    # A strong slope and hardly an interaction: clear in the middle, lost far out.
    middle = interaction(2 * x + noise, x, m)
    ((low, high),) = middle.johnson_neyman.regions
    assert low is not None
    assert high is not None
    assert low < m.min() < m.max() < high
    assert f"for m between {low:.3g} and {high:.3g} (observed:" in middle.sentence()
    # An interaction without a slope: clear on both sides, lost in the middle.
    sides = interaction(2 * x * m + noise, x, m).johnson_neyman
    assert [(low is None, high is None) for low, high in sides.regions] == [
        (True, False),
        (False, True),
    ]


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "implsci.analysis.moderation")
    monkeypatch.setitem(sys.modules, "numpy", None)
    with pytest.raises(MissingExtraError) as caught:
        importlib.import_module("implsci.analysis.moderation")
    assert caught.value.extra == "analysis"


@pytest.mark.parametrize("unit", [1e-100, 1e100])
def test_the_unit_of_the_outcome_moves_no_bound(unit: float) -> None:
    found = interaction([unit * one for one in MPG], HP, WT).johnson_neyman
    usual = interaction(MPG, HP, WT).johnson_neyman
    assert found.bounds == pytest.approx(usual.bounds)
    assert len(found.regions) == len(usual.regions)
