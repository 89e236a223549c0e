"""EPOC: the taxonomies of Cochrane's Effective Practice and Organisation of Care group.

The editions of 2002 and 2015 are incompatible: the second reorders everything under four new domains.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["epoc_2002", "epoc_2015", "implsci_taxonomies", "taxonomies"]


def epoc_2002() -> Taxonomy:
    """Return the taxonomy ``epoc-2002``; the entries of its regulatory branch are not in it."""
    return read_taxonomy(
        files("implsci.taxonomies") / "epoc-2002.csv",
        scheme="epoc-2002",
        family="epoc",
        title="EPOC: Effective Practice and Organisation of Care, checklist of 2002",
        kind="strategy",
        edition="2002",
        license="not seen",
        citation="Cochrane EPOC Group 2002 Data Collection Checklist",
    )


def epoc_2015() -> Taxonomy:
    """Return the taxonomy ``epoc-2015``, down to single entries for implementation strategies alone."""
    return read_taxonomy(
        files("implsci.taxonomies") / "epoc-2015.csv",
        scheme="epoc-2015",
        family="epoc",
        title="EPOC: Effective Practice and Organisation of Care, taxonomy of 2015",
        kind="strategy",
        edition="2015",
        license="not seen",
        citation="EPOC 2015 EPOC Taxonomy https://epoc.cochrane.org/epoc-taxonomy",
    )


def taxonomies() -> tuple[Taxonomy, ...]:
    """Return both editions."""
    return (epoc_2002(), epoc_2015())


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomies."""
    return taxonomies()
