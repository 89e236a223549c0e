"""Laws of taxonomies: what is narrower, what is broader, and how terms are found."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from implsci import testing
from implsci.codes import Code
from implsci.taxonomy import Taxonomy, Term
from implsci.taxonomy._hierarchy import circles

GRAND = Term(code=Code("tea:leaf"), label="Leaf", definition="Any leaf.")
CHILD = evolve(GRAND, code=Code("tea:green"), broader=(GRAND.code,))
LOW = evolve(GRAND, code=Code("tea:sencha"), broader=(CHILD.code,))
DEEP = Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(LOW, CHILD, GRAND))


def test_three_levels() -> None:
    """The laws below hold of an empty answer too; this is the answer."""
    assert DEEP.expand("tea:leaf") == ("tea:leaf", "tea:green", "tea:sencha")
    assert DEEP.ancestors("tea:sencha") == ("tea:green", "tea:leaf")
    assert DEEP.narrower("tea:leaf") == ("tea:green",)


def ladder(layers: int) -> Taxonomy:
    """Two terms a layer, both below both of the layer above: twice as many ways down each time."""
    terms = [
        evolve(
            GRAND,
            code=Code(f"tea:{side}{layer}"),
            broader=tuple(Code(f"tea:{up}{layer - 1}") for up in "ab" if layer),
        )
        for layer in range(layers)
        for side in "ab"
    ]
    return Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=tuple(terms))


def test_many_ways_to_a_term_do_not_multiply() -> None:
    """With 60 layers there are 2**59 ways: it would never end."""
    taxonomy = ladder(60)
    assert len(taxonomy.expand("tea:a0")) == 1 + 2 * 59
    assert len(taxonomy.ancestors("tea:a59")) == 2 * 59


class Counted(dict[Code, tuple[Code, ...]]):
    """Counts how often it is asked."""

    asked = 0

    def get(self, key: Code, default: object = None) -> Any:
        self.asked += 1
        return super().get(key, default)


def test_a_long_chain_is_walked_a_few_times_only() -> None:
    chain = [Code(f"tea:t{index}") for index in range(3000)]
    open_ = Counted({code: tuple(chain[index + 1 : index + 2]) for index, code in enumerate(chain)})
    assert list(circles(open_)) == []
    assert open_.asked <= 4 * len(chain)
    closed = Counted({**open_, chain[-1]: (chain[0],)})
    assert [fault.path for fault in circles(closed)] == [f"{code}.broader" for code in chain]
    assert closed.asked <= 4 * len(chain)


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.lists(st.sets(st.integers(0, n - 1)), min_size=n, max_size=n)
    )
)
def test_exactly_the_terms_on_a_circle_are_named(ways: list[set[int]]) -> None:
    """Also one between two circles, which is on neither."""
    broader = {
        Code(f"tea:{at}"): tuple(Code(f"tea:{up}") for up in ups) for at, ups in enumerate(ways)
    }

    def above(start: Code) -> set[Code]:
        found: set[Code] = set()
        level = set(broader[start])
        while level:
            found |= level
            level = {up for code in level for up in broader.get(code, ())} - found
        return found

    named = [fault.path for fault in circles(broader)]
    assert named == [f"{code}.broader" for code in broader if code in above(code)]


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
