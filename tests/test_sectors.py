"""Sectors: what a text is read as, by the names of the taxonomy `sector` alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import Registry
from implsci.compendium.sectors import sectors
from implsci.errors import UnknownNameError
from implsci.places import Resolved
from implsci.taxonomy import Taxonomy, Term

REGISTRY = Registry(plugins=["sector"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Health", "health"),
        ("education; child welfare", "education child-welfare"),
        ("WASH", "wash"),
        ("Water, sanitation and hygiene and Nutrition", "wash nutrition"),
        ("Health care / Early childhood education and care", "health early-childhood"),
        ("sector:policing|juvenile-justice\nDAC 120", "policing juvenile-justice health"),
        ("Children’s social care, HEALTHCARE & farming", "child-welfare health agriculture"),
        ("health; Health; health services", "health"),
    ],
)
def test_a_text_is_read_as(text: str, codes: str) -> None:
    assert sectors(text, REGISTRY) == Resolved(codes=tuple(f"sector:{c}" for c in codes.split()))


@pytest.mark.parametrize(
    ("text", "unresolved"),
    [
        ("mental helth", ("mental helth",)),
        ("nurses", ("nurses",)),
        ("N/A; other", ("N/A", "other")),
        ("eric:health", ("eric:health",)),
        ("sector: health", ("sector: health",)),
        ("", ()),
    ],
)
def test_what_no_label_or_synonym_says_is_listed(text: str, unresolved: tuple[str, ...]) -> None:
    assert sectors(text, REGISTRY) == Resolved(unresolved=unresolved)


def test_a_name_that_two_sectors_have_is_not_guessed() -> None:
    terms = tuple(
        Term(code=f"sector:{name}", label=name, definition="D", synonyms=("Care",))  # type: ignore[arg-type]
        for name in ("a", "b")
    )
    registry = Registry(plugins=[])
    own = Taxonomy(scheme="sector", title="S", kind="sector", terms=terms)
    registry.taxonomy = lambda scheme: own  # type: ignore[method-assign]
    found = sectors("a; care", registry)
    assert found.codes == ("sector:a",)
    assert found.unresolved == ("care",)
    assert found.notes == ("care may be sector:a or sector:b",)


def test_without_the_taxonomy_there_is_an_error_and_no_guess() -> None:
    with pytest.raises(UnknownNameError, match="sector"):
        sectors("health", Registry(plugins=[]))


@given(st.lists(st.sampled_from(REGISTRY.taxonomy("sector").terms), unique=True, max_size=6))
def test_labels_come_back_as_their_codes(terms: list[Term]) -> None:
    for mark in ("; ", ", ", " and "):
        text = mark.join(term.label for term in terms)
        assert sectors(text, REGISTRY).codes == tuple(term.code for term in terms)
