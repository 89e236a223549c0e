"""Generated learning: questions, observations, learning cycles and records of maturity."""

from __future__ import annotations

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.model.documents import (
    LearningCycle,
    LearningStep,
    Maturity,
    Observation,
    ResearchQuestion,
)
from implsci.model.finding import Direction, Role
from implsci.model.learning import Asker, QuestionKind, StepKind
from implsci.model.outcome import OutcomeKind
from implsci.testing._records import count_within, record
from implsci.testing._values import (
    code_lists,
    countries,
    counts,
    dates,
    distinct,
    filled,
    identifiers,
    many,
    ordered_years,
    positive_counts,
    some,
    texts,
    word,
)
from implsci.testing.documents._document import document, quotes
from implsci.testing.strategies import citations, events, measurements

__all__ = [
    "learning_cycles",
    "maturities",
    "observations",
    "research_questions",
]


def research_questions() -> SearchStrategy[ResearchQuestion]:
    """Return a strategy for questions."""
    return document(
        ResearchQuestion,
        {"text": filled},
        {
            "kind": word(QuestionKind),
            "asked_by": word(Asker),
            "date": dates(),
            "citation": citations(),
            **dict.fromkeys(("engagement", "strategies", "barriers", "outcomes"), code_lists),
            "outcome_kinds": many(word(OutcomeKind)),
            "role": word(Role),
            "arises_from": distinct(filled, 2),
        },
    )


def observations() -> SearchStrategy[Observation]:
    """Return a strategy for observations."""
    coded = ("actors", "strategies", "barriers", "outcomes", "engagement", "sectors")
    return document(
        Observation,
        {"statement": filled},
        {
            **dict.fromkeys(coded, code_lists),
            "by": texts,
            "date": dates(),
            "outcome_kinds": many(word(OutcomeKind)),
            "countries": distinct(countries, 2),
            "direction": word(Direction),
            "role": word(Role),
            "n": counts,
            "n_informants": positive_counts,
            "arrangement": texts,
            "quotes": many(quotes(), 1),
            "events": many(events(), 1),
        },
        lambda values: count_within(values, "n", "n_informants"),
    )


@st.composite
def learning_cycles(draw: DrawFn) -> LearningCycle:
    """Return a strategy for learning cycles; no step comes before one that it follows."""
    ids = draw(distinct(identifiers, 4))
    when = ordered_years(draw, len(ids))
    steps = tuple(
        draw(
            record(
                LearningStep,
                {"id": st.just(name), "kind": word(StepKind), "label": filled},
                {"of": filled, "date": st.just(str(year)), "follows": some(ids[:place])},
            )
        )
        for place, (name, year) in enumerate(zip(ids, when, strict=True))
    )
    return draw(document(LearningCycle, {"title": filled, "steps": st.just(steps)}, {}))


def maturities() -> SearchStrategy[Maturity]:
    """Return a strategy for records of maturity; every rating names its instrument."""
    rated = st.builds(
        lambda rating, instrument: evolve(rating, instrument=instrument), measurements(), filled
    )
    return document(
        Maturity,
        {"program": filled, "of": filled},
        {
            "sectors": code_lists,
            "countries": distinct(countries),
            "ratings": many(rated),
            "events": many(events(), 1),
        },
    )
