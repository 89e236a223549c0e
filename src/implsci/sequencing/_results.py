"""A schedule as a result: which element when, how full each period is, what has no place and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import asdict, frozen

from implsci._wording import counted
from implsci.sequencing._bounds import BoundFrom

__all__ = ["Aim", "LeftOut", "Load", "Method", "Schedule", "ScheduledElement"]

Aim: TypeAlias = Literal["shortest", "priorities"]
Method: TypeAlias = Literal["every order examined", "serial schedule generation by priority"]


@frozen(kw_only=True)
class ScheduledElement:
    """A core element and when it is introduced.

    Attributes:
        id: the element's id.
        label: the source's words for it.
        start: the period in which it begins, from 1.
        end: the period at whose end it is in place.
        effort: what it takes; None where unknown, and then no capacity was held for it.
        shares: the periods it takes, each with its part of the effort; empty where that is unknown.
        priority: 1 comes first; None where none was given.
        fixed: whether the plan names its period.
        depends_on: ids of the elements in place before it begins.

    Examples:
        >>> ScheduledElement(
        ...     id="a", label="train", start=1, end=2, effort=3.0, shares=((1, 2.0), (2, 1.0)),
        ...     priority=None, fixed=False, depends_on=(),
        ... ).end
        2
    """

    id: str
    label: str
    start: int
    end: int
    effort: float | None
    shares: tuple[tuple[int, float], ...]
    priority: int | None
    fixed: bool
    depends_on: tuple[str, ...]


@frozen(kw_only=True)
class Load:
    """How full a period is.

    Attributes:
        period: from 1.
        begins: when it begins, ISO 8601; None where the plan does not say it precisely enough.
        capacity: what it has room for; None where the plan gives none.
        effort: the known efforts in it, summed.
        unknown: ids of elements in it whose effort is not known, so that `effort` is a least value.
        elements: ids of all elements in it.

    Examples:
        >>> Load(
        ...     period=1, begins="2026-01", capacity=2.0, effort=1.5, unknown=(), elements=("a",)
        ... ).free
        0.5
    """

    period: int
    begins: str | None
    capacity: float | None
    effort: float
    unknown: tuple[str, ...]
    elements: tuple[str, ...]

    @property
    def free(self) -> float | None:
        """Room left; None where there is no capacity given, or an effort is not known."""
        return None if self.capacity is None or self.unknown else self.capacity - self.effort


@frozen(kw_only=True)
class LeftOut:
    """A core element without a period, and why.

    Attributes:
        id: the element's id.
        label: the source's words for it.
        because: why it has none.

    Examples:
        >>> LeftOut(id="a", label="train", because="no staff").because
        'no staff'
    """

    id: str
    label: str
    because: str


@frozen(kw_only=True)
class Schedule:
    """When each core element of an innovation is introduced, as `schedule` returns it.

    Attributes:
        innovation: its name.
        elements: the elements, by the period they begin in, then by priority.
        loads: the periods, each with how full it is.
        dropped: what the plan drops, and everything that depends on it.
        unplaced: what could not be placed, each with the reason; empty in a feasible plan.
        unit: what a period is.
        capacity_unit: the unit of capacity and effort; None where none was given.
        aim: what was asked for.
        method: how it was found.
        lower_bound: the periods that no plan gets below; None where something has no place.
        bound_because: what that bound follows from; None likewise.
        assumptions: what the schedule takes for granted.

    Examples:
        >>> from implsci import CoreElement, Innovation
        >>> from implsci.model.sequence import SequencePlan
        >>> from implsci.sequencing import schedule
        >>> one = Innovation(name="App", core_elements=(CoreElement(id="a", label="train"),))
        >>> schedule(one, SequencePlan()).length
        1
    """

    innovation: str
    elements: tuple[ScheduledElement, ...]
    loads: tuple[Load, ...]
    dropped: tuple[LeftOut, ...]
    unplaced: tuple[LeftOut, ...]
    unit: str
    capacity_unit: str | None
    aim: Aim
    method: Method
    lower_bound: int | None
    bound_because: BoundFrom | None
    assumptions: tuple[str, ...]

    @property
    def order(self) -> tuple[str, ...]:
        """The ids of the elements, in the order in which they begin."""
        return tuple(element.id for element in self.elements)

    @property
    def length(self) -> int:
        """How many periods it takes."""
        return len(self.loads)

    @property
    def shortest(self) -> bool | None:
        """Whether no plan is shorter, by proof; None where that is not known."""
        if self.lower_bound is None:
            return None
        if self.length == self.lower_bound:
            return True
        return False if self.bound_because == "every order examined" else None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Ids of the elements whose effort is not known; no capacity was held for them."""
        return tuple(element.id for element in self.elements if element.effort is None)

    def to_rows(self) -> tuple[Mapping[str, str | int | float | bool | None], ...]:
        """Return a line an element: those with a period, then those dropped and those without one."""
        begins = {load.period: load.begins for load in self.loads}
        placed = [
            {
                "element": one.id,
                "label": one.label,
                "status": "scheduled",
                "start": one.start,
                "end": one.end,
                "begins": begins[one.start],
                "effort": one.effort,
                "priority": one.priority,
                "fixed": one.fixed,
                "depends_on": " ".join(one.depends_on) or None,
                "because": None,
            }
            for one in self.elements
        ]
        empty = dict.fromkeys(
            ("start", "end", "begins", "effort", "priority", "fixed", "depends_on")
        )
        others = [
            {
                "element": one.id,
                "label": one.label,
                "status": status,
                **empty,
                "because": one.because,
            }
            for status, listed in (("dropped", self.dropped), ("unplaced", self.unplaced))
            for one in listed
        ]
        return (*placed, *others)

    def sentence(self) -> str:
        """Say how long it takes, how that was found, and whether it could be shorter."""
        whole = len(self.elements) + len(self.unplaced) + len(self.dropped)
        told = (
            f"{len(self.elements)} of {counted(whole, 'core element')} of {self.innovation} in "
            f"{counted(self.length, self.unit)}, found by: {self.method}."
        )
        if self.unplaced:
            told += f" {len(self.unplaced)} could not be placed."
        elif self.shortest:
            told += " No plan is shorter" + (
                "." if self.bound_because == "every order examined" else f" ({self.bound_because})."
            )
        elif self.shortest is False:
            told += f" The shortest plan takes {self.lower_bound}; priorities were put first."
        else:
            told += (
                f" No plan takes fewer than {self.lower_bound} ({self.bound_because}); whether one "
                f"takes fewer than {self.length} is not known."
            )
        if self.unknown:
            told += (
                f" The effort of {len(self.unknown)} is not known, and no capacity is held there."
            )
        if self.dropped:
            told += f" {len(self.dropped)} left out."
        return told

    def to_dict(self) -> dict[str, object]:
        """Return it as plain values, ready for JSON."""
        return {
            "innovation": self.innovation,
            "unit": self.unit,
            "capacity_unit": self.capacity_unit,
            "length": self.length,
            "aim": self.aim,
            "method": self.method,
            "lower_bound": self.lower_bound,
            "bound_because": self.bound_because,
            "shortest": self.shortest,
            "elements": [
                asdict(one)
                | {
                    "shares": [{"period": at, "effort": part} for at, part in one.shares],
                    "depends_on": list(one.depends_on),
                }
                for one in self.elements
            ],
            "loads": [
                asdict(one) | {"unknown": list(one.unknown), "elements": list(one.elements)}
                for one in self.loads
            ],
            "dropped": [asdict(one) for one in self.dropped],
            "unplaced": [asdict(one) for one in self.unplaced],
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }
