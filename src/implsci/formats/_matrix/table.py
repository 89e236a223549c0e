"""A table that was found, its labels read: which term each row and column is, and of how many."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from implsci.codes import Code
from implsci.errors import Fault, InvalidTableError
from implsci.formats._matrix.layout import Layout, code_of
from implsci.formats._matrix.report import Skipped, Unresolved
from implsci.formats._spreadsheet.cells import Cell
from implsci.formats._spreadsheet.labels import Labels, plain_label, respondents_in
from implsci.names import fold
from implsci.taxonomy._typed import show

__all__ = ["Table", "Value"]

_N_NAMES: Final = frozenset(
    fold(name)
    for name in (
        "n", "N =", "total n", "sample size", "respondents", "n respondents", "respondents n",
        "number of respondents", "no. of respondents", "n of respondents", "total respondents",
    )
)  # fmt: skip
_WHOLE = re.compile(r"[0-9]{1,9}(?:\.0+)?")


class Axis(NamedTuple):
    """What the labels of the rows, or of the columns, mean.

    Attributes:
        codes: the term of each row or column.
        respondents: how many were asked, where the label says it.
        n_lines: the rows or columns that say how many were asked of each on the other axis.
    """

    codes: dict[int, str]
    respondents: dict[int, int]
    n_lines: list[int]


class Value(NamedTuple):
    """A number between two resolved labels, and of how many it is a share."""

    where: str
    source: str
    target: str
    cell: Cell
    number: Decimal
    n: int | None


class Table:
    """A table of which the labels were read, and what of it has no place.

    Attributes:
        grid: the sheet it stands in.
        sources: the sources found, in the order of their taxonomy.
        targets: the targets found, likewise.
        unresolved: labels that name no term, or none for sure.
        skipped: cells between resolved labels that were not understood.
        outside: texts around the table.

    Raises:
        InvalidTableError: two labels name one term, or n is given twice.
    """

    def __init__(self, file: str, layout: Layout, sources: Labels, targets: Labels) -> None:
        self.unresolved: list[Unresolved] = []
        self.skipped: list[Skipped] = []
        self.outside: list[Skipped] = []
        self.grid = layout.grid
        self._across = layout.orientation == "targets-in-rows"  # the sources then are columns
        self._faults: list[Fault] = []
        self._read_labels(layout, sources, targets)
        if self._faults:
            raise InvalidTableError(file, self._faults)

        def in_order(axis: Axis, labels: Labels) -> tuple[Code, ...]:
            found = set(axis.codes.values())
            return tuple(term.code for term in labels.taxonomy if term.code in found)

        self.sources = in_order(self._columns if self._across else self._rows, sources)
        self.targets = in_order(self._rows if self._across else self._columns, targets)

    def _read_labels(self, layout: Layout, sources: Labels, targets: Labels) -> None:
        grid = self.grid
        in_header, in_rows = (sources, targets) if self._across else (targets, sources)
        above = [row for row in grid.rows if row < layout.header]
        below = [row for row in grid.rows if row > layout.header]
        heads = {
            column: grid.get(layout.header, column)
            for column in grid.columns()
            if column != layout.labels
        }
        sides = {row: grid.get(row, layout.labels) for row in below}
        named = {column for column, cell in heads.items() if code_of(cell, in_header)}
        placed = [row for row, cell in sides.items() if code_of(cell, in_rows)]
        self._columns = self._axis(
            heads,
            in_header,
            counted=self._across,
            filled={column for row in below for column in grid.rows[row]},
            valued={column for row in placed for column in grid.rows[row]},
        )
        self._rows = self._axis(
            sides,
            in_rows,
            counted=not self._across,
            filled={row for row in below if grid.rows[row].keys() - {layout.labels}},
            valued={row for row in below if grid.rows[row].keys() & named},
        )
        counts = [row for row in above if self._across and self._counts_respondents(row)]
        counts += self._rows.n_lines if self._across else self._columns.n_lines
        self._respondents = self._read_respondents(counts)
        for row in above:
            for column, cell in grid.rows[row].items():
                if row not in counts:
                    self._leave(self.outside, row, column, cell, "stands above the table")

    def _axis(
        self,
        labels: Mapping[int, Cell | None],
        known: Labels,
        *,
        counted: bool,
        filled: set[int],
        valued: set[int],
    ) -> Axis:
        """Return what the labels of one axis mean.

        Args:
            labels: the label of each row or column.
            known: the terms they can mean.
            counted: whether these are the sources, of which respondents are counted.
            filled: where anything stands beside the label.
            valued: where anything stands between resolved labels.
        """
        axis = Axis({}, {}, [])
        places: dict[str, list[str]] = defaultdict(list)
        for index, cell in labels.items():
            text = plain_label(cell.text) if cell else ""
            if not counted and fold(text) in _N_NAMES:
                axis.n_lines.append(index)
                continue
            label, respondents = respondents_in(text)
            where = self._name(index, columns=counted is self._across)
            code = code_of(cell, known)
            if code is not None:
                axis.codes[index] = code
                places[code].append(f"{where} ({show(text)})")
                if respondents is not None and counted:
                    axis.respondents[index] = respondents
            elif cell is None:
                if index in filled:
                    self._unplaced(where, "", "cells without a label")
            elif cell.fault is not None or cell.number is not None:
                self._unplaced(where, text, cell.fault or "a number, expected a label")
            else:
                found = known.find(label)
                if any(term.kind == "group" for term in found):
                    if index in valued:
                        self._unplaced(where, text, f"a heading of {known.scheme}")
                elif found:
                    codes = tuple(term.code for term in found)
                    self._unplaced(where, text, "the name of several terms", codes)
                else:
                    reason = f"names no term of {known.scheme}"
                    self._unplaced(where, text, reason, known.close(label))
        for code, several in places.items():
            if len(several) > 1:
                place = self.grid.place(" and ".join(several))
                self._faults.append(Fault(place, f"all name {code}; keep one"))
        return axis

    def _name(self, index: int, *, columns: bool) -> str:
        return self.grid.column(index) if columns else self.grid.row(index)

    def _unplaced(self, where: str, label: str, reason: str, close: tuple[str, ...] = ()) -> None:
        self.unresolved.append(Unresolved(where=where, label=label, close=close, reason=reason))

    def _counts_respondents(self, row: int) -> bool:
        """Whether a row above the header says how many were asked."""
        texts = [cell.text for cell in self.grid.rows[row].values() if cell.number is None]
        return len(texts) == 1 and fold(texts[0]) in _N_NAMES and len(self.grid.rows[row]) > 1

    def _read_respondents(self, lines: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Return how many were asked in each column or row of a source, and where that stands."""
        own = self._columns if self._across else self._rows
        asked = {index: (number, "its label") for index, number in own.respondents.items()}
        if len(lines) > 1:
            names = [self._name(line, columns=not self._across) for line in lines]
            place = self.grid.place(" and ".join(names))
            self._faults.append(Fault(place, "both count respondents; keep one"))
        for line in lines[:1]:
            for index in own.codes:
                row, column = (line, index) if self._across else (index, line)
                cell = self.grid.get(row, column)
                if cell is None:
                    continue
                if cell.number and not cell.percent and _WHOLE.fullmatch(cell.text):
                    asked[index] = int(cell.number), self.grid.at(row, column)
                else:
                    reason = cell.fault or "expected a number of respondents"
                    self._leave(self.skipped, row, column, cell, reason)
        return asked

    def _leave(self, pile: list[Skipped], row: int, column: int, cell: Cell, reason: str) -> None:
        pile.append(Skipped(where=self.grid.at(row, column), text=cell.text, reason=reason))

    def values(self, n: int | Mapping[str, int] | None) -> Iterator[Value]:
        """Yield the numbers between resolved labels; what is none there is skipped.

        Args:
            n: how many were asked, of all sources or by code.
        """
        for row, in_row in self._rows.codes.items():
            for column, in_column in self._columns.codes.items():
                cell = self.grid.get(row, column)
                if cell is None:
                    continue
                source, target = (in_column, in_row) if self._across else (in_row, in_column)
                given = n.get(source) if isinstance(n, Mapping) else n
                told, place = self._respondents.get(column if self._across else row, (given, ""))
                if cell.fault is not None or cell.number is None:
                    reason = cell.fault or "expected a percentage"
                elif given is not None and given != told:
                    reason = f"n is given as {given}, and {place} says {told}"
                else:
                    where = self.grid.at(row, column)
                    yield Value(where, source, target, cell, cell.number, told)
                    continue
                self._leave(self.skipped, row, column, cell, reason)
