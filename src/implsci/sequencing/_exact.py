"""The shortest plan of a few elements, by dynamic programming over periods.

A state is what is in place before a period, and the element that runs over into it with what is left
of it. Of the paths to a state the one is kept that has the elements of the best rank in place first;
nothing that comes later depends on which path it was, so no better plan is lost.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Final, NamedTuple, TypeAlias

from implsci.sequencing._serial import Shares
from implsci.sequencing._task import Job, Task

__all__ = ["MOST", "shortest"]

MOST: Final = 12

_Work: TypeAlias = tuple[tuple[int, int], ...]


class _State(NamedTuple):
    """Elements in place, as bits; the one under way, -1 for none, and what is left of it."""

    done: int
    current: int
    rest: int


class _Path(NamedTuple):
    """The way to a state: when each element is in place, best rank first, and what was done when."""

    ends: tuple[int, ...]
    before: _Path | None
    work: _Work


def shortest(task: Task, known: int | None) -> dict[str, Shares] | None:
    """Return the shares of every element in a plan of the fewest periods; None where there is none.

    Of several such plans it is the one in which the element of the best rank is in place soonest,
    then the next one, and so on.

    Args:
        task: what to place.
        known: the length of a plan that is at hand; longer ones are not looked at.
    """
    search = _Search(task, known)
    level = {_State(0, -1, 0): _Path((0,) * len(search.jobs), None, ())}
    period = 0
    while level:
        for state, path in level.items():
            if state.done == search.all:
                return search.read(path)
        period += 1
        if task.last_room is not None and period > task.last_room:
            return None
        level = search.next(level, period)
    return None


class _Search:
    def __init__(self, task: Task, known: int | None) -> None:
        self.jobs: tuple[Job, ...] = tuple(sorted(task.jobs, key=lambda job: job.rank))
        self.all = (1 << len(self.jobs)) - 1
        self._task = task
        place = {job.id: index for index, job in enumerate(self.jobs)}
        self._needs = [sum(1 << place[name] for name in job.after) for job in self.jobs]
        # Whole numbers of the smallest part that every effort and capacity is made of.
        numbers = [*task.capacity, *(job.effort for job in task.jobs if job.effort is not None)]
        self._parts = math.lcm(*(number.denominator for number in numbers))
        self._efforts = [
            None if job.effort is None else int(job.effort * self._parts) for job in self.jobs
        ]
        self._known = known
        self._rooms = [0, *(int(task.room(t + 1) * self._parts) for t in range(known or 0))]
        for period in range(1, len(self._rooms)):
            self._rooms[period] += self._rooms[period - 1]

    def next(self, level: dict[_State, _Path], period: int) -> dict[_State, _Path]:
        """Return the best path to every state after a period."""
        found: dict[_State, _Path] = {}
        for state, path in level.items():
            for work, ended, current, rest in self._choices(state, period):
                done = state.done
                ends = list(path.ends)
                for index in ended:
                    done |= 1 << index
                    ends[index] = period
                new = _State(done, current, rest)
                if self._known is not None and not self._can_end(new, period):
                    continue
                if new not in found or tuple(ends) < found[new].ends:
                    found[new] = _Path(tuple(ends), path, work)
        return found

    def _can_end(self, state: _State, period: int) -> bool:
        """Say whether what is left may find room in a plan no longer than the one at hand."""
        left = state.rest
        for index, effort in enumerate(self._efforts):
            if effort is not None and index != state.current and not state.done >> index & 1:
                left += effort
        if self._known is None or left == 0:
            return True
        return period < self._known and left <= self._rooms[self._known] - self._rooms[period]

    def read(self, path: _Path) -> dict[str, Shares]:
        """Return the shares along a path."""
        levels: list[_Work] = []
        step: _Path | None = path
        while step is not None:
            levels.append(step.work)
            step = step.before
        shares: dict[str, list[tuple[int, Fraction]]] = {}
        for period, work in enumerate(reversed(levels)):
            for index, share in work:
                part = Fraction(share, self._parts)
                shares.setdefault(self.jobs[index].id, []).append((period, part))
        return {name: tuple(own) for name, own in shares.items()}

    def _choices(
        self, state: _State, period: int
    ) -> Iterator[tuple[_Work, tuple[int, ...], int, int]]:
        """Yield what can be done in a period: work, what is in place after it, what runs over."""
        whole = room = int(self._task.room(period) * self._parts)
        work: list[tuple[int, int]] = []
        ended: list[int] = []
        current, rest = state.current, state.rest
        if current >= 0 and room > 0:
            share = min(rest, room)
            work.append((current, share))
            room -= share
            rest -= share
            if not rest:
                ended.append(current)
                current = -1
        must, may = self._ready(state, period)
        if must is None or (must and whole == 0):
            return
        if whole == 0:
            yield tuple(work), tuple(ended), current, rest
            return
        unknown = [i for i in (*must, *may) if self._efforts[i] is None]
        held = [i for i in must if i not in unknown and self._effort(i) <= whole]
        must_long = [i for i in must if self._effort(i) > whole]
        small = [i for i in may if i not in unknown and self._effort(i) <= whole]
        may_long = [i for i in may if self._effort(i) > whole]
        room -= sum(map(self._effort, held))
        if room < 0 or len(must_long) > 1 or (must_long and current >= 0):
            return
        work += [(i, 0) for i in unknown] + [(i, self._effort(i)) for i in held]
        ended += [*unknown, *held]
        for chosen, left in self._subsets(small, room):
            now = (*work, *((i, self._effort(i)) for i in chosen))
            over = (*ended, *chosen)
            if not must_long and not any(self._effort(i) <= left for i in small if i not in chosen):
                # Leaving room that something fits into never makes a plan shorter.
                yield now, over, current, rest
            if current < 0 and left > 0:
                for i in must_long or may_long:
                    yield (*now, (i, left)), over, i, self._effort(i) - left

    def _effort(self, index: int) -> int:
        return self._efforts[index] or 0

    def _ready(self, state: _State, period: int) -> tuple[list[int] | None, list[int]]:
        """Return what must and what may begin; None where something fixed cannot."""
        must: list[int] = []
        may: list[int] = []
        for index, job in enumerate(self.jobs):
            if state.done >> index & 1 or index == state.current:
                continue
            ready = self._needs[index] & ~state.done == 0
            if job.fixed == period:
                if not ready:
                    return None, []
                must.append(index)
            elif job.fixed is None and ready:
                may.append(index)
        return must, may

    def _subsets(
        self, indices: list[int], room: int, start: int = 0
    ) -> Iterator[tuple[tuple[int, ...], int]]:
        """Yield the sets of elements that fit into a room, each with the room left."""
        yield (), room
        for place in range(start, len(indices)):
            effort = self._effort(indices[place])
            if effort <= room:
                for rest, left in self._subsets(indices, room - effort, place + 1):
                    yield (indices[place], *rest), left
