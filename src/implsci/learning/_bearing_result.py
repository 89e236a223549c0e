"""What `bearing` returns: the studies with their grounds, and what they say together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

from attrs import asdict, frozen

from implsci._wording import agreeing, counted
from implsci.analysis.engagement import EngagementAnswer, FeatureCount
from implsci.analysis.relationship import RoleAnswer
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import DIRECTION_WORDS, Tally, in_words
from implsci.model.documents import Observation, ResearchQuestion

__all__ = ["ASSUMES", "Bearing", "BearingStudy", "Level"]

Level: TypeAlias = Literal["answers", "touches", "named"]
"""How a study bears on a question: a finding of it has all that is asked; the study has it all, and
no finding joins it; or the question names the study.

Examples:
    >>> from typing import get_args
    >>> get_args(Level)[0]
    'answers'
"""

ASSUMES: Final = (
    "a study is matched by its codes as they stand and what is narrower, never over a crosswalk: "
    "what is coded in another scheme is not seen",
    "the model of engagement that a study tells stands behind all its findings",
    "a finding on a bundle speaks for the bundle, and is credited to no strategy in it",
    "the analyses set limits of their own: `roles` leaves out outcomes that are the relationship itself",
    "findings of different bases, and observations of practice, are never added together",
    "the compendium is what was coded, not all there is; practitioners have little reason and few "
    "places to publish, so that what practice knows is under-reported in it",
)


@frozen(kw_only=True)
class BearingStudy:
    """One study that bears on a question.

    Attributes:
        study: its id.
        case: its programme, or its id: what it counts as.
        title: its title.
        year: when it was published; None where unknown.
        level: how it bears.
        because: why, an aspect a line.
        findings: ids of its findings that have all that is asked.
        by_basis: these by basis and direction.
        bundled: how many of them stand on several strategies.
        sectors: codes of its sectors.
        countries: ISO 3166-1 alpha-2.

    Examples:
        >>> BearingStudy(
        ...     study="a", case="a", title="A", year=2020, level="named",
        ...     because=("the question names it",), findings=(), by_basis={}, bundled=0,
        ...     sectors=(), countries=(),
        ... ).level
        'named'
    """

    study: str
    case: str
    title: str
    year: int | None
    level: Level
    because: tuple[str, ...]
    findings: tuple[str, ...]
    by_basis: Tally
    bundled: int
    sectors: tuple[str, ...]
    countries: tuple[str, ...]


@frozen(kw_only=True)
class Bearing(Result):
    """What a compendium has on a question, as `bearing` returns it.

    Attributes:
        question: the question.
        studies: those that bear on it: that answer, that touch on it, that it names; each in the
            order of the compendium.
        by_basis: the findings that have all that is asked, by basis and direction.
        by_engagement: the same for each model of engagement asked; ``several`` for studies that tell
            more than one of them.
        aspects: for each aspect asked, how many studies have it.
        n_studies: studies asked.
        analyses: answers of the analyses that such a question calls for.
        features: counts of features, where it asks for features.
        cannot: why an analysis has no answer at all.
        observations: what practice saw of it, beside research and not added.
        missing: studies that the question names and the compendium does not hold.
        unknown: codes of the question that their taxonomies do not have.
        because: why no study can be matched; None where they can be.
        assumptions: the rule, and what it leaves out.

    Examples:
        >>> import implsci
        >>> from implsci.learning import bearing
        >>> asked = ResearchQuestion(
        ...     id="q", text="Is a good relationship necessary?", kind="role",
        ...     role="necessary_condition",
        ... )
        >>> found = bearing(asked, implsci.load("implsci-examples"))
        >>> found.analyses[0].standing
        'asserted'
    """

    question: ResearchQuestion
    studies: tuple[BearingStudy, ...]
    by_basis: Tally
    by_engagement: Mapping[str, Tally]
    aspects: Mapping[str, int]
    n_studies: int
    analyses: tuple[EngagementAnswer | RoleAnswer, ...]
    features: tuple[FeatureCount, ...]
    cannot: tuple[str, ...]
    observations: tuple[Observation, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    because: str | None
    assumptions: tuple[str, ...]

    def of(self, level: Level) -> tuple[BearingStudy, ...]:
        """Return the studies that bear on it in one way."""
        return tuple(one for one in self.studies if one.level == level)

    @property
    def cases(self) -> int:
        """How many cases answer, the studies of one programme as one."""
        return len({one.case for one in self.of("answers")})

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a study."""
        return tuple(
            {
                "study": one.study,
                "title": one.title,
                "year": one.year,
                "level": one.level,
                "because": "; ".join(one.because),
                "findings": len(one.findings),
                "bundled": one.bundled,
                "said": "; ".join(in_words(one.by_basis)) or None,
                "sectors": "; ".join(one.sectors) or None,
                "countries": "; ".join(one.countries) or None,
            }
            for one in self.studies
        )

    def sentence(self) -> str:
        """Say the question, and what is known of it so far, in plain words."""
        return " ".join([self.question.text, *self.lines()])

    def short(self) -> str:
        """Say what the findings say so far, by basis; never added together."""
        return "; ".join(in_words(self.by_basis)) or "nothing yet"

    def lines(self) -> Iterator[str]:
        """Yield what is known so far, a sentence each, without the question."""
        yield self._matched()
        for answer in self.analyses:
            yield _sentence(answer.sentence())
        if self.features:
            told = sum(one.because is None for one in self.features)
            yield (
                f"{counted(len(self.features), 'feature')} counted (by outcome and basis), {told} "
                "with and without it on both sides."
            )
        for reason in self.cannot:
            yield f"Cannot be estimated: {reason}."
        if self.observations:
            told_by = Counter(one.direction for one in self.observations)
            words = [
                f"{told_by[direction]} {word}"
                for direction, word in DIRECTION_WORDS.items()
                if told_by[direction]
            ]
            if told_by[None]:
                words.append(f"{told_by[None]} without a direction")
            yield (
                f"Beside it, {counted(len(self.observations), 'observation')} of practice, not added: "
                f"{', '.join(words)}."
            )
        if self.missing:
            yield f"Not in this compendium: {', '.join(self.missing)}."
        if self.unknown:
            yield f"Unknown codes: {', '.join(self.unknown)}."

    def _matched(self) -> str:
        if self.because:
            return f"No study can be matched: {self.because}."
        asked = ", ".join(f"{aspect} {number}" for aspect, number in self.aspects.items())
        answers, touches = len(self.of("answers")), len(self.of("touches"))
        if not answers:
            beside = f"; {touches} {agreeing(touches, 'has', 'have')} all, in no one finding"
            return (
                f"None of {counted(self.n_studies, 'study', 'studies')} has a finding with all that "
                f"is asked (each alone: {asked}{beside if touches else ''})."
            )
        return (
            f"Of {counted(self.n_studies, 'study', 'studies')}, {answers} "
            f"({counted(self.cases, 'case')}) {agreeing(answers, 'has', 'have')} findings on it and "
            f"{touches} more touch on it (each aspect alone: {asked}). {_sentence(self.short())}"
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        asked = self.question
        return {
            "question": {
                "id": asked.id,
                "text": asked.text,
                "kind": asked.kind,
                "asked_by": asked.asked_by,
                "date": asked.date,
            },
            "rows": [dict(row) for row in self.to_rows()],
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            "by_engagement": {
                model: {basis: dict(counts) for basis, counts in own.items()}
                for model, own in self.by_engagement.items()
            },
            "aspects": dict(self.aspects),
            "studies": self.n_studies,
            "cases": self.cases,
            "analyses": [one.to_dict() for one in self.analyses],
            "features": [asdict(one) for one in self.features],
            "cannot_be_estimated": list(self.cannot),
            "observations": [
                {"id": one.id, "direction": one.direction, "n": one.n, "of": one.n_informants}
                for one in self.observations
            ],
            "missing": list(self.missing),
            "unknown": list(self.unknown),
            "because": self.because,
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }


def _sentence(text: str) -> str:
    """Return text with a capital at its head and one full stop at its end."""
    return f"{text[0].upper()}{text[1:].rstrip('.')}."
