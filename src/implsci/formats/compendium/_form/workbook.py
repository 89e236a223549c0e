"""The workbook of a form: sheets with drop-downs, a codebook and the terms; the same bytes each time."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any, Final

from implsci.codes import split
from implsci.errors import MissingExtraError
from implsci.formats.compendium._form.rows import EXTRA, Rows, Value, cell
from implsci.formats.compendium._form.sheets import (
    CODEBOOK,
    CODINGS,
    LISTS,
    README,
    SHEETS,
    STUDIES,
    TERMS,
    Column,
    Sheet,
)
from implsci.formats.compendium._form.terms import picks_of
from implsci.taxonomy import Taxonomy

__all__ = ["VERSION", "workbook"]

VERSION: Final = 1
"""The version of the form."""

_ROWS: Final = 2_000  # that have drop-downs, at least
_MOST: Final = 1 << 20
_STAMP: Final = (1980, 1, 1, 0, 0, 0)  # the earliest a zip archive knows
_TIMES: Final = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")


def workbook(
    rows: Rows, taxonomies: Sequence[Taxonomy], coders: Sequence[str], release: str
) -> bytes:
    """Return a form as the bytes of a workbook.

    Raises:
        MissingExtraError: openpyxl is not installed.
        ValueError: there are more rows than a sheet has.
    """
    return _Book(rows, taxonomies, coders, release).packed()


class _Book:
    def __init__(
        self, rows: Rows, taxonomies: Sequence[Taxonomy], coders: Sequence[str], release: str
    ) -> None:
        try:
            self._openpyxl: Any = importlib.import_module("openpyxl")
        except ImportError as error:
            raise MissingExtraError("writing an extraction form (.xlsx)", "formats") from error
        self._styles: Any = importlib.import_module("openpyxl.styles")
        self._validation: Any = importlib.import_module("openpyxl.worksheet.datavalidation")
        self._defined: Any = importlib.import_module("openpyxl.workbook.defined_name")
        self._letter: Any = importlib.import_module("openpyxl.utils").get_column_letter
        self._rows = rows
        self._taxonomies = taxonomies
        self._picks = picks_of(taxonomies)
        self._coders = coders
        self._release = release
        self._lists: dict[str, int] = {}
        self._book = self._openpyxl.Workbook()
        self._head = self._styles.Font(bold=True, color="FFFFFF")
        self._fills = {
            "id": self._styles.PatternFill("solid", fgColor="1F4E5F"),
            "codes": self._styles.PatternFill("solid", fgColor="7A4B12"),
            "record": self._styles.PatternFill("solid", fgColor="3B6E7C"),
            "coding": self._styles.PatternFill("solid", fgColor="5A5A66"),
        }
        self._ready: dict[bool, Any] = {}
        self._top = self._styles.Alignment(wrap_text=True, vertical="top")

    def packed(self) -> bytes:
        """Return the workbook's bytes; nothing in them tells when it was made."""
        self._read_me()
        pages = [sheet for sheet in SHEETS if not sheet.spare or self._rows.rows[sheet.title]]
        made = [(sheet, self._book.create_sheet(sheet.title)) for sheet in pages]
        codebook = self._book.create_sheet(CODEBOOK)
        terms = self._book.create_sheet(TERMS)
        self._list_page = self._book.create_sheet(LISTS)
        self._list_page.sheet_state = "hidden"
        for sheet, page in made:
            self._sheet(sheet, page)
        self._codebook(codebook, pages)
        self._terms(terms)
        target = io.BytesIO()
        self._book.save(target)
        return _undated(target.getvalue())

    # Sheets that people fill in

    def _sheet(self, sheet: Sheet, page: Any) -> None:
        columns = self._rows.columns(sheet)
        rows = self._rows.rows[sheet.title]
        last = min(max(_ROWS, 2 * len(rows)) + 1, _MOST)
        if len(rows) >= _MOST:
            raise ValueError(f"{len(rows):,} rows on the sheet {sheet.title!r}; {_MOST:,} at most")
        self._header(page, [title for title, _ in columns], [c.width for _, c in columns])
        for index, (_, column) in enumerate(columns, 1):
            page.cell(1, index).fill = self._fills[_group(column)]
            letter = self._letter(index)
            # Cells that are empty yet take their style from the column: wrapped, and text as text,
            # so that a spreadsheet makes no date of "1-2".
            dimension = page.column_dimensions[letter]
            dimension.alignment = self._top
            if column.kind not in ("whole", "number"):
                dimension.number_format = "@"
            if (name := self._list_of(sheet, column)) is not None:
                self._drop_down(page, f"{letter}2:{letter}{last}", name, column)
        for number, row in enumerate(rows, 2):
            self._write(page, number, [row.get(title) for title, _ in columns])

    def _list_of(self, sheet: Sheet, column: Column) -> str | None:
        """Return the name of the list that a column's drop-down offers, None where it has none."""
        if column.to == "studies":
            name = "list_studies"
            if name not in self._book.defined_names:
                last = max(_ROWS, 2 * len(self._rows.rows[STUDIES.title])) + 1
                ids = f"{STUDIES.title}!$A$2:$A${last}"
                # As far as the ids go: blanks in a list would let every entry pass.
                self._name(
                    name,
                    f"{STUDIES.title}!$A$2:INDEX({ids},MAX(1,COUNTA({ids})))",
                )
            return name
        if column.choices:
            field = column.field.rpartition(".")[2]
            name = f"list_{sheet.title}_{field}".lower() if not column.coding else f"list_{field}"
            return self._listed(name, [*column.choices])
        if column.kind == "flag":
            return self._listed("list_yes_no", ["true", "false"])
        if column.field == "coder" and self._coders:
            return self._listed("list_coders", list(self._coders))
        if column.terms:
            offered = [pick.shown for pick in self._picks if pick.kind in column.terms]
            return self._listed(f"list_{sheet.title}_{column.title}".lower(), offered)
        return None

    def _listed(self, name: str, values: Sequence[Value]) -> str | None:
        """Put a list on the sheet of lists, once, and return its name; None where it is empty."""
        if not values:
            return None
        if name not in self._lists:
            column = self._lists[name] = len(self._lists) + 1
            self._put(self._list_page, 1, column, name)
            for row, value in enumerate(values, 2):
                self._put(self._list_page, row, column, cell(value))
            letter = self._letter(column)
            self._name(name, f"{LISTS}!${letter}$2:${letter}${len(values) + 1}")
        return name

    def _name(self, name: str, range_: str) -> None:
        self._book.defined_names[name] = self._defined.DefinedName(name, attr_text=range_)

    def _drop_down(self, page: Any, cells: str, name: str, column: Column) -> None:
        strict = bool(column.choices) or column.kind == "flag"
        check = self._validation.DataValidation(
            type="list",
            formula1=f"={name}",
            allow_blank=True,
            showErrorMessage=True,
            errorStyle="stop" if strict else "warning",
            errorTitle="Not in the list",
            error=(
                "Please choose from the list."
                if strict
                else "It is not in the list. Keep it if it is meant so: it will be read as it stands."
            ),
            showInputMessage=True,
            promptTitle=column.title[:32],
            prompt=column.meaning[:255],
        )
        check.add(cells)
        page.add_data_validation(check)

    # Sheets that people read

    def _read_me(self) -> None:
        page = self._book.active
        page.title = README
        page.sheet_view.showGridLines = False
        page.column_dimensions["A"].width = 24
        page.column_dimensions["B"].width = 100
        for number, (head, text) in enumerate((*_GUIDE, *self._about()), 1):
            self._put(page, number, 1, head)
            self._put(page, number, 2, text)
            page.row_dimensions[number].height = _height([(text, 100)])
            page.cell(number, 1).font = self._styles.Font(bold=True, size=16 if number == 1 else 11)
            page.cell(number, 1).alignment = self._styles.Alignment(vertical="top")
            page.cell(number, 2).alignment = self._top
        page.row_dimensions[1].height = 24
        _on_wide_paper(page)

    def _about(self) -> Iterable[tuple[str, str]]:
        yield "Version", f"form {VERSION}, written by implsci {self._release}"
        for index, taxonomy in enumerate(self._taxonomies):
            parts = (taxonomy.title, taxonomy.edition and f"edition {taxonomy.edition}",
                     f"{len(taxonomy)} terms", taxonomy.citation, taxonomy.license)  # fmt: skip
            text = "; ".join(part for part in parts if part)
            yield "" if index else "Taxonomies", f"{taxonomy.scheme}: {text}"

    def _codebook(self, page: Any, sheets: Iterable[Sheet]) -> None:
        titles = ("sheet", "column", "field", "meaning", "what a cell holds", "allowed values")
        self._header(page, titles, (14, 26, 26, 70, 40, 60))
        number = 1
        for sheet in sheets:
            for title, column in self._rows.columns(sheet):
                if title.startswith(EXTRA):
                    continue
                number += 1
                values = (
                    sheet.title, title, _field(sheet, column), column.meaning,
                    _HOLDS[column.kind].format(to=column.to), self._allowed(sheet, column),
                )  # fmt: skip
                self._write(page, number, values)

    def _allowed(self, sheet: Sheet, column: Column) -> str:
        if column.choices:
            return "; ".join(str(choice) for choice in column.choices)
        if column.terms:
            schemes = dict.fromkeys(
                split(pick.code)[0]  # type: ignore[arg-type]
                for pick in self._picks
                if pick.kind in column.terms
            )
            return f"terms of {', '.join(schemes)}, or any other code" if schemes else "any code"
        if column.to == "studies":
            return f"the ids on the sheet {STUDIES.title}"
        if column.to:
            target = next(one.title for one in SHEETS if one.field == column.to)
            return f"ids of the same study on the sheet {target}"
        return (
            "the codes on the sheet Terms, or any other"
            if sheet is CODINGS and (column.kind == "codes")
            else ""
        )

    def _terms(self, page: Any) -> None:
        titles = ("code", "label", "definition", "scheme", "broader", "kind", "number", "status")
        self._header(page, titles, (40, 40, 80, 14, 40, 14, 10, 12))
        number = 1
        for taxonomy in self._taxonomies:
            for term in taxonomy:
                number += 1
                values = (
                    term.code, " ".join(term.label.split()), term.definition, taxonomy.scheme,
                    "; ".join(term.broader), term.kind, term.notation, term.status,
                )  # fmt: skip
                self._write(page, number, values)
        page.auto_filter.ref = f"A1:{self._letter(len(titles))}{number}"

    # Cells

    def _header(self, page: Any, titles: Sequence[str], widths: Sequence[int]) -> None:
        for index, (title, width) in enumerate(zip(titles, widths, strict=True), 1):
            self._put(page, 1, index, title)
            head = page.cell(1, index)
            head.font, head.fill, head.alignment = self._head, self._fills["id"], self._top
            page.column_dimensions[self._letter(index)].width = width
        page.freeze_panes = "D2" if len(titles) > 10 else "A2"
        page.row_dimensions[1].height = 32
        page.print_title_rows = "1:1"
        _on_wide_paper(page)

    def _write(self, page: Any, number: int, values: Sequence[Any]) -> None:
        sizes: list[tuple[str, float]] = []
        for index, value in enumerate(values, 1):
            if value is not None and value != "":
                self._put(page, number, index, value)
                sizes.append((str(value), page.column_dimensions[self._letter(index)].width))
        page.row_dimensions[number].height = _height(sizes)

    def _put(self, page: Any, row: int, column: int, value: Any) -> None:
        target = page.cell(row, column, value)
        is_text = isinstance(value, str)
        if is_text:
            target.data_type = "s"  # "=1" and "#N/A" too are what they read as
        style = self._ready.get(is_text)
        if style is None:  # looking a style up takes far longer than copying it
            target.alignment = self._top
            if is_text:
                target.number_format = "@"
            self._ready[is_text] = copy(target._style)
        else:
            target._style = copy(style)


