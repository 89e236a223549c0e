"""Dates to the precision known, ISO 8601."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

__all__ = ["MONTHS", "as_year", "iso", "parsed"]

MONTHS: Final = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
"""The months as BibTeX names them."""

_DATE = re.compile(r"(\d{4})(?:[-/](\d{1,2})?)?(?:[-/](\d{1,2})?)?(?:[-/](.*))?", re.DOTALL)


def iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    """Return a date as text; None where the calendar has no such day."""
    try:
        date(year, month or 1, day or 1)
    except (ValueError, OverflowError):
        return None
    if month is None:
        return f"{year:04}" if day is None else None
    return f"{year:04}-{month:02}" + ("" if day is None else f"-{day:02}")


def parsed(text: str) -> tuple[str, str] | None:
    """Return the date in ``2019-03``, ``2019/03/12/`` or ``2024//``, and what stands behind it.

    None where the text is no date.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups()[:3])
    found = iso(year or 0, month or None, day or None)
    return None if found is None else (found, (match[4] or "").strip())


def as_year(text: str) -> int | None:
    """Return the year a date begins with, where a study can have it."""
    year = int(text[:4]) if text[:4].isdecimal() and text[:4].isascii() else 0
    return year if 1800 <= year <= 2100 else None
