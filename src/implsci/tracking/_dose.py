"""Dose planned against dose delivered, unit by unit."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from attrs import frozen

from implsci._dates import days
from implsci.model import Measurement

__all__ = ["DOSE_WORDS", "Dose", "doses"]

DOSE_WORDS: Final = {
    "dose planned": "planned",
    "planned dose": "planned",
    "dose delivered": "delivered",
    "delivered dose": "delivered",
    "dose": "delivered",
}
"""What the `of` of a `Measurement` says in a log; a plain ``dose`` is one delivered.

Examples:
    >>> DOSE_WORDS["planned dose"]
    'planned'
"""


@frozen(kw_only=True)
class Dose:
    """What was planned of a strategy and what was delivered, in one unit at one time.

    Attributes:
        strategy: id of the strategy; None for the whole arrangement.
        unit: of both values; None where the record gives none.
        time: when, in the source's words; None for all of it.
        planned: None where nothing was planned, or it is not known how much.
        delivered: None where it is not known.
        summed: ``planned`` or ``delivered`` where that value is the sum of the values of separate
            times; None where both stand in the record.

    Examples:
        >>> Dose(strategy="s1", unit="visits", time=None, planned=12, delivered=9, summed=None).share
        0.75
    """

    strategy: str | None
    unit: str | None
    time: str | None
    planned: float | None
    delivered: float | None
    summed: str | None

    @property
    def share(self) -> float | None:
        """Delivered over planned; None where one of them is not known, or nothing was planned."""
        if self.planned is None or self.delivered is None or self.planned == 0:
            return None
        return self.delivered / self.planned


def doses(
    strategy: str | None, measurements: Iterable[Measurement]
) -> tuple[tuple[Dose, ...], tuple[str, ...]]:
    """Return the doses of one strategy, and what is told twice and so left out.

    Values are compared within one unit only. Where one side is told for all of it and the other by
    separate times, the parts are added up, if every part is known and none overlaps another.
    """
    told: dict[tuple[str | None, str | None], dict[str, list[float | None]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in measurements:
        side = DOSE_WORDS.get(one.of.casefold().strip())
        if side is not None and one.stratum is None and one.respondent is None:
            told[one.unit, one.time][side].append(one.value)
    twice = tuple(
        f"dose {side} told {len(values)} times in {unit or 'no unit'} for {time or 'all of it'}"
        for (unit, time), sides in told.items()
        for side, values in sides.items()
        if len(values) > 1
    )
    found = {
        key: {side: values[0] for side, values in sides.items() if len(values) == 1}
        for key, sides in told.items()
    }
    units = dict.fromkeys(unit for unit, _ in found)
    made = [dose for unit in units for dose in _of_unit(strategy, unit, found)]
    return tuple(made), twice


def _of_unit(
    strategy: str | None,
    unit: str | None,
    found: dict[tuple[str | None, str | None], dict[str, float | None]],
) -> Iterator[Dose]:
    times = sorted(
        (time for own, time in found if own == unit and time is not None),
        key=lambda time: (str(getattr(days(time), "first", "~")), time),
    )
    whole = dict(found.get((unit, None), {}))
    summed = None
    if len(whole) == 1:
        [side] = whole
        other = "delivered" if side == "planned" else "planned"
        parts = [(time, found[unit, time][other]) for time in times if other in found[unit, time]]
        total = _sum(parts)
        if total is not None:
            whole[other], summed = total, other
    if whole:
        yield Dose(
            strategy=strategy,
            unit=unit,
            time=None,
            planned=whole.get("planned"),
            delivered=whole.get("delivered"),
            summed=summed,
        )
    for time in times:
        sides = found[unit, time]
        yield Dose(
            strategy=strategy,
            unit=unit,
            time=time,
            planned=sides.get("planned"),
            delivered=sides.get("delivered"),
            summed=None,
        )


def _sum(parts: Sequence[tuple[str, float | None]]) -> float | None:
    """Return the sum of parts that are all known and lie apart in time; else None."""
    values = [value for _, value in parts if value is not None]
    when = sorted(stretch for time, _ in parts if (stretch := days(time)) is not None)
    apart = all(not one.meets(other) for one, other in pairwise(when))
    if not parts or len(values) < len(parts) or len(when) < len(parts) or not apart:
        return None
    return math.fsum(values)
