"""Sequences against TraMineR, R's hclust, definitions counted out by hand, and symmetries."""

from __future__ import annotations

import csv
import itertools
import json
import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import linkage  # type: ignore[import-untyped, unused-ignore]
from scipy.spatial.distance import squareform  # type: ignore[import-untyped, unused-ignore]

from implsci import Event
from implsci.analysis import sequences as sq
from implsci.analysis.result import Result
from implsci.errors import (
    CannotEstimateError,
    InvalidQueryError,
    InvalidRecord,
    UnknownNameError,
)

DATA = Path(__file__).parents[1] / "data" / "analysis" / "sequence_actcal10.csv"


def actcal() -> sq.SequenceSet:
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    return sq.SequenceSet.from_rows([row[1:] for row in rows], ids=[row[0] for row in rows])


ACTCAL = actcal()
near = pytest.approx


def approx(expected: object) -> object:
    return pytest.approx(expected, rel=0, abs=1e-4)


# --- TraMineR 2.2-12 on the first ten sequences of its actcal data ---


def test_transition_counts_and_rates() -> None:
    # R TraMineR 2.2-12, seqtrate(count=TRUE) and seqtrate().
    found = sq.transition_rates(ACTCAL)
    assert found.states == ("A", "B", "C", "D")
    assert found.counts == ((50, 0, 0, 1), (0, 34, 0, 0), (0, 1, 8, 0), (1, 1, 0, 14))
    expected = (
        (0.98039216, 0, 0, 0.019607843),
        (0, 1, 0, 0),
        (0, 0.11111111, 0.88888889, 0),
        (0.0625, 0.0625, 0, 0.875),
    )
    for row, wanted in zip(found.rates, expected, strict=True):
        assert row == approx(wanted)
    assert (found.n, found.moves, found.unknown) == (10, 110, 0)


def test_transition_rate_costs() -> None:
    # R TraMineR 2.2-12, seqsubm(method="TRATE").
    costs = sq.substitution_costs(ACTCAL, "trate").costs
    a, b, c, d = range(4)
    assert (costs[a][b], costs[a][c], costs[a][d]) == approx((2, 2, 1.9178922))
    assert (costs[b][c], costs[b][d], costs[c][d]) == approx((1.8888889, 1.9375, 2))


def test_optimal_matching_with_constant_costs() -> None:
    # R TraMineR 2.2-12, seqdist(method="OM", sm="CONSTANT", indel=1).
    found = sq.optimal_matching(ACTCAL).matrix
    assert found[0].tolist() == [0, 24, 0, 18, 24, 2, 24, 24, 24, 24]
    assert found[1].tolist() == [24, 0, 24, 24, 10, 22, 14, 10, 10, 10]


def test_optimal_matching_with_transition_rate_costs() -> None:
    # R TraMineR 2.2-12, seqdist(method="OM", sm="TRATE", indel=1).
    found = sq.optimal_matching(ACTCAL, "trate").matrix
    first = [0, 23.6875, 0, 17.0, 24.0, 1.9375, 23.25, 24.0, 24.0, 24.0]
    second = [23.6875, 0, 23.6875, 23.8125, 9.5894608, 21.75, 13.425245, *[9.5894608] * 3]
    assert found[0].tolist() == approx(first)
    assert found[1].tolist() == approx(second)


def test_hamming_distance() -> None:
    # R TraMineR 2.2-12, seqdist(method="HAM").
    assert sq.hamming(ACTCAL).matrix[1].tolist() == [12, 0, 12, 12, 5, 11, 7, 5, 5, 5]


def test_indices() -> None:
    # R TraMineR 2.2-12, seqient(), seqST(), seqici().
    even = (0, 0.48993438, 0, 0.40563906, 0, 0.20690843, 0, 0, 0, 0)
    turbulent = (1, 4.2479275, 1, 3.3785116, 1, 2, 1, 1, 1, 1)
    complex_ = (0, 0.29846102, 0, 0.19203197, 0, 0.13714903, 0, 0, 0, 0)
    assert sq.entropy(ACTCAL).values == approx(even)
    assert sq.turbulence(ACTCAL).values == approx(turbulent)
    assert sq.complexity(ACTCAL).values == approx(complex_)


