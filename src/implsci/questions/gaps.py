"""What nobody studied: pairs without a study, barriers without a strategy, terms without either.

Examples:
    >>> import implsci
    >>> found = gaps(implsci.load("implsci-examples"))
    >>> found.pairs[0].barrier_label, found.pairs[0].strategy_label
    ('Available Resources', 'Develop academic partnerships')
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from implsci.compendium import Compendium, Where, facet_values
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.places import COUNTRIES
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import case_of, chosen
from implsci.questions._gaps import Gaps, PairGap, PlaceGap, UnusedTerm
from implsci.synthesis.axes import DETERMINANTS, UNCODED, Axis, make_axis, shown_of

__all__ = ["Gaps", "PairGap", "PlaceGap", "UnusedTerm", "gaps"]


def __dir__() -> list[str]:
    return __all__


def gaps(
    compendium: Compendium | Iterable[Study],
    barriers: str = "barrier",
    strategies: str = "strategy",
    *,
    places: str | Sequence[str] = ("sector", "country"),
    where: Where | None = None,
    rollup: int | None = None,
    registry: Registry | None = None,
) -> Gaps:
    """Find what nobody studied: the barriers met most often first.

    Three kinds of gap: a barrier and a strategy that both occur in the studies and that no study
    joins; a barrier met in a place where no study says that a strategy is aimed at it; and a term of
    either taxonomy that no study has. Evidence gap maps show the first as empty cells (Snilstveit
    2016, doi:10.1016/j.jclinepi.2016.05.015); the order by how often the barrier is met is ours.

    Args:
        compendium: the studies.
        barriers: the axis of barriers: barrier, facilitator or determinant, with or without its
            taxonomy, as in ``barrier:cfir-2009``; without, the commonest is taken.
        strategies: the axis of strategies, likewise.
        places: facets to look for barriers without a strategy in, such as sector or country; none
            for no such search.
        where: wanted values by facet, as in `Compendium.where`.
        rollup: depth of the hierarchy to roll codes up to, 1 for the top.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked, or there is no such axis or facet.
        UnknownNameError: no such code or taxonomy.

    Examples:
        >>> from implsci import Barrier, Strategy
        >>> def made(name, barrier, strategy, links):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         sectors=("sector:education",),
        ...         barriers=(Barrier(id="b", label="it", codes=(barrier,)),),
        ...         strategies=(Strategy(id="s", label="it", codes=(strategy,), addresses=links),),
        ...     )
        >>> one = made("one", "cfir-2009:culture", "eric:facilitation", ("b",))
        >>> two = made("two", "cfir-2009:cost", "eric:build-a-coalition", ())
        >>> found = gaps([one, two])
        >>> for gap in found.pairs:
        ...     print(f"{gap.barrier_label} x {gap.strategy_label}: {gap.state}")
        Cost x Facilitation: never together
        Culture x Build a coalition: never together
        Cost x Build a coalition: never linked
        >>> [(gap.barrier_label, gap.state) for gap in found.places]
        [('Cost', 'never linked')]
    """
    taxonomies = registry or default_registry()
    asked = chosen(compendium, where, taxonomies)
    rows = make_axis(barriers, asked, taxonomies, rollup)
    columns = make_axis(strategies, asked, taxonomies, rollup)
    if rows.kind not in DETERMINANTS or columns.kind != "strategy":
        raise InvalidQueryError(
            f"gaps: expected barriers (or {', '.join(DETERMINANTS)}) and strategies, got {barriers!r} "
            f"and {strategies!r}"
        )
    facets = (places,) if isinstance(places, str) else tuple(dict.fromkeys(places))
    seen = [_seen(study, rows, columns) for study in asked]
    met, tried = _cases(seen, "barriers"), _cases(seen, "strategies")
    coded = [one for one in seen if one.coded]
    told = {one.case for one in coded}
    return Gaps(
        barrier_axis=rows.name,
        strategy_axis=columns.name,
        pairs=_pairs(seen, met, tried, len(told), taxonomies),
        places=tuple(gap for facet in facets for gap in _places(seen, facet, taxonomies)),
        unused=tuple(
            term
            for axis, kind in ((rows, "barriers"), (columns, "strategies"))
            for term in _unused(kind, axis.scheme, asked, taxonomies)
        ),
        n_studies=len(asked),
        n_cases=len({one.case for one in seen}),
        told=len(told),
        linked=len({one.case for one in seen if one.linked}),
        placeless={
            facet: len(told - {one.case for one in coded if facet_values(one.study, facet)})
            for facet in facets
        },
    )


class _Seen(NamedTuple):
    """What a study has on both axes, and which pairs it links."""

    study: Study
    case: str
    barriers: Mapping[str, frozenset[str]]
    strategies: Mapping[str, frozenset[str]]
    pairs: frozenset[tuple[str, str]]
    linked: frozenset[str]

    @property
    def coded(self) -> bool:
        """Whether it tells of a barrier of the axis."""
        return bool(self.barriers.keys() - {UNCODED})


def _seen(study: Study, rows: Axis, columns: Axis) -> _Seen:
    barriers, strategies = rows.place(study), columns.place(study)
    aims = {node.id: frozenset(node.addresses) for node in study.strategies}
    hit = frozenset(barrier for targets in aims.values() for barrier in targets)
    return _Seen(
        study=study,
        case=case_of(study),
        barriers=barriers,
        strategies=strategies,
        pairs=frozenset(
            (row, column)
            for row, ids in barriers.items()
            for column, nodes in strategies.items()
            if any(not ids.isdisjoint(aims[node]) for node in nodes)
        ),
        linked=frozenset(row for row, ids in barriers.items() if not ids.isdisjoint(hit)),
    )


def _cases(seen: Sequence[_Seen], side: Literal["barriers", "strategies"]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        for value in getattr(one, side):
            if value != UNCODED:
                found[value].add(one.case)
    return found


def _pairs(
    seen: Sequence[_Seen],
    met: Mapping[str, set[str]],
    tried: Mapping[str, set[str]],
    told: int,
    registry: Registry,
) -> tuple[PairGap, ...]:
    linked = {pair for one in seen for pair in one.pairs}
    both: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in seen:
        for row in one.barriers:
            for column in one.strategies:
                both[row, column].add(one.case)
    empty = [
        PairGap(
            barrier=row,
            barrier_label=shown_of(row, registry),
            strategy=column,
            strategy_label=shown_of(column, registry),
            state="never linked" if both.get((row, column)) else "never together",
            met=len(met[row]),
            of=told,
            tried=len(tried[column]),
            both=len(both.get((row, column), ())),
        )
        for row in met
        for column in tried
        if (row, column) not in linked
    ]
    return tuple(
        sorted(
            empty,
            key=lambda gap: (
                gap.state == "never linked",
                -gap.met,
                gap.barrier,
                -gap.tried,
                gap.strategy,
            ),
        )
    )


def _places(seen: Sequence[_Seen], facet: str, registry: Registry) -> tuple[PlaceGap, ...]:
    there: dict[str, list[_Seen]] = defaultdict(list)
    aimed_at: dict[str, set[str]] = defaultdict(set)
    for one in seen:
        for place in facet_values(one.study, facet):
            there[place].append(one)
        for barrier in one.linked:
            aimed_at[barrier].add(one.case)
    found: list[PlaceGap] = []
    for place, own in there.items():
        told = len({one.case for one in own if one.coded})
        linked = {barrier for one in own for barrier in one.linked}
        for barrier, cases in _cases(own, "barriers").items():
            if barrier in linked:
                continue
            active = {one.case for one in own if barrier in one.barriers and one.study.strategies}
            found.append(
                PlaceGap(
                    facet=facet,
                    place=place,
                    place_label=COUNTRIES.get(place) or shown_of(place, registry),
                    barrier=barrier,
                    barrier_label=shown_of(barrier, registry),
                    state="never linked" if active else "no strategy reported",
                    met=len(cases),
                    of=told,
                    with_strategy=len(active),
                    elsewhere=len(aimed_at[barrier]),  # none of them is here
                )
            )
    return tuple(
        sorted(
            found,
            key=lambda gap: (gap.state == "never linked", -gap.met, gap.place, gap.barrier),
        )
    )


def _unused(
    kind: str, scheme: str | None, studies: Iterable[Study], registry: Registry
) -> tuple[UnusedTerm, ...]:
    """Return the terms without anything narrower that no study has, facilitators included."""
    try:
        taxonomy = registry.taxonomy(scheme or "")
    except UnknownNameError:  # codes of a taxonomy that is not installed
        return ()
    had = {code for study in studies for node in getattr(study, kind) for code in node.codes}
    above = {broader for term in taxonomy for broader in term.broader}
    # A code of a heading stands for everything beneath it, of which none can be called unused.
    covered = {code for value in had if value in taxonomy for code in taxonomy.expand(value)}
    return tuple(
        UnusedTerm(
            kind="barrier" if kind == "barriers" else "strategy", code=term.code, label=term.shown
        )
        for term in sorted(taxonomy, key=lambda term: term.code)
        if term.code not in above and term.code not in covered and term.replaced_by is None
    )
