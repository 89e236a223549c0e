"""Pooling findings: from findings to oriented effects, and to one estimate a metric.

The rules, which every result repeats: only effects against a comparator; oriented so that positive
(a ratio above 1) is better, which takes an outcome that says which way is desirable; ratios on the
log scale; correlations as Fisher's z, with the variance 1 / (n - 3) where no interval is printed;
dependent effects of one study or programme combined first into their mean (Borenstein 2009, ch. 24)
with a stated correlation. Comparators may differ, and are counted beside each estimate; effects
against another strategy (`against_another`) answer another question and stay out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from statistics import NormalDist
from typing import Final, NamedTuple

from attrs import frozen

from implsci.errors import CannotEstimateError
from implsci.model import Estimate, Finding, Study
from implsci.model.evidence import RATIO_METRICS

__all__ = [
    "POOLED_METRICS",
    "Combined",
    "Drawn",
    "Effect",
    "Pooled",
    "against_another",
    "back",
    "combined",
    "effects_of",
    "is_bundle",
    "oriented",
    "pool",
]


def __dir__() -> list[str]:
    return __all__


POOLED_METRICS: Final = ("SMD", *RATIO_METRICS, "RD", "r", "z")
"""Metrics whose values mean the same in every study; a raw mean difference or percent does not."""


class Drawn(NamedTuple):
    """A finding drawn into a cell.

    Attributes:
        study: its study.
        finding: the finding.
        bundled: whether several strategies stand behind it, be it in several nodes or in one.
    """

    study: Study
    finding: Finding
    bundled: bool


@frozen(kw_only=True)
class Pooled:
    """A pooled estimate.

    Attributes:
        metric: the metric of all its effects.
        k: number of independent studies or programmes.
        value: the estimate, on the metric's own scale, oriented so that more is better.
        ci_low: lower end of its 95 % interval.
        ci_high: upper end.
        tau2: variance between studies, on the scale of pooling; None for a single study.
        i2: share of the variability that is between studies, percent; None for a single study.
        method: how it was arrived at.
        findings: how many findings went in.
        comparators: how many of them were compared with what.

    Examples:
        >>> import implsci
        >>> trials = implsci.load("implsci-examples").where(code="eric:facilitation")
        >>> table = implsci.synthesize(trials, "strategy", "outcome")
        >>> table.cell("Facilitation", "Adoption").estimates[0].k
        23
    """

    metric: str
    k: int
    value: float
    ci_low: float
    ci_high: float
    tau2: float | None
    i2: float | None
    method: str
    findings: int
    comparators: Mapping[str, int]


def pool(
    drawn: Iterable[Drawn], *, bundles: bool, r: float
) -> tuple[tuple[Pooled, ...], Counter[str]]:
    """Pool the effects among some findings.

    Args:
        drawn: findings with their studies.
        bundles: whether findings on several strategies may go in; where an axis is a strategy they
            may not, since no effect is credited to one strategy of a bundle.
        r: correlation assumed between the effects of one study or programme.

    Returns:
        One estimate a metric, by metric; and how many findings stayed out, by reason.

    Raises:
        MissingExtraError: numpy or scipy is not installed and there is something to pool.
    """
    effects, left_out = effects_of(drawn, bundles=bundles)
    pooled: list[Pooled] = []
    for metric in sorted(effects):
        result = _pool_metric(metric, effects[metric], r)
        if isinstance(result, str):
            left_out[result] += len(effects[metric])
        else:
            pooled.append(result)
    return tuple(pooled), left_out


def effects_of(
    drawn: Iterable[Drawn], *, bundles: bool
) -> tuple[dict[str, list[Effect]], Counter[str]]:
    """Return the effects among some findings that can be pooled, as `pool` takes them.

    Args:
        drawn: findings with their studies.
        bundles: whether findings on several strategies may go in.

    Returns:
        The effects by metric; and how many findings stayed out, by reason.

    Examples:
        >>> effects, left_out = effects_of((), bundles=False)
        >>> dict(effects), dict(left_out)
        ({}, {})
    """
    effects: dict[str, list[Effect]] = {}
    left_out: Counter[str] = Counter()
    for study, finding, bundled in drawn:
        bundle = "bundle of strategies" if bundled and not bundles else None
        effect = _silent(finding, ("effect",)) or bundle or oriented(study, finding)
        if isinstance(effect, str):
            left_out[effect] += 1
        else:
            effects.setdefault(effect.metric, []).append(effect)
    return effects, left_out


class Effect(NamedTuple):
    """An effect on the scale of pooling, oriented so that more is better.

    Attributes:
        metric: its metric.
        group: the programme, or the study, that it depends on.
        y: the effect; ratios as logarithms, correlations as Fisher's z.
        v: its sampling variance.
        comparator: what it was compared with.
        study: id of its study.
        finding: id of its finding.
    """

    metric: str
    group: str
    y: float
    v: float
    comparator: str
    study: str
    finding: str


class Combined(NamedTuple):
    """The one effect of a study or programme: its own, or the mean of those that depend.

    Attributes:
        group: the programme, or the study.
        y: the effect, on the scale of pooling.
        v: its sampling variance.
        effects: what went in.
    """

    group: str
    y: float
    v: float
    effects: tuple[Effect, ...]


def combined(effects: Iterable[Effect], r: float = 0.8) -> tuple[Combined, ...]:
    """Return one effect a study or programme: dependent ones as their mean (Borenstein 2009, ch. 24).

    Args:
        effects: effects of one metric.
        r: correlation assumed between the effects of one study or programme.

    Raises:
        CannotEstimateError: dependent effects have no mean.
        MissingExtraError: there are dependent effects and numpy is not installed.

    Examples:
        >>> one = Effect("SMD", "a", 0.4, 0.1, "usual_practice", "a", "f1")
        >>> other = Effect("SMD", "a", 0.2, 0.1, "usual_practice", "a", "f2")
        >>> found = combined([one, other], r=0.5)
        >>> len(found), round(found[0].y, 2), round(found[0].v, 3)
        (1, 0.3, 0.075)
    """
    groups: dict[str, list[Effect]] = {}
    for effect in effects:
        groups.setdefault(effect.group, []).append(effect)
    return tuple(
        Combined(group, *_mean(own, r), effects=tuple(own)) for group, own in groups.items()
    )


def _mean(own: list[Effect], r: float) -> tuple[float, float]:
    if len(own) == 1:
        return own[0].y, own[0].v
    from implsci.analysis import meta  # numpy only where there is something to combine

    return meta.combine_dependent([one.y for one in own], [one.v for one in own], r=r)


def oriented(
    study: Study, finding: Finding, *, bases: tuple[str, ...] = ("effect",)
) -> Effect | str:
    """Return the effect of a finding on the scale of pooling, or why it has none.

    Args:
        study: the study that holds the finding.
        finding: the finding.
        bases: the bases taken; effects, associations and the rest are never pooled together.

    Returns:
        The effect, its sign turned where less is better; or the reason, in words.
    """
    estimate = finding.estimate
    outcome = next(node for node in study.outcomes if node.id == finding.outcome)
    if estimate is None or estimate.value is None or finding.basis not in bases:
        return _silent(finding, bases) or "no number"
    if against_another(study, finding):
        return "compared with another strategy"
    if estimate.metric not in POOLED_METRICS:
        return f"metric {estimate.metric} cannot be pooled across studies"
    if outcome.desirable not in ("higher", "lower"):
        return "which way is desirable is not known"
    try:
        y = _scaled(estimate, estimate.value)
        variance = _variance(estimate)
    except (ValueError, ArithmeticError):  # a ratio of 0, a correlation of 1, or beyond all bounds
        return "the number has no place on the scale of pooling"
    if variance is None:
        return "no standard error, variance or interval on the scale of pooling"
    if not _TINY < variance < _HUGE or abs(y) > _HUGE:
        return "the number has no place on the scale of pooling"
    return Effect(
        metric=estimate.metric,
        group=study.programme or study.id,
        y=-y if outcome.desirable == "lower" else y,
        v=variance,
        comparator=finding.comparator or "not stated",
        study=study.id,
        finding=finding.id,
    )


def against_another(study: Study, finding: Finding) -> bool:
    """Say whether a finding compares its strategies with another strategy.

    So where its comparator is said to be one, and where the side compared with is said to have got
    one (`Finding.comparator_strategies`, the strategies of its arm). What both arms got and the
    finding is not credited to is the ground that both stand on, and no other strategy.

    Args:
        study: the study that holds the finding.
        finding: the finding.

    Examples:
        >>> from implsci import Arm, Finding, Outcome, Strategy, Study
        >>> finding = Finding(
        ...     id="f", outcome="o", direction="improved", strategies=("visits",), comparator="arm",
        ...     arm="one", comparator_arm="two",
        ... )
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     strategies=tuple(Strategy(id=name, label=name) for name in ("visits", "calls")),
        ...     outcomes=(Outcome(id="o", label="use"),),
        ...     arms=(
        ...         Arm(id="one", label="visits", strategies=("visits",)),
        ...         Arm(id="two", label="calls", strategies=("calls",)),
        ...     ),
        ...     findings=(finding,),
        ... )
        >>> against_another(study, finding)
        True
    """
    if finding.comparator == "strategy":
        return True
    if finding.comparator_arm is None and not finding.comparator_strategies:
        return False
    own, other = _sides(study, finding)
    return not own.difference(finding.strategies).issuperset(other)


def is_bundle(study: Study, finding: Finding) -> bool:
    """Say whether several strategies stand behind a finding, so that it belongs to none of them.

    Those it is credited to, and those that its arm got beside them and the side compared with is not
    said to have got.

    Args:
        study: the study that holds the finding.
        finding: the finding.

    Examples:
        >>> from implsci import Arm, Finding, Outcome, Strategy, Study
        >>> finding = Finding(
        ...     id="f", outcome="o", direction="improved", strategies=("visits",),
        ...     comparator="usual_practice", arm="one",
        ... )
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     strategies=tuple(Strategy(id=name, label=name) for name in ("visits", "calls")),
        ...     outcomes=(Outcome(id="o", label="use"),),
        ...     arms=(Arm(id="one", label="both", strategies=("visits", "calls")),),
        ...     findings=(finding,),
        ... )
        >>> finding.bundled, is_bundle(study, finding)
        (False, True)
    """
    if finding.bundled or finding.arm is None:
        return finding.bundled
    own, other = _sides(study, finding)
    return len((own - other).union(finding.strategies)) > 1


def _sides(study: Study, finding: Finding) -> tuple[set[str], set[str]]:
    """Return the strategies that the finding's arm got, and those of the side compared with."""
    got = {arm.id: arm.strategies for arm in study.arms}
    other = {*finding.comparator_strategies, *got.get(finding.comparator_arm or "", ())}
    return set(got.get(finding.arm or "", ())), other


