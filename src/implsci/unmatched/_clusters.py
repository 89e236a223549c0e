"""Wordings that mean much the same, put together by one stated rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from implsci.search.words import words

__all__ = ["THRESHOLD", "cluster", "rule"]

THRESHOLD: Final = 85
"""How alike, of 100, every two wordings of a cluster are by their token-set ratio.

Examples:
    >>> THRESHOLD
    85
"""

_Near: TypeAlias = Callable[[str, Sequence[str]], Sequence[int]]


def rule() -> str:
    """Say by which rule wordings are put together here."""
    if _nearness() is _same:
        return (
            "wordings of the same words; with the extra formats (rapidfuzz) also those that are "
            "nearly so"
        )
    return (
        f"words without case, accents, punctuation and stop words; every two wordings of a cluster "
        f"have a token-set ratio of {THRESHOLD} or more (complete linkage), the most frequent first"
    )


def cluster(wordings: Mapping[str, int]) -> tuple[tuple[str, ...], ...]:
    """Return wordings in clusters of much the same ones.

    Wordings are taken the most frequent first, equals by the alphabet. Each joins the first cluster
    with whose every wording it has a token-set ratio of `THRESHOLD` or more, compared without case,
    accents, punctuation and stop words; else it begins one. So no chain of small steps can join two
    that differ. Without rapidfuzz only wordings of the same words are joined.

    Args:
        wordings: how often each stands in the data.

    Returns:
        The clusters, and the wordings in each, in the order they were taken.

    Examples:
        >>> cluster({"Peer-led walks": 2, "peer led walks": 1, "vouchers": 1})
        (('Peer-led walks', 'peer led walks'), ('vouchers',))
    """
    ordered = sorted(wordings, key=lambda text: (-wordings[text], text))
    shapes: dict[str, list[str]] = {}
    for text in ordered:
        shapes.setdefault(" ".join(sorted({*words(text)})), []).append(text)
    near = _nearness()
    seen: list[str] = []
    member: list[int] = []
    clusters: list[list[str]] = []
    sizes: list[int] = []
    for shape, texts in shapes.items():
        alike = Counter(member[index] for index in near(shape, seen))
        home = min((at for at in alike if alike[at] == sizes[at]), default=len(clusters))
        if home == len(clusters):
            clusters.append([])
            sizes.append(0)
        seen.append(shape)
        member.append(home)
        sizes[home] += 1
        clusters[home] += texts
    rank = {text: place for place, text in enumerate(ordered)}
    return tuple(tuple(sorted(texts, key=rank.__getitem__)) for texts in clusters)


def _nearness() -> _Near:
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        return _same

    def near(shape: str, others: Sequence[str]) -> Sequence[int]:
        if not shape:
            return ()
        found = process.extract(
            shape, others, scorer=fuzz.token_set_ratio, score_cutoff=THRESHOLD, limit=None
        )
        return [index for _, _, index in found]

    return near


def _same(shape: str, others: Sequence[str]) -> Sequence[int]:  # noqa: ARG001
    """Wordings of the same words share a shape already, so that none is left to join."""
    return ()