def test_number_of_changes_by_path() -> None:
    # R TraMineR 2.2-12, seqtransn().
    changes = {
        name: len(path.states) - 1
        for path in sq.paths(ACTCAL, expected=("D", "A")).paths
        for name in path.ids
    }
    assert [changes[name] for name in ACTCAL.ids] == [0, 2, 0, 1, 0, 1, 0, 0, 0, 0]


def test_cross_sectional_entropy() -> None:
    # R TraMineR 2.2-12, seqstatd()$Entropy, printed to two decimals.
    found = [round(at.entropy or 0, 2) for at in sq.state_distribution(ACTCAL).positions]
    assert found == [0.92] * 4 + [0.84] * 5 + [0.68, 0.68, 0.76]


@pytest.mark.parametrize(
    ("rule", "clusters", "expected"),
    [
        # R 4.2.2, cutree(hclust(as.dist(hamming), method), k).
        ("average", 2, [1, 2, 1, 1, 2, 1, 2, 2, 2, 2]),
        ("average", 3, [1, 2, 1, 1, 2, 1, 3, 2, 2, 2]),
        ("complete", 4, [1, 2, 1, 3, 2, 1, 4, 2, 2, 2]),
        ("single", 3, [1, 2, 1, 3, 2, 1, 2, 2, 2, 2]),
    ],
)
def test_clusters_against_r(rule: sq.Linkage, clusters: int, expected: list[int]) -> None:
    found = sq.typical_trajectories(ACTCAL, sq.hamming(ACTCAL), clusters, rule)
    groups = {
        frozenset(name for name, one in zip(ACTCAL.ids, expected, strict=True) if one == number)
        for number in expected
    }
    assert {frozenset(one.ids) for one in found.clusters} == groups
    assert [len(one.ids) for one in found.clusters] == sorted(
        (len(group) for group in groups), reverse=True
    )


# --- definitions counted out ---

STATES = "abc"
some_rows = st.lists(
    st.lists(st.sampled_from(STATES), min_size=1, max_size=6), min_size=2, max_size=6
)


def edits(one: Sequence[str], other: Sequence[str], cost: float, indel: float) -> float:
    """Textbook recursion, a cell at a time."""
    table = [[indel * j for j in range(len(other) + 1)]]
    for i, state in enumerate(one, start=1):
        row = [indel * i]
        for j, against in enumerate(other, start=1):
            swap = table[-1][j - 1] + (0 if state == against else cost)
            row.append(min(table[-1][j] + indel, row[-1] + indel, swap))
        table.append(row)
    return table[-1][-1]


@given(some_rows, st.sampled_from([0.5, 1.0, 1.7]), st.sampled_from([0.3, 2.0, 5.0]))
def test_optimal_matching_is_the_least_cost(
    rows: list[list[str]], indel: float, cost: float
) -> None:
    data = sq.SequenceSet.from_rows(rows, alphabet=tuple(STATES))
    costs = sq.substitution_costs(data, "constant", cost)
    found = sq.optimal_matching(data, costs, indel).matrix
    for i, j in itertools.product(range(len(rows)), repeat=2):
        assert found[i, j] == near(edits(rows[i], rows[j], cost, indel))


@given(some_rows)
def test_distances_are_a_metric(rows: list[list[str]]) -> None:
    found = sq.optimal_matching(rows).matrix
    assert np.array_equal(found, found.T)
    for i, j, k in itertools.product(range(len(rows)), repeat=3):
        assert (found[i, j] == 0) == (rows[i] == rows[j])
        assert found[i, k] <= found[i, j] + found[j, k] + 1e-9


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=7))
def test_turbulence_counts_every_subsequence(states: list[str]) -> None:
    runs = [(state, len(list(run))) for state, run in itertools.groupby(states)]
    letters = [state for state, _ in runs]
    seen = {
        tuple(letters[at] for at in chosen)
        for size in range(len(letters) + 1)
        for chosen in itertools.combinations(range(len(letters)), size)
    }
    lengths = [length for _, length in runs]
    most = (len(runs) - 1) * (1 - np.mean(lengths)) ** 2
    expected = math.log2(len(seen) * (most + 1) / (np.var(lengths) + 1))
    assert list(sq.turbulence([states])) == [near(expected)]


