"""A folder to make a release in, which goes with its process or after it."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from implsci.atomic import Lock

__all__ = ["room"]

_NAME: Final = ".release-{}.tmp"
_TOKEN: Final = 6  # bytes
_LOCK: Final = "lock"
_OLD: Final = 3600  # seconds


@contextmanager
def room(home: Path) -> Iterator[Path]:
    """Make a room and remove it at the end; those of processes that were killed go first.

    Args:
        home: the folder to make it in; it is made where it does not exist.
    """
    own = home / _NAME.format(secrets.token_hex(_TOKEN))
    lock = None
    try:
        own.mkdir(parents=True)
        lock = Lock(own / _LOCK)
        _sweep(home)
        yield own
    finally:
        shutil.rmtree(own, ignore_errors=True)
        if lock is not None:
            lock.release()


def _sweep(home: Path) -> None:
    """Remove the rooms that are old and that no process has locked."""
    if os.name == "nt":  # which has no such locks
        return
    for left in home.glob(_NAME.format("[0-9a-f]" * 2 * _TOKEN)):
        try:
            if left.is_symlink() or time.time() - left.stat().st_mtime < _OLD:
                continue  # its process may be about to lock it
            lock = Lock(left / _LOCK)
        except OSError:
            continue
        shutil.rmtree(left, ignore_errors=True)
        lock.release()
