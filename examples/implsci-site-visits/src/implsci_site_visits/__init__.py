"""Kinds of support visit: an example of a taxonomy plugin for implsci."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Crosswalk, Taxonomy
from implsci.termtable import read_crosswalk, read_taxonomy

__all__ = ["crosswalk", "implsci_crosswalks", "implsci_taxonomies", "taxonomy"]

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


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)


@hookimpl
def implsci_crosswalks() -> tuple[Crosswalk, ...]:
    """Bring the crosswalk."""
    return (crosswalk(),)
