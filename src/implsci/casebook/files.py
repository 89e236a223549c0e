"""Where the records of a casebook lie, and how they are read and written back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.atomic import told, write_file
from implsci.codec import decode_document, encode
from implsci.compendium.files import (
    CASEBOOK,
    LINES,
    RawRecord,
    is_record_file,
    read_records,
    write_folder,
)
from implsci.errors import (
    CorruptDocument,
    InvalidRecord,
    LoadError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.hooks import CasebookSource
from implsci.model.documents import Document
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["find", "read", "records_of", "write"]


def find(path_or_name: str | os.PathLike[str], registry: Registry | None) -> Path | CasebookSource:
    """Return the path that was meant, or the casebook of a plugin.

    Raises:
        UnknownNameError: neither a file nor the name of a casebook.
    """
    path, text = Path(path_or_name), os.fspath(path_or_name)
    if len(path.parts) > 1 or is_record_file(path):
        return path
    try:
        return (registry or default_registry()).casebook(text)
    except UnknownNameError as error:
        with told(path):
            if path.exists():
                return path
        raise UnknownNameError("file or casebook", text, error.suggestions, error.note) from None


def records_of(
    path: Path, max_bytes: int
) -> Iterator[tuple[RawRecord, Document | CorruptDocument | InvalidRecord]]:
    """Yield every record of a file or folder with its place, or what keeps it from being read.

    Of a folder with a casebook beside its studies that file alone is read.
    """
    if (beside := path / CASEBOOK).is_file():
        path = beside
    for raw in read_records(path, max_bytes):
        try:
            if raw.oversize:
                raise CorruptDocument(
                    f"a record of {raw.oversize:,} bytes; expected at most {max_bytes:,} (settable)"
                )
            yield raw, decode_document(raw.data, max_bytes=max_bytes)
        except (CorruptDocument, InvalidRecord) as error:
            yield raw, error


def read(path: Path, max_bytes: int) -> tuple[Document, ...]:
    """Read all records.

    Raises:
        LoadError: some cannot be read, or two share an id.
        UnreadableFileError: no file of this kind.
    """
    records: dict[str, Document] = {}
    places: dict[str, str] = {}
    problems: list[str] = []
    for raw, item in records_of(path, max_bytes):
        if isinstance(item, CorruptDocument):
            problems.append(f"{raw.place}: {item.reason}")
        elif isinstance(item, InvalidRecord):
            problems += (
                f"{raw.place}: {fault.path}: {fault.message}"
                if fault.path
                else f"{raw.place}: {fault.message}"
                for fault in item.faults
            )
        elif item.id in records:
            problems.append(
                f"{raw.place}: id: {item.id!r} is also the id of the record at {places[item.id]}"
            )
        else:
            records[item.id] = item
            places[item.id] = raw.place
    if problems:
        raise LoadError(str(path), problems)
    return tuple(records.values())


def write(path: Path, records: Iterable[Document]) -> None:
    """Write records to a ``.jsonl`` file or a folder, the whole of it or nothing.

    Raises:
        UnreadableFileError: it cannot be written, or a folder cannot hold them.
    """
    if path.suffix.lower() in LINES:
        write_file(path, (encode(record) + b"\n" for record in records))
        return
    if path.suffix:
        raise UnreadableFileError(
            str(path), f"expected a name that ends in {LINES[0]}, or a folder"
        )
    write_folder(path, records)
