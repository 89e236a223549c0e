"""What `engagement_profile` and `engagement_history` return."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, fields, frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.model.support import EngagementModel, PartyRole
from implsci.support._reading import listed
from implsci.support._verdict import MODELS, Verdict

__all__ = ["Disagreement", "EngagementHistory", "EngagementProfile", "Reading"]


@frozen(kw_only=True)
class Reading:
    """What one party says last on one criterion, and how much hangs on it.

    Attributes:
        criterion: the criterion.
        party: id of the party; None for the keeper of the record.
        who: what the party is called.
        role: its part in the arrangement.
        answer: its answer.
        model: the model that the answer speaks for.
        date: when it held.
        because: what it rests on.
        weight: its part of the criterion, which all who answered share equally.
        without: the verdict if it were left out.
    """

    criterion: str
    party: str | None
    who: str
    role: PartyRole | None
    answer: str
    model: EngagementModel
    date: str | None
    because: str | None
    weight: float
    without: Verdict


@frozen(kw_only=True)
class Disagreement:
    """A criterion on which parties speak for different models.

    Attributes:
        criterion: the criterion.
        views: who speaks for which model, in the order of the parties.
    """

    criterion: str
    views: tuple[tuple[str, EngagementModel], ...]


@frozen(kw_only=True)
class EngagementProfile(Result):
    """How far an arrangement is push, pull and co-creation.

    Attributes:
        arrangement: id of the arrangement.
        at: the date that was asked for; None for the latest answers.
        asked: the criteria.
        readings: the answers that count, in the order of the criteria.
        scores: share of the criteria answered that speaks for each model, 0 to 1 and 1 in all; None
            where no criterion is answered.
        verdict: what it comes to.
        settled: whether no answer to the criteria without one would change the verdict.
        disagreements: criteria on which parties differ.
        rule: how the verdict is found, in words.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> from implsci.model.documents import Answer, SupportArrangement
        >>> from implsci.support import engagement_profile
        >>> found = engagement_profile(
        ...     SupportArrangement(
        ...         id="s1",
        ...         title="Help",
        ...         answers=(
        ...             Answer(criterion="problem_definition", answer="provider"),
        ...             Answer(criterion="communication", answer="both_ways"),
        ...         ),
        ...     )
        ... )
        >>> found.verdict, found.models["push"], len(found.unknown)
        ('mixed', ('problem_definition',), 3)
    """

    arrangement: str
    at: str | None
    asked: tuple[str, ...]
    readings: tuple[Reading, ...]
    scores: Mapping[EngagementModel, float] | None
    verdict: Verdict
    settled: bool
    disagreements: tuple[Disagreement, ...]
    rule: str
    assumptions: tuple[str, ...]

    @property
    def answered(self) -> tuple[str, ...]:
        """The criteria that have an answer."""
        return tuple(dict.fromkeys(reading.criterion for reading in self.readings))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The criteria that have none; they are in no score."""
        return tuple(name for name in self.asked if name not in self.answered)

    @property
    def models(self) -> Mapping[EngagementModel, tuple[str, ...]]:
        """The criteria on which somebody speaks for each model that anybody speaks for."""
        found: dict[EngagementModel, tuple[str, ...]] = {
            model: tuple(
                dict.fromkeys(one.criterion for one in self.readings if one.model == model)
            )
            for model in MODELS
        }
        return {model: names for model, names in found.items() if names}

    @property
    def driving(self) -> tuple[Reading, ...]:
        """The answers without each of which the verdict would be another."""
        return tuple(one for one in self.readings if one.without != self.verdict)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line an answer, and one for each criterion without any."""
        blank: Row = dict.fromkeys(field.name for field in fields(Reading))
        return tuple(
            row
            for name in self.asked
            for row in (
                [asdict(one) for one in self.readings if one.criterion == name]
                or [{**blank, "criterion": name}]
            )
        )

    def to_dict(self) -> dict[str, object]:
        """Return scores, verdict, answers and disagreements as plain values."""
        return {
            "arrangement": self.arrangement,
            "at": self.at,
            "verdict": self.verdict,
            "settled": self.settled,
            "scores": None if self.scores is None else dict(self.scores),
            "answered": list(self.answered),
            "unknown": list(self.unknown),
            "models": {model: list(names) for model, names in self.models.items()},
            "driving": [asdict(one) for one in self.driving],
            "disagreements": [
                {
                    "criterion": one.criterion,
                    "views": [{"who": name, "model": model} for name, model in one.views],
                }
                for one in self.disagreements
            ],
            "rule": self.rule,
            **super().to_dict(),
        }

    def sentence(self) -> str:
        """Say the verdict, what it rests on, and what is not known."""
        told = (
            f"{len(self.answered)} of {counted(len(self.asked), 'criterion', 'criteria')} answered"
        )
        if self.scores is None:
            return f"Push, pull or co-creation is unknown: {told}."
        shares = ", ".join(f"{model} {share:.0%}" for model, share in self.scores.items())
        parts = [f"{self.verdict.capitalize()}: {told}, {shares}."]
        if len(self.models) > 1:
            parts.append(
                "; ".join(
                    f"{model} on {listed([_spoken(name) for name in names])}"
                    for model, names in self.models.items()
                ).capitalize()
                + "."
            )
        parts += (
            f"Parties differ on {_spoken(one.criterion)}: "
            + ", ".join(f"{name} says {model}" for name, model in one.views)
            + "."
            for one in self.disagreements
        )
        parts += (
            f"Without {one.answer!r} ({_spoken(one.criterion)}, {one.who}) it would be {one.without}."
            for one in self.driving
        )
        if self.unknown:
            parts.append(
                f"Not known: {listed([_spoken(name) for name in self.unknown])}; "
                + (
                    "no answer there would change the verdict."
                    if self.settled
                    else "answers there could change the verdict."
                )
            )
        return " ".join(parts)


@frozen(kw_only=True)
class EngagementHistory(Result):
    """The profiles of one arrangement, one at each date at which an answer was given.

    Attributes:
        arrangement: id of the arrangement.
        profiles: the profiles, the earliest first; none where no answer is dated.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> from implsci.model.documents import SupportArrangement
        >>> from implsci.support import engagement_history
        >>> engagement_history(SupportArrangement(id="s1", title="Help")).sentence()
        'No answer is dated, so that nothing can be said of change.'
    """

    arrangement: str
    profiles: tuple[EngagementProfile, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a date."""
        return tuple(
            {
                "date": one.at,
                "verdict": one.verdict,
                "answered": len(one.answered),
                "asked": len(one.asked),
                **{model: one.scores[model] if one.scores else None for model in MODELS},
            }
            for one in self.profiles
        )

    def sentence(self) -> str:
        """Say which verdict followed which."""
        if not self.profiles:
            return "No answer is dated, so that nothing can be said of change."
        turns = [self.profiles[0]]
        turns += (
            one
            for one, last in zip(self.profiles[1:], self.profiles, strict=False)
            if one.verdict != last.verdict
        )
        told = "; ".join(
            f"{one.verdict} by {one.at} ({len(one.answered)} of "
            f"{counted(len(one.asked), 'criterion', 'criteria')} answered)"
            for one in turns
        )
        return f"{told.capitalize()}."


def _spoken(name: str) -> str:
    return name.replace("_", " ")
