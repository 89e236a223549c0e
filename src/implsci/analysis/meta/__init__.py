"""Pooling effects, explaining why they differ, and asking how far the answer can be trusted.

Effects go in on the scale they are pooled on (ratios as logarithms), with their sampling variances.
`random_effects` and `meta_regression` take independent effects, one a study; several effects of one
study go into `multilevel`, or are made one first by `combine_by_study`. `orient` turns effects so
that positive is better.

The standard-error rule is always stated: ``z`` (normal quantiles), ``knha`` (Knapp-Hartung, Student's
t), or ``cr1`` and ``cr2`` (robust, clustered by study). Other programs may use another by default.

Examples:
    >>> from implsci.analysis.meta import random_effects
    >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="DL")
    >>> round(pooled.estimate, 3), round(pooled.se, 3), round(pooled.tau2, 3)
    (0.3, 0.115, 0.03)
"""

from __future__ import annotations

from importlib import import_module

from implsci.errors import MissingExtraError

try:
    for _name in ("numpy", "scipy", "scipy.special"):
        import_module(_name)
except ImportError as error:
    raise MissingExtraError(feature="pooling effects", extra="analysis") from error

from implsci.analysis.meta._checks import Method, TestRule
from implsci.analysis.meta._combining import Combined, combine_by_study, combine_dependent, orient
from implsci.analysis.meta._components import VarianceComponents
from implsci.analysis.meta._design import Moderator, Moderators
from implsci.analysis.meta._heterogeneity import Bounds, Heterogeneity
from implsci.analysis.meta._models import Coefficient, Model, Prediction
from implsci.analysis.meta._multilevel import ClusterRule, Multilevel, multilevel
from implsci.analysis.meta._pooling import RandomEffects, random_effects
from implsci.analysis.meta._regression import MetaRegression, meta_regression
from implsci.analysis.meta._sensitivity import (
    Influence,
    InfluenceTable,
    LeaveOneOut,
    LeftOut,
    influence,
    leave_one_out,
)
from implsci.analysis.meta._small_studies import (
    EggerModel,
    EggerTest,
    Funnel,
    FunnelPoint,
    RankCorrelation,
    egger_test,
    funnel,
    rank_correlation_test,
)

__all__ = [
    "Bounds",
    "ClusterRule",
    "Coefficient",
    "Combined",
    "EggerModel",
    "EggerTest",
    "Funnel",
    "FunnelPoint",
    "Heterogeneity",
    "Influence",
    "InfluenceTable",
    "LeaveOneOut",
    "LeftOut",
    "MetaRegression",
    "Method",
    "Model",
    "Moderator",
    "Moderators",
    "Multilevel",
    "Prediction",
    "RandomEffects",
    "RankCorrelation",
    "TestRule",
    "VarianceComponents",
    "combine_by_study",
    "combine_dependent",
    "egger_test",
    "funnel",
    "influence",
    "leave_one_out",
    "meta_regression",
    "multilevel",
    "orient",
    "random_effects",
    "rank_correlation_test",
]


def __dir__() -> list[str]:
    return __all__
