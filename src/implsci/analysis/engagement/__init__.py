"""Models of engagement compared: push, pull, co-creation, and studies that mix them.

Outsiders may bring a finished answer (push), sites may ask for one (pull), or both may work it out
together (co-creation; Metz, Jensen, Farley and Boaz 2022, doi:10.1177/26334895221105585). `compare`
asks a compendium which of these goes with more use of research, more capacity and better outcomes;
what else differs between the studies of each; and which features of co-creation go with gains.

Examples:
    >>> import implsci
    >>> from implsci.analysis import engagement
    >>> found = engagement.compare(implsci.load("implsci-examples"))
    >>> found.heading()
    '55 of 373 studies tell their model of engagement: push 9, pull 1, co-creation 33, mixed 12.'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from implsci.analysis._arguments import checked
from implsci.analysis._months import months_of
from implsci.analysis.engagement import _confounding
from implsci.analysis.engagement._confounding import (
    Concentration,
    Overlap,
    Spread,
    Stratum,
    Traits,
)
from implsci.analysis.engagement._differences import Contrast, ModelDifference, differences
from implsci.analysis.engagement._evidence import GroupVotes, ModelEvidence, evidence, pooled_words
from implsci.analysis.engagement._features import ANY_FEATURE, FeatureCount, FeatureKind, features
from implsci.analysis.engagement._grounds import (
    ASSUMES,
    ASSUMES_OVERALL,
    KINDS,
    QUESTIONS,
    REFUTES,
)
from implsci.analysis.engagement._models import (
    MODELS,
    DirectComparison,
    EngagementModel,
    Reading,
    Seen,
)
from implsci.analysis.engagement._moderating import FOLLOW_UP, FeatureModeration, moderate
from implsci.analysis.engagement._results import EngagementAnswer, EngagementComparison
from implsci.analysis.relational import relational_by
from implsci.compendium import Compendium
from implsci.compendium.facets import outcome_codes
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "ANY_FEATURE",
    "FOLLOW_UP",
    "QUESTIONS",
    "Concentration",
    "Contrast",
    "DirectComparison",
    "EngagementAnswer",
    "EngagementComparison",
    "EngagementModel",
    "FeatureCount",
    "FeatureKind",
    "FeatureModeration",
    "GroupVotes",
    "ModelDifference",
    "ModelEvidence",
    "Overlap",
    "Spread",
    "Stratum",
    "compare",
    "moderate",
    "months_of",
    "pooled_words",
]


def __dir__() -> list[str]:
    return __all__


@checked
def compare(
    compendium: Compendium | Iterable[Study],
    outcome: str | None = None,
    *,
    r: float = 0.8,
    registry: Registry | None = None,
) -> EngagementComparison:
    """Compare models of engagement: who gains, by how much, and what else differs.

    A study tells its model by its codes of the taxonomy ``engagement``; with several it is mixed,
    without any it is not told, and counts to no model. For each question and model come the findings
    by basis and direction, one vote a study or programme (see `implsci.analysis.votes`), effects
    pooled within the model (`implsci.analysis.pooling`), and the difference between models: a
    random-effects meta-regression on the model as dummies, y_i = b0 + sum_m b_m [model_i = m] + u_i +
    e_i (Berkey 1995, doi:10.1002/sim.4780140406), push the reference where it has effects. It takes
    two models with two independent effects each on one metric, else it cannot be estimated. Findings
    that compare two models inside one study are listed apart and are in no group.

    Args:
        compendium: the studies.
        outcome: only findings on this outcome: a code (or anything narrower), a label, or a kind
            such as ``research_use``. None asks the five questions of `QUESTIONS`.
        r: correlation assumed between effects of one study or programme, 0 to 1.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        One comparable answer a question; what else differs; and features of co-creation.

    Raises:
        CannotEstimateError: no study tells its model.
        InvalidQueryError: `r` out of 0 to 1, or no such outcome.
        MissingExtraError: numpy or scipy is not installed.

    Examples:
        >>> from implsci import Finding, Outcome
        >>> def made(name, model, direction, sector):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         engagement=(f"engagement:{model}",),
        ...         sectors=(sector,),
        ...         outcomes=(Outcome(id="o", label="use of evidence", kind="research_use"),),
        ...         findings=(Finding(id="f", outcome="o", direction=direction, basis="description"),),
        ...     )
        >>> found = compare(
        ...     [
        ...         made("a", "push", "no_difference", "sector:health"),
        ...         made("b", "push", "improved", "sector:health"),
        ...         made("c", "co-creation", "improved", "sector:education"),
        ...     ]
        ... )
        >>> print(found["research_use"].counts())
        Studies or programmes with gains, descriptions: push 1 of 2, co-creation 1 of 1.
        >>> found.warnings[2]
        'push and co-creation share no sector, so that model and sector cannot be told apart'
    """
    if not 0 <= r <= 1:
        raise InvalidQueryError(f"r: expected 0 to 1, got {r!r}")
    taxonomies = registry or default_registry()
    reading, traits = Reading(taxonomies), Traits(taxonomies)
    asked = None if outcome is None else outcome_codes(outcome, taxonomies)
    models: list[tuple[Study, EngagementModel]] = [
        (study, reading.of_study(study)) for study in compendium
    ]
    told = Counter(model for _, model in models)
    if len(models) == told["not told"]:
        raise CannotEstimateError(
            f"no study (of {len(models)}) tells its model of engagement; expected codes such as "
            "engagement:push in Study.engagement"
        )
    seen = [
        Seen(study, finding, outcomes[finding.outcome], model)
        for study, model in models
        for outcomes in [{node.id: node for node in study.outcomes}]
        for finding in study.findings
    ]

    def asked_about(one: Seen) -> bool:
        return asked is not None and (
            one.outcome.kind in asked or not asked.isdisjoint(one.outcome.codes)
        )

    groups = (
        [
            (name, QUESTIONS[name], [one for one in seen if one.outcome.kind in kinds])
            for name, kinds in KINDS.items()
        ]
        if outcome is None
        else [(outcome, f"With which model does it go better: {outcome}?",
               [one for one in seen if asked_about(one)])]
    )  # fmt: skip
    kept = {id(one.finding) for _, _, own in groups for one in own}
    return EngagementComparison(
        compendium=compendium.name if isinstance(compendium, Compendium) else None,
        outcome=outcome,
        n_studies=len(models),
        told={model: told[model] for model in MODELS if told[model]},
        answers=tuple(_answer(name, words, own, reading, traits, r) for name, words, own in groups),
        unasked=dict(
            sorted(
                Counter(
                    one.outcome.kind or "kind not told"
                    for one in seen
                    if id(one.finding) not in kept
                ).items()
            )
        ),
        direct=_apart([one for one in seen if outcome is None or asked_about(one)], reading)[1],
        spreads=_confounding.spreads(models, traits),
        concentrations=_confounding.concentrations(models, traits),
        overlaps=_confounding.overlaps(models, traits),
        features=tuple(
            count
            for name, _, own in groups
            for count in features(
                name,
                _apart(own, reading)[0],
                lambda code: _label(code, taxonomies),
                relational_by(taxonomies),
            )
        ),
        assumptions=ASSUMES_OVERALL,
    )


def _answer(
    name: str,
    words: str,
    seen: Sequence[Seen],
    reading: Reading,
    traits: Traits,
    r: float,
) -> EngagementAnswer:
    grouped, direct = _apart(seen, reading)
    found, because = differences(grouped, traits, r)
    return EngagementAnswer(
        name=name,
        question=words,
        models=tuple(
            evidence(model, grouped, r)
            for model in MODELS
            if model != "other" or any(one.model == "other" for one in grouped)
        ),
        differences=found,
        because=because,
        direct=direct,
        strata=_confounding.strata(grouped, traits),
        assumptions=ASSUMES,
        refuted_by=REFUTES,
    )


def _apart(
    seen: Sequence[Seen], reading: Reading
) -> tuple[list[Seen], tuple[DirectComparison, ...]]:
    """Part findings into those of one model and those that compare two."""
    grouped: list[Seen] = []
    direct: list[DirectComparison] = []
    for one in seen:
        pair = reading.compares(one.study, one.finding)
        if not pair:
            grouped.append(one)
            continue
        number = one.finding.estimate
        direct.append(
            DirectComparison(
                study=one.study.id,
                finding=one.finding.id,
                outcome=one.outcome.label,
                kind=one.outcome.kind,
                model=pair[0],
                against=pair[1],
                basis=one.finding.basis,
                direction=one.finding.direction,
                metric=number.metric if number else None,
                value=number.value if number else None,
                ci_low=number.ci_low if number else None,
                ci_high=number.ci_high if number else None,
            )
        )
    return grouped, tuple(direct)


def _label(code: str, registry: Registry) -> str:
    try:
        return registry.term(code).label
    except UnknownNameError:
        return code
