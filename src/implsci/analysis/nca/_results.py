"""What a necessary condition analysis returns: ceilings, bottleneck levels, one condition or several.

Examples:
    >>> from implsci.analysis.nca import nca, nca_conditions
    >>> nca([1, 2, 3, 4], [1, 2, 2, 4]).ceilings["ce_fdh"].n_above
    0
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias, get_args

from attrs import frozen

from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError

__all__ = [
    "BottleneckLevel",
    "Ceiling",
    "CeilingName",
    "NecessaryCondition",
    "NecessaryConditions",
    "Scale",
]

CeilingName: TypeAlias = Literal["ce_fdh", "cr_fdh"]
"""The ceiling lines: the staircase through the peers, and the straight line through them.

Examples:
    >>> from typing import get_args
    >>> get_args(CeilingName)
    ('ce_fdh', 'cr_fdh')
"""

Scale: TypeAlias = Literal["percentage.range", "actual"]
"""How a bottleneck table is read: in percent of the observed range, or in the units of the data.

Examples:
    >>> from typing import get_args
    >>> get_args(Scale)
    ('percentage.range', 'actual')
"""

_ASSUMPTIONS = (
    "cases above the ceiling are error, and the observed range of both variables is the possible "
    "one unless a scope was given",
    "an empty corner is consistent with necessity and does not show it; a case with much of the "
    "outcome and little of the condition would refute it",
    "the p-value asks whether unrelated variables would leave a corner as empty; it says nothing "
    "of what would happen if the condition were changed",
)


class BottleneckLevel(NamedTuple):
    """How much of a condition the ceiling asks for at one level of the outcome.

    Attributes:
        outcome: the level of the outcome.
        condition: the least level of the condition; None where no level of it is needed, or where
            even the highest observed one is below the ceiling line.
        attainable: whether some level in the scope is enough.

    Examples:
        >>> nca([1, 2, 3, 4], [1, 2, 2, 4]).ceilings["ce_fdh"].bottleneck(steps=2)[1]
        BottleneckLevel(outcome=50.0, condition=100.0, attainable=True)
    """

    outcome: float
    condition: float | None
    attainable: bool


@frozen(kw_only=True)
class Ceiling:
    """One ceiling line with what lies above it.

    Attributes:
        name: ``ce_fdh`` or ``cr_fdh``.
        zone: area of the scope above the line, in the product of both units.
        effect_size: the zone's share of the scope, 0 to 1.
        accuracy: percent of the cases on or below the line.
        n_above: number of cases above it.
        slope: slope of a straight line; None for a staircase, or where there are fewer than 2 peers.
        intercept: its outcome where the condition is 0.
        condition_inefficiency: percent of the condition's range, at its upper end, in which no more
            of the condition is asked for; None for a staircase or without a line.
        outcome_inefficiency: percent of the outcome's range, at its lower end, for which the
            condition is not needed; None likewise.
        peers: the cases that carry the line, as pairs of condition and outcome.
        bounds: lowest and highest condition, lowest and highest outcome of the scope.
        p: share of permutations with at least this effect size; None where none were made.

    Examples:
        >>> line = nca([1, 2, 3, 4], [1, 2, 2, 4]).ceilings["cr_fdh"]
        >>> round(line.slope, 3), line.accuracy, line.peers[0]
        (1.0, 100.0, (1.0, 1.0))
    """

    name: CeilingName
    zone: float
    effect_size: float
    accuracy: float
    n_above: int
    slope: float | None
    intercept: float | None
    condition_inefficiency: float | None
    outcome_inefficiency: float | None
    peers: tuple[tuple[float, float], ...]
    bounds: tuple[float, float, float, float]
    p: float | None

    def bottleneck(
        self, steps: int = 10, scale: Scale = "percentage.range"
    ) -> tuple[BottleneckLevel, ...]:
        """Return how much of the condition each level of the outcome needs.

        Args:
            steps: into how many equal steps the range of the outcome is cut.
            scale: percent of the range of each variable, or their own units.

        Raises:
            InvalidQueryError: `steps` below 1, or no such scale.

        Examples:
            >>> line = nca([1, 2, 3, 4], [1, 2, 2, 4]).ceilings["ce_fdh"]
            >>> [level.condition for level in line.bottleneck(steps=3, scale="actual")]
            [None, 2.0, 4.0, 4.0]
        """
        if type(steps) is not int or steps < 1:
            raise InvalidQueryError(f"steps: expected a whole number from 1, got {steps!r}")
        if scale not in get_args(Scale):
            raise InvalidQueryError(
                f"scale: expected one of {', '.join(get_args(Scale))}, got {scale!r}"
            )
        return tuple(self._level(step / steps, scale) for step in range(steps + 1))

    def _level(self, share: float, scale: Scale) -> BottleneckLevel:
        x_low, x_high, y_low, y_high = self.bounds
        y = y_high if share == 1 else y_low + share * (y_high - y_low)
        x = self._needed(y)
        attainable = x <= x_high + 1e-9 * (x_high - x_low)
        needed = x > x_low and attainable
        if scale == "actual":
            return BottleneckLevel(y, x if needed else None, attainable)
        percent = 100 * (x - x_low) / (x_high - x_low) if needed else None
        return BottleneckLevel(100 * share, percent, attainable)

    def _needed(self, y: float) -> float:
        """Return the condition at which the ceiling reaches `y`; infinite where it never does."""
        if self.name == "ce_fdh":
            return min((px for px, py in self.peers if py >= y), default=math.inf)
        if self.slope is None or self.intercept is None:
            return -math.inf
        return (y - self.intercept) / self.slope


@frozen(kw_only=True)
class NecessaryCondition(Result):
    """How far one condition constrains the outcome, as `nca` returns it.

    Attributes:
        condition: name of the condition.
        outcome: name of the outcome.
        ceilings: the ceiling lines by name.
        scope: area in which the cases could lie, in the product of both units.
        n: number of cases.
        missing: cases left out because a value is missing.
        p: the p-value of ``ce_fdh``, which assumes no form of the line; None without permutations.
        permutations: how often the outcome was shuffled.
        seed: where the shuffling began.
        assumptions: what must hold.

    Examples:
        >>> found = nca([1, 2, 3, 4], [1, 2, 2, 4])
        >>> found.scope, found.n
        (9.0, 4)
    """

    condition: str
    outcome: str
    ceilings: Mapping[str, Ceiling]
    scope: float
    n: int
    missing: int
    p: float | None
    permutations: int
    seed: int
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a ceiling.

        Examples:
            >>> [row["ceiling"] for row in nca([1, 2, 3, 4], [1, 2, 2, 4]).to_rows()]
            ['ce_fdh', 'cr_fdh']
        """
        return tuple(
            {
                "condition": self.condition,
                "outcome": self.outcome,
                "ceiling": line.name,
                "n": self.n,
                "scope": self.scope,
                "zone": line.zone,
                "effect_size": line.effect_size,
                "accuracy": line.accuracy,
                "n_above": line.n_above,
                "slope": line.slope,
                "intercept": line.intercept,
                "condition_inefficiency": line.condition_inefficiency,
                "outcome_inefficiency": line.outcome_inefficiency,
                "p": line.p,
            }
            for line in self.ceilings.values()
        )

    def sentence(self) -> str:
        """Say how far the condition constrains the outcome, and by which line.

        Examples:
            >>> from textwrap import fill
            >>> found = nca([1, 2, 3, 4], [1, 2, 2, 4], permutations=0)
            >>> print(fill(found.sentence(), 74))
            Necessary condition analysis of 4 cases: by the staircase ceiling (CE-FDH)
            77.8% of the scope lies above the line (d = 0.778), by the straight
            ceiling (CR-FDH) 50.0% (d = 0.500, 100% of the cases on or below it).
            Whether that corner is empty because the condition is necessary, the cases
            alone cannot say.
        """
        step, line = self.ceilings["ce_fdh"], self.ceilings["cr_fdh"]
        chance = (
            ""
            if self.p is None
            else (f"; p = {self.p:.2g} from {self.permutations:,} permutations, seed {self.seed}")
        )
        return (
            f"Necessary condition analysis of {self.n} cases: by the staircase ceiling (CE-FDH) "
            f"{100 * step.effect_size:.1f}% of the scope lies above the line "
            f"(d = {step.effect_size:.3f}{chance}), by the straight ceiling (CR-FDH) "
            f"{100 * line.effect_size:.1f}% (d = {line.effect_size:.3f}, {line.accuracy:.3g}% of "
            "the cases on or below it). Whether that corner is empty because the condition is "
            "necessary, the cases alone cannot say."
        )


