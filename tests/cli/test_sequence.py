"""The command sequence."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import CoreElement, Innovation, Study
from implsci.codec import encode
from implsci.model.documents import Claim, SequencePlan, SequenceStep, SupportArrangement

PRACTICE = Innovation(
    name="Made-up screening",
    core_elements=(
        CoreElement(id="train", label="train nurses"),
        CoreElement(id="screen", label="screen \x1b[31mall", depends_on=("train",)),
        CoreElement(id="refer", label="refer", depends_on=("screen",)),
    ),
)
PLAN = SequencePlan(
    unit="month",
    start="2026-01",
    capacity=(2,),
    capacity_unit="staff day",
    steps=(
        SequenceStep(element="train", effort=3),
        SequenceStep(element="screen", effort=2),
        SequenceStep(element="refer", effort=1),
    ),
)
COUNTY = SupportArrangement(id="county", title="County", innovation=PRACTICE, sequence=PLAN)


@pytest.fixture
def book(tmp_path: Path) -> str:
    claim = Claim(id="c", about="use", statement="Little is used.")
    lines = [encode(record).rstrip(b"\n") for record in (claim, COUNTY)]
    path = tmp_path / "book.jsonl"
    path.write_bytes(b"".join(json.dumps(json.loads(line)).encode() + b"\n" for line in lines))
    return str(path)


def test_a_plan_of_an_arrangement_in_every_format(run: Any, book: str) -> None:
    shown = run("sequence", book)
    assert shown.exit_code == 0, shown.output
    assert "in 4 months" in shown.output
    assert "No plan is shorter." in shown.output
    assert "\x1b" not in shown.output
    assert "1-2 (2026-01)" in shown.output
    assert "in staff days: 1: 2 of 2, 2: 1 of 2" in " ".join(shown.output.split())
    value = json.loads(run("sequence", f"{book}#county", "--format", "json").stdout)
    assert [one["id"] for one in value["elements"]] == ["train", "screen", "refer"]
    assert (value["length"], value["lower_bound"], value["shortest"]) == (4, 4, True)
    assert value["problems"] == []
    rows = list(csv.DictReader(io.StringIO(run("sequence", book, "--format", "csv").stdout)))
    assert [(row["element"], row["start"], row["end"]) for row in rows] == [
        ("train", "1", "2"),
        ("screen", "3", "3"),
        ("refer", "4", "4"),
    ]


def test_options_make_the_plan_of_a_study(run: Any, tmp_path: Path) -> None:
    study = tmp_path / "study.json"
    study.write_bytes(encode(Study(id="a", title="A", innovation=PRACTICE)))
    done = run(
        "sequence", str(study), "--capacity", "1,0,2", "--unit", "week", "--start", "2026-01-05",
        "--capacity-unit", "hour", "--effort", "train=1", "--effort", "screen=2",
        "--priority", "screen=1", "--period", "refer=5", "--format", "json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    value = json.loads(done.stdout)
    assert [(one["id"], one["start"], one["effort"]) for one in value["elements"]] == [
        ("train", 1, 1.0),
        ("screen", 3, 2.0),
        ("refer", 5, None),
    ]
    assert value["loads"][2]["begins"] == "2026-01-19"
    assert [one["kind"] for one in value["problems"]] == ["unknown_effort"]


def test_what_cannot_be_carried_out_exits_with_1(run: Any, book: str) -> None:
    done = run("sequence", book, "--period", "train=2", "--period", "screen=2")
    assert done.exit_code == 1
    assert "Without a place:" in done.output
    assert "error: screen: fixed for period 2, and train" in done.output
    dropped = run("sequence", book, "--drop", "screen=no staff")
    assert dropped.exit_code == 0
    assert "refer: depends on screen, left out" in dropped.output
    assert "warning: screen: a core element is left out; because no staff" in " ".join(
        dropped.output.split()
    )


@pytest.mark.parametrize("ending", ["svg", "png", "csv", "json"])
def test_it_is_written(run: Any, book: str, tmp_path: Path, ending: str) -> None:
    if ending in ("svg", "png"):
        pytest.importorskip("matplotlib")
    out = tmp_path / f"timeline.{ending}"
    done = run("sequence", book, "--out", str(out))
    assert done.exit_code == 0, done.output
    assert f"wrote {out}" in "".join(done.stderr.split("\n")) or "wrote" in done.stderr
    assert out.stat().st_size > 100


def test_what_is_asked_wrongly_is_refused(run: Any, book: str, tmp_path: Path) -> None:
    for options, words in (
        (("--effort", "screeen=1"), "did you mean screen?"),
        (("--effort", "screen"), "expected ELEMENT=N"),
        (("--effort", "screen=much"), "expected numbers, got 'much'"),
        (("--priority", "screen=1.5"), "expected a whole number"),
        (("--capacity", "2,x"), "expected numbers, got 'x'"),
        (("--capacity", "0,0"), "0 in every period"),
        (("--out", str(tmp_path / "x.doc")), "expected a name ending in"),
    ):
        done = run("sequence", book, *options)
        assert done.exit_code == 2, (options, done.output)
        assert words in done.stderr
    assert run("sequence", book, "--effort", "screen=-1").exit_code == 1
    assert run("sequence", book, "--effort", "screen=inf").exit_code == 1
    assert "unknown study or arrangement" in run("sequence", f"{book}#cuonty").stderr
    bare = tmp_path / "bare.json"
    bare.write_bytes(encode(Study(id="a", title="A")))
    assert "names no core elements" in run("sequence", str(bare)).stderr
    assert run("sequence", "nothing-there").exit_code == 2
    assert "name one, as in implsci-examples#" in run("sequence", "implsci-examples").stderr
    lone = tmp_path / "lone.json"
    lone.write_bytes(encode(Claim(id="c", about="use", statement="Little is used.")))
    assert "holds no study and no support arrangement" in run("sequence", str(lone)).stderr


def test_a_result_is_not_written_over_what_is_read(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "county.json"
    path.write_bytes(encode(COUNTY))
    before = path.read_bytes()
    assert run("sequence", str(path), "--out", str(path)).exit_code == 2
    assert path.read_bytes() == before


def test_a_circle_is_named(run: Any, tmp_path: Path) -> None:
    practice = Innovation(
        name="Loop",
        core_elements=(
            CoreElement(id="a", label="a", depends_on=("b",)),
            CoreElement(id="b", label="b", depends_on=("a",)),
        ),
    )
    path = tmp_path / "loop.json"
    path.write_bytes(encode(Study(id="l", title="L", innovation=practice)))
    done = run("sequence", str(path))
    assert done.exit_code == 1
    assert "expected an order without loops" in done.stderr
