"""Cells of a synthesis: what stands where a row and a column meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from attrs import asdict, field, frozen

from implsci.analysis.pooling import Pooled
from implsci.analysis.tally import Tally, main_effect
from implsci.model.finding import Direction
from implsci.synthesis.saying import Said

__all__ = [
    "DIRECTIONS",
    "MARKS",
    "NO_LINK",
    "Cell",
    "CellState",
    "FindingRef",
    "LinkRule",
    "came_of",
]

LinkRule = Literal["addressed", "cooccur"]
CellState = Literal["empty", "no finding", "no difference", "findings"]
"""What the studies of a cell say: ``empty``, nobody looked; ``no finding``, studies have both and
report nothing of them; ``no difference``, every finding is a null result; ``findings``, all else.

What a basis says of a pair is no finding and stands apart, in `Cell.said`.
"""
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)
MARKS: Final[Mapping[str, str]] = {
    "improved": "+",
    "maintained": "=",
    "no_difference": "\u2248",
    "mixed": "\u00b1",
    "worsened": "\N{MINUS SIGN}",
    "unclear": "?",
    "told": "\u25cb",
    "silent": "\u2026",
}
"""The mark of what came of it, on every map and figure: a direction, or a word of `came_of`."""
NO_LINK: Final = "\u2298"
"""The mark of a pair for which a basis has evidence of no link."""


@frozen(order=True)
class FindingRef:
    """Points to a finding.

    Attributes:
        study: id of its study.
        finding: id of the finding inside it.
    """

    study: str
    finding: str


@frozen(kw_only=True)
class Cell:
    """What stands where a row and a column meet.

    Attributes:
        row: the row's value.
        column: the column's value.
        study_ids: the studies in it, each once.
        linked_ids: those in which the source links the two (``Strategy.addresses``); only a table
            of barriers and strategies has any.
        finding_refs: the findings in it.
        bundled: how many of the findings are on several strategies.
        by_basis: directions counted apart for each basis of findings.
        estimates: one pooled estimate a metric.
        left_out: how many findings were not pooled, by reason.
        ratings: how many studies have which rating, such as the risk of bias; nothing where none of
            them is rated.
        said: what the basis that was asked for says of the pair; None where it is silent, which is
            unknown, or where none was asked for.
        segment: the segment that it is of; None for a whole cell.
        segments: the cell split by the axis of segments; a study may be in several of them.
    """

    row: str
    column: str
    study_ids: tuple[str, ...] = ()
    linked_ids: tuple[str, ...] = ()
    finding_refs: tuple[FindingRef, ...] = ()
    bundled: int = 0
    by_basis: Tally = field(factory=dict)
    estimates: tuple[Pooled, ...] = ()
    left_out: Mapping[str, int] = field(factory=dict)
    ratings: Mapping[str, int] = field(factory=dict)
    said: Said | None = None
    segment: str | None = None
    segments: tuple[Cell, ...] = ()

    @property
    def state(self) -> CellState:
        """What its studies say, which is nobody looked, no finding, a null result, or findings."""
        if not self.study_ids:
            return "empty"
        if not self.finding_refs:
            return "no finding"
        null = self.direction("no_difference") == self.findings
        return "no difference" if null else "findings"

    @property
    def studies(self) -> int:
        """How many studies are in it; 0 says that nobody looked, not that nothing was found."""
        return len(self.study_ids)

    @property
    def linked(self) -> int:
        """In how many of them the source links the two."""
        return len(self.linked_ids)

    @property
    def findings(self) -> int:
        """How many findings are in it."""
        return len(self.finding_refs)

    def direction(self, direction: Direction) -> int:
        """Return how many findings point in a direction, over all bases."""
        return sum(counts.get(direction, 0) for counts in self.by_basis.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the cell as plain values, in the shape that other programs read."""
        return {
            "row": self.row,
            "column": self.column,
            **({} if self.segment is None else {"segment": self.segment}),
            "state": self.state,
            "studies": self.studies,
            "linked": self.linked,
            "findings": self.findings,
            "bundled": self.bundled,
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            **{direction: self.direction(direction) for direction in DIRECTIONS},
            "estimates": [asdict(estimate) for estimate in self.estimates],
            "left_out": dict(self.left_out),
            "ratings": dict(self.ratings),
            "said": None if self.said is None else self.said.to_dict(),
            "study_ids": list(self.study_ids),
            "finding_refs": [f"{ref.study}#{ref.finding}" for ref in self.finding_refs],
            **({"segments": [one.to_dict() for one in self.segments]} if self.segments else {}),
        }


def came_of(cell: Cell) -> str:
    """Return what most effects of a cell say; ``told`` without effects, ``silent`` without findings."""
    return main_effect(cell.by_basis) or ("told" if cell.findings else "silent")
