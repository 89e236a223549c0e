"""Descriptive data in: a small table of numbers as measurements."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from implsci.atomic import told
from implsci.codec import MAX_BYTES
from implsci.compendium.files import read_some
from implsci.diagnosing._answers import Answers, diagnosis_of
from implsci.diagnosing._questions import QUESTIONS
from implsci.diagnosing._reading import read_answer
from implsci.errors import Fault, InvalidQueryError, InvalidRecord, InvalidTableError
from implsci.escaping import live
from implsci.model.evidence import Measurement
from implsci.names import close_names, fold
from implsci.plugins import Registry

__all__ = ["measure", "measurement_rows"]

_COLUMNS: Final = next(
    {part.field: part for part in question.parts}
    for question in QUESTIONS
    if question.field == "measurements"
)
_MOST_FAULTS: Final = 20


def measure(
    path: Path, *, registry: Registry | None = None, max_bytes: int = MAX_BYTES
) -> tuple[Measurement, ...]:
    r"""Return the measurements of a table.

    The table is CSV in UTF-8 with a header; commas, semicolons or tabs stand between cells. Its
    columns are ``of`` (what was counted), ``value``, ``n``, ``base``, ``unit``, ``stratum`` and
    ``time``, in any order; only ``of`` must be there. An empty cell is unknown. A proportion or
    percentage is worked out where only ``n`` and ``base`` are given.

    Args:
        path: the file.
        registry: knows the terms of ``stratum``; the default registry where None.
        max_bytes: the size above which it is refused unread.

    Raises:
        InvalidTableError: it is no such table; every fault with its line and column.
        UnreadableFileError: it cannot be opened.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "reach.csv")
        ...     _ = file.write_text(
        ...         "of,unit,n,base,stratum\n"
        ...         "screened,proportion,30,120,equity:place-of-residence\n"
        ...     )
        ...     measure(file)[0].value
        0.25
    """
    rows = measurement_rows(path, registry=registry, max_bytes=max_bytes)
    return diagnosis_of({"problem": "?", "measurements": rows}).measurements


def measurement_rows(
    path: Path, *, registry: Registry | None = None, max_bytes: int = MAX_BYTES
) -> list[Answers]:
    """Return the rows of a table as answers to the question for data; raises as `measure`."""
    with told(path), path.open("rb") as stream:
        data = read_some(stream, max_bytes + 1)
    if len(data) > max_bytes:
        raise InvalidTableError(path.name, [Fault("", f"expected at most {max_bytes:,} bytes")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTableError(path.name, [Fault(f"line {line}", "not UTF-8")]) from None
    faults: list[Fault] = []
    lines = _lines(text, path.name)
    _, header = next(lines, (1, []))
    names = [_column(title, faults) for title in header]
    faults += [
        Fault("line 1", f"the column {twice!r} stands twice")
        for twice in sorted({name for name in names if name is not None and names.count(name) > 1})
    ]
    if "of" not in names:
        faults.append(Fault("line 1", f"no column 'of'; expected {', '.join(_COLUMNS)}"))
    if faults:
        raise InvalidTableError(path.name, faults)
    rows: list[Answers] = []
    for line, cells in lines:
        row = _row(line, cells, names, registry, faults)
        if row:
            rows.append(row)
        if len(faults) >= _MOST_FAULTS:
            break
    if faults:
        raise InvalidTableError(path.name, faults)
    return rows


def _lines(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with its first line."""
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidTableError(name, [Fault(f"line {line}", f"not CSV: {error}")]) from None


def _column(title: str, faults: list[Fault]) -> str | None:
    plain = fold(title)
    for field in _COLUMNS:
        if plain == field:
            return field
    close = close_names(plain[:200], _COLUMNS)
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    faults.append(
        Fault(
            "line 1",
            f"unknown column {title.strip()[:60]!r}; expected {', '.join(_COLUMNS)}{hint}",
        )
    )
    return None


def _row(
    line: int,
    cells: list[str],
    names: list[str | None],
    registry: Registry | None,
    faults: list[Fault],
) -> Answers:
    row: Answers = {}
    known = len(faults)
    for index, cell in enumerate(cells):
        text = live(cell.strip())
        if not text:
            continue
        name = names[index] if index < len(names) else None
        if name is None:
            faults.append(Fault(f"line {line}", f"a cell without a header: {text[:60]!r}"))
            continue
        try:
            row[name] = read_answer(_COLUMNS[name], text, registry)
        except InvalidQueryError as error:
            faults.append(Fault(f"line {line}, column {name!r}", error.reason))
    if len(faults) == known:
        try:
            diagnosis_of({"problem": "?", "measurements": [row]})
        except InvalidRecord as error:
            for fault in error.faults:
                column = fault.path.partition("].")[2]
                place = f"line {line}, column {column!r}" if column else f"line {line}"
                faults.append(Fault(place, fault.message))
    return row
