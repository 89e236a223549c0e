"""Bringing many records into a store, with little memory, so that it can be stopped and resumed.

After each part the place reached in the source is noted on disk. An ingest that was killed leaves
the store as it was, and goes on from the last part when it is asked for again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

import msgspec

from implsci.atomic import told, write_file
from implsci.codec import MAX_BYTES, encode
from implsci.compendium.check import read_record
from implsci.compendium.files import LINES, RawRecord, name_of, read_stream
from implsci.errors import Fault, UnreadableFileError
from implsci.hooks import Studies
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.store import (
    LAYOUT,
    LOCK,
    MANIFEST,
    PART,
    Part,
    StoreWriter,
    is_generation,
    is_store,
    read_manifest,
)

__all__ = ["STORE", "ingest", "save_store"]

STORE: Final = ".store"
"""How the name of a folder ends that is to be a columnar store."""

_NOTE: Final = "ingest.note"
_HEAD: Final = 1 << 20
_T = TypeVar("_T")


class _Source(msgspec.Struct, frozen=True):
    """What tells a source from another, or from itself after a change."""

    size: int
    changed: int
    head: str


class _Reached(msgspec.Struct, frozen=True):
    """How far an ingest has come."""

    source: _Source
    offset: int
    line: int
    layout: tuple[int, int]
    generation: str
    parts: tuple[Part, ...]
    skips: int
    skipped: tuple[tuple[str, str], ...]


def save_store(studies: Studies, folder: Path) -> None:
    """Write a compendium as a columnar store; the old one stands there until the new one is whole.

    Args:
        studies: what to write; it is gone through once.
        folder: the store.

    Raises:
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: it cannot be written, or the folder holds something else.
    """
    _hold_free(folder)
    with StoreWriter(folder) as writer:
        for part in _batches(map(encode, studies), PART):
            writer.add(part)
        writer.commit(
            name=studies.name,
            title=studies.title,
            license=studies.license,
            citation=studies.citation,
        )


def ingest(
    source: Path,
    folder: Path,
    *,
    ledger: Ledger,
    part: int = PART,
    max_bytes: int = MAX_BYTES,
    name: str | None = None,
) -> None:
    """Bring the records of a file into a new store; one that was stopped goes on where it was.

    A record that cannot be read, or whose id an earlier one has, is skipped.

    Args:
        source: a ``.jsonl`` or ``.ndjson`` file.
        folder: the store; one that stands there is replaced in the last step.
        ledger: keeps the account, that of the parts done before included.
        part: how many studies are held in memory and written together.
        max_bytes: the size, in bytes, above which a record is refused unread.
        name: what the compendium is called; by the file's name where None.

    Raises:
        LoadError: a record cannot be read, and the ledger is strict.
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: the source cannot be opened, or the store not be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci import load, registry
        >>> ledger = Ledger()
        >>> with TemporaryDirectory() as place:
        ...     store = Path(place, "examples.store")
        ...     ingest(registry().compendium("implsci-examples").path, store, ledger=ledger)
        ...     len(load(store).where(country="KE"))
        10
    """
    if source.suffix.lower() not in LINES:
        raise UnreadableFileError(str(source), "expected a .jsonl file")
    _hold_free(folder)
    with told(source), source.open("rb") as stream:
        fingerprint = _fingerprint(source, stream)
        reached = _reached(folder, fingerprint)
        with _writer(folder, reached) as writer:
            if reached is not None:
                ledger.resume(
                    sum(one.studies for one in reached.parts),
                    [Fault(place, reason) for place, reason in reached.skipped],
                    reached.skips,
                )
                ledger.say(f"went on after line {reached.line:,}, where an earlier run was stopped")
            counted = _Counted(stream, reached.offset if reached else 0)
            line = reached.line if reached else 0
            ids = set(writer.ids())
            documents: list[bytes] = []
            for raw in read_stream(counted, source.name, max_bytes, after=line):
                line = raw.line or line
                study = _sound(raw, ids, ledger, max_bytes)
                if study is not None:
                    ids.add(study.id)
                    documents.append(encode(study))
                    ledger.take()
                if len(documents) == part:
                    writer.add(documents)
                    documents = []
                    _note(folder, writer, fingerprint, counted.offset, line, ledger)
            if documents:
                writer.add(documents)
            writer.commit(
                name=name or ledger.name or name_of(source),
                title=ledger.title,
                license=ledger.license,
                citation=ledger.citation,
            )
        (folder / _NOTE).unlink(missing_ok=True)


def _sound(raw: RawRecord, ids: set[str], ledger: Ledger, max_bytes: int) -> Study | None:
    """Return the study of a line; None, said in the ledger, where it cannot be taken in."""
    place = f"line {raw.line}"
    found = read_record(raw, max_bytes)
    if not isinstance(found, Study):
        who = f"study {found[0].study!r}: " if found[0].study else ""
        said = "; ".join(f"{one.path}: {one.message}".lstrip(": ") for one in found)
        ledger.skip(place, who + said)
        return None
    if found.id in ids:
        ledger.skip(place, f"id: {found.id!r} is also the id of an earlier study")
        return None
    return found


class _Counted:
    """A stream that knows how far it was read."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        stream.seek(offset)
        self._stream = stream
        self.offset = offset

    def readline(self, limit: int, /) -> bytes:
        line = self._stream.readline(limit)
        self.offset += len(line)
        return line


