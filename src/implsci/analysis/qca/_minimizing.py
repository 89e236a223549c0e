"""From a truth table to its simplest descriptions: conservative, parsimonious, intermediate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from implsci.analysis._arguments import checked
from implsci.analysis.qca._covers import covers
from implsci.analysis.qca._expressions import (
    ABSENT,
    EITHER,
    PRESENT,
    Term,
    in_term,
    row_term,
    rows_in,
    term_order,
    write_term,
)
from implsci.analysis.qca._memberships import Vector
from implsci.analysis.qca._primes import is_tautology, prime_implicants
from implsci.analysis.qca._sufficiency import (
    CAVEAT,
    SufficientCondition,
    condition_row,
    fit_terms,
)
from implsci.analysis.qca._table import TruthTable
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError
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

_MOST_MODELS = 10_000
_STEPS = 5_000_000


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
    """All models of one kind that describe the positive rows of a truth table.

    Attributes:
        kind: ``conservative``, ``parsimonious`` or ``intermediate``.
        outcome: the outcome, with ``~`` before it where its absence is described.
        models: all that tie, in a stable order: fewer terms first, then fewer conditions, then by
            the order of terms.
        prime_implicants: every term a model could be made of; each covers a positive row.
        essential: prime implicants that stand in every model.
        complete: False where the caller's `limit` cut the models off.
        assumptions: what must hold, expectations among it.

    Examples:
        >>> from implsci.analysis import qca
        >>> table = qca.truth_table({"A": [1, 1, 0], "B": [1, 0, 0], "Y": [1, 0, 0]}, "Y")
        >>> found = qca.minimize(table)
        >>> [model.expression for model in found.models], found.essential, found.complete
        (['A*B'], ('A*B',), True)
    """

    kind: SolutionKind
    outcome: str
    models: tuple[Model, ...]
    prime_implicants: tuple[str, ...]
    essential: tuple[str, ...]
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

    def sentence(self) -> str:
        """Say the models, the figures of the first, and what it rests on."""
        first = self.models[0]
        pri = "undefined" if first.pri is None else f"{first.pri:.3f}"
        count = len(self.models)
        tied = (
            f"{count} models fit equally well, so no single one should be reported alone; the "
            f"first is {first.expression}"
            if count > 1
            else first.expression
        )
        cut = "" if self.complete else " (cut off at the limit asked for: there are more)"
        return (
            f"The {self.kind} solution for {self.outcome} over {self.n} cases: {tied}{cut} "
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
    limit: int | None = None,
    steps: int = _STEPS,
) -> Solution:
    """Find every simplest expression that covers the positive rows and no negative one.

    A prime implicant is a conjunction that covers no row it must not, and stops being so when any
    of its conditions is let go (Quine 1952, doi:10.1080/00029890.1952.11988183). A model is a set
    of prime implicants that covers all positive rows. What counts as minimal is the rule of the R
    package QCA: as few prime implicants as possible, however many conditions they hold; every set
    of that size is a model. With `irredundant`, every set from which no prime implicant can be
    left out is one, which is the wider rule that Baumgartner and Thiem (2017,
    doi:10.1177/0049124115610351) ask for. The search is exact.

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
        limit: return at most this many models, the first that are found, and say so in
            `Solution.complete`. None returns all of up to 10,000 and refuses more.
        steps: how many steps each search for models may take before it is given up with an error;
            a step is about one row looked at in one branch, or a tenth of an implicant weighed. The
            default of 5,000,000 is used up within some ten seconds on an ordinary machine; a
            larger number lets the search go on in proportion. Finding the prime implicants comes
            before, and takes some seconds with 14 or 15 conditions.

    Returns:
        All models with their figures; see `Solution`.

    Raises:
        InvalidQueryError: an unknown kind, expectations with another kind than ``intermediate`` or
            none with it, a limit or steps below 1.
        UnknownNameError: an expectation about a condition that is not in the table.
        CannotEstimateError: no row is positive, none is negative where remainders may be covered,
            there are more than 10,000 models and no `limit`, or the search takes too long.

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
    if (limit is not None and limit < 1) or steps < 1:
        raise InvalidQueryError(f"limit and steps are 1 or more; got {limit!r} and {steps!r}")
    search = _Search(table, fewest=not irredundant, limit=limit, steps=steps)
    expected = _expected(table, solution, expectations)
    if solution == "intermediate":
        found = search.intermediate(expected)
    else:
        found = search.minimal(search.remainders if solution == "parsimonious" else search.nothing)
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


@frozen
class _Found:
    """Models as sums of terms, the terms they are made from, and whether that is all of them."""

    models: tuple[tuple[Term, ...], ...]
    primes: tuple[Term, ...]
    complete: bool


