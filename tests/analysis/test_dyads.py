"""Instruments by their printed keys; reliability, reciprocity and change against R."""

from __future__ import annotations

import csv
import json
import math
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from implsci import Measurement, Relationship, Study
from implsci.analysis import dyads as dy
from implsci.analysis.result import Result
from implsci.errors import (
    CannotEstimateError,
    InvalidQueryError,
    InvalidRecord,
    InvalidTableError,
    UnknownNameError,
)

DATA = Path(__file__).parents[1] / "data" / "analysis" / "attitude.csv"
near = pytest.approx


def attitude() -> tuple[list[str], list[list[float]]]:
    with DATA.open(encoding="utf-8", newline="") as lines:
        head, *rows = csv.reader(lines)
    return head, [[float(value) for value in row] for row in rows]


NAMES, ATTITUDE = attitude()


def says(
    respondent: str, toward: str, value: float | None, time: str | None = None, of: str = "trust"
) -> Measurement:
    return Measurement(of=of, value=value, respondent=respondent, toward=toward, time=time)


# --- instruments: the keys ---


def key(name: str, subscale: str | None) -> list[int]:
    return [item.number for item in dy.instrument(name).items if item.subscale == subscale]


def test_key_of_the_short_revised_working_alliance_inventory() -> None:
    # Hatcher & Gillaspy 2006 (doi:10.1080/10503300500352500), key as printed on two
    # public pages, on one of them under the name of the short form of 1989.
    one = dy.instrument("wai-sr")
    assert key("wai-sr", "task") == [1, 2, 10, 12]
    assert key("wai-sr", "bond") == [3, 5, 7, 9]
    assert key("wai-sr", "goal") == [4, 6, 8, 11]
    assert not any(item.reversed for item in one.items)
    assert (one.scale_min, one.scale_max, one.status) == (1, 5, "verified")


def test_key_of_psychological_safety() -> None:
    # Edmondson 1999 (doi:10.2307/2666999): seven items, 1, 3 and 5 reversed, 1 becomes 7.
    one = dy.instrument("psychological-safety")
    assert [item.number for item in one.items] == [1, 2, 3, 4, 5, 6, 7]
    assert [item.number for item in one.items if item.reversed] == [1, 3, 5]
    assert one.keyed([1, 1, 7, 1, 2, 1, 1]) == (7, 1, 1, 1, 6, 1, 1)
    assert (one.scale_min, one.scale_max, one.status) == (1, 7, "verified")


def test_what_is_unsure_is_provisional_and_says_so() -> None:
    for one in dy.instruments():
        assert one.status == "verified" or "memory" in (one.note or "")
        assert one.doi or one.status == "provisional"
    assert {one.name for one in dy.instruments() if one.status == "provisional"} == {
        "trusting-relationship",
        "wai-s",
    }


def test_twelve_items_make_three_subscales_of_four() -> None:
    for name in ("wai-s", "wai-sr"):
        numbers = sorted(n for part in ("task", "bond", "goal") for n in key(name, part))
        assert numbers == list(range(1, 13))
        assert {len(key(name, part)) for part in ("task", "bond", "goal")} == {4}


# --- instruments: scoring ---


def test_a_score_by_hand() -> None:
    answers = dict(zip(range(1, 8), [2, 6, 1, 5, 3, 7, 6], strict=True))
    (score,) = dy.instrument("psychological-safety").score(
        answers, respondent="ana", toward="team", time="pre"
    )
    assert score.value == near((6 + 6 + 7 + 5 + 5 + 7 + 6) / 7)
    assert (score.respondent, score.toward, score.time) == ("ana", "team", "pre")
    assert (score.scale_min, score.scale_max, score.instrument) == (1, 7, "psychological-safety")
    Relationship(id="r", label="team", measurements=(score,))


