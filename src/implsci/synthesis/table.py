"""The table that a synthesis is: cells of rows and columns, and what a reader can ask of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from attrs import asdict, evolve, field, frozen

from implsci.errors import MissingExtraError
from implsci.frames import As, framed
from implsci.synthesis import printed, render
from implsci.synthesis.axes import UNCODED, AxisValue, value_named
from implsci.synthesis.carrying import Carried
from implsci.synthesis.cell import Cell, LinkRule
from implsci.synthesis.rating import RATING
from implsci.synthesis.saying import Said

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

__all__ = ["Synthesis"]


@frozen(kw_only=True)
class Synthesis:
    """A table of rows and columns over a compendium.

    Attributes:
        rows: the rows, those that most studies have first; years, stages, income groups, hybrid types
            and models of engagement in their own order.
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
        segment_axis: the axis by which cells are split; None where they are not.
        segments: the segments, those that most studies have first.
        basis: the basis that was asked what it says of each pair; None without one.
        said: what it says, by row and column, of pairs with and without studies.
        carried: how many codes came onto each axis over the crosswalks named.
        rating: the name under which studies are rated.

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
    segment_axis: str | None = None
    segments: tuple[AxisValue, ...] = ()
    basis: str | None = None
    said: Mapping[tuple[str, str], Said] = field(factory=dict)
    carried: tuple[Carried, ...] = ()
    rating: str = RATING

    def cell(self, row: str, column: str) -> Cell:
        """Return a cell; one that no study is in is empty.

        Args:
            row: a row's value or label.
            column: a column's value or label.

        Raises:
            UnknownNameError: no row or column is called so, and it is no code either.
        """
        key = value_named("row", row, self.rows), value_named("column", column, self.columns)
        return self.at(*key)

    def at(self, row: str, column: str) -> Cell:
        """Return the cell of two values; one that no study is in is empty, and may be `said` of."""
        found = self.cells.get((row, column))
        return found or Cell(row=row, column=column, said=self.said.get((row, column)))

    def every(self) -> Iterator[Cell]:
        """Yield a cell for each pair of a row and a column, those that no study is in as well."""
        return (self.at(row.value, column.value) for row in self.rows for column in self.columns)

    def listed(self, *, empty: bool = False) -> Iterator[Cell]:
        """Yield the cells that a list of them holds, row by row.

        Args:
            empty: whether pairs that no study is in are among them. Without, only those are of
                which the basis asked for says that there is no link.
        """
        if not empty and self.basis is None:
            return iter(self)
        return (
            cell
            for cell in self.every()
            if empty or cell.studies or (cell.said and cell.said.no_link)
        )

    def without_link(self) -> tuple[Cell, ...]:
        """Return the cells of which the basis asked for has evidence of no link, row by row.

        Their `studies` tell whether anybody looked all the same.
        """
        return tuple(cell for cell in self.every() if cell.said and cell.said.no_link)

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
            "segment_axis": self.segment_axis,
            "segments": [asdict(segment) for segment in self.segments],
            "link": self.link,
            "cells": [cell.to_dict() for cell in self],
            "empty": len(self.rows) * len(self.columns) - len(self.cells),
            "basis": self.basis,
            "said": [
                {"row": row, "column": column, **said.to_dict()}
                for (row, column), said in self.said.items()
            ],
            "carried": [{**asdict(one), "share": one.share} for one in self.carried],
            "rating": self.rating,
            "filters": dict(self.filters),
            "compendium": {
                "name": self.compendium,
                "studies": self.studies,
                "without_row": self.without_row,
                "without_column": self.without_column,
            },
            "notes": list(self.notes),
        }

    @overload
    def to_table(
        self, as_: Literal["arrow"] = "arrow", *, empty: bool = False
    ) -> pyarrow.Table: ...

    @overload
    def to_table(self, as_: Literal["pandas"], *, empty: bool = False) -> pandas.DataFrame: ...

    @overload
    def to_table(self, as_: Literal["polars"], *, empty: bool = False) -> polars.DataFrame: ...

    def to_table(self, as_: As = "arrow", *, empty: bool = False) -> object:
        """Return the cells as a table of columns, a row a cell; several metrics give several rows.

        Args:
            as_: ``arrow``, ``pandas`` or ``polars``.
            empty: whether pairs that no study is in stand there too, their state ``empty``.

        Raises:
            InvalidQueryError: another kind of table was asked for.
            MissingExtraError: pyarrow, or the pandas or polars asked for, is not installed.

        Examples:
            >>> import implsci
            >>> table = implsci.synthesize(implsci.load("implsci-examples"), "sector", "design")
            >>> table.to_table().num_rows >= len(table.cells)
            True
        """
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("an Arrow table", "tables") from error
        header, *lines = render.flat(self, empty=empty)
        columns = zip(*lines, strict=True) if lines else ([] for _ in header)
        arrow = pyarrow.table(
            {name: list(column) for name, column in zip(header, columns, strict=True)}
        )
        return framed(arrow, as_)

    def to_csv(self, *, empty: bool = False) -> str:
        """Return the cells as CSV, a line a cell; text that a spreadsheet would run is quoted.

        Pairs that no study is in have no line, but for those of which a basis says that there is no
        link; those have the state ``empty`` and what the basis says.

        Args:
            empty: whether all pairs that no study is in have a line too.
        """
        return render.to_csv(self, empty=empty)

    def to_html(self) -> str:
        """Return the table as one HTML page without scripts or outside files."""
        return render.to_html(self)

    def to_svg(self) -> str:
        """Return the table as a grid of bubbles: their size is the number of studies."""
        return render.to_svg(self)

    def to_markdown(self) -> str:
        """Return the cells as a table of Markdown (GitHub's), a line a cell, with the notes below."""
        return printed.to_markdown(self)

    def to_latex(self) -> str:
        """Return the cells as a table of LaTeX, which needs its packages longtable and array."""
        return printed.to_latex(self)

    def _repr_html_(self) -> str:
        few = evolve(self, rows=self.rows[:_SHOWN], columns=self.columns[:_SHOWN])
        return render.html_table(few) + render.left_out(self, few)


_SHOWN: Final = 12
"""How many rows, and how many columns, a notebook shows."""
