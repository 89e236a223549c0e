"""CR2 against clubSandwich's figures, and against its definition in plain dense matrices."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from implsci.analysis.meta import Multilevel, multilevel
from implsci.errors import CannotEstimateError

DATA = Path(__file__).parents[1] / "data"
Array = NDArray[np.float64]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CALENDARS = rows("analysis/school_calendars_konstantopoulos2011.csv")
Y, V = ([float(row[name]) for row in CALENDARS] for name in ("yi", "vi"))
DISTRICT = [row["district"] for row in CALENDARS]
YEAR = {"year": [float(row["year"]) - 1990 for row in CALENDARS], "variance": V}


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=1e-4)


# --- R metafor 3.8-1 and clubSandwich 0.5.8: robust(rma.mv(...), cluster, clubSandwich = TRUE) ---


def test_school_calendars() -> None:
    fit = multilevel(Y, V, DISTRICT, test="cr2")
    (mean,) = fit.coefficients
    assert (mean.estimate, mean.se) == close(0.1847131637, 0.08445799543)
    assert (mean.df, mean.p) == close(9.863156233, 0.05396674247)
    assert (mean.ci_low, mean.ci_high) == close(-0.003825483517, 0.3732518109)
    assert (fit.qm, fit.qm_df_error, fit.df, fit.test) == (None, None, None, "cr2")
    assert "cluster-robust CR2 t rule" in fit.sentence()
    assert "Degrees of freedom" not in fit.sentence()


def test_school_calendars_with_few_degrees_of_freedom() -> None:
    fit = multilevel(Y, V, DISTRICT, YEAR, test="cr2")
    assert [one.se for one in fit.coefficients] == close(
        0.12750448740, 0.01034232549, 1.84482446242
    )
    assert [one.df for one in fit.coefficients] == close(5.075578165, 3.161628077, 2.957809713)
    assert [one.p for one in fit.coefficients] == close(0.1137723980, 0.7903130536, 0.3028134995)
    assert fit.qm_df == 2
    assert (fit.qm, fit.qm_df_error, fit.qm_p) == close(0.9139371295, 2.4475064625, 0.5052945573)
    # linear_contrast() at 1995 and a variance of 0.02 prints 0.212, 0.0998, 6.56, -0.0269, 0.452.
    (point,) = fit.predict({"year": [5], "variance": [0.02]})
    assert (point.estimate, point.se) == pytest.approx((0.212, 0.0998), abs=5e-4)
    assert (point.ci_low, point.ci_high) == pytest.approx((-0.0269, 0.452), abs=5e-4)
    assert stats.t.ppf(0.975, 6.56) == pytest.approx(
        (point.ci_high - point.estimate) / point.se, abs=2e-3
    )


def test_dropout_prevention() -> None:
    found = rows("mapped/dropout_prevention_wilson2011.csv")
    fit = multilevel(
        [float(row["LOR1"]) for row in found],
        [float(row["varLOR"]) for row in found],
        [row["studyID"] for row in found],
        {"quality": [row["implementation_quality"] for row in found]},
        test="cr2",
    )
    assert [one.se for one in fit.coefficients] == close(
        0.09584316378, 0.12231107214, 0.13268361986
    )
    assert [one.df for one in fit.coefficients] == close(21.38839855, 34.71525004, 27.54673643)
    assert (fit.qm, fit.qm_df_error, fit.qm_p) == close(9.7411997, 39.5341447, 0.0003635)


# --- the definition, by dense matrices ---

EFFECTS = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.05, 1), st.integers(0, 4), st.floats(-2, 2)),
    min_size=8,
    max_size=14,
)


def power(matrix: Array, exponent: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    found: Array = (vectors * values**exponent) @ vectors.T
    return found


class Dense:
    """Bell & McCaffrey's estimator as it is written down, everything k x k."""

    def __init__(self, fit: Multilevel, y: Array, v: Array, study: Array, x: Array) -> None:
        self.total = np.diag(v + fit.sigma2_effect) + fit.sigma2_study * (
            study[:, None] == study[None, :]
        )
        weights = np.linalg.inv(self.total)
        self.bread = np.linalg.inv(x.T @ weights @ x)
        into = self.bread @ x.T @ weights
        rest = np.eye(len(y)) - x @ into
        left = rest @ self.total @ rest.T
        self.pieces = []
        for one in np.unique(study):
            own = np.flatnonzero(study == one)
            root = power(self.total[np.ix_(own, own)], 0.5)
            turn = root @ power(root @ left[np.ix_(own, own)] @ root, -0.5) @ root
            self.pieces.append(into[:, own] @ turn @ rest[own])
        self.covariance = sum(np.outer(piece @ y, piece @ y) for piece in self.pieces)

    def quadratic(self, one: Array, other: Array) -> Array:
        """The matrix B for which y'By estimates the covariance of two contrasts."""
        found: Array = sum(np.outer(one @ piece, other @ piece) for piece in self.pieces)  # type: ignore[assignment]
        return (found + found.T) / 2

    def moments(self, one: Array, other: Array) -> tuple[float, float]:
        """Expectation and variance of that estimate where the model is true."""
        product = self.quadratic(one, other) @ self.total
        return float(np.trace(product)), float(2 * np.trace(product @ product))


