"""engagement: models compared in a table, as JSON, as CSV and drawn."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from implsci import Finding, Outcome, Strategy, Study
from implsci.codec import encode


def study(name: str, model: str | None, direction: Any, sector: str, *codes: Any) -> Study:
    return Study(
        id=name,
        title=name,
        engagement=() if model is None else (f"engagement:{model}",),  # type: ignore[arg-type]
        sectors=(f"sector:{sector}",),  # type: ignore[arg-type]
        strategies=(Strategy(id="s", label="help", codes=codes),),
        outcomes=(Outcome(id="o", label="\x1b[31muse", kind="research_use"),),
        findings=(Finding(id="f", outcome="o", direction=direction, basis="description"),),
    )


def written(tmp_path: Path, *studies: Study) -> str:
    path = tmp_path / "studies.jsonl"
    path.write_bytes(b"".join(encode(one) + b"\n" for one in studies))
    return str(path)


@pytest.fixture
def studies(tmp_path: Path) -> str:
    return written(
        tmp_path,
        study("a", "push", "no_difference", "health"),
        study("b", "push", "improved", "health"),
        study("c", "co-creation", "improved", "education", "relational:learn-together"),
        study("d", "co-creation", "maintained", "education"),
        study("e", None, "worsened", "health"),
    )


def test_table(run: Any, studies: str) -> None:
    result = run("engagement", studies)
    assert result.exit_code == 0, result.output
    out = " ".join(result.stdout.split())
    assert out.startswith("4 of 5 studies tell their model of engagement: push 2, co-creation 2.")
    assert "push 2 descriptions 1 of 2 50 (9-91) 1+ 1=" in out
    assert "co-creation 2 descriptions 2 of 2 100 (34-100) 1+ 1^" in out
    assert "The difference between models cannot be estimated" in out
    assert "push and co-creation share no sector, so that model and sector cannot be told" in out
    assert "no finding compares two models inside one study" in out
    assert "Any relational action descriptions 1 of 1 1 of 1 none 1 of 2" in out
    assert "Learn together" not in out
    assert "Learn together" in run("engagement", studies, "--features").stdout
    assert "\x1b" not in result.stdout


def test_strata_are_listed_where_two_models_have_findings(run: Any, tmp_path: Path) -> None:
    source = written(
        tmp_path,
        study("a", "push", "no_difference", "health"),
        study("b", "co-creation", "improved", "health"),
    )
    out = " ".join(run("engagement", source).stdout.split())
    assert "sector health, descriptions: push 0 of 1 (1 study), co-creation 1 of 1 (1 study)" in out


def test_json_and_csv(run: Any, studies: str) -> None:
    value = json.loads(run("engagement", studies, "--format", "json").stdout)
    assert value["told"] == {"push": 2, "co-creation": 2, "not told": 1}
    assert value["questions"][0]["name"] == "research_use"
    result = run("engagement", studies, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    push = next(row for row in rows if (row["question"], row["model"]) == ("research_use", "push"))
    assert (push["better"], push["told"], push["no_difference"]) == ("1", "2", "1")
    assert "4 of 5 studies tell their model" in result.stderr


def test_outcome_and_where(run: Any, studies: str) -> None:
    value = json.loads(
        run("engagement", studies, "--outcome", "research_use", "--where", "sector=health",
            "--format", "json").stdout
    )  # fmt: skip
    assert [one["name"] for one in value["questions"]] == ["research_use"]
    assert value["told"] == {"push": 2, "not told": 1}
    assert "only push is told" in value["questions"][0]["because"]


def test_figure(run: Any, studies: str, tmp_path: Path) -> None:
    out = tmp_path / "figure.svg"
    result = run("engagement", studies, "--out", str(out))
    assert result.exit_code == 0
    assert f"wrote {out}" in result.stderr.replace("\n", "")
    assert ElementTree.parse(out).getroot().tag.endswith("svg")


def test_asked_wrongly(run: Any, studies: str, tmp_path: Path) -> None:
    result = run("engagement", studies, "--outcome", "capacit")
    assert result.exit_code == 2
    assert "did you mean capacity?" in result.stderr
    result = run("engagement", studies, "--out", "figure.png")
    assert (result.exit_code, "ending in .svg" in result.stderr) == (2, True)
    silent = written(tmp_path, study("a", None, "improved", "health"))
    result = run("engagement", silent)
    assert result.exit_code == 1
    assert "cannot be estimated: no study (of 1) tells its model" in result.stderr
