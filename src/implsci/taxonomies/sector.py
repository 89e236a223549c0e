"""Service sectors."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``sector``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "sector.csv",
        scheme="sector",
        title="Service sectors",
        kind="sector",
        edition="0.1",
        license="MIT (this list is ours)",
        citation=(
            "implsci founders 2026; numbers, where they correspond, of the OECD-DAC CRS purpose codes, "
            "as published in the IATI code lists Sector and SectorCategory"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
