"""What a synthesis, and records, give to tables, papers and notebooks."""

from __future__ import annotations

import builtins
import json
import re
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pages import assert_stands_alone

import implsci
from implsci import Barrier, Compendium, Strategy, Study, Synthesis, Term, synthesize
from implsci.errors import ImplsciWarning, InvalidQueryError, MissingExtraError
from implsci.formats import write
from implsci.ledger import Ledger
from implsci.notebook import card, listing
from implsci.synthesis import AxisValue
from implsci.synthesis.printed import latex, markdown
from implsci.testing import studies as any_study

HOSTILE = (
    '=1+1 <script>alert(1)</script> | & % $ _ # { } ~ ^ \\ [x](y) `c` "q" \u202eetirw\n\temoji 🎉'
)
LONG = "word " * 20_000
FACILITATION = "eric:facilitation"


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


@pytest.fixture(scope="module")
def table(examples: Compendium) -> Synthesis:
    return synthesize(examples, link="cooccur", segments="sector", links="waltz-2019", pooled=False)


def shown_as(table: Synthesis, text: str) -> Synthesis:
    """The table with a text in the place of every label and note."""

    def renamed(values: tuple[AxisValue, ...]) -> tuple[AxisValue, ...]:
        return tuple(evolve(value, label=text, shown=text) for value in values)

    return evolve(table, rows=renamed(table.rows), columns=renamed(table.columns),
                  segments=renamed(table.segments), notes=(text,))  # fmt: skip


# -- kinds of table -----------------------------------------------------------------------------


def test_a_table_is_arrow_pandas_or_polars_with_the_same_rows(examples: Compendium) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    table = synthesize(examples, "strategy", "outcome")
    arrow = table.to_table()
    framed: Any = table.to_table("pandas")
    assert isinstance(framed, pandas.DataFrame)
    assert list(framed.columns) == arrow.column_names
    assert framed["studies"].tolist() == arrow["studies"].to_pylist()
    polar: Any = table.to_table("polars")
    assert isinstance(polar, polars.DataFrame)
    assert polar.to_dicts() == arrow.to_pylist()
    for kind in ("studies", "findings", "codes"):
        assert examples.table(kind, as_="polars").height == examples.table(kind).num_rows
        assert len(examples.table(kind, as_="pandas")) == examples.table(kind).num_rows


def test_another_kind_of_table_is_refused(examples: Compendium) -> None:
    with pytest.raises(InvalidQueryError, match="as_: expected one of arrow, pandas, polars"):
        synthesize(examples, "sector", "country").to_table("numpy")  # type: ignore[call-overload]
    with pytest.raises(InvalidQueryError, match="as_: expected one of arrow, pandas, polars"):
        examples.table("studies", as_="list")  # type: ignore[call-overload]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_library_that_is_not_there_is_named(
    library: Any, examples: Compendium, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ImportError(name)
        return real(name, *args, **more)

    arrow = examples.table("studies")
    monkeypatch.setattr(builtins, "__import__", without)
    from implsci.frames import framed

    if library == "pandas":  # pyarrow holds on to pandas once it has seen it

        class Arrow:
            def to_pandas(self) -> None:
                raise ImportError(library)

        arrow = Arrow()
    with pytest.raises(MissingExtraError, match=library):
        framed(arrow, library)


def test_a_table_of_pairs_without_studies_says_they_are_empty(examples: Compendium) -> None:
    table = synthesize(examples, "sector", "country", pooled=False)
    rows = table.to_table(empty=True).to_pylist()
    assert len(rows) == len(table.rows) * len(table.columns)
    assert sum(row["state"] == "empty" for row in rows) == len(rows) - len(table.cells)
    assert {row["studies"] for row in rows if row["state"] == "empty"} == {0}


def test_the_findings_behind_a_cell_are_listed(examples: Compendium) -> None:
    table = synthesize(examples, "strategy", "outcome", pooled=False)
    by_id = {study.id: {finding.id for finding in study.findings} for study in examples}
    for row in table.to_table().to_pylist():
        refs = row["finding_refs"].split("; ") if row["finding_refs"] else []
        assert len(refs) == row["findings"]
        assert all(ref.split("#")[1] in by_id[ref.split("#")[0]] for ref in refs)


# -- Markdown and LaTeX -------------------------------------------------------------------------


def bare(text: str, sign: str) -> int:
    """How often a sign stands without a backslash before it."""
    return len(re.findall(rf"(?<!\\)(?:\\\\)*{re.escape(sign)}", text))


