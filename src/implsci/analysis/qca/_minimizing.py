"""From a truth table to its simplest descriptions: conservative, parsimonious, intermediate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from implsci.analysis._arguments import checked
from implsci.analysis.qca._expressions import (
    ABSENT,
    EITHER,
    PRESENT,
    Term,
    in_term,
    row_term,
    rows_in,
    write_term,
)
from implsci.analysis.qca._memberships import Vector
from implsci.analysis.qca._searching import Found, Search
from implsci.analysis.qca._sufficiency import (
    CAVEAT,
    SufficientCondition,
    condition_row,
    fit_sum,
    measured,
)
from implsci.analysis.qca._table import TruthTable
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.names import close_names

SolutionKind: TypeAlias = Literal["conservative", "parsimonious", "intermediate"]
"""What is assumed of combinations without cases; `minimize` says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(SolutionKind)
    ('conservative', 'parsimonious', 'intermediate')
"""

Expectation: TypeAlias = Literal["present", "absent"]
"""In which state a condition is expected to contribute to the outcome.

Examples:
    >>> from typing import get_args
    >>> get_args(Expectation)
    ('present', 'absent')
"""

_LIMIT = 1_000
_STEPS = 2_000_000


@frozen(eq=False)
class _Remainders:
    """The remainders of a table and the terms of a model, to be compared when somebody asks."""

    names: tuple[str, ...]
    terms: tuple[Term, ...]
    rows: NDArray[np.int64]

    def covered(self) -> tuple[str, ...]:
        taken = np.logical_or.reduce([rows_in(term, self.rows) for term in self.terms])
        return tuple(
            write_term(row_term(row, len(self.names)), self.names)
            for row in self.rows[taken].tolist()
        )


@frozen(kw_only=True)
class Model:
    """One way to describe the outcome, as `minimize` returns it.

    Attributes:
        expression: a sum of products, such as ``A*~B + C``: terms of few conditions first, then
            by the order of the conditions.
        terms: the terms with their figures.
        consistency: consistency of the whole, 0 to 1.
        pri: PRI of the whole; None where undefined.
        coverage: coverage of the whole, 0 to 1.
        remainders: what `simplifying_assumptions` is read from.

    Examples:
        >>> from implsci.analysis import qca
        >>> table = qca.truth_table({"A": [1, 1, 0], "B": [1, 0, 0], "Y": [1, 0, 0]}, "Y")
        >>> model = qca.minimize(table, solution="parsimonious").models[0]
        >>> model.expression, model.simplifying_assumptions, model.coverage
        ('B', ('~A*B',), 1.0)
    """

    expression: str
    terms: tuple[SufficientCondition, ...]
    consistency: float
    pri: float | None
    coverage: float
    remainders: _Remainders = field(repr=False, eq=False)

    @property
    def simplifying_assumptions(self) -> tuple[str, ...]:
        """The remainders that this model takes to go with the outcome, though no case shows it."""
        return self.remainders.covered()


@frozen(kw_only=True)
class Solution(Result):
    """The models of one kind that describe the positive rows of a truth table.

    Every model listed is proved to be minimal. Where thousands tie they are counted, not listed:
    `count` is how many there are, and `models` the first of them in the order stated. Where there
    are too many to search, `count` is None; `models` are then some of them, found one from another
    by exchanging one term, and ordered among themselves.

    Attributes:
        kind: ``conservative``, ``parsimonious`` or ``intermediate``.
        outcome: the outcome, with ``~`` before it where its absence is described.
        models: those that tie, in a stable order: fewer terms first, then fewer conditions, then
            by the order of terms. No more than the caller's `limit`.
        prime_implicants: every term a model could be made of; each covers a positive row.
        essential: prime implicants that stand in every model; where `count` is None, those that are
            known to.
        count: how many models tie; None where not all have been found.
        complete: whether `models` holds all of them.
        assumptions: what must hold, expectations among it.

    Examples:
        >>> from implsci.analysis import qca
        >>> table = qca.truth_table({"A": [1, 1, 0], "B": [1, 0, 0], "Y": [1, 0, 0]}, "Y")
        >>> found = qca.minimize(table)
        >>> [model.expression for model in found.models], found.essential
        (['A*B'], ('A*B',))
        >>> found.count, found.complete
        (1, True)
    """

    kind: SolutionKind
    outcome: str
    models: tuple[Model, ...]
    prime_implicants: tuple[str, ...]
    essential: tuple[str, ...]
    count: int | None
    complete: bool
    n: int = field(repr=False)
    assumptions: tuple[str, ...] = field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a term, and one with the term "(all)" for the whole of each model."""
        return tuple(
            {
                "model": number,
                "expression": model.expression,
                "term": row.condition if row is not whole else "(all)",
                **{key: v for key, v in condition_row(row).items() if key != "condition"},
            }
            for number, model in enumerate(self.models, start=1)
            for whole in [
                SufficientCondition(
                    condition=model.expression,
                    consistency=model.consistency,
                    pri=model.pri,
                    coverage=model.coverage,
                    unique_coverage=None,
                )
            ]
            for row in (*model.terms, whole)
        )

    def _tied(self) -> str:
        listed = len(self.models)
        if self.count is None:
            return f"at least {listed:,} models fit equally well (not all could be found)"
        more = "" if self.complete else f" ({listed:,} are listed: there are more)"
        return f"{self.count:,} models fit equally well{more}"

    def sentence(self) -> str:
        """Say the models, the figures of the first, and what it rests on."""
        first = self.models[0]
        pri = "undefined" if first.pri is None else f"{first.pri:.3f}"
        tied = first.expression
        if not self.complete or len(self.models) > 1:
            tied = f"{self._tied()}, so no single one should be reported alone; the first is {tied}"
        return (
            f"The {self.kind} solution for {self.outcome} over {self.n} cases: {tied} "
            f"(consistency {first.consistency:.3f}, PRI {pri}, coverage {first.coverage:.3f}; "
            f"{len(first.simplifying_assumptions)} assumptions on combinations without cases). "
            f"{CAVEAT}"
        )


