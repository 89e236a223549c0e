"""What a field is drawn from: text, ids, numbers, dates, codes, closed words, and several of them.

Text is drawn from all of Unicode but surrogates, and numbers reach to their limits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeVar, get_args

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.codes import Code

__all__ = [
    "COUNTRIES",
    "LARGEST",
    "code_lists",
    "codes",
    "countries",
    "counts",
    "dates",
    "distinct",
    "filled",
    "floats",
    "identifiers",
    "many",
    "local_names",
    "names_in_print",
    "non_negatives",
    "numbers",
    "ordered_years",
    "positive_counts",
    "positives",
    "printed",
    "probabilities",
    "schemes",
    "some",
    "texts",
    "word",
    "years",
]

_T = TypeVar("_T")

LARGEST: Final = 2**63 - 1
COUNTRIES: Final = ("BR", "GB", "KE", "NO", "US", "ZA")
_LOWER: Final = "abcdefghijklmnopqrstuvwxyz0123456789"


def _says_something(text: str) -> bool:
    return text.strip() != ""


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
filled = texts.filter(_says_something)
# Vocabularies are printed everywhere, so they hold no control characters.
printed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
names_in_print = printed.filter(_says_something)
# An id is printable and holds neither space nor "#", which joins file and id at the command line.
identifiers = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="#"), min_size=1, max_size=6
).filter(str.isprintable)

floats = st.floats(allow_nan=False, allow_infinity=False)
# Whole numbers are welcome where a number is asked for, if a float holds them exactly.
numbers = st.one_of(floats, st.integers(-(2**53), 2**53), st.sampled_from([2**62, -(2**60)]))
positives = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
non_negatives = st.floats(min_value=0, allow_infinity=False)
probabilities = st.floats(0, 1) | st.integers(0, 1)
counts = st.integers(0, LARGEST)
positive_counts = st.integers(1, LARGEST)

years = st.integers(1800, 2100)
countries = st.sampled_from(COUNTRIES)

schemes = st.lists(st.text(_LOWER, min_size=1, max_size=4), min_size=1, max_size=3).map("-".join)
local_names = st.builds(
    lambda first, middle, last: first + middle + last,
    st.sampled_from(_LOWER + "AZ"),
    st.text(_LOWER + "AZ._-", max_size=6),
    st.sampled_from(_LOWER + "AZ"),
)


@st.composite
def dates(draw: DrawFn) -> str:
    """Return a strategy for dates, ISO 8601, to the year, the month or the day."""
    year, month, day = draw(st.dates()).isoformat().split("-")
    return "-".join((year, month, day)[: draw(st.integers(1, 3))])


def ordered_years(draw: DrawFn, count: int) -> list[int]:
    """Draw so many years, none before the one ahead of it."""
    return sorted(draw(st.lists(st.integers(1900, 2100), min_size=count, max_size=count)))


def codes() -> SearchStrategy[Code]:
    """Return a strategy for codes, ``scheme:name``, of taxonomies that need not exist."""
    return st.builds(lambda scheme, name: Code(f"{scheme}:{name}"), schemes, local_names)


def word(words: object) -> SearchStrategy[Any]:
    """Return a strategy for the words of a `Literal`."""
    return st.sampled_from(get_args(words))


def many(items: SearchStrategy[_T], most: int = 2) -> SearchStrategy[tuple[_T, ...]]:
    """Return a strategy for several of these, which may repeat."""
    return st.lists(items, max_size=most).map(tuple)


def distinct(items: SearchStrategy[_T], most: int = 3) -> SearchStrategy[tuple[_T, ...]]:
    """Return a strategy for several of these, each once."""
    return st.lists(items, max_size=most, unique=True).map(tuple)


def some(known: Sequence[str]) -> SearchStrategy[tuple[str, ...]]:
    """Return a strategy for distinct references to known ids; none where none is known."""
    return distinct(st.sampled_from(known)) if known else st.just(())


code_lists = distinct(codes(), 2)
