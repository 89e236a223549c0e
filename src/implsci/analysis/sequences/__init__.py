"""Sequences of states: how cases move, how alike their trajectories are, which are typical.

Data are a `SequenceSet`, or plain rows of states with None for what is not known. Nothing is filled
in: a function that needs every state says which one is missing.

Examples:
    >>> from implsci.analysis.sequences import paths, transition_rates
    >>> people = [["push", "pull", "co-creation"], ["push", "co-creation", "co-creation"]]
    >>> transition_rates(people).rate("push", "pull")
    0.5
    >>> paths(people).count("follows")
    1
"""

from __future__ import annotations

from implsci.analysis.sequences._distances import (
    MOST_SEQUENCES,
    Distances,
    hamming,
    optimal_matching,
)
from implsci.analysis.sequences._distributions import (
    MeanTimes,
    Position,
    StateDistribution,
    alluvial_rows,
    index_rows,
    mean_times,
    state_distribution,
)
from implsci.analysis.sequences._episodes import EpisodeProfile, Topic, Topics, topics
from implsci.analysis.sequences._graphs import to_dot, to_mermaid
from implsci.analysis.sequences._indices import Indices, complexity, entropy, turbulence
from implsci.analysis.sequences._paths import Path, Paths, paths
from implsci.analysis.sequences._pathways import (
    EpisodeChange,
    Revision,
    current,
    profiles_of,
    revision,
    sequences_of,
)
from implsci.analysis.sequences._set import Rows, SequenceSet
from implsci.analysis.sequences._transitions import (
    CostRule,
    SubstitutionCosts,
    TransitionRates,
    substitution_costs,
    transition_rates,
    transition_rates_by_position,
)
from implsci.analysis.sequences._typology import (
    Linkage,
    TypicalTrajectories,
    TypicalTrajectory,
    typical_trajectories,
)

__all__ = [
    "MOST_SEQUENCES",
    "CostRule",
    "Distances",
    "EpisodeChange",
    "EpisodeProfile",
    "Indices",
    "Linkage",
    "MeanTimes",
    "Path",
    "Paths",
    "Position",
    "Revision",
    "Rows",
    "SequenceSet",
    "StateDistribution",
    "SubstitutionCosts",
    "Topic",
    "Topics",
    "TransitionRates",
    "TypicalTrajectories",
    "TypicalTrajectory",
    "alluvial_rows",
    "complexity",
    "current",
    "entropy",
    "hamming",
    "index_rows",
    "mean_times",
    "optimal_matching",
    "paths",
    "profiles_of",
    "revision",
    "sequences_of",
    "state_distribution",
    "substitution_costs",
    "to_dot",
    "to_mermaid",
    "topics",
    "transition_rates",
    "transition_rates_by_position",
    "turbulence",
    "typical_trajectories",
]


def __dir__() -> list[str]:
    return __all__
