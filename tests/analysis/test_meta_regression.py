"""Meta-regression against metafor, PyMARE, statsmodels, matrices by hand, and its symmetries."""

from __future__ import annotations

import csv
import json
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from implsci.analysis import meta
from implsci.analysis.meta import MetaRegression, _tau2, meta_regression, random_effects
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError

with warnings.catch_warnings():
    # PyMARE leaves a file open while it is imported.
    warnings.simplefilter("ignore", ResourceWarning)
    from pymare import Dataset
    from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

DATA = Path(__file__).parents[1] / "data"
Data = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def number(cell: str) -> float | None:
    return float(cell) if cell else None


TRIALS = rows("meta_bcg.csv")
COUNTS = [[int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg")] for row in TRIALS]
Y = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in COUNTS]
V = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in COUNTS]
ABLAT = [float(row["ablat"]) for row in TRIALS]
YEAR = [float(row["year"]) for row in TRIALS]
ALLOC = [row["alloc"] for row in TRIALS]


def estimates(fit: MetaRegression) -> list[float]:
    return [one.estimate for one in fit.coefficients]


def errors(fit: MetaRegression) -> list[float]:
    return [one.se for one in fit.coefficients]


def close(*expected: float) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


# --- published figures: R metafor 3.8-1 ---


def test_bcg_by_latitude_reml() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT})
    assert estimates(fit) == close(0.2514642944, -0.02910166093)
    assert errors(fit) == close(0.2491036664, 0.007195554757)
    z = [one.estimate / one.se for one in fit.coefficients]
    assert z == close(1.009476488, -4.044394339)
    assert (fit.tau2, fit.i2, fit.r2) == close(0.07635469471, 68.39313051, 75.62447836)
    assert (fit.qe, fit.qm) == close(30.73309001, 16.35712557)
    assert (fit.qe_df, fit.qm_df, fit.df, fit.k) == (11, 1, None, 13)
    assert [one.name for one in fit.coefficients] == ["intercept", "ablat"]
    predicted = [one.estimate for one in fit.predict({"ablat": [10, 30, 50]})]
    assert predicted == close(-0.0396, -0.6216, -1.2036)


def test_bcg_by_latitude_knapp_hartung() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT}, test="knha")
    assert errors(fit) == close(0.28393004, 0.0082015418)
    assert (fit.qm, fit.qm_p) == close(12.590546, 0.0045655456)
    assert (fit.qm_df, fit.df) == (1, 11)
    # metafor's table of the same model prints -0.3735 to 0.8764 and -0.0472 to -0.0111.
    assert (fit.coefficients[0].ci_low, fit.coefficients[0].ci_high) == close(-0.3735, 0.8764)
    assert fit.coefficients[1].p == pytest.approx(fit.qm_p)


def test_bcg_by_latitude_other_methods() -> None:
    moments = meta_regression(Y, V, {"ablat": ABLAT}, method="DL")
    assert estimates(moments) == close(0.2595437124, -0.02922873876)
    assert errors(moments) == close(0.2323074734, 0.00673301084)
    assert (moments.tau2, moments.i2) == close(0.06330050243, 64.20795958)
    assert (moments.r2, moments.qm) == close(79.49849445, 18.84523354)
    likelihood = meta_regression(Y, V, {"ablat": ABLAT}, method="ML")
    assert estimates(likelihood) == close(0.2821001399, -0.0295092712)
    assert errors(likelihood) == close(0.187198401, 0.005488118356)
    assert likelihood.tau2 == pytest.approx(0.03435895747, abs=1e-4)
    assert (likelihood.r2, likelihood.qm) == close(87.73017824, 28.91146043)


def test_bcg_by_latitude_and_year() -> None:
    fit = meta_regression(Y, V, np.column_stack([ABLAT, YEAR]), names=["ablat", "year"])
    assert estimates(fit) == close(-3.545505079, -0.02801127521, 0.001907556596)
    assert errors(fit) == close(29.09587983, 0.01023404095, 0.01468381582)
    assert (fit.tau2, fit.i2, fit.r2) == close(0.1107873515, 71.97780108, 64.63217494)
    assert (fit.qe, fit.qm, fit.qm_p) == close(28.32514366, 12.20425051, 0.00223810611)


