"""Going from one scheme to another over crosswalks: routes, what is lost, what is left unsaid.

A mapping that somebody made between two schemes counts as it stands. Where nobody looked at a term,
mappings are composed over a third scheme, by these rules and no others:

========= ========= ======== ======== ======== =========
then      exact     close    broad    narrow   related
========= ========= ======== ======== ======== =========
exact     exact     close    broad    narrow   related
close     close     related  related  related  --
broad     broad     related  broad    --       --
narrow    narrow    related  --       narrow   --
related   related   --       --       --       --
========= ========= ======== ======== ======== =========

``--`` says that nothing follows. SKOS makes exact matches transitive, and broad and narrow ones
among themselves; a close match is not, so that two of them in a row only relate their ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, Literal

from attrs import frozen

from implsci.codes import Code, split
from implsci.taxonomy import Crosswalk, Predicate, Status, Taxonomy, Term, TermMapping

__all__ = ["Coverage", "Crosswalks", "Loss", "MapReport", "Match", "Route", "Unmatched", "compose"]


def __dir__() -> list[str]:
    return __all__


Match = Literal["exact", "close", "broad", "narrow", "related", "no match", "unknown"]
"""How a term fares, by its best match; or that there is none, or that nobody looked."""

_MATCH: Final[Mapping[Predicate, Match]] = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
    "skos:narrowMatch": "narrow",
    "skos:relatedMatch": "related",
}
_RANK: Final = {predicate: rank for rank, predicate in enumerate(_MATCH)}
_STATUS_RANK: Final[Mapping[Status, int]] = {"verified": 0, "derived": 1, "provisional": 2}
_LONGEST: Final = 3
_Path = tuple[tuple[TermMapping, Crosswalk], ...]


def compose(first: Predicate, second: Predicate) -> Predicate | None:
    """Return what two mappings in a row say of their ends; None where nothing follows.

    Examples:
        >>> compose("skos:exactMatch", "skos:broadMatch")
        'skos:broadMatch'
        >>> compose("skos:broadMatch", "skos:narrowMatch") is None
        True
    """
    if first == "skos:exactMatch":
        return second
    if second == "skos:exactMatch":
        return first
    if "skos:relatedMatch" in (first, second):
        return None
    if "skos:closeMatch" in (first, second):
        return "skos:relatedMatch"
    return first if first == second else None


@frozen(kw_only=True)
class Route:
    """A way from one term to a term of another scheme, over one mapping or several.

    Attributes:
        steps: the mappings, each beginning where the one before ends.
        sources: the crosswalk each step was taken from, and how far it was checked.
        predicate: what the steps together say of the two ends.
    """

    steps: tuple[TermMapping, ...]
    sources: tuple[tuple[str, Status], ...]
    predicate: Predicate

    @property
    def crosswalks(self) -> tuple[str, ...]:
        """The crosswalk each step was taken from."""
        return tuple(name for name, _ in self.sources)

    @property
    def status(self) -> Status:
        """That of the crosswalk checked least."""
        return max((status for _, status in self.sources), key=_STATUS_RANK.__getitem__)

    @property
    def subject(self) -> Code:
        """The code mapped from."""
        return self.steps[0].subject

    @property
    def object(self) -> Code:
        """The code mapped to."""
        return self.steps[-1].object

    @property
    def weakest(self) -> TermMapping:
        """The step that carries least, by its predicate and then by its confidence, unknown last."""
        return max(
            self.steps, key=lambda step: (_RANK[step.predicate], 1 - (step.confidence or 0.0))
        )

    @property
    def confidence(self) -> float | None:
        """The lowest confidence of a step, 0 to 1; None where that of any step is unknown."""
        told = [step.confidence for step in self.steps if step.confidence is not None]
        return min(told) if len(told) == len(self.steps) else None

    @property
    def match(self) -> Match:
        """The predicate in one word."""
        return _MATCH[self.predicate]


@frozen(kw_only=True)
class Unmatched:
    """A term that was looked at and has no counterpart.

    Attributes:
        code: the term.
        crosswalk: who looked.
        status: how far that crosswalk was checked.
    """

    code: Code
    crosswalk: str
    status: Status


@frozen(kw_only=True)
class Loss:
    """What going over to another scheme loses of one term.

    Attributes:
        code: the term.
        because: what is lost, in words.
    """

    code: Code
    because: str


@frozen(kw_only=True, slots=False)
class MapReport:
    """Where terms lead in another scheme. Iterating gives the routes.

    Attributes:
        asked: the codes asked about.
        to: the scheme asked for; None for all.
        routes: the ways found, by code asked, the best first.
        no_match: terms that an author looked at and found no counterpart for, and where.
        unknown: codes from which no crosswalk leads there, and that nobody is known to have looked
            at with that in mind; which is not the same.
    """

    asked: tuple[Code, ...]
    to: str | None
    routes: tuple[Route, ...]
    no_match: tuple[Unmatched, ...]
    unknown: tuple[Code, ...]

    @property
    def unmatched(self) -> tuple[Code, ...]:
        """The codes that an author looked at and found no counterpart for."""
        return tuple(one.code for one in self.no_match)

    @cached_property
    def crosswalks(self) -> tuple[tuple[str, Status], ...]:
        """The crosswalks that the report rests on, each with how far it was checked."""
        used: dict[str, Status] = {one.crosswalk: one.status for one in self.no_match}
        for route in self.routes:
            used.update(route.sources)
        return tuple((name, used[name]) for name in sorted(used))

    def __iter__(self) -> Iterator[Route]:
        return iter(self.routes)

    def __len__(self) -> int:
        return len(self.routes)

    def __getitem__(self, index: int) -> Route:
        return self.routes[index]

    def of(self, code: str) -> tuple[Route, ...]:
        """Return the routes of one code, the best first."""
        return self._by_code.get(code, ())

    def match(self, code: str) -> Match:
        """Return how one code fares: its best match, ``no match`` or ``unknown``."""
        if routes := self.of(code):
            return routes[0].match
        return "no match" if code in self.unmatched else "unknown"

    @cached_property
    def counts(self) -> Mapping[Match, int]:
        """How many of the codes asked fare in which way, all seven ways in order."""
        found = Counter(self.match(code) for code in self.asked)
        return {match: found[match] for match in (*_MATCH.values(), "no match", "unknown")}

    @cached_property
    def lost(self) -> tuple[Loss, ...]:
        """What going over would lose, by code asked; exact one-to-one matches lose nothing."""
        shared: dict[Code, list[Code]] = {}
        for code in self.asked:
            for route in self.of(code)[:1]:
                if route.match in ("exact", "close"):
                    shared.setdefault(route.object, []).append(code)
        return tuple(
            Loss(code=code, because=because)
            for code in self.asked
            if (because := self._lost(code, shared))
        )

    def _lost(self, code: Code, shared: Mapping[Code, list[Code]]) -> str | None:
        match, routes = self.match(code), self.of(code)
        if match == "no match":
            return "no counterpart"
        if match == "unknown":
            return f"no crosswalk leads from it to {self.to or 'another scheme'}"
        best = routes[0].object
        if match == "broad":
            return f"only the wider {best}: what sets it apart is lost"
        if match == "narrow":
            parts = ", ".join(route.object for route in routes if route.match == "narrow")
            return f"only narrower terms ({parts}): which of them is to be decided case by case"
        if match == "related":
            return f"only related terms, such as {best}: nothing stands for it"
        others = [other for other in shared[best] if other != code]
        if others:
            return f"shares {best} with {', '.join(others)}: the difference is lost"
        return f"{best} is close, not the same" if match == "close" else None

    @cached_property
    def _by_code(self) -> Mapping[str, tuple[Route, ...]]:
        found: dict[str, list[Route]] = {}
        for route in self.routes:
            found.setdefault(route.subject, []).append(route)
        return {code: tuple(routes) for code, routes in found.items()}


@frozen(kw_only=True)
class Coverage:
    """How far one taxonomy says what another says.

    Attributes:
        scheme: whose terms are asked about.
        by: the scheme that may or may not say them.
        matches: how each term of `scheme` fares; headings, of kind ``group``, are left out.
        report: the routes behind that.
    """

    scheme: str
    by: str
    matches: tuple[tuple[Term, Match], ...]
    report: MapReport

    @property
    def counts(self) -> Mapping[Match, int]:
        """How many terms fare in which way."""
        return self.report.counts

    @property
    def unsaid(self) -> tuple[Term, ...]:
        """Terms that were looked at and have no counterpart at all in the other scheme."""
        return self.fared("no match")

    def fared(self, *matches: Match) -> tuple[Term, ...]:
        """Return the terms that fare in one of these ways.

        Examples:
            >>> from implsci import registry
            >>> said = registry().coverage("relational", by="eric").fared("exact", "close")
            >>> [term.code for term in said if term.scheme != "relational"]
            []
        """
        return tuple(term for term, match in self.matches if match in matches)


class Crosswalks:
    """Many crosswalks as one map of the field, each read in both directions.

    Args:
        crosswalks: those to use.
    """

    def __init__(self, crosswalks: Iterable[Crosswalk]) -> None:
        self._ways: dict[Code, list[tuple[TermMapping, Crosswalk]]] = {}
        self._looked_at: dict[tuple[Code, str], Crosswalk] = {}
        self.schemes: set[str] = set()
        for crosswalk in crosswalks:
            ends = crosswalk.subject_scheme, crosswalk.object_scheme
            self.schemes.update(ends)
            for mapping in crosswalk.mappings:
                for way in (mapping, mapping.inverse()):
                    self._ways.setdefault(way.subject, []).append((way, crosswalk))
                    self._looked_at[way.subject, split(way.object)[0]] = crosswalk
            for code in crosswalk.unmatched:
                self._looked_at.setdefault((code, ends[split(code)[0] == ends[0]]), crosswalk)

    def __contains__(self, code: object) -> bool:
        return code in self._ways or any(
            (code, scheme) in self._looked_at for scheme in self.schemes
        )

    def map(self, codes: Iterable[Code], to: str | None) -> MapReport:
        """Return where codes lead.

        Args:
            codes: codes, each of any scheme.
            to: the scheme to reach, over three mappings at most; None for every scheme that a
                single mapping reaches.
        """
        asked = tuple(dict.fromkeys(codes))
        routes: list[Route] = []
        unmatched: list[Unmatched] = []
        unknown: list[Code] = []
        for code in asked:
            found = self._routes(code, to)
            routes += found
            if not found:
                schemes = sorted(self.schemes) if to is None else [to]
                looked = [
                    self._looked_at[code, one] for one in schemes if (code, one) in self._looked_at
                ]
                if looked:
                    who = looked[0]
                    unmatched.append(Unmatched(code=code, crosswalk=who.name, status=who.status))
                else:
                    unknown.append(code)
        return MapReport(
            asked=asked,
            to=to,
            routes=tuple(routes),
            no_match=tuple(unmatched),
            unknown=tuple(unknown),
        )

    def coverage(self, taxonomy: Taxonomy, by: str) -> Coverage:
        """Return how far a scheme says what a taxonomy says; headings are left out."""
        terms = [term for term in taxonomy if term.kind != "group" and term.replaced_by is None]
        report = self.map([term.code for term in terms], by)
        return Coverage(
            scheme=taxonomy.scheme,
            by=by,
            matches=tuple((term, report.match(term.code)) for term in terms),
            report=report,
        )

    def _routes(self, code: Code, to: str | None) -> list[Route]:
        """Return the best route to each term reached, best first.

        Whoever looked at a term themselves outranks any chain over other schemes.
        """
        direct = [
            _route([(way, crosswalk)], way.predicate)
            for way, crosswalk in self._ways.get(code, ())
            if to is None or split(way.object)[0] == to
        ]
        if to is None or (code, to) in self._looked_at:
            return _best(direct)
        return _best([_route(list(path), said) for path, said in self._chains(code, to)])

    def _chains(self, code: Code, to: str) -> Iterator[tuple[_Path, Predicate]]:
        """Yield the chains of two or three mappings that lead to a scheme and say something.

        Of several that say the same of one term between, over the same schemes, the best goes on:
        what follows cannot make another one better.
        """
        start = split(code)[0]
        level: dict[tuple[Code, Predicate, frozenset[str]], _Path] = {}
        for step in self._ways.get(code, ()):
            way = step[0]
            key = way.object, way.predicate, frozenset((start, split(way.object)[0]))
            level[key] = min(level.get(key, (step,)), (step,), key=_quality)
        for _ in range(_LONGEST - 1):
            further: dict[tuple[Code, Predicate, frozenset[str]], _Path] = {}
            for (end, said, passed), path in level.items():
                for step in self._ways.get(end, ()):
                    scheme = split(step[0].object)[0]
                    predicate = compose(said, step[0].predicate)
                    if predicate is None or scheme in passed:
                        continue
                    longer = (*path, step)
                    if scheme == to:
                        yield longer, predicate
                    else:
                        key = step[0].object, predicate, passed | {scheme}
                        further[key] = min(further.get(key, longer), longer, key=_quality)
            level = further


def _quality(path: _Path) -> tuple[object, ...]:
    """Return what puts chains of one length that say the same in order, the best first."""
    sure = [way.confidence or 0.0 for way, _ in path]
    return (
        max(_STATUS_RANK[crosswalk.status] for _, crosswalk in path),
        -min(sure),
        [crosswalk.name for _, crosswalk in path],
        [way.object for way, _ in path],
    )


def _route(steps: list[tuple[TermMapping, Crosswalk]], predicate: Predicate) -> Route:
    return Route(
        steps=tuple(way for way, _ in steps),
        sources=tuple((crosswalk.name, crosswalk.status) for _, crosswalk in steps),
        predicate=predicate,
    )


def _best(routes: list[Route]) -> list[Route]:
    """Return the best route to each object: by what it says, its length, status and confidence."""
    routes.sort(
        key=lambda route: (
            _RANK[route.predicate],
            len(route.steps),
            _STATUS_RANK[route.status],
            -(route.confidence or 0.0),
            route.object,
            route.crosswalks,
            [step.object for step in route.steps],
        )
    )
    best: dict[Code, Route] = {}
    for route in routes:
        best.setdefault(route.object, route)
    return list(best.values())
