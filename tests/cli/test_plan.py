"""The commands plan and compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from attrs import evolve

from implsci import Barrier, Study
from implsci.codec import encode


def test_the_commands(run: Any, tmp_path: Path) -> None:
    for name, strategy in (("a", "eric:5"), ("b", "Our own idea")):
        done = run(
            "plan", "cfir-2009:reflecting-and-evaluating", "cfir-2009:complexity",
            "--choose", f"{strategy}=Reflecting & Evaluating",
            "--id", name, "--out", str(tmp_path / f"{name}.json"),
        )  # fmt: skip
        assert done.exit_code == 0
    assert run("check", str(tmp_path / "a.json")).exit_code == 0
    files = (str(tmp_path / "a.json"), str(tmp_path / "b.json"))
    shown = run("compare", *files, "--basis", "waltz-2019")
    assert shown.exit_code == 0
    assert "14 of 25 [waltz-2019]" in shown.output
    value = json.loads(run("compare", *files, "--format", "json").stdout)
    assert [row["barrier"] for row in value["rows"]] == ["Reflecting & Evaluating", "Complexity"]
    assert run("compare", files[0], files[0]).exit_code == 2
    assert run("plan", "cfir-2009:complexity", "--choose", "nothing").exit_code == 2
    drafted = run("plan", "cfir-2009:complexity", "--draft", "waltz-2019")
    assert json.loads(drafted.stdout)["scale_stage"] == "planning"


def test_what_a_study_does_not_tell_is_no_nothing_and_no_zero(run: Any, tmp_path: Path) -> None:
    barriers = (Barrier(id="b", label="no time"), Barrier(id="c", label="no money"))
    plan = Study(
        id="one", title="One", scale_stage="planning", links_coded="complete", barriers=barriers
    )
    printed = evolve(plan, id="two", scale_stage="pilot", links_coded="none")
    for one in (plan, printed):
        (tmp_path / f"{one.id}.json").write_bytes(encode(one))
    shown = run("compare", str(tmp_path / "one.json"), str(tmp_path / "two.json")).output
    rows = [" ".join(line.split()) for line in shown.splitlines()]
    assert any(row.startswith("no time") and row.endswith("nothing nothing told") for row in rows)
    assert any(row.startswith("mismatch: unaddressed 2 not told") for row in rows)


def test_dimensions_and_the_innovation_are_specified(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    done = run(
        "plan", "cfir-2009:complexity", "--choose", "eric:promote-adaptability=Complexity",
        "--specify", "eric:promote-adaptability:dose=two half days",
        "--specify", "Promote adaptability:actor=facilitator",
        "--innovation", "Hand hygiene", "--gap", "infections", "--out", str(out),
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    record = json.loads(out.read_text(encoding="utf-8"))
    assert record["strategies"][0]["dose"] == "two half days"
    assert record["strategies"][0]["actor"] == "facilitator"
    assert record["innovation"] == {"gap": "infections", "name": "Hand hygiene"}
    wrong = run("plan", "cfir-2009:complexity", "--specify", "x:size=1")
    assert wrong.exit_code == 2
    assert "expected STRATEGY:DIMENSION=TEXT" in wrong.stderr


def test_words_of_ones_own_are_said_beside_the_plan(run: Any) -> None:
    done = run("plan", "cfir-2009:complexity", "--choose", "Promote adaptabilty=Complexity")
    assert done.exit_code == 0
    assert "in your own words, as no term is called so: Promote adaptabilty" in done.stderr


def test_nothing_is_written_over_what_is_read_or_over_another_study(
    run: Any, tmp_path: Path
) -> None:
    one = tmp_path / "one.json"
    assert run("plan", "cfir-2009:complexity", "--id", "one", "--out", str(one)).exit_code == 0
    before = one.read_bytes()
    for words in (
        ("plan", "cfir-2009:planning", "--id", "two", "--out", str(one)),
        ("pathways", str(one), "--out", str(one)),
        ("unmatched", str(one), "--out", str(one)),
        ("ratings", str(one), "--out", str(one)),
    ):
        done = run(*words)
        assert done.exit_code == 2, (words, done.output)
        assert one.read_bytes() == before
    assert run("plan", "cfir-2009:complexity", "--id", "one", "--out", str(one)).exit_code == 0
