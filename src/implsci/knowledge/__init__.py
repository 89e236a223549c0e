"""What is meant, claimed and mobilised: definitions compared, claims side by side, acts and carriers.

`compare`: rival definitions, facet by facet, and how far apart they are. `about`: every definition of
a term, whichever casebook holds it. `glossary`: terms with all that is meant by them. `claims`:
figures that are repeated, and which of them contradict each other. `mobilisation`: what acts of
bringing knowledge into use answer, whom they reach and which use they lead to. `intermediaries`: who
carried evidence when, and for which policy areas.

Examples:
    >>> from implsci.casebook import load
    >>> from implsci.knowledge import compare
    >>> found = compare(load("implsci-knowledge"), ["implementation science", "knowledge mobilisation"])
    >>> found.between[0].terms
    ('implementation science', 'knowledge mobilisation')
"""

from __future__ import annotations

from implsci.knowledge._claims import ClaimGroup, ClaimPair, Claims, Tie, claims
from implsci.knowledge._comparing import Held, about, compare
from implsci.knowledge._comparison import Apart, Between, Comparison, Contrast, Drift
from implsci.knowledge._facets import FACETS
from implsci.knowledge._glossary import Entry, Glossary, glossary
from implsci.knowledge._intermediaries import Intermediaries, Membership, Standing, intermediaries
from implsci.knowledge._mobilising import (
    QUESTIONS,
    USES,
    ActivityReview,
    Mobilisation,
    Reached,
    mobilisation,
)

__all__ = [
    "FACETS",
    "QUESTIONS",
    "USES",
    "ActivityReview",
    "Apart",
    "Between",
    "ClaimGroup",
    "ClaimPair",
    "Claims",
    "Comparison",
    "Contrast",
    "Drift",
    "Entry",
    "Glossary",
    "Held",
    "Intermediaries",
    "Membership",
    "Mobilisation",
    "Reached",
    "Standing",
    "Tie",
    "about",
    "claims",
    "compare",
    "glossary",
    "intermediaries",
    "mobilisation",
]


def __dir__() -> list[str]:
    return __all__
