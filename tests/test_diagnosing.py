"""Diagnosing: questions as data, interview and form give one record; what is missing, what clashes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from implsci import Barrier, Innovation, Measurement, Strategy
from implsci.codes import Code
from implsci.diagnosing import (
    QUESTIONS,
    Question,
    answers_of,
    check,
    diagnosis_of,
    interview,
    measure,
    read_answer,
    read_answers,
    show_answer,
    undiagnosed,
)
from implsci.errors import (
    CorruptDocument,
    FormatError,
    InvalidQueryError,
    InvalidRecord,
    InvalidTableError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.formats.diagnosis_form import read_diagnosis_form, write_diagnosis_form
from implsci.ledger import Ledger
from implsci.model._record import shape
from implsci.model.diagnosis import AssumptionStatus, DataAvailability
from implsci.model.documents import Assumption, Diagnosis
from implsci.plugins import Registry
from implsci.testing import diagnoses

openpyxl = pytest.importorskip("openpyxl")

BY_FIELD = {question.field: question for question in QUESTIONS}
PARTS = {
    f"{question.field}.{part.field}": part for question in QUESTIONS for part in question.parts
}
SLOW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

# A made-up diagnosis.
ANSWERS: dict[str, Any] = {
    "problem": "Half of the children are screened late",
    "population": "children under three; rural families least",
    "business_as_usual": "nurses screen whoever comes",
    "causes": [
        {"label": "no time at the clinic", "codes": ["cfir-2022:work-infrastructure"]},
        {"label": "families do not trust the clinic"},
    ],
    "current": {"of": "screened", "unit": "proportion", "n": 160, "base": 400},
    "desired": {"value": 0.9},
    "data": "some",
    "assumptions": [{"statement": "it is too far"}],
    "made_by": ["nurse", "clerk"],
}

NESTED: list[Any] = []
for _ in range(100_000):
    NESTED = [NESTED]


# The questions are data, and fit the record.


def test_every_question_fills_a_field_that_the_record_has():
    for question in QUESTIONS:
        field = shape(Diagnosis)[question.field]
        assert field.many == (question.kind in ("table", "texts"))
        for part in question.parts:
            inner = shape(field.type)[part.field]
            assert inner.many == (part.kind == "codes")
            if part.kind == "choice" and not part.open:
                assert part.choices == inner.choices
        assert question.prompt
        assert question.help
    assert BY_FIELD["data"].choices == get_args(DataAvailability)
    assert PARTS["assumptions.status"].choices == get_args(AssumptionStatus)


def test_no_field_goes_unasked_but_where_facts_were_taken_from_and_studies():
    assert set(shape(Diagnosis)) - set(BY_FIELD) == {"provenance", "studies"}


# One answer, as text.


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("current.n", "120", 120),
        ("current.value", "0,4", 0.4),
        ("current.value", "0.4", 0.4),
        ("current.value", "1e-3", 0.001),
        ("current.value", "Unknown", "unknown"),
        ("current.unit", "PERCENT", "percent"),
        ("current.unit", "visits per week", "visits per week"),
        ("causes.codes", "Complexity [cfir-2009:complexity]", ["cfir-2009:complexity"]),
        ("causes.codes", "strange:term; cfir-2009:cost", ["strange:term", "cfir-2009:cost"]),
        ("causes.codes", "Leadership engagement", ["cfir-2009:leadership-engagement"]),
        ("measurements.stratum", "equity:gender", "equity:gender"),
        ("assumptions.date", "2024-05", "2024-05"),
    ],
)
def test_a_text_is_read_as_the_answer_it_gives(field: str, text: str, value: object):
    assert read_answer(PARTS[field], text) == value


@pytest.mark.parametrize(
    ("field", "text", "reason"),
    [
        ("current.n", "many", "expected a whole number, such as 120, got 'many'"),
        ("current.n", "12.5", "expected a whole number"),
        ("current.value", "45%", "without %"),
        ("current.value", "1,000", "can be read in one way"),
        ("current.value", "1e999", "out of all bounds"),
        ("current.value", "nan", "expected a number, got 'nan'"),
        ("causes.level", "organisation", "did you mean organization?"),
        ("causes.codes", "cfir-2009:complexty", "did you mean cfir-2009:complexity"),
        ("causes.codes", "eric:facilitation", "expected a term of the kind barrier"),
        ("causes.codes", "no such words", "unknown term"),
        ("assumptions.status", "false", "expected one of untested, confirmed, refuted"),
        ("assumptions.date", "May 2024", "expected YYYY"),
        ("current.of", "json:1", "expected JSON of a text"),
        ("current.of", "json:{", "expected JSON after json:"),
    ],
)
def test_a_text_that_is_no_answer_is_refused_with_what_was_expected(
    field: str, text: str, reason: str
):
    with pytest.raises(InvalidQueryError) as error:
        read_answer(PARTS[field], text)
    assert reason in error.value.reason


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_shown_is_read_back_the_same(text: str):
    question = BY_FIELD["problem"]
    shown = show_answer(question, text)
    assert read_answer(question, shown) == text
    assert shown.strip() == shown != ""
    assert shown not in ("?", "-", "<")


@given(items=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, unique=True))
def test_any_list_shown_is_read_back_the_same(items: list[str]):
    question = BY_FIELD["made_by"]
    assert read_answer(question, show_answer(question, items)) == items


# Answers make a diagnosis.


def test_what_need_not_be_said_is_filled_in_and_nothing_else():
    found = diagnosis_of(ANSWERS)
    assert found.id == "half-of-the-children-are-screened-late"
    assert [cause.id for cause in found.causes] == ["c1", "c2"]
    assert found.current == Measurement(
        of="screened", value=0.4, unit="proportion", n=160, base=400
    )
    assert found.desired == Measurement(of="screened", value=0.9, unit="proportion", base=400)
    assert found.gap == 0.5
    assert found.causes[1].codes == ()
    assert found.data_note is None
    assert found.measurements == ()


def test_a_rate_is_worked_out_only_where_it_is_a_share():
    base = {"of": "a", "n": 1, "base": 4}
    for unit, value in (("proportion", 0.25), ("percent", 25.0), ("count", None), (None, None)):
        row = {**base, **({"unit": unit} if unit else {})}
        found = diagnosis_of({"problem": "p", "measurements": [row]})
        assert found.measurements[0].value == value
    kept = diagnosis_of(
        {"problem": "p", "current": {**base, "unit": "percent", "value": "unknown"}}
    )
    assert kept.current is not None
    assert kept.current.value is None


def test_the_ids_of_causes_do_not_collide_with_those_given():
    causes = [{"label": "a"}, {"label": "b", "id": "c1"}, {"label": "c"}]
    found = diagnosis_of({"problem": "p", "causes": causes})
    assert [cause.id for cause in found.causes] == ["c2", "c1", "c3"]


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ({}, "problem"),
        ({"problem": "p", "populaton": "x"}, "did you mean"),
        ({"problem": "p", "current": {"of": "a", "unit": "proportion", "value": 0.4}}, "base"),
        ({"problem": "p", "current": {"of": "a", "value": float("nan")}}, "finite"),
        ({"problem": "p", "causes": "no time"}, "causes"),
        ({"problem": "p", "causes": [3]}, "causes[0]"),
        (
            {"problem": "p", "assumptions": [{"statement": "a", "status": "refuted"}]},
            "what says so",
        ),
        ({"problem": "p", "type": "claim"}, "expected 'diagnosis'"),
        ({"problem": "p", "studies": {"a"}}, "expected text and finite numbers"),
        ({"problem": "p", "extra": NESTED}, "nested too deeply"),
        (
            {"problem": "p", "current": {"of": "a"}, "desired": {"of": "b", "value": 1}},
            "not of the same thing",
        ),
        (
            {"problem": "p", "data": "none", "measurements": [{"of": "a"}]},
            "measurements are given",
        ),
    ],
)
def test_answers_that_make_no_diagnosis_are_refused_with_their_path(
    answers: dict[str, Any], fault: str
):
    with pytest.raises(InvalidRecord) as error:
        diagnosis_of(answers)
    assert fault in str(error.value)


@given(diagnosis=diagnoses())
@SLOW
def test_the_answers_of_any_diagnosis_make_it_again(diagnosis: Diagnosis):
    assert diagnosis_of(answers_of(diagnosis)) == diagnosis


def test_answers_are_read_from_toml_and_json(tmp_path: Path):
    toml = tmp_path / "a.toml"
    toml.write_text('problem = "p"\ndate = 2024-05-01\n[[causes]]\nlabel = "no time"\n')
    found = diagnosis_of(read_answers(toml))
    assert (found.date, found.causes[0].label) == ("2024-05-01", "no time")
    record = tmp_path / "a.json"
    record.write_text(json.dumps({"implsci": 1, "type": "diagnosis", "id": "d", "problem": "p"}))
    assert diagnosis_of(read_answers(record)).id == "d"


@pytest.mark.parametrize(
    ("name", "text", "error", "reason"),
    [
        ("a.txt", "", UnreadableFileError, "ends in .toml or .json"),
        ("a.toml", "problem", CorruptDocument, "cannot be read as toml"),
        ("a.json", "[1]", CorruptDocument, "expected an object"),
        ("a.json", '{"problem": "a", "problem": "b"}', CorruptDocument, "stands twice"),
        ("a.json", '{"problem": NaN}', CorruptDocument, "NaN is no number"),
        ("a.json", "[" * 100_000, CorruptDocument, "cannot be read as json"),
    ],
)
def test_a_file_of_answers_that_cannot_be_read_is_named(
    name: str, text: str, error: type[Exception], reason: str, tmp_path: Path
):
    (tmp_path / name).write_text(text)
    with pytest.raises(error) as caught:
        read_answers(tmp_path / name)
    assert reason in str(caught.value)
    assert name in str(caught.value)


# The interview.


class Script:
    """Answers an interview line by line; the end of the lines ends it."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.told: list[str] = []
        self.prompts: list[str] = []

    def ask(self, question: Question, prompt: str) -> str:
        del question
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def tell(self, text: str) -> None:
        self.told.append(text)


