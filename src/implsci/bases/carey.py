"""The basis ``carey-2019``: techniques and mechanisms that authors link more often than by chance.

Of the 87 significant links 59 could be read. What the other pairs are is unknown, also of those that
were tested and did not stand out.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import bct, moa
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``carey-2019``."""
    return read_links(
        files("implsci.bases") / "carey-2019.csv",
        basis="carey-2019",
        kind="theory",
        title=(
            "Mechanisms of action of BCTs in the literature, 59 of 87 significant links "
            "(Carey 2019)"
        ),
        sources=[term.code for term in bct.taxonomy() if term.broader],
        targets=[term.code for term in moa.taxonomy()],
        license="CC BY 4.0 (article)",
        citation="Carey 2019 doi:10.1093/abm/kay078",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
