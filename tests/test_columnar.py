"""Tabulation: held to the synthesis of the same studies, whatever counts and wherever they lie."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pyarrow.parquet
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tabulated import QUESTIONS, assert_same, compendia, plain

import implsci
from implsci import Barrier, Compendium, Estimate, Finding, Outcome, Strategy, Study
from implsci.analysis.pooling import POOLED_METRICS, oriented
from implsci.codec import encode
from implsci.errors import FormatError, InvalidQueryError, UnknownNameError
from implsci.model.finding import Direction, FindingBasis
from implsci.store import (
    BASES,
    DIRECTIONS,
    FACTS,
    METRICS,
    StoreWriter,
    facts_from,
    is_store,
    open_store,
)
from implsci.synthesis import extend, tabulate, tabulate_by_outcome
from implsci.synthesis.columnar import _vectors
from implsci.testing import studies as any_study

SLOW = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


def store_of(studies: list[Study], folder: Path, part: int = 2) -> Compendium:
    """A store of several parts."""
    documents = [encode(study) for study in studies]
    with StoreWriter(folder) as writer:
        for start in range(0, len(documents), part):
            writer.add(documents[start : start + part])
        writer.commit(name="made")
    return implsci.load(folder)


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


@pytest.fixture(scope="module")
def stored(examples: Compendium, tmp_path_factory: pytest.TempPathFactory) -> Compendium:
    return store_of(list(examples), tmp_path_factory.mktemp("facts") / "examples.store", 100)


# --- against the synthesis


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_the_bundled_studies_as_a_synthesis_has_them(
    question: dict[str, Any], examples: Compendium, stored: Compendium
) -> None:
    studies = list(examples)
    assert_same(tabulate(examples, **question), studies, **question)
    assert_same(tabulate(stored, **question), studies, **question)


@SLOW
@given(compendia(), st.sampled_from(QUESTIONS))
def test_any_studies_as_a_synthesis_has_them(
    tmp_path_factory: pytest.TempPathFactory, made: list[Study], question: dict[str, Any]
) -> None:
    folder = tmp_path_factory.mktemp("any") / "any.store"
    assert_same(tabulate(store_of(made, folder), **question), made, **question)
    shutil.rmtree(folder)


@SLOW
@given(compendia(), st.sampled_from(QUESTIONS))
def test_large_axes_are_counted_by_sorting(made: list[Study], question: dict[str, Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_vectors, "_DENSE", -1)
        sparse = tabulate(made, **question)
    assert plain(sparse) == plain(tabulate(made, **question))


def test_counted_by_hand() -> None:
    """Two studies; the second strategy of each has the same code as the first."""

    def study(name: str, value: float, se: float) -> Study:
        return Study(
            id=name,
            title=name,
            barriers=(
                Barrier(id="b1", label="b", codes=("cfir-2009:cost",)),
                Barrier(id="b2", label="b", codes=("cfir-2009:planning",)),
            ),
            strategies=(
                Strategy(id="s1", label="s", codes=("eric:facilitation",), addresses=("b1",)),
                Strategy(id="s2", label="s", codes=("eric:facilitation",)),
            ),
            outcomes=(Outcome(id="o", label="o", desirable="lower"),),
            findings=(
                Finding(
                    id="f1",
                    outcome="o",
                    direction="improved",
                    basis="effect",
                    comparator="usual_practice",
                    strategies=("s2",),
                    estimate=Estimate(metric="SMD", value=value, se=se),
                ),
                Finding(id="f2", outcome="o", direction="unclear", strategies=("s1", "s2")),
            ),
        )

    table = tabulate([study("a", -0.2, 0.1), study("b", -0.8, 0.2)])
    cell = table.cell("Cost", "Facilitation")
    assert (cell.studies, cell.linked, cell.findings, cell.bundled) == (2, 2, 4, 2)
    assert cell.by_basis == {
        "effect": {"findings": 2, "improved": 2},
        "not stated": {"findings": 2, "unclear": 2},
    }
    assert cell.direction("improved") == 2
    (effect,) = cell.effects
    assert (effect.metric, effect.findings) == ("SMD", 2)
    assert effect.mean == pytest.approx(0.5)
    assert effect.fixed == pytest.approx((0.2 * 100 + 0.8 * 25) / 125)
    assert effect.fixed_se == pytest.approx(125**-0.5)
    assert table.cell("Planning", "Facilitation").studies == 0
    assert [row.value for row in table.rows] == ["cfir-2009:cost", "cfir-2009:planning"]


# --- the facts


def test_the_words_of_the_store_keep_their_numbers() -> None:
    """Stores hold numbers of words: a word may come at the end, and none may move."""
    assert DIRECTIONS[:6] == (
        "improved", "worsened", "no_difference", "maintained", "mixed", "unclear",
    )  # fmt: skip
    assert BASES == (
        "effect", "association", "description", "asserted", "theorized", "not stated",
    )  # fmt: skip
    assert METRICS == ("SMD", "OR", "RR", "IRR", "HR", "RD", "r", "z") == POOLED_METRICS
    assert set(DIRECTIONS) == set(get_args(Direction))
    assert set(BASES) == {*get_args(FindingBasis), "not stated"}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(any_study(), max_size=2) | compendia())
def test_an_effect_is_what_pooling_makes_of_the_finding(made: list[Study]) -> None:
    rows = facts_from([encode(study) for study in made])["claims"].to_pylist()
    found = [(study, finding) for study in made for finding in study.findings]
    assert len(rows) == len(found)
    for row, (study, finding) in zip(rows, found, strict=True):
        effect = oriented(study, finding)
        if isinstance(effect, str):
            assert (row["metric"], row["y"], row["v"]) == (None, None, None)
        else:
            assert METRICS[row["metric"]] == effect.metric
            assert row["y"] == pytest.approx(effect.y, rel=1e-9, abs=1e-12)
            assert row["v"] == pytest.approx(effect.v, rel=1e-9)


def without_facts(folder: Path) -> Compendium:
    """The store as an earlier release wrote it."""
    manifest = json.loads((folder / "store.manifest").read_text())
    for part in manifest["parts"]:
        for name in list(part["files"]):
            if name.rpartition("-")[0] in (*FACTS, "places"):
                del part["files"][name]
                (folder / manifest["generation"] / name).unlink()
    (folder / "store.manifest").write_text(json.dumps(manifest))
    return implsci.load(folder)


def test_a_store_of_an_earlier_release_says_the_same(
    examples: Compendium, stored: Compendium, tmp_path: Path
) -> None:
    folder = tmp_path / "old.store"
    store_of(list(examples), folder, 100)
    old = without_facts(folder)
    assert is_store(folder)
    assert not open_store(folder).has_facts
    assert open_store(folder).places.num_rows > 100
    assert list(old) == list(examples)
    for question in QUESTIONS[:3]:
        assert plain(tabulate(old, **question)) == plain(tabulate(stored, **question))
    assert plain(tabulate(old, on="duckdb")) == plain(tabulate(stored))


def test_writing_goes_on_with_the_numbers_of_places(examples: Compendium, tmp_path: Path) -> None:
    studies = list(examples)
    documents = [encode(study) for study in studies]
    with StoreWriter(tmp_path / "a.store", keep=True) as first:
        first.add(documents[:150])
    with StoreWriter(tmp_path / "a.store", first.generation, first.parts) as second:
        second.add(documents[150:])
        second.commit(name="a")
    assert_same(tabulate(implsci.load(tmp_path / "a.store")), studies)


def test_a_damaged_table_of_facts_is_named(examples: Compendium, tmp_path: Path) -> None:
    compendium = store_of(list(examples), tmp_path / "a.store", 100)
    file = next((tmp_path / "a.store").glob("*/claims-00001.parquet"))
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 255
    file.write_bytes(data)
    with pytest.raises(FormatError, match="claims-00001"):
        tabulate(compendium)


def test_a_table_of_facts_with_other_columns_is_refused(
    examples: Compendium, tmp_path: Path
) -> None:
    compendium = store_of(list(examples), tmp_path / "a.store", 400)
    file = next((tmp_path / "a.store").glob("*/links-00000.parquet"))
    pa.parquet.write_table(pa.table({"study": pa.array([1], pa.int64())}), file)
    with pytest.raises(FormatError, match="lacks strategy, barrier"):
        tabulate(compendium)


# --- what is asked


def test_a_narrowed_store_is_tabulated_as_it_is(examples: Compendium, stored: Compendium) -> None:
    narrow = stored.where(country="US")
    studies = list(examples.where(country="US"))
    assert 0 < len(studies) < len(examples)
    assert_same(tabulate(narrow, link="cooccur"), studies, link="cooccur")
    both = tabulate(narrow, link="cooccur", where={"year": "2015.."})
    assert_same(both, list(narrow.where(year="2015..")), link="cooccur")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"rows": "sector"}, "got 'sector'; implsci.synthesize has the others"),
        ({"rows": "barrier", "columns": "facilitator"}, "expected two kinds of node"),
        ({"link": "both"}, "expected addressed or cooccur, got 'both'"),
        ({"rollup": 0}, "a depth of 1 or more"),
        ({"on": "mysql"}, "expected duckdb or a connection of Ibis"),
        ({"where": {"planet": "x"}}, "unknown facet 'planet'"),
    ],
)
def test_a_question_it_cannot_answer_is_refused(
    question: dict[str, Any], said: str, examples: Compendium
) -> None:
    with pytest.raises(InvalidQueryError, match=said):
        tabulate(examples, **question)


def test_an_unknown_taxonomy_or_row_is_named(examples: Compendium) -> None:
    with pytest.raises(UnknownNameError, match="nowhere"):
        tabulate(examples, rows="barrier:nowhere")
    table = tabulate(examples)
    assert table.cell("cfir-2022:nothing", "eric:facilitation").studies == 0
    with pytest.raises(UnknownNameError, match="Planing"):
        table.cell("Planing", "eric:facilitation")


# --- adding


NAMED = {
    "barrier": "cfir-2009",
    "determinant": "tdf-v2",
    "strategy": "eric",
    "outcome": "proctor",
}


@SLOW
@given(compendia(), compendia(), st.sampled_from(QUESTIONS))
def test_added_studies_are_as_if_they_had_been_there(
    made: list[Study], more: list[Study], question: dict[str, Any]
) -> None:
    more = [evolve(study, id=f"more-{study.id}") for study in more]
    asked = {"rows": "barrier", "columns": "strategy", **question}
    for axis in ("rows", "columns"):
        if ":" not in asked[axis]:
            asked[axis] = f"{asked[axis]}:{NAMED[asked[axis]]}"
    extended = extend(tabulate(made, **asked), more)
    assert_same(extended, made + more, **asked)


def test_only_the_new_study_is_read(stored: Compendium, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tabulate(stored)
    monkeypatch.setattr(type(stored.studies.store), "facts", None)  # type: ignore[attr-defined]
    assert extend(table, [Study(id="new", title="A study")]).studies == len(stored) + 1
    with pytest.raises(TypeError):
        tabulate(stored)


def test_tables_of_other_questions_are_not_added(examples: Compendium) -> None:
    table = tabulate(examples)
    for other in ({"link": "cooccur"}, {"rows": "barrier:tdf-v2"}, {"where": {"country": "KE"}}):
        with pytest.raises(InvalidQueryError, match="tables of one question can be added"):
            table + tabulate(examples, **other)  # type: ignore[arg-type]


def test_as_a_table_and_as_plain_values(examples: Compendium) -> None:
    table = tabulate(examples, "strategy:eric", "outcome:proctor")
    arrow = table.to_table()
    assert arrow.num_rows == len(table) == len(table.to_dict()["cells"])
    row = next(
        row
        for row in arrow.to_pylist()
        if (row["row"], row["column"]) == ("eric:facilitation", "proctor:adoption")
    )
    cell = table.cell("Facilitation", "Adoption")
    assert (row["studies"], row["SMD_findings"]) == (cell.studies, 23)
    effect = cell.effect("SMD")
    assert effect is not None
    assert row["SMD_fixed"] == effect.fixed
    assert json.loads(json.dumps(table.to_dict()))["row_axis"] == "strategy:eric"


# --- the Ibis expression on DuckDB; tests/test_spark.py has Spark


@pytest.mark.parametrize("question", QUESTIONS, ids=str)
def test_duckdb_says_what_the_kernel_says(question: dict[str, Any], stored: Compendium) -> None:
    assert plain(tabulate(stored, on="duckdb", **question)) == plain(tabulate(stored, **question))


@settings(SLOW, max_examples=15)
@given(compendia(), st.sampled_from(QUESTIONS))
def test_duckdb_says_it_of_any_studies(made: list[Study], question: dict[str, Any]) -> None:
    assert plain(tabulate(made, on="duckdb", **question)) == plain(tabulate(made, **question))


@pytest.mark.parametrize("on", [None, "duckdb"])
def test_three_axes_are_a_synthesis_for_each_outcome(
    on: str | None, stored: Compendium, examples: Compendium
) -> None:
    asked = ("barrier:cfir-2009", "strategy:eric")
    tables = tabulate_by_outcome(stored, *asked, "outcome:proctor", link="cooccur", on=on)
    coded = {
        code
        for study in examples
        for node in study.outcomes
        for code in node.codes
        if code.startswith("proctor:")
    }
    assert set(tables) == coded
    for code in ("proctor:adoption", "proctor:fidelity", "proctor:sustainability"):
        assert_same(
            tables[code], tuple(examples), rows=asked[0], columns=asked[1], link="cooccur",
            outcome=code,
        )  # fmt: skip


def test_a_third_axis_is_one_of_outcomes(examples: Compendium) -> None:
    with pytest.raises(InvalidQueryError, match="outcomes: expected outcome"):
        tabulate_by_outcome(examples, outcomes="strategy")
    bare = Study(id="a", title="A", barriers=(Barrier(id="b", label="b"),))
    assert tabulate_by_outcome([bare]) == {}
