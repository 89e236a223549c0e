"""Ratings in a table: a line for each construct, a column for each site."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final

from implsci.analysis.ratings._matrix import ConstructRatings, RatingsMatrix, Site, SiteRating
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.escaping import live

__all__ = ["ratings_from_table", "read_ratings"]

_MIXED: Final = re.compile(r"\(?\bmix(?:ed)?\b\)?", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+-]?\d+")
_MINUS: Final = str.maketrans("\u2212\u2013", "--")


def ratings_from_table(
    rows: Iterable[Mapping[str, object]],
    *,
    construct: str = "construct",
    sites: Mapping[str, str] | Sequence[str] | None = None,
    name: str = "ratings",
) -> RatingsMatrix:
    """Return the matrix of a table with a line for each construct and a column for each site.

    A cell is a number from -2 to +2, with ``mixed`` beside it (``0 (mixed)``) where statements
    pointed both ways, ``mixed`` alone, or empty or ``missing`` where there is no rating.

    Args:
        rows: the lines, each by column.
        construct: the column that names the construct.
        sites: the columns of the sites, in order, or their labels by column; every other column
            where None.
        name: what to call the table in a message.

    Raises:
        InvalidTableError: a cell that is no rating, a column that is missing, or a construct that
            stands twice or is empty; all at once, each with its line.

    Examples:
        >>> matrix = ratings_from_table([{"construct": "Cost", "a": -1, "b": None}])
        >>> matrix.cell("Cost", "b").missing
        True
    """
    lines = list(rows)
    header = list(dict.fromkeys(column for line in lines for column in line))
    return _matrix(list(enumerate(lines, 2)), header, construct, sites, name)


def _matrix(
    lines: Sequence[tuple[int, Mapping[str, object]]],
    header: Sequence[str],
    construct: str,
    sites: Mapping[str, str] | Sequence[str] | None,
    name: str,
) -> RatingsMatrix:
    columns = list(sites) if sites is not None else [own for own in header if own != construct]
    faults: list[Fault] = [
        Fault("header", f"the column {column!r} is missing; the columns are {list(header)}")
        for column in (construct, *columns)
        if lines and column not in header
    ]
    if len(set(columns)) < len(columns):
        faults.append(Fault("header", "a site stands twice"))
    found: dict[str, ConstructRatings] = {}
    for number, line in [] if faults else lines:
        label = str(line.get(construct) or "").strip()
        if not label:
            faults.append(Fault(f"line {number}", f"{construct}: expected some text, got none"))
        elif label in found:
            faults.append(Fault(f"line {number}", f"{construct}: {label!r} stands twice"))
        cells: list[SiteRating] = []
        for column in columns:
            try:
                cells.append(_read(line.get(column)))
            except ValueError as error:
                faults.append(Fault(f"line {number}", f"{column}: {error}"))
        found[label] = ConstructRatings(construct=label, label=label, cells=tuple(cells))
    if faults:
        raise InvalidTableError(name, faults)
    labels = sites if isinstance(sites, Mapping) else {}
    return RatingsMatrix(
        sites=tuple(Site(id=column, label=labels.get(column, column)) for column in columns),
        rows=tuple(found.values()),
    )


def _read(value: object) -> SiteRating:
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("", "missing")):
        return SiteRating()
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"expected a rating from -2 to +2, mixed or missing, got {value!r}")
    text = str(value).translate(_MINUS).strip()
    rest = _MIXED.sub("", text).strip()
    mixed = rest != text
    if rest and not (_NUMBER.fullmatch(rest) and rest.isascii() and len(rest) <= 2):
        raise ValueError(f"expected a rating from -2 to +2, mixed or missing, got {value!r}")
    number = int(rest) if rest else None
    if number is not None and abs(number) > (1 if mixed else 2):
        wanted = "a mixed rating from -1 to +1" if mixed else "a rating from -2 to +2"
        raise ValueError(f"expected {wanted}, got {value!r}")
    return SiteRating(value=number, mixed=mixed)


def read_ratings(
    path: str | PathLike[str],
    *,
    construct: str = "construct",
    sites: Mapping[str, str] | Sequence[str] | None = None,
) -> RatingsMatrix:
    r"""Return the matrix of a CSV file in UTF-8; its cells are those of `ratings_from_table`.

    Args:
        path: the file.
        construct: the column that names the construct.
        sites: the columns of the sites, or their labels by column; every other one where None.

    Raises:
        UnreadableFileError: it cannot be opened.
        InvalidTableError: it is no such table; every fault with its line.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder) / "ratings.csv"
        ...     _ = file.write_text("construct,north\nCost,-1\n", encoding="utf-8")
        ...     read_ratings(file).rows[0].cells[0].value
        -1
    """
    file = Path(path)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise InvalidTableError(
            file.name, [Fault("", "not UTF-8; save it as CSV UTF-8")]
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [
            (reader.line_num, [live(cell.strip()) for cell in line]) for line in reader if line
        ]
    except csv.Error as error:
        fault = Fault(f"line {reader.line_num}", f"not CSV: {error}")
        raise InvalidTableError(file.name, [fault]) from error
    if len(lines) < 2:
        raise InvalidTableError(file.name, [Fault("", "expected a header and a line, got none")])
    (_, header), *body = lines
    faults = [
        Fault(f"line {number}", f"expected {len(header)} cells as in the header, got {len(line)}")
        for number, line in body
        if len(line) != len(header)
    ]
    if len(set(header)) < len(header):
        faults.append(Fault("line 1", "a column stands twice"))
    if faults:
        raise InvalidTableError(file.name, faults)
    numbered = [(number, dict(zip(header, line, strict=True))) for number, line in body]
    return _matrix(numbered, header, construct, sites, file.name)
