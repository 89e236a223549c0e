"""Lengths of time in the words of a source."""

from __future__ import annotations

import re
from typing import Final

from implsci.analysis._arguments import checked

__all__ = ["months_of"]

_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(day|week|month|year)s?\b", re.IGNORECASE)
_MONTHS: Final = {"day": 12 / 365.25, "week": 84 / 365.25, "month": 1.0, "year": 12.0}


@checked
def months_of(timepoint: str | None) -> float | None:
    """Read the length of follow-up from words such as ``12 months`` or ``1 year after``.

    Args:
        timepoint: when something was measured, in the source's words.

    Returns:
        Months; None where no length is named, or several are.

    Examples:
        >>> months_of("20 months after support"), months_of("year 2"), months_of("3 to 6 months")
        (20.0, None, None)
    """
    if timepoint is None or len(re.findall(r"\d+(?:\.\d+)?", timepoint)) != 1:
        return None
    found = _SPAN.search(timepoint)
    return None if found is None else float(found[1]) * _MONTHS[found[2].lower()]
