"""Who is reached: gaps between groups of people, and populations that nobody studied.

Examples:
    >>> import implsci
    >>> found = equity(implsci.load("implsci-examples"))
    >>> found.warnings[0]
    'no study reports reach by stratum: who is left out cannot be seen'
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from implsci.compendium import Compendium, Where
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import case_of, chosen
from implsci.questions._equity import Equity, EquityGap, GapKind, Population
from implsci.questions._inequality import Slope, difference, ratio, slope_index, wilson
from implsci.questions._strata import Comparison, Reach, comparisons, measured_nodes, term_of
from implsci.synthesis.axes import shown_of

__all__ = ["Equity", "EquityGap", "Population", "Reach", "Slope", "equity", "slope_index"]


def __dir__() -> list[str]:
    return __all__


def equity(
    compendium: Compendium | Iterable[Study],
    *,
    of: str | None = None,
    order: Sequence[str] = (),
    where: Where | None = None,
    confidence: float = 0.95,
    scheme: str = "equity",
    registry: Registry | None = None,
) -> Equity:
    """Ask who is reached: gaps between groups in every study, and who is never looked at.

    For two shares p and q: absolute gap q - p with Newcombe's interval (1998,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I), relative gap q / p with
    that of its logarithm (Katz 1978, doi:10.2307/2530610); for three or more ordered groups the
    slope index of inequality (`slope_index`). Which of these suits which question: Schlotheuber and
    Hosseinpoor 2022, doi:10.3390/ijerph19063697.

    Args:
        compendium: the studies.
        of: only measurements of this, such as ``reach``; None for all shares by stratum.
        order: groups by name or code, the worst-off first; without it, groups have the order that
            their terms give as the facet ``rank``, if they do.
        where: wanted values by facet, as in `Compendium.where`.
        confidence: what intervals are meant to hold, between 0 and 1.
        scheme: the taxonomy whose strata are looked for; each is a dimension, whose groups go by
            respondent or note. A stratum of another taxonomy is a group under its broader term.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked, `confidence` out of range, or a group that
            stands twice in `order`.
        UnknownNameError: no such taxonomy.

    Examples:
        >>> from implsci import Measurement, Outcome
        >>> fifths = ("poorest", "second", "middle", "fourth", "richest")
        >>> reached = (120, 150, 160, 210, 240)
        >>> study = Study(
        ...     id="a",
        ...     title="Made up",
        ...     outcomes=(
        ...         Outcome(
        ...             id="o",
        ...             label="vaccination",
        ...             measurements=tuple(
        ...                 Measurement(
        ...                     of="reach",
        ...                     n=n,
        ...                     base=300,
        ...                     stratum="equity:socioeconomic-status",
        ...                     respondent=fifth,
        ...                 )
        ...                 for fifth, n in zip(fifths, reached)
        ...             ),
        ...         ),
        ...     ),
        ... )
        >>> gap = equity([study], order=fifths).gaps[0]
        >>> print(f"{gap.absolute:.2f} {gap.relative:.2f} {gap.slope.sii:.2f}")
        0.40 2.00 0.50
    """
    if not 0 < confidence < 1:
        raise InvalidQueryError(f"confidence: expected between 0 and 1, got {confidence!r}")
    ranks = {name: place for place, name in enumerate(order)}
    if len(ranks) < len(order):
        raise InvalidQueryError("order: expected every group once")
    taxonomies = registry or default_registry()
    asked = chosen(compendium, where, taxonomies)
    found: list[EquityGap] = []
    left_out: Counter[str] = Counter()
    for one in comparisons(asked, of, ranks, scheme, taxonomies):
        gap = _gap(one, confidence, taxonomies)
        if isinstance(gap, str):
            left_out[gap] += 1
        else:
            found.append(gap)
    described, measured = _looked_at(asked)
    populations = _populations(scheme, described, measured, taxonomies)
    reporting = len({case for cases in measured.values() for case in cases})
    warnings = []
    names = {name for gap in found for group in gap.groups for name in (group.group, group.stratum)}
    if unheard := [name for name in order if name not in names]:
        warnings.append(f"order: no group is called {', '.join(unheard)}")
    if not reporting:
        warnings.append("no study reports reach by stratum: who is left out cannot be seen")
    elif not found:
        warnings.append("strata were measured, and no two groups of one study can be compared")
    return Equity(
        gaps=tuple(sorted(found, key=lambda gap: (gap.study, gap.node, gap.of, gap.dimension))),
        populations=tuple(one for one in populations if one.described or one.measured),
        unstudied=tuple(one for one in populations if not one.described and not one.measured),
        n_studies=len(asked),
        n_cases=len({case_of(study) for study in asked}),
        told=len({case for cases in (*described.values(), *measured.values()) for case in cases}),
        measured=reporting,
        left_out=dict(sorted(left_out.items())),
        warnings=tuple(warnings),
    )


def _gap(one: Comparison, confidence: float, registry: Registry) -> EquityGap | str:
    """Return the gap of a comparison, or why there is none."""
    if one.because is not None:
        return one.because
    groups = one.groups
    because: list[str] = []
    ranked = [group.rank for group in groups]
    told = None not in ranked and len(set(ranked)) == len(ranked)
    slope = None
    kind: GapKind
    if len(groups) == 1:
        if one.everyone is None:
            return "one group alone, and no figure for everyone"
        kind, low, high = "against everyone", groups[0], one.everyone
    elif told:
        kind, low, high = "ordered", groups[0], groups[-1]
        slope = _slope(groups, confidence, because)
    else:
        ordered = sorted(groups, key=lambda group: (group.share, group.group))
        low, high = ordered[0], ordered[-1]
        kind = "two groups" if len(groups) == 2 else "farthest apart"
        if len(groups) > 2:
            missing = [group.group for group in groups if group.rank is None]
            because.append(
                "slope index: the groups have no order"
                if len(missing) == len(groups)
                else f"slope index: no place in the order for {', '.join(missing)}"
                if missing
                else "slope index: two groups share a place in the order"
            )
    return EquityGap(
        study=one.study.id,
        case=one.case,
        node=one.node,
        label=one.label,
        of=one.of,
        time=one.time,
        dimension=one.dimension,
        dimension_label=shown_of(one.dimension, registry),
        kind=kind,
        low=low,
        high=high,
        absolute=high.share - low.share,
        absolute_ci=_interval(kind, low, high, confidence, because),
        relative=high.share / low.share if low.share else None,
        relative_ci=_relative(kind, low, high, confidence, because),
        slope=slope,
        groups=groups,
        because=tuple(because),
    )


def _interval(
    kind: GapKind, low: Reach, high: Reach, confidence: float, because: list[str]
) -> tuple[float, float] | None:
    if kind == "farthest apart":
        because.append("intervals: the two groups were picked for lying farthest apart")
    elif kind == "against everyone":
        because.append("intervals: everyone includes the group")
    elif low.base is None or high.base is None:
        because.append("intervals: the base of a group is not told")
    else:
        return difference(low.share, low.base, high.share, high.base, confidence)
    return None


def _relative(
    kind: GapKind, low: Reach, high: Reach, confidence: float, because: list[str]
) -> tuple[float, float] | None:
    if not low.share:
        because.append(f"relative gap: nobody of {low.group} was reached")
        return None
    if kind in ("farthest apart", "against everyone") or low.base is None or high.base is None:
        return None
    try:
        return ratio(low.share, low.base, high.share, high.base, confidence)
    except CannotEstimateError as error:
        because.append(f"interval of the relative gap: {error.reason}")
        return None


def _slope(groups: Sequence[Reach], confidence: float, because: list[str]) -> Slope | None:
    if len(groups) < 3:
        return None
    sizes = [group.base for group in groups if group.base is not None]
    if len(sizes) < len(groups):
        because.append("slope index: the size of a group is not told")
        return None
    shares = [group.share for group in groups]
    limits = [wilson(share, size, confidence) for share, size in zip(shares, sizes, strict=True)]
    return slope_index(shares, sizes, limits=limits)


def _looked_at(studies: Iterable[Study]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Return the cases by code of stratum: those it describes, and those with a measurement."""
    described: dict[str, set[str]] = defaultdict(set)
    measured: dict[str, set[str]] = defaultdict(set)
    for study in studies:
        for code in study.equity:
            described[code].add(case_of(study))
        for node in measured_nodes(study):
            for one in node.measurements:
                if one.stratum is not None:
                    measured[one.stratum].add(case_of(study))
    return described, measured


def _populations(
    scheme: str,
    described: Mapping[str, set[str]],
    measured: Mapping[str, set[str]],
    registry: Registry,
) -> tuple[Population, ...]:
    """Return the strata of a taxonomy and any others that studies name, the commonest first."""
    try:
        taxonomy = registry.taxonomy(scheme)
    except UnknownNameError as error:
        raise UnknownNameError(
            "taxonomy", scheme, error.suggestions, "it holds the strata that are looked for"
        ) from None
    listed = [term.code for term in taxonomy if term.kind != "group"]
    others = sorted({*described, *measured} - {term.code for term in taxonomy})
    found = []
    for code in (*listed, *others):
        under = taxonomy.expand(code) if code in taxonomy else (code,)
        term = term_of(code, registry)
        found.append(
            Population(
                code=code,
                label=term.shown if term else code,
                described=len({case for one in under for case in described.get(one, ())}),
                measured=len({case for one in under for case in measured.get(one, ())}),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.described, -one.measured, one.code)))
