"""Quotes: what somebody said, with the consent that goes with it."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject

__all__ = ["Consent", "Quote"]


def __dir__() -> list[str]:
    return __all__


Consent = Literal["publication", "internal", "withdrawn", "refused"]


@frozen(kw_only=True, eq=False, repr=False)
class Quote(Record):
    """The words of a person, and what that person agreed to.

    Words of somebody who refused, or who took consent back, are not kept at all: such a quote says
    only that there was one, and where.

    Attributes:
        consent: ``publication`` (may be shown to anybody), ``internal`` (only to those who keep the
            record), ``withdrawn`` or ``refused``.
        text: the words; None where they may not be kept or were taken out.
        speaker: id of the party who said it, or a pseudonym; never a name.
        role: who the speaker is, such as ``implementation support practitioner``.
        locator: where it stands, such as ``interview 4, 12:31``.
        date: when it was said, ISO 8601 to the precision known.
        coder: who chose it.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: no consent, words kept without it, words without a letter, or no date.

    Examples:
        >>> Quote(text="They began to ask me.", consent="publication", role="coach").consent
        'publication'
        >>> Quote(text="Do not print this.", consent="refused")
        Traceback (most recent call last):
            ...
        implsci.errors.InvalidRecord: Quote has 1 fault:
          text: consent was refused, so the words may not be kept: leave them out
    """

    consent: Consent
    text: str | None = None
    speaker: str | None = None
    role: str | None = None
    locator: str | None = None
    date: str | None = None
    coder: str | None = None
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        if self.text is not None:
            rules.filled(faults, "text", self.text)
            if self.consent in ("withdrawn", "refused"):
                faults.append(
                    Fault(
                        "text",
                        f"consent was {self.consent}, so the words may not be kept: leave them out",
                    )
                )
        rules.date(faults, "date", self.date)
        if faults:
            reject(self, faults, None)
