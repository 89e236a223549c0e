"""Generated pathways and their episodes."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.model.documents import Episode, Pathway
from implsci.testing._records import Values, record
from implsci.testing._values import codes, distinct, filled, identifiers, many, ordered_years, texts
from implsci.testing.documents._document import document, quotes
from implsci.testing.strategies import events

__all__ = [
    "episodes",
    "pathways",
]


def episodes(
    ids: SearchStrategy[str] = identifiers, dated: tuple[str | None, str | None] = (None, None)
) -> SearchStrategy[Episode]:
    """Return a strategy for episodes.

    Args:
        ids: strategy for the id.
        dated: when it began and ended.
    """
    return record(
        Episode,
        {"id": ids, "start": st.just(dated[0]), "end": st.just(dated[1])},
        {
            "state": codes(),
            **dict.fromkeys(("label", "memo", "story"), filled),
            "quotes": many(quotes(), 1),
            "topics": distinct(filled, 2),
            "events": many(events(), 1),
        },
    )


@st.composite
def pathways(draw: DrawFn) -> Pathway:
    """Return a strategy for pathways; their episodes follow one another without overlap."""
    ids = draw(st.lists(identifiers, min_size=1, max_size=3, unique=True))
    when = ordered_years(draw, 2 * len(ids))
    dated = [
        (str(first), str(last)) if draw(st.booleans()) else (None, None)
        for first, last in zip(when[::2], when[1::2], strict=True)
    ]
    told = tuple(draw(episodes(st.just(name), span)) for name, span in zip(ids, dated, strict=True))

    def settle(values: Values) -> None:
        if values.get("revises") == values["id"]:
            del values["revises"]

    return draw(
        document(
            Pathway,
            {"case": filled, "episodes": st.just(told)},
            {
                "role": texts,
                "version": st.integers(1, 9),
                "revises": identifiers,
                "events": many(events(), 1),
            },
            settle,
        )
    )
