r"""A table that puts each strategy in a class, read as a basis of kind coding.

The continuum of Bartley 2022 is such a classification: reviewers put the 73 ERIC strategies in five
classes, from highly relational to highly transactional. How many there are in three of the classes
is printed; which ones is not, and no class is guessed. Who has the table reads it with
`read_classes`.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from implsci.formats.classes import read_classes
    >>> table = Path(mkdtemp(), "classes.csv")
    >>> _ = table.write_text("Strategy,Class\nFacilitation,R1\nMandate change,\n")
    >>> report = read_classes(table, basis="our-classes", title="Our reading of the classes")
    >>> [(link.source, link.target) for link in report.links.links]
    [('eric:facilitation', 'bartley-2022:highly-relational')]
    >>> report.unclassified
    ('eric:mandate-change',)
    >>> report.differences[0]
    'bartley-2022:highly-relational: 1 here, 17 as published'
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Final, NamedTuple

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.formats._spreadsheet.cells import MAX_BYTES, Cell, Grid, read_grids
from implsci.formats._spreadsheet.labels import Labels, check_given, plain_label
from implsci.formats.matrix import Skipped, Unresolved
from implsci.names import fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Link, LinkSet, Status
from implsci.taxonomy._typed import show

__all__ = ["ClassReport", "read_classes"]


def __dir__() -> list[str]:
    return __all__


_WHOLE = re.compile(r"0*([0-9]{1,6})(?:[.,]0+)?")
_RANK = re.compile(r"(?:r|rank)?\s*0*([0-9]{1,2})(?:\.0+)?\b")
_SEVERAL = re.compile(r"[;,/|&+]|\band\b|\bor\b|\bto\b")
_FIRST: Final = 5


@frozen(kw_only=True)
class ClassReport:
    """A classification read from a table, and all of the table that is not in it.

    Attributes:
        links: the basis, of kind coding: a link from each strategy to its class.
        unresolved: labels that name no term, or none for sure.
        skipped: cells that were not understood.
        outside: texts above the table, and the columns that were not read.
        unclassified: strategies of the table that have no class there: unknown, not none.
        differences: where there are more or fewer strategies in a class than its publisher counts.
        sheet: the sheet they were read from; None for CSV.
    """

    links: LinkSet
    unresolved: tuple[Unresolved, ...]
    skipped: tuple[Skipped, ...]
    outside: tuple[Skipped, ...]
    unclassified: tuple[Code, ...]
    differences: tuple[str, ...]
    sheet: str | None


def read_classes(
    path: str | PathLike[str],
    *,
    basis: str,
    title: str,
    sources: str = "eric",
    targets: str = "bartley-2022",
    registry: Registry | None = None,
    sheet: str | None = None,
    columns: tuple[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    citation: str | None = None,
    license: str | None = None,
    status: Status = "verified",
    max_bytes: int = MAX_BYTES,
) -> ClassReport:
    """Read a table of strategies and their classes, in CSV or a workbook (.xlsx, .xlsm).

    A strategy stands there by code, published number or name; a class by code, name, or rank (``1``,
    ``R1``). A class left empty is unknown; a strategy with two is refused.

    Args:
        path: the file, in UTF-8 where it is CSV.
        basis: id of the basis.
        title: its name in full.
        sources: taxonomy of the strategies.
        targets: taxonomy of the classes. A facet ``rank`` of its terms is their number, a facet
            ``count`` how many strategies the publisher counts in them.
        registry: holds the taxonomies; the default registry where None.
        sheet: name of the sheet; None takes the one in which most cells name a term.
        columns: the headers of the column of strategies and of that of classes; None tells them
            from their cells.
        labels: the code, or a name, of each label that the file spells in a way of its own.
        citation: where it is published.
        license: its licence.
        status: how far it was checked against its source.
        max_bytes: the largest file to read, once it is unpacked.

    Returns:
        The basis and what is not in it.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no CSV and no workbook, or over the limits; no cell names a
            strategy, or a class; a strategy stands twice, or with two classes; it is not clear
            which columns are meant.
        InvalidQueryError: no such sheet or column.
        UnknownNameError: there is no such taxonomy, or no such term.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    path = Path(path)
    registry = registry or default_registry()
    given = labels or {}
    strategies = Labels(registry.taxonomy(sources), given)
    classes = _Classes(Labels(registry.taxonomy(targets), given))
    check_given(given, (strategies, classes.labels))
    grids = read_grids(path, sheet, max_bytes)
    reading = _Reading(_table(path.name, grids, strategies, classes, columns), strategies, classes)
    reading.read(path.name)
    if not reading.links:
        raise InvalidTableError(path.name, list(_not_found([reading.grid], strategies, classes)))
    counted = Counter(reading.links.values())
    return ClassReport(
        links=LinkSet(
            basis=basis,
            kind="coding",
            title=title,
            sources=tuple(term.code for term in strategies.taxonomy if term.code in reading.places),
            targets=classes.codes,
            links=tuple(
                Link(
                    source=term.code,
                    target=Code(reading.links[term.code]),
                    status="link",
                    note=reading.places[term.code][0],
                )
                for term in strategies.taxonomy
                if term.code in reading.links
            ),
            status=status,
            license=license,
            citation=citation,
        ),
        unresolved=tuple(reading.unresolved),
        skipped=tuple(reading.skipped),
        outside=tuple(reading.outside),
        unclassified=tuple(
            term.code
            for term in strategies.taxonomy
            if term.code in reading.places and term.code not in reading.links
        ),
        differences=tuple(
            f"{code}: {counted[code]} here, {count} as published"
            for code, count in classes.counts.items()
            if counted[code] != count
        ),
        sheet=reading.grid.sheet,
    )


