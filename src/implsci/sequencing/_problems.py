"""What is wrong with a plan of core elements, or worth a second look."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import evolve, frozen

from implsci.errors import CycleError
from implsci.sequencing._rounds import sequence
from implsci.sequencing._schedule import schedule
from implsci.sequencing._task import Task, task_of

if TYPE_CHECKING:
    from implsci.model import Innovation
    from implsci.model.sequence import SequencePlan

__all__ = ["PlanProblem", "PlanProblemKind", "Weight", "plan_problems"]

PlanProblemKind: TypeAlias = Literal[
    "dangling",
    "cycle",
    "no_capacity",
    "overload",
    "before_dependency",
    "no_place",
    "core_dropped",
    "waits_for_dropped",
    "unknown_effort",
]
Weight: TypeAlias = Literal["error", "warning", "info"]


@frozen(kw_only=True)
class PlanProblem:
    """One thing wrong with a plan, or worth a second look.

    Attributes:
        kind: ``dangling`` (a step names no core element), ``cycle``, ``no_capacity`` (0 in every
            period), ``overload`` (more is fixed for a period than it has room for),
            ``before_dependency`` (fixed before what it depends on can be in place), ``no_place`` (no
            period found), ``core_dropped``, ``waits_for_dropped`` or ``unknown_effort``.
        elements: ids of the elements it concerns.
        period: the period it concerns; None where it is of none.
        message: what is wrong, in words.
        severity: an ``error`` keeps the plan from being carried out as it stands, a ``warning``
            changes the innovation, an ``info`` says what is not known.

    Examples:
        >>> PlanProblem(
        ...     kind="overload", elements=("a", "b"), period=1, message="too much", severity="error"
        ... ).kind
        'overload'
    """

    kind: PlanProblemKind
    elements: tuple[str, ...]
    period: int | None
    message: str
    severity: Weight


def plan_problems(innovation: Innovation, plan: SequencePlan) -> tuple[PlanProblem, ...]:
    """Check a plan: circles, overload, wrong order, what is dropped, what is not known.

    A core element is by its definition a part the innovation cannot do without, so leaving one out
    is a modification inconsistent with the core, in the words of FRAME (Wiltsey Stirman 2019,
    doi:10.1186/s13012-019-0898-y): a warning, since only people who know the innovation can say what
    it costs.

    Args:
        innovation: its core elements and their dependencies.
        plan: the plan.

    Returns:
        What was found, errors first; empty where nothing was.

    Raises:
        InvalidQueryError: more than 10,000 periods could be needed.

    Examples:
        >>> from implsci import CoreElement, Innovation
        >>> from implsci.model.sequence import SequencePlan, SequenceStep
        >>> practice = Innovation(
        ...     name="Screening",
        ...     core_elements=(
        ...         CoreElement(id="screen", label="screen every child"),
        ...         CoreElement(id="refer", label="refer", depends_on=("screen",)),
        ...     ),
        ... )
        >>> plan = SequencePlan(steps=(SequenceStep(element="screen", effort=1, dropped=True),))
        >>> for problem in plan_problems(practice, plan):
        ...     print(problem.kind, "-", problem.message)
        core_dropped - screen: a core element is left out; the plan says nothing of why
        waits_for_dropped - refer: left out with it, as it depends on screen, left out
    """
    order = ("error", "warning", "info")
    return tuple(sorted(_problems(innovation, plan), key=lambda one: order.index(one.severity)))


def _problems(innovation: Innovation, plan: SequencePlan) -> Iterator[PlanProblem]:
    known = {element.id for element in innovation.core_elements}
    for step in plan.steps:
        if step.element not in known:
            yield _error(
                "dangling",
                f"{step.element}: the plan names it, and it is no core element",
                step.element,
            )
    plan = evolve(plan, steps=tuple(step for step in plan.steps if step.element in known))
    try:
        sequence(innovation)
    except CycleError as error:
        yield _error("cycle", str(error), *error.cycle[:-1])
        return
    yield from _dropped(innovation, plan)
    if plan.capacity and not any(plan.capacity):
        yield _error(
            "no_capacity", "the capacity is 0 in every period: nothing could be introduced"
        )
        return
    task = task_of(innovation, plan)
    found = [*_overload(task), *_too_early(task)]
    yield from found
    told = {name for problem in found for name in problem.elements}
    for one in schedule(innovation, plan).unplaced:
        if one.id not in told:
            yield _error("no_place", f"{one.id}: {one.because}", one.id)
    if unknown := tuple(job.id for job in task.jobs if job.effort is None):
        yield PlanProblem(
            kind="unknown_effort",
            elements=unknown,
            period=None,
            message=f"{', '.join(unknown)}: effort not known, so no capacity is held",
            severity="info",
        )


def _error(
    kind: PlanProblemKind, message: str, *elements: str, period: int | None = None
) -> PlanProblem:
    return PlanProblem(
        kind=kind, elements=elements, period=period, message=message, severity="error"
    )


def _dropped(innovation: Innovation, plan: SequencePlan) -> Iterator[PlanProblem]:
    steps = {step.element: step for step in plan.steps}
    left_out: list[str] = []
    for element in (one for group in sequence(innovation).rounds for one in group):
        step = steps.get(element.id)
        gone = [before for before in element.depends_on if before in left_out]
        if step is not None and step.dropped:
            reason = f"because {step.because}" if step.because else "the plan says nothing of why"
            yield PlanProblem(
                kind="core_dropped",
                elements=(element.id,),
                period=None,
                message=f"{element.id}: a core element is left out; {reason}",
                severity="warning",
            )
        elif gone:
            yield PlanProblem(
                kind="waits_for_dropped",
                elements=(element.id,),
                period=None,
                message=f"{element.id}: left out with it, as it depends on {', '.join(gone)}, left out",
                severity="warning",
            )
        else:
            continue
        left_out.append(element.id)


def _overload(task: Task) -> Iterator[PlanProblem]:
    """Yield the periods that are fixed for more than fits; what runs over is left to the search."""
    for period in sorted({job.fixed for job in task.jobs if job.fixed is not None}):
        room = task.room(period)
        held = [job for job in task.jobs if job.fixed == period and job.effort is not None]
        inside = [job for job in held if job.effort is not None and job.effort <= room]
        load = sum((job.effort or Fraction(0) for job in inside), Fraction(0))
        if load > room or (room == 0 and held):
            names = [job.id for job in (inside or held)]
            asked = sum((job.effort or Fraction(0) for job in (inside or held)), Fraction(0))
            yield _error(
                "overload",
                f"period {period}: {', '.join(names)} take {float(asked):g} of {float(room):g}",
                *names,
                period=period,
            )


def _too_early(task: Task) -> Iterator[PlanProblem]:
    earliest: dict[str, int] = {}
    for job in task.jobs:
        soonest = 1 + max((earliest[name] for name in job.after), default=0)
        if job.fixed is not None and job.fixed < soonest:
            late = [name for name in job.after if earliest[name] >= job.fixed]
            yield _error(
                "before_dependency",
                f"{job.id}: fixed for period {job.fixed}, and {', '.join(late)}, on which it "
                f"depends, cannot be in place before: expected period {soonest} or later",
                job.id,
                period=job.fixed,
            )
        earliest[job.id] = max(soonest, job.fixed or 0)
