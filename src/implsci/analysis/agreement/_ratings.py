"""Ratings as a grid of category numbers: a row a coder, a column a unit, -1 where there is a gap."""

from __future__ import annotations

import math
import warnings
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import beyond_float
from implsci.errors import CannotEstimateError, ImplsciWarning, InvalidQueryError

__all__ = ["GAP", "Grid", "Level", "Rating", "Rows", "grid_of", "rows_of"]

Rating: TypeAlias = Hashable
"""What a coder gave a unit: a word, a code, a number; None or nan is a gap.

Examples:
    >>> ratings: list[list[Rating]] = [["a", "b", None], ["a", "a", "b"]]
    >>> len(ratings[0])
    3
"""

Level: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
"""What differences between values mean: none, their rank, their distance, their proportion.

Examples:
    >>> from typing import get_args
    >>> get_args(Level)
    ('nominal', 'ordinal', 'interval', 'ratio')
"""

Rows: TypeAlias = Literal["coders", "units"]
"""What a row of a table of ratings is.

Examples:
    >>> from typing import get_args
    >>> get_args(Rows)
    ('coders', 'units')
"""

GAP = -1
_TURNED = 2  # so many times as many coders as units look like a table turned round


class Grid(NamedTuple):
    """Ratings by number of category, and the categories in order."""

    codes: NDArray[np.intp]
    values: tuple[Rating, ...]

    @property
    def pairable(self) -> Grid:
        """The units that at least two coders rated."""
        return self._replace(codes=self.codes[:, (self.codes != GAP).sum(axis=0) >= 2])

    @property
    def complete(self) -> Grid:
        """The units that every coder rated."""
        return self._replace(codes=self.codes[:, (self.codes != GAP).all(axis=0)])

    @property
    def counts(self) -> NDArray[np.float64]:
        """How many coders gave a unit each category: a row a unit."""
        categories = np.arange(len(self.values))
        found: NDArray[np.float64] = (
            (self.codes[:, :, None] == categories).sum(axis=0).astype(np.float64)
        )
        return found


def rows_of(table: Sequence[Sequence[Rating]], rows: Rows | None, usual: Rows) -> Rows:
    """Return what a row is; warn where nobody said so and the usual reading looks turned.

    Args:
        table: the ratings.
        rows: what the caller said.
        usual: what a row is where nothing was said.
    """
    if rows is not None:
        return rows
    height, width = len(table), len(table[0]) if table else 0
    coders, units = (height, width) if usual == "coders" else (width, height)
    if units > 1 and coders > _TURNED * units:
        warnings.warn(
            f"the table was read as {coders} coders of {units} units, as a row is one of the {usual} "
            "unless rows says otherwise; if it is the other way round the coefficient is of "
            'something else. Say rows="coders" or rows="units".',
            ImplsciWarning,
            # The caller of the public function, past this one and its check of arguments.
            stacklevel=4,
        )
    return usual


def grid_of(
    ratings: Iterable[Sequence[Rating]],
    rows: Rows,
    *,
    numbers: bool = False,
    order: Sequence[Rating] | None = None,
) -> Grid:
    """Return ratings as a grid.

    Args:
        ratings: a row a coder or a unit, as `rows` says.
        rows: which of them.
        numbers: whether every rating must be a number.
        order: the categories in order, all of them; None for those that occur, sorted.

    Raises:
        InvalidQueryError: rows of unequal length, a rating that is no number or not in the order.
        CannotEstimateError: fewer than 2 coders, no unit, or nothing but gaps.
    """
    if rows not in get_args(Rows):
        raise InvalidQueryError(f"rows: expected one of {', '.join(get_args(Rows))}, got {rows!r}")
    table = [[_rating(value) for value in row] for row in ratings]
    if len({len(row) for row in table}) > 1:
        raise InvalidQueryError(
            "the rows of ratings differ in length; put None where one is missing"
        )
    if rows == "units":
        table = [list(column) for column in zip(*table, strict=True)]
    if len(table) < 2:
        raise CannotEstimateError(f"agreement needs at least 2 coders, got {len(table)}")
    given = {value for row in table for value in row if value is not None}
    if not given:
        raise CannotEstimateError("nobody rated anything")
    wanted = given if order is None else [_rating(value) for value in order]
    if numbers:
        _check_numbers(wanted)
    values = _ordered(given) if order is None else tuple(wanted)
    if len(set(values)) < len(values):
        raise InvalidQueryError("order names a category twice")
    if unknown := given - set(values):
        raise InvalidQueryError(f"the rating {min(unknown, key=repr)!r} is not in the order given")
    number: dict[Rating, int] = {value: index for index, value in enumerate(values)}
    return Grid(
        np.array([[GAP if value is None else number[value] for value in row] for row in table]),
        values,
    )


def _rating(value: Rating) -> Rating:
    plain = value.item() if isinstance(value, np.generic) else value
    if not isinstance(plain, Hashable):
        raise InvalidQueryError(f"expected a word or a number as rating, got {plain!r}")
    return None if isinstance(plain, float) and math.isnan(plain) else plain


def _check_numbers(values: Iterable[Rating]) -> None:
    for value in values:
        if not isinstance(value, (int, float)) or beyond_float(value) or not math.isfinite(value):
            raise InvalidQueryError(
                f"{value!r} is no number; expected numbers, or nominal ratings, or for ordinal ones "
                "the categories as order"
            )


def _ordered(values: Iterable[Rating]) -> tuple[Rating, ...]:
    found = list(values)
    try:
        return tuple(sorted(found))  # type: ignore[type-var]
    except TypeError:  # words beside numbers: any order will do, so long as it is always the same
        return tuple(sorted(found, key=lambda value: (type(value).__name__, repr(value))))
