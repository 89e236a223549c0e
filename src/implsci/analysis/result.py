"""What every result of an analysis offers: its rows, a sentence, and what it assumes.

Results are frozen attrs classes; this base gives them one way to be read by people and programs.

Examples:
    >>> from attrs import frozen
    >>> @frozen(kw_only=True)
    ... class Share(Result):
    ...     k: int
    ...     n: int
    ...     assumptions: tuple[str, ...] = ("each case counts once",)
    ...
    ...     def to_rows(self) -> tuple[Row, ...]:
    ...         return ({"k": self.k, "n": self.n},)
    ...
    ...     def sentence(self) -> str:
    ...         return f"{self.k} of {self.n}."
    >>> Share(k=3, n=4).to_dict()["assumptions"]
    ['each case counts once']
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from implsci.errors import MissingExtraError

if TYPE_CHECKING:
    import pyarrow

__all__ = ["Result", "Row"]


def __dir__() -> list[str]:
    return __all__


Row: TypeAlias = Mapping[str, str | int | float | bool | None]
"""One line of a result's table, plain values by column; None where there is none.

Examples:
    >>> row: Row = {"condition": "trust", "consistency": 1.0}
    >>> row["consistency"]
    1.0
"""


class Result(ABC):
    """Base of every typed result of an analysis.

    Attributes:
        assumptions: what must hold for the result to mean what it says, each in plain words.

    Examples:
        >>> from implsci.analysis import result
        >>> result.Result.__abstractmethods__ == {"to_rows", "sentence"}
        True
    """

    __slots__ = ()

    assumptions: tuple[str, ...]

    @abstractmethod
    def to_rows(self) -> tuple[Row, ...]:
        """Return the result as lines of plain values, every line with the same columns."""

    @abstractmethod
    def sentence(self) -> str:
        """Say the result in plain language: method, numbers and the condition they hold under."""

    def to_dict(self) -> dict[str, object]:
        """Return rows, sentence and assumptions as plain values, ready for JSON."""
        return {
            "rows": [dict(row) for row in self.to_rows()],
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }

    def to_table(self) -> pyarrow.Table:
        """Return the rows as an Arrow table.

        Raises:
            MissingExtraError: pyarrow is not installed.
        """
        try:
            import pyarrow
        except ImportError as error:
            raise MissingExtraError("an Arrow table", "tables") from error
        return pyarrow.Table.from_pylist([dict(row) for row in self.to_rows()])
