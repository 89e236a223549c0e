"""QCA against the R package QCA, published memberships, sums done by hand, and a second reckoning."""

from __future__ import annotations

import csv
import math
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci.analysis import qca
from implsci.analysis.qca import _smallest, _table
from implsci.analysis.result import Result
from implsci.errors import (
    CannotEstimateError,
    InvalidQueryError,
    InvalidTableError,
    UnknownNameError,
)

DATA = Path(__file__).parents[1] / "data" / "analysis"


def load(name: str) -> qca.Memberships:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return qca.from_rows(list(csv.DictReader(lines)), case="case")


CRISP = load("qca_lipset_crisp.csv")
FUZZY = load("qca_lipset_fuzzy.csv")
IRRIGATION = load("irrigation_qca_lam_ostrom2010.csv")
PRINTED = 5e-4  # the figures of QCA 3.23 are printed to three decimals
PRESENT: dict[str, qca.Expectation | None] = dict.fromkeys(
    ("DEV", "URB", "LIT", "IND", "STB"), "present"
)


def three(*figures: float | None) -> object:
    return pytest.approx(figures, rel=0, abs=PRINTED)


# --- the R package QCA 3.23: necessity and sufficiency ---


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            CRISP,
            {
                "DEV": (1, 0.8, 0.8),
                "URB": (0.5, 0.929, 0.8),
                "LIT": (1, 0.5, 0.615),
                "IND": (0.75, 0.833, 0.75),
                "STB": (1, 0.7, 0.727),
            },
        ),
        (
            FUZZY,
            {
                "DEV": (0.831, 0.811, 0.775),
                "URB": (0.539, 0.899, 0.771),
                "LIT": (0.991, 0.509, 0.643),
                "IND": (0.669, 0.786, 0.684),
                "STB": (0.92, 0.68, 0.707),
            },
        ),
    ],
    ids=["crisp", "fuzzy"],
)
def test_necessity(data: qca.Memberships, expected: dict[str, tuple[float, float, float]]) -> None:
    found = {row.condition: row for row in qca.necessity(data, "SURV")}
    assert list(found) == list(expected)
    for condition, figures in expected.items():
        row = found[condition]
        assert (row.consistency, row.relevance, row.coverage) == three(*figures)


def test_necessary_combinations_are_those_of_the_superset_search() -> None:
    found = qca.necessary_combinations(FUZZY, "SURV", consistency=0.9, relevance=0.6)
    figures = {row.condition: (row.consistency, row.relevance, row.coverage) for row in found}
    assert list(figures) == ["STB", "LIT*STB", "DEV + URB + IND"]
    assert figures["STB"] == three(0.92, 0.68, 0.707)
    assert figures["LIT*STB"] == three(0.915, 0.8, 0.793)
    assert figures["DEV + URB + IND"] == three(0.903, 0.704, 0.716)


def test_sufficiency() -> None:
    expected = {
        "DEV": (0.775, 0.743, 0.831),
        "URB": (0.771, 0.72, 0.539),
        "LIT": (0.643, 0.587, 0.991),
        "IND": (0.684, 0.648, 0.669),
        "STB": (0.707, 0.664, 0.92),
    }
    found = {row.condition: row for row in qca.sufficiency(FUZZY, "SURV")}
    assert list(found) == list(expected)
    for condition, figures in expected.items():
        row = found[condition]
        assert (row.consistency, row.pri, row.coverage) == three(*figures)


# --- the R package QCA 3.23: truth tables and solutions ---


def test_crisp_solutions() -> None:
    table = qca.truth_table(CRISP, "SURV", consistency=1.0)
    (model,) = qca.minimize(table).models
    assert model.expression == "DEV*~URB*LIT*STB + DEV*LIT*IND*STB"
    assert [term.coverage for term in model.terms] == [0.5, 0.75]
    assert [term.unique_coverage for term in model.terms] == [0.25, 0.5]
    assert model.simplifying_assumptions == ()
    parsimonious = qca.minimize(table, solution="parsimonious")
    assert [model.expression for model in parsimonious.models] == ["DEV*STB"]
    intermediate = qca.minimize(table, "intermediate", expectations=PRESENT)
    assert [model.expression for model in intermediate.models] == ["DEV*LIT*STB"]


