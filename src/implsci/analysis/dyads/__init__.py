"""Relationships measured in both directions: instruments, mutuality, reciprocity, change.

What one actor says of another is a `Measurement` with `respondent` and `toward`, whether it was
scored here from answers, read from a table, or stands on a `Relationship`.

Examples:
    >>> from implsci import Relationship
    >>> from implsci.analysis.dyads import dyads, instrument, mutuality
    >>> safety = instrument("psychological-safety")
    >>> tie = Relationship(
    ...     id="r1", label="coaching",
    ...     measurements=(
    ...         *safety.score([2, 6, 1, 6, 2, 7, 6], respondent="coach", toward="site"),
    ...         *safety.score([4, 4, 3, 3, 4, 5, 4], respondent="site", toward="coach"),
    ...     ),
    ... )
    >>> print(mutuality(dyads([tie], of="psychological safety"), cut=4).mutual)
    1
"""

from __future__ import annotations

from implsci.analysis.dyads._change import Change, Changes, change
from implsci.analysis.dyads._instruments import (
    Answers,
    Instrument,
    InstrumentStatus,
    Item,
    instrument,
    instruments,
)
from implsci.analysis.dyads._psychometrics import (
    ItemFit,
    Reliability,
    alpha_interval,
    reliability,
)
from implsci.analysis.dyads._reciprocity import (
    Coefficient,
    Mutuality,
    Reciprocity,
    mutuality,
    reciprocity,
)
from implsci.analysis.dyads._tables import measurements_from_rows
from implsci.analysis.dyads._ties import Dyad, Dyads, Source, dyads

__all__ = [
    "Answers",
    "Change",
    "Changes",
    "Coefficient",
    "Dyad",
    "Dyads",
    "Instrument",
    "InstrumentStatus",
    "Item",
    "ItemFit",
    "Mutuality",
    "Reciprocity",
    "Reliability",
    "Source",
    "alpha_interval",
    "change",
    "dyads",
    "instrument",
    "instruments",
    "measurements_from_rows",
    "mutuality",
    "reciprocity",
    "reliability",
]


def __dir__() -> list[str]:
    return __all__
