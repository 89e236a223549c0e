"""A coefficient of agreement with its interval, from units drawn anew."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias, get_args

from attrs import frozen
from numpy import generic
from numpy.typing import NDArray
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from implsci.analysis._arguments import checked
from implsci.analysis.agreement import _measures as measures
from implsci.analysis.agreement._coefficients import Weights, alpha_measure, distances, table_of
from implsci.analysis.agreement._measures import Measure, interval, value
from implsci.analysis.agreement._ratings import Grid, Level, Rating, Rows, grid_of, rows_of
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError

__all__ = ["Agreement", "Coefficient", "agreement_with_interval"]

Coefficient: TypeAlias = Literal["percent", "cohen", "light", "fleiss", "conger", "krippendorff"]
"""The coefficients that `agreement_with_interval` knows.

Examples:
    >>> from typing import get_args
    >>> get_args(Coefficient)
    ('percent', 'cohen', 'light', 'fleiss', 'conger', 'krippendorff')
"""

_NAMES: dict[str, str] = {
    "percent": "percent agreement",
    "cohen": "Cohen's kappa",
    "light": "Light's kappa",
    "fleiss": "Fleiss's kappa",
    "conger": "Conger's kappa",
    "krippendorff": "Krippendorff's alpha",
}


@frozen(kw_only=True)
class Agreement(Result):
    """A coefficient of agreement with its uncertainty.

    Attributes:
        coefficient: which one.
        level: what differences between values mean, for Krippendorff's alpha; else None.
        estimate: the coefficient; 1 is full agreement and 0 what chance gives, but for percent.
        ci_low: lower end of its interval; None where none could be made.
        ci_high: upper end.
        confidence: what the interval is meant to hold, 0 to 1.
        units: units that went in, those that enough coders rated.
        left_out: units that too few coders rated.
        coders: number of coders.
        resamples: how often the units were drawn.
        undefined: how many of these draws had no coefficient.
        seed: where the drawing began.
        z: the estimate over its standard error if there is no agreement but by chance, for
            Fleiss's kappa; else None.
        p: two-sided p-value of it.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis.agreement import agreement_with_interval
        >>> found = agreement_with_interval([[1, 1], [2, 2], [1, 2], [2, 2]], "percent", rows="units")
        >>> found.estimate, found.units
        (75.0, 4)
    """

    coefficient: Coefficient
    level: Level | None
    estimate: float
    ci_low: float | None
    ci_high: float | None
    confidence: float
    units: int
    left_out: int
    coders: int
    resamples: int
    undefined: int
    seed: int
    z: float | None
    p: float | None
    assumptions: tuple[str, ...] = (
        "coders worked apart from each other",
        "the units are a fair sample of what is to be coded, and independent of each other",
        "the interval is the percentile interval of units drawn with replacement, all ratings of a "
        "unit together",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return the coefficient as one line.

        Examples:
            >>> from implsci.analysis.agreement import agreement_with_interval
            >>> found = agreement_with_interval([[1, 2, 1, 2], [1, 2, 2, 2]], "cohen")
            >>> found.to_rows()[0]["estimate"]
            0.5
        """
        return (
            {
                "coefficient": self.coefficient,
                "level": self.level,
                "estimate": self.estimate,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
                "units": self.units,
                "left_out": self.left_out,
                "coders": self.coders,
                "z": self.z,
                "p": self.p,
            },
        )

    def sentence(self) -> str:
        """Say the coefficient, its interval and what it rests on.

        Examples:
            >>> from implsci.analysis.agreement import agreement_with_interval
            >>> found = agreement_with_interval([[1, 2, 1, 2], [1, 2, 2, 2]], "percent")
            >>> found.sentence().partition(" (")[0]
            'percent agreement is 75 over 4 units and 2 coders'
        """
        what = _NAMES[self.coefficient] + (f" ({self.level})" if self.level else "")
        head = f"{what} is {self.estimate:.3g} over {self.units} units and {self.coders} coders"
        if self.ci_low is None or self.ci_high is None:
            tail = (
                f"; an interval cannot be estimated: {self.undefined:,} of {self.resamples:,} "
                "resamples have no variation."
            )
        else:
            tail = (
                f" ({100 * self.confidence:g}% interval {self.ci_low:.3g} to {self.ci_high:.3g}, "
                f"from {self.resamples:,} resamples of the units)."
            )
        if self.left_out:
            tail += f" {self.left_out} units that too few coders rated are left out."
        return head + tail