@checked
def minimize(
    table: TruthTable,
    solution: SolutionKind = "conservative",
    *,
    expectations: Mapping[str, Expectation | None] | None = None,
    irredundant: bool = False,
    limit: int = _LIMIT,
    steps: int = _STEPS,
) -> Solution:
    """Find every simplest expression that covers the positive rows and no negative one.

    A prime implicant is a conjunction that covers no row it must not, and stops being so when any
    of its conditions is let go (Quine 1952, doi:10.1080/00029890.1952.11988183). A model is a set
    of prime implicants that covers all positive rows. What counts as minimal is the rule of the R
    package QCA: as few prime implicants as possible, however many conditions they hold; every set
    of that size is a model. With `irredundant`, every set from which no prime implicant can be
    left out is one, which is the wider rule that Baumgartner and Thiem (2017,
    doi:10.1177/0049124115610351) ask for. The search is exact: what cannot be proved is an error.

    - ``conservative`` (complex) assumes nothing of remainders: they are not covered.
    - ``parsimonious`` may cover any remainder that makes an expression simpler.
    - ``intermediate`` may cover easy counterfactuals alone (Ragin 2008,
      doi:10.7208/chicago/9780226702797.001.0001): for each conservative model and each
      parsimonious model, a conservative term loses those conditions that stand against an
      expectation and that a parsimonious term containing it does without; the remainders in what
      is left are easy. Positive rows and easy remainders are then minimized anew. With several
      conservative or parsimonious models the intermediate models of every pair are returned.

    Args:
        table: the truth table.
        solution: the kind.
        expectations: for ``intermediate``: for each condition ``present`` or ``absent``, the state
            in which it should contribute to the outcome that the table is about; None, or a
            condition left out, expects neither.
        irredundant: return the irredundant models, not only the shortest.
        limit: list at most this many models: the first of those that tie, in their order.
        steps: how much work each search may take. A step is about one row looked at in one branch,
            and the default of 2,000,000 is used up in a few seconds on an ordinary machine. The
            proof that no model has fewer terms is given up with an error where it takes more; the
            list of what ties is then cut off where it takes more, and says so.

    Returns:
        The models with their figures, and how many tie; see `Solution`.

    Raises:
        InvalidQueryError: an unknown kind, expectations with another kind than ``intermediate`` or
            none with it, a limit or steps below 1.
        UnknownNameError: an expectation about a condition that is not in the table.
        CannotEstimateError: no row is positive, none is negative where remainders may be covered,
            or the fewest terms cannot be proved within `steps`; it says between which numbers the
            fewest lie.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [1, 1, 1, 0], "B": [1, 1, 0, 1], "C": [1, 0, 0, 0], "Y": [1, 1, 0, 0]}
        >>> table = qca.truth_table(data, "Y")
        >>> qca.minimize(table).models[0].expression
        'A*B'
        >>> hoped = {"A": "present", "B": "present", "C": "present"}
        >>> qca.minimize(table, "intermediate", expectations=hoped).models[0].expression
        'A*B'
    """
    if solution not in get_args(SolutionKind):
        raise InvalidQueryError(
            f"solution is one of {', '.join(get_args(SolutionKind))}; got {solution!r}"
        )
    if limit < 1 or steps < 1:
        raise InvalidQueryError(f"limit and steps are 1 or more; got {limit!r} and {steps!r}")
    search = Search(table, fewest=not irredundant, limit=limit, steps=steps)
    expected = _expected(table, solution, expectations)
    if solution == "intermediate":
        found = search.intermediate(expected)
    elif solution == "parsimonious":
        found = search.parsimonious()
    else:
        found = search.conservative()
    return _solution(table, solution, search, found, expected)


