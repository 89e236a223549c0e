"""What every room of this package needs: sound input, options, quantiles, p-values in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

# scipy.special alone loads in half the time of scipy.stats and has all that is needed here.
# scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from implsci.analysis._numbers import BEYOND, check_level, flat, number, shown
from implsci.errors import CannotEstimateError, InvalidQueryError

Vector: TypeAlias = NDArray[np.float64]
Matrix: TypeAlias = NDArray[np.float64]

Method: TypeAlias = Literal["EE", "DL", "HE", "PM", "ML", "REML"]
"""How the variance between true effects is estimated; `random_effects` says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(Method)
    ('EE', 'DL', 'HE', 'PM', 'ML', 'REML')
"""

TestRule: TypeAlias = Literal["z", "knha"]
"""The standard-error rule, ``z`` for normal or ``knha`` for Knapp-Hartung with Student's t.

Examples:
    >>> from typing import get_args
    >>> get_args(TestRule)
    ('z', 'knha')
"""


def checked(y: Sequence[float] | Vector, v: Sequence[float] | Vector) -> tuple[Vector, Vector]:
    """Return both as vectors, or say which number is wrong."""
    # A gap is told like any other number that is not finite.
    effects, variances = vector("effects", y, gaps=True), vector("variances", v, gaps=True)
    if len(effects) != len(variances):
        raise CannotEstimateError(
            f"there are {len(effects)} effects but {len(variances)} variances"
        )
    if not len(effects):
        raise CannotEstimateError("there are no effects")
    for name, values, wrong, wanted in (
        ("effect", effects, ~np.isfinite(effects), "a finite number"),
        ("variance", variances, ~(np.isfinite(variances) & (variances > 0)), "finite and above 0"),
    ):
        if wrong.any():
            index = int(wrong.argmax())
            raise CannotEstimateError(
                f"the {name} at index {index} is {values[index]:g}; each must be {wanted}"
            )
    return effects, variances


def vector(name: str, values: object, *, gaps: bool = False, truths: bool = False) -> Vector:
    """Return the values as one flat vector of floats.

    Args:
        name: what they are, for the error.
        values: the values as given.
        gaps: let None stand, as nan.
        truths: let True and False stand, as 1 and 0.
    """
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise InvalidQueryError(
                f"{name}: expected one flat sequence of numbers, got {values.ndim} dimensions"
            )
        if values.dtype.kind in "iuf":
            return values.astype(np.float64)
        values = values.tolist()
    found: list[float] = []
    for index, value in enumerate(flat(name, values)):
        if gaps and value is None:
            found.append(np.nan)
        elif truths and isinstance(value, bool | np.bool_):
            found.append(float(value))
        else:
            found.append(number(f"{name} at index {index}", value))
    return np.array(found, dtype=np.float64)


def check_options(method: str, test: str, level: float) -> None:
    """Refuse an unknown method or rule, and a level that is none."""
    if method not in get_args(Method):
        raise CannotEstimateError(f"method is one of {listed(Method)}; got {shown(method)}")
    if test not in get_args(TestRule):
        raise CannotEstimateError(f"test is one of {listed(TestRule)}; got {shown(test)}")
    check_level(level)
    if test == "knha" and method == "EE":
        raise CannotEstimateError("the knha rule is for random effects; use test='z' with EE")


@contextmanager
def double_precision() -> Iterator[None]:
    """Turn overflow and division by an underflowed zero into an error, never a number."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    except (ArithmeticError, np.linalg.LinAlgError):
        raise CannotEstimateError(BEYOND) from None


def quantile(level: float, df: float | None) -> float:
    """Upper quantile of a two-sided interval: of Student's t, or of the normal where df is None."""
    tail = (1 - level) / 2
    return -float(special.ndtri(tail) if df is None else special.stdtrit(df, tail))


def two_sided(statistic: float, df: float | None) -> float:
    """Two-sided p-value of a statistic with Student's t, or the normal where df is None."""
    beyond = -abs(statistic)
    return 2 * float(special.ndtr(beyond) if df is None else special.stdtr(df, beyond))


def chi2_tail(df: int, statistic: float) -> float:
    """P-value of a chi-squared statistic."""
    return float(special.chdtrc(df, statistic))


def chi2_limits(df: int, level: float) -> tuple[float, float]:
    """Values between which a chi-squared statistic lies with a probability, as often below as above."""
    tail = (1 - level) / 2
    low, high = special.gammaincinv(df / 2, tail), special.gammainccinv(df / 2, tail)
    return 2 * float(low), 2 * float(high)


def f_tail(df: int, df_error: float, statistic: float) -> float:
    """P-value of an F statistic."""
    return float(special.fdtrc(df, df_error, statistic))


def listed(alternatives: object) -> str:
    """Return the values of a Literal as text."""
    return ", ".join(get_args(alternatives))


def p_text(value: float) -> str:
    """Return a p-value as it is printed in a sentence."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
