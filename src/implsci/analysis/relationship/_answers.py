"""What is answered to each reading of a relationship, and all of them side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import frozen

from implsci.analysis.relationship._cases import Case
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import Tally, in_words

__all__ = ["QUESTIONS", "RoleAnswer", "Roles", "Standing", "Stance"]

Stance = Literal["strategy", "moderator", "mediator", "necessary_condition", "determinant"]
"""The ways a relationship can be read.

Examples:
    >>> from typing import get_args
    >>> get_args(Stance)[:2]
    ('strategy', 'moderator')
"""

Standing = Literal[
    "estimated", "trivial", "asserted", "claimed", "cannot be estimated", "no evidence"
]
"""What stands behind an answer: a number; a number that says nothing, since nothing varies; authors'
assertion or theory alone; findings without a number that can be put together; something that has no
number on these data; or nothing.

Examples:
    >>> from typing import get_args
    >>> len(get_args(Standing))
    6
"""

QUESTIONS: Final[Mapping[Stance, str]] = {
    "strategy": "Does building the relationship itself change outcomes?",
    "moderator": "Do strategies work better where the relationship is better?",
    "mediator": "Do strategies work by way of the relationship?",
    "necessary_condition": "Does success come without a good relationship?",
    "determinant": "Do outcomes go with how good the relationship is?",
}


@frozen(kw_only=True)
class RoleAnswer(Result):
    """What a compendium answers to one reading of a relationship.

    Attributes:
        role: the reading.
        question: the same as a question.
        standing: what stands behind the answer.
        estimate: the number, oriented so that more is better; None where there is none.
        ci_low: lower end of its 95 % interval; None where it has none.
        ci_high: upper end.
        metric: what the number is.
        method: how it was arrived at; None without a number.
        k: number of independent studies or programmes behind the number.
        n_studies: number of studies with a finding on this reading.
        n_findings: number of such findings.
        by_basis: these findings by basis and direction; bases are never added together.
        because: why there is no number, or why the number says nothing; None where it stands.
        caveat: how far the number may be read.
        figures: further figures, such as relevance and coverage of necessity.
        assumptions: what must hold.
        refuted_by: what would speak against this reading.
        studies: ids of the studies with a finding on this reading.

    Examples:
        >>> from implsci.analysis import relationship
        >>> import implsci
        >>> found = relationship.roles(implsci.load("implsci-examples"))
        >>> found["necessary_condition"].standing
        'asserted'
    """

    role: Stance
    question: str
    standing: Standing
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    metric: str | None = None
    method: str | None = None
    k: int | None = None
    n_studies: int
    n_findings: int
    by_basis: Tally
    because: str | None = None
    caveat: str | None = None
    figures: Mapping[str, float | None]
    assumptions: tuple[str, ...]
    refuted_by: tuple[str, ...]
    studies: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return the answer as one line."""
        return (
            {
                "role": self.role,
                "standing": self.standing,
                "estimate": self.estimate,
                "ci_low": self.ci_low,
                "ci_high": self.ci_high,
                "metric": self.metric,
                "k": self.k,
                "method": self.method,
                "studies": self.n_studies,
                "findings": self.n_findings,
                "said": "; ".join(in_words(self.by_basis)),
                "because": self.because,
                "caveat": self.caveat,
            },
        )

    def sentence(self) -> str:
        """Say the answer in one plain sentence."""
        return f"{self.question} {self.short()}"

    def short(self, *, counted: bool = True) -> str:
        """Say the answer without repeating the question.

        Args:
            counted: whether to say how many findings point which way.
        """
        told = "; ".join(in_words(self.by_basis)) if counted else ""
        behind = (
            f" ({told}; {self.n_studies} {'study' if self.n_studies == 1 else 'studies'})"
            if told
            else ""
        )
        if self.estimate is not None:
            interval = (
                f" [{self.ci_low:.2f}, {self.ci_high:.2f}]"
                if self.ci_low is not None and self.ci_high is not None
                else ""
            )
            relevance = self.figures.get("relevance (RoN)")
            beside = "" if relevance is None else f", relevance {relevance:.2f}"
            number = (
                f"{self.metric} {self.estimate:.2f}{interval}{beside}, {self.behind_it}{behind}."
            )
            return " ".join(filter(None, (number, self._because(), self.caveat)))
        if self.standing == "no evidence":
            return f"No study of this compendium claims it; {self.because}."
        start = {
            "asserted": "Asserted, and no result stands behind it",
            "claimed": "Reported, without a number that can be put together",
        }.get(self.standing, "Cannot be estimated")
        return f"{start}: {self.because}{behind}."

    @property
    def behind_it(self) -> str:
        """How much stands behind the number, such as ``k = 3`` or ``one study alone``."""
        if self.role == "necessary_condition":
            return "one case alone" if self.k == 1 else f"{self.k} cases"
        return "one study alone" if self.k == 1 else f"k = {self.k}"

    def _because(self) -> str | None:
        return None if self.because is None else f"{self.because[0].upper()}{self.because[1:]}."

    def to_dict(self) -> dict[str, object]:
        """Return the answer as plain values."""
        return {
            **self.to_rows()[0],
            "question": self.question,
            "by_basis": {basis: dict(counts) for basis, counts in self.by_basis.items()},
            "figures": dict(self.figures),
            "assumptions": list(self.assumptions),
            "refuted_by": list(self.refuted_by),
            "study_ids": list(self.studies),
            "sentence": self.sentence(),
        }


