"""CFIR: the Consolidated Framework for Implementation Research, edition 2009."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``cfir-2009``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "cfir-2009.csv",
        scheme="cfir-2009",
        family="cfir",
        title="CFIR: Consolidated Framework for Implementation Research, 2009",
        kind="barrier",
        edition="2009",
        license="CC BY 2.0 (article, from memory)",
        citation="Damschroder 2009 doi:10.1186/1748-5908-4-50",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
