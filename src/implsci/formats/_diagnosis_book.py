"""The workbook of a diagnosis form: its sheets, drop-downs and hidden names, made of the questions."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from implsci.diagnosing import QUESTIONS, Answers, Question, read_answer, show_answer
from implsci.errors import ImplsciError, InvalidQueryError, MissingExtraError
from implsci.formats.compendium._form.rows import Value, cell
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy

__all__ = [
    "ANSWERS",
    "FIRST_ROW",
    "LISTS",
    "MAIN",
    "MORE",
    "NAMES",
    "TABLES",
    "columns_of",
    "diagnosis_book",
    "fields_of",
]

MAIN: Final = "Diagnosis"
"""The sheet of the questions that have one answer."""

LISTS: Final = "Lists"
"""The hidden sheet of what the drop-downs offer."""

MORE: Final = "more"
"""The hidden name of the cell that carries, as JSON, what the form does not ask."""

NAMES: Final = 1
"""The hidden column of the main sheet, and the hidden row of the others, that names fields."""

ANSWERS: Final = 3
"""The column of the main sheet that is filled in."""

FIRST_ROW: Final = 4
"""The first row of every sheet that is filled in."""

TABLES: Final[Mapping[str, Question]] = {one.title: one for one in QUESTIONS if one.kind == "table"}
"""The question that each further sheet asks, by the sheet's title."""

_ROWS: Final = 200  # that have drop-downs, at least
_CODES: Final = 3  # columns for the terms of a cause
_LONGEST: Final = 32_767
_WIDTHS: Final = {"text": 40, "codes": 34, "code": 30, "choice": 20, "whole": 18, "number": 22}
_FRAMED: Final = 25  # rows that are drawn as to be filled in
_ROOMY: Final = ("problem", "population", "business_as_usual", "data_note", "note")


def fields_of() -> Iterator[tuple[str, Question]]:
    """Yield what the main sheet asks, each with its field, such as ``current.of``."""
    for question in QUESTIONS:
        if question.kind == "record":
            for part in question.parts:
                yield f"{question.field}.{part.field}", part
        elif question.kind != "table":
            yield question.field, question


def columns_of(table: Question) -> list[Question]:
    """Return the columns of a further sheet; terms have several."""
    return [part for part in table.parts for _ in range(_CODES if part.kind == "codes" else 1)]


def diagnosis_book(answers: Answers, taxonomies: Sequence[Taxonomy], registry: Registry) -> bytes:
    """Return a form, filled with answers, as the bytes of a workbook.

    Raises:
        MissingExtraError: openpyxl is not installed.
        ValueError: an answer is longer than a cell holds.
    """
    return _Book(answers, taxonomies, registry).packed()


