"""The command claims."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from implsci.casebook import Casebook, load
from implsci.knowledge import claims
from implsci.model.documents import Claim


def test_what_is_not_in_its_source_is_said(run: Any) -> None:
    done = run("claims", "--about", "health research that comes to nothing")
    text = " ".join(done.output.split())
    assert "2 claims about 1 thing: 1 verified, 1 not found." in text
    assert "not found: the text names no source" in text
    assert '1 pair not comparable: different bases: "conclusions of health research" and' in text


def test_figures_of_several_years_stand_in_a_row(run: Any) -> None:
    done = run("claims", "--about", "public spending that What Works Centres are to inform")
    text = " ".join(done.output.split())
    assert "by date: 200 (2013), at least 250 (2023)" in text
    assert "2 pairs not comparable: different units" in text


def test_a_contradiction_is_named(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "made-up.jsonl"
    made = (
        Claim(id=name, about="use", statement="Made up.", value=value, unit="percent", year=2020)
        for name, value in (("a", 10), ("b", 20))
    )
    Casebook(records=tuple(made)).save(path)
    done = run("claims", "--casebook", str(path))
    assert "a and b contradict each other: the figures differ for 2020" in done.output
    assert "2 unchecked" in done.output


def test_json_and_csv_are_those_of_the_function(run: Any) -> None:
    found = claims(load("implsci-knowledge"))
    assert json.loads(run("claims", "--format", "json").stdout) == found.to_dict()
    lines = list(csv.DictReader(io.StringIO(run("claims", "--format", "csv").stdout)))
    assert [line["id"] for line in lines] == [row["id"] for row in found.to_rows()]


def test_an_unknown_thing_suggests_close_ones(run: Any) -> None:
    done = run("claims", "--about", "centers in the What Works Network")
    assert done.exit_code == 2
    assert "did you mean centres in the What Works Network" in done.stderr
