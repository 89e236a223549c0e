"""How well bases support a pair of a barrier and a strategy, straight or over a crosswalk.

The rule of certainty: going over a crosswalk never makes support better. Only exact, close, broad
and narrow matches carry any; a related match says that nothing stands for the term.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from typing import Final

from attrs import frozen

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.mapping import Match, Route
from implsci.plugins import Registry
from implsci.taxonomy import Link, LinkSet

__all__ = [
    "Evidence",
    "Grade",
    "Knowledge",
    "Support",
    "bare_grade",
    "compared",
    "grade_of",
    "known_by",
]

# What a memory holds at most: distinct codes and pairs are few, and hostile ones must not fill it.
_REMEMBERED: Final = 2**16

# Shares from which a strategy is at level 1 and 2: a majority, and a fifth (Waltz 2019,
# doi:10.1186/s13012-019-0892-4); for endorsement bases that print a share and no level.
_LEVEL_1: Final = 50
_LEVEL_2: Final = 20


class Grade(IntEnum):
    """How far a basis supports a pair, the firmest first."""

    FIRM = 0  # level 1, or a link in observed data or codings
    OPEN = 1  # level 1 or 2: the source does not say which
    MODERATE = 2  # level 2, or a link of theory
    THIN = 3  # below level 2, inconclusive, or resting on something provisional
    CONTRARY = 4  # a basis says that there is no link, no evidence, or nobody endorsed it


# What a match over a crosswalk can carry at best; one that is not here carries nothing.
_CARRIES: Final[dict[Match, Grade]] = {
    "exact": Grade.FIRM,
    "close": Grade.MODERATE,
    "broad": Grade.THIN,
    "narrow": Grade.THIN,
}


@frozen(kw_only=True)
class Support:
    """What one basis says of one pair, and the way there.

    Attributes:
        basis: the basis.
        link: what stands in it.
        grade: how far that supports the pair, after any crosswalk.
        routes: the crosswalks gone over; empty where the codes stand in the basis itself.
    """

    basis: LinkSet
    link: Link
    grade: Grade
    routes: tuple[Route, ...] = ()

    @property
    def words(self) -> str:
        """It in words: basis, numbers, and every step over a crosswalk."""
        return "; ".join([f"{self.basis.basis}: {_said(self.basis, self.link)}", *self._steps()])

    def _steps(self) -> Iterator[str]:
        for route in self.routes:
            yield (
                f"{route.subject} was taken over {', '.join(route.crosswalks)} "
                f"({route.match} match, {route.status}) as {route.object}"
            )


def _said(basis: LinkSet, link: Link) -> str:
    if link.status is not None:
        told = f"{link.status} ({basis.kind})"
    elif link.percent is None:
        told = "level 1 or 2, not said which" if link.level == "1-2" else f"level {link.level}"
    else:
        counted = f"{link.k} of {link.n}, " if link.k is not None else ""
        level = link.level or _level_of(link.percent)
        told = f"{counted}{link.percent:.0f} %, {f'level {level}' if level else 'below level 2'}"
    return told + (", from memory (provisional)" if basis.status == "provisional" else "")


def _level_of(percent: float) -> int | None:
    return 1 if percent >= _LEVEL_1 else 2 if percent >= _LEVEL_2 else None


def grade_of(basis: LinkSet, link: Link) -> Grade | None:
    """Return how far a basis supports a pair by what it says itself; None where it says nothing.

    Args:
        basis: the basis.
        link: what stands in it.
    """
    grade = bare_grade(basis, link)
    if basis.status == "provisional" and grade is not None:
        return max(grade, Grade.THIN)
    return grade


def bare_grade(basis: LinkSet, link: Link) -> Grade | None:
    """Return how far a link supports a pair, whoever checked its basis; None where it says nothing.

    Args:
        basis: the basis.
        link: what stands in it.
    """
    percent = link.percent
    if link.status in ("non-link", "no-evidence"):
        return Grade.CONTRARY
    if link.status == "inconclusive":
        return Grade.THIN
    if link.status == "link":
        return Grade.MODERATE if basis.kind == "theory" else Grade.FIRM
    if link.level == "1-2":
        return Grade.OPEN
    if link.level is None and percent is None:
        return None
    if percent == 0:
        return Grade.CONTRARY
    level = link.level if link.level is not None else _level_of(percent or 0)
    return Grade.THIN if level is None else Grade.FIRM if level == 1 else Grade.MODERATE


def _carried(grade: Grade, routes: Iterable[Route]) -> Grade | None:
    """Return what is left of a grade after going over crosswalks; None where nothing is."""
    for route in routes:
        if route.match not in _CARRIES:
            return None
        if grade is Grade.CONTRARY:
            # That a wider or narrower term has no link says nothing of this one.
            if route.match not in ("exact", "close"):
                return None
            continue
        grade = max(grade, _CARRIES[route.match])
        if route.status == "provisional":
            grade = max(grade, Grade.THIN)
    return grade


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
                    if route.match in _CARRIES and route.object in self._codes:
                        yield route.object, route


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
        self._found: dict[tuple[tuple[Code, ...], tuple[Code, ...]], tuple[Support, ...]] = {}

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

    def reaches(self, codes: Iterable[Code]) -> bool:
        """Say whether any basis holds, or reaches over a crosswalk, any of the codes itself."""
        known = [code for one in codes if (code := self._knowledge.settle(one))]
        return any(side.reach(code) for _, *both in self._sides for side in both for code in known)

    def of(self, barrier: tuple[Code, ...], strategy: tuple[Code, ...]) -> tuple[Support, ...]:
        """Return the support of each basis that says something of a pair, the best first.

        Args:
            barrier: the barrier's codes.
            strategy: the strategy's codes.
        """
        key = barrier, strategy
        found = self._found.get(key)
        if found is None:
            found = tuple(self._best_of_each(barrier, strategy))
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[key] = found
        return found

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
            if said:
                best.append(min(said, key=compared))
        return sorted(best, key=compared)


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
            carried = _carried(grade, routes)
            if carried is not None:
                yield Support(basis=basis, link=link, grade=carried, routes=routes)


def compared(support: Support) -> tuple[object, ...]:
    """Return what puts supports in order: the firmest, then the straightest, then by name."""
    link = support.link
    return (
        support.grade,
        len(support.routes),
        -(link.percent if link.percent is not None else -1.0),
        support.basis.basis,
        link.source,
        link.target,
    )
