"""Generated knowledge: definitions, claims, acts of mobilisation, evidence intermediaries."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from implsci.model.documents import Claim, Definition, EvidenceIntermediary, MobilisationActivity
from implsci.model.knowledge import Bound, ClaimStatus, Flow, Focus, Level, Stance
from implsci.testing._records import Values, ascending, only_with, start_to_end
from implsci.testing._values import (
    code_lists,
    countries,
    dates,
    distinct,
    filled,
    many,
    numbers,
    texts,
    word,
    years,
)
from implsci.testing.documents._document import document, quotes
from implsci.testing.documents._support import parties
from implsci.testing.strategies import citations, events, measurements, outcomes

__all__ = [
    "claims",
    "definitions",
    "evidence_intermediaries",
    "mobilisation_activities",
]


def definitions() -> SearchStrategy[Definition]:
    """Return a strategy for definitions."""
    return document(
        Definition,
        dict.fromkeys(("term", "author", "paraphrase"), filled),
        {
            "year": years,
            "codes": code_lists,
            "citation": citations(),
            "direction": word(Flow),
            **dict.fromkeys(("political", "participation", "impact"), st.booleans()),
            "focus": word(Focus),
            "level": word(Level),
            "stance": word(Stance),
            "domains": code_lists,
            "context": texts,
        },
    )


def claims() -> SearchStrategy[Claim]:
    """Return a strategy for claims."""

    def settle(values: Values) -> None:
        only_with(values, "value", "unit")
        only_with(values, "bound", "value")
        only_with(values, "status", "because")

    return document(
        Claim,
        {"about": filled, "statement": filled},
        {
            "value": numbers,
            "bound": word(Bound),
            "year": years,
            "citation": citations(),
            "status": word(ClaimStatus),
            "checked": dates(),
            **dict.fromkeys(("unit", "base", "said_by", "because"), texts),
        },
        settle,
    )


def mobilisation_activities() -> SearchStrategy[MobilisationActivity]:
    """Return a strategy for acts of mobilisation."""
    return document(
        MobilisationActivity,
        dict.fromkeys(("title", "knowledge", "process", "impact"), filled),
        {
            **dict.fromkeys(("why", "whose", "what", "how", "sectors"), code_lists),
            "actors": many(parties(), 1),
            "outcomes": many(outcomes(), 1),
            "start": dates(),
            "end": dates(),
            "countries": distinct(countries, 2),
            "reach": many(measurements(), 1),
            "events": many(events(), 1),
            "quotes": many(quotes(), 1),
        },
        start_to_end,
    )


def evidence_intermediaries() -> SearchStrategy[EvidenceIntermediary]:
    """Return a strategy for evidence intermediaries."""
    return document(
        EvidenceIntermediary,
        {"name": filled},
        {
            "kinds": code_lists,
            "sectors": code_lists,
            "country": countries,
            "policy_areas": distinct(filled, 2),
            "since": dates(),
            "until": dates(),
            "checked": dates(),
            "citation": citations(),
            **dict.fromkeys(("network", "member", "url"), texts),
        },
        lambda values: ascending(values, "since", "until"),
    )
