"""Taxonomies of every shape, those with ratings and withdrawn terms included."""

from __future__ import annotations

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from implsci.taxonomy import Taxonomy, TermRating
from implsci.testing import taxonomies

__all__ = ["full_taxonomies", "rated_terms"]

_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=6)
_numbers = st.floats(-1e14, 1e14) | st.integers(-(10**9), 10**9)


@st.composite
def rated_terms(draw: DrawFn) -> TermRating:
    """Ratings, on every scale and none."""
    low, value, high = sorted(draw(st.tuples(_numbers, _numbers, _numbers)))
    return TermRating(
        name=draw(_texts),
        value=value,
        scale_min=draw(st.sampled_from([None, low])),
        scale_max=draw(st.sampled_from([None, high])),
        n=draw(st.none() | st.integers(1, 10**6)),
        source=draw(st.none() | _texts),
    )


@st.composite
def full_taxonomies(draw: DrawFn) -> Taxonomy:
    """Taxonomies in which every field may be filled."""
    taxonomy = draw(taxonomies())
    codes = [term.code for term in taxonomy]
    terms = tuple(
        evolve(
            term,
            ratings=tuple(draw(st.lists(rated_terms(), max_size=2))),
            replaced_by=draw(st.sampled_from([None, None, *codes])),
            definition=draw(st.sampled_from([term.definition, "", "two\nlines\tand a tab"])),
        )
        for term in taxonomy
    )
    families = {taxonomy.scheme.rsplit("-", count)[0] for count in range(3)}
    return evolve(taxonomy, terms=terms, family=draw(st.sampled_from(sorted(families))))
