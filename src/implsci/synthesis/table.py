"""The table that a synthesis is: cells of rows and columns, and what a reader can ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from attrs import asdict, field, frozen

from implsci.analysis.pooling import Pooled
from implsci.analysis.tally import Tally
from implsci.codes import is_code
from implsci.errors import MissingExtraError, UnknownNameError
from implsci.model.finding import Direction
from implsci.names import fold
from implsci.synthesis import render
from implsci.synthesis.axes import UNCODED, AxisValue

if TYPE_CHECKING:
    import pyarrow

__all__ = ["DIRECTIONS", "Cell", "FindingRef", "LinkRule", "Synthesis"]

LinkRule = Literal["addressed", "cooccur"]
DIRECTIONS: Final[tuple[Direction, ...]] = get_args(Direction)


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
            "studies": self.studies,
            "linked": self.linked,
            "findings": self.findings,
            "bundled": self.bundled,
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            **{direction: self.direction(direction) for direction in DIRECTIONS},
            "estimates": [asdict(estimate) for estimate in self.estimates],
            "left_out": dict(self.left_out),
            "study_ids": list(self.study_ids),
            "finding_refs": [f"{ref.study}#{ref.finding}" for ref in self.finding_refs],
        }


@frozen(kw_only=True)
class Synthesis:
    """A table of rows and columns over a compendium.

    Attributes:
        rows: the rows, those that most studies have first.
        columns: the columns, likewise.
        row_axis: the axis of the rows as it can be asked for again.
        column_axis: the axis of the columns.
        link: the rule by which a study is in a cell.
        cells: the cells that hold a study, by row and column.
        studies: how many studies were looked at.
        without_row: how many of them have nothing on the axis of the rows: not reported.
        without_column: likewise for the columns.
        filters: what was asked of studies and outcomes.
        compendium: the compendium's name.
        notes: what a reader must know.

    Examples:
        >>> import implsci
        >>> table = implsci.synthesize(implsci.load("implsci-examples"), "sector", "country")
        >>> table.cell("Education", "US").studies > 0
        True
    """

    rows: tuple[AxisValue, ...]
    columns: tuple[AxisValue, ...]
    row_axis: str
    column_axis: str
    link: LinkRule
    cells: Mapping[tuple[str, str], Cell]
    studies: int
    without_row: int
    without_column: int
    filters: Mapping[str, object]
    compendium: str | None
    notes: tuple[str, ...]

    def cell(self, row: str, column: str) -> Cell:
        """Return a cell; one that no study is in is empty.

        Args:
            row: a row's value or label.
            column: a column's value or label.

        Raises:
            UnknownNameError: no row or column is called so, and it is no code either.
        """
        key = _value("row", row, self.rows), _value("column", column, self.columns)
        return self.cells.get(key) or Cell(row=key[0], column=key[1])

    def __iter__(self) -> Iterator[Cell]:
        return iter(self.cells.values())

    def gaps(self) -> tuple[tuple[AxisValue, AxisValue], ...]:
        """Return the pairs of a coded row and column that no study is in, the commonest first.

        The order is by how many studies have the row, then the column: what is often met and never
        studied together stands first.
        """
        empty = [
            (row, column)
            for row in self.rows
            for column in self.columns
            if UNCODED not in (row.value, column.value)
            and (row.value, column.value) not in self.cells
        ]
        return tuple(sorted(empty, key=lambda pair: (-pair[0].studies, -pair[1].studies)))

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain values, in the shape that other programs read."""
        return {
            "rows": [row.value for row in self.rows],
            "columns": [column.value for column in self.columns],
            "row_values": [asdict(row) for row in self.rows],
            "column_values": [asdict(column) for column in self.columns],
            "row_axis": self.row_axis,
            "column_axis": self.column_axis,
            "link": self.link,
            "cells": [cell.to_dict() for cell in self],
            "filters": dict(self.filters),
            "compendium": {
                "name": self.compendium,
                "studies": self.studies,
                "without_row": self.without_row,
                "without_column": self.without_column,
            },
            "notes": list(self.notes),
        }

    def to_table(self) -> pyarrow.Table:
        """Return the cells as an Arrow table, a row a cell.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("an Arrow table", "tables") from error
        header, *lines = render.flat(self)
        return pyarrow.table(
            {
                name: list(column)
                for name, column in zip(
                    header, zip(*lines, strict=True) if lines else ([] for _ in header), strict=True
                )
            }
        )

    def to_csv(self) -> str:
        """Return the cells as CSV, a line a cell; text that a spreadsheet would run is quoted."""
        return render.to_csv(self)

    def to_html(self) -> str:
        """Return the table as one HTML page without scripts or outside files."""
        return render.to_html(self)

    def to_svg(self) -> str:
        """Return the table as a grid of bubbles: their size is the number of studies."""
        return render.to_svg(self)

    def _repr_html_(self) -> str:
        return render.html_table(self)


def _value(kind: str, name: str, values: tuple[AxisValue, ...]) -> str:
    wanted = fold(name)
    for value in values:
        if name == value.value or (wanted and wanted == fold(value.label)):
            return value.value
    if is_code(name):
        return name
    raise UnknownNameError(
        kind, name, [value.label for value in values if wanted in fold(value.label)][:3]
    )
