"""PRISM: the Practical, Robust Implementation and Sustainability Model."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``prism``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "prism.csv",
        scheme="prism",
        title="PRISM: Practical, Robust Implementation and Sustainability Model",
        kind="barrier",
        edition="2022",
        license="CC BY 4.0 (article, from memory)",
        citation="Feldstein 2008 doi:10.1016/S1553-7250(08)34030-6; Rabin 2022 doi:10.1186/s13012-022-01234-3",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
