"""Walking from a barrier to strategies over bases of theory, one step after the other.

A chain begins with at most one leg that takes the barrier to a term that theory speaks of: up to the
term it belongs under, over text coded to both, or over crosswalks, by the rules of `implsci.mapping`.
After it come one to `MAX_STEPS` steps of theory. A basis is read in one direction only, as its links
tell: forward where they lead to strategies, or begin at none; backward where they begin at strategies
and lead to what these work through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from threading import RLock
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from attrs import evolve, frozen

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.mapping import Route, compose
from implsci.matching._common import unknown_cell
from implsci.matching.names import is_provisional, label_of, taxonomy_of, worst
from implsci.matching.report import ChainStep, MatchCell
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, Link, LinkSet, LinkStatus, Predicate, Status, Term

__all__ = ["MAX_PATHS", "MAX_STEPS", "End", "Found", "Held", "Path", "Theory", "Way", "theory_of"]


def __dir__() -> list[str]:
    return __all__


MAX_STEPS: Final = 4
"""How many steps of theory a chain may have after its leg."""

MAX_PATHS: Final = 5_000
"""How many paths from one barrier are followed, the shortest first."""

_BROADER: Final = "skos:broader"
# Matches over which a link of theory says nothing: a part is not the whole, and kin is neither.
_NO_LINK: Final = ("skos:narrowMatch", "skos:relatedMatch")
_SAME: Final = ("skos:exactMatch", "skos:closeMatch")
# What a chain comes to by its steps: the first of these that one of them says.
_WEAKEST: Final[tuple[LinkStatus | None, ...]] = (None, "non-link", "no-evidence", "inconclusive")
# What several chains between the same ends come to: the first of these that one of them says.
_STRONGEST: Final[tuple[LinkStatus | None, ...]] = (
    "link", "inconclusive", None, "no-evidence", "non-link"
)  # fmt: skip


class Way(NamedTuple):
    """The schemes that a chain passes, and the bases and crosswalks it goes by, each in order."""

    schemes: tuple[str, ...]
    bases: tuple[str, ...]


@frozen
class Path:
    """One chain so far.

    Attributes:
        end: the code reached.
        steps: the steps to it.
        statuses: what each of them comes to, of those that can say so.
        derived: whether a link among them was worked out rather than printed.
        leg: the route over crosswalks among the steps, if any.
        wider: whether it goes by a wider term than the barrier's own.
        theory: how many of the steps are of theory.
    """

    end: Code
    steps: tuple[ChainStep, ...] = ()
    statuses: tuple[LinkStatus | None, ...] = ()
    derived: bool = False
    leg: Route | None = None
    wider: bool = False
    theory: int = 0

    @property
    def status(self) -> LinkStatus | None:
        """What the chain comes to: a link only where nothing in it says less.

        That a wider term has no link says nothing of this one.
        """
        for status in _WEAKEST:
            if status in self.statuses:
                against = status in ("non-link", "no-evidence")
                return None if against and self.wider else status
        return "link"

    @property
    def way(self) -> Way:
        """The schemes and bases it passes, each named once where it stands several times in a row."""
        codes = (self.steps[0].source, *(step.target for step in self.steps))
        return Way(
            _runs(split(code)[0] for code in codes), _runs(step.basis for step in self.steps)
        )

    def passes(self, code: Code) -> bool:
        """Say whether the chain has been at a code."""
        return any(code in (step.source, step.target) for step in self.steps)


class Held(NamedTuple):
    """The cell that the chains from a barrier to a strategy make.

    Attributes:
        cell: the cell.
        paths: how many chains they are.
        fewest: the steps of the shortest of those that come to what the cell says.
        checked: the status of the step that was checked least.
    """

    cell: MatchCell
    paths: int
    fewest: int
    checked: Status


class Found(NamedTuple):
    """The chains from one barrier, by their way and the strategy they end at."""

    chains: Mapping[Way, Mapping[Code, Held]]
    stopped: bool


class End(NamedTuple):
    """A strategy that chains can end at."""

    label: str
    code: Code
    provisional: bool


class _Edge(NamedTuple):
    target: Code
    link: Link
    basis: LinkSet


class Theory:
    """The bases of theory of a registry as one graph, and what was found in it so far.

    It holds the registry's bases and not the registry, which may go before it.
    """

    def __init__(self, bases: tuple[LinkSet, ...], registry: Registry) -> None:
        self._kinds: dict[Code, bool] = {}
        self._edges: dict[Code, list[_Edge]] = {}
        self._codings: dict[Code, list[_Edge]] = {}
        self._found: dict[Code, Found] = {}
        self._ends: dict[str, tuple[End, ...]] = {}
        self.bases = {basis.basis: basis for basis in bases}
        self.backward: set[str] = set()
        for basis in bases:
            if basis.kind == "theory":
                self._add(basis, registry)
            elif basis.kind == "coding":
                for link in basis.links:
                    self._codings.setdefault(link.source, []).append(
                        _Edge(link.target, link, basis)
                    )
        self._entries = sorted({split(code)[0] for code in self._edges})
        self._pairs = {
            (split(code)[0], split(edge.target)[0])
            for code, edges in self._edges.items()
            for edge in edges
        }
        self._citations = {
            **{crosswalk.name: crosswalk.citation for crosswalk in registry.crosswalks()},
            **{basis.basis: basis.citation for basis in bases},
        }

    def _add(self, basis: LinkSet, registry: Registry) -> None:
        sources = any(self.is_strategy(link.source, registry) for link in basis.links)
        targets = any(self.is_strategy(link.target, registry) for link in basis.links)
        backward = sources and not targets
        if backward:
            self.backward.add(basis.basis)
        for link in basis.links:
            start, end = (link.target, link.source) if backward else (link.source, link.target)
            self._edges.setdefault(start, []).append(_Edge(end, link, basis))

    def is_strategy(self, code: Code, registry: Registry) -> bool:
        """Say whether a code is that of a strategy, as far as its taxonomy is installed."""
        known = self._kinds.get(code)
        if known is None:
            taxonomy = taxonomy_of(split(code)[0], registry)
            term = taxonomy.get(code) if taxonomy is not None else None
            known = self._kinds[code] = term is not None and term.kind == "strategy"
        return known

    def ends(self, way: Way, registry: Registry) -> tuple[End, ...]:
        """Return every strategy that the last basis of a way could lead to, by label."""
        name = way.bases[-1]
        if name not in self._ends:
            basis = self.bases[name]
            codes = basis.sources if name in self.backward else basis.targets
            ends = (
                End(label_of(code, registry), code, is_provisional(code, registry))
                for code in codes
                if self.is_strategy(code, registry)
            )
            self._ends[name] = tuple(sorted(ends))
        return self._ends[name]

    def links(self, scheme: str, further: str) -> bool:
        """Say whether a step of theory leads from one scheme to another."""
        return (scheme, further) in self._pairs

    def citations(self, way: Way) -> str | None:
        """Return where the bases and crosswalks of a way are published, in order."""
        told = (self._citations.get(name) for name in way.bases)
        return "; ".join(dict.fromkeys(one for one in told if one)) or None

    def chains(self, barrier: Code, registry: Registry) -> Found:
        """Return the chains from a barrier."""
        found = self._found.get(barrier)
        if found is None:
            found = self._walk(barrier, registry)
            if found.chains or taxonomy_of(split(barrier)[0], registry) is not None:
                self._found[barrier] = found  # else any text could fill the memory
        return found

    def _walk(self, barrier: Code, registry: Registry) -> Found:
        chains: dict[Way, dict[Code, list[Path]]] = {}
        queue = deque(self._starts(barrier, registry))
        followed = 0
        while queue and followed < MAX_PATHS:
            path = queue.popleft()
            for edge in self._edges.get(path.end, ()):
                if edge.target == barrier or path.passes(edge.target):
                    continue
                followed += 1
                longer = _longer(path, edge, theory=True)
                if self.is_strategy(edge.target, registry):
                    chains.setdefault(longer.way, {}).setdefault(edge.target, []).append(longer)
                # What no link leads to, nothing further follows from.
                if longer.theory < MAX_STEPS and edge.link.status in ("link", None):
                    queue.append(longer)
        return Found(
            {
                way: {end: _held(barrier, paths) for end, paths in ends.items()}
                for way, ends in chains.items()
            },
            stopped=bool(queue),
        )

    def _starts(self, barrier: Code, registry: Registry) -> list[Path]:
        """Return where theory can begin: at the barrier, or at what a scheme of theory puts it under."""
        here = self._legs(Path(barrier), None, registry)
        if any(path.end in self._edges for path in here) or split(barrier)[0] not in self._entries:
            return here
        taxonomy = taxonomy_of(split(barrier)[0], registry)
        term = taxonomy.get(barrier) if taxonomy is not None else None
        if term is None:
            return here
        return [
            path
            for parent in term.broader
            for path in self._legs(_risen(term, parent), "skos:broadMatch", registry)
        ]

    def _legs(self, path: Path, said: Predicate | None, registry: Registry) -> list[Path]:
        """Return a beginning with every leg that goes on from it, over coded text and crosswalks."""
        coded = [_longer(path, edge, theory=False) for edge in self._codings.get(path.end, ())]
        return [
            path,
            *coded,
            *self._crossed(path, said, registry),
            *(crossed for one in coded for crossed in self._crossed(one, None, registry)),
        ]

    def _crossed(self, path: Path, said: Predicate | None, registry: Registry) -> Iterator[Path]:
        passed = {split(step.source)[0] for step in path.steps} | {split(path.end)[0]}
        for scheme in self._entries:
            if scheme in passed:
                continue
            try:
                routes = registry.map(path.end, to=scheme)
            except UnknownNameError:  # neither its taxonomy nor a crosswalk is installed
                return
            for route in routes:
                predicate = compose(said, route.predicate) if said else route.predicate
                if predicate is not None and not self.is_strategy(route.object, registry):
                    yield _over(path, route, predicate)


_made: WeakKeyDictionary[Registry, tuple[tuple[Crosswalk, ...], Theory]] = WeakKeyDictionary()
_making = RLock()


def theory_of(registry: Registry) -> Theory:
    """Return the theory of a registry, made anew only where more was loaded since."""
    bases, crosswalks = registry.bases(), registry.crosswalks()
    with _making:  # else each of several threads could make its own
        known = _made.get(registry)
        if known is not None:
            over, theory = known
            if _same(over, crosswalks) and _same(tuple(theory.bases.values()), bases):
                return theory
        theory = Theory(bases, registry)
        _made[registry] = crosswalks, theory
        return theory


def _same(some: tuple[object, ...], others: tuple[object, ...]) -> bool:
    return len(some) == len(others) and all(
        one is other for one, other in zip(some, others, strict=True)
    )


def _longer(path: Path, edge: _Edge, *, theory: bool) -> Path:
    link = edge.link
    step = ChainStep(
        source=path.end,
        target=edge.target,
        basis=edge.basis.basis,
        says=_said(link, edge.basis),
        status=edge.basis.status,
    )
    return Path(
        edge.target,
        (*path.steps, step),
        (*path.statuses, link.status),
        path.derived or link.derived,
        path.leg,
        path.wider,
        path.theory + theory,
    )


def _said(link: Link, basis: LinkSet) -> str:
    if link.status is not None:
        return link.status
    if link.k is not None:
        return f"{link.k} of {link.n}" + (" codings" if basis.kind == "coding" else "")
    return "unknown" if link.percent is None else f"{link.percent:g} %"


def _over(path: Path, route: Route, predicate: Predicate) -> Path:
    """Return a path that goes on over crosswalks; over a narrower or related match it is no link."""
    steps = tuple(
        ChainStep(source=one.subject, target=one.object, basis=name, says=one.predicate, status=how)
        for one, (name, how) in zip(route.steps, route.sources, strict=True)
    )
    weak: tuple[LinkStatus | None, ...] = (None,) if predicate in _NO_LINK else ()
    return Path(
        route.object,
        (*path.steps, *steps),
        (*path.statuses, *weak),
        path.derived,
        route,
        path.wider or predicate not in _SAME,
        0,
    )


def _risen(term: Term, parent: Code) -> Path:
    step = ChainStep(
        source=term.code, target=parent, basis=term.scheme, says=_BROADER, status=term.status
    )
    return Path(parent, (step,), wider=True)


def _held(barrier: Code, paths: list[Path]) -> Held:
    """Return the cell of all chains between two ends that go one way, the best first."""
    paths = sorted(paths, key=_order)
    legs = {path.leg.object: path.leg for path in paths if path.leg is not None}
    checked = worst(step.status for path in paths for step in path.steps)
    status = next(one for one in _STRONGEST if any(path.status == one for path in paths))
    cell = evolve(
        unknown_cell(barrier),
        status=status,
        standing=None if status is None else checked,
        derived=any(path.derived for path in paths),
        via=tuple(legs[code] for code in sorted(legs)),
        chain=tuple(step for path in paths for step in path.steps),
    )
    return Held(
        cell,
        paths=len(paths),
        fewest=min(len(path.steps) for path in paths if path.status == status),
        checked=checked,
    )


def _order(path: Path) -> tuple[object, ...]:
    """Return what puts chains in order: links, then short ones, then by what they pass."""
    return (
        path.status != "link",
        len(path.steps),
        [(step.target, step.basis) for step in path.steps],
    )


def _runs(names: Iterable[str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        if not found or found[-1] != name:
            found.append(name)
    return tuple(found)
