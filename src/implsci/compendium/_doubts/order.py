"""Core elements that wait for each other: nothing could ever be introduced first."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.compendium._doubts.doubt import Doubt
from implsci.errors import CycleError
from implsci.model import Study
from implsci.sequencing import sequence

__all__ = ["order_doubts"]


def order_doubts(study: Study) -> Iterator[Doubt]:
    """Yield the circle in which core elements of the innovation wait for each other."""
    if study.innovation is None or not study.innovation.core_elements:
        return
    try:
        sequence(study.innovation)
    except CycleError as error:
        yield Doubt("dependency-cycle", "innovation.core_elements", str(error))
