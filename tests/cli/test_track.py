"""The command track."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Compendium, Event, Measurement, Modification, Outcome, Strategy, Study
from implsci.codec import encode
from implsci.model.documents import SupportArrangement

COACHING = Strategy(
    id="s1",
    label="coaching \x1b[31mvisits",
    events=(Event(kind="started", date="2024-02"), Event(kind="stopped", date="2024-11")),
    modifications=(
        Modification(what="by phone", date="2024-05", core_relation="consistent"),
        Modification(what="shorter", date="2025", core_relation="inconsistent"),
    ),
    measurements=(
        Measurement(of="dose planned", value=12, unit="visits"),
        Measurement(of="dose delivered", value=9, unit="visits"),
    ),
)
STUDY = Study(
    id="made-up",
    title="Made-up log",
    strategies=(COACHING, Strategy(id="s2", label="audit")),
    outcomes=(
        Outcome(
            id="o1",
            label="reach",
            measurements=(
                Measurement(of="reach", value=40, unit="percent", time="2024-01"),
                Measurement(of="reach", value=55, unit="percent", time="2024-08"),
                Measurement(of="reach", value=60, unit="percent"),
            ),
        ),
    ),
    events=(Event(kind="institutionalised", date="2026"),),
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "log.json"
    path.write_bytes(encode(STUDY))
    return str(path)


def test_a_log_in_every_format(run: Any, file: str) -> None:
    shown = run("track", file)
    assert shown.exit_code == 0, shown.output
    assert "\x1b" not in shown.output
    text = " ".join(shown.output.split())
    assert "9 of 12 visits (75%)" in text
    assert "2026: institutionalised" in text
    assert "modified 2025, and stopped 2024-11 for the last time" in text
    assert "Nothing is logged of: audit (s2)" in text
    value = json.loads(run("track", file, "--format", "json").stdout)
    assert [entry["status"] for entry in value["entries"]] == [
        "started", "modified", "stopped", "modified",
    ]  # fmt: skip
    assert value["modifications"]["core_relation"] == {"consistent": 1, "inconsistent": 1}
    assert value["contradictions"][0]["kind"] == "modified_after_end"
    rows = list(csv.DictReader(io.StringIO(run("track", file, "--format", "csv").stdout)))
    assert [row["date"] for row in rows] == ["2024-02", "2024-05", "2024-11", "2025"]


def test_what_ran_when(run: Any, file: str) -> None:
    told = json.loads(run("track", file, "--at", "2024-06", "--format", "json").stdout)
    assert [one["state"] for one in told] == ["running", "unknown"]
    assert "not running" in run("track", file, "--at", "2023").output
    rows = json.loads(run("track", file, "--by", "year", "--format", "json").stdout)
    assert [(row["period"], row["running"]) for row in rows] == [
        ("2024", "s1"),
        ("2025", None),
        ("2026", None),
    ]
    assert "2024" in run("track", file, "--by", "year").output


def test_changes_beside_outcomes(run: Any, file: str) -> None:
    shown = run("track", file, "--outcomes")
    text = " ".join(shown.output.split())
    assert "40 (2024-01) 55 (2024-08)" in text
    assert "need not have come from it" in text
    assert "joined to nothing: 1" in text


def test_how_much_is_known(run: Any, file: str) -> None:
    rows = json.loads(run("track", file, "--fields", "--format", "json").stdout)
    shares = {(row["of"], row["field"]): (row["known"], row["n"]) for row in rows}
    assert shares["strategy", "start date"] == (1, 2)
    assert shares["modification", "planned"] == (0, 2)
    assert "start date" in run("track", file, "--fields").output


def test_many_records(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    Compendium(studies=(STUDY, Study(id="bare", title="Bare"))).save(path)
    shown = run("track", str(path))
    assert "Of 2 records, 1 with a log" in " ".join(shown.output.split())
    rows = json.loads(run("track", str(path), "--format", "json").stdout)
    assert [row["record"] for row in rows] == ["made-up"]
    assert run("track", f"{path}#made-up", "--at", "2024").exit_code == 0
    for option in (("--at", "2024"), ("--by", "year"), ("--outcomes",), ("--out", "x.svg")):
        done = run("track", str(path), *option)
        assert done.exit_code == 2
        assert "name one" in done.stderr
    assert run("track", str(path), "--fields").exit_code == 0
    assert run("track", "implsci-examples").exit_code == 0


def test_a_log_of_an_arrangement_and_from_stdin(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "county.json"
    path.write_bytes(
        encode(SupportArrangement(id="county", title="County", strategies=(COACHING,)))
    )
    value = json.loads(run("track", str(path), "--format", "json").stdout)
    assert value["record"] == "county"
    piped = run("track", "-", "--format", "json", input=encode(STUDY))
    assert json.loads(piped.stdout)["record"] == "made-up"


def test_the_timeline_is_drawn(run: Any, file: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "log.svg"
    done = run("track", file, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert b"<desc>" in out.read_bytes()
    assert "wrote" in done.stderr
    undated = tmp_path / "undated.json"
    undated.write_bytes(encode(Study(id="u", title="U")))
    failed = run("track", str(undated), "--out", str(out))
    assert failed.exit_code == 1
    assert "cannot be estimated" in failed.stderr


def test_what_is_asked_wrongly_is_refused(run: Any, file: str) -> None:
    assert run("track", file, "--at", "summer").exit_code == 2
    assert run("track", file, "--at", "2024", "--by", "year").exit_code == 2
    assert run("track", f"{file}#nobody").exit_code == 2
    assert run("track", "nothing-there").exit_code == 2
    assert run("track", file, "--out", file).exit_code == 2
