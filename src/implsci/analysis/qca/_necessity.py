"""Necessary conditions: what the outcome does not come without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from math import comb
from typing import Literal

import numpy as np
from attrs import field, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.qca._expressions import (
    ABSENT,
    EITHER,
    PRESENT,
    Term,
    in_term,
    literals,
    read_expression,
    term_order,
    write_sum,
    write_term,
)
from implsci.analysis.qca._fit import necessary
from implsci.analysis.qca._memberships import Data, Prepared, Vector, prepare
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError

_MOST_CANDIDATES = 2_000_000
_SLACK = 1e-9


@frozen(kw_only=True)
class NecessaryCondition:
    """How far the outcome lies within a condition.

    Attributes:
        condition: the condition, or conditions joined by ``*`` (and) or ``+`` (or).
        consistency: inclN, how far membership in the outcome goes with membership in the
            condition, 0 to 1; 1 means that no case has more of the outcome than of the condition.
        relevance: RoN, relevance of necessity, 0 to 1; near 0 the condition is trivial, as nearly
            every case has it; None where the condition has every case fully.
        coverage: covN, how much of the condition goes with the outcome, 0 to 1; None where no case
            has any of the condition.

    Examples:
        >>> from implsci.analysis import qca
        >>> row = qca.necessity({"TRUST": [1, 1, 1, 0], "UPTAKE": [1, 1, 0, 0]}, "UPTAKE").rows[0]
        >>> row.condition, row.consistency, row.relevance, round(row.coverage, 3)
        ('TRUST', 1.0, 0.5, 0.667)
    """

    condition: str
    consistency: float
    relevance: float | None
    coverage: float | None


@frozen(kw_only=True)
class Necessity(Result):
    """Necessary conditions with their figures; iterating gives the rows.

    Attributes:
        outcome: the outcome, with ``~`` before it where its absence is asked about.
        rows: one for each condition.
        n: number of cases.
        note: how the rows were chosen, in plain words.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis import qca
        >>> found = qca.necessity({"TRUST": [1, 1, 1, 0], "UPTAKE": [1, 1, 0, 0]}, "UPTAKE")
        >>> [row.condition for row in found], found.n
        (['TRUST'], 4)
    """

    outcome: str
    rows: tuple[NecessaryCondition, ...]
    n: int
    note: str = field(repr=False)
    assumptions: tuple[str, ...] = field(
        default=(
            "memberships are calibrated, and 0.5 parts cases in a set from cases out of it",
            "the cases without the condition are real chances for the outcome to occur without it",
        ),
        repr=False,
    )

    def __iter__(self) -> Iterator[NecessaryCondition]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a condition."""
        return tuple(
            {
                "condition": row.condition,
                "consistency": row.consistency,
                "relevance": row.relevance,
                "coverage": row.coverage,
            }
            for row in self.rows
        )

    def sentence(self) -> str:
        """Say which condition comes closest to necessity, with its figures."""
        if not self.rows:
            return f"Of {self.n} cases: {self.note}, and none was found for {self.outcome}."
        best = max(self.rows, key=lambda row: (row.consistency, row.relevance or 0))
        relevance = "undefined" if best.relevance is None else f"{best.relevance:.3f}"
        coverage = "undefined" if best.coverage is None else f"{best.coverage:.3f}"
        return (
            f"Among {self.n} cases ({self.note}), {best.condition} has the highest consistency as "
            f"a necessary condition of {self.outcome}: {best.consistency:.3f} (relevance "
            f"{relevance}, coverage {coverage}). This says that the outcome was "
            f"{_seldom(best.consistency)} seen without it in these cases, not that the condition "
            f"brings the outcome about."
        )


def _seldom(consistency: float) -> str:
    if consistency >= 1 - _SLACK:
        return "never"
    return "seldom" if consistency >= 0.9 else "at times"


@checked
def necessity(
    data: Data,
    outcome: str,
    expressions: Sequence[str] | None = None,
    *,
    absences: bool = False,
    conditions: Sequence[str] | None = None,
) -> Necessity:
    """Ask of each condition whether the outcome occurs without it.

    With X the membership in the condition and Y in the outcome, consistency (inclN) is
    sum min(X, Y) / sum Y and coverage (covN) sum min(X, Y) / sum X (Ragin 2006,
    doi:10.1093/pan/mpj019); relevance (RoN) is sum (1 - X) / sum (1 - min(X, Y)) (Schneider &
    Wagemann 2012, doi:10.1017/CBO9781139004244). A conjunction has the smallest membership of its
    parts, a disjunction the largest.

    A high consistency with a low relevance is trivial: nearly every case has the condition.

    Args:
        data: memberships by condition and outcome, 0 to 1.
        outcome: the outcome's name; with ``~`` before it, its absence.
        expressions: what to ask about, such as ``"A*B"``, ``"A + ~B"`` or ``"~A"``; each condition
            by itself if None.
        absences: ask about the absence of each condition as well.
        conditions: the conditions; all names but the outcome if None.

    Returns:
        One row for each, in the order asked; see `Necessity`.

    Raises:
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        InvalidQueryError: an expression that cannot be read.
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, or one membership in the outcome for all.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"TRUST": [0.9, 0.8, 0.7, 0.1], "UPTAKE": [0.8, 0.9, 0.3, 0.0]}
        >>> for row in qca.necessity(data, "UPTAKE"):
        ...     print(row.condition, f"{row.consistency:.3f} {row.relevance:.3f}")
        TRUST 0.950 0.714
    """
    held = prepare(data, outcome, conditions)
    if isinstance(expressions, str):
        raise InvalidQueryError("expressions are several texts, such as ['A*B', '~A']; got one")
    asked = expressions
    if asked is None:
        asked = [sign + name for sign in ("", "~")[: 1 + absences] for name in held.conditions]
    elif absences:
        raise InvalidQueryError("absences belongs to a run over all conditions: write them out")
    return Necessity(
        outcome=held.outcome,
        rows=tuple(_asked(held, text) for text in asked),
        n=len(held.y),
        note="conditions as asked about",
    )


