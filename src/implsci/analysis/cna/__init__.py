"""Coincidence analysis: which combinations of factors make a difference to which others.

Asked of cases whose factors are present or absent (0 and 1) or present to a degree (0 to 1), it
returns every formula that the data allow: what is sufficient and necessary for each outcome, and
the structures that join several outcomes.

Examples:
    >>> from implsci.analysis.cna import cna
    >>> found = cna({"training": [1, 1, 0, 0], "trust": [1, 0, 1, 0], "uptake": [1, 0, 0, 0]})
    >>> [formula.expression for formula in found.atomic]
    ['training*trust <-> uptake']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import prod

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    from implsci.analysis.cna._data import Cases, Columns, Rows, known, may_cause, read, tiers
    from implsci.analysis.cna._formulas import (
        Bicondition,
        Literal,
        irredundant_together,
        minimal_joins,
        written,
    )
    from implsci.analysis.cna._search import Limits, atomic_formulas, sufficient_conjunctions
except ModuleNotFoundError as error:
    raise MissingExtraError(feature="coincidence analysis", extra="analysis") from error

__all__ = ["MAX_FACTORS", "AtomicFormula", "Coincidences", "ComplexFormula", "cna"]


def __dir__() -> list[str]:
    return __all__


MAX_FACTORS = 10
"""Most factors that vary which `cna` searches exactly; about 8 is comfortable.

Examples:
    >>> MAX_FACTORS
    10
"""

_MAX_JOINS = 20_000


@frozen(kw_only=True)
class AtomicFormula:
    """What is minimally sufficient and, in its alternatives, minimally necessary for one outcome.

    Attributes:
        expression: the formula, such as ``A*~B + C <-> E``; ``*`` is and, ``+`` or, ``~`` not.
        outcome: the outcome, such as ``E`` or ``~E``.
        consistency: share of the formula's left side that goes with the outcome, 0 to 1.
        coverage: share of the outcome that goes with the left side, 0 to 1.
        complexity: how many literals stand on the left.

    Examples:
        >>> found = cna({"A": [1, 0, 1, 0], "B": [1, 0, 0, 1], "E": [1, 0, 1, 0]}, outcome="E")
        >>> found.atomic[0].expression, found.atomic[0].complexity
        ('A <-> E', 1)
    """

    expression: str
    outcome: str
    consistency: float
    coverage: float
    complexity: int


@frozen(kw_only=True)
class ComplexFormula:
    """Atomic formulas of different outcomes that together describe one structure.

    Attributes:
        expression: the formulas joined, such as ``(L + G <-> E)*(U + D <-> L)``; one alone stands
            without brackets.
        outcomes: their outcomes, by name.
        consistency: the lowest consistency among them.
        coverage: the lowest coverage among them.
        complexity: how many literals stand on the left sides together.

    Examples:
        >>> found = cna({"A": [1, 0, 1, 0], "B": [1, 0, 0, 1], "E": [1, 0, 1, 0]}, outcome="E")
        >>> found.complex[0].expression, found.complex[0].outcomes
        ('A <-> E', ('E',))
    """

    expression: str
    outcomes: tuple[str, ...]
    consistency: float
    coverage: float
    complexity: int


@frozen(kw_only=True)
class Coincidences(Result):
    """Every formula that the cases allow, as `cna` returns it.

    Attributes:
        atomic: the atomic formulas by outcome, the simplest first, all ties included.
        complex: the complex formulas, the simplest first, all ties included.
        cases: number of cases.
        factors: names of the factors.
        constant: factors that never vary, which were left out: what never varies makes no
            difference.
        thresholds: the consistency and the coverage that were asked for.
        maxstep: most literals in a conjunction, conjunctions in a formula, literals in a formula.
        assumptions: what must hold for a formula to speak of causes.

    Examples:
        >>> found = cna({"A": [1, 0, 1, 0], "B": [1, 0, 0, 1], "E": [1, 0, 1, 0]}, outcome="E")
        >>> found.cases, found.maxstep
        (4, (3, 4, 10))
    """

    atomic: tuple[AtomicFormula, ...]
    complex: tuple[ComplexFormula, ...]
    cases: int
    factors: tuple[str, ...]
    constant: tuple[str, ...]
    thresholds: tuple[float, float]
    maxstep: tuple[int, int, int]
    assumptions: tuple[str, ...] = (
        "no cause that is left out of the data varies with those in it and with the outcome",
        "the cases show the combinations of factors that the structure allows; where some are "
        "missing, several formulas fit, and all are returned",
        "causes work by regularities: a factor is one if it is an indispensable part of what is "
        "sufficient and necessary",
        "outcomes may stand in a circle unless an ordering forbids it",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a formula, the atomic ones first.

        Examples:
            >>> found = cna({"A": [1, 0, 1, 0], "B": [1, 0, 0, 1], "E": [1, 0, 1, 0]}, outcome="E")
            >>> [row["kind"] for row in found.to_rows()]
            ['atomic', 'complex']
        """
        return tuple(self._rows())

    def _rows(self) -> Iterator[Row]:
        formulas: tuple[AtomicFormula | ComplexFormula, ...] = (*self.atomic, *self.complex)
        for one in formulas:
            alone = isinstance(one, AtomicFormula)
            yield {
                "kind": "atomic" if alone else "complex",
                "outcome": one.outcome
                if isinstance(one, AtomicFormula)
                else ", ".join(one.outcomes),
                "expression": one.expression,
                "consistency": one.consistency,
                "coverage": one.coverage,
                "complexity": one.complexity,
            }

    def sentence(self) -> str:
        """Say what was found, and how many formulas the cases cannot tell apart.

        Examples:
            >>> found = cna({"A": [1, 0, 1, 0], "B": [1, 0, 0, 1], "E": [1, 0, 1, 0]}, outcome="E")
            >>> from textwrap import fill
            >>> print(fill(found.sentence(), 74))
            Coincidence analysis of 4 cases (consistency at least 1, coverage at least
            1): the simplest of 1 complex formula is A <-> E (consistency 1, coverage
            1). It is a hypothesis about causes only if the assumptions hold.
        """
        con, cov = self.thresholds
        head = (
            f"Coincidence analysis of {self.cases} cases (consistency at least {con:g}, coverage "
            f"at least {cov:g})"
        )
        if not self.complex:
            return (
                f"{head} finds no formula with at most {self.maxstep[0]} literals in a conjunction, "
                f"{self.maxstep[1]} conjunctions and {self.maxstep[2]} literals in all; that says "
                "nothing about structures beyond these limits."
            )
        first, count = self.complex[0], len(self.complex)
        ties = (
            ""
            if count == 1
            else " The cases do not tell the formulas apart; all of them are returned."
        )
        return (
            f"{head}: the simplest of {count} complex formula{'s' if count > 1 else ''} is "
            f"{first.expression} (consistency {first.consistency:.3g}, coverage "
            f"{first.coverage:.3g}).{ties} It is a hypothesis about causes only if the assumptions "
            "hold."
        )


