"""Which of the barriers asked count in a basis, so that one datum counts once.

A barrier asked by two codes is still one barrier, and what a crosswalk carries over to a code is what
the basis says of another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from implsci.codes import Code
from implsci.matching.tables import Column, Table

__all__ = ["repeated"]


def __dir__() -> list[str]:
    return __all__


# How far what is said stands from a barrier, next to `Column.distance`, which tells it over crosswalks.
_DIRECT = -1
_NOWHERE = 3


def repeated(
    table: Table, columns: Sequence[Column], nodes: Sequence[Sequence[Code]]
) -> Mapping[Code, Code]:
    """Return the barriers that do not count in a basis, each with the one that counts in its stead.

    Of the codes of one barrier of a study those count that the basis speaks of most closely: itself,
    else over the closest crosswalk; the first one where it speaks of none. Of those left that rest on
    the same barrier of the basis, the closest counts.

    Args:
        table: the basis.
        columns: what it knows of each barrier asked.
        nodes: the codes that were asked together, as those of one barrier of a study.
    """
    if not any(column.via for column in columns) and all(len(node) == 1 for node in nodes):
        return {}
    asked = {column.barrier: column for column in columns}
    far = {code: _distance(table, column) for code, column in asked.items()}
    stead: dict[Code, Code] = {}
    counting: set[Code] = set()
    for node in nodes:
        nearest = min(node, key=far.__getitem__)
        counts = {code for code in node if far[code] == far[nearest] != _NOWHERE} or {nearest}
        counting |= counts
        stead.update((code, nearest) for code in node if code not in counts)
    stead = {code: other for code, other in stead.items() if code not in counting}
    first: dict[Code, Code] = {}
    for code in sorted((code for code in asked if code in counting), key=far.__getitem__):
        other = first.setdefault(_rests_on(asked[code]), code)
        if other != code:
            stead[code] = other
    return {code: stead.get(other, other) for code, other in stead.items()}


def _distance(table: Table, column: Column) -> int:
    if column.via:
        return column.distance
    return _DIRECT if column.barrier in table.sources else _NOWHERE


def _rests_on(column: Column) -> Code:
    """Return the barrier of the basis whose share counts: itself where nothing is carried over."""
    return column.via[0].object if column.carried else column.barrier
