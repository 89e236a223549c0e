"""One effect size: its value and variance on the scale it is pooled on, and where they come from."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal, TypeAlias

import attrs

from implsci.analysis._numbers import all_finite, check_level, shown
from implsci.analysis._numbers import finite as finite_number
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError

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
                values do not have (Schwarzer 2019, doi:10.1002/jrsm.1348), and for a logarithm
                whose ratio no float can hold.
        """
        return self._back(self.value)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the normal confidence interval on `scale`.

        Args:
            level: its level, between 0 and 1.

        Raises:
            CannotEstimateError: `level` is outside 0 to 1, or a limit beyond double precision.
        """
        check_level(level)
        # The lower tail keeps its digits where the level is close to 1.
        half = -NormalDist().inv_cdf((1 - level) / 2) * self.se
        low, high = self.value - half, self.value + half
        all_finite(low, high)
        return low, high

    def _back(self, value: float) -> float:
        match self.scale:
            case "log":
                try:
                    return math.exp(value)
                except OverflowError:
                    raise CannotEstimateError(
                        f"the ratio behind a logarithm of {value:g} is too large for double precision"
                    ) from None
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


def finite(**numbers: object) -> tuple[float, ...]:
    """Return finite numbers as floats; refuse anything else, by name."""
    return tuple(finite_number(name, value) for name, value in numbers.items())


def positive(**numbers: object) -> tuple[float, ...]:
    """Return finite numbers above 0 as floats; refuse anything else, by name."""
    found = finite(**numbers)
    for name, one in zip(numbers, found, strict=True):
        if one <= 0:
            raise CannotEstimateError(f"{name} is {numbers[name]!r}; expected a number above 0")
    return found


def check_half(half: object) -> None:
    """Refuse what is neither True nor False."""
    if not isinstance(half, bool):
        raise InvalidQueryError(f"half is {shown(half)}; expected True or False")