@checked
def cna(
    data: Columns | Rows,
    consistency: float = 1,
    coverage: float = 1,
    *,
    outcome: str | Sequence[str] | None = None,
    ordering: str | None = None,
    strict: bool = False,
    maxstep: tuple[int, int, int] = (3, 4, 10),
) -> Coincidences:
    """Find every formula by which some factors are sufficient and necessary for others.

    With memberships X of the cases in a formula and Y in the outcome, conjunctions taken by the
    smallest, disjunctions by the largest membership and ``~X = 1 - X``:
    consistency = sum min(X, Y) / sum X and coverage = sum min(X, Y) / sum Y. For each outcome

    1. conjunctions that reach `consistency` while no part of them does (minimally sufficient);
    2. disjunctions of these that reach both thresholds while no part of them does (minimally
       necessary), and of which no literal can go without a change in what they say: the atomic
       formulas;
    3. one atomic formula of each outcome joined, less those that follow from the others: the
       complex formulas, whose consistency and coverage are the lowest of their parts.

    The method is that of Baumgartner 2009 (doi:10.1177/0049124109339369) in the form of Baumgartner
    and Ambühl 2020 (doi:10.1017/psrm.2018.45).

    Args:
        data: memberships from 0 to 1, as columns by factor or as cases (a mapping each).
        consistency: least consistency of conjunctions and formulas, above 0 up to 1.
        coverage: least coverage of formulas, above 0 up to 1.
        outcome: the factors to explain, such as ``"E"`` or ``["E", "~L"]``; None for each factor.
        ordering: what can come of what, as in ``"A, B < C < D"``: no factor is a cause of one in an
            earlier place; what is not named comes first.
        strict: whether factors in the same place cannot be causes of each other either.
        maxstep: limits of the search: most literals in a conjunction, conjunctions in a formula,
            and literals in a formula. Within them the search is exhaustive.

    Returns:
        The formulas, ordered by outcome, complexity, fit (consistency times coverage), and
        then as they are written. None at all is a result, not an error.

    Raises:
        CannotEstimateError: fewer than 2 factors or no case, a value that is missing, an outcome
            that never varies, more than `MAX_FACTORS` factors that vary, or a search too large.
        InvalidQueryError: a value that is no membership, a threshold or limit out of range, an
            ordering that cannot be read.
        UnknownNameError: an outcome, or a factor of the ordering, that the data do not have.

    Examples:
        >>> cases = {"A": [1, 1, 0, 0], "B": [1, 0, 1, 0], "E": [1, 1, 1, 0]}
        >>> found = cna(cases, outcome="E")
        >>> found.atomic[0].expression, found.atomic[0].coverage
        ('A + B <-> E', 1.0)
    """
    _in_range("consistency", consistency)
    _in_range("coverage", coverage)
    if len(maxstep) != 3 or not all(type(step) is int and step >= 1 for step in maxstep):
        raise InvalidQueryError(
            f"maxstep: expected three whole numbers from 1, such as (3, 4, 10), got {maxstep!r}"
        )
    cases = read(data)
    place = tiers(ordering, cases.factors)
    varying = [at for at in range(len(cases.factors)) if len(set(cases.matrix[:, at])) > 1]
    if len(varying) > MAX_FACTORS:
        raise CannotEstimateError(
            f"{len(varying)} factors vary, and the search is exact for at most {MAX_FACTORS}; "
            "leave some out"
        )
    found: dict[str, list[tuple[AtomicFormula, Bicondition]]] = {}
    for index, present in _outcomes(outcome, cases, varying):
        name = cases.factors[index]
        possible = [at for at in varying if may_cause(cases.factors[at], name, place, strict)]
        rows = _atomic(cases, (index, present), possible, (consistency, coverage), Limits(*maxstep))
        if rows:
            found.setdefault(name, []).extend(rows)
    by_name = [sorted(found[name], key=_atomic_rank) for name in sorted(found)]
    return Coincidences(
        atomic=tuple(formula for rows in by_name for formula, _ in rows),
        complex=_joined(by_name),
        cases=len(cases.matrix),
        factors=cases.factors,
        constant=tuple(name for at, name in enumerate(cases.factors) if at not in varying),
        thresholds=(consistency, coverage),
        maxstep=maxstep,
    )