@given(st.sampled_from(dy.instruments()), st.data())
def test_turning_every_answer_round_turns_the_score_round(
    one: dy.Instrument, data: st.DataObject
) -> None:
    low, high = int(one.scale_min), int(one.scale_max)
    answers = [data.draw(st.integers(low, high)) for _ in one.items]
    turned = [low + high - answer for answer in answers]
    for here, there in zip(one.score(answers), one.score(turned), strict=True):
        assert here.value is not None
        assert there.value is not None
        assert here.value + there.value == near(low + high)
        assert low <= here.value <= high
    for plain, percent in zip(
        one.score(answers), one.score(answers, rescale=(0, 100)), strict=True
    ):
        assert plain.value is not None
        assert percent.value == near(100 * (plain.value - low) / (high - low))
        assert (percent.scale_min, percent.scale_max) == (0, 100)


@given(st.sampled_from(dy.instruments()), st.data())
def test_subscales_weigh_up_to_the_whole(one: dy.Instrument, data: st.DataObject) -> None:
    assume(one.subscales)
    answers = [data.draw(st.integers(int(one.scale_min), int(one.scale_max))) for _ in one.items]
    whole, *parts = [score.value for score in one.score(answers)]
    assert whole == near(sum(part for part in parts if part is not None) / len(parts))


def test_too_few_answers_give_no_score() -> None:
    safety = dy.instrument("psychological-safety")
    answers: list[float | None] = [4, 4, 4, 4, 4, 4, None]
    assert safety.score(answers)[0].value == 4
    answers[0] = None
    (score,) = safety.score(answers)
    assert score.value is None
    assert score.note == "5 of 7 items answered; 80% are needed"
    strict = attrs.evolve(safety, least_answered=0.7)
    assert strict.score(answers)[0].value == 4
    assert strict.score([None] * 7)[0].value is None
    assert strict.score({})[0].value is None


