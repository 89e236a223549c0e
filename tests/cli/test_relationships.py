"""The command relationships."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def test_every_role_is_answered_in_words(run: Any):
    done = run("relationships", "implsci-examples")
    assert done.exit_code == 0
    for word in ("strategy", "moderator", "mediator", "necessary condition", "determinant"):
        assert word in done.output
    assert "Asserted, and no result stands behind it" in done.output
    assert "Would speak against it" in done.output


def test_json_holds_a_role_each_and_the_cases(run: Any):
    value = json.loads(run("relationships", "implsci-examples", "--format", "json").stdout)
    assert [row["role"] for row in value["roles"]] == [
        "strategy", "moderator", "mediator", "necessary_condition", "determinant",
    ]  # fmt: skip
    assert len(value["cases"]) > 50
    lines = run("relationships", "implsci-examples", "--format", "csv").stdout.splitlines()
    assert len(lines) == 6


def test_the_figure_is_written(run: Any, tmp_path: Path):
    done = run("relationships", "implsci-examples", "--out", str(tmp_path / "roles.svg"))
    assert done.exit_code == 0
    assert (tmp_path / "roles.svg").read_text(encoding="utf-8").startswith("<svg")
    assert run("relationships", "implsci-examples", "--out", "roles.png").exit_code == 2


def test_an_unknown_outcome_is_named(run: Any):
    done = run("relationships", "implsci-examples", "--outcome", "uptaek")
    assert done.exit_code == 2
