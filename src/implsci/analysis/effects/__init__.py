"""Effect sizes from what studies print, and from one metric to another.

Each comes with its sampling variance on the scale it is pooled on, its formula, its source and what
it takes for granted: what `implsci.analysis.meta` takes in. Nothing here corrects a zero count, or
takes a sign for granted, without being told to.

Examples:
    >>> from implsci.analysis import effects
    >>> effect = effects.odds_ratio(10, 19, 23, 29)
    >>> print(effect.sentence())
    OR of 0.664 (95% interval 0.259 to 1.7), by log(ad/bc), variance 1/a + 1/b + 1/c + 1/d (Woolf 1955, ...
"""

from __future__ import annotations

from implsci.analysis.effects._conversions import (
    log_odds_ratio_from_smd,
    r_from_smd,
    smd_from_log_odds_ratio,
    smd_from_r,
)
from implsci.analysis.effects._correlations import (
    correlation,
    correlation_from_t,
    fisher_z,
    r_from_z,
)
from implsci.analysis.effects._counts import (
    incidence_rate_ratio,
    odds_ratio,
    proportion,
    risk_difference,
    risk_ratio,
)
from implsci.analysis.effects._effect import EffectScale, EffectSize
from implsci.analysis.effects._means import (
    hedges_correction,
    mean_difference,
    smd_from_f,
    smd_from_p,
    smd_from_t,
    standardized_mean_difference,
)

__all__ = [
    "EffectScale",
    "EffectSize",
    "correlation",
    "correlation_from_t",
    "fisher_z",
    "hedges_correction",
    "incidence_rate_ratio",
    "log_odds_ratio_from_smd",
    "mean_difference",
    "odds_ratio",
    "proportion",
    "r_from_smd",
    "r_from_z",
    "risk_difference",
    "risk_ratio",
    "smd_from_f",
    "smd_from_log_odds_ratio",
    "smd_from_p",
    "smd_from_r",
    "smd_from_t",
    "standardized_mean_difference",
]


def __dir__() -> list[str]:
    return __all__