def test_exactly_the_share_asked_for_is_enough() -> None:
    five = dy.Instrument(
        name="five",
        title="Five",
        of="trust",
        items=tuple(dy.Item(number=at) for at in range(1, 6)),
        scale_min=0,
        scale_max=1,
    )
    assert five.score([1, 1, 1, 1, None])[0].value == 1
    assert five.score([1, 1, 1, None, None])[0].value is None


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ([8, 1, 1, 1, 1, 1, 1], "item 1 of psychological-safety is 8; expected a number from 1"),
        ([1, 1, 0, 1, 1, 1, 1], "item 3"),
        ([1, 1, 1, 1, math.nan, 1, 1], "item 5"),
        ([True, 1, 1, 1, 1, 1, 1], "item 1"),
        (["5", 1, 1, 1, 1, 1, 1], "item 1"),
        ([1, 1], "has 7 items"),
        ("1234567", "answers: expected"),
        (None, "answers: expected"),
        ({8: 1}, "has no item 8"),
    ],
)
def test_bad_answers(answers: dy.Answers, message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        dy.instrument("psychological-safety").score(answers)


def test_bad_scales_and_names() -> None:
    safety = dy.instrument("psychological-safety")
    for scale in ((1, 1), (5, 1), (0, math.inf)):
        with pytest.raises(InvalidQueryError, match="lower to a higher"):
            safety.score([1] * 7, rescale=scale)
    with pytest.raises(UnknownNameError, match="did you mean wai-s"):
        dy.instrument("wai-short")
    with pytest.raises(UnknownNameError, match="task"):
        dy.instrument("wai-sr").matrix([], "tasks")


def test_an_instrument_lists_every_fault() -> None:
    with pytest.raises(InvalidRecord) as caught:
        dy.Instrument(
            name=" ",
            title="T",
            of="trust",
            items=(dy.Item(number=1, subscale="a"), dy.Item(number=1), dy.Item(number=0)),
            scale_min=5,
            scale_max=1,
            least_answered=0,
            doi="doi:10.1/x",
            status="sure",  # type: ignore[arg-type]
        )
    paths = [fault.path for fault in caught.value.faults]
    assert paths == [
        "name",
        "items[1].number",
        "items[2].number",
        "items",
        "scale_max",
        "least_answered",
        "status",
        "doi",
    ]
    items = (dy.Item(number="1"), dy.Item(number=2))  # type: ignore[arg-type]
    with pytest.raises(InvalidRecord) as caught:
        dy.Instrument(name="n", title="T", of="t", items=items, scale_min=None, scale_max=5)  # type: ignore[arg-type]
    assert [fault.path for fault in caught.value.faults] == ["items[0].number", "scale_max"]
    with pytest.raises(InvalidRecord, match="at least 2 items"):
        dy.Instrument(name="n", title="T", of="t", items=(), scale_min=1, scale_max=5)


# --- psychometrics ---


def test_reliability_against_r() -> None:
    # R 4.2.2 on datasets::attitude: alpha by its formula with cov(), the interval by qf(), omega
    # from factanal(x, 1) (tolerances tightened: factr = 10, pgtol = 0), correlations by cor().
    found = dy.reliability(ATTITUDE, NAMES)
    assert (found.n, found.k, found.left_out) == (30, 7, 0)
    assert found.alpha == near(0.8431427696, abs=1e-9)
    assert (found.ci_low, found.ci_high) == near((0.7393757, 0.9157731), abs=1e-6)
    assert found.omega == near(0.85632679, abs=1e-7)
    rest = (
        0.6712620572,
        0.7421097102,
        0.5607111115,
        0.7144454981,
        0.7862755938,
        0.2650343392,
        0.4608105495,
    )
    assert [one.item_rest for one in found.items] == near(rest, abs=1e-9)
    without = (
        0.809760206,
        0.796917457,
        0.827847766,
        0.803030975,
        0.795386574,
        0.863872311,
        0.840464868,
    )
    assert [one.alpha_without for one in found.items] == near(without, abs=1e-8)
    loadings = (
        0.852477363,
        0.902241080,
        0.592705559,
        0.730696668,
        0.764994330,
        0.246092770,
        0.377845303,
    )
    assert [one.loading for one in found.items] == near(loadings, abs=2e-6)
    assert [one.item for one in found.items] == NAMES


@pytest.mark.parametrize(
    ("columns", "omega"), [((0, 1, 2, 3), 0.86155861), ((2, 4, 5, 6), 0.71189806)]
)
def test_omega_of_fewer_items_against_r(columns: tuple[int, ...], omega: float) -> None:
    # R 4.2.2, factanal(x, 1) as above.
    rows = [[row[at] for at in columns] for row in ATTITUDE]
    assert dy.reliability(rows).omega == near(omega, abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_loadings_against_statsmodels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    factor = rng.normal(size=(120, 1))
    strengths = rng.uniform(0.4, 0.9, 5) * rng.choice([-1, 1], 5, p=[0.2, 0.8])
    data = factor * strengths + rng.normal(size=(120, 5)) * np.sqrt(1 - strengths**2)
    data *= rng.uniform(0.5, 3, 5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = Factor(endog=data, n_factor=1, method="ml").fit()
    loadings, uniqueness = fitted.loadings[:, 0], fitted.uniqueness
    spread = data.std(axis=0, ddof=1)
    common = (loadings * spread).sum() ** 2
    found = dy.reliability(data.tolist())
    assert found.omega == near(common / (common + (uniqueness * spread**2).sum()), abs=1e-4)
    own = np.array([one.loading for one in found.items], dtype=float)
    assert np.allclose(np.abs(own), np.abs(loadings), atol=2e-4)


def test_feldt_interval_against_a_published_example() -> None:
    # Printed with the R function of Chris Evans (MRC CBU wiki), feldt1.return(0.913, 873, 20).
    assert dy.alpha_interval(0.913, 873, 20) == near((0.9044024, 0.9211588), abs=5e-8)


def test_parallel_items_have_alpha_one() -> None:
    found = dy.reliability([[1, 2, 1], [2, 3, 2], [5, 6, 5]])
    assert found.alpha == near(1)
    assert (found.ci_low, found.ci_high) == near((1, 1))
    assert found.omega is None
    assert "follow exactly" in (found.omega_reason or "")


def test_spearman_brown_for_two_items() -> None:
    # For two items of equal variance alpha is 2r / (1 + r).
    rows = [[1, 2], [2, 1], [3, 4], [4, 3]]
    r = np.corrcoef(np.array(rows).T)[0, 1]
    found = dy.reliability(rows)
    assert found.alpha == near(2 * r / (1 + r))
    assert found.omega is None
    assert [one.alpha_without for one in found.items] == [None, None]


def test_an_item_not_turned_round_is_named() -> None:
    rows = [[row[0], 100 - row[1], *row[2:]] for row in ATTITUDE]
    found = dy.reliability(rows, NAMES)
    assert [one.item for one in found.items if (one.item_rest or 0) < 0] == ["complaints"]
    assert "complaints runs against the others: are reversed items" in found.sentence()


def test_an_item_beside_others_that_cancel_out() -> None:
    found = dy.reliability([[1, 1, 5], [2, 2, 4], [3, 3, 3], [5, 1, 5]])
    assert found.items[0].item_rest is None
    assert found.items[0].alpha_without is None
    assert found.items[1].item_rest is not None


def test_turning_a_whole_scale_round_changes_nothing_but_signs() -> None:
    plain = dy.reliability(ATTITUDE)
    turned = dy.reliability([[-value for value in row] for row in ATTITUDE])
    assert turned.alpha == near(plain.alpha)
    assert turned.omega == near(plain.omega)
    assert [one.loading for one in turned.items] == near([one.loading for one in plain.items])


@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.integers(1, 5)), min_size=3, max_size=3),
        min_size=1,
        max_size=12,
    )
)
def test_reliability_is_a_number_or_a_reason(rows: list[list[float | None]]) -> None:
    try:
        found = dy.reliability(rows)
    except CannotEstimateError:
        return
    assert "nan" not in json.dumps(found.to_dict(), allow_nan=False).lower()
    assert found.ci_low <= found.alpha <= 1
    assert found.omega is None or 0 <= found.omega <= 1
    assert (found.omega is None) == (found.omega_reason is not None)
    assert found.n + found.left_out == len(rows)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no respondents"),
        ([[1], [2], [3]], "at least 2 items, got 1"),
        ([[1, 2], [2, 1]], "at least 3 are needed"),
        ([[1, 2], [2, None], [3, 4], [4, None]], "2 of 4 respondents"),
        ([[1, 2], [1, 3], [1, 4]], "item 1 is 1 for everybody"),
        ([[1, 4], [2, 3], [3, 2]], "the sum of the items does not vary"),
        ([[1e308, 1], [-1e308, 2], [3, 3]], "double precision"),
    ],
)
def test_what_has_no_reliability(rows: list[list[float | None]], message: str) -> None:
    with pytest.raises(CannotEstimateError, match=message):
        dy.reliability(rows)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: dy.reliability([[1, 2], [1]]), "row 2 has 1 answers"),
        (lambda: dy.reliability([[1, math.nan], [1, 2], [2, 2]]), "row 1 holds nan"),
        (lambda: dy.reliability([[1, "2"], [1, 2], [2, 2]]), "row 1 holds '2'"),  # type: ignore[list-item]
        (lambda: dy.reliability([[1, 2], [2, 3], [4, 4]], ["a"]), "2 items but 1 names"),
        (lambda: dy.reliability([[1, 2], [2, 3], [4, 4]], level=1), "level between 0 and 1"),
        (lambda: dy.alpha_interval(1.1, 10, 3), "alpha of at most 1"),
        (lambda: dy.alpha_interval(0.8, 1, 3), "at least 2 respondents"),
    ],
)
def test_bad_questions_of_reliability(ask: Callable[[], object], message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        ask()


# --- dyads ---

THERE, BACK = (5, 4, 2, 1, 6, 3, 4), (4, 4, 3, 1, 5, 1, 6)
ROLES = {f"coach{at}": "coach" for at in range(7)} | {f"site{at}": "site" for at in range(7)}


def pairs(there: Sequence[float | None], back: Sequence[float | None]) -> dy.Dyads:
    found = []
    for at, (one, other) in enumerate(zip(there, back, strict=True)):
        found.append(says(f"coach{at}", f"site{at}", one))
        found.append(says(f"site{at}", f"coach{at}", other))
    return dy.dyads(found, "trust")


def test_reciprocity_against_r() -> None:
    # R 4.2.2: mean squares of aov(value ~ dyad), limits by qf(); cor.test(); mean() and sd().
    found = dy.reciprocity(pairs(THERE, BACK), ROLES)
    assert (found.n, found.roles) == (7, ("coach", "site"))
    assert (found.mean_difference, found.sd_difference) == near((1, 0.8164966), abs=1e-7)
    icc, r = found.icc, found.correlation
    assert r is not None
    assert (icc.value, icc.ci_low, icc.ci_high) == near(
        (0.75645756, 0.16978124, 0.95246744), abs=1e-7
    )
    assert (r.value, r.ci_low, r.ci_high) == near((0.72839568, -0.05462625, 0.95668748), abs=1e-7)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=7))
