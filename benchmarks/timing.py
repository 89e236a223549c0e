"""Timing in interleaved rounds, so that a busy moment of the machine falls on all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(works: Mapping[str, Callable[[], object]], rounds: int = 9) -> dict[str, float]:
    """Return the median seconds of each work over some rounds, after one warm-up."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            if number:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}
