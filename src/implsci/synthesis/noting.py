"""The notes of a synthesis: what a reader must know to read its cells as they are meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import frozen

from implsci._wording import counted
from implsci.synthesis.axes import NOT_REPORTED, UNCODED, Axis
from implsci.synthesis.dependence import Dependence
from implsci.synthesis.gathering import Gathered, links_of
from implsci.synthesis.table import Synthesis

__all__ = ["Asked", "notes_of"]

_OUTCOME: Final = "outcome_of_findings"


@frozen(kw_only=True)
class Asked:
    """How cells are made: pooling, rating and segments as they were asked for.

    Attributes:
        pooled: whether effects are pooled.
        dependence: what is done with several effects of one study.
        r: correlation assumed between them where they are combined.
        rating: the name under which studies are rated; None where none of them is.
        bundles: whether findings on several strategies are pooled in a cell.
        segments: the values of the axis of segments, in their order.
        segment_bundles: whether they are pooled in a segment.
    """

    pooled: bool
    dependence: Dependence
    r: float
    rating: str | None
    bundles: bool
    segments: tuple[str, ...]
    segment_bundles: bool


def notes_of(
    table: Synthesis, axes: tuple[Axis, ...], gathered: Gathered, asked: Asked
) -> Iterator[str]:
    """Yield the notes of a table, each one sentence."""
    row_axis, column_axis = axes[:2]
    if not table.studies:
        yield (
            "no study answers what was asked of studies: nothing can be said of any cell"
            if {*table.filters} - {_OUTCOME}
            else "there are no studies: nothing can be said of any cell"
        )
    elif _OUTCOME in table.filters and not gathered.findings:
        yield f"no finding is on the outcome asked for, {table.filters[_OUTCOME]}"
    for axis, counts, without in (
        (row_axis, gathered.rows, gathered.without_row),
        (column_axis, gathered.columns, gathered.without_column),
    ):
        if without:
            yield f"{axis.kind} not reported: {_studies(without)}"
        if counts[UNCODED]:
            uncoded = _studies(counts[UNCODED])
            of = f" of {axis.scheme}" if axis.scheme else ""
            yield f"{axis.kind} without a code{of}: {uncoded}, under {UNCODED}"
        if axis.kind == "barrier":
            yield "facilitators are no barriers here; the axes facilitator and determinant hold them"
    for carried in table.carried:
        yield carried.sentence()
    if gathered.unplaced:
        yield f"in no cell: {gathered.unplaced:,} of {counted(gathered.findings, 'finding')}"
    if table.segment_axis:
        yield from _segments(table.segment_axis, gathered)
    if links_of(row_axis, column_axis):
        yield (
            "a study is in a cell where one of its strategies is said to address the barrier"
            if table.link == "addressed"
            else "a study is in a cell where both occur in it; that is no claim that one addresses "
            "the other, and stated links are counted apart"
        )
    yield "an empty cell means that no study looked, not that nothing was found"
    if table.basis is not None:
        none = table.without_link()
        unstudied = sum(not cell.studies for cell in none)
        pairs = len(table.rows) * len(table.columns)
        yield (
            f"{table.basis} speaks of {len(table.said):,} of {counted(pairs, 'pair')}, and has evidence of no "
            f"link for {len(none)}, {unstudied} of which no study looked at; that is no finding of "
            "these studies, and of all other pairs it says nothing, which is unknown"
        )
    if asked.pooled:
        yield _pooled(asked)


def _segments(axis: str, gathered: Gathered) -> Iterator[str]:
    told = f"cells are split by {axis}, and their totals stay: a study may be in several segments"
    told += f" ({_studies(gathered.several)} here), so that segments may add up to more"
    if missing := gathered.segments[NOT_REPORTED]:
        told += f"; {_studies(missing)} without it under {NOT_REPORTED}"
    yield told
    if gathered.unsegmented:
        findings = counted(gathered.unsegmented, "finding")
        yield f"in a cell, and in no segment of it: {findings}"


def _pooled(asked: Asked) -> str:
    dependent = (
        f"effects of one study or programme combined first (r = {asked.r:g}), random effects by "
        "REML with z intervals"
        if asked.dependence == "combine"
        else "effects of one study or programme in a multilevel model by REML with z intervals, "
        "their sampling errors taken as independent"
    )
    return (
        "pooled: effects against a comparator only (which may differ, and is counted beside each "
        "estimate; effects against another strategy stay out), oriented so that more is better, "
        f"ratios on the log scale, {dependent}; bundles of strategies are counted, not pooled"
    )


def _studies(count: int) -> str:
    return counted(count, "study", "studies")
