"""Effects from counts: 2x2 tables, events over time, proportions."""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from implsci.analysis._numbers import all_finite, number, shown
from implsci.analysis.effects._effect import EffectSize, check_half, make, positive
from implsci.errors import CannotEstimateError

_INDEPENDENT: Final = "the two groups are independent, and so are the people in them"
_HALF: Final = "0.5 was added to each count, as one was zero"


def _table(a: float, b: float, c: float, d: float) -> tuple[float, float, float, float]:
    counts = number("a", a), number("b", b), number("c", c), number("d", d)
    _check_counts(*counts)
    a, b, c, d = counts
    if not a + b or not c + d:
        raise CannotEstimateError("a group is empty")
    all_finite(a + b, c + d)
    return counts


def _check_counts(*counts: float) -> None:
    if any(not (count >= 0 and count.is_integer()) for count in counts):
        raise CannotEstimateError("a count is negative or no whole number")


def _both(a: float, b: float, c: float, d: float) -> None:
    if a + c == 0 or b + d == 0:
        raise CannotEstimateError("no event, or nothing but events, in both groups")


def odds_ratio(a: float, b: float, c: float, d: float, *, half: bool = False) -> EffectSize:
    """Return the log odds ratio of a 2x2 table: log(ad / bc), variance 1/a + 1/b + 1/c + 1/d.

    (Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x.) Where a count is zero, 0.5 is added to all
    four if `half` says so (Gart 1967, doi:10.1093/biomet/54.1-2.181, names it among others); never
    otherwise.

    Args:
        a: people with the event in the first group.
        b: people without it in the first group.
        c: people with the event in the second group.
        d: people without it in the second group.
        half: add 0.5 to each count where one is zero.

    Returns:
        The effect of the first group against the second, on the log scale.

    Raises:
        CannotEstimateError: a count that is negative or no whole number, an empty group, no event
            or nothing but events in both groups, or a zero without `half`.

    Examples:
        >>> effect = odds_ratio(10, 19, 23, 29)
        >>> round(effect.value, 3), round(effect.variance, 3)
        (-0.41, 0.231)
    """
    check_half(half)
    a, b, c, d = _table(a, b, c, d)
    _both(a, b, c, d)
    notes: tuple[str, ...] = (_INDEPENDENT,)
    if 0 in (a, b, c, d):
        if not half:
            raise CannotEstimateError("a count is zero")
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        notes = (_INDEPENDENT, _HALF)
    return make(
        "OR",
        math.log(a / b) - math.log(c / d),
        1 / a + 1 / b + 1 / c + 1 / d,
        "log(ad/bc), variance 1/a + 1/b + 1/c + 1/d",
        "Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x",
        *notes,
        scale="log",
    )


def risk_ratio(a: float, b: float, c: float, d: float, *, half: bool = False) -> EffectSize:
    """Return the log risk ratio of a 2x2 table: log((a/n) / (c/m)), variance 1/a - 1/n + 1/c - 1/m.

    n = a + b and m = c + d (Katz 1978, doi:10.2307/2530610). Where a or c is zero, 0.5 is added to
    all four counts if `half` says so.

    Args:
        a: people with the event in the first group.
        b: people without it in the first group.
        c: people with the event in the second group.
        d: people without it in the second group.
        half: add 0.5 to each count where `a` or `c` is zero.

    Returns:
        The effect of the first group against the second, on the log scale.

    Raises:
        CannotEstimateError: as `odds_ratio`; a zero in `b` or `d` alone does no harm.

    Examples:
        >>> effect = risk_ratio(4, 119, 11, 128)
        >>> round(effect.value, 4), round(effect.variance, 4)
        (-0.8893, 0.3256)
    """
    check_half(half)
    a, b, c, d = _table(a, b, c, d)
    _both(a, b, c, d)
    notes: tuple[str, ...] = (_INDEPENDENT,)
    if 0 in (a, c):
        if not half:
            raise CannotEstimateError("a count is zero")
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        notes = (_INDEPENDENT, _HALF)
    n, m = a + b, c + d
    return make(
        "RR",
        math.log(a / n) - math.log(c / m),
        1 / a - 1 / n + 1 / c - 1 / m,
        "log((a/n)/(c/m)), variance 1/a - 1/n + 1/c - 1/m",
        "Katz 1978, doi:10.2307/2530610",
        *notes,
        scale="log",
    )


def risk_difference(a: float, b: float, c: float, d: float) -> EffectSize:
    """Return the risk difference of a 2x2 table: a/n - c/m, variance ab/n^3 + cd/m^3.

    n = a + b and m = c + d: the sum of two binomial variances (Borenstein 2009, chapter 5,
    doi:10.1002/9780470743386). A single zero needs no correction.

    Args:
        a: people with the event in the first group.
        b: people without it in the first group.
        c: people with the event in the second group.
        d: people without it in the second group.

    Returns:
        The effect of the first group against the second, between -1 and 1.

    Raises:
        CannotEstimateError: a count that is negative or no whole number, an empty group, or no
            event or nothing but events in each group.

    Examples:
        >>> effect = risk_difference(4, 119, 11, 128)
        >>> round(effect.value, 4), round(effect.variance, 6)
        (-0.0466, 0.00078)
    """
    a, b, c, d = _table(a, b, c, d)
    n, m = a + b, c + d
    variance = (a / n) * (b / n) / n + (c / m) * (d / m) / m
    if not variance:
        raise CannotEstimateError("no event, or nothing but events, in each group")
    return make(
        "RD",
        a / n - c / m,
        variance,
        "a/n - c/m, variance ab/n^3 + cd/m^3",
        "Borenstein 2009, chapter 5, doi:10.1002/9780470743386",
        _INDEPENDENT,
    )


