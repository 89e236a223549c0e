"""agreement: what coders share, in a table, as JSON and as CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Barrier, Coding, Study
from implsci.analysis.agreement import cohen_kappa
from implsci.codec import encode

TIME, SKILLS = "tdf-v2:time", "tdf-v2:skills"


@pytest.fixture
def studies(tmp_path: Path) -> str:
    def study(number: int, first: str, second: str, by: Any = "human") -> Study:
        codings = (
            Coding(coder="AB \x1b[31m", code=first, by=by),
            Coding(coder="=CD()", code=second, by=by),
        )
        barrier = Barrier(id="b1", label="no time", codings=codings)
        return Study(id=f"s{number}", title="A", barriers=(barrier,))

    given = [(TIME, TIME), (TIME, SKILLS), (SKILLS, SKILLS), (SKILLS, SKILLS)]
    path = tmp_path / "studies.jsonl"
    path.write_bytes(b"".join(encode(study(at, *codes)) + b"\n" for at, codes in enumerate(given)))
    return str(path)


def test_table(run: Any, studies: str) -> None:
    result = run("agreement", studies)
    assert result.exit_code == 0, result.output
    assert "4 units were read by at least two of 2 coders" in result.stdout
    lines = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line}
    # Given at three places, by both at two of them; a code that no taxonomy has stands as it is.
    assert lines["Skills"][:3] == ["3", "2", "75"]
    assert lines["Skills"][3] == f"{cohen_kappa([0, 0, 1, 1], [0, 1, 1, 1]):.2f}"
    assert lines[TIME][:3] == ["2", "1", "75"]
    assert "3 of 5" in result.stdout
    assert "\x1b" not in result.stdout


def test_json(run: Any, studies: str) -> None:
    value = json.loads(run("agreement", studies, "--format", "json").stdout)
    assert [one["construct"] for one in value["constructs"]] == [SKILLS, TIME]
    assert value["constructs"][0]["units"] == 4
    assert value["pairs"][0]["same"] == 3
    assert value["who"] == "people"
    again = run("agreement", studies, "--format", "json", "--resamples", "1000", "--seed", "0")
    assert json.loads(again.stdout) == value


def test_csv(run: Any, studies: str) -> None:
    result = run("agreement", studies, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["construct"] for row in rows] == [SKILLS, TIME]
    assert rows[0]["percent"] == "75.0"
    assert "4 units" in result.stderr


def test_without_two_readings_it_says_so(run: Any, studies: str) -> None:
    result = run("agreement", studies, "--coders", "machines")
    assert result.exit_code == 0, result.output
    assert "cannot be estimated" in " ".join(result.stdout.split())
    assert "=CD() (human)" in result.stdout


def test_bundled(run: Any) -> None:
    people = run("agreement", "implsci-examples")
    assert "--coders machines" in people.stdout
    machines = run("agreement", "implsci-examples", "--coders", "machines")
    assert "cannot be estimated, since every pairable rating is the same" in machines.stdout


def test_asked_wrongly(run: Any, studies: str) -> None:
    assert run("agreement", studies, "--coders", "women").exit_code == 2
    assert run("agreement", studies, "--resamples", "5").exit_code == 2
    assert run("agreement", "no-such-file").exit_code == 2
