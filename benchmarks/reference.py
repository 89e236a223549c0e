"""The reference record: 5 strategies, 4 barriers, 3 outcomes, 2 relationships.

Fifteen objects in about 2.8 KB, the shape that the bounds were set on."""

from __future__ import annotations

from implsci.codec import encode
from implsci.model import (
    Barrier,
    Outcome,
    Relationship,
    Strategy,
    Study,
)


def reference_study(number: int) -> Study:
    """Return the reference study, with its own id and title."""
    return Study(
        id=f"study-{number}",
        title=f"Facilitation of guideline uptake in county hospitals, site group {number}",
        year=2019,
        countries=("KE", "UG"),
        sectors=("sector:health",),
        design="cluster_rct",
        barriers=tuple(
            Barrier(
                id=f"b{index}",
                label="not enough time and staff for the new tasks",
                actor="nurses of the medical wards",
                codes=("cfir-2009:available-resources",),
                valence="barrier",
                magnitude=2,
                level="organization",
                n=5,
                n_informants=12,
            )
            for index in range(4)
        ),
        strategies=tuple(
            Strategy(
                id=f"s{index}",
                label="practice facilitation",
                codes=("eric:facilitation",),
                actor="external facilitator",
                action="visits and calls",
                action_target="ward teams",
                dose="monthly visits for a year",
                addresses=("b0", "b1"),
            )
            for index in range(5)
        ),
        relationships=tuple(
            Relationship(
                id=f"r{index}",
                label="working alliance",
                quality="described as close and frank by both sides",
                duration="two years",
            )
            for index in range(2)
        ),
        outcomes=tuple(
            Outcome(
                id=f"o{index}",
                label="fidelity to the guideline",
                codes=("proctor:fidelity",),
                kind="implementation",
                desirable="higher",
            )
            for index in range(3)
        ),
    )


def reference_lines(count: int) -> list[bytes]:
    """Return so many reference records, encoded."""
    return [encode(reference_study(number)) for number in range(count)]
