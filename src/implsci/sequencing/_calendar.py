"""When a period begins: dates counted on from the first, to the precision that is known."""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["UNITS", "begins"]

_MONTHS = {"month": 1, "quarter": 3}
_DAYS = {"day": 1, "week": 7}
UNITS = ("day", "week", "month", "quarter", "year")


def begins(start: str | None, unit: str, period: int) -> str | None:
    """Return when a period begins, ISO 8601 to the precision of the unit.

    None where the start is not known that precisely, or the unit is no stretch of the calendar.
    """
    unit = unit.casefold().strip().removesuffix("s")
    if start is None or unit not in UNITS:
        return None
    year = int(start[:4])
    try:
        if unit == "year":
            return _iso(year + period - 1, start[4:])
        if unit in _MONTHS and len(start) >= 7:
            months = 12 * year + int(start[5:7]) - 1 + (period - 1) * _MONTHS[unit]
            return _iso(months // 12, f"-{months % 12 + 1:02d}{start[7:]}")
        if unit in _DAYS and len(start) == 10:
            days = timedelta(days=(period - 1) * _DAYS[unit])
            return (date.fromisoformat(start) + days).isoformat()
    except OverflowError:  # past the year 9999
        return None
    return None


def _iso(year: int, rest: str) -> str | None:
    """Return a date; a day that the month does not have (31 June) is left away."""
    if year > 9999:
        return None
    text = f"{year:04d}{rest}"
    if len(text) == 10:
        try:
            date.fromisoformat(text)
        except ValueError:
            return text[:7]
    return text
