"""SSSOM/TSV files as metadata and rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from implsci.errors import Fault, InvalidTableError
from implsci.formats._mapping_set.yaml import Yaml, read_yaml
from implsci.taxonomy._typed import show

__all__ = ["BUILT_IN", "MappingSet", "Row", "joined", "parted", "read_mapping_set"]

BUILT_IN: Final[Mapping[str, str]] = {
    "linkml": "https://w3id.org/linkml/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that a file need not declare, and may not change."""

_REQUIRED = ("subject_id", "predicate_id", "object_id")
# What of the head is said of every mapping, among that which is read.
_SPREAD = ("subject_type", "subject_source", "object_type", "object_source")


class Row(NamedTuple):
    """A mapping as it stands in the table.

    Attributes:
        line: its line in the file.
        cells: its cells by column, without those that are empty.
    """

    line: int
    cells: dict[str, str]


class MappingSet(NamedTuple):
    """A file of mappings.

    Attributes:
        metadata: what stands in its head.
        prefixes: IRIs by their prefix, those included that need no declaration.
        columns: the names of its columns.
        rows: its mappings.
    """

    metadata: dict[str, Yaml]
    prefixes: dict[str, str]
    columns: list[str]
    rows: list[Row]


def read_mapping_set(text: str, name: str, metadata: tuple[str, str] | None) -> MappingSet:
    """Read a file in SSSOM/TSV.

    What the head says of all mappings is put into each row that has nothing else.

    Args:
        text: the file.
        name: its name, for messages.
        metadata: text and name of the file with the metadata, where that is one of its own.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        InvalidTableError: everything that is wrong with its form, each with its line.
    """
    head = re.match(r"(?:#[^\n]*\n?)*", text)
    assert head is not None
    body = text[head.end() :]
    lines = head[0].splitlines()
    # A spreadsheet fills the lines of the head up with tabs.
    inside = "\n".join(line[1:].rstrip() for line in lines)
    found = read_yaml(*(metadata or (inside, name)))
    columns, rows, faults = _rows(body, len(lines))
    prefixes = _prefixes(found, faults)
    if faults:
        raise InvalidTableError(name, faults)
    for column in _SPREAD:
        value = found.get(column)
        if isinstance(value, str) and value and column not in columns:
            for row in rows:
                row.cells[column] = value
    return MappingSet(found, prefixes, columns, rows)


def _rows(body: str, above: int) -> tuple[list[str], list[Row], list[Fault]]:
    reader = csv.reader(io.StringIO(body, newline=""), delimiter="\t", strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        columns = [column.strip() for column in next(reader, [])]
        faults += _header_faults(columns, above + 1)
        for cells in reader:
            line = above + reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(columns):
                faults.append(
                    Fault(
                        f"line {line}",
                        f"expected {len(columns)} cells as in the header, got {len(cells)}",
                    )
                )
                continue
            pairs = zip(columns, cells, strict=True)
            rows.append(Row(line, {column: cell for column, cell in pairs if cell.strip()}))
    except csv.Error as error:
        faults.append(Fault(f"line {above + reader.line_num}", f"no table: {error}"))
        columns = []
    return columns, rows, faults


def _header_faults(columns: list[str], line: int) -> Iterator[Fault]:
    if len(columns) == 1 and columns[0].count(",") > 1:
        yield Fault(f"line {line}", "the cells are parted by commas; expected tabs")
        return
    for column in _REQUIRED:
        if column not in columns:
            yield Fault(
                f"line {line}",
                f"the column {column!r} is missing; the header is {show_all(columns)}",
            )
    if "mapping_justification" not in columns and "match_type" not in columns:
        yield Fault(
            f"line {line}",
            "the column 'mapping_justification' is missing; expected how each mapping was arrived "
            "at, such as semapv:ManualMappingCuration",
        )
    for column, count in Counter(columns).items():
        if count > 1:
            yield Fault(f"line {line}", f"the column {show(column)} stands twice")


def show_all(names: list[str]) -> str:
    """Show a list of names in a message."""
    return ", ".join(map(show, names[:20])) or "empty"


def _prefixes(metadata: Mapping[str, Yaml], faults: list[Fault]) -> dict[str, str]:
    declared = metadata.get("curie_map") or {}
    if not isinstance(declared, dict):
        faults.append(Fault("curie_map", "expected prefixes with the IRIs they stand for"))
        return dict(BUILT_IN)
    found = dict(BUILT_IN)
    for prefix, iri in declared.items():
        if not isinstance(iri, str):
            faults.append(Fault(f"curie_map: {show(prefix)}", "expected an IRI"))
        elif BUILT_IN.get(prefix, iri) != iri:
            faults.append(
                Fault(
                    f"curie_map: {prefix}",
                    f"stands for {BUILT_IN[prefix]} in every file, and may not be {show(iri)}",
                )
            )
        else:
            found[prefix] = iri
    return found


def joined(values: list[str]) -> str:
    """Return several values as one cell."""
    return "|".join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def parted(cell: str) -> list[str]:
    """Return the values of a cell that may hold several."""
    found = [""]
    for piece in re.findall(r"\\[\\|]|\||[^\\|]+|\\", cell):
        if piece == "|":
            found.append("")
        else:
            found[-1] += piece[1:] if piece in ("\\\\", "\\|") else piece
    return [value for value in found if value.strip()]