def test_markdown_has_a_line_for_each_cell_and_segment(table: Synthesis) -> None:
    lines = [line for line in table.to_markdown().splitlines() if line.startswith("|")]
    assert len(lines) == 2 + sum(1 + len(cell.segments) for cell in table.listed())
    assert {bare(line, "|") for line in lines} == {bare(lines[0], "|")}
    head = [cell.strip() for cell in lines[0].strip("|").split("|")]
    assert head[:6] == ["barrier:cfir-2009", "strategy:eric", "sector", "Studies", "Findings",
                        "Bundled"]  # fmt: skip
    studies = [int(line.split(" | ")[3]) for line in lines[2:] if " | (all) | " in line]
    assert studies == [cell.studies for cell in table.listed()]


def test_latex_has_a_line_for_each_cell_and_segment(table: Synthesis) -> None:
    text = table.to_latex()
    body = text[text.index("\\endhead") : text.index("\\end{longtable}")].splitlines()[1:-1]
    assert len(body) == sum(1 + len(cell.segments) for cell in table.listed())
    assert {bare(line, "&") for line in body} == {bare(body[0], "&")}
    assert all(line.endswith(r" \\") for line in body)
    assert text.count("\\begin{") == text.count("\\end{") == 2


@pytest.mark.parametrize("text", [HOSTILE, LONG])
def test_no_text_breaks_a_table(table: Synthesis, text: str) -> None:
    few = evolve(table, cells=dict(list(table.cells.items())[:3]), basis=None, said={})
    strange = shown_as(few, text)
    rows = 2 + sum(1 + len(cell.segments) for cell in few)
    printed = strange.to_markdown()
    lines = [line for line in printed.splitlines() if line.startswith("|")]
    assert len(lines) == rows
    assert len({bare(line, "|") for line in lines}) == 1
    set_ = strange.to_latex()
    body = set_[set_.index("\\endhead") : set_.index("\\end{longtable}")].splitlines()[1:-1]
    assert len(body) == rows - 2
    assert len({bare(line, "&") for line in body}) == 1
    assert "<script>" not in printed
    assert "\u202e" not in printed + set_
    for page in (strange.to_html(), strange.to_svg(), strange._repr_html_()):
        assert "<script>" not in page
        assert_stands_alone(page)


_VERBS = {"backslash": "\\", "asciicircum": "^", "asciitilde": "~", "less": "<", "greater": ">",
          "bar": "|", "quotedbl": '"'}  # fmt: skip


