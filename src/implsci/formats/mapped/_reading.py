"""Tables read by a mapping: rows are grouped into studies, and each study is built."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from implsci.errors import Fault, InvalidRecord, InvalidTableError, UnknownNameError
from implsci.formats._rows import Row, Table, read_table
from implsci.formats.mapped._block import Block
from implsci.formats.mapped._cells import Cells
from implsci.formats.mapped._fields import STUDY
from implsci.formats.mapped._spec import Exclusion, SheetMapping, folded
from implsci.formats.mapped._studies import StudyBuilder
from implsci.formats.mapped._tree import meant
from implsci.identifiers import make_id
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.plugins import registry

__all__ = ["read_mapped"]


_MOST_FAULTS = 100


def read_mapped(
    path: str | os.PathLike[str], mapping: SheetMapping, ledger: Ledger
) -> Iterator[Study]:
    r"""Yield the studies of a table, in the order in which each first stands there.

    The ledger lists rows left out with the reason the mapping gives, values the mapping does not
    know, cells that are no number where one is due (the effect is skipped, the study stays), fields
    that differ within a study, columns left out, and codes of the mapping that no installed taxonomy
    has, which are kept.

    Args:
        path: a CSV file or a workbook.
        mapping: which column is what.
        ledger: keeps the account; a strict one raises at the first effect or study skipped.

    Raises:
        UnreadableFileError: nothing there, or it cannot be opened.
        InvalidTableError: no table, or columns that the mapping names are not in it, all at once.
        InvalidQueryError: the workbook has no such sheet.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
        LoadError: something was skipped, and the ledger is strict.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.formats.mapped import SheetMapping
        >>> from implsci.formats.mapped._spec import Source
        >>> mapping = SheetMapping(
        ...     name="m.toml", key=("trial",), study={"title": (Source(path="t", column="name"),)}
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "t.csv")
        ...     _ = table.write_text("trial,name,hours\n1,Nairobi,12\n2,Kisumu,\n")
        ...     [(study.title, study.extra) for study in read_mapped(table, mapping, Ledger())]
        [('Nairobi', {'trial': 1, 'hours': 12}), ('Kisumu', {'trial': 2})]
    """
    source = Path(path)
    ledger.source = ledger.source or source.name
    for field, text in mapping.about.items():
        setattr(ledger, field, text)
    table = read_table(source, ledger, sheet=mapping.sheet)
    _check_columns(mapping, table, source.name)
    _tell(mapping, table, ledger)
    _check_codes(mapping, ledger)
    cells = Cells(mapping, table, ledger)
    taken: set[str] = set()
    for key, rows in _grouped(mapping, table, cells, ledger):
        kept = [row for row in rows if not _excluded(row, mapping, cells, ledger)]
        if not kept:
            ledger.leave("studies left out", "each of its rows is left out", " ".join(key))
            continue
        identifier = _identifier(mapping, cells, kept[0], key, taken)
        try:
            block = Block(identifier, kept, mapping, cells, ledger)
            study = StudyBuilder(source.name, mapping, block).study()
        except InvalidRecord as error:
            reasons = "; ".join(map(str, error.faults))
            ledger.skip(kept[0].place, f"study {identifier!r}: {reasons}")
            continue
        yield study


def _check_columns(mapping: SheetMapping, table: Table, name: str) -> None:
    """Refuse a mapping that names columns which are not there.

    Raises:
        InvalidTableError: lists them, each with the key that names it and close titles.
    """
    titles = set(table.columns)
    faults: list[Fault] = []
    for path, column in dict.fromkeys(mapping.named()):
        if column in titles:
            continue
        if len(faults) == _MOST_FAULTS:
            faults.append(Fault("", "and more"))
            break
        near = meant(column, list(table.columns)) if len(titles) <= 2_000 else ""
        faults.append(Fault(path, f"{name} has no column {column!r}{near}"))
    if faults:
        raise InvalidTableError(mapping.name, faults)


def _tell(mapping: SheetMapping, table: Table, ledger: Ledger) -> None:
    """Say what holds for the whole table."""
    for column in mapping.leave:
        filled = sum(column in row.cells for row in table.rows)
        ledger.leave(column, f"left out as the mapping says ({filled:,} cells)")
    markers = {folded(text) for text in mapping.missing}
    found = Counter(
        text for row in table.rows for text in row.cells.values() if folded(text) in markers
    )
    if found:
        counted = ", ".join(f"{text!r} {count:,} times" for text, count in sorted(found.items()))
        ledger.say(f"read as empty: {counted}")


def _check_codes(mapping: SheetMapping, ledger: Ledger) -> None:
    """List the codes of the mapping that their taxonomies do not have; they are written all the same."""
    for path, code in dict.fromkeys(mapping.codes()):
        try:
            term = registry().term(code)
        except UnknownNameError as error:
            if error.kind == "taxonomy":
                ledger.say(f"its codes in {mapping.name} are not checked: {error}")
                continue
            close = error.suggestions
        else:
            if term.code == code:
                continue
            close = (term.code,)  # a published number, or a family without its edition
        asked = f"; did you mean {' or '.join(close[:3])}?" if close else ""
        ledger.leave(path, f"{code.partition(':')[0]} has no code {code!r}{asked}")


def _grouped(
    mapping: SheetMapping, table: Table, cells: Cells, ledger: Ledger
) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    if not mapping.key:
        for row in table.rows:
            yield (row.place,), [row]
        return
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in table.rows:
        key = tuple(cells.cell(row, column) for column in mapping.key)
        if any(key):
            groups.setdefault(key, []).append(row)
        else:
            ledger.skip(row.place, f"no study: {' and '.join(mapping.key)} empty")
    yield from groups.items()


def _excluded(row: Row, mapping: SheetMapping, cells: Cells, ledger: Ledger) -> bool:
    for exclusion in mapping.exclude:
        if _applies(exclusion, row, cells, ledger):
            ledger.leave("rows left out", exclusion.reason, row.place)
            return True
    return False


def _applies(exclusion: Exclusion, row: Row, cells: Cells, ledger: Ledger) -> bool:
    text = cells.cell(row, exclusion.column)
    if not text:
        return exclusion.empty
    if folded(text) in exclusion.values:
        return True
    if exclusion.below is None and exclusion.above is None:
        return False
    number = cells.parsed(text)
    if number is None:
        ledger.leave(exclusion.column, f"no number, so {exclusion.path} leaves it in", row.place)
        return False
    return (exclusion.below is not None and number < exclusion.below) or (
        exclusion.above is not None and number > exclusion.above
    )


def _identifier(
    mapping: SheetMapping, cells: Cells, row: Row, key: tuple[str, ...], taken: set[str]
) -> str:
    for field in ("id", "title"):
        if field == "id" or not mapping.key:
            for source in mapping.study.get(field, ()):
                if found := cells.read(source, STUDY["id"], row).values:
                    return make_id(found, taken)
    return make_id(key, taken)
