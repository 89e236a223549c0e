"""Two plans side by side, without a winner: what each addresses, rests on, and leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeVar

from attrs import asdict, frozen

from implsci.errors import InvalidQueryError
from implsci.mismatch import examine
from implsci.model import Barrier, Strategy, Study
from implsci.names import fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Link

__all__ = ["BarrierRow", "PlanComparison", "Support", "compare_plans"]


def __dir__() -> list[str]:
    return __all__


_PROCTOR = (
    "actor", "action", "action_target", "temporality", "dose", "outcomes", "justification",
)  # fmt: skip
Side = Literal["one", "two"]
_T = TypeVar("_T")


@frozen(kw_only=True)
class Support:
    """What one basis knows of a strategy of a plan and the barrier it is aimed at.

    Attributes:
        strategy: its label.
        basis: the basis.
        says: its share, level or status, in words.
        percent: the share, 0 to 100; None where unknown.

    Examples:
        >>> Support(strategy="coaching", basis="waltz-2019", says="15 of 25", percent=60.0).percent
        60.0
    """

    strategy: str
    basis: str
    says: str
    percent: float | None


@frozen(kw_only=True)
class BarrierRow:
    """One barrier in the two plans.

    Attributes:
        barrier: its label.
        held: whether each plan names it.
        addressed_by: labels of the strategies that each plan aims at it.
        support: what bases know of them; a pair that no basis speaks of is unknown, not zero.

    Examples:
        >>> row = BarrierRow(
        ...     barrier="trust", held=(True, False), addressed_by=(("visits",), ()), support=((), ())
        ... )
        >>> row.addressed_by[0]
        ('visits',)
    """

    barrier: str
    held: tuple[bool, bool]
    addressed_by: tuple[tuple[str, ...], tuple[str, ...]]
    support: tuple[tuple[Support, ...], tuple[Support, ...]]


@frozen(kw_only=True)
class PlanComparison:
    """Two plans side by side.

    Attributes:
        one: id of the first plan.
        two: id of the second.
        rows: the barriers of both; those with a code in common, or the same words, are one.
        mismatches: how many mismatches of each kind each plan has.
        not_reported: kinds that could not be judged, for each plan.
        specified: of Proctor's seven dimensions over all strategies, how many each plan states, and
            of how many.
        relational: labels of each plan's strategies that are said to be relational or mixed.
        only: labels of strategies that only this plan has.
        costs: how many strategies of each plan say what they cost, of how many.
        bases: the bases asked.

    Examples:
        >>> from implsci.planning import plan
        >>> both = ["cfir-2009:complexity", "cfir-2009:planning"]
        >>> compared = compare_plans(
        ...     plan(both, {"eric:promote-adaptability": both[:1]}, id="a"),
        ...     plan(both, {"eric:facilitation": both}, id="b"),
        ...     basis="waltz-2019",
        ... )
        >>> print(compared.sentence().partition(". ")[0])
        a addresses 1 of its 2 barriers, b 2 of its 2
    """

    one: str
    two: str
    rows: tuple[BarrierRow, ...]
    mismatches: tuple[Mapping[str, int], Mapping[str, int]]
    not_reported: tuple[tuple[str, ...], tuple[str, ...]]
    specified: tuple[tuple[int, int], tuple[int, int]]
    relational: tuple[tuple[str, ...], tuple[str, ...]]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    costs: tuple[tuple[int, int], tuple[int, int]]
    bases: tuple[str, ...]

    def addressed(self, side: Side) -> tuple[int, int]:
        """Return how many barriers of a plan a strategy of it is aimed at, and how many it names."""
        index = 0 if side == "one" else 1
        held = [row for row in self.rows if row.held[index]]
        return sum(bool(row.addressed_by[index]) for row in held), len(held)

    def sentence(self) -> str:
        """Say in plain words how far each plan goes; none is named the better one."""
        (a, of_a), (b, of_b) = self.addressed("one"), self.addressed("two")
        return (
            f"{self.one} addresses {a} of its {of_a} barriers, {self.two} {b} of its {of_b}. No plan is "
            "named the better one: bases, cost and what each leaves open are different things, and "
            "the choice is the reader's."
        )

    def to_dict(self) -> dict[str, object]:
        """Return it as plain values."""
        return {**asdict(self), "sentence": self.sentence()}


def compare_plans(
    one: Study,
    two: Study,
    basis: str | Iterable[str] | None = None,
    *,
    registry: Registry | None = None,
) -> PlanComparison:
    """Set two plans side by side.

    Args:
        one: a plan, or a study.
        two: another.
        basis: the bases to ask; None for all.
        registry: holds bases and taxonomies; the default registry where None.

    Returns:
        What each addresses, what stands behind that by each basis apart, what does not fit, what is
        specified and what is not known. No score adds these up.

    Raises:
        InvalidQueryError: both plans have one id; or no basis at all.
        UnknownNameError: there is no such basis.

    Examples:
        >>> from implsci.planning import plan
        >>> asked = ["cfir-2009:reflecting-and-evaluating"]
        >>> compared = compare_plans(
        ...     plan(asked, {"eric:5": asked}, id="feedback"),
        ...     plan(asked, {"Our own idea": asked}, id="own"),
        ...     basis="waltz-2019",
        ... )
        >>> [support.says for support in compared.rows[0].support[0]], compared.rows[0].support[1]
        (['14 of 25'], ())
    """
    if one.id == two.id:
        raise InvalidQueryError(f"both plans are called {one.id!r}; expected two ids")
    known = registry or default_registry()
    names = [basis] if isinstance(basis, str) else None if basis is None else list(basis)
    bases = [known.links(name) for name in names] if names is not None else list(known.bases())
    reports = [examine(each, names, registry=known) for each in (one, two)]
    return PlanComparison(
        one=one.id,
        two=two.id,
        rows=tuple(_rows(one, two, [links.basis for links in bases], known)),
        mismatches=_both(
            dict(Counter(found.kind for found in each.mismatches)) for each in reports
        ),
        not_reported=_both(
            tuple(dict.fromkeys(one.kind for one in each.not_reported)) for each in reports
        ),
        specified=_both(_specified(each.strategies) for each in (one, two)),
        relational=_both(
            tuple(s.label for s in each.strategies if s.nature in ("relational", "mixed"))
            for each in (one, two)
        ),
        only=(_only(one, two), _only(two, one)),
        costs=_both(
            (sum(s.cost is not None for s in each.strategies), len(each.strategies))
            for each in (one, two)
        ),
        bases=tuple(links.basis for links in bases),
    )


def _both(values: Iterable[_T]) -> tuple[_T, _T]:
    first, second = values
    return first, second


def _specified(strategies: Iterable[Strategy]) -> tuple[int, int]:
    stated = [bool(getattr(one, field)) for one in strategies for field in _PROCTOR]
    return sum(stated), len(stated)


def _only(here: Study, there: Study) -> tuple[str, ...]:
    codes = {code for strategy in there.strategies for code in strategy.codes}
    words = {fold(strategy.label) for strategy in there.strategies}
    return tuple(
        strategy.label
        for strategy in here.strategies
        if codes.isdisjoint(strategy.codes) and fold(strategy.label) not in words
    )


def _rows(one: Study, two: Study, bases: list[str], registry: Registry) -> Iterator[BarrierRow]:
    for here, there in _groups(list(_hindering(one)), list(_hindering(two))):
        aimed = _both(
            [
                s
                for s in study.strategies
                if not {barrier.id for barrier in own}.isdisjoint(s.addresses)
            ]
            for study, own in ((one, here), (two, there))
        )
        labels = dict.fromkeys(barrier.label for barrier in (*here, *there))
        yield BarrierRow(
            barrier=" / ".join({fold(label): label for label in labels}.values()),
            held=(bool(here), bool(there)),
            addressed_by=_both(tuple(s.label for s in each) for each in aimed),
            support=_both(
                tuple(_support(own, each, bases, registry))
                for own, each in zip((here, there), aimed, strict=True)
            ),
        )


def _groups(
    here: list[Barrier], there: list[Barrier]
) -> Iterator[tuple[list[Barrier], list[Barrier]]]:
    """Yield barriers of both plans that a code or the same words join, over others if need be."""
    waiting = [(barrier, 0) for barrier in here] + [(barrier, 1) for barrier in there]
    while waiting:
        group = [waiting.pop(0)]
        for barrier, _ in group:  # grows while it is walked
            joined = [other for other in waiting if _same(barrier, other[0])]
            waiting = [other for other in waiting if other not in joined]
            group += joined
        yield (
            [barrier for barrier, side in group if side == 0],
            [barrier for barrier, side in group if side == 1],
        )


def _hindering(study: Study) -> Iterator[Barrier]:
    return (barrier for barrier in study.barriers if barrier.valence != "facilitator")


def _same(one: Barrier, two: Barrier) -> bool:
    return not set(one.codes).isdisjoint(two.codes) or fold(one.label) == fold(two.label)


def _support(
    barriers: Iterable[Barrier],
    strategies: Iterable[Strategy],
    bases: list[str],
    registry: Registry,
) -> Iterator[Support]:
    aimed = [
        (barrier, strategy)
        for barrier in barriers
        for strategy in strategies
        if barrier.id in strategy.addresses
    ]
    for name in bases:
        links = registry.links(name)
        for barrier, strategy in aimed:
            for source in barrier.codes:
                for target in strategy.codes:
                    link = links.link(source, target)
                    if link is not None:
                        yield Support(
                            strategy=strategy.label,
                            basis=name,
                            says=_said(link),
                            percent=link.percent,
                        )


def _said(link: Link) -> str:
    if link.k is not None:
        return f"{link.k} of {link.n}"
    if link.percent is not None:
        return f"{link.percent:g} %"
    return f"level {link.level}" if link.level is not None else link.status or "named"
