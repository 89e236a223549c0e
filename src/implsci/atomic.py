"""Files that stand there whole or not at all.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_file(Path(folder, "a.txt"), [b"one ", b"two"])
    ...     Path(folder, "a.txt").read_bytes()
    b'one two'
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.errors import UnreadableFileError

__all__ = ["Lock", "sync_file", "sync_folder", "told", "write_file", "write_files"]


def __dir__() -> list[str]:
    return __all__


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that at any moment the old one or the new one stands there, whole.

    A link is replaced by the file, and where it leads to nothing is written.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there before stands there still.
    """
    write_files([(path, chunks)])


def write_files(files: Iterable[tuple[Path, Iterable[bytes]]]) -> None:
    """Write several files: all of them are on the disk before the first takes its place.

    So whatever fails while they are written changes nothing. Each by itself is replaced as by
    `write_file`; a process killed between two of the renamings leaves some old, some new.

    Args:
        files: path and content of each.

    Raises:
        UnreadableFileError: a file cannot be written; all that stood there stands there still.
    """
    made: list[tuple[Path, Path]] = []
    try:
        for path, chunks in files:
            temporary = path.with_name(f".{path.name[:50]}.{secrets.token_hex(6)}.tmp")
            with told(path), temporary.open("xb") as stream:  # with the mode of a new file
                made.append((temporary, path))
                if path.exists():  # a file that was there keeps the mode it had
                    temporary.chmod(path.stat().st_mode & 0o777)
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())
        for temporary, target in made:
            with told(target):
                temporary.replace(target)
        folders = {target.parent for _, target in made}
        made.clear()
        for folder in folders:
            sync_folder(folder)
    finally:
        for temporary, _ in made:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


class Lock:
    """Keeps other processes from writing a folder at the same time; it ends with its process.

    Where the system has no such locks (not on Windows), nothing is kept out.

    Args:
        path: the file that stands for the folder; it is made where there is none.

    Raises:
        UnreadableFileError: another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._handle: int | None = None
        try:
            import fcntl
        except ImportError:
            return
        with told(path):
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(handle)
            raise UnreadableFileError(
                str(path.parent), "another process is writing it; try again when that is done"
            ) from error
        self._handle = handle

    def release(self) -> None:
        """Let others write."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def sync_file(path: Path) -> None:
    """Let a file reach the disk before anything that names it.

    Raises:
        UnreadableFileError: it cannot be opened.
    """
    with told(path), path.open("rb") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk, where the system can do that."""
    # Only where the system lets a folder be opened (not on Windows) does the rename need this.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def told(path: Path) -> Iterator[None]:
    """Name the file in whatever the system has against it."""
    if "\0" in str(path):
        raise UnreadableFileError(str(path), "no file has a zero byte in its name")
    try:
        yield
    except UnreadableFileError:
        raise
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
