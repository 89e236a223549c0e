"""The taxonomy of technical assistance: needs, activities, structures, formats, styles, outcomes."""

from __future__ import annotations

from collections import Counter

import pytest

from implsci.plugins import Registry
from implsci.taxonomies import support
from implsci.testing import TaxonomyContract

# Typed in from the blog on technical assistance (founding text S1) and from the abstract of
# Metz, Jensen, Farley & Boaz 2022 (doi:10.1177/26334895221105585), not read from the table.
S1_NEEDS = """
    funding time staffing capital reputation need-to-publish need-for-discretion open-problem-solving
""".split()
S1_ACTIVITIES = """
    theory-of-change diagnose-the-problem learn-about-the-population describe-business-as-usual
    gather-descriptive-data build-data-systems test-assumptions bring-evidence-to-decisions
    identify-core-elements sequence-elements tailor-the-solution reshape-for-sustainability-and-scale
    carry-out-policies offer-a-packaged-solution give-advice state-lines-in-the-sand
    communicate-findings study-the-process
""".split()
BLOG = "http://wtgrantfoundation.org/strengthening-research-use-technical-assistance"


class TestSupport(TaxonomyContract):
    taxonomy = support.taxonomy
    released = tuple(f"support:{name}" for name in (*S1_NEEDS, *S1_ACTIVITIES))


def test_counts() -> None:
    terms = tuple(support.taxonomy())
    assert Counter(term.kind for term in terms) == {
        "group": 6, "need": 15, "activity": 33, "structure": 10, "format": 8, "style": 3,
        "outcome": 5,
    }  # fmt: skip
    assert Counter(term.status for term in terms) == {
        "verified": 50, "derived": 28, "provisional": 2,
    }  # fmt: skip


@pytest.mark.parametrize("name", [*S1_NEEDS, *S1_ACTIVITIES])
def test_what_the_blog_names_is_cited_to_its_public_address(name: str) -> None:
    term = support.taxonomy()[f"support:{name}"]
    assert BLOG in (term.source or "")
    assert term.status != "provisional"
    assert term.kind == ("need" if name in S1_NEEDS else "activity")


def test_a_term_without_a_source_is_provisional() -> None:
    for term in support.taxonomy():
        ours = term.source == "implsci (this list)"
        assert (term.status == "provisional") == ours, term.code
        assert ours or "http" in (term.source or "") or "doi:" in (term.source or ""), term.code


def test_every_term_stands_under_the_heading_of_its_kind() -> None:
    headings = {
        "need": "support:constraints-and-needs",
        "activity": "support:activities",
        "structure": "support:structures",
        "format": "support:formats",
        "style": "support:support-style",
        "outcome": "support:outcomes",
    }
    for term in support.taxonomy():
        assert term.broader == ((headings[term.kind],) if term.kind in headings else ())


def test_a_need_says_whose_it_is() -> None:
    """Of S1: both sides have budgets and staff to think of, one publishes, the other keeps silent."""
    sides = {
        term.code.partition(":")[2]: term.facet("side")
        for term in support.taxonomy()
        if term.kind == "need"
    }
    assert sides["funding"] == sides["staffing"] == ("recipient", "provider")
    assert sides["need-to-publish"] == ("provider",)
    assert sides["need-for-discretion"] == sides["time"] == sides["capital"] == ("recipient",)
    assert all(sides.values())


def test_styles_are_in_the_order_of_the_abstract() -> None:
    styles = [term for term in support.taxonomy() if term.kind == "style"]
    assert [(term.label, *term.facet("rank")) for term in styles] == [
        ("Didactic training", "1"),
        ("Responsive and tailored support", "2"),
        ("Co-created, relationship-based support", "3"),
    ]


def test_formats_come_in_pairs() -> None:
    """The four dimensions that Scott et al. 2022 (doi:10.1186/s43058-022-00314-1) name."""
    formats = [term for term in support.taxonomy() if term.kind == "format"]
    assert Counter(term.facet("dimension") for term in formats) == {
        ("to whom",): 2, ("place",): 2, ("intensity",): 2, ("from whom",): 2,
    }  # fmt: skip


def test_no_name_takes_one_away_from_another_taxonomy() -> None:
    """A label that resolved before still does: names here are nobody else's."""
    registry = Registry(strict=True)
    own = {name.casefold() for term in support.taxonomy() for name in term.names}
    others = {
        name.casefold(): term.code
        for taxonomy in registry.taxonomies()
        if taxonomy.scheme != "support"
        for term in taxonomy
        for name in term.names
    }
    assert {name: others[name] for name in own & set(others)} == {}
