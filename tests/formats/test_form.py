"""The extraction form: written, filled in by people, read back."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from made_taxonomies import full_taxonomies

import implsci
from implsci import Barrier, Registry, Strategy, Study
from implsci.codec import encode
from implsci.errors import FormatError, LoadError, UnknownNameError
from implsci.formats import read, write
from implsci.formats.compendium import form as plugin
from implsci.formats.compendium.form import TAXONOMIES, read_form, write_form
from implsci.ledger import Ledger
from implsci.model import Arm, Citation, Coding, Estimate, Finding, Outcome, Setting
from implsci.model._record import Record, shape
from implsci.taxonomy import Taxonomy, Term
from implsci.testing import FormatContract, studies


class TestFormContract(FormatContract):
    plugin = plugin


# --- the workbook, as another program sees it ---


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "empty.form.xlsx"
    write_form(path, coders=("AB", "CD"))
    return path


def lists(book: Any) -> dict[str, list[Any]]:
    found = {}
    for name, defined in book.defined_names.items():
        place = re.fullmatch(r"Lists!\$([A-Z]+)\$2:\$\1\$(\d+)", defined.attr_text)
        if place:
            cells = book["Lists"][f"{place[1]}2:{place[1]}{place[2]}"]
            found[name] = [cell.value for (cell,) in cells]
    return found


def test_every_sheet_stands_there(empty: Path) -> None:
    book = openpyxl.load_workbook(empty)
    assert book.sheetnames == [
        "Read me", "Studies", "Barriers", "Strategies", "Mechanisms", "Relationships", "Outcomes",
        "Findings", "Actors", "Settings", "Arms", "Codebook", "Terms", "Lists",
    ]  # fmt: skip
    assert book["Lists"].sheet_state == "hidden"
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes in ("A2", "D2")
        assert sheet.cell(1, 1).font.bold
        assert sheet.column_dimensions["A"].width >= 10
        assert not sheet.protection.sheet
    assert book["Barriers"].column_dimensions["B"].number_format == "@"
    guide = " ".join(str(cell.value) for row in book["Read me"] for cell in row if cell.value)
    for word in ("cfir-2022", "eric", "form 1", "Empty means unknown", "--read"):
        assert word in guide


def test_drop_downs_offer_the_terms_of_the_taxonomies(empty: Path, registry: Registry) -> None:
    book = openpyxl.load_workbook(empty)
    offered = lists(book)

    def terms(kind: str) -> list[str]:
        return [
            f"{term.label} [{term.code}]"
            for name in TAXONOMIES
            for term in registry.taxonomy(name)
            if term.kind == kind
        ]

    assert offered["list_barriers_code"] == terms("barrier")
    assert offered["list_strategies_code"] == terms("strategy")
    assert len(terms("strategy")) > 110
    assert offered["list_outcomes_code"] == terms("outcome")
    assert offered["list_studies_sector"] == terms("sector")
    assert offered["list_studies_hybrid_type"] == [1, 2, 3]
    assert offered["list_findings_direction"] == [
        "improved", "worsened", "no_difference", "maintained", "mixed", "unclear"
    ]  # fmt: skip
    assert offered["list_coders"] == ["AB", "CD"]


def test_each_drop_down_names_a_range_and_covers_its_column(empty: Path) -> None:
    book = openpyxl.load_workbook(empty)
    counts = {}
    for sheet in book.worksheets:
        for check in sheet.data_validations.dataValidation:
            assert check.type == "list"
            assert check.formula1.startswith("=list_")
            assert check.formula1[1:] in book.defined_names
            assert len(check.formula1) < 255
            assert len(check.prompt or "") <= 255
            assert len(check.promptTitle or "") <= 32
            (cells,) = check.sqref.ranges
            assert (cells.min_row, cells.max_row) == (2, 2001)
            assert cells.min_col == cells.max_col
            head = sheet.cell(1, cells.min_col).value
            counts[sheet.title, head] = check.formula1[1:]
    for number in (1, 2, 3):
        assert counts["Barriers", f"code {number}"] == "list_barriers_code"
    assert counts["Studies", "design"] == "list_studies_design"
    assert counts["Findings", "study"] == "list_studies"
    per_sheet = {title: sum(name == title for name, _ in counts) for title in book.sheetnames}
    assert per_sheet == {
        "Read me": 0, "Studies": 13, "Barriers": 10, "Strategies": 8, "Mechanisms": 7,
        "Relationships": 7, "Outcomes": 10, "Findings": 11, "Actors": 7, "Settings": 4, "Arms": 4,
        "Codebook": 0, "Terms": 0, "Lists": 0,
    }  # fmt: skip


def test_the_codebook_says_what_each_column_means(empty: Path) -> None:
    book = openpyxl.load_workbook(empty)
    rows = list(book["Codebook"].iter_rows(values_only=True))
    assert rows[0] == (
        "sheet", "column", "field", "meaning", "what a cell holds", "allowed values"
    )  # fmt: skip
    said = {(row[0], row[1]): row for row in rows[1:]}
    for sheet in book.worksheets[1:-3]:
        for cell in sheet[1]:
            assert (said[sheet.title, cell.value][3] or "").strip(), (sheet.title, cell.value)
    assert said["Strategies", "addresses"][2] == "strategies.addresses"
    assert said["Strategies", "addresses"][5] == "ids of the same study on the sheet Barriers"
    assert said["Studies", "scale stage"][5] == (
        "planning; pilot; implementation; scale-up; sustainment"
    )
    assert "cfir-2022" in said["Barriers", "code 1"][5]


def test_the_sheet_of_terms_is_the_taxonomies(empty: Path, registry: Registry) -> None:
    book = openpyxl.load_workbook(empty)
    rows = list(book["Terms"].iter_rows(values_only=True, min_row=2))
    chosen = [registry.taxonomy(name) for name in TAXONOMIES]
    assert [row[0] for row in rows] == [term.code for each in chosen for term in each]
    by_code = {row[0]: row for row in rows}
    facilitation = registry.term("eric:facilitation")
    assert by_code[facilitation.code][1:4] == (
        facilitation.label, facilitation.definition, "eric"
    )  # fmt: skip


def test_the_same_form_has_the_same_bytes(empty: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.form.xlsx"
    write_form(again, coders=("AB", "CD"))
    assert again.read_bytes() == empty.read_bytes()
    with zipfile.ZipFile(empty) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert set(re.findall(r"\d{4}-\d\d-\d\dT", core)) == {"1980-01-01T"}


def test_thousands_of_terms_fit(tmp_path: Path) -> None:
    many = Taxonomy(
        scheme="many", title="Many", kind="barrier",
        terms=tuple(
            Term(code=f"many:t{n}", label=f"Term {n}", definition="x", kind="barrier")  # type: ignore[arg-type]
            for n in range(2500)
        ),
    )  # fmt: skip
    path = tmp_path / "many.form.xlsx"
    write_form(path, taxonomies=[many])
    book = openpyxl.load_workbook(path)
    assert len(lists(book)["list_barriers_code"]) == 2500
    put(book, "Studies", id="a", title="A")
    put(book, "Barriers", study="a", id="b1", label="x", code_1="term 2499")
    assert read_back(book, tmp_path)[0][0].barriers[0].codes == ("many:t2499",)


FORMULAS = ("=1+1", "+44 20", "-1", "@SUM(A1)", '=HYPERLINK("http://e.org")', "= 1", "'=1", "#N/A")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_runs_in_a_spreadsheet(text: str, tmp_path: Path) -> None:
    study = Study(
        id="a", title=text, note=text, extra={"k": text},
        barriers=(Barrier(id="b", label=text, codings=(Coding(coder=text, quote=text),)),),
    )  # fmt: skip
    path = tmp_path / "a.form.xlsx"
    write_form(path, studies=[study], coders=[text])
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet:
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr"), (sheet.title, cell.coordinate)
                assert not (isinstance(cell.value, str) and cell.value[:1] in "=+-@")
    (back,) = read_form(path, Ledger())
    assert evolve(back, provenance=()) == study


@settings(max_examples=6, suppress_health_check=list(HealthCheck), deadline=None)
@given(full_taxonomies())
def test_any_taxonomy_can_be_offered(taxonomy: Taxonomy) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.form.xlsx")
        write_form(path, taxonomies=[taxonomy])
        book = openpyxl.load_workbook(path)
        assert book["Terms"].max_row == 1 + len(taxonomy)
        assert list(read_form(path, Ledger())) == []


# --- there and back ---

DROPPED = {
    Study: {"events", "provenance"},
    Barrier: {"ratings"},
    Strategy: {"modifications", "events", "measurements"},
}
ALSO = {"core_elements", "measurements"}


def held(text: str) -> str | None:
    """The text as a cell holds it: no controls, no blanks at the ends, None for nothing."""
    plain = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cn"))
    return " ".join(plain.replace(";", ",").replace("\x85", " ").split()) or None


def carried(record: Any) -> Any:
    """The record restricted to what a form carries."""
    values: dict[str, Any] = {}
    for name, field in shape(type(record)).items():
        value = getattr(record, name)
        if name in DROPPED.get(type(record), ()) or name in ALSO:
            value = field.default
        elif name == "extra":
            value = {
                f"k{index}": item
                for index, item in enumerate(
                    held(item) if isinstance(item, str) else item for item in value.values()
                )
                if item is not None and not (isinstance(item, float) and item.is_integer())
            }
        elif isinstance(value, str):
            value = held(value)
            if value is None and field.required:
                value = "x"
        elif isinstance(value, tuple) and value and isinstance(value[0], Record):
            value = tuple(carried(item) for item in value)
        elif isinstance(value, tuple):
            value = tuple(kept for item in value if (kept := held(item)))
        elif isinstance(value, Record):
            value = carried(value)
            if value == Citation():
                value = None
        values[name] = value
    return type(record)(**values)


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(studies())
def test_what_a_form_carries_comes_back(study: Study) -> None:
    study = carried(study)
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.form.xlsx")
        ledger = Ledger()
        write_form(path, taxonomies=["engagement"], studies=[study], ledger=ledger)
        assert ledger.left_out == ()
        account = Ledger()
        (back,) = read_form(path, account)
        assert account.skips == 0
        assert evolve(back, provenance=()) == study


@pytest.mark.parametrize(
    "text", ["a\x01b", "\x07", "a\r\nb\rc", "_x0001_", "_x005F_x", "x\uffff", "a_x0d"]
)
def test_what_xml_cannot_hold_comes_back(text: str, tmp_path: Path) -> None:
    study = Study(id="a", title=text, extra={"k": text})
    path = tmp_path / "a.form.xlsx"
    write_form(path, taxonomies=["engagement"], studies=[study])
    (back,) = read_form(path, Ledger())
    assert evolve(back, provenance=()) == study


def test_too_long_a_text_is_cut_and_said(tmp_path: Path) -> None:
    ledger = Ledger()
    study = Study(id="a", title="A", note="x" * 40_000 + "\x01" * 9_000)
    write_form(tmp_path / "a.form.xlsx", taxonomies=["engagement"], studies=[study], ledger=ledger)
    (back,) = read_form(tmp_path / "a.form.xlsx", Ledger())
    assert back.note == "x" * 32_765
    assert "cut to what a cell holds" in str(ledger.left_out[0])


def test_what_a_form_does_not_carry_is_listed(tmp_path: Path) -> None:
    full = implsci.load("implsci-examples")["rehn2016"]
    ledger = Ledger()
    write_form(tmp_path / "a.form.xlsx", studies=[full], ledger=ledger)
    assert {fault.path for fault in ledger.left_out} == {
        "provenance", "strategies.measurements", "outcomes.measurements"
    }  # fmt: skip


def test_the_bundled_compendium_goes_there_and_back(tmp_path: Path) -> None:
    compendium = implsci.load("implsci-examples")
    path = tmp_path / "all.form.xlsx"
    written, account = Ledger(), Ledger()
    write(compendium, path, ledger=written)
    back = read(path, ledger=account)
    assert (account.skips, account.left_out, len(back)) == (0, (), 373)

    def bare(study: Study) -> bytes:
        return encode(
            evolve(
                study, provenance=(),
                strategies=tuple(evolve(s, measurements=()) for s in study.strategies),
                outcomes=tuple(evolve(o, measurements=()) for o in study.outcomes),
                relationships=tuple(evolve(r, measurements=()) for r in study.relationships),
            )
        )  # fmt: skip

    assert [bare(study) for study in back] == [bare(study) for study in compendium]
    assert {fault.path for fault in written.left_out} == {
        "provenance", "strategies.measurements", "outcomes.measurements",
        "relationships.measurements",
    }  # fmt: skip
    assert back.studies[0].provenance[0].locator == "sheet 'Studies', row 2"


# --- filled in by people ---

Put = Callable[..., None]


def put(book: Any, sheet: str, **values: object) -> int:
    """Fill a row as a person would: the first that is free, by the headers."""
    page = book[sheet]
    heads = {str(cell.value): cell.column for cell in page[1]}
    row: int = page.max_row + 1
    for name, value in values.items():
        page.cell(row, heads[name.replace("_", " ")]).value = value
    return row


def read_back(book: Any, folder: Path, **options: Any) -> tuple[list[Study], Ledger]:
    path = folder / "filled.form.xlsx"
    book.save(path)
    ledger = Ledger("filled", **options)
    return list(read_form(path, ledger)), ledger


@pytest.fixture
def book(empty: Path) -> Any:
    return openpyxl.load_workbook(empty)


def test_a_filled_form(book: Any, tmp_path: Path) -> None:
    put(
        book, "Studies", id="hh-1", title="Hand hygiene", year=2020.0, authors="Okoro A; Weiss B",
        doi="https://doi.org/10.1000/x1", design="Cluster RCT", hybrid_type="2",
        scale_stage="scale-up", sector_1="Health [sector:health]", countries="ke, gb",
        innovation="hand rub", engagement="Pull", links_coded="complete",
    )  # fmt: skip
    put(
        book, "Barriers", study="hh-1", id="b1", label="no time",
        code_1="Work Infrastructure [cfir-2022:work-infrastructure]", valence="barrier",
        magnitude="2", level="team", n=4, n_informants=20,
    )  # fmt: skip
    put(
        book, "Strategies", study="hh-1", id="s1", label="reminders", code_1="remind clinicians",
        code_2="eric:5", addresses="b1", dose="weekly",
    )  # fmt: skip
    put(book, "Outcomes", study="hh-1", id="o1", label="uptake", code_1="proctor:adoption")
    put(
        book, "Findings", study="hh-1", id="f1", outcome="o1", direction="no difference",
        strategies="s1", barriers="b1", basis="effect", comparator="usual_practice", value=1.2,
        ci_low=0.9, ci_high=1.6, metric="OR", p=0.2,
    )  # fmt: skip
    (study,), ledger = read_back(book, tmp_path)
    assert (ledger.skips, ledger.left_out) == (0, ())
    assert (study.year, study.design, study.hybrid_type) == (2020, "cluster_rct", 2)
    assert study.citation == Citation(authors=("Okoro A", "Weiss B"), doi="10.1000/x1")
    assert (study.sectors, study.countries) == (("sector:health",), ("KE", "GB"))
    assert study.engagement == ("engagement:pull",)
    (barrier,) = study.barriers
    assert (barrier.codes, barrier.rating) == (("cfir-2022:work-infrastructure",), -2)
    assert study.strategies[0].codes == (
        "eric:remind-clinicians",
        "eric:audit-and-provide-feedback",
    )
    assert study.strategies[0].addresses == ("b1",)
    (finding,) = study.findings
    assert (finding.direction, finding.barriers) == ("no_difference", ("b1",))
    assert finding.estimate is not None
    assert (finding.estimate.metric, finding.estimate.ci_high) == ("OR", 1.6)


def test_columns_go_by_name(book: Any, tmp_path: Path) -> None:
    page = book["Studies"]
    page.insert_cols(1)
    page.cell(1, 1).value = "Reviewer's own column"
    heads = {str(cell.value): cell for cell in page[1]}
    heads["title"].value, heads["year"].value = "YEAR", "Title"
    row = put(book, "Studies", id="a", Title="A study", YEAR=2001)
    page.cell(row, 1).value = "to be asked"
    page.delete_cols(heads["doi"].column)
    (study,), ledger = read_back(book, tmp_path)
    assert (study.title, study.year) == ("A study", 2001)
    assert study.extra == {"form:Reviewer's own column": "to be asked"}
    assert ledger.left_out == ()


def test_what_is_no_column_elsewhere_is_listed(book: Any, tmp_path: Path) -> None:
    book["Barriers"].cell(1, 30).value = "mine"
    book.create_sheet("Scratch")["A1"] = "x"
    put(book, "Studies", id="a", title="A")
    _, ledger = read_back(book, tmp_path)
    assert {fault.path for fault in ledger.left_out} == {
        "sheet 'Barriers', column 'mine'", "sheet 'Scratch'"
    }  # fmt: skip


def test_each_fault_names_its_cell_and_the_rest_is_read(book: Any, tmp_path: Path) -> None:
    put(
        book,
        "Studies",
        id="a",
        title="A",
        year="about 2019",
        design="cluster rtc",
        countries="Atlantis",
    )
    put(book, "Studies", id="b", year=2001)
    put(book, "Studies", id="c", title="C", year=3)
    put(book, "Barriers", study="a", id="b1", label="time", magnitude=2)
    put(book, "Barriers", study="aa", id="b2", label="money")
    put(book, "Barriers", study="a", id="b3")
    put(book, "Strategies", study="a", id="s1", label="x", addresses="b1 b9")
    put(book, "Strategies", study="a", id="b1", label="y")
    put(book, "Outcomes", study="a", id="o1", label="uptake")
    put(book, "Findings", study="a", id="f1", outcome="o2", direction="improved")
    put(book, "Findings", study="a", id="f2", outcome="o1", direction="improved", role="mediator")
    put(book, "Findings", study="a", id="f3", outcome="o1", direction="better")
    found, ledger = read_back(book, tmp_path)
    assert [study.id for study in found] == ["a", "c"]
    first = found[0]
    assert (first.year, first.design, first.countries) == (None, None, ())
    assert [barrier.id for barrier in first.barriers] == ["b1"]
    assert (first.barriers[0].magnitude, first.strategies[0].addresses) == (None, ("b1",))
    assert [finding.id for finding in first.findings] == ["f2"]
    assert first.findings[0].role is None
    told = "\n".join(map(str, ledger.skipped))
    for line in (
        "sheet 'Studies', row 2, column 'year': expected a whole number, got 'about 2019'",
        "(did you mean cluster_rct?), got 'cluster rtc'; the cell was not read",
        "sheet 'Studies', row 2, column 'countries': expected countries, got 'Atlantis'",
        "sheet 'Studies', row 3: no title, which it must have",
        "sheet 'Studies', row 4, column 'year': expected 1800 to 2100, got 3",
        "sheet 'Barriers', row 2, column 'magnitude': needs a valence",
        "sheet 'Barriers', row 3: there is no study 'aa'; did you mean a?",
        "sheet 'Barriers', row 4: no label, which it must have",
        "sheet 'Strategies', row 2, column 'addresses': 'b9' names no row of the sheet 'Barriers' "
        "for the study 'a' (there is b1); it was not read",
        "sheet 'Strategies', row 3: the id 'b1' is also that of a row on the sheet 'Barriers'",
        "sheet 'Findings', row 2, column 'outcome': 'o2' names no row",
        "sheet 'Findings', row 2: no outcome, which it must have",
        "sheet 'Findings', row 3: a role needs a relationship",
        "sheet 'Findings', row 4, column 'direction': expected one of improved",
        "sheet 'Findings', row 4: no direction, which it must have",
    ):
        assert line in told
    assert ledger.skips == 15
    assert first.extra == {
        "form:Studies.a.year": "about 2019",
        "form:Studies.a.design": "cluster rtc",
        "form:Studies.a.countries": "Atlantis",
        "form:Barriers.b1.magnitude": "2",
        "form:Barriers.b3.study": "a",
        "form:Barriers.b3.id": "b3",
        "form:Strategies.s1.addresses": "b1 b9",
        "form:Strategies.b1.study": "a",
        "form:Strategies.b1.id": "b1",
        "form:Strategies.b1.label": "y",
        "form:Findings.f1.study": "a",
        "form:Findings.f1.id": "f1",
        "form:Findings.f1.outcome": "o2",
        "form:Findings.f1.direction": "improved",
        "form:Findings.f2.role": "mediator",
        "form:Findings.f3.study": "a",
        "form:Findings.f3.id": "f3",
        "form:Findings.f3.outcome": "o1",
        "form:Findings.f3.direction": "better",
    }
    assert found[1].extra == {"form:Studies.c.year": "3"}
    write_form(tmp_path / "again.form.xlsx", taxonomies=["engagement"], studies=found)
    again = list(read_form(tmp_path / "again.form.xlsx", Ledger()))
    assert {key: str(text) for key, text in again[0].extra.items()} == first.extra


def test_words_of_several_coders_are_kept_apart(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title="A")
    for coder, n in (("AB", "few"), ("CD", "some"), ("CD", "many")):
        put(book, "Barriers", study="a", id="b1", label="time", coder=coder, n=n)
    (study,), ledger = read_back(book, tmp_path)
    assert ledger.skips == 4  # each n, and a second row by CD
    assert study.extra == {
        "form:Barriers.b1.n.AB": "few",
        "form:Barriers.b1.n.CD": "some",
        "form:Barriers.b1.study.CD": "a",
        "form:Barriers.b1.id.CD": "b1",
        "form:Barriers.b1.label.CD": "time",
        "form:Barriers.b1.coder.CD": "CD",
        "form:Barriers.b1.n.CD.2": "many",
    }


@pytest.mark.parametrize(
    ("text", "codes", "skips"),
    [
        ("USA; Kenya", ("US", "KE"), 0),
        ("ke, gb", ("KE", "GB"), 0),
        ("KE UG", ("KE", "UG"), 0),
        ("Korea, Republic of", ("KR",), 0),
        ("Kenya; Atlantis", ("KE",), 1),
        ("NA", (), 1),
    ],
)
def test_countries_by_name(
    text: str, codes: tuple[str, ...], skips: int, book: Any, tmp_path: Path
) -> None:
    put(book, "Studies", id="a", title="A", countries=text)
    (study,), ledger = read_back(book, tmp_path)
    assert (study.countries, ledger.skips) == (codes, skips)
    assert study.extra == ({"form:Studies.a.countries": text} if skips else {})
    if skips:
        assert ledger.skipped[0].path == "sheet 'Studies', row 2, column 'countries'"


def test_countries_that_could_mean_something_else_come_back(tmp_path: Path) -> None:
    study = Study(
        id="a", title="A", countries=("NA", "GE", "ZZ", "US", "MA"),
        settings=(Setting(id="w1", label="x", country="NA"),),
    )  # fmt: skip
    write_form(tmp_path / "a.form.xlsx", taxonomies=["engagement"], studies=[study])
    ledger = Ledger()
    (back,) = read_form(tmp_path / "a.form.xlsx", ledger)
    assert evolve(back, provenance=()) == study
    assert ledger.skips == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("0,8", 0.8), ("-1,25", -1.25), ("0.8", 0.8), ("1,234", None), ("1_0", None)],
)
def test_a_decimal_comma_is_read_where_it_is_clear(
    text: str, value: float | None, book: Any, tmp_path: Path
) -> None:
    put(book, "Studies", id="a", title="A")
    put(book, "Outcomes", study="a", id="o1", label="x")
    put(
        book,
        "Findings",
        study="a",
        id="f1",
        outcome="o1",
        direction="mixed",
        metric="SMD",
        value=text,
    )
    (study,), ledger = read_back(book, tmp_path)
    estimate = study.findings[0].estimate
    assert (estimate.value if estimate else None) == value
    assert study.extra == ({"form:Findings.f1.value": text} if value is None else {})
    assert ("decimal commas were read as points" in ledger.said) == (
        "," in text and value is not None
    )


def test_settings_arms_and_whole_estimates_can_be_filled_in(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title="A")
    put(book, "Strategies", study="a", id="s1", label="x", code_1="eric:facilitation")
    put(book, "Outcomes", study="a", id="o1", label="y")
    put(book, "Settings", study="a", id="w1", label="ward 3", code="made:ward", country="Kenya",
        region="Kisumu", level="ward")  # fmt: skip
    put(book, "Arms", study="a", id="g1", label="trained", strategies="s1", n=40)
    put(book, "Arms", study="a", id="g2", label="not trained", n=38)
    put(
        book, "Findings", study="a", id="f1", outcome="o1", direction="improved", comparator="arm",
        arm="g1", comparator_arm="g2", setting="w1", metric="SMD", value="0.3", se=0.1, p="0,05",
        p_bound="below", estimate_variance=0.01, estimate_n=78, estimate_n_intervention=40,
        estimate_n_comparator=38, estimate_adjusted="yes", estimate_ci_level=0.95,
    )  # fmt: skip
    (study,), ledger = read_back(book, tmp_path)
    assert (ledger.skips, ledger.left_out) == (0, ())
    assert study.settings == (
        Setting(id="w1", label="ward 3", codes=("made:ward",), country="KE", region="Kisumu",  # type: ignore[arg-type]
                level="ward"),
    )  # fmt: skip
    assert study.arms == (
        Arm(id="g1", label="trained", strategies=("s1",), n=40),
        Arm(id="g2", label="not trained", n=38),
    )
    assert study.findings[0].estimate == Estimate(
        metric="SMD", value=0.3, se=0.1, variance=0.01, p=0.05, p_bound="below", n=78,
        n_intervention=40, n_comparator=38, adjusted=True, ci_level=0.95,
    )  # fmt: skip
    assert (study.findings[0].arm, study.findings[0].setting) == ("g1", "w1")


def test_strict_stops_at_the_first(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title="A", year="x")
    with pytest.raises(LoadError, match="row 2, column 'year'"):
        read_back(book, tmp_path, strict=True)


def test_what_names_no_term_is_kept_as_words(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title="A")
    put(
        book, "Strategies", study="a", id="s1", label="x", coder="AB",
        code_1="Facilitaton", code_2="eric:facilitaton", code_3="my-own:thing",
    )  # fmt: skip
    (study,), ledger = read_back(book, tmp_path)
    (strategy,) = study.strategies
    assert strategy.codes == ("eric:facilitaton", "my-own:thing")
    assert Coding(coder="AB", value="Facilitaton", by="human") in strategy.codings
    put(book, "Strategies", study="a", id="s2", label="y", coder="AB", code_1="Facilitaton")
    put(book, "Strategies", study="a", id="s2", label="y", coder="CD")
    (study,), _ = read_back(book, tmp_path)
    assert study.strategies[1].codings == (
        Coding(coder="CD", by="human"),  # who found no term, as far as the row says
        Coding(coder="AB", value="Facilitaton", by="human"),
    )
    told = "\n".join(map(str, ledger.left_out))
    assert "row 2, column 'code 1': 'Facilitaton': no term has that label" in told
    assert "did you mean Facilitation [eric:facilitation]" in told
    assert "'eric:facilitaton': no such term; did you mean eric:facilitation" in told
    assert "my-own" not in told


def test_a_label_of_several_terms_is_no_code(book: Any, tmp_path: Path) -> None:
    terms = book["Terms"]
    for code in ("tea:a", "tea:b"):
        row = terms.max_row + 1
        for column, value in ((1, code), (2, "Green"), (6, "strategy")):
            terms.cell(row, column).value = value
    put(book, "Studies", id="a", title="A")
    put(book, "Strategies", study="a", id="s1", label="x", code_1="green")
    (study,), ledger = read_back(book, tmp_path)
    assert study.strategies[0].codes == ()
    assert study.strategies[0].codings[0].value == "green"
    assert "several terms have that label: tea:a, tea:b" in str(ledger.left_out[0])


def test_what_a_spreadsheet_made_of_entries(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title=datetime(2020, 5, 1), year=2019, coder="AB",
        coded_on=datetime(2024, 3, 2))  # fmt: skip
    row = put(book, "Barriers", study="a", id=1, label=True, n=3.0, n_informants=7.5)
    book["Barriers"].cell(row, 4).value = "=1+1"
    put(book, "Strategies", study="a", id="s1", label="x", addresses=1)
    (study,), ledger = read_back(book, tmp_path)
    assert study.title == "2020-05-01"
    assert study.codings == (Coding(coder="AB", by="human", date="2024-03-02"),)
    assert (study.barriers[0].id, study.barriers[0].label) == ("1", "TRUE")
    assert (study.barriers[0].n, study.barriers[0].n_informants) == (3, None)
    assert study.strategies[0].addresses == ("1",)
    assert "made a date of" in str(ledger.left_out[0])
    told = "\n".join(map(str, ledger.skipped))
    assert "column 'n informants': expected a whole number, got '7.5'" in told
    assert "column 'code 1': expected a value, not a formula" in told


def test_ids_as_people_write_them(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="Smith 2020", title="A")
    put(book, "Barriers", study="Smith 2020", id="no time", label="time")
    put(book, "Barriers", study="Smith 2020", id="b2", label="money")
    put(book, "Barriers", study="Smith 2020", label="will")
    put(book, "Strategies", study="Smith 2020", id="s1", label="x", addresses="no time; b2, b3")
    (study,), ledger = read_back(book, tmp_path)
    assert study.id == "smith-2020"
    assert [barrier.id for barrier in study.barriers] == ["no-time", "b2", "b3"]
    assert study.strategies[0].addresses == ("no-time", "b2", "b3")
    assert "'Smith 2020' to 'smith-2020'" in str(ledger.left_out[0])
    assert "given one of their own: sheet" in str(ledger.left_out[-1])


def test_one_study_needs_no_naming(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", authors="Okoro A", year=2020, title="A")
    put(book, "Barriers", label="time")
    (study,), _ = read_back(book, tmp_path)
    assert (study.id, study.barriers[0].id) == ("okoro-2020", "b1")


# --- several coders ---


def both(book: Any, first: dict[str, object], second: dict[str, object]) -> None:
    put(book, "Studies", id="a", title="A")
    put(book, "Barriers", **{"study": "a", "id": "b1", "label": "no time", "coder": "AB", **first})
    put(book, "Barriers", **{"study": "a", "id": "b1", "label": "no time", "coder": "CD", **second})


def test_where_coders_agree_it_is_settled(book: Any, tmp_path: Path) -> None:
    both(
        book,
        {"code_1": "tdf-v2:time", "code_2": "cfir-2022:work-infrastructure", "valence": "barrier",
         "quote": "we never have time", "locator": "p. 4", "confidence": "high"},
        {"code_1": "cfir-2022:work-infrastructure", "valence": "mixed"},
    )  # fmt: skip
    (study,), ledger = read_back(book, tmp_path)
    (barrier,) = study.barriers
    assert (barrier.codes, barrier.valence) == (("cfir-2022:work-infrastructure",), None)
    quoted = Coding(
        coder="AB", code="tdf-v2:time", by="human", quote="we never have time", locator="p. 4",  # type: ignore[arg-type]
        confidence="high",
    )  # fmt: skip
    assert quoted in barrier.codings
    assert Coding(coder="CD", of="valence", value="mixed", by="human") in barrier.codings
    assert [str(fault) for fault in ledger.left_out] == [
        "study 'a', b1, codes: not settled, left to adjudication: AB: tdf-v2:time; "
        "cfir-2022:work-infrastructure; CD: cfir-2022:work-infrastructure",
        "study 'a', b1, valence: not settled, left to adjudication: AB: barrier; CD: mixed",
    ]
    assert ledger.skips == 0


def test_a_row_without_coder_settles(book: Any, tmp_path: Path) -> None:
    both(book, {"code_1": "tdf-v2:time"}, {"code_1": "tdf-v2:money"})
    put(book, "Barriers", study="a", id="b1", label="no time", code_1="tdf-v2:time")
    (study,), ledger = read_back(book, tmp_path)
    assert study.barriers[0].codes == ("tdf-v2:time",)
    assert [coding.coder for coding in study.barriers[0].codings if coding.code] == ["AB", "CD"]
    assert ledger.left_out == ()


def test_a_machine_settles_nothing(book: Any, tmp_path: Path) -> None:
    both(book, {"code_1": "tdf-v2:time", "coded_by": "machine"}, {"code_1": "tdf-v2:money"})
    put(book, "Strategies", study="a", id="s1", label="x", coder="model", coded_by="machine",
        code_1="eric:facilitation")  # fmt: skip
    (study,), ledger = read_back(book, tmp_path)
    assert study.barriers[0].codes == ("tdf-v2:money",)
    assert study.strategies[0].codes == ()
    assert study.strategies[0].codings == (
        Coding(coder="model", code="eric:facilitation", by="machine"),  # type: ignore[arg-type]
    )
    assert [fault.path for fault in ledger.left_out] == ["study 'a', s1, codes"]


def test_the_same_coder_twice_is_a_fault(book: Any, tmp_path: Path) -> None:
    both(book, {"code_1": "tdf-v2:time"}, {"coder": "AB"})
    (study,), ledger = read_back(book, tmp_path)
    assert study.barriers[0].codes == ("tdf-v2:time",)
    assert "sheet 'Barriers', row 3: the id 'b1' stands twice by 'AB', first at" in str(
        ledger.skipped[0]
    )


def test_two_coders_of_a_study_row_and_a_finding(book: Any, tmp_path: Path) -> None:
    put(book, "Studies", id="a", title="A", design="rct", coder="AB")
    put(book, "Studies", id="a", title="A", design="cohort", coder="CD", quote="a cohort")
    put(book, "Outcomes", study="a", id="o1", label="uptake")
    for coder, direction in (("AB", "improved"), ("CD", "mixed")):
        put(book, "Findings", study="a", id="f1", outcome="o1", direction=direction, coder=coder)
    (study,), ledger = read_back(book, tmp_path)
    assert study.design is None
    assert Coding(coder="CD", of="design", value="cohort", by="human", quote="a cohort") in (
        study.codings
    )
    assert study.findings[0].direction == "unclear"
    assert {(c.coder, c.value) for c in study.findings[0].codings if c.of == "direction"} == {
        ("AB", "improved"), ("CD", "mixed")
    }  # fmt: skip
    assert len(ledger.left_out) == 2


def test_codings_written_before_are_kept(tmp_path: Path) -> None:
    coding = Coding(
        coder="model", of="level", value="team", by="machine", probability=0.25, date="2024-03",
        note="first pass",
    )  # fmt: skip
    study = Study(
        id="a", title="A", codings=(Coding(coder="AB", of="design", value="rct"),),
        barriers=(Barrier(id="b1", label="x", codings=(coding,)),),
        outcomes=(Outcome(id="o1", label="y"),),
        findings=(Finding(id="f1", outcome="o1", direction="mixed", codings=(coding,)),),
    )  # fmt: skip
    path = tmp_path / "a.form.xlsx"
    write_form(path, studies=[study])
    (back,) = read_form(path, Ledger())
    assert evolve(back, provenance=()) == study


# --- files that are none ---


def test_no_form(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "id"
    book.save(path := tmp_path / "a.form.xlsx")
    with pytest.raises(FormatError, match="expected a workbook with a sheet 'Studies'"):
        list(read_form(path, Ledger()))
    book.active.title = "Studies"
    book.active["A1"] = "name"
    book.save(path)
    with pytest.raises(FormatError, match="expected the columns id and title"):
        list(read_form(path, Ledger()))
    path.write_text("id,title\na,A\n", encoding="utf-8")
    with pytest.raises(FormatError, match="expected a workbook"):
        list(read_form(path, Ledger()))


def test_hostile_workbooks(empty: Path, tmp_path: Path) -> None:
    path = tmp_path / "bad.form.xlsx"
    data = empty.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match="damaged or cut"):
        list(read_form(path, Ledger()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>")
    path.write_bytes(packed.getvalue())
    with pytest.raises(FormatError, match="document type"):
        list(read_form(path, Ledger()))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * (130 << 20))
    path.write_bytes(packed.getvalue())
    with pytest.raises(FormatError, match="bytes once unpacked"):
        list(read_form(path, Ledger()))


def test_no_such_taxonomy(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean eric"):
        write_form(tmp_path / "a.form.xlsx", taxonomies=["erik"])
    with pytest.raises(UnknownNameError, match="did you mean cfir"):
        write_form(tmp_path / "a.form.xlsx", taxonomies=["cfirr"])
    assert not list(tmp_path.iterdir())
