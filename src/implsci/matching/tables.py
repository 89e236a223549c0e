"""What each basis knows, laid out once a registry, so that a match only looks up and adds.

A column holds what one basis knows of one barrier: a cell for every strategy it could have led to.
Strategies of which it knows nothing share one cell, which says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from attrs import evolve, frozen

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.mapping import Route
from implsci.matching._common import unknown_cell
from implsci.matching.cells import MatchCell
from implsci.matching.names import is_provisional, label_of, taxonomy_of, worst
from implsci.matching.report import Edition
from implsci.plugins import Registry
from implsci.taxonomy import Link, LinkSet, Status

__all__ = ["Column", "Table", "Tally", "routes_between", "table_of", "tables"]


def __dir__() -> list[str]:
    return __all__


class Tally(NamedTuple):
    """What one cell adds to the sums of its strategy.

    Attributes:
        place: that of the strategy among the targets.
        percent: the share; None where unknown.
        low: the least it can be.
        high: the most it can be.
        known: whether there is a share or a status.
        linked: whether the basis says that the two are linked.
        nearly: whether it says so only of a barrier that corresponds loosely.
        near: the least that is said of such barriers, in percent; it orders, and counts in no sum.
    """

    place: int
    percent: float | None
    low: float
    high: float
    known: bool
    linked: bool
    nearly: bool
    near: float


@frozen(kw_only=True, slots=False)
class Column:
    """What one basis knows of one barrier.

    Attributes:
        barrier: the barrier's code.
        cells: a cell for each of the targets.
        tallies: what those cells add to the sums that are not plainly unknown.
        via: the routes to the barriers that the basis speaks of; none where it speaks of this one.
        carried: whether what is said of the other barrier counts for this one.
    """

    barrier: Code
    cells: tuple[MatchCell, ...]
    tallies: tuple[Tally, ...]
    via: tuple[Route, ...] = ()
    carried: bool = False

    @property
    def distance(self) -> int:
        """How far the barriers that it rests on stand: 0 carried over, 1 loosely, 2 merely related."""
        if self.carried or not self.via:
            return 0
        return 1 if any(route.match != "related" for route in self.via) else 2

    @cached_property
    def spoken(self) -> bool:
        """Whether anything is known of the barrier, or of those that stand for it."""
        return any(cell.told or any(one.told for one in cell.said) for cell in self.cells)

    @cached_property
    def level1(self) -> int:
        """How many cells are at level 1."""
        return sum(cell.level == 1 for cell in self.cells)

    @cached_property
    def maybe(self) -> int:
        """How many cells are known only to be at level 1 or 2."""
        return sum(cell.level == "1-2" for cell in self.cells)


class Table:
    """One basis, laid out.

    Args:
        links: the basis.
        registry: holds the taxonomies of its terms; it is asked here and not kept.
    """

    def __init__(self, links: LinkSet, registry: Registry) -> None:
        self.links = links
        self.sources = frozenset(links.sources)
        self.source_schemes = tuple(sorted({split(source)[0] for source in links.sources}))
        self.targets = tuple(
            (target, label_of(target, registry), is_provisional(target, registry))
            for target in links.targets
        )
        self.speaks_of = _editions(links.sources, registry)
        self.leads_to = _editions(links.targets, registry)
        self.to_strategies = _leads_to_strategies(links, registry)
        self._columns: dict[Code, Column] = {}
        self._across: dict[Code, Column | None] = {}

    @cached_property
    def _by_source(self) -> Mapping[Code, Mapping[Code, Link]]:
        found: dict[Code, dict[Code, Link]] = {}
        for link in self.links.links:
            found.setdefault(link.source, {})[link.target] = link
        return found

    def column(self, barrier: Code) -> Column:
        """Return what is known of a barrier itself; all unknown where the basis does not name it."""
        found = self._columns.get(barrier)
        if found is None:
            found = self._columns[barrier] = self._made(barrier)
        return found

    def across(self, barrier: Code, registry: Registry) -> Column | None:
        """Return what is known of a barrier by way of crosswalks; None where none leads here."""
        if barrier not in self._across:
            own = split(barrier)[0]
            routes = tuple(
                route
                for scheme in self.source_schemes
                if scheme != own
                for route in routes_between(barrier, scheme, registry)
            )
            reached = any(route.object in self.sources for route in routes)
            self._across[barrier] = self._crossed(barrier, routes) if reached else None
        return self._across[barrier]

    def _made(self, barrier: Code) -> Column:
        links = self._by_source.get(barrier, {})
        unknown = unknown_cell(barrier)
        return _column(
            barrier,
            tuple(
                _cell(links[target], self.links.status) if target in links else unknown
                for target, _, _ in self.targets
            ),
        )

    def _crossed(self, barrier: Code, routes: tuple[Route, ...]) -> Column:
        others = [self.column(route.object).cells for route in routes]
        carried = len(routes) == 1 and routes[0].match in ("exact", "close")
        unknown = unknown_cell(barrier)
        cells = []
        for said in zip(*others, strict=True):
            cell = _carried(said[0], barrier, routes[0].status) if carried else unknown
            cells.append(evolve(cell, via=routes, said=said))
        return evolve(_column(barrier, tuple(cells)), via=routes, carried=carried)


def _cell(link: Link, checked: Status) -> MatchCell:
    return MatchCell(
        barrier=link.source,
        endorsed=link.k,
        respondents=link.n,
        percent=link.percent,
        level=link.level,
        status=link.status,
        derived=link.derived,
        standing=checked,
    )


def _carried(cell: MatchCell, barrier: Code, crosswalk: Status) -> MatchCell:
    """Return a cell as that of a counterpart, no surer than the crosswalk between the two."""
    standing = None if cell.standing is None else worst((cell.standing, crosswalk))
    return evolve(cell, barrier=barrier, standing=standing)


def _column(barrier: Code, cells: tuple[MatchCell, ...]) -> Column:
    tallies = (_tally(place, cell) for place, cell in enumerate(cells))
    return Column(
        barrier=barrier,
        cells=cells,
        tallies=tuple(one for one in tallies if one[1:] != _NOTHING),
    )


# What a cell adds of which nothing at all is known.
_NOTHING = (None, 0, 100, False, False, False, 0)


def _tally(place: int, cell: MatchCell) -> Tally:
    low, high = cell.bounds
    loose = not cell.told and any(other.told for other in cell.said)
    return Tally(
        place=place,
        percent=cell.percent,
        low=0 if loose else low,
        high=100 if loose else high,
        known=cell.percent is not None or cell.status is not None,
        linked=cell.status == "link",
        nearly=loose and any(other.status == "link" for other in cell.said),
        near=low if loose else 0,
    )


def _editions(codes: Iterable[Code], registry: Registry) -> tuple[Edition, ...]:
    schemes = sorted({split(code)[0] for code in codes})
    return tuple(
        Edition(scheme=scheme, edition=found.edition if found else None)
        for scheme in schemes
        for found in [taxonomy_of(scheme, registry)]
    )


def _leads_to_strategies(links: LinkSet, registry: Registry) -> bool:
    """Say whether what a basis links to are strategies, as far as the taxonomies can tell."""
    linked = {link.target for link in links.links} or set(links.targets)
    kinds = {
        term.kind
        for target in linked
        if (taxonomy := taxonomy_of(split(target)[0], registry)) is not None
        and (term := taxonomy.get(target)) is not None
    }
    return not kinds or "strategy" in kinds


class _Kept:
    """What is laid out for one registry."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.routes: dict[tuple[Code, str], tuple[Route, ...]] = {}


# Weak, so that what is laid out goes when its registry does.
_KEPT: WeakKeyDictionary[Registry, _Kept] = WeakKeyDictionary()


def _kept(registry: Registry) -> _Kept:
    found = _KEPT.get(registry)
    if found is None:
        found = _KEPT[registry] = _Kept()
    return found


def table_of(links: LinkSet, registry: Registry) -> Table:
    """Return a basis laid out, the same one at every call with one registry."""
    kept = _kept(registry).tables
    found = kept.get(links.basis)
    if found is None or found.links is not links:
        found = kept[links.basis] = Table(links, registry)
    return found


def tables(registry: Registry) -> tuple[Table, ...]:
    """Return every basis of a registry laid out, by name."""
    return tuple(table_of(links, registry) for links in registry.bases())


def routes_between(code: Code, scheme: str, registry: Registry) -> tuple[Route, ...]:
    """Return the routes from a term to another scheme, the best first; none where it is not known."""
    kept = _kept(registry).routes
    found = kept.get((code, scheme))
    if found is None:
        try:
            found = tuple(registry.map(code, to=scheme))
        except UnknownNameError:  # neither a taxonomy nor a crosswalk of that scheme is installed
            found = ()
        kept[code, scheme] = found
    return found
