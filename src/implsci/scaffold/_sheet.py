"""An author's own spreadsheet, turned into the rows of a term table.

It is read more leniently than a term table: columns in any case, cells separated by commas,
semicolons or tabs, parents named by label, codes left out. What is unclear is refused with its line.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

from implsci.codes import Code, slug
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.names import fold
from implsci.taxonomy import Facet, Status, Taxonomy, Term
from implsci.taxonomy._typed import place

__all__ = ["COLUMNS", "terms_of"]

COLUMNS: Final = (
    "code", "label", "synonyms", "definition", "broader", "kind", "notation", "facets", "source",
    "status", "replaced_by", "hidden_labels",
)  # fmt: skip
"""The columns of a term table, and all that a sheet may have."""

_REQUIRED: Final = ("label", "definition")
_MANY: Final = ("synonyms", "broader", "facets", "hidden_labels")
_ON_ONE_LINE: Final = ("code", "label", "kind", "notation", "status", "replaced_by")
# What authors call a column, and its name here.
_ALSO_CALLED: Final = {
    "name": "label", "term": "label", "title": "label", "strategy": "label", "barrier": "label",
    "description": "definition", "meaning": "definition", "parent": "broader", "group": "broader",
    "category": "broader", "domain": "broader", "id": "code", "number": "notation",
    "aliases": "synonyms", "alternative_labels": "synonyms", "reference": "source",
    "citation": "source",
}  # fmt: skip
_PARTS: Final = re.compile(r"\s*[|\r\n]\s*")


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]

    def many(self, column: str) -> list[str]:
        return [" ".join(part.split()) for part in _PARTS.split(self.cells[column]) if part]


def terms_of(path: Path, scheme: str, kind: str) -> list[dict[str, str]]:
    """Return the rows of a term table for what a sheet holds.

    Args:
        path: the sheet, saved as CSV in UTF-8.
        scheme: the scheme of the terms.
        kind: the kind of those that state none.

    Raises:
        UnreadableFileError: the sheet cannot be opened.
        InvalidTableError: anything wrong with it, all at once, each with its line.
    """
    rows = _rows(path)
    faults = [fault for row in rows for fault in _cell_faults(row)]
    if not rows:
        faults.append(Fault("line 2", "expected a term, got none"))
    names = _Names(rows)
    codes, code_faults = _codes(rows, names)
    faults += code_faults
    found: list[dict[str, str]] = []
    for index, row in enumerate(rows):
        cells = {
            column: " | ".join(row.many(column)) if column in _MANY else row.cells[column]
            for column in COLUMNS
        }
        cells["code"] = codes[index]
        for column in ("broader", "replaced_by"):
            targets: list[str] = []
            for text in row.many(column):
                at, fault = names.find(text, index)
                if at is not None:
                    targets.append(codes[at])
                else:
                    faults.append(Fault(f"line {row.line}", f"{column}: {fault}"))
            cells[column] = " | ".join(dict.fromkeys(targets))
        found.append(cells)
    if not faults:
        faults += _rule_faults(rows, found, scheme, kind)
    if faults:
        raise InvalidTableError(path.name, sorted(faults, key=_line_number))
    return found


def _line_number(fault: Fault) -> int:
    number = re.match(r"line (\d+)", fault.path)
    return int(number[1]) if number else 0


def _rows(path: Path) -> list[_Row]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise InvalidTableError(
            path.name, [Fault("", "is a spreadsheet file; save the sheet as CSV UTF-8")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTableError(
            path.name, [Fault(f"line {line}", "not UTF-8; save the sheet as CSV UTF-8")]
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=_delimiter(text))
    lines: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for cells in reader:
            lines.append((line + 1, cells))
            line = reader.line_num
    except csv.Error as error:
        raise InvalidTableError(
            path.name, [Fault(f"line {line + 1}", f"not CSV: {error}")]
        ) from None
    header = [_column(cell) for cell in lines[0][1]] if lines else []
    while header and not header[-1]:
        header.pop()  # what spreadsheets append
    faults = list(
        _header_faults(header, [" ".join(cell.split()) for cell in lines[0][1]] if lines else [])
    )
    rows = []
    for number, cells in lines[1:]:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(header) :]):
            faults.append(
                Fault(
                    f"line {number}",
                    f"expected {len(header)} cells as in the header, got {len(cells)}",
                )
            )
        given = dict(zip(header, cells, strict=False))
        rows.append(_Row(number, {name: _tidy(name, given.get(name, "")) for name in COLUMNS}))
    if faults:
        raise InvalidTableError(path.name, faults)
    return rows


def _delimiter(text: str) -> str:
    """Return what separates the cells: that which makes most columns known."""
    first = text.partition("\n")[0]
    return max(
        ",;\t",
        key=lambda mark: sum(_column(cell.strip('" \r')) in COLUMNS for cell in first.split(mark)),
    )


def _column(cell: str) -> str:
    return "_".join(cell.strip().casefold().replace("-", " ").split())


def _header_faults(header: Sequence[str], written: Sequence[str]) -> Iterator[Fault]:
    for name in _REQUIRED:
        if name not in header:
            yield Fault("line 1", f"the column {name!r} is missing; the header is {list(written)}")
    for name, times in Counter(header).items():
        if name not in COLUMNS:
            close = difflib.get_close_matches(name, COLUMNS, n=1)
            better = _ALSO_CALLED.get(name) or (close[0] if close else "")
            hint = f"; did you mean {better!r}?" if better else f"; known are {', '.join(COLUMNS)}"
            yield Fault("line 1", f"unknown column {written[header.index(name)]!r}{hint}")
        elif times > 1:
            yield Fault("line 1", f"the column {name!r} stands {times} times")


def _tidy(column: str, cell: str) -> str:
    cell = re.sub(r"\r\n?", "\n", cell.strip())
    if cell.startswith(("'=", "'+", "'-", "'@")):
        cell = cell[1:]
    if column == "status":
        cell = cell.casefold()
    return " ".join(cell.split()) if column in _ON_ONE_LINE else cell


def _cell_faults(row: _Row) -> Iterator[Fault]:
    path = f"line {row.line}"
    if not row.cells["label"]:
        yield Fault(path, "label: expected some text, got none")
    if not row.cells["definition"]:
        yield Fault(path, "definition: expected what the term means in your own words, got none")
    for text in row.many("facets"):
        name, _, value = text.partition("=")
        if not (name.strip() and value.strip()):
            yield Fault(path, f"facets: expected name=value, got {text!r}")


def _codes(rows: Sequence[_Row], names: _Names) -> tuple[list[str], list[Fault]]:
    """Return the code of each row, and those that cannot be made or stand twice.

    A code that is given stays. Else it is the slug of the label; of several equal ones, each that
    belongs under another term has the slug of that term in front.
    """
    slugs = [slug(row.cells["label"]) for row in rows]
    often = Counter(slugs)
    codes: list[str] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for index, row in enumerate(rows):
        path = f"line {row.line}"
        code = row.cells["code"] or slugs[index]
        if not row.cells["code"] and often[code] > 1 and (parents := row.many("broader")):
            at, _ = names.find(parents[0], index)
            code = f"{slugs[at]}-{code}" if at is not None and slugs[at] else code
        codes.append(code)
        if not code:
            if row.cells["label"]:
                faults.append(
                    Fault(path, f"label: {row.cells['label']!r} has no letter from a to z to make "
                          "a code of; fill in a column 'code'")
                )  # fmt: skip
        elif first.setdefault(code, row.line) != row.line:
            faults.append(
                Fault(path, f"the code {code!r} is also that of line {first[code]}; fill in a "
                      "column 'code'")
            )  # fmt: skip
    return codes, faults


class _Names:
    """Which row a code or a label means."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._lines = [row.line for row in rows]
        # From the surest to the least sure: its own code, label, label in another spelling, slug.
        self._found: list[dict[str, list[int]]] = [{}, {}, {}, {}]
        for index, row in enumerate(rows):
            code, label = row.cells["code"], row.cells["label"]
            for found, name in zip(
                self._found, (code, label, fold(label), "" if code else slug(label)), strict=True
            ):
                if name:
                    found.setdefault(name, []).append(index)

    def find(self, text: str, asking: int) -> tuple[int | None, str]:
        """Return the row that a text in row `asking` means, or why that cannot be said."""
        for found, name in zip(self._found, (text, text, fold(text), text), strict=True):
            rows = found.get(name, [])
            # "Trust" under "Trust" means the other one.
            rows = [index for index in rows if index != asking] or rows
            if len(rows) == 1:
                return rows[0], ""
            if rows:
                lines = ", ".join(str(self._lines[index]) for index in rows)
                why = f"can be any of lines {lines}; give them codes, and write a code here"
                return None, f"{text!r} {why}"
        return None, f"{text!r} is no label and no code of the sheet"