@settings(max_examples=25)
@given(data=EFFECTS)
def test_the_blocks_are_the_dense_definition(data: list[tuple[float, float, int, float]]) -> None:
    y, v, study, moderator = (np.array(column) for column in zip(*data, strict=True))
    other = np.arange(len(y)) % 2
    assume(2 < len(np.unique(study)) < len(y))
    x = np.column_stack([np.ones(len(y)), moderator, other])
    # No direction that one study holds alone, nearly or wholly: there the estimator has no value.
    bare = x @ np.linalg.inv(np.linalg.cholesky(x.T @ x + 1e-9 * np.eye(3))).T
    for one in np.unique(study):
        assume(np.linalg.svd(bare[study == one], compute_uv=False)[0] < 0.98)
    assume(np.linalg.cond(x) < 100)
    # Effects that the model fits have no robust error, and are refused.
    assume(np.abs(y - x @ np.linalg.lstsq(x, y, rcond=None)[0]).max() > 1e-3)
    fit = multilevel(y, v, study, {"x": moderator, "other": other}, test="cr2")
    dense = Dense(fit, y, v, study, x)
    assert np.array(fit.covariance) == pytest.approx(dense.covariance, rel=1e-6, abs=1e-9)
    axes = np.eye(3)
    for axis, term in zip(axes, fit.coefficients, strict=True):
        expected, variance = dense.moments(axis, axis)
        # Unbiased where the model is true, which is what the correction is for.
        assert expected == pytest.approx(axis @ dense.bread @ axis, rel=1e-7)
        assert term.df == pytest.approx(2 * expected**2 / variance, rel=1e-6)
        assert term.ci_high - term.estimate == pytest.approx(
            term.se * stats.t.ppf(0.975, term.df), rel=1e-6
        )
    # The moderators together: of all elements of the standardized covariance, the summed variance
    # is that of a Wishart matrix with nu degrees of freedom over nu.
    standard = power(dense.bread[1:, 1:], -0.5) @ axes[1:]
    nu = 2 * 3 / sum(dense.moments(a, b)[1] for a in standard for b in standard)
    if nu <= 1:
        assert (fit.qm, fit.qm_p, fit.qm_df_error) == (None, None, None)
        return
    beta = np.array([term.estimate for term in fit.coefficients])[1:]
    squared = beta @ np.linalg.solve(dense.covariance[1:, 1:], beta)
    assert fit.qm_df_error == pytest.approx(nu - 1, rel=1e-6)
    assert fit.qm == pytest.approx((nu - 1) / (2 * nu) * squared, rel=1e-5)
    assert fit.qm_p == pytest.approx(stats.f.sf(fit.qm, 2, nu - 1), rel=1e-5)
    (point,) = fit.predict({"x": [0.5], "other": [1]})
    row = np.array([1, 0.5, 1])
    expected, variance = dense.moments(row, row)
    assert point.ci_high - point.estimate == pytest.approx(
        point.se * stats.t.ppf(0.975, 2 * expected**2 / variance), rel=1e-6
    )


def test_equal_studies_of_equal_effects_have_one_degree_less_than_studies() -> None:
    # With equal weights A_j is (1 - 1/m)^(-1/2) in the direction that counts, so the variance of
    # the mean is the sum of squared study totals of residuals over k^2, times m / (m - 1): CR1's.
    y = [0.0, 0.2, 1.0, 1.4, 0.9, 1.3]
    studies = list("aabbcc")
    (mean,) = multilevel(y, [0.01] * 6, studies, test="cr2").coefficients
    assert mean.se == pytest.approx(math.sqrt(2.96 / 36 * 1.5), rel=1e-5)
    assert mean.df == pytest.approx(2)
    (other,) = multilevel(y, [0.01] * 6, studies, test="cr1").coefficients
    assert mean.p == pytest.approx(other.p)
    assert other.df == 2
    (plain,) = multilevel(y, [0.01] * 6, studies).coefficients
    assert plain.df is None


def test_variances_that_differ_a_thousandfold_keep_their_digits() -> None:
    rng = np.random.default_rng(4)
    study = np.repeat(np.arange(6), 4)
    v = 10.0 ** rng.uniform(-6, 0, 24)
    x = np.column_stack([np.ones(24), rng.normal(size=24)])
    y = rng.normal(size=24) * 1e-3
    fit = multilevel(y, v, study, {"x": x[:, 1]}, test="cr2")
    dense = Dense(fit, y, v, study, x)
    assert np.array(fit.covariance) == pytest.approx(dense.covariance, rel=1e-4)


# --- what is said ---


def test_few_degrees_of_freedom_are_named_in_sentence_and_assumptions() -> None:
    fit = multilevel(Y, V, DISTRICT, YEAR, test="cr2")
    words = "Degrees of freedom below 4 (year, variance): too few studies bear on it"
    assert words in fit.sentence()
    assert any(one.startswith(words) for one in fit.assumptions)
    record = fit.to_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert fit.to_rows()[1]["df"] == pytest.approx(3.161628077, rel=1e-4)
    assert fit == multilevel(Y, V, DISTRICT, YEAR, test="cr2")


def test_a_coefficient_that_one_study_determines_is_refused_by_name() -> None:
    alone = {"alone": [float(one == DISTRICT[0]) for one in DISTRICT]}
    with pytest.raises(CannotEstimateError) as caught:
        multilevel(Y, V, DISTRICT, alone, test="cr2")
    assert caught.value.reason == "cr2 has no error for 'alone', as one study alone determines it"
    assert multilevel(Y, V, DISTRICT, alone).coefficient("alone").se > 0


def test_studies_that_fit_exactly_have_no_robust_error() -> None:
    with pytest.raises(CannotEstimateError, match="the robust standard error is 0"):
        multilevel([2.0] * 4, [1.0] * 4, list("aabb"), test="cr2")


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
    )
)
def test_any_finite_input_gives_finite_numbers_or_a_reason(
    data: list[tuple[float, float, int]],
) -> None:
    y, v, study = zip(*data, strict=True)
    try:
        fit = multilevel(y, v, study, test="cr2")
    except CannotEstimateError:
        return
    for term in fit.coefficients:
        assert term.df is not None
        assert all(map(math.isfinite, (term.se, term.ci_low, term.ci_high, term.p, term.df)))
