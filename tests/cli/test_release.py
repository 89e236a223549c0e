"""release: what it prints, and the exit code that says why it stopped."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

LINES = '{"id": "a", "title": "T", "year": 2019}\n{"id": "b", "title": "U"}\n'
MORE = LINES.replace("2019", "2020") + '{"id": "c", "title": "V"}\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text(LINES)
    return path


def test_the_first_and_the_next(run: Any, source: Path, tmp_path: Path):
    out = tmp_path / "out"
    first = run("release", str(source), str(out), "--version", "1.0.0", "--author", "Ng, Ada")
    assert first.exit_code == 0, first.output
    assert "mine-1.0.0: 2 studies, 28 files" in " ".join(first.stdout.split())
    assert "the first release" in first.stdout
    source.write_text(MORE)
    second = run("release", str(source), str(out), "--version", "1.1.0", "--date", "2026-01-05")
    assert (
        "since 1.0.0: 1 added, 0 removed, 1 changed; 0 cells of the synthesis moved"
        in second.stdout
    )
    assert "as in 1.0.0: authors\n" in second.stdout
    assert "Released 2026-01-05." in (out / "mine-1.1.0" / "README.md").read_text()


def test_json_and_csv(run: Any, source: Path, tmp_path: Path):
    arguments = ("release", str(source), str(tmp_path / "out"), "--version", "2026-01-05")
    found = json.loads(run(*arguments, "--format", "json").stdout)
    assert (found["name"], found["version"], found["written"]) == ("mine", "2026-01-05", True)
    assert (found["previous"], found["changes"], found["synthesis"]["cells"]) == (None, None, [])
    files = {one["path"]: one["sha256"] for one in found["files"]}
    again = run(*arguments, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(again.stdout)))
    assert {row["path"]: row["sha256"] for row in rows} == files
    assert "stands already, the same" in run(*arguments).stdout


def test_stdin_and_what_it_is_called(run: Any, tmp_path: Path):
    result = run(
        "release", "-", str(tmp_path), "--version", "1", "--name", "Kenya 2026", "--title", "Kenya",
        "--license", "CC0-1.0", "--citation", "We 2026", input=LINES,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    text = (tmp_path / "kenya-2026-1" / "CITATION.cff").read_text()
    assert "license: CC0-1.0\n" in text
    assert "We 2026" in text


def test_exit_codes_say_why(run: Any, source: Path, tmp_path: Path):
    out = str(tmp_path / "out")
    assert run("release", str(source), out).exit_code == 2  # no version
    assert run("release", str(source), out, "--version", "one").exit_code == 2
    assert run("release", str(tmp_path / "gone.jsonl"), out, "--version", "1").exit_code == 3
    assert run("release", str(source), out, "--version", "1").exit_code == 0
    source.write_text(MORE)
    other = run("release", str(source), out, "--version", "1")
    assert other.exit_code == 1
    assert "another release with this version" in " ".join(other.stderr.split())
    assert run("release", str(source), out, "--version", "0.9").exit_code == 2
    source.write_text(LINES + LINES)
    errors = run("release", str(source), out, "--version", "2")
    assert errors.exit_code == 1
    assert "'a' is also the id of another study" in " ".join(errors.stderr.split())
    (tmp_path / "v2.jsonl").write_text(MORE)
    renamed = run("release", str(tmp_path / "v2.jsonl"), out, "--version", "2")
    assert renamed.exit_code == 2
    assert "--name" in renamed.stderr
    assert "--previous" in renamed.stderr
    source.write_text('{"id": "a"}\n')
    assert run("release", str(source), out, "--version", "2").exit_code == 1
    assert [path.name for path in Path(out).iterdir()] == ["mine-1"]
