"""Hypothesis strategies for every record class: valid by construction, and of every shape.

Text is drawn from all of Unicode but surrogates, numbers reach to their limits, and what may be
absent often is. References inside a study name nodes of that study.

Examples:
    >>> from hypothesis import given
    >>> from implsci.testing import estimates
    >>> @given(estimates())
    ... def test_interval(estimate):
    ...     if None not in (estimate.value, estimate.ci_low):
    ...         assert estimate.ci_low <= estimate.value
"""

from __future__ import annotations

from implsci.testing._values import codes
from implsci.testing.strategies._evidence import (
    citations,
    codings,
    estimates,
    events,
    measurements,
    provenances,
)
from implsci.testing.strategies._nodes import (
    actors,
    arms,
    barriers,
    findings,
    implementation_strategies,
    mechanisms,
    modifications,
    outcomes,
    ratings,
    relationships,
    study_settings,
)
from implsci.testing.strategies._study import core_elements, innovations, studies
from implsci.testing.strategies._vocabulary import taxonomies, terms

__all__ = [
    "actors",
    "arms",
    "barriers",
    "citations",
    "codes",
    "codings",
    "core_elements",
    "estimates",
    "events",
    "findings",
    "implementation_strategies",
    "innovations",
    "measurements",
    "mechanisms",
    "modifications",
    "outcomes",
    "provenances",
    "ratings",
    "relationships",
    "studies",
    "study_settings",
    "taxonomies",
    "terms",
]


def __dir__() -> list[str]:
    return __all__
