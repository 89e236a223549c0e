"""Vocabularies carried out and in from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from implsci.plugins import Registry
from implsci.termtable import read_taxonomy


@pytest.mark.parametrize("form", ["ttl", "jsonld"])
def test_what_goes_out_as_skos_comes_back_as_a_table(
    form: str, run: Any, tmp_path: Path, registry: Registry
):
    told = run("export", "eric", str(tmp_path / f"eric.{form}"))
    assert told.exit_code == 0, told.output
    assert "wrote 82 terms to" in told.stderr
    back = run(
        "import", str(tmp_path / f"eric.{form}"), str(tmp_path / "e.csv"), "--scheme", "eric",
        "--kind", "strategy",
    )  # fmt: skip
    assert back.exit_code == 0, back.output
    assert "left out: skos:relatedMatch" in back.stderr, "mappings are no part of a term table"
    eric = registry.taxonomy("eric")
    again = read_taxonomy(
        tmp_path / "e.csv", scheme="eric", title=eric.title, kind="strategy", edition="2015",
        license=eric.license, citation=eric.citation, ratings=tmp_path / "e-ratings.csv",
    )  # fmt: skip
    assert again == eric


def test_alone_leaves_the_mappings_out(run: Any, tmp_path: Path):
    path = tmp_path / "trust.ttl"
    assert run("export", "trust", str(path)).exit_code == 0
    assert "closeMatch" in path.read_text(encoding="utf-8")
    assert run("export", "trust", str(path), "--alone").exit_code == 0
    assert "Match" not in path.read_text(encoding="utf-8")


def test_a_crosswalk_goes_out_as_sssom(run: Any, tmp_path: Path):
    path = tmp_path / "x.sssom.tsv"
    assert run("export", "relational-to-eric", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("#curie_map:")
    assert text.count("\tsssom:NoTermFound\t") == 23


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("export", "eric", "eric.docx"), 2, "expected a name that ends in .ttl, .jsonld, .csv"),
        (("export", "erik", "eric.ttl"), 2, "unknown taxonomy 'erik'; did you mean eric"),
        (("export", "relational-eric", "x.tsv"), 2, "did you mean relational-to-eric"),
        (("import", "none.ttl", "x.csv", "--scheme", "x"), 3, "none.ttl"),
        (("import", "none.ttl", "x.txt", "--scheme", "x"), 2, "expected a name that ends in .csv"),
    ],
)
def test_what_cannot_be_done_is_said(
    asked: tuple[str, ...], code: int, message: str, run: Any, tmp_path: Path, monkeypatch: Any
):
    monkeypatch.chdir(tmp_path)
    told = run(*asked)
    assert (told.exit_code, message in told.stderr) == (code, True), told.output
    assert not list(tmp_path.iterdir()), "nothing is half-written"


def test_a_file_that_is_none_names_its_line(run: Any, tmp_path: Path):
    path = tmp_path / "bad.ttl"
    path.write_text("@prefix s: <http://x/> .\ns:a s:b\n", encoding="utf-8")
    told = run("import", str(path), str(tmp_path / "x.csv"), "--scheme", "x")
    assert told.exit_code == 1
    assert "line" in told.stderr
    assert not (tmp_path / "x.csv").exists()