def test_fuzzy_truth_table() -> None:
    table = qca.truth_table(FUZZY, "SURV", consistency=0.8)
    rows = {row.number: row for row in table.rows}
    expected = {1: 0.216, 2: 0.278, 5: 0.521, 6: 0.529, 22: 0.804, 23: 0.378, 24: 0.709}
    expected |= {31: 0.445, 32: 0.904}
    assert {number: row.consistency for number, row in rows.items()} == pytest.approx(
        expected, abs=PRINTED
    )
    assert [number for number, row in rows.items() if row.output == 1] == [22, 32]
    assert (rows[32].n, rows[22].n) == (4, 2)
    assert (rows[32].pri, rows[22].pri) == three(0.886, 0.719)
    assert rows[32].cases == ("BE", "CZ", "NL", "UK")
    assert len(table.remainders) == 32 - 9


@pytest.mark.parametrize(
    ("outcome", "kind", "formula", "figures"),
    [
        (
            "SURV",
            "conservative",
            "DEV*URB*LIT*IND*STB + DEV*~URB*LIT*~IND*STB",
            (0.87, 0.843, 0.658),
        ),
        ("SURV", "parsimonious", "DEV*~IND + URB*STB", (0.85, 0.819, 0.714)),
        (
            "SURV",
            "intermediate",
            "DEV*URB*LIT*STB + DEV*LIT*~IND*STB",
            (0.866, 0.839, 0.66),
        ),
        (
            "~SURV",
            "conservative",
            "~DEV*~URB*~IND + DEV*LIT*IND*~STB",
            (0.897, 0.871, 0.803),
        ),
        ("~SURV", "parsimonious", "~DEV + ~STB", (0.849, 0.816, 0.888)),
    ],
)
def test_fuzzy_solutions(
    outcome: str, kind: qca.SolutionKind, formula: str, figures: tuple[float, float, float]
) -> None:
    table = qca.truth_table(FUZZY, outcome, consistency=0.8)
    hoped = PRESENT if kind == "intermediate" else None
    (model,) = qca.minimize(table, kind, expectations=hoped).models
    assert model.expression == formula
    assert (model.consistency, model.pri, model.coverage) == three(*figures)
    again = qca.sufficiency(FUZZY, outcome, formula).whole
    assert again is not None
    assert (again.consistency, again.pri, again.coverage) == (
        model.consistency,
        model.pri,
        model.coverage,
    )


LETTERS = {
    "assistance": "A",
    "formal_rules": "R",
    "fines": "F",
    "leadership": "L",
    "collective_action": "C",
    "water_adequacy_winter": "W",
}
NEPAL = {LETTERS[name]: column for name, column in IRRIGATION.items()}
FIVE = {
    frozenset({"R*F", "~A*~L", "A*R"}),
    frozenset({"R*F", "~A*~L", "A*C"}),
    frozenset({"R*F", "A*R", "~L*C"}),
    frozenset({"R*F", "A*L", "~L*C"}),
    frozenset({"R*F", "A*C", "~L*C"}),
}


@pytest.mark.parametrize("cut", [1.0, 0.75])
def test_irrigation_has_five_models_and_a_contradictory_row(cut: float) -> None:
    table = qca.truth_table(NEPAL, "W", consistency=cut)
    assert len(table.rows) == 11
    assert {row.values for row in table.rows if row.output == 1} == {
        (0, 0, 0, 0, 1),
        (0, 1, 0, 0, 1),
        (0, 1, 1, 1, 1),
        (1, 1, 0, 0, 1),
        (1, 1, 0, 1, 1),
        (1, 1, 1, 0, 0),
        (1, 1, 1, 0, 1),
        (1, 1, 1, 1, 1),
    }
    (row,) = table.contradictory
    assert (row.values, row.cases, row.consistency) == ((0, 1, 0, 1, 1), ("1", "2"), 0.5)
    assert row.deviant == ("2",)

    (model,) = qca.minimize(table).models
    assert {term.condition for term in model.terms} == {
        "A*R*C",
        "~A*~F*~L*C",
        "A*R*F*~L",
        "R*F*L*C",
    }
    assert model.coverage == pytest.approx(0.9166667, abs=1e-7)

    solution = qca.minimize(table, solution="parsimonious")
    assert {frozenset(term.condition for term in m.terms) for m in solution.models} == FIVE
    assert len(solution.models) == 5
    assert all(m.coverage == pytest.approx(0.9166667, abs=1e-7) for m in solution.models)
    assert solution.essential == ("R*F",)
    assert "5 models fit equally well" in solution.sentence()


