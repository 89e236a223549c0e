"""Every argument of every public function, replaced by what it is not: a named error, or an answer.

Whatever comes back is finite; whatever is raised is one of this library's own errors.
"""

# Wrong types are what is tested here.
# mypy: disable-error-code="arg-type, call-overload, dict-item, list-item"

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

from implsci import plots
from implsci.analysis import agreement, cna, dyads, engagement, nca, qca, sequences
from implsci.analysis.result import Result
from implsci.errors import CannotEstimateError, ImplsciError, InvalidQueryError, InvalidTableError
from implsci.model.documents import Episode, Pathway

MODULES = {
    "qca": qca, "cna": cna, "nca": nca, "agreement": agreement, "sequences": sequences,
    "dyads": dyads, "engagement": engagement,
}  # fmt: skip
D: dict[str, list[float]] = {"A": [1, 1, 0, 0, 1], "B": [1, 0, 1, 0, 1], "Y": [1, 1, 0, 0, 1]}
T = qca.truth_table(D, "Y")
S = [
    ["push", "pull", "pull"],
    ["pull", "push", "push"],
    ["push", "push", "pull"],
    ["pull", "pull", "pull"],
]
P = Pathway(id="p", case="ana", episodes=(Episode(id="a", state="engagement:push"),))
M = dyads.measurements_from_rows(
    [
        {"respondent": r, "toward": t, "of": "trust", "value": v, "time": w}
        for r, t, v, w in [
            ("a", "b", 5, "pre"),
            ("b", "a", 4, "pre"),
            ("a", "c", 2, "pre"),
            ("c", "a", 3, "pre"),
            ("d", "a", 1, "pre"),
            ("a", "d", 1, "pre"),
            ("a", "b", 4, "post"),
            ("b", "a", 3, "post"),
        ]
    ]
)
DY = dyads.dyads(M, "trust", time="pre")
R = [[1, 2, 3, 4, 2], [1, 2, 3, 3, 2], [1, 3, 3, 4, 2]]
GOOD: dict[str, dict[str, Any]] = {
    "qca.calibrate": {
        "values": [1, 3, 4, 5],
        "full_out": 1,
        "crossover": 3,
        "full_in": 5,
        "degree": 0.95,
    },
    "qca.calibrate_indirect": {"values": [2, 3, 5, 8, 9, 12, 15, 20], "cuts": [4, 7, 10, 14]},
    "qca.calibrate_crisp": {"values": [1, 2, 3], "threshold": 2},
    "qca.from_rows": {"rows": [{"A": 1, "Y": 0}], "case": None},
    "qca.truth_table": {
        "data": D,
        "outcome": "Y",
        "consistency": 0.8,
        "frequency": 1,
        "pri": 0.0,
        "conditions": ["A", "B"],
        "cases": None,
        "at_half": "error",
    },
    "qca.minimize": {
        "table": T,
        "solution": "intermediate",
        "expectations": {"A": "present"},
        "irredundant": False,
        "limit": 5,
        "steps": 1000,
    },
    "qca.necessity": {
        "data": D,
        "outcome": "Y",
        "expressions": ["A"],
        "absences": False,
        "conditions": None,
    },
    "qca.necessary_combinations": {
        "data": D,
        "outcome": "Y",
        "consistency": 0.9,
        "relevance": 0.0,
        "depth": 2,
        "conditions": None,
    },
    "qca.sufficiency": {"data": D, "outcome": "Y", "expression": "A", "conditions": None},
    "qca.robustness": {
        "data": D,
        "outcome": "Y",
        "consistency": (0.8,),
        "frequency": (1,),
        "pri": (0.0,),
        "solution": "conservative",
        "expectations": None,
        "irredundant": False,
        "conditions": None,
        "cases": None,
        "at_half": "error",
    },
    "cna.cna": {
        "data": D,
        "consistency": 1,
        "coverage": 1,
        "outcome": "Y",
        "ordering": None,
        "strict": False,
        "maxstep": (3, 4, 10),
    },
    "nca.nca": {
        "x": [1, 2, 3, 4],
        "y": [1, 2, 2, 4],
        "scope": (0, 5, 0, 5),
        "permutations": 10,
        "seed": 0,
        "names": ("x", "y"),
    },
    "nca.nca_conditions": {
        "conditions": {"a": [1, 2, 3, 4]},
        "y": [1, 2, 2, 4],
        "permutations": 10,
        "seed": 0,
        "outcome": "y",
    },
    "agreement.percent_agreement": {"ratings": R, "rows": "coders"},
    "agreement.cohen_kappa": {"first": R[0], "second": R[1], "weights": "linear", "order": None},
    "agreement.light_kappa": {"ratings": R, "rows": "coders"},
    "agreement.fleiss_kappa": {"ratings": R, "exact": False, "rows": "coders"},
    "agreement.krippendorff_alpha": {
        "ratings": R,
        "level": "interval",
        "rows": "coders",
        "order": None,
    },
    "agreement.agreement_with_interval": {
        "ratings": R,
        "coefficient": "krippendorff",
        "level": "interval",
        "weights": None,
        "rows": "coders",
        "order": None,
        "resamples": 100,
        "seed": 0,
        "confidence": 0.95,
    },
    "agreement.confusion": {"table": [[40, 10], [5, 45]]},
    "agreement.per_construct": {"studies": [], "who": "people", "resamples": 100, "seed": 0},
    "agreement.per_construct_of_rows": {
        "rows": [
            {"unit": u, "coder": c, "value": v}
            for c, vs in {"AB": "xxyy", "CD": "xxyx"}.items()
            for u, v in enumerate(vs)
        ],
        "who": "people",
        "resamples": 100,
        "seed": 0,
    },
    "sequences.hamming": {"data": S},
    "sequences.optimal_matching": {"data": S, "substitution": "constant", "indel": 1.0},
    "sequences.state_distribution": {"data": S},
    "sequences.mean_times": {"data": S},
    "sequences.index_rows": {"data": S},
    "sequences.alluvial_rows": {"data": S},
    "sequences.entropy": {"data": S, "normalized": True},
    "sequences.turbulence": {"data": S},
    "sequences.complexity": {"data": S},
    "sequences.paths": {"data": S, "expected": ("push", "pull")},
    "sequences.transition_rates": {"data": S},
    "sequences.transition_rates_by_position": {"data": S},
    "sequences.substitution_costs": {"data": S, "method": "constant", "constant": 2.0},
    "sequences.typical_trajectories": {
        "data": S,
        "distances": sequences.hamming(S),
        "clusters": 2,
        "linkage_rule": "average",
    },
    "sequences.to_dot": {"rates": sequences.transition_rates(S), "least": 0.0},
    "sequences.to_mermaid": {"rates": sequences.transition_rates(S), "least": 0.0},
    "engagement.moderate": {"compendium": [], "features": ("relational:co-create",)},
    "engagement.months_of": {"timepoint": "12 months"},
    "sequences.topics": {"profiles": []},
    "sequences.current": {"pathways": [P]},
    "sequences.sequences_of": {"pathways": [P], "alphabet": ("engagement:push",)},
    "sequences.profiles_of": {"pathways": [P]},
    "sequences.revision": {"old": P, "new": P},
    "dyads.dyads": {
        "source": M,
        "of": "trust",
        "instrument": None,
        "subscale": None,
        "time": "pre",
    },
    "dyads.change": {
        "source": M,
        "of": "trust",
        "before": "pre",
        "after": "post",
        "instrument": None,
        "subscale": None,
        "roles": None,
        "level": 0.95,
    },
    "dyads.mutuality": {"found": DY, "cut": 3},
    "dyads.reciprocity": {"found": DY, "roles": None, "level": 0.95},
    "dyads.instrument": {"name": "wai-sr"},
    "dyads.reliability": {
        "rows": [[1, 2, 2], [3, 3, 4], [4, 5, 4], [2, 2, 3], [5, 4, 5]],
        "names": None,
        "level": 0.95,
    },
    "dyads.alpha_interval": {"alpha": 0.9, "n": 100, "k": 10, "level": 0.95},
    "dyads.measurements_from_rows": {
        "rows": [{"respondent": "a", "toward": "b", "of": "trust", "value": 5}],
        "table": "t",
    },
    "engagement.compare": {"compendium": [], "outcome": None, "r": 0.8, "registry": None},
    "engagement.pooled_words": {"one": None},
}
BAD: list[Any] = [
    None,
    "abcd",
    -1,
    math.nan,
    math.inf,
    -math.inf,
    10**400,
    10**5000,
    object(),
    [1],
    ["A"],
    [[1]],
    [None],
    [[None]],
    [["a"], [1]],
    {1: [1]},
    {"A": 1},
    {"A": None},
    {"A": ["x"]},
    {None: None},
    (0,),
    True,
    1.5,
    b"x",
    [10**400, 1, 2, 3, 4],
    [[10**400, 1, 2], [1, 2, 3]],
    {"A": [10**400] * 5, "Y": [1, 0, 1, 0, 1]},
    [1e308, -1e308, 1e308, -1e308],
    [[1e308, -1e308, 1e308], [-1e308, 1e308, 1.0]],
    [1, [2, 3], 3, 4],
    {"respondent": 1},
    [{"x": 1}],
    [{}],
    [object()],
    {},
    [],
    "",
    np.array(3.0),
    np.zeros((2, 2, 2)),
    set(),
    [{1: 2}],
    [set()],
    complex(1, 2),
]


