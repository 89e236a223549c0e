"""synthesize and demo: what they print, what they write, what they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from implsci import Barrier, Finding, Outcome, Strategy, Study
from implsci.codec import encode
from implsci.errors import MissingExtraError


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    records = [
        Study(
            id=f"s{number}",
            title="A study",
            countries=("KE",) if number else ("UG",),
            barriers=(Barrier(id="b", label="plan", codes=("cfir-2009:planning",)),),  # type: ignore[arg-type]
            strategies=(
                Strategy(id="s", label="help", codes=("eric:facilitation",), addresses=("b",)),  # type: ignore[arg-type]
                Strategy(id="t", label="=1+1 [red]", codes=("eric:5",)),  # type: ignore[arg-type]
            ),
            outcomes=(Outcome(id="o", label="use"),),
            findings=(
                Finding(id="f", outcome="o", direction="improved", strategies=("s",), basis="effect"),
                Finding(id="g", outcome="o", direction="worsened", strategies=("s",),
                        basis="description"),
            ),
        )
        for number in range(3)
    ]  # fmt: skip
    path = tmp_path / "studies.jsonl"
    path.write_bytes(b"".join(encode(record) + b"\n" for record in records))
    return path


def test_the_table_reads_as_a_list_with_bases_apart(run: Any, studies: Path):
    text = run("synthesize", str(studies)).stdout
    assert text.startswith("studies: 3 studies, barrier:cfir-2009 by strategy:eric\n")
    assert "Planning (3 studies) cfir-2009:planning\n" in text
    assert "  Facilitation: 3 studies; effects: 3 improved; descriptions: 3 worsened\n" in text
    together = run("synthesize", str(studies), "--link", "cooccur").stdout
    assert "  Facilitation: 3 studies (3 linked); effects" in together
    assert max(map(len, together.splitlines())) <= 80


def test_json_is_the_shape_that_other_programs_read(run: Any, studies: Path):
    found = json.loads(run("synthesize", str(studies), "--where", "country=KE",
                           "--format", "json").stdout)  # fmt: skip
    assert found["rows"] == ["cfir-2009:planning"]
    assert found["link"] == "addressed"
    assert found["filters"] == {"country": ["KE"]}
    assert found["compendium"]["studies"] == 2
    (cell,) = found["cells"]
    assert (cell["studies"], cell["findings"], cell["improved"], cell["worsened"]) == (2, 4, 2, 2)
    assert set(cell["by_basis"]) == {"effect", "description"}


def test_a_facet_asked_twice_takes_either(run: Any, studies: Path):
    result = run("synthesize", str(studies), "--where", "country=KE", "--where", "country=UG",
                 "--rows", "country", "--format", "json")  # fmt: skip
    assert json.loads(result.stdout)["compendium"]["studies"] == 3


def test_what_is_left_out_is_said(run: Any):
    text = run("synthesize", "implsci-examples", "--link", "cooccur", "--limit", "2").stdout
    assert re.search(
        r"The 2 commonest of \d+ rows with a cell are shown; --limit 0 shows all\.", text
    )
    assert re.search(r"\.\.\. and \d+ columns more, of at most \d+ stud", text)
    assert "barrier not reported:" in text
    every = run("synthesize", "implsci-examples", "--limit", "0").stdout
    assert "are shown" not in every


def test_the_facilitation_trials_are_pooled(run: Any):
    result = run("synthesize", "implsci-examples", "--rows", "strategy", "--columns", "outcome",
                 "--format", "csv")  # fmt: skip
    rows = csv.DictReader(io.StringIO(result.stdout))
    cell = next(
        row for row in rows
        if (row["row"], row["column"], row["metric"])
        == ("eric:facilitation", "proctor:adoption", "SMD")
    )  # fmt: skip
    assert cell["k"] == "23"
    assert float(cell["estimate"]) == pytest.approx(0.5600, abs=5e-5)
    assert "pooled: effects against a comparator only" in result.stderr


def test_no_pool_pools_nothing(run: Any):
    result = run("synthesize", "implsci-examples", "--rows", "strategy", "--columns", "outcome",
                 "--no-pool", "--format", "json")  # fmt: skip
    assert not any(cell["estimates"] for cell in json.loads(result.stdout)["cells"])


def test_without_the_extra_it_counts_and_says_what_to_install(
    run: Any, studies: Path, monkeypatch: pytest.MonkeyPatch
):
    from implsci.cli import synthesize as module

    lay_out = module.lay_out

    def without_numpy(*args: Any, pooled: bool, **more: Any) -> Any:
        if pooled:
            raise MissingExtraError("pooling effects", "analysis")
        return lay_out(*args, pooled=pooled, **more)

    monkeypatch.setattr(module, "lay_out", without_numpy)
    result = run("synthesize", str(studies))
    assert result.exit_code == 0
    assert "pip install 'implsci[analysis]'" in result.stderr
    assert "Facilitation: 3 studies" in result.stdout


@pytest.mark.parametrize(
    ("name", "start"), [("t.html", "<!doctype html>"), ("t.svg", "<svg "), ("t.csv", "row,"),
                        ("t.json", "{"), ("t.md", "**barrier:cfir-2009"),
                        ("t.tex", "\\begin{longtable}")])  # fmt: skip
def test_out_writes_a_file_and_says_so(
    name: str, start: str, run: Any, studies: Path, tmp_path: Path
):
    result = run("synthesize", str(studies), "--out", str(tmp_path / name))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"implsci: wrote {tmp_path / name}\n"
    assert (tmp_path / name).read_text().startswith(start)


def test_segments_stand_beneath_their_cell(run: Any, studies: Path):
    text = run("synthesize", str(studies), "--segments", "country").stdout
    assert text.startswith(
        "studies: 3 studies, barrier:cfir-2009 by strategy:eric, split by country"
    )
    assert (
        "  Facilitation: 3 studies; effects: 3 improved; descriptions: 3 worsened\n"
        "    KE: 2 studies; effects: 2 improved; descriptions: 2 worsened\n"
        "    UG: 1 study; effects: 1 improved; descriptions: 1 worsened\n"
    ) in text
    rows = list(csv.DictReader(io.StringIO(
        run("synthesize", str(studies), "--segments", "country", "--format", "csv").stdout)))  # fmt: skip
    assert [(row["segment"], row["studies"]) for row in rows] == [
        ("(all)", "3"), ("KE", "2"), ("UG", "1")
    ]  # fmt: skip
    data = json.loads(
        run("synthesize", str(studies), "--segments", "country", "--format", "json").stdout
    )
    assert [one["segment"] for one in data["cells"][0]["segments"]] == ["KE", "UG"]


def test_a_basis_marks_what_it_has_evidence_against(run: Any, studies: Path):
    asked = ("synthesize", str(studies), "--rows", "barrier:cfir-2009", "--links", "waltz-2019")
    text = run(*asked).stdout
    assert "waltz-2019 speaks of " in text.replace("\n  ", " ")
    none = run("synthesize", "implsci-examples", "--link", "cooccur", "--links", "waltz-2019",
               "--limit", "1").stdout  # fmt: skip
    assert re.search(
        r"No study looked, and waltz-2019 has evidence of no link \(\d+ pairs\):", none
    )
    assert re.search(r"  Patient Needs & Resources x .*: no link: 0 of 21\n", none)
    every = list(csv.DictReader(io.StringIO(run(*asked, "--empty", "--format", "csv").stdout)))
    some = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert len([row for row in every if row["state"] == "empty"]) == 1
    assert len(some) <= len(every) == 2


def test_what_came_over_a_crosswalk_is_said(run: Any, studies: Path):
    text = run("synthesize", str(studies), "--rows", "barrier:cfir-2022", "--columns", "country",
               "--through", "cfir-2009-to-cfir-2022").stdout  # fmt: skip
    # The crosswalk has cfir-2009:planning as an exact match of cfir-2022:planning.
    assert "Planning (3 studies) cfir-2022:planning\n" in text
    said = " ".join(text.split())
    assert "barrier:cfir-2022: 3 of 3 codes of other schemes carried over" in said
    assert "(100 %: 3 exact, 0 close, 0 to a wider term)" in said
    without = run("synthesize", str(studies), "--rows", "barrier:cfir-2022", "--columns", "country")
    assert "(uncoded) (3 studies)" in without.stdout


def test_empty_pairs_stand_in_a_csv_file_when_asked(run: Any, studies: Path, tmp_path: Path):
    out = tmp_path / "t.csv"
    run("synthesize", str(studies), "--empty", "--out", str(out))
    states = [row["state"] for row in csv.DictReader(io.StringIO(out.read_text()))]
    assert sorted(states) == ["empty", "findings"]


def test_out_dash_is_json_on_stdout_unless_said_otherwise(run: Any, studies: Path):
    data = studies.read_bytes()
    assert json.loads(run("synthesize", "-", "--out", "-", input=data).stdout)["cells"]
    given = run("synthesize", "-", "--out", "-", "--format", "csv", input=data)
    assert given.stdout.startswith("row,row_label,")


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["--rows", "barier"], 2, "no axis 'barier'; did you mean barrier?"),
        (["--where", "country"], 2, "expected facet=value"),
        (["--where", "contry=KE"], 2, "unknown facet 'contry'; did you mean country?"),
        (["--where", "year=soon"], 2, "year: expected 2015"),
        (["--out", "x.pdf"], 2, "expected a name that ends in .csv, .html, .json, .svg"),
        (["--out", "none/x.csv"], 3, "none/x.csv: No such file or directory"),
        (["--rollup", "0"], 2, "rollup: expected a depth of 1 or more"),
        (["--link", "both"], 2, "'both' is not one of"),
        (["--segments", "sectr"], 2, "did you mean sector"),
        (["--links", "waltz"], 2, "waltz-2019"),
        (["--through", "cfir-2009-to-cfir-2023"], 2, "cfir-2009-to-cfir-2022"),
        (["--dependence", "none"], 2, "'none' is not one of"),
    ],
)
def test_a_bad_question_is_one_clear_line(
    args: list[str], code: int, said: str, run: Any, studies: Path
):
    result = run("synthesize", str(studies), *args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_records_that_cannot_be_read_are_listed_and_lead_to_check(run: Any, tmp_path: Path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": "a", "title": "T", "countries": "KE"}\n{"id"')
    result = run("synthesize", str(path))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{path}:1: error: countries: expected a list, got 'KE'" in result.stderr
    assert f"{path}:2: " in result.stderr
    assert f"implsci check {path}" in result.stderr
    empty = run("synthesize", "-", input="")
    assert empty.exit_code == 1
    assert "no record in it" in empty.stderr


def test_demo_prints_the_report_and_writes_the_page(run: Any, tmp_path: Path):
    result = run("demo", "--out", str(tmp_path / "new" / "folder"))
    page = tmp_path / "new" / "folder" / "report.html"
    assert result.exit_code == 0
    assert result.stdout.startswith("implsci-examples, checked: ")
    assert "0 errors" in result.stdout.splitlines()[0]
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert result.stderr == f"implsci: wrote {page}; open it in a browser\n"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    described = json.loads(run("demo", "--out", str(tmp_path), "--format", "json").stdout)
    assert list(described) == ["compendium", "studies", "report"]
    assert described["report"] == str(tmp_path / "report.html")


def test_demo_beside_a_folder_of_the_same_name(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "implsci-examples").mkdir()
    assert run("demo").exit_code == 0


def test_demo_says_which_plugins_are_left_out(script: Any, tmp_path: Path):
    done = script("demo", "--out", str(tmp_path), env={"IMPLSCI_PLUGINS": "implsci-examples,waltz"})
    assert done.returncode == 0
    assert "that IMPLSCI_PLUGINS leaves out: actor, bartley, bct, " in done.stderr
    assert "waltz" not in done.stderr


@pytest.mark.parametrize(
    "where", ["year=" + "1" * 5000, "design=rtc", "country=Atlantis", "outcome=implementaton"]
)
def test_a_filter_that_nothing_can_answer_is_exit_2(where: str, run: Any):
    result = run("synthesize", "implsci-examples", "--where", where)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"implsci: {where.partition('=')[0]}: expected ")


def test_demo_where_no_folder_can_be_is_exit_3(run: Any, tmp_path: Path):
    (tmp_path / "file").write_text("")
    result = run("demo", "--out", str(tmp_path / "file"))
    assert (result.exit_code, result.stdout) == (3, "")
