"""What comparing models of engagement asks, takes for granted, and what would speak against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["ASSUMES", "ASSUMES_OVERALL", "KINDS", "QUESTIONS", "REFUTES"]

QUESTIONS: Final[Mapping[str, str]] = {
    "research_use": "With which model is research evidence used more?",
    "capacity": "With which model does practitioners' capacity grow?",
    "implementation": "With which model are practices taken up and carried out better?",
    "service": "With which model do services get better?",
    "people": "With which model are clients and populations better off?",
}
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "research_use": ("research_use",),
    "capacity": ("capacity",),
    "implementation": ("implementation",),
    "service": ("service",),
    "people": ("client", "population"),
}
ASSUMES: Final = (
    "the model of engagement that a study tells stands behind all its findings, whatever strategies "
    "they name",
    "studies of different models do not differ in other ways that matter: an association of "
    "studies, unless it was compared inside one",
    "one vote a study or programme on each basis: the direction of at least 70 % of its findings; "
    "significance plays no part, and a small study weighs as much as a large one",
    "the share of studies with gains has a Wilson interval that takes them all to have the same "
    "chance of a gain, which they have not: it sums up a count and tests nothing",
    "effects against a comparator are pooled by random effects (REML, z); comparators differ, and a "
    "larger effect of one model over its comparators is not an effect of the model",
)
REFUTES: Final = (
    "sites that get push or co-creation by lot, and come out the same",
    "within one sector and one design, the other models showing gains as often",
    "co-creation given to sites that did not choose it, and no gain",
)
ASSUMES_OVERALL: Final = (
    "the compendium is what was coded, not all there is; studies that do not tell their model are "
    "a group of their own and are never counted to a model",
    "a study that tells several models is mixed, and counts to none of them alone",
    "a feature that a study does not tell may have been there all the same; features are counted, "
    "not weighed, and go together",
)
