"""The rules on diagnosis: a strategy chosen before one, and an innovation without a gap it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from implsci.mismatch._finding import Found, Unsaid, Wrong, named
from implsci.mismatch.case import Case
from implsci.model import Event, Strategy, Study
from implsci.names import fold

__all__ = ["find_no_gap", "find_undiagnosed"]

# Events that are a diagnosis by their name, and those that are one where they happen to the study or
# to a barrier of it (an assessment of an outcome is none).
_DIAGNOSES: Final = frozenset(
    ("diagnosis", "diagnosed", "needs assessment", "barrier assessment", "barriers assessed",
     "barriers identified", "readiness assessment", "situation analysis", "context assessment")
)  # fmt: skip
_ASSESSMENTS: Final = frozenset(("assessment", "assessed", "identified"))
_STARTS: Final = frozenset(("started", "start", "begun", "began", "launched", "launch"))

# Strategies that are themselves a diagnosis: ERIC (doi:10.1186/s13012-015-0209-1), Leeman 2017
# (doi:10.1186/s13012-017-0657-x).
_DIAGNOSING: Final = frozenset(
    (
        "eric:assess-for-readiness-and-identify-barriers-and-facilitators",
        "eric:conduct-local-needs-assessment",
        "leeman:assess-context",
    )
)

_UNDATED: Final = Unsaid(
    because="it does not date when strategies began and the problem was diagnosed"
)
_SILENT: Final = Unsaid(
    because="its source names no barrier, gap or diagnosis, which does not say that there was none"
)
_NO_GAP_TOLD: Final = Unsaid(
    because="its source names no gap for the innovation, which does not say that there was none"
)


def find_undiagnosed(case: Case) -> Iterator[Found]:
    """Find strategies that began before the first diagnosis, and plans without any."""
    study = case.study
    if not study.strategies:
        return
    diagnoses, diagnosed = _diagnoses(case)
    starts = [
        (one, date)
        for one in case.strategies
        if (date := _start(study, one)) and not _diagnoses_by(case, one)
    ]
    if diagnoses and starts:
        first = min(diagnoses)
        for strategy, date in starts:
            # Dates are compared to the precision both have: 2019 is not before 2019-03.
            shared = min(len(date), len(first))
            if date[:shared] < first[:shared]:
                yield Wrong(
                    severity="medium",
                    because=f"{named(strategy)} began {date}, before the first diagnosis, {first}",
                    strategies=(strategy,),
                )
            else:
                yield None
    elif diagnosed or study.barriers or _gap(study):
        yield None if case.is_plan else _UNDATED
    elif case.is_plan:
        yield Wrong(
            severity="high",
            because="strategies are chosen, and the plan names no barrier, no gap and no diagnosis",
            strategies=case.strategies,
        )
    else:
        yield _SILENT


def _diagnoses(case: Case) -> tuple[list[str], bool]:
    """Return the dates of diagnoses, and whether there was any at all."""
    study = case.study
    dates: list[str] = []
    diagnosed = False
    for strategy in study.strategies:
        if _diagnoses_by(case, strategy):
            diagnosed = True
            if date := _start(study, strategy):
                dates.append(date)
    for event in study.events:
        kind = fold(event.kind)
        if kind in _DIAGNOSES or (
            kind in _ASSESSMENTS
            and (event.of is None or event.of in {barrier.id for barrier in study.barriers})
        ):
            diagnosed = True
            if event.date is not None:
                dates.append(event.date)
    return dates, diagnosed


def _diagnoses_by(case: Case, strategy: Strategy) -> bool:
    settle = case.tools.knowledge.settle
    return any(settle(code) in _DIAGNOSING for code in strategy.codes)


def _start(study: Study, strategy: Strategy) -> str | None:
    """Return the earliest date at which a strategy is said to have begun."""
    if not (strategy.events or study.events):
        return None
    own = [event for event in strategy.events if event.of in (None, strategy.id)]
    told: list[Event] = [*own, *(event for event in study.events if event.of == strategy.id)]
    return min(
        (event.date for event in told if event.date and fold(event.kind) in _STARTS), default=None
    )


def _gap(study: Study) -> bool:
    gap = study.innovation.gap if study.innovation is not None else None
    return bool(gap and gap.strip())


def find_no_gap(case: Case) -> Iterator[Found]:
    """Find innovations that answer no stated gap."""
    innovation = case.study.innovation
    if innovation is None:
        return
    if _gap(case.study):
        yield None
    elif not case.is_plan:
        yield _NO_GAP_TOLD
    else:
        barriers = bool(case.barriers)
        yield Wrong(
            severity="medium" if barriers else "high",
            because=f"the plan does not say which gap “{innovation.name}” answers"
            + ("" if barriers else ", and names no barrier either"),
        )
