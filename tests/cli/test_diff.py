"""diff: what changed between two editions, and the cells of the synthesis that moved."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import implsci
from implsci import Barrier, Finding, Outcome, Strategy, Study
from implsci.compendium import Compendium


def study(name: str, direction: Any = "improved", **values: Any) -> Study:
    return Study(
        id=name,
        title=f"Study {name}",
        barriers=(Barrier(id="b1", label="no time", codes=("cfir-2009:planning",)),),
        strategies=(
            Strategy(id="s1", label="help", codes=("eric:facilitation",), addresses=("b1",)),
        ),
        outcomes=(Outcome(id="o1", label="uptake"),),
        findings=(Finding(id="f1", outcome="o1", direction=direction, strategies=("s1",)),),
        **values,
    )


@pytest.fixture
def editions(tmp_path: Path) -> tuple[str, str]:
    old = [study("a"), study("b"), study("gone")]
    new = [study("a", "worsened"), study("b", year=2019), study("c"), study("d")]
    for name, studies in (("old", old), ("new", new)):
        Compendium(studies=tuple(studies)).save(tmp_path / f"{name}.jsonl")
    return str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl")


def test_studies_and_cells(run: Any, editions: tuple[str, str]) -> None:
    result = run("diff", *editions)
    assert result.exit_code == 0
    assert result.stdout == (
        "2 studies added, 1 removed, 2 changed\n"
        "+ c: Study c\n"
        "+ d: Study d\n"
        "- gone: Study gone\n"
        "~ a: Study a\n"
        "    findings[f1].direction: improved -> worsened\n"
        "~ b: Study b\n"
        "    year: (nothing) -> 2019\n"
        "\n"
        "1 cell of barrier:cfir-2009 by strategy:eric moved:\n"
        "  Planning x Facilitation\n"
        "      studies 3 -> 4; linked 3 -> 4; findings 3 -> 4; worsened 0 -> 1\n"
    )


def test_as_json_and_csv(run: Any, editions: tuple[str, str]) -> None:
    told = json.loads(run("diff", *editions, "--format", "json").stdout)
    assert [one["id"] for one in told["added"]] == ["c", "d"]
    assert told["synthesis"]["row_axis"] == "barrier:cfir-2009"
    (cell,) = told["synthesis"]["cells"]
    assert (cell["row"], cell["column"]) == ("cfir-2009:planning", "eric:facilitation")
    assert (cell["studies_in"], cell["studies_out"]) == (["c", "d"], ["gone"])
    assert (cell["old"]["improved"], cell["new"]["improved"]) == (3, 3)
    assert (cell["old"]["worsened"], cell["new"]["worsened"]) == (0, 1)
    rows = list(csv.DictReader(io.StringIO(run("diff", *editions, "--format", "csv").stdout)))
    assert [row["what"] for row in rows[:5]] == ["added", "added", "removed", "changed", "changed"]
    assert ("studies", "3", "4") in [
        (row["path"], row["old"], row["new"]) for row in rows if row["what"] == "cell"
    ]


def test_no_difference(run: Any) -> None:
    result = run("diff", "implsci-examples", "implsci-examples")
    assert result.exit_code == 0
    assert result.stdout.startswith("no difference\n\nNo cell of barrier:")


def test_estimates_that_move_and_axes_of_choice(run: Any, tmp_path: Path) -> None:
    whole = implsci.load("implsci-examples")
    fewer = tuple(one for one in whole if one.id != "baskerville-01-kottke-1992")
    Compendium(studies=fewer).save(tmp_path / "old.jsonl")
    result = run("diff", str(tmp_path / "old.jsonl"), "implsci-examples",
                 "--rows", "strategy", "--columns", "outcome:proctor")  # fmt: skip
    assert "SMD" in result.stdout
    assert "k = 22 -> " in " ".join(result.stdout.split())
    assert "1 study added, 0 removed, 0 changed" in result.stdout
    assert "cell of strategy:eric by outcome:proctor moved" in result.stdout


def test_a_new_id_moves_no_cell(run: Any, tmp_path: Path) -> None:
    for name, identifier in (("old", "a"), ("new", "z")):
        renamed = evolve(study("a"), id=identifier)
        Compendium(studies=(renamed,)).save(tmp_path / f"{name}.jsonl")
    result = run("diff", str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl"))
    assert "~ z (was a): Study a" in result.stdout
    assert "No cell of" in result.stdout


def test_the_axes_of_the_old_edition_hold_for_the_new(run: Any, tmp_path: Path) -> None:
    other = Barrier(id="b1", label="no time", codes=("tdf-v2:knowledge",))
    for name, one in (("old", study("a")), ("new", evolve(study("a"), barriers=(other,)))):
        Compendium(studies=(one,)).save(tmp_path / f"{name}.jsonl")
    result = run("diff", str(tmp_path / "old.jsonl"), str(tmp_path / "new.jsonl"))
    assert "2 cells of barrier:cfir-2009 by strategy:eric moved" in result.stdout
    assert "(uncoded) x Facilitation" in result.stdout


def test_what_cannot_be_read_or_asked(run: Any, editions: tuple[str, str], tmp_path: Path) -> None:
    assert run("diff", editions[0], str(tmp_path / "none.jsonl")).exit_code == 3
    assert run("diff", editions[0], "implsci-exampels").exit_code == 2
    assert run("diff", *editions, "--rows", "nonsense").exit_code == 2
    assert run("diff", editions[0]).exit_code == 2
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "x", "title": ""}\n')
    result = run("diff", editions[0], str(broken))
    assert result.exit_code == 1
    assert "line 1" in result.stderr
