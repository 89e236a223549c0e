"""check: every problem with its place, and the exit code that says how bad it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

GOOD = '{"id": "a", "title": "T"}\n'
DOUBTFUL = '{"id": "a", "title": "T", "countries": ["ZZ"]}\n'


def test_the_bundled_compendium_has_no_error(run: Any):
    result = run("check", "implsci-examples")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].endswith(" info")
    assert "0 errors" in result.stdout


def test_a_problem_says_file_line_severity_path_and_message(run: Any, tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text(GOOD + '{"id": "b", "title": "T", "countries": "KE", "year": "1999"}\n')
    result = run("check", str(path), "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["studies"] == 1
    assert found["problems"] == [
        {"file": str(path), "line": 2, "study": "b", "path": "year", "severity": "error",
         "message": "expected a whole number, got '1999'", "rule": "invalid-record"},
        {"file": str(path), "line": 2, "study": "b", "path": "countries", "severity": "error",
         "message": "expected a list, got 'KE'", "rule": "invalid-record"},
    ]  # fmt: skip
    text = " ".join(run("check", str(path)).stdout.split())
    assert f"{path}:2: error: countries: expected a list, got 'KE'" in text
    assert text.endswith("1 study, 2 errors, 0 warnings, 0 info")


def test_strict_lets_a_warning_count(run: Any):
    assert run("check", "-", input=DOUBTFUL).exit_code == 0
    strict = run("check", "-", "--strict", input=DOUBTFUL)
    assert strict.exit_code == 1
    assert "-:1: warning: countries[0]: 'ZZ' is no country of ISO 3166-1" in strict.stdout


def test_a_year_to_come_is_a_warning(run: Any):
    result = run("check", "-", input=GOOD.replace("}", ', "year": 2100}'))
    assert result.exit_code == 0
    assert result.stdout.startswith("-:1: warning: year: 2100 is after the day of this check\n")


def test_stdin_may_hold_lines_or_one_record_laid_out(run: Any):
    assert "2 studies" in run("check", "-", input=GOOD + GOOD.replace('"a"', '"b"')).stdout
    laid_out = json.dumps({"id": "a", "title": "T"}, indent=2)
    assert run("check", "-", input=laid_out).stdout == "1 study, 0 errors, 0 warnings, 0 info\n"


@pytest.mark.parametrize(
    "record",
    [
        '{"id":"a",\n"title":"t"}',
        '\ufeff\n{"id": "a",\n"title": "t",\n"outcomes": [\n{"id": "o", "label": "x"}]}\n',
        '{"id": "a", "title": "t", "extra": {\n"k": 1\n}}\n\n',
    ],
)
def test_one_record_may_be_laid_out_in_any_way(record: str, run: Any):
    result = run("check", "-", input=record)
    assert result.stdout == "1 study, 0 errors, 0 warnings, 0 info\n"
    faulty = run("check", "-", input=record.replace('"title"', '"year": 1, "title"'))
    assert faulty.stdout.startswith("-: error: year: expected 1800 to 2100, got 1\n")


def test_a_line_cut_short_does_not_swallow_the_others(run: Any):
    found = json.loads(
        run("check", "-", "--format", "json", input='{"id": "a",\n' + GOOD + "{}\n").stdout
    )
    assert found["studies"] == 1
    assert [problem["line"] for problem in found["problems"]] == [1, 3, 3]


def test_lines_longer_than_what_is_looked_at_first_stay_lines(run: Any):
    lines = GOOD * 3 + GOOD.replace("T", "T" * 100)
    result = run("check", "-", "--max-bytes", "40", "--format", "json", input=lines)
    found = json.loads(result.stdout)
    assert found["studies"] == 3
    assert [own["line"] for own in found["problems"] if "at most 40" in own["message"]] == [4]


def test_a_limit_beyond_all_memory_is_none(run: Any, tmp_path: Path):
    (tmp_path / "x.jsonl").write_text(GOOD)
    for source in (str(tmp_path / "x.jsonl"), "-"):
        assert run("check", source, "--max-bytes", "9" * 20, input=GOOD).exit_code == 0


def test_max_bytes_refuses_longer_records_from_file_and_stdin(run: Any, tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text(GOOD)
    laid_out = json.dumps({"id": "a", "title": "T" * 50}, indent=2)
    for result in (
        run("check", str(path), "--max-bytes", "10"),
        run("check", "-", "--max-bytes", "10", input=GOOD),
        run("check", "-", "--max-bytes", "10", input=laid_out),
    ):
        assert result.exit_code == 1
        assert "expected at most 10" in " ".join(result.stdout.split())
    assert run("check", str(path), "--max-bytes", "0").exit_code == 2


@pytest.mark.parametrize("name", ["x.jsonl", "x.json"])
def test_an_empty_file_is_an_error(name: str, run: Any, tmp_path: Path):
    (tmp_path / name).write_bytes(b"")
    result = run("check", str(tmp_path / name))
    assert result.exit_code == 1
    assert "expected" in result.stdout


def test_what_is_not_there_exits_3_and_an_unknown_name_2(run: Any, tmp_path: Path):
    absent = run("check", str(tmp_path / "none.jsonl"))
    assert (absent.exit_code, absent.stdout) == (3, "")
    assert "none.jsonl: " in absent.stderr
    unknown = run("check", "implsci-exampels")
    assert unknown.exit_code == 2
    assert "did you mean implsci-examples?" in unknown.stderr
    assert run("check").exit_code == 2


def test_a_folder_is_checked_file_by_file(run: Any, tmp_path: Path):
    (tmp_path / "a.json").write_text(GOOD)
    (tmp_path / "b.json").write_text("null")
    result = run("check", str(tmp_path), "--format", "csv")
    assert result.exit_code == 1
    header, line = result.stdout.splitlines()
    assert header == "file,line,study,path,severity,message,rule"
    assert line.startswith(f"{tmp_path / 'b.json'},,,,error,")
    assert line.endswith(",unreadable")


def test_several_files_are_checked_as_one(run: Any, tmp_path: Path):
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(GOOD)
    (tmp_path / "empty.jsonl").write_text("\n")
    places = [str(tmp_path / name) for name in ("a.jsonl", "b.jsonl", "empty.jsonl")]
    result = run("check", *places, "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["studies"] == 2
    told = [(own["file"], own["rule"]) for own in found["problems"]]
    assert told == [(places[1], "repeated-study-id"), (places[2], "no-record")]
    assert f"first at {places[0]}:1" in found["problems"][0]["message"]
    assert run("check", places[0], str(tmp_path / "none.jsonl")).exit_code == 3
