"""The basis ``johnston-2020``: links that experts settled where literature and experts had differed.

Of the 55 links that 16 experts reconciled 18 could be read. k and n are experts: the article prints
percentages.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import bct, moa
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``johnston-2020``."""
    return read_links(
        files("implsci.bases") / "johnston-2020.csv",
        basis="johnston-2020",
        kind="theory",
        title="Mechanisms of action of BCTs, 18 of 55 links reconciled by experts (Johnston 2020)",
        sources=[term.code for term in bct.taxonomy() if term.broader],
        targets=[term.code for term in moa.taxonomy()],
        license="not seen; the figures only are used here",
        citation="Johnston 2020 doi:10.1093/tbm/ibaa050 table 4",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