def _hold_free(folder: Path) -> None:
    """Refuse a folder that holds anything but a store, or what is left of one."""
    with told(folder):
        if not folder.exists():
            return
        if not folder.is_dir():
            raise UnreadableFileError(str(folder), "a file; expected a folder, or nothing there")
        strange = [
            path.name
            for path in folder.iterdir()
            if path.name not in (MANIFEST, LOCK, _NOTE)
            and not path.name.startswith((f".{MANIFEST}.", f".{_NOTE}."))
            and not is_generation(path)
        ]
    if strange:
        raise UnreadableFileError(
            str(folder), f"holds {strange[0]}, which no store does; expected an empty folder"
        )


def _fingerprint(source: Path, stream: BinaryIO) -> _Source:
    status = source.stat()
    head = hashlib.sha256(stream.read(_HEAD)).hexdigest()
    return _Source(status.st_size, status.st_mtime_ns, head)


def _reached(folder: Path, source: _Source) -> _Reached | None:
    """Return how far an earlier ingest of the same source came; None where there was none."""
    try:
        reached = msgspec.json.decode((folder / _NOTE).read_bytes(), type=_Reached)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    place = folder / reached.generation
    whole = all(
        (place / name).is_file() and (place / name).stat().st_size == size
        for part in reached.parts
        for name, size in part.files.items()
    )
    if not whole or reached.source != source or reached.layout != LAYOUT:
        return None
    # One that was killed just after its last step has become the store, which nobody may write into.
    done = is_store(folder) and read_manifest(folder).generation == reached.generation
    return None if done else reached


def _writer(folder: Path, reached: _Reached | None) -> StoreWriter:
    if reached is None:
        return StoreWriter(folder, keep=True)
    return StoreWriter(folder, reached.generation, reached.parts, keep=True)


def _note(
    folder: Path, writer: StoreWriter, source: _Source, offset: int, line: int, ledger: Ledger
) -> None:
    reached = _Reached(
        source=source,
        offset=offset,
        line=line,
        layout=LAYOUT,
        generation=writer.generation,
        parts=tuple(writer.parts),
        skips=ledger.skips,
        skipped=tuple((fault.path, fault.message) for fault in ledger.skipped),
    )
    write_file(folder / _NOTE, [msgspec.json.encode(reached)])


def _batches(items: Iterable[_T], size: int) -> Iterator[list[_T]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
