"""TICD: determinants of practice, from Tailored Implementation for Chronic Diseases."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``ticd``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "ticd.csv",
        scheme="ticd",
        title="TICD: checklist of determinants of practice",
        kind="barrier",
        edition="2013",
        license="CC BY (article, from memory)",
        citation="Flottorp 2013 doi:10.1186/1748-5908-8-35",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