def _lines(answers: dict[str, Any]) -> Iterator[str]:
    """Yield what a person says who gives these answers; an independent account of the order."""
    for question in QUESTIONS:
        held = answers.get(question.field)
        asked = [part for part in question.parts if not part.hidden]
        if question.kind == "table":
            for row in held or []:
                yield from (_line(part, row.get(part.field)) for part in asked)
            yield ""
        elif question.kind == "record":
            shared = question.field == "desired" and "current" in answers
            if held is None and not shared:
                yield ""
            else:
                yield from (_line(part, (held or {}).get(part.field)) for part in asked)
        else:
            yield _line(question, held)


def _line(question: Question, answer: object) -> str:
    return "" if answer is None else show_answer(question, answer)


def _asked(answers: dict[str, Any]) -> dict[str, Any]:
    """Return answers without what an interview does not ask."""

    def inner(question: Question, row: dict[str, Any]) -> dict[str, Any]:
        names = {part.field for part in question.parts if not part.hidden}
        return {key: value for key, value in row.items() if key in names}

    kept: dict[str, Any] = {}
    for field, value in answers.items():
        if field not in BY_FIELD:
            continue
        question = BY_FIELD[field]
        kept[field] = value
        if question.kind == "table":
            kept[field] = [inner(question, row) for row in value]
        elif question.kind == "record":
            kept[field] = inner(question, value)
    return kept


