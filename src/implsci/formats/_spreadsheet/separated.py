"""Cells of a text: CSV, whatever separates them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import Final

from implsci.errors import Fault, InvalidTableError
from implsci.formats._spreadsheet.grid import (
    MOST_CELLS,
    Cell,
    Grid,
    cell_from_text,
    too_many_cells,
)

__all__ = ["read_separated"]

_MOST_FILLED: Final = 500_000


def read_separated(text: str, name: str) -> Grid:
    """Return the cells of a text; commas, semicolons and tabs are tried.

    Raises:
        InvalidTableError: it is no CSV, or over the limits; with the line.
    """
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidTableError(
            name, [Fault(f"line {line}", "a zero byte; expected CSV or a workbook (.xlsx)")]
        )
    errors: list[InvalidTableError] = []
    found: list[list[tuple[int, list[str]]]] = []
    for delimiter in ",;\t":
        try:
            found.append(list(_records(text, delimiter, name)))
        except InvalidTableError as error:
            errors.append(error)
    # Of the right delimiter most rows have equally many cells, and more than one.
    best = max(found, key=_regularity, default=[])
    if errors and _regularity(best) == (0, 0):
        raise errors[0]
    rows: dict[int, dict[int, Cell]] = {}
    count = 0
    for line, cells in best:
        filled = {
            index: cell_from_text(cell)
            for index, raw in enumerate(cells, 1)
            if (cell := raw.strip())
        }
        count += len(filled)
        if count > _MOST_FILLED:
            raise InvalidTableError(
                name, [Fault(f"line {line}", f"more than {_MOST_FILLED} cells that are not empty")]
            )
        if filled:
            rows[line] = filled
    return Grid(file=name, sheet=None, rows=rows)


def _records(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a table, each with its first line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    cells_read = 0
    try:
        for cells in reader:
            cells_read += len(cells)
            if cells_read > MOST_CELLS:
                raise InvalidTableError(name, [Fault(f"line {line}", too_many_cells())])
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidTableError(name, [Fault(f"line {line}", f"not CSV: {error}")]) from None


def _regularity(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))
