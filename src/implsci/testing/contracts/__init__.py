"""Contracts: what a plugin and the things it brings must keep to, as pytest classes to subclass.

Each check is one test method. A failure says in one line what is wrong and where; what cannot even
be built fails one check, with the reason, and the others are skipped.

Examples:
    >>> from implsci.taxonomies import eric
    >>> from implsci.testing import TaxonomyContract
    >>> class TestEric(TaxonomyContract):
    ...     taxonomy = eric.taxonomy
"""

from __future__ import annotations

from implsci.testing.contracts.casebook import CasebookContract
from implsci.testing.contracts.compendium import CompendiumContract
from implsci.testing.contracts.crosswalk import CrosswalkContract
from implsci.testing.contracts.formats import FormatContract
from implsci.testing.contracts.links import LinkSetContract
from implsci.testing.contracts.plugin import PluginContract
from implsci.testing.contracts.taxonomy import TaxonomyContract

__all__ = [
    "CasebookContract",
    "CompendiumContract",
    "CrosswalkContract",
    "FormatContract",
    "LinkSetContract",
    "PluginContract",
    "TaxonomyContract",
]


def __dir__() -> list[str]:
    return __all__
