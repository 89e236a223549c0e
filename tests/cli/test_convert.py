"""convert and formats: from one format into another, and what is said on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import implsci

ROOT = Path(__file__).parents[2]
RECORDS = (
    '{"id": "a", "title": "A study", "countries": ["KE"]}\n{broken\n{"id": "b", "title": "B"}\n'
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.jsonl").write_text(RECORDS)
    return tmp_path


@pytest.mark.parametrize("out", ["out.store", "out.jsonl", "out.long.csv", "out"])
def test_what_can_be_read_is_written_and_the_rest_is_told(run: Any, out: str) -> None:
    result = run("convert", "in.jsonl", out)
    assert result.exit_code == 1
    assert "wrote 2 studies to" in result.stderr
    assert "line 2: not JSON" in result.stderr
    assert [study.id for study in implsci.formats.read(out)] == ["a", "b"]


def test_strict_stops_and_writes_nothing(run: Any, folder: Path) -> None:
    for out in ("out.jsonl", "out.store"):
        result = run("convert", "in.jsonl", out, "--strict")
        assert result.exit_code == 1
        assert "line 2" in result.stderr
        assert not (folder / out).is_file()
        assert not (folder / out / "store.manifest").exists()


def test_the_account_as_json(run: Any) -> None:
    result = run("convert", "in.jsonl", "out.ris", "--format", "json")
    told = json.loads(result.stdout)
    assert (told["studies"], told["skips"], told["skipped"][0]["place"]) == (2, 1, "line 2")
    assert any(one["where"] == "countries" and one["when"] == "writing" for one in told["left_out"])


def test_a_filter_keeps_some(run: Any) -> None:
    result = run("convert", "implsci-examples", "kenya.jsonl", "--where", "country=KE")
    assert "of 373 read, kept by --where: 10" in result.stderr
    assert all("KE" in study.countries for study in implsci.load("kenya.jsonl"))
    assert run("convert", "implsci-examples", "x.jsonl", "--where", "country").exit_code == 2


def test_stdin_and_stdout_need_a_format(run: Any) -> None:
    text = '{"id": "a", "title": "A study"}\n'
    result = run("convert", "-", "-", "--from", "jsonl", "--to", "ris", input=text)
    assert result.stdout.startswith("TY  - ")
    assert "wrote 1 study to stdout" in result.stderr
    assert run("convert", "-", "x.ris", input=text).exit_code == 2
    assert run("convert", "in.jsonl", "-").exit_code == 2
    assert run("convert", "in.jsonl", "-", "--to", "store").exit_code == 3


def test_nothing_is_written_over_what_is_read(run: Any, folder: Path) -> None:
    result = run("convert", "in.jsonl", "./in.jsonl")
    assert result.exit_code == 2
    assert "is what is read" in result.stderr
    assert (folder / "in.jsonl").read_text() == RECORDS


def test_a_real_table_by_its_mapping(run: Any) -> None:
    table = ROOT / "tests/data/mapped/offender_cbt_landenberger2005.csv"
    mapping = ROOT / "examples/mappings/offender_cbt_landenberger2005.toml"
    assert run("convert", str(table), "out.jsonl", "--mapping", str(mapping)).exit_code == 0
    assert len(implsci.load("out.jsonl")) == 58
    draft = run("convert", str(table), "--guess-mapping").stdout
    Path("draft.toml").write_text(draft)
    assert run("convert", str(table), "draft.jsonl", "--mapping", "draft.toml").exit_code == 0
    assert run("convert", str(table)).exit_code == 2


def test_the_formats_are_listed(run: Any) -> None:
    found = {one["name"]: one for one in json.loads(run("formats", "--format", "json").stdout)}
    assert len(found) == 14
    keeps = {name for name, one in found.items() if one["keeps_everything"]}
    assert keeps == {"jsonl", "json-folder", "store", "long", "data-package", "json-ld"}
    assert "EPPI-Reviewer" in run("formats").stdout