def test_turbulence_of_a_very_long_sequence_is_finite() -> None:
    (value,) = sq.turbulence([["a", "b"] * 3000]).values
    assert value is not None
    assert math.isfinite(value)


@given(some_rows)
def test_silhouettes_by_their_definition(rows: list[list[str]]) -> None:
    data = sq.SequenceSet.from_rows(rows)
    apart = sq.optimal_matching(data)
    try:
        found = sq.typical_trajectories(data, apart)
    except CannotEstimateError:
        # Too few to part, or all so far apart that no cut of the tree parts some and not others.
        heights = linkage(squareform(apart.matrix), "average")[:, 2]
        assert len({tuple(row) for row in rows}) < 3 or np.ptp(heights) < 1e-9
        return
    groups = [one.ids for one in found.clusters]
    assert sorted(itertools.chain(*groups)) == sorted(data.ids)
    widths = []
    for group in groups:
        for name in group:
            if len(group) == 1:
                widths.append(0.0)
                continue
            within = sum(apart.between(name, other) for other in group) / (len(group) - 1)
            nearest = min(
                sum(apart.between(name, other) for other in far) / len(far)
                for far in groups
                if far != group
            )
            top = max(within, nearest)
            widths.append((nearest - within) / top if top else 0.0)
    tried = dict(found.silhouettes)
    assert tried[len(groups)] == near(sum(widths) / len(widths))
    assert tried[len(groups)] == near(max(tried.values()))


@given(some_rows)
def test_medoids_are_the_most_central_members(rows: list[list[str]]) -> None:
    data = sq.SequenceSet.from_rows(rows)
    apart = sq.optimal_matching(data)
    (one,) = sq.typical_trajectories(data, apart, clusters=1).clusters
    costs = {tuple(row): apart.matrix[at].sum() for at, row in enumerate(rows)}
    least = min(costs.values())
    assert set(one.medoids) == {states for states, cost in costs.items() if cost == near(least)}
    assert one.spread == near(least / len(rows))
    assert one.silhouette is None


# --- weights, gaps, lengths ---


@given(some_rows, st.data())
def test_a_weight_is_so_many_copies(rows: list[list[str]], data: st.DataObject) -> None:
    weights = [data.draw(st.integers(1, 3)) for _ in rows]
    alphabet = tuple(STATES)
    weighted = sq.SequenceSet.from_rows(rows, alphabet=alphabet, weights=weights)
    copied = sq.SequenceSet.from_rows(
        [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)],
        alphabet=alphabet,
    )
    if any(len(row) > 1 for row in rows):
        one, other = sq.transition_rates(weighted), sq.transition_rates(copied)
        assert one.counts == other.counts
        assert one.rates == other.rates
    assert sq.mean_times(weighted).times == near(sq.mean_times(copied).times)
    for here, there in zip(
        sq.state_distribution(weighted).positions,
        sq.state_distribution(copied).positions,
        strict=True,
    ):
        assert here == there
    expected = ("a", "b", "c")
    for what in ("follows", "skipped", "repeated", "reversed", "incomplete", "outside"):
        assert sq.paths(weighted, expected).share(what) == near(
            sq.paths(copied, expected).share(what)
        )


GAPPED = sq.SequenceSet.from_rows(
    [["push", None, "pull"], ["push", "push"], ["pull", "push", "push"]]
)


