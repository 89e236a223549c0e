"""How long ties last: durations read from the source's words, and those that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from statistics import median
from typing import Final

from attrs import asdict, frozen

from implsci.analysis._months import months_of
from implsci.analysis.result import Result, Row
from implsci.model import Relationship, Study
from implsci.model.documents import SupportArrangement

__all__ = ["Durations", "TieDuration", "durations"]

_AT_LEAST: Final = re.compile(r"\s*(at least|over|more than|>|≥)", re.IGNORECASE)
_ASSUMES: Final = (
    "a duration is read where its words hold one number with its unit; all else is listed",
    "a tie that is told to have lasted at least so long counts as that long, and so too short",
    "a month is a twelfth of a year of 365.25 days",
    "ties whose duration is told stand for those where it is not",
    "what is told ends with the source: a tie may have gone on",
)


@frozen(kw_only=True)
class TieDuration:
    """How long one tie lasted.

    Attributes:
        record: id of the study or arrangement.
        relationship: id of the tie in it.
        label: the source's words for the tie.
        engagement: codes of the engagement models of the study; empty where not told.
        duration: the source's words for how long; None where not told.
        months: the same in months; None where not told or not read.
        at_least: whether it is told as the least.

    Examples:
        >>> TieDuration(record="a", relationship="r1", label="alliance").months is None
        True
    """

    record: str
    relationship: str
    label: str
    engagement: tuple[str, ...] = ()
    duration: str | None = None
    months: float | None = None
    at_least: bool = False


@frozen(kw_only=True)
class Durations(Result):
    """How long ties last, as `durations` returns it.

    Attributes:
        ties: a line a tie, in the order of the records.
        assumptions: what must hold.

    Examples:
        >>> durations([]).median is None
        True
    """

    ties: tuple[TieDuration, ...]
    assumptions: tuple[str, ...]

    @property
    def unread(self) -> tuple[TieDuration, ...]:
        """Ties whose duration is told in words that are no number and unit."""
        return tuple(one for one in self.ties if one.duration and one.months is None)

    @property
    def median(self) -> float | None:
        """The median of those read, in months; None where there is none."""
        known = [one.months for one in self.ties if one.months is not None]
        return median(known) if known else None

    def lasting(self, months: float) -> tuple[int, int]:
        """Return how many ties lasted so many months or longer, and of how many that is known.

        Examples:
            >>> Durations(ties=(), assumptions=()).lasting(12)
            (0, 0)
        """
        known = [one.months for one in self.ties if one.months is not None]
        return sum(one >= months for one in known), len(known)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a tie."""
        return tuple(
            {**asdict(one), "engagement": ", ".join(one.engagement) or None} for one in self.ties
        )

    def sentence(self) -> str:
        """Say how many ties tell how long they lasted, the median and what could not be read."""
        if not self.ties:
            return "No tie is recorded."
        known = [one.months for one in self.ties if one.months is not None]
        told = f"{len(known)} of {len(self.ties)} ties tell how long they lasted"
        if known:
            told += f": median {median(known):g} months, {min(known):g} to {max(known):g}"
        if least := sum(one.at_least for one in self.ties):
            told += f"; {least} at least so long"
        if self.unread:
            told += f"; {len(self.unread)} in words that were not read"
        return f"{told}."


def durations(records: Iterable[Study | SupportArrangement]) -> Durations:
    """Read how long the ties of studies and support arrangements lasted.

    Lengths are read as those of follow-up are (`implsci.analysis.engagement.months_of`).

    Args:
        records: a compendium, studies, or support arrangements.

    Returns:
        A line for each tie. What is no number with a unit is listed, not guessed.

    Examples:
        >>> from implsci.model import Relationship
        >>> made_up = Study(
        ...     id="a", title="A", relationships=(
        ...         Relationship(id="r1", label="coach and site", duration="18 months"),
        ...         Relationship(id="r2", label="site and funder", duration="a long time"),
        ...     ),
        ... )
        >>> durations([made_up]).sentence()
        '1 of 2 ties tell how long they lasted: median 18 months, 18 to 18; 1 in words that were not read.'
    """
    return Durations(
        ties=tuple(_tie(record, one) for record in records for one in record.relationships),
        assumptions=_ASSUMES,
    )


def _tie(record: Study | SupportArrangement, one: Relationship) -> TieDuration:
    months = months_of(one.duration)
    return TieDuration(
        record=record.id,
        relationship=one.id,
        label=one.label,
        engagement=record.engagement if isinstance(record, Study) else (),
        duration=one.duration,
        months=months,
        at_least=months is not None and _AT_LEAST.match(one.duration or "") is not None,
    )
