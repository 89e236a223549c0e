"""Qualitative comparative analysis: which conditions an outcome does not come without, or with.

Cases are members of sets, fully or in part: memberships from 0 to 1 for every condition and for
the outcome, with 0.5 as the point of most doubt. `calibrate` makes them from measurements;
`necessity` and `sufficiency` measure single statements; `truth_table` and `minimize` find the
combinations that go with the outcome, and return every one that ties.

Examples:
    >>> from implsci.analysis import qca
    >>> data = {
    ...     "TRUST": [1, 1, 1, 1, 0, 0],
    ...     "TRAINING": [1, 1, 0, 0, 1, 0],
    ...     "UPTAKE": [1, 1, 1, 0, 0, 0],
    ... }
    >>> for row in qca.necessity(data, "UPTAKE"):
    ...     print(row.condition, round(row.consistency, 3), round(row.relevance, 3))
    TRUST 1.0 0.667
    TRAINING 0.667 0.75
    >>> table = qca.truth_table(data, "UPTAKE", consistency=0.8)
    >>> [model.expression for model in qca.minimize(table).models]
    ['TRUST*TRAINING']
    >>> [row.expression for row in table.contradictory]
    ['TRUST*~TRAINING']
"""

from __future__ import annotations

from implsci.analysis.qca._calibration import calibrate, calibrate_crisp, calibrate_indirect
from implsci.analysis.qca._memberships import Data, Memberships, from_rows
from implsci.analysis.qca._minimizing import (
    Expectation,
    Model,
    Solution,
    SolutionKind,
    minimize,
)
from implsci.analysis.qca._necessity import (
    NecessaryCondition,
    Necessity,
    necessary_combinations,
    necessity,
)
from implsci.analysis.qca._robustness import Robustness, Trial, robustness
from implsci.analysis.qca._sufficiency import Sufficiency, SufficientCondition, sufficiency
from implsci.analysis.qca._table import AtHalf, Configuration, TruthTable, truth_table

__all__ = [
    "AtHalf",
    "Configuration",
    "Data",
    "Expectation",
    "Memberships",
    "Model",
    "NecessaryCondition",
    "Necessity",
    "Robustness",
    "Solution",
    "SolutionKind",
    "Sufficiency",
    "SufficientCondition",
    "Trial",
    "TruthTable",
    "calibrate",
    "calibrate_crisp",
    "calibrate_indirect",
    "from_rows",
    "minimize",
    "necessary_combinations",
    "necessity",
    "robustness",
    "sufficiency",
    "truth_table",
]


def __dir__() -> list[str]:
    return __all__
