"""support: one arrangement in a table, as JSON and as CSV. The records are made up."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from implsci.codec import encode
from implsci.model import Barrier, Event, Innovation, Measurement
from implsci.model.documents import Agreement, Answer, Claim, Party, SupportArrangement

ARRANGEMENT = SupportArrangement(
    id="county",
    title="Help with \x1b[31mscreening",
    start="2024-01",
    parties=(
        Party(id="ta", label="the university", role="provider", name="Ada Example"),
        Party(id="site", label="=the county", role="recipient", contact="ada@example.org"),
    ),
    innovation=Innovation(name="A package"),
    constraints=(
        Barrier(id="c1", label="papers", codes=("support:need-to-publish",), actor="ta"),  # type: ignore[arg-type]
        Barrier(id="c2", label="stays here", codes=("support:need-for-discretion",), actor="site"),  # type: ignore[arg-type]
    ),
    activities=("support:theory-of-change", "elsewhere:unheard-of"),  # type: ignore[arg-type]
    agreements=(
        Agreement(
            id="a1", label="after review", kind="disclosure", about="findings",
            disclosure="after_review", by=("ta", "site"), start="2024-03",
        ),
    ),
    answers=(
        Answer(criterion="solution_source", answer="packaged_elsewhere", by="ta", date="2024-01"),
        Answer(criterion="solution_source", answer="developed_together", by="ta", date="2024-06"),
        Answer(criterion="not_ready", answer="support_adapted", by="site"),
    ),
    measurements=(Measurement(of="readiness", value=4, scale_min=1, scale_max=5, time="2024-05"),),
    events=(Event(kind="not_ready", date="2024-02", of="site"),),
)  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.jsonl"
    claim = Claim(id="c", about="use", statement="Little is used.")
    path.write_bytes(encode(ARRANGEMENT) + b"\n" + encode(claim) + b"\n")
    return str(path)


def test_table(run: Any, book: str) -> None:
    result = run("support", book)
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.stdout
    out = " ".join(result.stdout.split())
    for words in (
        "Co-creation: 2 of 5 criteria answered, push 0%, pull 0%, co-creation 100%.",
        "Over time: Mixed by 2024-01 (2 of 5 criteria answered); co-creation by 2024-06",
        "problem not known",
        "Activities: Articulate a theory of change, elsewhere:unheard-of",
        "(high, settled since 2024-03 by a1)",
        "measured 4 of 5, no cut given, 2024-05",
        "“A package”: a solution in search of a problem",
        "“after review” holds from 2024-03, after the start in 2024-01",
    ):
        assert words in out, words
    assert "Ada" not in out
    assert "example.org" not in out


def test_json_is_complete(run: Any, book: str) -> None:
    found = json.loads(run("support", book, "--cut", "4", "--format", "json").stdout)
    assert found["profile"]["verdict"] == "co-creation"
    assert found["profile"]["scores"] == {"push": 0, "pull": 0, "co-creation": 1}
    assert found["conflicts"]["conflicts"][0]["since"] == "2024-03"
    assert found["readiness"]["state"] == "ready"
    assert [one["verdict"] for one in found["history"]] == ["mixed", "co-creation"]
    assert found["notes"][0]["name"] == "no_diagnosis"
    assert [one["id"] for one in found["constraints"]] == ["c1", "c2"]


def test_at_goes_back(run: Any, book: str) -> None:
    found = json.loads(run("support", book, "--at", "2024-01", "--format", "json").stdout)
    assert found["profile"]["verdict"] == "mixed"
    assert found["conflicts"]["conflicts"][0]["status"] == "open"
    assert found["readiness"]["state"] == "unknown"
    assert len(found["history"]) == 1
    out = " ".join(run("support", book, "--at", "2024-01").stdout.split())
    assert "Over time: Mixed by 2024-01 (2 of 5 criteria answered). " in out
    assert "2024-03 (not in force)" in out


def test_who_takes_part_stands_on_top(run: Any, book: str) -> None:
    lines = run("support", book).stdout.splitlines()
    assert "Provider: the university" in lines
    assert "Recipient: =the county" in lines


@pytest.mark.parametrize("command", ["support", "track", "sequence"])
def test_what_is_wrong_in_a_casebook_is_told_by_casebook(
    run: Any, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "wrong.jsonl"
    path.write_text('{"type": "support", "id": "s1", "title": "Help", "quotes": [{"text": "a"}]}')
    result = run(command, str(path))
    assert result.exit_code == 1, result.output
    assert f"implsci casebook {path}" in result.stderr
    assert "quotes[0].consent: required" in " ".join(run("casebook", str(path)).output.split())


def test_csv_is_the_criteria(run: Any, book: str) -> None:
    result = run("support", book, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["criterion"], row["model"]) for row in rows] == [
        ("problem_definition", ""),
        ("solution_source", "co-creation"),
        ("adaptability", ""),
        ("communication", ""),
        ("not_ready", "co-creation"),
    ]
    assert rows[4]["who"] == "'=the county"
    assert "Co-creation: 2 of 5" in result.stderr


def test_stdin_and_a_named_one(run: Any, book: str) -> None:
    other = SupportArrangement(id="s2", title="Another")
    both = Path(book).read_bytes() + encode(other) + b"\n"
    result = run("support", "-", "--id", "s2", input=both)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Another (s2)")


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (("--id", "countty"), 2, "unknown support arrangement 'countty'; did you mean county?"),
        (("--at", "soon"), 2, "at: expected a date"),
        (("--cut", "9"), 2, "on the scale of the measurements, from 1 to 5"),
    ],
)
def test_what_cannot_be_asked_is_said(
    run: Any, book: str, args: tuple[str, ...], code: int, message: str
) -> None:
    result = run("support", book, *args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert message in result.stderr


def test_none_or_several_is_said(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "book.jsonl"
    path.write_bytes(encode(Claim(id="c", about="use", statement="Little is used.")) + b"\n")
    assert "holds no support arrangement" in run("support", str(path)).stderr
    many = [SupportArrangement(id=name, title=name) for name in ("a", "b")]
    path.write_bytes(b"".join(encode(one) + b"\n" for one in many))
    result = run("support", str(path))
    assert result.exit_code == 2
    assert "holds 2 support arrangements: name one, as in --id a" in result.stderr