def test_irrigation_necessity() -> None:
    expected = {
        "A": (0.5833333, 0.875),
        "R": (0.9166667, 0.9166667),
        "F": (0.5, 0.8571429),
        "L": (0.5833333, 0.7777778),
        "C": (0.9166667, 0.8461538),
    }
    found = {row.condition: (row.consistency, row.coverage) for row in qca.necessity(NEPAL, "W")}
    assert found == {name: pytest.approx(pair, abs=1e-7) for name, pair in expected.items()}


# --- calibration ---


@pytest.mark.parametrize(
    ("condition", "anchors"),
    [
        ("DEV", (400, 550, 900)),
        ("URB", (25, 50, 65)),
        ("LIT", (50, 75, 90)),
        ("IND", (20, 30, 40)),
        ("STB", (15, 9.5, 5)),
        ("SURV", (-9, 0, 10)),
    ],
)
def test_calibration_gives_the_published_memberships(
    condition: str, anchors: tuple[float, float, float]
) -> None:
    """The fuzzy Lipset data were made by fsQCA, with log odds of 3 at the anchors."""
    raw = load("qca_lipset_raw.csv")
    degree = 1 / (1 + math.exp(-3))
    found = qca.calibrate(raw[condition], *anchors, degree=degree)
    assert raw.cases == FUZZY.cases
    assert found == pytest.approx(FUZZY[condition], abs=0.00501)


def test_calibration_is_fixed_at_its_anchors() -> None:
    assert qca.calibrate([0, 4, 5], 0, 4, 5) == pytest.approx((0.05, 0.5, 0.95))
    assert qca.calibrate([5, 1, 0], 5, 1, 0) == pytest.approx((0.05, 0.5, 0.95))
    assert qca.calibrate([-1e300, 1e300], 0, 4, 5) == (0, 1)


def test_indirect_calibration_gives_the_fitted_values_of_glm() -> None:
    """R 4.2.2: glm(y ~ log(x) + sqrt(x) + x + I(x^2), family = quasibinomial)."""
    few = qca.calibrate_indirect([2, 3, 5, 8, 9, 12, 15, 20], [4, 7, 10, 14])
    assert few == pytest.approx(
        (0, 0.000291, 0.248075, 0.513779, 0.484308, 0.754487, 0.99906, 1), abs=2e-6
    )
    cabinets = [0, 1, 2, 4, 4, 5, 6, 7, 9, 11, 12, 19, 21]
    assert qca.calibrate_indirect(cabinets, [10, 3, 8, 5]) == pytest.approx(
        [
            *(0, 0, 0.001254, 0.229058, 0.229058, 0.361752, 0.422962),
            *(0.482725, 0.782532, 0.991224, 0.99943, 1, 1),
        ],
        abs=2e-6,
    )


def test_crisp_calibration() -> None:
    raw = load("qca_lipset_raw.csv")
    assert qca.calibrate_crisp(raw["DEV"], 550) == tuple(CRISP["DEV"])
    assert qca.calibrate_crisp(raw["LIT"], 75) == tuple(CRISP["LIT"])