def test_bcg_by_allocation_in_words() -> None:
    fit = meta_regression(Y, V, {"alloc": ALLOC})
    assert [one.name for one in fit.coefficients] == [
        "intercept",
        "alloc=random",
        "alloc=systematic",
    ]
    assert estimates(fit) == close(-0.518, -0.4478, 0.089)
    assert (fit.tau2, fit.qm, fit.qm_p, fit.r2) == close(0.3615, 1.7675, 0.4132, 0.0)
    assert fit.moderators[0].levels == ("alternate", "random", "systematic")


def test_another_reference_level_is_the_same_model() -> None:
    usual = meta_regression(Y, V, {"alloc": ALLOC})
    other = meta_regression(Y, V, {"alloc": ALLOC}, reference={"alloc": "random"})
    assert other.moderators[0].levels == ("random", "alternate", "systematic")
    assert (other.tau2, other.qm) == pytest.approx((usual.tau2, usual.qm))
    assert other.coefficients[0].estimate == pytest.approx(
        usual.coefficients[0].estimate + usual.coefficients[1].estimate
    )
    assert other.predict({"alloc": ["systematic"]})[0].estimate == pytest.approx(
        usual.predict({"alloc": ["systematic"]})[0].estimate
    )


def test_practice_facilitation() -> None:
    trials = rows("practice_facilitation_baskerville2012.csv")
    y = [float(row["smd"]) for row in trials]
    v = [float(row["se"]) ** 2 for row in trials]
    fit = meta_regression(y, v, {"tailor": [float(row["tailor"]) for row in trials]}, method="DL")
    assert estimates(fit) == close(0.3717422, 0.2434121)
    assert errors(fit) == close(0.1084388, 0.1292368)
    assert (fit.coefficients[1].p, fit.qm) == close(0.05963822, 3.547417)
    fit = meta_regression(y, v, {"pperf": [number(row["pperf"]) for row in trials]}, method="DL")
    assert estimates(fit) == close(0.731825, -0.01366897)
    assert fit.coefficients[1].p == pytest.approx(0.006890445, abs=1e-4)
    assert (fit.k, fit.left_out) == (21, 2)
    assert any("2 effects left out" in one for one in fit.assumptions)


def test_teacher_expectancy() -> None:
    studies = rows("analysis/teacher_expectancy_raudenbush1985.csv")
    y, v = ([float(row[name]) for row in studies] for name in ("yi", "vi"))
    weeks = [float(row["weeks"]) for row in studies]
    pooled = random_effects(y, v)
    assert (pooled.estimate, pooled.se) == close(0.08370824, 0.05164568)
    assert (pooled.tau2, pooled.q) == close(0.01882635, 35.82954)
    assert (pooled.ci_low, pooled.ci_high) == close(-0.01751544, 0.1849319)
    fit = meta_regression(y, v, {"weeks": weeks})
    assert estimates(fit) == close(0.1941601, -0.01574303)
    assert (fit.coefficients[1].p, fit.tau2) == close(0.006137615, 0.01117656)
    capped = meta_regression(y, v, {"weeks": [min(one, 3) for one in weeks]})
    assert estimates(capped) == close(0.4071867, -0.157245)
    assert errors(capped) == close(0.08703891, 0.0358317)
    assert (capped.coefficients[1].p, capped.qe) == close(1.141701e-05, 16.57083)


def test_offender_cbt_odds_ratio() -> None:
    from implsci.analysis.effects import odds_ratio

    made = [
        odds_ratio(
            *(
                int(row[f"n.{group}.{event}"])
                for group in ("ctrl", "cbt")
                for event in ("rec", "non")
            )
        )
        for row in rows("mapped/offender_cbt_landenberger2005.csv")
    ]
    pooled = random_effects([one.value for one in made], [one.variance for one in made], "DL")
    assert (pooled.k, math.exp(pooled.estimate)) == close(58, 1.53278)
    assert (math.exp(pooled.ci_low), math.exp(pooled.ci_high)) == close(1.354345, 1.734724)
    assert (pooled.tau2, pooled.i2) == close(0.1196086, 73.32583)


# --- a second program, and matrices by hand ---


