"""Memory a study takes when a compendium is kept."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator

from benchmarks.reference import reference_lines
from implsci.codec import decode

_COUNT = 3_000


def rows() -> Iterator[tuple[str, str, str, str]]:
    lines = reference_lines(_COUNT)
    decode(lines[0])
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = [decode(line) for line in lines]
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    each = (after - before) / len(kept)
    yield (
        "memory a study, reference shape",
        f"{each / 1000:.1f} KB",
        "9.5 KB",
        f"{_COUNT} kept studies, as tracemalloc counts them",
    )
