"""Kinds of support visit: an example plugin with a taxonomy, a crosswalk and a basis."""

from __future__ import annotations

from importlib.resources import files

from implsci import Crosswalk, LinkSet, Taxonomy, hookimpl
from implsci.codes import Code
from implsci.termtable import read_crosswalk, read_links, read_taxonomy

__all__ = [
    "basis",
    "crosswalk",
    "implsci_crosswalks",
    "implsci_links",
    "implsci_taxonomies",
    "taxonomy",
]

# The barriers that were asked about. A pair without a row in the table is unknown, not zero.
_ASKED = (
    "networks-and-communications",
    "readiness-for-implementation",
    "knowledge-and-beliefs-about-the-intervention",
    "executing",
    "reflecting-and-evaluating",
)

_CITATION = "implsci developers 2026, example plugin; not a published classification"
_LICENSE = "MIT"


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``site-visits``."""
    return read_taxonomy(
        files("implsci_site_visits") / "site-visits.csv",
        scheme="site-visits",
        title="Kinds of support visit (example)",
        kind="strategy",
        edition="0.1",
        license=_LICENSE,
        citation=_CITATION,
    )


def crosswalk() -> Crosswalk:
    """Return the mappings from ``site-visits`` to ``eric``."""
    return read_crosswalk(
        files("implsci_site_visits") / "site-visits-to-eric.csv",
        name="site-visits-to-eric",
        subject_scheme="site-visits",
        object_scheme="eric",
        title="Kinds of support visit mapped to ERIC (example)",
        status="provisional",
        license=_LICENSE,
        citation=_CITATION,
    )


def basis() -> LinkSet:
    """Return the basis ``site-visits-2026``: which visits go with which barriers of CFIR."""
    return read_links(
        files("implsci_site_visits") / "site-visits-links.csv",
        basis="site-visits-2026",
        kind="theory",
        title="Kinds of support visit for CFIR barriers (example, made up)",
        sources=[Code(f"cfir-2009:{name}") for name in _ASKED],
        targets=[term.code for term in taxonomy() if term.kind == "strategy"],
        status="provisional",
        license=_LICENSE,
        citation=_CITATION,
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)


@hookimpl
def implsci_crosswalks() -> tuple[Crosswalk, ...]:
    """Bring the crosswalk."""
    return (crosswalk(),)


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis for matching."""
    return (basis(),)