@pytest.mark.parametrize(("method", "theirs"), [("REML", "reml"), ("ML", "ml")])
def test_pymare_gives_the_same_likelihood_fits(method: meta.Method, theirs: str) -> None:
    other = VarianceBasedLikelihoodEstimator(theirs).fit_dataset(
        Dataset(y=np.array(Y), v=np.array(V), X=np.array(ABLAT)[:, None], add_intercept=True)
    )
    summary = other.summary()
    # Its default errors are Knapp-Hartung's.
    fit = meta_regression(Y, V, {"ablat": ABLAT}, method=method, test="knha", tolerance=1e-12)
    assert summary.tau2.item() == pytest.approx(fit.tau2, rel=1e-5)
    assert summary.get_fe_stats()["est"].ravel() == pytest.approx(estimates(fit), rel=1e-5)
    assert summary.get_fe_stats()["se"].ravel() == pytest.approx(errors(fit), rel=1e-5)


def test_pymare_gives_the_same_moments_and_knapp_hartung_errors() -> None:
    data = Dataset(y=np.array(Y), v=np.array(V), X=np.array(ABLAT)[:, None], add_intercept=True)
    other = DerSimonianLaird().fit_dataset(data).summary()
    fit = meta_regression(Y, V, {"ablat": ABLAT}, method="DL", test="knha")
    assert other.tau2.item() == pytest.approx(fit.tau2, rel=1e-8)
    assert other.get_fe_stats()["est"].ravel() == pytest.approx(estimates(fit), rel=1e-8)
    assert other.get_fe_stats()["se"].ravel() == pytest.approx(errors(fit), rel=1e-8)


def test_statsmodels_gives_the_same_weighted_least_squares() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT, "year": YEAR}, test="knha")
    x = sm.add_constant(np.column_stack([ABLAT, YEAR]))
    other = sm.WLS(np.array(Y), x, weights=1 / (np.array(V) + fit.tau2)).fit()
    assert estimates(fit) == pytest.approx(other.params, rel=1e-8)
    assert errors(fit) == pytest.approx(other.bse, rel=1e-8)
    assert [one.p for one in fit.coefficients] == pytest.approx(other.pvalues, rel=1e-7)
    assert fit.qm == pytest.approx(other.fvalue, rel=1e-7)


def dense(
    y: NDArray[np.float64], v: NDArray[np.float64], x: NDArray[np.float64], tau2: float
) -> float:
    """REML log-likelihood by dense matrices, up to a constant."""
    total = np.diag(v + tau2)
    inverse = np.linalg.inv(total)
    hat = np.linalg.inv(x.T @ inverse @ x)
    residual = y - x @ hat @ x.T @ inverse @ y
    return -0.5 * float(
        np.linalg.slogdet(total)[1] - np.linalg.slogdet(hat)[1] + residual @ inverse @ residual
    )


studies = st.lists(
    st.tuples(st.floats(-3, 3), st.floats(0.05, 1), st.floats(-2, 2)), min_size=5, max_size=12
).map(lambda triples: tuple(np.array(triples).T))
methods = st.sampled_from(["EE", "DL", "HE", "PM", "ML", "REML"])


def fitted(data: Data, method: meta.Method, **options: object) -> MetaRegression:
    y, v, x = data
    assume(float(np.ptp(x)) > 0.1)
    try:
        return meta_regression(y, v, {"x": x}, method=method, **options)  # type: ignore[arg-type]
    except CannotEstimateError as error:
        assume("did not converge" not in error.reason)
        raise


@settings(max_examples=25)
@given(data=studies)
def test_reml_is_nowhere_less_likely_than_on_a_grid(data: Data) -> None:
    fit = fitted(data, "REML", tolerance=1e-12)
    y, v, x = data
    design = np.column_stack([np.ones(len(y)), x])
    reached = dense(y, v, design, fit.tau2)
    assert reached >= max(dense(y, v, design, tau2) for tau2 in np.linspace(0, 20, 401)) - 1e-6


