"""Specification: how much of what a reporting standard asks for a record holds, item by item.

A `Checklist` is data: items, each with the fields of the model that answer it. One engine reads any
of them: `completeness` over a study, `corpus_completeness` over many. Bundled are Proctor's seven
dimensions of a strategy, AACTT, StaRI, TIDieR and FRAME-IS; a checklist of one's own is passed the
same way.

Examples:
    >>> from implsci import Strategy, Study
    >>> study = Study(
    ...     id="a",
    ...     title="A study",
    ...     strategies=(Strategy(id="s1", label="coaching", actor="nurses", dose="6 visits"),),
    ... )
    >>> report = completeness(study)
    >>> report.units[0].present, report.units[0].of
    (2, 7)
    >>> [result.fields[0] for result in report.units[0].items if result.status == "present"]
    ['strategies[0].actor', 'strategies[0].dose']
"""

from __future__ import annotations

from implsci.specification._counting import completeness, corpus_completeness
from implsci.specification._items import Checklist, Item, Strand
from implsci.specification._published import CHECKLISTS, checklist
from implsci.specification._results import (
    STATUS_WORDS,
    Completeness,
    CorpusCompleteness,
    GroupCount,
    GroupResult,
    ItemCount,
    ItemResult,
    Status,
    UnitCompleteness,
)

__all__ = [
    "CHECKLISTS",
    "STATUS_WORDS",
    "Checklist",
    "Completeness",
    "CorpusCompleteness",
    "GroupCount",
    "GroupResult",
    "Item",
    "ItemCount",
    "ItemResult",
    "Status",
    "Strand",
    "UnitCompleteness",
    "checklist",
    "completeness",
    "corpus_completeness",
]


def __dir__() -> list[str]:
    return __all__