def _asked(held: Prepared, text: str) -> NecessaryCondition:
    terms = read_expression(text, held.conditions)
    membership = np.maximum.reduce([in_term(held.x, term) for term in terms])
    return _measured(held, write_sum(terms, held.conditions), membership)


def _measured(held: Prepared, condition: str, membership: Vector) -> NecessaryCondition:
    fit = necessary(membership, held.y)
    assert fit.consistency is not None  # the outcome varies, so its sum is above 0
    return NecessaryCondition(
        condition=condition,
        consistency=fit.consistency,
        relevance=fit.relevance,
        coverage=fit.coverage,
    )


@checked
def necessary_combinations(
    data: Data,
    outcome: str,
    consistency: float = 0.9,
    relevance: float = 0.0,
    *,
    depth: int | None = None,
    conditions: Sequence[str] | None = None,
) -> Necessity:
    """Find every conjunction and disjunction that is necessary at the cut-offs.

    All conjunctions that reach both cut-offs are listed, single conditions among them. A
    disjunction only grows in consistency with each condition added, so it is listed only if no
    part of it reaches the cut-off of consistency by itself. Definitions and their sources stand at
    `necessity`; the search is the one that the R package QCA does by ``superSubset`` (Dusa 2019,
    doi:10.1007/978-3-319-75668-4), with our rule of what is listed.

    A disjunction needs an argument for what its parts have in common before it means anything.

    Args:
        data: memberships by condition and outcome, 0 to 1.
        outcome: the outcome's name; with ``~`` before it, its absence.
        consistency: cut-off of consistency, above 0 and up to 1.
        relevance: cut-off of relevance, 0 to 1.
        depth: the most conditions joined; all if None.
        conditions: the conditions; all names but the outcome if None.

    Returns:
        Conjunctions, then disjunctions, each from few conditions to many; see `Necessity`.

    Raises:
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        InvalidQueryError: a cut-off or depth out of its range, or more than two million
            combinations (give a depth).
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, or one membership in the outcome for all.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [1, 0, 1, 0], "B": [0, 1, 1, 0], "Y": [1, 1, 1, 0]}
        >>> [row.condition for row in qca.necessary_combinations(data, "Y")]
        ['A + B']
    """
    held = prepare(data, outcome, conditions)
    width = len(held.conditions)
    if not 0 < consistency <= 1 or not 0 <= relevance <= 1:
        raise InvalidQueryError(
            f"cut-offs of consistency and relevance lie between 0 and 1; got {consistency!r} and "
            f"{relevance!r}"
        )
    if depth is not None and not 1 <= depth <= width:
        raise InvalidQueryError(f"depth is a number from 1 to {width}; got {depth!r}")
    deepest = width if depth is None else depth
    count = sum(comb(width, size) << size for size in range(1, deepest + 1))
    if count > _MOST_CANDIDATES:
        raise InvalidQueryError(
            f"{width} conditions make {count:,} combinations; up to {_MOST_CANDIDATES:,} are "
            f"searched: give a depth, such as depth=3"
        )
    rows = [
        row
        for join in ("*", "+")
        for row in _search(held, join, consistency - _SLACK, deepest)
        if row.relevance is not None and row.relevance >= relevance - _SLACK
    ]
    return Necessity(
        outcome=held.outcome,
        rows=tuple(rows),
        n=len(held.y),
        note=(
            f"all combinations of up to {deepest} conditions with a consistency of at least "
            f"{consistency:g} and a relevance of at least {relevance:g}"
        ),
    )


def _search(
    held: Prepared, join: Literal["*", "+"], cut: float, deepest: int
) -> Iterator[NecessaryCondition]:
    """Level by level: a conjunction can pass only if its parts do, a disjunction only if none."""
    width = len(held.conditions)
    total = float(held.y.sum())
    going_on: set[Term] = {(EITHER,) * width}
    for size in range(1, deepest + 1):
        passed: list[tuple[Term, Vector]] = []
        next_on: set[Term] = set()
        for chosen in combinations(range(width), size):
            for signs in product((PRESENT, ABSENT), repeat=size):
                term = _term(width, chosen, signs)
                if any(_without(term, place) not in going_on for place in chosen):
                    continue
                parts = literals(held.x, term)
                joined = (np.minimum if join == "*" else np.maximum).reduce(parts)
                meets = float(np.minimum(joined, held.y).sum()) / total >= cut
                if meets:
                    passed.append((term, joined))
                if meets == (join == "*"):
                    next_on.add(term)
        for term, joined in sorted(passed, key=lambda found: term_order(found[0])):
            if join == "+" and size == 1:
                continue
            sign = "*" if join == "*" else " + "
            yield _measured(held, write_term(term, held.conditions, sign), joined)
        going_on = next_on


def _term(width: int, places: Sequence[int], signs: Sequence[int]) -> Term:
    digits = [EITHER] * width
    for place, sign in zip(places, signs, strict=True):
        digits[place] = sign
    return tuple(digits)


def _without(term: Term, place: int) -> Term:
    return (*term[:place], EITHER, *term[place + 1 :])
