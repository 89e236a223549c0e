"""Which studies bear on a question, why, and what they say so far.

Examples:
    >>> import implsci
    >>> from implsci.model.documents import ResearchQuestion
    >>> asked = ResearchQuestion(
    ...     id="q", text="Does co-creation build capacity?", kind="effect",
    ...     engagement=("engagement:co-creation",), outcome_kinds=("capacity",),
    ... )
    >>> found = bearing(asked, implsci.load("implsci-examples"), analyses=False)
    >>> found.n_studies
    373
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from implsci.analysis.engagement import EngagementAnswer, FeatureCount, compare
from implsci.analysis.relationship import RoleAnswer, roles
from implsci.analysis.tally import Tally, tally
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.errors import CannotEstimateError
from implsci.learning._asking import Asked, as_compendium, asked_by, case_of, expanded
from implsci.learning._bearing_result import ASSUMES, Bearing, BearingStudy, Level
from implsci.model import Finding, Study
from implsci.model.documents import Observation, ResearchQuestion
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["answered", "bearing"]

_SEVERAL = "several"


def bearing(
    question: ResearchQuestion,
    compendium: Compendium | Iterable[Study],
    casebook: Casebook | None = None,
    *,
    analyses: bool = True,
    registry: Registry | None = None,
) -> Bearing:
    """Return which studies bear on a question, why, and what they say so far.

    A question asks on up to five aspects: models of engagement, strategies, barriers, outcomes (codes
    or kinds, either will do) and the role of the relationship; a code stands for everything narrower.
    A study *answers* where one of its findings has every aspect asked; it *touches on* the question
    where it has them all but in no one finding. The rule is ours. Nothing is matched over a
    crosswalk, and no finding is added to one of another basis.

    Args:
        question: the question.
        compendium: the studies.
        casebook: observations of practice, put beside and never added; None for none.
        analyses: whether to ask `implsci.analysis.engagement.compare` where it compares models or
            asks for their features, and `implsci.analysis.relationship.roles` where it asks for a
            role; their answer says why where something cannot be estimated.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        MissingExtraError: numpy or scipy is not installed, and analyses are asked for.

    Examples:
        >>> from implsci import Finding, Outcome
        >>> study = Study(
        ...     id="a", title="A", engagement=("engagement:push",),
        ...     outcomes=(Outcome(id="o", label="use of evidence", kind="research_use"),),
        ...     findings=(Finding(id="f", outcome="o", direction="improved", basis="effect"),),
        ... )
        >>> asked = ResearchQuestion(
        ...     id="q", text="Does pushing get research used?", kind="effect",
        ...     engagement=("engagement:push",), outcome_kinds=("research_use",),
        ... )
        >>> found = bearing(asked, [study])
        >>> found.studies[0].because
        ('engagement: engagement:push', 'outcome: research_use')
        >>> found.analyses[0].because
        'only push is told by studies with findings on it, and there is nothing to compare it with'
    """
    known = registry or default_registry()
    asked = asked_by(question, known)
    studies = as_compendium(compendium)
    met = [_Met(study, asked.study(study), answered(asked, study)) for study in studies]
    ids = {study.id for study in studies}
    seen = () if casebook is None else _observations(question, asked, casebook)
    found = _Analyses() if not analyses else _analyzed(question, studies, known)
    return Bearing(
        question=question,
        studies=tuple(_rows(question, asked, met)),
        by_basis=tally(finding for one in met for finding in one.findings),
        by_engagement=_by_engagement(question, met, known),
        aspects={aspect: sum(aspect in one.has for one in met) for aspect in asked.wanted},
        n_studies=len(studies),
        analyses=tuple(found.answers),
        features=tuple(found.features),
        cannot=tuple(found.cannot),
        observations=seen,
        missing=tuple(name for name in question.studies if name not in ids),
        unknown=asked.unknown,
        because=None
        if asked.matchable
        else "the question names no code, kind or role that a study could be matched by",
        assumptions=ASSUMES,
    )


class _Met(NamedTuple):
    """A study as a question meets it: what it has of each aspect, and the findings that have all."""

    study: Study
    has: Mapping[str, tuple[str, ...]]
    findings: tuple[Finding, ...]


def answered(asked: Asked, study: Study) -> tuple[Finding, ...]:
    """Return the findings of a study that have every aspect asked."""
    if not asked.all_of(asked.study(study)):
        return ()
    return tuple(one for one in study.findings if asked.all_of(asked.finding(study, one)))


def _rows(question: ResearchQuestion, asked: Asked, met: Iterable[_Met]) -> Iterator[BearingStudy]:
    levels: dict[Level, list[BearingStudy]] = {"answers": [], "touches": [], "named": []}
    for one in met:
        if one.findings:
            found = _joined(asked.finding(one.study, finding) for finding in one.findings)
            levels["answers"].append(_row(one, "answers", found))
        elif asked.all_of(one.has):
            levels["touches"].append(_row(one, "touches", one.has))
        elif one.study.id in question.studies:
            levels["named"].append(_row(one, "named", {}))
    for rows in levels.values():
        yield from rows


def _joined(found: Iterable[Mapping[str, tuple[str, ...]]]) -> Mapping[str, tuple[str, ...]]:
    joined: dict[str, set[str]] = defaultdict(set)
    for one in found:
        for aspect, values in one.items():
            joined[aspect].update(values)
    return {aspect: tuple(sorted(values)) for aspect, values in joined.items()}


def _row(met: _Met, level: Level, found: Mapping[str, tuple[str, ...]]) -> BearingStudy:
    study, own = met.study, met.findings
    because = [f"{aspect}: {', '.join(values)}" for aspect, values in found.items()]
    if level == "touches":
        because.append("no finding joins them")
    elif level == "named":
        because.append("the question names it")
    return BearingStudy(
        study=study.id,
        case=case_of(study),
        title=study.title,
        year=study.year,
        level=level,
        because=tuple(because),
        findings=tuple(one.id for one in own),
        by_basis=tally(own),
        bundled=sum(one.bundled for one in own),
        sectors=study.sectors,
        countries=study.countries,
    )


def _by_engagement(
    question: ResearchQuestion, met: Iterable[_Met], registry: Registry
) -> Mapping[str, Tally]:
    """Return what the findings say by model; a study of several models is credited to none."""
    groups: dict[str, list[Finding]] = {code: [] for code in question.engagement}
    models = {code: set(expanded(code, registry, [])) for code in question.engagement}
    for one in met:
        under = [
            code
            for code, own in models.items()
            if not own.isdisjoint(one.has.get("engagement", ()))
        ]
        if one.findings and under:
            groups.setdefault(under[0] if len(under) == 1 else _SEVERAL, []).extend(one.findings)
    return {code: tally(own) for code, own in groups.items()}


def _observations(
    question: ResearchQuestion, asked: Asked, casebook: Casebook
) -> tuple[Observation, ...]:
    return tuple(
        one
        for one in casebook.of(Observation)
        if one.id in question.arises_from or asked.all_of(asked.observation(one))
    )


class _Analyses:
    """What the analyses answered, and why where they did not."""

    def __init__(self) -> None:
        self.answers: list[EngagementAnswer | RoleAnswer] = []
        self.features: list[FeatureCount] = []
        self.cannot: list[str] = []


def _analyzed(question: ResearchQuestion, studies: Compendium, registry: Registry) -> _Analyses:
    found = _Analyses()
    outcomes = (*question.outcome_kinds, *question.outcomes) or (None,)
    for outcome in outcomes:
        if question.role == "outcome":
            found.cannot.append("no analysis reads the relationship as an outcome of itself")
        elif question.role is not None:
            found.answers.append(roles(studies, outcome, registry=registry)[question.role])
        elif question.engagement and question.kind != "description":
            try:
                compared = compare(studies, outcome, registry=registry)
            except CannotEstimateError as error:
                found.cannot.append(error.reason)
                break
            if question.kind == "features":
                found.features += compared.features
            else:
                found.answers += compared.answers
    return found
