"""Generated studies, whole, and the innovations that they put to use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.model import CoreElement, Innovation, Study
from implsci.model.study import Design, Embedded, LinksCoded, ScaleStage
from implsci.testing._records import Values, named, record
from implsci.testing._values import (
    LARGEST,
    code_lists,
    countries,
    distinct,
    filled,
    floats,
    identifiers,
    many,
    positive_counts,
    some,
    texts,
    word,
    years,
)
from implsci.testing.strategies._evidence import citations, codings, events, provenances
from implsci.testing.strategies._nodes import (
    actors,
    arms,
    barriers,
    findings,
    implementation_strategies,
    mechanisms,
    outcomes,
    relationships,
    study_settings,
)

__all__ = [
    "core_elements",
    "innovations",
    "studies",
]

_T = TypeVar("_T")


def core_elements(
    ids: SearchStrategy[str] = identifiers, before: Sequence[str] = ()
) -> SearchStrategy[CoreElement]:
    """Return a strategy for core elements.

    Args:
        ids: strategy for the id.
        before: ids of the elements it may depend on.
    """
    return record(
        CoreElement,
        {"id": ids, "label": filled},
        {"order": positive_counts, "depends_on": some(before)},
    )


@st.composite
def innovations(draw: DrawFn) -> Innovation:
    """Return a strategy for innovations; the core elements depend on one another in no circle."""
    ids = draw(distinct(identifiers, 2))
    elements = tuple(
        draw(core_elements(st.just(identifier), ids[:index]))
        for index, identifier in enumerate(ids)
    )
    return draw(
        record(
            Innovation,
            {"name": filled, "core_elements": st.just(elements)},
            {
                "components": many(texts),
                **dict.fromkeys(
                    ("kind", "evidence", "evidence_grade", "evidence_source", "gap"), texts
                ),
            },
        )
    )


_KINDS = (
    "settings", "arms", "actors", "barriers", "strategies", "mechanisms", "relationships",
    "outcomes", "findings",
)  # fmt: skip

_extras = st.dictionaries(
    texts,
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | floats | texts,
    max_size=3,
)


@st.composite
def studies(draw: DrawFn, *, max_nodes: int = 2) -> Study:
    """Return a strategy for whole studies: ids stand once, every reference names a node.

    Args:
        draw: given by Hypothesis; leave it out.
        max_nodes: how many nodes of each kind at most.
    """
    sizes = {kind: draw(st.integers(0, max_nodes)) for kind in _KINDS}
    if not sizes["outcomes"]:
        sizes["findings"] = 0
    total = sum(sizes.values())
    pool = iter(draw(st.lists(identifiers, min_size=total, max_size=total, unique=True)))
    ids = {kind: tuple(next(pool) for _ in range(size)) for kind, size in sizes.items()}
    everything = tuple(identifier for kind in _KINDS for identifier in ids[kind])

    def each(
        kind: str, make: Callable[[SearchStrategy[str]], SearchStrategy[_T]]
    ) -> tuple[_T, ...]:
        return named(draw, ids[kind], make)

    graph: Values = {
        "settings": each("settings", study_settings),
        "arms": each("arms", lambda own: arms(own, ids["strategies"])),
        "actors": each("actors", actors),
        "barriers": each("barriers", lambda own: barriers(own, ids["settings"])),
        "strategies": each(
            "strategies",
            lambda own: implementation_strategies(
                own,
                barriers=ids["barriers"],
                mechanisms=ids["mechanisms"],
                relationships=ids["relationships"],
                outcomes=ids["outcomes"],
                nodes=everything,
            ),
        ),
        "mechanisms": each("mechanisms", lambda own: mechanisms(own, ids["barriers"])),
        "relationships": each("relationships", lambda own: relationships(own, ids["actors"])),
        "outcomes": each("outcomes", outcomes),
        "findings": each(
            "findings",
            lambda own: findings(
                own,
                **{kind: ids[kind] for kind in _KINDS if kind not in ("actors", "findings")},
            ),
        ),
    }
    own: dict[str, SearchStrategy[Any]] = {
        "year": years,
        "citation": citations(),
        "programme": texts,
        "embedded": word(Embedded),
        "design": word(Design),
        "design_label": texts,
        "hybrid_type": st.integers(1, 3),
        "sectors": code_lists,
        "countries": distinct(countries),
        "scale_stage": word(ScaleStage),
        "engagement": code_lists,
        "equity": code_lists,
        "innovation": innovations(),
        "events": many(events(everything), 1),
        "links_coded": word(LinksCoded),
        "codings": many(codings(), 1),
        "provenance": many(provenances(), 1),
        "note": texts,
        "extra": _extras,
    }
    required = {"id": identifiers, "title": filled}
    return draw(record(lambda **values: Study(**values, **graph), required, own))
