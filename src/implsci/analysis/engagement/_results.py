"""What comparing models of engagement returns: one answer a question, and all of them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import asdict, frozen

from implsci.analysis.engagement._confounding import (
    MOSTLY,
    Concentration,
    Overlap,
    Spread,
    Stratum,
)
from implsci.analysis.engagement._differences import ModelDifference
from implsci.analysis.engagement._evidence import GroupVotes, ModelEvidence, pooled_words
from implsci.analysis.engagement._features import FeatureCount
from implsci.analysis.engagement._models import COMPARED, DirectComparison, EngagementModel
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS

__all__ = ["EngagementAnswer", "EngagementComparison"]


@frozen(kw_only=True)
class EngagementAnswer(Result):
    """What the models of engagement come to on one question.

    Attributes:
        name: short name of the question, or the outcome asked about.
        question: the question in words.
        models: what the studies of each model say, those that do not tell one included.
        differences: one comparison across studies a metric, where there are enough effects.
        because: why no difference can be estimated, on any metric or on some; None where each metric
            has one.
        direct: findings that compare two models inside one study; they are in no group.
        strata: findings within each sector, design and period.
        assumptions: what must hold.
        refuted_by: what would speak against a difference between the models.

    Examples:
        >>> import implsci
        >>> from implsci.analysis import engagement
        >>> found = engagement.compare(implsci.load("implsci-examples"))
        >>> found["research_use"].because is None
        False
    """

    name: str
    question: str
    models: tuple[ModelEvidence, ...]
    differences: tuple[ModelDifference, ...]
    because: str | None
    direct: tuple[DirectComparison, ...]
    strata: tuple[Stratum, ...]
    assumptions: tuple[str, ...]
    refuted_by: tuple[str, ...]

    def of(self, model: str) -> ModelEvidence:
        """Return what the studies of one model say.

        Raises:
            KeyError: there is no such model.
        """
        return {str(one.model): one for one in self.models}[model]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each model and basis; a model without a finding has one line."""
        return tuple(row for one in self.models for row in self._rows(one))

    def _rows(self, one: ModelEvidence) -> Iterator[Row]:
        by_basis: dict[str, GroupVotes | None] = {votes.basis: votes for votes in one.votes}
        for basis, votes in by_basis.items() or [("", None)]:
            counts = one.by_basis.get(basis, {})
            interval = votes.interval if votes else None
            yield {
                "question": self.name,
                "model": one.model,
                "studies": one.n_studies,
                "programmes": one.n_cases,
                "basis": basis or None,
                "findings": counts.get("findings", 0),
                **{direction: counts.get(direction, 0) for direction in DIRECTION_WORDS},
                "better": votes.better if votes else 0,
                "told": votes.told if votes else 0,
                "share": votes.share if votes else None,
                "ci_low": interval[0] if interval else None,
                "ci_high": interval[1] if interval else None,
                "pooled": "; ".join(map(pooled_words, one.pooled)) or None
                if basis == "effect"
                else None,
            }

    def sentence(self) -> str:
        """Say the counts, the differences, and why there are none, in plain language."""
        return f"{self.question} {self.counts()} {self.difference()}"

    def counts(self) -> str:
        """Say, basis by basis, how many studies and programmes of each model show gains."""
        told = [
            f"{BASIS_WORDS[basis]}: "
            + ", ".join(
                f"{one.model} {votes.better} of {votes.told}"
                for one in self.models
                for votes in one.votes
                if votes.basis == basis and one.model != "not told" and votes.told
            )
            for basis in BASIS_WORDS
            if any(
                votes.basis == basis and votes.told
                for one in self.models
                if one.model != "not told"
                for votes in one.votes
            )
        ]
        if not told:
            return "No study that tells its model has a finding with a direction on it."
        return f"Studies or programmes with gains, {'; '.join(told)}."

    def difference(self) -> str:
        """Say how the models differ across studies and inside them, or why that is not known."""
        across = [one.sentence() for one in self.differences]
        if self.because:
            start = "On other metrics it" if across else "The difference between models"
            across.append(f"{start} cannot be estimated: {self.because}.")
        return " ".join([*across, *(_inside(one) for one in self.direct)])

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            "name": self.name,
            "question": self.question,
            "models": [_evidence(one) for one in self.models],
            "differences": [
                {**asdict(one), "unit": one.unit, "sentence": one.sentence()}
                for one in self.differences
            ],
            "because": self.because,
            "direct": [asdict(one) for one in self.direct],
            "strata": [asdict(one) for one in self.strata],
            "assumptions": list(self.assumptions),
            "refuted_by": list(self.refuted_by),
            "sentence": self.sentence(),
        }


