"""Moderators as a matrix: dummy coding with a stated reference, gaps left out, collinearity named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import check_names, number, shown
from implsci.analysis.meta._checks import Matrix, Vector
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError

Cell: TypeAlias = float | str | bool | None
Moderators: TypeAlias = (
    Mapping[str, Sequence[Cell] | NDArray[np.float64]] | Sequence[Sequence[float]] | Matrix
)
"""Moderators as they may be given: columns by name, or rows of numbers, one an effect.

A column is numbers (also True and False), or words, which are coded as dummies. None, nan and the
empty string are missing.

Examples:
    >>> moderators: Moderators = {"latitude": [44.0, 55.0], "allocation": ["random", "alternate"]}
    >>> sorted(moderators)
    ['allocation', 'latitude']
"""

_DEPENDENT = 1e-9  # share of a column's length that is left of it once the others are taken out


@attrs.frozen(kw_only=True)
class Moderator:
    """One moderator as it went into a model.

    Attributes:
        name: its name.
        levels: the levels of a moderator in words, sorted, its reference level first; empty for a
            moderator in numbers.

    Examples:
        >>> Moderator(name="allocation", levels=("alternate", "random")).terms
        ('allocation=random',)
    """

    name: str
    levels: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of its coefficients, either its own or ``name=level`` for each level but the reference."""
        return tuple(f"{self.name}={level}" for level in self.levels[1:]) or (self.name,)


