"""Gathering: which studies and findings of a compendium belong in which cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from attrs import field, frozen

from implsci.analysis.pooling import Drawn
from implsci.compendium import Compendium
from implsci.model import Finding, Study
from implsci.synthesis.axes import DETERMINANTS, UNCODED, Axis
from implsci.synthesis.table import LinkRule

__all__ = ["Gathered", "InCell", "gather", "links_of"]


@frozen
class InCell:
    """The studies and findings drawn into one cell."""

    studies: list[Study] = field(factory=list)
    linked: list[Study] = field(factory=list)
    findings: list[Drawn] = field(factory=list)


@frozen(kw_only=True)
class Gathered:
    """All cells that hold a study, and what stands in none.

    Attributes:
        cells: the cells by row and column.
        rows: how many studies have each row.
        columns: how many studies have each column.
        without_row: how many studies have no row.
        without_column: how many studies have no column.
        findings: how many findings were looked at.
        unplaced: how many of them are in no cell.
    """

    cells: Mapping[tuple[str, str], InCell]
    rows: Counter[str]
    columns: Counter[str]
    without_row: int
    without_column: int
    findings: int
    unplaced: int


def links_of(row_axis: Axis, column_axis: Axis) -> bool:
    """Say whether a strategy can address what the table lays out: determinants by strategies."""
    kinds = {row_axis.kind, column_axis.kind}
    return "strategy" in kinds and not kinds.isdisjoint(DETERMINANTS)


def gather(
    compendium: Compendium,
    row_axis: Axis,
    column_axis: Axis,
    rule: LinkRule,
    keep: Callable[[Study, Finding], bool],
) -> Gathered:
    """Draw every study and every kept finding into its cells."""
    cells: dict[tuple[str, str], InCell] = {}
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    without_row = without_column = seen = placed = 0
    linkable = links_of(row_axis, column_axis)
    for study in compendium:
        row_position, column_position = row_axis.place(study), column_axis.place(study)
        rows.update(row_position.keys())
        columns.update(column_position.keys())
        without_row += not row_position
        without_column += not column_position
        drawn = [
            Drawn(study, finding, _bundled(study, finding, (row_axis, column_axis)))
            for finding in study.findings
            if keep(study, finding)
        ]
        seen += len(drawn)
        in_some_cell: set[str] = set()
        for row, row_ids in row_position.items():
            for column, column_ids in column_position.items():
                linked = linkable and _linked(study, row_ids | column_ids)
                if rule == "addressed" and not linked:
                    continue
                cell = cells.setdefault((row, column), InCell())
                cell.studies.append(study)
                if linked:
                    cell.linked.append(study)
                here = [
                    one
                    for one in drawn
                    if row_axis.holds(one.finding, row, row_ids)
                    and column_axis.holds(one.finding, column, column_ids)
                ]
                cell.findings.extend(here)
                in_some_cell.update(one.finding.id for one in here)
        placed += len(in_some_cell)
    return Gathered(
        cells=cells,
        rows=rows,
        columns=columns,
        without_row=without_row,
        without_column=without_column,
        findings=seen,
        unplaced=seen - placed,
    )


def _linked(study: Study, ids: frozenset[str]) -> bool:
    """Say whether one of these strategies addresses one of these determinants."""
    return any(
        strategy.id in ids and not ids.isdisjoint(strategy.addresses)
        for strategy in study.strategies
    )


def _bundled(study: Study, finding: Finding, axes: tuple[Axis, Axis]) -> bool:
    """Say whether several strategies stand behind a finding, be it in one node with several codes."""
    if finding.bundled:
        return True
    for axis in axes:
        if axis.kind == "strategy":
            values = [
                value
                for value, ids in axis.place(study).items()
                if value != UNCODED and not ids.isdisjoint(finding.strategies)
            ]
            return len(values) > 1
    return False
