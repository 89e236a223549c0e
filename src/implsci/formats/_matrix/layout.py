"""Where a table of percentages stands in a spreadsheet: found by its labels, never guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from implsci.errors import Fault, InvalidTableError
from implsci.formats._matrix.report import Orientation
from implsci.formats._spreadsheet.cells import Cell, Grid
from implsci.formats._spreadsheet.labels import Labels, plain_label, respondents_in
from implsci.names import fold
from implsci.plugins import Registry
from implsci.taxonomy._typed import show

__all__ = ["Layout", "code_of", "find_layout"]


class Layout(NamedTuple):
    """Where a table stands in a sheet: the row of one kind of labels, the column of the other."""

    grid: Grid
    orientation: Orientation
    header: int
    labels: int
    score: int


def find_layout(
    file: str,
    grids: Sequence[Grid],
    sources: Labels,
    targets: Labels,
    orientation: Orientation | None,
    registry: Registry,
) -> Layout:
    """Return where most labels of both taxonomies meet.

    Raises:
        InvalidTableError: they meet nowhere, on several sheets, or both ways.
    """
    layouts: list[Layout] = []
    for grid in grids:
        if orientation != "sources-in-rows":
            layouts += _layouts(grid, "targets-in-rows", targets, sources)
        if orientation != "targets-in-rows":
            layouts += _layouts(grid, "sources-in-rows", sources, targets)
    if not layouts:
        raise InvalidTableError(file, list(_notfind_layout(grids, sources, targets, registry)))
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
) -> Iterator[Layout]:
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
        yield Layout(grid, orientation, header, labels, score + len(by_column[labels]))


def _codes(cells: Iterable[Cell], labels: Labels) -> set[str]:
    return {code for cell in cells if (code := code_of(cell, labels)) is not None}


def code_of(cell: Cell | None, labels: Labels) -> str | None:
    """Return what a cell names; a number names nothing, as it may be a value."""
    if cell is None or cell.number is not None or cell.fault is not None:
        return None
    return labels.code(respondents_in(plain_label(cell.text))[0])


def _notfind_layout(
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
