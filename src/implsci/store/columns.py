"""Studies as columns: the tables of a store, and how records become their rows.

Each kind of node has a table of its own, with the row number of its study first. The schemas come
from the record classes, so a field added there is a column here. A record that stands once inside
another (``citation``) becomes columns of its own (``citation_doi``); those that may stand several
times (``codings``) are lists of structures.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

import msgspec

from implsci.codes import Code
from implsci.errors import MissingExtraError
from implsci.model import Study
from implsci.model._record import FieldShape, shape

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "CODES",
    "KINDS",
    "NODES",
    "arrow",
    "coded_columns",
    "schema_of",
    "split_documents",
    "table_of",
]

NODES: Final = tuple(
    name
    for name, field in shape(Study).items()
    if field.many and field.kind == "record" and "id" in shape(field.type)
)
"""The kinds of nodes, each with a table of its own: the fields of a study that hold them."""

CODES: Final = "codes"
"""The table of every code in a study: where it stands, and the code; once each."""

KINDS: Final = ("studies", *NODES, CODES)
"""The tables of a store."""


def arrow(feature: str) -> Any:
    """Return pyarrow, imported only when columns are asked for.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        return importlib.import_module("pyarrow")
    except ImportError as error:
        raise MissingExtraError(feature, "tables") from error


@cache
def schema_of(kind: str) -> pa.Schema:
    """Return the columns of a table as they are stored: codes are numbers of the vocabulary."""
    pa = arrow("a table of studies")
    if kind == CODES:
        return pa.schema([("study", pa.int32()), ("of", pa.string()), ("code", pa.int32())])
    coded = coded_columns(kind)
    columns = [
        (name, pa.list_(pa.int32()) if name in coded else type_) for name, type_ in _columns(kind)
    ]
    if kind == "studies":
        return pa.schema([*columns, ("extra", pa.string())])
    return pa.schema([("study", pa.int32()), *columns])


@cache
def coded_columns(kind: str) -> tuple[str, ...]:
    """Return the columns of a table that hold lists of codes."""
    record = Study if kind == "studies" else shape(Study)[kind].type
    hints = get_type_hints(record)
    return tuple(
        name
        for name, field in shape(record).items()
        if field.many and Code in get_args(hints[name])
    )


def table_of(documents: Sequence[bytes], kind: str) -> pa.Table:
    """Return one table of some documents, with the ids of studies in place of their numbers.

    Args:
        documents: valid studies, one JSON document each, without line breaks.
        kind: one of `KINDS`.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    tables = split_documents(documents)
    table = tables[kind].select(schema_of(kind).names)
    if kind == "studies":
        return table
    ids = tables["studies"].column("id")
    return table.set_column(0, "study", ids.take(table.column("study")))


def split_documents(documents: Sequence[bytes]) -> dict[str, pa.Table]:
    """Return the tables of some documents; codes are still text, and studies count from 0.

    Args:
        documents: valid studies, one JSON document each, without line breaks.
    """
    pa = arrow("a table of studies")
    compute = importlib.import_module("pyarrow.compute")
    parsed = _parsed(documents)
    studies = dict(_flat(parsed.select(_names("studies"))))
    studies["extra"] = pa.array([_extra(document) for document in documents], pa.string())
    tables: dict[str, Any] = {"studies": pa.table(studies)}
    codes = [_codes_of(name, parsed.column(name)) for name in coded_columns("studies")]
    for kind in NODES:
        nodes = parsed.column(kind).combine_chunks()
        rows = compute.list_parent_indices(nodes).cast(pa.int32())
        inner = compute.list_flatten(nodes)
        table = pa.Table.from_arrays(inner.flatten(), names=[field.name for field in inner.type])
        tables[kind] = pa.table({"study": rows, **dict(_flat(table))})
        if "codes" in coded_columns(kind):
            codes.append(_codes_of(kind, tables[kind].column("codes"), rows))
    tables[CODES] = pa.concat_tables(codes)
    return tables


class _Extra(msgspec.Struct):
    extra: msgspec.Raw = msgspec.Raw(b"")


_read_extra = msgspec.json.Decoder(_Extra).decode


def _extra(document: bytes) -> str | None:
    """Return the fields of a source that have no column, as JSON."""
    return bytes(_read_extra(document).extra).decode() or None


def _codes_of(of: str, lists: Any, rows: Any = None) -> pa.Table:
    """Return the codes of a column of lists, once a study, in the order of studies."""
    pa = arrow("a table of studies")
    compute = importlib.import_module("pyarrow.compute")
    lists = lists.combine_chunks()
    parents = compute.list_parent_indices(lists)
    studies = parents if rows is None else rows.take(parents)
    values = compute.list_flatten(lists)
    table = pa.table({"study": studies.cast(pa.int32()), "code": values})
    table = table.group_by(["study", "code"]).aggregate([])
    table = table.sort_by([("study", "ascending"), ("code", "ascending")])
    return table.add_column(1, "of", pa.array([of] * len(table), pa.string())).select(
        ["study", "of", "code"]
    )


def _parsed(documents: Sequence[bytes]) -> pa.Table:
    """Return the documents as one table, a study a row, its nodes nested in it."""
    pa = arrow("a table of studies")
    json = importlib.import_module("pyarrow.json")
    schema = _nested_schema()
    if not documents:
        return schema.empty_table()
    longest = max(map(len, documents))
    return json.read_json(
        pa.BufferReader(b"\n".join(documents)),
        read_options=json.ReadOptions(block_size=max(1 << 22, 2 * longest)),
        parse_options=json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    ).select(schema.names)


@cache
def _nested_schema() -> pa.Schema:
    pa = arrow("a table of studies")
    return pa.schema(
        [(name, _type(field)) for name, field in shape(Study).items() if field.kind != "extra"]
    )


def _names(kind: str) -> list[str]:
    """Return the fields of a record that are not nodes with a table of their own."""
    record = Study if kind == "studies" else shape(Study)[kind].type
    return [
        name
        for name, field in shape(record).items()
        if field.kind != "extra" and not (record is Study and name in NODES)
    ]


@cache
def _columns(kind: str) -> tuple[tuple[str, pa.DataType], ...]:
    pa = arrow("a table of studies")
    record = Study if kind == "studies" else shape(Study)[kind].type
    columns: list[tuple[str, Any]] = []
    for name in _names(kind):
        field = shape(record)[name]
        type_ = _type(field)
        if pa.types.is_struct(type_):
            columns += [(f"{name}_{inner.name}", inner.type) for inner in type_]
        else:
            columns.append((name, type_))
    return tuple(columns)


def _flat(table: pa.Table) -> Iterator[tuple[str, Any]]:
    """Yield the columns of a table, those of a structure one by one."""
    pa = arrow("a table of studies")
    for name in table.column_names:
        column = table.column(name)
        if pa.types.is_struct(column.type):
            inner = column.combine_chunks()
            for field, values in zip(inner.type, inner.flatten(), strict=True):
                yield f"{name}_{field.name}", values
        else:
            yield name, column


def _type(field: FieldShape) -> Any:
    pa = arrow("a table of studies")
    if field.kind == "record":
        type_ = pa.struct(
            [
                (name, _type(inner))
                for name, inner in shape(field.type).items()
                if inner.kind != "extra"
            ]
        )
    else:
        type_ = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_()}[
            field.type
        ]
    return pa.list_(type_) if field.many else type_
