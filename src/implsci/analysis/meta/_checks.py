"""What every room of this package needs: sound input, options, quantiles, p-values in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

# scipy.special alone loads in half the time of scipy.stats and has all that is needed here.
# scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
from scipy import special  # type: ignore[import-untyped, unused-ignore]

from implsci.errors import CannotEstimateError

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
    effects, variances = vector("effects", y), vector("variances", v)
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


def vector(name: str, values: Sequence[float] | Vector) -> Vector:
    """Return the values as one flat vector of floats."""
    try:
        flat = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise CannotEstimateError(f"the {name} are not all numbers") from None
    if flat.ndim != 1:
        raise CannotEstimateError(f"the {name} must be one flat sequence of numbers")
    return flat


def check_options(method: str, test: str, level: float) -> None:
    """Refuse an unknown method or rule, and a level that is none."""
    if method not in get_args(Method):
        raise CannotEstimateError(f"method is one of {listed(Method)}; got {method!r}")
    if test not in get_args(TestRule):
        raise CannotEstimateError(f"test is one of {listed(TestRule)}; got {test!r}")
    check_level(level)
    if test == "knha" and method == "EE":
        raise CannotEstimateError("the knha rule is for random effects; use test='z' with EE")


def check_level(level: float) -> None:
    """Refuse a level outside 0 to 1."""
    if not 0 < level < 1:
        raise CannotEstimateError(f"level lies between 0 and 1, such as 0.95; got {level!r}")


@contextmanager
def double_precision() -> Iterator[None]:
    """Turn overflow and division by an underflowed zero into an error, never a number."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    except (ArithmeticError, np.linalg.LinAlgError):
        raise CannotEstimateError(
            "the effects or variances are too large, too small or too unequal for double precision"
        ) from None


def all_finite(*numbers: float | None) -> None:
    """Refuse what left double precision without a signal, as linear algebra may."""
    if not all(number is None or math.isfinite(number) for number in numbers):
        raise CannotEstimateError(
            "the effects or variances are too large, too small or too unequal for double precision"
        )


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


def f_tail(df: int, df_error: float, statistic: float) -> float:
    """P-value of an F statistic."""
    return float(special.fdtrc(df, df_error, statistic))


def listed(alternatives: object) -> str:
    """Return the values of a Literal as text."""
    return ", ".join(get_args(alternatives))


def p_text(value: float) -> str:
    """Return a p-value as it is printed in a sentence."""
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
