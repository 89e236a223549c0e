"""The chart of rows and prime implicants, reduced as far as every cover stays what it was.

Implicants that cover the same rows stand for each other and form a group. A row with one group
left needs it; a row that is covered by whatever covers another row may be left out. Both are done
until neither changes anything; what is left falls apart where no group joins it. Every cover of
the whole is then one choice in each part, and every such choice is a cover.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from attrs import frozen

from implsci.analysis.qca._bits import bits, of_members


@frozen
class Part:
    """Rows that can be covered apart from all others.

    Attributes:
        members: for each group of implicants that cover the same of these rows, their positions.
        rows_of: for each group the rows it covers, as bits.
        rows: the rows, as bits.
    """

    members: tuple[tuple[int, ...], ...]
    rows_of: tuple[int, ...]
    rows: int

    def choices(self) -> dict[int, int]:
        """For each row the groups that cover it, as bits."""
        return _choices(self.rows_of, self.rows)


def parts_of(
    covered: Sequence[int], count: int
) -> tuple[tuple[tuple[int, ...], ...], tuple[Part, ...]]:
    """Take what every cover needs, and split the rest where no implicant joins it.

    Args:
        covered: for each implicant the rows it covers, as bits; together they cover all rows.
        count: number of rows.

    Returns:
        Groups one of which every cover needs, and the parts.
    """
    left = (1 << count) - 1
    needed: list[tuple[int, ...]] = []
    while True:
        groups: dict[int, list[int]] = {}
        for implicant, rows in enumerate(covered):
            if rows & left:
                groups.setdefault(rows & left, []).append(implicant)
        rows_of, members = list(groups), [tuple(group) for group in groups.values()]
        choices = _choices(rows_of, left)
        alone = {groups_of for groups_of in choices.values() if groups_of.bit_count() == 1}
        for group in sorted(groups_of.bit_length() - 1 for groups_of in alone):
            needed.append(members[group])
            left &= ~rows_of[group]
        if not alone:
            spare = _spare(rows_of, choices)
            left &= ~spare
            if not spare:
                break
    return tuple(needed), tuple(
        Part(
            tuple(members[group] for group in joined),
            tuple(rows_of[group] for group in joined),
            reduce(or_, (rows_of[group] for group in joined)),
        )
        for joined in _joined(rows_of, choices)
    )


def _choices(rows_of: Sequence[int], rows: int) -> dict[int, int]:
    groups_of: dict[int, list[int]] = {row: [] for row in bits(rows)}
    for group, covered in enumerate(rows_of):
        for row in bits(covered & rows):
            groups_of[row].append(group)
    return {row: of_members(groups) for row, groups in groups_of.items()}


def _spare(rows_of: Sequence[int], choices: Mapping[int, int]) -> int:
    """The rows that are covered by whatever covers another row; of equal rows all but the first."""
    spare = 0
    for row, groups in sorted(choices.items(), key=lambda item: item[1].bit_count()):
        if not spare >> row & 1:
            spare |= reduce(and_, (rows_of[group] for group in bits(groups))) & ~(1 << row)
    return spare


def _joined(rows_of: Sequence[int], choices: Mapping[int, int]) -> Iterator[list[int]]:
    """The groups of each part."""
    left = dict(choices)
    while left:
        groups: set[int] = set()
        rows = {next(iter(left))}
        while rows:
            new = {group for row in rows for group in bits(left.pop(row))} - groups
            groups |= new
            rows = {row for group in new for row in bits(rows_of[group]) if row in left}
        yield sorted(groups)
