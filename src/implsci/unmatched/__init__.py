"""The unmatched: what no term fits, counted, clustered by wording, offered as candidate terms.

A taxonomy grows where records say things that it has no word for. This lists them: how many
strategies or barriers are without a code, which wordings mean much the same, and which existing
terms come nearest, so that an author sees whether a candidate is new.

Examples:
    >>> from implsci import Strategy, Study
    >>> studies = [
    ...     Study(id=name, title=name, strategies=(Strategy(id="s", label=label),))
    ...     for name, label in [("a", "Peer-led walks"), ("b", "peer led walks"), ("c", "vouchers")]
    ... ]
    >>> found = unmatched(studies, kinds=["strategy"])
    >>> [(candidate.label, candidate.studies) for candidate in found.candidates]
    [('Peer-led walks', 2), ('vouchers', 1)]
"""

from __future__ import annotations

from implsci.unmatched._candidates import (
    Candidate,
    Example,
    KindCount,
    Nearest,
    Unmatched,
    unmatched,
)
from implsci.unmatched._clusters import THRESHOLD, cluster
from implsci.unmatched._gathering import KINDS, REASONS, Reason

__all__ = [
    "KINDS",
    "REASONS",
    "THRESHOLD",
    "Candidate",
    "Example",
    "KindCount",
    "Nearest",
    "Reason",
    "Unmatched",
    "cluster",
    "unmatched",
]


def __dir__() -> list[str]:
    return __all__
