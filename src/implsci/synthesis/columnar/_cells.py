"""Cells of a tabulation: counts and sums of the studies that stand where a row and a column meet."""

from __future__ import annotations

import math
from typing import Any

from attrs import evolve, field, frozen

from implsci.analysis.tally import Tally
from implsci.store import BASES, DIRECTIONS, METRICS

__all__ = ["MeanEffect", "TabulatedCell"]


@frozen(kw_only=True)
class MeanEffect:
    """The effects of a cell in one metric, as sums; its means are no pooled estimate.

    Attributes:
        metric: the metric.
        findings: how many effects there are.
        sum_y: their sum, on the scale of pooling: ratios as logarithms, correlations as Fisher's z.
        sum_w: the sum of their weights, the inverses of their sampling variances.
        sum_wy: the sum of each effect times its weight.

    Examples:
        >>> effect = MeanEffect(metric="SMD", findings=2, sum_y=1.0, sum_w=40.0, sum_wy=16.0)
        >>> effect.mean, effect.fixed
        (0.5, 0.4)
    """

    metric: str
    findings: int
    sum_y: float
    sum_w: float
    sum_wy: float

    @property
    def mean(self) -> float:
        """The unweighted mean, on the scale of pooling."""
        return self.sum_y / self.findings

    @property
    def fixed(self) -> float:
        """The mean weighted by the inverse of the variance, on the scale of pooling."""
        return self.sum_wy / self.sum_w

    @property
    def fixed_se(self) -> float:
        """The standard error of `fixed`, if the effects were independent and differed by chance."""
        return math.sqrt(1 / self.sum_w)

    def __add__(self, other: MeanEffect) -> MeanEffect:
        return evolve(
            self,
            findings=self.findings + other.findings,
            sum_y=self.sum_y + other.sum_y,
            sum_w=self.sum_w + other.sum_w,
            sum_wy=self.sum_wy + other.sum_wy,
        )


@frozen(kw_only=True)
class TabulatedCell:
    """What stands where a row and a column meet.

    Attributes:
        row: the row's value.
        column: the column's value.
        studies: how many studies are in it; 0 says that nobody looked.
        linked: in how many of them the source links the two.
        bundled: how many of its findings are on several strategies.
        by_basis: directions counted apart for each basis of findings.
        effects: the effects in it, by metric.
    """

    row: str
    column: str
    studies: int = 0
    linked: int = 0
    bundled: int = 0
    by_basis: Tally = field(factory=dict)
    effects: tuple[MeanEffect, ...] = ()

    @property
    def findings(self) -> int:
        """How many findings are in it."""
        return sum(counts["findings"] for counts in self.by_basis.values())

    def direction(self, direction: str) -> int:
        """Return how many findings point in a direction, over all bases."""
        return sum(counts.get(direction, 0) for counts in self.by_basis.values())

    def effect(self, metric: str) -> MeanEffect | None:
        """Return the effects in one metric, None where there is none."""
        return next((effect for effect in self.effects if effect.metric == metric), None)

    def to_dict(self) -> dict[str, Any]:
        """Return the cell as plain values."""
        return {
            "row": self.row,
            "column": self.column,
            "studies": self.studies,
            "linked": self.linked,
            "findings": self.findings,
            "bundled": self.bundled,
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            **{direction: self.direction(direction) for direction in DIRECTIONS},
            "mean_effects": [
                {
                    "metric": effect.metric,
                    "findings": effect.findings,
                    "mean": effect.mean,
                    "fixed": effect.fixed,
                    "fixed_se": effect.fixed_se,
                }
                for effect in self.effects
            ],
        }

    def __add__(self, other: TabulatedCell) -> TabulatedCell:
        mine = {effect.metric: effect for effect in self.effects}
        for effect in other.effects:
            mine[effect.metric] = mine[effect.metric] + effect if effect.metric in mine else effect
        counts: dict[str, dict[str, int]] = {}
        for tally in (self.by_basis, other.by_basis):
            for basis, own in tally.items():
                into = counts.setdefault(basis, {})
                for name, count in own.items():
                    into[name] = into.get(name, 0) + count
        return evolve(
            self,
            studies=self.studies + other.studies,
            linked=self.linked + other.linked,
            bundled=self.bundled + other.bundled,
            by_basis={basis: counts[basis] for basis in BASES if basis in counts},
            effects=tuple(mine[metric] for metric in METRICS if metric in mine),
        )
