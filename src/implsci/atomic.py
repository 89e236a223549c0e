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

__all__ = ["sync_file", "sync_folder", "told", "write_file"]


def __dir__() -> list[str]:
    return __all__


def write_file(path: Path, chunks: Iterable[bytes]) -> None:
    """Write a file so that at any moment the old one or the new one stands there, whole.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there before stands there still.
    """
    temporary = path.with_name(f".{path.name[:50]}.{secrets.token_hex(6)}.tmp")
    made = False
    with told(path):
        try:
            with temporary.open("xb") as stream:  # the mode is what the system gives a new file
                made = True
                if path.exists():  # a file that was there keeps the mode it had
                    temporary.chmod(path.stat().st_mode & 0o777)
                stream.writelines(chunks)
                stream.flush()
                os.fsync(stream.fileno())
            temporary.replace(path)
            made = False
            sync_folder(path.parent)
        finally:
            if made:
                temporary.unlink(missing_ok=True)


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
