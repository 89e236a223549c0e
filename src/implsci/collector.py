"""The garbage collector at rest while many things are made that all stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_at_rest"]


def __dir__() -> list[str]:
    return __all__


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the garbage collector from walking over a growing collection again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
