"""Leeman's five classes of strategies, told apart by who acts and what is acted upon."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``leeman``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "leeman.csv",
        scheme="leeman",
        title="Leeman's classes of implementation strategies",
        kind="strategy",
        edition="2017",
        license="not seen",
        citation="Leeman 2017 doi:10.1186/s13012-017-0657-x",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
