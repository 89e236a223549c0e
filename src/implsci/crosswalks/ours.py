"""Crosswalks of our own, judged by comparing the definitions of both terms, and open to review.

Every term of the subject scheme that somebody codes with has its row: a mapping, or none found. Whatever
was in doubt became the weaker statement. All are provisional: nobody has reviewed them.

Confidence, but in the crosswalks from ``relational``, goes by the predicate: 0.9 for an exact match, 0.8
for a close one, 0.7 for a broader or narrower one, 0.5 for a related one; 0.2 less where one of the two
terms is itself provisional. That the first 14 mechanisms of action are the domains of the TDF is said by
their authors.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from implsci.hooks import hookimpl
from implsci.taxonomy import Crosswalk
from implsci.termtable import read_crosswalk

__all__ = ["crosswalks", "implsci_crosswalks"]

_COMPARED: Final = "implsci founders 2026, definitions compared"
_RELATIONAL: Final = "implsci founders 2026, desk work from 78 named texts"

# Subject scheme, object scheme, title, citation.
_CROSSWALKS: Final = (
    ("cfir-2022", "tdf-v2", "CFIR 2022 constructs and domains of the TDF", _COMPARED),
    ("epoc-2015", "eric", "EPOC 2015 interventions and ERIC strategies", _COMPARED),
    (
        "moa",
        "tdf-v2",
        "Mechanisms of action and domains of the TDF",
        f"Connell 2019 doi:10.1093/abm/kay082 (the first 14 mechanisms); {_COMPARED}",
    ),
    ("relational", "eric", "Relational actions mapped to ERIC strategies", _RELATIONAL),
    ("relational", "isp", "Relational actions mapped to competencies of support", _RELATIONAL),
    (
        "relational",
        "mobilisation",
        "Relational actions mapped to knowledge mobilisation",
        _RELATIONAL,
    ),
    (
        "relational",
        "participation",
        "Relational actions mapped to participation and co-production",
        _RELATIONAL,
    ),
    ("relational", "trust", "Relational actions mapped to Metz 2022", _RELATIONAL),
    ("sister", "eric", "SISTER and ERIC strategies", _COMPARED),
)


def crosswalks() -> tuple[Crosswalk, ...]:
    """Return all of them."""
    return tuple(
        read_crosswalk(
            files("implsci.crosswalks") / f"{subject}-to-{object_}.csv",
            name=f"{subject}-to-{object_}",
            subject_scheme=subject,
            object_scheme=object_,
            title=title,
            status="provisional",
            license="MIT (these mappings are ours)",
            citation=citation,
        )
        for subject, object_, title, citation in _CROSSWALKS
    )


@hookimpl
def implsci_crosswalks() -> tuple[Crosswalk, ...]:
    """Bring the crosswalks."""
    return crosswalks()
