"""Sufficient conditions: what the outcome comes with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from attrs import field, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.qca._expressions import Term, in_term, read_expression, write_term
from implsci.analysis.qca._fit import sufficient, unique_coverages
from implsci.analysis.qca._memberships import Data, Vector, prepare
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError

CAVEAT = (
    "This describes which combinations went with the outcome in these cases; it does not show that "
    "they bring it about."
)


@frozen(kw_only=True)
class SufficientCondition:
    """How far a condition lies within the outcome.

    Attributes:
        condition: the condition, or conditions joined by ``*`` (and) or ``+`` (or).
        consistency: inclS, how far membership in the condition goes with membership in the
            outcome, 0 to 1.
        pri: the same without what speaks for the outcome and its absence alike, 0 to 1; None where
            all of it does.
        coverage: covS, how much of the outcome goes with the condition, 0 to 1.
        unique_coverage: covU, how much goes with this term and with no other of the expression;
            None where there is no other.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [1, 1, 0, 0], "B": [0, 1, 1, 0], "Y": [1, 1, 1, 0]}
        >>> row = qca.sufficiency(data, "Y", "A + B").rows[0]
        >>> row.condition, row.consistency, round(row.coverage, 3), round(row.unique_coverage, 3)
        ('A', 1.0, 0.667, 0.333)
    """

    condition: str
    consistency: float
    pri: float | None
    coverage: float
    unique_coverage: float | None


@frozen(kw_only=True)
class Sufficiency(Result):
    """Sufficient conditions with their figures; iterating gives the rows.

    Attributes:
        outcome: the outcome, with ``~`` before it where its absence is asked about.
        rows: one for each condition, or for each term of the expression asked about.
        whole: the figures of the whole expression; None where conditions were taken one by one.
        n: number of cases.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [1, 1, 0, 0], "B": [0, 1, 1, 0], "Y": [1, 1, 1, 0]}
        >>> qca.sufficiency(data, "Y", "A + B").whole.coverage
        1.0
    """

    outcome: str
    rows: tuple[SufficientCondition, ...]
    whole: SufficientCondition | None
    n: int
    assumptions: tuple[str, ...] = field(
        default=("memberships are calibrated, and 0.5 parts cases in a set from cases out of it",),
        repr=False,
    )

    def __iter__(self) -> Iterator[SufficientCondition]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a condition; the last is the whole expression where one was asked."""
        rows = self.rows if self.whole is None else (*self.rows, self.whole)
        return tuple(condition_row(row) for row in rows)

    def sentence(self) -> str:
        """Say how consistent the expression, or the most consistent condition, is."""
        best = self.whole or max(self.rows, key=lambda row: row.consistency)
        pri = "undefined" if best.pri is None else f"{best.pri:.3f}"
        which = "" if self.whole else "the most consistent of the conditions, "
        return (
            f"Among {self.n} cases, {which}{best.condition} goes with {self.outcome} at a "
            f"consistency of {best.consistency:.3f} (PRI {pri}) and covers {best.coverage:.3f} of "
            f"it. {CAVEAT}"
        )


def condition_row(row: SufficientCondition) -> dict[str, str | float | None]:
    """A condition as a line of plain values."""
    return {
        "condition": row.condition,
        "consistency": row.consistency,
        "pri": row.pri,
        "coverage": row.coverage,
        "unique_coverage": row.unique_coverage,
    }


@checked
def sufficiency(
    data: Data,
    outcome: str,
    expression: str | None = None,
    *,
    conditions: Sequence[str] | None = None,
) -> Sufficiency:
    """Ask how far the outcome comes with a condition or an expression.

    With X the membership in the condition and Y in the outcome: consistency (inclS) is
    sum min(X, Y) / sum X; coverage (covS) sum min(X, Y) / sum Y (Ragin 2006,
    doi:10.1093/pan/mpj019); PRI, the proportional reduction in inconsistency, (sum min(X, Y) -
    sum min(X, Y, 1 - Y)) / (sum X - sum min(X, Y, 1 - Y)) (Ragin 2008,
    doi:10.7208/chicago/9780226702797.001.0001). The unique coverage (covU) of a term is the
    coverage of the whole expression less that of the expression without it.

    Args:
        data: memberships by condition and outcome, 0 to 1.
        outcome: the outcome's name; with ``~`` before it, its absence.
        expression: a sum of products, such as ``"A*~B + C"``: ``*`` is and, ``+`` is or, ``~`` is
            absence. None takes each condition by itself.
        conditions: the conditions; all names but the outcome if None.

    Returns:
        One row a term, with the whole expression beside them; see `Sufficiency`.

    Raises:
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        InvalidQueryError: an expression that cannot be read.
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, one membership in the outcome for all, or no case with any
            membership in a condition.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"TRUST": [0.9, 0.8, 0.2, 0.1], "UPTAKE": [0.8, 0.9, 0.3, 0.0]}
        >>> whole = qca.sufficiency(data, "UPTAKE", "TRUST").whole
        >>> f"{whole.consistency:.3f} {whole.pri:.3f} {whole.coverage:.3f}"
        '0.900 0.867 0.900'
    """
    held = prepare(data, outcome, conditions)
    if expression is None:
        terms = tuple(read_expression(name, held.conditions)[0] for name in held.conditions)
        rows = tuple(
            measured(name, membership, held.y, None)
            for name, membership in zip(held.conditions, held.x, strict=True)
        )
        return Sufficiency(outcome=held.outcome, rows=rows, whole=None, n=len(held.y))
    terms = read_expression(expression, held.conditions)
    rows, whole = fit_terms(terms, [in_term(held.x, t) for t in terms], held.y, held.conditions)
    return Sufficiency(outcome=held.outcome, rows=rows, whole=whole, n=len(held.y))


def fit_terms(
    terms: Sequence[Term], memberships: Sequence[Vector], y: Vector, conditions: Sequence[str]
) -> tuple[tuple[SufficientCondition, ...], SufficientCondition]:
    """The figures of each term, and of their sum."""
    alone = [
        measured(write_term(term, conditions), membership, y, None)
        for term, membership in zip(terms, memberships, strict=True)
    ]
    return fit_sum(alone, memberships, y)


def fit_sum(
    alone: Sequence[SufficientCondition], memberships: Sequence[Vector], y: Vector
) -> tuple[tuple[SufficientCondition, ...], SufficientCondition]:
    """The figures of each term beside the others, and of their sum, from those of each alone."""
    whole = " + ".join(row.condition for row in alone)
    unique = unique_coverages(memberships, y) if len(alone) > 1 else (None,)
    rows = tuple(
        SufficientCondition(
            condition=row.condition,
            consistency=row.consistency,
            pri=row.pri,
            coverage=row.coverage,
            unique_coverage=own,
        )
        for row, own in zip(alone, unique, strict=True)
    )
    return rows, measured(whole, np.maximum.reduce(memberships), y, None)


def measured(
    condition: str, membership: Vector, y: Vector, unique: float | None
) -> SufficientCondition:
    """The figures of one condition."""
    fit = sufficient(membership, y)
    if fit.consistency is None or fit.coverage is None:
        raise CannotEstimateError(f"no case has any membership in {condition}")
    return SufficientCondition(
        condition=condition,
        consistency=fit.consistency,
        pri=fit.pri,
        coverage=fit.coverage,
        unique_coverage=unique,
    )
