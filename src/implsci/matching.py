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

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import asdict, frozen

from implsci.codes import Code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import (
    Crosswalk,
    Level,
    Link,
    LinkKind,
    LinkSet,
    LinkStatus,
    Status,
    Taxonomy,
    TermMapping,
)

__all__ = ["BasisReport", "MatchCell", "MatchReport", "Ranked", "RelationalOption", "match"]


def __dir__() -> list[str]:
    return __all__


_RELATIONAL = "relational"
# Bounds in percent of what is known of a cell by its level alone (Waltz 2019).
_BOUNDS: dict[Level | None, tuple[float, float]] = {
    None: (0, 100),
    1: (50, 100),
    2: (20, 50),
    "1-2": (20, 100),
}
_STATUS_NOTE: dict[Status, str] = {
    "derived": "derived: its links were read at second hand or worked out",
    "provisional": "PROVISIONAL: its links are from memory; read the source before you rely on them",
}
# Below this share of known cells a ranking by totals says that it rests on little.
_FEW = 0.5


@frozen(kw_only=True)
class MatchCell:
    """What a basis knows of one barrier and one strategy.

    Attributes:
        barrier: the barrier's code.
        endorsed: how many endorsed the pair; None where unknown.
        respondents: of how many; None where unknown.
        percent: the share, 0 to 100, unrounded; None where unknown.
        level: 1, 2 or ``1-2``; None for none or unknown.
        status: what the evidence amounts to, where the basis says so.
        derived: whether a number was worked out rather than printed.

    Examples:
        >>> report = match("cfir-2009:reflecting-and-evaluating").bases["waltz-2019"]
        >>> cell = report.ranking[1].cells[0]
        >>> cell.endorsed, cell.respondents, cell.level
        (14, 25, 1)
    """

    barrier: Code
    endorsed: int | None
    respondents: int | None
    percent: float | None
    level: Level | None
    status: LinkStatus | None
    derived: bool

    @property
    def share(self) -> str | None:
        """Who endorsed the pair, in words such as ``14 of 25``, or ``56 %`` where no count is known."""
        if self.endorsed is not None:
            return f"{self.endorsed} of {self.respondents}"
        return None if self.percent is None else f"{self.percent:g} %"

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that the share can be, in percent."""
        return _BOUNDS[self.level] if self.percent is None else (self.percent, self.percent)


@frozen(kw_only=True)
class Ranked:
    """A strategy in the ranking of one basis.

    Attributes:
        strategy: its code.
        label: its label.
        total: sum of the known percents over the asked barriers (it may pass 100); None where none
            is known.
        total_low: the least the full sum can be.
        total_high: the most the full sum can be.
        known: how many of the asked cells have a share or a status.
        of: how many barriers were asked.
        cells: one a barrier, in the order asked.
        provisional: whether the strategy itself is from memory or thin evidence.
    """

    strategy: Code
    label: str
    total: float | None
    total_low: float
    total_high: float
    known: int
    of: int
    cells: tuple[MatchCell, ...]
    provisional: bool = False

    @property
    def shown(self) -> str:
        """The label, marked where the strategy is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label

    @property
    def linked(self) -> int:
        """To how many of the asked barriers the basis links it, where it knows no shares."""
        return sum(cell.status == "link" for cell in self.cells)


@frozen(kw_only=True)
class BasisReport:
    """What one basis suggests.

    Attributes:
        basis: its id.
        kind: expert endorsement, theory, coding or observed.
        source: where it is published.
        known: how many of the asked barriers' cells are known.
        possible: how many there are: barriers asked times strategies.
        ranking: every strategy, by known total, then by how many of the barriers the basis links it
            to, then by the least the total can be, then by label.
        notes: what a reader must know, such as that no strategy reaches level 1.
    """

    basis: str
    kind: LinkKind
    source: str | None
    known: int
    possible: int
    ranking: tuple[Ranked, ...]
    notes: tuple[str, ...]


@frozen(kw_only=True)
class RelationalOption:
    """A relational action worth considering, and the weak ground it stands on.

    Attributes:
        strategy: its code.
        label: its label.
        basis: the crosswalk that ties it to an endorsed strategy.
        because: the reason, in words.
        provisional: whether the action itself is from thin evidence.
    """

    strategy: Code
    label: str
    basis: str
    because: str
    provisional: bool = False

    @property
    def shown(self) -> str:
        """The label, marked where the action is provisional."""
        return f"{self.label} (provisional)" if self.provisional else self.label


