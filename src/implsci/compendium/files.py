"""Where records lie: lines of a file, or the files of a folder; and how they are written back."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
import sys
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Protocol
from urllib.parse import quote

from attrs import frozen

from implsci.atomic import sync_folder, told, write_file, write_files
from implsci.codec import encode
from implsci.errors import UnreadableFileError
from implsci.model import Study
from implsci.model._document import Document

__all__ = [
    "CASEBOOK",
    "LINES",
    "Lines",
    "ONE",
    "RawRecord",
    "is_casebook",
    "is_record_file",
    "name_of",
    "read_records",
    "read_stream",
    "read_some",
    "record_files",
    "write_file",
    "write_folder",
]

LINES: Final = (".jsonl", ".ndjson")
"""How the name of a file ends, in any case, that holds a record a line."""

CASEBOOK: Final = "casebook.jsonl"
"""The file of a folder of studies that holds the casebook beside them, and no studies."""

ONE: Final = (".json",)
"""How the name of a file ends, in any case, that holds one record."""

_PIECE: Final = 1 << 20
_LONGEST: Final = sys.maxsize - 16  # longer than any file, and no reader takes a longer limit
_LONGEST_NAME: Final = 255  # bytes, on the systems in use


class Lines(Protocol):
    """What is read line by line, such as an open file."""

    def readline(self, limit: int, /) -> bytes:
        """Return the next line, or the first bytes of a longer one."""
        ...


@frozen
class RawRecord:
    """A record as it lies in a file, still unread.

    Attributes:
        file: name of the file.
        line: number of its first line; None for a file that holds one record only.
        data: its bytes; empty where it is over the size limit.
        oversize: its size in bytes where that is over the limit, else 0.
    """

    file: str
    line: int | None
    data: bytes
    oversize: int = 0

    @property
    def place(self) -> str:
        """File and line, as editors and compilers write them."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def name_of(path: Path) -> str:
    """Return what to call what lies in a file: its name to the first dot, in letters that print."""
    name = path.name.partition(".")[0] or path.name
    return os.fsencode(name).decode("utf-8", "replace")


def is_record_file(path: Path) -> bool:
    """Say whether the name of a file is one of those that hold records."""
    return path.suffix.lower() in (*LINES, *ONE)


def read_records(path: Path, max_bytes: int) -> Iterator[RawRecord]:
    """Yield the records of a file or folder, in order of their names and lines.

    Of a folder every file with a name for records is read, in folders inside too; a link to a folder
    is not followed.

    Raises:
        UnreadableFileError: nothing there, no permission, no file but a device or a pipe, or a kind
            of file this does not read.
    """
    with told(path):
        if path.is_dir():
            files = record_files(path)
            if not files:
                raise UnreadableFileError(
                    str(path), f"a folder without {', '.join((*ONE, *LINES))} files"
                )
            for file in files:
                yield from read_records(file, max_bytes)
            return
        status = path.stat()
        if not is_record_file(path):
            raise UnreadableFileError(
                str(path),
                "expected a .jsonl file, a .json file, a folder of them or a store; "
                "implsci.formats.read reads other formats",
            )
        if not stat.S_ISREG(status.st_mode):  # a device may never end
            raise UnreadableFileError(str(path), "a device or a pipe; expected a regular file")
        with path.open("rb") as stream:
            if stream.read(2) in (BOM_UTF16_LE, BOM_UTF16_BE):
                raise UnreadableFileError(str(path), "UTF-16; expected UTF-8, so save it as that")
            stream.seek(0)
            if path.suffix.lower() in LINES:
                yield from read_stream(stream, str(path), max_bytes)
            else:
                data = read_some(stream, max_bytes + len(BOM_UTF8) + 1).removeprefix(BOM_UTF8)
                over = len(data) > max_bytes
                yield RawRecord(
                    str(path), None, b"" if over else data, over * max(status.st_size, len(data))
                )


def record_files(folder: Path) -> list[Path]:
    """Return the files of a folder, and of folders inside, that loading it reads, by name.

    Raises:
        UnreadableFileError: a folder inside cannot be opened.
    """

    def fail(error: OSError) -> None:
        place = str(error.filename or folder)
        raise UnreadableFileError(place, error.strerror or str(error)) from error

    return sorted(
        path
        for parent, _, names in os.walk(folder, onerror=fail)
        if not _is_staged(Path(parent), folder)
        for name in names
        if is_record_file(path := Path(parent, name))
        and not _is_descriptor(path)
        and not is_casebook(path)
    )


def _is_staged(inside: Path, folder: Path) -> bool:
    """Say whether a folder inside is one that a process left half-written when it was killed."""
    return any(
        part.startswith(".") and part.endswith(".tmp") for part in inside.relative_to(folder).parts
    )