@frozen(kw_only=True)
class Roles(Result):
    """One compendium asked all the ways a relationship can be read. Iterating gives the answers.

    Attributes:
        compendium: its name, as far as it has one.
        outcome: the outcome asked about; None for all but relationships themselves.
        n_studies: number of studies.
        with_relationship: how many of them speak of a relationship.
        answers: one for each reading.
        cases: the programmes and studies that have a relationship, as the analyses see them.
        cut: from which quality on a relationship counts as good, 0 to 1.
        assumptions: what holds for all readings.

    Examples:
        >>> from implsci.analysis import relationship
        >>> import implsci
        >>> found = relationship.roles(implsci.load("implsci-examples"))
        >>> [answer.role for answer in found][:2], found.with_relationship
        (['strategy', 'moderator'], 100)
    """

    compendium: str | None
    outcome: str | None
    n_studies: int
    with_relationship: int
    answers: tuple[RoleAnswer, ...]
    cases: tuple[Case, ...]
    cut: float
    assumptions: tuple[str, ...]

    def __iter__(self) -> Iterator[RoleAnswer]:
        return iter(self.answers)

    def __getitem__(self, role: str) -> RoleAnswer:
        """Return the answer to one reading.

        Raises:
            KeyError: there is no such reading.
        """
        return {answer.role: answer for answer in self.answers}[role]  # type: ignore[index]  # any text may be asked for

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each reading."""
        return tuple(answer.to_rows()[0] for answer in self.answers)

    def sentence(self) -> str:
        """Say what each reading comes to, a sentence each."""
        start = (
            f"{self.with_relationship} of {self.n_studies} studies speak of a relationship between "
            "the people involved."
        )
        return " ".join([start, *(answer.sentence() for answer in self.answers)])

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values, the cases included."""
        return {
            "compendium": self.compendium,
            "outcome": self.outcome,
            "studies": self.n_studies,
            "with_relationship": self.with_relationship,
            "cut": self.cut,
            "roles": [answer.to_dict() for answer in self.answers],
            "cases": [dict(case.to_row()) for case in self.cases],
            "assumptions": list(self.assumptions),
            "sentence": self.sentence(),
        }

    def to_svg(self) -> str:
        """Draw the readings side by side, for a reader who wants no statistics."""
        from implsci.analysis.relationship._figure import drawn

        return drawn(self)