def test_gaps_are_counted_and_never_filled() -> None:
    rates = sq.transition_rates(GAPPED)
    assert (rates.moves, rates.unknown) == (3, 2)
    second = sq.state_distribution(GAPPED).positions[1]
    assert (second.known, second.unknown, second.ended) == (2, 1, 0)
    third = sq.state_distribution(GAPPED).positions[2]
    assert (third.shares, third.ended) == ((0.5, 0.5), 1)
    found = sq.paths(GAPPED, ("push", "pull"))
    assert (found.n, found.with_gaps) == (2, 1)
    assert sq.entropy(GAPPED).values[0] == near(1)
    assert sq.mean_times(GAPPED).unknown == 1
    for index in (sq.turbulence, sq.complexity):
        result = index(GAPPED)
        assert result.values[0] is None
        assert "gaps" in (result.reasons[0] or "")
    for distance in (sq.hamming, sq.optimal_matching):
        with pytest.raises(CannotEstimateError, match="position 2 of sequence '1'"):
            distance(GAPPED)


def test_gaps_can_be_closed_or_named() -> None:
    assert GAPPED.without_gaps().sequences[0] == ("push", "pull")
    named = GAPPED.gaps_as("?")
    assert named.sequences[0] == ("push", "?", "pull")
    assert named.alphabet == ("pull", "push", "?")
    assert sq.optimal_matching(named).between("1", "2") > 0
    with pytest.raises(InvalidQueryError, match="stands twice"):
        GAPPED.gaps_as("push")


def test_a_position_with_nothing_known() -> None:
    found = sq.state_distribution([["push", None, "pull"]])
    assert found.positions[1].shares is None
    assert found.positions[1].entropy is None
    assert found.to_rows()[2]["share"] is None


def test_hamming_needs_one_length() -> None:
    with pytest.raises(CannotEstimateError, match="1 to 2 positions"):
        sq.hamming([["push"], ["push", "pull"]])


def test_rates_by_position_add_up_to_the_pooled_counts() -> None:
    pooled = np.array(sq.transition_rates(ACTCAL).counts)
    apart = sq.transition_rates_by_position(ACTCAL)
    assert [one.position for one in apart] == list(range(1, 12))
    assert np.array_equal(sum(np.array(one.counts) for one in apart), pooled)
    assert apart[0].rate("C", "D") == 0
    last_of_c = sq.transition_rates_by_position([["C", "D", "D"]])[1]
    assert last_of_c.rate("C", "D") is None


def test_a_state_never_followed_adds_nothing_to_a_cost() -> None:
    costs = sq.substitution_costs([["push", "pull"]], "trate")
    assert costs.costs == ((0, 1), (1, 0))


# --- paths ---


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ("push pull co", {"follows"}),
        ("push push pull co co", {"follows"}),
        ("push pull", {"incomplete"}),
        ("push", {"incomplete"}),
        ("push co", {"skipped"}),
        ("pull co", {"skipped"}),
        ("co", {"skipped"}),
        ("push pull push pull co", {"repeated", "reversed"}),
        ("push co pull", {"reversed"}),
        ("push other push pull co", {"repeated", "outside"}),
        ("co other push", {"skipped", "reversed", "outside"}),
        ("other", {"incomplete", "outside"}),
    ],
)
def test_departures_from_the_expected_path(states: str, expected: set[str]) -> None:
    found = sq.paths([states.split()], ("push", "pull", "co"))
    kinds = ("follows", "incomplete", "skipped", "repeated", "reversed", "outside")
    assert {what for what in kinds if found.count(what)} == expected


def test_departures_name_the_states() -> None:
    (path,) = sq.paths([["co", "other", "push", "co"]], ("push", "pull", "co")).paths
    assert path.skipped == ("pull",)
    assert path.repeated == ("co",)
    assert path.reversed == (("co", "push"),)
    assert path.outside == ("other",)


def test_paths_are_ordered_by_weight_and_shares_sum_to_one() -> None:
    found = sq.paths(ACTCAL, ("D", "A"))
    assert sum(path.share for path in found.paths) == near(1)
    assert [path.states for path in found.paths[:2]] == [("A",), ("B",)]
    assert found.paths[0].ids == ("s05", "s08", "s09", "s10")
    assert found.to_rows()[0]["of"] == 10


# --- where sequences come from ---


