"""Acts of bringing knowledge into use: what they answer, whom they reach, what use came of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.errors import UnknownNameError
from implsci.knowledge._common import listed, of_class
from implsci.model.documents import Document, MobilisationActivity
from implsci.model.evidence import Measurement
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "QUESTIONS",
    "USES",
    "ActivityReview",
    "Mobilisation",
    "Reached",
    "mobilisation",
]

QUESTIONS: Final = ("why", "whose", "what", "how")
"""Ward's four questions (2017, doi:10.1332/174426416X14634763278725), as fields of an activity."""

USES: Final = ("instrumental", "conceptual", "symbolic", "other", "not told")
"""Kinds of use; ``other`` has a code of ``research-use`` under none of the first three."""

_SCHEME: Final = "research-use"


@frozen(kw_only=True)
class Reached:
    """A measurement of reach.

    Attributes:
        of: what was counted.
        value: the number; None where it was not printed.
        unit: its unit.
        n: how many were reached.
        base: of how many; None where not told.

    Examples:
        >>> Reached(of="schools", n=30, base=120).share
        0.25
    """

    of: str
    value: float | None = None
    unit: str | None = None
    n: int | None = None
    base: int | None = None

    @property
    def share(self) -> float | None:
        """The share reached, 0 to 1; None where no base is told and no share is printed."""
        if self.n is not None and self.base:
            return self.n / self.base
        if self.value is None:
            return None
        if self.unit == "proportion":
            return self.value
        if self.unit == "percent":
            return self.value / 100
        return self.value / self.base if self.unit == "count" and self.base else None

    def words(self) -> str:
        """Say it, with its base.

        Examples:
            >>> Reached(of="schools", n=30, base=120).words()
            'schools: 30 of 120 (25 %)'
            >>> Reached(of="views", value=500000, unit="count").words()
            'views: 500,000, base not told'
        """
        if self.n is not None and self.base:
            return f"{self.of}: {self.n:,} of {self.base:,} ({100 * self.n / self.base:.0f} %)"
        if self.value is None:
            return (
                f"{self.of}: not printed"
                if self.n is None
                else f"{self.of}: {self.n:,}, base not told"
            )
        share = self.share
        if share is None:
            unit = "" if self.unit in (None, "count") else f" {self.unit}"
            return f"{self.of}: {self.value:,g}{unit}, base not told"
        base = f" of {self.base:,}" if self.base else ", base not told"
        return f"{self.of}: {100 * share:.0f} %{base}"


@frozen(kw_only=True)
class ActivityReview:
    """An activity, question by question.

    Attributes:
        activity: the activity.
        answered: which of the four questions it answers by a code.
        reach: whom it reached.
        uses: outcomes that are a use of research, by kind.
        impacts: outcomes of any other kind.
        measured: how many outcomes have a measurement.

    Examples:
        >>> activity = MobilisationActivity(
        ...     id="m", title="Briefs", knowledge="reviews", process="letters", impact="use",
        ...     how=("mobilisation:dissemination",),
        ... )
        >>> mobilisation(activity).activities[0].unanswered
        ('why', 'whose', 'what')
    """

    activity: MobilisationActivity
    answered: tuple[str, ...]
    reach: tuple[Reached, ...]
    uses: Mapping[str, int]
    impacts: int
    measured: int

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Which of the four questions it leaves open."""
        return tuple(name for name in QUESTIONS if name not in self.answered)


@frozen(kw_only=True)
class Mobilisation(Result):
    """Activities side by side, as `mobilisation` returns them.

    Attributes:
        activities: each of them, in the order given.
        assumptions: how they were read.

    Examples:
        >>> from implsci.casebook import load
        >>> found = mobilisation(load("implsci-knowledge"))
        >>> found.activities[0].uses["instrumental"]
        2
    """

    activities: tuple[ActivityReview, ...]
    assumptions: tuple[str, ...] = (
        "a question counts as answered where a code answers it; it may be answered elsewhere in words",
        "a share needs the number of those who could have been reached; without it none is given",
        "the kind of use is that of the code on the outcome; a use without such a code is not told",
        "no outcome recorded means that none is known here, not that nothing came of it",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line an activity.

        Examples:
            >>> from implsci.casebook import load
            >>> row = mobilisation(load("implsci-knowledge")).to_rows()[1]
            >>> row["title"], row["reach"]
            ('Crime Reduction Toolkit', 'views: 500,000, base not told')
        """
        return tuple(
            {
                "id": one.activity.id,
                "title": one.activity.title,
                "knowledge": one.activity.knowledge,
                "process": one.activity.process,
                "impact": one.activity.impact,
                **{name: "; ".join(getattr(one.activity, name)) or None for name in QUESTIONS},
                "unanswered": ", ".join(one.unanswered) or None,
                "reach": "; ".join(part.words() for part in one.reach) or None,
                **{f"use_{kind.replace(' ', '_')}": one.uses[kind] for kind in USES},
                "impacts": one.impacts,
                "measured": one.measured,
                "note": one.activity.note,
            }
            for one in self.activities
        )

    def sentence(self) -> str:
        """Say which questions are open, how many know their reach, and which uses are told.

        Examples:
            >>> activity = MobilisationActivity(
            ...     id="m", title="Briefs", knowledge="reviews", process="letters", impact="use"
            ... )
            >>> print(mobilisation(activity).sentence())
            1 activity. Answered by a code: why 0, whose 0, what 0, how 0. Reach ...
        """
        every = self.activities
        answers = [f"{name} {sum(name in one.answered for one in every)}" for name in QUESTIONS]
        shares = sum(any(part.share is not None for part in one.reach) for one in every)
        uses = Counter({kind: sum(one.uses[kind] for one in every) for kind in USES})
        told = [
            f"{uses[kind]} {kind if kind != 'not told' else 'of a kind not told'}"
            for kind in USES
            if uses[kind]
        ]
        return (
            f"{counted(len(every), 'activity', 'activities')}. Answered by a code: {', '.join(answers)}. "
            f"Reach is told of {sum(bool(one.reach) for one in every)}, with a share of those it could "
            f"have reached {shares}. "
            + (
                f"Uses of research recorded: {listed(told)}."
                if told
                else "No use of research is recorded."
            )
        )


