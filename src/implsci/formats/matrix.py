r"""A spreadsheet of percentages, barriers by strategies, read as a basis for matching.

Such a table is what a matching tool holds: for each barrier and each strategy, the share of the
people asked who would choose it. `read_matrix` finds the table in the file by its labels and says
what it could not place; `write_links` keeps the links in a table that `implsci.termtable.read_links`
reads, so that a plugin can bring them.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from implsci.formats.matrix import read_matrix
    >>> table = Path(mkdtemp(), "tool.csv")
    >>> _ = table.write_text(
    ...     "Strategy,I.F Complexity,Cost\n5. Audit & provide feedback,12%,7%\nFacilitation,20%,\n"
    ... )
    >>> report = read_matrix(table, basis="my-tool", title="Our tool")
    >>> report.orientation, report.cells
    ('targets-in-rows', 3)
    >>> report.links.link("cfir-2009:complexity", "eric:facilitation").percent
    20.0
    >>> report.links.link("cfir-2009:cost", "eric:facilitation") is None
    True
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from os import PathLike
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

from attrs import frozen

from implsci.codes import Code
from implsci.compendium.files import write_file
from implsci.errors import Fault, InvalidQueryError, InvalidTableError, UnknownNameError
from implsci.formats._spreadsheet.cells import MAX_BYTES, Cell, Grid, read_grids
from implsci.formats._spreadsheet.labels import Labels, check_given, plain_label, respondents_in
from implsci.names import fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Level, Link, LinkKind, LinkSet, Status
from implsci.taxonomy._typed import show

__all__ = [
    "MatrixReport",
    "Orientation",
    "Skipped",
    "Unit",
    "Unresolved",
    "read_matrix",
    "write_links",
]


def __dir__() -> list[str]:
    return __all__


Orientation = Literal["targets-in-rows", "sources-in-rows"]
"""Whether a row holds a target, such as a strategy, or a source, such as a barrier."""

Unit = Literal["percent", "fraction"]
"""What a bare number is: 45 for 45 %, or 0.45."""

_N_NAMES: Final = frozenset(
    fold(name)
    for name in (
        "n", "N =", "total n", "sample size", "respondents", "n respondents", "respondents n",
        "number of respondents", "no. of respondents", "n of respondents", "total respondents",
    )
)  # fmt: skip
_HEADER: Final = ("source", "target", "k", "n", "percent", "level", "status", "derived", "note")
_RUN: Final = ("=", "+", "-", "@")  # a spreadsheet runs a cell that begins with one of these
_MOST_SHOWN: Final = 20
_FINEST: Final = Decimal("1e-9")  # of shares that a spreadsheet worked out, in percent
_MOST_RESPONDENTS: Final = 1_000_000_000
_WHOLE = re.compile(r"[0-9]{1,9}(?:\.0+)?")


@frozen(kw_only=True)
class Unresolved:
    """A label that names no term, or none for sure; its whole row or column is left out.

    Attributes:
        where: where it stands.
        label: the label; empty where there is none.
        close: what it may mean: names that look or read alike, or the codes that share the name.
        reason: why it is left out.
    """

    where: str
    label: str
    close: tuple[str, ...] = ()
    reason: str


@frozen(kw_only=True)
class Skipped:
    """A cell that was not understood, and is left out.

    Attributes:
        where: where it stands.
        text: what stands there.
        reason: why it is left out.
    """

    where: str
    text: str
    reason: str


@frozen(kw_only=True)
class MatrixReport:
    """A basis read from a spreadsheet, and all of the spreadsheet that is not in it.

    Attributes:
        links: the basis. Its sources and targets are the terms found in the table, in the order of
            their taxonomies.
        unresolved: labels that name no term, or none for sure.
        skipped: cells between resolved labels that were not understood.
        outside: texts around the table, such as its title.
        cells: how many cells were read.
        orientation: which terms stand in the rows.
        sheet: the sheet they were read from; None for CSV.
    """

    links: LinkSet
    unresolved: tuple[Unresolved, ...]
    skipped: tuple[Skipped, ...]
    outside: tuple[Skipped, ...]
    cells: int
    orientation: Orientation
    sheet: str | None


def read_matrix(
    path: str | PathLike[str],
    *,
    basis: str,
    title: str,
    sources: str = "cfir-2009",
    targets: str = "eric",
    registry: Registry | None = None,
    sheet: str | None = None,
    orientation: Orientation | None = None,
    unit: Unit | None = None,
    n: int | Mapping[str, int] | None = None,
    labels: Mapping[str, str] | None = None,
    citation: str | None = None,
    license: str | None = None,
    kind: LinkKind = "endorsement",
    status: Status = "verified",
    max_bytes: int = MAX_BYTES,
) -> MatrixReport:
    """Read a table of percentages, in CSV or a workbook (.xlsx, .xlsm), as a basis for matching.

    The table is found by its labels: codes, labels and synonyms of the two taxonomies, also with
    numbers before them (``5. Audit and provide feedback``, ``I.F Complexity``) and in other
    spellings. What resolves to nothing, such as a column of totals, is listed and left out; nothing
    is taken by likeness. An empty cell is unknown; 0 is zero. Macros and formulas are not run.

    With the number of respondents, a percentage becomes a count where exactly one count gives it:
    45 % of 29 are 13. Where several do, it stays a percentage; where none does, the cell is left
    out and listed. Without the number the percentage is kept as printed. In a basis of kind
    endorsement half or more of the respondents is level 1 and a fifth or more level 2; of a
    percentage kept as printed this can be off by its rounding.

    Args:
        path: the file, in UTF-8 where it is CSV.
        basis: id of the basis, such as ``my-tool``.
        title: its name in full.
        sources: taxonomy of what is asked about.
        targets: taxonomy of what it leads to.
        registry: holds the taxonomies; the default registry where None.
        sheet: name of the sheet; None takes the one in which most labels name a term.
        orientation: which terms stand in the rows; None tells it from the labels.
        unit: what numbers without a percent sign are; None takes percentages, and asks where no
            number is above 1.
        n: how many were asked, of all sources or by source; else it is read from a row or column
            named ``n`` or ``respondents``, or from labels that end in ``(n = 25)``.
        labels: the code, or a name, of each label that the file spells in a way of its own.
        citation: where it is published.
        license: its licence.
        kind: endorsement, theory, coding or observed.
        status: how far it was checked against its source.
        max_bytes: the largest file to read, once it is unpacked.

    Returns:
        The basis and what is not in it.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no CSV and no workbook, or over the limits; its labels name no
            terms, or two of them the same one; the unit is not clear; no cell could be read.
        InvalidQueryError: no such sheet, an unknown unit or orientation, or an n that is none.
        UnknownNameError: there is no such taxonomy, or no such term.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    path = Path(path)
    _check("orientation", orientation, get_args(Orientation))
    _check("unit", unit, get_args(Unit))
    registry = registry or default_registry()
    given = labels or {}
    source_labels = Labels(registry.taxonomy(sources), given)
    target_labels = Labels(registry.taxonomy(targets), given)
    check_given(given, (source_labels, target_labels))
    asked = _asked(n, source_labels)
    grids = read_grids(path, sheet, max_bytes)
    layout = _found(path.name, grids, source_labels, target_labels, orientation, registry)
    reading = _Reading(path.name, layout, source_labels, target_labels)
    links = reading.links(asked, unit, kind)
    return MatrixReport(
        links=LinkSet(
            basis=basis,
            kind=kind,
            title=title,
            sources=reading.sources,
            targets=reading.targets,
            links=links,
            status=status,
            license=license,
            citation=citation,
        ),
        unresolved=tuple(reading.unresolved),
        skipped=tuple(reading.skipped),
        outside=tuple(reading.outside),
        cells=len(links),
        orientation=layout.orientation,
        sheet=layout.grid.sheet,
    )


