"""Tables with a header, row by row: CSV of any dialect, or a sheet of a workbook."""

from __future__ import annotations

import csv
import importlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from attrs import frozen

from implsci.compendium import write_file
from implsci.errors import Fault, InvalidTableError, MissingExtraError
from implsci.escaping import inert, live
from implsci.formats._files import read_bytes
from implsci.formats._spreadsheet.cells import read_grids
from implsci.formats._text import MAX_BYTES, decoded
from implsci.ledger import Ledger

__all__ = ["LONGEST_CELL", "MOST_COLUMNS", "Row", "Table", "header", "read_table", "write_table"]

_WORKBOOK: Final = b"PK\x03\x04"
_CONTENTS: Final = b"[Content_Types].xml"  # the part that every workbook has
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = (",", ";", "\t", "|")
_SEPARATOR: Final = re.compile(r"sep=([,;\t|])\n")
_NO_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_MOST_FILLED: Final = 300_000  # as many as reading a workbook takes in
_MOST_ROWS: Final = 1 << 20
MOST_COLUMNS: Final = 1 << 14
"""How many columns a table may have: as many as a sheet of a workbook."""

LONGEST_CELL: Final = 32_767
"""How many characters a cell of a workbook takes."""

_LONGEST_FIELD: Final = 16 << 20
_EMPTY: Final = "empty, no cell is filled; expected a table with a header"


class Row(NamedTuple):
    """A row: where it stands, and its cells that are not empty, by column.

    Attributes:
        place: such as ``line 12``, or ``row 12`` of a workbook.
        cells: the text of each cell, without blanks around it.
    """

    place: str
    cells: dict[str, str]


@frozen(kw_only=True)
class Table:
    """A table with a header.

    Attributes:
        columns: titles of the columns, each once.
        rows: the rows; a row with more cells than columns is skipped, and stands in the ledger.
        sheet: name of the sheet; None for CSV.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    sheet: str | None = None


def read_table(
    path: Path, ledger: Ledger, *, sheet: str | None = None, max_bytes: int = MAX_BYTES
) -> Table:
    """Return a table from CSV (comma, semicolon, tab or bar) or a workbook; its content decides.

    The first row that is not empty holds the titles. An apostrophe that keeps a spreadsheet from
    running a cell is taken off.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: neither, over the limits, or no title in it.
        InvalidQueryError: there is no such sheet, or several and none is named.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    data = read_bytes(path, max_bytes)
    if data.startswith((_WORKBOOK, _COMPOUND)):
        if data.startswith(_WORKBOOK) and _CONTENTS not in data:
            raise InvalidTableError(
                path.name, [Fault("", "an archive, not a workbook; expected CSV or .xlsx")]
            )
        table = _from_workbook(path, ledger, sheet, max_bytes)
    else:
        table = _from_csv(decoded(data, path.name, ledger), path.name, ledger)
    if not table.rows and not ledger.skips:
        ledger.say(f"{path.name} has only a header, no row")
    return table


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str = "Sheet1"
) -> None:
    """Write a table as CSV or, where the name ends in ``.xlsx``, as a workbook; cells are made inert.

    Raises:
        UnreadableFileError: the file cannot be written.
        InvalidTableError: too many columns; or a workbook cannot hold it: too many rows, too long a
            cell, or a control character.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    if len(columns) > MOST_COLUMNS:
        raise InvalidTableError(
            path.name, [Fault("header", f"{len(columns):,} columns; expected {MOST_COLUMNS:,}")]
        )
    if path.suffix.lower() == ".xlsx":
        write_file(path, [_workbook(path.name, columns, rows, sheet)])
    else:
        write_file(path, _csv_lines(columns, rows))


def _csv_lines(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    for row in _chained(columns, rows):
        writer.writerow([inert(cell) for cell in row])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()


def _chained(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    yield columns
    yield from rows


def _workbook(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[str]], sheet: str
) -> bytes:
    try:
        openpyxl: Any = importlib.import_module("openpyxl")
    except ImportError as error:
        raise MissingExtraError("writing a workbook (.xlsx)", "formats") from error
    filled = 0
    whole: list[list[str]] = []  # looked through first: a book that is left half-written warns
    for number, row in enumerate(_chained(columns, rows), 1):
        cells = [inert(cell) for cell in row]
        fault = ""
        if number > _MOST_ROWS or len(row) > MOST_COLUMNS:
            fault = "more rows or columns than a workbook has; use CSV"
        elif (filled := filled + sum(map(bool, cells))) > _MOST_FILLED:
            fault = f"more than {_MOST_FILLED:,} cells that are not empty; use CSV"
        elif any(len(cell) > LONGEST_CELL for cell in cells):
            fault = "a cell longer than a workbook takes; use CSV"
        elif any(_NO_XML.search(cell) for cell in cells):
            fault = "a control character, which no workbook holds; use CSV"
        if fault:
            raise InvalidTableError(name, [Fault(f"row {number}", fault)])
        whole.append(cells)
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in whole:
        page.append([_cell(openpyxl, page, text) for text in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _cell(openpyxl: Any, page: Any, text: str) -> Any:
    """Return a cell that holds text, whatever it looks like: no formula, and no error such as #N/A."""
    if not text:
        return None
    cell = openpyxl.cell.WriteOnlyCell(page, text)
    cell.data_type = "s"
    return cell


