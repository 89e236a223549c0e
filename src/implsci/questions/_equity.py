"""What `equity` returns: gaps, populations, and both together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.questions._asking import ONCE
from implsci.questions._inequality import Slope
from implsci.questions._strata import Reach

__all__ = ["Equity", "EquityGap", "GapKind", "Population"]


GapKind: TypeAlias = Literal["ordered", "two groups", "farthest apart", "against everyone"]
"""Which two shares a gap lies between.

Examples:
    >>> from typing import get_args
    >>> len(get_args(GapKind))
    4
"""


@frozen(kw_only=True)
class EquityGap:
    """How far apart the groups of one study are in reach.

    Attributes:
        study: id of the study.
        case: what it counts as.
        node: id of the outcome or strategy that was measured.
        label: its label.
        of: what was measured.
        time: when, in the source's words.
        dimension: the heading the groups fall under, such as ``equity:sex``.
        dimension_label: its label.
        kind: ``ordered``: from the worst-off to the best-off; ``two groups``: from the lower to the
            higher; ``farthest apart``: the lowest and highest of three or more without an order;
            ``against everyone``: one group and all who were measured.
        low: the group that the gap is from.
        high: the group that it is to.
        absolute: share of `high` less that of `low`, in shares from -1 to 1.
        absolute_ci: its interval; None where there is none.
        relative: share of `high` over that of `low`; None where nobody of `low` was reached.
        relative_ci: its interval; None where there is none.
        slope: the slope index over all groups; None where they have no order or too few.
        groups: all groups.
        because: what could not be estimated, and why.

    Examples:
        >>> from implsci import Study, Measurement, Outcome
        >>> from implsci.questions import equity
        >>> def reach(group, n):
        ...     return Measurement(of="reach", n=n, base=100, stratum="equity:sex", respondent=group)
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     outcomes=(
        ...         Outcome(id="o", label="reach", measurements=(reach("girls", 30), reach("boys", 45))),
        ...     ),
        ... )
        >>> gap = equity([study]).gaps[0]
        >>> print(f"{gap.low.group} to {gap.high.group}: {gap.absolute:.2f}, {gap.relative:.2f}")
        girls to boys: 0.15, 1.50
        >>> print("{:.3f} {:.3f}".format(*gap.absolute_ci))
        0.016 0.277
    """

    study: str
    case: str
    node: str
    label: str
    of: str
    time: str | None
    dimension: str
    dimension_label: str
    kind: GapKind
    low: Reach
    high: Reach
    absolute: float
    absolute_ci: tuple[float, float] | None
    relative: float | None
    relative_ci: tuple[float, float] | None
    slope: Slope | None
    groups: tuple[Reach, ...]
    because: tuple[str, ...]


@frozen(kw_only=True)
class Population:
    """A stratum of people, and how many cases look at it.

    Attributes:
        code: its code.
        label: its label.
        described: cases whose people it describes or divides, by their codes.
        measured: cases with a measurement for it.

    Examples:
        >>> import implsci
        >>> from implsci.questions import equity
        >>> found = equity(implsci.load("implsci-examples"))
        >>> found.populations[0].label, found.populations[0].measured
        ('Place of residence', 0)
    """

    code: str
    label: str
    described: int
    measured: int


@frozen(kw_only=True)
class Equity(Result):
    """Who is reached, as `equity` returns it.

    Attributes:
        gaps: a gap for every comparison of groups that a study allows, by study.
        populations: strata that any study looks at, the commonest first.
        unstudied: strata that no study looks at.
        n_studies: studies asked.
        n_cases: the same with the studies of one programme as one.
        told: cases that tell of any stratum; the rest do not, which is not to say that all people
            were alike.
        measured: cases that report a measurement by stratum.
        left_out: comparisons that could not be made, by reason.
        warnings: what a reader must see first.
        assumptions: how it was counted.

    Examples:
        >>> import implsci
        >>> from implsci.questions import equity
        >>> found = equity(implsci.load("implsci-examples"))
        >>> found.gaps, found.measured, found.told < found.n_cases
        ((), 0, True)
    """

    gaps: tuple[EquityGap, ...]
    populations: tuple[Population, ...]
    unstudied: tuple[Population, ...]
    n_studies: int
    n_cases: int
    told: int
    measured: int
    left_out: Mapping[str, int]
    warnings: tuple[str, ...]
    assumptions: tuple[str, ...] = (
        ONCE,
        "groups are compared inside one study and measurement only, never across studies",
        "a share is n of base, or the printed proportion or percent; other units are left out",
        "intervals take people as sampled one by one and groups as apart from one another; where "
        "whole clinics or schools were sampled they are too narrow",
        "the two of three or more groups that lie farthest apart have no interval, since they were "
        "picked for being so",
        "a slope index needs an order of groups and the size of each, and takes reach to rise or "
        "fall in a line over the ranks",
        "a stratum that no study names may still be among its people: that is unknown, not zero",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a gap.

        Examples:
            >>> import implsci
            >>> from implsci.questions import equity
            >>> equity(implsci.load("implsci-examples")).to_rows()
            ()
        """
        return tuple(
            {
                "study": gap.study,
                "label": gap.label,
                "of": gap.of,
                "time": gap.time,
                "dimension": gap.dimension,
                "dimension_label": gap.dimension_label,
                "kind": gap.kind,
                "low": gap.low.group,
                "low_share": gap.low.share,
                "low_base": gap.low.base,
                "high": gap.high.group,
                "high_share": gap.high.share,
                "high_base": gap.high.base,
                "absolute": gap.absolute,
                "absolute_low": gap.absolute_ci[0] if gap.absolute_ci else None,
                "absolute_high": gap.absolute_ci[1] if gap.absolute_ci else None,
                "relative": gap.relative,
                "relative_low": gap.relative_ci[0] if gap.relative_ci else None,
                "relative_high": gap.relative_ci[1] if gap.relative_ci else None,
                "slope_index": gap.slope.sii if gap.slope else None,
                "slope_low": gap.slope.ci_low if gap.slope else None,
                "slope_high": gap.slope.ci_high if gap.slope else None,
                "groups": len(gap.groups),
                "because": "; ".join(gap.because) or None,
            }
            for gap in self.gaps
        )

    def to_dict(self) -> dict[str, object]:
        """Return gaps, populations, warnings, sentence and assumptions as plain values."""

        def listed(populations: Iterable[Population]) -> list[dict[str, object]]:
            return [
                {
                    "code": one.code,
                    "label": one.label,
                    "described": one.described,
                    "measured": one.measured,
                }
                for one in populations
            ]

        return {
            **super().to_dict(),
            "warnings": list(self.warnings),
            "cases": self.n_cases,
            "told": self.told,
            "measured": self.measured,
            "populations": listed(self.populations),
            "unstudied": listed(self.unstudied),
            "left_out": dict(self.left_out),
        }

    def sentence(self) -> str:
        """Say how many studies look at equity, and how far apart groups are.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import equity
            >>> equity([Study(id="a", title="A")]).sentence()
            'Of 1 case: 0 with any stratum of people told, 0 with reach by stratum.'
        """
        text = (
            f"Of {counted(self.n_cases, 'case', 'cases')}: {self.told} with any stratum of people "
            f"told, {self.measured} with reach by stratum."
        )
        if not self.gaps:
            return text
        widest = max(self.gaps, key=lambda gap: (abs(gap.absolute), gap.study))
        return (
            f"{text} The widest of {counted(len(self.gaps), 'gap', 'gaps')} is in {widest.study}: "
            f"{widest.of} {widest.low.share:.0%} for {widest.low.group} and {widest.high.share:.0%} "
            f"for {widest.high.group}."
        )
