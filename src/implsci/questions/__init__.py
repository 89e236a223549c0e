"""Questions asked of a compendium, each a function: what is missing, what goes together, what carries over.

`gaps`: what nobody studied. `bundles`: which strategies are used together. `transfer`: the same
barrier elsewhere, and what came of what was tried. `equity`: who is reached and who is not.
`practice`: what practitioners value against what studies tested. `change`: what a new edition says.
`countries`: where it was studied. `flows`: from barriers over strategies to outcomes, by studies.

Examples:
    >>> import implsci
    >>> from implsci.questions import bundles
    >>> print(bundles(implsci.load("implsci-examples")).sentence())
    Of 233 cases with strategies coded in eric, 116 have two or more (median 1 a case). ...
"""

from __future__ import annotations

from implsci.questions._equity import GapKind
from implsci.questions._practice import Tested
from implsci.questions.bundles import Bundles, Combination, StrategyPair, StrategySet, bundles
from implsci.questions.change import CellChange, Changes, Edition, Turn, change
from implsci.questions.countries import Countries, CountryCount, countries
from implsci.questions.equity import (
    Equity,
    EquityGap,
    Population,
    Reach,
    Slope,
    equity,
    slope_index,
)
from implsci.questions.flows import (
    OTHERS,
    CameOfIt,
    FlowBand,
    FlowColumn,
    FlowNode,
    Flows,
    flows,
)
from implsci.questions.gaps import Gaps, PairGap, PlaceGap, UnusedTerm, gaps
from implsci.questions.practice import Practice, Standing, Valued, Verdict, practice
from implsci.questions.transfer import (
    CONTEXT_FACETS,
    FacetLikeness,
    Likeness,
    Source,
    Transfer,
    Tried,
    transfer,
)

__all__ = [
    "CONTEXT_FACETS",
    "OTHERS",
    "Bundles",
    "CameOfIt",
    "CellChange",
    "Changes",
    "Combination",
    "Countries",
    "CountryCount",
    "Edition",
    "Equity",
    "EquityGap",
    "FacetLikeness",
    "FlowBand",
    "FlowColumn",
    "FlowNode",
    "Flows",
    "GapKind",
    "Gaps",
    "Likeness",
    "PairGap",
    "PlaceGap",
    "Population",
    "Practice",
    "Reach",
    "Slope",
    "Source",
    "Standing",
    "StrategyPair",
    "StrategySet",
    "Tested",
    "Transfer",
    "Tried",
    "Turn",
    "UnusedTerm",
    "Valued",
    "Verdict",
    "bundles",
    "change",
    "countries",
    "equity",
    "flows",
    "gaps",
    "practice",
    "slope_index",
    "transfer",
]


def __dir__() -> list[str]:
    return __all__