def is_casebook(path: Path) -> bool:
    """Say whether a file holds the practice and knowledge records that lie beside studies."""
    if path.name != CASEBOOK or not path.is_file():  # a pipe may never answer
        return False
    with told(path), path.open("rb") as stream:
        first = stream.readline(1 << 16)
    return b'"type"' in first and re.search(rb'"type"\s*:\s*"study"', first) is None


def _is_descriptor(path: Path) -> bool:
    """Say whether a file describes a data package, as one of a release does beside its records."""
    if path.name != "datapackage.json" or not path.is_file():
        return False
    with told(path), path.open("rb") as stream:
        head = stream.read(1 << 16)
    return b'"resources"' in head and b'"$schema"' in head and b'"type": "study"' not in head


def read_some(stream: BinaryIO, limit: int) -> bytes:
    """Return all of a stream, or the first bytes of a longer one.

    A reader asked for so many bytes makes room for all of them first; so it is asked for pieces.
    """
    data = bytearray()
    while piece := stream.read(min(limit - len(data), _PIECE)):
        data += piece
    return bytes(data)


def read_stream(stream: Lines, name: str, max_bytes: int, *, after: int = 0) -> Iterator[RawRecord]:
    """Yield the records of an open file, one a line; blank lines are passed over.

    A line over the limit is skipped without being held in memory.

    Args:
        stream: the open file.
        name: what to call it.
        max_bytes: the size, in bytes, above which a record is passed on unread.
        after: how many lines were read before, so that the next has its number.
    """
    limit = min(max_bytes, _LONGEST) + len(BOM_UTF8) + 2
    number = after
    while line := stream.readline(limit):
        number += 1
        size = len(line)
        while not line.endswith(b"\n") and (rest := stream.readline(_PIECE)):
            size += len(rest)
            line = b"\n" if rest.endswith(b"\n") else b""
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if size > limit:
            yield RawRecord(name, number, b"", size)
            continue
        first, *others = line.rstrip(b"\r\n").split(b"\r")  # which ends lines on old systems
        for number, piece in enumerate((first, *others), number):  # noqa: B020
            if piece.strip():
                yield RawRecord(name, number, piece)


def write_folder(folder: Path, records: Iterable[Study | Document]) -> None:
    """Write each record into a file of its own, named by its id; see `write_files` for what may fail.

    A folder that is not there yet stands there whole or not at all.

    Raises:
        UnreadableFileError: two ids would share a file, an id is too long to name one, the folder
            cannot be written, or it holds other records, which would come back with the next load;
            nothing is written then.
    """
    files = _named(folder, records)
    with told(folder):
        if not folder.exists():
            _write_new(folder, files)
            return
        if not folder.is_dir():
            raise UnreadableFileError(
                str(folder), f"a file; expected a folder, or a name that ends in {LINES[0]}"
            )
        others = [found for found in record_files(folder) if found not in files]
    if others:
        raise UnreadableFileError(
            str(folder),
            f"holds {len(others)} other records, such as {others[0].relative_to(folder)}; "
            "save to an empty folder, or remove them first",
        )
    write_files((path, [encode(record, indent=2)]) for path, record in files.items())


def _write_new(folder: Path, files: Mapping[Path, Study | Document]) -> None:
    """Write a folder beside its place, then give it its place."""
    own = folder.with_name(f".{folder.name[:50]}.{secrets.token_hex(6)}.tmp")
    try:
        own.mkdir(parents=True)
        write_files((own / file.name, [encode(one, indent=2)]) for file, one in files.items())
        own.rename(folder)
    finally:
        shutil.rmtree(own, ignore_errors=True)
    sync_folder(folder.parent)


def _named(folder: Path, records: Iterable[Study | Document]) -> dict[Path, Study | Document]:
    """Give each record its file, or say which ids cannot have one."""
    by_name: dict[str, list[Study | Document]] = {}
    for record in records:
        # Some systems do not tell names apart by case, and a folder may travel to one of them.
        by_name.setdefault(_file_name(record).casefold(), []).append(record)
    for same in by_name.values():
        if len(same) > 1:
            ids = ", ".join(repr(record.id) for record in same)
            raise UnreadableFileError(
                str(folder),
                f"the ids {ids} name one file; expected each once, case aside "
                "(a .jsonl file takes them)",
            )
        if len(_file_name(same[0])) > _LONGEST_NAME:
            raise UnreadableFileError(
                str(folder),
                f"the id {same[0].id!r} is too long to name a file; "
                "expected a shorter one (a .jsonl file takes it)",
            )
    return {folder / _file_name(record): record for (record,) in by_name.values()}


def _file_name(record: Study | Document) -> str:
    return f"{quote(record.id, safe=' ()+,@')}.json"
