"""How well search finds what practitioners mean: phrases labelled without sight of the definitions.

One half of the phrases, ``dev``, was looked at while search was made; the other, ``test``, was not.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from implsci.plugins import Registry

QUERIES = Path(__file__).parent.parent / "tests" / "data" / "search" / "queries.csv"
DEPTH = 10


class Query(NamedTuple):
    phrase: str
    scheme: str
    expected: frozenset[str]
    elsewhere: frozenset[str]
    kind: str
    split: str


class Score(NamedTuple):
    top1: float
    top5: float
    mrr: float
    n: int


Search = Callable[[str, str | None], Sequence[str]]


def read(path: Path = QUERIES) -> list[Query]:
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Query(
                row["phrase"],
                row["scheme"],
                _codes(row["expected"]),
                _codes(row["elsewhere"]),
                row["kind"],
                row["split"],
            )
            for row in csv.DictReader(file)
        ]


def _codes(cell: str) -> frozenset[str]:
    return frozenset(code for code in cell.split(" | ") if code)


def rank(query: Query, search: Search, across: bool) -> int | None:
    """Return at which place the first right answer stands, from 1; None where it is not found."""
    right = query.expected | query.elsewhere if across else query.expected
    found = search(query.phrase, None if across else query.scheme)
    return next((place for place, code in enumerate(found, 1) if code in right), None)


def score(ranks: Iterable[int | None]) -> Score:
    places = list(ranks)
    n = len(places)
    return Score(
        sum(place == 1 for place in places) / n,
        sum(place is not None and place <= 5 for place in places) / n,
        sum(1 / place for place in places if place is not None) / n,
        n,
    )


def searches(registry: Registry) -> dict[str, Search]:
    def lexical(phrase: str, scheme: str | None) -> Sequence[str]:
        return [hit.term.code for hit in registry.search(phrase, scheme=scheme, limit=DEPTH)]

    def semantic(phrase: str, scheme: str | None) -> Sequence[str]:
        hits = registry.search(phrase, scheme=scheme, limit=DEPTH, semantic=True)
        return [hit.term.code for hit in hits]

    return {"lexical": lexical, "semantic": semantic}


def rows() -> Iterator[tuple[str, str, str, str]]:
    registry = Registry()
    queries = read()
    for name, search in searches(registry).items():
        bound = {"lexical": "85 %", "semantic": "93 %"}[name]
        for split in ("dev", "test"):
            chosen = [query for query in queries if query.split == split]
            for across in (False, True):
                told = score(rank(query, search, across) for query in chosen)
                yield _row(
                    f"{name} search, {'across schemes' if across else 'within a scheme'}, {split}",
                    told,
                    "" if across else bound,
                )
        by_scheme: dict[str, list[Query]] = defaultdict(list)
        for query in queries:
            by_scheme[query.scheme].append(query)
        for scheme, own in by_scheme.items():
            told = score(rank(query, search, False) for query in own)
            yield _row(f"{name} search in {scheme}, all phrases", told, "")


def _row(what: str, told: Score, bound: str) -> tuple[str, str, str, str]:
    return (
        what,
        f"{told.top5:.0%}",
        bound,
        f"top 5 of {told.n} phrases; top 1 {told.top1:.0%}, mean reciprocal rank {told.mrr:.2f}",
    )
