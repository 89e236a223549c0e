"""Cells of a sheet, and how a person would call the place where one stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

from attrs import frozen

from implsci.taxonomy._typed import show

__all__ = ["MOST_CELLS", "Cell", "Grid", "cell_from_text", "too_many_cells"]

MOST_CELLS: Final = 2_000_000
"""How many cells a sheet may have, the empty ones in between counted."""

_QUOTED: Final = ("'=", "'+", "'-", "'@")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,20})?")


class Cell(NamedTuple):
    """What stands in a cell.

    Attributes:
        text: how it reads, without blanks around it.
        number: its number where it is one; a percentage counts as printed, so 45 for ``45%``.
        percent: whether it says that it is a percentage.
        fault: why it can be neither text nor number.
    """

    text: str
    number: Decimal | None = None
    percent: bool = False
    fault: str | None = None


@frozen(kw_only=True)
class Grid:
    """One sheet: its cells that are not empty, by row and column, both counted from 1.

    Attributes:
        file: name of the file.
        sheet: name of the sheet; None for CSV, whose rows are numbered by their lines.
        rows: the cells.
    """

    file: str
    sheet: str | None
    rows: Mapping[int, Mapping[int, Cell]]

    def at(self, row: int, column: int) -> str:
        """Return where a cell stands, as a person would look for it."""
        if self.sheet is None:
            return f"line {row}, column {column}"
        return f"{_letters(column)}{row}"

    def row(self, row: int) -> str:
        """Return what to call a row."""
        return f"line {row}" if self.sheet is None else f"row {row}"

    def column(self, column: int) -> str:
        """Return what to call a column."""
        return f"column {column}" if self.sheet is None else f"column {_letters(column)}"

    def place(self, where: str) -> str:
        """Return a place together with its sheet."""
        return where if self.sheet is None else f"sheet {show(self.sheet)}, {where}"

    def get(self, row: int, column: int) -> Cell | None:
        """Return a cell, None where it is empty."""
        return self.rows.get(row, {}).get(column)

    def columns(self) -> list[int]:
        """Return the columns in which anything stands, in order."""
        return sorted({column for cells in self.rows.values() for column in cells})


def cell_from_text(text: str) -> Cell:
    """Return the cell that a text makes: a number, a percentage, or the text itself."""
    if text.startswith(_QUOTED):  # which keeps a spreadsheet from running it
        text = text[1:]
    bare = text.removesuffix("%")
    percent = bare != text
    bare = bare.strip()
    if not bare.isascii() or not _NUMBER.fullmatch(bare):
        return Cell(text)
    return Cell(text, Decimal(bare.replace(",", ".")), percent)


def too_many_cells() -> str:
    """Say that a sheet has more cells than one may."""
    return f"more than {MOST_CELLS} cells, counting the empty ones in between"


def _letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
