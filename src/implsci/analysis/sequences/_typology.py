"""Typical trajectories: clusters of sequences that lie close, each with its medoid."""

from __future__ import annotations

import math
from typing import Final, Literal, TypeAlias, get_args

from attrs import evolve, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._distances import Distances
from implsci.analysis.sequences._set import Rows, as_set
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    import numpy as np
    from numpy.typing import NDArray

    # scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
    from scipy.cluster.hierarchy import (  # type: ignore[import-untyped, unused-ignore]
        fcluster,
        linkage,
    )
    from scipy.spatial.distance import (  # type: ignore[import-untyped, unused-ignore]
        squareform,
    )
except ImportError as error:
    raise MissingExtraError(feature="clustering sequences", extra="analysis") from error

__all__ = ["Linkage", "TypicalTrajectories", "TypicalTrajectory", "typical_trajectories"]


def __dir__() -> list[str]:
    return __all__


Linkage: TypeAlias = Literal["average", "complete", "single"]
"""How the distance of two clusters is taken from those of their members.

Examples:
    >>> from typing import get_args
    >>> get_args(Linkage)
    ('average', 'complete', 'single')
"""

_MOST_TRIED: Final = 10


@frozen(kw_only=True)
class TypicalTrajectory:
    """One cluster of sequences.

    Attributes:
        cluster: its number, from 1, the largest first.
        ids: its members.
        weight: their weight.
        share: their weight over that of all, 0 to 1.
        medoids: the distinct sequences with the least weighted sum of distances to the members;
            several where they tie.
        spread: weighted mean distance of the members to a medoid.
        silhouette: mean silhouette width of the members, -1 to 1; None where there is one cluster.
    """

    cluster: int
    ids: tuple[str, ...]
    weight: float
    share: float
    medoids: tuple[tuple[str | None, ...], ...]
    spread: float
    silhouette: float | None


