"""The studies of a store as a sequence: built one by one, when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, overload

from implsci.codec import decode
from implsci.model import Study
from implsci.store import Store, arrow

__all__ = ["StoredStudies"]


class StoredStudies(Sequence[Study]):
    """The studies of a store, or some of them, none of which is held in memory.

    Args:
        store: where they are kept.
        rows: row numbers of those meant, in rising order; None for all.

    Attributes:
        store: where they are kept.
    """

    def __init__(self, store: Store, rows: Sequence[int] | None = None) -> None:
        self.store = store
        self._rows = rows

    def __len__(self) -> int:
        return len(self.store) if self._rows is None else len(self._rows)

    def __iter__(self) -> Iterator[Study]:
        return map(decode, self.store.documents(self._rows))

    @overload
    def __getitem__(self, index: int) -> Study: ...
    @overload
    def __getitem__(self, index: slice) -> StoredStudies: ...
    def __getitem__(self, index: int | slice) -> Study | StoredStudies:
        rows = range(len(self.store)) if self._rows is None else self._rows
        if isinstance(index, slice):
            chosen = rows[index]
            if (index.step or 1) < 0:
                raise ValueError("a slice of stored studies keeps their order; step back in a list")
            return StoredStudies(self.store, chosen)
        (document,) = self.store.documents([rows[index]])
        return decode(document)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or isinstance(other, (str, bytes)):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        first = ", ".join(study.id for study in islice(self, 3))
        return f"<{len(self)} stored studies: {first}{', ...' if len(self) > 3 else ''}>"

    def named(self, identifier: str) -> Study | None:
        """Return the study with an id, None where there is none."""
        row = self.store.row_of(identifier)
        if row is None or (self._rows is not None and row not in set(self._rows)):
            return None
        (document,) = self.store.documents([row])
        return decode(document)

    def among(self, rows: Sequence[int]) -> StoredStudies:
        """Return those that stand at some row numbers, given in rising order."""
        if self._rows is not None:
            kept = set(self._rows)
            rows = [row for row in rows if row in kept]
        return StoredStudies(self.store, rows)

    def table(self, kind: str) -> Any:
        """Return a table of these studies as Arrow columns, without building any of them."""
        if self._rows is None:
            return self.store.table(kind)
        pa = arrow("a table of studies")
        return self.store.table(kind, pa.array(self._rows, pa.int32()))
