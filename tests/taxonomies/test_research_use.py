"""Kinds of use of research against the lists they were read from."""

from __future__ import annotations

from implsci.taxonomies import research_use
from implsci.testing import TaxonomyContract

RELEASED = """
    conceptual enlightenment imposed instrumental intellectual-enterprise interactive
    knowledge-driven models-of-research-utilization political problem-solving process-use symbolic
    tactical
""".split()


class TestResearchUse(TaxonomyContract):
    taxonomy = research_use.taxonomy
    released = tuple(f"research-use:{name}" for name in RELEASED)


def test_the_seven_meanings_are_those_of_weiss() -> None:
    """In her order, as listed at knowledgebrokeringgroup.com.au of doi:10.2307/3109916."""
    taxonomy = research_use.taxonomy()
    below = taxonomy.narrower("research-use:models-of-research-utilization")
    assert [taxonomy[code].label for code in below] == [
        "Knowledge-driven model",
        "Problem-solving model",
        "Interactive model",
        "Political model",
        "Tactical model",
        "Enlightenment model",
        "Research as part of the intellectual enterprise of society",
    ]


def test_symbolic_use_is_political_or_tactical_and_is_called_persuasive() -> None:
    """Table 3 of doi:10.1186/1478-4505-8-26; Estabrooks 1999 says persuasive."""
    taxonomy = research_use.taxonomy()
    symbolic = taxonomy["research-use:symbolic"]
    assert taxonomy.narrower(symbolic.code) == ("research-use:political", "research-use:tactical")
    assert taxonomy.called("persuasive") == (symbolic,)


def test_what_was_not_read_is_provisional() -> None:
    for term in research_use.taxonomy():
        assert ("from memory" in (term.source or "")) == (term.status == "provisional"), term.code
