"""The command bundles."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import implsci
from implsci.questions import bundles


def test_the_table_holds_counts_beside_the_lift(run: Any) -> None:
    done = run("bundles", "implsci-examples", "--limit", "2")
    assert done.exit_code == 0
    assert "8 of 233" in done.output
    assert "Combinations as they occur" in done.output
    assert "not reported: 108 cases" in done.output


def test_json_and_csv_are_those_of_the_function(run: Any) -> None:
    found = bundles(implsci.load("implsci-examples"), "strategy:bct-v1", least=3)
    asked = ("bundles", "implsci-examples", "--strategies", "strategy:bct-v1", "--least", "3")
    assert json.loads(run(*asked, "--format", "json").stdout) == json.loads(
        json.dumps(found.to_dict())
    )
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert list(lines[0]) == list(found.to_rows()[0])
    assert [int(line["together"]) for line in lines] == [pair.together for pair in found.pairs]


def test_what_cannot_be_asked_is_said(run: Any) -> None:
    assert run("bundles", "implsci-examples", "--least", "0").exit_code == 2
    assert run("bundles", "implsci-examples", "--strategies", "barrier").exit_code == 2
