"""The two searches: minimally sufficient conjunctions, and minimally necessary disjunctions of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.cna._data import Vector
from implsci.analysis.cna._formulas import Conjunction, Disjunction, is_irredundant, ordered
from implsci.errors import CannotEstimateError

__all__ = ["MAX_STEPS", "Found", "Limits", "atomic_formulas", "sufficient_conjunctions"]

MAX_STEPS = 10_000_000
# Sums of memberships are not exact: 9 cases of 10 must reach a coverage of 0.9.
_SLACK = 1e-9


class Limits(NamedTuple):
    """How far the search goes: conjuncts in a conjunction, conjunctions in a formula, complexity."""

    conjuncts: int
    disjuncts: int
    complexity: int


class Found(NamedTuple):
    """A formula with how well it fits the cases."""

    causes: Disjunction
    consistency: float
    coverage: float


def sufficient_conjunctions(
    matrix: Vector, causes: Sequence[int], outcome: Vector, consistency: float, longest: int
) -> dict[Conjunction, Vector]:
    """Return the conjunctions that suffice for the outcome while no part of them does.

    Args:
        matrix: memberships, a row a case.
        causes: columns that may be causes.
        outcome: memberships of the cases in the outcome.
        consistency: least consistency of each.
        longest: most literals in one.

    Returns:
        Each with the memberships of the cases in it, the shortest first.
    """
    literal = {(at, True): matrix[:, at] for at in causes} | {
        (at, False): 1 - matrix[:, at] for at in causes
    }
    found: dict[Conjunction, Vector] = {}
    masks: list[int] = []
    for size in range(1, min(longest, len(causes)) + 1):
        new: list[int] = []
        for chosen in combinations(causes, size):
            for signs in product((True, False), repeat=size):
                conjunction = tuple(zip(chosen, signs, strict=True))
                mask = sum(1 << 2 * at + sign for at, sign in conjunction)
                if any(part & mask == part for part in masks):
                    continue
                members = np.minimum.reduce([literal[one] for one in conjunction])
                total = members.sum()
                if total and np.minimum(members, outcome).sum() / total >= consistency - _SLACK:
                    found[conjunction] = members
                    new.append(mask)
        masks += new
    return found


def atomic_formulas(
    conjunctions: dict[Conjunction, Vector],
    outcome: Vector,
    consistency: float,
    coverage: float,
    limits: Limits,
) -> Iterator[Found]:
    """Yield the disjunctions that suffice and are necessary while no part of them is both.

    Conjunctions that hold in the same cases to the same degree are searched once, and told apart
    again in the end.
    """
    alike: dict[bytes, list[Conjunction]] = defaultdict(list)
    vectors: dict[bytes, Vector] = {}
    for conjunction, members in conjunctions.items():
        key = members.tobytes()
        alike[key].append(conjunction)
        vectors[key] = members
    groups = list(alike.values())
    if not groups:
        return
    members = np.array([vectors[key] for key in alike])
    shortest = [min(map(len, group)) for group in groups]
    for chosen, con, cov in _covers(members, shortest, outcome, consistency, coverage, limits):
        for picked in product(*(groups[index] for index in chosen)):
            formula = ordered(picked)
            if sum(map(len, formula)) <= limits.complexity and is_irredundant(formula):
                yield Found(formula, con, cov)


def _covers(
    members: Vector,
    shortest: Sequence[int],
    outcome: Vector,
    consistency: float,
    coverage: float,
    limits: Limits,
) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """Yield the smallest sets of rows whose union reaches both thresholds, with its fit."""
    solved = list(_reaching(members, shortest, outcome, consistency, coverage, limits))
    sets = sorted((frozenset(rows) for rows, _, _ in solved), key=len)
    smallest: list[frozenset[int]] = []
    for one in sets:
        if not any(part < one for part in smallest):
            smallest.append(one)
    kept = set(smallest)
    yield from (found for found in solved if frozenset(found[0]) in kept)


def _reaching(
    members: Vector,
    shortest: Sequence[int],
    outcome: Vector,
    consistency: float,
    coverage: float,
    limits: Limits,
) -> Iterator[tuple[tuple[int, ...], float, float]]:
    """Yield sets of rows whose union reaches both thresholds, the smallest among them.

    Three things only get worse as rows join, so a set is left at once where one of them fails: a row
    that adds nothing to what the others cover of the outcome never does so later; what a further
    row can add shrinks; and what the union holds beside the outcome grows.
    """
    total = outcome.sum()
    lengths = np.array(shortest)
    covered = np.minimum(members, outcome)
    steps = 0
    # Each open set: its rows, their literals, their union, what is covered without each, and the
    # rows that may still join.
    waiting: list[tuple[tuple[int, ...], int, Vector, Vector, NDArray[np.intp]]] = [
        ((), 0, np.zeros_like(outcome), np.zeros((0, len(outcome))), np.arange(len(members)))
    ]
    while waiting:
        rows, length, union, without, new = waiting.pop()
        steps += len(new)
        if steps > MAX_STEPS:
            raise CannotEstimateError(
                f"more than {MAX_STEPS:,} disjunctions would have to be searched; lower "
                "maxstep, name an outcome, or leave factors out"
            )
        now = np.minimum(union, outcome)
        new = new[length + lengths[new] <= limits.complexity]
        gained = np.maximum(now, covered[new])
        useful = (gained != now).any(axis=1)
        for one in without:
            useful &= (np.maximum(one, covered[new]) != gained).any(axis=1)
        new, gained = new[useful], gained[useful]
        joined = np.maximum(union, members[new])
        inside, whole = gained.sum(axis=1), joined.sum(axis=1)
        cov, con = inside / total, inside / whole
        solves = (cov >= coverage - _SLACK) & (con >= consistency - _SLACK)
        for at in np.flatnonzero(solves):
            yield (*rows, int(new[at])), float(con[at]), float(cov[at])
        left = limits.disjuncts - len(rows) - 1
        if not left or not len(new):
            continue
        best = np.minimum(inside + left * _later(inside - now.sum()), total)
        possible = (best / total >= coverage - _SLACK) & (
            best / (best + whole - inside) >= consistency - _SLACK
        )
        for at in np.flatnonzero(~solves & possible):
            index = int(new[at])
            each = np.vstack([np.maximum(without, covered[index]), now])
            waiting.append(
                ((*rows, index), length + shortest[index], joined[at], each, new[at + 1 :])
            )


def _later(gains: Vector) -> Vector:
    """Return, for each place, the largest gain after it; 0 for the last."""
    largest = np.maximum.accumulate(gains[::-1])[::-1]
    return np.append(largest[1:], 0.0)