def test_reciprocity_does_not_ask_who_comes_first(both: list[tuple[int, int]]) -> None:
    there, back = zip(*both, strict=True)
    one, other = dy.reciprocity(pairs(there, back)), dy.reciprocity(pairs(back, there))
    assert one.mean_difference == near(other.mean_difference)
    assert (one.icc.value is None) == (other.icc.value is None)
    if one.icc.value is not None:
        assert one.icc.value == near(other.icc.value)
        assert -1 <= one.icc.value <= 1
    json.dumps(one.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("there", "back", "reason"),
    [
        ((5, 4), (4, 3), "at least 3 dyads, got 2"),
        ((3, 3, 3), (3, 3, 3), "every value is the same"),
        ((5, 4, 1), (5, 4, 1), "the directions never differ"),
    ],
)
def test_coefficients_say_why_they_are_not_there(
    there: tuple[int, ...], back: tuple[int, ...], reason: str
) -> None:
    found = dy.reciprocity(pairs(there, back))
    assert reason in (found.icc.reason or "")
    assert found.icc.ci_low is None
    assert reason in found.sentence()


def test_a_correlation_needs_variation_and_four_dyads_for_its_interval() -> None:
    flat = dy.reciprocity(pairs((4, 4, 4), (1, 2, 3)), ROLES).correlation
    assert flat is not None
    assert (flat.value, flat.reason) == (None, "one role says the same in every dyad")
    three = dy.reciprocity(pairs((1, 2, 4), (1, 3, 2)), ROLES).correlation
    assert three is not None
    assert three.value is not None
    assert "at least 4 dyads" in (three.reason or "")
    perfect = dy.reciprocity(pairs((1, 2, 3, 4), (2, 3, 4, 5)), ROLES).correlation
    assert perfect is not None
    assert perfect.value == near(1)
    assert "perfect" in (perfect.reason or "")


