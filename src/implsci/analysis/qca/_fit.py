"""Parameters of fit: how far one set of cases lies within another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import frozen

from implsci.analysis.qca._memberships import Vector


def ratio(part: float, whole: float) -> float | None:
    """Part of whole; None where there is nothing to divide by."""
    return part / whole if whole > 0 else None


@frozen
class Sufficient:
    """Consistency, PRI and coverage of a sufficient condition; None where undefined."""

    consistency: float | None
    pri: float | None
    coverage: float | None


def sufficient(x: Vector, y: Vector) -> Sufficient:
    """X as a subset of Y."""
    both = np.minimum(x, y)
    shared = float(both.sum())
    tied = float(np.minimum(both, 1 - y).sum())
    total = float(x.sum())
    return Sufficient(
        consistency=ratio(shared, total),
        pri=ratio(shared - tied, total - tied),
        coverage=ratio(shared, float(y.sum())),
    )


@frozen
class Necessary:
    """Consistency, relevance and coverage of a necessary condition; None where undefined."""

    consistency: float | None
    relevance: float | None
    coverage: float | None


def necessary(x: Vector, y: Vector) -> Necessary:
    """X as a superset of Y."""
    both = np.minimum(x, y)
    shared = float(both.sum())
    return Necessary(
        consistency=ratio(shared, float(y.sum())),
        relevance=ratio(float((1 - x).sum()), float((1 - both).sum())),
        coverage=ratio(shared, float(x.sum())),
    )


def unique_coverages(terms: Sequence[Vector], y: Vector) -> tuple[float | None, ...]:
    """What each term covers and no other does: coverage of the sum less that without the term."""
    stack = np.stack(terms)
    first = np.argmax(stack, axis=0)
    cases = np.arange(len(y))
    most = stack[first, cases]
    stack[first, cases] = 0
    lost = np.minimum(most, y) - np.minimum(stack.max(axis=0), y)
    total = float(y.sum())
    return tuple(
        ratio(own, total) for own in np.bincount(first, weights=lost, minlength=len(terms)).tolist()
    )
