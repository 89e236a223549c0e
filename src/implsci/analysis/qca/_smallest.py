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
from typing import Final

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from implsci.analysis.qca._bits import bits
from implsci.analysis.qca._chart import Part
from implsci.analysis.qca._memberships import Vector
from implsci.errors import CannotEstimateError

# Prices are made feasible to rounding; a bound must beat the size by more than that.
SLACK = 1e-6

# Local search: exchanges tried for each row, at first and once a proof has begun. Too few cost a
# longer proof, never the result.
_EXCHANGES = 50
_THOROUGH = 600

# A proof takes time by about the square of the cells in its chart, and so many times more for each
# group between the bound and what is to be shown to be too few: so much of that is one step, of a
# whole proof and of one size in it. A branch takes time by the cells: so many are one step.
_HARDER = 4
_BEGINNING = 50_000
_STARTING = 5_000
_BRANCHING = 2

_UNDECIDED: Final = (-1,)
_INFEASIBLE = 2  # a status of milp
_MOST = 2**31 - 1  # branches that HiGHS can count


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
    cover = _good_cover(chart, least, _EXCHANGES)
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


def _good_cover(chart: NDArray[np.bool_], least: int, exchanges: int) -> tuple[int, ...]:
    """A small cover, by exchange of groups with weights on rows that are hard to cover.

    The search of Gao et al. (2015, doi:10.1016/j.ejor.2015.05.038): leave out what is missed
    least, bring in what covers a row left open, and let open rows weigh more every time.
    """
    covers = np.ascontiguousarray(chart.T, dtype=np.float64)
    cells = np.ascontiguousarray(chart, dtype=np.float64)
    groups_of = [np.flatnonzero(row) for row in chart]
    random = np.random.default_rng(0)
    weights = np.ones(len(chart))
    times = np.zeros(len(chart))
    changed = np.zeros(len(covers), dtype=np.int64)
    chosen: list[int] = []

    def leave_out(step: int, *, but_the_last: bool) -> NDArray[np.int64]:
        loss = covers[chosen] @ (weights * (times == 1))
        if but_the_last:
            loss[-1] = np.inf
        ties = np.flatnonzero(loss == loss.min()).tolist()
        at = min(ties, key=lambda at: (changed[chosen[at]], chosen[at]))
        changed[chosen[at]] = step
        np.subtract(times, covers[chosen.pop(at)], out=times)
        return np.flatnonzero(times == 0)

    while not times.all():
        chosen.append(int(np.argmax(covers @ (times == 0))))
        times += covers[chosen[-1]]
    best, left_open = tuple(sorted(chosen)), np.flatnonzero(times == 0)
    for step in range(1, exchanges * len(chart) + 1):
        complete = not len(left_open)
        while not len(left_open):
            best = tuple(sorted(chosen))
            if len(best) <= least:
                return best
            left_open = leave_out(step, but_the_last=False)
        if len(chosen) > 1:
            left_open = leave_out(step, but_the_last=not complete)
        groups = groups_of[left_open[random.integers(len(left_open))]]
        gain = weights[left_open] @ cells[left_open[:, None], groups]
        gain[changed[groups] == step] = -1
        likely = groups[gain == gain.max()]
        chosen.append(int(likely[np.argmin(changed[likely])]))
        changed[chosen[-1]] = step
        np.add(times, covers[chosen[-1]], out=times)
        left_open = left_open[times[left_open] == 0]
        weights[left_open] += 1
    return best


def _proved(
    chart: NDArray[np.bool_], prices: Vector, cover: tuple[int, ...], steps: int
) -> tuple[int, ...]:
    """One of the smallest covers: from the bound upwards, no size below it covers all rows.

    The fewer groups are allowed, the more of them are ruled out by the prices, and the shorter is
    the proof.
    """
    bound = math.fsum(prices)
    least = math.ceil(bound - SLACK)
    begun = _hardness(int(np.count_nonzero(chart)), len(cover) - bound) <= math.log(
        _BEGINNING * steps
    )
    while least < len(cover):
        found = _of_size(chart, prices, least, steps) if begun else _UNDECIDED
        if found is _UNDECIDED:
            raise CannotEstimateError(
                f"the fewest terms could not be proved within {steps:,} steps: the part of the "
                f"table that is hard needs from {least} to {len(cover)}; use fewer conditions, "
                f"other cut-offs, or a larger value of steps"
            )
        if found is not None:
            return found
        least += 1
        if least < len(cover):
            cover = min(cover, _good_cover(chart, least, _THOROUGH), key=len)
    return cover


def _of_size(
    chart: NDArray[np.bool_], prices: Vector, size: int, steps: int
) -> tuple[int, ...] | None:
    """A cover of no more than so many groups; None where there is none; or undecided."""
    from scipy.optimize import Bounds, milp
    from scipy.sparse import csr_array, vstack

    # A group worth too little leaves more to the others than they could cover.
    likely = np.flatnonzero(math.fsum(prices) + 1 - prices @ chart <= size + SLACK)
    if not chart[:, likely].any(axis=1).all():
        return None
    cells = csr_array(chart[:, likely].astype(np.float64))
    if _hardness(cells.nnz, size + 1 - math.fsum(prices)) > math.log(_STARTING * steps):
        return _UNDECIDED
    found = milp(
        np.ones(len(likely)),
        integrality=1,
        bounds=Bounds(0, 1),
        constraints=(
            vstack([cells, csr_array(np.ones((1, len(likely))))]),
            np.append(np.ones(len(chart)), 0),
            np.append(np.full(len(chart), np.inf), size),
        ),
        options={"node_limit": min(1 + steps * _BRANCHING // cells.nnz, _MOST), "mip_rel_gap": 0},
    )
    if found.status == _INFEASIBLE:
        return None
    if found.x is not None:
        better = likely[found.x > 0.5]
        if len(better) <= size and chart[:, better].any(axis=1).all():
            return tuple(better.tolist())
    return _UNDECIDED


def _hardness(cells: int, gap: float) -> float:
    """The time a proof takes, as a logarithm."""
    return 2 * math.log(cells) + gap * math.log(_HARDER)
