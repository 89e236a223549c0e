"""The documents of a casebook: every practice and knowledge record that stands alone.

`Study` and what it holds load without them.

Examples:
    >>> from implsci.model.documents import DOCUMENTS
    >>> DOCUMENTS["claim"].__name__
    'Claim'
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from implsci.model._document import Document
from implsci.model.diagnosis import Assumption, Diagnosis
from implsci.model.knowledge import (
    Claim,
    Definition,
    EvidenceIntermediary,
    MobilisationActivity,
)
from implsci.model.learning import LearningCycle, LearningStep, Observation, ResearchQuestion
from implsci.model.maturity import Maturity
from implsci.model.pathway import Episode, Pathway
from implsci.model.quote import Quote
from implsci.model.sequence import SequencePlan, SequenceStep
from implsci.model.support import Agreement, Answer, Party, SupportArrangement

__all__ = [
    "DOCUMENTS",
    "Agreement",
    "Answer",
    "Assumption",
    "Claim",
    "Definition",
    "Diagnosis",
    "Document",
    "Episode",
    "EvidenceIntermediary",
    "LearningCycle",
    "LearningStep",
    "Maturity",
    "MobilisationActivity",
    "Observation",
    "Party",
    "Pathway",
    "Quote",
    "ResearchQuestion",
    "SequencePlan",
    "SequenceStep",
    "SupportArrangement",
]


def __dir__() -> list[str]:
    return __all__


DOCUMENTS: Final[Mapping[str, type[Document]]] = MappingProxyType(
    {
        "support": SupportArrangement,
        "diagnosis": Diagnosis,
        "pathway": Pathway,
        "definition": Definition,
        "claim": Claim,
        "mobilisation": MobilisationActivity,
        "intermediary": EvidenceIntermediary,
        "question": ResearchQuestion,
        "observation": Observation,
        "cycle": LearningCycle,
        "maturity": Maturity,
    }
)
"""The class of each ``type`` that a record of a casebook can name."""
