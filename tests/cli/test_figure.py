"""The command figure."""

from __future__ import annotations

import csv
import io
import json
import math
from itertools import cycle
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import attrs
import pytest

pytest.importorskip("matplotlib")

import implsci
from implsci import Estimate, Finding, Outcome, Strategy, Study, plots
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


CELL = ("--rows", "strategy", "--columns", "outcome")
ADOPTION = (*CELL, "--row", "eric:facilitation", "--column", "Adoption")


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_forest_is_that_of_the_cell(run: Any, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"a.{ending}"
    done = run(
        "figure", "forest", "implsci-examples", *ADOPTION, "--out", str(out), "--format", "json"
    )
    told = json.loads(done.stdout)
    pooled = next(row for row in told["rows"] if row["study"] == "pooled")
    # metafor on the 23 trials of Baskerville and others 2012: 0.5600 [0.4322, 0.6877].
    assert pooled["effect"] == pytest.approx(0.5600, abs=5e-5)
    assert pooled["ci_low"] == pytest.approx(0.4322, abs=5e-5)
    assert pooled["ci_high"] == pytest.approx(0.6877, abs=5e-5)
    assert "Facilitation by Adoption. Not drawn: basis: description (2)" in told["words"]
    assert out.stat().st_size > 1000


def test_a_forest_links_its_studies_and_marks_their_quality(run: Any, tmp_path: Path) -> None:
    studies = implsci.load("implsci-examples").where(code="eric:facilitation").studies
    rated = [
        attrs.evolve(study, extra={"risk_of_bias": word}) if word else study
        for study, word in zip(studies, cycle(["low", "high", None]), strict=False)
    ]
    file, out = tmp_path / "rated.jsonl", tmp_path / "a.svg"
    implsci.Compendium(studies=tuple(rated)).save(file)
    done = run(
        "figure", "forest", str(file), *ADOPTION, "--out", str(out), "--interactive",
        "--format", "json",
    )  # fmt: skip
    told = json.loads(done.stdout)
    by_id = {study.id: study for study in rated}
    drawn = [row for row in told["rows"] if row["study"] in by_id]
    assert len(drawn) == 23
    for row in drawn:
        assert row["quality"] == by_id[row["study"]].extra.get("risk_of_bias", "not rated")
    links = {
        link.get("href", "") for link in ElementTree.fromstring(out.read_bytes()).iter(f"{SVG}a")
    }
    dois = {found.doi for row in drawn if (found := by_id[row["study"]].citation) and found.doi}
    assert len(links) == len(dois) > 0
    assert all(link.startswith("https://doi.org/10.") for link in links)


def made(name: str, metric: str, value: float, **more: Any) -> Study:
    kept = {"programme": more.pop("programme", None)}
    return Study(
        id=name,
        title=name,
        strategies=(Strategy(id="s", label="s", codes=("eric:facilitation",)),),
        outcomes=(
            Outcome(id="o", label="o", codes=("proctor:adoption",), desirable="higher"),
        ),
        findings=(
            Finding(
                id="f", outcome="o", direction="improved", strategies=("s",), basis="effect",
                comparator="usual_practice",
                estimate=Estimate(metric=metric, value=value, ci_low=value / 2, ci_high=value * 2),
            ),
        ),
        **kept,
    )  # fmt: skip


def test_of_several_metrics_one_is_named(run: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "a.jsonl", tmp_path / "a.svg"
    implsci.Compendium(
        studies=(
            made("a", "OR", 2.0),
            made("b", "OR", 3.0, programme="p"),
            made("c", "OR", 4.0, programme="p"),
            made("d", "RR", 1.5),
        )
    ).save(file)
    asked = ("figure", "forest", str(file), *ADOPTION, "--out", str(out), "--format", "json")
    done = run(*asked)
    assert done.exit_code == 2
    assert "several metrics, which are never pooled together: OR (3), RR (1); name one" in (
        " ".join(done.stderr.split())
    )
    assert not out.exists()
    done = run(*asked, "--metric", "HR")
    assert done.exit_code == 2
    assert "has no effects in HR; it has OR (3), RR (1)" in " ".join(done.stderr.split())
    told = json.loads(run(*asked, "--metric", "OR").stdout)
    assert [row["study"] for row in told["rows"]][:2] == ["a", "p (2 studies)"]
    table = implsci.synthesize(implsci.load(str(file)), "strategy", "outcome")
    (pooled,) = [
        one for one in table.cell("Facilitation", "Adoption").estimates if one.metric == "OR"
    ]
    drawn = next(row for row in told["rows"] if row["study"] == "pooled")
    assert math.exp(drawn["effect"]) == pytest.approx(pooled.value)
    assert math.exp(drawn["ci_low"]) == pytest.approx(pooled.ci_low)
    assert "2 effects into 1 (r = 0.8)" in told["words"]
    assert "Not drawn: effects in RR (1)" in told["words"]
    assert run(*asked, "--metric", "RR").exit_code == 1, "a single effect is not pooled"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("upset", "--rows", "sector"), "--rows: a figure of the kind upset does not take it"),
        (("flow", "--links", "waltz-2019"), "--links: a figure of the kind flow does not take it"),
        (("flow", "--where", "country=ZW", "--where", "sector=justice"), "no study has what was"),
        (("flow", "--columns", "sector"), "expected an axis of strategy"),
        (("world", "--most", "3"), "--most: a figure of the kind world does not take it"),
        (("map",), "'map' is not one of"),
        (("heat", "--row", "x"), "--row: a figure of the kind heat does not take it"),
        (("forest", "--most", "3"), "--most: a figure of the kind forest does not take it"),
        (("forest", *CELL, "--row", "eric:facilitation"), "--column: a figure of the kind forest"),
        (("forest", *CELL, "--row", "x", "--column", "Adoption"), "unknown row 'x'"),
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
    cell = ("--row", "cfir-2009:cost", "--column", "eric:facilitation")
    for kind, more in (("flow", ()), ("heat", ()), ("upset", ()), ("forest", cell)):
        done = run("figure", kind, str(one), *more, "--out", str(tmp_path / "a.svg"))
        assert done.exit_code == 1
        assert "cannot be estimated" in done.stderr
    assert run("figure", "flow", str(one), "--out", str(one)).exit_code == 2
    wrong = run("figure", "heat", "implsci-examples", "--out", str(tmp_path / "a.jpg"))
    assert wrong.exit_code == 2
    png = str(tmp_path / "a.png")
    assert run("figure", "heat", "implsci-examples", "--out", png, "--interactive").exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["one.jsonl"]
