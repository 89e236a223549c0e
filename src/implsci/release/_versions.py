"""Versions of a compendium: numbers with dots, or dates; in their order."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["is_version", "version_order"]

_VERSION: Final = re.compile(
    r"(?P<numbers>[0-9]{1,9}(?:[.-][0-9]{1,9}){0,9})"
    r"(?:-(?P<early>[A-Za-z][0-9A-Za-z-]{0,40}(?:\.[0-9A-Za-z-]{1,40}){0,9}))?"
    r"(?:\+[0-9A-Za-z.-]{1,80})?"
)


def is_version(text: str) -> bool:
    """Say whether a text is a version, such as ``1.2.0``, ``2.0.0-rc.1`` or ``2026-01-05``."""
    return _VERSION.fullmatch(text) is not None


def version_order(text: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """Return what puts versions in order (Semantic Versioning 2.0.0, section 11).

    Numbers count as numbers, one that is left out as 0; what comes before a version (``-rc.1``)
    stands below it; what follows a plus sign says nothing.
    """
    found = _VERSION.fullmatch(text)
    assert found is not None, text
    numbers = [int(part) for part in re.split("[.-]", found["numbers"])]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    early = found["early"]
    parts = tuple(
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in (early.split(".") if early else ())
    )
    return tuple(numbers), early is None, parts
