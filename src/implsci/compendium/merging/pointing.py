"""What points from one record of a study to another, and findings that are the same.

Ids are local to a record: where two records become one, those of the second change, and what names
them follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeVar, cast

from attrs import evolve

from implsci.compendium.merging.report import free_id
from implsci.model import Finding
from implsci.model._record import Record, shape
from implsci.model.study import CoreElement

__all__ = ["about", "added", "collisions", "findings_ids", "move", "move_all", "union"]

_R = TypeVar("_R", bound=Record)

_REFERENCES: Final[Mapping[str, frozenset[str]]] = {
    "Arm": frozenset({"strategies"}),
    "CoreElement": frozenset({"depends_on"}),
    "Event": frozenset({"of"}),
    "Finding": frozenset(
        "outcome strategies barriers mechanisms relationship comparator_arm comparator_strategies "
        "arm setting".split()
    ),
    "Measurement": frozenset({"respondent", "toward"}),
    "Mechanism": frozenset({"barriers"}),
    "Rating": frozenset({"setting"}),
    "Relationship": frozenset({"parties"}),
    "Strategy": frozenset({"outcomes", "addresses", "acts_through", "builds"}),
}
_FOUND: Final = ("direction", "estimate")


def move(record: _R, ids: Mapping[str, str], actors: frozenset[str]) -> _R:
    """Return a record that names nodes by what they are called in the joined record.

    Args:
        record: a node, a finding, or what stands inside one.
        ids: the new id for each old one.
        actors: the ids of actors.
    """
    name = type(record).__name__
    references = _REFERENCES.get(name, frozenset())
    changes: dict[str, Any] = {}
    if name == "CoreElement":
        changes["id"] = ids[cast("CoreElement", record).id]
    for field in shape(type(record)).values():
        value = getattr(record, field.name)
        if field.name in references and value:
            # Who answered, and about whom, is free text, unless it is the id of an actor.
            known = actors if name == "Measurement" else ids.keys()
            if field.many:
                changes[field.name] = tuple(dict.fromkeys(ids[item] for item in value))
            elif value in known:
                changes[field.name] = ids[value]
        elif field.kind == "record" and field.many and value:
            changes[field.name] = tuple(move(item, ids, actors) for item in value)
    return cast("_R", evolve(cast("Any", record), **changes)) if changes else record


def findings_ids(
    mine: Iterable[Finding], theirs: Iterable[Finding], ids: Mapping[str, str], taken: set[str]
) -> dict[str, str]:
    """Return what each of theirs is called in the joined record; equal ones have one id.

    Args:
        mine: findings that stand already.
        theirs: findings to be added.
        ids: what the nodes that these name are called in the joined record.
        taken: the ids in use; new ones are added.
    """
    known: dict[Finding, str] = {}
    for finding in mine:
        known.setdefault(_bare(finding), finding.id)
    found: dict[str, str] = {}
    for finding in theirs:
        bare = _bare(move(finding, ids, frozenset()))
        if bare not in known:
            known[bare] = free_id(finding.id, taken)
        found[finding.id] = known[bare]
    return found


def _bare(finding: Finding) -> Finding:
    return evolve(finding, id="f", codings=())


def about(finding: Finding) -> tuple[str, frozenset[str]]:
    """Return what a finding is on: its outcome, and the strategies behind it."""
    return finding.outcome, frozenset(finding.strategies)


def collisions(mine: Finding, theirs: Finding) -> list[str]:
    """Return the fields that give two findings on one thing another meaning."""
    pairs = ((name, getattr(mine, name), getattr(theirs, name)) for name in _FOUND)
    return [name for name, here, there in pairs if None not in (here, there) and here != there]


def added(mine: Iterable[Finding], theirs: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of both; those that have one id by now are equal."""
    joined = {finding.id: finding for finding in mine}
    for finding in theirs:
        own = joined.setdefault(finding.id, finding)
        joined[finding.id] = evolve(own, codings=union(own.codings, finding.codings))
    return tuple(joined.values())


def move_all(
    records: Iterable[_R], ids: Mapping[str, str], actors: frozenset[str]
) -> tuple[_R, ...]:
    """Return records that name nodes, and findings that are named, as the joined record does."""
    moved = (move(record, ids, actors) for record in records)
    return tuple(
        cast("_R", evolve(one, id=ids[one.id])) if isinstance(one, Finding) else one
        for one in moved
    )


def union(mine: tuple[Any, ...], theirs: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the items of both, those that only the second has after the others."""
    added = [item for item in theirs if item not in mine]
    kept: list[Any] = []
    for item in added:
        if item not in kept:
            kept.append(item)
    return (*mine, *kept)