def incidence_rate_ratio(
    events: float, time: float, other_events: float, other_time: float, *, half: bool = False
) -> EffectSize:
    """Return the log ratio of two rates: log((x/t) / (y/s)), variance 1/x + 1/y.

    (Rothman, Greenland & Lash 2008, Modern Epidemiology, 3rd edition, chapter 14.) Where there is no
    event in one group, 0.5 is added to both numbers of events if `half` says so.

    Args:
        events: events in the first group, x.
        time: time at risk in the first group, t, in any unit that both groups share.
        other_events: events in the second group, y.
        other_time: time at risk in the second group, s.
        half: add 0.5 to both numbers of events where one is zero.

    Returns:
        The effect of the first group against the second, on the log scale.

    Raises:
        CannotEstimateError: events that are negative or no whole number, a time that is not above 0,
            no event in either group, or in one without `half`.

    Examples:
        >>> effect = incidence_rate_ratio(15, 1000, 30, 1000)
        >>> round(effect.value, 3), round(effect.variance, 3)
        (-0.693, 0.1)
    """
    check_half(half)
    x, y = number("events", events), number("other_events", other_events)
    _check_counts(x, y)
    time, other_time = positive(time=time, other_time=other_time)
    if not x + y:
        raise CannotEstimateError("no event in either group")
    notes: tuple[str, ...] = (
        "the two groups are independent",
        "events are Poisson: no overdispersion",
    )
    if 0 in (x, y):
        if not half:
            raise CannotEstimateError("a count is zero")
        x, y = x + 0.5, y + 0.5
        notes = (*notes, "0.5 was added to both numbers of events, as one was zero")
    return make(
        "IRR",
        math.log(x) - math.log(time) - math.log(y) + math.log(other_time),
        1 / x + 1 / y,
        "log((x/t)/(y/s)), variance 1/x + 1/y",
        "Rothman, Greenland & Lash 2008, Modern Epidemiology, chapter 14",
        *notes,
        scale="log",
    )


ProportionScale = Literal["natural", "logit", "double_arcsine"]


def proportion(
    events: float, n: float, scale: ProportionScale = "logit", *, half: bool = False
) -> EffectSize:
    """Return a proportion x/n, as it is or transformed for pooling.

    - ``natural``: x/n, variance p(1 - p)/n; poor near 0 and 1, none there.
    - ``logit``: log(x/(n - x)), variance 1/x + 1/(n - x); where either is zero, 0.5 is added to both
      if `half` says so (Lipsey & Wilson 2001, Practical Meta-Analysis, chapter 3).
    - ``double_arcsine``: (asin sqrt(x/(n + 1)) + asin sqrt((x + 1)/(n + 1))) / 2, variance
      1/(4n + 2) (Freeman & Tukey 1950, doi:10.1214/aoms/1177729756). It needs no correction, but a
      pooled value has no agreed way back (Schwarzer 2019, doi:10.1002/jrsm.1348).

    Args:
        events: number with the event, x.
        n: number of all.
        scale: ``natural``, ``logit`` or ``double_arcsine``.
        half: for ``logit``, add 0.5 to those with and without where one is zero.

    Returns:
        The proportion on `scale`.

    Raises:
        CannotEstimateError: numbers that are negative or no whole numbers, more events than people,
            nobody, nobody or everybody with the event (but ``double_arcsine``), or an unknown scale.

    Examples:
        >>> effect = proportion(30, 40)
        >>> round(effect.value, 3), round(effect.variance, 3), effect.natural
        (1.099, 0.133, 0.75)
    """
    if scale not in get_args(ProportionScale):
        raise CannotEstimateError(
            f"scale is one of {', '.join(get_args(ProportionScale))}; got {shown(scale)}"
        )
    check_half(half)
    x = number("events", events)
    rest = number("n", n) - x
    if any(not (count >= 0 and count.is_integer()) for count in (x, rest)):
        raise CannotEstimateError(
            f"{shown(events)} events of {shown(n)}: expected whole numbers, no more events than people"
        )
    total = x + rest
    if not total:
        raise CannotEstimateError("a group is empty")
    notes: tuple[str, ...] = ("the people are independent",)
    if scale == "double_arcsine":
        value = (
            math.asin(math.sqrt(x / (total + 1))) + math.asin(math.sqrt((x + 1) / (total + 1)))
        ) / 2
        return make(
            "proportion",
            value,
            1 / (4 * total + 2),
            "(asin sqrt(x/(n + 1)) + asin sqrt((x + 1)/(n + 1))) / 2, variance 1/(4n + 2)",
            "Freeman & Tukey 1950, doi:10.1214/aoms/1177729756",
            *notes,
            scale=scale,
        )
    if 0 in (x, rest) and not (half and scale == "logit"):
        raise CannotEstimateError("nobody, or everybody, has the event")
    if scale == "natural":
        share = x / total
        return make(
            "proportion",
            share,
            share * (1 - share) / total,
            "x/n, variance p(1 - p)/n",
            "binomial distribution",
            *notes,
        )
    if 0 in (x, rest):
        x, rest = x + 0.5, rest + 0.5
        notes = (*notes, "0.5 was added to those with and without the event, as one was zero")
    return make(
        "proportion",
        math.log(x / rest),
        1 / x + 1 / rest,
        "log(x/(n - x)), variance 1/x + 1/(n - x)",
        "Lipsey & Wilson 2001, Practical Meta-Analysis, chapter 3",
        *notes,
        scale="logit",
    )
