"""The minimal models of a truth table, under what is assumed of the remainders."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from implsci.analysis.qca._bits import of_mask, to_mask
from implsci.analysis.qca._covers import Budget, Covers, SpentError, covers
from implsci.analysis.qca._expressions import (
    EITHER,
    Term,
    rows_in,
    rows_in_each,
    term_order,
)
from implsci.analysis.qca._primes import is_tautology, prime_implicants
from implsci.analysis.qca._table import TruthTable
from implsci.errors import CannotEstimateError

# An intermediate solution is made from so many parsimonious models, and says where there are more.
_MOST_BOLD = 1_000

# Models of several sets of easy remainders are counted together up to so many.
_MOST_UNITED = 10_000

# Steps: to set up one search anew; and cells, sets of conditions by positive rows, that are one
# step when prime implicants are found.
_SETTING_UP = 5_000
_CELLS = 50

# Where not all pairs can be looked at, this part of the steps is spent on those that can.
_PARTIAL = 4

# Steps to hold one term against another.
_COMPARING = 4

Model: TypeAlias = tuple[Term, ...]


@frozen
class Found:
    """What a search came to.

    Attributes:
        models: as many as were asked for, in order.
        primes: the terms they are made from.
        essential: terms that are known to stand in every model.
        count: how many models there are; None where not all have been found.
    """

    models: tuple[Model, ...]
    primes: tuple[Term, ...]
    essential: frozenset[Term]
    count: int | None


@frozen
class _Minimal:
    """Prime implicants and the covers made of them."""

    primes: tuple[Term, ...]
    covers: Covers

    def first(self, most: int) -> tuple[Model, ...]:
        return tuple(tuple(self.primes[one] for one in cover) for cover in self.covers.first(most))

    def essential(self) -> frozenset[Term]:
        return frozenset(self.primes[one] for one in self.covers.in_all())


class Search:
    """A truth table as masks over all its rows, and how to search it."""

    def __init__(self, table: TruthTable, *, fewest: bool, limit: int, steps: int) -> None:
        self.table = table
        self.fewest, self.limit, self.steps = fewest, limit, steps
        outputs = np.full(1 << len(table.conditions), -1)
        for row in table.rows:
            if row.output is not None:
                outputs[row.number - 1] = row.output
        self.positive = outputs == 1
        self.remainders = outputs == -1

    def conservative(self) -> Found:
        """The models that assume nothing of remainders."""
        return self._found(self._minimal(np.zeros_like(self.remainders), Budget(self.steps)))

    def parsimonious(self) -> Found:
        """The models that may cover any remainder."""
        return self._found(self._minimal(self.remainders, Budget(self.steps)))

    def intermediate(self, expected: Term) -> Found:
        """The models that rest on easy counterfactuals alone, over every pair of models."""
        careful = self._minimal(np.zeros_like(self.remainders), Budget(self.steps))
        bold = self._minimal(self.remainders, Budget(self.steps))
        easy, whole = self._easy(careful, bold, expected)
        budget = Budget(self.steps if whole else self.steps // _PARTIAL)
        each: list[_Minimal] = []
        for assumed in easy:
            if each and (each[-1].covers.count is None or budget.left <= 0):
                whole = False
                break
            budget.left -= _SETTING_UP + int(self.positive.sum()) * len(self.positive) // _CELLS
            each.append(self._minimal(to_mask(assumed, len(self.remainders)), budget))
        return self._found(each[0]) if whole and len(each) == 1 else self._united(each, whole)

    def _found(self, minimal: _Minimal) -> Found:
        return Found(
            models=minimal.first(self.limit),
            primes=minimal.primes,
            essential=minimal.essential(),
            count=minimal.covers.count,
        )

    def _united(self, each: list[_Minimal], whole: bool) -> Found:
        """The models under several assumptions; the same model may be among those of more than one."""
        counts = [minimal.covers.count or _MOST_UNITED + 1 for minimal in each]
        counted = whole and sum(counts) <= _MOST_UNITED
        most = _MOST_UNITED if counted else self.limit
        primes = tuple(sorted({one for m in each for one in m.primes}, key=term_order))
        place = {prime: (term_order(prime)[0], at) for at, prime in enumerate(primes)}

        def rank(model: Model) -> tuple[int, int, list[int]]:
            places = [place[term] for term in model]
            return len(model), sum(size for size, _ in places), [at for _, at in places]

        models = sorted({model for minimal in each for model in minimal.first(most)}, key=rank)
        return Found(
            models=tuple(models[: self.limit]),
            primes=primes,
            essential=frozenset.intersection(*(minimal.essential() for minimal in each))
            if whole
            else frozenset(),
            count=len(models) if counted else None,
        )

    def _minimal(self, assumed: NDArray[np.bool_], budget: Budget) -> _Minimal:
        """All minimal models where the assumed remainders may be covered."""
        rows = np.flatnonzero(self.positive)
        if not len(rows):
            best = max((row.consistency for row in self.table.rows), default=0.0)
            raise CannotEstimateError(
                f"no row of the truth table has the output 1 for {self.table.outcome}: the highest "
                f"consistency is {best:.3f}, the cut-off {self.table.consistency:g}"
            )
        width = len(self.table.conditions)
        primes = prime_implicants(self.positive | assumed, self.positive, width)
        if is_tautology(primes):
            raise CannotEstimateError(
                "no row of the truth table has the output 0, so nothing sets the outcome apart"
            )
        return _Minimal(
            primes,
            covers(
                rows_in_each(primes, rows),
                len(rows),
                [sum(digit != EITHER for digit in prime) for prime in primes],
                fewest=self.fewest,
                budget=budget,
            ),
        )

    def _easy(self, careful: _Minimal, bold: _Minimal, expected: Term) -> tuple[list[int], bool]:
        """The different sets of easy remainders, as bits, and whether they are all."""
        easy = _Easy(self.remainders, expected)
        budget = Budget(self.steps)
        first = careful.first(1)[0]
        models = bold.first(_MOST_BOLD)
        found = {easy.of_model(first, models[0])}
        whole = careful.covers.count is not None and bold.covers.count == len(models)
        try:
            for model in models:
                found |= easy.of_all(careful, model, budget)
        except SpentError:
            whole = False
        kept = sorted(found, key=lambda rows: (rows.bit_count(), rows))
        return kept, whole


class _Easy:
    """Easy remainders of terms, each reckoned once."""

    def __init__(self, remainders: NDArray[np.bool_], expected: Term) -> None:
        self.remainders = remainders
        self.everything = np.arange(len(remainders), dtype=np.int64)
        self.expected = expected
        self.known: dict[Term, int] = {}

    def of_model(self, careful: Model, bold: Model) -> int:
        """Those of a conservative and a parsimonious model."""
        rows = 0
        for term in careful:
            rows |= self.of_term(term, bold)
        return rows

    def of_all(self, careful: _Minimal, bold: Model, budget: Budget) -> set[int]:
        """Those of every conservative model with one parsimonious model.

        Models are put together part by part, and so are the remainders: what is the same so far is
        carried on once.
        """
        budget.spend(_COMPARING * len(careful.primes) * len(bold))
        of_prime = [self.of_term(prime, bold) for prime in careful.primes]
        found = {0}
        for part in careful.covers.parts:
            of_part: set[int] = set()
            for groups in part.found:
                reached = {0}
                for group in groups:
                    reached = _joined(reached, {of_prime[one] for one in group}, budget)
                of_part |= reached
            found = _joined(found, of_part, budget)
        return found

    def of_term(self, long: Term, bold: Model) -> int:
        """Those of a conservative term with a parsimonious model."""
        rows = 0
        for short in bold:
            if all(s in (EITHER, d) for s, d in zip(short, long, strict=True)):
                kept = tuple(
                    EITHER if s == EITHER and d != EITHER and e == 1 - d else d
                    for s, d, e in zip(short, long, self.expected, strict=True)
                )
                if kept not in self.known:
                    covered = rows_in(kept, self.everything) & self.remainders
                    self.known[kept] = of_mask(covered)
                rows |= self.known[kept]
        return rows


def _joined(some: set[int], others: set[int], budget: Budget) -> set[int]:
    budget.spend(len(some) * len(others))
    return {one | other for one in some for other in others}