def _height(texts: Iterable[tuple[str, float]]) -> float:
    """Return how high a row is that shows texts in columns of some widths, up to ten lines."""
    lines = [
        sum(1 + int(len(line) * 1.1 / width) for line in text.splitlines()) for text, width in texts
    ]
    return 15.0 * min(max(lines, default=1) or 1, 10)


def _on_wide_paper(page: Any) -> None:
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _group(column: Column) -> str:
    if column.field in ("study", "id", "node"):
        return "id"
    return "coding" if column.coding else "codes" if column.kind == "codes" else "record"


def _field(sheet: Sheet, column: Column) -> str:
    if column.coding:
        return f"{'study' if not sheet.field else sheet.field}.codings.{column.field}"
    if column.field == "study":
        return "study.id"
    if sheet is CODINGS:
        return f"codings.{column.field}" if column.field != "node" else "id of the node"
    return f"{sheet.field or 'study'}.{column.field}"


def _undated(data: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as packed,
    ):
        for info in archive.infolist():
            content = archive.read(info)
            if info.filename == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            part = zipfile.ZipInfo(info.filename, _STAMP)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o600 << 16
            packed.writestr(part, content)
    return target.getvalue()


_HOLDS: Final[Mapping[str, str]] = {
    "text": "text",
    "texts": "text; several with semicolons between",
    "whole": "a whole number",
    "number": "a number, with a point for decimals",
    "flag": "true or false",
    "choice": "one of the words of the drop-down",
    "codes": "a term: label [code], a code, or a label that only one term has",
    "id": "the id of one of the {to}",
    "ids": "ids of {to}, with blanks between",
    "date": "a date: YYYY, YYYY-MM or YYYY-MM-DD",
    "countries": "countries by their codes, such as KE, or names; with semicolons between",
}

