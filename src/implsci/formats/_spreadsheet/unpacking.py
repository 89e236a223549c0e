"""A workbook unpacked without trusting it: limits, no document type, nothing but plain XML parts."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from implsci.errors import Fault, ImplsciError, InvalidTableError
from implsci.formats._spreadsheet.grid import MOST_CELLS, too_many_cells
from implsci.taxonomy._typed import show

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

__all__ = ["repacked"]

_MOST_PARTS: Final = 10_000
_MOST_ELEMENTS: Final = 1_000_000
_DEEPEST: Final = 256
_LONGEST: Final = 1 << 20
_MOST_ROWS: Final = 1 << 20  # as many as a worksheet has
_MOST_COLUMNS: Final = 1 << 14
_PIECE: Final = 1 << 16

_ENTRY: Final = b"PK\x01\x02"
_STRICT: Final = "http://purl.oclc.org/ooxml/"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def repacked(
    data: bytes, name: str, max_bytes: int
) -> tuple[io.BytesIO, dict[str, frozenset[tuple[int, int]]]]:
    """Return the parts of a workbook that may be read, and each sheet's formulas without a value.

    Raises:
        InvalidTableError: it is damaged, locked, over the limits, or holds what no workbook has.
    """

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
        if self._cells > MOST_CELLS:
            raise self._refused(f"row {self._row}: {too_many_cells()}")
        self._formula = self._value = False


def _number(letters: str) -> int:
    """Return the number of a column, from its letters."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
