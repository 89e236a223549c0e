"""What the readers of DOT, Mermaid and SVG share."""

from __future__ import annotations

from attrs import define, field

from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part

__all__ = ["Found", "built"]


@define
class Found:
    """What a reader has found so far, in the order of the file."""

    parts: list[Part] = field(factory=list)
    arrows: list[Arrow] = field(factory=list)
    conditions: list[Condition] = field(factory=list)


def built(kind: str, title: str, found: Found) -> Diagram:
    """Return the diagram of what was found; `Diagram` itself refuses what makes none."""
    return Diagram(
        kind=kind,  # type: ignore[arg-type]  # held by Diagram
        title=title,
        parts=tuple(found.parts),
        arrows=tuple(found.arrows),
        conditions=tuple(found.conditions),
    )