def test_sequences_from_episodes() -> None:
    def episode(name: str, case: str, **given: str) -> sq.EpisodeProfile:
        return sq.EpisodeProfile(id=name, case=case, **given)  # type: ignore[arg-type]

    found = sq.SequenceSet.from_episodes(
        [
            episode("2", "ana", date="2021", start="pull", end="co-creation"),
            episode("3", "ben", start="push"),
            episode("1", "ana", date="2020-03", start="push", end="pull"),
            episode("4", "ben", start="pull", end="pull"),
        ]
    )
    assert found.ids == ("ana", "ben")
    assert found.sequences == (("push", "pull", "co-creation"), ("push", None, "pull", "pull"))


@pytest.mark.parametrize(
    "dates", [("2020", "2020-03"), ("2020-03", "2020-03"), ("2020", None)], ids=str
)
def test_an_open_order_is_refused(dates: tuple[str | None, ...]) -> None:
    episodes = [
        sq.EpisodeProfile(id=str(at), case="ana", date=date, start="push", end="pull")
        for at, date in enumerate(dates)
    ]
    with pytest.raises(InvalidQueryError, match="case 'ana'"):
        sq.SequenceSet.from_episodes(episodes)


def test_sequences_from_events() -> None:
    kinds = {"training": "push", "request": "pull"}
    events = [
        Event(kind="request", of="a", date="2021-01-02"),
        Event(kind="renamed", date="2020"),
        Event(kind="training", of="a", date="2021-01-01"),
    ]
    assert sq.SequenceSet.from_events(events, kinds).sequences == (("push", "pull"),)
    with pytest.raises(InvalidQueryError, match="names no case"):
        sq.SequenceSet.from_events([Event(kind="training", date="2021")], kinds)
    with pytest.raises(InvalidQueryError, match="no sequences"):
        sq.SequenceSet.from_events([], kinds)


# --- episode profiles ---


def test_a_profile_lists_every_fault() -> None:
    with pytest.raises(InvalidRecord) as caught:
        sq.EpisodeProfile(id=" ", case="ana", date="May", quotes=("", "a", "a"), story="")
    paths = [fault.path for fault in caught.value.faults]
    assert paths == ["id", "story", "quotes[0]", "quotes[2]", "date"]
    with pytest.raises(InvalidRecord, match="expected a tuple, got 'trust'"):
        sq.EpisodeProfile(id="1", case="ana", topics="trust")  # type: ignore[arg-type]


def test_topics_have_two_denominators() -> None:
    profiles = [
        sq.EpisodeProfile(id="1", case="ana", topics=("trust", "time")),
        sq.EpisodeProfile(id="2", case="ana", topics=("trust",)),
        sq.EpisodeProfile(id="3", case="ben", topics=("time",)),
        sq.EpisodeProfile(id="4", case="cy"),
    ]
    found = sq.topics(profiles)
    assert [(one.topic, one.profiles, one.cases) for one in found.topics] == [
        ("time", 2, 2),
        ("trust", 2, 1),
    ]
    assert (found.profiles, found.cases, found.without) == (4, 3, 1)
    assert found.topics[0].share == near(0.5)
    assert found.topics[1].case_share == near(1 / 3)
    with pytest.raises(InvalidQueryError, match="'1' stands twice"):
        sq.topics([profiles[0], profiles[0]])
    with pytest.raises(InvalidQueryError, match="no profiles"):
        sq.topics([])


# --- figures and graphs ---

HOSTILE = [
    'a"]; n9 [label="x',
    "end\n  n9 -->|x| n0",
    "<script>alert(1)</script>",
    "back\\",
    '`md` "quoted" #quot; ; |pipe|',
    "click n0 call\u2028\u202e()",
    "--> n1",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_can_break_out_of_a_graph(name: str) -> None:
    rates = sq.transition_rates([[name, "push"], ["push", name]])
    dot = sq.to_dot(rates).splitlines()
    assert len(dot) == 6
    quoted = r'"(?:[^"\\]|\\.)*"'
    for line in dot[1:3]:
        assert re.fullmatch(rf"  n[01] \[label={quoted}\];", line)
    for line in dot[3:5]:
        assert re.fullmatch(rf"  n[01] -> n[01] \[label={quoted}\];", line)
    mermaid = sq.to_mermaid(rates).splitlines()
    assert len(mermaid) == 5
    for line in mermaid[1:3]:
        assert re.fullmatch(r'  n[01]\["[\w .,#;-]*"\]', line)
    label = next(line for line in mermaid if "push" not in line and "[" in line)
    text = re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label[6:-2])
    assert text == "".join(char if char.isprintable() else " " for char in name)


