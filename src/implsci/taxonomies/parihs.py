"""PARIHS: Promoting Action on Research Implementation in Health Services."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``parihs``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "parihs.csv",
        scheme="parihs",
        title="PARIHS: Promoting Action on Research Implementation in Health Services",
        kind="barrier",
        edition="2004",
        license="not seen",
        citation="Kitson 1998; Rycroft-Malone 2004; restated in Duan 2022 doi:10.1186/s13012-022-01254-z",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
