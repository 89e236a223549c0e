"""What a rule yields, and how it names the nodes of a study."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from attrs import frozen

from implsci.mismatch.report import Severity
from implsci.model import Barrier, Strategy

__all__ = ["Found", "Unsaid", "Wrong", "named", "severity_of"]


@frozen(kw_only=True)
class Wrong:
    """Something that does not fit, as a rule sees it.

    Attributes:
        severity: high, medium or low.
        because: why, in words; or a function that gives them, called only where they are read.
        barrier: the barrier it is about, if any.
        strategies: the strategies it is about.
        basis: name of the basis it rests on, if any.

    Examples:
        >>> Wrong(severity="low", because="no dose is stated").strategies
        ()
    """

    severity: Severity
    because: str | Callable[[], str]
    barrier: Barrier | None = None
    strategies: tuple[Strategy, ...] = ()
    basis: str | None = None


@frozen(kw_only=True)
class Unsaid:
    """Something that cannot be told from the study or from the bases asked.

    Attributes:
        because: what is not known; or a function that gives it, called only where it is read.
        barrier: the barrier it cannot be told of; None for the whole study.

    Examples:
        >>> Unsaid(because="no date is stated").barrier is None
        True
    """

    because: str | Callable[[], str]
    barrier: Barrier | None = None


Found: TypeAlias = Wrong | Unsaid | None
"""What a rule yields for each thing it looks at; None where all is well.

Examples:
    >>> found: Found = Unsaid(because="no date is stated")
"""


def named(*nodes: Barrier | Strategy) -> str:
    """Return the labels of nodes, each in quotes with its id."""
    return ", ".join(f"“{node.label}” ({node.id})" for node in nodes)


def severity_of(barrier: Barrier) -> Severity:
    """Return what the barrier's own strength earns; medium where it is not known."""
    worst = min((one.value for one in barrier.ratings if one.value is not None), default=None)
    if barrier.magnitude == 2 or worst == -2:
        return "high"
    return "low" if barrier.magnitude == 1 or worst is not None else "medium"
