"""Necessary condition analysis: how much of an outcome is out of reach without enough of a condition.

The question is whether the upper-left corner of a scatter plot is empty: no case has much of the
outcome with little of the condition. A ceiling line bounds that empty corner, and the share of the
plot that lies above it says how far the condition constrains the outcome.

Examples:
    >>> from implsci.analysis.nca import nca
    >>> found = nca([1, 2, 3, 4], [1, 2, 2, 4])
    >>> round(found.ceilings["ce_fdh"].effect_size, 3)
    0.778
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from implsci.analysis._arguments import checked
from implsci.analysis.nca._results import (
    BottleneckLevel,
    Ceiling,
    CeilingName,
    NecessaryCondition,
    NecessaryConditions,
    Scale,
)
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    import numpy as np

    from implsci.analysis.nca._ceilings import Bounds, Numbers, ceilings
except ModuleNotFoundError as error:
    raise MissingExtraError(feature="necessary condition analysis", extra="analysis") from error

__all__ = [
    "BottleneckLevel",
    "Ceiling",
    "CeilingName",
    "NecessaryCondition",
    "NecessaryConditions",
    "Scale",
    "nca",
    "nca_conditions",
]


def __dir__() -> list[str]:
    return __all__


@checked
def nca(
    x: Sequence[float | None] | Numbers,
    y: Sequence[float | None] | Numbers,
    *,
    scope: Bounds | None = None,
    permutations: int = 1_000,
    seed: int = 0,
    names: tuple[str, str] = ("x", "y"),
) -> NecessaryCondition:
    """Say how far a condition `x` constrains an outcome `y`, high values of both taken as much.

    The scope is S = (x_max - x_min) (y_max - y_min). The peers are the cases that have more of the
    outcome than every case with as little of the condition. The ceilings are ``ce_fdh``, the
    staircase that runs flat from peer to peer, and ``cr_fdh``, the least-squares line through them.
    With C the area of the scope above a ceiling, the effect size is d = C / S (Dul 2016,
    doi:10.1177/1094428115584005, who calls d below 0.1 small, below 0.3 medium, below 0.5 large).
    The p-value is (1 + how many shuffles of `y` give at least d) / (1 + permutations) (Dul, van der
    Laan and Kuik 2020, doi:10.1177/1094428118795272).

    To ask whether little of a condition is necessary, give the negative of its values.

    Args:
        x: the condition by case; None or nan where missing.
        y: the outcome by case, likewise; a case with either missing is left out and counted.
        scope: lowest and highest possible condition, lowest and highest possible outcome, where
            they are known; None for the observed ones.
        permutations: how often `y` is shuffled; 0 for no p-value.
        seed: where the shuffling begins; the same seed gives the same p-value.
        names: what the condition and the outcome are called.

    Raises:
        CannotEstimateError: fewer than 2 complete cases, a condition or outcome that never varies,
            or numbers whose areas are beyond double precision.
        InvalidQueryError: an argument of another kind, lengths that differ, a value that is no
            finite number, a scope that does not hold the cases, or a negative number of
            permutations or seed.

    Examples:
        >>> trust = [2, 3, 5, 6, 8, 9]
        >>> uptake = [10, 30, 20, 60, 50, 90]
        >>> found = nca(trust, uptake, names=("trust", "uptake"))
        >>> round(found.ceilings["ce_fdh"].effect_size, 3), found.p < 0.05
        (0.625, True)
    """
    return _conditions({names[0]: x}, y, scope, permutations, seed, names[1])[0]


@checked
def nca_conditions(
    conditions: Mapping[str, Sequence[float | None] | Numbers],
    y: Sequence[float | None] | Numbers,
    *,
    permutations: int = 1_000,
    seed: int = 0,
    outcome: str = "y",
) -> NecessaryConditions:
    """Ask of several conditions how far each constrains an outcome, on the cases complete in all.

    Args:
        conditions: each condition by case, under its name; None or nan where missing.
        y: the outcome by case.
        permutations: how often `y` is shuffled; 0 for no p-values.
        seed: where the shuffling begins, the same for each condition.
        outcome: what the outcome is called.

    Raises:
        CannotEstimateError: fewer than 2 complete cases, or one that never varies.
        InvalidQueryError: no condition, one named like the outcome, or as for `nca`.

    Examples:
        >>> both = nca_conditions({"trust": [1, 2, 3], "funds": [3, 2, 1]}, [1, 2, 3])
        >>> [one.ceilings["ce_fdh"].effect_size for one in both.results]
        [0.75, 0.0]
    """
    if not conditions:
        raise InvalidQueryError("conditions: expected at least one, got none")
    if outcome in conditions:
        raise InvalidQueryError(f"a condition is named {outcome!r} like the outcome")
    return NecessaryConditions(
        results=_conditions(conditions, y, None, permutations, seed, outcome)
    )


def _conditions(
    conditions: Mapping[str, Sequence[float | None] | Numbers],
    y: Sequence[float | None] | Numbers,
    scope: Bounds | None,
    permutations: int,
    seed: int,
    outcome: str,
) -> tuple[NecessaryCondition, ...]:
    if type(permutations) is not int or permutations < 0:
        raise InvalidQueryError(
            f"permutations: expected a whole number from 0, got {permutations!r}"
        )
    if seed < 0:
        raise InvalidQueryError(f"seed: expected a whole number from 0, got {seed!r}")
    columns = [_numbers(name, values) for name, values in conditions.items()]
    target = _numbers(outcome, y)
    for name, values in zip(conditions, columns, strict=True):
        if len(values) != len(target):
            raise InvalidQueryError(
                f"{name} has {len(values)} cases and {outcome} has {len(target)}; each case needs "
                "both, None where one is missing"
            )
    complete = ~np.isnan([*columns, target]).any(axis=0)
    if complete.sum() < 2:
        raise CannotEstimateError(
            f"{int(complete.sum())} cases have every value, and at least 2 are needed"
        )
    target = target[complete]
    return tuple(
        _one(name, values[complete], outcome, target, scope, permutations, seed,
             int((~complete).sum()))
        for name, values in zip(conditions, columns, strict=True)
    )  # fmt: skip


def _numbers(name: str, values: Sequence[float | None] | Numbers) -> Numbers:
    try:
        found = np.array(
            [math.nan if value is None else value for value in values], dtype=np.float64
        )
    except (TypeError, ValueError, OverflowError):
        raise InvalidQueryError(f"{name}: expected one number a case, None where missing") from None
    if np.isinf(found).any():
        raise InvalidQueryError(f"{name}: expected finite numbers, got an infinite one")
    return found


def _one(
    name: str,
    x: Numbers,
    outcome: str,
    y: Numbers,
    scope: Bounds | None,
    permutations: int,
    seed: int,
    missing: int,
) -> NecessaryCondition:
    observed = (float(x.min()), float(x.max()), float(y.min()), float(y.max()))
    for low, high, which in ((*observed[:2], name), (*observed[2:], outcome)):
        if low == high:
            raise CannotEstimateError(f"{which} never varies")
    bounds = observed if scope is None else scope
    if not (
        len(bounds) == 4
        and bounds[0] <= observed[0]
        and bounds[1] >= observed[1]
        and bounds[2] <= observed[2]
        and bounds[3] >= observed[3]
        and np.isfinite(bounds).all()
    ):
        raise InvalidQueryError(
            f"scope: expected lowest and highest {name}, lowest and highest {outcome}, around the "
            f"observed {observed}, got {scope!r}"
        )
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            lines = ceilings(x, y, bounds, permutations, seed)
    except ArithmeticError:
        raise CannotEstimateError(
            f"{name} and {outcome} are too large or too unequal for double precision: give them in "
            "other units"
        ) from None
    return NecessaryCondition(
        condition=name,
        outcome=outcome,
        ceilings=lines,
        scope=(bounds[1] - bounds[0]) * (bounds[3] - bounds[2]),
        n=len(x),
        missing=missing,
        p=lines["ce_fdh"].p,
        permutations=permutations,
        seed=seed,
    )
