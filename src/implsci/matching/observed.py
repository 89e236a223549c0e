"""What a compendium saw: which strategies were tried against a barrier, where, and what came of it.

A strategy was *tried against* a barrier in a study where the source says that it addresses it
(``Strategy.addresses``). Where both merely occur, the study stands *beside*: that is no claim that one
has to do with the other.

Strategies are ordered by how many independent studies or programmes tried them, never by how often
the findings are good. A count of directions is no evidence of what works: it tells neither size nor
precision (Borenstein 2009, ch. 28, doi:10.1002/9780470743386). And what worked is published more
often, by those who are rewarded for publishing, who are seldom those who support practice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import Factory, define, evolve

from implsci.analysis.pooling import Drawn, Pooled, against_another, is_bundle, pool
from implsci.analysis.tally import tally
from implsci.codes import Code, split
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.mapping import Route
from implsci.matching._common import edition_of, settled, unknown_cell
from implsci.matching._keeping import Kept
from implsci.matching._reaching import Reach
from implsci.matching.names import is_provisional, label_of, taxonomy_of, worst
from implsci.matching.report import BasisReport, Edition, MatchCell, Observed, Ranked
from implsci.model import Finding, Strategy, Study
from implsci.plugins import Registry
from implsci.taxonomy import Status

__all__ = ["observed_basis"]


def __dir__() -> list[str]:
    return __all__


_ORDER = (
    "by independent studies or programmes that tried it against the barriers asked, each counted once, "
    "then by those in which both occur, then by label"
)
_NO_BARRIER: Final[Mapping[str | None, str]] = {
    "facilitator": "a facilitator",
    "neutral": "neutral",
}
_UNPOOLED = "pooling needs the extra analysis"


def observed_basis(
    compendium: Compendium,
    barriers: tuple[Code, ...],
    registry: Registry,
    *,
    scheme: str | None = None,
    r: float = 0.8,
) -> BasisReport:
    """Return which strategies a compendium saw tried against some barriers, and what came of it.

    A study counts for a barrier that it codes with the barrier's code, with a narrower one, or with
    one of another taxonomy that a crosswalk calls the same, exactly or closely (`MatchCell.via`).
    Facilitators and neutral determinants are no barriers. Each code of a strategy has a row of its
    own; codes of two schemes are never taken for one. A finding belongs to a cell where it names a
    strategy that addresses the barrier and, where it names barriers, this one.

    Args:
        compendium: the studies, each looked at once. Where they are a tuple, what they answered is
            kept for the next time, for as long as the compendium and the registry live.
        barriers: codes of the barriers asked.
        registry: holds the taxonomies and crosswalks.
        scheme: the strategies that are all listed, also those that no study tried; None for the
            scheme that most strategies of the compendium are coded in. Strategies of other schemes
            are listed where a study has them with the barrier.
        r: correlation assumed between effects of one study or programme, 0 to 1.

    Returns:
        The report, of kind ``observed``: no percents and no totals; a cell is known where a study tried
        the strategy against the barrier. The order: independent studies or programmes (each counted
        once over the barriers asked) that tried it, then those that stand beside, then label.

    Raises:
        InvalidQueryError: no barrier is asked, `scheme` holds no strategies, or `r` is out of 0 to 1.
        UnknownNameError: no such barrier in an installed taxonomy, or no such scheme.

    Examples:
        >>> import implsci
        >>> compendium = implsci.load("implsci-examples")
        >>> barrier = ("cfir-2009:knowledge-and-beliefs-about-the-intervention",)
        >>> report = observed_basis(compendium, barrier, implsci.registry())
        >>> best = report.ranking[0]
        >>> best.label, len(best.cells[0].observed.study_ids)
        ('Conduct educational meetings', 3)
    """
    asked = settled(barriers, registry)
    if not 0 <= r <= 1:
        raise InvalidQueryError(f"r: expected a correlation from 0 to 1, got {r}")
    given = None if scheme is None else registry.taxonomy(scheme).scheme
    if given is not None and not _strategies_of(given, registry):
        raise InvalidQueryError(
            f"scheme: expected one of strategies, got {given!r}, which has none"
        )
    if not isinstance(compendium.studies, tuple):  # a list may have changed since
        return _observed(compendium, asked, given, registry, r)
    return _KEPT.answer(
        registry,
        compendium,
        (asked, given, r),
        lambda: _observed(compendium, asked, given, registry, r),
    )


_KEPT: Final[Kept[BasisReport]] = Kept()


def _observed(
    compendium: Compendium, asked: tuple[Code, ...], given: str | None, registry: Registry, r: float
) -> BasisReport:
    """Return what `observed_basis` does for barriers and a scheme that are known to be there."""
    seen = _Seen(asked, registry)
    for study in compendium:
        seen.look_at(study)
    whole = given or seen.commonest
    listed = [*(_strategies_of(whole, registry) if whole else ()), *sorted(seen.drawn)]
    unknown = tuple(
        evolve(unknown_cell(barrier), same_as=seen.stead.get(barrier)) for barrier in asked
    )
    ranking = [
        _ranked(code, seen.drawn.get(code), unknown, registry, r) for code in dict.fromkeys(listed)
    ]
    ranking.sort(key=lambda row: (*seen.order(row.strategy), row.label, row.strategy))
    ways: list[Status] = [way.status for row in ranking for cell in row.cells for way in cell.via]
    return BasisReport(
        basis=f"observed:{compendium.name}" if compendium.name else "observed",
        kind="observed",
        source=compendium.citation or compendium.title or compendium.name,
        known=sum(row.known for row in ranking),
        possible=len(ranking) * seen.counting,
        ranking=tuple(ranking),
        notes=tuple(_notes(seen, ranking, whole, registry, r)),
        speaks_of=_editions(asked, registry),
        leads_to=_editions((row.strategy for row in ranking), registry),
        status=worst(ways) if ways else None,
        order=_ORDER,
        unrated=sum(row.strategy not in seen.drawn for row in ranking),
    )


def _editions(codes: Iterable[Code], registry: Registry) -> tuple[Edition, ...]:
    schemes = sorted({split(code)[0] for code in codes})
    return tuple(edition_of(scheme, registry) for scheme in schemes)


@define
class _Cell:
    """What is drawn for one strategy and one barrier."""

    tried: list[str] = Factory(list)
    beside: list[str] = Factory(list)
    groups: set[str] = Factory(set)
    beside_groups: set[str] = Factory(set)
    sectors: Counter[str] = Factory(Counter)
    countries: Counter[str] = Factory(Counter)
    findings: list[Drawn] = Factory(list)
    routes: dict[Code, Route] = Factory(dict)


class _Seen:
    """What the studies said of the barriers asked, gathered one study after the other."""

    def __init__(self, asked: tuple[Code, ...], registry: Registry) -> None:
        self.asked = asked
        self.drawn: dict[Code, dict[int, _Cell]] = {}
        self.schemes: Counter[str] = Counter()
        self.studies = [0] * len(asked)
        self.silent = 0
        self.partly = 0
        self.with_barrier = 0
        self.left_out: Counter[str] = Counter()
        self.no_code = 0
        self.crossed: Counter[tuple[str, ...]] = Counter()
        self._reach = Reach(asked, registry)
        self.stead = self._one_and_the_same()

    @property
    def counting(self) -> int:
        """How many of the barriers asked count."""
        return len(self.asked) - len(self.stead)

    @property
    def commonest(self) -> str | None:
        """The scheme that most strategies are coded in; ties go by name."""
        return min(self.schemes, key=lambda one: (-self.schemes[one], one), default=None)

    def order(self, strategy: Code) -> tuple[int, int]:
        """Return what puts a strategy in its place: independent studies that tried it, and beside."""
        cells = self.drawn.get(strategy, {}).values()
        tried = {group for cell in cells for group in cell.groups}
        beside = {group for cell in cells for group in cell.beside_groups}
        return -len(tried), -len(beside - tried)

    def _one_and_the_same(self) -> Mapping[Code, Code]:
        """Return the barriers that a crosswalk calls the same as one asked before, with that one."""
        stead: dict[Code, Code] = {}
        for index, code in enumerate(self.asked):
            for other, way in self._reach.of(code).items():
                if way is not None and other < index:
                    stead.setdefault(code, stead.get(self.asked[other], self.asked[other]))
        return stead

    def look_at(self, study: Study) -> None:
        """Take in what a study says of the barriers asked."""
        for strategy in study.strategies:
            for code in strategy.codes:
                self.schemes[code.partition(":")[0]] += 1
        nodes, others = self._barriers(study)
        if not nodes:
            self.left_out.update(others)
            return
        self.with_barrier += 1
        silent = study.links_coded == "none" or (
            study.links_coded is None and not any(one.addresses for one in study.strategies)
        )
        self.silent += silent
        self.partly += not silent and study.links_coded != "complete"
        met = {one for ids in nodes.values() for one in ids}
        self.no_code += any(
            not one.codes and not met.isdisjoint(one.addresses) for one in study.strategies
        )
        by_code: dict[Code, list[Strategy]] = {}
        for strategy in study.strategies:
            for code in strategy.codes:
                by_code.setdefault(code, []).append(strategy)
        for index, ids in nodes.items():
            self.studies[index] += 1
            for code, strategies in by_code.items():
                self._draw(study, index, ids, code, strategies)
        used = {way.crosswalks for ids in nodes.values() for way in ids.values() if way is not None}
        self.crossed.update(used)

    def _barriers(self, study: Study) -> tuple[dict[int, dict[str, Route | None]], set[str]]:
        """Return the barriers of a study by which of those asked they stand for, and what is none."""
        nodes: dict[int, dict[str, Route | None]] = {}
        others: set[str] = set()
        for barrier in study.barriers:
            for code in barrier.codes:
                for index, way in self._reach.of(code).items():
                    if (said := _NO_BARRIER.get(barrier.valence)) is not None:
                        others.add(said)
                        continue
                    ids = nodes.setdefault(index, {})
                    if way is None or barrier.id not in ids:
                        ids[barrier.id] = way
        return nodes, others

    def _draw(
        self,
        study: Study,
        index: int,
        ids: Mapping[str, Route | None],
        code: Code,
        strategies: Sequence[Strategy],
    ) -> None:
        cell = self.drawn.setdefault(code, {}).setdefault(index, _Cell())
        aimed = {one.id for one in strategies if not ids.keys().isdisjoint(one.addresses)}
        group = study.programme or study.id  # papers that share it depend on one another
        if aimed:
            cell.tried.append(study.id)
            cell.groups.add(group)
            cell.sectors.update(dict.fromkeys(study.sectors, 1))
            cell.countries.update(study.countries)
        else:
            cell.beside.append(study.id)
            cell.beside_groups.add(group)
        met = (
            {one for strategy in strategies for one in strategy.addresses} if aimed else ids.keys()
        )
        cell.routes.update(
            (way.object, way) for one, way in ids.items() if way is not None and one in met
        )
        cell.findings += (
            Drawn(study, finding, _bundled(study, finding, code))
            for finding in study.findings
            if not aimed.isdisjoint(finding.strategies)
            and (not finding.barriers or not ids.keys().isdisjoint(finding.barriers))
        )


def _bundled(study: Study, finding: Finding, code: Code) -> bool:
    """Say whether several strategies stand behind a finding, be it in one node with several codes."""
    if is_bundle(study, finding):
        return True
    scheme = f"{code.partition(':')[0]}:"
    own = (one.codes for one in study.strategies if one.id in finding.strategies)
    return len({one for codes in own for one in codes if one.startswith(scheme)}) > 1


def _strategies_of(scheme: str, registry: Registry) -> list[Code]:
    """Return the strategies of a scheme that are in use; none where it is not installed."""
    taxonomy = taxonomy_of(scheme, registry)
    current = [term for term in taxonomy or () if term.replaced_by is None]
    named = [term.code for term in current if term.kind == "strategy"]
    if named or taxonomy is None or taxonomy.kind != "strategy":
        return named
    return [term.code for term in current if term.kind != "group"]


def _ranked(
    code: Code,
    drawn: Mapping[int, _Cell] | None,
    unknown: tuple[MatchCell, ...],
    registry: Registry,
    r: float,
) -> Ranked:
    cells = (
        unknown
        if drawn is None
        else tuple(
            _cell(one, drawn[index], r) if index in drawn else one
            for index, one in enumerate(unknown)
        )
    )
    return Ranked(
        strategy=code,
        label=label_of(code, registry),
        total=None,
        total_low=0,
        total_high=100 * sum(cell.same_as is None for cell in cells),
        known=sum(cell.told and cell.same_as is None for cell in cells),
        of=sum(cell.same_as is None for cell in cells),
        cells=cells,
        provisional=is_provisional(code, registry),
    )


def _cell(unknown: MatchCell, drawn: _Cell, r: float) -> MatchCell:
    estimates, left_out = _pooled(drawn.findings, r)
    via = tuple(drawn.routes[code] for code in sorted(drawn.routes))
    return evolve(
        unknown,
        via=via,
        standing=worst(way.status for way in via) if via and drawn.tried else None,
        observed=Observed(
            study_ids=tuple(drawn.tried),
            beside_ids=tuple(drawn.beside),
            sectors=_commonest_first(drawn.sectors),
            countries=_commonest_first(drawn.countries),
            by_basis=tally(one.finding for one in drawn.findings),
            bundled=sum(one.bundled for one in drawn.findings),
            against_another=sum(against_another(one.study, one.finding) for one in drawn.findings),
            estimates=estimates,
            left_out=left_out,
        ),
    )


def _commonest_first(counts: Counter[str]) -> dict[str, int]:
    return {one: counts[one] for one in sorted(counts, key=lambda one: (-counts[one], one))}


def _pooled(drawn: list[Drawn], r: float) -> tuple[tuple[Pooled, ...], dict[str, int]]:
    if not drawn:
        return (), {}
    try:
        estimates, left_out = pool(drawn, bundles=False, r=r)
    except MissingExtraError:
        return (), {_UNPOOLED: len(drawn)}
    return estimates, dict(sorted(left_out.items()))


def _notes(
    seen: _Seen, ranking: Sequence[Ranked], whole: str | None, registry: Registry, r: float
) -> Iterator[str]:
    yield (
        f"ranked {_ORDER}; not by success: counting directions is no evidence of what works, and "
        "what worked is published more often, seldom by those who support practice"
    )
    if seen.silent:
        yield (
            f"of {_studies(seen.with_barrier)} with these barriers {seen.silent} do not tell "
            "what a strategy was aimed at (links_coded): what was tried is a floor, and a study "
            "beside is no claim"
        )
    if seen.partly:
        yield (
            f"of {_studies(seen.with_barrier)} with these barriers {seen.partly} tell what some strategies "
            "were aimed at, and not that these are all (links_coded): there, too, what was tried is a floor"
        )
    for code, other in seen.stead.items():
        yield (
            f"counted once: {label_of(other, registry)} ({other}) and {label_of(code, registry)} "
            f"({code}) are the same by crosswalk, and every study of the one stands with the other"
        )
    for barrier, count in zip(seen.asked, seen.studies, strict=True):
        if not count:
            yield f"{label_of(barrier, registry)}: no study has this barrier"
    for crosswalks, count in sorted(seen.crossed.items()):
        yield (
            f"{_studies(count)} came in by codes that {' and '.join(crosswalks)} calls the same, "
            "exactly or closely"
        )
    for said, count in sorted(seen.left_out.items()):
        yield f"left out, as what they code so is {said}: {_studies(count)}"
    if seen.no_code:
        yield f"a strategy without a code was tried: {_studies(seen.no_code)}, in no row"
    yield from _unknowns(seen, ranking, whole)
    cells = [cell.observed for row in ranking for cell in row.cells if cell.observed]
    if any(_UNPOOLED in cell.left_out for cell in cells):
        yield f"no effect is pooled: {_UNPOOLED} (pip install 'implsci[analysis]')"
    elif any(cell.by_basis for cell in cells):
        yield (
            "pooled: effects against a comparator of the strategy alone, oriented so that more is "
            f"better, effects of one study or programme combined first (r = {r:g}); findings on "
            "bundles are counted and credited to no single strategy"
        )


def _unknowns(seen: _Seen, ranking: Sequence[Ranked], whole: str | None) -> Iterator[str]:
    known = sum(row.known for row in ranking)
    possible = len(ranking) * seen.counting
    listed = f"every strategy of {whole} is listed" if whole else "no strategy is coded"
    others = sorted({code.partition(":")[0] for code in seen.drawn} - {whole})
    if others:
        listed += (
            f"; those of {', '.join(others)} stand by their own codes, so that a study coded in "
            "several schemes stands in several rows"
        )
    yield (
        f"{known} of {possible} cells are known ({listed}); a strategy that no study tried is "
        "unknown, which is not zero"
    )


def _studies(count: int) -> str:
    return f"{count} {'study' if count == 1 else 'studies'}"
