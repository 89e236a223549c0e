"""Change between editions: studies that came and went, cells that moved, effects that turned."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import made, studies

import implsci
from implsci import Estimate, Finding, Study
from implsci.errors import InvalidQueryError, LoadError, UnknownNameError
from implsci.questions import change
from implsci.release import release

EXAMPLES = implsci.load("implsci-examples")
FACILITATION = "eric:facilitation"


def told(name: str, *directions: str, basis: str = "effect") -> Study:
    return made(name, (), [FACILITATION], findings=[((0,), basis, one) for one in directions])


def between(old: object, new: object, **more: object):
    return change(old, new, "strategy:eric", "outcome", **more)  # type: ignore[arg-type]


def test_a_direction_turns_by_hand() -> None:
    found = between(
        [told("a", "improved")], [told("a", "improved"), told("b", "worsened", "worsened")]
    )
    (turn,) = found.turned
    assert (turn.row, turn.what, turn.was, turn.now) == (
        FACILITATION, "direction", "improved", "worsened",
    )  # fmt: skip
    assert [study.id for study in found.added] == ["b"]
    assert found.to_rows()[0]["turned"] == "direction"


def test_descriptions_turn_no_effect_and_no_effect_is_no_turn() -> None:
    old, new = told("a", "improved"), told("b", "worsened", "worsened", basis="description")
    assert between([old], [old, new]).turned == ()
    assert between([told("a")], [told("a", "improved")]).turned == ()


def test_a_cell_opens_empties_and_changes() -> None:
    other = made("b", (), ["eric:build-a-coalition"])
    found = between([told("a", "improved")], [other])
    kinds = {(row["row"], row["change"]) for row in found.to_rows()}
    assert kinds == {(FACILITATION, "emptied"), ("eric:build-a-coalition", "opened")}
    again = between([told("a", "improved")], [told("a", "improved", "worsened")])
    assert [row["change"] for row in again.to_rows()] == ["changed"]


def effect(name: str, value: float) -> Study:
    study = told(name, "improved")
    number = Estimate(metric="SMD", value=value, se=0.1)
    finding: Finding = evolve(study.findings[0], comparator="usual_practice", estimate=number)
    return evolve(study, findings=(finding,))


def test_an_estimate_turns_where_its_interval_comes_to_hold_no_effect() -> None:
    pytest.importorskip("scipy")
    # 0.4 +- 0.196 excludes 0; 0.4 and -0.4 have a mean of 0.
    found = between([effect("a", 0.4)], [effect("a", 0.4), effect("b", -0.4)])
    assert [(turn.what, turn.was, turn.now) for turn in found.turned] == [
        ("SMD", "better", "unclear")
    ]
    assert between([effect("a", 0.4)], [effect("a", 0.4), effect("b", 0.4)]).turned == ()
    # A mean of 0.1 with 0 well inside its interval: the effects differ by six standard errors.
    (turn,) = between([effect("a", 0.4)], [effect("a", 0.4), effect("b", -0.2)]).turned
    assert (turn.was, turn.now) == ("better", "unclear")
    assert between([effect("a", 0.4)], [effect("a", -0.4)]).turned[0].now == "worse"


@given(studies())
def test_an_edition_against_itself_changes_nothing(some: list[Study]) -> None:
    found = between(some, some)
    assert (found.cells, found.turned, found.added, found.removed) == ((), (), (), ())
    assert "nothing changed" in found.sentence()


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_moves_no_cell(some: list[Study], chance: random.Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert between(some, shuffled).cells == ()


@given(studies(), studies())
def test_there_and_back_are_the_same_cells(one: list[Study], other: list[Study]) -> None:
    there, back = between(one, other), between(other, one)
    assert [(cell.row, cell.column) for cell in there.cells] == [
        (cell.row, cell.column) for cell in back.cells
    ]
    assert [(turn.row, turn.what, turn.was, turn.now) for turn in there.turned] == [
        (turn.row, turn.what, turn.now, turn.was) for turn in back.turned
    ]


def test_another_id_moves_no_cell() -> None:
    one = told("a", "improved")
    assert between([one], [evolve(one, id="z")]).cells == ()


def test_releases_are_read_from_their_folders(tmp_path: Path) -> None:
    kenya = EXAMPLES.where(country="KE")
    fewer = kenya.where(year="..2018")
    old = release(fewer, tmp_path, version="1.0.0", name="kenya", authors=["Ng, Ada"]).path
    new = release(kenya, tmp_path, version="1.1.0", name="kenya", authors=["Ng, Ada"]).path
    found = between(old, str(new))
    assert (found.old_studies, found.new_studies) == (len(fewer), len(kenya))
    assert len(found.added) == len(kenya) - len(fewer) > 0
    assert found.to_dict()["rows"] == between(fewer, kenya).to_dict()["rows"]


def test_the_examples_before_and_after_2020() -> None:
    found = change(EXAMPLES.where(year="..2019"), EXAMPLES, "sector", "country", pooled=False)
    assert not found.removed
    assert {study.id for study in found.added} == {
        study.id for study in EXAMPLES if study.year is None or study.year > 2019
    }
    for row in found.to_rows():
        assert row["studies_was"] <= row["studies"]
        assert (row["studies_was"] == 0) == (row["change"] == "opened")


def test_everything_may_be_new() -> None:
    found = between([], [told("a", "improved")])
    assert [row["change"] for row in found.to_rows()] == ["opened"]


def test_what_cannot_be_asked_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match="at once"):
        between(EXAMPLES, EXAMPLES, where={"sector": "wash", "country": "SE"})
    with pytest.raises(InvalidQueryError, match="no axis"):
        change(EXAMPLES, EXAMPLES, "planet")
    with pytest.raises(UnknownNameError):
        between("no-such-compendium", EXAMPLES)
    (tmp_path / "bad.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    with pytest.raises(LoadError):
        between(tmp_path / "bad.jsonl", EXAMPLES)


def test_one_facet_may_hold_only_in_the_new_edition() -> None:
    old, new = told("a", "improved"), evolve(told("b", "improved"), year=2021)
    found = between([old], [old, new], where={"year": "2020.."})
    assert (found.old_studies, found.new_studies) == (0, 1)
