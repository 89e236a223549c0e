"""What every question on an arrangement starts from: its parties' words, and dates told apart."""

from __future__ import annotations

from typing import Literal, TypeAlias

from implsci._dates import before, is_date
from implsci.errors import InvalidQueryError
from implsci.model.support import PartyRole, SupportArrangement

__all__ = [
    "KEEPER",
    "Severity",
    "checked",
    "has_ended",
    "in_force",
    "listed",
    "no_later",
    "role",
    "who",
]

Severity: TypeAlias = Literal["high", "medium", "low"]
"""How much a conflict or a note matters.

Examples:
    >>> from typing import get_args
    >>> get_args(Severity)
    ('high', 'medium', 'low')
"""

KEEPER = "the keeper of the record"


def checked(at: str | None) -> str | None:
    """Return a date that was asked for.

    Raises:
        InvalidQueryError: it is none.
    """
    if at is not None and not is_date(at):
        raise InvalidQueryError(f"at: expected a date YYYY, YYYY-MM or YYYY-MM-DD, got {at!r}")
    return at


def no_later(date: str | None, at: str | None) -> bool:
    """Say whether something counts at a date: it is not known to come after it."""
    return date is None or at is None or not before(at, date)


def in_force(start: str | None, end: str | None, at: str | None) -> bool:
    """Say whether a span holds at a date; with none asked, whether no end of it is told."""
    if at is None:
        return end is None
    return no_later(start, at) and (end is None or not before(end, at))


def has_ended(end: str | None, at: str | None) -> bool:
    """Say whether a span is known to be over at a date; with none asked, whether its end is told."""
    return end is not None and (at is None or before(end, at))


def who(arrangement: SupportArrangement, party: str | None) -> str:
    """Return what a party is called in the record, never a name."""
    if party is None:
        return KEEPER
    return next(one.label for one in arrangement.parties if one.id == party)


def role(arrangement: SupportArrangement, party: str | None) -> PartyRole | None:
    """Return the part that a party takes; None where it is not told."""
    return next((one.role for one in arrangement.parties if one.id == party), None)


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
