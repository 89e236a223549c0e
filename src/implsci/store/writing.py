"""Writing a store: part after part, and valid only with the last step."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from implsci.atomic import sync_file, sync_folder, told
from implsci.codec import SCHEMA_VERSION
from implsci.store.columns import CODES, KINDS, arrow, coded_columns, schema_of, split_documents
from implsci.store.manifest import (
    VERSION,
    Manifest,
    Part,
    next_generation,
    sweep,
    write_manifest,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DOCUMENTS", "PART", "StoreWriter"]

DOCUMENTS: Final = "documents"
"""The file of a part that holds the records themselves."""

PART: Final = 20_000
"""How many studies a part holds, so that writing needs little memory whatever their number."""

_GROUP: Final = 1_000


class StoreWriter:
    """Writes a new version of a store beside the old one, which stays valid until `commit`.

    Args:
        folder: the store; it is made where there is none.
        generation: the folder of a version begun earlier, to go on with it.
        parts: what was written of it.
        vocabulary: the codes met so far.

    Raises:
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: the folder cannot be made.
    """

    def __init__(
        self,
        folder: Path,
        generation: str | None = None,
        parts: Sequence[Part] = (),
        vocabulary: Sequence[str] = (),
    ) -> None:
        arrow("a store")
        self.folder = folder
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.generation = generation or next_generation(folder)
            self._place = folder / self.generation
            self._place.mkdir(exist_ok=True)
        self.parts = list(parts)
        self._numbers = {code: number for number, code in enumerate(vocabulary)}
        self._first = sum(part.studies for part in self.parts)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The codes met so far, in the order of their numbers."""
        return tuple(self._numbers)

    def ids(self) -> list[str]:
        """Return the ids of the studies written so far."""
        parquet = importlib.import_module("pyarrow.parquet")
        return [
            identifier
            for number in range(len(self.parts))
            for identifier in parquet.read_table(
                self._place / f"studies-{number:05}.parquet", columns=["id"]
            )
            .column("id")
            .to_pylist()
        ]

    def add(self, documents: Sequence[bytes]) -> None:
        """Write one part; its files have reached the disk when this returns.

        Args:
            documents: valid studies, one JSON document each.
        """
        pa = arrow("a store")
        number = len(self.parts)
        tables = split_documents(documents)
        tables[DOCUMENTS] = pa.table({"document": pa.array(documents, pa.large_binary())})
        files: dict[str, int] = {}
        with told(self._place):
            for kind, table in tables.items():
                if not len(table):
                    continue
                name = f"{kind}-{number:05}.parquet"
                if kind in KINDS:
                    table = self._numbered(kind, table)  # noqa: PLW2901
                path = self._place / name
                importlib.import_module("pyarrow.parquet").write_table(
                    table,
                    path,
                    compression="zstd",
                    row_group_size=_GROUP if kind == DOCUMENTS else None,
                )
                sync_file(path)
                files[name] = path.stat().st_size
            sync_folder(self._place)
        self.parts.append(Part(len(documents), files))
        self._first += len(documents)

    def commit(
        self,
        *,
        name: str | None = None,
        title: str | None = None,
        license: str | None = None,
        citation: str | None = None,
    ) -> None:
        """Make this version the store, and remove the one before."""
        write_manifest(
            self.folder,
            Manifest(
                implsci_store=VERSION,
                implsci=SCHEMA_VERSION,
                generation=self.generation,
                studies=self._first,
                parts=tuple(self.parts),
                vocabulary=self.vocabulary,
                name=name,
                title=title,
                license=license,
                citation=citation,
            ),
        )
        sweep(self.folder, self.generation)

    def _numbered(self, kind: str, table: pa.Table) -> pa.Table:
        """Return a table with numbers for codes, and studies counted over all parts."""
        pa = arrow("a store")
        compute = importlib.import_module("pyarrow.compute")
        columns: dict[str, Any] = {name: table.column(name) for name in schema_of(kind).names}
        if "study" in columns:
            columns["study"] = compute.add(columns["study"], pa.scalar(self._first, pa.int32()))
        if kind == CODES:
            columns["code"] = self._numbers_of(columns["code"].combine_chunks())
        else:
            for name in coded_columns(kind):
                lists = columns[name].combine_chunks()
                lengths = compute.list_value_length(lists).fill_null(0)
                offsets = pa.concat_arrays(
                    [pa.array([0], pa.int32()), compute.cumulative_sum(lengths).cast(pa.int32())]
                )
                columns[name] = pa.ListArray.from_arrays(
                    offsets, self._numbers_of(compute.list_flatten(lists)), mask=lists.is_null()
                )
        return pa.table(columns, schema=schema_of(kind))

    def _numbers_of(self, codes: Any) -> Any:
        pa = arrow("a store")
        encoded = codes.dictionary_encode()
        known = self._numbers
        places = [known.setdefault(code, len(known)) for code in encoded.dictionary.to_pylist()]
        return pa.array(places, pa.int32()).take(encoded.indices)
