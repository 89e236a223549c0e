"""ratings: the matrix of a study or a table, its pictures, and what sets sites apart."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from implsci.analysis.ratings import ratings_from_table, read_ratings
from implsci.codec import encode

VARSI = Path(__file__).parent.parent / "data" / "analysis" / "cfir_ratings_varsi2015.csv"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "ratings.csv"
    file.write_text(
        "construct,north,east,south\n"
        "Tension for change,1,0 (mixed),-2\n"
        "Cost,0,,\n"
        "=1+1,-1 mixed,1,1\n",
        encoding="utf-8",
    )
    return file


def test_a_table_is_laid_out_with_three_marks(run: Any, table: Path):
    result = run("ratings", str(table), "--table")
    rows = {line[:4]: line.split()[-3:] for line in result.stdout.splitlines() if line}
    assert rows["Cost"] == ["0", ".", "."]
    assert rows["Tens"][-1] == "-2"
    assert "0 x" in result.stdout
    assert "3 constructs by 3 sites: 7 ratings, 2 of them mixed, 2 missing." in result.stdout


def test_the_published_table_by_the_rule(run: Any, tmp_path: Path):
    rows = list(csv.DictReader(VARSI.read_text("utf-8").splitlines()))
    sites = [name for name in rows[0] if name.startswith("unit")]
    file = tmp_path / "varsi.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["construct", *sites], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    high = [part for site in sites[:4] for part in ("--high", site)]
    asked = ("ratings", str(file), "--table", *high, "--low", sites[4])
    found = json.loads(run(*asked, "--format", "json").stdout)["distinguishing"]["rows"]
    said = {"none": "", "cannot_tell": ""}
    assert [said.get(row["strength"], row["strength"]) for row in found] == [
        row["published_distinguishing"] for row in rows
    ]
    text = " ".join(run(*asked).stdout.split())
    assert "10 of 22 constructs distinguish" in text
    assert "inferred by us" in text
    printed = list(csv.DictReader(run(*asked, "--format", "csv").stdout.splitlines()))
    assert [row["distinguishes"] for row in printed] == [row["strength"] for row in found]


def test_pictures_and_a_table_are_written(run: Any, table: Path, tmp_path: Path):
    for name, mark in (("m.html", "0 mixed"), ("m.svg", "</svg>"), ("m.csv", "mixed 0")):
        out = tmp_path / name
        result = run("ratings", str(table), "--table", "--out", str(out))
        assert result.exit_code == 0
        assert mark in out.read_text("utf-8")
    assert read_ratings(tmp_path / "m.csv") == read_ratings(table)
    assert "'=1+1" in (tmp_path / "m.csv").read_text("utf-8")
    result = run("ratings", str(table), "--table", "--out", "m.pdf")
    assert (result.exit_code, result.stderr.strip()) == (
        2, "implsci: --out m.pdf: expected a name that ends in .csv, .html, .svg"
    )  # fmt: skip


def test_the_ratings_of_a_study(run: Any, tmp_path: Path):
    study = ratings_from_table([{"construct": "Cost", "n": -1, "s": None}]).to_study(
        id="a", title="A"
    )
    file = tmp_path / "a.json"
    file.write_bytes(encode(study))
    for source in (str(file), f"{file}#a"):
        rows = json.loads(run("ratings", source, "--format", "json").stdout)["matrix"]["rows"]
        assert [row["value"] for row in rows] == [-1, None]
        assert [row["missing"] for row in rows] == [False, True]
    assert "cannot be told" in run("ratings", str(file), "--high", "n", "--low", "s").stdout


def test_nothing_rated_is_nothing_to_count(run: Any):
    result = run("ratings", "implsci-examples")
    assert result.exit_code == 0
    assert result.stdout == "Nothing to count: no site was rated on any construct.\n"


def test_bad_questions_and_tables_are_named(run: Any, table: Path, tmp_path: Path):
    def said(*args: str) -> str:
        result = run("ratings", str(table), "--table", *args)
        assert result.exit_code == 2
        return str(result.stderr)

    assert "unknown site 'nort'; did you mean north" in said("--high", "nort", "--low", "south")
    assert "both --high and --low" in said("--high", "north")
    assert "unknown rule 'x'" in said("--high", "north", "--low", "south", "--rule", "x")
    bad = tmp_path / "bad.csv"
    bad.write_text("construct,n\nCost,3\n", encoding="utf-8")
    result = run("ratings", str(bad), "--table")
    assert result.exit_code == 1
    assert "line 2: n: expected a rating from -2 to +2, got '3'" in result.stderr
    assert run("ratings", "-", "--table").exit_code == 2
