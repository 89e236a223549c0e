"""How far effects differ between models: meta-regression with the model as a moderator."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from attrs import frozen

from implsci.analysis import meta
from implsci.analysis.engagement._confounding import Traits, apart
from implsci.analysis.engagement._evidence import reasons
from implsci.analysis.engagement._models import COMPARED, EngagementModel, Seen
from implsci.analysis.pooling import Effect, oriented
from implsci.errors import CannotEstimateError
from implsci.model import Study
from implsci.model.evidence import RATIO_METRICS

__all__ = ["FEWEST", "Contrast", "ModelDifference", "differences"]

FEWEST: Final = 2
"""Independent effects that a model needs to be compared: with one, its spread is unknown."""


@frozen(kw_only=True)
class Contrast:
    """How effects of one model differ from those of the reference.

    Attributes:
        model: the model.
        k: number of its independent effects.
        estimate: a ratio of ratios for ratio metrics (above 1 is better than the reference), else a
            difference (above 0 is better); correlations as Fisher's z.
        ci_low: lower end of its 95 % interval.
        ci_high: upper end.
        p: its two-sided p-value.

    Examples:
        >>> Contrast(model="co-creation", k=4, estimate=1.2, ci_low=0.9, ci_high=1.6, p=0.2).k
        4
    """

    model: EngagementModel
    k: int
    estimate: float
    ci_low: float
    ci_high: float
    p: float


@frozen(kw_only=True)
class ModelDifference:
    """Effects of several models on one metric, compared across studies.

    Attributes:
        metric: metric of the effects, each oriented so that more is better.
        reference: the model that the others are compared with.
        k_reference: number of its independent effects.
        contrasts: the other models.
        k: number of independent effects together.
        qm: test that all models are alike, chi-squared on `qm_df`.
        qm_df: degrees of freedom.
        qm_p: its p-value.
        tau2: variance between studies that the models leave.
        r2: percent of the variance between studies that goes with the model; None where there is none.
        left_out: models with too few effects, and programmes with effects of several models.
        confounded: which models cannot be told apart from sector, design or period among the studies
            compared, so that the difference may as well come from that.
        method: how it was arrived at.

    Examples:
        >>> from implsci.analysis.engagement import compare
        >>> from implsci import Estimate, Finding, Outcome, Study
        >>> def trial(name, model, value):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         design="rct",
        ...         engagement=(f"engagement:{model}",),
        ...         outcomes=(Outcome(id="o", label="use", kind="research_use", desirable="higher"),),
        ...         findings=(
        ...             Finding(
        ...                 id="f",
        ...                 outcome="o",
        ...                 direction="improved",
        ...                 basis="effect",
        ...                 comparator="usual_practice",
        ...                 estimate=Estimate(metric="SMD", value=value, se=0.1),
        ...             ),
        ...         ),
        ...     )
        >>> found = compare(
        ...     [trial("a", "push", 0.1), trial("b", "push", 0.3), trial("c", "co-creation", 0.5),
        ...      trial("d", "co-creation", 0.7)]
        ... )
        >>> (difference,) = found["research_use"].differences
        >>> [(one.model, round(one.estimate, 2)) for one in difference.contrasts]
        [('co-creation', 0.4)]
    """

    metric: str
    reference: EngagementModel
    k_reference: int
    contrasts: tuple[Contrast, ...]
    k: int
    qm: float
    qm_df: int
    qm_p: float
    tau2: float
    r2: float | None
    left_out: tuple[str, ...]
    confounded: tuple[str, ...]
    method: str

    @property
    def unit(self) -> str:
        """What the estimates are."""
        if self.metric in RATIO_METRICS:
            return f"ratio of the {self.metric}s"
        return f"difference in {'Fisher z' if self.metric == 'r' else self.metric}"

    def sentence(self) -> str:
        """Say the differences, their test, and what they may come from instead."""
        told = "; ".join(
            f"{one.model} (k = {one.k}) against {self.reference} (k = {self.k_reference}): "
            f"{self.unit} {one.estimate:z.2f} [{one.ci_low:z.2f}, {one.ci_high:z.2f}]"
            for one in self.contrasts
        )
        out = f" Left out: {'; '.join(self.left_out)}." if self.left_out else ""
        but = (
            f" Among these studies {'; '.join(self.confounded)}: the difference may as well come "
            "from that."
            if self.confounded
            else ""
        )
        return (
            f"{told}; QM = {self.qm:.2f} on {self.qm_df} df, p = {self.qm_p:.2g}, k = {self.k} "
            f"({self.method}). An association across studies, not an effect of the model.{out}{but}"
        )


class _Independent(NamedTuple):
    model: EngagementModel
    studies: tuple[Study, ...]
    y: float
    v: float


def differences(
    seen: Sequence[Seen], traits: Traits, r: float
) -> tuple[tuple[ModelDifference, ...], str | None]:
    """Compare the effects of the models, one metric at a time; and say which cannot be compared."""
    models = [model for model in COMPARED if any(one.model == model for one in seen)]
    if len(models) < 2:
        return (), (
            f"only {models[0]} is told by studies with findings on it, and there is nothing to "
            "compare it with"
            if models
            else "no study that tells its model has a finding on it"
        )
    by_metric: dict[str, dict[EngagementModel, dict[str, list[tuple[Effect, Study]]]]] = {}
    silent: Counter[str] = Counter()
    for one in seen:
        if one.model not in COMPARED:
            continue
        effect = oriented(one.study, one.finding)
        if isinstance(effect, str):
            silent[effect] += 1
            continue
        own = by_metric.setdefault(effect.metric, {}).setdefault(one.model, {})
        own.setdefault(effect.group, []).append((effect, one.study))
    if not by_metric:
        return (), f"no effect of a study that tells its model can be pooled: {reasons(silent)}"
    found: list[ModelDifference] = []
    few: list[str] = []
    why: list[str] = []
    for metric in sorted(by_metric):
        groups, left_out = _independent(by_metric[metric])
        if sum(len(own) >= FEWEST for own in groups.values()) < 2:
            sizes = [f"{model} {len(own)}" for model, own in groups.items()]
            few.append(f"{metric}: {', '.join([*sizes, *left_out])}")
            continue
        try:
            found.append(_difference(metric, groups, left_out, traits, r))
        except CannotEstimateError as error:
            why.append(f"{metric}: {error.reason}")
    if few:
        why.append(
            f"two models need at least {FEWEST} independent effects each on one metric, and there "
            f"are {'; '.join(few)}"
        )
    return tuple(found), "; ".join(why) or None


_Groups: TypeAlias = Mapping[EngagementModel, Mapping[str, Sequence[tuple[Effect, Study]]]]


def _independent(by_model: _Groups) -> tuple[_Groups, list[str]]:
    """Leave out programmes with effects of several models, since those depend on one another."""
    cases = Counter(case for own in by_model.values() for case in own)
    shared = {case for case, models in cases.items() if models > 1}
    groups: _Groups = {
        model: {case: drawn for case, drawn in by_model[model].items() if case not in shared}
        for model in COMPARED
        if model in by_model
    }
    left_out = [f"programmes with effects of several models ({len(shared)})"] if shared else []
    return groups, left_out


def _difference(
    metric: str,
    groups: _Groups,
    left_out: Sequence[str],
    traits: Traits,
    r: float,
) -> ModelDifference:
    levels: list[EngagementModel] = [model for model, own in groups.items() if len(own) >= FEWEST]
    effects = [_combined(model, drawn, r) for model in levels for drawn in groups[model].values()]
    few = [
        f"{model}, with one independent effect" for model, own in groups.items() if len(own) == 1
    ]
    fit = meta.meta_regression(
        [one.y for one in effects],
        [one.v for one in effects],
        {"model": [one.model for one in effects]},
        reference={"model": levels[0]},
    )
    return ModelDifference(
        metric=metric,
        reference=levels[0],
        k_reference=sum(one.model == levels[0] for one in effects),
        contrasts=tuple(_contrast(metric, fit, model, effects) for model in levels[1:]),
        k=fit.k,
        qm=fit.qm,
        qm_df=fit.qm_df,
        qm_p=fit.qm_p,
        tau2=fit.tau2,
        r2=fit.r2,
        left_out=(*few, *left_out),
        confounded=tuple(
            apart(((study, one.model) for one in effects for study in one.studies), traits)
        ),
        method=f"random-effects meta-regression, REML, z; dependent effects combined first, r = {r:g}",
    )


def _combined(
    model: EngagementModel, drawn: Sequence[tuple[Effect, Study]], r: float
) -> _Independent:
    effects = [effect for effect, _ in drawn]
    studies = tuple({id(study): study for _, study in drawn}.values())
    if len(effects) == 1:
        return _Independent(model, studies, effects[0].y, effects[0].v)
    y, v = meta.combine_dependent([one.y for one in effects], [one.v for one in effects], r=r)
    return _Independent(model, studies, y, v)


def _contrast(
    metric: str,
    fit: meta.MetaRegression,
    model: EngagementModel,
    effects: Sequence[_Independent],
) -> Contrast:
    term = fit.coefficient(f"model={model}")
    try:
        value, low, high = (
            math.exp(bound) if metric in RATIO_METRICS else bound
            for bound in (term.estimate, term.ci_low, term.ci_high)
        )
    except OverflowError:
        raise CannotEstimateError("the difference is beyond all bounds") from None
    return Contrast(
        model=model,
        k=sum(one.model == model for one in effects),
        estimate=value,
        ci_low=low,
        ci_high=high,
        p=term.p,
    )