def write_links(links: LinkSet, path: str | PathLike[str]) -> None:
    """Write the links of a basis into the table that `implsci.termtable.read_links` reads.

    The basis's id, title, sources, targets and level counts are no part of the table. The file is
    written whole or not at all.

    Args:
        links: the basis.
        path: the CSV file.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there before stands there still.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_HEADER)
    for link in links.links:
        writer.writerow(
            _safe("" if value is None else str(value))
            for value in (
                link.source,
                link.target,
                link.k,
                link.n,
                None if link.printed is None else _shortest(link.printed),
                link.level,
                link.status,
                "yes" if link.derived else None,
                link.note,
            )
        )
    write_file(Path(path), [text.getvalue().encode()])


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RUN) else text


def _shortest(number: float) -> str:
    return repr(float(number)).removesuffix(".0")


def _check(name: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise InvalidQueryError(f"{name}: expected one of {', '.join(known)}, got {value!r}")


def _asked(n: int | Mapping[str, int] | None, labels: Labels) -> int | dict[str, int] | None:
    """Return how many were asked, by the codes of the sources."""
    if not isinstance(n, Mapping):
        if n is not None:
            _check_n("n", n)
        return n
    asked: dict[str, int] = {}
    for name, number in n.items():
        _check_n(f"n of {name}", number)
        label = plain_label(name)
        code = labels.code(label)
        if code is None:
            raise UnknownNameError("source", name, labels.close(label))
        if asked.setdefault(code, number) != number:
            raise InvalidQueryError(f"n of {name}: {code} has two, {asked[code]} and {number}")
    return asked


def _check_n(name: str, number: object) -> None:
    if type(number) is not int or not 0 < number <= _MOST_RESPONDENTS:
        raise InvalidQueryError(f"{name}: expected how many were asked, got {show(number)}")


# Where the table stands


class _Layout(NamedTuple):
    """Where a table stands in a sheet: the row of one kind of labels, the column of the other."""

    grid: Grid
    orientation: Orientation
    header: int
    labels: int
    score: int


def _found(
    file: str,
    grids: Sequence[Grid],
    sources: Labels,
    targets: Labels,
    orientation: Orientation | None,
    registry: Registry,
) -> _Layout:
    layouts: list[_Layout] = []
    for grid in grids:
        if orientation != "sources-in-rows":
            layouts += _layouts(grid, "targets-in-rows", targets, sources)
        if orientation != "targets-in-rows":
            layouts += _layouts(grid, "sources-in-rows", sources, targets)
    if not layouts:
        raise InvalidTableError(file, list(_not_found(grids, sources, targets, registry)))
    best = max(layout.score for layout in layouts)
    tied = [layout for layout in layouts if layout.score == best]
    sheets = list(dict.fromkeys(layout.grid.sheet for layout in tied))
    if len(sheets) > 1:
        named = ", ".join(map(show, sheets))
        raise InvalidTableError(file, [Fault("", f"the sheets {named} all hold it; set sheet")])
    if len(tied) > 1:
        message = f"it can be read both ways, with {best} labels each; set orientation"
        raise InvalidTableError(file, [Fault(tied[0].grid.sheet or "", message)])
    return tied[0]


def _layouts(
    grid: Grid, orientation: Orientation, in_rows: Labels, in_header: Labels
) -> Iterator[_Layout]:
    by_row = {row: _codes(cells.values(), in_header) for row, cells in grid.rows.items()}
    header = max(by_row, key=lambda row: len(by_row[row]), default=None)
    if header is None or not by_row[header]:
        return
    by_column: dict[int, set[str]] = defaultdict(set)
    for row, cells in grid.rows.items():
        if row > header:
            for column, cell in cells.items():
                by_column[column] |= _codes((cell,), in_rows)
    labels = max(by_column, key=lambda column: (len(by_column[column]), -column), default=None)
    if labels is None or not by_column[labels]:
        return
    heads = (cell for column, cell in grid.rows[header].items() if column != labels)
    score = len(_codes(heads, in_header))
    if score:
        yield _Layout(grid, orientation, header, labels, score + len(by_column[labels]))


def _codes(cells: Iterable[Cell], labels: Labels) -> set[str]:
    return {code for cell in cells if (code := _code(cell, labels)) is not None}


def _code(cell: Cell | None, labels: Labels) -> str | None:
    """Return what a cell names; a number names nothing, as it may be a value."""
    if cell is None or cell.number is not None or cell.fault is not None:
        return None
    return labels.code(respondents_in(plain_label(cell.text))[0])


def _not_found(
    grids: Sequence[Grid], sources: Labels, targets: Labels, registry: Registry
) -> Iterator[Fault]:
    """Yield what is known of a file in which no table was found."""
    texts = {
        plain_label(cell.text): None
        for grid in grids
        for cells in grid.rows.values()
        for cell in cells.values()
        if cell.number is None and cell.fault is None
    }
    for grid in grids:
        for row, cells in grid.rows.items():
            for column, cell in cells.items():
                if cell.fault is not None:  # the first one tells enough
                    yield Fault(grid.place(grid.at(row, column)), cell.fault)
                    break
            else:
                continue
            break
    if not texts:
        yield Fault("", "it holds no label")
        return
    counts = {
        labels.scheme: len({code for text in texts if (code := labels.code(text))})
        for labels in (sources, targets)
    }
    for labels in {each.scheme: each for each in (sources, targets)}.values():
        if not counts[labels.scheme]:
            shown = ", ".join(show(text) for text in list(texts)[:5])
            yield Fault(
                "",
                f"no label names a term of {labels.scheme}; is this the right scheme?"
                f"{_better(texts, labels, registry)} Its labels begin with {shown}",
            )
    if all(counts.values()):
        told = " and ".join(f"{count} of {scheme}" for scheme, count in counts.items())
        yield Fault(
            "",
            f"no table: its labels name {told}, but not the one in a row and the other in a "
            "column below it",
        )


def _better(texts: Iterable[str], labels: Labels, registry: Registry) -> str:
    """Say which other taxonomy has the labels."""
    known = {fold(text) for text in texts if len(text) <= 300}
    counts = {
        taxonomy.scheme: sum(not known.isdisjoint(map(fold, term.names)) for term in taxonomy)
        for taxonomy in registry.taxonomies()
        if taxonomy.kind == labels.taxonomy.kind and taxonomy.scheme != labels.scheme
    }
    best = max(counts, key=lambda scheme: counts[scheme], default="")
    if not best or counts[best] < 2:
        return ""
    return f" {counts[best]} of them are names of {best}."


# What stands in it


class _Axis(NamedTuple):
    """What the labels of the rows, or of the columns, mean.

    Attributes:
        codes: the term of each row or column.
        respondents: how many were asked, where the label says it.
        n_lines: the rows or columns that say how many were asked of each on the other axis.
    """

    codes: dict[int, str]
    respondents: dict[int, int]
    n_lines: list[int]


class _Value(NamedTuple):
    """A number between two resolved labels, and of how many it is a share."""

    where: str
    source: str
    target: str
    cell: Cell
    number: Decimal
    n: int | None


class _Reading:
    """Reads a table that was found, and keeps what it cannot place.

    Raises:
        InvalidTableError: two labels name one term, or n is given twice.
    """

    def __init__(self, file: str, layout: _Layout, sources: Labels, targets: Labels) -> None:
        self.unresolved: list[Unresolved] = []
        self.skipped: list[Skipped] = []
        self.outside: list[Skipped] = []
        self._file = file
        self._grid = layout.grid
        self._across = layout.orientation == "targets-in-rows"  # the sources then are columns
        self._faults: list[Fault] = []
        self._read_labels(layout, sources, targets)
        if self._faults:
            raise InvalidTableError(file, self._faults)

        def in_order(axis: _Axis, labels: Labels) -> tuple[Code, ...]:
            found = set(axis.codes.values())
            return tuple(term.code for term in labels.taxonomy if term.code in found)

        self.sources = in_order(self._columns if self._across else self._rows, sources)
        self.targets = in_order(self._rows if self._across else self._columns, targets)

    # Labels

    def _read_labels(self, layout: _Layout, sources: Labels, targets: Labels) -> None:
        grid = self._grid
        in_header, in_rows = (sources, targets) if self._across else (targets, sources)
        above = [row for row in grid.rows if row < layout.header]
        below = [row for row in grid.rows if row > layout.header]
        heads = {
            column: grid.get(layout.header, column)
            for column in grid.columns()
            if column != layout.labels
        }
        sides = {row: grid.get(row, layout.labels) for row in below}
        named = {column for column, cell in heads.items() if _code(cell, in_header)}
        placed = [row for row, cell in sides.items() if _code(cell, in_rows)]
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
    ) -> _Axis:
        """Return what the labels of one axis mean.

        Args:
            labels: the label of each row or column.
            known: the terms they can mean.
            counted: whether these are the sources, of which respondents are counted.
            filled: where anything stands beside the label.
            valued: where anything stands between resolved labels.
        """
        axis = _Axis({}, {}, [])
        places: dict[str, list[str]] = defaultdict(list)
        for index, cell in labels.items():
            text = plain_label(cell.text) if cell else ""
            if not counted and fold(text) in _N_NAMES:
                axis.n_lines.append(index)
                continue
            label, respondents = respondents_in(text)
            where = self._name(index, columns=counted is self._across)
            code = _code(cell, known)
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
                place = self._grid.place(" and ".join(several))
                self._faults.append(Fault(place, f"all name {code}; keep one"))
        return axis

    def _name(self, index: int, *, columns: bool) -> str:
        return self._grid.column(index) if columns else self._grid.row(index)

    def _unplaced(self, where: str, label: str, reason: str, close: tuple[str, ...] = ()) -> None:
        self.unresolved.append(Unresolved(where=where, label=label, close=close, reason=reason))

    def _counts_respondents(self, row: int) -> bool:
        """Whether a row above the header says how many were asked."""
        texts = [cell.text for cell in self._grid.rows[row].values() if cell.number is None]
        return len(texts) == 1 and fold(texts[0]) in _N_NAMES and len(self._grid.rows[row]) > 1

    def _read_respondents(self, lines: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Return how many were asked in each column or row of a source, and where that stands."""
        own = self._columns if self._across else self._rows
        asked = {index: (number, "its label") for index, number in own.respondents.items()}
        if len(lines) > 1:
            names = [self._name(line, columns=not self._across) for line in lines]
            place = self._grid.place(" and ".join(names))
            self._faults.append(Fault(place, "both count respondents; keep one"))
        for line in lines[:1]:
            for index in own.codes:
                row, column = (line, index) if self._across else (index, line)
                cell = self._grid.get(row, column)
                if cell is None:
                    continue
                if cell.number and not cell.percent and _WHOLE.fullmatch(cell.text):
                    asked[index] = int(cell.number), self._grid.at(row, column)
                else:
                    reason = cell.fault or "expected a number of respondents"
                    self._leave(self.skipped, row, column, cell, reason)
        return asked

    def _leave(self, pile: list[Skipped], row: int, column: int, cell: Cell, reason: str) -> None:
        pile.append(Skipped(where=self._grid.at(row, column), text=cell.text, reason=reason))

    # Values

    def links(
        self, n: int | Mapping[str, int] | None, unit: Unit | None, kind: LinkKind
    ) -> tuple[Link, ...]:
        """Return the links, in the order of the sources, then of the targets.

        Args:
            n: how many were asked, of all sources or by code.
            unit: what bare numbers are.
            kind: the kind of the basis.

        Raises:
            InvalidTableError: the unit is not clear, or there is no link.
        """
        values = list(self._values(n))
        fraction = unit == "fraction" if unit else self._is_fraction(values)
        whole = unit is None and _are_whole(values)
        links: dict[tuple[str, str], Link] = {}
        for value in values:
            bare = not value.cell.percent
            percent = value.number.scaleb(2) if bare and fraction else value.number
            if not 0 <= percent <= 100:
                due = "a share from 0 to 1" if bare and fraction else "a percent from 0 to 100"
                self._skip(value, f"expected {due}")
            elif bare and whole and 0 < percent < 1:
                self._skip(value, "a share or a percent? The other numbers are whole; set unit")
            elif (link := self._link(value, percent, kind)) is not None:
                links[value.source, value.target] = link
        if not links:
            raise InvalidTableError(self._file, self._why_empty())
        return tuple(
            links[source, target]
            for source in self.sources
            for target in self.targets
            if (source, target) in links
        )

    def _values(self, n: int | Mapping[str, int] | None) -> Iterator[_Value]:
        for row, in_row in self._rows.codes.items():
            for column, in_column in self._columns.codes.items():
                cell = self._grid.get(row, column)
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
                    where = self._grid.at(row, column)
                    yield _Value(where, source, target, cell, cell.number, told)
                    continue
                self._leave(self.skipped, row, column, cell, reason)

    def _is_fraction(self, values: Iterable[_Value]) -> bool:
        """Refuse bare numbers that can be shares as well as percents; above 1 they are percents."""
        bare = [value for value in values if not value.cell.percent]
        highest = max(bare, key=lambda value: value.number, default=None)
        if highest is not None and 0 < highest.number <= 1:
            message = (
                f"{show(highest.cell.text)} is the highest of {len(bare)} numbers without a "
                "percent sign; say whether 1 stands for 100 % (unit='fraction') or for 1 % "
                "(unit='percent')"
            )
            raise InvalidTableError(self._file, [Fault(self._grid.place(highest.where), message)])
        return False

    def _link(self, value: _Value, percent: Decimal, kind: LinkKind) -> Link | None:
        """Return what a percentage says: a count where it can be only one."""
        k, printed = None, True
        level: Level | None = 1 if percent >= 50 else 2 if percent >= 20 else None
        if value.n is not None:
            least, most = _counts(percent, value.n)
            if most < least:
                self._skip(value, f"no whole number of {value.n} respondents is this share")
                return None
            if most == least:
                k, printed = least, False
                level = 1 if 2 * k >= value.n else 2 if 5 * k >= value.n else None
        return Link(
            source=Code(value.source),
            target=Code(value.target),
            k=k,
            n=value.n,
            level=level if kind == "endorsement" else None,
            derived=not printed,
            note=self._grid.place(value.where),
            printed=float(percent) if printed else None,
        )

    def _skip(self, value: _Value, reason: str) -> None:
        self.skipped.append(Skipped(where=value.where, text=value.cell.text, reason=reason))

    def _why_empty(self) -> list[Fault]:
        told = [
            Fault(self._grid.place(each.where), f"{show(each.text)}: {each.reason}")
            for each in self.skipped[:_MOST_SHOWN]
        ]
        if len(self.skipped) > _MOST_SHOWN:
            told.append(Fault("", f"and {len(self.skipped) - _MOST_SHOWN} more like these"))
        return told or [Fault(self._grid.sheet or "", "no cell between its labels is filled")]


def _are_whole(values: Iterable[_Value]) -> bool:
    """Say whether all bare numbers above 1 are whole, and there is one."""
    above = [value.number for value in values if not value.cell.percent and value.number > 1]
    return bool(above) and all(number == number.to_integral_value() for number in above)


def _counts(percent: Decimal, n: int) -> tuple[int, int]:
    """Return the least and the most of `n` whose share, rounded, reads as this percent.

    Examples:
        >>> _counts(Decimal(45), 29), _counts(Decimal(46), 29), _counts(Decimal(45), 500)
        ((13, 13), (14, 13), (223, 227))
        >>> _counts(Decimal("45.0"), 500)
        (225, 225)
    """
    exponent = percent.as_tuple().exponent  # its decimals say how far it was rounded
    assert isinstance(exponent, int)
    half = max(Decimal(5).scaleb(min(exponent, 0) - 1), _FINEST)
    least = ((percent - half) * n / 100).to_integral_value(ROUND_CEILING)
    most = ((percent + half) * n / 100).to_integral_value(ROUND_FLOOR)
    return max(int(least), 0), min(int(most), n)