@frozen(kw_only=True)
class MatchReport:
    """What the bases suggest for some barriers, each ranked apart.

    Attributes:
        barriers: codes of the barriers asked.
        bases: the report of each basis, by its id.
        relational: relational actions, apart, since no basis endorses them directly.
        unknown: barriers of which none of these bases knows anything.
        notes: what a reader must know.

    Examples:
        >>> match(["cfir-2009:complexity", "cfir-2009:engaging"]).unknown
        ('cfir-2009:engaging',)
    """

    barriers: tuple[Code, ...]
    bases: Mapping[str, BasisReport]
    relational: tuple[RelationalOption, ...]
    unknown: tuple[Code, ...]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, in the shape that other programs read."""
        return {
            "barriers": list(self.barriers),
            "bases": [asdict(report) for report in self.bases.values()],
            "relational": [asdict(option) for option in self.relational],
            "unknown": list(self.unknown),
            "notes": list(self.notes),
        }


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
    barriers, notes = _asked(codes_or_study, registry)
    chosen, others = _bases(basis, barriers, registry)
    if others:
        named = ", ".join(links.basis for links in others)
        notes.append(f"left out, since what they lead to are no strategies; ask by name: {named}")
    full = {links.basis: _report(links, barriers, registry) for links in chosen}
    speak = {barrier for links in chosen for barrier in barriers if _speaks(links, barrier)}
    relational = tuple(_relational(full.values(), registry))
    return MatchReport(
        barriers=barriers,
        bases={name: _cut(report, limit) for name, report in full.items()},
        relational=relational if limit is None else relational[:limit],
        unknown=tuple(barrier for barrier in barriers if barrier not in speak),
        notes=tuple(notes),
    )


def _asked(
    asked: str | Iterable[str] | Study, registry: Registry
) -> tuple[tuple[Code, ...], list[str]]:
    notes: list[str] = []
    if isinstance(asked, Study):
        helping = [barrier for barrier in asked.barriers if barrier.valence == "facilitator"]
        hindering = [barrier for barrier in asked.barriers if barrier.valence != "facilitator"]
        names: list[str] = [code for barrier in hindering for code in barrier.codes]
        uncoded = [barrier.label for barrier in hindering if not barrier.codes]
        absent = [name for name in names if not _installed(name, registry)]
        names = [name for name in names if name not in absent]
        if absent:
            notes.append(
                f"codes of taxonomies that are not installed are left out: {', '.join(absent)}"
            )
        if helping:
            named = ", ".join(barrier.label for barrier in helping)
            notes.append(f"facilitators are left out: {named}")
        if uncoded:
            notes.append(f"barriers without a code are left out: {', '.join(uncoded)}")
        if not names:
            raise InvalidQueryError(f"study {asked.id} has no coded barrier to match")
    else:
        names = [asked] if isinstance(asked, str) else list(asked)
        if not names:
            raise InvalidQueryError("no barrier to match; expected at least one code")
    return tuple(dict.fromkeys(registry.term(name).code for name in names)), notes


def _installed(code: str, registry: Registry) -> bool:
    return _taxonomy(split(Code(code))[0], registry) is not None


def _taxonomy(scheme: str, registry: Registry) -> Taxonomy | None:
    try:
        return registry.taxonomy(scheme)
    except UnknownNameError:
        return None


def _bases(
    basis: str | Iterable[str] | None, barriers: tuple[Code, ...], registry: Registry
) -> tuple[list[LinkSet], list[LinkSet]]:
    """Return the bases to rank, and those that speak of the barriers but lead to no strategies."""
    if basis is None:
        speaking = [
            links
            for links in registry.bases()
            if any(barrier in links.sources for barrier in barriers)
        ]
        to_strategies = [links for links in speaking if _leads_to_strategies(links, registry)]
        return to_strategies, [links for links in speaking if links not in to_strategies]
    named = [registry.links(name) for name in ([basis] if isinstance(basis, str) else basis)]
    for links in named:
        if not any(barrier in links.sources for barrier in barriers):
            schemes = sorted({split(source)[0] for source in links.sources})
            raise InvalidQueryError(
                f"basis {links.basis} does not speak of {', '.join(barriers)}; "
                f"it speaks of {len(links.sources)} terms of {', '.join(schemes)}"
            )
    return named, []


def _leads_to_strategies(links: LinkSet, registry: Registry) -> bool:
    """Say whether what a basis leads to are strategies, as far as the taxonomies can tell."""
    kinds = {
        term.kind
        for scheme in {split(target)[0] for target in links.targets}
        if (taxonomy := _taxonomy(scheme, registry)) is not None
        for target in links.targets
        if (term := taxonomy.get(target)) is not None
    }
    return not kinds or "strategy" in kinds


def _speaks(links: LinkSet, barrier: Code) -> bool:
    return any(link.source == barrier for link in links.links)


def _report(links: LinkSet, barriers: tuple[Code, ...], registry: Registry) -> BasisReport:
    ranking = [
        _ranked(
            target,
            _label(target, registry),
            [links.link(b, target) for b in barriers],
            barriers,
            _provisional(target, registry),
        )
        for target in links.targets
    ]
    ranking.sort(
        key=lambda row: (
            row.total is None,
            -(row.total or 0),
            -row.linked,
            -row.total_low,
            row.label,
        )
    )
    known = sum(row.known for row in ranking)
    return BasisReport(
        basis=links.basis,
        kind=links.kind,
        source=links.citation,
        known=known,
        possible=len(links.targets) * len(barriers),
        ranking=tuple(ranking),
        notes=tuple(_notes(links, barriers, ranking, known, registry)),
    )


def _ranked(
    target: Code,
    label: str,
    found: list[Link | None],
    barriers: tuple[Code, ...],
    provisional: bool,
) -> Ranked:
    cells = tuple(
        MatchCell(
            barrier=barrier,
            endorsed=link.k if link else None,
            respondents=link.n if link else None,
            percent=link.percent if link else None,
            level=link.level if link else None,
            status=link.status if link else None,
            derived=link.derived if link else False,
        )
        for barrier, link in zip(barriers, found, strict=True)
    )
    percents = [cell.percent for cell in cells if cell.percent is not None]
    return Ranked(
        strategy=target,
        label=label,
        total=sum(percents) if percents else None,
        total_low=sum(cell.bounds[0] for cell in cells),
        total_high=sum(cell.bounds[1] for cell in cells),
        known=sum(cell.percent is not None or cell.status is not None for cell in cells),
        of=len(cells),
        cells=cells,
        provisional=provisional,
    )


def _notes(
    links: LinkSet,
    barriers: tuple[Code, ...],
    ranking: list[Ranked],
    known: int,
    registry: Registry,
) -> Iterator[str]:
    if links.kind == "endorsement":
        for index, barrier in enumerate(barriers):
            if barrier not in links.sources:
                yield f"{_label(barrier, registry)}: respondents were not asked about it"
            else:
                at_one = sum(row.cells[index].level == 1 for row in ranking)
                maybe = sum(row.cells[index].level == "1-2" for row in ranking)
                if not at_one:
                    yield _no_level_1(links, barrier, maybe, registry)
    if links.status != "verified":
        yield _STATUS_NOTE[links.status]
    possible = len(links.targets) * len(barriers)
    if known and all(row.total is None for row in ranking):
        yield (
            f"it states links and no shares: {known} of {possible} cells are known, and the order is "
            "by how many of the barriers asked are linked"
        )
    elif not known:
        yield f"no share is known (0 of {possible} cells); unknown is not zero"
    elif known < _FEW * possible:
        yield (
            f"{known} of {possible} cells are known: the order rests on those alone, "
            "and an unknown cell is not zero"
        )


def _no_level_1(links: LinkSet, barrier: Code, maybe: int, registry: Registry) -> str:
    label = _label(barrier, registry)
    published = links.level_count(barrier)
    if published is not None:
        counted = (
            f"the publisher counts {published.level1} at level 1 and {published.level2} at level 2"
        )
        if published.level1 == 0:
            return f"{label}: no strategy at level 1 ({counted})"
        return f"{label}: no strategy known at level 1, though {counted}"
    if maybe:
        return (
            f"{label}: no strategy known at level 1; of {maybe} it is known only that they reach "
            "level 1 or 2"
        )
    return f"{label}: no strategy known at level 1"


def _relational(reports: Iterable[BasisReport], registry: Registry) -> Iterator[RelationalOption]:
    """Yield relational actions tied by a crosswalk to strategies that reach a level, best first."""
    crosswalks = [
        crosswalk for crosswalk in registry.crosswalks() if crosswalk.subject_scheme == _RELATIONAL
    ]
    best: dict[Code, tuple[float, RelationalOption]] = {}
    for report in reports:
        rows = {row.strategy: row for row in report.ranking}
        for crosswalk in crosswalks:
            for mapping in crosswalk.mappings:
                row = rows.get(mapping.object)
                cell = _strongest(row) if row else None
                if row is None or cell is None:
                    continue
                weight = cell.bounds[0]
                if mapping.subject not in best or best[mapping.subject][0] < weight:
                    option = _option(mapping, crosswalk, row, cell, registry)
                    best[mapping.subject] = weight, option
    ordered = sorted(best.values(), key=lambda pair: (-pair[0], pair[1].label))
    return (option for _, option in ordered)


def _strongest(row: Ranked) -> MatchCell | None:
    reaching = (cell for cell in row.cells if cell.level is not None)
    return max(reaching, key=lambda cell: cell.bounds, default=None)


def _option(
    mapping: TermMapping, crosswalk: Crosswalk, row: Ranked, cell: MatchCell, registry: Registry
) -> RelationalOption:
    predicate = mapping.predicate.removeprefix("skos:").removesuffix("Match")
    barrier = _label(cell.barrier, registry)
    share = (
        f"chosen by {cell.share} for {barrier}"
        if cell.percent is not None
        else f"known to reach level {cell.level} for {barrier}"
    )
    return RelationalOption(
        strategy=mapping.subject,
        label=_label(mapping.subject, registry),
        basis=crosswalk.name,
        because=(
            f"{predicate} match of {row.label}, {share}; the tie was made by "
            f"{mapping.author or 'an unnamed author'} ({crosswalk.status}), "
            "and the action itself was not rated"
        ),
        provisional=_provisional(mapping.subject, registry),
    )


def _cut(report: BasisReport, limit: int | None) -> BasisReport:
    if limit is None:
        return report
    return BasisReport(**{**asdict(report, recurse=False), "ranking": report.ranking[:limit]})


def _provisional(code: Code, registry: Registry) -> bool:
    try:
        return registry.term(code).status == "provisional"
    except UnknownNameError:
        return False


def _label(code: Code, registry: Registry) -> str:
    try:
        return registry.term(code).label
    except UnknownNameError:
        return code
