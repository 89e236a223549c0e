"""All smallest, or all irredundant, ways to cover every row with prime implicants.

Each part of the chart is searched by itself. The search takes the uncovered row that the fewest
groups cover and tries each of them; those tried before are barred below, so no cover is found
twice. For the smallest covers, whose size is proved before, it turns back where the rows left
cannot be covered by as many groups as are left: by counting rows that share no group, and by
prices on rows. Where a part has more covers than can be searched in the steps allowed, some of them
are found by exchange of single groups, and it is said that these are not all.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import reduce
from heapq import heappop, heappush, merge, nsmallest
from itertools import islice
from operator import and_
from typing import TypeAlias

from attrs import frozen

from implsci.analysis.qca._bits import bits
from implsci.analysis.qca._chart import Part, parts_of
from implsci.analysis.qca._smallest import SLACK, smallest
from implsci.errors import CannotEstimateError

# Steps, in rows looked at: to weigh a group.
_WEIGHING = 10

# Where not all covers of a part are found, so many are looked for by exchange.
_EXCHANGED = 10_000

Groups: TypeAlias = tuple[tuple[int, ...], ...]
"""Groups of implicants, ascending, that stand for each other: a cover has one of each group."""


class Budget:
    """How many steps a search may take.

    Steps are counted, not seconds, so that the same table has the same answer on every machine.
    """

    def __init__(self, steps: int) -> None:
        self.left = self.steps = steps

    def spend(self, steps: int) -> None:
        """Take steps; raise where there are none left."""
        self.left -= steps
        if self.left < 0:
            raise SpentError


class SpentError(Exception):
    """A search has taken all its steps."""


@frozen
class Ways:
    """The ways to cover a part, and whether they are all."""

    found: tuple[Groups, ...]
    whole: bool


@frozen
class Covers:
    """Covers of all rows: one of the ways of each part, whichever the others are."""

    parts: tuple[Ways, ...]
    conditions: Sequence[int]

    @property
    def count(self) -> int | None:
        """How many covers there are; None where not all have been found."""
        if not all(part.whole for part in self.parts):
            return None
        return math.prod(
            sum(math.prod(map(len, groups)) for groups in part.found) for part in self.parts
        )

    def first(self, most: int) -> tuple[tuple[int, ...], ...]:
        """Those of fewest implicants, then of fewest conditions, then by the implicants' order.

        Each is given by ascending positions of implicants.
        """
        ways = [self._first_of(part, most) for part in self.parts]
        return tuple(islice(self._ascending(ways), most))

    def in_all(self) -> frozenset[int]:
        """Implicants that stand in every cover, of the parts whose covers have all been found."""
        common = [set(part.found[0]).intersection(*part.found) for part in self.parts if part.whole]
        return frozenset(group[0] for groups in common for group in groups if len(group) == 1)

    def _first_of(self, part: Ways, most: int) -> tuple[tuple[int, ...], ...]:
        # The first of each way come in its order, so no later way has one among the first.
        ways = nsmallest(
            most,
            part.found,
            key=lambda groups: self._rank(tuple(sorted(group[0] for group in groups))),
        )
        ascending = [self._ascending([[(one,) for one in group] for group in way]) for way in ways]
        return tuple(islice(merge(*ascending, key=self._rank), most))

    def _rank(self, cover: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        return len(cover), sum(self.conditions[one] for one in cover), cover

    def _ascending(self, ways: Sequence[Sequence[tuple[int, ...]]]) -> Iterator[tuple[int, ...]]:
        """One of each of the ways, which are ascending, put together in ascending order.

        Of two covers of one size, that which has the first implicant in which they differ comes
        first, whatever is added to both; so a later choice in any place never makes a cover
        earlier, and each cover need only be held against those one choice further on.
        """
        fixed = [one for way in ways if len(way) == 1 for one in way[0]]
        open_ways = [way for way in ways if len(way) > 1]

        def joined(at: tuple[int, ...]) -> tuple[int, ...]:
            chosen = (one for i, way in zip(at, open_ways, strict=True) for one in way[i])
            return tuple(sorted((*fixed, *chosen)))

        start = (0,) * len(open_ways)
        waiting: list[tuple[tuple[int, int, tuple[int, ...]], tuple[int, ...], int]] = [
            (self._rank(joined(start)), start, 0)
        ]
        while waiting:
            (_, _, cover), at, moved = heappop(waiting)
            yield cover
            for place in range(moved, len(at)):
                if at[place] + 1 < len(open_ways[place]):
                    further = (*at[:place], at[place] + 1, *at[place + 1 :])
                    heappush(waiting, (self._rank(joined(further)), further, place))


def covers(
    covered: Sequence[int], count: int, conditions: Sequence[int], *, fewest: bool, budget: Budget
) -> Covers:
    """Find every cover, or as many as the steps allow.

    Args:
        covered: for each implicant the rows it covers, as bits; together they cover all rows.
        count: number of rows.
        conditions: for each implicant how many conditions it holds.
        fewest: only covers of the smallest size; else all from which nothing can be left out.
        budget: the steps that the search may take; the proof of the smallest size may take as many
            as the budget had when new.

    Raises:
        CannotEstimateError: the smallest size cannot be proved in the steps allowed, or no cover is
            found.
    """
    needed, parts = parts_of(covered, count)
    found = [Ways(((group,),), whole=True) for group in needed]
    # Small parts first: what is spent on a large one is not missing for them.
    for part in sorted(parts, key=lambda part: len(part.rows_of)):
        search = _Search(part, conditions, budget)
        found.append(search.smallest() if fewest else search.irredundant())
    return Covers(tuple(found), conditions)


class _Search:
    """The covers of one part."""

    def __init__(self, part: Part, conditions: Sequence[int], budget: Budget) -> None:
        self.members = part.members
        self.part = part
        self.rows_of = part.rows_of
        self.groups_of = part.choices()
        self.allowed = (1 << len(part.rows_of)) - 1
        self.budget = budget
        # A row's choices are one long number, and take time by their length.
        self.cost_of_row = 1 + len(part.rows_of) // 1_000
        self.prices = dict.fromkeys(self.groups_of, 0.0)
        self.conditions = [min(conditions[one] for one in group) for group in part.members]

    def smallest(self) -> Ways:
        """All covers of the smallest size, or some and that there are more."""
        known = smallest(self.part, self.budget.steps)
        self.prices = known.prices
        found, whole = self._until_spent(
            self._of_size(self.part.rows, self.allowed, len(known.cover))
        )
        return self._ways(found, whole=True) if whole else self._ways(self._exchanged(known.cover))

    def irredundant(self) -> Ways:
        """All covers from which nothing can be left out, or some and that there are more."""
        found, whole = self._until_spent(self._irredundant((), 0, 0, self.allowed))
        if not found:
            raise CannotEstimateError(
                "no irredundant model was found in the steps allowed: use fewer conditions, other "
                "cut-offs, or a larger value of steps"
            )
        return self._ways(found, whole=whole)

    def _until_spent(self, search: Iterator[tuple[int, ...]]) -> tuple[list[tuple[int, ...]], bool]:
        found: list[tuple[int, ...]] = []
        try:
            for cover in search:
                self.budget.spend(len(cover))
                found.append(cover)
        except SpentError:
            return found, False
        return found, True

    def _ways(self, found: Sequence[tuple[int, ...]], *, whole: bool = False) -> Ways:
        return Ways(tuple(tuple(self.members[group] for group in c) for c in found), whole)

    def _look_at(self, rows: int) -> None:
        """Count the steps of a branch in which these rows are to be covered."""
        self.budget.spend(rows.bit_count() * self.cost_of_row)

    def _affordable(self, groups: int, uncovered: int, size: int) -> Iterator[tuple[int, int]]:
        """Groups after which the rest may be covered by fewer than `size`, and what they cover."""
        self.budget.spend(_WEIGHING * groups.bit_count())
        worth = self._worth(uncovered)
        for group in bits(groups):
            rows = self.rows_of[group] & uncovered
            if worth - self._worth(rows) <= size - 1 + SLACK:
                yield group, rows

    def _worth(self, rows: int) -> float:
        """How many groups the rows need at the very least, by their prices."""
        return math.fsum(self.prices[row] for row in bits(rows))

    def _narrowest(self, uncovered: int, allowed: int) -> tuple[int, int]:
        """The groups to try next, and how many more are needed at the very least."""
        choices = sorted(
            (self.groups_of[row] & allowed for row in bits(uncovered)), key=int.bit_count
        )
        apart, used = 0, 0
        for groups in choices:
            if not groups & used:
                apart += 1
                used |= groups
        return choices[0], max(apart, math.ceil(self._worth(uncovered) - SLACK))

    def _of_size(self, uncovered: int, allowed: int, size: int) -> Iterator[tuple[int, ...]]:
        """All covers by `size` groups; none smaller exists."""
        if not uncovered:
            yield ()
            return
        self._look_at(uncovered)
        groups, needed = self._narrowest(uncovered, allowed)
        if needed > size or not groups:
            return
        if size == 1:
            for row in bits(uncovered):
                groups &= self.groups_of[row]
            yield from ((group,) for group in bits(groups))
            return
        # A group that is not affordable is in no cover of this size: it need not be barred.
        for group, rows in self._affordable(groups, uncovered, size):
            rest = self._of_size(uncovered & ~rows, allowed, size - 1)
            yield from ((group, *others) for others in rest)
            allowed &= ~(1 << group)

    def _irredundant(
        self, chosen: tuple[int, ...], once: int, twice: int, allowed: int
    ) -> Iterator[tuple[int, ...]]:
        """All covers in which every group covers some row alone."""
        if any(not self.rows_of[group] & once & ~twice for group in chosen):
            return
        uncovered = self.part.rows & ~once
        if not uncovered:
            yield chosen
            return
        self._look_at(uncovered)
        groups = min((self.groups_of[row] & allowed for row in bits(uncovered)), key=int.bit_count)
        for group in bits(groups):
            rows = self.rows_of[group]
            yield from self._irredundant(
                (*chosen, group), once | rows, twice | (once & rows), allowed
            )
            allowed &= ~(1 << group)

    def _exchanged(self, cover: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        """Covers reached from one by exchange of one group at a time, the simplest first."""
        start = tuple(sorted(cover))
        known = {start}
        waiting = [(self._conditions(start), start)]
        while waiting and len(known) < _EXCHANGED:
            _, here = heappop(waiting)
            for other in self._neighbors(here):
                if other not in known:
                    known.add(other)
                    heappush(waiting, (self._conditions(other), other))
        return tuple(sorted(known))

    def _neighbors(self, cover: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        once = twice = 0
        for group in cover:
            twice |= once & self.rows_of[group]
            once |= self.rows_of[group]
        for group in cover:
            alone = self.rows_of[group] & ~twice
            for other in bits(reduce(and_, (self.groups_of[row] for row in bits(alone)))):
                yield tuple(sorted({*cover} - {group} | {other}))

    def _conditions(self, cover: tuple[int, ...]) -> int:
        return sum(self.conditions[group] for group in cover)