def finite(value: object) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    return not isinstance(value, tuple | list) or all(map(finite, value))


def test_every_public_function_is_asked() -> None:
    public = {
        f"{name}.{one}"
        for name, module in MODULES.items()
        for one in module.__all__
        if inspect.isfunction(getattr(module, one)) and one != "instruments"
    }
    assert public == GOOD.keys()


@pytest.mark.parametrize("name", GOOD)
def test_a_bad_argument_is_a_named_error(name: str) -> None:
    module, _, function = name.partition(".")
    ask = getattr(MODULES[module], function)
    refused = 0
    for argument in GOOD[name]:
        for bad in BAD:
            try:
                found = ask(**{**GOOD[name], argument: bad})
            except ImplsciError:
                refused += 1
            else:
                assert finite(found.to_dict() if isinstance(found, Result) else found)
    assert refused >= len(BAD) // 2


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: sequences.optimal_matching(S, indel=None), InvalidQueryError, "indel.*number.*None"),
        (lambda: sequences.substitution_costs(S, "constant", "a"), InvalidQueryError, "constant: exp"),
        (lambda: dyads.mutuality(DY, cut=None), InvalidQueryError, "cut: expected a number, got None"),
        (lambda: agreement.krippendorff_alpha(None), InvalidQueryError, "ratings"),
        (lambda: nca.nca([1, 2], [1, 2], scope="abcd"), InvalidQueryError, "scope: expected 4 values"),
        (lambda: nca.nca([1, 2], [1, 2], seed=-1), InvalidQueryError, "seed: .*from 0, got -1"),
        (lambda: nca.nca([1, 2], [1, [2, 3]]), InvalidQueryError, "y: expected one number a case"),
        (lambda: dyads.instrument("wai-sr").score([1] * 12, rescale=(0,)), InvalidQueryError, "rescale"),
        (lambda: qca.minimize(T, limit=math.nan), InvalidQueryError, "limit: expected a whole number"),
        (lambda: qca.minimize(T, expectations=["A"]), InvalidQueryError, "expectations: expected a map"),
        (lambda: qca.minimize(None), InvalidQueryError, "table: expected TruthTable, got None"),
        (lambda: qca.necessity({1: [1, 0], "Y": [1, 0]}, "Y"), InvalidQueryError, "data: expected"),
        (lambda: qca.from_rows("abc"), InvalidQueryError, "rows: expected several values"),
        (lambda: qca.from_rows([1]), InvalidTableError, "row 1: expected a mapping by column"),
        (lambda: agreement.per_construct_of_rows([1]), InvalidTableError, "row 1: expected a mapping"),
        (lambda: engagement.compare("abc"), InvalidQueryError, "compendium: expected Compendium"),
        (lambda: qca.necessity({"A": [10**400, 1], "Y": [1, 0]}, "Y"), InvalidTableError, "one number"),
        (lambda: nca.nca([1, 10**400], [1, 2]), InvalidQueryError, "x: expected one number"),
        (lambda: dyads.reliability([[1, 10**400]] * 3), InvalidQueryError, "row 1 holds"),
        (lambda: nca.nca([1, 2], [1e308, -1e308]), CannotEstimateError, "double precision"),
        (lambda: nca.nca([1e-300, 2e-300], [1e-300, 2e-300]), CannotEstimateError, "double precision"),
    ],
)  # fmt: skip
def test_the_error_names_the_argument(ask: Any, error: type[ImplsciError], says: str) -> None:
    with pytest.raises(error, match=says):
        ask()


