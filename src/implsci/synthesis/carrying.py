"""Carrying codes of other schemes over a named crosswalk onto an axis, and saying how many came."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from implsci._wording import counted
from implsci.codes import Code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model._node import Node
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, Predicate

__all__ = ["Carried", "Carrier", "count_carried", "crosswalks_named"]

_JOINS: Final[Mapping[Predicate, str]] = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
}
"""What joins, the best first. A narrower term would say more than its source did, and a related one
says something else: neither joins."""

_STAYS: Final[Mapping[Predicate, str]] = {
    "skos:narrowMatch": "narrow",
    "skos:relatedMatch": "related",
}


@frozen(kw_only=True)
class Carried:
    """How many codes of other schemes came onto an axis over crosswalks.

    It counts codes on nodes that have none of the axis's own scheme, once for each node.

    Attributes:
        axis: the axis, such as ``barrier:cfir-2022``.
        through: the crosswalks.
        codes: how many codes of other schemes there were.
        exact: how many were carried over by an exact match.
        close: by a close match.
        broad: by a match with a wider term.
        narrow: how many stayed behind, since only narrower terms match.
        related: since only related terms match.
        unmapped: since no named crosswalk maps them.

    Examples:
        >>> Carried(axis="barrier:cfir-2022", through=("a-to-b",), codes=4, close=1).share
        0.25
    """

    axis: str
    through: tuple[str, ...]
    codes: int
    exact: int = 0
    close: int = 0
    broad: int = 0
    narrow: int = 0
    related: int = 0
    unmapped: int = 0

    @property
    def share(self) -> float | None:
        """The share of the codes that was carried over, 0 to 1; None where there was none."""
        return (self.exact + self.close + self.broad) / self.codes if self.codes else None

    def sentence(self) -> str:
        """Say how many codes came over, by what match, and why the others did not."""
        if self.share is None:
            return f"{self.axis}: no code of another scheme to carry over {', '.join(self.through)}"
        came = self.exact + self.close + self.broad
        return (
            f"{self.axis}: {came} of {counted(self.codes, 'code')} of other schemes carried over "
            f"{', '.join(self.through)} ({100 * self.share:.0f} %: {self.exact} exact, {self.close} "
            f"close, {self.broad} to a wider term); {self.codes - came} not ({self.narrow} have only "
            f"narrower terms there, {self.related} only related ones, {self.unmapped} are not in it)"
        )


class Carrier:
    """Where the codes of other schemes go in one scheme, by the best match that a code has."""

    def __init__(self, scheme: str, crosswalks: Iterable[Crosswalk]) -> None:
        self.through: list[str] = []
        found: dict[Code, list[tuple[Predicate, Code]]] = {}
        for crosswalk in crosswalks:
            if scheme not in (crosswalk.subject_scheme, crosswalk.object_scheme):
                continue
            self.through.append(crosswalk.name)
            for one in crosswalk.mappings:
                mapping = one if crosswalk.object_scheme == scheme else one.inverse()
                found.setdefault(mapping.subject, []).append((mapping.predicate, mapping.object))
        order: list[Predicate] = [*_JOINS, *_STAYS]
        self._best: dict[Code, Predicate] = {
            code: min((predicate for predicate, _ in every), key=order.index)
            for code, every in found.items()
        }
        self._to = {
            code: tuple(sorted({to for predicate, to in every if predicate == self._best[code]}))
            for code, every in found.items()
            if self._best[code] in _JOINS
        }

    def __call__(self, code: Code) -> tuple[Code, ...]:
        """Return where a code goes; nowhere where no match joins."""
        return self._to.get(code, ())

    def fate(self, code: Code) -> str:
        """Return how a code fares: exact, close, broad, narrow, related or unmapped."""
        best = self._best.get(code)
        return (_JOINS.get(best) or _STAYS[best]) if best else "unmapped"


def crosswalks_named(through: str | Iterable[str], registry: Registry) -> tuple[Crosswalk, ...]:
    """Return crosswalks by name.

    Raises:
        UnknownNameError: there is no such crosswalk; close names are suggested.
    """
    names = [through] if isinstance(through, str) else list(through)
    if not names:
        return ()
    known = {crosswalk.name: crosswalk for crosswalk in registry.crosswalks()}
    for name in names:
        if not isinstance(name, str):
            raise InvalidQueryError(f"through: expected names of crosswalks, got {name!r:.60}")
        if name not in known:
            raise UnknownNameError("crosswalk", name, close_names(name, known, 3))
    return tuple(known[name] for name in dict.fromkeys(names))


def count_carried(axis: str, scheme: str, carrier: Carrier, nodes: Iterable[Node]) -> Carried:
    """Count how the codes fare of nodes that have no code of the scheme."""
    counts: Counter[str] = Counter()
    for node in nodes:
        schemes = [split(code)[0] for code in node.codes]
        if scheme not in schemes:
            counts.update(map(carrier.fate, node.codes))
    return Carried(axis=axis, through=tuple(carrier.through), codes=counts.total(), **counts)
