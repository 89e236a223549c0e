"""Checks of an arrangement: what the founding advice on technical assistance would stop at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

from attrs import frozen

from implsci._dates import before
from implsci.model.support import PartyRole, SupportArrangement
from implsci.support._conflicts import NeedConflicts
from implsci.support._dose import SupportDose
from implsci.support._people import constraints_of
from implsci.support._profile_result import EngagementProfile
from implsci.support._readiness_result import Readiness
from implsci.support._reading import Severity, listed

__all__ = ["NOTES", "Derived", "NoteName", "SupportNote", "notes"]


NoteName: TypeAlias = Literal[
    "no_diagnosis",
    "diagnosis_incomplete",
    "strategy_without_cause",
    "innovation_without_gap",
    "assumption_refuted",
    "assumption_untested",
    "data_not_gathered",
    "all_at_once",
    "conflict_open",
    "line_stated_late",
    "line_not_dated",
    "parties_disagree",
    "readiness_contradicted",
    "constraints_unknown",
    "nothing_carries_it",
    "time_and_cost_unknown",
    "no_unit",
    "role_missing",
]

NOTES: Final[Mapping[NoteName, tuple[Severity, str]]] = MappingProxyType(
    {
        "no_diagnosis": ("high", "a solution was chosen and no problem was diagnosed"),
        "conflict_open": ("high", "needs stand against each other and no agreement settles it"),
        "assumption_refuted": ("high", "something taken to be so has proved wrong"),
        "readiness_contradicted": (
            "high",
            "what was done about a site not ready is not what is said",
        ),
        "strategy_without_cause": ("medium", "a strategy is aimed at no constraint or cause"),
        "diagnosis_incomplete": ("medium", "the diagnosis leaves out what it must find"),
        "data_not_gathered": (
            "medium",
            "there is no data, and gathering it is no part of the work",
        ),
        "all_at_once": (
            "medium",
            "several core elements for a bound recipient, and no order planned",
        ),
        "line_stated_late": ("medium", "a line in the sand was stated after the start"),
        "parties_disagree": ("medium", "parties see the model of engagement differently"),
        "nothing_carries_it": ("medium", "co-creation without structures to carry it"),
        "role_missing": ("medium", "nobody provides, or nobody receives, support"),
        "constraints_unknown": ("low", "nothing is told of what binds one side"),
        "innovation_without_gap": ("low", "an innovation answers no gap that is told"),
        "assumption_untested": ("low", "something is taken to be so and was not looked at"),
        "line_not_dated": ("low", "whether a line in the sand was stated at the outset is unknown"),
        "time_and_cost_unknown": ("low", "what co-creation takes in time or cost is not told"),
        "no_unit": ("low", "an amount has no unit"),
    }
)
"""The notes, each with its severity and what it means; the gravest first."""

_GATHERING: Final = frozenset({"support:gather-descriptive-data", "support:build-data-systems"})


@frozen(kw_only=True)
class SupportNote:
    """Something that those who keep an arrangement may want to look at.

    Attributes:
        name: which check it comes from.
        severity: how much it matters.
        message: what was found.
        of: ids of what it is about.

    Examples:
        >>> SupportNote(name="no_unit", severity="low", message="cost has no unit").of
        ()
    """

    name: NoteName
    severity: Severity
    message: str
    of: tuple[str, ...] = ()


class Derived(NamedTuple):
    """What the checks look at beside the record."""

    profile: EngagementProfile
    conflicts: NeedConflicts
    readiness: Readiness
    dose: SupportDose


def notes(arrangement: SupportArrangement, derived: Derived) -> tuple[SupportNote, ...]:
    """Return what the checks find, the gravest first."""
    severities, names = get_args(Severity), list(NOTES)
    return tuple(
        sorted(
            (found for check in _CHECKS for found in check(arrangement, derived)),
            key=lambda one: (severities.index(one.severity), names.index(one.name)),
        )
    )


def _note(name: NoteName, message: str, *of: str, severity: Severity | None = None) -> SupportNote:
    return SupportNote(name=name, severity=severity or NOTES[name][0], message=message, of=of)


def _roles(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:  # noqa: ARG001
    roles = {party.role for party in arrangement.parties}
    sides: tuple[PartyRole, ...] = ("provider", "recipient")
    for side in sides:
        if side not in roles:
            yield _note("role_missing", f"no party is named as {side}")
        elif not constraints_of(arrangement, side):
            yield _note(
                "constraints_unknown",
                f"what binds the {side} is not told: ask for funding, time, staff, capital, reputation"
                + (", need to publish" if side == "provider" else ""),
            )


def _diagnosis(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:  # noqa: ARG001
    found, innovation = arrangement.diagnosis, arrangement.innovation
    if found is None:
        chosen = [f"“{innovation.name}”"] if innovation is not None else []
        chosen += [f"“{one.label}”" for one in arrangement.strategies]
        if chosen:
            yield _note(
                "no_diagnosis",
                f"{listed(chosen)}: a solution in search of a problem, as no diagnosis is recorded",
                *(one.id for one in arrangement.strategies),
            )
    else:
        missing = [
            words
            for words, held in (
                ("what causes the problem", found.causes),
                ("what is known of the population", found.population),
                ("what is done today", found.business_as_usual),
                ("how much data there is", found.data),
            )
            if not held
        ]
        if missing:
            yield _note("diagnosis_incomplete", f"the diagnosis does not tell {listed(missing)}")
        for one in found.assumptions:
            if one.status == "refuted":
                yield _note(
                    "assumption_refuted",
                    f"“{one.statement}” is refuted: {one.because}; see what was built on it",
                )
            elif one.status == "untested":
                yield _note("assumption_untested", f"“{one.statement}” was not held against data")
        if (
            found.data == "none"
            and not found.measurements
            and _GATHERING.isdisjoint(arrangement.activities)
        ):
            yield _note(
                "data_not_gathered",
                "the diagnosis has no data, and neither gathering descriptive data nor building data "
                "systems is among the activities",
            )
    if innovation is not None and innovation.gap is None and (found is None or found.gap is None):
        yield _note("innovation_without_gap", f"“{innovation.name}” answers no gap that is told")


def _sequence(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:  # noqa: ARG001
    elements = () if arrangement.innovation is None else arrangement.innovation.core_elements
    bound = constraints_of(arrangement, "recipient")
    if len(elements) > 1 and bound and arrangement.sequence is None:
        yield _note(
            "all_at_once",
            f"{len(elements)} core elements, and no order in which they come; the recipient is bound by "
            + listed([f"“{one.label}”" for one in bound]),
            *(one.id for one in bound),
        )


def _strategies(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:  # noqa: ARG001
    for one in arrangement.strategies:
        if not one.addresses:
            yield _note(
                "strategy_without_cause",
                f"“{one.label}” is aimed at no constraint or cause that is recorded",
                one.id,
            )


def _agreements(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:
    for conflict in derived.conflicts.open:
        yield _note(
            "conflict_open",
            conflict.sentence(),
            conflict.one,
            conflict.other,
            severity=conflict.severity,
        )
    for one in arrangement.agreements:
        if one.kind not in ("non_negotiable", "disclosure"):
            continue
        if one.start is None or arrangement.start is None:
            whose = "it" if one.start is None else "the start of the arrangement"
            yield _note(
                "line_not_dated",
                f"whether “{one.label}” was stated at the outset is unknown: {whose} has no date",
                one.id,
            )
        elif before(arrangement.start, one.start):
            yield _note(
                "line_stated_late",
                f"“{one.label}” holds from {one.start}, after the start in {arrangement.start}",
                one.id,
            )


def _views(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:  # noqa: ARG001
    for one in derived.profile.disagreements:
        views = ", ".join(f"{name} says {model}" for name, model in one.views)
        yield _note("parties_disagree", f"{one.criterion.replace('_', ' ')}: {views}")
    for site in derived.readiness.sites:
        for told in site.contradictions:
            yield _note(
                "readiness_contradicted",
                f"{told.who} says {told.answer}; recorded for {site.who} is "
                f"{listed(list(told.recorded))}",
                *(() if site.party is None else (site.party,)),
            )


def _means(arrangement: SupportArrangement, derived: Derived) -> Iterator[SupportNote]:
    if derived.profile.verdict == "co-creation":
        if not arrangement.structures:
            yield _note(
                "nothing_carries_it", "no structure is recorded; co-creation takes stronger ones"
            )
        if not any(line.what in ("time", "cost") for line in derived.dose.lines):
            yield _note(
                "time_and_cost_unknown", "co-creation takes more time and effort; none is recorded"
            )
    for line in derived.dose.lines:
        if line.unit is None:
            yield _note("no_unit", f"{line.what} has no unit")


_CHECKS: Final[tuple[Callable[[SupportArrangement, Derived], Iterator[SupportNote]], ...]] = (
    _roles,
    _diagnosis,
    _sequence,
    _strategies,
    _agreements,
    _views,
    _means,
)
