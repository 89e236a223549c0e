"""The columnar form of a compendium: Parquet tables with numbers for codes, beside the records.

A store is a folder. Its tables answer what can be counted or filtered without building a record; the
records themselves lie beside them as they were written. A new version is written next to the old
one, and becomes valid with one replaced file. Needs the extra ``tables``.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with StoreWriter(Path(folder, "a.store")) as writer:
    ...         writer.add([b'{"id": "a", "title": "A study", "countries": ["KE"]}'])
    ...         writer.commit(name="a")
    ...     store = open_store(Path(folder, "a.store"))
    ...     store.table("studies").column("countries").to_pylist()
    [['KE']]
"""

from __future__ import annotations

from implsci.store.columns import CODES, KINDS, NODES, arrow, schema_of, split_documents, table_of
from implsci.store.effects import METRICS
from implsci.store.facts import BASES, DIRECTIONS, FACTS, PLACED, PLACES, facts_schema
from implsci.store.manifest import (
    LAYOUT,
    MANIFEST,
    Manifest,
    Part,
    is_generation,
    is_store,
    read_manifest,
)
from implsci.store.reading import Store, facts_from, open_store
from implsci.store.writing import LOCK, PART, StoreWriter, is_unfinished

__all__ = [
    "BASES",
    "CODES",
    "DIRECTIONS",
    "FACTS",
    "KINDS",
    "MANIFEST",
    "METRICS",
    "Manifest",
    "NODES",
    "PART",
    "PLACED",
    "PLACES",
    "Part",
    "Store",
    "StoreWriter",
    "LAYOUT",
    "LOCK",
    "arrow",
    "facts_from",
    "facts_schema",
    "is_generation",
    "is_store",
    "is_unfinished",
    "open_store",
    "read_manifest",
    "schema_of",
    "split_documents",
    "table_of",
]


def __dir__() -> list[str]:
    return __all__
