"""Where records lie: lines of a file, or the files of a folder; and how they are written back."""

from __future__ import annotations

import contextlib
import gc
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from attrs import frozen

from implsci.codec import encode
from implsci.errors import UnreadableFileError
from implsci.model import Study

__all__ = [
    "RawRecord",
    "collector_paused",
    "read_records",
    "read_stream",
    "write_file",
    "write_folder",
]

_MARK = b"\xef\xbb\xbf"


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


def read_records(path: Path, max_bytes: int) -> Iterator[RawRecord]:
    """Yield the records of a file or folder, in order of their names and lines.

    Raises:
        UnreadableFileError: nothing there, no permission, or a kind of file this does not read.
    """
    try:
        if path.is_dir():
            files = sorted(
                found for found in path.rglob("*") if found.suffix in (".json", ".jsonl")
            )
            if not files:
                raise UnreadableFileError(str(path), "a folder without .json or .jsonl files")
            for file in files:
                yield from read_records(file, max_bytes)
        elif path.suffix in (".jsonl", ".ndjson"):
            with path.open("rb") as stream:
                yield from read_stream(stream, str(path), max_bytes)
        elif path.suffix == ".json":
            size = path.stat().st_size
            over = size > max_bytes + len(_MARK)
            data = b"" if over else path.read_bytes().removeprefix(_MARK)
            yield RawRecord(str(path), None, data, size if over else 0)
        elif path.exists():
            raise UnreadableFileError(
                str(path), "expected a .jsonl file, a .json file or a folder of them"
            )
        else:
            raise UnreadableFileError(str(path), "no such file or folder")
    except UnreadableFileError:
        raise
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error


def read_stream(stream: BinaryIO, name: str, max_bytes: int) -> Iterator[RawRecord]:
    """Yield the records of an open file, one a line; blank lines are passed over.

    A line over the limit is skipped without being held in memory.
    """
    number = 0
    while line := stream.readline(max_bytes + len(_MARK) + 2):
        number += 1
        size = len(line)
        while not line.endswith(b"\n") and (rest := stream.readline(1 << 20)):
            size += len(rest)
            line = b"\n" if rest.endswith(b"\n") else b""
        if number == 1:
            line = line.removeprefix(_MARK)
        if size > max_bytes + len(_MARK) + 2:
            yield RawRecord(name, number, b"", size)
        elif line.strip():
            yield RawRecord(name, number, line.rstrip(b"\r\n"))


@contextlib.contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the garbage collector from re-walking a growing collection again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that at any moment the old one or the new one stands there, whole.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there before stands there still.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:50]}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.writelines(chunks)
            stream.flush()
            os.fsync(stream.fileno())
        # mkstemp makes files for the owner's eyes only; a shared file keeps the mode it had.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
        temporary = None
        _sync_folder(path.parent)
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def write_folder(folder: Path, studies: Iterable[Study]) -> None:
    """Write each study into a file of its own, named by its id.

    Raises:
        UnreadableFileError: the folder cannot be written, or holds records of other studies, which
            would come back with the next load; nothing is written then.
    """
    files = {f"{quote(study.id, safe=' ()+,@')}.json": study for study in studies}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        others = {found.name for found in folder.iterdir() if found.suffix in (".json", ".jsonl")}
    except OSError as error:
        raise UnreadableFileError(str(folder), error.strerror or str(error)) from error
    others -= set(files)
    if others:
        raise UnreadableFileError(
            str(folder),
            f"holds {len(others)} other records, such as {min(others)}; "
            "save to an empty folder, or remove them first",
        )
    for name, study in files.items():
        write_file(folder / name, [encode(study, indent=2)])


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _sync_folder(folder: Path) -> None:
    # Only where the system lets a folder be opened (not on Windows) does the rename need this.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