@checked
def agreement_with_interval(
    ratings: Sequence[Sequence[Rating]] | NDArray[generic],
    coefficient: Coefficient = "krippendorff",
    *,
    level: Level = "nominal",
    weights: Weights | None = None,
    rows: Rows | None = None,
    order: Sequence[Rating] | None = None,
    resamples: int = 1_000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Agreement:
    """Return a coefficient with a bootstrap interval.

    Units are drawn with replacement, all ratings of a unit together, and the interval runs between
    percentiles of the coefficients of the draws. Draws without a coefficient (no variation) are left
    out and counted; if they are more than 1 in 20, there is no interval.

    Args:
        ratings: a table; None and nan are gaps.
        coefficient: which; each is defined in the function of its name.
        level: for ``krippendorff``.
        weights: for ``cohen``.
        rows: whether a row is a coder or a unit; a coder, where it is not said, with a warning if
            that makes more than twice as many coders as units.
        order: the categories in order.
        resamples: how many draws, at least 100.
        seed: where the drawing begins; the same seed gives the same interval.
        confidence: what the interval is meant to hold, between 0 and 1.

    Raises:
        CannotEstimateError: as for the coefficient.
        InvalidQueryError: no such coefficient, `resamples` or `confidence` out of range, ``cohen``
            with other than two coders, or as for the coefficient.

    Examples:
        >>> table = [[1, 1], [2, 2], [1, 2], [2, 2], [1, 1], [2, 2], [1, 1], [2, 1]]
        >>> found = agreement_with_interval(table, "cohen", rows="units")
        >>> found.estimate, found.ci_low <= found.estimate <= found.ci_high
        (0.5, True)
    """
    if coefficient not in get_args(Coefficient):
        raise InvalidQueryError(
            f"coefficient: expected one of {', '.join(get_args(Coefficient))}, got {coefficient!r}"
        )
    if type(resamples) is not int or resamples < 100:
        raise InvalidQueryError(f"resamples: expected a whole number from 100, got {resamples!r}")
    if not 0 < confidence < 1:
        raise InvalidQueryError(
            f"confidence: expected a number between 0 and 1, got {confidence!r}"
        )
    table = table_of(ratings)
    rows = rows_of(table, rows, "coders")
    if coefficient == "krippendorff":
        grid, measure = alpha_measure(table, level, rows, order)
    else:
        grid = grid_of(table, rows, order=order)
        measure = _measure(coefficient, grid, weights)
    estimate = value(measure)
    low, high, undefined = interval(measure, resamples, seed, confidence)
    z = _fleiss_z(grid, estimate) if coefficient == "fleiss" else None
    return Agreement(
        coefficient=coefficient,
        level=level if coefficient == "krippendorff" else None,
        estimate=estimate,
        ci_low=low,
        ci_high=high,
        confidence=confidence,
        units=measure.units,
        left_out=grid.codes.shape[1] - measure.units,
        coders=len(grid.codes),
        resamples=resamples,
        undefined=undefined,
        seed=seed,
        z=z,
        p=None if z is None else 2 * float(special.ndtr(-abs(z))),
    )


def _measure(coefficient: Coefficient, grid: Grid, weights: Weights | None) -> Measure:
    if coefficient == "cohen":
        if len(grid.codes) != 2:
            raise InvalidQueryError(
                f"cohen is for two coders, and there are {len(grid.codes)}; use light, fleiss, "
                "conger or krippendorff"
            )
        return measures.cohen(grid, distances(weights, len(grid.values)))
    simple: dict[str, Callable[[Grid], Measure]] = {
        "percent": measures.percent,
        "light": measures.light,
        "fleiss": measures.fleiss,
        "conger": measures.conger,
    }
    return simple[coefficient](grid)


def _fleiss_z(grid: Grid, kappa: float) -> float:
    """Return kappa over its standard error under chance (Fleiss, Nee and Landis 1979)."""
    counts = grid.complete.counts
    units, coders = len(counts), len(grid.codes)
    share = counts.sum(axis=0) / counts.sum()
    spread = share * (1 - share)
    total = spread.sum() ** 2
    variance = (
        2 * (total - (spread * (1 - 2 * share)).sum()) / (total * units * coders * (coders - 1))
    )
    return kappa / math.sqrt(variance)
