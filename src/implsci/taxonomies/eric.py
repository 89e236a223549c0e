"""ERIC: Expert Recommendations for Implementing Change."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``eric``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "eric.csv",
        ratings=files("implsci.taxonomies") / "eric-ratings.csv",
        scheme="eric",
        title="ERIC: Expert Recommendations for Implementing Change",
        kind="strategy",
        edition="2015",
        license="article open access; figures and labels only are used here",
        citation="Powell 2015 doi:10.1186/s13012-015-0209-1; Waltz 2015 doi:10.1186/s13012-015-0295-0",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
