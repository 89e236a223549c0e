"""BCTTv1: the Behavior Change Technique Taxonomy, version 1."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``bct-v1``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "bct-v1.csv",
        scheme="bct-v1",
        family="bct",
        title="BCTTv1: Behavior Change Technique Taxonomy, version 1",
        kind="strategy",
        edition="v1",
        license="article: The Society of Behavioral Medicine 2013; numbers and labels only are used here",
        citation="Michie 2013 doi:10.1007/s12160-013-9486-6",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