def _silent(finding: Finding, bases: tuple[str, ...]) -> str | None:
    """Say why a finding has no number of these bases; None where it has."""
    if finding.basis not in bases:
        return f"basis: {finding.basis or 'not stated'}"
    if finding.estimate is None or finding.estimate.value is None:
        return "no number"
    return None


# Beyond these an effect or a variance is no measurement, and its square or exponent overflows.
_TINY: Final = 1e-12
_HUGE: Final = 1e6


def _scaled(estimate: Estimate, value: float) -> float:
    if estimate.metric in RATIO_METRICS and estimate.scale != "log":
        return math.log(value)
    return math.atanh(value) if estimate.metric == "r" else value


def _variance(estimate: Estimate) -> float | None:
    # A standard error on the natural scale of a ratio or a correlation says nothing on theirs.
    if estimate.scale == "log" or estimate.metric not in (*RATIO_METRICS, "r"):
        if estimate.variance is not None:
            return estimate.variance
        if estimate.se is not None:
            return estimate.se**2
    if estimate.ci_low is None or estimate.ci_high is None:
        # Fisher's z has variance 1 / (n - 3), whatever the correlation (Fisher 1921).
        bare = estimate.metric == "r" and not estimate.adjusted and (estimate.n or 0) > 3
        return 1 / (estimate.n - 3) if bare and estimate.n else None
    z = NormalDist().inv_cdf(0.5 + (estimate.ci_level or 0.95) / 2)
    low, high = _scaled(estimate, estimate.ci_low), _scaled(estimate, estimate.ci_high)
    return ((high - low) / (2 * z)) ** 2