@pytest.mark.parametrize(
    ("anchors", "degree", "message"),
    [
        ((1, 1, 2), 0.95, "strictly in this order"),
        ((1, 3, 2), 0.95, "strictly in this order"),
        ((1, math.nan, 2), 0.95, "strictly in this order"),
        ((1, 2, 3), 0.5, "above 0.5 and below 1"),
    ],
)
def test_bad_anchors(anchors: tuple[float, float, float], degree: float, message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        qca.calibrate([1.0], *anchors, degree=degree)


def test_what_cannot_be_calibrated() -> None:
    with pytest.raises(InvalidQueryError, match="got nan for case 2"):
        qca.calibrate([1.0, math.nan], 0, 1, 2)
    with pytest.raises(CannotEstimateError, match="six different values"):
        qca.calibrate_indirect([1, 2, 3, 4, 5], [2])
    with pytest.raises(CannotEstimateError, match="no single answer"):
        qca.calibrate_indirect([1, 2, 3, 4, 5, 6, 7, 8], [4.5])
    with pytest.raises(CannotEstimateError, match="same grade"):
        qca.calibrate_indirect([1, 2, 3, 4, 5, 6], [9])
    with pytest.raises(InvalidQueryError, match="0 or above, got -1"):
        qca.calibrate_indirect([-1, 2, 3, 4, 5, 6], [3])


# --- meaning ---


def test_where_every_success_has_high_trust_trust_is_necessary() -> None:
    trust = [0.9, 1.0, 0.8, 0.9, 0.7, 0.2, 0.1]
    success = [0.8, 0.9, 0.7, 0.1, 0.2, 0.1, 0.0]
    training = [0.2, 0.9, 0.3, 0.8, 0.1, 0.9, 0.2]
    data = {"TRUST": trust, "TRAINING": training, "SUCCESS": success}
    found = {row.condition: row.consistency for row in qca.necessity(data, "SUCCESS")}
    assert found["TRUST"] == 1.0
    assert found["TRAINING"] < 0.9


def test_absences_and_expressions() -> None:
    both = qca.necessity(FUZZY, "SURV", absences=True)
    assert [row.condition for row in both][5:] == ["~DEV", "~URB", "~LIT", "~IND", "~STB"]
    asked = qca.necessity(FUZZY, "~SURV", ["~DEV + ~STB", "STB * ~DEV"])
    assert [row.condition for row in asked] == ["~DEV + ~STB", "~DEV*STB"]
    x = np.maximum(1 - FUZZY["DEV"], 1 - FUZZY["STB"])
    y = 1 - FUZZY["SURV"]
    assert asked.rows[0].consistency == pytest.approx(np.minimum(x, y).sum() / y.sum())


def test_figures_that_do_not_exist_are_none() -> None:
    """No membership in X: coverage of necessity is 0 / 0. X full everywhere: so is relevance."""
    rows = {
        row.condition: row
        for row in qca.necessity({"N": [0, 0, 0], "A": [1, 1, 0], "Y": [1, 1, 0]}, "Y")
    }
    assert rows["N"].coverage is None
    assert rows["N"].consistency == 0
    with pytest.raises(CannotEstimateError, match="no case has any membership in N"):
        qca.sufficiency({"N": [0, 0], "Y": [1, 0]}, "Y", "N")


def test_rows_of_few_cases_are_remainders() -> None:
    table = qca.truth_table(FUZZY, "SURV", frequency=2)
    few = [row for row in table.rows if row.n < 2]
    assert few
    assert all(row.output is None and row.expression in table.remainders for row in few)


def test_a_cut_off_of_pri_lowers_the_output() -> None:
    assert [r.number for r in qca.truth_table(FUZZY, "SURV", pri=0.75).rows if r.output] == [32]


def test_simplifying_assumptions_are_remainders_the_model_covers() -> None:
    table = qca.truth_table(FUZZY, "SURV")
    (model,) = qca.minimize(table, "intermediate", expectations=PRESENT).models
    assert model.simplifying_assumptions == ("DEV*URB*LIT*~IND*STB",)
    (bold,) = qca.minimize(table, "parsimonious").models
    assert set(model.simplifying_assumptions) < set(bold.simplifying_assumptions)
    assert set(bold.simplifying_assumptions) <= set(table.remainders)


def test_without_expectations_nothing_is_easy() -> None:
    table = qca.truth_table(FUZZY, "SURV")
    careful = qca.minimize(table)
    nothing = qca.minimize(table, "intermediate", expectations=dict.fromkeys(PRESENT))
    assert [m.expression for m in nothing.models] == [m.expression for m in careful.models]


def test_robustness_tells_which_models_stay() -> None:
    found = qca.robustness(FUZZY, "SURV", (0.75, 0.8, 0.85), solution="parsimonious")
    assert [trial.consistency for trial in found.trials] == [0.75, 0.8, 0.85]
    counted = dict(found.models)
    assert counted["DEV*~IND + URB*STB"] == 2
    assert found.stable == ()
    gone = qca.robustness(FUZZY, "SURV", (0.8, 0.99))
    assert gone.trials[1].solution is None
    assert gone.stable == ()
    assert "no row of the truth table has the output 1" in str(gone.trials[1].reason)
    assert gone.to_rows()[-1]["expression"] is None


@pytest.mark.parametrize(
    "result",
    [
        qca.necessity(FUZZY, "SURV"),
        qca.necessary_combinations(FUZZY, "SURV"),
        qca.sufficiency(FUZZY, "SURV"),
        qca.sufficiency(FUZZY, "SURV", "DEV*STB + URB"),
        qca.truth_table(FUZZY, "SURV"),
        qca.minimize(qca.truth_table(NEPAL, "W"), "parsimonious"),
        qca.robustness(FUZZY, "SURV"),
    ],
    ids=lambda result: type(result).__name__,
)
def test_every_result_reads_as_rows_and_as_a_sentence(result: Result) -> None:
    rows = result.to_rows()
    assert rows
    assert all(list(row) == list(rows[0]) for row in rows)
    assert result.assumptions
    assert result.to_table().num_rows == len(rows)
    sentence = result.sentence()
    assert "nan" not in sentence
    for verb in ("cause", "lead to", "leads to", "produce", "effect of"):
        assert verb not in sentence
    if "bring" in sentence:
        assert "does not show that they bring" in sentence or "not that the condition" in sentence


# --- memberships in all configurations, reckoned a second way ---


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(
            st.lists(
                st.sampled_from([0.0, 0.1, 0.3, 0.45, 0.6, 0.7, 0.9, 1.0]),
                min_size=width + 1,
                max_size=width + 1,
            ),
            min_size=1,
            max_size=12,
        )
    )
)
def test_sums_over_all_configurations(cases: list[list[float]]) -> None:
    *x, y = np.array(cases).T
    total, shared, tied = _table.membership_sums(np.array(x), y)
    for row, signs in enumerate(product((0, 1), repeat=len(x))):
        parts = [c if s else 1 - c for s, c in zip(signs, x, strict=True)]
        member = np.minimum.reduce(parts)
        assert total[row] == pytest.approx(member.sum())
        assert shared[row] == pytest.approx(np.minimum(member, y).sum())
        assert tied[row] == pytest.approx(np.minimum.reduce([member, y, 1 - y]).sum())


