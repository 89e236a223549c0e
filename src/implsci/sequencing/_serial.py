"""Serial schedule generation: one element after the other, each as early as its room allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from implsci.sequencing._task import Job, Task, successors

__all__ = ["Shares", "serial"]

Shares: TypeAlias = tuple[tuple[int, Fraction], ...]
"""The periods an element takes, each with the room it takes there."""

_NEVER = 1 << 62


def serial(task: Task) -> tuple[dict[str, Shares], dict[str, str]]:
    """Place the elements one after the other, those with a fixed period first.

    Of those whose dependencies stand, the one that something fixed waits for soonest is next, then
    the one of the best rank.

    Returns:
        The shares of those placed, and why the others are not.
    """
    barred: dict[str, str] = {}
    while True:
        board, unplaced = _placed(task, barred)
        wrong = _too_soon(task, board)
        if not wrong:
            return board.placed, unplaced
        barred |= wrong  # once more without them, so that they hold no room


def _placed(task: Task, barred: Mapping[str, str]) -> tuple[_Board, dict[str, str]]:
    board = _Board(task)
    after = successors(task.jobs)
    unplaced = dict(barred)
    for job in sorted(task.jobs, key=lambda one: (one.fixed or 0, one.rank)):
        if job.fixed is None or job.id in barred:
            continue
        if not board.put(job, job.fixed):
            unplaced[job.id] = f"no room for it in period {job.fixed}, for which it is fixed"
    waiting = {job.id: job for job in task.jobs if job.fixed is None}
    missing = {name: sum(one in waiting for one in job.after) for name, job in waiting.items()}
    deadline = _deadlines(task, after)
    ready = [
        (deadline.get(name, _NEVER), job.rank, name)
        for name, job in waiting.items()
        if not missing[name]
    ]
    heapify(ready)
    while ready:
        job = waiting[heappop(ready)[-1]]
        for name in after[job.id]:
            if name in missing:
                missing[name] -= 1
                if not missing[name]:
                    heappush(ready, (deadline.get(name, _NEVER), waiting[name].rank, name))
        if gone := [name for name in job.after if name in unplaced]:
            unplaced[job.id] = f"depends on {', '.join(gone)}, for which there is no place"
            continue
        earliest = 1 + max((board.end(name) for name in job.after), default=0)
        before = {name: board.placed[name][0][0] for name in after[job.id] if name in board.placed}
        if not board.put_soonest(job, earliest, min(before.values(), default=_NEVER)):
            first = min(before, key=lambda name: (before[name], name), default=None)
            unplaced[job.id] = (
                f"no room for it after period {earliest - 1}"
                if first is None
                else f"no room found for it before period {before[first]}, for which {first} is fixed"
            )
    return board, unplaced


def _deadlines(task: Task, after: Mapping[str, list[str]]) -> dict[str, int]:
    """Return the period before which each must end, where something fixed waits for it."""
    found: dict[str, int] = {}
    for job in reversed(task.jobs):
        bounds = [found[name] - 1 for name in after[job.id] if name in found]
        if job.fixed is not None:
            bounds.append(job.fixed)
        if bounds:
            found[job.id] = min(bounds)
    return found


def _too_soon(task: Task, board: _Board) -> dict[str, str]:
    """Return what stands in its fixed period before something that it depends on."""
    found: dict[str, str] = {}
    for job in task.jobs:
        if job.id not in board.placed:
            continue
        start = board.placed[job.id][0][0]
        if gone := [name for name in job.after if name not in board.placed]:
            found[job.id] = (
                f"fixed for period {job.fixed}, and {', '.join(gone)}, on which it depends, "
                "finds no place before"
            )
        elif late := [name for name in job.after if board.end(name) >= start]:
            found[job.id] = (
                f"fixed for period {job.fixed}, and {', '.join(late)}, on which it depends, "
                f"ends in period {max(map(board.end, late))}"
            )
    return found


class _Board:
    """What is placed so far, and the room that is left."""

    def __init__(self, task: Task) -> None:
        self.placed: dict[str, Shares] = {}
        self._task = task
        self._used: dict[int, Fraction] = {}
        # Of each effort, where to look after a period that has no place for it. It never will have:
        # room is only ever taken.
        self._next: defaultdict[Fraction | None, dict[int, int]] = defaultdict(dict)

    def end(self, name: str) -> int:
        return self.placed[name][-1][0]

    def put(self, job: Job, period: int) -> bool:
        """Place an element from a period on; False where it does not fit."""
        shares = self._fit(job, period)
        if shares is None:
            return False
        self.placed[job.id] = shares
        for place, share in shares:
            self._used[place] = self._used.get(place, Fraction(0)) + share
        return True

    def put_soonest(self, job: Job, earliest: int, before: int) -> bool:
        """Place an element as soon as it fits, to end before a period."""
        last = self._task.last_room
        period = self._from(job.effort, earliest)
        while period < before and (last is None or period <= last):
            shares = self._fit(job, period)
            if shares is not None and shares[-1][0] >= before:
                return False  # begun later it would not end sooner
            if shares is not None:
                return self.put(job, period)
            self._next[job.effort][period] = period + 1
            period = self._from(job.effort, period + 1)
        return False

    def _from(self, effort: Fraction | None, period: int) -> int:
        """Return the first period, from one on, that may have a place for an effort."""
        following = self._next[effort]
        passed = []
        while period in following:
            passed.append(period)
            period = following[period]
        for one in passed:
            following[one] = period
        return period

    def _left(self, period: int) -> Fraction:
        return self._task.room(period) - self._used.get(period, Fraction(0))

    def _fit(self, job: Job, period: int) -> Shares | None:
        room, left = self._task.room(period), self._left(period)
        if room == 0:
            return None
        if job.effort is None:
            return ((period, Fraction(0)),)
        if job.effort <= room:
            return ((period, job.effort),) if job.effort <= left else None
        if left == 0:
            return None
        shares = [(period, left)]
        rest = job.effort - left
        last = self._task.last_room
        while rest:
            period += 1
            room, left = self._task.room(period), self._left(period)
            if last is not None and period > last:
                return None
            if room == 0:
                continue
            if rest > left and left < room:
                return None  # it would be interrupted
            if left == 0:
                return None
            shares.append((period, min(rest, left)))
            rest -= min(rest, left)
        return tuple(shares)
