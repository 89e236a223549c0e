"""What a data package says of itself: its descriptor, its codebook, the terms behind its codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, NamedTuple

from implsci.codec import SCHEMA_VERSION
from implsci.codes import Code, slug, split
from implsci.errors import UnknownNameError
from implsci.formats.compendium._data_package.tables import STUDIES, Column, Table, tables
from implsci.hooks import Studies
from implsci.plugins import Registry
from implsci.schema import describe
from implsci.taxonomy import Taxonomy

__all__ = [
    "CODEBOOK",
    "DESCRIPTOR",
    "TERMS",
    "Written",
    "codebook_rows",
    "descriptor",
    "guides",
    "term_rows",
]

DESCRIPTOR: Final = "datapackage.json"
CODEBOOK: Final = "codebook"
TERMS: Final = "terms"

_PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
_LICENSE = re.compile(r"[-a-zA-Z0-9._]+")
_ABOUT: Final = (
    "Studies of implementation as tables: one a kind of record, joined by the id of the study. "
    "codebook.csv says what every column means, terms.csv what every code stands for. An empty cell "
    "is unknown, which is neither zero nor no. Text that a spreadsheet would run as a formula, empty "
    "text, and text of apostrophes alone have one apostrophe before them, which is no part of them; "
    "lists are written as JSON."
)
_TERM_COLUMNS: Final = (
    Column(name="code", type="string", required=True, meaning="The code: scheme, colon, name."),
    Column(name="label", type="string", meaning="Its label; empty where no taxonomy knows it."),
    Column(name="scheme", type="string", required=True, meaning="The taxonomy it belongs to."),
    Column(name="edition", type="string", meaning="Edition of the taxonomy."),
    Column(name="definition", type="string", meaning="What it means, in the words of implsci."),
    Column(name="status", type="string", meaning="How far the term was checked."),
)
_BOOK_COLUMNS: Final = (
    Column(name="table", type="string", required=True, meaning="The table."),
    Column(name="field", type="string", required=True, meaning="The column."),
    Column(name="type", type="string", required=True, meaning="Its type."),
    Column(name="required", type="boolean", required=True, meaning="Whether every row has it."),
    Column(name="allowed", type="string", meaning="The words it may hold, or what they are."),
    Column(name="meaning", type="string", meaning="What it says, and its unit."),
    Column(name="source", type="string", meaning="Where it is defined."),
)


class Written(NamedTuple):
    """A file as it was written.

    Attributes:
        bytes: its size.
        sha256: its digest, in hexadecimal.
    """

    bytes: int
    sha256: str


def guides() -> tuple[Table, Table]:
    """Return the two tables that explain the others: the codebook, the terms."""
    return (
        Table(
            name=CODEBOOK, record=None, holders={}, many=True, keys=("table", "field"),
            columns=_BOOK_COLUMNS,
        ),
        Table(
            name=TERMS, record=None, holders={}, many=True, keys=("code",), columns=_TERM_COLUMNS
        ),
    )  # fmt: skip


def codebook_rows() -> Iterator[tuple[object, ...]]:
    """Yield a row for every column of every table."""
    for table in (*tables(), *guides()):
        for column in table.columns:
            yield (
                table.name,
                column.name,
                column.type,
                column.required,
                _allowed(column),
                column.meaning or None,
                column.source or None,
            )


def _allowed(column: Column) -> str | None:
    if column.choices:
        return " | ".join(str(choice) for choice in column.choices)
    if column.refers:
        return f"ids of {column.refers}"
    return "codes" if column.coded else None


def term_rows(codes: Iterable[str], registry: Registry) -> Iterator[tuple[object, ...]]:
    """Yield a row for each code, in order; one that no taxonomy knows has its scheme only."""

    @cache  # the search for what is not there is slow, since it looks for close names
    def taxonomy_of(scheme: str) -> Taxonomy | None:
        try:
            found = registry.taxonomy(scheme)
        except UnknownNameError:
            return None
        return found if found.scheme == scheme else None

    for code in sorted(codes):
        scheme = split(Code(code))[0]
        taxonomy = taxonomy_of(scheme)
        term = None if taxonomy is None else taxonomy.get(code)
        if taxonomy is None or term is None:
            yield code, None, scheme, None, None, None
        else:
            yield code, term.label, scheme, taxonomy.edition, term.definition or None, term.status


def descriptor(
    studies: Studies,
    written: Mapping[str, Written],
    *,
    folder: str = "",
    version: str | None = None,
    created: str | None = None,
) -> dict[str, Any]:
    """Return the descriptor, after the Data Package standard, version 2.

    Args:
        studies: what was written.
        written: each table's file, by the table's name.
        folder: what stands before the names of the files.
        version: the release.
        created: when, RFC 3339.
    """
    own: dict[str, Any] = {"schema": SCHEMA_VERSION}
    about: dict[str, Any] = {"$schema": _PROFILE}
    if studies.name is not None:
        about["name"] = slug(studies.name) or "compendium"
        if about["name"] != studies.name:
            own["name"] = studies.name
    if studies.title is not None:
        about["title"] = studies.title
    about["description"] = _ABOUT
    if version is not None:
        about["version"] = version
    if created is not None:
        about["created"] = created
    if studies.license is not None:
        about["licenses"] = [
            {"name": studies.license}
            if _LICENSE.fullmatch(studies.license) and studies.license != "other"
            else {"name": "other", "title": studies.license}
        ]
    if studies.citation is not None:
        about["citation"] = studies.citation
    about["implsci"] = own
    about["resources"] = [
        _resource(table, written[table.name], folder) for table in (*tables(), *guides())
    ]
    return about


def _resource(table: Table, file: Written, folder: str) -> dict[str, Any]:
    return {
        "name": table.name,
        "path": f"{folder}{table.path}",
        "type": "table",
        "description": _described(table),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}",
        "dialect": {
            "header": True, "delimiter": ",", "quoteChar": '"', "doubleQuote": True,
            "lineTerminator": "\n", "skipInitialSpace": False,
        },
        "schema": _schema(table),
    }  # fmt: skip


def _described(table: Table) -> str:
    if table.record is not None:
        return describe(table.record)
    return {
        CODEBOOK: "What every column of every table means.",
        TERMS: "Every code used, with its label and definition.",
    }.get(table.name, "Fields of a source that have no column.")


def _schema(table: Table) -> dict[str, Any]:
    foreign = []
    for column in table.columns:
        # A reference that may be empty cannot be one part of a key: checkers take it for missing.
        if column.refers and column.required and column.type == "string":
            if column.refers == STUDIES:
                foreign.append(_foreign([column.name], STUDIES, ["id"]))
            else:
                foreign.append(_foreign(["study", column.name], column.refers, ["study", "id"]))
        elif column.coded and column.type == "string":
            foreign.append(_foreign([column.name], TERMS, ["code"]))
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
        "primaryKey": list(table.keys),
    }
    if foreign:
        schema["foreignKeys"] = foreign
    return schema


def _foreign(fields: list[str], resource: str, there: list[str]) -> dict[str, Any]:
    return {"fields": fields, "reference": {"resource": resource, "fields": there}}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type}
    if column.meaning:
        field["description"] = column.meaning
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if column.choices:
        constraints["enum"] = list(column.choices)
    if constraints:
        field["constraints"] = constraints
    return field
