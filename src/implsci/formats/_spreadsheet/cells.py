"""Cells of a spreadsheet, from CSV or a workbook, read without trusting the file.

A workbook is unpacked piece by piece under a limit, each part is looked through by expat, and only
the parts that passed are handed on, packed anew and without compression: no macro, no picture, no
document type, no entity reaches the reader.
"""

from __future__ import annotations

import csv
import importlib
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.parsers import expat

from attrs import frozen

from implsci.errors import (
    Fault,
    ImplsciError,
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
)
from implsci.formats._files import read_bytes, to_text
from implsci.names import close_names
from implsci.taxonomy._typed import show

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

__all__ = ["MAX_BYTES", "Cell", "Grid", "read_grids"]

MAX_BYTES: Final = 32 << 20
"""The size in bytes, unpacked, above which a spreadsheet is refused: 32 MiB."""

_MOST_PARTS: Final = 10_000
_MOST_ELEMENTS: Final = 1_000_000
_DEEPEST: Final = 256
_LONGEST: Final = 1 << 20
_MOST_CELLS: Final = 2_000_000
_MOST_FILLED: Final = 500_000
_MOST_ROWS: Final = 1 << 20  # as many as a worksheet has
_MOST_COLUMNS: Final = 1 << 14
_PIECE: Final = 1 << 16

_ZIP: Final = b"PK\x03\x04"
_ENTRY: Final = b"PK\x01\x02"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_STRICT: Final = "http://purl.oclc.org/ooxml/"

_QUOTED: Final = ("'=", "'+", "'-", "'@")
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,20})?")
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


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


def read_grids(path: Path, sheet: str | None, max_bytes: int) -> list[Grid]:
    """Return the sheets of a workbook, or the one of a CSV file.

    What the file is says its content, not its name.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is neither, or over the limits; with sheet, cell or line where known.
        InvalidQueryError: there is no such sheet.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    data = read_bytes(path, max_bytes)
    if data.startswith(_COMPOUND):
        what = (
            "a workbook locked by a password; save it without one"
            if _ENCRYPTED in data
            else "a workbook of the old kind (.xls); save it as an Excel workbook (.xlsx)"
        )
        raise InvalidTableError(path.name, [Fault("", what)])
    if data.startswith(_ZIP):
        return _workbook(data, path.name, sheet, max_bytes)
    if sheet is not None:
        raise InvalidQueryError(f"sheet {sheet!r}: {path.name} is CSV, which has no sheets")
    return [_table(to_text(data, path.name), path.name)]


# CSV


def _table(text: str, name: str) -> Grid:
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
            index: _from_text(cell) for index, raw in enumerate(cells, 1) if (cell := raw.strip())
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
            if cells_read > _MOST_CELLS:
                raise InvalidTableError(name, [Fault(f"line {line}", _too_many_cells())])
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidTableError(name, [Fault(f"line {line}", f"not CSV: {error}")]) from None


def _regularity(rows: list[tuple[int, list[str]]]) -> tuple[int, int]:
    widths = Counter(len(cells) for _, cells in rows if len(cells) > 1)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _from_text(text: str) -> Cell:
    """Return the cell that a text makes: a number, a percentage, or the text itself."""
    if text.startswith(_QUOTED):  # which keeps a spreadsheet from running it
        text = text[1:]
    bare = text.removesuffix("%")
    percent = bare != text
    bare = bare.strip()
    if not bare.isascii() or not _NUMBER.fullmatch(bare):
        return Cell(text)
    return Cell(text, Decimal(bare.replace(",", ".")), percent)


# Workbooks


def _workbook(data: bytes, name: str, sheet: str | None, max_bytes: int) -> list[Grid]:
    try:
        openpyxl: Any = importlib.import_module("openpyxl")
    except ImportError as error:
        raise MissingExtraError("reading a workbook (.xlsx)", "formats") from error
    packed, without_value = _repacked(data, name, max_bytes)
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
        return _from_text(value.strip())
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


def _repacked(
    data: bytes, name: str, max_bytes: int
) -> tuple[io.BytesIO, dict[str, frozenset[tuple[int, int]]]]:
    """Return the parts of a workbook that may be read, and each sheet's formulas without a value."""

    def refused(message: str) -> InvalidTableError:
        return InvalidTableError(name, [Fault("", message)])

    if data.count(_ENTRY) > _MOST_PARTS:
        raise refused(f"more than {_MOST_PARTS} parts, which no workbook has")
    without_value: dict[str, frozenset[tuple[int, int]]] = {}
    packed = io.BytesIO()
    left = max_bytes
    elements = _MOST_ELEMENTS
    seen: set[str] = set()
    try:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as archive,
            zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as plain,
        ):
            for info in archive.infolist():
                part = info.filename
                if part == "xl/workbook.bin":
                    raise refused("a binary workbook (.xlsb); save it as .xlsx")
                if not part.lower().endswith((".xml", ".rels")):
                    continue
                if part in seen:
                    raise refused(f"its part {show(part)} stands twice")
                seen.add(part)
                if info.flag_bits & 1:
                    raise refused("locked by a password; save it without one")
                if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise refused(f"its part {show(part)} is packed in a way that is not read")
                content = bytearray()
                with archive.open(info) as stream:
                    while piece := stream.read(_PIECE):
                        left -= len(piece)
                        if left < 0:
                            raise refused(
                                f"more than {max_bytes} bytes once unpacked (max_bytes sets it)"
                            )
                        content += piece
                look = _Look(name, part, elements)
                look.through(bytes(content))
                elements = look.elements
                if look.without_value:
                    without_value[part] = frozenset(look.without_value)
                plain.writestr(zipfile.ZipInfo(part), bytes(content))
    except ImplsciError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
        NotImplementedError, OverflowError,
    ) as error:  # fmt: skip
        raise refused(f"a damaged or cut workbook: {error}") from error
    if "[Content_Types].xml" not in seen:
        raise refused("a zip archive, but no workbook (.xlsx)")
    packed.seek(0)
    return packed, without_value


