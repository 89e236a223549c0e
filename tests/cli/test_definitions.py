"""The commands definitions and glossary."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci.casebook import load
from implsci.formats import read_skos
from implsci.knowledge import compare, glossary

ASKED = ("knowledge mobilisation", "implementation science")


def test_two_terms_are_compared(run: Any) -> None:
    done = run("definitions", *ASKED)
    assert done.exit_code == 0
    text = " ".join(done.output.split())
    assert "none of which is the right one" in text
    assert "implementation science practice (4 of the 4 that say)" in text
    assert "doi:10.1186/1748-5908-1-1 (read in the source)" in text
    assert "Farthest apart" in text
    assert "is-wcpp" in text


def test_without_a_term_they_are_listed(run: Any) -> None:
    done = run("definitions")
    assert "knowledge mobilisation" in done.output
    assert "Gower" not in done.output


def test_json_and_csv_are_those_of_the_function(run: Any) -> None:
    found = compare(load("implsci-knowledge"), ASKED)
    assert json.loads(run("definitions", *ASKED, "--format", "json").stdout) == found.to_dict()
    lines = list(csv.DictReader(io.StringIO(run("definitions", *ASKED, "--format", "csv").stdout)))
    assert [line["author"] for line in lines] == [one.author for one in found.definitions]


def test_an_unknown_term_suggests_close_ones(run: Any) -> None:
    done = run("definitions", "knowledge mobilsation")
    assert done.exit_code == 2
    assert "did you mean knowledge mobilisation" in done.stderr


def test_own_casebooks_stand_beside_the_bundled_one(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text(
        '{"type": "definition", "id": "x", "term": "Knowledge transfer", "author": "\\u001b[31mUs",'
        ' "paraphrase": "Made up.", "direction": "one_way", "level": "practice"}\n',
        encoding="utf-8",
    )
    both = ("--casebook", "implsci-knowledge", "--casebook", str(path))
    done = run("definitions", "knowledge transfer", *both)
    assert "3 definitions of knowledge transfer" in done.output
    assert "\x1b" not in done.output
    alone = run("definitions", "knowledge transfer", "--casebook", "-", input=path.read_bytes())
    assert "1 definition of Knowledge transfer" in " ".join(alone.output.split())
    assert "- source not told\n" in alone.output
    assert "No two definitions share" in alone.output
    assert run("definitions", "--casebook", "no-such-casebook").exit_code == 2


@pytest.mark.parametrize("form", ["md", "csv", "ttl", "jsonld"])
def test_a_glossary_is_written(run: Any, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"glossary.{form}"
    done = run("glossary", "--out", str(path))
    assert done.exit_code == 0
    assert "wrote 9 terms" in done.stderr
    found = glossary(load("implsci-knowledge"))
    if form == "md":
        assert path.read_text("utf-8") == found.to_markdown()
    elif form == "csv":
        assert path.read_text("utf-8") == found.to_csv()
    else:
        assert len(read_skos(path, scheme="glossary").taxonomy) == 9


def test_a_glossary_is_printed_in_each_form(run: Any, tmp_path: Path) -> None:
    found = glossary(load("implsci-knowledge"))
    assert json.loads(run("glossary", "--format", "json").stdout) == found.to_dict()
    lines = list(csv.DictReader(io.StringIO(run("glossary", "--format", "csv").stdout)))
    assert len(lines) == len(found.to_rows())
    assert "see: " in run("glossary").output
    done = run("glossary", "--out", str(tmp_path / "glossary.docx"))
    assert done.exit_code == 2
    assert not list(tmp_path.iterdir())


def test_a_glossary_is_not_written_over_its_casebook(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("x")
    assert run("glossary", "--casebook", str(path), "--out", str(path)).exit_code != 0
    assert path.read_text() == "x"
