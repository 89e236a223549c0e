"""Look-ups over the built-in taxonomies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from implsci.plugins import Registry


def rows() -> Iterator[tuple[str, str, str, str]]:
    registry = Registry()
    taxonomy = registry.taxonomy("eric")
    count = sum(map(len, registry.taxonomies()))
    exact = _each(lambda: taxonomy["eric:facilitation"], 20_000)
    term = _each(lambda: registry.term("eric:facilitation"), 5_000)
    found = _each(lambda: registry.search("help clinicians with feedback"), 20)
    yield "exact look-up in a taxonomy", f"{exact * 1e6:.2f} us", "1 us", f"{count} terms loaded"
    yield "`registry.term(code)`", f"{term * 1e6:.1f} us", "", "finds the taxonomy first"
    yield (
        "search",
        f"{found * 1e3:.1f} ms",
        "2 ms, in a later release",
        f"plain scan of {count} terms",
    )


def _each(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - start) / times)
    return best