@given(st.text('\\{}$&#^_%~<>|"[]`*ab ', max_size=30))
def test_escaping_loses_no_character(text: str) -> None:
    plain = " ".join(text.split())
    assert re.sub(r"\\(.)", r"\1", markdown(text)) == plain
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<*_`\[]", markdown(text))

    def said(found: re.Match[str]) -> str:
        return _VERBS[found[1]] if found[1] else found[2] or found[3]

    undone = re.sub(r"\\text([a-z]+)\{\}|\\([{}$&#_%])|\{([\[\]])\}", said, latex(text))
    assert undone == plain


# -- notebooks ----------------------------------------------------------------------------------


@given(any_study())
def test_any_study_shows_itself(study: Study) -> None:
    page = study._repr_html_()
    assert_stands_alone(page)
    assert "<caption" in page


def test_records_show_what_is_known_of_them(examples: Compendium) -> None:
    study = next(one for one in examples if one.countries and one.findings)
    page = study._repr_html_()
    assert f"Study {study.id}" in page
    assert study.countries[0] in page
    assert page.count('scope="row"') >= 3
    term = implsci.registry().term(FACILITATION)
    assert "eric:facilitation: Facilitation" in term._repr_html_()
    shown = examples._repr_html_()
    assert shown.count("<tr>") == 11
    assert f"and {len(examples) - 10} more" in shown
    assert "0 studies" in Compendium(studies=())._repr_html_()


def test_a_notebook_shows_the_corner_of_a_wide_table(table: Synthesis) -> None:
    page = table._repr_html_()
    assert_stands_alone(page)
    assert page.count('scope="row"') == page.count('scope="col"') == 12
    rest = f"and {len(table.rows) - 12} more rows, {len(table.columns) - 12} more columns"
    assert rest in page
    assert table.to_html().count('scope="row"') == len(table.rows)


def test_a_bubble_tells_its_segments(table: Synthesis) -> None:
    cell = next(cell for cell in table if len(cell.segments) > 1)
    names = {segment.value: segment.shown for segment in table.segments}
    told = ", ".join(f"{names[one.segment or '']} {one.studies}" for one in cell.segments)
    assert f"; of these {told}</title>" in table.to_svg()


def test_a_match_shows_each_basis_apart() -> None:
    report = implsci.match(["cfir-2009:complexity", "cfir-2009:engaging"])
    page = report._repr_html_()
    assert_stands_alone(page)
    for basis, own in report.bases.items():
        assert page.count(f"{basis} ({own.kind})") == 1
    tables = 1 + len(report.bases) + bool(report.relational)
    assert page.count("<caption") == page.count("<table>") == tables
    first = next(iter(report.bases.values())).ranking[0]
    assert f"{first.total:.0f}" in page
    strange = evolve(report, notes=(HOSTILE,))._repr_html_()
    assert "<script>" not in strange


@pytest.mark.parametrize("text", [HOSTILE, LONG])
def test_strange_text_is_shown_as_text_and_cut_short(text: str) -> None:
    study = Study(id="a", title=text)
    term = Term(code="x:y", label=text, definition=text)
    pages = [
        study._repr_html_(),
        term._repr_html_(),
        Compendium(studies=(study,), name=text)._repr_html_(),
        card(text, [(text, text)]),
        listing(text, [text], [[text]], more=3),
    ]
    for page in pages:
        assert_stands_alone(page)
        assert "<script>" not in page
        assert len(page) < 5_000
        assert "\u202e" not in page
    # Text from right to left is isolated, and turns nothing beside it.
    assert "<bdi>\u05d0\u05d1</bdi>" in Study(id="a", title="\u05d0\u05d1")._repr_html_()


def test_what_is_unknown_is_left_out_and_zero_is_not() -> None:
    page = card("A", [("none", None), ("empty", ()), ("zero", 0), ("no", False)])
    assert re.findall(r'scope="row"[^>]*>(\w+)<', page) == ["zero", "no"]


# -- EPPI-Mapper --------------------------------------------------------------------------------


def test_a_map_of_evidence_has_the_same_counts(examples: Compendium, tmp_path: Path) -> None:
    """EPPI-Mapper counts, for a row and a column, the references that have both attributes."""
    path = tmp_path / "map.eppi.json"
    with pytest.warns(ImplsciWarning):
        write(examples, path, format="eppi")
    data = json.loads(path.read_text("utf-8"))
    names: dict[int, str] = {}

    def walk(attributes: list[dict[str, Any]]) -> None:
        for one in attributes:
            first = one["AttributeDescription"].partition("\n")[0]
            if first.startswith("code: "):
                names[one["AttributeId"]] = first.removeprefix("code: ")
            walk(one.get("Attributes", {}).get("AttributesList", []))

    for code_set in data["CodeSets"]:
        if (
            code_set["SetName"] == "Other codings"
        ):  # what single coders gave, and was not settled on
            continue
        walk(code_set["Attributes"]["AttributesList"])
    codes = [
        {names[one["AttributeId"]] for one in reference["Codes"] if one["AttributeId"] in names}
        for reference in data["References"]
    ]
    for rows, columns in (
        ("determinant:cfir-2009", "strategy:eric"),
        ("strategy:eric", "outcome:proctor"),
        ("sector", "engagement"),
    ):
        row_scheme, column_scheme = (axis.partition(":")[2] or axis for axis in (rows, columns))
        mapped = Counter(
            pair
            for own in codes
            for pair in product(
                (code for code in own if code.startswith(f"{row_scheme}:")),
                (code for code in own if code.startswith(f"{column_scheme}:")),
            )
        )
        table = synthesize(examples, rows, columns, link="cooccur", pooled=False)
        counted = {key: cell.studies for key, cell in table.cells.items() if "(uncoded)" not in key}
        assert counted == mapped
        assert counted


def test_an_addressed_link_is_in_the_map_too(tmp_path: Path) -> None:
    one = Study(
        id="a", title="A",
        barriers=(Barrier(id="b", label="b", codes=("cfir-2009:planning",)),),
        strategies=(Strategy(id="s", label="s", codes=(FACILITATION,), addresses=("b",)),),
    )  # fmt: skip
    write(Compendium(studies=(one,)), tmp_path / "m.eppi.json", format="eppi", ledger=Ledger())
    (again,) = implsci.formats.read(tmp_path / "m.eppi.json", format="eppi")
    assert synthesize([again]).cell("Planning", "Facilitation").linked_ids == ("a",)
