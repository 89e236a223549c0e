"""unmatched: counts, candidates, and the term table that is written."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from implsci import Strategy, Study
from implsci.codec import encode
from implsci.termtable import read_taxonomy


@pytest.fixture
def file(tmp_path: Path) -> Path:
    studies = [
        Study(
            id=name,
            title=name,
            strategies=(Strategy(id="s", label=label), Strategy(id="t", label="=cmd|x\x1b[2J")),
        )
        for name, label in (("a", "Peer-led walks"), ("b", "peer led walks"))
    ]
    path = tmp_path / "studies.jsonl"
    path.write_bytes(b"\n".join(map(encode, studies)))
    return path


def test_the_bundled_compendium(run: Any):
    result = run("unmatched", "implsci-examples", "--because", "uncoded", "--format", "json")
    found = json.loads(result.stdout)
    assert [(own["kind"], own["unmatched"], own["nodes"]) for own in found["kinds"]] == [
        ("barrier", 10, 382), ("strategy", 87, 745)
    ]  # fmt: skip
    assert sum(own["nodes"] for own in found["candidates"]) == 97
    text = run("unmatched", "implsci-examples", "--limit", "2").stdout
    assert "Educational meetings (strategy; 8 studies, 8 nodes)" in text
    assert "is a term already: Educational meetings" in text
    assert max(map(len, text.splitlines())) <= 80


def test_candidates_of_a_file(run: Any, file: Path):
    text = run("unmatched", str(file), "--kind", "strategy").stdout
    assert "also: peer led walks" in text
    assert "\x1b" not in text
    rows = list(csv.DictReader(run("unmatched", str(file), "--format", "csv").stdout.splitlines()))
    assert [row["label"] for row in rows] == ["'=cmd|x [2J", "Peer-led walks"]
    assert {row["studies"] for row in rows} == {"2"}


def test_the_term_table_is_read_and_runs_nothing(run: Any, file: Path, tmp_path: Path):
    out = tmp_path / "terms.csv"
    result = run("unmatched", str(file), "--out", str(out))
    assert "2 candidates, to be defined" in result.stderr
    taxonomy = read_taxonomy(out, scheme="mine", title="Mine", kind="strategy")
    assert [term.label for term in taxonomy.terms] == ["=cmd|x [2J", "Peer-led walks"]
    assert run("unmatched", str(file), "--out", "-").stdout == out.read_text("utf-8")
    refused = run("new-plugin", "mine-own", "--from", str(out), "--out", str(tmp_path))
    assert refused.exit_code == 1
    assert "definition: expected what the term means" in refused.stderr


def test_nothing_to_count_and_bad_questions(run: Any, tmp_path: Path):
    bare = tmp_path / "bare.json"
    bare.write_bytes(encode(Study(id="a", title="A")))
    assert run("unmatched", str(bare)).stdout == (
        "Nothing to count: there are no barriers and no strategies.\n"
    )
    result = run("unmatched", str(bare), "--kind", "strategies")
    assert result.exit_code == 2
    assert "did you mean strategy" in result.stderr
    result = run("unmatched", str(bare), "--scheme", "erik")
    assert result.exit_code == 2
    assert "eric" in result.stderr
    result = run("unmatched", str(bare), "--because", "x")
    assert result.exit_code == 2
