"""Relational actions in implementation support: our own list."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]

_CITATION = "implsci founders 2026, desk work from 78 named texts"


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``relational``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "relational.csv",
        scheme="relational",
        title="Relational actions in implementation support",
        kind="strategy",
        edition="0.1",
        license="MIT (this list is ours)",
        citation=_CITATION,
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