class _Search:
    """The rows of a table as masks, and the models under what is assumed of the remainders."""

    def __init__(self, table: TruthTable, *, fewest: bool, limit: int | None, steps: int) -> None:
        self.width = len(table.conditions)
        known = {row.number - 1: row.output for row in table.rows if row.output is not None}
        everything = np.arange(1 << self.width, dtype=np.int64)
        self.positive = np.isin(everything, [row for row, output in known.items() if output == 1])
        self.remainders = ~np.isin(everything, list(known))
        self.nothing = np.zeros_like(self.remainders)
        self.rows = np.flatnonzero(self.positive)
        self.fewest, self.limit, self.steps = fewest, limit, steps
        if not len(self.rows):
            best = max((row.consistency for row in table.rows), default=0.0)
            raise CannotEstimateError(
                f"no row of the truth table has the output 1 for {table.outcome}: the highest "
                f"consistency is {best:.3f}, the cut-off {table.consistency:g}"
            )

    def minimal(self, assumed: NDArray[np.bool_]) -> _Found:
        """All minimal models where the assumed remainders may be covered."""
        primes = prime_implicants(self.positive | assumed, self.positive, self.width)
        if is_tautology(primes):
            raise CannotEstimateError(
                "no row of the truth table has the output 0, so nothing sets the outcome apart"
            )
        found, complete = covers(
            [_bits(rows_in(prime, self.rows)) for prime in primes],
            len(self.rows),
            fewest=self.fewest,
            most=self.limit or _MOST_MODELS,
            steps=self.steps,
        )
        if not complete and self.limit is None:
            raise self.too_many()
        models = tuple(tuple(primes[position] for position in cover) for cover in found)
        return _Found(models, primes, complete)

    def too_many(self) -> CannotEstimateError:
        """What is said instead of showing some of the models as if they were all."""
        return CannotEstimateError(
            f"more than {_MOST_MODELS:,} models fit equally well: stricter cut-offs or fewer "
            f"conditions narrow them down; limit= returns the first that are found"
        )

    def intermediate(self, expected: Term) -> _Found:
        """All models that rest on easy counterfactuals alone, over every pair of models."""
        conservative, parsimonious = self.minimal(self.nothing), self.minimal(self.remainders)
        assumptions = {
            self._easy(careful, bold, expected).tobytes()
            for careful in conservative.models
            for bold in parsimonious.models
        }
        models: dict[tuple[Term, ...], None] = {}
        primes: set[Term] = set()
        complete = conservative.complete and parsimonious.complete
        for easy in sorted(assumptions):
            found = self.minimal(np.frombuffer(easy, dtype=np.bool_))
            models.update(dict.fromkeys(found.models))
            primes.update(found.primes)
            complete = complete and found.complete
            if len(models) > (self.limit or _MOST_MODELS):
                complete = False
                break
        if not complete and self.limit is None:
            raise self.too_many()
        return _Found(
            models=tuple(models)[: self.limit],
            primes=tuple(sorted(primes, key=term_order)),
            complete=complete,
        )

    def _easy(
        self, careful: Iterable[Term], bold: Iterable[Term], expected: Term
    ) -> NDArray[np.bool_]:
        easy = np.zeros_like(self.remainders)
        everything = np.arange(1 << self.width, dtype=np.int64)
        for short in bold:
            for long in careful:
                if all(s in (EITHER, d) for s, d in zip(short, long, strict=True)):
                    kept = tuple(
                        EITHER if s == EITHER and d != EITHER and e == 1 - d else d
                        for s, d, e in zip(short, long, expected, strict=True)
                    )
                    easy |= rows_in(kept, everything)
        return easy & self.remainders


def _bits(mask: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def _solution(
    table: TruthTable, kind: SolutionKind, search: _Search, found: _Found, expected: Term
) -> Solution:
    memberships: dict[Term, Vector] = {}
    open_rows = np.flatnonzero(search.remainders)
    names = table.conditions
    models = tuple(
        _model(table, terms, memberships, open_rows) for terms in sorted(found.models, key=_order)
    )
    shared = set.intersection(*(set(terms) for terms in found.models))
    return Solution(
        kind=kind,
        outcome=table.outcome,
        models=models,
        prime_implicants=tuple(write_term(prime, names) for prime in found.primes),
        essential=tuple(write_term(prime, names) for prime in found.primes if prime in shared),
        complete=found.complete,
        n=len(table.data.y),
        assumptions=(*table.assumptions, *_assumed(kind, expected, names)),
    )


def _order(terms: tuple[Term, ...]) -> tuple[object, ...]:
    keys = [term_order(term) for term in terms]
    return (len(keys), sum(size for size, _ in keys), keys)


def _model(
    table: TruthTable,
    terms: tuple[Term, ...],
    memberships: dict[Term, Vector],
    open_rows: NDArray[np.int64],
) -> Model:
    for term in terms:
        if term not in memberships:
            memberships[term] = in_term(table.data.x, term)
    names = table.conditions
    rows, whole = fit_terms(terms, [memberships[term] for term in terms], table.data.y, names)
    return Model(
        expression=whole.condition,
        terms=rows,
        consistency=whole.consistency,
        pri=whole.pri,
        coverage=whole.coverage,
        remainders=_Remainders(names, terms, open_rows),
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
