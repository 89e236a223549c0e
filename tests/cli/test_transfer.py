"""The command transfer."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

ASKED = ("transfer", "implsci-examples", "cfir-2009:available-resources")


def test_the_table_says_what_was_tried_and_how_alike_contexts_are(run: Any) -> None:
    done = run(*ASKED, "--to", "sector=education", "--to", "country=KE", "--limit", "3")
    assert done.exit_code == 0
    assert "Available Resources is met in 44 cases: 0 here, 40 elsewhere" in done.output
    assert "2 aimed at the barrier" in done.output
    assert "Likeness" in done.output


def test_csv_and_json_agree(run: Any) -> None:
    asked = (*ASKED, "--to", "sector=education", "--no-pool")
    value = json.loads(run(*asked, "--format", "json").stdout)
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert [line["strategy"] for line in lines] == [row["strategy"] for row in value["rows"]]
    assert list(lines[0]) == list(value["rows"][0])
    assert all(row["pooled"] is None for row in value["rows"])
    assert value["met"] == value["here"] + value["elsewhere"] + value["placeless"]


def test_a_study_can_be_the_target(run: Any) -> None:
    done = run(*ASKED, "--to", "implsci-examples#luitel-2020")
    assert done.exit_code == 0
    assert "country NP" in done.output


def test_what_cannot_be_asked_is_said(run: Any) -> None:
    both = run(*ASKED, "--to", "implsci-examples#luitel-2020", "--to", "country=KE")
    assert both.exit_code == 2
    contrary = run(*ASKED, "--to", "country=KE", "--to", "income_group=High income")
    assert contrary.exit_code == 2
    assert "contradicts" in contrary.output
    assert run(*ASKED).exit_code == 2
    assert run("transfer", "implsci-examples", "no-such", "--to", "country=KE").exit_code == 2