class _Classes:
    """The classes of a taxonomy, by name and by rank."""

    def __init__(self, labels: Labels) -> None:
        self.labels = labels
        terms = [term for term in labels.taxonomy if term.kind != "group"]
        self.codes = tuple(term.code for term in terms)
        self._by_rank = {
            int(rank): term.code
            for term in terms
            for rank in term.facet("rank")
            if rank.isascii() and rank.isdecimal()
        }
        self.counts = {
            term.code: int(count)
            for term in terms
            for count in term.facet("count")
            if count.isascii() and count.isdecimal()
        }

    def find(self, cell: Cell | None) -> str | None:
        """Return the class that a cell names, None where it names none for sure.

        A rank before a name must be that of the name.
        """
        if cell is None or cell.fault is not None:
            return None
        text = plain_label(cell.text)
        code = self.labels.code(text)
        found = _RANK.match(fold(text))
        ranked = self._by_rank.get(int(found[1])) if found else None
        if code is None:
            return ranked if found and found.end() == len(fold(text)) else None
        return code if ranked in (None, code) else None

    def several(self, cell: Cell) -> list[str]:
        """Return the classes that a cell names, where it names more than one."""
        parts = (Cell(part.strip()) for part in _SEVERAL.split(cell.text))
        found = list(dict.fromkeys(code for part in parts if (code := self.find(part))))
        return found if len(found) > 1 else []

    def expected(self) -> str:
        """Return what to write for a class, in words."""
        ranks = {code: f" or {rank}" for rank, code in self._by_rank.items()}
        return ", ".join(f"{code}{ranks.get(code, '')}" for code in self.codes)


def _strategy(cell: Cell | None, strategies: Labels) -> str | None:
    """Return the strategy that a cell names by code, name or published number."""
    if cell is None or cell.fault is not None:
        return None
    text = plain_label(cell.text)
    if (found := _WHOLE.fullmatch(text)) is not None:
        term = strategies.taxonomy.get(found[1])
        return term.code if term and term.kind != "group" else None
    return strategies.code(text)


# Where the table stands


class _Table(NamedTuple):
    """Two columns of a sheet."""

    grid: Grid
    strategies: int
    classes: int
    score: int


