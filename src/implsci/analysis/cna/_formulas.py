"""Formulas of coincidence analysis as plain structures: written out, and free of redundancy or not.

A literal is the index of a factor and whether it is present; a conjunction is a tuple of literals
in the order of the factors, and a disjunction a tuple of conjunctions, the shortest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Bicondition",
    "Conjunction",
    "Disjunction",
    "Literal",
    "irredundant_together",
    "is_irredundant",
    "minimal_joins",
    "ordered",
    "written",
]

Literal: TypeAlias = tuple[int, bool]
Conjunction: TypeAlias = tuple[Literal, ...]
Disjunction: TypeAlias = tuple[Conjunction, ...]
_Worlds: TypeAlias = NDArray[np.bool_]


class Bicondition(NamedTuple):
    """A disjunction that is said to be sufficient and necessary for an outcome."""

    causes: Disjunction
    outcome: Literal


def written(formula: Disjunction, factors: Sequence[str]) -> str:
    """Write a disjunction, such as ``A*~B + C``."""
    return " + ".join(
        "*".join(_literal(literal, factors) for literal in conjunction) for conjunction in formula
    )


def _literal(literal: Literal, factors: Sequence[str]) -> str:
    index, present = literal
    return factors[index] if present else f"~{factors[index]}"


def ordered(conjunctions: Iterable[Conjunction]) -> Disjunction:
    """Put conjunctions in the order they are written in: the shortest first, then by factor."""
    return tuple(sorted(conjunctions, key=_rank))


def _rank(conjunction: Conjunction) -> tuple[int, tuple[tuple[int, bool], ...]]:
    return len(conjunction), tuple((index, not present) for index, present in conjunction)


def _worlds(indexes: Iterable[int]) -> dict[int, _Worlds]:
    """Return for each factor whether it is present, in every logically possible configuration."""
    wanted = sorted(set(indexes))
    number = np.arange(2 ** len(wanted))
    return {index: (number >> bit & 1).astype(bool) for bit, index in enumerate(wanted)}


def _truth(formula: Disjunction, worlds: dict[int, _Worlds]) -> _Worlds:
    size = next(iter(worlds.values())).size
    result = np.zeros(size, dtype=bool)
    for conjunction in formula:
        part = np.ones(size, dtype=bool)
        for index, present in conjunction:
            part &= worlds[index] if present else ~worlds[index]
        result |= part
    return result


def _shortened(formula: Disjunction) -> Iterator[Disjunction]:
    """Yield the formula less one literal or less one conjunction, in every way."""
    for at, conjunction in enumerate(formula):
        rest = formula[:at] + formula[at + 1 :]
        yield rest
        if len(conjunction) > 1:
            for cut in range(len(conjunction)):
                yield (*rest, conjunction[:cut] + conjunction[cut + 1 :])


def is_irredundant(formula: Disjunction) -> bool:
    """Say whether no part of a disjunction can go without a change in what it says.

    One that holds everywhere, or nowhere, says nothing.
    """
    worlds = _worlds(index for conjunction in formula for index, _ in conjunction)
    whole = _truth(formula, worlds)
    if whole.all() or not whole.any():
        return False
    return not any(np.array_equal(_truth(less, worlds), whole) for less in _shortened(formula))


def _holds(one: Bicondition, worlds: dict[int, _Worlds]) -> _Worlds:
    holds: _Worlds = _truth(one.causes, worlds) == _truth(((one.outcome,),), worlds)
    return holds


def _joint_worlds(parts: Sequence[Bicondition]) -> dict[int, _Worlds]:
    return _worlds(
        index
        for part in parts
        for conjunction in (*part.causes, (part.outcome,))
        for index, _ in conjunction
    )


def minimal_joins(parts: Sequence[Bicondition]) -> tuple[tuple[Bicondition, ...], ...]:
    """Return the smallest selections of formulas that say as much as all of them together."""
    worlds = _joint_worlds(parts)
    truths = [_holds(part, worlds) for part in parts]
    whole = np.logical_and.reduce(truths)

    def equal(kept: frozenset[int]) -> bool:
        return bool(kept) and np.array_equal(
            np.logical_and.reduce([truths[index] for index in sorted(kept)]), whole
        )

    smallest: set[frozenset[int]] = set()
    seen: set[frozenset[int]] = set()
    waiting = [frozenset(range(len(parts)))]
    while waiting:
        kept = waiting.pop()
        if kept in seen:
            continue
        seen.add(kept)
        fewer = [less for less in (kept - {one} for one in kept) if equal(less)]
        waiting.extend(fewer)
        if not fewer:
            smallest.add(kept)
    return tuple(
        tuple(parts[index] for index in sorted(one)) for one in sorted(smallest, key=sorted)
    )


def irredundant_together(parts: Sequence[Bicondition]) -> bool:
    """Say whether no literal or conjunction can go from a joined formula without changing it."""
    worlds = _joint_worlds(parts)
    truths = [_holds(part, worlds) for part in parts]
    whole = np.logical_and.reduce(truths)
    for at, part in enumerate(parts):
        others = np.ones_like(whole)
        for index, truth in enumerate(truths):
            if index != at:
                others &= truth
        for less in _shortened(part.causes):
            if np.array_equal(others & _holds(Bicondition(less, part.outcome), worlds), whole):
                return False
    return bool(whole.any())