@given(diagnosis=diagnoses())
@SLOW
def test_interview_and_form_make_the_same_record_of_the_same_answers(
    diagnosis: Diagnosis, tmp_path: Path
):
    answers = _asked(answers_of(diagnosis))
    expected = diagnosis_of(answers)
    script = Script(list(_lines(answers)))
    assert diagnosis_of(interview(script, registry=None)) == expected
    assert script.lines == []
    write_diagnosis_form(tmp_path / "f.xlsx", expected)
    assert read_diagnosis_form(tmp_path / "f.xlsx") == expected


def test_every_question_but_the_first_can_be_left_open():
    script = Script(["", "?", "late", *[""] * 30])
    answers = interview(script)
    assert answers == {"problem": "late"}
    assert "This one cannot be left open; every other can." in script.told
    assert BY_FIELD["problem"].help in script.told


def test_terms_are_suggested_chosen_by_number_and_looked_for_in_other_words():
    lines = ["late", "", "", "leaders do not care"]
    script = Script([*lines, "leadership", "2 1", "", "", "", *[""] * 20])
    answers = interview(script)
    listed = [text for text in script.told if text.startswith("  ")]
    chosen = answers["causes"][0]["codes"]  # type: ignore[index, call-overload]
    again = [text.rpartition("[")[2].rstrip("]") for text in listed[-5:]]
    assert chosen == [again[1], again[0]]


