"""Hypothesis strategies for the records of a casebook: valid by construction, and of every shape."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from implsci.casebook import Casebook
from implsci.model.documents import Document
from implsci.testing.documents._diagnosis import assumptions, diagnoses
from implsci.testing.documents._document import quotes
from implsci.testing.documents._knowledge import (
    claims,
    definitions,
    evidence_intermediaries,
    mobilisation_activities,
)
from implsci.testing.documents._learning import (
    learning_cycles,
    maturities,
    observations,
    research_questions,
)
from implsci.testing.documents._pathways import episodes, pathways
from implsci.testing.documents._support import (
    agreements,
    answers,
    parties,
    sequence_plans,
    support_arrangements,
)

__all__ = [
    "agreements",
    "answers",
    "assumptions",
    "casebooks",
    "claims",
    "definitions",
    "diagnoses",
    "documents",
    "episodes",
    "evidence_intermediaries",
    "learning_cycles",
    "maturities",
    "mobilisation_activities",
    "observations",
    "parties",
    "pathways",
    "quotes",
    "research_questions",
    "sequence_plans",
    "support_arrangements",
]


def __dir__() -> list[str]:
    return __all__


def documents() -> SearchStrategy[Document]:
    """Return a strategy for records of a casebook, of every class.

    Examples:
        >>> from hypothesis import given
        >>> from implsci.codec import decode_document, encode
        >>> @given(documents())
        ... def test_round_trip(record):
        ...     assert decode_document(encode(record)) == record
        >>> test_round_trip()
    """
    return st.one_of(
        support_arrangements(),
        diagnoses(),
        pathways(),
        definitions(),
        claims(),
        mobilisation_activities(),
        evidence_intermediaries(),
        research_questions(),
        observations(),
        learning_cycles(),
        maturities(),
    )


def casebooks() -> SearchStrategy[Casebook]:
    """Return a strategy for casebooks of up to three records."""
    return st.lists(documents(), max_size=3, unique_by=lambda one: one.id).map(
        lambda records: Casebook(records=tuple(records))
    )
