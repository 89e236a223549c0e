"""The same barrier elsewhere: what was tried there, what came of it, and how alike the contexts are.

Examples:
    >>> import implsci
    >>> found = transfer(
    ...     implsci.load("implsci-examples"),
    ...     "cfir-2009:available-resources",
    ...     {"sector": "education", "country": "KE"},
    ... )
    >>> found.tried[0].label, found.tried[0].cases
    ('Facilitation', 4)
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from implsci.analysis.pooling import Drawn, is_bundle, pool
from implsci.analysis.tally import tally
from implsci.compendium import Compendium, Where
from implsci.errors import InvalidQueryError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import ONCE, case_of, chosen, outcome_filter
from implsci.questions._contexts import (
    CONTEXT_FACETS,
    Context,
    FacetLikeness,
    Likeness,
    likeness,
    of_study,
    target,
    weights_of,
)
from implsci.questions._transfer import Source, Transfer, Tried
from implsci.synthesis.axes import UNCODED, Axis, make_axis, nodes_of, shown_of

__all__ = [
    "CONTEXT_FACETS",
    "FacetLikeness",
    "Likeness",
    "Source",
    "Transfer",
    "Tried",
    "transfer",
]

_PLACES = ("sector", "country")


def __dir__() -> list[str]:
    return __all__


def transfer(
    compendium: Compendium | Iterable[Study],
    barrier: str,
    to: Mapping[str, str | Iterable[str]] | Study,
    *,
    strategies: str = "strategy",
    outcome: str | None = None,
    weights: Mapping[str, float] | None = None,
    where: Where | None = None,
    pooled: bool = True,
    r: float = 0.8,
    registry: Registry | None = None,
) -> Transfer:
    """Ask what was tried against a barrier in another sector or country.

    A study that met the barrier is *here* where it shares the target's sector and country, as far
    as the target tells them; *elsewhere* where it is known to share one of them not; and neither
    where it does not tell. How alike contexts are: on each facet that the target tells the overlap
    of values, the share of all that both have; their weighted mean is the likeness, after Gower 1971
    (doi:10.2307/2528823), but that a facet which a study does not tell counts as not alike.

    Args:
        compendium: the studies.
        barrier: code, or a label that one taxonomy alone has; what is narrower counts too,
            facilitators do not.
        to: the target context: values by facet (sector, country, region, income_group, level,
            engagement, scale_stage), or a study, which is then left out itself. The level is that
            of the barrier. Region and income
            group follow from the country.
        strategies: the axis of strategies, with or without a taxonomy.
        outcome: only findings on this outcome: a code (or anything narrower) or a kind.
        weights: what each facet counts; 1 where none is given, 0 to leave it out.
        where: wanted values by facet, as in `Compendium.where`.
        pooled: whether to pool effects, which needs the extra ``analysis``.
        r: correlation assumed between effects of one study or programme.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked; no such axis, facet or value; a target
            without sector and country, or whose facets contradict one another.
        UnknownNameError: no such barrier or code.
        MissingExtraError: there is something to pool and the extra ``analysis`` is not installed.

    Examples:
        >>> from implsci import Barrier, Strategy
        >>> there = Study(
        ...     id="there",
        ...     title="Coaches for nurses",
        ...     sectors=("sector:health",),
        ...     countries=("KE",),
        ...     barriers=(Barrier(id="b", label="no time", codes=("cfir-2009:culture",)),),
        ...     strategies=(
        ...         Strategy(id="s", label="coach", codes=("eric:facilitation",), addresses=("b",)),
        ...     ),
        ... )
        >>> found = transfer(
        ...     [there], "cfir-2009:culture", {"sector": "education", "country": "Kenya"}
        ... )
        >>> [(one.label, one.cases, one.linked) for one in found.tried]
        [('Facilitation', 1, 1)]
        >>> for facet in found.sources[0].likeness.facets:
        ...     print(facet.facet, facet.alike)
        sector 0.0
        country 1.0
        region 1.0
        income_group 1.0
    """
    if not 0 <= r <= 1:
        raise InvalidQueryError(f"r: expected 0 to 1, got {r!r}")
    taxonomies = registry or default_registry()
    term = taxonomies.term(barrier)
    here = of_study(to) if isinstance(to, Study) else target(to, taxonomies)
    asked_places = [facet for facet in _PLACES if facet in here]
    if not asked_places:
        raise InvalidQueryError("to: expected a sector or a country to carry over to, got neither")
    counted = weights_of(weights, here)
    asked = chosen(compendium, where, taxonomies)
    axis = make_axis(strategies, asked, taxonomies)
    if axis.kind != "strategy":
        raise InvalidQueryError(f"transfer: expected an axis of strategies, got {strategies!r}")
    codes = frozenset(taxonomies.expand(term.code))
    inside = {
        facet: {wide for code in here[facet] for wide in _within(facet, code, taxonomies)}
        for facet in asked_places
    }
    met = [
        _meeting(study, ids, axis, here, counted, inside)
        for study in asked
        if not (isinstance(to, Study) and case_of(study) == case_of(to))
        if (ids := frozenset(n.id for n in nodes_of(study, "barrier") if codes & set(n.codes)))
    ]
    away = sorted(
        (one for one in met if one.place == "elsewhere"),
        key=lambda one: (-one.likeness.value, -one.likeness.high, one.study.id),
    )
    keep = outcome_filter(outcome, taxonomies)
    by_strategy: dict[str, list[_Meeting]] = defaultdict(list)
    for one in away:
        for value in one.strategies:
            by_strategy[value].append(one)
    tried = []
    for value, those in by_strategy.items():
        drawn = [
            drawing
            for one in those
            for drawing in one.drawn(value)
            if keep(drawing.study, drawing.finding)
        ]
        estimates, left_out = pool(drawn, bundles=False, r=r) if pooled else ((), Counter[str]())
        tried.append(
            Tried(
                strategy=value,
                label=shown_of(value, taxonomies),
                cases=len({one.case for one in those}),
                linked=len({one.case for one in those if value in one.linked}),
                here=len(
                    {one.case for one in met if one.place == "here" and value in one.strategies}
                ),
                nearest=those[0].likeness.value,
                findings=len(drawn),
                bundled=sum(drawing.bundled for drawing in drawn),
                by_basis=tally(drawing.finding for drawing in drawn),
                pooled=estimates,
                left_out=dict(sorted(left_out.items())),
                studies=tuple(one.study.id for one in those),
            )
        )
    places = _by_case(met)
    return Transfer(
        barrier=term.code,
        barrier_label=term.shown,
        to=here,
        tried=tuple(sorted(tried, key=lambda one: (-one.linked, -one.cases, one.strategy))),
        sources=tuple(one.source() for one in away),
        n_studies=len(asked),
        met=len(places),
        here=sum(place == "here" for place in places.values()),
        elsewhere=sum(place == "elsewhere" for place in places.values()),
        placeless=sum(place == "not told" for place in places.values()),
        silent=len({one.case for one in away} - {one.case for one in away if one.strategies}),
        assumptions=_assumptions(here, counted, r if pooled else None),
    )


_Place = Literal["here", "elsewhere", "not told"]


class _Meeting(NamedTuple):
    """A study that met the barrier: where, how alike, and what it did."""

    study: Study
    case: str
    barriers: frozenset[str]
    place: _Place
    likeness: Likeness
    strategies: Mapping[str, frozenset[str]]
    linked: frozenset[str]

    def drawn(self, value: str) -> list[Drawn]:
        """Return the findings that name a strategy and, where they name barriers, this one."""
        found = []
        for finding in self.study.findings:
            named = frozenset(finding.strategies)
            if named.isdisjoint(self.strategies[value]):
                continue
            if finding.barriers and self.barriers.isdisjoint(finding.barriers):
                continue
            behind = [one for one, ids in self.strategies.items() if not ids.isdisjoint(named)]
            found.append(
                Drawn(self.study, finding, is_bundle(self.study, finding) or len(behind) > 1)
            )
        return found

    def source(self) -> Source:
        """Return it as people see it."""
        return Source(
            study=self.study.id,
            title=self.study.title,
            likeness=self.likeness,
            strategies=tuple(sorted(self.strategies, key=lambda it: (it not in self.linked, it))),
            linked=tuple(sorted(self.linked)),
        )


def _meeting(
    study: Study,
    barriers: frozenset[str],
    axis: Axis,
    here: Context,
    weights: Mapping[str, float],
    inside: Mapping[str, set[str]],
) -> _Meeting:
    there = of_study(study, barriers)
    shared = [
        None if facet not in there else not there[facet].isdisjoint(wanted)
        for facet, wanted in inside.items()
    ]
    aimed = {node.id for node in study.strategies if not barriers.isdisjoint(node.addresses)}
    strategies = {value: ids for value, ids in axis.place(study).items() if value != UNCODED}
    return _Meeting(
        study=study,
        case=case_of(study),
        barriers=barriers,
        place="elsewhere" if False in shared else "not told" if None in shared else "here",
        likeness=likeness(here, there, weights),
        strategies=strategies,
        linked=frozenset(value for value, ids in strategies.items() if not ids.isdisjoint(aimed)),
    )


def _within(facet: str, value: str, registry: Registry) -> Iterable[str]:
    """Return a sector with everything narrower; a country is itself."""
    return registry.expand(value) if facet == "sector" else (value,)


def _by_case(met: Sequence[_Meeting]) -> dict[str, _Place]:
    """Return where each case is: elsewhere where any study of it is, then here."""
    ranks: tuple[_Place, ...] = ("elsewhere", "here", "not told")
    places: dict[str, _Place] = {}
    for one in met:
        before: _Place = places.get(one.case, "not told")
        if ranks.index(one.place) <= ranks.index(before):
            places[one.case] = one.place
    return places


def _assumptions(here: Context, weights: Mapping[str, float], r: float | None) -> tuple[str, ...]:
    used = [
        facet if weights[facet] == 1 else f"{facet} (weight {weights[facet]:g})"
        for facet in CONTEXT_FACETS
        if facet in here and weights[facet]
    ]
    told = (
        ONCE,
        f"likeness is the mean overlap of values on {', '.join(used)}; a facet that a study does not "
        "tell counts as not alike; country, region and income group look at one place in three ways",
        "no facet is known to decide whether a strategy carries over; likeness is a help to read by, "
        "not a forecast",
        "cases are those that met the barrier and had the strategy; only those counted as linked say "
        "that the one was aimed at the other",
        "what came of it are findings that name the strategy and, where they name barriers, this one",
    )
    if r is None:
        return told
    return (
        *told,
        "pooled: effects against a comparator on one strategy alone, so that more is better, effects "
        f"of one study or programme combined first (r = {r:g}), random effects by REML, z intervals",
    )