@pytest.mark.parametrize(
    ("y", "v", "x"),
    [
        # The higher peak at 0, where Fisher scoring from the Hedges value stops at the one inside.
        ([-1.2, -3.2, 3.8, -2.8], [0.905, 0.002, 0.042, 1.807], [-0.5, -0.4, 0.1, -0.4]),
        # The higher peak inside, where it stops at 0.
        (
            [-1.0, 0.6, 1.2, -3.0, -1.0],
            [0.194, 0.02, 0.236, 10.865, 9.194],
            [-0.4, 0.4, -0.5, -1.4, 0.3],
        ),
    ],
)
def test_of_two_peaks_the_higher_is_taken(y: list[float], v: list[float], x: list[float]) -> None:
    def log_likelihood(tau2: float) -> float:
        weights = 1 / (np.array(v) + tau2)
        other = sm.WLS(np.array(y), sm.add_constant(np.array(x)), weights=weights).fit()
        squares = (weights * other.resid**2).sum()
        return 0.5 * float(np.log(weights).sum() - squares)

    fit = meta_regression(y, v, {"x": x}, method="ML", tolerance=1e-12)
    best = max(log_likelihood(tau2) for tau2 in np.linspace(0, 10, 1001))
    assert log_likelihood(fit.tau2) >= best - 1e-9


@given(data=studies, method=methods, order=st.randoms(use_true_random=False))
def test_order_does_not_matter(data: Data, method: meta.Method, order: object) -> None:
    fit = fitted(data, method, tolerance=1e-12)
    index = list(range(len(data[0])))
    order.shuffle(index)  # type: ignore[attr-defined]
    y, v, x = (column[index] for column in data)
    other = fitted((y, v, x), method, tolerance=1e-12)
    assert estimates(other) == pytest.approx(estimates(fit), rel=1e-5, abs=1e-5)
    assert other.tau2 == pytest.approx(fit.tau2, rel=1e-5, abs=1e-6)


@given(data=studies, method=methods, scale=st.floats(0.01, 100))
def test_a_moderator_in_another_unit_changes_its_slope_alone(
    data: Data, method: meta.Method, scale: float
) -> None:
    fit = fitted(data, method, tolerance=1e-12)
    other = meta_regression(*data[:2], {"x": scale * data[2]}, method=method, tolerance=1e-12)
    assert scale * estimates(other)[1] == pytest.approx(estimates(fit)[1], rel=1e-4, abs=1e-5)
    assert (other.tau2, other.qm) == pytest.approx((fit.tau2, fit.qm), rel=1e-4, abs=1e-5)


@given(data=studies, method=methods)
def test_two_groups_at_equal_variance_differ_by_their_means(
    data: Data, method: meta.Method
) -> None:
    y, _, x = data
    groups = ["b" if one > 0 else "a" for one in x]
    assume(len(set(groups)) == 2)
    fit = meta_regression(y, np.full(len(y), 0.3), {"group": groups}, method=method)
    mean = {name: y[[one == name for one in groups]].mean() for name in "ab"}
    assert estimates(fit) == pytest.approx([mean["a"], mean["b"] - mean["a"]], abs=1e-9)


def test_default_tolerance_suits_small_variances() -> None:
    # The same data in another unit: the rule of 1e-5 alone would stop Fisher scoring at its start.
    usual = meta_regression(Y, V, {"ablat": ABLAT}, tolerance=1e-12)
    small = meta_regression(1e-3 * np.array(Y), 1e-6 * np.array(V), {"ablat": ABLAT})
    assert small.tau2 == pytest.approx(1e-6 * usual.tau2, rel=1e-2)


# --- refusals ---


def test_collinear_moderators_are_named() -> None:
    with pytest.raises(CannotEstimateError) as caught:
        meta_regression(Y, V, {"ablat": ABLAT, "degrees": [2 * one + 3 for one in ABLAT]})
    assert caught.value.reason == (
        "the moderators are collinear: 'degrees' is determined by 'intercept', 'ablat'"
    )


