"""What goes into a coincidence analysis: the cases by factor, and which factor may cause which."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError
from implsci.names import close_names

__all__ = ["Cases", "Columns", "Rows", "Vector", "may_cause", "read", "tiers"]

Columns: TypeAlias = Mapping[str, Sequence[float]]
Rows: TypeAlias = Sequence[Mapping[str, float]]
Vector: TypeAlias = NDArray[np.float64]


class Cases(NamedTuple):
    """Memberships by factor: a row a case, a column a factor."""

    factors: tuple[str, ...]
    matrix: Vector


def read(data: Columns | Rows) -> Cases:
    """Return the cases by factor, or say which value is no membership."""
    columns: dict[str, list[float | None]]
    if isinstance(data, Mapping):
        for name, column in data.items():
            if isinstance(column, str) or not isinstance(column, Sequence | np.ndarray):
                raise InvalidQueryError(f"{name}: expected a number for each case, got {column!r}")
        columns = {name: list(values) for name, values in data.items()}
    else:
        rows = list(data)
        if not all(isinstance(row, Mapping) for row in rows):
            raise InvalidQueryError(
                "data: expected columns by factor, or cases that are mappings from factor to value"
            )
        columns = {name: [row.get(name) for row in rows] for name in (rows[0] if rows else {})}
        for index, row in enumerate(rows):
            if extra := [name for name in row if name not in columns]:
                raise InvalidQueryError(
                    f"case {index} has the factor {extra[0]!r}, which the first case does not have"
                )
    sizes = {len(values) for values in columns.values()}
    if len(sizes) > 1:
        raise InvalidQueryError("the factors are not all given for the same number of cases")
    if len(columns) < 2 or not sizes.pop():
        raise CannotEstimateError("there must be at least one case and 2 factors")
    for name, values in columns.items():
        _named(name)
        for index, value in enumerate(values):
            _member(name, index, value)
    return Cases(tuple(columns), np.array(list(columns.values()), dtype=np.float64).T)


def _named(name: object) -> None:
    if not isinstance(name, str) or not name.strip() or any(sign in name for sign in "~*+<>(),"):
        raise InvalidQueryError(
            f"{name!r} cannot name a factor: expected text without any of ~ * + < > ( ) and comma"
        )


def _member(name: str, index: int, value: object) -> None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        raise CannotEstimateError(
            f"{name} is missing for the case at index {index}; leave the case or the factor out"
        )
    if not isinstance(value, (int, float, np.integer, np.floating, np.bool_)) or not (
        0 <= value <= 1
    ):
        raise InvalidQueryError(
            f"{name} at index {index} is {value!r}; expected a membership from 0 to 1 "
            "(calibrate raw values, and leave out columns that are no factors)"
        )


def tiers(ordering: str | None, factors: Sequence[str]) -> dict[str, int]:
    """Return each factor's place in a causal ordering; what it does not name comes first."""
    place = dict.fromkeys(factors, 0)
    if ordering is None:
        return place
    seen: set[str] = set()
    for tier, part in enumerate(ordering.split("<"), 1):
        names = [name.strip() for name in part.split(",")]
        if not all(names):
            raise InvalidQueryError(f"ordering {ordering!r}: expected a form such as 'A, B < C'")
        for name in names:
            known(name, factors)
            if name in seen:
                raise InvalidQueryError(f"ordering {ordering!r} names {name!r} twice")
            seen.add(name)
            place[name] = tier
    return place


def known(name: str, factors: Sequence[str]) -> None:
    """Refuse a factor that the data do not have."""
    if name not in factors:
        raise UnknownNameError("factor", name, close_names(name, factors))


def may_cause(cause: str, effect: str, place: Mapping[str, int], strict: bool) -> bool:
    """Say whether the ordering lets one factor be a cause of another."""
    if cause == effect:
        return False
    return place[cause] < place[effect] or (place[cause] == place[effect] and not strict)
