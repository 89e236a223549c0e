"""Vectors of numbers: values of places, pairs without repeats, runs of equal keys, sums by key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from implsci.errors import MissingExtraError
from implsci.synthesis.columnar._axes import PlacedAxis

try:
    import numpy as np
except ImportError as error:
    raise MissingExtraError("a tabulation in memory", "analysis") from error

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

__all__ = ["Total", "Values", "column", "distinct", "found_in", "runs", "spread", "taken"]

_DENSE: Final = 1 << 22


def column(table: pa.Table, name: str) -> Any:
    """Return a column of a table as a vector; numbers that are missing come as -1 or nan."""
    values = table.column(name)
    if name == "metric":
        values = values.fill_null(-1)
    return values.to_numpy()


def taken(values: Any, rows: Numbers | None) -> Any:
    """Return the values at some rows; None for all of them."""
    return values if rows is None else values[rows]


class Values:
    """The values that places have on an axis.

    Attributes:
        of: the kind of node.
        size: how many values there are.
        uncoded: the number of the value that nodes without a code have; -1 for none.
    """

    def __init__(self, axis: PlacedAxis) -> None:
        self.of, self.size, self.uncoded = axis.of, len(axis.values), axis.uncoded
        self._counts = np.array([len(own) for own in axis.at], np.int64)
        self._flat = np.array([value for own in axis.at for value in own], np.int64)
        self._starts = np.cumsum(self._counts) - self._counts
        self._single = int(self._counts.max(initial=0)) <= 1
        self._only = np.full(len(axis.at), -1, np.int64)
        self._only[self._counts == 1] = self._flat[self._starts[self._counts == 1]]

    def at(self, places: Any) -> tuple[Numbers | None, Numbers]:
        """Return the rows whose place has a value, once for each it has, and the value.

        The rows are None where each row has just one.
        """
        if not self._single:
            rows, index = spread(self._starts[places], self._counts[places])
            return rows, self._flat[index]
        values = self._only[places]
        if not len(values) or values.min() >= 0:
            return None, values
        rows = np.flatnonzero(values >= 0)
        return rows, values[rows]


def distinct(first: Any, second: Numbers, size: int) -> tuple[Any, Numbers]:
    """Return each pair once, sorted; the second number of a pair is less than a size."""
    keys = first * np.int64(size) + second
    if not len(keys) or (keys[1:] > keys[:-1]).all():
        return first, second
    keys = np.unique(keys)
    left = keys // size
    return left, keys - left * size


def runs(keys: Numbers, sought: Numbers) -> tuple[Numbers, Numbers]:
    """Return where the run of each sought key begins among sorted keys, and its length."""
    begins = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])[: len(keys)])
    lengths = np.diff(np.append(begins, len(keys)))
    if not len(begins):
        return np.zeros(len(sought), np.int64), np.zeros(len(sought), np.int64)
    at, found = _places(keys[begins], sought)
    return begins[at], np.where(found, lengths[at], 0)


def spread(starts: Numbers, lengths: Numbers) -> tuple[Numbers, Numbers]:
    """Return, for each element of some runs, which run it is of, and its place."""
    rows = np.repeat(np.arange(len(lengths)), lengths)
    before = np.cumsum(lengths) - lengths
    return rows, np.arange(len(rows)) + np.repeat(starts - before, lengths)


def found_in(keys: Numbers, sought: Numbers) -> NDArray[np.bool_]:
    """Say which of the sought keys are among sorted ones."""
    return _places(keys, sought)[1] if len(keys) else np.zeros(len(sought), bool)


def _places(keys: Numbers, sought: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Return where each sought key stands among sorted ones without repeats, and whether it does."""
    at = np.searchsorted(keys, sought)
    at[at == len(keys)] = 0
    return at, keys[at] == sought


class Total:
    """Counts, and sums of weights, by key.

    Args:
        size: the keys are less than this.
        weights: how many sums are kept beside the count.
    """

    def __init__(self, size: int, weights: int = 0) -> None:
        self._size = size
        self._dense = size <= _DENSE
        self._sums = [np.zeros(size if self._dense else 0) for _ in range(weights + 1)]
        self._keys = np.zeros(0, np.int64)

    def add(self, keys: Numbers, *weights: Any) -> None:
        """Count some keys, and add their weights."""
        every = (None, *weights)
        if self._dense:
            for row, own in enumerate(every):
                self._sums[row] += np.bincount(keys, own, self._size)
            return
        met, place = np.unique(np.concatenate([self._keys, keys]), return_inverse=True)
        ones = np.ones(len(keys))
        for row, own in enumerate(every):
            added = np.concatenate([self._sums[row], ones if own is None else own])
            self._sums[row] = np.bincount(place, added, len(met)).astype(np.float64)
        self._keys = met

    def __iter__(self) -> Iterator[tuple[int, int, tuple[float, ...]]]:
        """Yield each key that was met, its count, and its sums."""
        met = np.flatnonzero(self._sums[0])
        keys = met if self._dense else self._keys
        for key, count, *sums in zip(
            keys.tolist(), *(total[met].tolist() for total in self._sums), strict=True
        ):
            yield key, int(count), tuple(sums)