@pytest.mark.parametrize(
    ("moderators", "reason"),
    [
        ({"a": [1.0] * 13}, "the moderator 'a' is the same for every effect"),
        ({"a": [0.0] * 13}, "the moderator 'a' is 0 for every effect"),
        ({"a": ["x"] * 13}, "the moderator 'a' is the same for every effect"),
        ({"a": [None] * 13}, "no effect has a value for every moderator"),
        ({"a": [math.nan] * 13}, "no effect has a value for every moderator"),
        (
            {"a": [str(i) for i in range(13)]},
            "13 coefficients need at least 14 effects with every moderator; there are 13",
        ),
    ],
)
def test_moderators_that_cannot_tell_are_refused(
    moderators: dict[str, list[float]], reason: str
) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        meta_regression(Y, V, moderators)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("moderators", "names", "reason"),
    [
        ({}, None, "a meta-regression needs a moderator; use random_effects"),
        ({"a": [1, 2]}, None, "the moderator 'a' has 2 values for 13 effects; give one each"),
        ({"a": ["x", 1.0, *["y"] * 11]}, None, "the moderator 'a' mixes words and numbers"),
        (
            {"a": [math.inf, *ABLAT[1:]]},
            None,
            "the moderator 'a' holds inf; expected finite numbers or words",
        ),
        ({"a": ABLAT}, ["b"], "names go with rows of numbers; columns bring their own names"),
        ([[1, 2]] * 13, ["b"], "there are 1 names for 2 moderators"),
        ([[1, 2]] * 13, ["b", "b"], "moderators need different names; got b, b"),
        (
            [["a"]] * 13,
            None,
            "rows of moderators must be numbers, equally many each; give words as columns by name",
        ),
        ([[[1]]] * 13, None, "moderators have rows and columns: one row an effect"),
        (
            {"a": ["x", "y"] * 6 + ["x"], "a=y": ABLAT},
            None,
            "coefficients need different names; got intercept, a=y, a=y",
        ),
    ],
)
def test_moderators_of_another_shape_are_refused(
    moderators: object, names: list[str] | None, reason: str
) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        meta_regression(Y, V, moderators, names)  # type: ignore[arg-type]
    assert caught.value.reason == reason


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown moderator 'allocation'"):
        meta_regression(Y, V, {"alloc": ALLOC}, reference={"allocation": "random"})
    with pytest.raises(UnknownNameError, match="unknown level of the moderator 'alloc' 'none'"):
        meta_regression(Y, V, {"alloc": ALLOC}, reference={"alloc": "none"})
    fit = meta_regression(Y, V, {"alloc": ALLOC})
    with pytest.raises(UnknownNameError, match="unknown moderator 'ablat'"):
        fit.predict({"ablat": [1.0]})
    with pytest.raises(UnknownNameError, match="'alloc' 'none'"):
        fit.predict({"alloc": ["none"]})
    with pytest.raises(UnknownNameError, match="unknown coefficient 'alloc'"):
        fit.coefficient("alloc")


def test_a_column_is_a_list_of_values() -> None:
    with pytest.raises(InvalidQueryError, match="'a' is 1; expected a list of values"):
        meta_regression(Y, V, {"a": 1})  # type: ignore[dict-item]
    with pytest.raises(InvalidQueryError, match="'a' is 'random'; expected a list of values"):
        meta_regression(Y, V, {"a": "random"})
    fit = meta_regression(Y, V, {"ablat": ABLAT})
    with pytest.raises(InvalidQueryError, match="'ablat' holds 'north'; expected finite numbers"):
        fit.predict({"ablat": ["north"]})
    with pytest.raises(InvalidQueryError, match="'ablat' holds inf; expected finite numbers"):
        fit.predict({"ablat": [math.inf]})


def test_truth_values_are_numbers() -> None:
    north = [one > 40 for one in ABLAT]
    fit = meta_regression(Y, V, {"north": north})
    same = meta_regression(Y, V, {"north": [float(one) for one in north]})
    assert fit.coefficients == same.coefficients
    assert fit.moderators[0].levels == ()


def test_a_prediction_needs_every_moderator() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT, "year": YEAR})
    with pytest.raises(InvalidQueryError, match="needs a value of the moderator 'year'"):
        fit.predict({"ablat": [10.0]})
    with pytest.raises(InvalidQueryError, match="'year' has a missing value"):
        fit.predict({"ablat": [10.0], "year": [None]})
    with pytest.raises(InvalidQueryError, match="differ in how many values"):
        fit.predict({"ablat": [10.0], "year": [1950.0, 1960.0]})


@pytest.mark.parametrize(
    ("y", "v", "options", "reason"),
    [
        (Y, [0.0, *V[1:]], {}, "the variance at index 0 is 0; each must be finite and above 0"),
        (Y, [-1.0, *V[1:]], {}, "the variance at index 0 is -1; each must be finite and above 0"),
        ([math.nan, *Y[1:]], V, {}, "the effect at index 0 is nan; each must be a finite number"),
        (Y, V, {"method": "reml"}, "method is one of EE, DL, HE, PM, ML, REML; got 'reml'"),
        (Y, V, {"test": "t"}, "test is one of z, knha; got 't'"),
        (Y, V, {"level": 2}, "level lies between 0 and 1, such as 0.95; got 2"),
        (
            [0.1 + one for one in ABLAT],
            V,
            {"test": "knha"},
            "the model fits every effect exactly, which makes the knha standard errors 0",
        ),
    ],
)
def test_bad_input_is_refused(
    y: list[float], v: list[float], options: dict[str, str], reason: str
) -> None:
    with pytest.raises(CannotEstimateError) as caught:
        meta_regression(y, v, {"ablat": ABLAT}, **options)  # type: ignore[arg-type]
    assert caught.value.reason == reason


