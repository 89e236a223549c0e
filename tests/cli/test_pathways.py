"""The command pathways."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NEPAL = "implsci-examples#luitel-2020"


def test_what_is_stated_is_listed_and_what_is_tied_to_nothing_too(run: Any):
    done = run("pathways", NEPAL)
    assert done.exit_code == 0
    assert "new supervision system" in done.output
    assert "Tied to nothing" in done.output
    assert "no evidence" in done.output


def test_a_drawing_is_written_and_read_back_into_a_plan(run: Any, tmp_path: Path):
    drawn = tmp_path / "nepal.mmd"
    assert run("pathways", NEPAL, "--out", str(drawn)).exit_code == 0
    plan = tmp_path / "plan.json"
    assert run("pathways", str(drawn), "--out", str(plan)).exit_code == 0
    record = json.loads(plan.read_text(encoding="utf-8"))
    assert record["scale_stage"] == "planning"
    assert any(strategy.get("addresses") for strategy in record["strategies"])
    assert run("check", str(plan)).exit_code == 0


@pytest.mark.parametrize(
    ("language", "start"), [("svg", "<svg"), ("dot", "digraph"), ("mermaid", "---")]
)
def test_it_is_printed_in_a_language(run: Any, language: str, start: str):
    assert run("pathways", NEPAL, "--as", language).output.startswith(start)


def test_json_and_csv_hold_parts_arrows_and_conditions(run: Any):
    value = json.loads(run("pathways", NEPAL, "--format", "json").stdout)
    assert set(value) == {"kind", "title", "parts", "arrows", "conditions"}
    lines = run("pathways", NEPAL, "--format", "csv").stdout.splitlines()
    assert len(lines) == 1 + sum(len(value[name]) for name in ("parts", "arrows", "conditions"))


def test_loops_and_unknown_endings_are_named(run: Any, tmp_path: Path):
    looped = tmp_path / "loop.mmd"
    looped.write_text(
        'flowchart LR\na["x"]:::mechanism\nb["y"]:::mechanism\na --> b\nb --> a\n', encoding="utf-8"
    )
    done = run("pathways", str(looped))
    assert done.exit_code == 1
    assert "expected an order without loops" in done.stderr
    done = run("pathways", NEPAL, "--out", str(tmp_path / "a.png"))
    assert done.exit_code == 2
    assert ".svg" in done.stderr
