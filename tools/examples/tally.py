"""Counts that the build keeps as it goes, for the summary at its end."""

from __future__ import annotations

from collections import Counter

from attrs import Factory, define

__all__ = ["Tally"]


@define
class Tally:
    """What was read, what became of it, and what did not fit.

    Attributes:
        read: lines or rows read, by source.
        studies: studies made, by source, before merging.
        relational: relational labels of strategies, by fate and label.
        equity_uncoded: equity words that no term fits.
        merges: the kept id and the ids or names merged into it.
        merged_nodes: nodes and findings of a second coder found again in the first coder's study.
        left_out: what was left out, and why.
    """

    read: Counter[str] = Factory(Counter)
    studies: Counter[str] = Factory(Counter)
    relational: Counter[tuple[str, str]] = Factory(Counter)
    equity_uncoded: Counter[str] = Factory(Counter)
    merges: list[tuple[str, tuple[str, ...]]] = Factory(list)
    merged_nodes: Counter[str] = Factory(Counter)
    left_out: list[str] = Factory(list)
