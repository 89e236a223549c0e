"""What each reading of a relationship takes for granted, and what would speak against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from implsci.analysis.relationship._answers import Stance

__all__ = ["ASSUMES", "CAVEATS", "REFUTES"]

_POOLING: Final = (
    "random effects by REML with z intervals; effects of one study or programme are combined first"
)
ASSUMES: Final[Mapping[Stance, tuple[str, ...]]] = {
    "strategy": (
        "only what was compared with something is pooled, and comparators differ",
        "nothing technical was changed beside the relationship; bundles stay out",
        _POOLING,
    ),
    "moderator": (
        "studies with better relationships do not differ in other ways that matter (across studies, "
        "not within them: an association of averages)",
        "quality is measured alike, as a share of each scale",
        "random-effects meta-regression by REML, z intervals",
    ),
    "mediator": (
        "the studies that show strategies changing the relationship and those that show it going "
        "with outcomes speak of like strategies, relationships and outcomes",
        "no third thing drives both; the second path is an association",
        "correlations pooled as Fisher's z (REML), standardized differences turned into "
        "correlations with equal groups; interval by the delta method",
    ),
    "necessary_condition": (
        "a relationship counts as good from the stated share of its scale on (crisp sets)",
        "a case succeeded where every finding that tells a direction is a gain; cases with both, or "
        "with none, are left out",
        "the cases that reported a relationship are like those that did not",
    ),
    "determinant": (
        "associations alone are pooled; effects and descriptions stay out",
        "an association has no direction: good results also make good relationships",
        _POOLING,
    ),
}
REFUTES: Final[Mapping[Stance, tuple[str, ...]]] = {
    "strategy": (
        "trials in which building the relationship, and nothing else, changes no outcome",
    ),
    "moderator": (
        "effects that are as large where the relationship is poor",
        "a trial in which the strategy meets good and poor relationships by lot, and works the same",
    ),
    "mediator": (
        "strategies that change outcomes and leave the relationship as it was",
        "better relationships brought about by the strategy that go with no better outcome",
    ),
    "necessary_condition": ("one case that succeeded with a poor relationship",),
    "determinant": ("studies in which outcomes are the same however good the relationship is",),
}
CAVEATS: Final[Mapping[Stance, str]] = {
    "strategy": "Above {zero} is better; what these comparisons show is no proof for others.",
    "moderator": "Above {zero}, strategies did better where the relationship was better: across "
    "studies, which differ in other ways too, and no proof that the relationship did it.",
    "mediator": "Two paths from different studies multiplied: no proof that the relationship carries "
    "the effect.",
    "necessary_condition": "A pattern over these cases: one success with a poor relationship ends it.",
    "determinant": "Above {zero} is better; an association, which does not say what came of what.",
}
