"""The basis ``metz-2022``: from trust-building strategies to implementation outcomes, as proposed.

Each link is a hypothesis of the theory of change. Where the article speaks of several terms together,
the single link is marked as derived.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import trust
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``metz-2022``."""
    chain = [term.code for term in trust.taxonomy() if _is_in_the_chain(term.broader)]
    return read_links(
        files("implsci.bases") / "metz-2022.csv",
        basis="metz-2022",
        kind="theory",
        title="Trusting relationships and implementation outcomes, a theory of change (Metz 2022)",
        sources=chain,
        targets=chain,
        license="CC BY 4.0 (article)",
        citation="Metz 2022 doi:10.3389/frhs.2022.894599",
    )


def _is_in_the_chain(broader: tuple[str, ...]) -> bool:
    return bool(broader) and "trust:trust-types" not in broader


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
