"""Percent agreement, the kappas and Krippendorff's alpha of a table of ratings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from implsci.analysis._arguments import checked
from implsci.analysis.agreement import _measures as measures
from implsci.analysis.agreement._alpha import alpha
from implsci.analysis.agreement._measures import Measure, value
from implsci.analysis.agreement._ratings import Grid, Level, Rating, Rows, grid_of, rows_of
from implsci.errors import InvalidQueryError

__all__ = [
    "Weights",
    "alpha_measure",
    "cohen_kappa",
    "distances",
    "fleiss_kappa",
    "krippendorff_alpha",
    "light_kappa",
    "percent_agreement",
    "table_of",
]

Weights: TypeAlias = Literal["linear", "quadratic"] | Sequence[Sequence[float]]
"""How much a pair of categories counts as disagreement, by their places in order or one by one.

Examples:
    >>> own: Weights = [[0, 1, 4], [1, 0, 1], [4, 1, 0]]
    >>> own[0][2]
    4
"""


@checked
def percent_agreement(
    ratings: Sequence[Sequence[Rating]] | NDArray[np.generic], *, rows: Rows | None = None
) -> float:
    """Return the percent of the units, rated by at least two coders, that all of these rated alike.

    A plain count: 100 times the units with one rating only over all that two rated. It is not
    corrected for chance; with two coders it is the observed agreement of Cohen 1960,
    doi:10.1177/001316446002000104.

    Args:
        ratings: a table; None and nan are gaps.
        rows: whether a row is a unit or a coder; units, where it is not said, with a warning if that
            makes more than twice as many coders as units.

    Returns:
        0 to 100.

    Raises:
        CannotEstimateError: fewer than 2 coders, or fewer than 2 units that two rated.
        InvalidQueryError: rows that differ in length.

    Examples:
        >>> percent_agreement([["yes", "yes"], ["no", "yes"], ["no", "no"], ["no", "no"]])
        75.0
    """
    table = table_of(ratings)
    return value(measures.percent(grid_of(table, rows_of(table, rows, "units"))))


@checked
def cohen_kappa(
    first: Sequence[Rating] | NDArray[np.generic],
    second: Sequence[Rating] | NDArray[np.generic],
    weights: Weights | None = None,
    *,
    order: Sequence[Rating] | None = None,
) -> float:
    """Return Cohen's kappa of two coders: agreement beyond what their own habits give by chance.

    kappa = 1 - sum w O / sum w E, with O the table of both ratings, E the table expected from its
    margins, and w the disagreement of two categories: 1 for any two (Cohen 1960,
    doi:10.1177/001316446002000104), their distance in places of order (``linear``), its square
    (``quadratic``), or weights of your own (Cohen 1968, doi:10.1037/h0026256).

    Args:
        first: the ratings of one coder; None and nan are gaps.
        second: those of the other, of the same units; a unit with a gap is left out.
        weights: what counts as how much disagreement; own weights are 0 for each category with
            itself, a row and a column a category in the order of `order`.
        order: the categories in order, including any that nobody used; None for those that occur,
            sorted.

    Raises:
        CannotEstimateError: fewer than 2 units that both rated, or both gave one category throughout.
        InvalidQueryError: lengths that differ, weights that do not fit, or a rating not in `order`.

    Examples:
        >>> round(cohen_kappa([1, 1, 2, 2, 2], [1, 2, 2, 2, 2]), 3)
        0.545
        >>> round(cohen_kappa([1, 2, 3, 3], [1, 3, 3, 2], "quadratic"), 3)
        0.636
    """
    grid = grid_of(table_of([first, second]), "coders", order=order)
    return value(measures.cohen(grid, distances(weights, len(grid.values))))


@checked
def light_kappa(
    ratings: Sequence[Sequence[Rating]] | NDArray[np.generic], *, rows: Rows | None = None
) -> float:
    """Return Light's kappa, the mean of Cohen's kappa over all pairs of coders.

    Light 1971 (doi:10.1037/h0031643). Only units that all coders rated are used.

    Args:
        ratings: a table; None and nan are gaps.
        rows: whether a row is a unit or a coder; units, where it is not said, with a warning if that
            makes more than twice as many coders as units.

    Raises:
        CannotEstimateError: fewer than 2 coders or complete units, or a pair of coders who gave one
            category throughout.
        InvalidQueryError: rows that differ in length.

    Examples:
        >>> round(light_kappa([[1, 1, 1], [2, 2, 1], [2, 2, 2], [1, 1, 2]]), 3)
        0.333
    """
    table = table_of(ratings)
    return value(measures.light(grid_of(table, rows_of(table, rows, "units"))))


@checked
def fleiss_kappa(
    ratings: Sequence[Sequence[Rating]] | NDArray[np.generic],
    *,
    exact: bool = False,
    rows: Rows | None = None,
) -> float:
    """Return Fleiss's kappa of several coders who may be different ones for each unit.

    kappa = (P - Pe) / (1 - Pe), with P the mean share of agreeing pairs of coders of a unit and Pe
    the sum of the squared shares of the categories (Fleiss 1971, doi:10.1037/h0031619). Where the
    coders are the same throughout, ``exact`` takes Pe from each coder's own shares (Conger 1980,
    doi:10.1037/0033-2909.88.2.322).

    Args:
        ratings: a table without gaps, one column a rating.
        exact: whether to use each coder's own shares.
        rows: whether a row is a unit or a coder; units, where it is not said, with a warning if that
            makes more than twice as many coders as units.

    Raises:
        CannotEstimateError: gaps, fewer than 2 coders or units, or one category throughout.
        InvalidQueryError: rows that differ in length.

    Examples:
        >>> table = [[1, 1, 1], [2, 2, 1], [2, 2, 2], [1, 1, 2]]
        >>> round(fleiss_kappa(table), 3)
        0.333
    """
    table = table_of(ratings)
    grid = grid_of(table, rows_of(table, rows, "units"))
    return value(measures.conger(grid) if exact else measures.fleiss(grid))


@checked
def krippendorff_alpha(
    ratings: Sequence[Sequence[Rating]] | NDArray[np.generic],
    level: Level = "nominal",
    *,
    rows: Rows | None = None,
    order: Sequence[Rating] | None = None,
) -> float:
    """Return Krippendorff's alpha, for any number of coders, with gaps, at four levels.

    alpha = 1 - Do / De, observed over expected disagreement of all values that can be paired within
    a unit (Hayes and Krippendorff 2007, doi:10.1080/19312450709336664). Two values disagree by: 0 or
    1 (``nominal``), the squared number of ratings between them (``ordinal``), their squared
    difference (``interval``), or the squared ratio of difference to sum (``ratio``).

    Args:
        ratings: a table; None and nan are gaps. Units with fewer than two ratings are left out.
        level: what differences between values mean.
        rows: whether a row is a coder or a unit. Where it is not said, a row is a coder, as in
            Krippendorff's own tables and the package ``krippendorff``, and a table of more than
            twice as many coders as units gives a warning (`implsci.errors.ImplsciWarning`): a table
            turned round has an alpha too, of something else.
        order: for ordinal words, the categories in order.

    Raises:
        CannotEstimateError: fewer than 2 coders, fewer than 2 units that two rated, or no variation
            (with one value throughout, De is 0).
        InvalidQueryError: no such level, rows that differ in length, a rating that is no number at a
            level that needs one.

    Examples:
        >>> coders = [[1, 2, 3, None, 2], [1, 2, 3, 3, 2], [None, 3, 3, 3, 2]]
        >>> round(krippendorff_alpha(coders), 3)
        0.769
        >>> round(krippendorff_alpha(coders, "interval"), 3)
        0.864
    """
    table = table_of(ratings)
    return value(alpha_measure(table, level, rows_of(table, rows, "coders"), order)[1])


def alpha_measure(
    table: list[list[Rating]], level: Level, rows: Rows, order: Sequence[Rating] | None
) -> tuple[Grid, Measure]:
    if level not in get_args(Level):
        raise InvalidQueryError(
            f"level: expected one of {', '.join(get_args(Level))}, got {level!r}"
        )
    words = level == "nominal" or (level == "ordinal" and order is not None)
    grid = grid_of(table, rows, numbers=not words, order=order)
    return grid, alpha(grid, level)


def distances(weights: Weights | None, size: int) -> NDArray[np.float64]:
    places = np.arange(size, dtype=np.float64)
    apart = np.abs(places[:, None] - places[None, :])
    if weights is None:
        return (apart > 0).astype(np.float64)
    if isinstance(weights, str):
        if weights not in ("linear", "quadratic"):
            raise InvalidQueryError(
                f"weights: expected linear, quadratic or a table, got {weights!r}"
            )
        return apart if weights == "linear" else apart**2
    try:
        own = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        own = np.empty(0)
    if (
        own.shape != (size, size)
        or not np.isfinite(own).all()
        or (own < 0).any()
        or own.diagonal().any()
    ):
        raise InvalidQueryError(
            f"weights: expected {size} rows of {size} numbers from 0, with 0 for each category and "
            "itself"
        )
    # A kappa knows no unit of weights.
    scaled: NDArray[np.float64] = own / max(own.max(), np.finfo(np.float64).tiny)
    return scaled


def table_of(
    ratings: Sequence[Sequence[Rating] | NDArray[np.generic]] | NDArray[np.generic],
) -> list[list[Rating]]:
    if (
        isinstance(ratings, str)
        or getattr(ratings, "ndim", 2) != 2
        or any(
            isinstance(row, str) or not hasattr(row, "__iter__") or not getattr(row, "ndim", 1)
            for row in ratings
        )
    ):
        raise InvalidQueryError("ratings: expected a table, a row a coder or a unit")
    return [list(row) for row in ratings]
