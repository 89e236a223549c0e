"""Generated diagnoses, and the assumptions in them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.model.diagnosis import AssumptionStatus, DataAvailability
from implsci.model.documents import Assumption, Diagnosis
from implsci.testing._records import Values, named, only_with, record
from implsci.testing._values import dates, distinct, filled, identifiers, many, texts, word
from implsci.testing.documents._document import document
from implsci.testing.strategies import barriers, measurements

__all__ = [
    "assumptions",
    "diagnoses",
]


def assumptions() -> SearchStrategy[Assumption]:
    """Return a strategy for assumptions."""

    def settle(values: Values) -> None:
        only_with(values, "status", "because")

    return record(
        Assumption,
        {"statement": filled},
        {"status": word(AssumptionStatus), "because": texts, "date": dates()},
        settle,
    )


@st.composite
def diagnoses(draw: DrawFn, ids: Sequence[str] | None = None) -> Diagnosis:
    """Return a strategy for diagnoses.

    Args:
        draw: given by Hypothesis.
        ids: ids that its causes have; drawn where None.
    """
    known = draw(distinct(identifiers, 2)) if ids is None else tuple(ids)
    causes = named(draw, known, barriers)
    assumed = draw(
        st.lists(assumptions(), max_size=2, unique_by=lambda one: one.statement.casefold().strip())
    )

    def settle(values: Values) -> None:
        if values.get("data") == "none":
            values.pop("measurements", None)
        wanted, found = values.get("desired"), values.get("current")
        if wanted and found and (wanted.of, wanted.unit) != (found.of, found.unit):
            del values["current"]

    return draw(
        document(
            Diagnosis,
            {
                "problem": filled,
                "causes": st.just(causes),
                "assumptions": st.just(tuple(assumed)),
            },
            {
                **dict.fromkeys(("population", "business_as_usual", "data_note"), filled),
                "desired": measurements(),
                "current": measurements(),
                "data": word(DataAvailability),
                "measurements": many(measurements(), 1),
                "date": dates(),
                "made_by": distinct(filled, 2),
            },
            settle,
        )
    )
