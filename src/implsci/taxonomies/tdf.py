"""TDF: the Theoretical Domains Framework, version 2."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``tdf-v2``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "tdf-v2.csv",
        scheme="tdf-v2",
        family="tdf",
        title="TDF: Theoretical Domains Framework, version 2",
        kind="barrier",
        edition="v2",
        license="open access; CC BY (article, from memory)",
        citation="Cane 2012 doi:10.1186/1748-5908-7-37",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
