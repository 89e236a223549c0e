"""How good a study is held to be, where somebody rated it: risk of bias, or a quality grade.

The model has no field of its own for it, since schemes differ. A settled rating stands in
``Study.extra`` under the name of what was rated; what coders gave stands in ``codings`` of the study,
or of a finding, with that name as `Coding.of`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from implsci.analysis.pooling import Drawn
from implsci.model import Coding, Study

__all__ = ["DISAGREE", "NOT_RATED", "RATING", "count_ratings", "is_rated", "rating_of"]

RATING: Final = "risk_of_bias"
NOT_RATED: Final = "not rated"
DISAGREE: Final = "ratings differ"


def rating_of(study: Study, name: str = RATING, findings: Iterable[Drawn] = ()) -> str | None:
    """Return how a study was rated, in the words of its record; None where nobody rated it.

    Args:
        study: the study.
        name: what was rated, such as ``risk_of_bias``.
        findings: those of its findings that are asked about; their own ratings go first.

    Returns:
        The rating of the findings, else the settled one in ``extra``, else what the coders gave;
        ``ratings differ`` where they gave several.

    Examples:
        >>> rating_of(Study(id="a", title="A", extra={"risk_of_bias": "low"}))
        'low'
    """
    own = _given((coding for one in findings for coding in one.finding.codings), name)
    if not own and (settled := study.extra.get(name)) is not None:
        own = {str(settled)}
    own = own or _given(study.codings, name)
    return None if not own else own.pop() if len(own) == 1 else DISAGREE


def is_rated(study: Study, name: str) -> bool:
    """Say whether a study, or a finding of it, is rated under a name."""
    if name in study.extra or (study.codings and _given(study.codings, name)):
        return True
    return any(one.codings and _given(one.codings, name) for one in study.findings)


def count_ratings(
    studies: Iterable[Study], findings: Iterable[Drawn], name: str
) -> Mapping[str, int]:
    """Return how many studies have which rating; nothing where none of them is rated."""
    by_study: dict[str, list[Drawn]] = {}
    for one in findings:
        if one.finding.codings:
            by_study.setdefault(one.study.id, []).append(one)
    counts = Counter(
        rating_of(study, name, by_study.get(study.id, ())) or NOT_RATED for study in studies
    )
    return {} if set(counts) <= {NOT_RATED} else dict(sorted(counts.items()))


def _given(codings: Iterable[Coding], name: str) -> set[str]:
    return {said for one in codings if one.of == name and (said := one.value or one.code)}
