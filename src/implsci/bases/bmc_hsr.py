"""The basis ``bmc-hsr-2018``: which intervention functions suit which domain of the TDF.

Of the 14 domains Goals was not in the table that was read. A function that the table does not name for
a domain is no non-link: it is left out, as unknown.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import bcw, tdf
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``bmc-hsr-2018``."""
    return read_links(
        files("implsci.bases") / "bmc-hsr-2018.csv",
        basis="bmc-hsr-2018",
        kind="theory",
        title="Intervention functions for domains of the TDF (BMC Health Services Research 2018)",
        sources=[term.code for term in tdf.taxonomy() if not term.broader],
        targets=[
            term.code for term in bcw.taxonomy() if "bcw:intervention-functions" in term.broader
        ],
        license="not seen; the links only are used here",
        citation="BMC Health Services Research 2018 doi:10.1186/s12913-018-3778-2 table 1",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
