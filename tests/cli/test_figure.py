"""The command figure."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")

import implsci
from implsci import plots
from implsci.questions import bundles, flows

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("kind", ["flow", "gap", "heat", "upset", "world"])
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_figure_is_written_and_told(run: Any, tmp_path: Path, kind: str, ending: str) -> None:
    out = tmp_path / f"a.{ending}"
    done = run("figure", kind, "implsci-examples", "--out", str(out))
    assert done.exit_code == 0
    assert out.stat().st_size > 1000
    assert "studies" in done.stdout or "cases" in done.stdout
    assert f"wrote {out}".replace(" ", "") in done.stderr.replace("\n", "").replace(" ", "")


def test_json_and_csv_hold_the_numbers_behind_it(run: Any, tmp_path: Path) -> None:
    studies = implsci.load("implsci-examples")
    found = flows(studies, link="cooccur", most=2, where={"sector": "health"})
    asked = (
        "figure", "flow", "implsci-examples", "--out", str(tmp_path / "a.svg"),
        "--link", "cooccur", "--most", "2", "--where", "sector=health",
    )  # fmt: skip
    told = json.loads(run(*asked, "--format", "json").stdout)
    assert told["rows"] == json.loads(json.dumps([dict(row) for row in found.to_rows()]))
    assert told["words"] == plots.describe(plots.flow_plot(found))
    lines = list(csv.DictReader(io.StringIO(run(*asked, "--format", "csv").stdout)))
    assert list(lines[0]) == list(found.to_rows()[0])
    assert [int(line["studies"]) for line in lines] == [band.studies for band in found.bands]


def test_an_interactive_figure_links_the_studies(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "a.svg"
    asked = ("figure", "heat", "implsci-examples", "--rows", "sector", "--columns", "country")
    assert run(*asked, "--out", str(out), "--interactive").exit_code == 0
    root = ElementTree.fromstring(out.read_bytes())
    links = [link.get("href", "") for link in root.iter(f"{SVG}a")]
    assert links
    assert all(link.startswith("https://doi.org/10.") for link in links)
    assert run(*asked, "--out", str(out)).exit_code == 0
    assert not list(ElementTree.fromstring(out.read_bytes()).iter(f"{SVG}a"))


def test_options_reach_the_figure(run: Any, tmp_path: Path) -> None:
    out = str(tmp_path / "a.svg")
    asked = ("figure", "upset", "implsci-examples", "--columns", "strategy:bct-v1", "--out", out)
    done = run(*asked, "--format", "json")
    found = bundles(implsci.load("implsci-examples"), "strategy:bct-v1")
    assert json.loads(done.stdout)["words"] == plots.describe(plots.upset_plot(found))
    done = run(
        "figure", "heat", "implsci-examples", "--link", "cooccur", "--links", "waltz-2019",
        "--out", out,
    )  # fmt: skip
    assert "waltz-2019 has evidence of no link" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("upset", "--rows", "sector"), "--rows: a figure of the kind upset does not take it"),
        (("flow", "--links", "waltz-2019"), "--links: a figure of the kind flow does not take it"),
        (("flow", "--where", "country=ZW", "--where", "sector=justice"), "no study has what was"),
        (("flow", "--columns", "sector"), "expected an axis of strategy"),
        (("world", "--most", "3"), "--most: a figure of the kind world does not take it"),
        (("map",), "'map' is not one of"),
    ],
)
def test_what_cannot_be_asked_is_said(
    run: Any, tmp_path: Path, asked: tuple[str, ...], said: str
) -> None:
    kind, *more = asked
    done = run("figure", kind, "implsci-examples", "--out", str(tmp_path / "a.svg"), *more)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
    assert not list(tmp_path.iterdir())


def test_a_file_that_makes_no_figure_stays_unwritten(run: Any, tmp_path: Path) -> None:
    one = tmp_path / "one.jsonl"
    one.write_text('{"id": "a", "implsci": 1, "title": "A", "type": "study"}\n', encoding="utf-8")
    for kind in ("flow", "heat", "upset"):
        done = run("figure", kind, str(one), "--out", str(tmp_path / "a.svg"))
        assert done.exit_code == 1
        assert "cannot be estimated" in done.stderr
    assert run("figure", "flow", str(one), "--out", str(one)).exit_code == 2
    wrong = run("figure", "heat", "implsci-examples", "--out", str(tmp_path / "a.jpg"))
    assert wrong.exit_code == 2
    png = str(tmp_path / "a.png")
    assert run("figure", "heat", "implsci-examples", "--out", png, "--interactive").exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["one.jsonl"]
