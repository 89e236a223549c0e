"""PROGRESS-Plus strata of equity."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``equity``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "equity.csv",
        scheme="equity",
        title="PROGRESS-Plus strata of equity",
        kind="stratum",
        edition="2014",
        license="not seen",
        citation=(
            "O'Neill 2014 doi:10.1016/j.jclinepi.2013.08.005; "
            "Welch 2022 doi:10.1002/14651858.MR000028.pub3; PRO-EDI, Global Evidence Summit 2024"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