_GUIDE: Final = (
    ("Extraction form", "For coding studies of implementation: what stood in the way, what was done "
     "about it, and what came of it."),
    ("", ""),
    ("In short", "One row a study on the sheet Studies; then one row a barrier, strategy, mechanism, "
     "relationship, outcome and finding on the sheets of that name, each with the id of its study; who "
     "acted, where, and which groups were compared, on Actors, Settings and Arms."),
    ("", "Leave empty what the source does not say. Empty means unknown, never no and never zero."),
    ("Ids", "Short names without blanks, such as smith-2020 for a study and b1, s1, o1 for what is in "
     "it. A row without an id gets one when the form is read. Where a cell asks for several ids, put "
     "blanks between them: b1 b3."),
    ("Labels", "The source's own words for the thing."),
    ("Codes", "Choose from the drop-down, which shows each term with its code in brackets. The code "
     "alone will do, and so will a label that only one term has. If no term fits, write your own "
     "words: they are kept as your words, not as a code. Another column with the next number "
     "(code 4) takes a further code."),
    ("Strategy or innovation", "What was delivered, the practice or program itself, is the "
     "innovation of the study. How it was brought into use is a strategy."),
    ("Findings", "One row for each thing a study says came of something: the outcome, the direction, "
     "and the strategies behind it. Improved and worsened are relative to what is desirable."),
    ("Several coders", "Each coder fills rows of their own and puts their name into the column coder; "
     "rows with the same study and id are readings of one thing. Where all agree the value is "
     "settled; where not, it is left open and listed. A row without a coder is the settled one."),
    ("", "A code by a machine (coded by: machine) is kept as a suggestion and never settled on its "
     "own. A blank there means human."),
    ("Columns", "They are known by their names, so they can be moved or hidden. A column of your own "
     "on the sheet Studies is kept with the study."),
    ("What cannot be read", "A cell that does not hold what its column asks for is listed when the "
     "form is read, and its words are kept with the study."),
    ("Meaning", "The sheet Codebook says what each column means, the sheet Terms lists all terms."),
    ("Reading it back", "implsci form --read FILLED.form.xlsx OUT.jsonl"),
    ("", ""),
)  # fmt: skip
