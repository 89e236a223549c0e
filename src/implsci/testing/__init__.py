"""The test kit: contracts that a plugin passes, and Hypothesis strategies for every record class.

A plugin's author subclasses a contract, sets one attribute and runs pytest. Whoever writes code that
takes studies asks `studies` for valid ones of every shape. Needs the extra ``testing``.

Examples:
    >>> from hypothesis import given
    >>> from implsci.codec import decode, encode
    >>> from implsci.testing import studies
    >>> @given(studies())
    ... def test_round_trip(study):
    ...     assert decode(encode(study)) == study
"""

from __future__ import annotations

from implsci.errors import MissingExtraError

try:
    import hypothesis  # noqa: F401  asked for here, so that its lack is said plainly
    import pytest  # noqa: F401
except ModuleNotFoundError as error:
    raise MissingExtraError("implsci.testing", "testing") from error

from implsci.testing.contracts import (
    CasebookContract,
    CompendiumContract,
    CrosswalkContract,
    FormatContract,
    LinkSetContract,
    PluginContract,
    TaxonomyContract,
)
from implsci.testing.documents import (
    agreements,
    answers,
    assumptions,
    casebooks,
    claims,
    definitions,
    diagnoses,
    documents,
    episodes,
    evidence_intermediaries,
    learning_cycles,
    maturities,
    mobilisation_activities,
    observations,
    parties,
    pathways,
    quotes,
    research_questions,
    sequence_plans,
    support_arrangements,
)
from implsci.testing.strategies import (
    actors,
    arms,
    barriers,
    citations,
    codes,
    codings,
    core_elements,
    estimates,
    events,
    findings,
    implementation_strategies,
    innovations,
    measurements,
    mechanisms,
    modifications,
    outcomes,
    provenances,
    ratings,
    relationships,
    studies,
    study_settings,
    taxonomies,
    terms,
)

__all__ = [
    "CasebookContract",
    "CompendiumContract",
    "CrosswalkContract",
    "FormatContract",
    "LinkSetContract",
    "PluginContract",
    "TaxonomyContract",
    "actors",
    "agreements",
    "answers",
    "arms",
    "assumptions",
    "barriers",
    "casebooks",
    "citations",
    "claims",
    "codes",
    "codings",
    "core_elements",
    "definitions",
    "diagnoses",
    "documents",
    "episodes",
    "estimates",
    "events",
    "evidence_intermediaries",
    "findings",
    "implementation_strategies",
    "innovations",
    "learning_cycles",
    "maturities",
    "measurements",
    "mechanisms",
    "mobilisation_activities",
    "modifications",
    "observations",
    "outcomes",
    "parties",
    "pathways",
    "provenances",
    "quotes",
    "ratings",
    "relationships",
    "research_questions",
    "sequence_plans",
    "studies",
    "study_settings",
    "support_arrangements",
    "taxonomies",
    "terms",
]


def __dir__() -> list[str]:
    return __all__
