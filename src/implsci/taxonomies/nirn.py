"""The implementation drivers of the National Implementation Research Network (NIRN)."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``nirn``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "nirn.csv",
        scheme="nirn",
        title="NIRN: active implementation drivers",
        kind="driver",
        license="not seen",
        citation=(
            "NIRN, nirn.fpg.unc.edu/learn-implementation/implementation-drivers; "
            "Fixsen 2009 doi:10.1177/1049731509335549"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