@frozen(kw_only=True)
class NecessaryConditions(Result):
    """Several conditions of one outcome, on the same cases, as `nca_conditions` returns them.

    Attributes:
        results: a result a condition, in the order given.
        assumptions: what must hold.

    Examples:
        >>> both = nca_conditions({"trust": [1, 2, 3], "funds": [3, 2, 1]}, [1, 2, 3])
        >>> [one.condition for one in both.results]
        ['trust', 'funds']
    """

    results: tuple[NecessaryCondition, ...]
    assumptions: tuple[str, ...] = (
        *_ASSUMPTIONS,
        "a condition is necessary by itself: the levels asked for hold together, and one cannot "
        "make up for another",
    )

    def bottleneck(
        self, ceiling: CeilingName = "ce_fdh", steps: int = 10, scale: Scale = "percentage.range"
    ) -> tuple[Row, ...]:
        """Return, for each level of the outcome, the least level of every condition.

        Args:
            ceiling: which line.
            steps: into how many equal steps the range of the outcome is cut.
            scale: percent of the range of each variable, or their own units.

        Returns:
            A line a level, with the outcome, then each condition by name; None where none is needed or
            no observed level is enough (see `BottleneckLevel`).

        Raises:
            InvalidQueryError: no such ceiling or scale, or `steps` below 1.

        Examples:
            >>> both = nca_conditions({"trust": [1, 2, 3], "funds": [3, 2, 1]}, [1, 2, 3])
            >>> both.bottleneck(steps=2)[2]
            {'y': 100.0, 'trust': 100.0, 'funds': None}
        """
        if ceiling not in get_args(CeilingName):
            raise InvalidQueryError(
                f"ceiling: expected one of {', '.join(get_args(CeilingName))}, got {ceiling!r}"
            )
        tables = [one.ceilings[ceiling].bottleneck(steps, scale) for one in self.results]
        names = [one.condition for one in self.results]
        return tuple(
            {
                self.results[0].outcome: levels[0].outcome,
                **{name: level.condition for name, level in zip(names, levels, strict=True)},
            }
            for levels in zip(*tables, strict=True)
        )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a condition and ceiling.

        Examples:
            >>> both = nca_conditions({"trust": [1, 2, 3], "funds": [3, 2, 1]}, [1, 2, 3])
            >>> len(both.to_rows())
            4
        """
        return tuple(row for one in self.results for row in one.to_rows())

    def sentence(self) -> str:
        """Say what each condition does, the strongest constraint first.

        Examples:
            >>> from textwrap import fill
            >>> both = nca_conditions({"trust": [1, 2, 3], "funds": [3, 2, 1]}, [1, 2, 3])
            >>> print(fill(both.sentence(), 74))
            Share of the scope above the staircase ceiling (CE-FDH), of 3 cases: trust
            0.750, funds 0.000. Each is taken by itself.
        """
        ranked = sorted(self.results, key=lambda one: -one.ceilings["ce_fdh"].effect_size)
        shares = ", ".join(
            f"{one.condition} {one.ceilings['ce_fdh'].effect_size:.3f}" for one in ranked
        )
        return (
            f"Share of the scope above the staircase ceiling (CE-FDH), of {ranked[0].n} cases: "
            f"{shares}. Each is taken by itself."
        )
