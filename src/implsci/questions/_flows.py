"""What `flows` returns: the bands between barriers, strategies and outcomes, and what they join."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.synthesis.cell import LinkRule

__all__ = ["OTHERS", "CameOfIt", "FlowBand", "FlowColumn", "FlowNode", "Flows"]

OTHERS: Final = "(others)"
"""Stands for all values of a column that are less frequent than those named one by one."""

FlowColumn: TypeAlias = Literal["barrier", "strategy", "outcome"]
"""The three columns of a flow, in their order.

Examples:
    >>> from typing import get_args
    >>> get_args(FlowColumn)
    ('barrier', 'strategy', 'outcome')
"""

CameOfIt: TypeAlias = Literal[
    "improved", "maintained", "no_difference", "mixed", "worsened", "unclear", "told"
]
"""What most effects of a study say; ``told`` where none of its findings is an effect.

Examples:
    >>> from typing import get_args
    >>> get_args(CameOfIt)[-1]
    'told'
"""


@frozen(kw_only=True)
class FlowNode:
    """A value of a column that a band leaves or reaches.

    Attributes:
        column: which column.
        value: its code, ``(uncoded)``, or ``(others)``.
        label: its label.
        study_ids: the studies in any band of it, each once.
        gathers: the values gathered in it, where it is ``(others)``.

    Examples:
        >>> FlowNode(column="outcome", value="a:x", label="X", study_ids=("one", "two")).studies
        2
    """

    column: FlowColumn
    value: str
    label: str
    study_ids: tuple[str, ...]
    gathers: tuple[str, ...] = ()

    @property
    def studies(self) -> int:
        """How many studies are in any band of it."""
        return len(self.study_ids)


@frozen(kw_only=True)
class FlowBand:
    """The studies that join two values.

    Attributes:
        source: the column that it leaves.
        start: the value that it leaves.
        start_label: its label.
        end: the value that it reaches, in the next column.
        end_label: its label.
        came_of_it: what most effects of these studies say; None between barriers and strategies.
        study_ids: the studies, each once.
        findings: how many findings of theirs name both; None between barriers and strategies.
        bundled: how many of those are on several strategies at once, so that nothing that came of
            them belongs to one of these.

    Examples:
        >>> band = FlowBand(source="barrier", start="a:x", start_label="X", end="b:y",
        ...                 end_label="Y", study_ids=("one",))
        >>> band.studies, band.findings
        (1, None)
    """

    source: Literal["barrier", "strategy"]
    start: str
    start_label: str
    end: str
    end_label: str
    study_ids: tuple[str, ...]
    came_of_it: CameOfIt | None = None
    findings: int | None = None
    bundled: int | None = None

    @property
    def studies(self) -> int:
        """How many studies are in it, which is its width."""
        return len(self.study_ids)


@frozen(kw_only=True)
class Flows(Result):
    """From barriers over strategies to outcomes, as `flows` returns it.

    Attributes:
        barrier_axis: the axis of barriers, as it can be asked for again.
        strategy_axis: the axis of strategies.
        outcome_axis: the axis of outcomes.
        link: how a strategy and a barrier are joined.
        nodes: what the bands join, column by column, the commonest first; what has no code and what
            is gathered come last.
        bands: the bands, in the order of what they join.
        studies: studies asked.
        linked: how many of them join a barrier and a strategy.
        told: how many have a finding that names a strategy and an outcome.
        both: how many are in both stages.
        without_barrier: studies that report no barrier.
        without_strategy: studies that report no strategy.
        findings: findings in the second stage, each once.
        bundled: how many of them are on several strategies at once.
        assumptions: how it was counted.

    Examples:
        >>> import implsci
        >>> from implsci.questions import flows
        >>> found = flows(implsci.load("implsci-examples"))
        >>> found.barrier_axis, found.strategy_axis, found.outcome_axis
        ('barrier:cfir-2009', 'strategy:eric', 'outcome:proctor')
    """

    barrier_axis: str
    strategy_axis: str
    outcome_axis: str
    link: LinkRule
    nodes: tuple[FlowNode, ...]
    bands: tuple[FlowBand, ...]
    studies: int
    linked: int
    told: int
    both: int
    without_barrier: int
    without_strategy: int
    findings: int
    bundled: int
    assumptions: tuple[str, ...] = (
        "a study counts once in a band, and stands in every band that it belongs to, so that bands "
        "add up to more than the studies",
        "the two stages are counted apart: a study may be in one of them alone",
        "a band to an outcome holds the studies with a finding that names both; what came of it is "
        "what most of a study's effects against a comparator say, a tie is mixed",
        "findings on several strategies at once are counted, and no effect is credited to one of "
        "the strategies",
    )

    def column(self, name: FlowColumn) -> tuple[FlowNode, ...]:
        """Return the values of a column, the commonest first.

        Args:
            name: which column.

        Examples:
            >>> import implsci
            >>> from implsci.questions import flows
            >>> found = flows(implsci.load("implsci-examples"), most=2)
            >>> [node.value for node in found.column("strategy")]
            ['eric:facilitation', 'eric:conduct-educational-meetings', '(uncoded)', '(others)']
        """
        return tuple(node for node in self.nodes if node.column == name)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a band.

        Examples:
            >>> import implsci
            >>> from implsci.questions import flows
            >>> row = flows(implsci.load("implsci-examples")).to_rows()[-1]
            >>> row["stage"], row["studies"] > 0
            ('strategy to outcome', True)
        """
        return tuple(
            {
                "stage": _STAGES[band.source],
                "from": band.start,
                "from_label": band.start_label,
                "to": band.end,
                "to_label": band.end_label,
                "came_of_it": band.came_of_it,
                "studies": band.studies,
                "findings": band.findings,
                "bundled": band.bundled,
                "study_ids": "; ".join(band.study_ids),
            }
            for band in self.bands
        )

    def to_dict(self) -> dict[str, object]:
        """Return bands, what they join, counts, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "barrier_axis": self.barrier_axis,
            "strategy_axis": self.strategy_axis,
            "outcome_axis": self.outcome_axis,
            "link": self.link,
            "nodes": [
                {
                    "column": node.column,
                    "value": node.value,
                    "label": node.label,
                    "studies": node.studies,
                    "gathers": list(node.gathers),
                }
                for node in self.nodes
            ],
            "studies": self.studies,
            "linked": self.linked,
            "told": self.told,
            "both": self.both,
            "without_barrier": self.without_barrier,
            "without_strategy": self.without_strategy,
            "findings": self.findings,
            "bundled": self.bundled,
        }

    def sentence(self) -> str:
        """Say how many studies are in each stage, and how many are in none.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import flows
            >>> flows([Study(id="a", title="A")]).sentence()[:55]
            'Of 1 study, 0 say which barrier a strategy addresses (1'
        """
        joined = (
            f"{agreeing(self.linked, 'says', 'say')} which barrier a strategy addresses"
            if self.link == "addressed"
            else f"{agreeing(self.linked, 'has', 'have')} a barrier and a strategy, which is no "
            "claim that one addresses the other"
        )
        text = (
            f"Of {counted(self.studies, 'study', 'studies')}, {self.linked:,} {joined} "
            f"({self.without_barrier:,} without a barrier, {self.without_strategy:,} without a strategy), "
            f"and {self.told:,} {agreeing(self.told, 'has', 'have')} a finding that names a strategy and "
            f"an outcome; {self.both:,} {agreeing(self.both, 'is', 'are')} in both."
        )
        if not self.findings:
            return text
        return (
            f"{text} On several strategies at once: {self.bundled:,} of "
            f"{counted(self.findings, 'finding', 'findings')}; no effect is credited to one of them."
        )


_STAGES: Final = {"barrier": "barrier to strategy", "strategy": "strategy to outcome"}
