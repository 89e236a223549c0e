"""The commands plan and compare."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


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
