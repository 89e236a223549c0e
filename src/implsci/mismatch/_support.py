"""What bases say of a barrier with a strategy, and how their codes are reached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Final, TypeAlias

from attrs import evolve

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.mapping import Route
from implsci.mismatch._grades import (
    CARRIES,
    Grade,
    Support,
    carried,
    compared,
    deciding,
    grade_of,
    suggests,
)
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["Evidence", "Knowledge", "known_by"]

# What a memory holds at most: distinct codes and pairs are few, and hostile ones must not fill it.
_REMEMBERED: Final = 2**16


class Knowledge:
    """What a registry's crosswalks say of codes, each question answered once."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.bases = registry.bases()
        self.taxonomies = {taxonomy.scheme: taxonomy for taxonomy in registry.taxonomies()}
        self._mapped = {
            code
            for crosswalk in registry.crosswalks()
            for mapping in crosswalk.mappings
            for code in (mapping.subject, mapping.object)
        }
        self._families = {taxonomy.family for taxonomy in self.taxonomies.values()}
        self._settled: dict[Code, Code | None] = {}
        self._routes: dict[tuple[Code, str], tuple[Route, ...]] = {}

    def holds(self, scheme: str) -> bool:
        """Say whether a taxonomy of that scheme or family is installed."""
        return scheme in self.taxonomies or scheme in self._families

    def settle(self, code: Code) -> Code | None:
        """Return the code under which a term is known, also of a published number (``eric:5``).

        Returns:
            The code; None where its taxonomy is there and does not hold it.
        """
        if code not in self._settled:
            if len(self._settled) >= _REMEMBERED:
                self._settled.clear()
            self._settled[code] = self._settle(code)
        return self._settled[code]

    def _settle(self, code: Code) -> Code | None:
        scheme = split(code)[0]
        taxonomy = self.taxonomies.get(scheme)
        if taxonomy is not None:
            term = taxonomy.get(code)
            return term.code if term is not None else None
        if scheme in self._families:
            try:
                return self.registry.term(code).code
            except UnknownNameError:
                return None
        return code

    def routes(self, code: Code, to: str) -> tuple[Route, ...]:
        """Return the ways from a code to another scheme, the best first; none where none is known."""
        if code not in self._mapped or split(code)[0] == to:
            return ()
        key = code, to
        found = self._routes.get(key)
        if found is None:
            try:
                found = self.registry.map(code, to=to).routes
            except UnknownNameError:  # nothing leads to a scheme that is not installed
                found = ()
            if len(self._routes) >= _REMEMBERED:
                self._routes.clear()
            self._routes[key] = found
        return found


@lru_cache(maxsize=8)
def known_by(registry: Registry) -> Knowledge:
    """Return the knowledge of a registry, made once."""
    return Knowledge(registry)


class _Side:
    """The codes that stand on one side of a basis, and how a code from outside gets there."""

    def __init__(self, codes: Iterable[Code], knowledge: Knowledge) -> None:
        self._codes = frozenset(codes)
        self._schemes = tuple(sorted({split(code)[0] for code in self._codes}))
        self._knowledge = knowledge
        self._found: dict[Code, tuple[tuple[Code, Route | None], ...]] = {}

    def reach(self, code: Code) -> tuple[tuple[Code, Route | None], ...]:
        """Return the codes of this side that stand for a code, each with the way there."""
        found = self._found.get(code)
        if found is None:
            found = tuple(self._reach(code))
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[code] = found
        return found

    def speaks_of(self, code: Code) -> bool:
        """Say whether a code is of a scheme of this side, or stands for a code of it."""
        return split(code)[0] in self._schemes or bool(self.reach(code))

    def _reach(self, code: Code) -> Iterator[tuple[Code, Route | None]]:
        if code in self._codes:
            yield code, None
        elif split(code)[0] not in self._schemes:  # else the basis did not ask about it
            for scheme in self._schemes:
                for route in self._knowledge.routes(code, scheme):
                    if route.match in CARRIES and route.object in self._codes:
                        yield route.object, route


_Place: TypeAlias = tuple[int, int, Code]
"""Where a code stands: the number of the basis, 0 among its sources or 1 among its targets."""


