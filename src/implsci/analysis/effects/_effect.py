"""One effect size: its value and variance on the scale it is pooled on, and where they come from."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal, TypeAlias

import attrs

from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError

EffectScale: TypeAlias = Literal["natural", "log", "logit", "double_arcsine"]
"""The scale of a value and its variance.

Examples:
    >>> scale: EffectScale = "log"
"""


@attrs.frozen(kw_only=True)
class EffectSize(Result):
    """An effect size worked out from what a study prints.

    Attributes:
        metric: ``SMD``, ``MD``, ``OR``, ``RR``, ``RD``, ``IRR``, ``r``, ``z`` or ``proportion``.
        value: the effect, on `scale`.
        variance: its sampling variance, on `scale`.
        scale: ``log`` for ratios, ``logit`` or ``double_arcsine`` for proportions so transformed,
            else ``natural``.
        formula: how value and variance were worked out.
        source: where the formula comes from.
        assumptions: what must hold for the number to mean what it says.

    Examples:
        >>> from implsci.analysis.effects import odds_ratio
        >>> effect = odds_ratio(10, 19, 23, 29)
        >>> round(effect.value, 3), round(effect.natural, 3)
        (-0.41, 0.664)
    """

    metric: str
    value: float
    variance: float
    scale: EffectScale
    formula: str
    source: str
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    @property
    def se(self) -> float:
        """Standard error, on `scale`."""
        return math.sqrt(self.variance)

    @property
    def natural(self) -> float:
        """The value off the log or logit scale.

        Raises:
            CannotEstimateError: for double arcsines, whose way back hangs on a size that pooled
                values do not have (Schwarzer 2019, doi:10.1002/jrsm.1348).
        """
        return self._back(self.value)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal confidence interval on `scale`.

        Args:
            level: its level, between 0 and 1.

        Raises:
            CannotEstimateError: `level` is outside 0 to 1.
        """
        if not 0 < level < 1:
            raise CannotEstimateError(f"level lies between 0 and 1, such as 0.95; got {level!r}")
        half = NormalDist().inv_cdf(0.5 + level / 2) * self.se
        return self.value - half, self.value + half

    def _back(self, value: float) -> float:
        match self.scale:
            case "log":
                return math.exp(value)
            case "logit":
                return 1 / (1 + math.exp(-value)) if value >= 0 else 1 - 1 / (1 + math.exp(value))
            case "double_arcsine":
                raise CannotEstimateError("a double arcsine has no agreed way back to a proportion")
        return value

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row: metric, scale, value, variance, se, formula, source."""
        return (
            {
                "metric": self.metric,
                "scale": self.scale,
                "value": self.value,
                "variance": self.variance,
                "se": self.se,
                "formula": self.formula,
                "source": self.source,
            },
        )

    def sentence(self) -> str:
        """Say the effect with its interval, and how it was worked out.

        Returns:
            One sentence; ratios and logits are told off their logarithm.
        """
        low, high = self.interval()
        on = ""
        if self.scale == "double_arcsine":
            on = " as a double arcsine"
        else:
            low, high = self._back(low), self._back(high)
        value = self.value if self.scale == "double_arcsine" else self.natural
        return (
            f"{self.metric} of {value:.3g}{on} (95% interval {low:.3g} to {high:.3g}), by "
            f"{self.formula} ({self.source})."
        )


def make(
    metric: str,
    value: float,
    variance: float,
    formula: str,
    source: str,
    *assumptions: str,
    scale: EffectScale = "natural",
) -> EffectSize:
    """Return the effect, unless it left what a float can hold."""
    if not (math.isfinite(value) and math.isfinite(variance) and variance > 0):
        raise CannotEstimateError("the numbers are too large or too small for double precision")
    return EffectSize(
        metric=metric,
        value=value,
        variance=variance,
        scale=scale,
        formula=formula,
        source=source,
        assumptions=assumptions,
    )


def finite(**numbers: float) -> None:
    """Refuse what is no finite number, by name."""
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise CannotEstimateError(f"{name} is {number!r}; expected a finite number")


def positive(**numbers: float) -> None:
    """Refuse what is no finite number above 0, by name."""
    finite(**numbers)
    for name, number in numbers.items():
        if number <= 0:
            raise CannotEstimateError(f"{name} is {number!r}; expected a number above 0")
