"""An innovation and its plan as a task of scheduling: exact numbers, what is left out, the order asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Final

from attrs import frozen

from implsci.errors import InvalidQueryError
from implsci.sequencing._rounds import sequence

if TYPE_CHECKING:
    from implsci.model import CoreElement, Innovation
    from implsci.model.sequence import SequencePlan, SequenceStep

__all__ = ["LONGEST", "Job", "Task", "successors", "task_of"]

LONGEST: Final = 10_000
_LAST: Final = 2**63


@frozen(kw_only=True)
class Job:
    """A core element to be placed.

    `rank` orders those that are possible: priority, stated order, place in the record; what is not
    given comes last.
    """

    id: str
    label: str
    effort: Fraction | None
    rank: tuple[int, int, int]
    priority: int | None
    fixed: int | None
    after: tuple[str, ...]


@frozen(kw_only=True)
class Task:
    """Jobs in an order that keeps dependencies, the room of each period, and what is left out."""

    jobs: tuple[Job, ...]
    left_out: Mapping[str, str]
    capacity: tuple[Fraction, ...]

    def room(self, period: int) -> Fraction:
        """Return what a period, from 1, has room for; without any capacity there is always enough."""
        if not self.capacity:
            return self._ample
        return self.capacity[min(period, len(self.capacity)) - 1]

    @cached_property
    def _ample(self) -> Fraction:
        return sum((job.effort or Fraction(0) for job in self.jobs), Fraction(1))

    @cached_property
    def last_room(self) -> int | None:
        """The last period with any room, where none has any after it."""
        if not self.capacity or self.capacity[-1] > 0:
            return None
        return max((place for place, room in enumerate(self.capacity, 1) if room > 0), default=0)


def successors(jobs: tuple[Job, ...]) -> dict[str, list[str]]:
    """Return the jobs that depend directly on each."""
    found: dict[str, list[str]] = {job.id: [] for job in jobs}
    for job in jobs:
        for before in job.after:
            found[before].append(job.id)
    return found


def task_of(innovation: Innovation, plan: SequencePlan) -> Task:
    """Return the task that a plan sets.

    Raises:
        CycleError: elements depend on one another in a circle.
        InvalidQueryError: a step that names no element, a capacity of 0 in every
            period, or more than `LONGEST` periods.
    """
    ordered = [element for group in sequence(innovation).rounds for element in group]
    place = {element.id: index for index, element in enumerate(innovation.core_elements)}
    steps = {step.element: step for step in plan.steps}
    if strange := [name for name in steps if name not in place]:
        raise InvalidQueryError(
            f"the plan names {', '.join(map(repr, strange))}: no core element of {innovation.name!r}"
        )
    left_out = _left_out(ordered, steps)
    jobs = tuple(
        _job(element, steps.get(element.id), place[element.id])
        for element in ordered
        if element.id not in left_out
    )
    capacity = tuple(_exact(room) for room in plan.capacity)
    if capacity and not any(capacity):
        raise InvalidQueryError(
            "the capacity is 0 in every period: nothing could ever be introduced"
        )
    made = Task(jobs=jobs, left_out=left_out, capacity=capacity)
    _refuse_endless(made)
    return made


def _left_out(ordered: list[CoreElement], steps: Mapping[str, SequenceStep]) -> dict[str, str]:
    """Return what is dropped and all that waits for it, each with the reason."""
    found: dict[str, str] = {}
    for element in ordered:
        step = steps.get(element.id)
        gone = [before for before in element.depends_on if before in found]
        if step is not None and step.dropped:
            found[element.id] = step.because or "dropped by the plan, which gives no reason"
        elif gone:
            found[element.id] = f"depends on {', '.join(gone)}, left out"
    return found


def _job(element: CoreElement, step: SequenceStep | None, place: int) -> Job:
    effort = None if step is None or step.effort is None else _exact(step.effort)
    priority = None if step is None else step.priority
    return Job(
        id=element.id,
        label=element.label,
        effort=effort,
        rank=(priority or _LAST, element.order or _LAST, place),
        priority=priority,
        fixed=None if step is None else step.period,
        after=element.depends_on,
    )


def _exact(number: float) -> Fraction:
    """Return a number as it is written, so that ten times 0.1 fill a period of 1."""
    return Fraction(str(number))


def _refuse_endless(task: Task) -> None:
    rest = sum((job.effort or Fraction(0) for job in task.jobs), Fraction(0))
    rest -= sum(task.capacity, Fraction(0))
    periods = len(task.capacity) + len(task.jobs)
    if task.capacity and task.capacity[-1] > 0 and rest > 0:
        periods += math.ceil(rest / task.capacity[-1])
    periods += max((job.fixed or 0 for job in task.jobs), default=0)
    if periods > LONGEST:
        raise InvalidQueryError(
            f"the plan could take {periods:,} periods; expected at most {LONGEST:,}: take longer "
            "periods, or look at its efforts and capacities"
        )
