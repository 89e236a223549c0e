"""Axes: what stands in the rows and columns of a synthesis, and where each study stands on them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, get_args

from attrs import frozen

from implsci.codes import Code, is_code, split
from implsci.compendium import FACETS, facet_values
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Finding, Study
from implsci.model._node import Node
from implsci.model.study import ScaleStage
from implsci.names import close_names, fold
from implsci.places import INCOME_GROUPS
from implsci.plugins import Registry
from implsci.synthesis.carrying import Carried, Carrier, count_carried
from implsci.taxonomy import Crosswalk, Term

__all__ = [
    "DETERMINANTS",
    "NODE_KINDS",
    "NOT_REPORTED",
    "UNCODED",
    "Axis",
    "AxisValue",
    "Position",
    "label_of",
    "shown_of",
    "make_axis",
    "nodes_of",
    "rank_of",
    "value_named",
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

NOT_REPORTED: Final = "(not reported)"
"""The segment of studies that have nothing on the axis of segments."""

# The facets whose values have an order of their own, in it; years have one too.
_IN_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "engagement": ("engagement:push", "engagement:pull", "engagement:co-creation"),
    "hybrid_type": ("1", "2", "3"),
    "income_group": INCOME_GROUPS,
    "scale_stage": get_args(ScaleStage),
}

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


def value_named(kind: str, name: str, values: Sequence[AxisValue]) -> str:
    """Return the value of a row or column by itself or by its label; any other code stands for itself.

    Args:
        kind: ``row`` or ``column``.
        name: what it is called.
        values: the rows or columns.

    Raises:
        UnknownNameError: none is called so, and it is no code either.
    """
    wanted = fold(name)
    for value in values:
        if name == value.value or (wanted and wanted == fold(value.label)):
            return value.value
    if is_code(name):
        return name
    close = [value.label for value in values if wanted in fold(value.label)]
    raise UnknownNameError(kind, name, close[:3])


@frozen(kw_only=True)
class Axis:
    """A way to sort studies into rows or columns.

    Attributes:
        kind: a kind of node or a facet.
        scheme: the taxonomy whose codes are used; None for a facet without codes.
        place: finds a study's position on it.
        carried: how many codes of other schemes came onto it over crosswalks; None without any.
    """

    kind: str
    scheme: str | None
    place: Callable[[Study], Position]
    carried: Carried | None = None

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
    text: str,
    studies: Iterable[Study],
    registry: Registry,
    rollup: int | None = None,
    through: tuple[Crosswalk, ...] = (),
) -> Axis:
    """Return the axis that a text such as ``barrier:cfir-2009`` asks for.

    Args:
        text: a kind of node or a facet, with or without ``:scheme``.
        studies: decide the scheme where none is named: the one that most nodes are coded in.
        registry: knows what is broader.
        rollup: depth in the taxonomy's hierarchy that codes are rolled up to, 1 for the top.
        through: crosswalks that carry codes of other schemes onto the axis.

    Raises:
        InvalidQueryError: no such axis, or a roll-up that is no depth.
        UnknownNameError: no such taxonomy.
    """
    kind, _, scheme = text.partition(":")
    if rollup is not None and rollup < 1:
        raise InvalidQueryError(f"rollup: expected a depth of 1 or more, got {rollup}")
    lift = None if rollup is None else _Lift(registry, rollup)
    if kind in NODE_KINDS:
        chosen = registry.taxonomy(scheme).scheme if scheme else _commonest(kind, studies)
        carrier = Carrier(chosen, through) if through and chosen else None
        if chosen is None or carrier is None or not carrier.through:
            return Axis(kind=kind, scheme=chosen, place=_node_place(kind, chosen, lift, None))
        nodes = (node for study in studies for node in nodes_of(study, kind))
        return Axis(
            kind=kind,
            scheme=chosen,
            place=_node_place(kind, chosen, lift, carrier),
            carried=count_carried(f"{kind}:{chosen}", chosen, carrier, nodes),
        )
    if kind in FACETS and kind not in ("code", "outcome") and not scheme:
        return Axis(kind=kind, scheme=None, place=_facet_place(kind, lift))
    known = sorted({*NODE_KINDS, *FACETS} - {"code"})
    close = close_names(kind, known, limit=1)
    hint = f"; did you mean {close[0]}?" if close else "."
    raise InvalidQueryError(
        f"no axis {text!r}{hint} The axes are {', '.join(known)}; a kind of node can name its "
        "taxonomy, as in barrier:cfir-2009."
    )


def rank_of(kind: str, value: str) -> int:
    """Return the place of a value on an axis that has an order of its own; 0 for all on any other.

    A value out of the order, such as one of another taxonomy, stands last.

    Args:
        kind: a kind of node or a facet.
        value: a value on its axis.
    """
    if kind == "year":
        return int(value) if value.isdecimal() else sys.maxsize
    order = _IN_ORDER.get(kind)
    if order is None:
        return 0
    return order.index(value) if value in order else len(order)


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


def _node_place(
    kind: str, scheme: str | None, lift: _Lift | None, carrier: Carrier | None
) -> Callable[[Study], Position]:
    def own(code: Code) -> tuple[str, ...]:
        return () if split(code)[0] != scheme else lift(code) if lift else (code,)

    def carried(code: Code) -> tuple[str, ...]:
        there = carrier(code) if carrier else ()
        return tuple(up for to in there for up in lift(to)) if lift else there

    owns, comes = _Remembered(own), _Remembered(carried)

    def place(study: Study) -> Position:
        found: dict[str, set[str]] = {}
        for node in nodes_of(study, kind):
            values = [value for code in node.codes for value in owns[code]]
            if not values and carrier:  # a code given in the scheme itself comes before a crosswalk
                values = [value for code in node.codes for value in comes[code]]
            for value in values or _NONE:
                found.setdefault(value, set()).add(node.id)
        return {value: frozenset(ids) for value, ids in found.items()}

    return place


_NONE: Final = (UNCODED,)


class _Remembered(dict[Code, tuple[str, ...]]):
    """Where each code goes, worked out once."""

    def __init__(self, where: Callable[[Code], tuple[str, ...]]) -> None:
        self._where = where

    def __missing__(self, code: Code) -> tuple[str, ...]:
        self[code] = found = self._where(code)
        return found


def _facet_place(facet: str, lift: _Lift | None) -> Callable[[Study], Position]:
    def place(study: Study) -> Position:
        values: Iterable[str] = facet_values(study, facet)
        if lift:
            values = [
                up for value in values for up in (lift(Code(value)) if ":" in value else (value,))
            ]
        return dict.fromkeys(values, _NO_NODES)

    return place


_NO_NODES: Final[frozenset[str]] = frozenset()


class _Lift:
    """Takes a code up to a depth of its taxonomy; a code that is higher, or of none, stays.

    A code with several broader terms goes to all that stand at the depth.
    """

    def __init__(self, registry: Registry, depth: int) -> None:
        self._registry = registry
        self._depth = depth

    def __call__(self, code: Code) -> tuple[str, ...]:
        try:
            taxonomy = self._registry.taxonomy(split(code)[0])
            above = taxonomy.ancestors(code)
        except (UnknownNameError, KeyError):
            return (code,)
        # Farthest first is not top down where ways differ in length, so depths are worked out.
        depths: dict[str, frozenset[int]] = {}
        pending = [code]
        while pending:
            broader = taxonomy[pending[-1]].broader
            if missing := [up for up in broader if up not in depths]:
                pending += missing
                continue
            here = {depth + 1 for up in broader for depth in depths[up]}
            depths[pending.pop()] = frozenset(here or {1})
        found = [up for up in above if self._depth in depths[up]]
        if min(depths[code]) <= self._depth:
            found.append(code)
        return tuple(sorted(found))
