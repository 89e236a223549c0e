"""Axes: what stands in the rows and columns of a synthesis, and where each study stands on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from attrs import frozen

from implsci.codes import Code, split
from implsci.compendium import FACETS, facet_values
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Finding, Study
from implsci.model._node import Node
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.taxonomy import Term

__all__ = [
    "DETERMINANTS",
    "NODE_KINDS",
    "UNCODED",
    "Axis",
    "AxisValue",
    "Position",
    "label_of",
    "shown_of",
    "make_axis",
    "nodes_of",
]

NODE_KINDS: Final[Mapping[str, str]] = {
    "barrier": "barriers",
    "determinant": "barriers",
    "facilitator": "barriers",
    "mechanism": "mechanisms",
    "outcome": "outcomes",
    "relationship": "relationships",
    "strategy": "strategies",
}
"""The kinds of node that can be an axis, and the field of a study that holds them.

A barrier is a determinant that is no facilitator; ``determinant`` takes both.
"""

DETERMINANTS: Final = ("barrier", "determinant", "facilitator")

UNCODED: Final = "(uncoded)"
"""Stands on an axis for nodes that no term of its scheme was given to."""

Position = Mapping[str, frozenset[str]]
"""Where a study stands: for each value it has on an axis, the ids of the nodes that have it."""


@frozen(kw_only=True)
class AxisValue:
    """One row or column.

    Attributes:
        value: the code, the facet's value, or ``(uncoded)``.
        label: the term's label, or the value itself.
        studies: how many studies have it.
        shown: the label, marked where its term is provisional.
    """

    value: str
    label: str
    studies: int
    shown: str


@frozen(kw_only=True)
class Axis:
    """A way to sort studies into rows or columns.

    Attributes:
        kind: a kind of node or a facet.
        scheme: the taxonomy whose codes are used; None for a facet without codes.
        place: finds a study's position on it.
    """

    kind: str
    scheme: str | None
    place: Callable[[Study], Position]

    @property
    def name(self) -> str:
        """The axis as it can be asked for again, such as ``barrier:cfir-2009``."""
        return f"{self.kind}:{self.scheme}" if self.scheme else self.kind

    def holds(self, finding: Finding, value: str, ids: frozenset[str]) -> bool:
        """Say whether a finding belongs where the axis has a value.

        Args:
            finding: a finding of a study that has the value.
            value: the value.
            ids: the nodes of the study that have it.
        """
        if self.kind == "role":
            return finding.role == value
        if self.kind not in NODE_KINDS:
            return True
        named = self.named_by(finding)
        # Findings seldom name barriers: one that names none holds for all that its study has.
        return (self.kind in DETERMINANTS and not named) or not ids.isdisjoint(named)

    def named_by(self, finding: Finding) -> frozenset[str]:
        """Return the ids of this axis's nodes that a finding names."""
        if self.kind == "outcome":
            return frozenset([finding.outcome])
        if self.kind == "relationship":
            return frozenset(filter(None, [finding.relationship]))
        return frozenset(getattr(finding, NODE_KINDS[self.kind]))


def make_axis(
    text: str, studies: Iterable[Study], registry: Registry, rollup: int | None = None
) -> Axis:
    """Return the axis that a text such as ``barrier:cfir-2009`` asks for.

    Args:
        text: a kind of node or a facet, with or without ``:scheme``.
        studies: decide the scheme where none is named: the one that most nodes are coded in.
        registry: knows what is broader.
        rollup: depth in the taxonomy's hierarchy that codes are rolled up to, 1 for the top.

    Raises:
        InvalidQueryError: no such axis, or a roll-up that is no depth.
        UnknownNameError: no such taxonomy.
    """
    kind, _, scheme = text.partition(":")
    if rollup is not None and rollup < 1:
        raise InvalidQueryError(f"rollup: expected a depth of 1 or more, got {rollup}")
    lift = _Lift(registry, rollup)
    if kind in NODE_KINDS:
        chosen = registry.taxonomy(scheme).scheme if scheme else _commonest(kind, studies)
        return Axis(kind=kind, scheme=chosen, place=_node_place(kind, chosen, lift))
    if kind in FACETS and kind not in ("code", "outcome") and not scheme:
        return Axis(kind=kind, scheme=None, place=_facet_place(kind, lift))
    known = sorted({*NODE_KINDS, *FACETS} - {"code"})
    close = close_names(kind, known, limit=1)
    hint = f"; did you mean {close[0]}?" if close else "."
    raise InvalidQueryError(
        f"no axis {text!r}{hint} The axes are {', '.join(known)}; a kind of node can name its "
        "taxonomy, as in barrier:cfir-2009."
    )


def label_of(value: str, registry: Registry) -> str:
    """Return the label of a code, or the value itself where it is none or not installed."""
    term = _term(value, registry)
    return term.label if term else value


def shown_of(value: str, registry: Registry) -> str:
    """Return the label of a code, marked where its term is provisional, or the value itself."""
    term = _term(value, registry)
    return term.shown if term else value


def _term(value: str, registry: Registry) -> Term | None:
    if ":" not in value:
        return None
    try:
        return registry.term(value)
    except UnknownNameError:
        return None


def _commonest(kind: str, studies: Iterable[Study]) -> str | None:
    counts = Counter(
        split(code)[0] for study in studies for node in nodes_of(study, kind) for code in node.codes
    )
    # Ties go by name, so that the same data always give the same axis.
    return min(counts, key=lambda scheme: (-counts[scheme], scheme), default=None)


def nodes_of(study: Study, kind: str) -> tuple[Node, ...]:
    """Return the nodes of a study that stand on an axis."""
    nodes: tuple[Node, ...] = getattr(study, NODE_KINDS[kind])
    if kind == "barrier":
        return tuple(node for node in study.barriers if node.valence != "facilitator")
    if kind == "facilitator":
        return tuple(node for node in study.barriers if node.valence == "facilitator")
    return nodes


def _node_place(kind: str, scheme: str | None, lift: _Lift) -> Callable[[Study], Position]:
    def place(study: Study) -> Position:
        found: dict[str, set[str]] = {}
        for node in nodes_of(study, kind):
            values = {lift(code) for code in node.codes if split(code)[0] == scheme}
            for value in values or {UNCODED}:
                found.setdefault(value, set()).add(node.id)
        return {value: frozenset(ids) for value, ids in found.items()}

    return place


def _facet_place(facet: str, lift: _Lift) -> Callable[[Study], Position]:
    def place(study: Study) -> Position:
        values = facet_values(study, facet)
        return {lift(Code(value)) if ":" in value else value: frozenset() for value in values}

    return place


class _Lift:
    """Takes a code up to a depth of its taxonomy; a code that is higher, or of none, stays."""

    def __init__(self, registry: Registry, depth: int | None) -> None:
        self._registry = registry
        self._depth = depth
        self._known: dict[Code, str] = {}

    def __call__(self, code: Code) -> str:
        if self._depth is None:
            return code
        if code not in self._known:
            self._known[code] = self._lifted(code)
        return self._known[code]

    def _lifted(self, code: Code) -> str:
        try:
            taxonomy = self._registry.taxonomy(split(code)[0])
            way = [*reversed(taxonomy.ancestors(code)), code]
        except (UnknownNameError, KeyError):
            return code
        return way[min(self._depth or 1, len(way)) - 1]