def _from_workbook(path: Path, ledger: Ledger, sheet: str | None, max_bytes: int) -> Table:
    grids = read_grids(path, sheet, min(max_bytes, 256 << 20))
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        raise InvalidTableError(path.name, [Fault("", _EMPTY)])
    if sheet is None and len(filled) > 1:
        ledger.say(
            f"read the sheet {filled[0].sheet!r}; the others were not read: "
            + ", ".join(repr(grid.sheet) for grid in filled[1:])
        )
    grid = filled[0]
    first, *others = sorted(grid.rows)
    last = max(grid.rows[first])
    titles = [
        cell.text if (cell := grid.get(first, column)) else "" for column in range(1, last + 1)
    ]
    columns = _titles(titles, path.name, ledger)
    rows = []
    for number in others:
        cells = grid.rows[number]
        over = [column for column in cells if column > last]
        if over:
            ledger.skip(f"row {number}", f"cells beyond the last title, in column {over[0]}")
            continue
        rows.append(
            Row(
                f"row {number}",
                {columns[column - 1]: live(cell.text) for column, cell in sorted(cells.items())},
            )
        )
    return Table(columns=columns, rows=tuple(rows), sheet=grid.sheet)


def header(text: str) -> list[str]:
    """Return the titles of a CSV text: the cells of its first row that is not empty.

    Raises:
        InvalidTableError: there is none, or what begins there is not CSV.
    """
    text, delimiter = _dialect(text)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in cells):
                return [live(" ".join(cell.split())) for cell in cells]
    except csv.Error as error:
        raise InvalidTableError("", [Fault("line 1", f"not CSV: {error}")]) from None
    raise InvalidTableError("", [Fault("", _EMPTY)])


def _dialect(text: str) -> tuple[str, str]:
    """Return a CSV text with line feeds, and the delimiter that parts its first row into most cells."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    said = _SEPARATOR.match(text)
    if said:
        return "\n" + text[said.end() :], said[1]

    def width(delimiter: str) -> int:
        try:
            return len(next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), []))
        except csv.Error:
            return 0

    return text, max(_DELIMITERS, key=width)


def _from_csv(text: str, name: str, ledger: Ledger) -> Table:
    csv.field_size_limit(_LONGEST_FIELD)
    blank = len(text) - len(text.lstrip("\r\n"))
    start = 1 + text[:blank].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    text, delimiter = _dialect(text)
    before = start - 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    rows: list[Row] = []
    while True:
        line = before + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            if columns is None:
                raise InvalidTableError(
                    name, [Fault(f"line {line}", f"not CSV: {error}")]
                ) from None
            last = before + reader.line_num
            ledger.skip(
                f"line {line}",
                f"not CSV: {error}" + (f" (up to line {last})" if last > line else ""),
            )
            continue
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _titles(cells, name, ledger)
            continue
        over = cells[len(columns) :]
        if any(cell.strip() for cell in over):
            ledger.skip(f"line {line}", f"{len(cells)} cells; the header has {len(columns)}")
            continue
        if len(cells) < len(columns):
            ledger.leave(
                "rows shorter than the header", "read as if the rest were empty", f"line {line}"
            )
        rows.append(
            Row(
                f"line {line}",
                {
                    column: live(cell.strip())
                    for column, cell in zip(columns, cells, strict=False)
                    if cell.strip()
                },
            )
        )
    if columns is None:
        raise InvalidTableError(name, [Fault("", _EMPTY)])
    return Table(columns=columns, rows=tuple(rows))


def _titles(cells: Sequence[str], name: str, ledger: Ledger) -> tuple[str, ...]:
    """Return the titles, each made to stand once."""
    if len(cells) > MOST_COLUMNS:
        raise InvalidTableError(
            name, [Fault("header", f"{len(cells):,} columns; expected at most {MOST_COLUMNS:,}")]
        )
    titles: dict[str, None] = {}
    last: dict[str, int] = {}
    again: list[str] = []
    for number, cell in enumerate(cells, 1):
        title = live(" ".join(cell.split())) or f"column {number}"
        if title in titles:
            count = last.get(title, 1) + 1
            while f"{title} ({count})" in titles:
                count += 1
            last[title] = count
            again.append(f"{title} ({count})")
            title = again[-1]
        titles[title] = None
    if again:
        shown = ", ".join(repr(title) for title in again[:3])
        more = f" and {len(again) - 3:,} more" if len(again) > 3 else ""
        ledger.say(f"titles that stand in several columns were numbered: {shown}{more}")
    return tuple(titles)
