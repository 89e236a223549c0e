"""specification: counts over a collection, fields of one study, and what cannot be told."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Innovation, Modification, Strategy, Study
from implsci.codec import encode


@pytest.fixture
def two(tmp_path: Path) -> str:
    change = Modification(what="shorter", nature="removing", goal="reach")
    studies = [
        Study(
            id="a",
            title="A",
            innovation=Innovation(name="bundle"),
            strategies=(
                Strategy(id="s1", label="\x1b[31maudit", actor="nurses", modifications=(change,)),
                Strategy(id="s2", label="coaching", dose="6 visits"),
            ),
        ),
        Study(id="b", title="B"),
    ]
    file = tmp_path / "two.jsonl"
    file.write_bytes(b"\n".join(map(encode, studies)))
    return str(file)


def test_a_collection_is_counted_item_by_item(run: Any, two: str):
    result = run("specification", two, "--format", "json")
    found = json.loads(result.stdout)
    assert (found["checklist"], found["units"], found["studies"]) == ("proctor", 2, 2)
    assert [item["present"] for item in found["items"]] == [1, 0, 0, 0, 1, 0, 0]
    lines = run("specification", two).stdout.splitlines()
    assert "  2 strategies of 2 studies" in lines
    row = next(line for line in lines if line.startswith("actor"))
    assert row.split()[-3:] == ["1", "50", "%"]
    assert max(map(len, lines)) <= 80


def test_one_study_shows_the_field(run: Any, two: str):
    result = run("specification", f"{two}#a")
    assert "strategies[0].actor" in result.stdout
    assert "not reported in the record" in result.stdout
    assert "\x1b" not in result.stdout
    rows = list(
        csv.DictReader(run("specification", f"{two}#a", "--format", "csv").stdout.splitlines())
    )
    assert len(rows) == 14
    assert rows[0]["field"] == "strategies[0].actor"
    short = run("specification", f"{two}#a", "--limit", "1").stdout
    assert "1 strategy left out; --limit 0 shows all" in short


def test_what_no_record_can_tell_is_said(run: Any, two: str):
    text = run("specification", two, "--checklist", "aactt").stdout
    assert "Nothing to count by aactt: 2 studies, and no barriers in them." in text
    text = run("specification", f"{two}#b", "--checklist", "stari").stdout
    assert "cannot be told from a record" in " ".join(text.split())
    assert "* provisional" in text


def test_modules_are_whole_or_not(run: Any, two: str):
    text = run("specification", f"{two}#a", "--checklist", "frame-is").stdout
    assert "complete: module 1, module 2, module 3" in text
    text = run("specification", two, "--checklist", "frame-is").stdout
    assert "module 4  0 of 1" in text


def test_an_unknown_checklist_and_study_are_named(run: Any, two: str):
    result = run("specification", two, "--checklist", "procter")
    assert result.exit_code == 2
    assert "unknown checklist 'procter'; did you mean proctor" in result.stderr
    result = run("specification", f"{two}#zz")
    assert result.exit_code == 2
    assert "unknown study 'zz'" in result.stderr
    assert run("specification", "nowhere.jsonl").exit_code == 3