def test_many_cases_go_through_in_chunks() -> None:
    rng = np.random.default_rng(7)
    x, y = rng.random((3, 40_000)), rng.random(40_000)
    total, _, _ = _table.membership_sums(x, y)
    assert total[0b101] == pytest.approx(np.minimum.reduce([x[0], 1 - x[1], x[2]]).sum())


# --- bad input ---

GOOD = {"A": [1.0, 0.0, 1.0], "B": [0.0, 0.2, 1.0], "Y": [1.0, 0.0, 1.0]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"A": [1.0, 1.2, -1.0]}, "A: expected memberships from 0 to 1; 2 of 3 .* case 2, is 1.2"),
        ({"A": [1.0, 0.0, math.nan]}, r"1 of 3 .* case 3, is missing \(nan\)"),
        ({"A": [1.0, None, 1.0]}, r"is missing \(nan\)"),
        ({"A": [1.0, 0.0]}, "as many memberships in every condition, got A 2, B 3, Y 3"),
        ({"A": ["high", "low", "low"]}, "expected one number a case"),
        ({"A": [[1.0], [0.0], [1.0]]}, "expected one number a case"),
    ],
)
def test_bad_memberships(change: dict[str, list[float]], message: str) -> None:
    for ask in (qca.necessity, qca.sufficiency, qca.truth_table):
        with pytest.raises(InvalidTableError, match=message):
            ask(GOOD | change, "Y")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"A": [], "Y": []}, "there are no cases"),
        ({"A": [1, 0], "Y": [1, 1]}, "same membership in Y, 1"),
        ({"A": [1, 0], "Y": [0.4, 0.4]}, "same membership in Y, 0.4"),
        ({"A": [1, 0.5, 0.5], "Y": [1, 0, 1]}, "2 of 3 .* exactly 0.5 .* first '2' in A"),
    ],
)
def test_what_cannot_be_estimated(data: dict[str, list[float]], message: str) -> None:
    with pytest.raises(CannotEstimateError, match=message):
        qca.truth_table(data, "Y")


