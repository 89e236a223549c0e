"""The log of one study or support arrangement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from attrs import asdict, field, frozen

from implsci._dates import Days, PeriodUnit, days, periods
from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError
from implsci.model import Strategy
from implsci.model.support import SupportArrangement
from implsci.tracking._completeness import FieldShare, completeness
from implsci.tracking._dose import Dose, doses
from implsci.tracking._entries import Entry, Milestone, Tracked, entries, milestones
from implsci.tracking._joined import Joined, joined, undated
from implsci.tracking._spans import Contradiction, Running, Span, contradictions, running, spans

__all__ = ["StrategyLog", "strategy_log"]

_ASSUMPTIONS: Final = (
    "the log is what the record says; that nothing is told of a time does not mean that nothing happened",
    "a date holds to its precision: what is known to the year may lie anywhere in it",
    "a strategy without an end in the log runs at least until the last entry of the log",
    "an event and a modification of one strategy with one date are one change",
)
_MOST_PERIODS: Final = 1200


@frozen(kw_only=True)
class StrategyLog(Result):
    """What happened to the strategies of one record over time, as `strategy_log` returns it.

    Attributes:
        record: id of the study or arrangement.
        title: its title.
        strategies: ids and labels of all its strategies, in its order.
        entries: the lines of the log, the earliest first, undated ones last.
        spans: from when to when each strategy ran, by strategy.
        doses: planned against delivered, by strategy, unit and time.
        contradictions: what does not go together.
        milestones: dated events of the whole, such as that it was institutionalised.
        assumptions: how the log is read.
        source: the record it was read from.

    Examples:
        >>> from implsci import Event, Strategy, Study
        >>> log = strategy_log(Study(id="a", title="A", strategies=(
        ...     Strategy(id="s1", label="coaching", events=(Event(kind="started", date="2024"),)),
        ... )))
        >>> log.spans[0].start, log.spans[0].open
        ('2024', True)
    """

    record: str
    title: str
    strategies: tuple[tuple[str, str], ...]
    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]
    doses: tuple[Dose, ...]
    contradictions: tuple[Contradiction, ...]
    milestones: tuple[Milestone, ...]
    assumptions: tuple[str, ...]
    source: Tracked = field(repr=False)

    @property
    def modifications(self) -> tuple[Entry, ...]:
        """The changes made, the earliest first."""
        return tuple(entry for entry in self.entries if entry.status == "modified")

    @property
    def unlogged(self) -> tuple[str, ...]:
        """Ids of the strategies of which the log says nothing at all."""
        told = {entry.strategy for entry in self.entries}
        return tuple(name for name, _ in self.strategies if name not in told)

    @property
    def other_words(self) -> Mapping[str, int]:
        """Words for what happened that are none of `STATUS_WORDS`, kept and counted."""
        return Counter(entry.word for entry in self.entries if entry.status == "other")

    @property
    def core_relations(self) -> Mapping[str, int]:
        """Changes that keep to the core, that do not, of which that is unknown, and not said."""
        return Counter(entry.core_relation or "not said" for entry in self.modifications)

    @property
    def planning(self) -> Mapping[str, int]:
        """Changes by how they came about, in the words of `Modification.planned`, or not said."""
        return Counter(entry.planned or "not said" for entry in self.modifications)

    @property
    def days(self) -> Days | None:
        """The first and the last day that an entry or milestone can mean; None without any date."""
        dates = [entry.date for entry in self.entries] + [one.date for one in self.milestones]
        known = [stretch for text in dates if (stretch := days(text)) is not None]
        if not known:
            return None
        return Days(min(one.first for one in known), max(one.last for one in known))

    @property
    def undated(self) -> int:
        """How many measurements and findings of outcomes have no date, so that nothing is joined to them."""
        return undated(self.source)

    def at(self, date: str) -> tuple[Running, ...]:
        """Say of each strategy whether it ran on a date.

        Args:
            date: a day, month, quarter or year; whether it ran at some time in it.

        Raises:
            InvalidQueryError: no date.

        Examples:
            >>> from implsci import Event, Strategy, Study
            >>> log = strategy_log(Study(id="a", title="A", strategies=(
            ...     Strategy(id="s1", label="coaching", events=(
            ...         Event(kind="started", date="2024"), Event(kind="ended", date="2025-06"),
            ...     )),
            ... )))
            >>> [log.at(when)[0].state for when in ("2023", "2024-05", "2025-03", "2025-07")]
            ['not running', 'possibly', 'running', 'not running']
        """
        asked = days(date)
        if asked is None:
            raise InvalidQueryError(f"expected YYYY, YYYY-Qn, YYYY-MM or YYYY-MM-DD, got {date!r}")
        return tuple(
            running(
                name, label, [one for one in self.spans if one.strategy == name], asked, self.days
            )
            for name, label in self.strategies
        )

    def active(self, unit: PeriodUnit = "quarter") -> tuple[Row, ...]:
        """Return a line a period: which strategies ran in it, which possibly, and what changed.

        Args:
            unit: ``month``, ``quarter`` or ``year``.

        Raises:
            InvalidQueryError: another unit, or more than 1,200 periods.
        """
        if unit not in ("month", "quarter", "year"):
            raise InvalidQueryError(f"expected month, quarter or year, got {unit!r}")
        if self.days is None:
            return ()
        if self.days.last.year - self.days.first.year > _MOST_PERIODS // 12 and unit != "year":
            raise InvalidQueryError(
                f"the log reaches from {self.days.first} to {self.days.last}: ask by year"
            )
        return tuple(self._active(name) for name in periods(*self.days, unit))

    def _active(self, period: str) -> Row:
        found = self.at(period)
        asked = days(period)
        changed = [
            entry.strategy
            for entry in self.modifications
            if asked is not None and (when := days(entry.date)) is not None and when.meets(asked)
        ]
        states = {
            state: [one.strategy for one in found if one.state == state]
            for state in ("running", "possibly")
        }
        return {
            "period": period,
            "n_running": len(states["running"]),
            "n_possibly": len(states["possibly"]),
            "running": " ".join(states["running"]) or None,
            "possibly": " ".join(states["possibly"]) or None,
            "modified": " ".join(dict.fromkeys(changed)) or None,
        }

    def joined(self) -> tuple[Joined, ...]:
        """Return each dated change beside what was measured before it and next after it.

        Measurements and findings count where their time is given as a date (`undated` counts the
        others). Two numbers in one line were measured alike. What came after a change need not have
        come from it.

        Examples:
            >>> from implsci import Event, Measurement, Outcome, Strategy, Study
            >>> log = strategy_log(Study(
            ...     id="a", title="A",
            ...     strategies=(
            ...         Strategy(id="s1", label="coaching", events=(Event(kind="started", date="2024"),)),
            ...     ),
            ...     outcomes=(Outcome(id="o1", label="reach", measurements=(
            ...         Measurement(of="reach", value=40, unit="percent", time="2023"),
            ...         Measurement(of="reach", value=55, unit="percent", time="2025-02"),
            ...     )),),
            ... ))
            >>> [(one.date, one.before, one.after) for one in log.joined()]
            [('2024', 40, 55)]
        """
        return tuple(joined(self.source, self.entries))

    def completeness(self) -> tuple[FieldShare, ...]:
        """Return how often each field that strategy tracking asks for is known.

        The fields are those of a strategy's specification and of its changes that LISTS
        (doi:10.1186/s43058-023-00529-w), FRAME-IS (doi:10.1186/s13012-021-01105-3) and Haley 2021
        (doi:10.1186/s12874-021-01326-6) ask for and the record can hold.
        """
        return completeness(self.source.strategies, self.spans, self.doses, self.modifications)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line an entry."""
        return tuple(
            {
                "strategy": entry.strategy,
                "label": entry.label,
                "status": entry.status,
                "word": entry.word,
                "date": entry.date,
                "what": entry.what,
                "nature": entry.nature,
                "core_relation": entry.core_relation,
                "planned": entry.planned,
                "goal": entry.goal,
                "decided_by": entry.decided_by,
            }
            for entry in self.entries
        )

    def sentence(self) -> str:
        """Say how many strategies have a log, how many run on, and what was changed."""
        logged = len(self.strategies) - len(self.unlogged)
        known = {span.strategy for span in self.spans if span.started}
        closed = {span.strategy for span in self.spans} - {
            span.strategy for span in self.spans if span.open
        }
        told = (
            f"{logged} of {counted(len(self.strategies), 'strategy', 'strategies')} "
            f"{agreeing(logged, 'has', 'have')} entries: "
            f"{len(known)} with a start, {len(known & closed)} of them with an end; "
            f"{counted(len(self.modifications), 'modification')}"
        )
        if self.modifications:
            core = ", ".join(f"{n} {word}" for word, n in _ordered(self.core_relations))
            planned = ", ".join(
                f"{n} {word.replace('_', ' ')}" for word, n in _ordered(self.planning)
            )
            told += f" (with the core: {core}; planning: {planned})"
        undated_entries = sum(entry.date is None for entry in self.entries)
        if undated_entries:
            told += f"; {counted(undated_entries, 'entry', 'entries')} without a date"
        if self.other_words:
            words = ", ".join(f"{word} ({n})" for word, n in _ordered(self.other_words))
            told += f"; other words: {words}"
        if self.contradictions:
            told += f"; {counted(len(self.contradictions), 'contradiction')}"
        return told + "."

    def to_dict(self) -> dict[str, object]:
        """Return the whole log as plain values, ready for JSON."""
        return {
            "record": self.record,
            "title": self.title,
            "strategies": [{"id": name, "label": label} for name, label in self.strategies],
            "entries": [dict(row) for row in self.to_rows()],
            "spans": [asdict(span) for span in self.spans],
            "doses": [asdict(dose) | {"share": dose.share} for dose in self.doses],
            "contradictions": [asdict(one) for one in self.contradictions],
            "milestones": [asdict(one) for one in self.milestones],
            "joined": [asdict(one) for one in self.joined()],
            "undated_measurements": self.undated,
            "completeness": [asdict(one) | {"share": one.share} for one in self.completeness()],
            "modifications": {
                "core_relation": dict(_ordered(self.core_relations)),
                "planned": dict(_ordered(self.planning)),
            },
            "other_words": dict(_ordered(self.other_words)),
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def strategy_log(record: Tracked) -> StrategyLog:
    """Return what happened to the strategies of a study or support arrangement over time.

    After LISTS, the Longitudinal Implementation Strategy Tracking System (Smith 2023,
    doi:10.1186/s43058-023-00529-w), and FRAME-IS for changes (Miller 2021,
    doi:10.1186/s13012-021-01105-3). An `Event` of a strategy is an entry; its `kind` is read by
    `STATUS_WORDS`, and any other word is kept and counted. A `Modification` is an entry too. Doses are
    `Measurement`s of ``dose planned`` and ``dose delivered`` with unit and time.

    Args:
        record: a study or an arrangement.

    Examples:
        >>> from implsci import Event, Modification, Strategy, Study
        >>> log = strategy_log(Study(
        ...     id="made-up",
        ...     title="Made-up",
        ...     strategies=(
        ...         Strategy(
        ...             id="s1",
        ...             label="coaching",
        ...             events=(Event(kind="started", date="2024-02"),),
        ...             modifications=(
        ...                 Modification(what="by phone", date="2024-09", core_relation="consistent"),
        ...             ),
        ...         ),
        ...     ),
        ... ))
        >>> [(entry.date, entry.status) for entry in log.entries]
        [('2024-02', 'started'), ('2024-09', 'modified')]
    """
    found = entries(record)
    stretches: list[Span] = []
    wrong: list[Contradiction] = []
    given: list[Dose] = []
    for strategy in record.strategies:
        own = [entry for entry in found if entry.strategy == strategy.id]
        stretches += spans(own)
        wrong += contradictions(own)
        made, twice = doses(strategy.id, strategy.measurements)
        given += made
        wrong += _of_doses(strategy, own, made, twice)
    if isinstance(record, SupportArrangement):
        made, twice = doses(None, record.measurements)
        given += made
        wrong += [
            Contradiction(kind="dose_told_twice", strategy=None, message=f"{record.title}: {words}")
            for words in twice
        ]
    return StrategyLog(
        record=record.id,
        title=record.title,
        strategies=tuple((strategy.id, strategy.label) for strategy in record.strategies),
        entries=found,
        spans=tuple(stretches),
        doses=tuple(given),
        contradictions=tuple(wrong),
        milestones=milestones(record),
        assumptions=_ASSUMPTIONS,
        source=record,
    )


def _of_doses(
    strategy: Strategy, own: list[Entry], made: tuple[Dose, ...], twice: tuple[str, ...]
) -> list[Contradiction]:
    found = [
        Contradiction(
            kind="dose_told_twice", strategy=strategy.id, message=f"{strategy.label}: {words}"
        )
        for words in twice
    ]
    delivered = [dose for dose in made if dose.delivered]
    if delivered and not any(entry.status == "started" for entry in own):
        found.append(
            Contradiction(
                kind="dose_without_start",
                strategy=strategy.id,
                message=f"{strategy.label}: a dose was delivered, and the log has no start",
            )
        )
    return found
