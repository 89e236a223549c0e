"""The facets on which definitions differ, and how far apart two values of one are.

A facet with an order is spread evenly over 0 to 1: ``both`` lies halfway between the two things it is
both of, and ``two_way`` between ``one_way`` and ``multi_directional``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from implsci.model.knowledge import Definition

__all__ = ["FACETS", "QUESTION", "SCALES", "apart_on", "shown", "value_of"]

Value = str | bool | tuple[str, ...]

SCALES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "direction": ("one_way", "two_way", "multi_directional"),
        "focus": ("programs", "both", "processes"),
        "level": ("practice", "both", "policy"),
        "stance": ("top_down", "both", "flexible"),
    }
)

FACETS: Final = (
    "direction", "political", "participation", "impact", "focus", "level", "stance", "domains",
)  # fmt: skip
"""The facets of a `Definition` that are compared."""

QUESTION: Final[Mapping[str, str]] = MappingProxyType(
    {
        "direction": "which way knowledge flows",
        "political": "whether politics and power are part of it",
        "participation": "whether those who use knowledge take part",
        "impact": "whether what comes of it is part of it",
        "focus": "programs or processes",
        "level": "practice or policy",
        "stance": "from the top down or flexible",
        "domains": "which sectors it speaks of",
    }
)


def value_of(definition: Definition, facet: str) -> Value | None:
    """Return what a definition says on a facet; None where it says nothing."""
    value: Value | None = getattr(definition, facet)
    return None if value == () else value


def shown(value: Value | None) -> str | None:
    """Return a value in the words of a sentence."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(code.removeprefix("sector:") for code in value)
    return value.replace("_", "-")


def apart_on(facet: str, first: Value, second: Value) -> float:
    """Return how far two values of a facet are apart, 0 to 1.

    Of sectors it is one minus Jaccard's index: the share named by one only.
    """
    scale = SCALES.get(facet)
    if scale is not None and isinstance(first, str) and isinstance(second, str):
        return abs(scale.index(first) - scale.index(second)) / (len(scale) - 1)
    if isinstance(first, tuple) and isinstance(second, tuple):
        return 1 - len(set(first) & set(second)) / len(set(first) | set(second))
    return float(first != second)
