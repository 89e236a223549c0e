"""Ratings of determinants by site: -2 to +2, mixed and missing apart, and what sets sites apart.

In studies with the CFIR each site is rated on each construct from -2 (strong barrier) to +2 (strong
facilitator). 0 is a rating, *mixed* says that statements pointed both ways, and a missing rating
is none of these. A construct distinguishes where sites that implemented well were rated higher than
those that did not; the rule for that has a name and can be replaced.

Examples:
    >>> table = [
    ...     {"construct": "Tension for change", "north": "+1", "south": "-2"},
    ...     {"construct": "Cost", "north": "0 (mixed)", "south": ""},
    ... ]
    >>> matrix = ratings_from_table(table)
    >>> [cell.mark for row in matrix.rows for cell in row.cells]
    ['+1', '-2', '0 mixed', 'missing']
    >>> distinguishing(matrix, high=["north"], low=["south"]).rows[0].strength
    'strong'
"""

from __future__ import annotations

from implsci.analysis.ratings._matrix import (
    ConstructRatings,
    RatingsMatrix,
    Site,
    SiteRating,
    ratings_matrix,
)
from implsci.analysis.ratings._rules import (
    RULES,
    Distinguished,
    Distinguishing,
    Rule,
    Strength,
    Verdict,
    distinguishing,
)
from implsci.analysis.ratings._table import ratings_from_table, read_ratings

__all__ = [
    "RULES",
    "ConstructRatings",
    "Distinguished",
    "Distinguishing",
    "RatingsMatrix",
    "Rule",
    "Site",
    "SiteRating",
    "Strength",
    "Verdict",
    "distinguishing",
    "ratings_from_table",
    "ratings_matrix",
    "read_ratings",
]


def __dir__() -> list[str]:
    return __all__
