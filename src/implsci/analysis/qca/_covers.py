"""All smallest, or all irredundant, ways to cover every row with prime implicants.

Rows and implicants are bits of whole numbers. The search takes the uncovered row that the fewest
implicants cover and tries each of them; those tried before are barred below, so no cover is found
twice. It turns back where the rows left cannot be covered by as many implicants as are left: by
counting rows that share no implicant, and by prices on rows such that no implicant is worth more
than 1 (linear programming duality).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import islice, product
from operator import or_

import numpy as np

from implsci.errors import CannotEstimateError

# Prices are made feasible to rounding; a bound must beat the size by more than that.
_SLACK = 1e-6

# Steps, in rows looked at: to find the prices, for each row a group covers; to weigh a group.
_PRICING = 10
_WEIGHING = 10

# Steps, in rows looked at: to find the prices, for each row a group covers; to weigh a group.
_PRICING = 10
_WEIGHING = 10


class _Budget:
    """How many steps a search for models may take.

    Steps are counted, not seconds, so that the same table has the same answer on every machine.
    """

    def __init__(self, steps: int) -> None:
        self.left = self.steps = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise CannotEstimateError(
                f"the search for all minimal models did not end within {self.steps:,} steps: use "
                f"fewer conditions, other cut-offs, or a larger value of steps"
            )


class _Part:
    """Rows that can be covered apart from all others, and the groups of implicants that do."""

    def __init__(self, rows_of: Sequence[int], rows: int, budget: _Budget) -> None:
        self.rows_of = rows_of
        self.rows = rows
        self.groups_of = _choices(rows_of, rows)
        self.allowed = (1 << len(rows_of)) - 1
        self.budget = budget
        # A row's choices are one long number, and take time by their length.
        self.cost_of_row = 1 + len(rows_of) // 1_000
        self.prices = dict.fromkeys(_bits(rows), 0.0)

    def solve(self, *, fewest: bool) -> Iterator[tuple[int, ...]]:
        """All smallest, or all irredundant, covers by groups."""
        if not fewest:
            return self.irredundant((), 0, 0, self.allowed)
        self.price()
        size = self.narrowest(self.rows, self.allowed)[1]
        while not self.exists(self.rows, size):
            size += 1
        return self.of_size(self.rows, self.allowed, size)

    def look_at(self, rows: int) -> None:
        """Count the steps of a branch in which these rows are to be covered."""
        self.budget.spend(rows.bit_count() * self.cost_of_row)

    def affordable(self, groups: int, uncovered: int, size: int) -> Iterator[tuple[int, int]]:
        """Groups after which the rest may be covered by fewer than `size`, and what they cover."""
        self.budget.spend(_WEIGHING * groups.bit_count())
        worth = self.worth(uncovered)
        for group in _bits(groups):
            rows = self.rows_of[group] & uncovered
            if worth - self.worth(rows) <= size - 1 + _SLACK:
                yield group, rows

    def worth(self, rows: int) -> float:
        """How many groups the rows need at the very least, by their prices."""
        return math.fsum(self.prices[row] for row in _bits(rows))

    def price(self) -> None:
        """Find the prices of rows that bound the size of covers from below most tightly."""
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        rows = list(_bits(self.rows))
        place = {row: at for at, row in enumerate(rows)}
        covered = [[place[row] for row in _bits(mask)] for mask in self.rows_of]
        self.budget.spend(_PRICING * sum(map(len, covered)))
        ends = np.cumsum([0, *map(len, covered)])
        at = np.concatenate([np.array(one) for one in covered])
        worth = csr_array((np.ones(len(at)), at, ends), shape=(len(covered), len(rows)))
        found = linprog(
            -np.ones(len(rows)), A_ub=worth, b_ub=np.ones(len(covered)), bounds=(0, None)
        )
        best = np.maximum(found.x, 0)
        best /= max(1.0, float((worth @ best).max()))
        self.prices = dict(zip(rows, best.tolist(), strict=True))

    def narrowest(self, uncovered: int, allowed: int) -> tuple[int, int]:
        """The groups to try next, and how many more implicants are needed at the very least."""
        rows = list(_bits(uncovered))
        choices = sorted((self.groups_of[row] & allowed for row in rows), key=int.bit_count)
        apart, used = 0, 0
        for groups in choices:
            if not groups & used:
                apart += 1
                used |= groups
        return choices[0], max(apart, math.ceil(self.worth(uncovered) - _SLACK))

    def exists(self, uncovered: int, size: int) -> bool:
        """Whether `size` groups can cover the rows."""
        if not uncovered:
            return True
        self.look_at(uncovered)
        groups, needed = self.narrowest(uncovered, self.allowed)
        if needed > size:
            return False
        reach = {rows for _, rows in self.affordable(groups, uncovered, size)}
        kept: list[int] = []
        for rows in sorted(reach, key=lambda rows: (-rows.bit_count(), rows)):
            if not any(rows & ~other == 0 for other in kept):
                kept.append(rows)
        return any(self.exists(uncovered & ~rows, size - 1) for rows in kept)

    def of_size(self, uncovered: int, allowed: int, size: int) -> Iterator[tuple[int, ...]]:
        """All covers by `size` groups; none smaller exists."""
        if not uncovered:
            yield ()
            return
        self.look_at(uncovered)
        groups, needed = self.narrowest(uncovered, allowed)
        if needed > size or not groups:
            return
        if size == 1:
            for row in _bits(uncovered):
                groups &= self.groups_of[row]
            yield from ((group,) for group in _bits(groups))
            return
        # A group that is not affordable is in no cover of this size: it need not be barred.
        for group, rows in self.affordable(groups, uncovered, size):
            rest = self.of_size(uncovered & ~rows, allowed, size - 1)
            yield from ((group, *others) for others in rest)
            allowed &= ~(1 << group)

    def irredundant(
        self, chosen: tuple[int, ...], once: int, twice: int, allowed: int
    ) -> Iterator[tuple[int, ...]]:
        """All covers in which every group covers some row alone."""
        if any(not self.rows_of[group] & once & ~twice for group in chosen):
            return
        uncovered = self.rows & ~once
        if not uncovered:
            yield chosen
            return
        self.look_at(uncovered)
        groups = min((self.groups_of[row] & allowed for row in _bits(uncovered)), key=int.bit_count)
        for group in _bits(groups):
            rows = self.rows_of[group]
            yield from self.irredundant(
                (*chosen, group), once | rows, twice | (once & rows), allowed
            )
            allowed &= ~(1 << group)


def covers(
    covered: Sequence[int], count: int, *, fewest: bool, most: int, steps: int
) -> tuple[tuple[tuple[int, ...], ...], bool]:
    """Find every cover, each as ascending positions of implicants.

    Args:
        covered: for each implicant the rows it covers, as bits; together they cover all rows.
        count: number of rows.
        fewest: only covers of the smallest size; else all from which nothing can be left out.
        most: stop once this many are found.
        steps: how many steps the search may take.

    Returns:
        The covers, and whether they are all.

    Raises:
        CannotEstimateError: the search does not end within `steps`.
    """
    budget = _Budget(steps)
    fixed, parts = _parts(covered, count)
    ways: list[list[tuple[list[int], ...]]] = [[(group,)] for group in fixed]
    whole = True
    for members, rows_of, rows in parts:
        found: list[tuple[list[int], ...]] = []
        made = 0
        for groups in _Part(rows_of, rows, budget).solve(fewest=fewest):
            if made >= most:
                whole = False
                break
            found.append(tuple(members[group] for group in groups))
            made += math.prod(len(group) for group in found[-1])
        ways.append(found)
    everything = (
        tuple(sorted(cover))
        for way in product(*ways)
        for cover in product(*(group for part in way for group in part))
    )
    taken = tuple(islice(everything, most))
    return taken, whole and next(everything, None) is None


def _parts(
    covered: Sequence[int], count: int
) -> tuple[list[list[int]], list[tuple[list[list[int]], list[int], int]]]:
    """Take what every cover needs, and split the rest where no implicant joins it.

    Returns:
        Groups one of which every cover needs; and for each part the members of its groups, the
        rows of each group, and the part's rows.
    """
    left = (1 << count) - 1
    fixed: list[list[int]] = []
    while True:
        groups: dict[int, list[int]] = {}
        for implicant, rows in enumerate(covered):
            if rows & left:
                groups.setdefault(rows & left, []).append(implicant)
        choices = _choices(list(groups), left)
        needed = {groups_of for groups_of in choices.values() if groups_of.bit_count() == 1}
        if not needed:
            break
        for group in sorted(groups_of.bit_length() - 1 for groups_of in needed):
            rows, members = list(groups.items())[group]
            fixed.append(members)
            left &= ~rows
    left = _that_matter(choices)
    regrouped: dict[int, list[int]] = {}
    for rows, members in groups.items():
        if rows & left:
            regrouped.setdefault(rows & left, []).extend(members)
    joined: list[int] = []
    for rows in regrouped:
        together = reduce(or_, (other for other in joined if other & rows), rows)
        joined = [*(other for other in joined if not other & rows), together]
    return fixed, [
        (
            [members for rows, members in regrouped.items() if rows & part],
            [rows for rows in regrouped if rows & part],
            part,
        )
        for part in sorted(joined)
    ]


def _choices(rows_of: Sequence[int], rows: int) -> dict[int, int]:
    """For each row the groups that cover it, as bits."""
    groups_of = dict.fromkeys(_bits(rows), 0)
    for group, covered in enumerate(rows_of):
        for row in _bits(covered & rows):
            groups_of[row] |= 1 << group
    return groups_of


def _that_matter(choices: dict[int, int]) -> int:
    """Leave out a row that is covered by whatever covers another row."""
    kept: list[int] = []
    rows = 0
    for row, groups in sorted(choices.items(), key=lambda item: item[1].bit_count()):
        if not any(other & ~groups == 0 for other in kept):
            kept.append(groups)
            rows |= 1 << row
    return rows


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
