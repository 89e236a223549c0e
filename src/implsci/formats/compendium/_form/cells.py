"""What the cells of a filled form hold, typed by the column they stand in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from implsci.codes import Code
from implsci.escaping import live
from implsci.formats._spreadsheet.cells import Cell, Grid
from implsci.formats.compendium._evidence.scalars import is_quoted as is_word_by_word
from implsci.formats.compendium._evidence.scalars import number_text
from implsci.formats.compendium._evidence.values import read_countries
from implsci.formats.compendium._form.rows import EXTRA, is_quoted, unescaped
from implsci.formats.compendium._form.sheets import STUDIES, Column, Sheet, numbered
from implsci.formats.compendium._form.terms import Picks
from implsci.identifiers import find_doi
from implsci.ledger import Ledger
from implsci.names import close_names, fold
from implsci.places import countries

__all__ = ["KEPT", "Row", "Table", "extra_key", "read_sheet"]

KEPT: Final = "the cell was not read, its words are kept in extra"
"""What becomes of a cell that does not hold what its column asks for."""

_WHOLE: Final = re.compile(r"[+-]?\d{1,19}(?:\.0+)?")
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T]00:00:00)?")
_MIDNIGHT: Final = re.compile(r" 00:00:00$")
_ITEMS: Final = re.compile(r"\s*[;\n]\s*")
_COUNTRY_CODES: Final = re.compile(r"[A-Za-z]{2}(?:[\s;,]+[A-Za-z]{2})*")
_DATED: Final = "a date or time"
_FLAGS: Final[Mapping[str, bool]] = {
    "true": True, "yes": True, "1": True, "false": False, "no": False, "0": False
}  # fmt: skip


class Row(NamedTuple):
    """A row of a sheet, with its values typed.

    Attributes:
        place: such as ``sheet 'Barriers', row 5``.
        values: the values by field; ids as the text that stands there.
        coding: the fields of the coder's coding: coder, by, quote and so on.
        words: what stands in a column of codes and means no code, by field.
        extra: cells of columns that the form does not have, by header.
        cells: all that stands there, by the form's own header, as it was typed.
        refused: headers of the cells that could not be read.
    """

    place: str
    values: dict[str, Any]
    coding: dict[str, Any]
    words: tuple[tuple[str, str], ...]
    extra: dict[str, str | int | float | bool | None]
    cells: dict[str, str]
    refused: tuple[str, ...] = ()


class Table(NamedTuple):
    """A sheet that was read.

    Attributes:
        fields: the fields that it has columns for.
        rows: its rows that are not blank.
    """

    fields: frozenset[str]
    rows: tuple[Row, ...]


class _Unfit(Exception):  # noqa: N818  a signal inside this module
    """A cell that does not hold what its column asks for."""


def read_sheet(sheet: Sheet, grid: Grid, picks: Picks, ledger: Ledger) -> Table:
    """Return the rows of a sheet; a cell that cannot be read is told to the ledger and left out."""
    if not grid.rows:
        return Table(frozenset(), ())
    top = min(grid.rows)
    columns: dict[int, tuple[str, Column | None]] = {}
    seen: set[str] = set()
    by_title = {fold(column.title): column for column in sheet.columns}
    for index, cell in sorted(grid.rows[top].items()):
        title = " ".join(unescaped(live(cell.text)).split())
        column = by_title.get(fold(title))
        if column is None:
            bare, _ = numbered(fold(title))
            column = by_title.get(bare)
            if column is not None and column.kind != "codes":
                column = None
        key = fold(title) if column is not None else title
        if key in seen:
            ledger.leave(f"sheet {sheet.title!r}, column {title!r}", "stands twice; not read again")
            continue
        seen.add(key)
        columns[index] = (title, column)
        if column is None and sheet is not STUDIES:
            ledger.leave(
                f"sheet {sheet.title!r}, column {title!r}", "no column of the form; not read"
            )
    rows = []
    for number, cells in grid.rows.items():
        if number != top and (
            row := _row(grid.place(grid.row(number)), cells, columns, picks, ledger)
        ):
            rows.append(row)
    fields = frozenset(column.field for _, column in columns.values() if column is not None)
    return Table(fields, tuple(rows))


def _row(
    place: str,
    cells: Mapping[int, Cell],
    columns: Mapping[int, tuple[str, Column | None]],
    picks: Picks,
    ledger: Ledger,
) -> Row | None:
    row = Row(place, {}, {}, (), {}, {})
    words: list[tuple[str, str]] = []
    refused: list[str] = []
    for index, cell in cells.items():
        if index not in columns:
            ledger.leave("cells without a header", "not read", f"{place}: {cell.text}")
            continue
        title, column = columns[index]
        at = f"{place}, column {title!r}"
        text = unescaped(live(cell.text))
        if not text:
            continue
        if cell.fault is not None and cell.fault.startswith(("a formula", "the error")):
            ledger.skip(at, f"expected a value, not {cell.fault}; the cell was not read")
            continue
        name = title if column is None or column.kind == "codes" else column.title
        row.cells[name] = text
        if column is None:
            row.extra[title] = _extra(cell, text)
        elif column.kind == "codes":
            found = picks.find(text, column.terms)
            if found.doubt:
                ledger.leave(at, f"{text!r}: {found.doubt}")
            if found.code is None:
                words.append((column.field, text))
                continue
            given: tuple[Code, ...] = row.values.get(column.field, ())
            if found.code not in given:
                row.values[column.field] = (*given, found.code)
        elif column.kind == "countries":
            codes, unknown = _countries(text, at, ledger)
            single = column.field == "country"
            if unknown or (single and len(codes) > 1):
                asked = "a country" if single else "countries"
                got = "; ".join(unknown) or text
                ledger.skip(at, f"expected {asked}, got {_short(got)}; {KEPT}")
                refused.append(name)
            if codes and not (single and len(codes) > 1):
                row.values[column.field] = codes[0] if single else tuple(codes)
        else:
            try:
                value = _value(cell, text, column, at, ledger)
            except _Unfit as unfit:
                ledger.skip(at, f"expected {unfit}, got {_short(text)}; {KEPT}")
                refused.append(name)
                continue
            (row.coding if column.coding else row.values)[column.field] = value
    if not (row.values or row.coding or words or row.extra):
        return None
    return row._replace(words=tuple(words), refused=tuple(refused))


def _countries(text: str, at: str, ledger: Ledger) -> tuple[list[str], list[str]]:
    """Return the countries that a cell names, and what of it names none for sure."""
    if _COUNTRY_CODES.fullmatch(text):
        text = re.sub(r"[\s;,]+", "; ", text.upper())
    elif not is_word_by_word(text):
        for note in countries(text).notes:
            ledger.leave(at, note)
    return read_countries(text)


def _value(cell: Cell, text: str, column: Column, at: str, ledger: Ledger) -> Any:
    match column.kind:
        case "text" | "texts" | "id" | "ids":
            return _text(cell, text, column, at, ledger)
        case "date":
            found = _DATE.fullmatch(text)
            return found[1] if found else text
        case "whole":
            if cell.fault is not None or cell.percent or not _WHOLE.fullmatch(text):
                raise _Unfit("a whole number")
            return int(text.partition(".")[0])
        case "number":
            return _number(cell, text, ledger)
        case "flag":
            if (flag := _FLAGS.get(text.casefold())) is None:
                raise _Unfit("true or false")
            return flag
        case _:
            return _choice(text, column)


def _text(cell: Cell, text: str, column: Column, at: str, ledger: Ledger) -> Any:
    if cell.fault == _DATED:
        text = _MIDNIGHT.sub("", text)
        ledger.leave(
            "text that the spreadsheet made a date of", "read as the date", f"{at}: {text}"
        )
    if column.kind == "texts":
        return tuple(item for item in _ITEMS.split(text) if item)
    if column.field == "citation.doi" and not (text.startswith("10.") and "/" in text):
        if (doi := find_doi(text)) is None:
            raise _Unfit("a DOI such as 10.1186/s13012-015-0209-1")
        return doi
    return text


def _number(cell: Cell, text: str, ledger: Ledger) -> int | float:
    plain = None if cell.percent or cell.fault == _DATED else number_text(text)
    if plain is None:
        raise _Unfit("a number with a point for decimals")
    if plain != text:
        ledger.say("decimal commas were read as points")
    value = int(plain) if _WHOLE.fullmatch(plain) and "." not in plain else float(plain)
    if not math.isfinite(value):
        raise _Unfit("a number")
    return value


def _choice(text: str, column: Column) -> str | int:
    words = {str(choice): choice for choice in column.choices}
    whole = text.removesuffix(".0")
    if whole in words:
        return words[whole]
    folded = {fold(word.replace("_", " ").replace("-", " ")): word for word in words}
    plain = fold(text.replace("_", " ").replace("-", " "))
    if plain in folded:
        return words[folded[plain]]
    close = close_names(text, words) if len(text) <= 200 else ()
    hint = f" (did you mean {', '.join(close)}?)" if close else ""
    raise _Unfit(f"one of {', '.join(words)}{hint}")


def _extra(cell: Cell, text: str) -> str | int | float | bool | None:
    if text.startswith("'") and is_quoted(text):
        return text[1:]
    if cell.fault == "true or false" or text in ("true", "false"):
        return text.casefold() == "true"
    if cell.fault == _DATED:
        return _MIDNIGHT.sub("", text)
    if cell.fault is not None or cell.percent or (text.startswith("0") and text[1:2].isdigit()):
        return text
    if _WHOLE.fullmatch(text) and "." not in text and "+" not in text:
        whole = int(text)
        return whole if abs(whole) < 2**63 else text
    if re.fullmatch(r"-?\d+\.\d+(e[+-]?\d+)?|-?\d+(\.\d+)?e[+-]?\d+", text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


def extra_key(title: str) -> str:
    """Return the key under which a study keeps a column that the form does not have."""
    return title[len(EXTRA) :] if title.startswith(EXTRA) else f"form:{title}"


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
