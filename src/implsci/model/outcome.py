"""Outcomes: what changed, or was meant to change."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.model._node import Node
from implsci.model.evidence import Measurement

__all__ = ["Desirable", "Distance", "Outcome", "OutcomeKind"]


def __dir__() -> list[str]:
    return __all__


OutcomeKind = Literal[
    "implementation", "service", "client", "population", "capacity", "research_use", "relationship"
]
Desirable = Literal["higher", "lower", "neither"]
Distance = Literal["proximal", "distal"]


@frozen(kw_only=True, eq=False, repr=False)
class Outcome(Node):
    """Something that was measured, observed or hoped for.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        kind: which family it belongs to; implementation, service and client after Proctor 2011
            (doi:10.1007/s10488-010-0319-7).
        desirable: which way is better; None where unknown.
        distance: near to the strategy or far down the chain.
        level: who or what it is measured on.
        measurements: levels and reach, by equity stratum where known.

    Raises:
        InvalidRecord: bad id or code, or blank label.

    Examples:
        >>> Outcome(id="o1", label="uptake", kind="implementation", desirable="higher").desirable
        'higher'
    """

    kind: OutcomeKind | None = None
    desirable: Desirable | None = None
    distance: Distance | None = None
    level: str | None = None
    measurements: tuple[Measurement, ...] = ()