def test_mutuality_tells_unknown_from_no() -> None:
    found = dy.mutuality(pairs((5, 5, 1, 5, None), (4, 2, 1, None, None)), cut=4)
    assert (found.mutual, found.one_sided, found.neither, found.unknown) == (1, 1, 1, 2)
    assert found.share == near(1 / 3)
    none = dy.mutuality(pairs((5,), (None,)), cut=4)
    assert none.share is None
    assert "no dyad of 1 is known" in none.sentence()
    with pytest.raises(InvalidQueryError, match="finite number"):
        dy.mutuality(found=pairs((5,), (5,)), cut=math.nan)


def test_relationships_of_several_studies_are_kept_apart() -> None:
    def study(name: str) -> Study:
        tie = Relationship(
            id="r1", label="tie", measurements=(says("a", "b", 3), says("b", "a", 4))
        )
        return Study(id=name, title=name, relationships=(tie,))

    found = dy.dyads([study("s2"), study("s1")], "trust")
    assert [dyad.tie for dyad in found.dyads] == ["s1#r1", "s2#r1"]
    assert found.shared == 0
    tie = study("s1").relationships[0]
    with pytest.raises(InvalidQueryError, match="pass the studies"):
        dy.dyads([tie, tie], "trust")


def test_what_has_no_direction_is_counted() -> None:
    found = dy.dyads(
        [
            says("b", "a", 4),
            says("a", "c", 4),
            says("a", "a", 4),
            Measurement(of="trust", value=3),
            Measurement(of="trust", value=3, respondent="a"),
            says("a", "b", 1, of="power"),
        ],
        "trust",
    )
    assert found.undirected == 3
    assert [(dyad.first, dyad.second) for dyad in found.dyads] == [("a", "b"), ("a", "c")]
    assert found.dyads[0].values == (None, 4)
    assert found.dyads[0].mutual(1) is None
    assert found.shared == 1
    assert any("1 actors stand in more than one" in text for text in found.assumptions)