def test_cases_on_the_fence_are_dropped_when_asked() -> None:
    data = {"A": [1, 0.5, 0, 1], "Y": [1, 0, 0, 0.9]}
    table = qca.truth_table(data, "Y", cases=["a", "b", "c", "d"], at_half="drop")
    assert table.dropped == ("b",)
    assert [row.cases for row in table.rows] == [("c",), ("a", "d")]
    assert table.rows[1].consistency == pytest.approx(0.95)
    assert "1 cases at exactly 0.5 were dropped" in table.sentence()
    with pytest.raises(CannotEstimateError, match="every case"):
        qca.truth_table({"A": [0.5, 0.5], "Y": [1, 0]}, "Y", at_half="drop")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected names joined"),
        ("A*", "expected names joined"),
        ("A + + B", "expected names joined"),
        ("~~A", "expected names joined"),
        ("A*~A", "A\\*~A is empty"),
        ("A*(B + A)", "without brackets"),
    ],
)
def test_bad_expressions(text: str, message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        qca.sufficiency(GOOD, "Y", text)


def test_unknown_names_bring_suggestions() -> None:
    with pytest.raises(UnknownNameError, match="unknown condition 'TRUTS'; did you mean TRUST"):
        qca.sufficiency({"TRUST": [1, 0], "Y": [1, 0]}, "Y", "TRUTS")
    with pytest.raises(UnknownNameError, match="unknown outcome 'SURVV'; did you mean SURV"):
        qca.necessity(FUZZY, "~SURVV")
    with pytest.raises(UnknownNameError, match="unknown condition 'DEVV'"):
        qca.truth_table(FUZZY, "SURV", conditions=["DEVV"])
    with pytest.raises(UnknownNameError, match="unknown condition 'LITT'"):
        qca.minimize(
            qca.truth_table(FUZZY, "SURV"), "intermediate", expectations={"LITT": "present"}
        )


def test_bad_questions() -> None:
    table = qca.truth_table(FUZZY, "SURV")
    for broken, message in (
        (lambda: qca.truth_table(FUZZY, "SURV", consistency=0), "between 0 and 1"),
        (lambda: qca.truth_table(FUZZY, "SURV", frequency=0), "1 case or more"),
        (lambda: qca.truth_table(FUZZY, "SURV", at_half="keep"), "'error' or 'drop'"),  # type: ignore[arg-type]
        (lambda: qca.truth_table(FUZZY, "SURV", conditions=["SURV"]), "as well"),
        (lambda: qca.truth_table(FUZZY, "SURV", conditions=[]), "one condition or more"),
        (lambda: qca.truth_table(FUZZY, "SURV", conditions="DEV"), "expected several names"),
        (lambda: qca.truth_table(FUZZY, "SURV", cases=["a"]), "18 different names"),
        (lambda: qca.truth_table({"A+B": [1, 0], "Y": [1, 0]}, "Y"), "name is text without"),
        (lambda: qca.minimize(table, "complex"), "solution: expected 'conservative'"),  # type: ignore[arg-type]
        (lambda: qca.minimize(table, "intermediate"), "takes expectations"),
        (lambda: qca.minimize(table, expectations=PRESENT), "takes expectations"),
        (lambda: qca.minimize(table, limit=0), "1 or more"),
        (lambda: qca.necessity(FUZZY, "SURV", "DEV"), "expressions: expected several"),
        (lambda: qca.necessary_combinations(FUZZY, "SURV", depth=6), "from 1 to 5"),
        (lambda: qca.robustness(FUZZY, "SURV", ()), "at least one cut-off"),
    ):
        with pytest.raises(InvalidQueryError, match=message):
            broken()


def test_sixteen_conditions_are_one_too_many() -> None:
    data = {f"C{i}": [1, 0] for i in range(16)} | {"Y": [1, 0]}
    with pytest.raises(InvalidQueryError, match="up to 15 conditions; got 16"):
        qca.truth_table(data, "Y")


def test_nothing_to_minimize() -> None:
    with pytest.raises(CannotEstimateError, match=r"highest consistency is 0\.904"):
        qca.minimize(qca.truth_table(FUZZY, "SURV", consistency=0.95))
    agreeing = qca.truth_table({"A": [1, 0], "Y": [1, 0.9]}, "Y", consistency=0.9)
    with pytest.raises(CannotEstimateError, match=r"no row .* has the output 0"):
        qca.minimize(agreeing, "parsimonious")


def test_rows_of_a_file_are_checked() -> None:
    with pytest.raises(CannotEstimateError, match="no cases"):
        qca.from_rows([])
    with pytest.raises(InvalidTableError, match=r"row 2, A: expected a number, got 'high'"):
        qca.from_rows([{"A": "1"}, {"A": "high"}])
    with pytest.raises(InvalidTableError, match=r"row 1, A: expected a number, got nothing"):
        qca.from_rows([{"A": ""}])
    with pytest.raises(InvalidTableError, match="row 2: expected the columns"):
        qca.from_rows([{"A": 1}, {"B": 1}])
    with pytest.raises(InvalidTableError, match="the case's name"):
        qca.from_rows([{"case": "", "A": 1}], case="case")


# --- too many ties ---


def many_ties(width: int, count: int) -> qca.TruthTable:
    rng = np.random.default_rng(1)
    x = (rng.random((width, count)) > 0.5).astype(float)
    y = (rng.random(count) > 0.5).astype(float)
    return qca.truth_table({f"C{i}": x[i] for i in range(width)} | {"Y": y}, "Y")


def test_a_limit_cuts_the_models_off_and_says_so() -> None:
    table = qca.truth_table(NEPAL, "W")
    every = qca.minimize(table, "parsimonious")
    some = qca.minimize(table, "parsimonious", limit=4)
    assert (every.count, every.complete) == (5, True)
    assert (some.count, some.complete) == (5, False)
    assert some.models == every.models[:4]
    assert some.essential == every.essential
    assert "5 models fit equally well (4 are listed: there are more)" in some.sentence()
    assert some.assumptions[-1].endswith("not complete: the first 4 of 5 are listed")
    assert set(every.assumptions) == set(some.assumptions[:-1])
    assert qca.minimize(table, "parsimonious", limit=5).complete


RING = ((0, 0, 1), (0, 1, 1), (0, 1, 0), (1, 1, 0), (1, 0, 0), (1, 0, 1))


def rings(selectors: int) -> qca.TruthTable:
    """Positive rows in rings of six, apart from one another by two selecting conditions or more.

    Each row of a ring is next to two others, so its prime implicants are the six pairs of
    neighbors. Three pairs cover a ring in 2 ways. Nothing can be left out of these, nor of four
    pairs in two threes of neighbors, of which there are 3.
    """
    places = [place for place in product((0, 1), repeat=selectors) if sum(place) % 2 == 0]
    cases = [(*place, *corner) for place in places for corner in RING]
    cases.append((1, *(0,) * (selectors + 2)))
    data = {f"C{i}": column for i, column in enumerate(zip(*cases, strict=True))}
    return qca.truth_table({**data, "Y": [1] * (len(cases) - 1) + [0]}, "Y")


@pytest.mark.parametrize("selectors", [1, 2, 4, 9])
def test_models_of_independent_parts_multiply(selectors: int) -> None:
    table = rings(selectors)
    count = 2 ** (selectors - 1)
    found = qca.minimize(table, limit=12)
    assert found.count == 2**count
    assert {len(model.terms) for model in found.models} == {3 * count}
    assert len({model.expression for model in found.models}) == min(12, 2**count)
    assert all(model.consistency == model.coverage == 1 for model in found.models)
    assert len(found.prime_implicants) == 6 * count
    assert found.essential == ()
    assert found.complete is (2**count <= 12)
    assert qca.minimize(table, limit=5).models == found.models[:5]


@pytest.mark.parametrize("selectors", [1, 2, 3, 5])
def test_irredundant_models_of_independent_parts_multiply(selectors: int) -> None:
    count = 2 ** (selectors - 1)
    found = qca.minimize(rings(selectors), irredundant=True, limit=10)
    assert found.count == 5**count
    sizes = [len(model.terms) for model in found.models]
    assert sizes == sorted(sizes)
    assert sizes[0] == 3 * count


def test_a_proof_that_takes_too_long_says_so() -> None:
    with pytest.raises(
        CannotEstimateError, match=r"could not be proved within 1 steps.* from \d+ to"
    ):
        qca.minimize(many_ties(12, 300), "parsimonious", steps=1)


def test_the_proof_rests_on_neither_the_local_search_nor_the_prices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tables = [many_ties(width, 40) for width in (5, 6, 7)]
    known = [qca.minimize(table, "parsimonious") for table in tables]
    monkeypatch.setattr(_smallest, "_good_cover", lambda chart, *_: tuple(range(chart.shape[1])))
    monkeypatch.setattr(_smallest, "_prices", lambda chart: np.zeros(len(chart)))
    for table, solution in zip(tables, known, strict=True):
        again = qca.minimize(table, "parsimonious", steps=10**30)
        assert (again.models, again.count) == (solution.models, solution.count)


def test_fifteen_conditions_and_outcomes_at_random() -> None:
    """HiGHS alone, on the whole chart of prime implicants, finds 17 terms and shows none is less."""
    random = np.random.default_rng(1)
    cells, outcomes = random.integers(0, 2, (200, 15)), random.integers(0, 2, 200)
    data = {f"C{i}": cells[:, i].tolist() for i in range(15)} | {"Y": outcomes.tolist()}
    solution = qca.minimize(qca.truth_table(data, "Y"), "parsimonious", limit=3)
    assert {len(model.terms) for model in solution.models} == {17}


def test_ties_that_cannot_all_be_searched_are_not_counted() -> None:
    table = many_ties(10, 60)
    every = qca.minimize(table, "parsimonious", limit=100_000)
    assert every.complete
    some = qca.minimize(table, "parsimonious", steps=20_000)
    assert (some.count, some.complete) == (None, False)
    assert {model.expression for model in some.models} < {m.expression for m in every.models}
    assert set(some.essential) <= set(every.essential)
    assert "(not all could be found)" in some.sentence()
    assert "how many there are is not known" in some.assumptions[-1]
    few = qca.minimize(table, "parsimonious", steps=20_000, limit=3)
    assert few.models == some.models[:3]
    assert len(few.models) == 3


def test_an_outcome_at_half_is_neither_in_nor_out() -> None:
    table = qca.truth_table({"A": [1, 1, 0], "Y": [1, 0.5, 0]}, "Y")
    assert [(row.contradictory, row.deviant, row.consistency) for row in table.rows] == [
        (False, ("3",), 0.0),
        (False, (), 0.75),
    ]


def test_intermediate_models_of_all_pairs_count_together() -> None:
    table = qca.truth_table(NEPAL, "W")
    hoped: dict[str, qca.Expectation | None] = dict.fromkeys("ARFLC", "present")
    every = qca.minimize(table, "intermediate", expectations=hoped)
    assert every.count == len(every.models) > 1
    assert every.complete
    few = qca.minimize(table, "intermediate", expectations=hoped, limit=1)
    assert few.models == every.models[:1]
    assert (few.count, few.complete) == (every.count, False)
    assert few.essential == every.essential


def test_intermediate_models_rest_on_every_tied_conservative_model() -> None:
    """No remainder is easy where nothing is expected, whichever of the 256 models is taken."""
    table = rings(4)
    careful = qca.minimize(table, limit=300)
    nothing = qca.minimize(table, "intermediate", expectations={"C0": None}, limit=300)
    assert (nothing.count, nothing.models) == (256, careful.models)
