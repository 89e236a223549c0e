"""Kinds of use of research: instrumental, conceptual, symbolic, and the models behind them."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``research-use``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "research-use.csv",
        scheme="research-use",
        title="Kinds of use of research",
        kind="outcome",
        edition="0.1",
        license="not seen",
        citation=(
            "Weiss 1979 doi:10.2307/3109916; "
            "Estabrooks 1999 (PubMed 10344701); "
            "Nutley, Walter & Davies 2007 (Policy Press); "
            "doi:10.1186/1478-4505-8-26 (2010), table 3"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
