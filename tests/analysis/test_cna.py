"""Coincidence analysis against published models, and against the definitions spelled out."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci.analysis import cna as room
from implsci.analysis.cna import Coincidences, cna
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError

DATA = Path(__file__).parents[1] / "data" / "analysis"


def cases(name: str) -> list[dict[str, float]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return [
            {key: int(value) for key, value in row.items() if key != "case"}
            for row in csv.DictReader(lines)
        ]


def atomic(found: Coincidences) -> list[str]:
    return [formula.expression for formula in found.atomic]


def joined(found: Coincidences) -> list[str]:
    return [formula.expression for formula in found.complex]


# --- published models: R cna 4.0.0 on the same data ---


def test_educate_has_two_models_of_one_outcome_and_two_structures() -> None:
    found = cna(cases("cna_educate.csv"))
    assert atomic(found) == ["L + G <-> E", "U + D + G <-> E", "U + D <-> L"]
    assert joined(found) == [
        "(L + G <-> E)*(U + D <-> L)",
        "(U + D + G <-> E)*(U + D <-> L)",
    ]
    assert all((one.consistency, one.coverage) == (1, 1) for one in (*found.atomic, *found.complex))
    assert [one.complexity for one in found.complex] == [4, 5]
    assert found.complex[0].outcomes == ("E", "L")


def test_women_has_two_models_that_are_equally_good() -> None:
    found = cna(cases("cna_women.csv"))
    assert atomic(found) == [
        "WS + ES*WM + ~ES*LP + QU*LP <-> WNP",
        "WS + ES*WM + QU*LP + WM*LP <-> WNP",
    ]
    assert joined(found) == atomic(found)


LETTERS = {
    "assistance": "A",
    "formal_rules": "R",
    "fines": "F",
    "leadership": "L",
    "collective_action": "C",
    "water_adequacy_winter": "W",
}


def irrigation() -> list[dict[str, float]]:
    rows = cases("irrigation_qca_lam_ostrom2010.csv")
    return [{LETTERS[name]: value for name, value in row.items()} for row in rows]


def test_irrigation_has_twelve_structures() -> None:
    # The count is in the manual of the R package too; consistency 1 and coverage 0.9.
    found = cna(irrigation(), coverage=0.9, ordering="A,R,F,L,C < W", maxstep=(4, 4, 12))
    assert len(found.complex) == 12
    assert joined(found)[0] == "(~A + L + R*~F <-> C)*(A*R + ~A*~L + R*F <-> W)"
    assert len(set(joined(found))) == 12
    # Both parts by hand: 12 of 13 cases of C, 11 of 12 of W.
    assert found.complex[0].coverage == pytest.approx(11 / 12)
    assert found.atomic[0].coverage == pytest.approx(12 / 13)
    assert all(one.outcomes == ("C", "W") for one in found.complex)
    # The five shortest are the parsimonious models that R QCA 3.23 finds, each with C explained.
    parsimonious = {"R*F + ~A*~L + A*R", "R*F + ~A*~L + A*C", "R*F + A*R + ~L*C",
                    "R*F + A*L + ~L*C", "R*F + A*C + ~L*C"}  # fmt: skip
    of_w = [one for one in found.atomic if one.outcome == "W"][:5]
    assert {frozenset(one.expression.removesuffix(" <-> W").split(" + ")) for one in of_w} == {
        frozenset(model.split(" + ")) for model in parsimonious
    }


def test_without_the_ordering_water_may_cause_too() -> None:
    found = cna(irrigation(), coverage=0.9, maxstep=(4, 4, 12))
    assert any("W" in one.expression.split(" <-> ")[0] for one in found.atomic)


# --- the definitions, spelled out ---

Conj = frozenset[tuple[str, bool]]


def _share(x: list[int], y: list[int], of: list[int]) -> Fraction | None:
    total = sum(of)
    return Fraction(sum(map(min, x, y)), total) if total else None


def _by_definition(
    rows: list[dict[str, float]], con: Fraction, cov: Fraction, most: int
) -> set[frozenset[Conj]]:
    """Every atomic formula of Y, by trying all sets of up to `most` conjunctions; in quarters."""
    names = [name for name in rows[0] if name != "Y" and len({row[name] for row in rows}) > 1]
    y = [int(4 * row["Y"]) for row in rows]

    def members(conj: Conj) -> list[int]:
        return [
            min(int(4 * row[name]) if sign else 4 - int(4 * row[name]) for name, sign in conj)
            for row in rows
        ]

    every = [
        frozenset(zip(chosen, signs, strict=True))
        for size in range(1, len(names) + 1)
        for chosen in combinations(names, size)
        for signs in product((True, False), repeat=size)
    ]
    enough = {conj for conj in every if (c := _share(m := members(conj), y, m)) and c >= con}
    minimal = [conj for conj in enough if not any(other < conj for other in enough)]
    vector = {conj: members(conj) for conj in minimal}

    def fits(formula: frozenset[Conj]) -> bool:
        x = [max(values) for values in zip(*(vector[conj] for conj in formula), strict=True)]
        found = _share(x, y, x), _share(x, y, y)
        return all(share is not None for share in found) and found[0] >= con and found[1] >= cov  # type: ignore[operator]

    good = {
        frozenset(chosen)
        for size in range(1, most + 1)
        for chosen in combinations(minimal, size)
        if fits(frozenset(chosen))
    }
    least = {one for one in good if not any(other < one for other in good)}
    worlds = [
        dict(zip(names, values, strict=True))
        for values in product((False, True), repeat=len(names))
    ]

    def says(formula: frozenset[Conj]) -> list[bool]:
        return [
            any(all(world[name] is sign for name, sign in conj) for conj in formula)
            for world in worlds
        ]

    def redundant(formula: frozenset[Conj]) -> bool:
        whole = says(formula)
        shorter = [formula - {conj} for conj in formula]
        shorter += [(formula - {conj}) | {conj - {literal}} for conj in formula for literal in conj]
        return any(says(one) == whole for one in shorter)

    return {one for one in least if not redundant(one)}


def _parsed(expression: str) -> frozenset[Conj]:
    left = expression.split(" <-> ", maxsplit=1)[0]
    return frozenset(
        frozenset((part.removeprefix("~"), not part.startswith("~")) for part in conj.split("*"))
        for conj in left.split(" + ")
    )


def _tables(values: list[float]) -> st.SearchStrategy[list[dict[str, float]]]:
    row = st.fixed_dictionaries({name: st.sampled_from(values) for name in "ABCY"})
    return st.lists(row, min_size=2, max_size=9).filter(
        lambda rows: (
            len({row["Y"] for row in rows}) > 1
            and any(len({row[name] for row in rows}) > 1 for name in "ABC")
        )
    )


@pytest.mark.parametrize(
    ("values", "thresholds"),
    [
        ([0, 1], (Fraction(1), Fraction(1))),
        ([0, 1], (Fraction(3, 4), Fraction(3, 4))),
        ([0, 0.25, 0.75, 1], (Fraction(3, 4), Fraction(3, 4))),
    ],
    ids=["crisp", "crisp-loose", "fuzzy"],
)
def test_every_formula_of_the_definition_and_no_other(
    values: list[float], thresholds: tuple[Fraction, Fraction]
) -> None:
    @settings(max_examples=40, deadline=None)
    @given(_tables(values))
    def check(rows: list[dict[str, float]]) -> None:
        con, cov = thresholds
        found = cna(rows, float(con), float(cov), outcome="Y", maxstep=(3, 3, 9))
        assert {_parsed(one.expression) for one in found.atomic} == _by_definition(
            rows, con, cov, 3
        )

    check()


@settings(max_examples=40, deadline=None)
@given(_tables([0, 1]), st.randoms(use_true_random=False))
def test_the_order_of_cases_makes_no_difference(rows: list[dict[str, float]], random: Any) -> None:
    rows = [{name: row[name] for name in "ABCY"} for row in rows]
    shuffled = list(rows)
    random.shuffle(shuffled)
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    assert cna(shuffled, 0.8, 0.8) == cna(rows, 0.8, 0.8) == cna(columns, 0.8, 0.8)


def test_fuzzy_measures_by_hand() -> None:
    found = cna({"A": [0.9, 0.6, 0.1], "E": [1, 0.5, 0.3]}, 0.8, 0.8, outcome="E")
    # min: 0.9 + 0.5 + 0.1 = 1.5; A sums to 1.6, E to 1.8.
    (one,) = found.atomic
    assert (one.expression, one.consistency, one.coverage) == (
        "A <-> E",
        pytest.approx(1.5 / 1.6),
        pytest.approx(1.5 / 1.8),
    )


# --- structures, orderings, outcomes ---

TWINS = {"A": [1, 0, 1, 0], "B": [1, 0, 1, 0]}


def test_what_follows_from_the_rest_is_left_out_of_a_structure() -> None:
    found = cna(TWINS)
    assert atomic(found) == ["B <-> A", "A <-> B"]
    assert joined(found) == ["B <-> A", "A <-> B"]


@settings(max_examples=60, deadline=None)
@given(_tables([0, 1]))
def test_structures_say_as_much_as_their_parts_and_no_less_would(
    rows: list[dict[str, float]],
) -> None:
    found = cna(rows)
    worlds = [dict(zip("ABCY", values, strict=True)) for values in product((0, 1), repeat=4)]

    def says(expressions: Iterable[str]) -> tuple[bool, ...]:
        return tuple(
            all(
                any(
                    all(world[name] is int(sign) for name, sign in conj)
                    for conj in _parsed(expression)
                )
                is bool(world[expression.split(" <-> ")[1]])
                for expression in expressions
            )
            for world in worlds
        )

    parts = [one.removeprefix("(").removesuffix(")").split(")*(") for one in joined(found)]
    for one in parts:
        assert set(one) <= set(atomic(found))
        assert all(says(set(one) - {part}) != says(one) for part in one)
    # Every choice of one formula an outcome is said by some structure made of its formulas.
    by_outcome: dict[str, list[str]] = {}
    for formula in found.atomic:
        by_outcome.setdefault(formula.outcome, []).append(formula.expression)
    for choice in product(*by_outcome.values()):
        if choice:
            assert any(set(one) <= set(choice) and says(one) == says(choice) for one in parts)


def test_an_ordering_settles_which_is_the_cause() -> None:
    assert joined(cna(TWINS, ordering="A < B")) == ["A <-> B"]
    assert joined(cna(TWINS, ordering="B")) == ["A <-> B"]  # what is not named comes first
    assert atomic(cna(TWINS, ordering="A, B", strict=True)) == []


def test_absence_can_be_the_outcome() -> None:
    found = cna({"A": [1, 0, 1, 0], "E": [0, 1, 0, 1]}, outcome=["E", "~E"])
    assert atomic(found) == ["~A <-> E", "A <-> ~E"]


def test_limits_are_kept_and_said() -> None:
    found = cna(cases("cna_women.csv"), maxstep=(3, 3, 10))
    assert (found.atomic, found.complex) == ((), ())
    assert "3 conjunctions" in found.sentence()


def test_what_never_varies_makes_no_difference() -> None:
    found = cna({"A": [1, 0, 1], "K": [1, 1, 1], "E": [1, 0, 1]}, 0.6, 0.6, outcome="E")
    assert found.constant == ("K",)
    assert atomic(found) == ["A <-> E"]


def test_rows_and_sentence() -> None:
    found = cna(cases("cna_educate.csv"))
    rows = found.to_rows()
    assert [row["kind"] for row in rows] == ["atomic"] * 3 + ["complex"] * 2
    assert rows[3]["outcome"] == "E, L"
    assert "do not tell the formulas apart" in found.sentence()
    assert found.to_table().num_rows == 5


# --- what cannot be asked ---


@pytest.mark.parametrize(
    ("data", "more", "error", "says"),
    [
        ({"A": [1, 0]}, {}, CannotEstimateError, "2 factors"),
        ({"A": [], "B": []}, {}, CannotEstimateError, "at least one case"),
        ([], {}, CannotEstimateError, "at least one case"),
        ({"A": [1, None], "B": [1, 0]}, {}, CannotEstimateError, "A is missing"),
        ({"A": [1, float("nan")], "B": [1, 0]}, {}, CannotEstimateError, "A is missing"),
        ({"A": [1, 2], "B": [1, 0]}, {}, InvalidQueryError, "membership from 0 to 1"),
        ({"A": ["1", "0"], "B": [1, 0]}, {}, InvalidQueryError, "membership from 0 to 1"),
        ({"A": [1, 0], "B": [1]}, {}, InvalidQueryError, "same number"),
        ([{"A": 1, "B": 0}, {"A": 1, "C": 0}], {}, InvalidQueryError, "'C'"),
        ({"A*B": [1, 0], "B": [1, 0]}, {}, InvalidQueryError, "cannot name a factor"),
        ({"A": [1, 0], "B": [1, 1]}, {"outcome": "B"}, CannotEstimateError, "never varies"),
        ({"A": [1, 0], "B": [1, 0]}, {"outcome": "b2"}, UnknownNameError, "b2"),
        ({"A": [1, 0], "B": [1, 0]}, {"outcome": []}, InvalidQueryError, "outcome"),
        ({"A": [1, 0], "B": [1, 0]}, {"ordering": "A < Z"}, UnknownNameError, "Z"),
        ({"A": [1, 0], "B": [1, 0]}, {"ordering": "A <"}, InvalidQueryError, "ordering"),
        ({"A": [1, 0], "B": [1, 0]}, {"ordering": "A < A"}, InvalidQueryError, "twice"),
        ({"A": [1, 0], "B": [1, 0]}, {"consistency": 0}, InvalidQueryError, "consistency"),
        ({"A": [1, 0], "B": [1, 0]}, {"coverage": 1.1}, InvalidQueryError, "coverage"),
        ({"A": [1, 0], "B": [1, 0]}, {"maxstep": (0, 1, 1)}, InvalidQueryError, "maxstep"),
    ],
)
def test_bad_input_is_named(data: Any, more: dict[str, Any], error: type, says: str) -> None:
    with pytest.raises(error, match=says.replace("*", r"\*")):
        cna(data, **more)


def test_too_many_factors_is_an_error_and_no_heuristic() -> None:
    wide = {f"F{at}": [at % 2, 1 - at % 2] for at in range(room.MAX_FACTORS + 1)}
    with pytest.raises(CannotEstimateError, match=f"at most {room.MAX_FACTORS}"):
        cna(wide)


def test_too_large_a_search_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("implsci.analysis.cna._search.MAX_STEPS", 5)
    with pytest.raises(CannotEstimateError, match="lower maxstep"):
        cna(cases("cna_women.csv"))
    monkeypatch.setattr("implsci.analysis.cna._MAX_JOINS", 1)
    monkeypatch.setattr("implsci.analysis.cna._search.MAX_STEPS", 10_000)
    with pytest.raises(CannotEstimateError, match="ways to join"):
        cna(cases("cna_women.csv"))


@pytest.mark.parametrize("name", ["numpy"])
def test_a_missing_extra_says_how_to_install_it(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; import implsci.analysis.cna"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "coincidence analysis needs an extra: pip install 'implsci[analysis]'" in done.stderr
