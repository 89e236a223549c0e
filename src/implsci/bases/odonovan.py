"""The basis ``odonovan-2023``: text of interviews coded to a CFIR construct and a TDF domain at once.

k of n codings that a construct shares with any domain; n is worked out from counts and percentages.
One study, on medication lists that patients hold; only the domain of the intervention could be read,
and its last row was cut.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomies import cfir, tdf
from implsci.taxonomy import LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]


def links() -> LinkSet:
    """Return the basis ``odonovan-2023``."""
    return read_links(
        files("implsci.bases") / "odonovan-2023.csv",
        basis="odonovan-2023",
        kind="coding",
        title=(
            "Interview text coded to both CFIR 2009 (intervention domain) and TDF (O'Donovan 2023)"
        ),
        sources=[
            term.code
            for term in cfir.cfir_2009()
            if "cfir-2009:intervention-characteristics" in term.broader
        ],
        targets=[term.code for term in tdf.taxonomy() if not term.broader],
        license="not seen; the figures only are used here",
        citation="O'Donovan 2023 doi:10.1186/s43058-023-00466-8 table 2",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
