"""Sets of small whole numbers, each kept as the bits of one number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray


def bits(number: int) -> Iterator[int]:
    """The members, ascending."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


def of_members(members: Sequence[int]) -> int:
    """The set of these members, given ascending."""
    held = bytearray(members[-1] // 8 + 1 if members else 0)
    for member in members:
        held[member >> 3] |= 1 << (member & 7)
    return int.from_bytes(held, "little")


def of_mask(mask: NDArray[np.bool_]) -> int:
    """The set of the places where the mask is true."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def to_mask(number: int, count: int) -> NDArray[np.bool_]:
    """A mask that is true at the members, which are below `count`."""
    held = np.frombuffer(number.to_bytes(-(-count // 8), "little"), dtype=np.uint8)
    return np.unpackbits(held, count=count, bitorder="little").astype(np.bool_)
