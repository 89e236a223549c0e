"""check --format sarif: valid by the standard's schema, and the same marks when lines move."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import yaml

from implsci.compendium.rules import RULES

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "tests/data/sarif/sarif-2.1.0-parts.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft7Validator(SCHEMA)

GOOD = '{"id": "a", "title": "T"}\n'
UNKNOWN = '{"id": "b", "title": "T", "countries": ["ZZ"]}\n'
BROKEN = '{"id": "c", "title": "T", "year": 1}\n'
OPEN = '{"id": "d", "title": "T", "sectors": ["nowhere:x"], "strategies": [{"id": "s", "label": "x"}]}\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def log(run: Any, *args: str, **more: Any) -> Any:
    result = run("check", *args, "--format", "sarif", **more)
    found = json.loads(result.stdout)
    VALID.validate(found)
    (only,) = found["runs"]
    return only


def test_the_schema_refuses_what_is_no_log() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    for wrong in (
        {"version": "2.1.0"},
        {"version": "2.0.0", "runs": []},
        {"version": "2.1.0", "runs": [{"tool": {}}]},
        {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{}]}]},
    ):
        assert not VALID.is_valid(wrong)


def test_each_problem_is_a_result_with_rule_level_and_place(run: Any) -> None:
    Path("studies.jsonl").write_text(GOOD + UNKNOWN + BROKEN)
    found = log(run, "studies.jsonl")
    first, second = found["results"]
    assert (first["ruleId"], first["level"]) == ("unknown-country", "warning")
    assert (second["ruleId"], second["level"]) == ("invalid-record", "error")
    for result, line in ((first, 2), (second, 3)):
        physical = result["locations"][0]["physicalLocation"]
        assert physical == {
            "artifactLocation": {"uri": "studies.jsonl", "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        }
    assert first["message"]["text"] == "countries[0]: 'ZZ' is no country of ISO 3166-1"
    name = first["locations"][0]["logicalLocations"][0]["fullyQualifiedName"]
    assert name == "b#countries[0]"


def test_every_rule_is_told_with_help_and_level(run: Any) -> None:
    Path("x.jsonl").write_text(UNKNOWN)
    found = log(run, "x.jsonl")
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    levels = {"error": "error", "warning": "warning", "info": "note"}
    for rule in rules:
        assert rule["help"]["text"].endswith(".")
        assert rule["defaultConfiguration"]["level"] == levels[RULES[rule["id"]].severity]
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_what_adds_up_over_files_is_a_notification(run: Any) -> None:
    Path("x.jsonl").write_text(OPEN)
    found = log(run, "x.jsonl")
    assert found["results"] == []
    (invocation,) = found["invocations"]
    told = {
        own["descriptor"]["id"]: own["level"] for own in invocation["toolExecutionNotifications"]
    }
    assert told == {"taxonomy-missing": "note", "strategy-uncoded": "note"}


@pytest.mark.parametrize("name", ["a b/ü#%.json", "c:d.json", "a&b?.json"])
def test_addresses_are_relative_and_encoded(name: str, run: Any, tmp_path: Path) -> None:
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(UNKNOWN)
    relative = log(run, name)["results"]
    absolute = log(run, str(tmp_path / name))["results"]
    assert relative == absolute
    uri = relative[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert not set(uri) & set(" #?:\\")
    assert unquote(uri) == name
    assert relative[0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}


def test_a_file_elsewhere_has_its_whole_address(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    Path("x.jsonl").write_text(UNKNOWN)
    Path("inside").mkdir()
    monkeypatch.chdir("inside")
    (result,) = log(run, str(tmp_path / "x.jsonl"))["results"]
    address = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert address == {"uri": (tmp_path / "x.jsonl").as_uri()}


def test_what_comes_from_stdin_has_no_file(run: Any) -> None:
    found = log(run, "-", input=UNKNOWN)
    assert found["results"][0]["locations"] == [
        {"logicalLocations": [{"fullyQualifiedName": "b#countries[0]"}]}
    ]
    assert log(run, "-", input="\n")["results"][0]["locations"] == []


# Section 3.11.6, without the text of the link: what a viewer takes for one.
LINK = re.compile(r"\[(?:[^\\\[\]]|\\[\\\[\]])*\]\(")


@pytest.mark.parametrize(
    "title", ["q [x](http://e) {0}", r"\[x\](1) {{1}}", r"[a\\](b) }{", "[[x]](c)", "](d"]
)
def test_a_text_is_no_link_and_no_placeholder(title: str, run: Any) -> None:
    record = json.dumps({"id": "a", "title": "T", "year": title})
    plain = json.loads(run("check", "-", "--format", "json", input=record).stdout)
    (result,) = log(run, "-", input=record)["results"]
    text = result["message"]["text"]
    assert LINK.search(text) is None
    assert "{" not in text.replace("{{", "")
    assert "}" not in text.replace("}}", "")
    (problem,) = plain["problems"]
    assert repr(title)[1:-1] in problem["message"]
    bare = text.replace("{{", "{").replace("}}", "}").replace("\\", "")
    assert bare == f"year: {problem['message']}".replace("\\", "")


def test_brackets_of_a_path_stay_as_they_are(run: Any) -> None:
    (result,) = log(run, "-", input=UNKNOWN)["results"]
    assert result["message"]["text"].startswith("countries[0]: ")


def marks(found: Any) -> list[str]:
    return [result["partialFingerprints"]["implsciProblem/v1"] for result in found["results"]]


def test_a_problem_keeps_its_mark_when_lines_move(run: Any) -> None:
    path = Path("x.jsonl")
    path.write_text(UNKNOWN + BROKEN)
    before = marks(log(run, "x.jsonl"))
    path.write_text(GOOD + BROKEN + UNKNOWN)
    assert sorted(marks(log(run, "x.jsonl"))) == sorted(before)
    path.write_text(UNKNOWN.replace("ZZ", "YY") + BROKEN)
    after = marks(log(run, "x.jsonl"))
    assert after[0] != before[0]
    assert after[1] == before[1]


def test_equal_problems_have_marks_of_their_own(run: Any) -> None:
    Path("x.jsonl").write_text("{\n{\n{\n")
    found = marks(log(run, "x.jsonl"))
    assert len(found) == len(set(found)) == 3


def test_the_exit_code_is_that_of_every_format(run: Any) -> None:
    for text, plain, strict in ((GOOD, 0, 0), (UNKNOWN, 0, 1), (BROKEN, 1, 1)):
        assert run("check", "-", "--format", "sarif", input=text).exit_code == plain
        assert run("check", "-", "--format", "sarif", "--strict", input=text).exit_code == strict


# -- the hook for pre-commit ----------------------------------------------------------------------


def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return dict(only)


def test_the_hook_says_what_pre_commit_needs() -> None:
    assert {"id", "name", "entry", "language", "files"} <= set(hook())
    assert hook()["id"] == "implsci-check"
    assert hook()["language"] == "python"
    assert hook()["require_serial"] is True
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert hook()["additional_dependencies"] == project["optional-dependencies"]["cli"]


def test_the_hook_runs_on_the_files_of_studies_and_no_others(script: Any, tmp_path: Path) -> None:
    wanted = ["studies/a.json", "deep/studies/more/b.json", "all.jsonl", "data/c.ndjson"]
    others = ["package.json", "mystudies/x.json", "studies/readme.md", "x.jsonl.bak"]
    chosen = [name for name in wanted + others if re.search(hook()["files"], name)]
    assert chosen == wanted
    for number, name in enumerate(wanted):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GOOD.replace('"a"', f'"a{number}"'))
    program, *words = shlex.split(hook()["entry"])
    assert program == "implsci"
    done = script(*words, *wanted, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "4 studies, 0 errors, 0 warnings, 0 info\n")
    (tmp_path / wanted[0]).write_text(BROKEN)
    assert script(*words, *wanted, cwd=tmp_path).returncode == 1
