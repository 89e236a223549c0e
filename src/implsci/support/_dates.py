"""Dates among the words of a source."""

from __future__ import annotations

from typing import TypeGuard

from implsci.errors import InvalidRecord
from implsci.model.evidence import Event

__all__ = ["is_date"]


def is_date(text: str | None) -> TypeGuard[str]:
    """Say whether the time that a source tells is a date, ISO 8601 to the precision known."""
    if text is None:
        return False
    try:
        Event(kind="told", date=text)
    except InvalidRecord:
        return False
    return True
