"""Numbers as they are given: what is one, what a float can hold, and which level is one."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Set
from numbers import Integral, Real
from typing import Final, TypeGuard

from implsci.errors import CannotEstimateError, InvalidQueryError

BEYOND: Final = "the numbers are too large, too small or too unequal for double precision"


def is_number(value: object, *, whole: bool = False) -> TypeGuard[Real]:
    """Whether it is a number; True, None and text are none, whatever they look like."""
    return isinstance(value, Integral if whole else Real) and not isinstance(value, bool)


def beyond_float(value: object) -> bool:
    """Whether a whole number or fraction is too large for double precision."""
    try:
        float(value)  # type: ignore[arg-type]
    except OverflowError:
        return True
    except (TypeError, ValueError):
        return False
    return False


def number(name: str, value: object) -> float:
    """Return the value as a float."""
    if not is_number(value):
        raise InvalidQueryError(f"{name} is {shown(value)}; expected a number")
    if beyond_float(value):
        raise CannotEstimateError(
            f"{name} is {shown(value)}; expected a number that double precision can hold"
        )
    return float(value)


def finite(name: str, value: object) -> float:
    """Return the value as a float that is neither infinite nor nan."""
    found = number(name, value)
    if not math.isfinite(found):
        raise CannotEstimateError(f"{name} is {value!r}; expected a finite number")
    return found


def flat(name: str, values: object) -> Collection[object]:
    """Return what is a sequence of values, and neither text nor a mapping, as it is."""
    if not isinstance(values, Collection) or isinstance(values, str | bytes | Mapping | Set):
        raise InvalidQueryError(f"{name}: expected a sequence, got {shown(values)}")
    return values


def check_level(level: object, name: str = "level") -> None:
    """Refuse a level outside 0 to 1."""
    if not 0 < number(name, level) < 1:
        raise CannotEstimateError(f"{name} lies between 0 and 1, such as 0.95; got {level!r}")


def check_names(names: object, expected: int | None = None) -> None:
    """Refuse what is no sequence of strings, or not of so many."""
    if (
        not isinstance(names, tuple | list)
        or not all(isinstance(one, str) for one in names)
        or (expected is not None and len(names) != expected)
    ):
        wanted = "a sequence of strings" if expected is None else f"{expected} strings"
        raise InvalidQueryError(f"names: expected {wanted}, got {shown(names)}")


def all_finite(*numbers: float | None) -> None:
    """Refuse what left double precision without a signal, as linear algebra may."""
    if not all(one is None or math.isfinite(one) for one in numbers):
        raise CannotEstimateError(BEYOND)


def shown(value: object) -> str:
    """Return the value as an error tells it: short, whatever its size."""
    try:
        text = repr(value)
    except ValueError:
        # Python refuses to write out integers of more than some thousand digits.
        return f"{type(value).__name__} too long to print"
    return text if len(text) <= 60 else f"{text[:50]}..."