def _rule_faults(
    rows: Sequence[_Row], found: Sequence[Mapping[str, str]], scheme: str, kind: str
) -> Iterator[Fault]:
    """Yield what the rules of taxonomies are broken by, with its line."""

    def codes(cell: str) -> tuple[Code, ...]:
        return tuple(Code(f"{scheme}:{name}") for name in cell.split(" | ") if name)

    terms = []
    for row, cells in zip(rows, found, strict=True):
        (replaced_by,) = codes(cells["replaced_by"]) or (None,)
        terms.append(
            Term(
                code=Code(f"{scheme}:{cells['code']}"),
                label=cells["label"],
                definition=cells["definition"],
                synonyms=tuple(row.many("synonyms")),
                hidden_labels=tuple(row.many("hidden_labels")),
                broader=codes(cells["broader"]),
                kind=cells["kind"] or kind,
                notation=cells["notation"] or None,
                facets=tuple(
                    Facet(name=name.strip(), value=value.strip())
                    for name, _, value in (text.partition("=") for text in row.many("facets"))
                ),
                source=cells["source"] or None,
                status=cast("Status", cells["status"] or "provisional"),
                replaced_by=replaced_by,
            )
        )
    try:
        Taxonomy(scheme=scheme, title=scheme, kind=kind, terms=tuple(terms))
    except InvalidTableError as error:
        lines = {place(term.code): row.line for term, row in zip(terms, rows, strict=True)}
        for path, message in error.faults:
            # The path is a code, or a code, a dot and a field; codes may hold dots too.
            code, field = (path, "") if path in lines else path.rpartition(".")[::2]
            where = f"line {lines[code]}" if code in lines else path
            yield Fault(where, f"{field}: {message}" if field and code in lines else message)