def test_a_number_that_was_not_offered_is_no_term():
    script = Script(["late", "", "", "no time", "99", "cfir-2009:cst", "-", *[""] * 20])
    answers = interview(script)
    assert answers["causes"] == [{"label": "no time"}]
    assert any("unknown code 'cfir-2009:cst'" in text for text in script.told)


def test_without_taxonomies_the_words_stand_alone(tmp_path: Path):
    bare = Registry(plugins=["eric"])
    script = Script([*list(_lines(ANSWERS))[:4], "", "", "", "", *[""] * 30])
    found = diagnosis_of(interview(script, registry=bare))
    assert [cause.codes for cause in found.causes] == [()]
    write_diagnosis_form(tmp_path / "f.xlsx", found, registry=bare)
    assert read_diagnosis_form(tmp_path / "f.xlsx", registry=bare) == found


def test_an_answer_that_breaks_a_rule_is_asked_again_with_the_reason():
    rate = ["screened", "proportion", "400", "160", "", ""]
    script = Script(["late", "", "", "", *rate, "", "", "160", "400", *[""] * 30])
    found = diagnosis_of(interview(script))
    assert "n: expected at most the base, 160, got 400" in script.told
    assert found.current is not None
    assert found.current.value == 0.4
    assert any("[0.4, from 160 of 400]" in prompt for prompt in script.prompts)


def test_the_gap_is_read_back():
    script = Script(list(_lines(ANSWERS)))
    interview(script)
    assert "The gap between what is wanted and what is: 0.5 (proportion)." in script.told


def test_one_can_go_back_and_strike_out():
    script = Script(["late", "wrong", "<", "-", "nurses", *[""] * 20])
    assert interview(script) == {"problem": "late", "business_as_usual": "nurses"}


def test_data_said_to_be_missing_beside_numbers_is_asked_again():
    numbers = ["visits", "", "percent", "10", "40", "", "", ""]
    script = Script(["late", "", "", "", "", "", *numbers, "none", "some", *[""] * 20])
    answers = interview(script)
    assert answers["data"] == "some"
    assert "data: says that there are none, and measurements are given" in script.told


def test_an_interview_broken_off_goes_on_where_it_was():
    kept: list[dict[str, object]] = []
    lines = list(_lines(ANSWERS))
    with pytest.raises(EOFError):
        interview(Script(lines[:9]), keep=kept.append)
    assert list(kept[-1]) == ["problem", "population", "business_as_usual", "causes"]
    rest = Script(lines[7:])
    assert diagnosis_of(interview(rest, kept[-1])) == diagnosis_of(ANSWERS)
    assert not any("What is the problem" in prompt for prompt in rest.prompts)