def _expected(
    table: TruthTable, solution: str, expectations: Mapping[str, Expectation | None] | None
) -> Term:
    if (solution == "intermediate") != (expectations is not None):
        raise InvalidQueryError(
            "the intermediate solution, and it alone, takes expectations, such as "
            "expectations={'A': 'present', 'B': 'absent', 'C': None}"
        )
    digits = dict.fromkeys(table.conditions, EITHER)
    for name, state in (expectations or {}).items():
        if name not in digits:
            raise UnknownNameError("condition", name, close_names(name, digits))
        if state not in (None, *get_args(Expectation)):
            raise InvalidQueryError(
                f"an expectation is 'present', 'absent' or None; got {state!r} for {name}"
            )
        if state is not None:
            digits[name] = PRESENT if state == "present" else ABSENT
    return tuple(digits.values())


def _solution(
    table: TruthTable, kind: SolutionKind, search: Search, found: Found, expected: Term
) -> Solution:
    names = table.conditions
    fits = _Fits(table, np.flatnonzero(search.remainders))
    models = tuple(fits.model(terms) for terms in found.models)
    complete = found.count == len(models)
    return Solution(
        kind=kind,
        outcome=table.outcome,
        models=models,
        prime_implicants=tuple(write_term(prime, names) for prime in found.primes),
        essential=tuple(
            write_term(prime, names) for prime in found.primes if prime in found.essential
        ),
        count=found.count,
        complete=complete,
        n=len(table.data.y),
        assumptions=(
            *table.assumptions,
            *_assumed(kind, expected, names),
            *(() if complete else (_listed(found.count, len(models)),)),
        ),
    )


def _listed(count: int | None, listed: int) -> str:
    if count is not None:
        return f"the list of models is not complete: the first {listed:,} of {count:,} are listed"
    return (
        f"the list of models is not complete: {listed:,} are listed, and how many there are is not "
        f"known"
    )


class _Fits:
    """Figures of models; those of a term are reckoned once, as models share most of them."""

    def __init__(self, table: TruthTable, remainders: NDArray[np.int64]) -> None:
        self.table = table
        self.remainders = remainders
        self.known: dict[Term, tuple[Vector, SufficientCondition]] = {}

    def model(self, terms: tuple[Term, ...]) -> Model:
        names, y = self.table.conditions, self.table.data.y
        for term in terms:
            if term not in self.known:
                membership = in_term(self.table.data.x, term)
                row = measured(write_term(term, names), membership, y, None)
                self.known[term] = membership, row
        memberships = [self.known[term][0] for term in terms]
        alone = [self.known[term][1] for term in terms]
        rows, whole = fit_sum(alone, memberships, y)
        return Model(
            expression=whole.condition,
            terms=rows,
            consistency=whole.consistency,
            pri=whole.pri,
            coverage=whole.coverage,
            remainders=_Remainders(names, terms, self.remainders),
        )


def _assumed(kind: SolutionKind, expected: Term, names: tuple[str, ...]) -> tuple[str, ...]:
    if kind == "conservative":
        return ("combinations without cases are taken to say nothing",)
    if kind == "parsimonious":
        return (
            "combinations without cases are taken to go with the outcome where that is simpler",
        )
    stated = write_term(expected, names, " and ") or "none of the conditions"
    return (
        "combinations without cases are taken to go with the outcome where that is simpler and "
        f"agrees with the expectation that these contribute: {stated}",
    )
