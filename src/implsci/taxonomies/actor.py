"""Who acts in implementation and knowledge mobilisation."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``actor``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "actor.csv",
        scheme="actor",
        title="Who acts in implementation and knowledge mobilisation",
        kind="actor",
        edition="0.1",
        license="MIT (this list is ours)",
        citation=(
            "implsci founders 2026; "
            "aligned with the roles of CFIR 2022 (doi:10.1186/s13012-022-01245-0), "
            "the strategies of ERIC (doi:10.1186/s13012-015-0209-1), "
            "the factors of EPIS (doi:10.1186/s13012-018-0842-6), "
            "the systems of Wandersman 2008 (doi:10.1007/s10464-008-9174-z) "
            "and the actor of a strategy in Proctor 2013 (doi:10.1186/1748-5908-8-139)"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
