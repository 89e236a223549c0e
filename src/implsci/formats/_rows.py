"""Tables with a header, row by row: CSV of any dialect, or a sheet of a workbook."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from attrs import frozen

from implsci.compendium import write_file
from implsci.errors import Fault, InvalidTableError, MissingExtraError
from implsci.formats._files import read_bytes
from implsci.formats._inert import inert, live
from implsci.formats._spreadsheet.cells import read_grids
from implsci.formats._text import MAX_BYTES, decoded
from implsci.ledger import Ledger

__all__ = ["Row", "Table", "read_table", "write_table"]

_WORKBOOK: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST_COLUMNS: Final = 1 << 14
_LONGEST_CELL: Final = 16 << 20


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
        return _from_workbook(path, ledger, sheet, max_bytes)
    text = decoded(data, path.name, ledger)
    return _from_csv(text, path.name, ledger)


def write_table(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], *, sheet: str = "Sheet1"
) -> None:
    """Write a table as CSV or, where the name ends in ``.xlsx``, as a workbook; cells are made inert.

    Raises:
        UnreadableFileError: the file cannot be written.
        InvalidTableError: a workbook cannot hold it: too many rows or columns, or too long a cell.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
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
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for number, row in enumerate(_chained(columns, rows), 1):
        if number > 1 << 20 or len(row) > _MOST_COLUMNS:
            raise InvalidTableError(
                name, [Fault(f"row {number}", "more rows or columns than a workbook has; use CSV")]
            )
        for text in row:
            if len(text) > 32_767:
                raise InvalidTableError(
                    name, [Fault(f"row {number}", "a cell longer than a workbook takes; use CSV")]
                )
        page.append([_stored(text) for text in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _stored(text: str) -> str:
    """Return what a workbook can store: no control characters, and nothing it would run."""
    return inert("".join(char for char in text if char >= " " or char in "\t\n\r"))


def _from_workbook(path: Path, ledger: Ledger, sheet: str | None, max_bytes: int) -> Table:
    grids = read_grids(path, sheet, min(max_bytes, 256 << 20))
    filled = [grid for grid in grids if grid.rows]
    if not filled:
        raise InvalidTableError(path.name, [Fault("", "no cell is filled; expected a table")])
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


def _from_csv(text: str, name: str, ledger: Ledger) -> Table:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    head = text.lstrip("\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda sign: (head.count(sign), sign == ","))
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    rows: list[Row] = []
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
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
    except csv.Error as error:
        raise InvalidTableError(name, [Fault(f"line {start}", f"not CSV: {error}")]) from None
    if columns is None:
        raise InvalidTableError(name, [Fault("", "no cell is filled; expected a table")])
    return Table(columns=columns, rows=tuple(rows))


def _titles(cells: Sequence[str], name: str, ledger: Ledger) -> tuple[str, ...]:
    """Return the titles, each made to stand once."""
    if len(cells) > _MOST_COLUMNS:
        raise InvalidTableError(
            name, [Fault("header", f"{len(cells):,} columns; expected at most {_MOST_COLUMNS:,}")]
        )
    titles: dict[str, None] = {}
    for number, cell in enumerate(cells, 1):
        title = live(" ".join(cell.split())) or f"column {number}"
        if title in titles:
            again = 2
            while f"{title} ({again})" in titles:
                again += 1
            ledger.say(
                f"the title {title!r} stands twice; the second is read as '{title} ({again})'"
            )
            title = f"{title} ({again})"
        titles[title] = None
    return tuple(titles)
