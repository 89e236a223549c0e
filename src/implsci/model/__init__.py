"""The study model: a study is a small graph of barriers, strategies, relationships and outcomes.

Examples:
    >>> from implsci.model import Barrier, Study
    >>> Study(id="a", title="A study", barriers=(Barrier(id="b1", label="no time"),)).barriers[0].label
    'no time'
"""

from __future__ import annotations

from implsci.model.barrier import Barrier, Rating
from implsci.model.evidence import (
    Citation,
    Coding,
    Estimate,
    Event,
    Measurement,
    Provenance,
)
from implsci.model.finding import Finding
from implsci.model.outcome import Outcome
from implsci.model.relationship import Actor, Relationship
from implsci.model.strategy import Mechanism, Modification, Strategy
from implsci.model.study import Arm, CoreElement, Innovation, Setting, Study

__all__ = [
    "Actor",
    "Arm",
    "Barrier",
    "Citation",
    "Coding",
    "CoreElement",
    "Estimate",
    "Event",
    "Finding",
    "Innovation",
    "Measurement",
    "Mechanism",
    "Modification",
    "Outcome",
    "Provenance",
    "Rating",
    "Relationship",
    "Setting",
    "Strategy",
    "Study",
]


def __dir__() -> list[str]:
    return __all__
