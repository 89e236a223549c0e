"""Laws of taxonomies: what is narrower, what is broader, and how terms are found."""

from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from implsci import testing
from implsci.codes import Code
from implsci.taxonomy import Taxonomy, Term

GRAND = Term(code=Code("tea:leaf"), label="Leaf", definition="Any leaf.")
CHILD = evolve(GRAND, code=Code("tea:green"), broader=(GRAND.code,))
LOW = evolve(GRAND, code=Code("tea:sencha"), broader=(CHILD.code,))
DEEP = Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(LOW, CHILD, GRAND))


def test_three_levels() -> None:
    """The laws below hold of an empty answer too; this is the answer."""
    assert DEEP.expand("tea:leaf") == ("tea:leaf", "tea:green", "tea:sencha")
    assert DEEP.ancestors("tea:sencha") == ("tea:green", "tea:leaf")
    assert DEEP.narrower("tea:leaf") == ("tea:green",)


@example(DEEP)
@given(testing.taxonomies(max_terms=8))
def test_expand_is_a_closure(taxonomy: Taxonomy) -> None:
    for term in taxonomy:
        found = taxonomy.expand(term.code)
        assert found[0] == term.code, "a code stands first in what it stands for"
        assert len(set(found)) == len(found)
        for code in found:
            assert set(taxonomy.expand(code)) <= set(found), "and all below what is below"
        direct = {other.code for other in taxonomy if term.code in other.broader}
        assert set(taxonomy.narrower(term.code)) == direct
        assert set(found) == {term.code}.union(*(taxonomy.expand(code) for code in direct))


@example(DEEP)
@given(testing.taxonomies(max_terms=8))
def test_above_and_below_are_inverse(taxonomy: Taxonomy) -> None:
    for one in taxonomy:
        above = taxonomy.ancestors(one.code)
        assert one.code not in above
        assert len(set(above)) == len(above)
        assert set(one.broader) <= set(above)
        for two in taxonomy:
            assert (two.code in above) == (one.code in taxonomy.expand(two.code) and one is not two)


@given(testing.taxonomies(max_terms=8), st.data())
def test_the_order_of_rows_changes_no_answer(taxonomy: Taxonomy, data: st.DataObject) -> None:
    other = evolve(taxonomy, terms=tuple(data.draw(st.permutations(taxonomy.terms))))
    assert len(other) == len(taxonomy)
    for term in taxonomy:
        assert other[term.code] is term
        assert other.get(term.code) is term
        assert set(other.expand(term.code)) == set(taxonomy.expand(term.code))
        assert set(other.ancestors(term.code)) == set(taxonomy.ancestors(term.code))
        assert set(other.narrower(term.code)) == set(taxonomy.narrower(term.code))
        if term.notation is not None:
            assert other.get(term.notation) is taxonomy.get(term.notation)


@given(testing.taxonomies(max_terms=8))
def test_a_code_finds_its_own_term(taxonomy: Taxonomy) -> None:
    for term in taxonomy:
        assert term.code in taxonomy
        assert taxonomy.get(term.code) is term
        assert taxonomy.get(term.code.partition(":")[2]) is term
        assert term.scheme == taxonomy.scheme
    assert [term.code for term in taxonomy] == [term.code for term in taxonomy.terms]
    assert f"{taxonomy.scheme}:none-such-at-all" not in taxonomy
    with pytest.raises(KeyError):
        taxonomy.expand("none:such")


@given(testing.terms())
def test_a_term_bears_its_label_and_synonyms(term: Term) -> None:
    assert set(term.names) == {term.label, *term.synonyms}
    for facet in term.facets:
        assert facet.value in term.facet(facet.name)
