"""The logs of many records, counted together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.model import Study
from implsci.model.support import SupportArrangement
from implsci.tracking._completeness import FieldShare
from implsci.tracking._log import StrategyLog, strategy_log

__all__ = ["Logs", "log_of"]

_ASSUMPTIONS: Final = (
    "each record counts once, also where several tell of one programme",
    "that a record has no log says nothing of what happened",
)


@frozen(kw_only=True)
class Logs(Result):
    """The logs of many records, as `log_of` returns them.

    Attributes:
        logs: those of the records with any entry, dose or milestone, in their order.
        n: how many studies and arrangements were looked at.
        assumptions: how they are counted.

    Examples:
        >>> log_of([]).sentence()
        'None of 0 records has a log.'
    """

    logs: tuple[StrategyLog, ...]
    n: int
    assumptions: tuple[str, ...]

    def __getitem__(self, record: str) -> StrategyLog:
        """Return the log of one record.

        Raises:
            KeyError: it has none, or there is no such record.
        """
        for log in self.logs:
            if log.record == record:
                return log
        raise KeyError(record)

    @property
    def other_words(self) -> Mapping[str, int]:
        """Words that are none of `STATUS_WORDS`, kept and counted."""
        return sum((Counter(log.other_words) for log in self.logs), Counter())

    def completeness(self) -> tuple[FieldShare, ...]:
        """Return how often each field is known, over all logs."""
        known: Counter[tuple[str, str]] = Counter()
        n: Counter[tuple[str, str]] = Counter()
        for share in (share for log in self.logs for share in log.completeness()):
            known[share.of, share.field] += share.known
            n[share.of, share.field] += share.n
        return tuple(
            FieldShare(of=of, field=field, known=known[of, field], n=n[of, field])
            for of, field in n
        )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a record with a log."""
        return tuple(
            {
                "record": log.record,
                "title": log.title,
                "strategies": len(log.strategies),
                "with_entries": len(log.strategies) - len(log.unlogged),
                "entries": len(log.entries),
                "undated_entries": sum(entry.date is None for entry in log.entries),
                "modifications": len(log.modifications),
                "consistent": log.core_relations.get("consistent", 0),
                "inconsistent": log.core_relations.get("inconsistent", 0),
                "first_day": None if log.days is None else log.days.first.isoformat(),
                "last_day": None if log.days is None else log.days.last.isoformat(),
                "contradictions": len(log.contradictions),
            }
            for log in self.logs
        )

    def sentence(self) -> str:
        """Say how many records have a log, and what they hold together."""
        records = counted(self.n, "record")
        if not self.logs:
            return f"None of {records} has a log."
        entries = sum(len(log.entries) for log in self.logs)
        changes = sum(len(log.modifications) for log in self.logs)
        against = sum(log.core_relations.get("inconsistent", 0) for log in self.logs)
        wrong = sum(len(log.contradictions) for log in self.logs)
        return (
            f"Of {records}, {len(self.logs)} with a log. Entries: {entries}; modifications: {changes}, "
            f"inconsistent with the core: {against}; contradictions: {wrong}."
        )


def log_of(records: Iterable[object]) -> Logs:
    """Return the logs of the studies and support arrangements of a compendium or casebook.

    Args:
        records: a compendium, a casebook, or any records; those of other classes are passed over.

    Examples:
        >>> from implsci import Event, Strategy, Study
        >>> log_of([
        ...     Study(id="a", title="A"),
        ...     Study(id="b", title="B", strategies=(
        ...         Strategy(id="s1", label="coaching", events=(Event(kind="planned"),)),
        ...     )),
        ... ]).sentence()[:39]
        'Of 2 records, 1 with a log. Entries: 1;'
    """
    asked = [record for record in records if isinstance(record, (Study, SupportArrangement))]
    made = [strategy_log(record) for record in asked]
    return Logs(
        logs=tuple(log for log in made if log.entries or log.doses or log.milestones),
        n=len(asked),
        assumptions=_ASSUMPTIONS,
    )
