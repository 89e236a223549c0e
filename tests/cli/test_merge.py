"""merge: several files made one, the account of it in three forms, and the way back."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

A = (
    '{"id": "a1", "title": "Building trust between schools and families", "year": 2018,'
    ' "citation": {"doi": "10.1000/x"}}\n'
    '{"id": "a2", "title": "Time for audit in district hospitals of Kenya"}\n'
)
B = (
    '{"id": "a2", "title": "BUILDING TRUST BETWEEN SCHOOLS & FAMILIES", "year": 2019,'
    ' "note": "read", "citation": {"doi": "10.1000/X"}}\n'
    '{"id": "b2", "title": "Something else: protocol of a trial", "citation": {"doi": "10.1000/y"}}\n'
    '{"id": "b3", "title": "Something else: results of a trial", "citation": {"doi": "10.1000/y"}}\n'
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("a.jsonl", A), ("b.jsonl", B)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_two_files_become_one(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run("merge", *files, "--out", str(out))
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert (
        "5 records of 2 collections: 4 studies, 1 merge, 2 conflicts, 1 doubtful, 1 renamed" in text
    )
    assert "1. a2: b.jsonl#a2 + a.jsonl#a1 (same DOI 10.1000/x" in text
    assert "year: 2019; a.jsonl says 2018" in text
    assert "b.jsonl#b2 ? b.jsonl#b3: same DOI 10.1000/y, but one is a protocol" in text
    assert f"wrote 4 studies to {out}" in " ".join(result.stderr.split())
    assert ids(out) == ["a2", "a2-2", "b2", "b3"]


def test_the_account_as_json_and_csv(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    told = json.loads(run("merge", *files, "--out", out, "--format", "json").stdout)
    assert told["studies"] == 4
    (one,) = told["merges"]
    assert [origin["id"] for origin in one["joined"]] == ["a2", "a1"]
    assert {conflict["field"] for conflict in one["conflicts"]} == {"title", "year"}
    assert [len(doubt["members"]) for doubt in told["doubtful"]] == [2]
    rows = list(csv.DictReader(io.StringIO(
        run("merge", *files, "--out", out, "--format", "csv").stdout)))  # fmt: skip
    assert [row["what"] for row in rows] == ["merge", *["conflict"] * 2, "doubtful", "renamed"]
    assert {row["kept"] for row in rows if row["field"] == "year"} == {"2019"}
    assert {row["kind"] for row in rows if row["what"] == "conflict"} == {"value"}


def test_undone_by_the_report(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out, report = tmp_path / "out.jsonl", tmp_path / "report.json"
    assert run("merge", *files, "--out", str(out), "--report", str(report)).exit_code == 0
    back = tmp_path / "back.jsonl"
    assert run("merge", "--undo", str(report), "--out", str(back)).exit_code == 0
    assert ids(back) == ["a1", "a2", "a2", "b2", "b3"]
    again = [json.loads(line) for line in back.read_text(encoding="utf-8").splitlines()]
    assert [
        {**json.loads(line), "type": "study", "implsci": 1} for line in (A + B).splitlines()
    ] == again
    assert run("merge", "--undo", str(report), "--merge", "1", "--out", str(back)).exit_code == 0
    assert len(ids(back)) == len(set(ids(back))) == 5
    absent = run("merge", "--undo", str(report), "--merge", "2", "--out", str(back))
    assert absent.exit_code == 2
    assert "the report has 1 merge" in absent.stderr


def test_a_person_decides(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    result = run(
        "merge", *files, "--out", str(out), "--same", "b.jsonl#b2", "b.jsonl#b3",
        "--apart", "a.jsonl#a1", "b.jsonl#a2",
    )  # fmt: skip
    assert result.exit_code == 0
    assert ids(out) == ["a1", "a2", "a2-2", "b2"] or ids(out) == ["a1", "a2", "a2-2", "b3"]
    unknown = run("merge", *files, "--out", str(out), "--same", "b.jsonl#b2", "nobody")
    assert unknown.exit_code == 2
    assert "nobody: no such record" in unknown.stderr


def test_a_record_that_fails_is_skipped_and_said(run: Any, tmp_path: Path) -> None:
    path, out = tmp_path / "x.jsonl", tmp_path / "out.jsonl"
    path.write_text(A + '{"id": "broken"}\n', encoding="utf-8")
    result = run("merge", str(path), "--out", str(out))
    assert result.exit_code == 1
    assert "line 3" in result.stderr
    assert len(ids(out)) == 2
    assert run("merge", str(path), "--out", str(out), "--strict").exit_code == 1


def test_asked_wrongly(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out = str(tmp_path / "out.jsonl")
    assert run("merge", "--out", out).exit_code == 2
    assert run("merge", files[0]).exit_code == 2
    assert run("merge", files[0], "--out", out, "--merge", "1").exit_code == 2
    assert run("merge", files[0], "--out", out, "--undo", "r.json").exit_code == 2
    assert run("merge", str(tmp_path / "none.jsonl"), "--out", out).exit_code == 3
    assert run("merge", "--undo", str(tmp_path / "none.json"), "--out", out).exit_code == 3
    assert run("merge", "--undo", files[0], "--out", out).exit_code == 1
    assert not Path(out).exists()


def test_through_stdin_and_stdout(run: Any) -> None:
    result = run("merge", "-", "--out", "-", input=A + A)
    assert result.exit_code == 0
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["a1", "a2"]
    assert "2 merges" in result.stderr


def test_identifiers_only(run: Any, files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    Path(files[1]).write_text(A.replace('"a1"', '"z"').replace('"a2"', '"y"'), encoding="utf-8")
    assert run("merge", *files, "--out", str(out), "--ids-only").exit_code == 0
    assert len(ids(out)) == 3
    assert run("merge", *files, "--out", str(out)).exit_code == 0
    assert len(ids(out)) == 2


def test_the_format_of_out_is_settled_before_anything_is_read(
    run: Any, files: tuple[str, str], tmp_path: Path
) -> None:
    unread = str(tmp_path / "none.jsonl")
    for out in ("out.csv", "out.unknown"):
        refused = run("merge", unread, "--out", str(tmp_path / out))
        assert refused.exit_code == 2
        assert out in refused.stderr
        assert "none.jsonl" not in refused.stderr
    assert run("merge", unread, "--out", str(tmp_path / "o"), "--to", "no-such").exit_code == 2
    assert run("merge", files[0], "--out", "-", "--to", "ris").exit_code == 2
    out = tmp_path / "out.csv"
    assert run("merge", *files, "--out", str(out), "--to", "condensed").exit_code == 0
    assert out.read_text(encoding="utf-8").startswith("id,title")