def mobilisation(
    activities: MobilisationActivity | Casebook | Iterable[Document],
    *,
    registry: Registry | None = None,
) -> Mobilisation:
    """Review acts of mobilising knowledge: four questions, reach, use and impact.

    The questions are those of Ward (2017, doi:10.1332/174426416X14634763278725); the kinds of use
    those of the scheme ``research-use``, whose narrower codes count for the kind they stand under.

    Args:
        activities: one activity, a casebook, or any of its records; those of other classes are passed
            over.
        registry: holds the scheme ``research-use``; the default registry where None.

    Raises:
        InvalidQueryError: there is no activity.

    Examples:
        >>> from implsci.casebook import load
        >>> found = mobilisation(load("implsci-knowledge"))
        >>> for one in found.activities:
        ...     print(one.activity.title, "-", ", ".join(one.unanswered))
        Teaching and Learning Toolkit - why, what
        Crime Reduction Toolkit - why, what
        A behavioral approach to mobilizing guidance on social and emotional learning - why, whose, what, how
        Summits of the What Works Network in the devolved nations - why, whose, what
    """
    if isinstance(activities, MobilisationActivity):
        activities = (activities,)
    found = of_class(activities, MobilisationActivity, "mobilisation activity")
    kinds = _kinds(found, registry or default_registry())
    return Mobilisation(activities=tuple(_review(one, kinds) for one in found))


def _review(activity: MobilisationActivity, kinds: Mapping[str, str]) -> ActivityReview:
    uses = Counter[str]()
    others = 0
    for outcome in activity.outcomes:
        found = {kinds[code] for code in outcome.codes if code in kinds}
        if found:
            uses.update(found)
        elif outcome.kind == "research_use":
            uses["not told"] += 1
        else:
            others += 1
    return ActivityReview(
        activity=activity,
        answered=tuple(name for name in QUESTIONS if getattr(activity, name)),
        reach=tuple(_reached(one) for one in activity.reach),
        uses={kind: uses[kind] for kind in USES},
        impacts=others,
        measured=sum(bool(outcome.measurements) for outcome in activity.outcomes),
    )


def _reached(one: Measurement) -> Reached:
    return Reached(of=one.of, value=one.value, unit=one.unit, n=one.n, base=one.base)


def _kinds(found: Iterable[MobilisationActivity], registry: Registry) -> Mapping[str, str]:
    """Return the kind of use of every code of the scheme that occurs."""
    codes = {
        code
        for activity in found
        for outcome in activity.outcomes
        for code in outcome.codes
        if code.startswith(f"{_SCHEME}:")
    }
    if not codes:
        return {}
    try:
        taxonomy = registry.taxonomy(_SCHEME)
    except UnknownNameError:  # without the scheme only the three kinds themselves can be told
        return {code: _kind((code,)) for code in codes}
    return {
        code: _kind((code, *(taxonomy.ancestors(code) if code in taxonomy else ())))
        for code in codes
    }


def _kind(codes: Iterable[str]) -> str:
    names = {code.partition(":")[2] for code in codes}
    return next((kind for kind in USES[:3] if kind in names), "other")
