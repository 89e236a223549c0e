"""The plan by which core elements of an innovation are introduced, one period after the other."""

from __future__ import annotations

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject

__all__ = ["SequencePlan", "SequenceStep"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True, eq=False, repr=False)
class SequenceStep(Record):
    """One core element in a plan: what it takes, how much it matters, when it is to come.

    Attributes:
        element: id of the core element.
        effort: what introducing it takes, in the unit of the plan's capacity; None where unknown.
        priority: 1 comes first; None where none was given.
        period: the period it is planned for, from 1; None where that is still open.
        dropped: whether it is left out.
        because: why.

    Raises:
        InvalidRecord: an effort, priority or period that is not positive, or a period of an element
            left out.

    Examples:
        >>> SequenceStep(element="screen", effort=2, priority=1).effort
        2
    """

    element: str
    effort: float | None = None
    priority: int | None = None
    period: int | None = None
    dropped: bool = False
    because: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "element", self.element)
        for name in ("effort", "priority", "period"):
            rules.positive(faults, name, getattr(self, name))
        if self.dropped and self.period is not None:
            faults.append(Fault("period", "the element is left out, so it has none"))
        if faults:
            reject(self, faults, None)


@frozen(kw_only=True, eq=False, repr=False)
class SequencePlan(Record):
    """How the core elements of an innovation are to be introduced, one period after the other.

    Attributes:
        unit: what a period is, such as ``month``.
        start: when the first period begins, ISO 8601 to the precision known.
        capacity: what each period has room for; the last one holds for all after it.
        capacity_unit: the unit of capacity and effort, such as ``staff day``.
        steps: the elements; one that is not named takes no known effort and has no priority.

    Raises:
        InvalidRecord: a capacity below zero, blank units, no date, or an element named twice.

    Examples:
        >>> SequencePlan(unit="month", capacity=(2, 4), steps=(SequenceStep(element="a"),)).capacity
        (2, 4)
    """

    unit: str = "period"
    start: str | None = None
    capacity: tuple[float, ...] = ()
    capacity_unit: str | None = None
    steps: tuple[SequenceStep, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.filled(faults, "unit", self.unit)
        rules.filled(faults, "capacity_unit", self.capacity_unit)
        rules.date(faults, "start", self.start)
        for index, room in enumerate(self.capacity):
            if room is not None and room < 0:
                faults.append(
                    Fault(f"capacity[{index}]", f"expected 0 or more, got {rules.number(room)}")
                )
        seen: set[str] = set()
        for index, step in enumerate(self.steps):
            if step.element is None:
                continue
            if step.element in seen:
                faults.append(Fault(f"steps[{index}].element", f"{step.element!r} stands twice"))
            seen.add(step.element)
        if faults:
            reject(self, faults, None)
