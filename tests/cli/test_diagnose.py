"""diagnose: the interview at a terminal, answers from a file, the form, and what is said at the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from implsci.casebook import load
from implsci.codec import decode_document
from implsci.errors import UnreadableFileError
from implsci.model.documents import Diagnosis

# A made-up diagnosis.
ANSWERS = """
problem = "Half of the children are screened late"
population = "children under three"
business_as_usual = "nurses screen whoever comes"
data = "some"

[[causes]]
label = "no time at the clinic"
codes = ["cfir-2022:work-infrastructure", "cfir-2009:complexity"]

[current]
of = "screened"
unit = "proportion"
n = 160
base = 400

[desired]
value = 0.9
"""

LINES = [
    "Half of the children are screened late", "children under three", "nurses screen whoever comes",
    "no time at the clinic", "cfir-2022:work-infrastructure; cfir-2009:complexity", "", "", "",
    "screened", "proportion", "160", "400", "", "",
    "", "", "0.9", "",
    "", "some", "", "", "", "", "", "",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("answers.toml").write_text(ANSWERS)


def _typed(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _record(path: str) -> Diagnosis:
    found = decode_document(Path(path).read_bytes())
    assert isinstance(found, Diagnosis)
    return found


def test_interview_answers_and_form_give_one_record(run: Any):
    asked = run("diagnose", "--out", "asked.json", input=_typed(LINES))
    assert asked.exit_code == 0, asked.stderr
    assert run("diagnose", "--answers", "answers.toml", "--out", "told.json").exit_code == 0
    assert run("diagnose", "--answers", "told.json", "--form", "f.xlsx").exit_code == 0
    assert run("diagnose", "--from", "f.xlsx", "--out", "filled.jsonl").exit_code == 0
    assert Path("asked.json").read_bytes() == Path("told.json").read_bytes()
    assert load("filled.jsonl").records == (_record("told.json"),)
    assert _record("told.json").gap == 0.5


def test_prompts_go_to_stderr_and_the_result_to_stdout(run: Any):
    asked = run("diagnose", "--format", "json", input=_typed(LINES))
    found = json.loads(asked.stdout)
    assert list(found) == ["diagnosis", "gap", "undiagnosed", "notes", "next"]
    assert found["diagnosis"]["causes"][0]["id"] == "c1"
    assert found["gap"] == 0.5
    assert found["undiagnosed"] == found["notes"] == []
    assert "Whom does it concern?: children under three\n" in asked.stderr
    assert "0.4, from 160 of 400" in asked.stderr


def test_the_summary_ends_with_what_to_do_next(run: Any):
    result = run("diagnose", "--answers", "answers.toml")
    assert "Rate today: screened: 0.4 proportion, 160 of 400" in result.stdout
    assert "Gap: 0.5" in result.stdout
    assert result.stdout.endswith(
        "Next: implsci match cfir-2022:work-infrastructure cfir-2009:complexity\n"
    )
    assert result.stderr == ""
    words = result.stdout.splitlines()[-1].removeprefix("Next: implsci ").split()
    assert run(*words, "--limit", "1").exit_code == 0


def test_an_undiagnosed_problem_is_a_warning(run: Any):
    result = run("diagnose", input=_typed(["late", *[""] * 20]))
    assert result.exit_code == 0
    assert "For whom: not known" in result.stdout
    assert "Next: find out what brings it about" in result.stdout
    assert (
        "warning: matching on an undiagnosed problem; not known: whom it concerns; what is done "
        "today; what brings it about; how good the data are"
    ) in result.stderr


def test_a_cause_without_a_term_sends_to_the_search(run: Any):
    typed = ["late", "", "", "nobody has been asked about it", "", *[""] * 20]
    result = run("diagnose", input=_typed(typed))
    assert result.exit_code == 0
    assert "nobody has been asked about it" in result.stdout
    assert "search TEXT --kind barrier" in result.stdout


def test_rows_for_a_spreadsheet(run: Any):
    result = run("diagnose", "--format", "csv", input=_typed(["late", *[""] * 20]))
    lines = result.stdout.splitlines()
    assert lines[0] == "severity,kind,field,message"
    assert lines[1] == "warning,unknown,population,not known: whom it concerns"


@pytest.mark.parametrize("lines", [[], ["late", "children"], LINES[:10]])
def test_the_end_of_input_writes_nothing_but_a_draft(lines: list[str], run: Any):
    result = run("diagnose", "--out", "d.json", input="".join(f"{line}\n" for line in lines))
    assert result.exit_code == 130
    assert result.stdout == ""
    assert not Path("d.json").exists()
    assert Path("d.json.draft.json").exists() == bool(lines)
    hint = "implsci diagnose --resume d.json.draft.json --out d.json\n"
    assert (hint in result.stderr) == bool(lines)


def test_an_earlier_draft_is_not_written_over_unless_told(run: Any):
    run("diagnose", "--out", "d.json", input="late\n")
    kept = Path("d.json.draft.json").read_text()
    again = run("diagnose", "--out", "d.json", input="other\n")
    assert again.exit_code == 2
    assert "holds the answers of an earlier interview" in again.stderr
    assert Path("d.json.draft.json").read_text() == kept
    run("diagnose", "--out", "d.json", "--force", input="other\n")
    assert json.loads(Path("d.json.draft.json").read_text()) == {"problem": "other"}


def test_a_file_of_answers_in_toml_is_no_draft(run: Any):
    result = run("diagnose", "--resume", "answers.toml", input="\n")
    assert result.exit_code == 2
    assert Path("answers.toml").read_text() == ANSWERS


def test_a_draft_is_gone_on_with(run: Any):
    assert run("diagnose", "--resume", "draft.json", input=_typed(LINES[:9])).exit_code == 130
    assert "causes" in json.loads(Path("draft.json").read_text())
    rest = ["", *LINES[8:]]  # no further cause; then the rate today
    result = run("diagnose", "--resume", "draft.json", "--out", "d.json", input=_typed(rest))
    assert result.exit_code == 0, result.stderr
    assert "What is the problem" not in result.stderr
    assert run("diagnose", "--answers", "answers.toml", "--out", "told.json").exit_code == 0
    assert _record("d.json") == _record("told.json")
    assert run("diagnose", "--answers", "draft.json", "--out", "again.json").exit_code == 0
    assert _record("again.json") == _record("told.json")


def test_a_broken_draft_is_told_of_before_anything_is_asked(run: Any):
    Path("draft.json").write_text('{"causes": "no time"}')
    result = run("diagnose", "--resume", "draft.json", input=_typed(LINES))
    assert result.exit_code == 1
    assert "causes" in result.stderr
    assert "What is the problem" not in result.stderr
    assert Path("draft.json").read_text() == '{"causes": "no time"}'


def test_without_a_place_for_a_draft_it_says_that_nothing_is_kept(run: Any):
    result = run("diagnose", input="late\n")
    assert result.exit_code == 130
    assert "nothing is written" in result.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["answers.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_ctrl_c_keeps_a_draft():
    code = (
        "import builtins, sys\n"
        "lines = iter(['late', 'children'])\n"
        "def typed(prompt=''):\n"
        "    try:\n"
        "        return next(lines)\n"
        "    except StopIteration:\n"
        "        raise KeyboardInterrupt\n"
        "builtins.input = typed\n"
        "from implsci.cli.app import app\n"
        "app(['diagnose', '--out', 'd.json'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert json.loads(Path("d.json.draft.json").read_text())["population"] == "children"


def test_a_file_that_is_there_is_not_written_over_unless_told(run: Any):
    Path("d.json").write_text("mine")
    Path("f.xlsx").write_text("mine")
    for words in (["--out", "d.json"], ["--form", "f.xlsx"]):
        result = run("diagnose", "--answers", "answers.toml", *words)
        assert result.exit_code == 2
        assert "is there; expected a new file, or --force" in result.stderr
        assert Path(words[1]).read_text() == "mine"
        assert run("diagnose", "--answers", "answers.toml", *words, "--force").exit_code == 0
        assert Path(words[1]).read_bytes() != b"mine"


def test_numbers_are_added_from_a_table(run: Any):
    Path("reach.csv").write_text(
        "of,unit,n,base,stratum\nscreened,percent,20,100,equity:place-of-residence\n"
    )
    result = run("diagnose", "--answers", "answers.toml", "--data", "reach.csv", "--out", "d.json")
    assert "screened: 20 percent, 20 of 100; equity:place-of-residence" in result.stdout
    assert _record("d.json").measurements[0].value == 20
    asked = run("diagnose", "--data", "reach.csv", "--format", "json", input=_typed(LINES))
    assert json.loads(asked.stdout)["diagnosis"]["measurements"][0]["n"] == 20
    Path("reach.csv").write_text("of,n\nscreened,many\n")
    result = run("diagnose", "--answers", "answers.toml", "--data", "reach.csv")
    assert result.exit_code == 1
    assert "line 2, column 'n': expected a whole number" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--answers", "a.toml", "--from", "f.xlsx"], 2, "expected one of them"),
        (["--answers", "answers.toml", "--out", "d.txt"], 2, "ends in .json or .jsonl"),
        (["--form", "f.ods"], 2, "ends in .xlsx"),
        (["--answers", "gone.toml"], 3, "gone.toml"),
        (["--from", "gone.xlsx"], 3, "gone.xlsx"),
        (["--answers", "answers.toml", "--out", "no/where/d.json"], 3, "no/where/d.json"),
    ],
)
def test_what_is_asked_wrongly_is_one_line(words: list[str], code: int, said: str, run: Any):
    result = run("diagnose", *words)
    assert result.exit_code == code
    assert result.stdout == ""
    assert said in result.stderr


def test_faults_in_answers_are_named(run: Any):
    Path("answers.toml").write_text('problem = "p"\npopulaton = "x"\n')
    result = run("diagnose", "--answers", "answers.toml", "--out", "d.json")
    assert result.exit_code == 1
    assert "population" in result.stderr
    assert not Path("d.json").exists()


def test_hostile_answers_reach_no_terminal_and_no_formula(run: Any):
    Path("answers.json").write_text(json.dumps({"problem": "a\x1b[31mb", "population": "=1+1"}))
    result = run("diagnose", "--answers", "answers.json", "--form", "f.xlsx", "--out", "d.json")
    assert result.exit_code == 0
    assert "\x1b" not in result.output
    again = run("diagnose", "--from", "f.xlsx", "--out", "e.json")
    assert "\x1b" not in again.output
    assert _record("d.json") == _record("e.json")
    asked = run("diagnose", "--resume", "answers.json", input="<\n")
    assert "\x1b" not in asked.output


@pytest.mark.parametrize("errors", ["strict", "surrogateescape"])
def test_stdin_that_is_no_text_is_refused(errors: str, script: Any):
    done = script(
        "diagnose", "--out", "d.json", env={"PYTHONIOENCODING": f"utf-8:{errors}"},
        input="late\n\udcff\udcfe\n", errors="surrogateescape",
    )  # fmt: skip
    assert done.returncode == 3
    assert "stdin: expected text in UTF-8" in done.stderr
    assert not Path("d.json").exists()
    if errors == "surrogateescape":  # else Python reads no line at all
        assert json.loads(Path("d.json.draft.json").read_text()) == {"problem": "late"}


def test_what_stands_beside_the_form_is_told(run: Any):
    openpyxl = pytest.importorskip("openpyxl")
    assert run("diagnose", "--answers", "answers.toml", "--form", "f.xlsx").exit_code == 0
    book = openpyxl.load_workbook("f.xlsx")
    book["Diagnosis"]["F4"] = "call Ann"
    book.save("f.xlsx")
    result = run("diagnose", "--from", "f.xlsx")
    assert result.exit_code == 0
    assert "F4: call Ann" in result.stderr


def test_a_folder_that_is_not_there_is_told_of_before_anything_is_asked(run: Any) -> None:
    result = run("diagnose", "--out", "nowhere/diagnosis.json", input=_typed(LINES))
    assert result.exit_code == 3
    assert "nowhere/diagnosis.json: there is no folder nowhere" in result.stderr
    assert "What is wrong" not in result.stderr


def test_answers_are_not_lost_where_the_record_cannot_be_written(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, chunks: object) -> None:
        raise UnreadableFileError(str(path), "No space left on device")

    monkeypatch.setattr("implsci.cli.diagnose.write_file", full)
    result = run("diagnose", "--out", "diagnosis.json", input=_typed(LINES))
    assert result.exit_code == 3
    told = result.stderr.split("these are the answers, for a file of --answers:")[1]
    answers = json.loads(told[: told.rindex("}") + 1])
    assert answers["problem"] == LINES[0]
    broken = run("diagnose", "--out", "diagnosis.json", input=_typed(LINES[:2]))
    assert '"population": "children under three"' in broken.stderr
