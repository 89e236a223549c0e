"""The command equity."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def reach(tmp_path: Path) -> str:
    measured = [
        {"of": "reach", "n": n, "base": 300, "stratum": "equity:socioeconomic-status",
         "respondent": group}
        for group, n in (("poorest", 120), ("middle", 160), ("richest", 240))
    ]  # fmt: skip
    study = {
        "implsci": 1,
        "id": "made-up",
        "title": "Made up",
        "outcomes": [{"id": "o", "label": "\u001b[31mreach", "measurements": measured}],
    }
    path = tmp_path / "reach.jsonl"
    path.write_text(json.dumps(study) + "\n", encoding="utf-8")
    return str(path)


def test_the_table_holds_gaps_and_the_slope(run: Any, reach: str) -> None:
    done = run("equity", reach, "--order", "poorest, middle, richest")
    assert done.exit_code == 0
    assert "gap from poorest to richest: 40.0 points [32.5, 46.8]; ratio 2.00" in done.output
    assert "slope index: 60.0 points" in done.output
    assert "\x1b" not in done.output
    unordered = run("equity", reach)
    assert "cannot be estimated: slope index: the groups have no order" in unordered.output


def test_csv_and_json_agree(run: Any, reach: str) -> None:
    asked = ("equity", reach, "--order", "poorest,middle,richest", "--of", "reach")
    (row,) = json.loads(run(*asked, "--format", "json").stdout)["rows"]
    (line,) = csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout))
    assert list(line) == list(row)
    assert row["absolute"] == pytest.approx(0.4)
    assert float(line["slope_index"]) == pytest.approx(0.6)


def test_the_examples_are_warned_about(run: Any) -> None:
    done = run("equity", "implsci-examples")
    assert done.exit_code == 0
    assert "warning: no study reports reach by stratum" in done.stderr
    assert "Nobody studied: Digital access" in done.output
    assert run("equity", "implsci-examples", "--where", "equity=religion").exit_code == 2