class Evidence:
    """What some bases say of pairs of codes, each pair looked up once.

    A basis may be written either way round, as barrier to strategy or as strategy to what it
    changes; both are read.

    Args:
        bases: the bases to ask.
        knowledge: the crosswalks to go over.
    """

    def __init__(self, bases: Iterable[LinkSet], knowledge: Knowledge) -> None:
        self.bases = tuple(bases)
        self._knowledge = knowledge
        self._sides = [
            (basis, _Side(basis.sources, knowledge), _Side(basis.targets, knowledge))
            for basis in self.bases
        ]
        self._rows: dict[tuple[Code, ...], _Row] = {}
        self._kept = 0

    @cached_property
    def _partners(self) -> Mapping[_Place, tuple[_Place, ...]]:
        """Where each code of a basis stands, with those that the basis links with it."""
        found: dict[_Place, list[_Place]] = {}
        for number, basis in enumerate(self.bases):
            for link in basis.links:
                if not suggests(basis, link):
                    continue
                source, target = (number, 0, link.source), (number, 1, link.target)
                found.setdefault(source, []).append(target)
                found.setdefault(target, []).append(source)
        return {place: tuple(those) for place, those in found.items()}

    def places(self, codes: Iterable[Code]) -> frozenset[_Place]:
        """Return where codes stand in the bases, themselves or over a crosswalk."""
        known = [code for one in codes if (code := self._knowledge.settle(one))]
        return frozenset(
            (number, side, reached)
            for number, (_, *sides) in enumerate(self._sides)
            for side, those in enumerate(sides)
            for code in known
            for reached, _ in those.reach(code)
        )

    def suggested(self, codes: Iterable[Code]) -> frozenset[_Place]:
        """Return where the codes stand that a basis links with any of these."""
        return frozenset(
            other for place in self.places(codes) for other in self._partners.get(place, ())
        )

    def speaks_of(self, basis: LinkSet, codes: Iterable[Code]) -> bool:
        """Say whether a basis holds the taxonomy of any of the codes, or a crosswalk leads there."""
        wanted = [self._knowledge.settle(code) or code for code in codes]
        return any(
            side.speaks_of(code)
            for one, sources, targets in self._sides
            if one is basis
            for side in (sources, targets)
            for code in wanted
        )

    def of(self, barrier: tuple[Code, ...], strategy: tuple[Code, ...]) -> tuple[Support, ...]:
        """Return the support of each basis that says something of a pair.

        What is said straight of the codes comes first, then the firmest: the first one decides.

        Args:
            barrier: the barrier's codes.
            strategy: the strategy's codes.
        """
        return self.row(barrier)[strategy]

    def row(self, barrier: tuple[Code, ...]) -> Mapping[tuple[Code, ...], tuple[Support, ...]]:
        """Return the same for one barrier's codes, by the codes of any strategy."""
        found = self._rows.get(barrier)
        if found is None:
            found = self._rows[barrier] = _Row(self, barrier)
        return found

    def look_up(self, barrier: tuple[Code, ...], strategy: tuple[Code, ...]) -> tuple[Support, ...]:
        """Return the same, looked up anew."""
        self._kept += 1
        if self._kept > _REMEMBERED:
            self._kept = 1
            for row in self._rows.values():
                row.clear()
            self._rows.clear()
        return tuple(self._best_of_each(barrier, strategy))

    def _best_of_each(self, barrier: tuple[Code, ...], strategy: tuple[Code, ...]) -> list[Support]:
        best: list[Support] = []
        settle = self._knowledge.settle
        barrier = tuple(known for code in barrier if (known := settle(code)))
        strategy = tuple(known for code in strategy if (known := settle(code)))
        for basis, sources, targets in self._sides:
            said = [
                support
                for first, second, turned in (
                    (barrier, strategy, False),
                    (strategy, barrier, True),
                )
                for one in first
                for other in second
                for support in _pairs(basis, sources.reach(one), targets.reach(other), turned)
            ]
            straight = [support for support in said if not support.routes]
            if _partial(straight, barrier, strategy):
                straight = []
            over = min((one for one in said if one.routes), key=compared, default=None)
            if straight:
                best.append(evolve(min(straight, key=compared), beside=over))
            elif over is not None:
                best.append(over)
        return sorted(best, key=deciding)


def _partial(
    straight: list[Support], barrier: tuple[Code, ...], strategy: tuple[Code, ...]
) -> bool:
    """Say whether a basis speaks against a part of a pair, and says nothing of another part.

    Codes of one taxonomy on one node are parts of it, as in a bundle. That one part has no link says
    nothing of the others.
    """
    if not straight or any(one.grade is not Grade.CONTRARY for one in straight):
        return False
    told = {(one.link.source, one.link.target) for one in straight}
    schemes = {split(code)[0] for pair in told for code in pair}
    parts = [
        (one, other)
        for one in barrier
        for other in strategy
        if split(one)[0] in schemes and split(other)[0] in schemes
    ]
    return any(pair not in told and pair[::-1] not in told for pair in parts)


def _pairs(
    basis: LinkSet,
    sources: tuple[tuple[Code, Route | None], ...],
    targets: tuple[tuple[Code, Route | None], ...],
    turned: bool,
) -> Iterator[Support]:
    for source, way in sources:
        for target, other in targets:
            link = basis.link(source, target)
            grade = grade_of(basis, link) if link is not None else None
            if link is None or grade is None:
                continue
            gone = (other, way) if turned else (way, other)
            routes = tuple(route for route in gone if route is not None)
            left = carried(grade, routes)
            if left is not None:
                yield Support(basis=basis, link=link, grade=left, routes=routes)


class _Row(dict[tuple[Code, ...], tuple[Support, ...]]):
    """What bases say of one barrier's codes by those of strategies, each looked up when first asked."""

    def __init__(self, evidence: Evidence, barrier: tuple[Code, ...]) -> None:
        super().__init__()
        self._evidence = evidence
        self._barrier = barrier

    def __missing__(self, strategy: tuple[Code, ...]) -> tuple[Support, ...]:
        found = self._evidence.look_up(self._barrier, strategy)
        self[strategy] = found
        return found
