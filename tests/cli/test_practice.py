"""The commands practice, beside, informants and competencies: practice set beside research."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

import implsci
from implsci.casebook import Casebook
from implsci.codec import encode
from implsci.learning import beside, competencies, share_of_informants
from implsci.model.documents import Observation
from implsci.questions import practice


@pytest.fixture
def book() -> Casebook:
    """A made-up casebook: what three groups of practitioners say."""
    return Casebook(
        records=(
            Observation(
                id="o1", statement="<b>Listening</b> opens doors.", date="2020", n=15,
                n_informants=17, direction="improved", strategies=("relational:listen-actively",),
            ),
            Observation(
                id="o2", statement="Champions made no difference.", date="2021", n=0,
                n_informants=4, direction="worsened", strategies=("eric:facilitation",),
            ),
            Observation(id="o3", statement="Trust takes years.", outcome_kinds=("capacity",)),
        )
    )  # fmt: skip


@pytest.fixture
def ours(book: Casebook, tmp_path: Path) -> str:
    path = tmp_path / "ours.jsonl"
    book.save(path)
    return str(path)


def _csv(done: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(done.stdout)))


class TestPractice:
    def test_json_and_csv_are_those_of_the_function(self, run: Any) -> None:
        asked = ("practice", "implsci-examples", "--scheme", "relational", "--cut", "0.6",
                 "--where", "sector=health")  # fmt: skip
        found = practice(
            implsci.load("implsci-examples"),
            schemes=("relational",), cut=0.6, where={"sector": "health"},
        )  # fmt: skip
        assert json.loads(run(*asked, "--format", "json").stdout) == found.to_dict()
        lines = _csv(run(*asked, "--format", "csv"))
        assert [line["strategy"] for line in lines] == [one.strategy for one in found.standings]
        assert list(lines[0]) == list(found.to_rows()[0])

    def test_the_table_goes_by_verdict_and_is_cut(self, run: Any) -> None:
        done = run("practice", "implsci-examples", "--limit", "2")
        assert "Practice values them, no study tests them, the first 2 of" in done.stdout
        assert done.stdout.index("no study tests them") < done.stdout.index("Undecided")
        whole = run("practice", "implsci-examples", "--limit", "0")
        assert "the first" not in whole.stdout
        assert all(len(line) <= 80 for line in done.stdout.splitlines())

    def test_nothing_said_is_told_with_a_header_alone(self, run: Any, tmp_path: Path) -> None:
        path = tmp_path / "one.jsonl"
        path.write_text('{"implsci": 1, "id": "a", "title": "A"}\n', encoding="utf-8")
        asked = ("practice", str(path), "--scheme", "engagement")
        assert "Neither practice nor research says anything" in run(*asked).stdout
        header = practice(implsci.load("implsci-examples")).to_rows()[0]
        assert run(*asked, "--format", "csv").stdout.splitlines() == [",".join(header)]

    def test_what_cannot_be_asked_is_said(self, run: Any) -> None:
        assert run("practice", "implsci-examples", "--cut", "2").exit_code == 2
        assert run("practice", "implsci-examples", "--scheme", "eric-2099").exit_code == 2
        assert run("practice", "implsci-examples", "--where", "country=AQ").exit_code == 2
        assert run("practice", "no-such-file.jsonl").exit_code != 0


class TestBeside:
    def test_both_sides_stand_apart(self, run: Any, ours: str) -> None:
        done = run("beside", ours)
        assert done.exit_code == 0
        assert "practice: improved, said by 15 of 17 asked, 2020" in done.stdout
        assert "said by 0 of 4 asked" in done.stdout  # zero is no unknown
        assert "1 observation without a strategy, in no line" in done.stdout
        # Those at odds first: practice saw facilitation fail, tests show gains.
        assert done.stdout.index("(eric:facilitation)") < done.stdout.index("(relational:listen")

    def test_json_and_csv_are_those_of_the_function(
        self, run: Any, ours: str, book: Casebook
    ) -> None:
        found = beside(book, implsci.load("implsci-examples"))
        assert json.loads(run("beside", ours, "--format", "json").stdout) == found.to_dict()
        lines = _csv(run("beside", ours, "--format", "csv"))
        assert [line["verdict"] for line in lines] == [one.verdict for one in found.rows]

    def test_no_observation_says_so(self, run: Any) -> None:
        done = run("beside", "implsci-knowledge")
        assert "0 observations beside 373 studies. No observation names a strategy." in (
            " ".join(done.stdout.split())
        )
        lines = run("beside", "implsci-knowledge", "--format", "csv").stdout.splitlines()
        assert [line.split(",")[:3] for line in lines] == [["strategy", "label", "verdict"]]
        assert run("beside", "no-such-casebook").exit_code == 2


class TestInformants:
    def test_unknown_is_told_from_zero(self, run: Any, ours: str) -> None:
        rows = {
            line.split()[0]: line.split()
            for line in run("informants", ours).stdout.splitlines()
            if line
        }
        assert rows["Facilitation"][1:5] == ["o2", "0", "4", "0%"]
        assert rows["capacity"][1:5] == ["o3", "?", "?", "?"]

    def test_json_and_csv_are_those_of_the_function(
        self, run: Any, ours: str, book: Casebook
    ) -> None:
        studies = implsci.load("implsci-examples")
        found = share_of_informants(book, studies)
        asked = ("informants", ours, "--compendium", "implsci-examples")
        assert json.loads(run(*asked, "--format", "json").stdout) == found.to_dict()
        lines = _csv(run(*asked, "--format", "csv"))
        assert [line["theme"] for line in lines] == [one.theme for one in found.shares]

    def test_nothing_to_share_says_so(self, run: Any) -> None:
        done = run("informants", "implsci-knowledge")
        assert done.stdout.startswith("No observation names a theme.")
        assert (
            len(run("informants", "implsci-knowledge", "--format", "csv").stdout.splitlines()) == 1
        )


class TestCompetencies:
    def test_ties_and_their_lack_are_told_apart(self, run: Any) -> None:
        done = run("competencies", "Listen actively", "eric:facilitation", "relational:give-back")
        assert "isp:communication" in done.stdout
        assert "unknown: no crosswalk leads there" in done.stdout
        assert "no match in relational-to-isp" in done.stdout

    def test_json_and_csv_are_those_of_the_function(self, run: Any) -> None:
        codes = ("relational:listen-actively", "relational:give-back")
        found = competencies(codes)
        done = run("competencies", *codes, "--format", "json")
        assert json.loads(done.stdout) == found.to_dict()
        lines = _csv(run("competencies", *codes, "--format", "csv"))
        assert [line["because"] for line in lines] == ["", found.untied[0].because]

    def test_of_a_study(self, run: Any, tmp_path: Path) -> None:
        study = implsci.Study(
            id="plan",
            title="A made-up plan",
            strategies=(
                implsci.Strategy(id="s", label="hear", codes=("relational:listen-actively",)),
                implsci.Strategy(id="t", label="\x1b[31mown words"),
            ),
        )
        path = tmp_path / "plan.json"
        path.write_bytes(encode(study))
        done = run("competencies", "--study", str(path))
        assert "isp:communication" in done.stdout
        assert "own words: no code" in done.stdout
        assert "\x1b" not in done.stdout

    def test_what_cannot_be_asked_is_said(self, run: Any) -> None:
        assert run("competencies").exit_code == 2
        assert run("competencies", "relational:give-back", "--study", "x.json").exit_code == 2
        assert run("competencies", "relational:no-such-thing").exit_code == 2
