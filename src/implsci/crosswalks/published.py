"""Crosswalks that others published.

The pairs are theirs. Where a publication does not say how two terms correspond, the predicate is read
from the pattern of its pairs: two terms that stand in no other pair are a close match; several subjects
that share an object are each narrower than it (unless one is the parent of the others); what overlaps on
both sides is related. In the map of CFIR, a construct that kept its name is an exact match, one that was
renamed or got parts of its own a close one, parts of a split construct are narrower, and what moved or
was replaced is related.

Confidence: 0.9 where the row was read in its source, 0.8 in a text that restates it, 0.5 where it was
not read, 0.3 where the object is uncertain as well. Three mappings from Proctor to the CFIR outcomes,
which the publication gives for their group only, are ours, with the confidence of `implsci.crosswalks.ours`.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from implsci.hooks import hookimpl
from implsci.taxonomy import Crosswalk, Status
from implsci.termtable import read_crosswalk

__all__ = ["crosswalks", "implsci_crosswalks"]

_OUTCOMES: Final = "Damschroder 2022 doi:10.1186/s13012-021-01181-5 table 2"
_CC_BY: Final = "CC BY 4.0 (article, from memory)"
_NOT_SEEN: Final = "not seen; the pairs only are used here"

# Subject scheme, object scheme, title, status, license, citation.
_CROSSWALKS: Final[tuple[tuple[str, str, str, Status, str, str], ...]] = (
    (
        "bcio",
        "bct-v1",
        "Classes of the Behaviour Change Intervention Ontology and the techniques of BCTTv1 they cite",
        "derived",
        "CC BY 4.0",
        "Human Behaviour-Change Project, github HumanBehaviourChangeProject/ontologies at 2f634cdb",
    ),
    (
        "cfir-2009",
        "cfir-2022",
        "What became of the constructs of CFIR 2009 in CFIR 2022 (provisional, few rows read)",
        "provisional",
        _CC_BY,
        "Damschroder 2022 doi:10.1186/s13012-022-01245-0 additional file 4",
    ),
    (
        "eric",
        "bct-v1",
        "Behavior change techniques in ERIC strategies, 4 of 73 strategies (McHugh 2022)",
        "derived",
        _NOT_SEEN,
        "McHugh 2022 doi:10.1186/s13012-022-01227-2 table 4",
    ),
    (
        "proctor",
        "cfir-outcomes",
        "Proctor's outcomes and those of the CFIR Outcomes Addendum (provisional, partly read)",
        "provisional",
        _CC_BY,
        _OUTCOMES,
    ),
    (
        "proctor",
        "re-aim",
        "Proctor's outcomes and the dimensions of RE-AIM (provisional, partly read)",
        "provisional",
        _CC_BY,
        _OUTCOMES,
    ),
    (
        "re-aim",
        "cfir-outcomes",
        "Dimensions of RE-AIM and the CFIR Outcomes Addendum (provisional, partly read)",
        "provisional",
        _CC_BY,
        _OUTCOMES,
    ),
    (
        "tdf-v2",
        "com-b",
        "Domains of the TDF and the components of COM-B they belong to",
        "derived",
        _NOT_SEEN,
        "BMC Health Services Research 2018 doi:10.1186/s12913-018-3778-2 table 1",
    ),
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
            status=status,
            license=terms,
            citation=citation,
        )
        for subject, object_, title, status, terms, citation in _CROSSWALKS
    )


@hookimpl
def implsci_crosswalks() -> tuple[Crosswalk, ...]:
    """Bring the crosswalks."""
    return crosswalks()
