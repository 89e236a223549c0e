"""A filled form as studies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from implsci.codes import is_code
from implsci.errors import FormatError, InvalidTableError
from implsci.escaping import live
from implsci.formats._spreadsheet.cells import Grid, read_grids
from implsci.formats.compendium._form.building import built_studies
from implsci.formats.compendium._form.cells import read_sheet
from implsci.formats.compendium._form.gathering import Gathered
from implsci.formats.compendium._form.sheets import (
    CODEBOOK,
    LISTS,
    README,
    SHEETS,
    STUDIES,
    TERMS,
)
from implsci.formats.compendium._form.terms import Pick, Picks, picks_of
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.names import fold
from implsci.plugins import registry as default_registry

__all__ = ["read_form"]

_MAX_BYTES: Final = 128 << 20  # unpacked


def read_form(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a filled form.

    Columns are known by their names. A cell that does not hold what its column asks for is listed
    with sheet, row and column; a row without what it must have is skipped likewise. Their words are
    kept in ``extra``, as ``form:Barriers.b1.magnitude``, with the coder behind. Rows of several coders
    for one thing become one thing with a coding a value: what all gave alike is settled, the rest is
    listed.

    Args:
        path: the workbook.
        ledger: keeps the account.

    Raises:
        FormatError: no workbook, or none with the sheet and the columns of a form.
        MissingExtraError: openpyxl is not installed.
        UnreadableFileError: the file cannot be opened.
    """
    try:
        grids = read_grids(path, None, _MAX_BYTES)
    except InvalidTableError as error:
        raise FormatError(
            str(path), "form", "; ".join(str(fault) for fault in error.faults)
        ) from error
    named = {fold(grid.sheet or ""): grid for grid in grids}
    if fold(STUDIES.title) not in named:
        raise FormatError(str(path), "form", f"expected a workbook with a sheet {STUDIES.title!r}")
    known = {fold(title) for title in (README, CODEBOOK, TERMS, LISTS)}
    known |= {fold(sheet.title) for sheet in SHEETS}
    for grid in grids:
        if grid.rows and fold(grid.sheet or "") not in known:
            ledger.leave(f"sheet {grid.sheet!r}", "no sheet of the form; not read")
    picks = Picks(_picks(named.get(fold(TERMS))))
    tables = {
        sheet.title: read_sheet(sheet, named[fold(sheet.title)], picks, ledger)
        for sheet in SHEETS
        if fold(sheet.title) in named
    }
    if not tables[STUDIES.title].fields & {"id", "title"}:
        raise FormatError(
            str(path), "form", f"expected the columns id and title on the sheet {STUDIES.title!r}"
        )
    yield from built_studies(path.name, Gathered(tables, ledger), ledger)


def _picks(grid: Grid | None) -> list[Pick]:
    """Return the terms that a form lists; where it has lost them, those of the library."""
    if grid is not None and grid.rows:
        top = min(grid.rows)
        columns = {fold(cell.text): index for index, cell in grid.rows[top].items()}
        if "code" in columns and "label" in columns:

            def text(row: int, title: str) -> str:
                cell = grid.get(row, columns.get(title, 0))
                return live(cell.text) if cell else ""

            return [
                Pick(text(row, "code"), text(row, "label"), text(row, "kind"), text(row, "number"))
                for row in grid.rows
                if row != top and is_code(text(row, "code"))
            ]
    return picks_of(default_registry().taxonomies())
