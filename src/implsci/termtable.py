"""Term tables: vocabularies kept as CSV that a domain expert edits in a spreadsheet.

A table has a header line; columns may stand in any order, unknown ones are refused by name. Several
values in a cell are joined by a bar between spaces, as in ``a | b``. Every fault is reported with
its line.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Callable, Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

from implsci.codes import Code
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.taxonomy import (
    Crosswalk,
    Facet,
    LevelCount,
    Link,
    LinkKind,
    LinkSet,
    Predicate,
    Status,
    Taxonomy,
    Term,
    TermMapping,
)
from implsci.taxonomy._typed import place

__all__ = ["read_crosswalk", "read_links", "read_taxonomy"]


def __dir__() -> list[str]:
    return __all__


_TERM_COLUMNS = (
    "code", "label", "synonyms", "definition", "broader", "kind", "notation", "facets", "source",
    "status", "replaced_by",
)  # fmt: skip
_LINK_COLUMNS = ("source", "target", "k", "n", "level", "status", "derived", "note")
_MAPPING_COLUMNS = (
    "subject", "predicate", "object", "justification", "confidence", "author", "source"
)  # fmt: skip


_T = TypeVar("_T")


class _Row(NamedTuple):
    line: int
    cells: dict[str, str]

    def many(self, column: str) -> tuple[str, ...]:
        return tuple(
            part.strip() for part in self.cells.get(column, "").split(" | ") if part.strip()
        )

    def one(self, column: str) -> str | None:
        return self.cells.get(column, "").strip() or None


def read_taxonomy(
    table: Traversable | Path,
    *,
    scheme: str,
    title: str,
    kind: str,
    family: str = "",
    edition: str | None = None,
    license: str | None = None,
    citation: str | None = None,
) -> Taxonomy:
    """Read a taxonomy from its term table.

    Args:
        table: CSV in UTF-8 with the columns code, label, definition and any of synonyms, broader,
            kind, notation, facets (``name=value``), source, status, replaced_by. Codes and broader
            codes stand without the scheme.
        scheme: id of the taxonomy.
        title: its name in full.
        kind: what its terms are; also the kind of a term whose own cell is empty.
        family: the id without the edition.
        edition: which edition.
        license: the publisher's licence.
        citation: where it is published, with DOI.

    Returns:
        The taxonomy.

    Raises:
        UnreadableFileError: the table cannot be opened.
        InvalidTableError: anything wrong with the table, all at once, each with its line.

    Examples:
        >>> from importlib.resources import files
        >>> table = files("implsci.taxonomies") / "engagement.csv"
        >>> read_taxonomy(table, scheme="engagement", title="Engagement", kind="engagement")[
        ...     "engagement:push"
        ... ].label
        'Push'
    """

    def term(row: _Row) -> Term:
        return Term(
            code=Code(f"{scheme}:{row.one('code') or ''}"),
            label=row.one("label") or "",
            definition=row.one("definition") or "",
            synonyms=row.many("synonyms"),
            broader=tuple(Code(f"{scheme}:{name}") for name in row.many("broader")),
            kind=row.one("kind") or kind,
            notation=row.one("notation"),
            facets=tuple(_facet(text) for text in row.many("facets")),
            source=row.one("source"),
            status=cast("Status", row.one("status") or "verified"),
            replaced_by=Code(f"{scheme}:{name}") if (name := row.one("replaced_by")) else None,
        )

    rows = _rows(table, _TERM_COLUMNS, required=("code", "label", "definition"))
    terms = _convert(table, rows, term)
    lines = {place(term.code): row.line for term, row in zip(terms, rows, strict=True)}
    try:
        return Taxonomy(
            scheme=scheme,
            title=title,
            kind=kind,
            terms=tuple(terms),
            family=family,
            edition=edition,
            license=license,
            citation=citation,
        )
    except InvalidTableError as error:
        raise InvalidTableError(
            _name(table), [_with_line(fault, lines) for fault in error.faults]
        ) from None


def read_links(
    table: Traversable | Path,
    *,
    basis: str,
    kind: LinkKind,
    title: str,
    sources: Sequence[Code],
    targets: Sequence[Code],
    level_counts: Sequence[LevelCount] = (),
    license: str | None = None,
    citation: str | None = None,
) -> LinkSet:
    """Read the links of a basis from their table.

    Args:
        table: CSV in UTF-8 with the columns source, target (codes) and any of k, n, level (``1``,
            ``2``, ``1-2``), status, derived (``yes`` or empty), note.
        basis: id of the basis.
        kind: endorsement, theory, coding or observed.
        title: its name in full.
        sources: every code the basis asked about.
        targets: every code it could have led to.
        level_counts: the publisher's own counts of levels.
        license: its licence.
        citation: where it is published.

    Returns:
        The basis.

    Raises:
        UnreadableFileError: the table cannot be opened.
        InvalidTableError: anything wrong with the table, all at once.
    """

    def link(row: _Row) -> Link:
        level = row.one("level")
        derived = row.one("derived")
        if derived not in (None, "yes"):
            raise ValueError(f"derived: expected yes or nothing, got {derived!r}")
        return Link(
            source=Code(row.one("source") or ""),
            target=Code(row.one("target") or ""),
            k=_whole(row, "k"),
            n=_whole(row, "n"),
            level=cast("Any", int(level) if level in ("1", "2") else level),
            status=cast("Any", row.one("status")),
            derived=derived == "yes",
            note=row.one("note"),
        )

    rows = _rows(table, _LINK_COLUMNS, required=("source", "target"))
    return LinkSet(
        basis=basis,
        kind=kind,
        title=title,
        sources=tuple(sources),
        targets=tuple(targets),
        links=tuple(_convert(table, rows, link)),
        level_counts=tuple(level_counts),
        license=license,
        citation=citation,
    )


def read_crosswalk(
    table: Traversable | Path,
    *,
    name: str,
    subject_scheme: str,
    object_scheme: str,
    title: str,
    status: Status = "verified",
    license: str | None = None,
    citation: str | None = None,
) -> Crosswalk:
    """Read a crosswalk from its table.

    Args:
        table: CSV in UTF-8 with the columns subject, predicate, object and any of justification,
            confidence, author, source.
        name: id of the crosswalk.
        subject_scheme: the scheme mapped from.
        object_scheme: the scheme mapped to.
        title: its name in full.
        status: how far it was checked.
        license: its licence.
        citation: where it is published.

    Returns:
        The crosswalk.

    Raises:
        UnreadableFileError: the table cannot be opened.
        InvalidTableError: anything wrong with the table, all at once.
    """

    def mapping(row: _Row) -> TermMapping:
        confidence = row.one("confidence")
        return TermMapping(
            subject=Code(row.one("subject") or ""),
            predicate=cast("Predicate", row.one("predicate") or ""),
            object=Code(row.one("object") or ""),
            justification=row.one("justification") or "semapv:ManualMappingCuration",
            confidence=None if confidence is None else float(confidence),
            author=row.one("author"),
            source=row.one("source"),
        )

    rows = _rows(table, _MAPPING_COLUMNS, required=("subject", "predicate", "object"))
    return Crosswalk(
        name=name,
        subject_scheme=subject_scheme,
        object_scheme=object_scheme,
        title=title,
        mappings=tuple(_convert(table, rows, mapping)),
        status=status,
        license=license,
        citation=citation,
    )


def _name(table: Traversable | Path) -> str:
    return table.name


def _rows(table: Traversable | Path, columns: Sequence[str], required: Sequence[str]) -> list[_Row]:
    try:
        data = table.read_bytes()
    except OSError as error:
        raise UnreadableFileError(str(table), error.strerror or str(error)) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTableError(
            _name(table), [Fault(f"line {line}", "not UTF-8; save the table as CSV UTF-8")]
        ) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[_Row] = []
    faults: list[Fault] = []
    try:
        header = next(reader, [])
        faults += _header_faults(header, columns, required)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                faults.append(
                    Fault(
                        f"line {reader.line_num}",
                        f"expected {len(header)} cells as in the header, got {len(cells)}",
                    )
                )
                continue
            rows.append(_Row(reader.line_num, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        faults.append(Fault(f"line {reader.line_num}", f"not CSV: {error}"))
    if faults:
        raise InvalidTableError(_name(table), faults)
    return rows


def _header_faults(
    header: Sequence[str], columns: Sequence[str], required: Sequence[str]
) -> Iterator[Fault]:
    for name in required:
        if name not in header:
            yield Fault("line 1", f"the column {name!r} is missing; the header is {list(header)}")
    for name in header:
        if name not in columns:
            close = difflib.get_close_matches(name, columns, n=1)
            hint = f"; did you mean {close[0]!r}?" if close else ""
            yield Fault("line 1", f"unknown column {name!r}{hint}")
        elif header.count(name) > 1:
            yield Fault("line 1", f"the column {name!r} stands twice")


def _convert(
    table: Traversable | Path, rows: Sequence[_Row], convert: Callable[[_Row], _T]
) -> list[_T]:
    made: list[_T] = []
    faults: list[Fault] = []
    for row in rows:
        try:
            made.append(convert(row))
        except ValueError as error:
            faults.append(Fault(f"line {row.line}", str(error)))
    if faults:
        raise InvalidTableError(_name(table), faults)
    return made


def _facet(text: str) -> Facet:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise ValueError(f"facets: expected name=value, got {text!r}")
    return Facet(name=name.strip(), value=value.strip())


def _whole(row: _Row, column: str) -> int | None:
    text = row.one(column)
    if text is None:
        return None
    if not text.isdecimal():
        raise ValueError(f"{column}: expected a whole number, got {text!r}")
    return int(text)


def _with_line(fault: Fault, lines: dict[str, int]) -> Fault:
    """Put the line in front of a fault whose path is a code, or a code, a dot and a field."""
    line = lines.get(fault.path) or lines.get(fault.path.rpartition(".")[0])
    return fault if line is None else fault._replace(path=f"line {line}: {fault.path}")
