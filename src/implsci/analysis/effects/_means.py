"""Effects from means, and standardized ones from a test: t, F of two groups, p."""

from __future__ import annotations

import math
from typing import Final, Literal

from implsci.analysis._numbers import all_finite, number, shown
from implsci.analysis.effects._effect import EffectSize, finite, make
from implsci.errors import CannotEstimateError, MissingExtraError

_NORMAL: Final = (
    "the two groups are independent",
    "values are normal with one standard deviation in both groups",
)
# Beyond it the logarithms of both gammas are so large that their difference loses its digits, and the
# series of gamma(w + 1/2) / gamma(w) in u = 1/w is exact to the last (Tricomi & Erdelyi 1951,
# doi:10.2140/pjm.1951.1.133).
_MANY: Final = 1000
_G: Final = "g = J d, variance 1/n + 1/m + g^2/(2(n + m))"
_HEDGES: Final = "Hedges 1981, doi:10.3102/10769986006002107"


def hedges_correction(df: float) -> float:
    """Return the factor that takes the small-sample bias out of a standardized mean difference.

    J = gamma(df/2) / (sqrt(df/2) gamma((df - 1)/2)), exact (Hedges 1981,
    doi:10.3102/10769986006002107); 1 - 3/(4 df - 1) is its approximation.

    Args:
        df: degrees of freedom of the standard deviation, above 1.

    Returns:
        J, between 0 and 1.

    Raises:
        CannotEstimateError: `df` is not above 1.

    Examples:
        >>> round(hedges_correction(10), 4)
        0.9227
    """
    (df,) = finite(df=df)
    if not df > 1:
        raise CannotEstimateError(f"the correction needs more than 1 degree of freedom, got {df:g}")
    if df > _MANY:
        u = 2 / (df - 1)
        ratio = 1 - u / 8 + u**2 / 128 + 5 * u**3 / 1024 - 21 * u**4 / 32768
        return ratio / math.sqrt(1 + u / 2)
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def mean_difference(
    mean: float, sd: float, n: float, other_mean: float, other_sd: float, other_n: float
) -> EffectSize:
    """Return the difference of two means, variance s^2/n + t^2/m.

    (Borenstein 2009, chapter 4, doi:10.1002/9780470743386, standard deviations not assumed equal.)
    In the unit of the measure, so it is pooled only over studies that share it.

    Args:
        mean: mean of the first group.
        sd: its standard deviation, s.
        n: its size.
        other_mean: mean of the second group.
        other_sd: its standard deviation, t.
        other_n: its size, m.

    Returns:
        First less second.

    Raises:
        CannotEstimateError: sizes that are no whole numbers or too small, standard deviations that
            are negative or both zero, or a number that is not finite.

    Examples:
        >>> effect = mean_difference(55, 47, 155, 75, 64, 156)
        >>> effect.value, round(effect.variance, 2)
        (-20.0, 40.51)
    """
    n, other_n = _sizes(n, other_n)
    mean, sd, other_mean, other_sd = _spreads(mean, sd, other_mean, other_sd)
    return make(
        "MD",
        mean - other_mean,
        sd * sd / n + other_sd * other_sd / other_n,
        "difference of the means, variance s^2/n + t^2/m",
        "Borenstein 2009, chapter 4, doi:10.1002/9780470743386",
        "the two groups are independent",
    )


def standardized_mean_difference(
    mean: float, sd: float, n: float, other_mean: float, other_sd: float, other_n: float
) -> EffectSize:
    """Return Hedges' g from means and standard deviations.

    d is the difference of the means over the pooled standard deviation, g = J d with the exact
    correction of `hedges_correction` on n + m - 2 degrees of freedom, and its variance
    1/n + 1/m + g^2/(2(n + m)) (Hedges 1981, doi:10.3102/10769986006002107; as metafor's ``SMD``).

    Args:
        mean: mean of the first group.
        sd: its standard deviation.
        n: its size.
        other_mean: mean of the second group.
        other_sd: its standard deviation.
        other_n: its size, m.

    Returns:
        The effect of the first group against the second, in standard deviations.

    Raises:
        CannotEstimateError: as `mean_difference`, or a pooled standard deviation of zero.

    Examples:
        >>> effect = standardized_mean_difference(55, 47, 155, 75, 64, 156)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (-0.3552, 0.0131)
    """
    n, other_n = _sizes(n, other_n)
    mean, sd, other_mean, other_sd = _spreads(mean, sd, other_mean, other_sd)
    df = n + other_n - 2
    pooled = math.hypot(math.sqrt((n - 1) / df) * sd, math.sqrt((other_n - 1) / df) * other_sd)
    if not pooled:
        raise CannotEstimateError("a standard deviation is zero")
    return _hedges((mean - other_mean) / pooled, n, other_n, "d = difference / pooled s")


