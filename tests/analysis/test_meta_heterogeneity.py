"""Intervals of variances: metafor's figures, and the equations that define them solved here anew."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from implsci.analysis.meta import (
    Heterogeneity,
    Method,
    meta_regression,
    multilevel,
    random_effects,
)
from implsci.errors import CannotEstimateError

DATA = Path(__file__).parents[1] / "data"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def risk_ratio(row: dict[str, str]) -> tuple[float, float]:
    a, b, c, d = (float(row[name]) for name in ("tpos", "tneg", "cpos", "cneg"))
    return math.log(a / (a + b) / (c / (c + d))), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


BCG = rows("meta_bcg.csv")
Y, V = zip(*map(risk_ratio, BCG), strict=True)
LATITUDE = {"latitude": [float(row["ablat"]) for row in BCG]}
CALENDARS = rows("analysis/school_calendars_konstantopoulos2011.csv")


def limits(found: Heterogeneity) -> dict[str, tuple[float | None, float | None]]:
    return {str(row["name"]): (row["low"], row["high"]) for row in found.to_rows()}  # type: ignore[misc]


# --- published figures: R metafor 3.8-1, confint(), as in its documentation of dat.bcg ---


def test_bcg_trials() -> None:
    found = random_effects(Y, V).heterogeneity()
    assert found.tau2.estimate == pytest.approx(0.3132, abs=5e-5)
    # metafor's search stops within 1e-4 of tau2.
    assert limits(found) == {
        "tau2": pytest.approx((0.1197, 1.1115), abs=1e-4),
        "tau": pytest.approx((0.3460, 1.0543), abs=1e-4),
        "i2": pytest.approx((81.92, 97.68), abs=1e-2),
        "h2": pytest.approx((5.53, 43.07), abs=1e-2),
    }
    assert found.h2.estimate == pytest.approx(12.8558, abs=1e-3)
    assert (found.empty, found.k, found.method, found.level) == (False, 13, "REML", 0.95)


def test_bcg_trials_by_latitude() -> None:
    found = meta_regression(Y, V, LATITUDE).heterogeneity()
    assert limits(found) == {
        "tau2": pytest.approx((0.016688, 0.784864), abs=1e-4),
        "tau": pytest.approx((0.129181, 0.885926), abs=1e-4),
        "i2": pytest.approx((32.108, 95.698), abs=2e-2),
        "h2": pytest.approx((1.4729, 23.2428), abs=2e-3),
    }


def test_school_calendars() -> None:
    # R metafor 3.8-1: rma.mv(yi, vi, random = ~ 1 | district/school), confint(..., tol = 1e-9).
    y, v = ([float(row[name]) for row in CALENDARS] for name in ("yi", "vi"))
    fit = multilevel(y, v, [row["district"] for row in CALENDARS])
    found = fit.heterogeneity()
    assert attrs.astuple(found.sigma2_study) == pytest.approx(
        (0.06506194, 0.02223969069, 0.20724161922), rel=1e-5
    )
    assert attrs.astuple(found.sigma2_effect) == pytest.approx(
        (0.03273652, 0.01626525502, 0.06282757882), rel=1e-5
    )
    assert found.sentence() == (
        "Variance between studies 0.0651 (95% interval 0.0222 to 0.207), between effects of a study "
        "0.0327 (95% interval 0.0163 to 0.0628), by profile likelihood."
    )


# --- the definitions ---

SETS = st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=3, max_size=12)


@given(data=SETS, level=st.floats(0.5, 0.999), method=st.sampled_from(["DL", "PM", "REML"]))
def test_the_limits_are_where_q_is_at_its_quantiles(
    data: list[tuple[float, float]], level: float, method: Method
) -> None:
    y, v = (np.array(column) for column in zip(*data, strict=True))
    found = random_effects(y, v, method).heterogeneity(level)
    spare = len(y) - 1

    def q(tau2: float) -> float:
        w = 1 / (v + tau2)
        return float((w * (y - np.average(y, weights=w)) ** 2).sum())

    least, most = stats.chi2.ppf([(1 - level) / 2, (1 + level) / 2], spare)
    assert found.empty == (q(0) < least)
    low, high = found.tau2.low, found.tau2.high
    if low is None or high is None:
        assert found.empty
        return
    assert q(high) == pytest.approx(least, rel=1e-6)
    if low == 0:
        assert q(0) <= most * (1 + 1e-9)
    else:
        assert q(low) == pytest.approx(most, rel=1e-6)
    assert 0 <= low <= high


@given(data=SETS)
def test_the_paule_mandel_estimate_lies_inside(data: list[tuple[float, float]]) -> None:
    y, v = zip(*data, strict=True)
    found = random_effects(y, v, "PM").heterogeneity()
    if found.tau2.low is not None and found.tau2.high is not None:
        assert found.tau2.low <= found.tau2.estimate <= found.tau2.high


CLUSTERED = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.05, 1), st.integers(0, 4)), min_size=7, max_size=12
)


def restricted(y: np.ndarray, v: np.ndarray, study: np.ndarray, s: float, e: float) -> float:
    """Twice the restricted log-likelihood of the mean model, by dense matrices, less a constant."""
    total = np.diag(v + e) + s * (study[:, None] == study[None, :])
    inverse = np.linalg.inv(total)
    weight = inverse.sum()
    residual = y - inverse.sum(axis=0) @ y / weight
    return float(-np.linalg.slogdet(total)[1] - math.log(weight) - residual @ inverse @ residual)


@settings(max_examples=15)
@example(  # scoring steps twice too long came back to where they were, a thousand times
    data=[
        (0.0, 0.755, 3), (0.0, 0.5, 3), (-1.8664, 0.3333, 2), (0.0, 0.905, 0),
        (0.0, 0.7094, 3), (1.015625, 0.875, 4), (0.0, 0.625, 1), (-0.25, 0.25, 2),
    ]
)  # fmt: skip
@example(  # near the peak the rise of a step is less than a double can show
    data=[
        (0.0, 0.7550212569614008, 2), (0.0, 0.5, 2), (-1.866404994918521, 0.3333333333333333, 1),
        (0.0, 0.905040398243492, 0), (0.0, 0.7094238911832084, 2),
        (1.0249745887184014, 0.9666976336662213, 3),
        (-0.1991962363055655, 0.06492829260395218, 1), (0.0, 0.05, 0),
    ]
)  # fmt: skip
@given(data=CLUSTERED)
def test_the_profile_falls_by_the_quantile(data: list[tuple[float, float, int]]) -> None:
    y, v, study = (np.array(column) for column in zip(*data, strict=True))
    assume(2 < len(set(study.tolist())) < len(study))
    fit = multilevel(y, v, study)
    found = fit.heterogeneity(0.9)
    peak = restricted(y, v, study, fit.sigma2_study, fit.sigma2_effect)

    def fall(index: int, held: float) -> float:
        def minus(other: float) -> float:
            pair = (held, other) if index == 0 else (other, held)
            return -restricted(y, v, study, *pair)

        spans = [(0, 0.05), (0, 0.5), (0, 5), (0, 50)]
        best = min(
            float(optimize.fminbound(minus, *span, xtol=1e-9, full_output=True)[1])
            for span in spans
        )
        return peak + min(best, minus(0.0))

    for index, bounds in enumerate((found.sigma2_study, found.sigma2_effect)):
        assert bounds.high is not None
        assert fall(index, bounds.high) == pytest.approx(stats.chi2.ppf(0.9, 1), abs=1e-3)
        assert bounds.low is not None
        if bounds.low > 0:
            assert fall(index, bounds.low) == pytest.approx(stats.chi2.ppf(0.9, 1), abs=1e-3)
        else:
            assert fall(index, 0.0) <= stats.chi2.ppf(0.9, 1) + 1e-3


# --- empty, zero, unknown ---


def test_an_empty_interval_is_said_to_be_empty() -> None:
    # metafor 3.8-1 says of these: "the CIs are therefore equal to the null/empty set".
    found = random_effects([0.1, 0.11, 0.1, 0.12, 0.1], [0.5] * 5).heterogeneity()
    assert found.empty
    assert limits(found) == dict.fromkeys(("tau2", "tau", "i2", "h2"), (None, None))
    assert (found.tau2.estimate, found.i2.estimate, found.h2.estimate) == (0, 0, 1)
    assert "interval empty: even at tau2 = 0" in found.sentence()


def test_a_lower_limit_of_0_is_a_value() -> None:
    found = random_effects([0.1, 0.2, 0.3, 0.5], [0.02] * 4).heterogeneity()
    assert (found.tau2.low, found.i2.low, found.h2.low, found.empty) == (0, 0, 1, False)
    assert "interval 0 to " in found.sentence()


def test_an_estimate_outside_its_interval_is_said_to_be() -> None:
    # HE weighs all studies alike, and two vague ones hide how far the precise ones differ.
    y, v = [1.6, 1.3, 0.6, -2.2, 0.1, 0.7], [0.058, 6.582, 0.1, 0.05, 0.303, 9.558]
    found = random_effects(y, v, "HE").heterogeneity()
    assert found.tau2.low is not None
    assert found.tau2.estimate < found.tau2.low
    assert "The estimate lies outside" in found.sentence()


def test_no_interval_without_a_variance_or_without_effects() -> None:
    with pytest.raises(CannotEstimateError, match=r"EE.* has no variance between studies"):
        random_effects(Y, V, "EE").heterogeneity()
    with pytest.raises(CannotEstimateError, match=r"EE.* has no variance between studies"):
        meta_regression(Y, V, LATITUDE, method="EE").heterogeneity()
    for level in (0, 1, 95):
        with pytest.raises(CannotEstimateError, match="level lies between 0 and 1"):
            random_effects(Y, V).heterogeneity(level)
    bare = attrs.evolve(random_effects(Y, V), data=None)
    with pytest.raises(CannotEstimateError, match="holds no effects"):
        bare.heterogeneity()
    model = multilevel([0.1, 0.2, 0.5, 0.7, 0.3], [0.01] * 5, list("aabbc"))
    with pytest.raises(CannotEstimateError, match="holds no effects"):
        attrs.evolve(model, fitted=None).heterogeneity()
    with pytest.raises(CannotEstimateError, match="level lies between 0 and 1"):
        model.heterogeneity(1)


def test_a_variance_that_the_studies_cannot_bound_has_no_upper_limit() -> None:
    # Two studies, and a moderator that is all that differs between them: any variance will do.
    y, v = [0.1, 0.4, 1.0, 1.2], [0.05] * 4
    fit = multilevel(y, v, list("aabb"), {"x": [0.0, 0.0, 1.0, 1.0]})
    found = fit.heterogeneity()
    assert (found.sigma2_study.low, found.sigma2_study.high) == (0, None)
    assert found.sigma2_effect.high is not None
    assert "without an upper limit" in found.sentence()
    assert json.loads(json.dumps(found.to_dict(), allow_nan=False)) == found.to_dict()


@settings(max_examples=100)
@given(
    data=st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(min_value=0, exclude_min=True, allow_infinity=False),
        ),
        min_size=2,
        max_size=6,
    ),
    method=st.sampled_from(["DL", "HE", "PM", "ML", "REML"]),
)
def test_any_finite_input_gives_finite_limits_or_a_reason(
    data: list[tuple[float, float]], method: Method
) -> None:
    y, v = zip(*data, strict=True)
    try:
        found = random_effects(y, v, method).heterogeneity()
    except CannotEstimateError:
        return
    ends = [end for pair in limits(found).values() for end in pair]
    if found.empty:
        assert ends == [None] * 8
    else:
        assert all(end is not None and math.isfinite(end) for end in ends)


def test_results_are_equal_and_hold_no_effects_in_what_they_show() -> None:
    one, other = random_effects(Y, V), random_effects(Y, V)
    assert one == other
    assert "data" not in repr(one)
    assert json.loads(json.dumps(one.to_dict())) == one.to_dict()
    assert not any("data" in name for name in one.to_rows()[0])
