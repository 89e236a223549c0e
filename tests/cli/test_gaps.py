"""The command gaps."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import implsci
from implsci.questions import gaps


def test_the_table_names_the_barrier_met_most(run: Any) -> None:
    done = run("gaps", "implsci-examples", "--limit", "2")
    assert done.exit_code == 0
    assert "Pairs that no study joins, the first 2 of 2,029" in done.output
    assert "Available Resources" in done.output
    assert "never that there is no" in done.output


def test_json_and_csv_are_those_of_the_function(run: Any) -> None:
    found = gaps(
        implsci.load("implsci-examples"), places="income_group", where={"sector": "health"}
    )
    asked = ("gaps", "implsci-examples", "--in", "income_group", "--where", "sector=health")
    assert json.loads(run(*asked, "--format", "json").stdout) == found.to_dict()
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert list(lines[0]) == list(found.to_rows()[0])
    assert len(lines) == len(found.to_rows())
    assert lines[0]["barrier"] == found.pairs[0].barrier


def test_what_cannot_be_asked_is_said(run: Any) -> None:
    done = run("gaps", "implsci-examples", "--where", "sector=wash", "--where", "country=SE")
    assert done.exit_code == 2
    assert "each alone: sector=wash: 5 studies" in done.output
    assert run("gaps", "implsci-examples", "--in", "planet").exit_code == 2
    assert run("gaps", "no-such-file.jsonl").exit_code != 0


def test_csv_of_nothing_has_its_header(run: Any, tmp_path: Any) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text('{"implsci": 1, "id": "a", "title": "A"}\n', encoding="utf-8")
    done = run("bundles", str(path), "--strategies", "strategy:eric", "--format", "csv")
    assert done.stdout.splitlines()[0].startswith("first,first_label")
    assert run("gaps", str(path), "--barriers", "barrier:cfir-2009").exit_code == 0
