"""Writing a store: part after part, and valid only with the last step."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from implsci.atomic import Lock, sync_file, sync_folder, told
from implsci.codec import SCHEMA_VERSION
from implsci.errors import ImplsciError
from implsci.store.columns import CODES, arrow, coded_columns, schema_of, split_documents
from implsci.store.facts import PLACES, Places, facts_of
from implsci.store.manifest import (
    VERSION,
    Manifest,
    Part,
    is_store,
    next_generation,
    read_manifest,
    sweep,
    write_manifest,
)

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DOCUMENTS", "LOCK", "PART", "VOCABULARY", "StoreWriter", "is_unfinished"]

DOCUMENTS: Final = "documents"
"""The file of a part that holds the records themselves."""

VOCABULARY: Final = "vocabulary"
"""The file of a part that holds the codes met in it first; a number is a place in all of them."""

LOCK: Final = "store.lock"
"""The file by which a writer keeps others out."""

PART: Final = 20_000
"""How many studies a part holds, so that writing needs little memory whatever their number."""

_GROUP: Final = 1_000


class StoreWriter:
    """Writes a new version of a store beside the old one, which stays valid until `commit`.

    Use it in a ``with`` statement: nobody else writes the store meanwhile, and what is not committed
    is removed, unless it is to be gone on with.

    Args:
        folder: the store; it is made where there is none.
        generation: the folder of a version begun earlier, to go on with it.
        parts: what was written of it.
        keep: whether a version that is not committed stays, to be gone on with.

    Raises:
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: the folder cannot be made, or another process is writing it.
    """

    def __init__(
        self,
        folder: Path,
        generation: str | None = None,
        parts: Sequence[Part] = (),
        *,
        keep: bool = False,
    ) -> None:
        arrow("a store")
        self.folder = folder
        self._keep = keep
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(folder / LOCK)
        with told(folder):
            self.generation = generation or next_generation(folder)
            self._place = folder / self.generation
            self._place.mkdir(exist_ok=generation is not None)
        self.parts = list(parts)
        self._first = sum(part.studies for part in self.parts)
        self._new: list[str] = []
        self._numbers = {
            code: number for number, code in enumerate(self._column(VOCABULARY, "code"))
        }
        self._places = Places([row for part in self._tables(PLACES) for row in part.to_pylist()])
        self._claims = sum(map(len, self._tables("findings", ["study"])))

    def __enter__(self) -> StoreWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._place.name != _present(self.folder) and not self._keep:
            shutil.rmtree(self._place, ignore_errors=True)
        self._lock.release()

    def ids(self) -> list[str]:
        """Return the ids of the studies written so far."""
        return self._column("studies", "id")

    def add(self, documents: Sequence[bytes]) -> None:
        """Write one part; its files have reached the disk when this returns.

        Args:
            documents: valid studies, one JSON document each.
        """
        pa = arrow("a store")
        number = len(self.parts)
        split = split_documents(documents)
        tables = {kind: self._numbered(kind, table) for kind, table in split.items()}
        tables |= facts_of(split, self._places, study=self._first, claim=self._claims)
        tables[PLACES] = self._places.new()
        tables[DOCUMENTS] = pa.table({"document": pa.array(documents, pa.large_binary())})
        tables[VOCABULARY] = pa.table({"code": pa.array(self._new, pa.string())})
        self._new = []
        files: dict[str, int] = {}
        with told(self._place):
            for kind, table in tables.items():
                if not len(table):
                    continue
                name = f"{kind}-{number:05}.parquet"
                path = self._place / name
                importlib.import_module("pyarrow.parquet").write_table(
                    table,
                    path,
                    compression="zstd",
                    row_group_size=_GROUP if kind == DOCUMENTS else None,
                    write_page_checksum=True,
                )
                sync_file(path)
                files[name] = path.stat().st_size
            sync_folder(self._place)
        self.parts.append(Part(len(documents), files))
        self._first += len(documents)
        self._claims += len(split["findings"])

    def commit(
        self,
        *,
        name: str | None = None,
        title: str | None = None,
        license: str | None = None,
        citation: str | None = None,
    ) -> None:
        """Make this version the store; of those before, the last one stays for who is reading it."""
        before = _present(self.folder) or self.generation
        write_manifest(
            self.folder,
            Manifest(
                implsci_store=VERSION,
                implsci=SCHEMA_VERSION,
                generation=self.generation,
                studies=self._first,
                parts=tuple(self.parts),
                name=name,
                title=title,
                license=license,
                citation=citation,
            ),
        )
        sweep(self.folder, self.generation, before)

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
        places = []
        for code in encoded.dictionary.to_pylist():
            if code not in known:
                known[code] = len(known)
                self._new.append(code)
            places.append(known[code])
        return pa.array(places, pa.int32()).take(encoded.indices)

    def _column(self, kind: str, name: str) -> list[str]:
        """Return a column of text of the parts written so far."""
        return [
            value
            for table in self._tables(kind, [name])
            for value in table.column(name).to_pylist()
        ]

    def _tables(self, kind: str, names: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield a table of each part written so far that has one."""
        parquet = importlib.import_module("pyarrow.parquet")
        for number, part in enumerate(self.parts):
            file = f"{kind}-{number:05}.parquet"
            if file in part.files:
                yield parquet.read_table(self._place / file, columns=names)


def is_unfinished(folder: Path) -> bool:
    """Say whether the writing of a store was begun in a folder, and never finished."""
    try:
        return (folder / LOCK).is_file() and not is_store(folder)
    except (OSError, ValueError):  # a name that no file can have
        return False


def _present(folder: Path) -> str | None:
    """Return the generation that a store consists of now, None where there is no store."""
    try:
        return read_manifest(folder).generation
    except ImplsciError:
        return None
