"""The page of requirements: complete, true of the code, and what its tool writes."""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attrs import evolve

import implsci
from implsci import (
    Actor,
    Citation,
    Compendium,
    Finding,
    Innovation,
    Outcome,
    Strategy,
    Study,
    synthesize,
)
from implsci.codec import decode, encode
from implsci.errors import InvalidRecord
from implsci.model.documents import MobilisationActivity

ROOT = Path(__file__).parents[2]


def _tool() -> ModuleType:
    spec = spec_from_file_location("requirements", ROOT / "tools" / "requirements.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
ROWS = TOOL.requirements()


def by_number(row: Any) -> str:
    return f"R{row.number}"


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def found(name: str) -> object:
    """Import the longest module of a dotted name, and go on by attributes."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            thing = getattr(thing, part)
        return thing
    raise AssertionError(name)


def test_every_requirement_stands_once() -> None:
    assert [row.number for row in ROWS] == list(range(1, 85))


def test_the_page_is_what_its_tool_writes() -> None:
    page = TOOL.PAGE.read_text(encoding="utf-8")
    assert TOOL.renewed(page, ROWS) == page
    assert all(page.count(f"\n| R{row.number} |") == 1 for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=by_number)
def test_a_row_is_whole(row: Any) -> None:
    assert set(row.texts) <= set(TOOL.TEXTS)
    assert row.status in TOOL.STATUSES
    assert (row.status == "shown") == (not row.lacking)
    assert row.asks
    assert row.does
    assert row.status == "not yet" or (row.where and row.tests)
    assert len(set(row.tests)) == len(row.tests)


@pytest.mark.parametrize("row", ROWS, ids=by_number)
def test_what_a_row_names_is_there(row: Any) -> None:
    pytest.importorskip("click")
    from implsci.cli.app import app

    for name in row.where:
        if name.startswith("docs/"):
            assert (ROOT / name).is_file(), name
        elif name.startswith("implsci "):
            assert name.removeprefix("implsci ") in app.list_commands(None), name  # type: ignore[arg-type]
        else:
            assert name.startswith("implsci."), name
            found(name)


@pytest.mark.parametrize("row", ROWS, ids=by_number)
def test_the_tests_of_a_row_are_there_and_speak_of_what_it_names(row: Any) -> None:
    said = ""
    for name in row.tests:
        file, _, function = name.partition("::")
        assert function in functions(file), name
        said += (ROOT / file).read_text(encoding="utf-8")
    words = [name.replace("implsci ", "implsci.").rpartition(".")[2] for name in row.where]
    assert any(word in said for word in words), words


# What no other test shows.


def test_those_who_take_part_are_found_by_their_codes() -> None:
    study = Study(
        id="a",
        title="A",
        actors=(
            Actor(id="f", label="a foundation", codes=("actor:funder",)),  # type: ignore[arg-type]
            Actor(id="n", label="an NGO", codes=("actor:community-organization",)),  # type: ignore[arg-type]
        ),
        strategies=(
            Strategy(id="s", label="a board of parents", codes=("participation:collaborate",)),  # type: ignore[arg-type]
        ),
    )
    compendium = Compendium(studies=(study, Study(id="b", title="B")))
    for code in (
        "actor:funder",
        "actor:funders-and-commissioners",
        "actor:community",
        "participation:iap2-spectrum-of-public-participation",
    ):
        assert [one.id for one in compendium.where(code=code)] == ["a"], code
    assert len(compendium.where(code="actor:researcher")) == 0


def test_studies_are_found_by_how_far_they_have_come() -> None:
    stages = ("planning", "pilot", "implementation", "scale-up", "sustainment")
    studies = [Study(id=stage, title=stage, scale_stage=stage) for stage in stages]
    compendium = Compendium(studies=(*studies, Study(id="untold", title="Untold")))
    for stage in stages:
        assert [one.id for one in compendium.where(scale_stage=stage)] == [stage]
    table = synthesize(
        [
            evolve(
                study,
                strategies=(Strategy(id="s", label="help", codes=("eric:facilitation",)),),  # type: ignore[arg-type]
            )
            for study in compendium
        ],
        "scale_stage",
        "strategy",
    )
    cells = {row.value: table.cell(row.value, "eric:facilitation").studies for row in table.rows}
    assert cells == dict.fromkeys(stages, 1)


def test_where_somebody_stands_is_kept() -> None:
    coach = Actor(id="c", label="coach", background=("teacher",), positionality="an outsider here")
    study = Study(id="a", title="A", actors=(coach,))
    assert decode(encode(study)).actors[0].positionality == "an outsider here"


@pytest.mark.parametrize("part", ["knowledge", "process", "impact"])
def test_an_activity_needs_knowledge_process_and_impact(part: str) -> None:
    activity = MobilisationActivity(
        id="m", title="Briefs", knowledge="reviews", process="visits", impact="better choices"
    )
    with pytest.raises(InvalidRecord, match=part):
        evolve(activity, **{part: " "})


OUTCOMES = (
    "scalability",
    "decision-quality",
    "scientific-reasoning",
    "evidence-use-capacity",
    "lasting-tie",
)


def test_what_co_creation_is_hoped_to_bring_is_coded_found_and_synthesized() -> None:
    """On a made-up study; the outcomes are those of the blog on technical assistance (S1)."""
    study = Study(
        id="a",
        title="A",
        engagement=("engagement:co-creation",),  # type: ignore[arg-type]
        strategies=(Strategy(id="s", label="work it out together", codes=("eric:facilitation",)),),  # type: ignore[arg-type]
        outcomes=tuple(
            Outcome(id=name, label=name, codes=(f"support:{name}",))  # type: ignore[arg-type]
            for name in OUTCOMES
        ),
        findings=tuple(
            Finding(id=f"f-{name}", strategies=("s",), outcome=name, direction="improved")
            for name in OUTCOMES
        ),
    )
    compendium = Compendium(studies=(study, Study(id="b", title="B")))
    assert not compendium.check()
    for asked in ("support:scalability", "Scalability", "decision quality", "support:outcomes"):
        assert [one.id for one in compendium.where(outcome=asked)] == ["a"], asked
    table = synthesize(compendium, "strategy", "outcome:support")
    for name in OUTCOMES:
        cell = table.cell("eric:facilitation", f"support:{name}")
        assert (len(cell.finding_refs), cell.study_ids) == (1, ("a",)), name
    registry = implsci.registry()
    for text, name in (
        ("can it be scaled up", "scalability"),
        ("quality of decision making", "decision-quality"),
        ("able to use research", "evidence-use-capacity"),
    ):
        assert f"support:{name}" in [hit.term.code for hit in registry.search(text, kind="outcome")]


def test_sources_of_the_outcomes_are_cited() -> None:
    cited = {
        "scalability": "10.1093/heapro/dar097",
        "decision-quality": "10.1111/j.1369-7625.2009.00572.x",
    }
    for name, doi in cited.items():
        assert doi in (implsci.registry().term(f"support:{name}").source or "")


def test_a_citation_names_funders_and_rights_holder() -> None:
    """Of the article behind S2, as its repository prints them."""
    cited = Citation(
        doi="10.1177/26334895221105585",
        license="CC BY 4.0",
        rights_holder="SAGE Publications Ltd and the Society for Implementation Research Collaboration",
        funders=("William T. Grant Foundation",),
    )
    study = Study(id="a", title="A", citation=cited)
    assert decode(encode(study)).citation == cited
    assert Compendium(studies=(study,)).table("studies").column("citation_funders").to_pylist() == [
        ["William T. Grant Foundation"]
    ]


def test_studies_are_found_by_the_grade_of_their_evidence_and_its_source_stands_apart() -> None:
    def graded(identifier: str, grade: str | None, source: str | None) -> Study:
        found = Innovation(name="Screening", evidence_grade=grade, evidence_source=source)
        return Study(id=identifier, title=identifier, innovation=found)

    studies = (
        graded("a", "moderate", "GRADE, a made-up review of 2019"),
        graded("b", "low", "GRADE, a made-up review of 2019"),
        graded("c", "moderate", None),
        graded("d", None, None),
        Study(id="e", title="e"),
    )
    compendium = Compendium(studies=studies)
    assert [one.id for one in compendium.where(evidence_grade="moderate")] == ["a", "c"]
    assert [decode(encode(study)).innovation for study in studies] == [
        study.innovation for study in studies
    ]
    (doubt,) = compendium.check()
    assert (doubt.study, doubt.rule, doubt.severity) == ("c", "grade-without-source", "warning")
