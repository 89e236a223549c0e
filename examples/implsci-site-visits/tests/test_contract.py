"""The plugin, as installed, keeps to the contracts that the built-in plugins pass."""

from pathlib import Path

from implsci.testing import CrosswalkContract, LinkSetContract, PluginContract, TaxonomyContract

# The codes of every release, one a line: none may ever be missing again.
RELEASED = Path(__file__).with_name("released.txt").read_text(encoding="utf-8").split()


class TestPlugin(PluginContract):
    """It loads, fits its name, and always answers the same."""

    plugin = "site-visits"


class TestTaxonomy(TaxonomyContract):
    """Every check is a test, with one line that says what is wrong and where."""

    plugin = "site-visits"
    released = RELEASED


class TestCrosswalk(CrosswalkContract):
    """Codes are looked up on both sides."""

    plugin = "site-visits"


class TestBasis(LinkSetContract):
    """What is known of a pair is said; the others are unknown, not zero."""

    plugin = "site-visits"
