"""How much of what a log should hold is known, field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from implsci.model import Strategy
from implsci.tracking._dose import Dose
from implsci.tracking._entries import Entry
from implsci.tracking._spans import Span

__all__ = ["FieldShare", "completeness"]

_SPECIFIED: Final = (
    "actor", "action", "action_target", "temporality", "dose", "outcomes", "justification",
)  # fmt: skip
_CHANGE: Final = ("date", "what", "nature", "core_relation", "planned", "goal", "decided_by")


@frozen(kw_only=True)
class FieldShare:
    """How often one field of a log is filled.

    Attributes:
        of: what has the field: ``strategy`` or ``modification``.
        field: its name.
        known: how many have it filled.
        n: how many there are.

    Examples:
        >>> FieldShare(of="strategy", field="start date", known=3, n=4).share
        0.75
    """

    of: str
    field: str
    known: int
    n: int

    @property
    def share(self) -> float | None:
        """Known over all; None where there are none."""
        return self.known / self.n if self.n else None


def completeness(
    strategies: Sequence[Strategy],
    spans: Sequence[Span],
    doses: Sequence[Dose],
    changes: Sequence[Entry],
) -> tuple[FieldShare, ...]:
    """Return how often each field is known; a core relation of ``unknown`` is not."""
    known = {name: sum(bool(getattr(one, name)) for one in strategies) for name in _SPECIFIED}
    known["start date"] = len({span.strategy for span in spans if span.start is not None})
    known["end date"] = len({span.strategy for span in spans if span.end is not None})
    given = {dose.strategy for dose in doses if dose.delivered is not None}
    known["dose delivered"] = len(given - {None})
    of_changes = {
        name: sum(getattr(change, name) not in (None, "unknown") for change in changes)
        for name in _CHANGE
    }
    return (
        *(
            FieldShare(of="strategy", field=name, known=count, n=len(strategies))
            for name, count in known.items()
        ),
        *(
            FieldShare(of="modification", field=name, known=count, n=len(changes))
            for name, count in of_changes.items()
        ),
    )
