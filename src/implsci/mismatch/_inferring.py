"""Links that a basis suggests where a study's own were not coded in full: kept apart, and marked."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.mismatch._support import Grade, Support, bare_grade
from implsci.mismatch.case import Case
from implsci.mismatch.report import Inferred

__all__ = ["infer"]


def infer(case: Case) -> Iterator[Inferred]:
    """Yield the links that bases suggest for pairs the study does not link, by barrier.

    Only what reaches a level or is called a link is suggested: a few endorsements do not make one.

    Args:
        case: a study whose own links are not known in full.
    """
    reaches = case.tools.evidence.reaches
    strategies = [one for one in case.strategies if reaches(one.codes)]
    for barrier in case.barriers:
        if not (strategies and reaches(barrier.codes)):
            continue
        stated = {strategy.id for strategy in case.addressing(barrier.id)}
        for strategy in strategies:
            if strategy.id in stated:
                continue
            for support in case.support(barrier, strategy):
                if _suggests(support):
                    link = support.link
                    yield Inferred(
                        barrier=barrier.id,
                        strategy=strategy.id,
                        basis=support.basis.basis,
                        kind=support.basis.kind,
                        k=link.k,
                        n=link.n,
                        level=link.level,
                        status=link.status,
                        because=support.words,
                    )


def _suggests(support: Support) -> bool:
    return bare_grade(support.basis, support.link) in (Grade.FIRM, Grade.OPEN, Grade.MODERATE)
