"""Sheets: tables in CSV as columns of cells, each row with its line."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.resources.abc import Traversable
from itertools import compress
from pathlib import Path
from typing import NamedTuple, TypeVar

from implsci.errors import Fault, InvalidTableError, UnreadableFileError

__all__ = ["Row", "Sheet", "read_sheet", "with_line"]

_T = TypeVar("_T")

# A spreadsheet runs a cell that begins with one of these, so writers put an apostrophe before it.
_QUOTED = ("'=", "'+", "'-", "'@")


class Row(NamedTuple):
    """One row of a sheet."""

    line: int
    cells: dict[str, str]

    def one(self, column: str) -> str | None:
        """Return a cell, None where it is empty or the sheet has no such column."""
        return self.cells.get(column) or None

    def whole(self, column: str) -> int | None:
        """Return a cell as a whole number, None where it is empty.

        Raises:
            ValueError: it is none.
        """
        text = self.one(column)
        if text is None:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) <= 15):
            raise ValueError(f"{column}: expected a whole number, got {text!r}")
        return int(text)

    def number(self, column: str) -> float | None:
        """Return a cell as a number, None where it is empty.

        Raises:
            ValueError: it is none.
        """
        text = self.one(column)
        if text is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not abs(number) < float("inf"):
            raise ValueError(f"{column}: expected a number, got {text!r}")
        return number


class Sheet(NamedTuple):
    """The cells of a table by column, without blanks around them, and the line of each row."""

    name: str
    lines: list[int]
    columns: dict[str, list[str]]

    def __len__(self) -> int:
        return len(self.lines)

    def column(self, name: str) -> list[str]:
        """Return the cells of a column, empty ones where the table does not have it."""
        return self.columns.get(name) or [""] * len(self.lines)

    def rows(self) -> Iterator[Row]:
        """Yield the rows."""
        header = list(self.columns)
        for line, *cells in zip(self.lines, *self.columns.values(), strict=True):
            yield Row(int(line), dict(zip(header, map(str, cells), strict=True)))

    def convert(self, made: Callable[[Row], _T]) -> list[_T]:
        """Return what each row makes.

        Raises:
            InvalidTableError: lists every row that raised a ValueError, with its line.
        """
        things: list[_T] = []
        faults: list[Fault] = []
        for row in self.rows():
            try:
                things.append(made(row))
            except ValueError as error:
                faults.append(Fault(f"line {row.line}", str(error)))
        if faults:
            raise InvalidTableError(self.name, faults)
        return things


def read_sheet(table: Traversable | Path, columns: Sequence[str], required: Sequence[str]) -> Sheet:
    """Read a table in CSV.

    Args:
        table: the file, in UTF-8.
        columns: the columns it may have.
        required: those it must have.

    Raises:
        UnreadableFileError: it cannot be opened.
        InvalidTableError: it is no CSV in UTF-8, its header is not as expected, or rows are longer
            or shorter than it; all at once, each with its line.
    """
    try:
        data = table.read_bytes()
    except OSError as error:
        raise UnreadableFileError(str(table), error.strerror or str(error)) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTableError(
            table.name, [Fault(f"line {line}", "not UTF-8; save the table as CSV UTF-8")]
        ) from error
    rows, lines, faults = _parsed(text)
    header = rows.pop(0) if rows else []
    del lines[:1]
    faults = [*_header_faults(header, columns, required), *faults]
    if set(map(len, rows)) - {len(header)}:
        whole = [len(cells) == len(header) or any(map(str.strip, cells)) for cells in rows]
        rows, lines = list(compress(rows, whole)), list(compress(lines, whole))
        faults += (
            Fault(
                f"line {line}", f"expected {len(header)} cells as in the header, got {len(cells)}"
            )
            for line, cells in zip(lines, rows, strict=True)
            if len(cells) != len(header)
        )
    if faults:
        raise InvalidTableError(table.name, faults)
    found = [list(map(str.strip, column)) for column in zip(*rows, strict=True)]
    if "'" in text and any(mark in text for mark in _QUOTED):
        found = [
            [cell[1:] if cell.startswith(_QUOTED) else cell for cell in column] for column in found
        ]
    filled = list(map(any, zip(*found, strict=True)))
    if not all(filled):
        lines = list(compress(lines, filled))
        found = [list(compress(column, filled)) for column in found]
    return Sheet(table.name, lines, dict(zip(header, found or [[] for _ in header], strict=True)))


def _parsed(text: str) -> tuple[list[list[str]], list[int], list[Fault]]:
    """Return the rows of a table, the last line of each, and where it is no CSV."""
    if "\r" not in text:
        # Lines without their break go faster, and do as long as no cell holds one.
        reader = csv.reader(text.removesuffix("\n").split("\n"), strict=True)
        with suppress(csv.Error):
            rows = list(reader)
            if len(rows) == reader.line_num:
                return rows, list(range(1, len(rows) + 1)), []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        for cells in reader:
            rows.append(cells)
            lines.append(reader.line_num)
    except csv.Error as error:
        return rows, lines, [Fault(f"line {reader.line_num}", f"not CSV: {error}")]
    return rows, lines, []


def _header_faults(
    header: Sequence[str], columns: Sequence[str], required: Sequence[str]
) -> Iterator[Fault]:
    for name in required:
        if name not in header:
            yield Fault("line 1", f"the column {name!r} is missing; the header is {list(header)}")
    for name in header:
        if name not in columns:
            close = difflib.get_close_matches(name, columns, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Fault("line 1", f"unknown column {name!r}{hint}")
        elif header.count(name) > 1:
            yield Fault("line 1", f"the column {name!r} stands twice")


def with_line(fault: Fault, lines: Mapping[str, int]) -> Fault:
    """Put the line in front of a fault whose path is known, by itself or before a dot and a field."""
    line = lines.get(fault.path) or lines.get(fault.path.rpartition(".")[0])
    return fault if line is None else fault._replace(path=f"line {line}: {fault.path}")
