"""Causal pathway diagrams and implementation research logic models: drawn from a study, read back.

One structure, `Diagram`, stands behind SVG, DOT and Mermaid.

Examples:
    >>> from implsci import Barrier, Strategy, Study
    >>> plan = Study(
    ...     id="plan",
    ...     title="Reminders",
    ...     barriers=(Barrier(id="b", label="forgotten"),),
    ...     strategies=(Strategy(id="s", label="reminders", addresses=("b",)),),
    ... )
    >>> drawn = causal_pathway(plan)
    >>> from_mermaid(to_mermaid(drawn)) == drawn
    True
"""

from __future__ import annotations

from implsci.diagrams.diagram import (
    Arrow,
    Condition,
    ConditionKind,
    Diagram,
    DiagramKind,
    Ground,
    Part,
    PartKind,
)
from implsci.diagrams.dot import from_dot, to_dot
from implsci.diagrams.drawing import causal_pathway, logic_model
from implsci.diagrams.files import read_diagram, write_diagram
from implsci.diagrams.mermaid import from_mermaid, to_mermaid
from implsci.diagrams.study import to_study
from implsci.diagrams.svg import from_svg, to_svg

__all__ = [
    "Arrow",
    "Condition",
    "ConditionKind",
    "Diagram",
    "DiagramKind",
    "Ground",
    "Part",
    "PartKind",
    "causal_pathway",
    "from_dot",
    "from_mermaid",
    "from_svg",
    "logic_model",
    "read_diagram",
    "to_dot",
    "to_mermaid",
    "to_study",
    "to_svg",
    "write_diagram",
]


def __dir__() -> list[str]:
    return __all__
