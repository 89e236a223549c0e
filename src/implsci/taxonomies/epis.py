"""EPIS: Exploration, Preparation, Implementation, Sustainment."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``epis``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "epis.csv",
        scheme="epis",
        title="EPIS: Exploration, Preparation, Implementation, Sustainment framework",
        kind="barrier",
        edition="2019",
        license="CC BY 4.0 (article, from memory)",
        citation="Moullin 2019 doi:10.1186/s13012-018-0842-6",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
