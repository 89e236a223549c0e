"""What generated records of a casebook share: the fields that all have, and quotes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from implsci.model.documents import Quote
from implsci.model.quote import Consent
from implsci.testing._records import Fields, Values, record
from implsci.testing._values import dates, distinct, filled, identifiers, many, texts, word
from implsci.testing.strategies import provenances

__all__ = [
    "document",
    "quotes",
]

_T = TypeVar("_T")


def document(
    make: Callable[..., _T],
    required: Fields,
    optional: Fields,
    settle: Callable[[Values], None] | None = None,
) -> SearchStrategy[_T]:
    """Return a strategy for records of a casebook: what all have, and the fields of this class."""
    common = {
        "studies": distinct(filled, 2),
        "provenance": many(provenances(), 1),
        "note": texts,
    }
    return record(make, {"id": identifiers, **required}, {**common, **optional}, settle)


def quotes(speakers: Sequence[str] | None = None) -> SearchStrategy[Quote]:
    """Return a strategy for quotes; those without consent hold no words.

    Args:
        speakers: ids that a speaker may have; any text where None.
    """

    def settle(values: Values) -> None:
        if values["consent"] in ("withdrawn", "refused"):
            values.pop("text", None)

    optional: dict[str, SearchStrategy[Any]] = {
        "text": filled,
        "date": dates(),
        **dict.fromkeys(("role", "locator", "coder", "note"), texts),
    }
    if speakers is None:
        optional["speaker"] = texts
    elif speakers:
        optional["speaker"] = st.sampled_from(speakers)
    return record(Quote, {"consent": word(Consent)}, optional, settle)
