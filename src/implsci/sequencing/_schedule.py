"""A feasible order of core elements under dependencies, capacities, priorities and fixed periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from implsci.errors import InvalidQueryError
from implsci.sequencing._bounds import Bound, bound_of
from implsci.sequencing._calendar import begins
from implsci.sequencing._exact import MOST, shortest
from implsci.sequencing._results import Aim, LeftOut, Load, Method, Schedule, ScheduledElement
from implsci.sequencing._serial import Shares, serial
from implsci.sequencing._task import Job, Task, task_of

if TYPE_CHECKING:
    from fractions import Fraction

    from implsci.model import Innovation
    from implsci.model.sequence import SequencePlan

__all__ = ["schedule"]

_ASSUMPTIONS: Final = (
    "an element begins in a period after the one in which all that it depends on is in place",
    "an element that the capacity of a period can hold is introduced within one; a larger one runs "
    "over consecutive periods, takes all room left in each until it is done, and at most one runs "
    "over at a time; a period without any capacity interrupts nothing",
    "an element of unknown effort takes one period, and no capacity is held for it",
)
_UNBOUND: Final = "no capacity is given, so dependencies alone decide"


def schedule(innovation: Innovation, plan: SequencePlan, *, aim: Aim = "shortest") -> Schedule:
    """Put the core elements of an innovation into periods.

    Every element comes after those it depends on, no period holds more effort than its capacity, an
    element with a period of its own in the plan begins in that period, and what the plan drops is
    left out with everything that depends on it.

    With up to 12 elements and the aim ``shortest`` every order is examined (dynamic programming over
    periods): the plan takes the fewest periods, and among such plans has the element of priority 1 in
    place soonest, then the next. Else elements are placed one by one, the best priority among
    those possible first, each as early as it fits: the serial schedule generation scheme (Kolisch
    1996, doi:10.1016/0377-2217(95)00357-6), a heuristic that keeps every rule and need not find the
    shortest plan. `Schedule.lower_bound` says what no plan can get below. Elements without priority
    come after those with one, by their stated order, then by their place in the record.

    Args:
        innovation: its core elements and their dependencies.
        plan: efforts, priorities, fixed periods, what is dropped, and the capacity of each period.
        aim: ``shortest`` or ``priorities``, which puts the best priority first whatever the length.

    Returns:
        The schedule; what has no place stands in `Schedule.unplaced` with the reason.

    Raises:
        CycleError: elements depend on one another in a circle; the circle is named.
        InvalidQueryError: a step names no element, the capacity is 0 in every
            period, more than 10,000 periods could be needed, or an unknown aim.

    Examples:
        >>> from implsci import CoreElement, Innovation
        >>> from implsci.model.sequence import SequencePlan, SequenceStep
        >>> practice = Innovation(
        ...     name="Screening",
        ...     core_elements=(
        ...         CoreElement(id="screen", label="screen every child"),
        ...         CoreElement(id="refer", label="refer", depends_on=("screen",)),
        ...         CoreElement(id="review", label="review cases weekly"),
        ...     ),
        ... )
        >>> plan = SequencePlan(
        ...     unit="month",
        ...     start="2026-01",
        ...     capacity=(2,),
        ...     steps=tuple(SequenceStep(element=e, effort=2) for e in ("screen", "refer", "review")),
        ... )
        >>> made = schedule(practice, plan)
        >>> [(one.id, made.loads[one.start - 1].begins) for one in made.elements]
        [('screen', '2026-01'), ('refer', '2026-02'), ('review', '2026-03')]
        >>> made.shortest
        True
    """
    if aim not in ("shortest", "priorities"):
        raise InvalidQueryError(f"expected the aim 'shortest' or 'priorities', got {aim!r}")
    task = task_of(innovation, plan)
    method: Method = "serial schedule generation by priority"
    placed, unplaced = serial(task)
    best: dict[str, Shares] | None = None
    if len(task.jobs) <= MOST:
        best = shortest(task, None if unplaced else _length(placed))
    if best is not None and (unplaced or aim == "shortest"):
        placed, unplaced, method = best, {}, "every order examined"
    bound: Bound | None = bound_of(task)
    if unplaced:
        bound = None
    elif best is not None:
        bound = Bound(_length(best), "every order examined")
    assumptions = _ASSUMPTIONS if task.capacity else (*_ASSUMPTIONS, _UNBOUND)
    if unplaced and best is None and len(task.jobs) <= MOST:
        assumptions = (*assumptions, "every order was examined: none keeps all that is asked")
    labels = {element.id: element.label for element in innovation.core_elements}
    return Schedule(
        innovation=innovation.name,
        elements=_elements(task, placed),
        loads=_loads(task, plan, placed),
        dropped=_left_out(task.left_out, labels),
        unplaced=_left_out(unplaced, labels),
        unit=plan.unit,
        capacity_unit=plan.capacity_unit,
        aim=aim,
        method=method,
        lower_bound=None if bound is None else bound.periods,
        bound_because=None if bound is None else bound.because,
        assumptions=assumptions,
    )


def _length(placed: Mapping[str, Shares]) -> int:
    return max((shares[-1][0] for shares in placed.values()), default=0)


def _left_out(reasons: Mapping[str, str], labels: Mapping[str, str]) -> tuple[LeftOut, ...]:
    return tuple(
        LeftOut(id=name, label=label, because=reasons[name])
        for name, label in labels.items()
        if name in reasons
    )


def _elements(task: Task, placed: Mapping[str, Shares]) -> tuple[ScheduledElement, ...]:
    jobs = sorted(
        (job for job in task.jobs if job.id in placed),
        key=lambda job: (placed[job.id][0][0], job.rank),
    )
    return tuple(
        ScheduledElement(
            id=job.id,
            label=job.label,
            start=placed[job.id][0][0],
            end=placed[job.id][-1][0],
            effort=None if job.effort is None else float(job.effort),
            shares=()
            if job.effort is None
            else tuple((period, float(share)) for period, share in placed[job.id]),
            priority=job.priority,
            fixed=job.fixed is not None,
            depends_on=job.after,
        )
        for job in jobs
    )


def _loads(task: Task, plan: SequencePlan, placed: Mapping[str, Shares]) -> tuple[Load, ...]:
    inside: list[list[tuple[Job, Fraction]]] = [[] for _ in range(_length(placed))]
    for job in sorted(task.jobs, key=lambda job: job.rank):
        for period, share in placed.get(job.id, ()):
            inside[period - 1].append((job, share))
    return tuple(
        Load(
            period=period,
            begins=begins(plan.start, plan.unit, period),
            capacity=float(task.room(period)) if task.capacity else None,
            effort=float(sum(share for _, share in there)),
            unknown=tuple(job.id for job, _ in there if job.effort is None),
            elements=tuple(job.id for job, _ in there),
        )
        for period, there in enumerate(inside, 1)
    )