@frozen(kw_only=True)
class EngagementComparison(Result):
    """Models of engagement compared on every question. Iterating gives the answers.

    Attributes:
        compendium: its name, as far as it has one.
        outcome: the outcome asked about; None for all questions.
        n_studies: number of studies.
        told: how many studies tell each model, with ``not told``.
        answers: one a question.
        unasked: how many findings belong to no question, by kind of outcome.
        direct: findings that compare two models inside one study, on any of the outcomes asked about:
            the only evidence of that kind.
        spreads: studies of each model by sector, design and period.
        concentrations: how far the studies of each model are of one kind.
        overlaps: which sectors, designs and periods two models share.
        features: features of co-creation, counted.
        assumptions: what holds for all questions.

    Examples:
        >>> import implsci
        >>> from implsci.analysis import engagement
        >>> found = engagement.compare(implsci.load("implsci-examples"))
        >>> [answer.name for answer in found][:2], found.told["push"]
        (['research_use', 'capacity'], 9)
    """

    compendium: str | None
    outcome: str | None
    n_studies: int
    told: Mapping[EngagementModel, int]
    answers: tuple[EngagementAnswer, ...]
    unasked: Mapping[str, int]
    direct: tuple[DirectComparison, ...]
    spreads: tuple[Spread, ...]
    concentrations: tuple[Concentration, ...]
    overlaps: tuple[Overlap, ...]
    features: tuple[FeatureCount, ...]
    assumptions: tuple[str, ...]

    def __iter__(self) -> Iterator[EngagementAnswer]:
        return iter(self.answers)

    def __getitem__(self, name: str) -> EngagementAnswer:
        """Return the answer to one question.

        Raises:
            KeyError: there is no such question.
        """
        return {answer.name: answer for answer in self.answers}[name]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What stands in the way of reading a difference as one of models, in plain words.

        Studies of one sector are no warning where those of every model are mostly of that one.
        """
        few = [
            f"only one study tells {model}, which says nothing of the model"
            for model in COMPARED
            if self.told.get(model) == 1
        ]
        mostly = [
            f"{one.studies} of the {one.of} {one.model} studies that tell their {one.trait} are of "
            f"one {one.trait}: {' or '.join(map(_bare, one.commonest))}"
            for one in self.concentrations
            if one.mostly and one.model in COMPARED and not self._alike(one.trait)
        ]
        return (*few, *mostly, *(one.warning for one in self.overlaps if one.warning))

    def _alike(self, trait: str) -> bool:
        """Say whether the studies of all models are mostly of one and the same sector, or the like."""
        own = [
            one for one in self.concentrations
            if one.trait == trait and one.model in COMPARED and one.of
        ]  # fmt: skip
        shared = frozenset.intersection(*(frozenset(one.commonest) for one in own))
        return bool(shared) and all(one.studies / one.of >= MOSTLY for one in own)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each question, model and basis."""
        return tuple(row for answer in self.answers for row in answer.to_rows())

    def heading(self) -> str:
        """Say how many studies tell which model."""
        told = ", ".join(
            f"{model} {count}" for model, count in self.told.items() if model != "not told"
        )
        n = self.n_studies - self.told.get("not told", 0)
        return f"{n} of {self.n_studies} studies tell their model of engagement: {told}."

    def sentence(self) -> str:
        """Say what each question comes to, and what stands in the way."""
        inside = (
            ""
            if self.direct
            else "No finding compares two models inside one study, so that every comparison is one "
            "of studies that differ in more than the model."
        )
        warned = "".join(f" Caution: {one}." for one in self.warnings)
        answers = " ".join(answer.sentence() for answer in self.answers)
        return f"{self.heading()} {answers} {inside}{warned}".replace("  ", " ")

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            "compendium": self.compendium,
            "outcome": self.outcome,
            "studies": self.n_studies,
            "told": dict(self.told),
            "questions": [answer.to_dict() for answer in self.answers],
            "unasked": dict(self.unasked),
            "direct": [asdict(one) for one in self.direct],
            "spreads": [asdict(one) for one in self.spreads],
            "concentrations": [
                {**asdict(one), "share": one.share, "mostly": one.mostly}
                for one in self.concentrations
            ],
            "overlaps": [asdict(one) for one in self.overlaps],
            "features": [asdict(one) for one in self.features],
            "warnings": list(self.warnings),
            "assumptions": list(self.assumptions),
            "sentence": self.sentence(),
        }

    def to_svg(self) -> str:
        """Draw the models side by side, for a reader who wants no statistics."""
        from implsci.analysis.engagement._figure import drawn

        return drawn(self)


def _bare(value: str) -> str:
    return value.removeprefix("sector:").replace("_", " ")


def _inside(one: DirectComparison) -> str:
    number = (
        ""
        if one.metric is None or one.value is None
        else f" ({one.metric} {one.value:g}, as published)"
    )
    return (
        f"Inside {one.study}, {one.model} against {one.against}: {one.outcome} "
        f"{one.direction.replace('_', ' ')}{number}."
    )


def _evidence(one: ModelEvidence) -> dict[str, object]:
    return {
        **asdict(one, recurse=False),
        "by_basis": {basis: dict(counts) for basis, counts in one.by_basis.items()},
        "votes": [
            {**asdict(votes), "told": votes.told, "share": votes.share, "interval": votes.interval}
            for votes in one.votes
        ],
        "pooled": [asdict(each) for each in one.pooled],
    }
