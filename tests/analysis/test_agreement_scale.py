"""Alpha of many values, and tables that may stand on their side."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci.analysis.agreement import (
    Level,
    agreement_with_interval,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)
from implsci.analysis.agreement._alpha import squared_ratios
from implsci.errors import CannotEstimateError, ImplsciWarning

# --- the level of ratios ---


def pair_by_pair(values: np.ndarray, weights: np.ndarray) -> float:
    """The sum over all pairs as it is written down, in exact fractions of what floats hold."""
    total = 0.0
    for one, m in zip(values.tolist(), weights.tolist(), strict=True):
        for other, n in zip(values.tolist(), weights.tolist(), strict=True):
            if one + other:
                total += m * n * ((one - other) / (one + other)) ** 2
    return total


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(0, 1) | st.floats(-300, 0).map(lambda power: 10.0**power), st.integers(0, 5)
        ),
        min_size=1,
        max_size=12,
    )
)
def test_the_integral_is_the_sum_over_pairs(pairs: list[tuple[float, int]]) -> None:
    values, weights = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    values[values < 1e-300] = 0
    found = squared_ratios(values, weights[None])[0]
    assert found == pytest.approx(pair_by_pair(values, weights), rel=1e-9, abs=1e-13)


@settings(deadline=None)
@given(st.lists(st.floats(1, 2), min_size=2, max_size=8), st.sampled_from([1e-3, 1e-6]))
def test_values_that_hardly_differ_keep_their_digits(steps: list[float], size: float) -> None:
    values = 1 - size * np.cumsum(steps) / 16
    found = squared_ratios(values, np.ones((1, len(values))))[0]
    assert found == pytest.approx(pair_by_pair(values, np.ones(len(values))), rel=1e-6)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_many_values_with_gaps_against_krippendorff(level: Level) -> None:
    random = np.random.default_rng(3)
    true = random.lognormal(sigma=2, size=80)
    table = true * random.lognormal(sigma=0.3, size=(3, 80))
    table[random.random(table.shape) < 0.1] = math.nan
    table[0, :5] = 0
    reference = krippendorff.alpha(table, level_of_measurement=level)
    assert krippendorff_alpha(table, level) == pytest.approx(reference, abs=1e-9)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_more_coders_of_a_unit_than_points_of_the_integral(level: Level) -> None:
    random = np.random.default_rng(4)
    table = random.lognormal(mean=[[0, 2]], sigma=0.5, size=(220, 2))
    reference = krippendorff.alpha(table, level_of_measurement=level)
    assert krippendorff_alpha(table, level, rows="coders") == pytest.approx(reference, abs=1e-9)


def test_a_table_of_all_values_by_all_is_never_made() -> None:
    # 400,000 different values: their table by each other would hold 1.3 TB.
    random = np.random.default_rng(5)
    true = random.lognormal(size=200_000)
    table = true * random.lognormal(sigma=0.05, size=(2, 200_000))
    found = krippendorff_alpha(table, "ratio")
    # A sample's alpha is that of the whole, but for what a sample misses.
    assert found == pytest.approx(krippendorff_alpha(table[:, :2_000], "ratio"), abs=0.005)


def test_an_interval_at_the_level_of_ratios_is_that_of_the_draws() -> None:
    random = np.random.default_rng(6)
    table = random.lognormal(size=30) * random.lognormal(sigma=0.4, size=(3, 30))
    found = agreement_with_interval(table, level="ratio", resamples=200, seed=7)
    draws = np.random.default_rng(7).multinomial(30, np.full(30, 1 / 30), size=200)
    values = [
        krippendorff.alpha(np.repeat(table, draw, axis=1), level_of_measurement="ratio")
        for draw in draws
    ]
    low, high = np.quantile(values, [0.025, 0.975])
    assert (found.ci_low, found.ci_high) == pytest.approx((low, high), abs=1e-9)


def test_values_far_apart_and_hardly_apart_are_both_told() -> None:
    # ((x - y) / (x + y))^2 is 1 between the groups to double precision, and 0 within.
    assert krippendorff_alpha([[1e-200, 1e100], [1e-200, 1e100]], "ratio") == 1
    # 2.5e-13 apart: too little for a fixed threshold, and variation all the same.
    assert krippendorff_alpha([[1_000_000, 1_000_001], [1_000_000, 1_000_001]], "ratio") == 1
    with pytest.raises(CannotEstimateError, match="every pairable rating is the same"):
        krippendorff_alpha([[0, 0], [0, 0]], "ratio")


# --- tables that stand on their side ---

UNITS = [["a", "a"], ["b", "b"], ["a", "b"], ["b", "b"], ["a", "a"]]
Asked = Callable[..., Any]


@pytest.mark.parametrize("asked", [krippendorff_alpha, agreement_with_interval])
def test_units_given_as_coders_are_warned_of(asked: Asked) -> None:
    with pytest.warns(ImplsciWarning, match="read as 5 coders of 2 units, as a row is one of the"):
        asked(UNITS)


@pytest.mark.parametrize("asked", [percent_agreement, fleiss_kappa])
def test_coders_given_as_units_are_warned_of(asked: Asked) -> None:
    turned = [list(column) for column in zip(*UNITS, strict=True)]
    with pytest.warns(ImplsciWarning, match="read as 5 coders of 2 units") as caught:
        asked(turned)
    # The line that is to be changed, not one of the library's.
    assert caught[0].filename == __file__


def test_who_says_what_a_row_is_is_not_warned() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        as_units = krippendorff_alpha(UNITS, rows="units")
        assert krippendorff_alpha(list(zip(*UNITS, strict=True))) == as_units
        assert krippendorff_alpha(UNITS, rows="coders") != as_units
        assert percent_agreement(UNITS) == percent_agreement(UNITS, rows="units") == 80
        # A few more coders than units are nothing strange.
        krippendorff_alpha([[1, 2, 3], [1, 2, 3], [1, 2, 2], [1, 1, 3]])
