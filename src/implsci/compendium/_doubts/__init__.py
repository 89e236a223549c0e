"""What is doubtful in studies that can be read: one module a kind of doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from implsci.compendium._doubts.counts import count_doubts
from implsci.compendium._doubts.dates import date_doubts, future_doubts
from implsci.compendium._doubts.doubt import Doubt, Place
from implsci.compendium._doubts.estimates import estimate_doubts
from implsci.compendium._doubts.grades import grade_doubts
from implsci.compendium._doubts.order import order_doubts
from implsci.compendium._doubts.whole import Whole
from implsci.model import Study

__all__ = ["Doubt", "Place", "Whole", "own_doubts"]

_KINDS: Final[tuple[Callable[[Study], Iterator[Doubt]], ...]] = (
    date_doubts,
    estimate_doubts,
    count_doubts,
    order_doubts,
    grade_doubts,
)


def own_doubts(study: Study, today: date | None = None) -> Iterator[Doubt]:
    """Yield what is doubtful in a study by itself and, where the day is given, beside that."""
    for doubts in _KINDS:
        yield from doubts(study)
    if today is not None:
        yield from future_doubts(study, today)
