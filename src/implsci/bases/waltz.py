"""The basis ``waltz-2019``: which ERIC strategies experts chose for which CFIR barriers."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from implsci.codes import Code
from implsci.hooks import hookimpl
from implsci.taxonomies import cfir, eric
from implsci.taxonomy import LevelCount, LinkSet
from implsci.termtable import read_links

__all__ = ["implsci_links", "links"]

# The two constructs of CFIR 2009 that respondents were not asked about (Waltz 2019).
_NOT_ASKED: Final = ("cfir-2009:engaging", "cfir-2009:other-personal-attributes")

# Table 2 of the article as far as it could be read: targets at level 1 and at level 2.
_LEVEL_COUNTS: Final = {
    "intervention-source": (0, 9),
    "evidence-strength-and-quality": (0, 10),
    "relative-advantage": (0, 11),
    "adaptability": (1, 10),
    "trialability": (0, 10),
    "complexity": (0, 15),
    "design-quality-and-packaging": (0, 7),
    "cost": (1, 9),
    "patient-needs-and-resources": (3, 5),
    "cosmopolitanism": (3, 7),
    "peer-pressure": (0, 8),
}


def links() -> LinkSet:
    """Return the basis ``waltz-2019``."""
    asked = [
        term.code
        for term in cfir.taxonomy()
        if term.kind == "barrier" and term.code not in _NOT_ASKED
    ]
    return read_links(
        files("implsci.bases") / "waltz-2019.csv",
        basis="waltz-2019",
        kind="endorsement",
        title="Expert endorsement of ERIC strategies for CFIR barriers (Waltz 2019)",
        sources=asked,
        targets=[term.code for term in eric.taxonomy() if term.kind == "strategy"],
        level_counts=[
            LevelCount(source=Code(f"cfir-2009:{name}"), level1=level1, level2=level2)
            for name, (level1, level2) in _LEVEL_COUNTS.items()
        ],
        license="CC BY 4.0 (article, from memory)",
        citation="Waltz 2019 doi:10.1186/s13012-019-0892-4",
    )


@hookimpl
def implsci_links() -> tuple[LinkSet, ...]:
    """Bring the basis."""
    return (links(),)
