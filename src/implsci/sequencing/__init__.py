"""Core elements in order: what can be introduced first, what must wait, and what fits into a period.

`sequence` puts elements into rounds by their dependencies alone. `schedule` puts them into periods
with a capacity, by a plan of efforts and priorities. `plan_problems` checks such a plan.

Examples:
    >>> from implsci import CoreElement, Innovation
    >>> circle = Innovation(
    ...     name="Screening",
    ...     core_elements=(
    ...         CoreElement(id="a", label="train", depends_on=("b",)),
    ...         CoreElement(id="b", label="screen", depends_on=("a",)),
    ...     ),
    ... )
    >>> sequence(circle)
    Traceback (most recent call last):
    ...
    implsci.errors.CycleError: core elements of 'Screening': expected an order without loops, got a -> b -> a
"""

from __future__ import annotations

from implsci.sequencing._bounds import BoundFrom
from implsci.sequencing._problems import PlanProblem, PlanProblemKind, Weight, plan_problems
from implsci.sequencing._results import Aim, LeftOut, Load, Method, Schedule, ScheduledElement
from implsci.sequencing._rounds import Sequence, sequence
from implsci.sequencing._schedule import schedule

__all__ = [
    "Aim",
    "BoundFrom",
    "LeftOut",
    "Load",
    "Method",
    "PlanProblem",
    "PlanProblemKind",
    "Schedule",
    "ScheduledElement",
    "Sequence",
    "Weight",
    "plan_problems",
    "schedule",
    "sequence",
]


def __dir__() -> list[str]:
    return __all__
