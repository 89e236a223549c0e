"""An Arrow table as the kind of table that was asked for: Arrow itself, pandas or polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from implsci.errors import InvalidQueryError, MissingExtraError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["As", "framed"]


def __dir__() -> list[str]:
    return __all__


As = Literal["arrow", "pandas", "polars"]
"""The kinds of table there are."""


def framed(table: pyarrow.Table, as_: As) -> object:
    """Return an Arrow table as the kind that was asked for.

    Args:
        table: the table.
        as_: ``arrow``, ``pandas`` or ``polars``.

    Returns:
        The table itself, a `pandas.DataFrame` or a `polars.DataFrame`, of the same rows and columns.

    Raises:
        InvalidQueryError: another kind was asked for.
        MissingExtraError: the library is not installed.

    Examples:
        >>> import pyarrow
        >>> framed(pyarrow.table({"a": [1, 2]}), "polars").shape
        (2, 1)
    """
    if as_ not in get_args(As):
        raise InvalidQueryError(f"as_: expected one of {', '.join(get_args(As))}, got {as_!r:.60}")
    try:
        if as_ == "pandas":
            return table.to_pandas()
        if as_ == "polars":
            import polars

            return polars.from_arrow(table)
    except ImportError as error:
        raise MissingExtraError(f"a table of {as_}", as_) from error
    return table
