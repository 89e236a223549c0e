"""The references inside a study: ids stand once, and every reference names a node that is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from implsci.errors import Fault
from implsci.model.evidence import Event

if TYPE_CHECKING:
    from implsci.model.study import Study

__all__ = ["check_graph"]

_KINDS = (
    ("settings", "setting"),
    ("arms", "arm"),
    ("actors", "actor"),
    ("barriers", "barrier"),
    ("strategies", "strategy"),
    ("mechanisms", "mechanism"),
    ("relationships", "relationship"),
    ("outcomes", "outcome"),
    ("findings", "finding"),
)


def check_graph(study: Study, faults: list[Fault]) -> None:
    """Add every id that stands twice and every reference that names no node."""
    ids: dict[str, set[str]] = {}
    everywhere: set[str] = set()
    for name, _ in _KINDS:
        own = ids[name] = set()
        for index, node in enumerate(getattr(study, name)):
            identifier: str | None = node.id
            if identifier in everywhere and identifier is not None:
                faults.append(
                    Fault(f"{name}[{index}].id", f"{identifier!r} stands twice in this study")
                )
            if identifier is not None:
                own.add(identifier)
                everywhere.add(identifier)
    for place, kind, targets in _references(study):
        known = ids[kind]
        seen: set[str] = set()
        for index, target in enumerate(targets):
            if target is None:
                continue
            if target not in known:
                problem = f"{target!r} names no {dict(_KINDS)[kind]} of this study"
            elif target in seen:
                problem = f"{target!r} stands twice"
            else:
                seen.add(target)
                continue
            faults.append(Fault(place.replace("*", f"[{index}]"), problem))
    for place, events in _histories(study):
        for index, event in enumerate(events):
            if event.of is not None and event.of not in everywhere:
                faults.append(
                    Fault(f"{place}[{index}].of", f"{event.of!r} names no node of this study")
                )


def _references(study: Study) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield place, kind and targets of every reference; ``*`` in a place stands for the index."""
    for i, arm in enumerate(study.arms):
        if arm.strategies:
            yield f"arms[{i}].strategies*", "strategies", arm.strategies
    for i, barrier in enumerate(study.barriers):
        for j, rating in enumerate(barrier.ratings):
            yield f"barriers[{i}].ratings[{j}].setting", "settings", (rating.setting,)
    for i, strategy in enumerate(study.strategies):
        if strategy.addresses:
            yield f"strategies[{i}].addresses*", "barriers", strategy.addresses
        if strategy.outcomes:
            yield f"strategies[{i}].outcomes*", "outcomes", strategy.outcomes
        if strategy.acts_through:
            yield f"strategies[{i}].acts_through*", "mechanisms", strategy.acts_through
        if strategy.builds:
            yield f"strategies[{i}].builds*", "relationships", strategy.builds
    for i, mechanism in enumerate(study.mechanisms):
        if mechanism.barriers:
            yield f"mechanisms[{i}].barriers*", "barriers", mechanism.barriers
    for i, relationship in enumerate(study.relationships):
        if relationship.parties:
            yield f"relationships[{i}].parties*", "actors", relationship.parties
    for i, finding in enumerate(study.findings):
        yield f"findings[{i}].outcome", "outcomes", (finding.outcome,)
        if finding.strategies:
            yield f"findings[{i}].strategies*", "strategies", finding.strategies
        if finding.barriers:
            yield f"findings[{i}].barriers*", "barriers", finding.barriers
        if finding.mechanisms:
            yield f"findings[{i}].mechanisms*", "mechanisms", finding.mechanisms
        if finding.relationship is not None:
            yield f"findings[{i}].relationship", "relationships", (finding.relationship,)
        if finding.comparator_arm is not None:
            yield f"findings[{i}].comparator_arm", "arms", (finding.comparator_arm,)
        if finding.comparator_strategies:
            yield (
                f"findings[{i}].comparator_strategies*",
                "strategies",
                finding.comparator_strategies,
            )
        if finding.arm is not None:
            yield f"findings[{i}].arm", "arms", (finding.arm,)
        if finding.setting is not None:
            yield f"findings[{i}].setting", "settings", (finding.setting,)


def _histories(study: Study) -> Iterator[tuple[str, tuple[Event, ...]]]:
    if study.events:
        yield "events", study.events
    for i, strategy in enumerate(study.strategies):
        if strategy.events:
            yield f"strategies[{i}].events", strategy.events
