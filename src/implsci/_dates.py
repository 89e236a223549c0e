"""Dates to the precision known: which text is one, which comes before, and which days it can mean."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias, TypeGuard

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._rules import before

__all__ = ["Days", "PeriodUnit", "before", "days", "is_date", "periods"]

PeriodUnit: TypeAlias = Literal["month", "quarter", "year"]

_FORM: Final = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d))?))?")


def is_date(text: object) -> TypeGuard[str]:
    """Say whether this is a date as records have it, ISO 8601 to the precision known.

    Examples:
        >>> is_date("2024-05"), is_date("2024-02-31"), is_date("after six months"), is_date(None)
        (True, False, False, False)
    """
    if not isinstance(text, str):
        return False
    faults: list[Fault] = []
    rules.date(faults, "date", text)
    return not faults


class Days(NamedTuple):
    """The first and the last day that a date can mean, both within."""

    first: date
    last: date

    def before(self, other: Days) -> bool:
        """Say whether all of it lies before the other, for certain."""
        return self.last < other.first

    def meets(self, other: Days) -> bool:
        """Say whether both have a day in common."""
        return self.first <= other.last and other.first <= self.last


def days(text: str | None) -> Days | None:
    """Return the days of ``2024``, ``2024-Q2``, ``2024-05``, ``2024-05-31`` or ``2024-01/2024-03``.

    None where the text is no such date, such as ``FY18`` or ``after six months``.

    Examples:
        >>> days("2024-Q2").last.isoformat(), days("FY18")
        ('2024-06-30', None)
    """
    if text is None:
        return None
    start, mark, end = text.strip().partition("/")
    first = _days(start)
    last = _days(end) if mark else first
    if first is None or last is None or last.last < first.first:
        return None
    return Days(first.first, last.last)


def _days(text: str) -> Days | None:
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return None
    year, quarter, month, day = (None if part is None else int(part) for part in found.groups())
    try:
        if year is None or (month is None and quarter is None):
            return Days(date(year or 0, 1, 1), date(year or 0, 12, 31))
        low, high = (month, month) if quarter is None else (3 * quarter - 2, 3 * quarter)
        if day is not None:
            return Days(date(year, low or 0, day), date(year, low or 0, day))
        last = calendar.monthrange(year, high or 0)[1]
        return Days(date(year, low or 0, 1), date(year, high or 0, last))
    except (ValueError, calendar.IllegalMonthError):
        return None


def periods(first: date, last: date, unit: PeriodUnit) -> Iterator[str]:
    """Yield the months, quarters or years from one day to another.

    Examples:
        >>> list(periods(date(2023, 11, 5), date(2024, 4, 1), "quarter"))
        ['2023-Q4', '2024-Q1', '2024-Q2']
    """
    step = {"month": 1, "quarter": 3, "year": 12}[unit]
    month = (12 * first.year + first.month - 1) // step * step
    while month <= 12 * last.year + last.month - 1:
        year, inside = divmod(month, 12)
        if unit == "year":
            yield f"{year:04d}"
        elif unit == "quarter":
            yield f"{year:04d}-Q{inside // 3 + 1}"
        else:
            yield f"{year:04d}-{inside + 1:02d}"
        month += step
