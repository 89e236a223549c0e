"""Sums of products such as "A*~B + C": reading, writing, and the membership of cases in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from implsci.analysis.qca._bits import of_mask
from implsci.analysis.qca._memberships import Vector
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.names import close_names

# A term has one digit a condition. The names of rows of a truth table use the first two alone.
ABSENT, PRESENT, EITHER = 0, 1, 2

# So many terms are looked at together: less overhead each, and little memory.
_TOGETHER = 256

Term: TypeAlias = tuple[int, ...]


def read_expression(text: str, conditions: Sequence[str]) -> tuple[Term, ...]:
    """Read a sum of products; each term once, in the order given."""
    if any(sign in text for sign in "()"):
        raise InvalidQueryError(
            f"write a sum of products without brackets, such as 'A*B + A*~C'; got {text!r}"
        )
    return tuple(dict.fromkeys(_read_term(part, text, conditions) for part in text.split("+")))


def _read_term(part: str, text: str, conditions: Sequence[str]) -> Term:
    digits = [EITHER] * len(conditions)
    for factor in part.split("*"):
        name = factor.strip()
        digit = ABSENT if name.startswith("~") else PRESENT
        name = name.removeprefix("~").strip()
        if not name or "~" in name:
            raise InvalidQueryError(
                f"expected names joined by * and +, ~ before what is absent, such as 'A*~B + C'; "
                f"got {text!r}"
            )
        if name not in conditions:
            raise UnknownNameError("condition", name, close_names(name, conditions))
        place = conditions.index(name)
        if digits[place] == 1 - digit:
            raise InvalidQueryError(f"{name}*~{name} is empty, in {text!r}: no case can be in it")
        digits[place] = digit
    return tuple(digits)


def write_term(term: Sequence[int], conditions: Sequence[str], sign: str = "*") -> str:
    """Write a term, conditions in their order."""
    return sign.join(
        name if digit == PRESENT else f"~{name}"
        for digit, name in zip(term, conditions, strict=True)
        if digit != EITHER
    )


def write_sum(terms: Sequence[Term], conditions: Sequence[str]) -> str:
    """Write a sum of products."""
    return " + ".join(write_term(term, conditions) for term in terms)


def term_order(term: Term) -> tuple[int, Term]:
    """Sort key of terms: fewer conditions first, then presence before absence before neither."""
    return (
        sum(digit != EITHER for digit in term),
        tuple((1, 0, 2)[digit] for digit in term),
    )


def literals(x: Vector, term: Sequence[int]) -> list[Vector]:
    """The memberships of all cases in what the term is made of."""
    return [
        column if digit == PRESENT else 1 - column
        for digit, column in zip(term, x, strict=True)
        if digit != EITHER
    ]


def in_term(x: Vector, term: Sequence[int]) -> Vector:
    """Membership of each case in a conjunction: the smallest of its parts."""
    found: Vector = np.minimum.reduce(literals(x, term))
    return found


def rows_in(term: Sequence[int], rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which rows of a truth table, by index, the term covers."""
    width = len(term)
    care = sum(1 << (width - 1 - i) for i, digit in enumerate(term) if digit != EITHER)
    value = sum(1 << (width - 1 - i) for i, digit in enumerate(term) if digit == PRESENT)
    covered: NDArray[np.bool_] = (rows & care) == value
    return covered


def rows_in_each(terms: Sequence[Term], rows: NDArray[np.int64]) -> list[int]:
    """For each term which of the rows it covers, as bits of a whole number by place."""
    digits = np.array(terms)
    place = 1 << np.arange(digits.shape[1] - 1, -1, -1)
    care, value = (digits != EITHER) @ place, (digits == PRESENT) @ place
    return [
        of_mask(covered)
        for start in range(0, len(terms), _TOGETHER)
        for covered in (rows & care[start : start + _TOGETHER, None])
        == value[start : start + _TOGETHER, None]
    ]


def row_term(row: int, width: int) -> Term:
    """The configuration of a row of a truth table; the first condition counts most."""
    return tuple((row >> (width - 1 - i)) & 1 for i in range(width))