@frozen(kw_only=True)
class TypicalTrajectories(Result):
    """Clusters of sequences, as `typical_trajectories` finds them.

    Attributes:
        clusters: the clusters, the heaviest first, then by the first member.
        silhouettes: number of clusters tried and the average silhouette width of each.
        linkage: how clusters were joined.
        distance: how distances were taken.
        rule: how the number of clusters was settled, in words.
        n: number of sequences.
        assumptions: what must hold for the clusters to mean what they say.

    Examples:
        >>> from implsci.analysis.sequences import optimal_matching
        >>> rows = [["push", "push"], ["push", "push"], ["pull", "pull"], ["pull", "push"]]
        >>> found = typical_trajectories(rows, optimal_matching(rows), clusters=2)
        >>> [(one.ids, one.medoids) for one in found.clusters]
        [(('1', '2', '4'), (('push', 'push'),)), (('3',), (('pull', 'pull'),))]
    """

    clusters: tuple[TypicalTrajectory, ...]
    silhouettes: tuple[tuple[int, float], ...]
    linkage: Linkage
    distance: str
    rule: str
    n: int
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a cluster: number, n, share, its medoids, spread, silhouette."""
        return tuple(
            {
                "cluster": one.cluster,
                "n": len(one.ids),
                "of": self.n,
                "share": one.share,
                "medoid": " | ".join(
                    " > ".join("?" if state is None else state for state in states)
                    for states in one.medoids
                ),
                "spread": one.spread,
                "silhouette": one.silhouette,
            }
            for one in self.clusters
        )

    def sentence(self) -> str:
        """Say how many clusters there are, by which rule, and how large each is."""
        sizes = ", ".join(f"{len(one.ids)} ({100 * one.share:.0f}%)" for one in self.clusters)
        many = len(self.clusters)
        return (
            f"{self.n} sequences in {many} cluster{'' if many == 1 else 's'} of {sizes}, by "
            f"{self.linkage} linkage of distances from {self.distance}; {self.rule}."
        )


@checked
def typical_trajectories(
    data: Rows,
    distances: Distances,
    clusters: int | None = None,
    linkage_rule: Linkage = "average",
) -> TypicalTrajectories:
    """Group sequences that lie close together, and name the most central one of each group.

    Clusters are those of agglomerative clustering (Kaufman & Rousseeuw 1990,
    doi:10.1002/9780470316801); each sequence counts once in joining them, and with its weight in
    shares and medoids. Where `clusters` is None, each number from 2 to 10 is tried that is at most
    the number of distinct sequences and below that of all, and the one with the largest average
    silhouette width is taken, the smallest of those that tie.

    The silhouette width of a member is (b - a) / max(a, b), with a the mean distance to the others
    of its cluster and b that to the nearest other cluster; it is 0 for one alone in its cluster
    (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7).

    Args:
        data: the sequences the distances are of.
        distances: from `optimal_matching` or `hamming`.
        clusters: number of clusters wanted, or None to have it chosen.
        linkage_rule: ``average``, ``complete`` or ``single``.

    Returns:
        The clusters with members, shares and medoids.

    Raises:
        InvalidQueryError: distances of other sequences, a number of clusters below 1 or above
            that of the sequences, or another linkage.
        CannotEstimateError: fewer than 2 sequences, or ties that do not let themselves be cut into
            the number wanted; for a number to be chosen, fewer than 3 distinct sequences.

    Examples:
        >>> from implsci.analysis.sequences import hamming
        >>> rows = [["push", "push"], ["push", "push"], ["pull", "pull"], ["pull", "co-creation"]]
        >>> found = typical_trajectories(rows, hamming(rows))
        >>> [one.ids for one in found.clusters], found.silhouettes
        ([('1', '2'), ('3', '4')], ((2, 0.75), (3, 0.5)))
    """
    sequences = as_set(data)
    n = len(sequences)
    if distances.ids != sequences.ids:
        raise InvalidQueryError("the distances are of other sequences than these")
    if linkage_rule not in get_args(Linkage):
        raise InvalidQueryError(
            f"linkage is one of {', '.join(get_args(Linkage))}; got {linkage_rule!r}"
        )
    if n < 2:
        raise CannotEstimateError("clusters need at least 2 sequences, got 1")
    if clusters is not None and not (
        isinstance(clusters, int) and not isinstance(clusters, bool) and 1 <= clusters <= n
    ):
        raise InvalidQueryError(f"the number of clusters is 1 to {n}; got {clusters!r}")
    matrix = distances.matrix
    tree = linkage(squareform(matrix, checks=False), method=linkage_rule)
    if clusters is None:
        members, widths = _best(matrix, tree, len(set(sequences.sequences)))
        rule = "the number is that with the largest average silhouette width"
    else:
        members = _cut(tree, clusters)
        if members.max() + 1 != clusters:
            raise CannotEstimateError(
                f"distances tie, so that {clusters} clusters cannot be told apart; "
                f"{members.max() + 1} can"
            )
        widths = ((clusters, float(_silhouettes(matrix, members).mean())),) if clusters > 1 else ()
        rule = "the number was given"
    width = _silhouettes(matrix, members) if members.max() else None
    weights = np.array(sequences.weights)
    found = []
    for number in range(members.max() + 1):
        at = np.flatnonzero(members == number)
        cost = matrix[np.ix_(at, at)] @ weights[at]
        # Sums of the same numbers in another order may differ in the last digit.
        central = at[np.isclose(cost, cost.min(), rtol=1e-12, atol=0)]
        weight = math.fsum(weights[at])
        found.append(
            TypicalTrajectory(
                cluster=number,
                ids=tuple(sequences.ids[index] for index in at),
                weight=weight,
                share=weight / math.fsum(weights),
                medoids=tuple(dict.fromkeys(sequences.sequences[index] for index in central)),
                spread=float(cost.min() / weight),
                silhouette=None if width is None else float(width[at].mean()),
            )
        )
    place = {name: at for at, name in enumerate(sequences.ids)}
    found.sort(key=lambda one: (-one.weight, place[one.ids[0]]))
    return TypicalTrajectories(
        clusters=tuple(evolve(one, cluster=number) for number, one in enumerate(found, start=1)),
        silhouettes=widths,
        linkage=linkage_rule,
        distance=distances.method,
        rule=rule,
        n=n,
        assumptions=(
            "there are groups at all: a clustering finds some in any data",
            "where distances tie while clusters are joined, another order may join others",
        ),
    )


def _cut(tree: NDArray[np.float64], wanted: int) -> NDArray[np.intp]:
    """Return the cluster of each sequence, from 0; fewer clusters than wanted where heights tie."""
    labels = fcluster(tree, wanted, criterion="maxclust")
    return np.unique(labels, return_inverse=True)[1].astype(np.intp)


def _best(
    matrix: NDArray[np.float64], tree: NDArray[np.float64], distinct: int
) -> tuple[NDArray[np.intp], tuple[tuple[int, float], ...]]:
    tried: dict[int, tuple[float, NDArray[np.intp]]] = {}
    for wanted in range(2, min(_MOST_TRIED, distinct) + 1):
        members = _cut(tree, wanted)
        many = int(members.max()) + 1
        if 1 < many < len(matrix) and many not in tried:
            tried[many] = float(_silhouettes(matrix, members).mean()), members
    if not tried:
        raise CannotEstimateError(
            f"the number of clusters cannot be chosen among {distinct} distinct sequences of "
            f"{len(matrix)}; give it"
        )
    most = max(width for width, _ in tried.values())
    best = min(many for many, (width, _) in tried.items() if math.isclose(width, most))
    return tried[best][1], tuple((many, tried[many][0]) for many in sorted(tried))


def _silhouettes(matrix: NDArray[np.float64], members: NDArray[np.intp]) -> NDArray[np.float64]:
    """Silhouette width of each sequence, for at least two clusters."""
    n = len(members)
    belongs = np.zeros((n, members.max() + 1))
    belongs[np.arange(n), members] = 1
    sizes = belongs.sum(axis=0)
    sums = matrix @ belongs
    own = sizes[members]
    within = sums[np.arange(n), members] / np.maximum(own - 1, 1)
    others = np.where(belongs == 1, np.inf, sums / sizes)
    nearest = others.min(axis=1)
    # Identical sequences in two clusters, at distance 0 from both, lie between them.
    larger = np.maximum(within, nearest)
    width = np.divide(nearest - within, larger, out=np.zeros(n), where=larger > 0)
    return np.where(own == 1, 0.0, width)
