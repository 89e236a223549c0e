"""The whole of an arrangement on one page, and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from attrs import asdict, frozen

from implsci.analysis.result import Result, Row
from implsci.codes import Code
from implsci.model.diagnosis import AssumptionStatus, DataAvailability
from implsci.model.support import CRITERIA, PartyRole, SupportArrangement
from implsci.support._conflicts import NeedConflicts, need_conflicts
from implsci.support._dose import SupportDose, dose
from implsci.support._needs import NEED_RULES, NeedRule
from implsci.support._notes import Derived, SupportNote, notes
from implsci.support._people import Tie, styles, ties
from implsci.support._profile import engagement_profile
from implsci.support._profile_result import EngagementProfile
from implsci.support._readiness import readiness
from implsci.support._readiness_result import Readiness
from implsci.support._reading import checked, in_force, who
from implsci.support._verdict import RULE, VerdictRule
from implsci.support._voices import Criteria

__all__ = ["AgreementLine", "ConstraintLine", "SupportSummary", "describe"]


@frozen(kw_only=True)
class ConstraintLine:
    """What binds a party.

    Attributes:
        id: id of the constraint.
        party: whose it is.
        who: what the party is called.
        role: its part in the arrangement.
        label: the constraint in words.
        codes: its codes.
    """

    id: str
    party: str
    who: str
    role: PartyRole | None
    label: str
    codes: tuple[Code, ...]


@frozen(kw_only=True)
class AgreementLine:
    """What parties agreed.

    Attributes:
        id: id of the agreement.
        kind: what kind it is.
        label: the agreement in words.
        by: who made or stated it.
        about: what it is about.
        disclosure: how far that may be told.
        start: from when it holds.
        end: until when.
        in_force: whether it holds at the date asked; with none asked, whether no end is told.
    """

    id: str
    kind: str | None
    label: str
    by: tuple[str, ...]
    about: str | None
    disclosure: str | None
    start: str | None
    end: str | None
    in_force: bool


@frozen(kw_only=True)
class SupportSummary(Result):
    """An arrangement as a whole.

    Attributes:
        arrangement: its id.
        title: its title.
        at: the date that was asked for.
        start: when it began.
        end: when it ended.
        practices: what it is to improve.
        parties: what each party is called, with its role and backgrounds; never a name.
        activities: what is done.
        structures: what carries it.
        participation: how far people have a say.
        styles: styles of support with their rank, from teaching to working it out together.
        natures: strategies by nature: technical, relational, mixed or not told.
        outcomes: what is looked at, by kind or ``not told``.
        core_elements: how many core elements, and for how many of them a period is planned.
        data: how much data there is to know the problem from.
        assumptions_made: assumptions of the diagnosis by status.
        constraints: what binds each party.
        agreements: what the parties agreed.
        profile: push, pull or co-creation.
        conflicts: conflicts of need.
        readiness: readiness, and what support did about it.
        dose: planned against delivered.
        ties: whether empathy goes both ways.
        notes: what to look at, the gravest first.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> from implsci.model.documents import SupportArrangement
        >>> found = describe(SupportArrangement(id="s1", title="Help with screening"))
        >>> found.profile.verdict, len(found.notes)
        ('unknown', 2)
    """

    arrangement: str
    title: str
    at: str | None
    start: str | None
    end: str | None
    practices: tuple[str, ...]
    parties: tuple[tuple[str, PartyRole | None, tuple[str, ...]], ...]
    activities: tuple[Code, ...]
    structures: tuple[Code, ...]
    participation: tuple[Code, ...]
    styles: tuple[tuple[int, Code], ...]
    natures: Mapping[str, int]
    outcomes: Mapping[str, tuple[str, ...]]
    core_elements: tuple[int, int]
    data: DataAvailability | None
    assumptions_made: Mapping[AssumptionStatus, int]
    constraints: tuple[ConstraintLine, ...]
    agreements: tuple[AgreementLine, ...]
    profile: EngagementProfile
    conflicts: NeedConflicts
    readiness: Readiness
    dose: SupportDose
    ties: tuple[Tie, ...]
    notes: tuple[SupportNote, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a note."""
        return tuple(
            {
                "severity": one.severity,
                "name": one.name,
                "message": one.message,
                "of": " ".join(one.of) or None,
            }
            for one in self.notes
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            "arrangement": self.arrangement,
            "title": self.title,
            "at": self.at,
            "start": self.start,
            "end": self.end,
            "practices": list(self.practices),
            "parties": [
                {"who": name, "role": role, "background": list(background)}
                for name, role, background in self.parties
            ],
            "activities": list(self.activities),
            "structures": list(self.structures),
            "participation": list(self.participation),
            "styles": [{"rank": rank, "code": code} for rank, code in self.styles],
            "natures": dict(self.natures),
            "outcomes": {kind: list(labels) for kind, labels in self.outcomes.items()},
            "core_elements": self.core_elements[0],
            "core_elements_planned": self.core_elements[1],
            "data": self.data,
            "assumptions_made": dict(self.assumptions_made),
            "constraints": [asdict(one) | {"codes": list(one.codes)} for one in self.constraints],
            "agreements": [asdict(one) | {"by": list(one.by)} for one in self.agreements],
            "profile": self.profile.to_dict(),
            "conflicts": self.conflicts.to_dict(),
            "readiness": self.readiness.to_dict(),
            "dose": self.dose.to_dict(),
            "ties": [
                asdict(one) | {"directions": [list(pair) for pair in one.directions]}
                for one in self.ties
            ],
            "notes": [asdict(one) | {"of": list(one.of)} for one in self.notes],
            **super().to_dict(),
        }

    def sentence(self) -> str:
        """Say what it is, and what it comes to."""
        grave = sum(one.severity == "high" for one in self.notes)
        return (
            f"{self.title}: {self.profile.sentence()} {self.conflicts.sentence()} "
            f"{self.readiness.sentence()} {len(self.notes)} notes, {grave} of them grave."
        )

    def __str__(self) -> str:
        """Lay it out for a reader, a line a thing."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield self.title
        yield f"Period: {self.start or 'not told'} to {self.end or 'not told'}"
        yield f"Practices: {_told(self.practices)}"
        for name, role, background in self.parties:
            yield f"{(role or 'party').capitalize()}: {name}" + (
                f" (was {', '.join(background)})" if background else ""
            )
        yield f"Activities: {_told(self.activities)}"
        yield f"Structures: {_told(self.structures)}"
        yield f"Participation: {_told(self.participation)}"
        yield f"Style of support: {_told([f'{code} ({rank} of 3)' for rank, code in self.styles])}"
        yield "Strategies: " + _told([f"{k} {nature}" for nature, k in self.natures.items()])
        yield "Outcomes: " + _told(
            [f"{', '.join(labels)} ({kind})" for kind, labels in self.outcomes.items()]
        )
        for constraint in self.constraints:
            yield f"Binds {constraint.who}: {constraint.label}"
        for agreement in self.agreements:
            yield (
                f"Agreed by {_told(agreement.by)}: {agreement.label} "
                f"({agreement.start or 'not dated'}{'' if agreement.in_force else ', not in force'})"
            )
        yield self.profile.sentence()
        yield self.conflicts.sentence()
        yield self.readiness.sentence()
        yield self.dose.sentence()
        for tie in self.ties:
            yield tie.sentence()
        for note in self.notes:
            yield f"{note.severity}: {note.name}: {note.message}"


def describe(
    arrangement: SupportArrangement,
    *,
    criteria: Criteria = CRITERIA,
    rule: VerdictRule = RULE,
    rules: Sequence[NeedRule] = NEED_RULES,
    cut: float | None = None,
    at: str | None = None,
) -> SupportSummary:
    """Put together all that is known of an arrangement, and check it.

    Args:
        arrangement: what is asked about.
        criteria: of push, pull and co-creation, as in `engagement_profile`.
        rule: how shares become a verdict.
        rules: which needs stand against each other, as in `need_conflicts`.
        cut: from which measurement on a site is ready, as in `readiness`.
        at: only what is told by this date, ISO 8601; None for all. Dose, ties and the checks of the
            diagnosis look at all of it.

    Raises:
        InvalidQueryError: a date, cut, rule or criterion that cannot be asked.

    Examples:
        >>> from implsci.model import Innovation
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     parties=(Party(id="site", label="the county", role="recipient"),),
        ...     innovation=Innovation(name="A screening package"),
        ... )
        >>> for note in describe(made_up).notes[:2]:
        ...     print(note.severity, note.name)
        high no_diagnosis
        medium role_missing
    """
    checked(at)
    derived = Derived(
        profile=engagement_profile(arrangement, criteria=criteria, rule=rule, at=at),
        conflicts=need_conflicts(arrangement, rules=rules, at=at),
        readiness=readiness(arrangement, cut=cut, at=at),
        dose=dose(arrangement),
    )
    outcomes: dict[str, list[str]] = {}
    for outcome in arrangement.outcomes:
        outcomes.setdefault(outcome.kind or "not told", []).append(outcome.label)
    roles: dict[str, PartyRole | None] = {party.id: party.role for party in arrangement.parties}
    found = arrangement.diagnosis
    elements = () if arrangement.innovation is None else arrangement.innovation.core_elements
    steps = () if arrangement.sequence is None else arrangement.sequence.steps
    return SupportSummary(
        arrangement=arrangement.id,
        title=arrangement.title,
        at=at,
        start=arrangement.start,
        end=arrangement.end,
        practices=arrangement.practices,
        parties=tuple((one.label, one.role, one.background) for one in arrangement.parties),
        activities=arrangement.activities,
        structures=arrangement.structures,
        participation=arrangement.participation,
        styles=styles(arrangement),
        natures=dict(
            sorted(Counter(one.nature or "not told" for one in arrangement.strategies).items())
        ),
        outcomes={kind: tuple(labels) for kind, labels in outcomes.items()},
        core_elements=(len(elements), sum(step.period is not None for step in steps)),
        data=None if found is None else found.data,
        assumptions_made=dict(Counter(one.status for one in found.assumptions)) if found else {},
        constraints=tuple(
            ConstraintLine(
                id=one.id,
                party=one.actor,
                who=who(arrangement, one.actor),
                role=roles[one.actor],
                label=one.label,
                codes=one.codes,
            )
            for one in arrangement.constraints
            if one.actor is not None
        ),
        agreements=tuple(
            AgreementLine(
                id=one.id,
                kind=one.kind,
                label=one.label,
                by=tuple(who(arrangement, party) for party in one.by),
                about=one.about,
                disclosure=one.disclosure,
                start=one.start,
                end=one.end,
                in_force=in_force(one.start, one.end, at),
            )
            for one in arrangement.agreements
        ),
        profile=derived.profile,
        conflicts=derived.conflicts,
        readiness=derived.readiness,
        dose=derived.dose,
        ties=ties(arrangement),
        notes=notes(arrangement, derived),
        assumptions=tuple(
            dict.fromkeys(
                text
                for part in (derived.profile, derived.conflicts, derived.readiness, derived.dose)
                for text in part.assumptions
            )
        ),
    )


def _told(words: Sequence[str]) -> str:
    return ", ".join(words) if words else "not told"