def back(metric: str, value: float) -> float:
    """Return a pooled value on the metric's own scale."""
    if metric in RATIO_METRICS:
        return math.exp(value)
    return math.tanh(value) if metric == "r" else value


def _pool_metric(metric: str, effects: list[Effect], r: float) -> Pooled | str:
    from implsci.analysis import meta  # numpy only where there is something to pool

    try:
        each = combined(effects, r)
        merged = (
            f"; dependent effects combined first (r = {r:g})" if len(effects) > len(each) else ""
        )
        if len(each) == 1:
            ((_, y, v, _),) = each
            half = NormalDist().inv_cdf(0.975) * math.sqrt(v)
            span, tau2, i2 = (y, y - half, y + half), None, None
            method = f"single study, not pooled{merged}"
        else:
            found = meta.random_effects(
                [one.y for one in each], [one.v for one in each], method="REML", test="z"
            )
            span, tau2, i2 = (found.estimate, found.ci_low, found.ci_high), found.tau2, found.i2
            method = f"random effects, REML, z{merged}"
        value, low, high = (back(metric, bound) for bound in span)
    except CannotEstimateError as error:
        return error.reason
    except OverflowError:
        return "the pooled number is beyond all bounds"
    return Pooled(
        metric=metric,
        k=len(each),
        value=value,
        ci_low=low,
        ci_high=high,
        tau2=tau2,
        i2=i2,
        method=method,
        findings=len(effects),
        comparators=dict(sorted(Counter(effect.comparator for effect in effects).items())),
    )
