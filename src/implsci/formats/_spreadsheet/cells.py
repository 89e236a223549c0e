"""Cells of a spreadsheet, from CSV or a workbook, read without trusting the file.

A workbook is unpacked piece by piece under a limit, each part is looked through by expat, and only
the parts that passed are handed on, packed anew and without compression: no macro, no picture, no
document type, no entity reaches the reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.formats._files import read_bytes, to_text
from implsci.formats._spreadsheet.grid import Cell, Grid
from implsci.formats._spreadsheet.separated import read_separated
from implsci.formats._spreadsheet.workbook import read_workbook

__all__ = ["MAX_BYTES", "Cell", "Grid", "read_grids"]

MAX_BYTES: Final = 32 << 20
"""The size in bytes, unpacked, above which a spreadsheet is refused: 32 MiB."""

_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")


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
        return read_workbook(data, path.name, sheet, max_bytes)
    if sheet is not None:
        raise InvalidQueryError(f"sheet {sheet!r}: {path.name} is CSV, which has no sheets")
    return [read_separated(to_text(data, path.name), path.name)]
