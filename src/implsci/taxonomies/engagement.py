"""Models of engagement between researchers and practice."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``engagement``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "engagement.csv",
        scheme="engagement",
        title="Models of engagement between researchers and practice",
        kind="engagement",
        edition="2022",
        license="not seen",
        citation="Metz 2022 doi:10.1177/26334895221105585",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
