"""Generated parts of a study: what an id names, and what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Finding,
    Mechanism,
    Modification,
    Outcome,
    Rating,
    Relationship,
    Setting,
    Strategy,
)
from implsci.model.barrier import BarrierLevel, Valence
from implsci.model.finding import Comparator, Direction, FindingBasis, Role
from implsci.model.outcome import Desirable, Distance, OutcomeKind
from implsci.model.strategy import CoreRelation, Nature, Planned
from implsci.testing._records import Fields, Values, count_within, only_with, record
from implsci.testing._values import (
    code_lists,
    countries,
    counts,
    dates,
    filled,
    identifiers,
    many,
    positive_counts,
    some,
    texts,
    word,
)
from implsci.testing.strategies._evidence import codings, estimates, events, measurements

__all__ = [
    "actors",
    "arms",
    "barriers",
    "findings",
    "implementation_strategies",
    "mechanisms",
    "modifications",
    "node",
    "outcomes",
    "ratings",
    "relationships",
    "study_settings",
]

_T = TypeVar("_T")


def node(
    make: Callable[..., _T],
    ids: SearchStrategy[str],
    optional: Fields,
    settle: Callable[[Values], None] | None = None,
) -> SearchStrategy[_T]:
    """Return a strategy for nodes: what every one has, and the fields of this class."""
    return record(
        make,
        {"id": ids, "label": filled},
        {
            "codes": code_lists,
            "codings": many(codings(), 1),
            "note": texts,
            **optional,
        },
        settle,
    )


def study_settings(ids: SearchStrategy[str] = identifiers) -> SearchStrategy[Setting]:
    """Return a strategy for the settings of a study.

    Args:
        ids: strategy for the id.
    """
    return node(Setting, ids, {"country": countries, "region": texts, "level": texts})


def arms(
    ids: SearchStrategy[str] = identifiers, strategies: Sequence[str] = ()
) -> SearchStrategy[Arm]:
    """Return a strategy for arms.

    Args:
        ids: strategy for the id.
        strategies: ids of the strategies that an arm may have got.
    """
    return node(Arm, ids, {"strategies": some(strategies), "n": counts})


def actors(ids: SearchStrategy[str] = identifiers) -> SearchStrategy[Actor]:
    """Return a strategy for actors.

    Args:
        ids: strategy for the id.
    """
    return node(
        Actor,
        ids,
        {"background": many(texts), "organization": texts, "positionality": texts},
    )


def ratings(settings: Sequence[str] = ("setting",)) -> SearchStrategy[Rating]:
    """Return a strategy for ratings.

    Args:
        settings: ids of the settings that may be rated.
    """

    def settle(values: Values) -> None:
        if values.get("mixed") and abs(values.get("value", 0)) == 2:
            del values["value"]

    return record(
        Rating,
        {"setting": st.sampled_from(settings)},
        {"value": st.integers(-2, 2), "mixed": st.booleans()},
        settle,
    )


def barriers(
    ids: SearchStrategy[str] = identifiers, settings: Sequence[str] = ()
) -> SearchStrategy[Barrier]:
    """Return a strategy for barriers and facilitators.

    Args:
        ids: strategy for the id.
        settings: ids of the settings that may be rated; without any there are no ratings.
    """

    def settle(values: Values) -> None:
        if values.get("valence") in (None, "neutral"):
            values.pop("magnitude", None)
        count_within(values, "n", "n_informants")

    optional: dict[str, SearchStrategy[Any]] = {
        "valence": word(Valence),
        "magnitude": st.integers(1, 2),
        "level": word(BarrierLevel),
        "n": counts,
        "n_informants": positive_counts,
        "actor": texts,
    }
    if settings:
        optional["ratings"] = many(ratings(settings))
    return node(Barrier, ids, optional, settle)


def modifications() -> SearchStrategy[Modification]:
    """Return a strategy for modifications."""
    plain = ("nature", "goal", "rationale_level", "decided_by", "spread")
    return record(
        Modification,
        {"what": filled},
        {
            "core_relation": word(CoreRelation),
            "planned": word(Planned),
            "date": dates(),
            **dict.fromkeys(plain, texts),
        },
    )


def implementation_strategies(
    ids: SearchStrategy[str] = identifiers,
    *,
    barriers: Sequence[str] = (),
    mechanisms: Sequence[str] = (),
    relationships: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    nodes: Sequence[str] = (),
) -> SearchStrategy[Strategy]:
    """Return a strategy for implementation strategies.

    Args:
        ids: strategy for the id.
        barriers: ids of the barriers that may be addressed.
        mechanisms: ids of the mechanisms that may be worked through.
        relationships: ids of the relationships that may be built.
        outcomes: ids of the outcomes that may be aimed at.
        nodes: ids that an event may name.
    """
    plain = ("actor", "action", "action_target", "temporality", "dose", "justification", "cost")
    return node(
        Strategy,
        ids,
        {
            **dict.fromkeys(plain, texts),
            "nature": word(Nature),
            "addresses": some(barriers),
            "acts_through": some(mechanisms),
            "builds": some(relationships),
            "outcomes": some(outcomes),
            "modifications": many(modifications(), 1),
            "events": many(events(nodes), 1),
            "measurements": many(measurements(), 1),
        },
    )


def mechanisms(
    ids: SearchStrategy[str] = identifiers, barriers: Sequence[str] = ()
) -> SearchStrategy[Mechanism]:
    """Return a strategy for mechanisms.

    Args:
        ids: strategy for the id.
        barriers: ids of the barriers that may be changed.
    """
    return node(Mechanism, ids, {"barriers": some(barriers), "preconditions": many(texts)})


def relationships(
    ids: SearchStrategy[str] = identifiers, actors: Sequence[str] = ()
) -> SearchStrategy[Relationship]:
    """Return a strategy for relationships.

    Args:
        ids: strategy for the id.
        actors: ids of the actors that may be party to it.
    """
    return node(
        Relationship,
        ids,
        {
            "parties": some(actors),
            "quality": texts,
            "duration": texts,
            "measurements": many(measurements(), 1),
        },
    )


def outcomes(ids: SearchStrategy[str] = identifiers) -> SearchStrategy[Outcome]:
    """Return a strategy for outcomes.

    Args:
        ids: strategy for the id.
    """
    return node(
        Outcome,
        ids,
        {
            "kind": word(OutcomeKind),
            "desirable": word(Desirable),
            "distance": word(Distance),
            "level": texts,
            "measurements": many(measurements(), 1),
        },
    )


def findings(
    ids: SearchStrategy[str] = identifiers,
    *,
    outcomes: Sequence[str] = ("outcome",),
    strategies: Sequence[str] = (),
    barriers: Sequence[str] = (),
    mechanisms: Sequence[str] = (),
    relationships: Sequence[str] = (),
    arms: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> SearchStrategy[Finding]:
    """Return a strategy for findings.

    Args:
        ids: strategy for the id.
        outcomes: ids of the outcomes it may be about.
        strategies: ids of the strategies that may stand behind it.
        barriers: ids of the barriers it may speak of.
        mechanisms: ids of the mechanisms it may speak of.
        relationships: ids of the relationships it may speak of.
        arms: ids of the arms it may name.
        settings: ids of the settings it may hold for.
    """

    def settle(values: Values) -> None:
        only_with(values, "role", "relationship")
        if values.get("basis") == "effect" and values.get("comparator") == "none":
            del values["comparator"]

    optional: dict[str, SearchStrategy[Any]] = {
        "strategies": some(strategies),
        "barriers": some(barriers),
        "mechanisms": some(mechanisms),
        "comparator_strategies": some(strategies),
        "role": word(Role),
        "basis": word(FindingBasis),
        "comparator": word(Comparator),
        "estimate": estimates(),
        "n": counts,
        "codings": many(codings(), 1),
        **dict.fromkeys(("comparator_label", "timepoint", "subgroup", "note"), texts),
    }
    for names, known in (
        (("relationship",), relationships),
        (("arm", "comparator_arm"), arms),
        (("setting",), settings),
    ):
        if known:
            optional.update(dict.fromkeys(names, st.sampled_from(known)))
    return record(
        Finding,
        {"id": ids, "outcome": st.sampled_from(outcomes), "direction": word(Direction)},
        optional,
        settle,
    )
