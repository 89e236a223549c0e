"""Effects worked out from what a table prints, and their direction by a stated rule.

The formulas are those of `implsci.analysis.effects`: log odds ratio (Woolf 1955), log risk ratio
(Katz 1978) and risk difference from the counts of two groups, Hedges' g (Hedges 1981) and mean
difference from means and standard deviations. Where a count is zero, 0.5 is added to all four if the
mapping says so, and never otherwise.

Examples:
    >>> found = from_counts((10, 19, 23, 29), "OR")
    >>> round(found.value, 3), round(found.variance, 3)
    (-0.41, 0.231)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

from implsci.analysis import effects
from implsci.errors import CannotEstimateError
from implsci.model import Estimate
from implsci.model.evidence import RATIO_METRICS, Scale
from implsci.model.finding import Direction
from implsci.model.outcome import Desirable

__all__ = ["FORMULAS", "RULES", "WorkedOut", "from_counts", "from_means", "to_direction"]


def __dir__() -> list[str]:
    return __all__


FORMULAS: Final = {
    "OR": "log odds ratio from the counts a, b and c, d: log(ad/bc), variance 1/a + 1/b + 1/c + 1/d "
    "(Woolf 1955)",
    "RR": "log risk ratio from the counts: log((a/n)/(c/m)), variance 1/a - 1/n + 1/c - 1/m "
    "(Katz 1978)",
    "RD": "risk difference from the counts: a/n - c/m, variance ab/n^3 + cd/m^3",
    "SMD": "Hedges' g from means and standard deviations, variance 1/n + 1/m + g^2/(2(n + m)) "
    "(Hedges 1981)",
    "MD": "mean difference from means and standard deviations, variance s^2/n + t^2/m",
}
"""How an effect was worked out, in the words that stand beside it, by metric."""

RULES: Final = {
    "interval": "direction: improved or worsened where the interval (95 %, as printed or value "
    "+- 1.96 se) excludes no effect",
    "p": "direction: improved or worsened, by the sign of the value, where p < 0.05",
}
"""How a direction was derived, in the words that stand beside it, by rule."""

_DIFFERENCES: Final = ("SMD", "MD", "RD", "r", "z")


class WorkedOut(NamedTuple):
    """An effect worked out from counts or means.

    Attributes:
        value: the effect.
        variance: its sampling variance, on `scale`.
        scale: ``log`` for ratios.
        n_intervention: size of the first group.
        n_comparator: size of the second.
    """

    value: float
    variance: float
    scale: Scale | None
    n_intervention: int
    n_comparator: int


def from_counts(
    counts: Sequence[float], metric: str = "OR", *, half: bool = False
) -> WorkedOut | str:
    """Work out an effect from four counts.

    Args:
        counts: with the event and without, in the first group, then in the second.
        metric: ``OR``, ``RR`` or ``RD``.
        half: add 0.5 to each count where one is zero.

    Returns:
        The effect of the first group against the second, or why there is none.

    Examples:
        >>> from_counts((0, 19, 23, 29), "OR")
        'a count is zero'
        >>> from_counts((0, 19, 0, 29), "OR", half=True)
        'no event, or nothing but events, in both groups'
    """
    try:
        if metric == "RD":
            found = effects.risk_difference(*counts)
        else:
            compute = effects.odds_ratio if metric == "OR" else effects.risk_ratio
            found = compute(*counts, half=half)
    except CannotEstimateError as error:
        return error.reason
    a, b, c, d = counts
    return WorkedOut(
        found.value,
        found.variance,
        "log" if found.scale == "log" else None,
        int(a + b),
        int(c + d),
    )


def from_means(numbers: Sequence[float], metric: str = "SMD") -> WorkedOut | str:
    """Work out an effect from means.

    Args:
        numbers: mean, standard deviation and size of the first group, then of the second.
        metric: ``SMD`` or ``MD``.

    Returns:
        The effect of the first group against the second, or why there is none.

    Examples:
        >>> found = from_means((55, 47, 155, 75, 64, 156), "SMD")
        >>> round(found.value, 4), round(found.variance, 4)
        (-0.3552, 0.0131)
    """
    mean, sd, n, other_mean, other_sd, m = numbers
    compute = effects.mean_difference if metric == "MD" else effects.standardized_mean_difference
    try:
        found = compute(mean, sd, n, other_mean, other_sd, m)
    except CannotEstimateError as error:
        return error.reason
    return WorkedOut(found.value, found.variance, None, int(n), int(m))


def to_direction(
    estimate: Estimate | None,
    desirable: Desirable | None,
    rule: Literal["interval", "p"],
    otherwise: Direction,
) -> Direction:
    """Return the direction that a rule gives an effect.

    Args:
        estimate: the effect.
        desirable: which way is better.
        rule: ``interval`` or ``p``, see `RULES`.
        otherwise: the direction where the rule can be applied and finds neither.

    Returns:
        ``unclear`` where the rule cannot be applied: no interval, no p, a metric that has no value
        of no effect, an outcome that does not say what is better.

    Examples:
        >>> effect = Estimate(metric="SMD", value=0.4, se=0.1)
        >>> to_direction(effect, "lower", "interval", "no_difference")
        'worsened'
    """
    if estimate is None or estimate.value is None or desirable not in ("higher", "lower"):
        return "unclear"
    if estimate.metric in RATIO_METRICS:
        none = 0.0 if estimate.scale == "log" else 1.0
    elif estimate.metric in _DIFFERENCES:
        none = 0.0
    else:
        return "unclear"
    if rule == "p":
        if estimate.p is None:
            return "unclear"
        if estimate.p_bound == "below" and estimate.p > 0.05:
            return "unclear"
        below = estimate.p < 0.05 or (estimate.p_bound == "below" and estimate.p == 0.05)
        sure = below and estimate.p_bound != "above"
        if estimate.p_bound == "above" and below:
            return "unclear"
    else:
        interval = _interval(estimate)
        if interval is None:
            return "unclear"
        sure = not interval[0] <= none <= interval[1]
    if not sure or estimate.value == none:
        return otherwise
    return "improved" if (estimate.value > none) == (desirable == "higher") else "worsened"


def _interval(estimate: Estimate) -> tuple[float, float] | None:
    if estimate.ci_low is not None and estimate.ci_high is not None:
        return estimate.ci_low, estimate.ci_high
    if estimate.metric in RATIO_METRICS and estimate.scale != "log":
        return None  # a standard error says nothing of a ratio's interval
    se = sqrt(estimate.variance) if estimate.variance is not None else estimate.se
    if estimate.value is None or se is None:
        return None
    half = NormalDist().inv_cdf(0.975) * se
    return estimate.value - half, estimate.value + half