# The form.


@given(diagnosis=diagnoses())
@SLOW
def test_any_diagnosis_comes_back_from_its_form(diagnosis: Diagnosis, tmp_path: Path):
    ledger = Ledger()
    write_diagnosis_form(tmp_path / "f.xlsx", diagnosis)
    assert read_diagnosis_form(tmp_path / "f.xlsx", ledger=ledger) == diagnosis
    assert ledger.left_out == ()


def test_a_formula_among_the_answers_stays_text_and_comes_back(tmp_path: Path):
    found = evolve(diagnosis_of(ANSWERS), population='=HYPERLINK("http://x")')
    write_diagnosis_form(tmp_path / "f.xlsx", found)
    page = openpyxl.load_workbook(tmp_path / "f.xlsx")["Diagnosis"]
    assert page["C5"].data_type == "s"
    assert page["C5"].value == """'=HYPERLINK("http://x")"""
    assert read_diagnosis_form(tmp_path / "f.xlsx") == found


def test_more_terms_than_columns_and_unknown_terms_come_back(tmp_path: Path):
    codes = tuple(
        map(Code, ("cfir-2009:cost", "a:b", "cfir-2022:innovation-cost", "eric:gone", "c:d"))
    )
    found = evolve(
        diagnosis_of(ANSWERS), causes=(Barrier(id="x", label="a", codes=codes[:3] + codes[4:]),)
    )
    for causes in (found.causes, (Barrier(id="x", label="a", codes=codes),)):
        write_diagnosis_form(tmp_path / "f.xlsx", evolve(found, causes=causes))
        assert read_diagnosis_form(tmp_path / "f.xlsx").causes == causes


def test_the_form_offers_choices_and_hides_names(tmp_path: Path):
    write_diagnosis_form(tmp_path / "f.xlsx")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["Diagnosis", "Causes", "Data", "Assumptions", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    assert book["Diagnosis"].column_dimensions["A"].hidden
    assert book["Causes"].row_dimensions[1].hidden
    offered = {
        tuple(cell.value for (cell,) in book["Lists"][check.formula1.partition("!")[2]])
        for page in book.worksheets
        for check in page.data_validations.dataValidation
        if check.type == "list"
    }
    assert ("untested", "confirmed", "refuted") in offered
    assert ("none", "some", "good") in offered
    assert any("Complexity [cfir-2022:innovation-complexity]" in str(one) or
               "[cfir-2022:innovation-complexity]" in str(one) for one in offered)  # fmt: skip


def test_a_blank_form_has_no_problem_yet_and_says_so_with_its_cell(tmp_path: Path):
    write_diagnosis_form(tmp_path / "f.xlsx")
    with pytest.raises(InvalidTableError) as error:
        read_diagnosis_form(tmp_path / "f.xlsx")
    assert [fault.path for fault in error.value.faults if "the problem" in fault.message] == [
        "sheet 'Diagnosis', C4"
    ]


def _edited(path: Path, change: Any) -> Path:
    write_diagnosis_form(path, diagnosis_of(ANSWERS))
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def _cell_of(book: Any, name: str) -> Any:
    page = book["Diagnosis"]
    return next(page.cell(row[0].row, 3) for row in page.iter_rows() if row[0].value == name)


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("current.n", "many", "expected a whole number, such as 120, got 'many'"),
        ("current.n", 401, "expected at most the base, 400, got 401"),
        ("desired.value", 9, "expected 0 to 1, got 9"),
        ("data", "lots", "expected one of none, some, good, got 'lots'"),
        ("date", "2024-13", "expected YYYY, YYYY-MM or YYYY-MM-DD"),
        ("current.base", "=1+1", "a formula without a stored value"),
        ("current.base", "#DIV/0!", "expected a value, got the error #DIV/0!"),
        ("id", "two words", "without spaces"),
    ],
)
def test_a_wrong_cell_is_named_with_what_was_expected(
    field: str, value: object, expected: str, tmp_path: Path
):
    places = []

    def change(book: Any) -> None:
        cell = _cell_of(book, field)
        cell.value = value
        cell.number_format = "General"
        if isinstance(value, str) and value.startswith("#"):
            cell.data_type = "e"
        places.append(f"sheet 'Diagnosis', {cell.coordinate}")

    with pytest.raises(InvalidTableError) as error:
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))
    (fault,) = error.value.faults
    assert fault.path == places[0]
    assert expected in fault.message


