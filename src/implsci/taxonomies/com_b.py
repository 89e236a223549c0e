"""COM-B: capability, opportunity and motivation as what behavior depends on."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``com-b``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "com-b.csv",
        scheme="com-b",
        title="COM-B: Capability, Opportunity, Motivation - Behavior",
        kind="barrier",
        edition="2011",
        license="open access; CC BY (article, from memory)",
        citation="Michie 2011 doi:10.1186/1748-5908-6-42",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
