"""Grades of evidence that nobody is named for."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.compendium._doubts.doubt import Doubt
from implsci.model import Study

__all__ = ["grade_doubts"]


def grade_doubts(study: Study) -> Iterator[Doubt]:
    """Yield a grade of the innovation's evidence that has no source."""
    found = study.innovation
    if found is not None and found.evidence_grade and not found.evidence_source:
        yield Doubt(
            "grade-without-source",
            "innovation.evidence_grade",
            f"{found.evidence_grade!r}: who gave this grade, and by which scheme, is not told",
        )