def test_a_wrong_cell_of_a_table_is_named_too(tmp_path: Path):
    def change(book: Any) -> None:
        book["Causes"]["B5"] = "cfir-2009:cst"
        book["Assumptions"]["B4"] = "refuted"
        book["Assumptions"]["B4"].data_type = "s"

    with pytest.raises(InvalidTableError) as error:
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))
    (fault,) = error.value.faults
    assert fault.path == "sheet 'Causes', B5"
    with pytest.raises(InvalidTableError) as error:
        read_diagnosis_form(
            _edited(
                tmp_path / "f.xlsx",
                lambda book: book["Assumptions"].cell(4, 2).__setattr__("value", "refuted"),
            )
        )
    (fault,) = error.value.faults
    assert fault.path == "sheet 'Assumptions', C4"
    assert "expected what says so" in fault.message


def test_rows_without_their_first_cell_are_named(tmp_path: Path):
    def change(book: Any) -> None:
        book["Causes"]["F9"] = "the nurses"

    with pytest.raises(InvalidTableError) as error:
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))
    assert error.value.faults[0].path == "sheet 'Causes', A9"


def test_merged_cells_count_once_and_what_stands_beside_the_form_is_told(tmp_path: Path):
    def change(book: Any) -> None:
        book["Diagnosis"].merge_cells("C5:C6")
        book["Diagnosis"]["F4"] = "call Ann"
        book["Diagnosis"]["C90"] = "an answer to nothing"
        book["Causes"]["K4"] = "beside"
        book["Causes"]["A50"] = "a row further down"
        book.create_sheet("Mine")["A1"] = "x"

    ledger = Ledger()
    found = read_diagnosis_form(_edited(tmp_path / "f.xlsx", change), ledger=ledger)
    assert found.population == ANSWERS["population"]
    assert found.business_as_usual is None
    assert [cause.label for cause in found.causes][-1] == "a row further down"
    account = ledger.summary()
    for text in ("F4: call Ann", "C90: an answer to nothing", "K4: beside", "sheet 'Mine'"):
        assert text in account


def test_a_row_that_was_emptied_is_gone_and_its_hidden_name_with_it(tmp_path: Path):
    def change(book: Any) -> None:
        for column in "ABCDEF":
            book["Causes"][f"{column}4"] = None

    found = read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))
    assert [(cause.id, cause.label) for cause in found.causes] == [
        ("c2", "families do not trust the clinic")
    ]


def test_a_row_copied_with_its_hidden_name_is_named(tmp_path: Path):
    def change(book: Any) -> None:
        for column in range(1, 9):
            book["Causes"].cell(6, column).value = book["Causes"].cell(4, column).value

    with pytest.raises(InvalidTableError, match=r"sheet 'Causes', G6: name: 'c1' stands twice"):
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda book: book["Diagnosis"].__setattr__("title", "Other"), "no sheet 'Diagnosis'"),
        (lambda book: book["Diagnosis"].delete_cols(1), "holds no names of questions"),
        (lambda book: book["Causes"].delete_rows(1), "holds no names of columns"),
    ],
)
def test_a_workbook_that_is_no_such_form_says_so(change: Any, said: str, tmp_path: Path):
    with pytest.raises(InvalidTableError, match=said):
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))


