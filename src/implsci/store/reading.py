"""Reading a store: its records one by one, and its tables without building records."""

from __future__ import annotations

import importlib
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen

from implsci.errors import FormatError
from implsci.store.columns import CODES, NODES, arrow, coded_columns, schema_of, split_documents
from implsci.store.facts import FACTS, PLACES, Places, facts_of, facts_schema
from implsci.store.manifest import FORMAT, Manifest, Part, read_manifest
from implsci.store.writing import DOCUMENTS, VOCABULARY

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Store", "facts_from", "open_store"]


@frozen
class Store:
    """A store that is open for reading.

    Attributes:
        folder: where it lies.
        manifest: what it consists of.
    """

    folder: Path
    manifest: Manifest

    def __len__(self) -> int:
        return self.manifest.studies

    def documents(self, rows: Sequence[int] | None = None) -> Iterator[bytes]:
        """Yield the records as JSON, in their order.

        Args:
            rows: row numbers of the studies wanted, in rising order; None for all.
        """
        for part, start in self._parts():
            wanted = None if rows is None else _within(rows, start, part.studies)
            if wanted is not None and not wanted:
                continue
            if not part.studies:
                continue
            name, file = self._parquet(DOCUMENTS, part, self._documents_schema)
            if file.metadata.num_rows != part.studies:
                raise FormatError(
                    str(self._path(name)),
                    FORMAT,
                    f"expected {part.studies} records, and it has {file.metadata.num_rows}",
                )
            begin = start
            for group in range(file.num_row_groups):
                count = file.metadata.row_group(group).num_rows
                inside = None if wanted is None else _within(wanted, begin, count)
                if inside is None or inside:
                    read = partial(file.read_row_group, group, columns=["document"])
                    column = self._told(name, read).column(0)
                    if inside is None:
                        yield from (value.as_py() for value in column)
                    else:
                        yield from (column[row - begin].as_py() for row in inside)
                begin += count

    def table(self, kind: str, rows: Any = None) -> pa.Table:
        """Return a table with codes as text and, in place of row numbers, the ids of studies.

        Args:
            kind: one of `implsci.store.KINDS`.
            rows: row numbers of the studies wanted, as an Arrow array; None for all.
        """
        pa = arrow("a table of studies")
        compute = importlib.import_module("pyarrow.compute")
        table = self.columns(kind)
        if rows is not None:
            table = (
                table.take(rows)
                if kind == "studies"
                else table.filter(compute.is_in(table.column("study"), value_set=rows))
            )
        for name in ("code",) if kind == CODES else coded_columns(kind):
            place = table.schema.get_field_index(name)
            table = table.set_column(place, name, self._texts(table.column(name)))
        if kind == "studies":
            return table
        ids = self._ids
        studies = table.column("study").combine_chunks()
        return table.set_column(
            0, "study", pa.DictionaryArray.from_arrays(studies, ids).dictionary_decode()
        )

    def columns(self, kind: str, names: Collection[str] | None = None) -> pa.Table:
        """Return a table, or some of its columns, as they are stored.

        Args:
            kind: one of `implsci.store.KINDS`.
            names: the columns wanted; None for all.

        Raises:
            FormatError: a file has other columns than a store has, or is damaged.
        """
        pa = arrow("a table of studies")
        schema = schema_of(kind)
        if names is not None:
            schema = pa.schema([schema.field(name) for name in schema.names if name in names])
        tables = [
            self._read(kind, part, schema_of(kind), schema.names)
            for part, _ in self._parts()
            if _file(kind, part)
        ]
        return pa.concat_tables(tables) if tables else schema.empty_table()

    @cached_property
    def has_facts(self) -> bool:
        """Whether tables of facts lie beside the records; earlier releases wrote none."""
        return all(
            (_file(nodes, part) is None) == (_file(facts, part) is None)
            for part in self.manifest.parts
            for nodes, facts in _FACTS_OF
        )

    @cached_property
    def places(self) -> pa.Table:
        """The places that nodes stand at; a number in a table of facts is a row of this one."""
        return self._facts_from_records[PLACES] if not self.has_facts else self._all(PLACES)

    def facts(self, wanted: Mapping[str, Sequence[str]]) -> Iterator[dict[str, pa.Table]]:
        """Yield tables of facts, part by part; what a store of an earlier release lacks is made.

        Args:
            wanted: the columns wanted, for each of the tables wanted.

        Raises:
            FormatError: a file has other columns than a store has, or is damaged.
        """
        if not self.has_facts:
            made = self._facts_from_records
            yield {kind: made[kind].select(list(names)) for kind, names in wanted.items()}
            return
        for part in self.manifest.parts:
            yield {
                kind: self._read(kind, part, facts_schema(kind), names)
                if _file(kind, part)
                else _empty(kind, names)
                for kind, names in wanted.items()
            }

    def fact_files(self, kind: str) -> list[Path]:
        """Return the files of a table of facts, none where the store has no row of it."""
        names = [_file(kind, part) for part in self.manifest.parts]
        return [self._path(name) for name in names if name]

    @cached_property
    def _facts_from_records(self) -> dict[str, pa.Table]:
        return facts_from(list(self.documents()))

    def _all(self, kind: str) -> pa.Table:
        pa = arrow("a table of facts")
        schema = facts_schema(kind)
        tables = [
            self._read(kind, part, schema) for part in self.manifest.parts if _file(kind, part)
        ]
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def rows_with(self, paths: Sequence[str], wanted: Collection[str]) -> Any:
        """Return the row numbers of the studies that have a value at one of some paths.

        Args:
            paths: fields of a study (``countries``), of a kind of node (``barriers.codes``), or of a
                record that stands once in it (``innovation.evidence_grade``).
            wanted: the values, as text.

        Returns:
            An Arrow array of row numbers; a study may stand in it more than once.
        """
        pa = arrow("a table of studies")
        coded: list[str] = []
        found = [pa.array([], pa.int32())]
        for path in paths:
            kind, dot, name = path.partition(".") if "." in path else ("studies", "", path)
            if dot and kind not in NODES:  # a record that stands once in a study
                kind, dot, name = "studies", "", f"{kind}_{name}"
            if name in coded_columns(kind):
                coded.append(kind if dot else name)
            else:
                found.append(self._rows_valued(kind, name, wanted))
        if coded:
            found.append(self._rows_coded(coded, wanted))
        return pa.concat_arrays(found)

    def _rows_coded(self, of: Sequence[str], wanted: Collection[str]) -> Any:
        pa = arrow("a table of studies")
        compute = importlib.import_module("pyarrow.compute")
        numbers = [self._numbers[code] for code in wanted if code in self._numbers]
        table = self.columns(CODES)
        table = table.filter(
            compute.is_in(table.column("code"), value_set=pa.array(numbers, pa.int32()))
        )
        hit = compute.is_in(table.column("of"), value_set=pa.array(of, pa.string()))
        return table.filter(hit).column("study").combine_chunks()

    def _rows_valued(self, kind: str, name: str, wanted: Collection[str]) -> Any:
        pa = arrow("a table of studies")
        compute = importlib.import_module("pyarrow.compute")
        inside = kind != "studies"
        table = self.columns(kind, ["study", name] if inside else [name])
        values = table.column(name).combine_chunks()
        rows = table.column("study").combine_chunks() if inside else None
        if pa.types.is_list(values.type):
            parents = compute.list_parent_indices(values).cast(pa.int32())
            rows = parents if rows is None else rows.take(parents)
            values = compute.list_flatten(values)
        elif rows is None:
            rows = pa.array(range(len(values)), pa.int32())
        hit = compute.is_in(values.cast(pa.string()), value_set=pa.array(list(wanted), pa.string()))
        return rows.filter(hit)

    def row_of(self, identifier: str) -> int | None:
        """Return the row number of the study with an id, None where there is none."""
        place: int = self._ids.index(identifier).as_py()
        return None if place < 0 else place

    @cached_property
    def _ids(self) -> Any:
        return self.columns("studies", ["id"]).column("id").combine_chunks()

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The codes; a number in a table is a place among them."""
        return tuple(self._vocabulary.to_pylist())

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {code: number for number, code in enumerate(self.vocabulary)}

    @cached_property
    def _vocabulary(self) -> Any:
        pa = arrow("a table of studies")
        schema = pa.schema([("code", pa.string())])
        tables = [
            self._read(VOCABULARY, part, schema)
            for part, _ in self._parts()
            if _file(VOCABULARY, part)
        ]
        table = pa.concat_tables(tables) if tables else schema.empty_table()
        return table.column("code").combine_chunks()

    def _texts(self, numbers: Any) -> Any:
        """Return codes, or lists of them, as text."""
        pa = arrow("a table of studies")
        compute = importlib.import_module("pyarrow.compute")
        numbers = numbers.combine_chunks()
        if not pa.types.is_list(numbers.type):
            return self._texts_of(numbers)
        lengths = compute.list_value_length(numbers).fill_null(0)
        offsets = pa.concat_arrays(
            [pa.array([0], pa.int32()), compute.cumulative_sum(lengths).cast(pa.int32())]
        )
        texts = self._texts_of(compute.list_flatten(numbers))
        return pa.ListArray.from_arrays(offsets, texts, mask=numbers.is_null())

    def _texts_of(self, numbers: Any) -> Any:
        pa = arrow("a table of studies")
        try:
            return self._vocabulary.take(numbers)
        except pa.ArrowException as error:
            reason = "a table has a code that the vocabulary does not"
            raise FormatError(str(self.folder), FORMAT, reason) from error

    def _parts(self) -> Iterator[tuple[Part, int]]:
        start = 0
        for part in self.manifest.parts:
            yield part, start
            start += part.studies

    def _path(self, name: str) -> Path:
        return self.folder / self.manifest.generation / name

    @property
    def _documents_schema(self) -> Any:
        pa = arrow("a store")
        return pa.schema([("document", pa.large_binary())])

    def _parquet(self, kind: str, part: Part, schema: Any) -> tuple[str, Any]:
        """Open a file of a part, and hold it to its columns."""
        name = _file(kind, part)
        if name is None:
            raise FormatError(str(self.folder), FORMAT, f"a part has no {kind}")
        parquet = importlib.import_module("pyarrow.parquet")
        path = self._path(name)
        file = self._told(name, lambda: parquet.ParquetFile(path, page_checksum_verification=True))
        if not file.schema_arrow.equals(schema):
            raise FormatError(str(path), FORMAT, _other_columns(file.schema_arrow, schema))
        return name, file

    def _read(self, kind: str, part: Part, schema: Any, names: Sequence[str] | None = None) -> Any:
        name, file = self._parquet(kind, part, schema)
        return self._told(name, lambda: file.read(columns=names))

    def _told(self, name: str, read: Any) -> Any:
        pa = arrow("a table of studies")
        try:
            return read()
        except (pa.ArrowException, OSError, ValueError) as error:
            path = self._path(name)
            if not path.exists():
                reason = "gone; the store was written anew meanwhile, so load it again"
            else:
                reason = f"damaged: {' '.join(str(error).split())[:200]}"
            raise FormatError(str(path), FORMAT, reason) from error


def open_store(folder: Path) -> Store:
    """Open a store.

    Raises:
        FormatError: it is broken, or was written by a newer release.
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: there is no store.
    """
    arrow("a store")
    return Store(folder, read_manifest(folder))


def facts_from(documents: Sequence[bytes]) -> dict[str, pa.Table]:
    """Return the tables of facts of some documents, and the places they stand at.

    Args:
        documents: valid studies, one JSON document each, without line breaks.
    """
    places = Places()
    found = facts_of(split_documents(documents), places)
    made = {kind: found.get(kind, facts_schema(kind).empty_table()) for kind in FACTS}
    return {**made, PLACES: places.new()}


_FACTS_OF = (
    ("barriers", "barrierplaces"),
    ("strategies", "strategyplaces"),
    ("outcomes", "outcomeplaces"),
    ("findings", "claims"),
)


def _empty(kind: str, names: Sequence[str]) -> Any:
    return facts_schema(kind).empty_table().select(list(names))


def _file(kind: str, part: Part) -> str | None:
    return next((name for name in part.files if name.rpartition("-")[0] == kind), None)


def _within(rows: Sequence[int], start: int, count: int) -> Sequence[int]:
    return rows[bisect_left(rows, start) : bisect_left(rows, start + count)]


def _other_columns(found: Any, expected: Any) -> str:
    missing = [name for name in expected.names if name not in found.names]
    further = [name for name in found.names if name not in expected.names]
    parts = [f"lacks {', '.join(missing)}"] if missing else []
    parts += [f"has {', '.join(further)}, which no store has"] if further else []
    if not parts:
        parts = [
            f"{field.name} is {found.field(field.name).type}, expected {field.type}"
            for field in expected
            if found.field(field.name).type != field.type
        ] or ["its columns stand in another order"]
    return "; ".join(parts)
