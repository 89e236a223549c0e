"""The continuum of implementation strategies from relational to transactional (Bartley 2022)."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``bartley-2022``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "bartley-2022.csv",
        scheme="bartley-2022",
        family="bartley",
        title="Relational to transactional continuum of implementation strategies (Bartley 2022)",
        kind="alliance",
        edition="2022",
        license="not seen",
        citation="Bartley, Metz & Fleming 2022 doi:10.3389/frhs.2022.913585",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