@attrs.frozen(kw_only=True, eq=False)
class Design:
    """The matrix of a model, intercept first, and where its columns come from."""

    matrix: Matrix
    kept: NDArray[np.intp]
    moderators: tuple[Moderator, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        return ("intercept", *(term for one in self.moderators for term in one.terms))


def make_design(
    moderators: Moderators | None,
    names: Sequence[str] | None,
    k: int,
    reference: Mapping[str, str] | None = None,
) -> Design:
    """Return the design of `k` effects; those with a gap in a moderator are left out."""
    columns = _columns(moderators, names)
    if reference is not None and not isinstance(reference, Mapping):
        raise InvalidQueryError(
            f"reference: expected the reference level by moderator, got {shown(reference)}"
        )
    for name, column in columns.items():
        if len(column) != k:
            raise InvalidQueryError(
                f"the moderator {name!r} has {len(column)} values for {k} effects; give one each"
            )
    unknown = sorted(str(name) for name in reference or {} if name not in columns)
    if unknown:
        raise UnknownNameError("moderator", unknown[0], sorted(columns))
    kept = np.array(
        [i for i in range(k) if not any(_missing(column[i]) for column in columns.values())],
        dtype=np.intp,
    )
    if not len(kept):
        raise CannotEstimateError("no effect has a value for every moderator")
    coded: list[Moderator] = []
    for name, column in columns.items():
        levels = _levels(name, [column[i] for i in kept])
        first = (reference or {}).get(name)
        if first is not None:
            if first not in levels:
                raise UnknownNameError(f"level of the moderator {name!r}", str(first), levels)
            levels = (first, *(level for level in levels if level != first))
        coded.append(Moderator(name=name, levels=levels))
    found = tuple(coded)
    matrix = _coded(found, {name: [columns[name][i] for i in kept] for name in columns}, len(kept))
    design = Design(matrix=matrix, kept=kept, moderators=found)
    if len(set(design.terms)) < len(design.terms):
        raise InvalidQueryError(f"coefficients need different names; got {', '.join(design.terms)}")
    check_rank(matrix, design.terms)
    return design


def new_rows(moderators: tuple[Moderator, ...], values: Moderators) -> Matrix:
    """Return the rows of a fitted design for new values of its moderators."""
    wanted = tuple(one.name for one in moderators)
    columns = _columns(values, None if isinstance(values, Mapping) else wanted)
    for name in columns:
        if name not in wanted:
            raise UnknownNameError("moderator", name, wanted)
    for name in wanted:
        if name not in columns:
            raise InvalidQueryError(f"a prediction needs a value of the moderator {name!r}")
    lengths = {len(column) for column in columns.values()} or {1}
    if len(lengths) != 1:
        raise InvalidQueryError("the moderators differ in how many values they have")
    for name, column in columns.items():
        if any(_missing(cell) for cell in column):
            raise InvalidQueryError(f"the moderator {name!r} has a missing value")
    for one in moderators:
        if not one.levels:
            _check_numbers(one.name, columns[one.name], "finite numbers")
        for cell in columns[one.name]:
            if one.levels and cell not in one.levels:
                raise UnknownNameError(
                    f"level of the moderator {one.name!r}", str(cell), one.levels
                )
    return _coded(moderators, columns, lengths.pop())


def check_rank(
    matrix: Matrix, terms: Sequence[str], what: str = "moderator", row: str = "effect"
) -> None:
    """Refuse columns that others determine, by name."""
    basis = np.empty((len(matrix), 0))
    sizes = np.abs(matrix).max(axis=0)
    used: list[int] = []
    for index, term in enumerate(terms):
        if not sizes[index]:
            raise CannotEstimateError(f"the {what} {term!r} is 0 for every {row}")
        column = matrix[:, index] / sizes[index]
        # Twice, as once leaves rounding errors of the size of what is looked for.
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        length = float(np.linalg.norm(rest))
        if length <= _DEPENDENT * float(np.linalg.norm(column)):
            if index and np.all(column == column[0]):
                raise CannotEstimateError(f"the {what} {term!r} is the same for every {row}")
            others = _partners(matrix[:, used] / sizes[used], column, [terms[i] for i in used])
            raise CannotEstimateError(
                f"the {what}s are collinear: {term!r} is determined by {', '.join(others)}"
            )
        basis = np.column_stack([basis, rest / length])
        used.append(index)


def _partners(matrix: Matrix, column: Vector, terms: Sequence[str]) -> list[str]:
    weights = np.linalg.lstsq(matrix, column, rcond=None)[0]
    lengths = np.abs(weights) * np.linalg.norm(matrix, axis=0)
    return [
        repr(term)
        for term, length in zip(terms, lengths, strict=True)
        if length > 1e-6 * max(lengths)
    ]


def _columns(
    moderators: Moderators | None, names: Sequence[str] | None
) -> dict[str, Sequence[Cell]]:
    """Return the columns by name, as plain values."""
    if names is not None:
        check_names(names)
    if moderators is None:
        return {}
    if isinstance(moderators, Mapping):
        if names is not None:
            raise InvalidQueryError("names go with rows of numbers; columns bring their own names")
        return {str(name): _cells(name, column) for name, column in moderators.items()}
    try:
        matrix = _rows(moderators)
    except (TypeError, ValueError, OverflowError):
        raise InvalidQueryError(
            "rows of moderators must be numbers, equally many each; give words as columns by name"
        ) from None
    if matrix.ndim == 1:
        matrix = matrix[:, None]
    if matrix.ndim != 2:
        raise InvalidQueryError("moderators have rows and columns: one row an effect")
    width = matrix.shape[1]
    given = tuple(names) if names is not None else tuple(f"x{i + 1}" for i in range(width))
    if len(given) != width:
        raise InvalidQueryError(f"there are {len(given)} names for {width} moderators")
    if len(set(given)) < width:
        raise InvalidQueryError(f"moderators need different names; got {', '.join(given)}")
    return dict(zip(given, matrix.T.tolist(), strict=True))


def _rows(moderators: object) -> Matrix:
    """Return rows as a matrix; numpy alone would read text as the number it spells."""
    given = np.asarray(moderators)
    if given.dtype.kind not in "biufO" or any(isinstance(cell, str) for cell in given.flat):
        raise TypeError
    return given.astype(np.float64)


def _cells(name: str, column: Sequence[Cell] | NDArray[np.float64]) -> Sequence[Cell]:
    if isinstance(column, np.ndarray):
        plain: list[Cell] = column.tolist()
        return plain
    if isinstance(column, str) or not isinstance(column, Iterable):
        raise InvalidQueryError(f"the moderator {name!r} is {column!r}; expected a list of values")
    return tuple(column)


def _missing(cell: Cell) -> bool:
    return cell is None or cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _levels(name: str, cells: Sequence[Cell]) -> tuple[str, ...]:
    """Return the levels of a column in words, sorted; none for numbers."""
    words = [cell for cell in cells if isinstance(cell, str)]
    if not words:
        _check_numbers(name, cells, "finite numbers or words")
        return ()
    if len(words) < len(cells):
        raise InvalidQueryError(f"the moderator {name!r} mixes words and numbers")
    levels = tuple(sorted(set(words)))
    if len(levels) == 1:
        raise CannotEstimateError(f"the moderator {name!r} is the same for every effect")
    return levels


def _check_numbers(name: str, cells: Sequence[Cell], wanted: str) -> None:
    for cell in cells:
        if isinstance(cell, bool | np.bool_):
            continue
        if not isinstance(cell, int | float | np.number) or not math.isfinite(
            number(f"a value of the moderator {name!r}", cell)
        ):
            raise InvalidQueryError(
                f"the moderator {name!r} holds {shown(cell)}; expected {wanted}"
            )


def _coded(
    moderators: tuple[Moderator, ...], columns: Mapping[str, Sequence[Cell]], k: int
) -> Matrix:
    parts: list[Vector] = [np.ones(k)]
    for one in moderators:
        column = columns[one.name]
        if one.levels:
            parts += [
                np.array([float(cell == level) for cell in column]) for level in one.levels[1:]
            ]
        else:
            parts.append(np.array([float(cell or 0) for cell in column]))
    return np.column_stack(parts)
