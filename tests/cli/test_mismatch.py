"""mismatch: what is printed, what is said beside it, and the exit codes that CI relies on."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Barrier, Strategy, Study
from implsci.codec import encode

PLAN = Study(
    id="plan",
    title="Training alone",
    barriers=(
        Barrier(
            id="knowledge", label="no know-how",
            codes=("cfir-2009:access-to-knowledge-and-information",),  # type: ignore[arg-type]
        ),
        Barrier(id="trust", label="no trust", codes=("cfir-2022:relational-connections",)),  # type: ignore[arg-type]
    ),
    strategies=(
        Strategy(
            id="training", label="workshops", addresses=("knowledge",),
            codes=("eric:conduct-educational-meetings",),  # type: ignore[arg-type]
        ),
    ),
)  # fmt: skip


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.json"
    path.write_bytes(encode(PLAN))
    return str(path)


def test_a_plan_in_a_table(run: Any, plan: str) -> None:
    result = run("mismatch", plan)
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "1 mismatch in plan" in text
    assert "medium unaddressed: no strategy addresses “no trust” (trust)" in text
    assert "Rule: A barrier that no strategy addresses." in text
    assert "Not reported, so neither a mismatch nor a fit" in text
    assert "weak_basis: how firm the support is for “no know-how”" in text


def test_the_public_shape_in_json(run: Any, plan: str) -> None:
    (found,) = json.loads(run("mismatch", plan, "--format", "json").stdout)
    assert list(found)[:7] == [
        "study", "kind", "barrier", "strategy", "severity", "because", "basis",
    ]  # fmt: skip
    assert (found["study"], found["kind"], found["barrier"], found["strategy"]) == (
        "plan", "unaddressed", "trust", None,
    )  # fmt: skip


def test_details_hold_what_is_not_reported(run: Any, plan: str) -> None:
    result = run("mismatch", plan, "--format", "json")
    assert "--format json --details" in result.stderr
    result = run("mismatch", plan, "--format", "json", "--details")
    (report,) = json.loads(result.stdout)
    assert result.stderr == ""
    assert {item["kind"] for item in report["not_reported"]} == {"wrong_level", "weak_basis"}
    assert report["inferred"] == []


def test_csv_has_its_header_without_any_mismatch(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_bytes(encode(Study(id="a", title="A")))
    (header,) = csv.reader(io.StringIO(run("mismatch", str(path), "--format", "csv").stdout))
    assert header[:3] == ["study", "kind", "barrier"]
    table = run("mismatch", str(path)).stdout
    assert "No mismatch in a" in table
    assert "there is nothing to compare" in table


@pytest.mark.parametrize(
    ("kinds", "status"),
    [(["unaddressed"], 1), (["untargeted"], 0), (["untargeted", "unaddressed"], 1), ([], 0)],
)
@pytest.mark.parametrize("more", [[], ["--survey"], ["--format", "json"]])
def test_fail_on(run: Any, plan: str, kinds: list[str], status: int, more: list[str]) -> None:
    options = [part for kind in kinds for part in ("--fail-on", kind)]
    assert run("mismatch", plan, *options, *more).exit_code == status


def test_what_cannot_be_asked(run: Any, plan: str) -> None:
    result = run("mismatch", plan, "--fail-on", "unadressed")
    assert (result.exit_code, "did you mean unaddressed" in result.stderr) == (2, True)
    result = run("mismatch", plan, "--basis", "waltz-2091")
    assert (result.exit_code, "waltz-2019" in result.stderr) == (2, True)
    result = run("mismatch", plan, "--basis", "carey-2019")
    assert (result.exit_code, "speaks of terms of bct-v1, moa" in result.stderr) == (2, True)
    assert run("mismatch", "no-such-thing.json").exit_code in (2, 3)
    result = run("mismatch", "implsci-examples#rogers-2091")
    assert (result.exit_code, "unknown study" in result.stderr) == (2, True)


def test_an_unknown_code_is_named_with_what_is_close(run: Any) -> None:
    asked = '{"implsci":1,"id":"a","title":"A","barriers":[{"id":"b","label":"b","codes":["cfir-2009:complexty"]}]}'  # noqa: E501
    result = run("mismatch", "-", input=asked)
    assert result.exit_code == 2
    assert "did you mean cfir-2009:complexity" in result.stderr


def test_several_studies_and_one_of_them(run: Any) -> None:
    result = run("mismatch", "implsci-examples")
    assert result.exit_code == 0
    assert "in 373 studies" in result.stdout
    assert "unaddressed: in 127 studies" in result.stdout
    one = run("mismatch", "implsci-examples#rogers-2019", "--format", "json")
    assert {found["study"] for found in json.loads(one.stdout)} == {"rogers-2019"}
    # A basis that speaks of no barrier of one study is no error among many.
    assert run("mismatch", "implsci-examples", "--basis", "carey-2019").exit_code == 0


def test_links_that_a_basis_suggests_are_marked(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "coded.json"
    fields = {
        "links_coded": "none",
        "barriers": (Barrier(id="b", label="b", codes=("cfir-2009:compatibility",)),),  # type: ignore[arg-type]
        "strategies": (Strategy(id="s", label="s", codes=("eric:facilitation",)),),  # type: ignore[arg-type]
    }
    path.write_bytes(encode(Study(id="a", title="A", **fields)))  # type: ignore[arg-type]
    text = run("mismatch", str(path)).stdout
    assert "Inferred, not stated" in text
    assert "s -> b: waltz-2019: 7 of 29, 24 %, level 2" in text
    (report,) = json.loads(run("mismatch", str(path), "--details", "--format", "json").stdout)
    assert [(link["k"], link["inferred"]) for link in report["inferred"]] == [(7, True)]


def test_few_of_the_links_are_printed_and_the_rest_counted(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    fields = {
        "links_coded": "none",
        "barriers": (Barrier(id="b", label="b", codes=("cfir-2009:compatibility",)),),  # type: ignore[arg-type]
        "strategies": tuple(
            Strategy(id=f"s{place}", label="s", codes=("eric:facilitation",))  # type: ignore[arg-type]
            for place in range(9)
        ),
    }
    path.write_bytes(encode(Study(id="a", title="A", **fields)))  # type: ignore[arg-type]
    text = " ".join(run("mismatch", str(path), "--basis", "waltz-2019").stdout.split())
    assert text.count(" -> b: ") == 5
    assert "5 of 9 listed here, 4 more in --format json --details" in text


CIRCLE = """{"implsci":1,"id":"p","title":"P","innovation":{"name":"Screening","core_elements":[
    {"id":"x","label":"x","depends_on":["y"]},{"id":"y","label":"y","depends_on":["x"]}]}}"""


def test_core_elements_in_a_circle(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "circle.json"
    path.write_text(" ".join(CIRCLE.split()), encoding="utf-8")
    result = run("mismatch", str(path))
    assert result.exit_code == 1
    assert "core elements of 'Screening': expected an order without loops" in result.stderr
    result = run("check", str(path))
    assert result.exit_code == 1
    assert "innovation.core_elements" in result.stdout
    result = run("mismatch", str(path), "--survey")
    assert result.exit_code == 0
    assert "Note: p: core elements of 'Screening'" in " ".join(result.stdout.split())


def test_the_survey(run: Any) -> None:
    text = run("mismatch", "implsci-examples", "--survey").stdout
    assert "Mismatches in 373 studies" in text
    counted = json.loads(run("mismatch", "implsci-examples", "--survey", "--format", "json").stdout)
    (row,) = (row for row in counted["overall"] if row["kind"] == "unaddressed")
    assert (row["judged"], row["not_reported"], row["nothing"], row["share"]) == (0, 127, 246, None)
    lines = run("mismatch", "implsci-examples", "--survey", "--format", "csv").stdout.splitlines()
    assert lines[0].startswith("kind,sector,studies,judged")
    assert len(lines) == 1 + len(counted["overall"]) + len(counted["by_sector"])


def test_hostile_labels_reach_no_terminal(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "hostile.json"
    hostile = Barrier(id="b", label="a\x1b[31m\u202ered")
    path.write_bytes(encode(Study(id="a", title="A", links_coded="complete", barriers=(hostile,))))
    for shape in ("table", "json", "csv"):
        text = run("mismatch", str(path), "--format", shape).stdout
        assert not {"\x1b", "\u202e"} & set(text)