def test_one_direction_twice_must_be_chosen_from() -> None:
    data = [says("a", "b", 3, "pre"), says("a", "b", 4, "post")]
    with pytest.raises(InvalidQueryError, match="time 'pre' and 'post'"):
        dy.dyads(data, "trust")
    assert dy.dyads(data, "trust", time="post").dyads[0].values == (4, None)


def test_scores_are_chosen_by_subscale() -> None:
    alliance = dy.instrument("wai-sr")
    data = alliance.score([3] * 12, respondent="a", toward="b")
    assert dy.dyads(data, "quality").dyads[0].values == (3, None)
    assert dy.dyads(data, "quality", subscale="bond", instrument="wai-sr").dyads[0].values[0] == 3
    with pytest.raises(InvalidQueryError, match="instrument 'wai-s'"):
        dy.dyads(data, "quality", instrument="wai-s")


def test_two_scales_are_not_compared() -> None:
    there = attrs.evolve(says("a", "b", 4), scale_min=1, scale_max=5)
    back = attrs.evolve(says("b", "a", 4), scale_min=1, scale_max=7)
    with pytest.raises(InvalidQueryError, match=r"scale_max is 5 there and 7 back"):
        dy.dyads([there, back], "trust")


def test_bad_dyads() -> None:
    found = pairs((5, 4, 3), (4, 4, 2))
    for ask, message in (
        (lambda: dy.dyads([], "trust"), "no measurement of 'trust'"),
        (lambda: dy.dyads([1], "trust"), "expected a Study"),  # type: ignore[list-item]
        (lambda: dy.reciprocity(found, {}), "has no role"),
        (lambda: dy.reciprocity(found, dict.fromkeys(ROLES, "coach")), "expected two roles"),
        (lambda: dy.reciprocity(found, ROLES | {"site1": "coach"}), "are both coach"),
        (lambda: dy.reciprocity(found, level=0), "level lies"),
    ):
        with pytest.raises(InvalidQueryError, match=message):
            ask()
    with pytest.raises(CannotEstimateError, match="double precision"):
        dy.reciprocity(pairs((1e300, -1e300, 1), (-1e300, 1e300, 2)))
    with pytest.raises(CannotEstimateError, match="no dyad has trust known in both"):
        dy.reciprocity(pairs((5,), (None,)))


# --- change ---


def over_time(old: Sequence[float | None], new: Sequence[float | None]) -> list[Measurement]:
    return [
        says(f"coach{at}", f"site{at}", value, time)
        for time, values in (("pre", old), ("post", new))
        for at, value in enumerate(values)
    ]


def test_change_against_r() -> None:
    # R 4.2.2: t.test(after, before, paired = TRUE), sd(), and their ratios.
    (found,) = dy.change(over_time(THERE, BACK), "trust", "pre", "post", roles=ROLES).changes
    assert (found.direction, found.n) == ("coach toward site", 7)
    numbers = (found.mean_change, found.ci_low, found.ci_high, found.sd_change)
    assert numbers == near((-0.14285714, -1.38694616, 1.10123187, 1.34518542), abs=1e-7)
    assert (found.by_before, found.by_change) == near((-0.08314110, -0.10619885), abs=1e-7)
    assert found.reason is None


def test_change_leaves_out_and_counts_who_was_lost() -> None:
    found = dy.change(over_time((1, 2, 3, 4), (2, 4, None)), "trust", "pre", "post").changes[0]
    assert (found.n, found.only_before, found.only_after) == (2, 2, 0)
    assert (found.mean_before, found.mean_after, found.mean_change) == (1.5, 3, 1.5)


def test_each_kind_of_direction_apart() -> None:
    data = [
        *over_time((1, 2), (2, 4)),
        says("site0", "coach0", 3, "pre"),
        says("site0", "coach0", 5, "post"),
        says("site1", "site0", 5, "post"),
    ]
    found = dy.change(data, "trust", "pre", "post", roles=ROLES)
    assert [one.direction for one in found.changes] == [
        "coach toward site",
        "site toward coach",
        "site toward site",
    ]
    there, back, lone = found.changes
    assert (there.n, there.mean_change) == (2, 1.5)
    assert (back.n, back.mean_change, back.sd_change) == (1, 2, None)
    assert "no spread" in (back.reason or "")
    assert (lone.n, lone.mean_change) == (0, None)
    assert "cannot be estimated (no direction was measured at both times)" in found.sentence()
    assert "not an effect" in found.sentence()


