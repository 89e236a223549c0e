"""Two plans side by side, without a winner: what each addresses, rests on, and leaves open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeVar

from attrs import Factory, asdict, field, frozen

from implsci._wording import counted
from implsci.errors import InvalidQueryError
from implsci.mismatch import Case, examine
from implsci.mismatch.case import Tools
from implsci.model import Barrier, Strategy, Study
from implsci.names import fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Link, LinkSet

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


def _alone(row: BarrierRow) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the counts of a row that has one barrier of each plan which names it."""
    return _both(
        (int(bool(by)), int(held)) for held, by in zip(row.held, row.addressed_by, strict=True)
    )


@frozen(kw_only=True)
class BarrierRow:
    """One barrier in the two plans.

    Attributes:
        barrier: its label.
        held: whether each plan names it.
        addressed_by: labels of the strategies that each plan aims at it.
        support: what bases know of them; a pair that no basis speaks of is unknown, not zero.
        counts: how many barriers of each plan stand in this row with a strategy aimed at them, and how
            many stand in it.

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
    counts: tuple[tuple[int, int], tuple[int, int]] = field(
        default=Factory(_alone, takes_self=True)
    )


@frozen(kw_only=True)
class PlanComparison:
    """Two plans side by side.

    Attributes:
        one: id of the first plan.
        two: id of the second.
        rows: the barriers of both; those with a code in common, or the same words, share a row.
        mismatches: how many mismatches of each kind each plan has.
        not_reported: kinds that could not be judged, for each plan.
        specified: of Proctor's seven dimensions over all strategies, how many each plan states, and
            of how many.
        relational: labels of each plan's strategies that are said to be relational or mixed.
        only: labels of strategies that only this plan has.
        costs: how many strategies of each plan say what they cost, of how many.
        bases: the bases asked.
        links_unsaid: why it is not known which strategy of each plan is aimed at which barrier; None
            where it is. A plan may then address more than it says.

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
    links_unsaid: tuple[str | None, str | None] = (None, None)

    def addressed(self, side: Side) -> tuple[int, int]:
        """Return how many barriers of a plan a strategy of it is aimed at, and how many it names."""
        index = 0 if side == "one" else 1
        counts = [row.counts[index] for row in self.rows]
        return sum(hit for hit, _ in counts), sum(held for _, held in counts)

    def sentence(self) -> str:
        """Say in plain words how far each plan goes; none is named the better one."""
        (a, of_a), (b, of_b) = self.addressed("one"), self.addressed("two")
        unsaid = "".join(
            f" {name} may address more: {because}."
            for name, because in zip((self.one, self.two), self.links_unsaid, strict=True)
            if because is not None
        )
        return (
            f"{self.one} addresses {a} of its {counted(of_a, 'barrier')}, {self.two} {b} of its {of_b}."
            f"{unsaid} No plan is named the better one: bases, cost and what each leaves open are "
            "different things, and "
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
    tools = Tools(known, bases)
    cases = (Case(one, tools), Case(two, tools))
    return PlanComparison(
        one=one.id,
        two=two.id,
        rows=tuple(_rows(*cases, bases)),
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
        links_unsaid=_both(
            str(case.links_unsaid.because) if case.links_unsaid else None for case in cases
        ),
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


def _rows(one: Case, two: Case, bases: list[LinkSet]) -> Iterator[BarrierRow]:
    for here, there in _groups(_hindering(one), _hindering(two)):
        aimed = _both(
            [(barrier, _aiming(case, barrier)) for barrier in own]
            for case, own in ((one, here), (two, there))
        )
        labels = dict.fromkeys(barrier.label for barrier in (*here, *there))
        yield BarrierRow(
            barrier=" / ".join({fold(label): label for label in labels}.values()),
            held=(bool(here), bool(there)),
            addressed_by=_both(
                tuple(s.label for s in case.study.strategies if s.id in _ids(own))
                for case, own in zip((one, two), aimed, strict=True)
            ),
            support=_both(tuple(_support(own, bases)) for own in aimed),
            counts=_both((sum(bool(those) for _, those in own), len(own)) for own in aimed),
        )


def _hindering(case: Case) -> list[Barrier]:
    """Return the barriers of a plan in its own order."""
    hinder = {barrier.id for barrier in case.barriers}
    return [barrier for barrier in case.study.barriers if barrier.id in hinder]


def _ids(aimed: Iterable[tuple[Barrier, Iterable[Strategy]]]) -> set[str]:
    return {strategy.id for _, those in aimed for strategy in those}


def _aiming(case: Case, barrier: Barrier) -> list[Strategy]:
    """Return the strategies that address a barrier, in the plan's own order."""
    aiming = {strategy.id for strategy in case.addressing(barrier.id)}
    return [strategy for strategy in case.study.strategies if strategy.id in aiming]


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


def _same(one: Barrier, two: Barrier) -> bool:
    return not set(one.codes).isdisjoint(two.codes) or fold(one.label) == fold(two.label)


def _support(
    aimed: Iterable[tuple[Barrier, Iterable[Strategy]]], bases: Iterable[LinkSet]
) -> Iterator[Support]:
    # Two barriers of a row may have one code: what a basis says of it is said once.
    pairs = {
        (strategy.id, source, target): strategy
        for barrier, those in aimed
        for strategy in those
        for source in barrier.codes
        for target in strategy.codes
    }
    for basis in bases:
        for (_, source, target), strategy in pairs.items():
            link = basis.link(source, target)
            if link is not None:
                yield Support(
                    strategy=strategy.label,
                    basis=basis.basis,
                    says=_said(basis, link),
                    percent=link.percent,
                )


def _said(basis: LinkSet, link: Link) -> str:
    said: str
    if link.status is not None:
        said = link.status
    elif link.k is not None:
        said = f"{link.k} of {link.n}"
    elif link.percent is not None:
        said = f"{link.percent:g} %"
    else:
        said = "named" if link.level is None else f"level {link.level}"
    return f"{said}, from memory (provisional)" if basis.status == "provisional" else said
