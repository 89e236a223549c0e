"""The command change: what a new edition says that the old one did not."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import implsci
from implsci.compendium import Compendium
from implsci.questions import change


@pytest.fixture
def old(tmp_path: Path) -> str:
    path = tmp_path / "old.jsonl"
    kept = implsci.load("implsci-examples").where(year="..2019")
    Compendium(studies=tuple(kept)).save(path)
    return str(path)


AXES = ("--rows", "strategy", "--columns", "outcome", "--no-pool")


def test_json_and_csv_are_those_of_the_function(run: Any, old: str) -> None:
    found = change(old, "implsci-examples", "strategy", "outcome", pooled=False)
    asked = ("change", old, "implsci-examples", *AXES)
    assert json.loads(run(*asked, "--format", "json").stdout) == found.to_dict()
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [(line["row"], line["column"]) for line in lines] == [
        (cell.row, cell.column) for cell in found.cells
    ]
    assert list(lines[0]) == list(found.to_rows()[0])


def test_the_table_says_where_effects_point_elsewhere(run: Any, old: str) -> None:
    done = run("change", old, "implsci-examples", *AXES, "--limit", "2")
    found = change(old, "implsci-examples", "strategy", "outcome", pooled=False)
    assert "Effects point elsewhere:" in done.stdout
    assert f"The first 2 of {len(found.turned)} turns; --limit 0 shows all." in done.stdout
    assert "Studied for the first time:" in done.stdout


def test_the_same_edition_and_an_empty_selection_say_so(run: Any, old: str) -> None:
    same = run("change", old, old)
    assert same.exit_code == 0
    assert "nothing changed" in same.stdout
    header = run("change", old, old, "--format", "csv").stdout.splitlines()
    assert len(header) == 1
    assert header[0].startswith("row,row_label,column")
    assert run("change", old, old, "--where", "country=AQ").exit_code == 2
    still = run("change", old, "implsci-examples", "--where", "sector=wash")
    assert "No cell of barrier:cfir-2009 by strategy:eric moved." in " ".join(still.stdout.split())


def test_what_cannot_be_read_or_asked(run: Any, old: str, tmp_path: Path) -> None:
    assert run("change", old).exit_code == 2
    assert run("change", old, "implsci-exampels").exit_code == 2
    assert run("change", old, "implsci-examples", "--rows", "nonsense").exit_code == 2
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "x", "title": ""}\n')
    assert run("change", old, str(broken)).exit_code == 1
