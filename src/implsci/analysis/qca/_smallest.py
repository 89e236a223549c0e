"""The fewest groups that cover a part, proved.

A local search finds a small cover. That none is smaller follows from prices on rows such that no
group is worth more than 1, as every cover then has at least as many groups as the prices add up to
(linear programming duality); where that is not enough, the solver HiGHS (Huangfu and Hall 2018,
doi:10.1007/s12532-017-0130-5) looks for a smaller cover until it has one or has shown that there is
none.
"""

from __future__ import annotations

import math
from functools import reduce
from operator import and_

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from implsci.analysis.qca._bits import bits
from implsci.analysis.qca._chart import Part
from implsci.analysis.qca._memberships import Vector
from implsci.errors import CannotEstimateError

# Prices are made feasible to rounding; a bound must beat the size by more than that.
SLACK = 1e-6

# Local search: exchanges tried for each row. Too few cost a longer proof, never the result.
_EXCHANGES = 50

# The proof takes time by about the square of the cells in the chart: so many of that are one step
# of its start, and of every branch.
_STARTING = 100
_BRANCHING = 5_000

_INFEASIBLE = 2  # a status of milp


@frozen
class Smallest:
    """One of the smallest covers of a part, and the prices of its rows."""

    cover: tuple[int, ...]
    prices: dict[int, float] = field(repr=False)


def smallest(part: Part, steps: int) -> Smallest:
    """Find a smallest cover.

    Raises:
        CannotEstimateError: the proof that it is one takes more than `steps`.
    """
    rows = list(bits(part.rows))
    place = {row: at for at, row in enumerate(rows)}
    groups = _largest(part)
    chart = np.zeros((len(rows), len(groups)), dtype=np.bool_)
    for at, group in enumerate(groups):
        chart[[place[row] for row in bits(part.rows_of[group])], at] = True
    prices = _prices(chart)
    least = math.ceil(math.fsum(prices) - SLACK)
    cover = _good_cover(chart, least)
    if len(cover) > least:
        cover = _proved(chart, prices, cover, steps)
    return Smallest(
        tuple(groups[at] for at in cover), dict(zip(rows, prices.tolist(), strict=True))
    )


def _largest(part: Part) -> list[int]:
    """The groups whose rows no other group covers with more: some smallest cover is of these."""
    choices = part.choices()
    return [
        group
        for group, covered in enumerate(part.rows_of)
        if reduce(and_, (choices[row] for row in bits(covered))) == 1 << group
    ]


def _prices(chart: NDArray[np.bool_]) -> Vector:
    """The prices that bound the size of covers from below most tightly."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    worth = csr_array(chart.T.astype(np.float64))
    found = linprog(
        -np.ones(len(chart)), A_ub=worth, b_ub=np.ones(chart.shape[1]), bounds=(0, None)
    )
    best: Vector = np.maximum(found.x, 0)
    best /= max(1.0, float((worth @ best).max()))
    return best


def _good_cover(chart: NDArray[np.bool_], least: int) -> tuple[int, ...]:
    """A small cover, by exchange of groups with weights on rows that are hard to cover.

    The search of Gao et al. (2015, doi:10.1016/j.ejor.2015.05.038): leave out what is missed
    least, bring in what covers a row left open, and let open rows weigh more every time.
    """
    covers = np.ascontiguousarray(chart.T, dtype=np.float64)
    groups_of = [np.flatnonzero(row) for row in chart]
    random = np.random.default_rng(0)
    weights = np.ones(len(chart))
    times = np.zeros(len(chart))
    changed = np.zeros(len(covers), dtype=np.int64)
    chosen: list[int] = []

    def leave_out(step: int, barred: int) -> None:
        loss = covers[chosen] @ (weights * (times == 1))
        at = min(
            (at for at, group in enumerate(chosen) if group != barred),
            key=lambda at: (loss[at], changed[chosen[at]], chosen[at]),
        )
        changed[chosen[at]] = step
        np.subtract(times, covers[chosen.pop(at)], out=times)

    while not times.all():
        chosen.append(int(np.argmax(covers @ (times == 0))))
        times += covers[chosen[-1]]
    best, newest = tuple(sorted(chosen)), -1
    for step in range(1, _EXCHANGES * len(chart) + 1):
        while times.all():
            best = tuple(sorted(chosen))
            if len(best) <= least:
                return best
            leave_out(step, -1)
        if len(chosen) > 1:
            leave_out(step, newest)
        open_rows = np.flatnonzero(times == 0)
        groups = groups_of[open_rows[random.integers(len(open_rows))]]
        gain = covers[groups] @ (weights * (times == 0))
        gain[changed[groups] == step] = -1
        likely = groups[gain == gain.max()]
        newest = int(likely[np.argmin(changed[likely])])
        chosen.append(newest)
        changed[newest] = step
        times += covers[newest]
        weights[times == 0] += 1
    return best


def _proved(
    chart: NDArray[np.bool_], prices: Vector, cover: tuple[int, ...], steps: int
) -> tuple[int, ...]:
    """The cover if there is no smaller one; else one of the smallest."""
    from scipy.optimize import Bounds, milp
    from scipy.sparse import csr_array, vstack

    fewer = len(cover) - 1
    bound = math.fsum(prices)
    # A group worth too little leaves more to the others than they could cover.
    likely = np.flatnonzero(bound + 1 - prices @ chart <= fewer + SLACK)
    if not chart[:, likely].any(axis=1).all():
        return cover
    cells = csr_array(chart[:, likely].astype(np.float64))
    branches = steps // math.ceil(cells.nnz**2 / _BRANCHING)
    least = math.ceil(bound - SLACK)
    if cells.nnz**2 <= _STARTING * steps:
        found = milp(
            np.ones(len(likely)),
            integrality=1,
            bounds=Bounds(0, 1),
            constraints=(
                vstack([cells, csr_array(np.ones((1, len(likely))))]),
                np.append(np.ones(len(chart)), 0),
                np.append(np.full(len(chart), np.inf), fewer),
            ),
            options={"node_limit": branches, "mip_rel_gap": 0},
        )
        if found.status == _INFEASIBLE:
            return cover
        if found.x is not None:
            better = likely[found.x > 0.5]
            if chart[:, better].any(axis=1).all():
                cover = tuple(better.tolist())
        if found.mip_dual_bound is not None:
            least = max(least, math.ceil(found.mip_dual_bound - SLACK))
        if len(cover) <= least:
            return cover
    raise CannotEstimateError(
        f"the fewest terms could not be proved within {steps:,} steps: the part of the table that "
        f"is hard needs from {least} to {len(cover)}; use fewer conditions, other cut-offs, or a "
        f"larger value of steps"
    )
