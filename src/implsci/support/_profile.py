"""Push, pull or co-creation: one arrangement held against the criteria on which they differ."""

from __future__ import annotations

from typing import Final

from implsci.model.support import CRITERIA, EngagementModel, SupportArrangement
from implsci.support._profile_result import (
    Disagreement,
    EngagementHistory,
    EngagementProfile,
    Reading,
)
from implsci.support._reading import KEEPER, checked, no_later, role, who
from implsci.support._verdict import MODELS, RULE, VerdictRule, verdict_of
from implsci.support._voices import (
    Criteria,
    checked_criteria,
    settled,
    shares_of,
    voices,
    weights,
)

__all__ = ["engagement_history", "engagement_profile"]


_ASSUMPTIONS: Final = (
    "each criterion counts the same, and those who answered it share it equally; "
    f"{KEEPER} is one voice among them",
    "of one party's answers the latest counts; one without a date gives way to any with one, and "
    "dates are compared to the precision that both have",
    "a criterion without an answer is unknown and in no score",
    "an answer is what somebody says of the arrangement, not what was seen",
    "criteria after a blog on technical assistance "
    "(http://wtgrantfoundation.org/strengthening-research-use-technical-assistance) and Metz 2022 "
    "(doi:10.1177/26334895221105585); how they are counted is ours",
)


def engagement_profile(
    arrangement: SupportArrangement,
    *,
    criteria: Criteria = CRITERIA,
    rule: VerdictRule = RULE,
    at: str | None = None,
) -> EngagementProfile:
    """Say how far an arrangement is push, pull and co-creation, and on which answers that rests.

    Score of a model = the sum, over the criteria that have an answer, of the share of those who
    answered that speak for it, divided by the number of these criteria. Each answer is left out in
    turn to see whether the verdict hangs on it. What the criteria are: a blog on technical assistance
    (http://wtgrantfoundation.org/strengthening-research-use-technical-assistance) for push and
    co-creation, Metz, Jensen, Farley and Boaz 2022 (doi:10.1177/26334895221105585) for the three.

    Args:
        arrangement: what is asked about.
        criteria: the criteria, each answer with the model it speaks for; answers that are not in it
            do not count.
        rule: how shares become a verdict; `more_than` makes a stricter one.
        at: only what was said by this date, ISO 8601; None for all.

    Raises:
        InvalidQueryError: `at` is no date, there is no criterion, or one speaks for no model.

    Examples:
        >>> from implsci.model.documents import Answer, Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     parties=(
        ...         Party(id="ta", label="the provider", role="provider"),
        ...         Party(id="site", label="the county", role="recipient"),
        ...     ),
        ...     answers=(
        ...         Answer(criterion="solution_source", answer="developed_together", by="ta"),
        ...         Answer(criterion="solution_source", answer="packaged_elsewhere", by="site"),
        ...         Answer(criterion="adaptability", answer="tailored_together", by="ta"),
        ...     ),
        ... )
        >>> found = engagement_profile(made_up)
        >>> found.scores
        {'push': 0.25, 'pull': 0.0, 'co-creation': 0.75}
        >>> found.verdict, [(one.criterion, one.without) for one in found.driving]
        ('co-creation', [('solution_source', 'mixed'), ('adaptability', 'mixed')])
    """
    checked_criteria(criteria)
    said = voices(arrangement, criteria, checked(at))
    shares = shares_of(said)
    views: dict[str, dict[str | None, list[EngagementModel]]] = {}
    for voice in said:
        views.setdefault(voice.criterion, {}).setdefault(voice.party, []).append(voice.model)
    return EngagementProfile(
        arrangement=arrangement.id,
        at=at,
        asked=tuple(criteria),
        readings=tuple(
            Reading(
                criterion=voice.criterion,
                party=voice.party,
                who=who(arrangement, voice.party),
                role=role(arrangement, voice.party),
                answer=voice.answer,
                model=voice.model,
                date=voice.date,
                because=voice.because,
                weight=float(weight),
                without=verdict_of(shares_of([*said[:place], *said[place + 1 :]]), rule),
            )
            for place, (voice, weight) in enumerate(zip(said, weights(said), strict=True))
        ),
        scores=None if shares is None else {model: float(shares[model]) for model in MODELS},
        verdict=verdict_of(shares, rule),
        settled=settled(said, criteria, rule),
        disagreements=tuple(
            Disagreement(
                criterion=name,
                views=tuple(
                    (who(arrangement, party), model)
                    for party, models in by_party.items()
                    for model in dict.fromkeys(models)
                ),
            )
            for name, by_party in views.items()
            if len({frozenset(models) for models in by_party.values()}) > 1
        ),
        rule=rule.words,
        assumptions=_ASSUMPTIONS,
    )


def engagement_history(
    arrangement: SupportArrangement,
    *,
    criteria: Criteria = CRITERIA,
    rule: VerdictRule = RULE,
    at: str | None = None,
) -> EngagementHistory:
    """Return the profile at each date at which an answer was given.

    Args:
        arrangement: what is asked about.
        criteria: the criteria, as in `engagement_profile`.
        rule: how shares become a verdict.
        at: only dates not known to come after this one, ISO 8601; None for all.

    Raises:
        InvalidQueryError: there is no criterion, one speaks for no model, or `at` is no date.

    Examples:
        >>> from implsci.model.documents import Answer, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     answers=(
        ...         Answer(criterion="solution_source", answer="packaged_elsewhere", date="2023-01"),
        ...         Answer(criterion="solution_source", answer="developed_together", date="2024-06"),
        ...     ),
        ... )
        >>> [(one.at, one.verdict) for one in engagement_history(made_up).profiles]
        [('2023-01', 'push'), ('2024-06', 'co-creation')]
    """
    checked_criteria(criteria)
    checked(at)
    dates = {
        one.date
        for one in arrangement.answers
        if one.date is not None
        and no_later(one.date, at)
        and one.answer in criteria.get(one.criterion, ())
    }
    return EngagementHistory(
        arrangement=arrangement.id,
        profiles=tuple(
            engagement_profile(arrangement, criteria=criteria, rule=rule, at=date)
            for date in sorted(dates)
        ),
        assumptions=_ASSUMPTIONS,
    )
