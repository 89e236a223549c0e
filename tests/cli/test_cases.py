"""The commands cases and maturity, on made-up records."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Compendium, Study
from implsci.casebook import Casebook
from implsci.learning import stage_rating
from implsci.model.documents import Maturity, Observation


@pytest.fixture
def studies(tmp_path: Path) -> str:
    path = tmp_path / "ours.jsonl"
    Compendium(
        studies=(
            Study(id="a", title="Visits", embedded="country", sectors=("sector:health",)),  # type: ignore[arg-type]
            Study(id="b", title="Other", design="rct"),
        )
    ).save(path)
    return str(path)


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.jsonl"
    Casebook(
        records=(
            Observation(id="o1", statement="It helped", studies=("a",)),
            Maturity(
                id="m1",
                program="Country program",
                of="implementation research",
                ratings=(
                    stage_rating("expansion", time="2021"),
                    stage_rating("awareness", time="2023"),
                ),
            ),
        )
    ).save(path)
    return str(path)


def test_cases_in_each_format(run: Any, studies: str, book: str) -> None:
    done = run("cases", studies, "--casebook", book)
    assert done.exit_code == 0
    assert done.output.startswith("1 case in 1 sector: 1 embedded in a program, 1 study left out.")
    value = json.loads(run("cases", studies, "--casebook", book, "--format", "json").stdout)
    assert [row["seen_in_practice"] for row in value["rows"]] == [1]
    text = run("cases", studies, "--casebook", book, "--format", "csv").stdout
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["case"], line["embedded"]) for line in lines] == [("a", "country")]
    assert list(lines[0]) == list(value["rows"][0])


def test_stories_go_to_a_file_or_stdout(run: Any, studies: str, tmp_path: Path) -> None:
    assert "### Visits" in run("cases", studies, "--out", "-").stdout
    out = tmp_path / "stories.md"
    assert run("cases", studies, "--out", str(out)).exit_code == 0
    assert "### Visits" in out.read_text(encoding="utf-8")
    assert run("cases", studies, "--out", studies).exit_code == 2


def test_maturity_in_each_format(run: Any, book: str) -> None:
    done = run("maturity", book)
    assert done.exit_code == 0
    assert done.output.startswith("1 program rated; by stage: awareness 1; 1 fell back")
    value = json.loads(run("maturity", book, "--format", "json").stdout)
    assert [row["stage"] for row in value["rows"]] == ["awareness"]
    lines = list(csv.DictReader(io.StringIO(run("maturity", book, "--format", "csv").stdout)))
    assert [line["fell"] for line in lines] == ["2023"]
    assert list(lines[0]) == list(value["rows"][0])
    none = run("maturity", "implsci-questions", "--format", "csv")
    assert none.stdout.startswith("record,program,practice")
