"""What `gaps` returns: each kind of gap, and all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.questions._asking import ONCE

__all__ = ["Gaps", "PairGap", "PlaceGap", "UnusedTerm"]


@frozen(kw_only=True)
class PairGap:
    """A barrier and a strategy that no study joins.

    Attributes:
        barrier: the barrier's code.
        barrier_label: its label.
        strategy: the strategy's code.
        strategy_label: its label.
        state: ``never together`` where no case has both; ``never linked`` where cases have both and
            none says that the strategy was aimed at the barrier.
        met: cases that meet the barrier.
        of: cases that tell of any barrier coded in this taxonomy.
        tried: cases that have the strategy.
        both: cases that have both.

    Examples:
        >>> import implsci
        >>> from implsci.questions import gaps
        >>> one = gaps(implsci.load("implsci-examples")).pairs[0]
        >>> one.met, one.of, one.state
        (44, 112, 'never together')
    """

    barrier: str
    barrier_label: str
    strategy: str
    strategy_label: str
    state: Literal["never together", "never linked"]
    met: int
    of: int
    tried: int
    both: int

    @property
    def weight(self) -> float:
        """How often the barrier is met, as the share of the cases that tell of any."""
        return self.met / self.of


@frozen(kw_only=True)
class PlaceGap:
    """A barrier that is met in a sector, country or the like, and no strategy said to address it.

    Attributes:
        facet: which kind of place, such as ``sector``.
        place: its code or name.
        place_label: its label.
        barrier: the barrier's code.
        barrier_label: its label.
        state: ``no strategy reported`` where no case that meets it there reports any strategy;
            ``never linked`` where some do and none says that one is aimed at it.
        met: cases there that meet it.
        of: cases there that tell of any barrier coded in this taxonomy.
        with_strategy: how many of those that meet it report a strategy of any kind.
        elsewhere: cases outside this place in which a strategy is said to address it.

    Examples:
        >>> import implsci
        >>> from implsci.questions import gaps
        >>> found = gaps(implsci.load("implsci-examples"), places="sector")
        >>> {one.facet for one in found.places}
        {'sector'}
    """

    facet: str
    place: str
    place_label: str
    barrier: str
    barrier_label: str
    state: Literal["no strategy reported", "never linked"]
    met: int
    of: int
    with_strategy: int
    elsewhere: int


@frozen(kw_only=True)
class UnusedTerm:
    """A term of the taxonomy that no study has, nor anything narrower.

    Attributes:
        kind: ``barrier`` or ``strategy``.
        code: its code.
        label: its label.

    Examples:
        >>> UnusedTerm(kind="strategy", code="eric:place-innovation", label="Place").kind
        'strategy'
    """

    kind: Literal["barrier", "strategy"]
    code: str
    label: str


@frozen(kw_only=True)
class Gaps(Result):
    """What nobody studied, as `gaps` returns it.

    Attributes:
        barrier_axis: the barriers' axis, as it can be asked for again.
        strategy_axis: the strategies' axis.
        pairs: barriers and strategies that no study joins: first those that were never together, of
            these those of the barrier met most often.
        places: barriers met in a place where no strategy is said to address them.
        unused: terms that no study has.
        n_studies: studies asked.
        n_cases: the same with the studies of one programme as one.
        told: cases that tell of any barrier of the axis; the rest do not report one, which is no gap.
        linked: cases that say of any strategy which barrier it is aimed at.
        placeless: for each kind of place, cases with a barrier that tell none; they are in no line.
        assumptions: how it was counted.

    Examples:
        >>> import implsci
        >>> from implsci.questions import gaps
        >>> found = gaps(implsci.load("implsci-examples"))
        >>> found.barrier_axis, found.strategy_axis
        ('barrier:cfir-2009', 'strategy:eric')
    """

    barrier_axis: str
    strategy_axis: str
    pairs: tuple[PairGap, ...]
    places: tuple[PlaceGap, ...]
    unused: tuple[UnusedTerm, ...]
    n_studies: int
    n_cases: int
    told: int
    linked: int
    placeless: Mapping[str, int]
    assumptions: tuple[str, ...] = (
        ONCE,
        "a gap says that nobody looked, or that nobody coded it; never that there is no link",
        "pairs that were never together stand first, in the order of how often the barrier is met, "
        "then the strategy; that is counted among the cases that tell of a barrier, which need not be "
        "typical",
        "a link is one that the source states; where links were not coded, a pair that was studied "
        "can stand as never linked",
        "facilitators are no barriers here",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a gap: pairs, then places, then terms; other columns are None.

        Examples:
            >>> import implsci
            >>> from implsci.questions import gaps
            >>> rows = gaps(implsci.load("implsci-examples")).to_rows()
            >>> rows[0]["kind"], rows[-1]["kind"]
            ('pair', 'term')
        """
        pairs: list[Row] = [
            {
                "kind": "pair",
                "state": one.state,
                "barrier": one.barrier,
                "barrier_label": one.barrier_label,
                "strategy": one.strategy,
                "strategy_label": one.strategy_label,
                "met": one.met,
                "of": one.of,
                "weight": one.weight,
                "tried": one.tried,
                "both": one.both,
            }
            for one in self.pairs
        ]
        places: list[Row] = [
            {
                "kind": "place",
                "state": one.state,
                "barrier": one.barrier,
                "barrier_label": one.barrier_label,
                "facet": one.facet,
                "place": one.place,
                "place_label": one.place_label,
                "met": one.met,
                "of": one.of,
                "weight": one.met / one.of,
                "with_strategy": one.with_strategy,
                "elsewhere": one.elsewhere,
            }
            for one in self.places
        ]
        terms: list[Row] = [
            {
                "kind": "term",
                "state": "no study",
                one.kind: one.code,
                f"{one.kind}_label": one.label,
            }
            for one in self.unused
        ]
        return tuple({name: row.get(name) for name in COLUMNS} for row in (*pairs, *places, *terms))

    def sentence(self) -> str:
        """Say how many gaps there are, and where the barrier met most stands.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import gaps
            >>> study = Study(id="a", title="A")
            >>> gaps([study], "barrier:cfir-2009", "strategy:eric", places=()).sentence()
            'None of 1 study tells of a barrier coded in cfir-2009; nothing can be said of gaps.'
        """
        if not self.told:
            scheme = self.barrier_axis.partition(":")[2] or "any taxonomy"
            return (
                f"None of {counted(self.n_studies, 'study', 'studies')} tells of a barrier coded in "
                f"{scheme}; nothing can be said of gaps."
            )
        never = sum(one.state == "never together" for one in self.pairs)
        text = (
            f"{self.told} of {counted(self.n_cases, 'case')} {agreeing(self.told, 'tells', 'tell')} of a "
            f"barrier, {self.linked} of them of a strategy aimed at one. Of the barriers and "
            "strategies that studies have, "
            f"{counted(never, 'pair was', 'pairs were')} never studied together and "
            f"{counted(len(self.pairs) - never, 'occurs', 'occur')} together without a stated link."
        )
        if never:
            first = self.pairs[0]
            text += (
                f" First of those never studied together: {first.barrier_label} (met in {first.met} of "
                f"{counted(first.of, 'case')}) with {first.strategy_label}."
            )
        return text


COLUMNS = (
    "kind", "state", "barrier", "barrier_label", "strategy", "strategy_label", "facet", "place",
    "place_label", "met", "of", "weight", "tried", "both", "with_strategy", "elsewhere",
)  # fmt: skip
