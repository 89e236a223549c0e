"""From one metric to another, each with what it takes for granted."""

from __future__ import annotations

import math
from typing import Final

from implsci.analysis.effects._correlations import check_r
from implsci.analysis.effects._effect import EffectSize, finite, make, positive
from implsci.errors import CannotEstimateError

_BOOK: Final = "Borenstein 2009, chapter 7, doi:10.1002/9780470743386"
_LOGISTIC: Final = math.pi / math.sqrt(3)
_CUT: Final = "the outcome is a logistic measure cut in two, with one spread in both groups"
_SPLIT: Final = "the two groups are a normal measure cut in two"


def smd_from_log_odds_ratio(value: float, variance: float) -> EffectSize:
    """Return the standardized mean difference behind a log odds ratio: d = L sqrt(3)/pi.

    Its variance is 3/pi^2 that of the log odds ratio (Hasselblad & Hedges 1995,
    doi:10.1037/0033-2909.117.1.167; Chinn 2000). It holds where the two outcomes are a continuous
    measure cut in two.

    Args:
        value: the log odds ratio, L.
        variance: its sampling variance.

    Returns:
        The standardized mean difference, not corrected for small samples.

    Raises:
        CannotEstimateError: numbers that are not finite, or a variance not above 0.

    Examples:
        >>> effect = smd_from_log_odds_ratio(0.9069, 0.0676)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (0.5, 0.0205)
    """
    (value,) = finite(value=value)
    (variance,) = positive(variance=variance)
    return make(
        "SMD",
        value / _LOGISTIC,
        variance / _LOGISTIC**2,
        "d = L sqrt(3)/pi, variance 3/pi^2 times that of L",
        "Hasselblad & Hedges 1995, doi:10.1037/0033-2909.117.1.167",
        _CUT,
    )


def log_odds_ratio_from_smd(value: float, variance: float) -> EffectSize:
    """Return the log odds ratio that a standardized mean difference stands for: L = d pi/sqrt(3).

    Its variance is pi^2/3 that of d; the way back of `smd_from_log_odds_ratio`, with its source.

    Args:
        value: the standardized mean difference, d.
        variance: its sampling variance.

    Returns:
        The log odds ratio.

    Raises:
        CannotEstimateError: numbers that are not finite, or a variance not above 0.

    Examples:
        >>> effect = log_odds_ratio_from_smd(0.5, 0.0205)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (0.9069, 0.0674)
    """
    (value,) = finite(value=value)
    (variance,) = positive(variance=variance)
    return make(
        "OR",
        value * _LOGISTIC,
        variance * _LOGISTIC**2,
        "L = d pi/sqrt(3), variance pi^2/3 times that of d",
        "Hasselblad & Hedges 1995, doi:10.1037/0033-2909.117.1.167",
        _CUT,
        scale="log",
    )


def smd_from_r(value: float, variance: float) -> EffectSize:
    """Return the standardized mean difference of a correlation: d = 2r / sqrt(1 - r^2).

    Its variance is 4 / (1 - r^2)^3 times that of r (Borenstein 2009, chapter 7,
    doi:10.1002/9780470743386).

    Args:
        value: the correlation, between -1 and 1; not Fisher's z.
        variance: its sampling variance.

    Returns:
        The standardized mean difference, not corrected for small samples.

    Raises:
        CannotEstimateError: a correlation of -1 or 1 or beyond, or a variance not above 0.

    Examples:
        >>> effect = smd_from_r(0.5, 0.0058)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (1.1547, 0.055)
    """
    value = check_r(value, "value")
    (variance,) = positive(variance=variance)
    rest = 1 - value**2
    return make(
        "SMD",
        2 * value / math.sqrt(rest),
        4 * variance / rest**3,
        "d = 2r / sqrt(1 - r^2), variance 4 / (1 - r^2)^3 times that of r",
        _BOOK,
        _SPLIT,
        "the two groups are of one size",
    )


def r_from_smd(
    value: float, variance: float, n: float | None = None, other_n: float | None = None
) -> EffectSize:
    """Return the correlation of a standardized mean difference: r = d / sqrt(d^2 + a).

    a = (n + m)^2 / (n m), which is 4 for groups of one size; the variance is a^2 / (d^2 + a)^3 times
    that of d (Borenstein 2009, chapter 7, doi:10.1002/9780470743386).

    Args:
        value: the standardized mean difference, d.
        variance: its sampling variance.
        n: size of the first group; None to take both as equal.
        other_n: size of the second.

    Returns:
        The correlation of group and outcome.

    Raises:
        CannotEstimateError: numbers that are not finite, a variance not above 0, or one size alone.

    Examples:
        >>> effect = r_from_smd(1.1547, 0.055)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (0.5, 0.0058)
    """
    (value,) = finite(value=value)
    (variance,) = positive(variance=variance)
    if (n is None) != (other_n is None):
        raise CannotEstimateError("give the sizes of both groups, or of neither")
    a, note = 4.0, "the two groups are of one size"
    if n is not None and other_n is not None:
        n, other_n = positive(n=n, other_n=other_n)
        a, note = (1 + other_n / n) * (1 + n / other_n), "the sizes of the groups are as given"
    # As shares of the root, no power of a large number is in the way.
    root = math.hypot(value, math.sqrt(a))
    share = math.sqrt(a) / root
    return make(
        "r",
        value / root,
        variance * share**4 / root / root,
        "r = d / sqrt(d^2 + a), a = (n + m)^2 / (n m), variance a^2 / (d^2 + a)^3 times that of d",
        _BOOK,
        _SPLIT,
        note,
    )
