"""The plugin, as installed, keeps to the contract of every taxonomy."""

from implsci import Registry
from implsci.testing import TaxonomyContract


class TestSiteVisits(TaxonomyContract):
    """Every check is a test, each with one line that says what is wrong and where."""

    plugin = "site-visits"
    # Add the codes of each release here: none may ever be missing again.
    released = ("site-visits:listening-visit", "site-visits:data-visit")


def test_every_mapping_leads_from_our_terms_to_terms_of_eric() -> None:
    """A crosswalk names codes only; here they are looked up on both sides."""
    registry = Registry(plugins=["site-visits", "eric"], strict=True)
    (crosswalk,) = registry.crosswalks()
    assert crosswalk.mappings
    for mapping in crosswalk.mappings:
        assert registry.term(mapping.subject).code == mapping.subject
        assert registry.term(mapping.object).code == mapping.object
