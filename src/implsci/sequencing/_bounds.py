"""How short a plan could be at best: what no order, however clever, can get below."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from implsci.sequencing._task import Task

__all__ = ["Bound", "BoundFrom", "bound_of"]

BoundFrom: TypeAlias = Literal["chain of dependencies", "total effort", "every order examined"]


class Bound(NamedTuple):
    """A number of periods that no plan gets below, and what it follows from."""

    periods: int
    because: BoundFrom


def bound_of(task: Task) -> Bound:
    """Return the larger of two bounds: the longest chain, and all effort over all room.

    Alone in the plan each element would end when the room summed from its earliest period on reaches
    its effort; what depends on it begins in the next one. And all known efforts together need as
    many periods as it takes their sum to find room.
    """
    ends: dict[str, int] = {}
    for job in task.jobs:
        start = job.fixed or 1 + max((ends[name] for name in job.after), default=0)
        ends[job.id] = _until(task, start, job.effort)
    chain = max(ends.values(), default=0)
    total = sum((job.effort or Fraction(0) for job in task.jobs), Fraction(0))
    effort = _until(task, 1, total) if total else 0
    return (
        Bound(chain, "chain of dependencies") if chain >= effort else Bound(effort, "total effort")
    )


def _until(task: Task, start: int, effort: Fraction | None) -> int:
    """Return the period in which an effort is done that may have all room from a period on."""
    period, last = start, task.last_room
    while task.room(period) == 0 and (last is None or period < last):
        period += 1
    rest = (effort or Fraction(0)) - task.room(period)
    while rest > 0 and (last is None or period < last):
        period += 1
        rest -= task.room(period)
    return period