def test_dyads_too_far_apart_for_a_number() -> None:
    lines = [
        {"respondent": one, "toward": other, "of": "trust", "value": value}
        for one, other, value in (("a", "b", 1e308), ("b", "a", -1e308))
    ]
    with pytest.raises(CannotEstimateError, match="further apart"):
        dyads.dyads(dyads.measurements_from_rows(lines), "trust").to_dict()


def test_alpha_of_huge_and_tiny_ratings_is_that_of_their_pattern() -> None:
    plain = [[1, 2, 3, 3], [1, 2, 3, 2]]
    for level in ("interval", "ratio"):
        expected = agreement.krippendorff_alpha(plain, level)
        for unit in (1e307, 1e-300):
            scaled = [[unit * one for one in row] for row in plain]
            assert agreement.krippendorff_alpha(scaled, level) == pytest.approx(expected, abs=1e-12)
    opposed = [[-1e308, 1e308, 1e308], [-1e308, 1e308, 1e308]]
    assert agreement.krippendorff_alpha(opposed, "interval") == 1


def test_iterators_are_rows_as_well() -> None:
    assert qca.from_rows(iter([{"A": 1}])).cases == ("1",)


@pytest.mark.parametrize("draw", [
    lambda: plots.funnel_plot(T), lambda: plots.harvest_plot(T), lambda: plots.slopes_plot(T),
    lambda: plots.state_distribution_plot(T), lambda: plots.nca_plot(T, [1], [1]),
    lambda: plots.forest_plot(T, [1], [1]),
])  # fmt: skip
def test_a_figure_of_another_result_is_refused(draw: Any) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(
        InvalidQueryError, match=r"expected the \w+ that .* returns, got TruthTable"
    ):
        draw()
