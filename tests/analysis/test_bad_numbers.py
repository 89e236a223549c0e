"""Whatever is put in a number's place, meta-analysis and its neighbors answer or say what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from implsci.analysis import effects, mediation, meta, moderation, votes
from implsci.analysis.result import Result
from implsci.errors import ImplsciError

Y, V = [0.1, 0.4, 0.2, 0.6, 0.3], [0.02, 0.03, 0.05, 0.02, 0.04]
X, M = [1.0, 2.0, 4.0, 3.0, 5.0, 7.0], [2.0, 1.0, 5.0, 4.0, 3.0, 6.0]
OUT = [1.2, 1.9, 4.4, 3.1, 4.6, 7.3]
CASES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "random_effects": (meta.random_effects, {"y": Y, "v": V}),
    "meta_regression": (meta.meta_regression, {"y": Y, "v": V, "X": {"x": [1, 2, 3, 5, 4]}}),
    "multilevel": (meta.multilevel, {"y": Y, "v": V, "study": list("aabbc")}),
    "combine_dependent": (meta.combine_dependent, {"y": Y, "v": V, "r": 0.8}),
    "leave_one_out": (meta.leave_one_out, {"y": Y, "v": V}),
    "influence": (meta.influence, {"y": Y, "v": V}),
    "funnel": (meta.funnel, {"y": Y, "v": V}),
    "egger_test": (meta.egger_test, {"y": Y, "v": V}),
    "rank_correlation_test": (meta.rank_correlation_test, {"y": Y, "v": V}),
    "orient": (meta.orient, {"y": Y, "desirable": "lower"}),
    "odds_ratio": (effects.odds_ratio, dict(zip("abcd", (10, 19, 23, 29), strict=True))),
    "correlation": (effects.correlation, {"r": 0.3, "n": 20}),
    "fisher_z": (effects.fisher_z, {"r": 0.3, "n": 20}),
    "r_from_z": (effects.r_from_z, {"z": 0.3}),
    "hedges_correction": (effects.hedges_correction, {"df": 12}),
    "interaction": (moderation.interaction, {"y": OUT, "x": X, "m": M}),
    "mediate": (mediation.mediate, {"x": X, "m": M, "y": OUT, "resamples": 100}),
    "from_correlations": (
        mediation.from_correlations, {"r_xm": 0.4, "r_my": 0.3, "r_xy": 0.2, "n": 50},
    ),
    "sign_test": (votes.sign_test, {"k": 3, "n": 5}),
}  # fmt: skip
BAD = [
    None, "x", "", True, math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e308, -1e308, 1e-308,
    [], [None], ["x"], [math.nan] * 5, [1e308] * 6, [10**400] * 5, {}, object(), b"1", 1j,
]  # fmt: skip


def finite(value: object) -> bool:
    if isinstance(value, Result):
        json.dumps(value.to_dict(), allow_nan=False)
        return bool(value.sentence())
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, (tuple, list)):
        return all(map(finite, value))
    return True


@pytest.mark.parametrize("name", CASES)
def test_what_is_right_is_answered(name: str) -> None:
    function, right = CASES[name]
    assert finite(function(**right))


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_named_and_never_nan(name: str) -> None:
    function, right = CASES[name]
    for argument in right:
        for bad in BAD:
            try:
                found = function(**{**right, argument: bad})
            except ImplsciError as error:
                assert str(error)  # noqa: PT017  which of them is for the tests of each function
            else:
                assert finite(found), (argument, bad, found)
