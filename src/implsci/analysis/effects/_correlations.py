"""Correlations, raw and as Fisher's z."""

from __future__ import annotations

import math
from typing import Final

from implsci.analysis._numbers import number
from implsci.analysis.effects._effect import EffectSize, finite, make
from implsci.errors import CannotEstimateError

_BIVARIATE: Final = "both measures are jointly normal", "the people are independent"


def correlation(r: float, n: float) -> EffectSize:
    """Return a correlation as it is, variance (1 - r^2)^2 / (n - 1).

    (Borenstein 2009, chapter 6, doi:10.1002/9780470743386.) `fisher_z` is better pooled.

    Args:
        r: the correlation, between -1 and 1.
        n: number of people, above 3.

    Returns:
        The correlation.

    Raises:
        CannotEstimateError: a correlation of -1 or 1 or beyond, or fewer than 4 people.

    Examples:
        >>> effect = correlation(0.5, 101)
        >>> effect.value, effect.variance
        (0.5, 0.005625)
    """
    r, n = _checked(r, n)
    return make(
        "r",
        r,
        (1 - r**2) ** 2 / (n - 1),
        "r, variance (1 - r^2)^2 / (n - 1)",
        "Borenstein 2009, chapter 6, doi:10.1002/9780470743386",
        *_BIVARIATE,
    )


def fisher_z(r: float, n: float) -> EffectSize:
    """Return a correlation as Fisher's z = atanh r, variance 1 / (n - 3).

    (Fisher 1921, Metron 1, 3-32.) `r_from_z` leads back.

    Args:
        r: the correlation, between -1 and 1.
        n: number of people, above 3.

    Returns:
        Fisher's z.

    Raises:
        CannotEstimateError: a correlation of -1 or 1 or beyond, or fewer than 4 people.

    Examples:
        >>> effect = fisher_z(0.5, 103)
        >>> round(effect.value, 4), effect.variance
        (0.5493, 0.01)
    """
    r, n = _checked(r, n)
    return make(
        "z", math.atanh(r), 1 / (n - 3), "atanh r, variance 1 / (n - 3)", "Fisher 1921", *_BIVARIATE
    )


def r_from_z(z: float) -> float:
    """Return the correlation of a Fisher's z: tanh z.

    Args:
        z: Fisher's z, or a limit of its interval.

    Returns:
        The correlation, between -1 and 1.

    Raises:
        CannotEstimateError: `z` is not finite.

    Examples:
        >>> round(r_from_z(0.5493), 3)
        0.5
    """
    return math.tanh(*finite(z=z))


def correlation_from_t(t: float, n: float) -> EffectSize:
    """Return the correlation behind its t test: r = t / sqrt(t^2 + n - 2), variance as `correlation`.

    (Rosenthal 1991, Meta-Analytic Procedures for Social Research, chapter 2,
    doi:10.4135/9781412984997.) For the t of a regression coefficient with k predictors, this is a
    partial correlation, and n - 2 is to be replaced: put n - k + 1 in for n.

    Args:
        t: the statistic, with its sign.
        n: number of people, above 3.

    Returns:
        The correlation.

    Raises:
        CannotEstimateError: a t that is not finite, or fewer than 4 people.

    Examples:
        >>> round(correlation_from_t(2.5, 102).value, 4)
        0.2425
    """
    (t,) = finite(t=t)
    _, size = _checked(0, n)
    return correlation(t / math.hypot(t, math.sqrt(size - 2)), n)


def check_r(r: object, name: str = "r") -> float:
    """Return a correlation, or refuse what is none."""
    found = number(name, r)
    if not -1 < found < 1:
        raise CannotEstimateError(f"a correlation lies between -1 and 1; got {r!r}")
    return found


def _checked(r: object, n: object) -> tuple[float, float]:
    found = check_r(r)
    size = number("n", n)
    if not (size.is_integer() and size > 3):
        raise CannotEstimateError(f"n is {n!r}; expected a whole number above 3")
    return found, size
