"""The report: the main job on a compendium, for a reader at a terminal or in a browser.

Examples:
    >>> import implsci
    >>> from implsci.report import build_report
    >>> report = build_report(implsci.load("implsci-examples"), pooled=False)
    >>> report.to_text().splitlines()[0]
    'WHAT WAS STUDIED'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TypeVar

from attrs import frozen

from implsci.analysis import relationship
from implsci.codes import Code, split
from implsci.compendium import Compendium, Problems, facet_values
from implsci.errors import (
    CannotEstimateError,
    InvalidQueryError,
    MissingExtraError,
    UnknownNameError,
)
from implsci.matching import MatchReport, match
from implsci.mismatch import MismatchReport, Survey, examine, survey
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions import Bundles, Countries, Flows, bundles, countries, flows
from implsci.questions.equity import Equity, equity
from implsci.report import _page, text
from implsci.report._claims import RelationalUse, RoleClaim, relational_uses, role_claims
from implsci.report._reach import ByGroup, by_group
from implsci.report._tried import Tried, tried
from implsci.synthesis import Synthesis, synthesize
from implsci.synthesis.axes import label_of

__all__ = [
    "ByGroup",
    "Profile",
    "RelationalUse",
    "Report",
    "RoleClaim",
    "Tried",
    "build_report",
]


def __dir__() -> list[str]:
    return __all__


_Found = TypeVar("_Found")

# Few cases have the very same strategies; by the broadest terms it shows what goes together.
_BROADEST = 1
# No set beyond pairs: the report shows combinations as they occur, and sets take long to find.
_LARGEST = 2
# How many of the commonest barriers the report looks matches up for.
_BARRIERS_MATCHED = 5


@frozen(kw_only=True)
class Profile:
    """How often each value of a facet occurs.

    Attributes:
        facet: the facet.
        counts: studies by label of the value, commonest first.
        silent: how many studies say nothing on it.
    """

    facet: str
    counts: Mapping[str, int]
    silent: int


@frozen(kw_only=True)
class Report:
    """What a compendium has learnt so far.

    Attributes:
        compendium: the studies.
        problems: what the check of them found.
        profiles: what was studied: sectors, countries, designs.
        years: first and last year of publication; None where no study tells.
        outcomes: strategies by outcomes over all studies.
        barriers: barriers by strategies, by co-occurrence, stated links counted apart.
        matches: what the bases suggest for the commonest barriers, one barrier at a time.
        relational: relational strategies in use, commonest first.
        relationship_studies: how many studies speak of a relationship.
        claims: every finding that claims a role for a relationship.
        roles_asked: the compendium asked for every role at once; None where it was not asked.
        roles_unasked: why it was not asked, in words; None where it was.
        fits: how often strategies do not fit their barriers, and how often that cannot be told.
        examined: the studies in which something could be judged or did not fit.
        tried: what was tried for which barrier in which sector.
        reach: measurements by group of people.
        equity: gaps between groups, and groups that nobody studied; None where it was not asked,
            for want of studies or of the taxonomy of strata.
        flows: which barriers lead to which strategies, and these to which outcomes; why it cannot
            be told, in words, where it cannot.
        bundles: which strategies are used together, by the broadest terms of their taxonomy: pairs
            and every combination; likewise.
        countries: where it was studied; likewise.
        unlinked: the basis that reports evidence of no link, by pair of codes that the tables hold.
        broader: the broader sectors of each sector.
        labels: labels of the codes that the report names.
    """

    compendium: Compendium
    problems: Problems
    profiles: tuple[Profile, ...]
    years: tuple[int, int] | None
    outcomes: Synthesis
    barriers: Synthesis
    matches: tuple[MatchReport, ...]
    relational: tuple[RelationalUse, ...]
    relationship_studies: int
    claims: tuple[RoleClaim, ...]
    roles_asked: relationship.Roles | None
    roles_unasked: str | None
    fits: Survey
    examined: tuple[MismatchReport, ...]
    tried: tuple[Tried, ...]
    reach: tuple[ByGroup, ...]
    equity: Equity | None
    flows: Flows | str
    bundles: Bundles | str
    countries: Countries | str
    unlinked: Mapping[tuple[str, str], str]
    broader: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]

    def label(self, code: str) -> str:
        """Return the label of a code that the report names."""
        return self.labels.get(code, code)

    def place(self, study_id: str) -> int:
        """Return the place of a study in the compendium, from 0."""
        return self._places[study_id]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {study.id: place for place, study in enumerate(self.compendium)}

    def roles(self) -> dict[str, tuple[RoleClaim, ...]]:
        """Return the claims by role, the role claimed most often first."""
        roles: dict[str, list[RoleClaim]] = {}
        for claim in self.claims:
            roles.setdefault(claim.role, []).append(claim)
        ordered = sorted(roles.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return {role: tuple(claims) for role, claims in ordered}

    def to_text(self, width: int = 80) -> str:
        """Return the report for a terminal.

        Args:
            width: how many columns it has.
        """
        return text.to_text(self, width)

    def to_html(self) -> str:
        """Return the report as one page that opens from disk, without any outside file.

        All of it can be read without JavaScript; the page's own small script adds filters.
        """
        return _page.to_html(self)


def build_report(
    compendium: Compendium, registry: Registry | None = None, *, pooled: bool = True
) -> Report:
    """Do the main job on a compendium.

    Args:
        compendium: the studies.
        registry: holds taxonomies and bases; the default registry where None.
        pooled: whether to pool effects, which needs the extra ``analysis``.

    Returns:
        The report.

    Raises:
        MissingExtraError: there is something to pool and the extra ``analysis`` is not installed.
    """
    registry = registry or default_registry()
    outcomes = synthesize(compendium, "strategy", "outcome", pooled=pooled, registry=registry)
    barriers = synthesize(
        compendium, "barrier", "strategy", link="cooccur", pooled=pooled, registry=registry
    )
    common = _common_barriers(barriers, registry)
    matches = tuple(match(code, registry=registry) for code in common)
    years = [study.year for study in compendium if study.year is not None]
    asked, unasked = _roles(compendium, registry)
    reach = tuple(by_group(compendium))
    broader: dict[str, tuple[str, ...]] = {
        code: _broader(code, registry) for study in compendium for code in study.sectors
    }
    looked_at = (examine(study, registry=registry) for study in compendium)
    return Report(
        compendium=compendium,
        problems=compendium.check(registry),
        profiles=tuple(
            _profile(compendium, facet, registry) for facet in ("sector", "country", "design")
        ),
        years=(min(years), max(years)) if years else None,
        outcomes=outcomes,
        barriers=barriers,
        matches=matches,
        relational=tuple(relational_uses(compendium, registry)),
        relationship_studies=sum(bool(study.relationships) for study in compendium),
        claims=tuple(role_claims(compendium)),
        roles_asked=asked,
        roles_unasked=unasked,
        fits=survey(compendium, registry=registry),
        examined=tuple(found for found in looked_at if found.judged or found.mismatches),
        tried=tuple(tried(compendium, barriers)),
        reach=reach,
        equity=_equity(compendium, registry),
        flows=_answer(lambda: flows(compendium, registry=registry)),
        bundles=_answer(
            lambda: bundles(compendium, largest=_LARGEST, rollup=_BROADEST, registry=registry)
        ),
        countries=_answer(lambda: countries(compendium, registry=registry)),
        unlinked=dict(_unlinked((barriers, outcomes), registry)),
        broader=broader,
        labels={
            code: label_of(code, registry)
            for code in {
                *common,
                *(code for study in compendium for code in study.equity),
                *broader,
                *(code for codes in broader.values() for code in codes),
                *(line.group for line in reach),
                *(
                    value.value
                    for table in (barriers, outcomes)
                    for value in (*table.rows, *table.columns)
                ),
            }
        },
    )


def _common_barriers(barriers: Synthesis, registry: Registry) -> list[str]:
    installed = {taxonomy.scheme for taxonomy in registry.taxonomies()}
    sources = {
        source
        for links in registry.bases()
        for source in links.sources
        if split(source)[0] in installed
    }
    return [row.value for row in barriers.rows if row.value in sources][:_BARRIERS_MATCHED]


def _roles(
    compendium: Compendium, registry: Registry
) -> tuple[relationship.Roles | None, str | None]:
    if not any(study.relationships for study in compendium):
        return None, "no study speaks of a relationship"
    try:
        return relationship.roles(compendium, registry=registry), None
    except (CannotEstimateError, MissingExtraError) as error:
        return None, str(error)


def _equity(compendium: Compendium, registry: Registry) -> Equity | None:
    try:
        return equity(compendium, registry=registry)
    except (InvalidQueryError, UnknownNameError):
        return None


def _answer(ask: Callable[[], _Found]) -> _Found | str:
    try:
        return ask()
    except (CannotEstimateError, InvalidQueryError, UnknownNameError) as error:
        return str(error)


def _broader(code: Code, registry: Registry) -> tuple[str, ...]:
    try:
        return tuple(registry.taxonomy(split(code)[0]).ancestors(code))
    except (UnknownNameError, KeyError):
        return ()


def _unlinked(
    tables: Iterable[Synthesis], registry: Registry
) -> Iterable[tuple[tuple[str, str], str]]:
    """Yield the pairs of the tables for which a basis reports evidence of no link."""
    for table in tables:
        rows = {row.value for row in table.rows}
        columns = {column.value for column in table.columns}
        for basis in registry.bases():
            for link in basis.links:
                if link.status != "non-link":
                    continue
                for pair in ((link.source, link.target), (link.target, link.source)):
                    if pair[0] in rows and pair[1] in columns:
                        yield pair, basis.basis


def _profile(compendium: Compendium, facet: str, registry: Registry) -> Profile:
    counts: Counter[str] = Counter()
    silent = 0
    for study in compendium:
        values = facet_values(study, facet)
        counts.update(
            label_of(value, registry) if ":" in value else _worded(value) for value in values
        )
        silent += not values
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return Profile(facet=facet, counts=dict(ordered), silent=silent)


def _worded(value: str) -> str:
    return value.replace("_", " ").replace("rct", "RCT")
