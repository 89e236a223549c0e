"""Numbers beyond double precision become an error, never an infinity."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from implsci.errors import CannotEstimateError, MissingExtraError

try:
    import numpy as np
except ImportError as error:
    raise MissingExtraError(feature="the analysis of dyads", extra="analysis") from error

__all__ = ["double_precision"]


def __dir__() -> list[str]:
    return __all__


@contextmanager
def double_precision() -> Iterator[None]:
    """Turn overflow and what follows from it into a reason.

    Raises:
        CannotEstimateError: a number inside left double precision.

    Examples:
        >>> with double_precision():
        ...     float(np.float64(2) * 2)
        4.0
    """
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    except ArithmeticError:
        raise CannotEstimateError(
            "the values are too large or too unequal for double precision"
        ) from None