def smd_from_t(t: float, n: float, other_n: float) -> EffectSize:
    """Return Hedges' g from the t of two independent groups: d = t sqrt(1/n + 1/m), g = J d.

    (Borenstein 2009, chapter 4, doi:10.1002/9780470743386.) For a paired t another formula holds.

    Args:
        t: the statistic, positive where the first group is higher.
        n: size of the first group.
        other_n: size of the second, m.

    Returns:
        The effect of the first group against the second, in standard deviations.

    Raises:
        CannotEstimateError: sizes that are no whole numbers or too small, or a t that is not finite.

    Examples:
        >>> effect = smd_from_t(2.5, 50, 50)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (0.4962, 0.0412)
    """
    n, other_n = _sizes(n, other_n)
    (t,) = finite(t=t)
    return _hedges(t * math.sqrt(1 / n + 1 / other_n), n, other_n, "d = t sqrt(1/n + 1/m)")


def smd_from_f(f: float, n: float, other_n: float, sign: Literal[1, -1]) -> EffectSize:
    """Return Hedges' g from the F of two independent groups (1 and n + m - 2 degrees of freedom).

    t = sqrt(F) with the sign given, then as `smd_from_t` (Borenstein 2009, Effect sizes for continuous
    data, in The Handbook of Research Synthesis and Meta-Analysis, 2nd edition). F does not say
    which group is higher, so `sign` must be read from the report.

    Args:
        f: the statistic, 0 or more.
        n: size of the first group.
        other_n: size of the second.
        sign: 1 where the first group is higher, -1 where it is lower.

    Returns:
        The effect of the first group against the second, in standard deviations.

    Raises:
        CannotEstimateError: as `smd_from_t`, an F below 0, or another sign.

    Examples:
        >>> smd_from_f(6.25, 50, 50, sign=-1).value == smd_from_t(-2.5, 50, 50).value
        True
    """
    (f,) = finite(f=f)
    if f < 0:
        raise CannotEstimateError(f"f is {f:g}; expected 0 or more")
    return smd_from_t(_signed(sign) * math.sqrt(f), n, other_n)


def smd_from_p(
    p: float, n: float, other_n: float, sign: Literal[1, -1], tails: Literal[1, 2] = 2
) -> EffectSize:
    """Return Hedges' g from the exact p of a t test of two independent groups.

    t is the upper quantile of Student's t at p/tails on n + m - 2 degrees of freedom, with the sign
    given, then as `smd_from_t` (Borenstein 2009, chapter 4, doi:10.1002/9780470743386). A bound
    ("p < 0.05") is no p-value: put in as one, it gives the smallest effect that fits.

    Args:
        p: the p-value, above 0 and at most 1.
        n: size of the first group.
        other_n: size of the second.
        sign: 1 where the first group is higher, -1 where it is lower.
        tails: 2 for a two-sided p, 1 for a one-sided one in the direction of `sign`.

    Returns:
        The effect of the first group against the second, in standard deviations.

    Raises:
        CannotEstimateError: as `smd_from_t`, a p outside 0 to 1, or another sign or number of tails.
        MissingExtraError: scipy is not installed.

    Examples:
        >>> effect = smd_from_p(0.0141, 50, 50, sign=1)
        >>> round(effect.value, 3)
        0.496
    """
    p = number("p", p)
    if not 0 < p <= 1:
        raise CannotEstimateError(f"p is {p:g}; expected a number above 0 and at most 1")
    if isinstance(tails, bool) or tails not in (1, 2):
        raise CannotEstimateError(f"tails is 1 or 2; got {shown(tails)}")
    n, other_n = _sizes(n, other_n)
    try:
        from scipy import special  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise MissingExtraError(feature="an effect from a p-value", extra="analysis") from error
    t = -float(special.stdtrit(n + other_n - 2, p / tails))
    return smd_from_t(_signed(sign) * t, n, other_n)


def _hedges(d: float, n: float, m: float, formula: str) -> EffectSize:
    g = hedges_correction(n + m - 2) * d
    variance = 1 / n + 1 / m + g * g / (2 * (n + m))
    return make("SMD", g, variance, f"{formula}, {_G}", _HEDGES, *_NORMAL)


def _sizes(n: object, m: object) -> tuple[float, float]:
    sizes = number("n", n), number("other_n", m)
    if not all(size.is_integer() and size > 0 for size in sizes) or sum(sizes) <= 3:
        raise CannotEstimateError("a size is no whole number, or both are too small")
    all_finite(sum(sizes))
    return sizes


def _spreads(
    mean: object, sd: object, other_mean: object, other_sd: object
) -> tuple[float, float, float, float]:
    first, second = finite(mean=mean, sd=sd), finite(other_mean=other_mean, other_sd=other_sd)
    if first[1] < 0 or second[1] < 0 or first[1] == second[1] == 0:
        raise CannotEstimateError("a standard deviation is negative, or both are zero")
    return first[0], first[1], second[0], second[1]


def _signed(sign: int) -> int:
    if isinstance(sign, bool) or sign not in (1, -1):
        raise CannotEstimateError(f"sign is 1 or -1; got {shown(sign)}")
    return sign