class _Book:
    def __init__(
        self, answers: Answers, taxonomies: Sequence[Taxonomy], registry: Registry
    ) -> None:
        try:
            openpyxl: Any = importlib.import_module("openpyxl")
        except ImportError as error:
            raise MissingExtraError("writing a diagnosis form (.xlsx)", "formats") from error
        self._styles: Any = importlib.import_module("openpyxl.styles")
        self._validation: Any = importlib.import_module("openpyxl.worksheet.datavalidation")
        self._letter: Any = importlib.import_module("openpyxl.utils").get_column_letter
        self._answers = answers
        self._registry = registry
        self._terms = {
            kind: [
                f"{' '.join(term.label.split())} [{term.code}]"
                for taxonomy in taxonomies
                for term in taxonomy
                if term.kind == kind
            ]
            for kind in ("barrier", "stratum")
        }
        self._lists: dict[tuple[str, ...], str] = {}
        self._book = openpyxl.Workbook()
        self._top = self._styles.Alignment(wrap_text=True, vertical="top")
        self._left = self._styles.Alignment(wrap_text=True, vertical="top", horizontal="left")
        self._head = self._styles.PatternFill("solid", fgColor="1F4E5F")
        self._band = self._styles.PatternFill("solid", fgColor="D7E4E8")
        self._open = self._styles.PatternFill("solid", fgColor="FFFBE6")
        side = self._styles.Side(style="thin", color="B7B7B7")
        self._frame = self._styles.Border(left=side, right=side, top=side, bottom=side)

    def packed(self) -> bytes:
        page = self._book.active
        page.title = MAIN
        tables = [(question, self._book.create_sheet(title)) for title, question in TABLES.items()]
        self._list_page = self._book.create_sheet(LISTS)
        self._list_page.sheet_state = "hidden"
        self._main(page)
        for question, sheet in tables:
            self._table(sheet, question)
        target = io.BytesIO()
        self._book.save(target)
        return target.getvalue()

    # The sheet of single answers

    def _main(self, page: Any) -> None:
        page.sheet_view.showGridLines = False
        for letter, width in (("A", 8), ("B", 40), ("C", 52), ("D", 62)):
            page.column_dimensions[letter].width = width
        page.column_dimensions["A"].hidden = True
        self._put(page, 1, 2, "Diagnosis: what is wrong, for whom and why")
        page.cell(1, 2).font = self._font(bold=True, size=16)
        page.cell(1, 2).alignment = self._styles.Alignment(vertical="center")
        page.row_dimensions[1].height = 28
        self._put(page, 2, 2, _GUIDE)
        page.merge_cells("B2:D2")
        page.row_dimensions[2].height = 48
        for column, title in enumerate(("field", "question", "answer", "what helps"), 1):
            self._heading(page, 3, column, title)
        page.freeze_panes = "A4"
        page.print_title_rows = "3:3"
        self._paper(page)
        row = FIRST_ROW
        for question in QUESTIONS:
            if question.kind in ("record", "table"):
                self._section(page, row, question)
                row += 1
            if question.kind == "table":
                continue
            parts = question.parts if question.kind == "record" else (question,)
            held = self._answers if question.kind != "record" else _record(self._answers, question)
            for part in parts:
                name = part.field if part is question else f"{question.field}.{part.field}"
                self._question(page, row, name, part, held.get(part.field))
                row += 1
        if rest := self._rest():
            self._put(page, row, NAMES, MORE)
            self._put(page, row, ANSWERS, _packed(rest))
            page.row_dimensions[row].hidden = True

    def _section(self, page: Any, row: int, question: Question) -> None:
        where = f"{question.title}: on the sheet of that name"
        self._put(page, row, 2, where if question.kind == "table" else question.title)
        self._put(page, row, 4, question.help)
        for column in (2, 3, 4):
            page.cell(row, column).fill = self._band
        page.cell(row, 2).font = self._font(bold=True)
        page.row_dimensions[row].height = _height([(question.help, 62)])

    def _question(self, page: Any, row: int, name: str, question: Question, answer: object) -> None:
        self._put(page, row, NAMES, name)
        self._put(page, row, 2, question.prompt)
        self._put(page, row, 4, question.help)
        shown = self._cell(question, answer)
        self._put(page, row, ANSWERS, shown)
        target = page.cell(row, ANSWERS)
        target.fill, target.border = self._open, self._frame
        target.alignment = self._left
        if question.kind not in ("whole", "number"):
            target.number_format = "@"
        self._drop_down(page, target.coordinate, question)
        texts = [(question.prompt, 40), (str(shown or ""), 52), (question.help, 62)]
        page.row_dimensions[row].height = max(_height(texts), 48.0 if name in _ROOMY else 15.0)

    def _rest(self) -> Answers:
        """Return what the main sheet does not ask."""
        asked = {question.field: question for question in QUESTIONS}
        rest: Answers = {}
        for name, value in self._answers.items():
            if name not in asked:
                rest[name] = value
            elif asked[name].kind == "record":
                parts = {part.field for part in asked[name].parts}
                held = _record(self._answers, asked[name])
                if more := {key: held[key] for key in held if key not in parts}:
                    rest[name] = more
        return rest

    # Sheets of one row a thing

    def _table(self, page: Any, question: Question) -> None:
        columns = columns_of(question)
        held = self._answers.get(question.field, [])
        rows = [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []
        last = FIRST_ROW + max(_ROWS, 2 * len(rows))
        for index, (title, part) in enumerate(_titles(columns), 1):
            letter = self._letter(index)
            self._put(page, NAMES, index, part.field)
            self._heading(page, 2, index, title)
            self._put(page, 3, index, part.help)
            page.cell(3, index).font = self._font(italic=True, color="5A5A66")
            page.column_dimensions[letter].width = _WIDTHS.get(part.kind, 18)
            page.column_dimensions[letter].hidden = part.hidden
            page.column_dimensions[letter].alignment = self._top
            if part.kind not in ("whole", "number"):
                page.column_dimensions[letter].number_format = "@"
            self._drop_down(page, f"{letter}{FIRST_ROW}:{letter}{last}", part)
            for row in range(FIRST_ROW, FIRST_ROW + max(_FRAMED, len(rows))):
                target = page.cell(row, index)
                target.fill, target.border, target.alignment = self._open, self._frame, self._left
                if part.kind not in ("whole", "number"):
                    target.number_format = "@"
        more = len(columns) + 1
        self._put(page, NAMES, more, MORE)
        page.column_dimensions[self._letter(more)].hidden = True
        page.row_dimensions[NAMES].hidden = True
        page.row_dimensions[3].height = _height(
            [(part.help, _WIDTHS.get(part.kind, 18)) for part in columns if not part.hidden]
        )
        page.freeze_panes = f"B{FIRST_ROW}"
        page.print_title_rows = "2:2"
        self._paper(page)
        for number, held_row in enumerate(rows, FIRST_ROW):
            self._row(page, number, columns, held_row)

    def _row(
        self, page: Any, number: int, columns: Sequence[Question], row: Mapping[str, object]
    ) -> None:
        index = 1
        sizes: list[tuple[str, float]] = []
        for part in dict.fromkeys(columns):
            width = columns.count(part)
            values = self._cells(part, row.get(part.field), width)
            for offset, value in enumerate(values):
                self._put(page, number, index + offset, value)
                sizes.append((str(value or ""), _WIDTHS.get(part.kind, 18)))
            index += width
        asked = {part.field for part in columns}
        if rest := {key: row[key] for key in row if key not in asked}:
            self._put(page, number, index, _packed(rest))
        page.row_dimensions[number].height = _height(sizes)

    # Cells

    def _cells(self, question: Question, answer: object, width: int) -> list[Value]:
        """Return the cells of an answer; several terms are spread over as many columns."""
        if width == 1 or not isinstance(answer, list) or not answer:
            return [self._cell(question, answer)]
        shown = [self._code(question, code) for code in answer]
        if None in shown or len(set(answer)) < len(answer):
            return [self._cell(question, answer)]
        texts = [text for text in shown if text is not None]
        ends = "; ".join(texts[width - 1 :])
        return [cell(text) for text in (*texts[: width - 1], *filter(None, [ends]))]

    def _cell(self, question: Question, answer: object) -> Value:
        if answer is None:
            return None
        if question.kind in ("whole", "number") and isinstance(answer, (int, float)):
            return cell(answer)
        if question.kind == "code" and (shown := self._code(question, answer)):
            return cell(shown)
        return cell(show_answer(question, answer, self._registry))

    def _code(self, question: Question, code: object) -> str | None:
        """Return a term as the drop-down has it, or its bare code; None where neither is read back."""
        expected = [code] if question.kind == "codes" else code
        text = str(code)
        try:
            term = self._registry.term(text)
            candidates = (f"{' '.join(term.label.split())} [{text}]", text)
        except ImplsciError:
            candidates = (text, text)
        for candidate in candidates:
            try:
                if read_answer(question, candidate, self._registry) == expected:
                    return candidate
            except InvalidQueryError:
                continue
        return None

    def _drop_down(self, page: Any, cells: str, question: Question) -> None:
        offered = tuple(self._terms[question.terms] if question.terms else question.choices)
        check = self._validation.DataValidation(
            type="list" if offered else None,
            formula1=self._listed(offered) if offered else None,
            allow_blank=True,
            showErrorMessage=bool(offered),
            errorStyle="warning" if question.terms or question.open else "stop",
            errorTitle="Not in the list",
            error=(
                "It is not in the list. Keep it if it is meant so: it will be read as it stands."
                if question.terms or question.open
                else "Please choose from the list."
            ),
            showInputMessage=True,
            promptTitle=question.title[:32],
            prompt=question.help[:255],
        )
        check.add(cells)
        page.add_data_validation(check)

    def _listed(self, values: tuple[str, ...]) -> str:
        """Put a list on the sheet of lists, once, and return where it stands."""
        if values not in self._lists:
            column = len(self._lists) + 1
            for row, value in enumerate(values, 1):
                self._put(self._list_page, row, column, cell(value))
            letter = self._letter(column)
            self._lists[values] = f"{LISTS}!${letter}$1:${letter}${len(values)}"
        return self._lists[values]

    def _heading(self, page: Any, row: int, column: int, title: str) -> None:
        self._put(page, row, column, title)
        target = page.cell(row, column)
        target.fill = self._head
        target.font = self._font(bold=True, color="FFFFFF")

    def _put(self, page: Any, row: int, column: int, value: Value) -> None:
        if isinstance(value, str) and len(value) > _LONGEST:
            raise ValueError(f"an answer of {len(value):,} characters; a cell holds {_LONGEST:,}")
        target = page.cell(row, column)
        target.value = value
        if not target.has_style:
            target.alignment = self._top
        if isinstance(value, str):
            target.data_type = "s"  # "=1" and "#N/A" too are what they read as
            target.number_format = "@"

    def _font(self, **how: Any) -> Any:
        return self._styles.Font(name="Calibri", **how)

    def _paper(self, page: Any) -> None:
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr.fitToPage = True


def _record(answers: Answers, question: Question) -> Answers:
    held = answers.get(question.field)
    return held if isinstance(held, dict) else {}


def _packed(rest: Answers) -> str:
    return json.dumps(rest, sort_keys=True)


def _titles(columns: Sequence[Question]) -> Iterator[tuple[str, Question]]:
    for index, part in enumerate(columns):
        number = columns[: index + 1].count(part)
        yield f"{part.title} {number}" if columns.count(part) > 1 else part.title, part


def _height(texts: Sequence[tuple[str, float]]) -> float:
    """Return how high a row is that shows texts in columns of some widths, up to ten lines."""
    lines = [
        sum(1 + int(len(line) * 1.1 / width) for line in text.splitlines()) for text, width in texts
    ]
    return 15.0 * min(max(lines, default=1) or 1, 10)


_GUIDE: Final = (
    "Fill in the yellow cells, and one row a thing on the sheets Causes, Data and Assumptions. Leave "
    "open what is not known: empty means unknown, never no and never zero. Read it back with: "
    "implsci diagnose --from FORM.xlsx --out diagnosis.json"
)