def _table(
    file: str,
    grids: Sequence[Grid],
    strategies: Labels,
    classes: _Classes,
    columns: tuple[str, str] | None,
) -> _Table:
    tables: list[_Table] = []
    for grid in grids:
        by_strategy = _named(grid, lambda cell: _strategy(cell, strategies))
        by_class = _named(grid, classes.find)
        if columns is not None:
            tables += _headed(grid, columns, by_strategy, by_class)
        elif by_strategy and by_class:
            tables += _best(file, grid, by_strategy, by_class)
    if columns is not None and not tables:
        named = " and ".join(map(show, columns))
        raise InvalidQueryError(f"{file} has no row with the headers {named}")
    if not tables:
        raise InvalidTableError(file, list(_not_found(grids, strategies, classes)))
    score = max(table.score for table in tables)
    best = [table for table in tables if table.score == score]
    if len(best) > 1:
        sheets = ", ".join(show(table.grid.sheet) for table in best)
        raise InvalidTableError(file, [Fault("", f"the sheets {sheets} all hold it; set sheet")])
    return best[0]


def _named(grid: Grid, find: Callable[[Cell | None], str | None]) -> dict[int, dict[int, str]]:
    """Return what the cells of each column name, by row."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for row, cells in grid.rows.items():
        for column, cell in cells.items():
            if (code := find(cell)) is not None:
                found[column][row] = code
    return found


def _headed(
    grid: Grid,
    columns: tuple[str, str],
    by_strategy: Mapping[int, Mapping[int, str]],
    by_class: Mapping[int, Mapping[int, str]],
) -> Iterator[_Table]:
    wanted = [fold(name) for name in columns]
    for cells in grid.rows.values():
        names = {fold(cell.text): column for column, cell in cells.items()}
        if wanted[0] != wanted[1] and all(name in names for name in wanted):
            first, second = (names[name] for name in wanted)
            score = len(by_strategy.get(first, ())) + len(by_class.get(second, ()))
            yield _Table(grid, first, second, score)
            return


def _best(
    file: str,
    grid: Grid,
    by_strategy: Mapping[int, Mapping[int, str]],
    by_class: Mapping[int, Mapping[int, str]],
) -> Iterator[_Table]:
    """Yield the table of a sheet, where it has one.

    Numbers can mean strategies as well as classes; of the strategies there are more.
    """

    def words(column: int, rows: Mapping[int, str]) -> int:
        return sum(not (cell := grid.get(row, column)) or cell.number is None for row in rows)

    def weight(column: int) -> tuple[int, int, int]:
        rows = by_strategy[column]
        return len(set(rows.values())), words(column, rows), -column

    first = max(by_strategy, key=weight)
    others = [column for column in by_class if column != first]
    if not others:
        return
    second = max(others, key=lambda c: (len(by_class[c]), words(c, by_class[c]), -c))
    kind = bool(words(second, by_class[second]))
    for column in others:
        rows = by_class[column]
        if 2 * len(rows) >= len(by_class[second]) and bool(words(column, rows)) is kind:
            for row in sorted(rows.keys() & by_class[second].keys()):
                if rows[row] != by_class[second][row]:
                    names = f"{grid.column(second)} and {grid.column(column)}"
                    message = f"{names} give different classes; set columns"
                    raise InvalidTableError(file, [Fault(grid.place(grid.row(row)), message)])
    yield _Table(grid, first, second, weight(first)[0] + len(by_class[second]))


def _not_found(grids: Sequence[Grid], strategies: Labels, classes: _Classes) -> Iterator[Fault]:
    """Yield what is missing in a file without a strategy that has a class."""
    cells = [cell for grid in grids for row in grid.rows.values() for cell in row.values()]
    shown = ", ".join(show(cell.text) for cell in cells[:_FIRST]) or "nothing"
    if not any(_strategy(cell, strategies) for cell in cells):
        yield Fault(
            "",
            f"no cell names a term of {strategies.scheme}; is this the right scheme? "
            f"Its cells begin with {shown}",
        )
    elif not any(classes.find(cell) for cell in cells):
        yield Fault(
            "",
            f"no cell names a class of {classes.labels.scheme}; expected {classes.expected()}",
        )
    else:
        yield Fault("", "no strategy has a class beside it")


# What stands in it


class _Reading:
    """Reads a table that was found, and keeps what it cannot place.

    Attributes:
        places: where each strategy stands.
        links: the class of each strategy that has one.
    """

    def __init__(self, table: _Table, strategies: Labels, classes: _Classes) -> None:
        self.grid = table.grid
        self.unresolved: list[Unresolved] = []
        self.skipped: list[Skipped] = []
        self.outside: list[Skipped] = []
        self.places: dict[str, list[str]] = defaultdict(list)
        self.links: dict[str, str] = {}
        self._table = table
        self._strategies = strategies
        self._classes = classes
        self._faults: list[Fault] = []

    def read(self, file: str) -> None:
        """Read every row.

        Raises:
            InvalidTableError: a strategy stands twice, or with two classes.
        """
        read = {self._table.strategies, self._table.classes}
        begun = False
        passed_over: dict[int, tuple[int, int]] = {}
        for row, cells in self.grid.rows.items():
            strategy, class_ = cells.get(self._table.strategies), cells.get(self._table.classes)
            begun = begun or self._is_data(strategy, class_)
            if begun:
                self._read_row(row, strategy, class_)
                for column in cells.keys() - read:
                    first, count = passed_over.get(column, (row, 0))
                    passed_over[column] = first, count + 1
                continue
            for column, cell in cells.items():
                self.outside.append(
                    Skipped(
                        where=self.grid.at(row, column),
                        text=cell.text,
                        reason="stands above the table",
                    )
                )
        for column, (row, count) in sorted(passed_over.items()):
            self.outside.append(
                Skipped(
                    where=self.grid.column(column),
                    text=self.grid.rows[row][column].text,
                    reason=f"a column that is not read, with {count} cells",
                )
            )
        for code, places in self.places.items():
            if len(places) > 1:
                self._faults.append(Fault(" and ".join(places), f"all name {code}; keep one"))
        if self._faults:
            raise InvalidTableError(file, self._faults)

    def _is_data(self, strategy: Cell | None, class_: Cell | None) -> bool:
        return bool(
            _strategy(strategy, self._strategies)
            or self._classes.find(class_)
            or (strategy and self._strategies.find(plain_label(strategy.text)))  # a heading
        )

    def _read_row(self, row: int, strategy: Cell | None, class_: Cell | None) -> None:
        where = self.grid.at(row, self._table.strategies)
        if strategy is None:
            if class_ is not None:
                self._unresolved(where, "", "a class without a strategy", ())
            return
        code = _strategy(strategy, self._strategies)
        if code is None:
            self._no_strategy(where, strategy, class_)
            return
        self.places[code].append(self.grid.place(where))
        if class_ is None:
            return
        where = self.grid.at(row, self._table.classes)
        found = self._classes.find(class_)
        if found is not None:
            self.links[code] = found
        elif several := self._classes.several(class_):
            message = f"{code} has two classes, {' and '.join(several)}; keep one"
            self._faults.append(Fault(self.grid.place(where), message))
        elif class_.fault is not None:
            self.skipped.append(Skipped(where=where, text=class_.text, reason=class_.fault))
        else:
            self._no_class(where, plain_label(class_.text))

    def _no_strategy(self, where: str, strategy: Cell, class_: Cell | None) -> None:
        label = plain_label(strategy.text)
        found = self._strategies.find(label) if strategy.number is None else ()
        if strategy.fault is not None:
            self._unresolved(where, label, strategy.fault, ())
        elif any(term.kind == "group" for term in found):
            if class_ is not None:
                self._unresolved(where, label, f"a heading of {self._strategies.scheme}", ())
        elif found:
            codes = tuple(term.code for term in found)
            self._unresolved(where, label, "the name of several terms", codes)
        else:
            close = self._strategies.close(label) if strategy.number is None else ()
            self._unresolved(where, label, f"names no term of {self._strategies.scheme}", close)

    def _no_class(self, where: str, label: str) -> None:
        labels = self._classes.labels
        found = labels.find(label)
        if any(term.kind == "group" for term in found):
            self._unresolved(where, label, f"a heading of {labels.scheme}, no class of it", ())
        elif len(found) == 1:
            reason = "the number before the name is that of another class"
            self._unresolved(where, label, reason, ())
        else:
            reason = f"names no class of {labels.scheme}"
            self._unresolved(where, label, reason, labels.close(label))

    def _unresolved(self, where: str, label: str, reason: str, close: tuple[str, ...]) -> None:
        self.unresolved.append(Unresolved(where=where, label=label, close=close, reason=reason))
