"""What the two timelines share: room for labels, and lists that are cut and say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from implsci.plots._axes import shown

__all__ = ["LABEL", "listed"]

LABEL: Final = 36
_MOST: Final = 6


def listed(items: Iterable[str]) -> str:
    """Return the first few of a list in a line, and how many more there are."""
    texts = [shown(item, 80) for item in items]
    more = len(texts) - _MOST
    return "; ".join(texts[:_MOST]) + (f"; and {more} more" if more > 0 else "")
