"""Implementation, service and client outcomes (Proctor 2011)."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``proctor``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "proctor.csv",
        scheme="proctor",
        title="Implementation, service and client outcomes (Proctor 2011)",
        kind="outcome",
        edition="2011",
        license="not seen",
        citation="Proctor 2011 doi:10.1007/s10488-010-0319-7",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
