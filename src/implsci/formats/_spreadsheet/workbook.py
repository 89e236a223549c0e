"""Cells of a workbook, from those of its parts that passed the look through them."""

from __future__ import annotations

import importlib
import re
import warnings
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from implsci.errors import (
    Fault,
    ImplsciError,
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
)
from implsci.formats._spreadsheet.grid import Cell, Grid, cell_from_text
from implsci.formats._spreadsheet.unpacking import repacked
from implsci.names import close_names
from implsci.taxonomy._typed import show

__all__ = ["read_workbook"]

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def read_workbook(data: bytes, name: str, sheet: str | None, max_bytes: int) -> list[Grid]:
    """Return the sheets of a workbook, or the one asked for.

    Raises:
        InvalidTableError: it cannot be read, or is over the limits.
        InvalidQueryError: there is no such sheet.
        MissingExtraError: openpyxl is not installed.
    """
    try:
        openpyxl: Any = importlib.import_module("openpyxl")
    except ImportError as error:
        raise MissingExtraError("reading a workbook (.xlsx)", "formats") from error
    packed, without_value = repacked(data, name, max_bytes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which are not read
        try:
            book = openpyxl.load_workbook(packed, read_only=True, data_only=True, keep_links=False)
            sheets = {each.title: each for each in book.worksheets}
            if sheet is not None and sheet not in sheets:
                raise InvalidQueryError(_no_such_sheet(name, sheet, sheets))
            return [
                _grid(each, name, without_value.get(each._worksheet_path, frozenset()))
                for each in ([sheets[sheet]] if sheet is not None else sheets.values())
            ]
        except ImplsciError:
            raise
        except Exception as error:  # openpyxl raises anything on files that it cannot read
            message = f"not a workbook that can be read: {type(error).__name__}: {error}"
            raise InvalidTableError(name, [Fault("", " ".join(message.split())[:300])]) from error


def _no_such_sheet(name: str, sheet: str, sheets: Iterable[str]) -> str:
    close = close_names(sheet, sheets)
    hint = f"; did you mean {', '.join(map(repr, close))}?" if close else ""
    return f"{name} has no sheet {sheet!r}{hint} (it has {', '.join(map(repr, sheets))})"


def _grid(sheet: Any, name: str, without_value: frozenset[tuple[int, int]]) -> Grid:
    title = "".join(letter if letter.isprintable() else " " for letter in sheet.title)
    sheet.reset_dimensions()  # what a workbook says of its own size need not be true
    rows: dict[int, dict[int, Cell]] = {}
    row = 0
    try:
        for row, cells in enumerate(sheet.iter_rows(), 1):
            filled = {
                column: cell
                for column, each in enumerate(cells, 1)
                if each.value is not None and (cell := _from_cell(each)).text
            }
            if filled:
                rows[row] = filled
    except Exception as error:  # as above
        what = " ".join(f"cannot be read: {type(error).__name__}: {error}".split())[:300]
        raise InvalidTableError(
            name, [Fault(f"sheet {show(title)}, after row {row}", what)]
        ) from error
    for row, column in without_value:
        fault = "a formula without a stored value; open the workbook in a spreadsheet and save it"
        rows.setdefault(row, {})[column] = Cell("a formula", fault=fault)
    return Grid(file=name, sheet=title, rows=dict(sorted(rows.items())))


def _from_cell(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, str):
        if cell.data_type == "e":
            return Cell(value, fault=f"the error {value[:20]}")
        return cell_from_text(value.strip())
    if isinstance(value, bool):
        return Cell(str(value).upper(), fault="true or false")
    if not isinstance(value, (int, float)):
        return Cell(str(value), fault="a date or time")
    if not abs(value) < 1e15:
        return Cell(str(value)[:40], fault="a number out of all bounds")
    text = f"{value:.0f}" if value == int(value) else str(value)
    number = Decimal(str(value)).normalize()
    try:
        shown_as = cell.number_format or ""
    except (IndexError, AttributeError):
        return Cell(text, fault="a number in a format that the workbook does not have")
    if "%" in _NOT_SHOWN.sub("", shown_as):
        # Shares are stored as 0.07, and 15 digits of them are all that a spreadsheet keeps.
        number = Decimal(f"{number * 100:.12f}").normalize()
        return Cell(f"{number:f}%", number, percent=True)
    return Cell(text, number)
