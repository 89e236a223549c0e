"""Cells of a table as the values a mapping says they are; what it does not say is listed."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from math import isfinite
from typing import Final, NamedTuple

from implsci.codes import is_code
from implsci.formats._rows import Row, Table
from implsci.formats.mapped._fields import FieldRule
from implsci.formats.mapped._spec import SheetMapping, Source, folded
from implsci.ledger import Ledger
from implsci.model.evidence import PBound

__all__ = ["Cells", "NoNumberError", "Number", "Reading"]

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_PLAIN: Final = re.compile(r"-?(?:0|[1-9]\d*)?(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_WHOLE: Final = re.compile(r"-?(?:0|[1-9]\d{0,15})")
_BOUNDS: Final[dict[str, PBound]] = {"<": "below", "≤": "below", ">": "above", "≥": "above"}
_MOST_VALUES: Final = 50


class NoNumberError(ValueError):
    """A cell holds text where the mapping says that it holds a number."""


class Reading(NamedTuple):
    """What one cell says of one field.

    Attributes:
        values: the values, none where the cell is empty or says nothing the mapping knows.
        exact: whether they are the words of the cell, so that it need not be kept beside them.
    """

    values: tuple[str, ...]
    exact: bool


class Number(NamedTuple):
    """A number in a cell.

    Attributes:
        value: the number.
        bound: whether the true one lies below or above it, where the cell says so.
        exact: whether it is the number of the cell.
    """

    value: float
    bound: PBound | None
    exact: bool


class Cells:
    """Reads the cells of one table by one mapping."""

    def __init__(self, mapping: SheetMapping, table: Table, ledger: Ledger) -> None:
        self._mapping = mapping
        self._table = table
        self._ledger = ledger
        self._missing = {folded(text) for text in mapping.missing}
        self._listed: Counter[str] = Counter()
        self._known: set[tuple[str, str]] = set()
        self._types: dict[str, type[int] | type[float] | type[str]] = {}

    def cell(self, row: Row, column: str, missing: tuple[str, ...] | None = None) -> str:
        """Return a cell's text; empty where it is empty, or says that there is none."""
        text = row.cells.get(column, "")
        markers = self._missing if missing is None else {folded(one) for one in missing}
        return "" if text and folded(text) in markers else text

    def filled(self, row: Row) -> dict[str, str]:
        """Return the cells of a row that hold something."""
        return {
            column: text for column, text in row.cells.items() if folded(text) not in self._missing
        }

    def text(self, source: Source, row: Row) -> str:
        """Return what a source says in one row, before any translation."""
        if source.column is not None:
            return self.cell(row, source.column, source.missing)
        columns = source.columns()
        return source.filled({column: self.cell(row, column) for column in columns})

    def read(self, source: Source, rule: FieldRule, row: Row) -> Reading:
        """Return what a source says in one row; values that the mapping does not know are listed."""
        text = self.text(source, row)
        if not text:
            return Reading((), exact=False)
        if source.column is None and not source.columns():
            return Reading((text,), exact=True)
        pieces = [text]
        if source.separator is not None:
            pieces = [piece for part in text.split(source.separator) if (piece := part.strip())]
        values: list[str] = []
        exact = source.column is not None and source.values is None
        for piece in pieces:
            found = _translated(piece, source, rule)
            if found is None:
                exact = False
                self.unknown(source.column or source.path, piece, source.path)
                continue
            exact = exact and found == (piece,)
            values += found
        return Reading(tuple(dict.fromkeys(values)), exact)

    def unknown(self, column: str, value: str, path: str) -> None:
        """List a value that the mapping does not know; each with its count, as far as they are few."""
        if (column, value) not in self._known:
            self._listed[column] += 1
            if self._listed[column] > _MOST_VALUES:
                self._ledger.leave(column, f"further values {path} does not know, in extra", value)
                return
            self._known.add((column, value))
        short = value if len(value) <= 60 else value[:57] + "..."
        self._ledger.leave(f"{column} = {short!r}", f"a value {path} does not know, kept in extra")

    def number(self, source: Source, row: Row) -> Number | None:
        """Return a number; None where the cell is empty.

        Raises:
            NoNumberError: the cell holds something else.
        """
        text = self.text(source, row)
        if source.values is not None and text:
            text = "".join(source.values.get(folded(text), (text,)))
        if not text:
            return None if source.otherwise is None else Number(float(source.otherwise), None, True)
        bare, bound = text, None
        if text[0] in _BOUNDS:
            bound, bare = _BOUNDS[text[0]], text[1:].lstrip("= ")
        if source.percent:
            bare = bare.removesuffix("%").rstrip()
        value = self.parsed(bare)
        if value is None:
            shown = text if len(text) <= 60 else text[:57] + "..."
            raise NoNumberError(
                f"{source.path}: {shown!r} in column {source.column!r} is no number"
            )
        exact = source.column is not None and source.values is None and not source.percent
        return Number(value / 100 if source.percent else value, bound, exact)

    def parsed(self, text: str) -> float | None:
        """Return a text as a number with the table's decimal sign; None where it is none."""
        text = text.replace("\N{MINUS SIGN}", "-")
        if self._mapping.decimal == ",":
            text = text.replace(".", "?").replace(",", ".")
        if len(text) > 400 or not _NUMBER.fullmatch(text):
            return None
        value = float(text)
        return value if isfinite(value) else None

    def kept(self, column: str, text: str) -> str | int | float:
        """Return a cell for `Study.extra`: a number where each cell of the column is one exactly."""
        known = self._types.get(column)
        if known is None:
            cells = (self.cell(row, column) for row in self._table.rows)
            known = self._types[column] = _column_type([self._plain(one) for one in cells if one])
        return text if known is str else known(self._plain(text))

    def _plain(self, text: str) -> str:
        if self._mapping.decimal == ",":
            return text.replace(".", "?").replace(",", ".")
        return text


def _translated(piece: str, source: Source, rule: FieldRule) -> tuple[str, ...] | None:
    if source.values is not None:
        return source.values.get(folded(piece))
    if rule.kind == "codes":
        return (piece,) if is_code(piece) else None
    if rule.words:
        word = folded(piece)
        fits = [known for known in rule.words if folded(known.replace("_", " ")) == word]
        return (word,) if word in rule.words else tuple(fits) or None
    return (piece,)


def _column_type(texts: list[str]) -> type[int] | type[float] | type[str]:
    """Return int or float where that loses nothing of any cell, such as the zeros of ``007``."""
    if all(_WHOLE.fullmatch(text) for text in texts):
        return int
    return float if all(map(_exact, texts)) else str


def _exact(text: str) -> bool:
    if len(text) > 40 or not _PLAIN.fullmatch(text) or text in ("", "-"):
        return False
    try:
        value = float(text)
        return isfinite(value) and Decimal(repr(value)) == Decimal(text)
    except (ValueError, ArithmeticError):
        return False