def test_hidden_json_that_is_none_is_named(tmp_path: Path):
    def change(book: Any) -> None:
        book["Causes"]["H4"] = "{" * 5000

    with pytest.raises(InvalidTableError, match=r"sheet 'Causes', H4: hidden, and no JSON"):
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))


def test_a_second_answer_to_one_question_is_named(tmp_path: Path):
    def change(book: Any) -> None:
        book["Diagnosis"]["A60"], book["Diagnosis"]["C60"] = "population", "others"

    with pytest.raises(InvalidTableError, match=r"C60: a second answer to 'population'"):
        read_diagnosis_form(_edited(tmp_path / "f.xlsx", change))


def test_what_is_no_workbook_or_too_long_for_one_is_refused(tmp_path: Path):
    (tmp_path / "f.xlsx").write_text("a,b\n1,2\n")
    with pytest.raises(InvalidTableError, match="no sheet"):
        read_diagnosis_form(tmp_path / "f.xlsx")
    with pytest.raises(UnreadableFileError):
        read_diagnosis_form(tmp_path / "gone.xlsx")
    with pytest.raises(UnknownNameError):
        write_diagnosis_form(tmp_path / "g.xlsx", taxonomies=["cfri"])
    with pytest.raises(FormatError, match="a cell holds 32,767"):
        write_diagnosis_form(tmp_path / "g.xlsx", Diagnosis(id="d", problem="p" * 40_000))
    assert not (tmp_path / "g.xlsx").exists()


# What is missing, and what clashes.


def test_what_is_not_known_is_listed_and_what_is_needed_first_is_marked():
    bare = Diagnosis(id="d", problem="late")
    assert [(one.field, one.needed) for one in undiagnosed(bare)] == [
        ("population", True),
        ("business_as_usual", True),
        ("causes", True),
        ("current", False),
        ("desired", False),
        ("data", True),
    ]
    found = undiagnosed(diagnosis_of(ANSWERS))
    assert [one.field for one in found] == ["causes[1].codes", "assumptions[0].status"]
    assert not any(one.needed for one in found)
    assert found[0].to_dict()["needed"] is False


def test_data_without_groups_leave_open_who_is_reached_least():
    rows: list[dict[str, object]] = [{"of": "screened", "value": 3}]
    found = diagnosis_of({**ANSWERS, "measurements": rows})
    assert "measurements" in [one.field for one in undiagnosed(found)]
    rows.append({"of": "screened", "value": 2, "stratum": "equity:gender"})
    found = diagnosis_of({**ANSWERS, "measurements": rows})
    assert "measurements" not in [one.field for one in undiagnosed(found)]


def _kinds(**changes: Any) -> list[tuple[str, str]]:
    found = evolve(diagnosis_of(ANSWERS), **changes)
    return [(note.kind, note.severity) for note in check(found)]


def test_a_sound_diagnosis_has_no_notes():
    assert _kinds() == []


def _rate(value: float, **more: Any) -> Measurement:
    return Measurement(of="screened", value=value, unit="proportion", **{"base": 400, **more})


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"current": _rate(0.95)}, "no_gap"),
        ({"current": _rate(0.9)}, "no_gap"),
        ({"current": _rate(0.6, n=160)}, "arithmetic"),
        ({"data": "none"}, "data"),
        (
            {
                "assumptions": (
                    Assumption(
                        statement="Families do not TRUST the clinic",
                        status="refuted",
                        because="interviews",
                    ),
                )
            },
            "refuted_cause",
        ),
    ],
)
def test_what_contradicts_itself_is_a_warning(changes: dict[str, Any], kind: str):
    assert _kinds(**changes) == [(kind, "warning")]


def test_a_refuted_assumption_is_found_among_the_causes_whatever_its_spelling():
    cause = Barrier(id="a", label="It is TOO far.")
    refuted = Assumption(statement="it is too far", status="refuted", because="a map")
    assert _kinds(causes=(cause,), assumptions=(refuted,)) == [("refuted_cause", "warning")]


