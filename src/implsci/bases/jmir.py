"""The basis ``jmir-2023``: links that one study took from the Theory and Techniques work.

It tells what that study used. Some of its links may be among those that the work itself calls
inconclusive.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import bct, moa
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``jmir-2023``."""
    return read_links(
        files("implsci.bases") / "jmir-2023.csv",
        basis="jmir-2023",
        kind="theory",
        title="Mechanisms of action of BCTs as one study used them (JMIR 2023, second-hand)",
        sources=[term.code for term in bct.taxonomy() if term.broader],
        targets=[term.code for term in moa.taxonomy()],
        status="derived",
        license="not seen; the links only are used here",
        citation="J Med Internet Res 2023;25:e43597 doi:10.2196/43597 table 2",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
