"""Relational actions in implementation support: our own list, and its ties to ERIC and Metz 2022."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Crosswalk, Taxonomy
from implsci.termtable import read_crosswalk, read_taxonomy

__all__ = ["crosswalks", "implsci_crosswalks", "implsci_taxonomies", "taxonomy"]

_CITATION = "implsci founders 2026, desk work from 75 named sources"


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


def crosswalks() -> tuple[Crosswalk, ...]:
    """Return the mappings to ``eric`` and ``trust``; made by us from labels, to be reviewed."""
    return tuple(
        read_crosswalk(
            files("implsci.taxonomies") / f"relational-to-{scheme}.csv",
            name=f"relational-to-{scheme}",
            subject_scheme="relational",
            object_scheme=scheme,
            title=f"Relational actions mapped to {title}",
            status="provisional",
            license="MIT (these mappings are ours)",
            citation=_CITATION,
        )
        for scheme, title in (("eric", "ERIC strategies"), ("trust", "Metz 2022"))
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)


@hookimpl
def implsci_crosswalks() -> tuple[Crosswalk, ...]:
    """Bring the crosswalks."""
    return crosswalks()
