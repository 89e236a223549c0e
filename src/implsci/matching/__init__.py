"""Matching: which strategies the bases suggest for barriers, and how much stands behind it.

Each basis is ranked apart; they are never added together. An unknown cell is not zero: every total
comes with the bounds that the unknown cells leave.

Examples:
    >>> from implsci import match
    >>> report = match("cfir-2009:reflecting-and-evaluating", basis="waltz-2019")
    >>> best = report.bases["waltz-2019"].ranking[0]
    >>> best.label, best.total
    ('Develop and implement tools for quality monitoring', 60.0)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import SupportsIndex, TypeAlias

from attrs import evolve

from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError
from implsci.matching.asking import Asked, asked_of
from implsci.matching.building import INFERRED, to_build_on
from implsci.matching.chaining import chained, parted
from implsci.matching.choosing import Choice, chosen_bases
from implsci.matching.constraints import Constraints, Demand, by_strategy, within
from implsci.matching.disagreeing import disagreements
from implsci.matching.names import term_of
from implsci.matching.observed import observed_basis
from implsci.matching.ordering import ORDERS, ordered
from implsci.matching.ranking import ranked_by
from implsci.matching.relational import relational_notes, relational_options
from implsci.matching.report import (
    Ask,
    BasisReport,
    ChainStep,
    Disagreement,
    Edition,
    Facilitator,
    MatchCell,
    MatchReport,
    Observed,
    Ranked,
    RelationalOption,
    SetAside,
    Tie,
)
from implsci.matching.theory import paths_of, theory_chains
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import LinkSet

__all__ = [
    "ORDERS",
    "Ask",
    "AskedBasis",
    "BasisReport",
    "ChainStep",
    "Constraints",
    "Demand",
    "Disagreement",
    "Edition",
    "Facilitator",
    "MatchCell",
    "MatchReport",
    "Observed",
    "Ranked",
    "RelationalOption",
    "SetAside",
    "Tie",
    "match",
    "observed_basis",
    "paths_of",
    "theory_chains",
]


def __dir__() -> list[str]:
    return __all__


_NO_LIMITS = Constraints()

AskedBasis: TypeAlias = str | LinkSet | Iterable[str | LinkSet] | None
"""A basis or several, by name or in hand; None for all that apply."""


def match(
    codes_or_study: str | Iterable[str] | Study,
    basis: AskedBasis = None,
    limit: int | None = None,
    *,
    observed: Compendium | None = None,
    theory: bool = False,
    order: str = "total",
    rated_by: str | None = None,
    constraints: Constraints | None = None,
    demands: Iterable[Demand] = (),
    facilitators: Iterable[str] = (),
    registry: Registry | None = None,
) -> MatchReport:
    """Rank the strategies that each basis suggests for some barriers.

    A barrier of which a basis speaks in another taxonomy is taken across a crosswalk: a single exact
    or close counterpart carries over what is said of it; several, or broad, narrow and related ones,
    only bound it. By default that serves the barriers alone that no basis speaks of itself; a basis
    asked by name is reached over crosswalks wherever it has to be.

    Args:
        codes_or_study: codes of barriers, or a study, whose coded barriers are taken. Its facilitators
            are no barriers: they are named in the notes, and listed apart with what could build on
            them.
        basis: one basis or several, by name or in hand, among them chains of theory
            (``chain:...``); None takes every published basis that speaks of these barriers and leads
            to strategies, and an empty one takes none, such as to ask the studies alone.
        limit: how many strategies of each ranking, and how many relational options, to keep.
        observed: a compendium whose studies are a further basis: what they tried against these
            barriers.
        theory: whether chains of theory are further bases, each apart; a single one is asked for by
            its name in `basis`.
        order: how each basis's strategies are ordered: ``total`` (as the basis ranks them),
            ``least`` (by the least the total can be), ``importance``, ``feasibility``,
            ``go-zone`` (the quadrant of both) or ``cost``. What is
            unrated stands last and is counted. `BasisReport.order` states the rule.
        rated_by: whose ratings to order by, as part of a source's name such as ``Dopp``; None takes
            whoever rated most of the strategies. The ratings of two sources are never mixed.
        constraints: what the reader has; a strategy is set aside only where something known of it
            conflicts.
        demands: what strategies take, as the caller knows it.
        facilitators: codes of further facilitators.
        registry: holds the bases; the default registry where None.

    Returns:
        The report.

    Raises:
        UnknownNameError: an unknown code, basis, order or source of ratings; close names are
            suggested.
        InvalidQueryError: something that is no code, basis or limit; no barrier is asked, the limit
            is below 0, a named basis speaks of none of the barriers, nor does a crosswalk lead to one
            that it speaks of, observed evidence is named without its studies, or `rated_by` goes with
            an order that rests on no ratings.

    Examples:
        >>> match(["cfir-2009:complexity"]).bases["waltz-2019"].notes[0]
        'Complexity: no strategy at level 1 (the publisher counts 0 at level 1 and 15 at level 2)'
    """
    registry = registry or default_registry()
    if limit is not None and (not isinstance(limit, SupportsIndex) or limit < 0):
        raise InvalidQueryError(f"limit: expected a whole number of 0 or more, got {limit!r:.60}")
    asked = asked_of(codes_or_study, facilitators, registry)
    published, chains = parted(basis, observed=observed is not None)
    choice = chosen_bases(published, asked, registry)
    chosen = choice.bases
    full = {one.table.links.basis: ranked_by(one, registry) for one in chosen}
    full.update(chained(asked.barriers, None if theory else chains, full, registry))
    if observed is not None:
        seen = observed_basis(observed, asked.barriers, registry)
        full[seen.basis] = seen
    known = by_strategy(demands, registry)
    bases = {
        name: _cut(
            ordered(
                within(report, constraints or _NO_LIMITS, known, registry),
                order,
                rated_by,
                known,
                registry,
            ),
            limit,
        )
        for name, report in full.items()
    }
    spoken = {column.barrier for one in chosen for column in one.columns if column.spoken}
    relational = relational_options(tuple(full.values()), registry)
    return MatchReport(
        barriers=asked.barriers,
        bases=bases,
        relational=relational[:limit],
        unknown=tuple(_unknown(asked, spoken, full.values())),
        notes=(*asked.notes, *_notes(asked, choice, known, full.values(), registry)),
        relational_notes=relational_notes(relational, asked.barriers, registry),
        disagreements=tuple(disagreements(full, registry)),
        facilitators=tuple(
            to_build_on(
                asked.facilitators,
                None if basis is None else [one.table for one in chosen],
                registry,
            )
        ),
    )


def _cut(report: BasisReport, limit: int | None) -> BasisReport:
    return report if limit is None else evolve(report, ranking=report.ranking[:limit])


def _unknown(asked: Asked, spoken: set[Code], reports: Collection[BasisReport]) -> Iterator[Code]:
    """Yield the codes of barriers of which no report knows anything."""
    told = {
        barrier
        for index, barrier in enumerate(asked.barriers)
        if barrier in spoken
        or any(row.cells[index].told for report in reports for row in report.ranking)
    }
    known = {code for node in asked.nodes if not told.isdisjoint(node) for code in node}
    return (barrier for barrier in asked.barriers if barrier not in known)


def _notes(
    asked: Asked,
    choice: Choice,
    demands: Iterable[Code],
    reports: Collection[BasisReport],
    registry: Registry,
) -> Iterator[str]:
    if choice.elsewhere:
        named = ", ".join(choice.elsewhere)
        yield f"left out, since what they lead to are no strategies; ask by name: {named}"
    if asked.facilitators:
        yield INFERRED
    yield from _strategies(asked.barriers, choice, registry)
    if choice.across:
        yield (
            "left out, since a closer basis speaks of the barrier and these are reached over "
            f"crosswalks; ask by name: {_counted(choice.across, len(asked.barriers))}"
        )
    ranked = {row.strategy for report in reports for row in report.ranking}
    if idle := [code for code in demands if code not in ranked]:
        yield f"demands on strategies that no basis here ranks: {', '.join(idle)}"


def _counted(names: Mapping[str, int], of: int) -> str:
    if of == 1:
        return ", ".join(names)
    return ", ".join(f"{name} ({count} of {of} barriers)" for name, count in names.items())


def _strategies(barriers: Iterable[Code], choice: Choice, registry: Registry) -> Iterator[str]:
    """Say which of the barriers asked are strategies, but those that a basis speaks of itself."""
    for barrier in barriers:
        term = term_of(barrier, registry)
        if (
            term is not None
            and term.kind == "strategy"
            and not any(barrier in one.table.sources for one in choice.bases)
        ):
            yield (
                f"{term.label} ({barrier}) is a strategy, and was asked as a barrier: no basis here "
                "leads on from it"
            )
