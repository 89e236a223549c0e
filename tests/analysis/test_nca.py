"""Necessary condition analysis against R's figures, areas worked out another way, and enumeration."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from implsci.analysis.nca import NecessaryCondition, nca, nca_conditions
from implsci.errors import CannotEstimateError, InvalidQueryError

DATA = Path(__file__).parents[1] / "data" / "analysis" / "nca_individualism.csv"
with DATA.open(encoding="utf-8", newline="") as lines:
    ROWS = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(lines)]
X, Y = [x for x, _ in ROWS], [y for _, y in ROWS]
FOUND = nca(X, Y, permutations=200)


# --- R NCA 5.0.1 on the same data ---


def test_scope_and_staircase() -> None:
    line = FOUND.ceilings["ce_fdh"]
    assert pytest.approx(15563.6, abs=1e-4) == FOUND.scope
    assert line.zone == pytest.approx(6466.8, abs=1e-4)
    assert line.effect_size == pytest.approx(0.4155079802, abs=1e-4)
    assert (line.accuracy, line.n_above, line.slope, line.intercept) == (100, 0, None, None)
    assert line.peers == ((18, 42.3), (46, 171.6), (63, 173.1), (71, 184.9), (91, 214.4))


def test_straight_ceiling() -> None:
    line = FOUND.ceilings["cr_fdh"]
    assert line.zone == pytest.approx(4772.541449, abs=1e-4)
    assert line.effect_size == pytest.approx(0.3066476554, abs=1e-4)
    assert line.slope == pytest.approx(2.230229946, abs=1e-4)
    assert line.intercept == pytest.approx(28.35270913, abs=1e-4)
    assert line.accuracy == pytest.approx(92.857, abs=5e-4)
    assert line.n_above == 2
    assert line.condition_inefficiency == pytest.approx(10.383, abs=5e-4)
    assert line.outcome_inefficiency == pytest.approx(31.565, abs=5e-4)


@pytest.mark.parametrize(
    ("ceiling", "expected"),
    [
        ("ce_fdh", [None, None, 38.4, 38.4, 38.4, 38.4, 38.4, 38.4, 61.6, 100.0, 100.0]),
        ("cr_fdh", [None, None, None, None, 11.0, 24.1, 37.2, 50.3, 63.4, 76.5, 89.6]),
    ],
)
def test_bottleneck_table(ceiling: str, expected: list[float | None]) -> None:
    table = FOUND.ceilings[ceiling].bottleneck()
    assert [level.outcome for level in table] == pytest.approx(list(range(0, 101, 10)))
    rounded = [None if one.condition is None else round(one.condition, 1) for one in table]
    assert rounded == expected  # printed to one decimal
    assert all(level.attainable for level in table)


# --- the areas another way ---

CLOUD = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=2, max_size=15).filter(
    lambda rows: len({x for x, _ in rows}) > 1 and len({y for _, y in rows}) > 1
)


@settings(deadline=None)
@given(CLOUD)
def test_zones_against_sums_over_thin_strips(rows: list[tuple[int, int]]) -> None:
    x, y = [x for x, _ in rows], [y for _, y in rows]
    found = nca(x, y, permutations=0)
    top, low = max(y), min(y)
    # The staircase is flat over each unit of the condition, these being whole numbers.
    stairs = sum(top - max(b for a, b in rows if a <= strip) for strip in range(min(x), max(x)))
    assert found.ceilings["ce_fdh"].zone == pytest.approx(stairs)
    peers = [
        (a, b)
        for a, b in sorted(set(rows))
        if all(d < b for c, d in set(rows) - {(a, b)} if c <= a)
    ]
    assert found.ceilings["cr_fdh"].peers == tuple(peers)
    if len(peers) < 2:
        assert found.ceilings["cr_fdh"].slope is None
        assert found.ceilings["cr_fdh"].effect_size == 0
        return
    slope, intercept = np.polyfit(*np.array(peers, dtype=float).T, 1)
    fine = np.linspace(min(x), max(x), 200_001)
    middle = (fine[1:] + fine[:-1]) / 2
    strips = top - np.clip(intercept + slope * middle, low, top)
    assert found.ceilings["cr_fdh"].zone == pytest.approx(
        strips.sum() * (fine[1] - fine[0]), abs=1e-3
    )


@settings(deadline=None)
@given(CLOUD, st.integers(1, 9), st.integers(-20, 20))
def test_units_make_no_difference_to_effect_sizes(
    rows: list[tuple[int, int]], scale: int, shift: int
) -> None:
    x, y = [x for x, _ in rows], [y for _, y in rows]
    plain = nca(x, y, permutations=0)
    moved = nca([scale * v + shift for v in x], [v * scale - shift for v in y], permutations=0)
    for name, line in plain.ceilings.items():
        assert moved.ceilings[name].effect_size == pytest.approx(line.effect_size, abs=1e-9)
        assert 0 <= line.effect_size <= 1


def test_p_approaches_the_share_of_all_orders() -> None:
    x, y = [1, 2, 3, 4, 5], [2, 1, 4, 3, 5]
    zone = nca(x, y, permutations=0).ceilings["ce_fdh"].zone
    zones = [nca(x, order, permutations=0).ceilings["ce_fdh"].zone for order in permutations(y)]
    exact = sum(one >= zone - 1e-9 for one in zones) / math.factorial(5)
    found = nca(x, y, permutations=20_000, seed=3)
    assert found.p == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 20_000))


def test_p_is_the_same_for_the_same_seed_and_never_0() -> None:
    assert nca(X, Y, permutations=200).p == FOUND.p
    steep = nca(range(12), range(12), permutations=100)
    assert steep.p == pytest.approx(1 / 101)
    assert nca(X, Y, permutations=0).p is None
    assert nca([1, 2, 3], [3, 2, 1]).p == 1


# --- scope, gaps, several conditions ---


def test_a_wider_scope_by_hand() -> None:
    found = nca([1, 2], [1, 2], scope=(0, 4, 0, 4), permutations=0)
    # Empty above: all of 0..1 (4), 3 high over 1..2, 2 high over 2..4.
    assert (found.scope, found.ceilings["ce_fdh"].zone) == (16, 4 + 3 + 4)
    # The line is y = x: half of the square lies above it.
    assert found.ceilings["cr_fdh"].zone == pytest.approx(8)
    top = found.ceilings["ce_fdh"].bottleneck(steps=1)[-1]
    assert (top.condition, top.attainable) == (None, False)


def test_a_straight_ceiling_may_ask_for_more_than_anyone_has() -> None:
    # The line through the peers (0, 0), (9, 1), (10, 9) is at about 5.5 where the condition ends.
    line = nca([0, 9, 10], [0, 1, 9], permutations=0).ceilings["cr_fdh"]
    assert line.slope == pytest.approx(107 / 182)
    table = line.bottleneck()
    assert [level.attainable for level in table] == [True] * 7 + [False] * 4
    assert table[-1].condition is None
    assert line.condition_inefficiency == 0


def test_missing_values_are_counted() -> None:
    found = nca([1, 2, None, 3], [1, 2, 3, math.nan], permutations=0)
    assert (found.n, found.missing) == (2, 2)


def test_several_conditions_share_their_cases() -> None:
    trust, funds, use = [1, 2, 3, 4, None], [4, 1, 2, 2, 9], [1, 2, 2, 4, 5]
    both = nca_conditions({"trust": trust, "funds": funds}, use, permutations=0, outcome="use")
    alone = nca(trust[:4], use[:4], permutations=0, names=("trust", "use"))
    assert both.results[0].ceilings == alone.ceilings
    table = both.bottleneck(steps=2)
    assert [row["use"] for row in table] == [0, 50, 100]
    by_hand = alone.ceilings["ce_fdh"].bottleneck(2)
    assert [row["trust"] for row in table] == [level.condition for level in by_hand]
    assert len(both.to_rows()) == 4
    assert both.sentence().startswith("Share of the scope")


def test_plain_values() -> None:
    text = json.dumps(FOUND.to_dict(), allow_nan=False)
    assert "CE-FDH" in text
    assert FOUND.to_rows()[1]["ceiling"] == "cr_fdh"
    assert FOUND.to_table().num_rows == 2


# --- what cannot be asked ---


@pytest.mark.parametrize(
    ("x", "y", "more", "error", "says"),
    [
        ([], [], {}, CannotEstimateError, "0 cases"),
        ([1], [1], {}, CannotEstimateError, "1 cases"),
        ([None, None], [1, 2], {}, CannotEstimateError, "0 cases"),
        ([1, 1], [1, 2], {}, CannotEstimateError, "x never varies"),
        ([1, 2], [3, 3], {}, CannotEstimateError, "y never varies"),
        ([1, 2], [1], {}, InvalidQueryError, "x has 2 cases"),
        ([1, "a"], [1, 2], {}, InvalidQueryError, "one number a case"),
        ([1, math.inf], [1, 2], {}, InvalidQueryError, "finite"),
        ([1, 2], [1, 2], {"scope": (0, 1, 0, 2)}, InvalidQueryError, "scope"),
        ([1, 2], [1, 2], {"permutations": -1}, InvalidQueryError, "permutations"),
    ],
)
def test_bad_input_is_named(x: Any, y: Any, more: Any, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        nca(x, y, **more)


def test_bad_questions_of_a_table() -> None:
    line = FOUND.ceilings["ce_fdh"]
    with pytest.raises(InvalidQueryError, match="steps"):
        line.bottleneck(0)
    with pytest.raises(InvalidQueryError, match="scale"):
        line.bottleneck(scale="percent")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="at least one"):
        nca_conditions({}, Y)
    with pytest.raises(InvalidQueryError, match="like the outcome"):
        nca_conditions({"y": X}, Y)
    both = nca_conditions({"a": X, "b": X}, Y, permutations=0)
    with pytest.raises(InvalidQueryError, match="ceiling"):
        both.bottleneck("cr_vrs")  # type: ignore[arg-type]


def test_no_number_is_ever_nan() -> None:
    @settings(deadline=None)
    @given(CLOUD)
    def check(rows: list[tuple[int, int]]) -> None:
        found: NecessaryCondition = nca(*zip(*rows, strict=True), permutations=20)
        assume(found.n > 1)
        json.dumps(found.to_dict(), allow_nan=False)

    check()


@pytest.mark.parametrize("name", ["numpy"])
def test_a_missing_extra_says_how_to_install_it(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; import implsci.analysis.nca"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (
        "necessary condition analysis needs an extra: pip install 'implsci[analysis]'"
        in done.stderr
    )
