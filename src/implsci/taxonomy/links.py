"""Link sets: what a basis for matching knows of pairs, such as a barrier and a strategy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Literal, get_args

from attrs import frozen

from implsci.codes import Code, is_scheme
from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy._typed import hold, place, show, unclean
from implsci.taxonomy.terms import Status

__all__ = ["Level", "LevelCount", "Link", "LinkKind", "LinkSet", "LinkStatus"]


def __dir__() -> list[str]:
    return __all__


LinkKind = Literal["endorsement", "theory", "coding", "observed"]
LinkStatus = Literal["link", "non-link", "inconclusive", "no-evidence"]
Level = Literal[1, 2, "1-2"]


@frozen(kw_only=True)
class Link:
    """What a basis says of one pair, such as a barrier and a strategy.

    Attributes:
        source: the code asked about, such as a barrier.
        target: the code it leads to, such as a strategy.
        k: how many endorsed the pair; None where unknown.
        n: of how many asked; None where unknown.
        level: 1, 2, or ``1-2`` where the source says only that it is one of them; None for none.
        status: what the evidence amounts to, where the basis says so.
        derived: whether a number was worked out rather than printed.
        note: where it stands in the source.
        printed: the percent as printed, 0 to 100, where k and n are not both known.

    Raises:
        InvalidTableError: a value of another type than its annotation. What the values say is
            checked by the basis that holds it.

    Examples:
        >>> Link(source="cfir-2009:planning", target="eric:facilitation", k=6, n=24).percent
        25.0
        >>> Link(source="cfir-2009:planning", target="eric:facilitation", printed=25).percent
        25.0
    """

    source: Code
    target: Code
    k: int | None = None
    n: int | None = None
    level: Level | None = None
    status: LinkStatus | None = None
    derived: bool = False
    note: str | None = None
    printed: float | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "link of", self.source)

    @property
    def percent(self) -> float | None:
        """Share that endorsed the pair, 0 to 100; None where it is unknown.

        It is unrounded where k and n are known, else as printed.
        """
        if self.k is None or self.n is None:
            return None if self.printed is None else float(self.printed)
        return 100 * self.k / self.n


@frozen(kw_only=True)
class LevelCount:
    """How many targets of each level the publisher counts for one source.

    Attributes:
        source: the code asked about.
        level1: number of targets at level 1.
        level2: number of targets at level 2.

    Examples:
        >>> LevelCount(source="cfir-2009:complexity", level1=0, level2=15).level1
        0
    """

    source: Code
    level1: int
    level2: int

    def __attrs_post_init__(self) -> None:
        hold(self, "level count of", self.source)


@frozen(kw_only=True, slots=False)
class LinkSet:
    """A basis for matching: which pairs one publication speaks of, and what it says.

    An absent pair is unknown, which is not zero.

    Attributes:
        basis: its id, named by its source, such as ``waltz-2019``.
        kind: expert endorsement, theory, coding or observed; these are never added together.
        title: its name in full.
        sources: every code it asked about.
        targets: every code it could have led to.
        links: the pairs of which something is known.
        level_counts: how many targets of each level the publisher counts, where printed.
        status: how far it was checked against its source.
        license: its licence as far as known.
        citation: where it is published.

    Raises:
        InvalidTableError: a value of another type than its annotation; a malformed id; an unknown
            kind or status; control characters; a pair outside the sources and targets or given twice; a count
            below zero, above its n, or without n; a printed percent outside 0 to 100 or beside
            k and n; an unknown level or status.

    Examples:
        >>> tiny = LinkSet(
        ...     basis="tiny-2020",
        ...     kind="endorsement",
        ...     title="Tiny",
        ...     sources=("a:x",),
        ...     targets=("b:y", "b:z"),
        ...     links=(Link(source="a:x", target="b:y", k=1, n=2),),
        ... )
        >>> tiny.link("a:x", "b:y").percent, tiny.link("a:x", "b:z")
        (50.0, None)
    """

    basis: str
    kind: LinkKind
    title: str
    sources: tuple[Code, ...]
    targets: tuple[Code, ...]
    links: tuple[Link, ...]
    level_counts: tuple[LevelCount, ...] = ()
    status: Status = "verified"
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "basis", self.basis)
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"basis {self.basis!r}", faults)

    def _faults(self) -> Iterator[Fault]:
        if not is_scheme(self.basis):
            yield Fault("basis", f"expected lower-case letters, digits, hyphens: {self.basis!r}")
        if self.kind not in get_args(LinkKind):
            yield Fault("kind", f"expected one of {', '.join(get_args(LinkKind))}")
        if self.status not in get_args(Status):
            yield Fault("status", f"expected one of {', '.join(get_args(Status))}")
        yield from unclean(self)
        sources, targets = set(self.sources), set(self.targets)
        seen: set[tuple[str, str]] = set()
        for link in self.links:
            pair = f"{place(link.source)} -> {place(link.target)}"
            if link.source not in sources or link.target not in targets:
                yield Fault(pair, "is outside the sources and targets of the basis")
            if (link.source, link.target) in seen:
                yield Fault(pair, "stands twice")
            seen.add((link.source, link.target))
            if (link.k is None) is not (link.n is None) and link.k is not None:
                yield Fault(pair, "a count needs its n")
            if link.k is not None and link.n is not None and not 0 <= link.k <= link.n > 0:
                yield Fault(pair, f"expected a count from 0 to {link.n}, got {link.k}")
            if link.printed is not None and not 0 <= link.printed <= 100:
                yield Fault(pair, f"expected a percent from 0 to 100, got {show(link.printed)}")
            if link.printed is not None and link.k is not None:
                yield Fault(pair, "a printed percent stands where k and n are not both known")
            if link.level not in (None, *get_args(Level)):
                yield Fault(pair, f"unknown level {link.level!r}")
            if link.status not in (None, *get_args(LinkStatus)):
                yield Fault(pair, f"unknown status {link.status!r}")
            yield from (Fault(pair, message) for _, message in unclean(link))

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], Link]:
        return {(link.source, link.target): link for link in self.links}

    def link(self, source: str, target: str) -> Link | None:
        """Return what is known of a pair; None says unknown, which is not zero."""
        return self._by_pair.get((source, target))

    def level_count(self, source: str) -> LevelCount | None:
        """Return the publisher's own count of levels for a source, None where not printed."""
        return next((count for count in self.level_counts if count.source == source), None)
