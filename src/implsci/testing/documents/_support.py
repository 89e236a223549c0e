"""Generated support arrangements: parties, agreements, answers, plans, and all in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.model import Barrier
from implsci.model.documents import (
    Agreement,
    Answer,
    Party,
    SequencePlan,
    SequenceStep,
    SupportArrangement,
)
from implsci.model.support import CRITERIA, AgreementKind, Disclosure, PartyRole
from implsci.testing._records import Values, named, only_with, record, start_to_end
from implsci.testing._values import (
    code_lists,
    countries,
    dates,
    distinct,
    filled,
    identifiers,
    many,
    non_negatives,
    positives,
    some,
    texts,
    word,
)
from implsci.testing.documents._diagnosis import diagnoses
from implsci.testing.documents._document import document, quotes
from implsci.testing.strategies import (
    barriers,
    events,
    implementation_strategies,
    innovations,
    measurements,
    mechanisms,
    outcomes,
    relationships,
)
from implsci.testing.strategies._nodes import node

__all__ = [
    "agreements",
    "answers",
    "parties",
    "sequence_plans",
    "support_arrangements",
]


def parties(ids: SearchStrategy[str] = identifiers) -> SearchStrategy[Party]:
    """Return a strategy for parties.

    Args:
        ids: strategy for the id.
    """
    return node(
        Party,
        ids,
        {
            "role": word(PartyRole),
            "background": many(texts),
            **dict.fromkeys(("organization", "positionality", "name", "contact"), texts),
        },
    )


def agreements(
    ids: SearchStrategy[str] = identifiers, by: Sequence[str] = ()
) -> SearchStrategy[Agreement]:
    """Return a strategy for agreements.

    Args:
        ids: strategy for the id.
        by: ids of the parties who may have made it.
    """

    def settle(values: Values) -> None:
        start_to_end(values)
        only_with(values, "disclosure", "about")

    return node(
        Agreement,
        ids,
        {
            "kind": word(AgreementKind),
            "by": some(by),
            "about": filled,
            "disclosure": word(Disclosure),
            "start": dates(),
            "end": dates(),
        },
        settle,
    )


@st.composite
def answers(draw: DrawFn, by: Sequence[str] = ()) -> Answer:
    """Return a strategy for answers.

    Args:
        draw: given by Hypothesis.
        by: ids of the parties who may have answered.
    """
    criterion = draw(st.sampled_from(sorted(CRITERIA)))
    optional: dict[str, SearchStrategy[Any]] = {"date": dates(), "because": texts}
    if by:
        optional["by"] = st.sampled_from(by)
    return draw(
        record(
            Answer,
            {
                "criterion": st.just(criterion),
                "answer": st.sampled_from(sorted(CRITERIA[criterion])),
            },
            optional,
        )
    )


def sequence_plans(elements: Sequence[str] = ()) -> SearchStrategy[SequencePlan]:
    """Return a strategy for plans.

    Args:
        elements: ids of the core elements that its steps may name.
    """

    def settle(values: Values) -> None:
        if values.get("dropped"):
            values.pop("period", None)

    whole = st.integers(1, 50)
    steps = [
        record(
            SequenceStep,
            {"element": st.just(name)},
            {
                "effort": positives,
                "priority": whole,
                "period": whole,
                "dropped": st.booleans(),
                "because": texts,
            },
            settle,
        )
        for name in elements
    ]
    return record(
        SequencePlan,
        {},
        {
            "unit": filled,
            "start": dates(),
            "capacity": many(non_negatives),
            "capacity_unit": filled,
            "steps": st.tuples(*steps),
        },
    )


@st.composite
def support_arrangements(draw: DrawFn) -> SupportArrangement:
    """Return a strategy for support arrangements, whose references all name something in them."""
    names = draw(distinct(identifiers, 8))
    who, barred, agreed, done, through, tied, looked, caused = (
        names[place : place + 1] for place in range(8)
    )
    innovation = draw(st.none() | innovations())
    elements = [] if innovation is None else [one.id for one in innovation.core_elements]
    hindered = barred if who else ()
    addressed = (*hindered, *caused)

    def constraints(own: SearchStrategy[str]) -> SearchStrategy[Barrier]:
        return barriers(own).map(lambda barrier: evolve(barrier, actor=who[0]))

    graph: Values = {
        "parties": named(draw, who, parties),
        "constraints": named(draw, hindered, constraints),
        "agreements": named(draw, agreed, lambda own: agreements(own, who)),
        "mechanisms": named(draw, through, lambda own: mechanisms(own, addressed)),
        "relationships": named(draw, tied, lambda own: relationships(own, who)),
        "outcomes": named(draw, looked, outcomes),
    }
    known = [node.id for nodes in graph.values() for node in nodes]
    graph["strategies"] = named(
        draw,
        done,
        lambda own: implementation_strategies(
            own,
            barriers=addressed,
            mechanisms=through,
            relationships=tied,
            outcomes=looked,
            nodes=[*known, *caused],
        ),
    )
    graph["answers"] = draw(
        st.lists(answers(who), max_size=2, unique_by=lambda one: (one.criterion, one.by, one.date))
    )
    return draw(
        document(
            SupportArrangement,
            {
                "title": filled,
                "innovation": st.just(innovation),
                "diagnosis": diagnoses(ids=caused) if caused else st.none(),
                **{name: st.just(tuple(nodes)) for name, nodes in graph.items()},
            },
            {
                "practices": distinct(filled, 2),
                "countries": distinct(countries, 2),
                **dict.fromkeys(
                    ("sectors", "activities", "structures", "participation"), code_lists
                ),
                "start": dates(),
                "end": dates(),
                "sequence": sequence_plans(elements),
                "measurements": many(measurements(), 1),
                "events": many(events([*known, *done, *caused]), 1),
                "quotes": many(quotes(who), 1),
            },
            start_to_end,
        )
    )
