"""The result of a tabulation: cells that can be added to, since all they hold are sums."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.plugins import Registry
from implsci.store import BASES, DIRECTIONS, METRICS
from implsci.synthesis.axes import AxisValue, value_named
from implsci.synthesis.cell import LinkRule
from implsci.synthesis.columnar._axes import axis_values, ranked
from implsci.synthesis.columnar._cells import MeanEffect, TabulatedCell
from implsci.synthesis.columnar._laid import Laid
from implsci.synthesis.columnar._sums import Sums

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Tabulation", "tabulation_of"]

_NOTES = (
    "mean effects are aggregates: every finding counts once, as if independent; they are no pooled "
    "estimate, for which implsci.synthesize combines dependent effects and allows for "
    "differences between studies",
    "effects against a comparator only (none against another strategy), oriented so that more is "
    "better, ratios as logarithms, correlations as Fisher's z; bundles of strategies are counted, "
    "not averaged",
    "an empty cell means that no study looked, not that nothing was found",
)


@frozen(kw_only=True)
class Tabulation:
    """A table of two axes over any number of studies, as sums that can be added to.

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
        rollup: depth of the hierarchy that codes were rolled up to; None for none.
        notes: what a reader must know.
    """

    rows: tuple[AxisValue, ...]
    columns: tuple[AxisValue, ...]
    row_axis: str
    column_axis: str
    link: LinkRule
    cells: Mapping[tuple[str, str], TabulatedCell]
    studies: int
    without_row: int
    without_column: int
    filters: Mapping[str, object]
    rollup: int | None = None
    notes: tuple[str, ...] = _NOTES

    def cell(self, row: str, column: str) -> TabulatedCell:
        """Return a cell; one that no study is in is empty.

        Args:
            row: a row's value or label.
            column: a column's value or label.

        Raises:
            UnknownNameError: no row or column is called so, and it is no code either.
        """
        key = value_named("row", row, self.rows), value_named("column", column, self.columns)
        return self.cells.get(key) or TabulatedCell(row=key[0], column=key[1])

    def __iter__(self) -> Iterator[TabulatedCell]:
        return iter(self.cells.values())

    def __len__(self) -> int:
        return len(self.cells)

    def __add__(self, other: Tabulation) -> Tabulation:
        """Return the table of two sets of studies that have no study in common.

        Raises:
            InvalidQueryError: the two were not asked the same question.
        """
        for name in ("row_axis", "column_axis", "link", "rollup", "filters"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise InvalidQueryError(
                    f"tables of one question can be added: {name} is {mine!r:.60}, and {theirs!r:.60}"
                )
        rows, columns = _joined(self.rows, other.rows), _joined(self.columns, other.columns)
        cells = dict(self.cells)
        for key, cell in other.cells.items():
            cells[key] = cells[key] + cell if key in cells else cell
        return evolve(
            self,
            rows=rows,
            columns=columns,
            cells=_ordered(cells, rows, columns),
            studies=self.studies + other.studies,
            without_row=self.without_row + other.without_row,
            without_column=self.without_column + other.without_column,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the table as plain values."""
        return {
            "rows": [row.value for row in self.rows],
            "columns": [column.value for column in self.columns],
            "row_axis": self.row_axis,
            "column_axis": self.column_axis,
            "link": self.link,
            "cells": [cell.to_dict() for cell in self],
            "filters": dict(self.filters),
            "studies": self.studies,
            "without_row": self.without_row,
            "without_column": self.without_column,
            "notes": list(self.notes),
        }

    def to_table(self) -> pyarrow.Table:
        """Return the cells as an Arrow table, a row a cell.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            pa = importlib.import_module("pyarrow")
        except ImportError as error:
            raise MissingExtraError("an Arrow table", "tables") from error
        counts = ("studies", "linked", "findings", "bundled", *DIRECTIONS)
        table = {
            name: pa.array([getattr(cell, name) for cell in self], pa.string())
            for name in ("row", "column")
        }
        plain = [cell.to_dict() for cell in self]
        for name in counts:
            table[name] = pa.array([own[name] for own in plain], pa.int64())
        for metric in METRICS:
            found = [cell.effect(metric) for cell in self]
            if any(found):
                table[f"{metric}_findings"] = pa.array(
                    [effect.findings if effect else 0 for effect in found], pa.int64()
                )
                for name in ("mean", "fixed", "fixed_se"):
                    table[f"{metric}_{name}"] = pa.array(
                        [getattr(effect, name) if effect else None for effect in found],
                        pa.float64(),
                    )
        return pa.table(table)


def tabulation_of(
    sums: Sums,
    laid: Laid,
    registry: Registry,
    *,
    swapped: bool,
    link: LinkRule,
    rollup: int | None,
    filters: Mapping[str, object],
) -> Tabulation:
    """Return sums as a table.

    Args:
        sums: the sums.
        laid: what they are of.
        registry: knows the labels of codes.
        swapped: whether the first axis stands in the columns.
        link: the rule by which a study is in a cell.
        rollup: depth of the hierarchy that codes were rolled up to.
        filters: what was asked of studies and outcomes.
    """
    by, across = laid.by.values, laid.across.values
    counted: dict[tuple[int, int], dict[str, dict[str, int]]] = {}
    bundled: dict[tuple[int, int], int] = {}
    for (one, other, basis, direction), found in sorted(sums.found.items()):
        key = one, other
        own = counted.setdefault(key, {}).setdefault(BASES[basis], {"findings": 0})
        own["findings"] += found.findings
        own[DIRECTIONS[direction]] = found.findings
        bundled[key] = bundled.get(key, 0) + found.bundled
    effects: dict[tuple[int, int], list[MeanEffect]] = {}
    for (one, other, metric), sum_ in sorted(sums.effects.items()):
        effects.setdefault((one, other), []).append(
            MeanEffect(
                metric=METRICS[metric],
                findings=sum_.findings,
                sum_y=sum_.y,
                sum_w=sum_.w,
                sum_wy=sum_.wy,
            )
        )
    cells = {}
    for key, (studies, linked) in sums.cells.items():
        row, column = by[key[0]], across[key[1]]
        if swapped:
            row, column = column, row
        cells[row, column] = TabulatedCell(
            row=row,
            column=column,
            studies=studies,
            linked=linked,
            bundled=bundled.get(key, 0),
            by_basis=counted.get(key, {}),
            effects=tuple(effects.get(key, ())),
        )
    first = axis_values({by[number]: count for number, count in sums.by.items()}, registry)
    second = axis_values({across[number]: count for number, count in sums.across.items()}, registry)
    without = sums.studies - sums.any_by, sums.studies - sums.any_across
    names = laid.by.axis.name, laid.across.axis.name
    if swapped:
        first, second, without, names = second, first, without[::-1], names[::-1]
    return Tabulation(
        rows=first,
        columns=second,
        row_axis=names[0],
        column_axis=names[1],
        link=link,
        cells=_ordered(cells, first, second),
        studies=sums.studies,
        without_row=without[0],
        without_column=without[1],
        filters=dict(filters),
        rollup=rollup,
    )


def _ordered(
    cells: Mapping[tuple[str, str], TabulatedCell],
    rows: tuple[AxisValue, ...],
    columns: tuple[AxisValue, ...],
) -> dict[tuple[str, str], TabulatedCell]:
    """Return the cells by rows and columns."""
    row_rank = {row.value: rank for rank, row in enumerate(rows)}
    column_rank = {column.value: rank for rank, column in enumerate(columns)}
    keys = sorted(cells, key=lambda key: (row_rank[key[0]], column_rank[key[1]]))
    return {key: cells[key] for key in keys}


def _joined(mine: tuple[AxisValue, ...], theirs: tuple[AxisValue, ...]) -> tuple[AxisValue, ...]:
    """Return the values of two axes, with the studies of both."""
    found = {one.value: one for one in mine}
    for other in theirs:
        one = found.get(other.value)
        found[other.value] = evolve(one, studies=one.studies + other.studies) if one else other
    return ranked(found.values())
