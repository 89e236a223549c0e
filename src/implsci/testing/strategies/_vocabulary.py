"""Generated vocabularies: terms, and taxonomies with a hierarchy."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.codes import Code
from implsci.taxonomy import Facet, Status, Taxonomy, Term, TermRating
from implsci.testing._records import record
from implsci.testing._values import (
    local_names,
    many,
    names_in_print,
    printed,
    schemes,
    some,
    word,
)

__all__ = [
    "taxonomies",
    "terms",
]


def terms(
    scheme: str = "sample",
    names: SearchStrategy[str] = local_names,
    broader: Iterable[Code] = (),
) -> SearchStrategy[Term]:
    """Return a strategy for terms.

    Args:
        scheme: the scheme they belong to.
        names: strategy for what stands behind the colon.
        broader: codes of the terms that may stand above it.
    """
    facet = st.builds(Facet, name=names_in_print, value=names_in_print)
    rating = st.builds(
        TermRating,
        name=names_in_print,
        value=st.floats(1, 5),
        scale_min=st.sampled_from([None, 1.0]),
        scale_max=st.sampled_from([None, 5.0]),
        n=st.none() | st.integers(1, 500),
        source=st.none() | names_in_print,
    )
    return record(
        Term,
        {
            "code": names.map(lambda name: Code(f"{scheme}:{name}")),
            "label": names_in_print,
            "definition": names_in_print,
            "broader": some(tuple(broader)),
        },
        {
            "synonyms": many(names_in_print),
            "hidden_labels": many(names_in_print),
            "kind": names_in_print,
            "facets": many(facet),
            "ratings": many(rating),
            "source": names_in_print,
            "status": word(Status),
        },
    )


@st.composite
def taxonomies(draw: DrawFn, *, max_terms: int = 6) -> Taxonomy:
    """Return a strategy for taxonomies with a hierarchy, in which a term may have several parents.

    Args:
        draw: given by Hypothesis; leave it out.
        max_terms: how many terms at most.
    """
    scheme = draw(schemes)
    names = draw(st.lists(local_names, max_size=max_terms, unique=True))
    codes_ = [Code(f"{scheme}:{name}") for name in names]
    made = [draw(terms(scheme, st.just(name), codes_[:index])) for index, name in enumerate(names)]
    notations = draw(
        st.lists(names_in_print | st.none(), min_size=len(made), max_size=len(made)).filter(
            lambda drawn: len({text for text in drawn if text}) == sum(map(bool, drawn))
        )
    )
    numbered = tuple(
        evolve(term, notation=notation) for term, notation in zip(made, notations, strict=True)
    )
    return draw(
        record(
            Taxonomy,
            {
                "scheme": st.just(scheme),
                "title": names_in_print,
                "kind": names_in_print,
                # Parents were drawn before their children; a publisher may print them in any order.
                "terms": st.permutations(numbered).map(tuple),
            },
            {"edition": printed, "license": printed, "citation": printed},
        )
    )
