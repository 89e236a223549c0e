"""Files as bytes and as text, with a limit on their size."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from implsci.compendium.files import read_some
from implsci.errors import Fault, InvalidTableError, UnreadableFileError

__all__ = ["MAX_BYTES", "read_bytes", "to_text"]

MAX_BYTES: Final = 64 << 20
"""The size in bytes above which a vocabulary is refused unread: 64 MiB."""


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """Return what a file holds.

    Raises:
        UnreadableFileError: nothing there, a folder, a device, a pipe, or no permission.
        InvalidTableError: it is over the limit.
    """
    if "\0" in str(path):
        raise UnreadableFileError(str(path), "no file has a zero byte in its name")
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # a device may never end
            what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
            raise UnreadableFileError(str(path), f"{what}; expected a regular file")
        with path.open("rb") as stream:
            data = read_some(stream, max_bytes + 1)
    except UnreadableFileError:
        raise
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
    if len(data) > max_bytes:
        raise InvalidTableError(
            path.name,
            [Fault("", f"more than {max_bytes} bytes; expected at most that (max_bytes sets it)")],
        )
    return data


def to_text(data: bytes, name: str) -> str:
    """Return bytes as text, without a byte-order mark.

    Raises:
        InvalidTableError: they are not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTableError(
            name, [Fault(f"line {line}", "not UTF-8; save the file as UTF-8")]
        ) from None