def test_rare_transitions_can_be_left_out() -> None:
    rates = sq.transition_rates(ACTCAL)
    assert sq.to_dot(rates).count("->") == 8
    assert sq.to_dot(rates, least=0.1).count("->") == 5
    with pytest.raises(InvalidQueryError, match="between 0 and 1"):
        sq.to_mermaid(rates, least=math.nan)


def test_rows_of_the_figures() -> None:
    rows = sq.index_rows(ACTCAL)
    assert len(rows) == 120
    assert [row["id"] for row in rows if row["position"] == 1] == [
        "s05", "s08", "s09", "s10", "s01", "s03", "s04", "s06", "s02", "s07",
    ]  # fmt: skip
    flows = sq.alluvial_rows(GAPPED)
    assert [tuple(row.values())[:4] for row in flows] == [
        (1, "pull", "push", 1),
        (1, "push", "push", 1),
        (1, "push", None, 1),
        (2, "push", "push", 1),
        (2, None, "pull", 1),
    ]
    for position in (1, 2):
        shares = [row["share"] for row in flows if row["position"] == position]
        assert sum(share for share in shares if isinstance(share, float)) == near(1)


RESULTS = [
    sq.transition_rates(ACTCAL),
    sq.optimal_matching(ACTCAL),
    sq.entropy(ACTCAL),
    sq.turbulence(GAPPED),
    sq.state_distribution(GAPPED),
    sq.mean_times(ACTCAL),
    sq.paths(ACTCAL, ("D", "A")),
    sq.typical_trajectories(ACTCAL, sq.optimal_matching(ACTCAL)),
    sq.topics([sq.EpisodeProfile(id="1", case="ana", topics=("trust",))]),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_results_are_plain(result: Result) -> None:
    rows = result.to_rows()
    assert rows
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    text = json.dumps(result.to_dict(), allow_nan=False)
    assert "nan" not in text.lower()
    assert result.assumptions
    assert result.to_table().num_rows == len(rows)


# --- bad input ---


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no sequences"),
        ([[]], "sequence '1' is empty"),
        ([["push"], [None, None]], "sequence '2' is empty"),
        (["push"], "expected a row of states"),
        ([[1, 2]], "expected a state's name"),
        ([[["push"]]], "expected a state's name"),
        ("push", "data: expected SequenceSet or several values"),
        (None, "data: expected SequenceSet or several values"),
        ([["push", " "]], "expected some text as state"),
    ],
)
def test_bad_rows(rows: list[list[str]], message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        sq.transition_rates(rows)


def test_bad_sets() -> None:
    make = sq.SequenceSet.from_rows
    with pytest.raises(UnknownNameError, match="did you mean pull") as caught:
        make([["push", "pul"]], alphabet=("push", "pull"))
    assert caught.value.kind == "state"
    with pytest.raises(InvalidQueryError, match="id 'a' stands twice"):
        make([["push"], ["pull"]], ids=("a", "a"))
    with pytest.raises(InvalidQueryError, match="state 'push' stands twice"):
        make([["push"]], alphabet=("push", "push"))
    with pytest.raises(InvalidQueryError, match="several states"):
        make([["push"]], alphabet="push")
    with pytest.raises(InvalidQueryError, match="expected one of weights for each of 2"):
        make([["push"], ["pull"]], weights=(1,))
    for weight in (0, -1, math.nan, math.inf, 1e13, True, "1", None):
        with pytest.raises(InvalidQueryError, match="expected a number above 0"):
            make([["push"]], weights=(weight,))  # type: ignore[arg-type]


def test_what_cannot_be_estimated() -> None:
    for ask, message in (
        (lambda: sq.transition_rates([["push"]]), "no moves"),
        (lambda: sq.transition_rates([["push", None, "pull"]]), "no moves"),
        (lambda: sq.transition_rates_by_position([["push"]]), "no moves"),
        (lambda: sq.entropy([["push", "push"]]), "one state"),
        (lambda: sq.complexity([["push", "push"]]), "one state"),
        (lambda: sq.complexity([["push"], ["pull"]]), "one position"),
        (lambda: sq.turbulence([["push", None]]), "gaps"),
        (lambda: sq.paths([["push", None]]), "every sequence has a gap"),
        (lambda: sq.optimal_matching([["push"]], "trate"), "no moves"),
    ):
        with pytest.raises(CannotEstimateError, match=message):
            ask()


def test_one_sequence_is_no_distance_and_no_cluster() -> None:
    apart = sq.optimal_matching([["push", "pull"]])
    assert apart.matrix.tolist() == [[0]]
    assert apart.to_rows() == ()
    assert "no distance" in apart.sentence()
    with pytest.raises(CannotEstimateError, match="at least 2"):
        sq.typical_trajectories([["push", "pull"]], apart)


def test_ties_are_not_cut() -> None:
    rows = [["a"], ["b"], ["c"], ["c"]]
    apart = sq.hamming(rows)
    with pytest.raises(CannotEstimateError, match="2 clusters cannot be told apart; 1 can"):
        sq.typical_trajectories(rows, apart, clusters=2)
    found = sq.typical_trajectories(rows, apart, clusters=3)
    assert [one.ids for one in found.clusters] == [("3", "4"), ("1",), ("2",)]


def test_bad_arguments() -> None:
    rows = [["push", "pull"], ["pull", "push"]]
    apart = sq.hamming(rows)
    costs = sq.SubstitutionCosts(states=("a",), costs=((0,),))
    for ask, message in (
        (lambda: sq.optimal_matching(rows, "dynamic"), "expected 'constant' or 'trate'"),  # type: ignore[arg-type]
        (lambda: sq.optimal_matching(rows, costs), "the costs are for a"),
        (lambda: sq.optimal_matching(rows, indel=0), "indel cost"),
        (lambda: sq.optimal_matching(rows, indel=1e300), "at most 1e"),
        (lambda: sq.optimal_matching(rows, indel=math.nan), "indel cost"),
        (lambda: sq.substitution_costs(rows, "constant", -1), "0 or more"),
        (lambda: sq.typical_trajectories(rows[:1], apart), "other sequences"),
        (lambda: sq.typical_trajectories(rows, apart, 3), "is 1 to 2; got 3"),
        (
            lambda: sq.typical_trajectories(rows, apart, True),
            "clusters: expected a whole number",
        ),
        (lambda: sq.typical_trajectories(rows, apart, 2, "ward"), "linkage_rule: expected"),  # type: ignore[arg-type]
        (lambda: sq.paths(rows, ("push",)), "2 or more states"),
        (lambda: sq.paths(rows, "push"), "expected: expected several names"),
        (lambda: sq.paths(rows).count("lost"), "what to count"),
        (lambda: sq.transition_rates(rows).rate("push", "lost"), "'lost' is not one"),
        (lambda: apart.between("1", "9"), "no sequence '9'"),
    ):
        with pytest.raises(InvalidQueryError, match=message):
            ask()


@pytest.mark.parametrize(
    ("costs", "message"),
    [
        (((0, 1),), "2 rows of 2"),
        (((0, 1), (2, 0)), "one cost for both"),
        (((1, 1), (1, 0)), "expected 0"),
        (((0, -1), (-1, 0)), "0 or more"),
        (((0, math.nan), (math.nan, 0)), "0 or more"),
    ],
)
def test_bad_costs(costs: tuple[tuple[float, ...], ...], message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        sq.SubstitutionCosts(states=("a", "b"), costs=costs)


def test_too_many_sequences(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("implsci.analysis.sequences._distances.MOST_SEQUENCES", 1)
    with pytest.raises(CannotEstimateError, match="the limit is 1"):
        sq.hamming([["push"], ["pull"]])
