"""Technical assistance: what binds its parties, what is done, what carries it, in which style, to what end."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``support``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "support.csv",
        scheme="support",
        title="Technical assistance: needs, activities, structures, formats, styles and outcomes",
        kind="support",
        edition="0.1",
        license="MIT (this list is ours)",
        citation=(
            "implsci founders 2026; after a blog on technical assistance "
            "(http://wtgrantfoundation.org/strengthening-research-use-technical-assistance), "
            "Metz 2022 (doi:10.1177/26334895221105585), Scott 2022 (doi:10.1186/s43058-022-00314-1) "
            "and other sources named with the terms"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
