"""Gathering: which studies and findings of a compendium belong in which cell, and in which segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from attrs import field, frozen

from implsci.analysis.pooling import Drawn, is_bundle
from implsci.compendium import Compendium
from implsci.model import Finding, Study
from implsci.synthesis.axes import DETERMINANTS, NOT_REPORTED, UNCODED, Axis, Position
from implsci.synthesis.cell import LinkRule
from implsci.synthesis.rating import RATING, is_rated

__all__ = ["Gathered", "InCell", "gather", "links_of"]


@frozen
class InCell:
    """The studies and findings drawn into one cell, and into each segment of it."""

    studies: list[Study] = field(factory=list)
    linked: list[Study] = field(factory=list)
    findings: list[Drawn] = field(factory=list)
    segments: dict[str, InCell] = field(factory=dict)


@frozen(kw_only=True)
class Gathered:
    """All cells that hold a study, and what stands in none.

    Attributes:
        cells: the cells by row and column.
        rows: how many studies have each row.
        columns: how many studies have each column.
        segments: how many studies have each segment.
        without_row: how many studies have no row.
        without_column: how many studies have no column.
        findings: how many findings were looked at.
        unplaced: how many of them are in no cell.
        several: how many studies are in several segments.
        unsegmented: how many findings are in a cell and in no segment of it.
        rated: whether any study is rated under the name asked for.
    """

    cells: Mapping[tuple[str, str], InCell]
    rows: Counter[str]
    columns: Counter[str]
    segments: Counter[str]
    without_row: int
    without_column: int
    findings: int
    unplaced: int
    several: int
    unsegmented: int
    rated: bool


def links_of(row_axis: Axis, column_axis: Axis) -> bool:
    """Say whether a strategy can address what the table lays out: determinants by strategies."""
    kinds = {row_axis.kind, column_axis.kind}
    return "strategy" in kinds and not kinds.isdisjoint(DETERMINANTS)


def gather(
    compendium: Compendium,
    row_axis: Axis,
    column_axis: Axis,
    rule: LinkRule,
    keep: Callable[[Study, Finding], bool] | None = None,
    segment_axis: Axis | None = None,
    rating: str = RATING,
) -> Gathered:
    """Draw every study and every kept finding into its cells, and into the segments of these.

    A study without a value on the axis of segments stands in the segment ``(not reported)``, with
    all its findings, so that the segments leave no study of a cell out.
    """
    cells: dict[tuple[str, str], InCell] = {}
    rows: Counter[str] = Counter()
    columns: Counter[str] = Counter()
    segments: Counter[str] = Counter()
    without_row = without_column = seen = placed = several = unsegmented = 0
    linkable = links_of(row_axis, column_axis)
    rated = False
    for study in compendium:
        rated = rated or is_rated(study, rating)
        row_position, column_position = row_axis.place(study), column_axis.place(study)
        rows.update(row_position.keys())
        columns.update(column_position.keys())
        without_row += not row_position
        without_column += not column_position
        laid = [
            position
            for axis, position in ((row_axis, row_position), (column_axis, column_position))
            if axis.kind == "strategy"
        ]
        findings = study.findings
        if keep is not None:
            findings = tuple(finding for finding in findings if keep(study, finding))
        drawn = [Drawn(study, finding, _bundled(study, finding, laid)) for finding in findings]
        seen += len(drawn)
        split = _Split(study, segment_axis) if segment_axis else None
        if split:
            segments.update(split.position.keys())
            several += len(split.position) > 1
        in_some_cell: set[str] = set()
        in_no_segment: set[str] = set()
        for row, row_ids in row_position.items():
            for column, column_ids in column_position.items():
                linked = linkable and _linked(study, row_ids | column_ids)
                if rule == "addressed" and not linked:
                    continue
                if (cell := cells.get((row, column))) is None:
                    cell = cells[row, column] = InCell()
                here = [
                    one
                    for one in drawn
                    if row_axis.holds(one.finding, row, row_ids)
                    and column_axis.holds(one.finding, column, column_ids)
                ]
                _add(cell, study, linked, here)
                in_some_cell.update(one.finding.id for one in here)
                if split:
                    in_no_segment |= split.into(cell, linked, here)
        placed += len(in_some_cell)
        unsegmented += len(in_no_segment)
    return Gathered(
        cells=cells,
        rows=rows,
        columns=columns,
        segments=segments,
        without_row=without_row,
        without_column=without_column,
        findings=seen,
        unplaced=seen - placed,
        several=several,
        unsegmented=unsegmented,
        rated=rated,
    )


class _Split:
    """Splits what one study brings to a cell by the study's values on the axis of segments."""

    def __init__(self, study: Study, axis: Axis) -> None:
        own = axis.place(study)
        self._study = study
        self._axis = axis
        self._reported = bool(own)
        self.position: Position = own or {NOT_REPORTED: frozenset()}
        self._strategies = [own] if axis.kind == "strategy" else []

    def into(self, cell: InCell, linked: bool, here: list[Drawn]) -> set[str]:
        """Add the study to the segments of a cell; return the findings that are in none."""
        left = {one.finding.id for one in here}
        for value, ids in self.position.items():
            held = [
                one._replace(
                    bundled=one.bundled or _bundled(one.study, one.finding, self._strategies)
                )
                for one in here
                if not self._reported or self._axis.holds(one.finding, value, ids)
            ]
            _add(cell.segments.setdefault(value, InCell()), self._study, linked, held)
            left.difference_update(one.finding.id for one in held)
        return left


def _add(cell: InCell, study: Study, linked: bool, findings: list[Drawn]) -> None:
    cell.studies.append(study)
    if linked:
        cell.linked.append(study)
    cell.findings.extend(findings)


def _linked(study: Study, ids: frozenset[str]) -> bool:
    """Say whether one of these strategies addresses one of these determinants."""
    return any(
        strategy.id in ids and not ids.isdisjoint(strategy.addresses)
        for strategy in study.strategies
    )


def _bundled(study: Study, finding: Finding, strategies: list[Position]) -> bool:
    """Say whether several strategies stand behind a finding, be it in one node with several codes."""
    return is_bundle(study, finding) or any(
        sum(
            value != UNCODED and not ids.isdisjoint(finding.strategies)
            for value, ids in position.items()
        )
        > 1
        for position in strategies
    )
