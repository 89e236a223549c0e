"""Mediation: how much of the association of x with y runs through m?

`mediate` asks it of the rows of one study, `from_correlations` of the three correlations that a study
prints, `two_stage` of correlations pooled over studies. None of them shows that x brings m about, or
m y: that rests on the design, and each result says what it takes for granted.

Examples:
    >>> from implsci.analysis.mediation import from_correlations
    >>> result = from_correlations(0.5, 0.4, 0.3, n=200)
    >>> round(result.ab, 3), round(result.c_prime.estimate, 3)
    (0.167, 0.133)
"""

from __future__ import annotations

from importlib import import_module

from implsci.errors import MissingExtraError

try:
    for _name in ("numpy", "scipy", "scipy.special"):
        import_module(_name)
except ImportError as error:
    raise MissingExtraError(feature="mediation", extra="analysis") from error

from implsci.analysis.mediation._correlations import (
    CorrelationMediation,
    from_correlations,
)
from implsci.analysis.mediation._paths import Path
from implsci.analysis.mediation._two_stage import PooledCorrelation, TwoStage, two_stage
from implsci.analysis.mediation._within import Mediation, mediate

__all__ = [
    "CorrelationMediation",
    "Mediation",
    "Path",
    "PooledCorrelation",
    "TwoStage",
    "from_correlations",
    "mediate",
    "two_stage",
]


def __dir__() -> list[str]:
    return __all__
