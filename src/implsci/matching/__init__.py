"""Matching: which strategies a basis suggests for barriers, and how much stands behind it.

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

from collections.abc import Iterable

from attrs import asdict

from implsci.errors import InvalidQueryError
from implsci.matching.asking import asked_barriers
from implsci.matching.choosing import chosen_bases, speaks
from implsci.matching.ranking import ranked_by
from implsci.matching.relational import relational_options
from implsci.matching.report import (
    BasisReport,
    ChainStep,
    MatchCell,
    MatchReport,
    Observed,
    Ranked,
    RelationalOption,
)
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "BasisReport",
    "ChainStep",
    "MatchCell",
    "MatchReport",
    "Observed",
    "Ranked",
    "RelationalOption",
    "match",
]


def __dir__() -> list[str]:
    return __all__


def match(
    codes_or_study: str | Iterable[str] | Study,
    basis: str | Iterable[str] | None = None,
    limit: int | None = None,
    *,
    registry: Registry | None = None,
) -> MatchReport:
    """Rank the strategies that each basis suggests for some barriers.

    Args:
        codes_or_study: codes of barriers, or a study, whose coded barriers are taken (facilitators
            are left out, and named in the notes).
        basis: id of one basis or several; None takes every basis that speaks of these barriers and
            leads to strategies.
        limit: how many strategies of each ranking, and how many relational options, to keep.
        registry: holds the bases; the default registry where None.

    Returns:
        The report.

    Raises:
        UnknownNameError: an unknown code or basis; close names are suggested.
        InvalidQueryError: no barrier is asked, or a named basis speaks of none of them.

    Examples:
        >>> match(["cfir-2009:complexity"]).bases["waltz-2019"].notes[0]
        'Complexity: no strategy at level 1 (the publisher counts 0 at level 1 and 15 at level 2)'
    """
    registry = registry or default_registry()
    if limit is not None and limit < 0:
        raise InvalidQueryError(f"limit: expected 0 or more, got {limit}")
    barriers, notes = asked_barriers(codes_or_study, registry)
    chosen, others = chosen_bases(basis, barriers, registry)
    if others:
        named = ", ".join(links.basis for links in others)
        notes.append(f"left out, since what they lead to are no strategies; ask by name: {named}")
    full = {links.basis: ranked_by(links, barriers, registry) for links in chosen}
    speak = {barrier for links in chosen for barrier in barriers if speaks(links, barrier)}
    relational = tuple(relational_options(full.values(), registry))
    return MatchReport(
        barriers=barriers,
        bases={name: _cut(report, limit) for name, report in full.items()},
        relational=relational if limit is None else relational[:limit],
        unknown=tuple(barrier for barrier in barriers if barrier not in speak),
        notes=tuple(notes),
    )


def _cut(report: BasisReport, limit: int | None) -> BasisReport:
    if limit is None:
        return report
    return BasisReport(**{**asdict(report, recurse=False), "ranking": report.ranking[:limit]})
