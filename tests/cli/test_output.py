"""The output layer: nothing from data reaches a terminal, a spreadsheet or a reader raw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Barrier, Study
from implsci.cli import app as app_module
from implsci.cli.output import clean, counting, csv_text, grid, json_text, plain
from implsci.codec import encode

HOSTILE = "\x1b[31mred\x1b]0;pwned\x07[red]\u202egnp.exe\x9b2J"


def test_what_a_terminal_would_obey_is_spelled_out():
    assert clean("a\x1b[31mb\x07") == "a\\x1b[31mb\\x07"
    assert clean("two\nlines  kept\tapart") == "two\nlines  kept apart"
    assert plain("\ttwo\r\nlines ") == "two lines"
    assert clean("Москва, 東京, می‌خواهم") == "Москва, 東京, می‌خواهم"
    assert clean("[red]not markup[/red]") == "[red]not markup[/red]"
    assert plain("\udcff") == "\\udcff"


def test_json_stays_json_and_csv_holds_no_formula():
    value = {"text": HOSTILE, "half": "\udcff", "name": "Москва"}
    data = json_text(value)
    assert data.endswith(b"}\n")
    assert "Москва".encode() in data
    assert json.loads(data) == value
    assert not any(char in data.decode() for char in "\x1b\x07\u202e\x9b")
    lines = csv_text([["=1+1", "+x", "-x", "@x", " =x", -5, None, ["=a", "b"]]]).decode()
    assert lines == "'=1+1,'+x,'-x,'@x,'=x,-5,,'=a; b\n"


def test_a_table_folds_and_cuts_nothing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "40")
    code = "eric:" + "x" * 60
    text = grid("Name", "N", rows=[[("some words of a label " * 3, code), 1]], right=("N",))
    assert code in text
    assert text.count("label") == 3
    forged = grid("A", rows=[["\ue0000"], [("x", "y")]])
    assert "\\ue0000" in forged


@pytest.mark.parametrize("format", ["table", "json", "csv"])
def test_hostile_text_comes_out_harmless_from_every_command(format: str, run: Any, tmp_path: Path):
    path = tmp_path / "x.jsonl"
    study = Study(
        id="a", title=HOSTILE, countries=("KE",), design_label=HOSTILE,
        barriers=(Barrier(id="b", label=HOSTILE, codes=("cfir-2009:planning",)),),  # type: ignore[arg-type]
    )  # fmt: skip
    path.write_bytes(encode(study) + b"\n" + json.dumps({"id": "b", HOSTILE: 1}).encode() + b"\n")
    check = run("check", str(path), "--format", format)
    one = tmp_path / "one.jsonl"
    one.write_bytes(encode(study) + b"\n")
    laid_out = run("synthesize", str(one), "--rows", "country", "--format", format)
    for result in (
        check,
        laid_out,
        run("search", HOSTILE),
        run("match", "--study", f"{one}#{HOSTILE}"),
    ):
        assert not any(char in result.output for char in "\x1b\x07\u202e\x9b")


def test_ctrl_c_exits_130(run: Any, monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("implsci.cli.vocabulary.default_registry", interrupted)
    assert run("taxonomies").exit_code == 130


def test_every_command_named_is_there():
    for name in app_module._COMMANDS:
        assert app_module.app.get_command(None, name).name == name  # type: ignore[union-attr, arg-type, attr-defined]


def test_progress_is_for_a_terminal_and_for_what_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    times = iter([0.0, 0.5, 1.5, 1.6, 2.0])
    monkeypatch.setattr("implsci.cli.output.time.monotonic", lambda: next(times))
    assert list(counting("ab", "records")) == ["a", "b"]  # no terminal: the clock is not asked
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert list(counting("abcd", "records")) == ["a", "b", "c", "d"]
    assert capsys.readouterr().err == "\r2 records\r4 records\r" + " " * 40 + "\r"


def test_codes_in_two_columns_both_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    long = "scheme:" + "x" * 60
    text = grid(
        "From", "To", "By", rows=[[("One", long), ("Two", "b:two"), "somebody with a long name"]]
    )
    lines = [line.strip() for line in text.splitlines()]
    assert long in lines
    assert "b:two" in lines
    assert "somebody" in text
    assert "name" in text


def test_the_title_of_a_column_is_text_too() -> None:
    title = "[red]a\x1b[31mb\u202e"
    drawn = grid(title, "b", rows=[("x", "y")], narrow=(title,))
    assert drawn.splitlines()[0].split() == ["[red]a\\x1b[31mb\\u202e", "b"]
