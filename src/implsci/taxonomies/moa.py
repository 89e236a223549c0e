"""MoA: the 26 mechanisms of action through which techniques change behavior."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``moa``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "moa.csv",
        scheme="moa",
        title="MoA: mechanisms of action of behavior change techniques",
        kind="mechanism",
        edition="2019",
        license="CC BY 4.0 (article, from memory)",
        citation="Connell 2019 doi:10.1093/abm/kay082",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
