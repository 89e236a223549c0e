"""Levels and principles of participation and co-production."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``participation``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "participation.csv",
        scheme="participation",
        title="Levels and principles of participation and co-production",
        kind="participation",
        edition="0.1",
        license="not seen; labels only are used here, and IAP2 may reserve rights in its spectrum",
        citation=(
            "IAP2 Spectrum of Public Participation; "
            "Arnstein 1969 doi:10.1080/01944366908977225; "
            "Israel 1998 doi:10.1146/annurev.publhealth.19.1.173; "
            "NIHR/INVOLVE 2018, as listed in PMC6737832; "
            "Lavis 2006, Bulletin of the World Health Organization 84(8):620-628; "
            "Best & Holmes 2010, Evidence & Policy 6(2):145; "
            "Lasker 2001 doi:10.1111/1468-0009.00203"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
