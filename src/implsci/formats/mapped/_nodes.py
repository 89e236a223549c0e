"""Strategies, barriers and components out of the columns of a study's rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from attrs import frozen

from implsci.codes import Code
from implsci.formats._rows import Row
from implsci.formats.mapped._cells import Cells
from implsci.formats.mapped._spec import NodeMapping, SheetMapping, folded

__all__ = ["FoundNode", "NodeTable", "read_nodes"]


@frozen
class FoundNode:
    """A node that stands in at least one row.

    Attributes:
        id: its id inside the study.
        label: the words for it.
        codes: its codes.
        words: its further fields.
    """

    id: str
    label: str
    codes: tuple[Code, ...]
    words: Mapping[str, str]


@frozen
class NodeTable:
    """The nodes of one kind, and in which rows each stands.

    Attributes:
        nodes: in the order of the mapping.
        present: ids of those that stand in each row.
        in_all: cells of columns whose every row says the same, so that the node says it too.
        in_some: cells that name nodes of their own row.
    """

    nodes: tuple[FoundNode, ...]
    present: tuple[tuple[str, ...], ...]
    in_all: frozenset[tuple[int, str]]
    in_some: frozenset[tuple[int, str]]

    def held(self, rows: Collection[int] = ()) -> frozenset[tuple[int, str]]:
        """Return the cells that stand word for word in the study.

        Args:
            rows: those whose finding names its nodes.
        """
        return self.in_all | {cell for cell in self.in_some if cell[0] in rows}


def read_nodes(
    specs: Sequence[NodeMapping],
    mapping: SheetMapping,
    cells: Cells,
    rows: Sequence[Row],
    letter: str,
) -> NodeTable:
    """Return the nodes that a study's rows speak of; ids are the letter and a number."""
    found: dict[tuple[str, tuple[str, ...], str], FoundNode] = {}
    present: list[dict[str, None]] = [{} for _ in rows]
    in_all: set[tuple[int, str]] = set()
    in_some: set[tuple[int, str]] = set()
    for spec in specs:
        read = [_labels(spec, mapping, cells, row) for row in rows]
        for index, labels in enumerate(read):
            for label, codes in labels:
                key = (label, codes, repr(sorted(spec.words.items())))
                if key not in found:
                    found[key] = FoundNode(
                        f"{letter}{len(found) + 1}", label, tuple(map(Code, codes)), spec.words
                    )
                present[index][found[key].id] = None
        if spec.column is None or spec.when is not None:
            continue
        here = {(index, spec.column) for index, labels in enumerate(read) if labels}
        if all(labels == read[0] for labels in read):
            in_all |= here
        elif spec.label is None:
            in_some |= here
    return NodeTable(
        tuple(found.values()), tuple(map(tuple, present)), frozenset(in_all), frozenset(in_some)
    )


def _labels(
    spec: NodeMapping, mapping: SheetMapping, cells: Cells, row: Row
) -> list[tuple[str, tuple[str, ...]]]:
    """Return the labels that one row gives, with their codes."""
    if spec.column is None:
        assert spec.label is not None
        return [(spec.label, spec.codes)]
    text = cells.cell(row, spec.column)
    if not text:
        return []
    value = folded(text)
    if spec.label is not None:
        if value in (mapping.yes if spec.when is None else spec.when):
            return [(spec.label, spec.codes)]
        if spec.when is None and value not in mapping.no:
            cells.unknown(spec.column, text, spec.path)
        return []
    pieces = [text]
    if spec.separator is not None:
        pieces = [piece for part in text.split(spec.separator) if (piece := part.strip())]
    labels = []
    for piece in dict.fromkeys(pieces):
        codes = spec.codes
        if spec.values is not None:
            own = spec.values.get(folded(piece))
            if own is None:
                cells.unknown(spec.column, piece, spec.path)
            codes = tuple(dict.fromkeys((*codes, *(own or ()))))
        labels.append((piece, codes))
    return labels