class _Look:
    """Looks through one part of a workbook: nothing hostile, and where formulas have no value.

    Args:
        name: name of the workbook.
        part: name of the part.
        elements: how many elements it may have.

    Attributes:
        elements: how many are left.
        without_value: row and column of each formula whose result is not stored.
    """

    def __init__(self, name: str, part: str, elements: int) -> None:
        self.elements = elements
        self.without_value: list[tuple[int, int]] = []
        self._name = name
        self._part = part
        self._depth = self._index = 0
        self._is_sheet = False
        self._row = self._column = 0
        self._cells = 0
        self._formula = self._value = False
        self._parser: XMLParserType = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def through(self, data: bytes) -> None:
        """Look through the whole part.

        Raises:
            InvalidTableError: it is no XML, or none that a workbook would have.
        """
        try:
            self._parser.Parse(data, True)
            self._advance(len(data))
        except ImplsciError:
            raise
        except (expat.ExpatError, LookupError, ValueError) as error:  # also unknown encodings
            raise self._refused(f"not XML: {error}") from None

    def _refused(self, message: str) -> InvalidTableError:
        return InvalidTableError(self._name, [Fault(f"part {show(self._part)}", message)])

    def _advance(self, index: int) -> None:
        # A reader that takes the file in pieces begins a long tag or comment anew with each piece.
        if index - self._index > _LONGEST:
            raise self._refused(f"a text, tag or comment of more than {_LONGEST} bytes")
        self._index = index

    def _doctype(self, *_: object) -> None:
        raise self._refused("a document type, which may define entities; no workbook has one")

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        self._advance(self._parser.CurrentByteIndex)
        self._depth += 1
        self.elements -= 1
        if self._depth > _DEEPEST:
            raise self._refused(f"elements more than {_DEEPEST} deep")
        if self.elements < 0:
            raise self._refused(f"the workbook has more than {_MOST_ELEMENTS} elements")
        tag = element.rpartition(" ")[2]
        if self._depth == 1:
            if element.startswith(_STRICT) and tag == "workbook":
                raise self._refused(
                    "a Strict Open XML workbook; save it as Excel workbook (.xlsx) instead"
                )
            self._is_sheet = tag == "worksheet"
        elif not self._is_sheet:
            return
        elif tag == "row":
            self._enter_row(attributes.get("r"))
        elif tag == "c":
            self._enter_cell(attributes.get("r"))
        elif tag == "f":
            self._formula = True
        elif tag in ("v", "is"):
            self._parser.CharacterDataHandler = self._text

    def _end(self, element: str) -> None:
        self._advance(self._parser.CurrentByteIndex)
        self._depth -= 1
        if not self._is_sheet:
            return
        tag = element.rpartition(" ")[2]
        if tag in ("v", "is"):
            self._parser.CharacterDataHandler = None
        elif tag == "c" and self._formula and not self._value:
            self.without_value.append((self._row, self._column))

    def _text(self, text: str) -> None:
        self._value = self._value or not text.isspace()

    def _enter_row(self, number: str | None) -> None:
        before = self._row
        if number is None:
            self._row += 1
        elif number.isascii() and number.isdecimal() and len(number) <= 8:
            self._row = int(number)
        else:
            raise self._refused(f"{show(number)} is no number of a row")
        if not before < self._row <= _MOST_ROWS:
            raise self._refused(f"row {self._row} comes after row {before}")
        self._column = 0

    def _enter_cell(self, reference: str | None) -> None:
        before = self._column
        if reference is None:
            self._column += 1
        else:
            found = _REFERENCE.fullmatch(reference)
            if found is None or int(found[2]) != self._row:
                raise self._refused(f"{show(reference)} is no cell of row {self._row}")
            self._column = _number(found[1])
        if not before < self._column <= _MOST_COLUMNS:
            raise self._refused(
                f"row {self._row}: column {self._column} comes after column {before}"
            )
        self._cells += self._column - before  # each row is filled up from its first column
        if self._cells > _MOST_CELLS:
            raise self._refused(f"row {self._row}: {_too_many_cells()}")
        self._formula = self._value = False


def _too_many_cells() -> str:
    return f"more than {_MOST_CELLS} cells, counting the empty ones in between"


def _letters(column: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(letters: str) -> int:
    """Return the number of a column, from its letters."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
