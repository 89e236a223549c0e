"""Links that a basis suggests where a study's own were not coded in full: kept apart, and marked."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Final

from implsci.codes import Code
from implsci.mismatch._grades import Grade, suggests
from implsci.mismatch.case import Case
from implsci.mismatch.report import Inferred
from implsci.model import Barrier, Strategy

__all__ = ["MOST_INFERRED", "infer"]

MOST_INFERRED: Final = 10_000
"""How many inferred links a report lists, so that no record can fill the memory with them."""


def infer(case: Case) -> Iterator[Inferred]:
    """Yield the links that bases suggest for pairs the study does not link, by barrier and strategy.

    Only what reaches a level or is called a link is suggested: a few endorsements do not make one.
    The pairs are found by walking such links of the bases, never as all barriers by all strategies.

    Args:
        case: a study whose own links are not known in full.
    """
    evidence = case.tools.evidence
    coded: dict[tuple[Code, ...], list[Strategy]] = {}
    for strategy in case.strategies:
        coded.setdefault(strategy.codes, []).append(strategy)
    standing: dict[object, list[Strategy]] = {}
    for codes, strategies in coded.items():
        for place in evidence.places(codes):
            standing.setdefault(place, []).extend(strategies)
    for barrier in case.barriers:
        stated = {strategy.id for strategy in case.addressing(barrier.id)}
        near = {
            strategy.id: strategy
            for place in evidence.suggested(barrier.codes)
            for strategy in standing.get(place, ())
            if strategy.id not in stated
        }
        for strategy in sorted(near.values(), key=attrgetter("id")):
            yield from _inferred(case, barrier, strategy)


def _inferred(case: Case, barrier: Barrier, strategy: Strategy) -> Iterator[Inferred]:
    supports = case.support(barrier, strategy)
    against = "".join(
        f"; against that, {one.words}" for one in supports if one.grade is Grade.CONTRARY
    )
    for support in supports:
        if not suggests(support.basis, support.link):
            continue
        # What is said of a wider or narrower term is in the words, and is no number of this pair.
        own = all(route.match in ("exact", "close") for route in support.routes)
        link = support.link
        yield Inferred(
            barrier=barrier.id,
            strategy=strategy.id,
            basis=support.basis.basis,
            kind=support.basis.kind,
            k=link.k if own else None,
            n=link.n if own else None,
            level=link.level if own else None,
            status=link.status if own else None,
            because=support.words + against,
        )
