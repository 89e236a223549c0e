"""BCW: the Behavior Change Wheel, its intervention functions and policy categories."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``bcw``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "bcw.csv",
        scheme="bcw",
        title="BCW: Behavior Change Wheel, intervention functions and policy categories",
        kind="strategy",
        edition="2011",
        license="open access; CC BY (article, from memory)",
        citation="Michie 2011 doi:10.1186/1748-5908-6-42",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