def test_what_does_not_vary_is_not_divided_by() -> None:
    found = dy.change(over_time((3, 3), (4, 4)), "trust", "pre", "post").changes[0]
    assert (found.by_before, found.by_change) == (None, None)
    assert (found.ci_low, found.ci_high) == (1, 1)
    assert "values do not vary before" in (found.reason or "")
    assert "changes do not vary" in (found.reason or "")


def test_bad_changes() -> None:
    data = over_time((1, 2), (2, 4))
    with pytest.raises(CannotEstimateError, match=r"times there are: 'pre', 'post'"):
        dy.change(data, "trust", "pre", "later")
    with pytest.raises(CannotEstimateError, match="double precision"):
        dy.change(over_time((1e300, -1e300), (2, 3)), "trust", "pre", "post")
    with pytest.raises(InvalidQueryError, match="'pre' twice"):
        dy.change(data, "trust", "pre", "pre")
    with pytest.raises(InvalidQueryError, match="more than once at 'pre'"):
        dy.change([*data, data[0]], "trust", "pre", "post")
    with pytest.raises(InvalidQueryError, match="has no role"):
        dy.change(data, "trust", "pre", "post", roles={})
    with pytest.raises(InvalidQueryError, match="level lies"):
        dy.change(data, "trust", "pre", "post", level=2)
    moved = [data[0], attrs.evolve(data[2], scale_min=0, scale_max=100)]
    with pytest.raises(InvalidQueryError, match="scale_min is None at 'pre' and 0 at 'post'"):
        dy.change(moved, "trust", "pre", "post")


# --- plain tables ---


def test_a_table_lists_every_fault_with_its_line() -> None:
    with pytest.raises(InvalidTableError) as caught:
        dy.measurements_from_rows(
            [
                {"respondent": "a", "toward": "b", "of": "trust", "value": "four"},
                {"respondent": " ", "toward": "b", "of": "trust", "value": 1, "colour": "red"},
                {"respondent": "a", "toward": "b", "of": "trust"},
                {"respondent": "a", "toward": "b", "of": "t", "value": "nan", "n": 1.5},
                {
                    "respondent": "a",
                    "toward": "b",
                    "of": "t",
                    "value": 9,
                    "scale_min": 1,
                    "scale_max": 7,
                },
            ],
            "ties.csv",
        )
    assert [fault.path for fault in caught.value.faults] == [
        "line 1.value",
        "line 2.respondent",
        "line 2.colour",
        "line 3.value",
        "line 4.value",
        "line 4.n",
        "line 5.value",
    ]
    assert "ties.csv has 7 faults" in str(caught.value)


def test_a_line_is_a_mapping() -> None:
    with pytest.raises(InvalidTableError, match="line 1: expected a mapping"):
        dy.measurements_from_rows([["a", "b"]])  # type: ignore[list-item]


def test_a_table_keeps_unknown_apart_from_zero() -> None:
    lines: list[dict[str, str | float | int | None]] = [
        {"respondent": "a", "toward": "b", "of": "power", "value": "", "n": ""},
        {"respondent": "b", "toward": "a", "of": "power", "value": "0", "n": "3", "sd": 0.5},
    ]
    unknown, zero = dy.measurements_from_rows(lines)
    assert (unknown.value, unknown.n) == (None, None)
    assert (zero.value, zero.n, zero.sd) == (0, 3, 0.5)


RESULTS = [
    pairs(THERE, BACK),
    dy.mutuality(pairs(THERE, BACK), 4),
    dy.reciprocity(pairs(THERE, BACK), ROLES),
    dy.change(over_time(THERE, BACK), "trust", "pre", "post"),
    dy.reliability(ATTITUDE, NAMES),
]


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_results_are_plain(result: Result) -> None:
    rows = result.to_rows()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    json.dumps(result.to_dict(), allow_nan=False)
    assert result.assumptions
    assert result.to_table().num_rows == len(rows)