def test_what_is_odd_is_told_after_the_warnings():
    twice = (Barrier(id="a", label="no time"), Barrier(id="b", label="No time."))
    assert _kinds(causes=twice, current=_rate(0.9)) == [
        ("no_gap", "warning"), ("same_cause", "info"),
    ]  # fmt: skip
    assert _kinds(current=None, desired=None, data="good") == [("data", "info")]
    assert _kinds(current=_rate(0.4, n=161)) == []  # 0.4025, rounded
    assert _kinds(current=_rate(0.403, n=161)) == []
    assert _kinds(current=_rate(0.401, n=161)) == [("arithmetic", "warning")]


def test_solutions_in_search_of_a_problem_are_found():
    found = diagnosis_of(ANSWERS)
    fitting = Strategy(id="s1", label="call families", addresses=("c1",))
    loose = Strategy(id="s2", label="an app")
    practice = Innovation(name="Screening kit")
    notes = check(found, strategies=(fitting, loose), innovation=practice)
    assert [note.message for note in notes] == ["“an app” addresses no cause of this problem"]
    assert notes[0].to_dict()["kind"] == "solution_first"
    notes = check(evolve(found, desired=None), innovation=practice)
    assert [note.kind for note in notes] == ["solution_first"]
    answered = evolve(practice, gap="late screening")
    assert check(evolve(found, desired=None), innovation=answered) == ()


# Descriptive data.


def test_a_table_of_numbers_becomes_measurements(tmp_path: Path):
    table = tmp_path / "reach.csv"
    table.write_text(
        "Of;unit;n;base;value;stratum;time\n"
        "screened;proportion;30;120;;equity:place-of-residence;2024\n"
        "\n"
        "waiting time;days;;;12,5;;\n",
        encoding="utf-8-sig",
    )
    assert measure(table) == (
        Measurement(
            of="screened", unit="proportion", n=30, base=120, value=0.25,
            stratum=Code("equity:place-of-residence"), time="2024",
        ),
        Measurement(of="waiting time", unit="days", value=12.5),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: no column 'of'"),
        ("value\n1\n", "line 1: no column 'of'"),
        ("of,vlue\na,1\n", "line 1: unknown column 'vlue'"),
        ("of,n,n\na,1,1\n", "line 1: the column 'n' stands twice"),
        ("of,n\na,1\nb,x\n", "line 3, column 'n': expected a whole number"),
        ('of,n\n"a\nb",1\nc,x\n', "line 4, column 'n': expected a whole number"),
        ("of,n\na,1,7\n", "line 2: a cell without a header: '7'"),
        ("of,n\n,1\n", "line 2, column 'of'"),
        ("of,unit,value\na,proportion,0.4\n", "line 2, column 'base': a proportion needs its base"),
        ("of,n,base\na,5,4\n", "line 2, column 'n': expected at most the base"),
        ("of,stratum\na,equity:gendr\n", "line 2, column 'stratum': unknown code"),
        ('of,n\n"a\n,1\n', "line 2: not CSV"),
    ],
)
def test_a_wrong_cell_of_a_table_is_named_with_its_line(text: str, said: str, tmp_path: Path):
    table = tmp_path / "reach.csv"
    table.write_text(text)
    with pytest.raises(InvalidTableError) as error:
        measure(table)
    assert said in str(error.value)


def test_a_table_that_is_no_text_or_too_large_is_refused(tmp_path: Path):
    table = tmp_path / "reach.csv"
    table.write_bytes(b"of\n\xff\n")
    with pytest.raises(InvalidTableError, match="line 2: not UTF-8"):
        measure(table)
    with pytest.raises(InvalidTableError, match="expected at most 3 bytes"):
        measure(table, max_bytes=3)
    with pytest.raises(UnreadableFileError):
        measure(tmp_path / "gone.csv")
