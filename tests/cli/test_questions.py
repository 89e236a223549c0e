"""The command questions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from implsci.casebook import Casebook
from implsci.model.documents import Observation, ResearchQuestion


def test_the_list_says_what_studies_say_of_each(run: Any) -> None:
    done = run("questions")
    assert done.exit_code == 0
    assert "effects: 4 improved; descriptions:" in done.output
    assert "co-creation-and-capacity" in done.output
    assert "16 questions, asked of 373 studies" in done.output


def test_a_text_picks_and_csv_and_json_agree(run: Any) -> None:
    asked = ("questions", "relationship")
    value = json.loads(run(*asked, "--format", "json").stdout)
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [line["id"] for line in lines] == [row["id"] for row in value]
    assert list(lines[0]) == list(value[0])
    assert "relationship-necessary" in [row["id"] for row in value]


def test_one_question_in_full(run: Any) -> None:
    done = run("questions", "co-creation-and-use", "--limit", "2")
    assert done.exit_code == 0
    assert "9 (9 cases) have findings on it" in done.output
    assert "cannot be estimated" in done.output
    assert "engagement:push: effects: 1 no difference" in done.output
    assert "The first 2 of 9; --limit 0 shows all." in done.output
    value = json.loads(run("questions", "co-creation-and-use", "--format", "json").stdout)
    lines = list(
        csv.DictReader(
            io.StringIO(run("questions", "co-creation-and-use", "--format", "csv").stdout)
        )
    )
    assert value["question"]["id"] == "co-creation-and-use"
    assert [line["study"] for line in lines] == [row["study"] for row in value["rows"]]
    assert list(lines[0]) == list(value["rows"][0])


def test_features_are_shown_where_the_question_asks_for_them(run: Any) -> None:
    done = run("questions", "features-that-last")
    assert "Gains with and without a feature" in done.output
    assert "Any relational action (proctor:sustainability, description): 1 of 2" in done.output


def test_a_casebook_of_ones_own_with_observations_and_hostile_text(
    run: Any, tmp_path: Path
) -> None:
    path = tmp_path / "ours.jsonl"
    Casebook(
        records=(
            ResearchQuestion(
                id="q1",
                text="Does \x1b[31mlistening help?",
                strategies=("relational:listen-actively",),
            ),
            Observation(
                id="o1",
                statement="=cmd() They opened up.",
                strategies=("relational:listen-actively",),
                direction="improved",
                n=3,
                n_informants=4,
            ),
        )
    ).save(path)
    done = run("questions", "q1", "--casebook", str(path))
    assert done.exit_code == 0
    assert "\x1b" not in done.output
    assert "3 of 4" in done.output
    assert "not added: 1 improved" in " ".join(done.output.split())
    beside = run("questions", "relationship-necessary", "--observations", str(path))
    assert beside.exit_code == 0
    other = run("questions", "research-out-of-step", "--observations", str(path))
    assert "not added: 1 improved" in " ".join(other.output.split())
    piped = run("questions", "--casebook", "-", input=path.read_bytes())
    assert "1 question, asked of 373 studies" in piped.output


def test_what_cannot_be_asked_is_said(run: Any, tmp_path: Path) -> None:
    close = run("questions", "co-creation-and-usage")
    assert close.exit_code == 2
    assert "did you mean co-creation-and-use" in close.output
    assert run("questions", "--casebook", "no-such").exit_code == 2
    empty = tmp_path / "none.jsonl"
    empty.write_text("")
    assert "no record in it" in run("questions", "--casebook", str(empty)).output
    broken = '{"type": "question", "id": "q"}\n{"type": "question", "id": "q", "text": "T"}\nnot'
    done = run("questions", "--casebook", "-", input=broken)
    assert done.exit_code == 1
    assert "text" in done.output
    twice = '{"type": "question", "id": "q", "text": "T"}\n' * 2
    assert "stands twice" in run("questions", "--casebook", "-", input=twice).output
