"""The command cycles."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci.casebook import Casebook
from implsci.model.documents import LearningCycle, LearningStep, ResearchQuestion


@pytest.fixture
def ours(tmp_path: Path) -> str:
    """A made-up casebook: one cycle that stops at a finding."""
    path = tmp_path / "ours.jsonl"
    Casebook(
        records=(
            ResearchQuestion(id="q1", text="Do reminders help?", asked_by="practice", date="2019"),
            LearningCycle(
                id="l1",
                title="Reminders",
                steps=(
                    LearningStep(id="q", kind="question", label="do they?", of="q1", date="2019"),
                    LearningStep(
                        id="s", kind="study", label="a trial", of="gone", follows=("q",), date="2020"
                    ),
                    LearningStep(
                        id="f", kind="finding", label="fewer <b>missed</b> visits", follows=("s",),
                        date="2021-05",
                    ),
                ),
            ),
        )
    ).save(path)  # fmt: skip
    return str(path)


def test_the_table_says_where_cycles_stop(run: Any, ours: str) -> None:
    done = run("cycles", ours)
    assert done.exit_code == 0
    assert "1 cycle, 0 closed. 1 open loop: finding nobody took up: 1." in done.output
    assert "Reminders (l1): open; without practice change, observation" in done.output
    assert "2021-05" in done.output


def test_with_a_compendium_come_what_is_missing_and_what_nobody_took_up(
    run: Any, ours: str
) -> None:
    done = run("cycles", ours, "--compendium", "implsci-examples", "--limit", "3")
    assert "cycle l1, step s: gone: no such study in the compendium" in done.output
    assert "eric:facilitation" in done.output
    assert "The first 3 of" in done.output
    each = run("cycles", ours, "--compendium", "implsci-examples", "--each", "--limit", "1")
    assert "findings; --limit 0 shows all." in each.output
    value = json.loads(
        run("cycles", ours, "--compendium", "implsci-examples", "--each", "--format", "json").stdout
    )
    assert len(value["untaken_findings"]) == value["n_untaken"]


def test_csv_and_json_agree(run: Any, ours: str) -> None:
    value = json.loads(run("cycles", ours, "--format", "json").stdout)
    lines = list(csv.DictReader(io.StringIO(run("cycles", ours, "--format", "csv").stdout)))
    assert [line["id"] for line in lines] == [row["id"] for row in value["loops"]]
    assert list(lines[0]) == list(value["loops"][0])


def test_a_brief_goes_to_a_file_or_stdout(run: Any, ours: str, tmp_path: Path) -> None:
    out = tmp_path / "brief.md"
    done = run("cycles", ours, "--brief", "l1", "--out", str(out))
    assert done.exit_code == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("# Reminders\n")
    assert "&lt;b&gt;missed" in text
    assert run("cycles", ours, "--brief", "l1#f").stdout.startswith("# fewer &lt;b&gt;")
    assert run("cycles", ours, "--brief", "l1", "--out", "-").stdout == text


def test_what_cannot_be_asked_is_said(run: Any, ours: str, tmp_path: Path) -> None:
    assert run("cycles", ours, "--out", str(tmp_path / "b.md")).exit_code == 2
    assert run("cycles", ours, "--each").exit_code == 2
    assert run("cycles", ours, "--brief", "l9").exit_code == 2
    over = run("cycles", ours, "--brief", "l1", "--out", ours)
    assert over.exit_code == 2
    assert "is what is read" in over.output
    assert run("cycles", "no-such-casebook").exit_code == 2
