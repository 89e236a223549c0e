"""i-PARIHS: the integrated PARIHS framework."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``iparihs``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "iparihs.csv",
        scheme="iparihs",
        title="i-PARIHS: integrated Promoting Action on Research Implementation in Health Services",
        kind="barrier",
        edition="2016",
        license="open access; CC BY 4.0 (article, from memory)",
        citation="Harvey and Kitson 2016 doi:10.1186/s13012-016-0398-2",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
