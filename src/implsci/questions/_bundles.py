"""What `bundles` returns: pairs, sets, combinations, and all of them together."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError
from implsci.questions._asking import ONCE

__all__ = ["Bundles", "Combination", "StrategyPair", "StrategySet"]


@frozen(kw_only=True)
class StrategyPair:
    """Two strategies that occur in the same cases.

    Attributes:
        strategies: their codes, in order.
        labels: their labels.
        first: cases with the first.
        second: cases with the second.
        together: cases with both.
        n: cases that have any strategy coded in this taxonomy.

    Examples:
        >>> pair = StrategyPair(strategies=("a:x", "a:y"), labels=("X", "Y"), first=4, second=5,
        ...                     together=3, n=10)
        >>> pair.support, pair.lift, pair.jaccard
        (0.3, 1.5, 0.5)
    """

    strategies: tuple[str, str]
    labels: tuple[str, str]
    first: int
    second: int
    together: int
    n: int

    @property
    def support(self) -> float:
        """Share of the cases that have both."""
        return self.together / self.n

    @property
    def lift(self) -> float:
        """How many times as often both occur as they would if neither told of the other."""
        return self.together * self.n / (self.first * self.second)

    @property
    def jaccard(self) -> float:
        """Share of the cases with either that have both."""
        return self.together / (self.first + self.second - self.together)


@frozen(kw_only=True)
class StrategySet:
    """Strategies that occur together, with whatever else.

    Attributes:
        strategies: their codes, in order.
        labels: their labels.
        together: cases that have them all.
        n: cases that have any strategy coded in this taxonomy.

    Examples:
        >>> StrategySet(strategies=("a:x",), labels=("X",), together=2, n=8).support
        0.25
    """

    strategies: tuple[str, ...]
    labels: tuple[str, ...]
    together: int
    n: int

    @property
    def support(self) -> float:
        """Share of the cases that have them all."""
        return self.together / self.n


@frozen(kw_only=True)
class Combination:
    """The cases that have exactly these strategies, and no other: one column of an UpSet plot.

    Attributes:
        strategies: their codes, in order.
        labels: their labels.
        cases: the cases, by name.

    Examples:
        >>> len(Combination(strategies=("a:x",), labels=("X",), cases=("one", "two")).cases)
        2
    """

    strategies: tuple[str, ...]
    labels: tuple[str, ...]
    cases: tuple[str, ...]


@frozen(kw_only=True)
class Bundles(Result):
    """Which strategies are used together, as `bundles` returns it.

    Attributes:
        axis: the strategies' axis, as it can be asked for again.
        pairs: pairs that at least `least` cases have, the commonest first.
        sets: sets of two or more that at least `least` cases have and that cannot grow without
            losing a case, the commonest first; larger ones than were asked for are left out.
        combinations: every combination as it occurs, the commonest first.
        sizes: cases by strategy, the commonest first.
        least: cases that a pair or set must have.
        n: cases that have any strategy coded in this taxonomy.
        without: cases that have none; they are in no count.
        assumptions: how it was counted.

    Examples:
        >>> import implsci
        >>> from implsci.questions import bundles
        >>> found = bundles(implsci.load("implsci-examples"))
        >>> found.n == sum(len(one.cases) for one in found.combinations)
        True
    """

    axis: str
    pairs: tuple[StrategyPair, ...]
    sets: tuple[StrategySet, ...]
    combinations: tuple[Combination, ...]
    sizes: Mapping[str, int]
    least: int
    n: int
    without: int
    assumptions: tuple[str, ...] = (
        ONCE,
        "strategies count as used together where one case has both, be it in one arm or in several",
        "a lift above 1 says that they occur together more often than two strategies that have "
        "nothing to do with one another; of few cases it says little, so that the counts stand "
        "beside it",
        "cases without a strategy coded in this taxonomy are not reported, and in no count",
        "it says what was done, not what works",
    )

    def upset(self, limit: int | None = None) -> tuple[Row, ...]:
        """Return the rows of an UpSet plot (Lex 2014, doi:10.1109/TVCG.2014.2346248).

        Args:
            limit: how many combinations at most; None for all.

        Returns:
            One row for each combination, the commonest first, with its strategies by label, how many they are,
            and how many cases have exactly these.

        Raises:
            InvalidQueryError: `limit` is negative.

        Examples:
            >>> import implsci
            >>> from implsci.questions import bundles
            >>> bundles(implsci.load("implsci-examples")).upset(1)[0]["cases"]
            30
        """
        if limit is not None and limit < 0:
            raise InvalidQueryError(f"limit: expected 0 or more, got {limit}")
        return tuple(
            {
                "strategies": " + ".join(one.labels),
                "codes": " ".join(one.strategies),
                "degree": len(one.strategies),
                "cases": len(one.cases),
            }
            for one in self.combinations[:limit]
        )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a pair.

        Examples:
            >>> import implsci
            >>> from implsci.questions import bundles
            >>> row = bundles(implsci.load("implsci-examples")).to_rows()[0]
            >>> row["together"], row["n"]
            (8, 233)
        """
        return tuple(
            {
                "first": pair.strategies[0],
                "first_label": pair.labels[0],
                "second": pair.strategies[1],
                "second_label": pair.labels[1],
                "first_cases": pair.first,
                "second_cases": pair.second,
                "together": pair.together,
                "n": pair.n,
                "support": pair.support,
                "lift": pair.lift,
                "jaccard": pair.jaccard,
            }
            for pair in self.pairs
        )

    def to_dict(self) -> dict[str, object]:
        """Return pairs, sets, combinations, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "axis": self.axis,
            "n": self.n,
            "without": self.without,
            "least": self.least,
            "sizes": dict(self.sizes),
            "sets": [
                {
                    "strategies": list(one.strategies),
                    "labels": list(one.labels),
                    "together": one.together,
                    "n": one.n,
                    "support": one.support,
                }
                for one in self.sets
            ],
            "combinations": [
                {
                    "strategies": list(one.strategies),
                    "labels": list(one.labels),
                    "cases": list(one.cases),
                }
                for one in self.combinations
            ],
        }

    def sentence(self) -> str:
        """Say how many strategies a case has, and which pair is the commonest.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import bundles
            >>> bundles([Study(id="a", title="A")], "strategy:eric").sentence()
            'No case has a strategy coded in eric; nothing can be said of bundles.'
        """
        scheme = self.axis.partition(":")[2] or "any taxonomy"
        if not self.n:
            return f"No case has a strategy coded in {scheme}; nothing can be said of bundles."
        several = sum(len(one.cases) for one in self.combinations if len(one.strategies) > 1)
        middle = statistics.median(
            len(one.strategies) for one in self.combinations for _ in one.cases
        )
        text = (
            f"Of {counted(self.n, 'case')} with strategies coded in {scheme}, {several} "
            f"{agreeing(several, 'has', 'have')} two or more (median {middle:g} a case)."
        )
        if not self.pairs:
            return f"{text} No pair is in {counted(self.least, 'case', 'cases')} or more."
        best = self.pairs[0]
        return (
            f"{text} The commonest pair is {best.labels[0]} with {best.labels[1]}: {best.together} "
            f"of {counted(best.n, 'case')}, lift {best.lift:.2g} ({best.first} and "
            f"{counted(best.second, 'case')} have each)."
        )
