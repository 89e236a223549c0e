"""The structure behind every picture: parts, arrows between them, and conditions on both."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError as LibraryCycleError
from graphlib import TopologicalSorter
from typing import Final, Literal, get_args

from attrs import frozen

from implsci.codes import Code, is_code
from implsci.errors import CycleError, Fault, InvalidTableError

__all__ = [
    "Arrow",
    "Condition",
    "ConditionKind",
    "Diagram",
    "DiagramKind",
    "Ground",
    "Part",
    "PartKind",
]


def __dir__() -> list[str]:
    return __all__


DiagramKind = Literal["causal-pathway", "logic-model"]
"""A causal pathway diagram (Lewis 2018) or an implementation research logic model (Smith 2020)."""

PartKind = Literal[
    "strategy",
    "mechanism",
    "barrier",
    "facilitator",
    "relationship",
    "proximal",
    "outcome",
    "distal",
]
"""What a part stands for; an outcome is proximal or distal where its study says so."""

ConditionKind = Literal["moderator", "precondition"]
"""A moderator changes how strongly something works; a precondition must hold for it to work."""

Ground = Literal["stated", "implied"]
"""Whether a record states an arrow, or it follows from other links of the record alone."""

_KINDS: Final = {
    "kind": get_args(PartKind),
    "condition": get_args(ConditionKind),
    "ground": get_args(Ground),
}


@frozen(kw_only=True)
class Part:
    """One box of a diagram: a node of a study.

    Attributes:
        id: the node's name inside its study.
        kind: what it stands for.
        label: the source's words for it.
        codes: its codes.

    Examples:
        >>> Part(id="m1", kind="mechanism", label="more confidence").kind
        'mechanism'
    """

    id: str
    kind: PartKind
    label: str
    codes: tuple[Code, ...] = ()


@frozen(kw_only=True)
class Arrow:
    """What leads from one part to another.

    Attributes:
        source: id of the part it leaves.
        target: id of the part it reaches.
        ground: whether a record states it or it is implied.
        of: ids of the strategies that an implied arrow follows from; none where that is not known.

    Examples:
        >>> Arrow(source="s1", target="m1").ground
        'stated'
    """

    source: str
    target: str
    ground: Ground = "stated"
    of: tuple[str, ...] = ()


@frozen(kw_only=True)
class Condition:
    """A moderator or precondition: it ends on a part or an arrow, and is no link of the chain.

    Attributes:
        id: its name inside the diagram.
        kind: moderator or precondition.
        label: what it is, in words.
        source: id of the part it bears on; with `target`, the part that the arrow leaves.
        target: id of the part that the arrow reaches; None where it bears on a part.

    Examples:
        >>> Condition(id="c1", kind="moderator", label="trust", source="s1", target="o1").target
        'o1'
    """

    id: str
    kind: ConditionKind
    label: str
    source: str
    target: str | None = None


@frozen(kw_only=True)
class Diagram:
    """A causal pathway or a logic model, as data.

    After Lewis 2018 (doi:10.3389/fpubh.2018.00136) a pathway leads from strategies over mechanisms
    and determinants to proximal and then distal outcomes; moderators and preconditions bear on its
    parts and arrows. A logic model (Smith 2020, doi:10.1186/s13012-020-01041-8) sets determinants,
    strategies, mechanisms and outcomes beside each other and numbers what links them.

    Attributes:
        kind: which of the two.
        title: what it shows.
        parts: its boxes.
        arrows: what leads where.
        conditions: what bears on parts and arrows.

    Raises:
        InvalidTableError: an id that stands twice, an arrow or condition on what is not there, an
            unknown kind, a blank label, a malformed code.
        CycleError: the arrows lead back to where they began.

    Examples:
        >>> chain = Diagram(
        ...     kind="causal-pathway",
        ...     title="A chain",
        ...     parts=(
        ...         Part(id="s", kind="strategy", label="practice"),
        ...         Part(id="m", kind="mechanism", label="confidence"),
        ...     ),
        ...     arrows=(Arrow(source="s", target="m"),),
        ... )
        >>> chain.order()
        ('s', 'm')
    """

    kind: DiagramKind
    title: str
    parts: tuple[Part, ...]
    arrows: tuple[Arrow, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"diagram {self.title!r}", faults)
        self.order()

    def _faults(self) -> Iterator[Fault]:
        if self.kind not in get_args(DiagramKind):
            yield Fault("kind", f"expected {' or '.join(get_args(DiagramKind))}, got {self.kind!r}")
        seen: set[str] = set()
        for part in self.parts:
            if not part.id:
                yield Fault("parts", "expected an id for every part")
            if part.id in seen:
                yield Fault(part.id, "stands twice")
            seen.add(part.id)
            if part.kind not in _KINDS["kind"]:
                expected = ", ".join(_KINDS["kind"])
                yield Fault(part.id, f"expected a kind of {expected}, got {part.kind!r}")
            if not part.label.strip():
                yield Fault(part.id, "expected a label, got a blank one")
            for code in part.codes:
                if not is_code(code):
                    yield Fault(part.id, f"expected a code scheme:name, got {code!r}")
        pairs: set[tuple[str, str]] = set()
        for arrow in self.arrows:
            name = f"{arrow.source} -> {arrow.target}"
            if (arrow.source, arrow.target) in pairs:
                yield Fault(name, "stands twice")
            pairs.add((arrow.source, arrow.target))
            for end in (arrow.source, arrow.target):
                if end not in seen:
                    yield Fault(name, f"{end!r} names no part of this diagram")
            for name_of in arrow.of:
                if name_of not in seen:
                    yield Fault(name, f"{name_of!r} names no part of this diagram")
            if arrow.ground not in _KINDS["ground"]:
                yield Fault(name, f"expected stated or implied, got {arrow.ground!r}")
        for condition in self.conditions:
            if condition.id in seen:
                yield Fault(condition.id, "stands twice")
            seen.add(condition.id)
            if condition.kind not in _KINDS["condition"]:
                yield Fault(
                    condition.id, f"expected moderator or precondition, got {condition.kind!r}"
                )
            if not condition.label.strip():
                yield Fault(condition.id, "expected a label, got a blank one")
            if condition.target is None:
                if all(part.id != condition.source for part in self.parts):
                    yield Fault(condition.id, f"{condition.source!r} names no part")
            elif (condition.source, condition.target) not in pairs:
                yield Fault(
                    condition.id, f"no arrow leads {condition.source} -> {condition.target}"
                )

    def order(self) -> tuple[str, ...]:
        """Return the ids of the parts, each after all that lead to it.

        Raises:
            CycleError: the arrows lead back to where they began.
        """
        sorter: TopologicalSorter[str] = TopologicalSorter({part.id: [] for part in self.parts})
        for arrow in self.arrows:
            sorter.add(arrow.target, arrow.source)
        try:
            return tuple(sorter.static_order())
        except LibraryCycleError as error:
            raise CycleError(f"diagram {self.title!r}", error.args[1]) from None

    def part(self, identifier: str) -> Part:
        """Return the part of an id.

        Raises:
            KeyError: there is none.
        """
        return {part.id: part for part in self.parts}[identifier]

    def to_dict(self) -> dict[str, object]:
        """Return the diagram as plain values."""
        return {
            "kind": self.kind,
            "title": self.title,
            "parts": [
                {"id": part.id, "kind": part.kind, "label": part.label, "codes": list(part.codes)}
                for part in self.parts
            ],
            "arrows": [
                {
                    "source": arrow.source,
                    "target": arrow.target,
                    "ground": arrow.ground,
                    "of": list(arrow.of),
                }
                for arrow in self.arrows
            ],
            "conditions": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "label": one.label,
                    "source": one.source,
                    "target": one.target,
                }
                for one in self.conditions
            ],
        }
