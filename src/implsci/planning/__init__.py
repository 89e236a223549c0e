"""Tailoring: from barriers to a plan as data, its elements in order, two plans side by side.

A plan is a `Study` in its planning stage, so that whatever reads studies reads plans:
`implsci.mismatches` checks it, `implsci.specification` says how far it is specified, and
`implsci.diagrams` draws it.

Examples:
    >>> from implsci import mismatches
    >>> made = plan(
    ...     ["tdf-v2:knowledge", "cfir-2009:compatibility"],
    ...     {"eric:conduct-educational-meetings": ["tdf-v2:knowledge"]},
    ... )
    >>> [found.barrier for found in mismatches(made) if found.kind == "unaddressed"]
    ['compatibility']
"""

from __future__ import annotations

from implsci.planning.comparing import BarrierRow, PlanComparison, Support, compare_plans
from implsci.planning.making import Choice, draft, plan
from implsci.sequencing import Sequence, sequence

__all__ = [
    "BarrierRow",
    "Choice",
    "PlanComparison",
    "Sequence",
    "Support",
    "compare_plans",
    "draft",
    "plan",
    "sequence",
]


def __dir__() -> list[str]:
    return __all__