@pytest.mark.parametrize("tolerance", [0, -1e-5, math.nan, math.inf])
def test_a_tolerance_is_above_zero(tolerance: float) -> None:
    with pytest.raises(InvalidQueryError, match="tolerance is a number above 0"):
        meta_regression(Y, V, {"ablat": ABLAT}, tolerance=tolerance)


@pytest.mark.parametrize("method", ["PM", "ML", "REML"])
def test_no_convergence_is_an_error(monkeypatch: pytest.MonkeyPatch, method: meta.Method) -> None:
    monkeypatch.setattr(_tau2, "MAX_ITERATIONS", 2)
    with pytest.raises(CannotEstimateError, match=f"{method} did not converge in 2 iterations"):
        meta_regression(Y, V, {"ablat": ABLAT}, method=method)


@given(
    data=st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False),
            st.floats(min_value=0, exclude_min=True, allow_infinity=False),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
        min_size=3,
        max_size=6,
    ),
    method=methods,
    test=st.sampled_from(["z", "knha"]),
)
def test_any_finite_input_gives_finite_numbers_or_a_reason(
    data: list[tuple[float, float, float]], method: meta.Method, test: meta.TestRule
) -> None:
    y, v, x = zip(*data, strict=True)
    try:
        fit = meta_regression(y, v, {"x": x}, method=method, test=test)
    except CannotEstimateError:
        return
    numbers = [fit.tau2, fit.i2, fit.qe, fit.qe_p, fit.qm, fit.qm_p, fit.r2 or 0.0]
    numbers += [
        value for row in fit.to_rows() for value in row.values() if isinstance(value, float)
    ]
    assert all(map(math.isfinite, numbers))


# --- what a reader sees ---


def test_sentence_rows_and_assumptions() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT})
    assert fit.sentence() == (
        "Meta-regression of 13 effects (REML, z rule): ablat -0.0291 (95% confidence interval "
        "-0.0432 to -0.015, p < 0.001). All moderators together: QM = 16.4 on 1 df, p < 0.001, "
        "R2 = 75.6%. Left between studies: tau2 = 0.0764, I2 = 68.4% (QE = 30.7 on 11 df, "
        "p = 0.0012). An association across studies is not shown to be an effect of the moderator."
    )
    assert [row["name"] for row in fit.to_rows()] == ["intercept", "ablat"]
    record = fit.to_dict()
    assert json.loads(json.dumps(record)) == record
    assert "the effects are independent" in fit.assumptions
    assert fit.to_table().num_rows == 2
    knha = meta_regression(Y, V, {"ablat": ABLAT}, test="knha").sentence()
    assert "Knapp-Hartung t rule" in knha
    assert "F = 12.6 on 1 and 11 df" in knha


def test_equal_effects_have_no_prediction_interval_and_no_r2() -> None:
    fit = meta_regression(Y, V, {"ablat": ABLAT}, method="EE")
    (point,) = fit.predict({"ablat": [30.0]})
    assert (fit.r2, fit.tau2, point.pi_low, point.pi_high) == (None, 0, None, None)
    random = meta_regression(Y, V, {"ablat": ABLAT}).predict([[30.0]])[0]
    # R metafor 3.8-1, predict(rma(yi, vi, mods=~ablat), newmods=30), to five digits.
    assert (random.estimate, random.se) == close(-0.62159, 0.10693)
    assert (random.ci_low, random.ci_high) == close(-0.83116, -0.41201)
    assert (random.pi_low, random.pi_high) == close(-1.20230, -0.04087)


def test_no_variance_to_account_for_is_no_share() -> None:
    fit = meta_regression([0.1, 0.2, 0.15, 0.12], [1.0] * 4, {"x": [1, 2, 3, 4]})
    assert (fit.tau2, fit.r2) == (0, None)
    assert "R2" not in fit.sentence()
