"""trajectories: paths with their denominators, gaps counted, drawings, and bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci.casebook import Casebook
from implsci.model.documents import Claim, Episode, Pathway, Quote

PUSH, PULL, TOGETHER = "engagement:push", "engagement:pull", "engagement:co-creation"


def pathway(case: str, *states: str | None, **more: Any) -> Pathway:
    told = tuple(
        Episode(
            id=f"e{place}",
            state=state,
            topics=("trust",) if state == TOGETHER else (),
            quotes=(Quote(text="They ask me now.", consent="internal"),) if place == 2 else (),
        )
        for place, state in enumerate(states)
    )
    return Pathway(**{"id": f"p-{case}", "case": case, "episodes": told, **more})


MADE_UP = (
    pathway("ana", PUSH, PULL, TOGETHER),
    pathway("ben", PUSH, TOGETHER),
    pathway("cy", PUSH, PULL, PUSH),
    pathway("dee", PUSH, None, TOGETHER),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ours.jsonl"
    Casebook(records=MADE_UP).save(path)
    return path


def test_paths_come_with_their_denominator(run: Any, file: Path) -> None:
    result = run("trajectories", str(file))
    assert result.exit_code == 0, result.output
    said = " ".join(result.stdout.split())
    assert "4 cases. Of 3 sequences, 1 (33%) follow Push > Pull > Co-creation" in said
    assert "1 with gaps are left out" in said
    assert "trust (3)" in said
    plain = json.loads(run("trajectories", str(file), "--format", "json").stdout)
    assert (plain["cases"], plain["of"], plain["with_gaps"], plain["follows"]) == (4, 3, 1, 1)
    assert {row["path"]: row["n"] for row in plain["paths"]} == {
        f"{PUSH} > {PULL} > {TOGETHER}": 1,
        f"{PUSH} > {TOGETHER}": 1,
        f"{PUSH} > {PULL} > {PUSH}": 1,
    }
    rows = list(
        csv.DictReader(io.StringIO(run("trajectories", str(file), "--format", "csv").stdout))
    )
    assert [row["of"] for row in rows] == ["3", "3", "3"]


@pytest.mark.parametrize("ending", ["dot", "mmd", "svg"])
def test_drawings(run: Any, file: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"moves.{ending}"
    assert run("trajectories", str(file), "--out", str(out)).exit_code == 0
    text = out.read_text()
    # A figure is for readers and speaks in labels, a graph is for programs and keeps the codes.
    assert ("Push" in text, "push" in text) == ((True, False) if ending == "svg" else (False, True))


def test_bad_input_is_named(run: Any, file: Path, tmp_path: Path) -> None:
    result = run("trajectories", str(file), "--out", str(tmp_path / "moves.doc"))
    assert result.exit_code == 2
    assert ".svg" in result.stderr
    other = tmp_path / "other.jsonl"
    Casebook(records=(Claim(id="c", about="x", statement="y"),)).save(other)
    result = run("trajectories", str(other))
    assert result.exit_code == 2
    assert "there is no pathway in it" in result.stderr
    twice = tmp_path / "twice.jsonl"
    Casebook(records=(MADE_UP[0], pathway("ana", PUSH, id="again"))).save(twice)
    result = run("trajectories", str(twice))
    assert result.exit_code == 2
    assert "are both of the case 'ana'" in result.stderr


def test_what_was_expected_may_be_told_by_label_and_is_never_guessed(run: Any, file: Path) -> None:
    plain = run("trajectories", str(file), "--expected", "push, pull,Co-creation")
    assert plain.stdout == run("trajectories", str(file)).stdout
    result = run("trajectories", str(file), "--expected", "push,pul")
    assert result.exit_code == 2
    assert "unknown state 'pul'; did you mean pull?" in result.stderr


def test_the_latest_drawing_counts(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "ours.jsonl"
    again = pathway("cy", PUSH, PULL, TOGETHER, id="p-cy-2", revises="p-cy", version=2)
    Casebook(records=(*MADE_UP, again)).save(file)
    plain = json.loads(run("trajectories", str(file), "--format", "json").stdout)
    assert (plain["cases"], plain["follows"]) == (4, 2)
