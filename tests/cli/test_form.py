"""The command form, as a review team uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

import implsci


@pytest.fixture
def team(tmp_path: Path, run: Any) -> Path:
    """A form that a team filled, with two faults in it."""
    path = tmp_path / "team.form.xlsx"
    told = run("form", str(path), "--taxonomy", "eric", "--taxonomy", "cfir", "--coder", "AB")
    assert told.exit_code == 0, told.output
    assert "wrote a form with 0 studies to" in told.stderr
    book = openpyxl.load_workbook(path)
    assert book["Terms"].max_row == 1 + 82 + 74
    book["Studies"]["A2"], book["Studies"]["B2"], book["Studies"]["C2"] = "a", "A study", "soon"
    for row, (study, name) in enumerate((("a", "b1"), ("zz", "b2")), 2):
        for column, value in zip("ABC", (study, name, "no time"), strict=True):
            book["Barriers"][f"{column}{row}"] = value
    book.save(path)
    return path


def test_read_says_what_it_skipped_and_writes_the_rest(team: Path, run: Any) -> None:
    out = team.with_name("studies.jsonl")
    told = run("form", "--read", str(team), str(out))
    assert told.exit_code == 1, told.output
    assert "wrote 1 study to" in told.stderr
    assert "sheet 'Studies', row 2, column 'year': expected a whole number" in told.stderr
    assert "sheet 'Barriers', row 3: there is no study 'zz' (there is a)" in told.stderr
    assert told.stdout == ""
    (study,) = implsci.load(out)
    assert [barrier.label for barrier in study.barriers] == ["no time"]


def test_strict_writes_nothing(team: Path, run: Any) -> None:
    out = team.with_name("studies.jsonl")
    told = run("form", "--read", str(team), str(out), "--strict")
    assert told.exit_code == 1
    assert "column 'year'" in told.stderr
    assert not out.exists()


def test_filled_with_studies_and_read_back(run: Any, tmp_path: Path) -> None:
    form, out = tmp_path / "kenya.form.xlsx", tmp_path / "kenya.jsonl"
    kenya = implsci.load("implsci-examples").where(country="KE")
    kenya.save(tmp_path / "in.jsonl")
    told = run("form", str(form), "--studies", str(tmp_path / "in.jsonl"))
    assert told.exit_code == 0, told.output
    assert f"wrote a form with {len(kenya)} studies" in told.stderr
    assert "provenance: an extraction form cannot carry it" in told.stderr
    assert run("form", "--read", str(form), str(out)).exit_code == 0
    again = implsci.load(out)
    assert [study.findings for study in again] == [study.findings for study in kenya]


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        (("out.csv",), 2, "expected a name that ends in .xlsx"),
        (("out.xlsx", "--taxonomy", "erik"), 2, "did you mean eric"),
        (("out.xlsx", "--taxonomy", "cfirr"), 2, "did you mean cfir"),
        (("out.xlsx", "--read", "in.xlsx", "--coder", "AB"), 2, "--read takes no --taxonomy"),
        (("--read", "none.xlsx", "out.jsonl"), 3, "none.xlsx: No such file"),
        (("out.xlsx", "--studies", "none.jsonl"), 3, "none.jsonl"),
        ((), 2, "Missing argument 'OUT'"),
    ],
)
def test_what_cannot_be_done_is_said(
    asked: tuple[str, ...], code: int, message: str, run: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    told = run("form", *asked)
    assert (told.exit_code, message in told.stderr) == (code, True), told.output
    assert not list(tmp_path.iterdir()), "nothing is half-written"