def _in_range(name: str, value: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
        raise InvalidQueryError(f"{name}: expected a number above 0 up to 1, got {value!r}")


def _outcomes(
    asked: str | Sequence[str] | None, cases: Cases, varying: Sequence[int]
) -> tuple[Literal, ...]:
    if asked is None:
        return tuple((at, True) for at in varying)
    wanted: dict[Literal, None] = {}
    for text in [asked] if isinstance(asked, str) else asked:
        name = text.strip().removeprefix("~").strip()
        known(name, cases.factors)
        index = cases.factors.index(name)
        if index not in varying:
            raise CannotEstimateError(f"the outcome {name} never varies")
        wanted[index, not text.strip().startswith("~")] = None
    if not wanted:
        raise InvalidQueryError("outcome: expected a factor or several, got none")
    return tuple(wanted)


def _atomic(
    cases: Cases,
    outcome: Literal,
    possible: Sequence[int],
    thresholds: tuple[float, float],
    limits: Limits,
) -> list[tuple[AtomicFormula, Bicondition]]:
    index, present = outcome
    target = cases.matrix[:, index] if present else 1 - cases.matrix[:, index]
    consistency, coverage = thresholds
    conjunctions = sufficient_conjunctions(
        cases.matrix, possible, target, consistency, limits.conjuncts
    )
    name = cases.factors[index] if present else f"~{cases.factors[index]}"
    return [
        (
            AtomicFormula(
                expression=f"{written(one.causes, cases.factors)} <-> {name}",
                outcome=name,
                consistency=one.consistency,
                coverage=one.coverage,
                complexity=sum(map(len, one.causes)),
            ),
            Bicondition(one.causes, outcome),
        )
        for one in atomic_formulas(conjunctions, target, consistency, coverage, limits)
    ]


def _atomic_rank(row: tuple[AtomicFormula, Bicondition]) -> tuple[object, ...]:
    formula, parts = row
    return (formula.outcome.startswith("~"), *_rank(formula), _signs(parts))


def _rank(formula: AtomicFormula | ComplexFormula) -> tuple[int, float]:
    # Rounded, so that equal fits do not part at the sixteenth digit.
    return formula.complexity, -round(formula.consistency * formula.coverage, 9)


def _signs(parts: Bicondition) -> tuple[object, ...]:
    return tuple(
        (len(conjunction), tuple((index, not present) for index, present in conjunction))
        for conjunction in parts.causes
    )


def _joined(
    by_name: Sequence[Sequence[tuple[AtomicFormula, Bicondition]]],
) -> tuple[ComplexFormula, ...]:
    """Join one formula of each outcome, in every way, less what is redundant."""
    if not by_name:
        return ()
    count = prod(map(len, by_name))
    if count > _MAX_JOINS:
        raise CannotEstimateError(
            f"{count:,} ways to join the atomic formulas, more than the {_MAX_JOINS:,} that are "
            "searched; name an outcome or an ordering, or ask for a higher coverage"
        )
    formula_of = {parts: formula for rows in by_name for formula, parts in rows}
    # A dict keeps the order in which they come: that of the atomic formulas.
    kept: dict[tuple[Bicondition, ...], None] = {}
    for picked in product(*by_name):
        kept.update(dict.fromkeys(minimal_joins([parts for _, parts in picked])))
    complex_ = [
        _complex([formula_of[part] for part in parts])
        for parts in kept
        if irredundant_together(parts)
    ]
    return tuple(sorted(complex_, key=_rank))


def _complex(formulas: Sequence[AtomicFormula]) -> ComplexFormula:
    return ComplexFormula(
        expression=formulas[0].expression
        if len(formulas) == 1
        else "*".join(f"({one.expression})" for one in formulas),
        outcomes=tuple(one.outcome for one in formulas),
        consistency=min(one.consistency for one in formulas),
        coverage=min(one.coverage for one in formulas),
        complexity=sum(one.complexity for one in formulas),
    )
