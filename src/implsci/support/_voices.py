"""Who says what at a time: the answers that count, and the votes they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from implsci._dates import before
from implsci.errors import InvalidQueryError
from implsci.model.support import Answer, EngagementModel, SupportArrangement
from implsci.support._reading import no_later
from implsci.support._verdict import MODELS, Shares, Verdict, VerdictRule, verdict_of

__all__ = ["Criteria", "Voice", "checked_criteria", "settled", "shares_of", "voices", "weights"]

Criteria: TypeAlias = Mapping[str, Mapping[str, EngagementModel]]
"""Criteria by name, each with the model that each of its answers speaks for.

Examples:
    >>> ours: Criteria = {"adaptability": {"fixed": "push", "tailored_together": "co-creation"}}
    >>> ours["adaptability"]["fixed"]
    'push'
"""


class Voice(NamedTuple):
    """What one party says last on one criterion."""

    criterion: str
    party: str | None
    answer: str
    model: EngagementModel
    date: str | None
    because: str | None


def checked_criteria(criteria: Criteria) -> Criteria:
    """Return criteria that can be asked.

    Raises:
        InvalidQueryError: there is none, one has no answers, or an answer speaks for no model.
    """
    if not criteria:
        raise InvalidQueryError("criteria: expected at least one, got none")
    for name, answers in criteria.items():
        if not answers:
            raise InvalidQueryError(f"criteria: {name!r} has no answers")
        for answer, model in answers.items():
            if model not in MODELS:
                raise InvalidQueryError(
                    f"criteria: {name!r}, {answer!r}: expected one of {', '.join(MODELS)}, "
                    f"got {model!r}"
                )
    return criteria


def voices(
    arrangement: SupportArrangement, criteria: Criteria, at: str | None
) -> tuple[Voice, ...]:
    """Return the latest answers of each party on each criterion, in the order of the criteria."""
    given: defaultdict[tuple[str, str | None], list[Answer]] = defaultdict(list)
    for answer in arrangement.answers:
        if answer.answer in criteria.get(answer.criterion, ()) and no_later(answer.date, at):
            given[answer.criterion, answer.by].append(answer)
    parties = [None, *(party.id for party in arrangement.parties)]
    return tuple(
        voice
        for name, answers in criteria.items()
        for party in parties
        for voice in _latest(name, party, given[name, party], answers)
    )


def _latest(
    name: str,
    party: str | None,
    given: Sequence[Answer],
    answers: Mapping[str, EngagementModel],
) -> Iterable[Voice]:
    dated = [one for one in given if one.date is not None]
    standing = [
        one
        for one in dated or given
        if not any(before(one.date or "", other.date or "") for other in dated)
    ]
    for answer, model in answers.items():
        same = [(one.date or "", one.because or "") for one in standing if one.answer == answer]
        if same:
            date, because = max(same)
            yield Voice(name, party, answer, model, date or None, because or None)


def weights(said: Sequence[Voice]) -> tuple[Fraction, ...]:
    """Return the part of its criterion that each voice makes up: parties share it equally."""
    answers: defaultdict[str, defaultdict[str | None, int]] = defaultdict(lambda: defaultdict(int))
    for voice in said:
        answers[voice.criterion][voice.party] += 1
    return tuple(
        Fraction(1, len(answers[voice.criterion]) * answers[voice.criterion][voice.party])
        for voice in said
    )


def shares_of(said: Sequence[Voice]) -> Shares | None:
    """Return the share of the criteria answered for each model; None where none is answered."""
    if not said:
        return None
    totals = _totals(said)
    return {model: totals[model] / len({voice.criterion for voice in said}) for model in MODELS}


def _totals(said: Sequence[Voice]) -> dict[EngagementModel, Fraction]:
    totals = dict.fromkeys(MODELS, Fraction(0))
    for voice, weight in zip(said, weights(said), strict=True):
        totals[voice.model] += weight
    return totals


def settled(said: Sequence[Voice], criteria: Criteria, rule: VerdictRule) -> bool:
    """Say whether no answer to the criteria without one would change the verdict."""
    now: Verdict = verdict_of(shares_of(said), rule)
    answered = {voice.criterion for voice in said}
    totals = _totals(said)
    reached = {tuple(totals[model] for model in MODELS)}
    for name, answers in criteria.items():
        if name not in answered:
            reached = {
                tuple(
                    total + (model == other) for other, total in zip(MODELS, earlier, strict=True)
                )
                for earlier in reached
                for model in answers.values()
            }
    n = len(criteria)
    return all(
        verdict_of({model: total / n for model, total in zip(MODELS, end, strict=True)}, rule)
        == now
        for end in reached
    )
