"""What happened to strategies over time: planned, started, modified, stopped; dose; beside outcomes.

`strategy_log` reads one study or support arrangement, `log_of` many. The fields are those that LISTS
(doi:10.1186/s43058-023-00529-w) and FRAME-IS (doi:10.1186/s13012-021-01105-3) ask for.

Examples:
    >>> from implsci import Event, Strategy, Study
    >>> log = strategy_log(Study(
    ...     id="made-up",
    ...     title="Made-up",
    ...     strategies=(
    ...         Strategy(id="s1", label="coaching", events=(
    ...             Event(kind="stopped", date="2024"), Event(kind="started", date="2025-02"),
    ...         )),
    ...     ),
    ... ))
    >>> log.contradictions[0].message
    'coaching: stopped 2024, and first started 2025-02'
"""

from __future__ import annotations

from implsci._dates import Days, PeriodUnit, days, periods
from implsci.tracking._collection import Logs, log_of
from implsci.tracking._completeness import FieldShare
from implsci.tracking._dose import DOSE_WORDS, Dose
from implsci.tracking._entries import STATUS_WORDS, Entry, LogStatus, Milestone, Tracked
from implsci.tracking._joined import Joined
from implsci.tracking._log import StrategyLog, strategy_log
from implsci.tracking._spans import Contradiction, ContradictionKind, Running, RunningState, Span

__all__ = [
    "DOSE_WORDS",
    "STATUS_WORDS",
    "Contradiction",
    "ContradictionKind",
    "Days",
    "Dose",
    "Entry",
    "FieldShare",
    "Joined",
    "LogStatus",
    "Logs",
    "Milestone",
    "PeriodUnit",
    "Running",
    "RunningState",
    "Span",
    "StrategyLog",
    "Tracked",
    "days",
    "log_of",
    "periods",
    "strategy_log",
]


def __dir__() -> list[str]:
    return __all__
