"""Doubtful dates: those that cannot both be right and, where the day is given, those to come.

Without the day only dates of the study are compared, so that a check says the same every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date as day
from datetime import timedelta
from typing import Final

from implsci.compendium._doubts.doubt import Doubt
from implsci.model import Coding, Study

__all__ = ["date_doubts", "future_doubts"]

_EARLIEST: Final = 1900
_ONLINE_FIRST: Final = 1  # years by which the printed year may follow the text itself

_CODED: Final = (
    "settings", "arms", "actors", "barriers", "strategies", "mechanisms", "relationships", "outcomes",
    "findings",
)  # fmt: skip


def date_doubts(study: Study) -> Iterator[Doubt]:
    """Yield dates that cannot be right beside the others of the study."""
    readings = list(_readings(study))
    happened = list(_happened(study))
    if study.year is not None:
        for path, what, date in readings:
            if int(date[:4]) < study.year - _ONLINE_FIRST:
                yield Doubt(
                    "date-doubtful",
                    path,
                    f"{what} {date}, before the study came out in {study.year}",
                )
    last = max([int(date[:4]) for _, _, date in readings], default=0)
    for path, date in happened:
        year = int(date[:4])
        if year < _EARLIEST:
            yield Doubt("date-doubtful", path, f"expected {_EARLIEST} or later, got {date}")
        elif study.year is not None and year > max(study.year + _ONLINE_FIRST, last):
            yield Doubt(
                "date-doubtful", path, f"{date} is after the study came out in {study.year}"
            )


def future_doubts(study: Study, today: day) -> Iterator[Doubt]:
    """Yield a year and dates after tomorrow, which somewhere may have begun.

    No message names the day, so that a doubt is the same on the next.
    """
    tomorrow = (today + timedelta(days=1)).isoformat()
    dates = [(path, date) for path, _, date in _readings(study)]
    if study.year is not None:
        dates.insert(0, ("year", f"{study.year:04}"))
    for path, date in (*dates, *_happened(study)):
        if date > tomorrow[: len(date)]:
            yield Doubt("date-in-future", path, f"{date} is after the day of this check")


def _readings(study: Study) -> Iterator[tuple[str, str, str]]:
    """Yield when the study was read or coded."""
    for index, provenance in enumerate(study.provenance):
        if provenance.retrieved is not None:
            yield f"provenance[{index}].retrieved", "retrieved", provenance.retrieved
    for path, codings in _codings(study):
        for index, coding in enumerate(codings):
            if coding.date is not None:
                yield f"{path}codings[{index}].date", "coded", coding.date


def _codings(study: Study) -> Iterator[tuple[str, tuple[Coding, ...]]]:
    yield "", study.codings
    for name in _CODED:
        for index, node in enumerate(getattr(study, name)):
            if node.codings:
                yield f"{name}[{index}].", node.codings


def _happened(study: Study) -> Iterator[tuple[str, str]]:
    """Yield when something happened in the study."""
    for index, event in enumerate(study.events):
        if event.date is not None:
            yield f"events[{index}].date", event.date
    for number, strategy in enumerate(study.strategies):
        for name in ("events", "modifications"):
            for index, item in enumerate(getattr(strategy, name)):
                if item.date is not None:
                    yield f"strategies[{number}].{name}[{index}].date", item.date
