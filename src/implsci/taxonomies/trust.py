"""Trust building in implementation support (Metz 2022)."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``trust``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "trust.csv",
        scheme="trust",
        title="Trust building in implementation support (Metz 2022)",
        kind="strategy",
        edition="2022",
        license="CC BY 4.0 (article)",
        citation="Metz 2022 doi:10.3389/frhs.2022.894599",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
