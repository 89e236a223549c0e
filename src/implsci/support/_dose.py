"""Dose: what was planned and what was delivered, with time and cost, each in its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from attrs import asdict, frozen

from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError
from implsci.model.evidence import Measurement
from implsci.model.support import SupportArrangement

__all__ = ["DOSE_WORDS", "DoseLine", "SupportDose", "dose"]

_Side = Literal["planned", "delivered"]

DOSE_WORDS: Final[Mapping[str, _Side]] = MappingProxyType(
    {"planned": "planned", "delivered": "delivered", "spent": "delivered"}
)
"""Words, at either end of what a measurement is of, that make it a plan or a delivery.

``dose``, ``time`` and ``cost`` without any of them were read off the world, so they are deliveries.
"""

_BARE: Final = ("dose", "time", "cost")
_NOT_ADDED: Final = ("proportion", "percent", "mean", "median", "rate")


@frozen(kw_only=True)
class DoseLine:
    """One thing in one unit, planned against delivered.

    Attributes:
        what: what is counted, such as ``sessions`` or ``cost``.
        unit: its unit; None where none is told.
        planned: how much was planned, in the unit; None where not known.
        delivered: how much was delivered, in the unit; None where not known.
        untold: measurements without a value; with any, a sum is not known.

    Examples:
        >>> DoseLine(what="sessions", unit="count", planned=12, delivered=9, untold=0).share
        0.75
    """

    what: str
    unit: str | None
    planned: float | None
    delivered: float | None
    untold: int

    @property
    def share(self) -> float | None:
        """Delivered as a share of planned; None where one is not known or nothing was planned."""
        if self.planned is None or self.delivered is None or self.planned <= 0:
            return None
        return self.delivered / self.planned


@frozen(kw_only=True)
class SupportDose(Result):
    """How much support was planned and delivered.

    Attributes:
        arrangement: id of the arrangement.
        lines: one for each thing and unit, in the order of the record.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> SupportDose(arrangement="s1", lines=()).sentence()
        'Nothing is told of dose, time or cost.'
    """

    arrangement: str
    lines: tuple[DoseLine, ...]
    assumptions: tuple[str, ...] = (
        "several measurements of one thing in one unit are parts of it and are added up; a running "
        "total belongs into one measurement",
        "proportions, percents, means and rates are not added up",
        "what has another unit, or none, stands on a line of its own",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a thing and unit."""
        return tuple({**asdict(line), "share": line.share} for line in self.lines)

    def sentence(self) -> str:
        """Say planned and delivered for each thing."""
        if not self.lines:
            return "Nothing is told of dose, time or cost."
        return (
            "; ".join(
                f"{line.what}: {_amount(line.delivered, line.unit)} delivered of "
                f"{_amount(line.planned, line.unit)} planned"
                + ("" if line.share is None else f" ({line.share:.0%})")
                for line in self.lines
            ).capitalize()
            + "."
        )


def dose(arrangement: SupportArrangement) -> SupportDose:
    """Set what was planned against what was delivered, of dose, time, cost or anything else.

    A measurement counts where what it is of has a word of `DOSE_WORDS` at either end, such as
    ``sessions planned``, or is ``dose``, ``time`` or ``cost``. Co-creation takes more time and effort
    than push (http://wtgrantfoundation.org/strengthening-research-use-technical-assistance), so that
    both belong beside what it brought.

    Args:
        arrangement: what is asked about.

    Raises:
        CannotEstimateError: parts add up to more than a number can hold.

    Examples:
        >>> from implsci.model import Measurement
        >>> from implsci.model.documents import SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     measurements=(
        ...         Measurement(of="time planned", value=40, unit="hour"),
        ...         Measurement(of="time spent", value=25, unit="hour", time="2024-03"),
        ...         Measurement(of="time spent", value=5, unit="hour", time="2024-04"),
        ...     ),
        ... )
        >>> dose(made_up).sentence()
        'Time: 30 hour delivered of 40 hour planned (75%).'
    """
    found: dict[tuple[str, str | None], dict[_Side, list[Measurement]]] = {}
    for one in arrangement.measurements:
        side, what = _read(one.of)
        if side is not None:
            line = found.setdefault((what, one.unit), {"planned": [], "delivered": []})
            line[side].append(one)
    return SupportDose(
        arrangement=arrangement.id,
        lines=tuple(
            DoseLine(
                what=what,
                unit=unit,
                planned=_sum(sides["planned"], unit),
                delivered=_sum(sides["delivered"], unit),
                untold=sum(one.value is None for side in sides.values() for one in side),
            )
            for (what, unit), sides in found.items()
        ),
    )


def _read(of: str) -> tuple[_Side | None, str]:
    """Return whether a measurement is of a plan or a delivery, and of what."""
    words = of.casefold().replace("_", " ").replace("-", " ").split()
    if words and words[-1] in DOSE_WORDS and words[:-1]:
        return DOSE_WORDS[words[-1]], " ".join(words[:-1])
    if words and words[0] in DOSE_WORDS and words[1:]:
        return DOSE_WORDS[words[0]], " ".join(words[1:])
    what = " ".join(words)
    return ("delivered", what) if what in _BARE else (None, what)


def _sum(parts: Sequence[Measurement], unit: str | None) -> float | None:
    values = [one.value for one in parts if one.value is not None]
    if not values or len(values) < len(parts) or (len(values) > 1 and unit in _NOT_ADDED):
        return None
    total = sum(values)
    if math.isinf(total):
        raise CannotEstimateError(f"{parts[0].of} adds up to more than a number can hold")
    return total


def _amount(value: float | None, unit: str | None) -> str:
    if value is None:
        return "an unknown amount"
    return f"{value:g} {unit or '(no unit)'}"
