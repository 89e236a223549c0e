"""Pooling: from the findings of a cell to one estimate a metric, or the reason why there is none.

The rules, which every result repeats: only effects against a comparator; oriented so that positive
(a ratio above 1) is better, which takes an outcome that says which way is desirable; ratios on the
log scale, correlations as Fisher's z; dependent effects of one study or programme combined first
into their mean (Borenstein 2009, ch. 24) with a stated correlation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from statistics import NormalDist
from typing import Final

from attrs import frozen

from implsci.model import Estimate, Finding, Outcome, Study
from implsci.model.evidence import RATIO_METRICS

__all__ = ["POOLED_METRICS", "Pooled", "pool"]

POOLED_METRICS: Final = ("SMD", *RATIO_METRICS, "RD", "r", "z")
"""Metrics whose values mean the same in every study; a raw mean difference or percent does not."""


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


def pool(
    pairs: Iterable[tuple[Study, Finding]], *, bundles: bool, r: float
) -> tuple[tuple[Pooled, ...], Counter[str]]:
    """Pool the effects among some findings.

    Args:
        pairs: findings with their studies.
        bundles: whether findings on several strategies may go in; where an axis is a strategy they
            may not, since no effect is credited to one strategy of a bundle.
        r: correlation assumed between the effects of one study or programme.

    Returns:
        One estimate a metric, by metric; and how many findings stayed out, by reason.

    Raises:
        MissingExtraError: numpy or scipy is not installed and there is something to pool.
    """
    effects: dict[str, dict[str, list[tuple[float, float]]]] = {}
    left_out: Counter[str] = Counter()
    for study, finding in pairs:
        outcome = next(node for node in study.outcomes if node.id == finding.outcome)
        reason = _unfit(finding, outcome, bundles)
        if reason or finding.estimate is None:
            left_out[reason or "no number"] += 1
            continue
        effect = _effect(finding.estimate, -1 if outcome.desirable == "lower" else 1)
        if effect is None:
            left_out["no standard error, variance or interval"] += 1
            continue
        group = study.programme or study.id
        effects.setdefault(finding.estimate.metric, {}).setdefault(group, []).append(effect)
    pooled = [_pool_metric(metric, effects[metric], r) for metric in sorted(effects)]
    for metric, result in zip(sorted(effects), pooled, strict=True):
        if isinstance(result, str):
            left_out[result] += sum(map(len, effects[metric].values()))
    return tuple(result for result in pooled if isinstance(result, Pooled)), left_out


def _unfit(finding: Finding, outcome: Outcome, bundles: bool) -> str | None:
    if finding.basis != "effect":
        return f"basis: {finding.basis or 'not stated'}"
    if finding.estimate is None or finding.estimate.value is None:
        return "no number"
    if finding.bundled and not bundles:
        return "bundle of strategies"
    if finding.estimate.metric not in POOLED_METRICS:
        return f"metric {finding.estimate.metric} cannot be pooled across studies"
    if outcome.desirable not in ("higher", "lower"):
        return "which way is desirable is not known"
    return None


def _effect(estimate: Estimate, sign: int) -> tuple[float, float] | None:
    """Return the oriented effect and its variance on the scale of pooling, None where unknown."""
    value = estimate.value
    if value is None:
        return None
    on_log = estimate.scale == "log"
    printed = [bound for bound in (value, estimate.ci_low, estimate.ci_high) if bound is not None]
    scaled = [_scaled(estimate.metric, bound, on_log) for bound in printed]
    known = [bound for bound in scaled if bound is not None]
    if len(known) < len(printed):
        return None
    y, *interval = known
    # A standard error on the natural scale of a ratio or a correlation says nothing on theirs.
    same_scale = on_log or (estimate.metric not in RATIO_METRICS and estimate.metric != "r")
    variance = estimate.variance or (estimate.se**2 if estimate.se is not None else None)
    if variance is None or not same_scale:
        if len(interval) != 2:
            return None
        z = NormalDist().inv_cdf(0.5 + (estimate.ci_level or 0.95) / 2)
        variance = ((interval[1] - interval[0]) / (2 * z)) ** 2
    if not variance > 0 or not math.isfinite(variance):
        return None
    return sign * y, variance


def _scaled(metric: str, value: float, on_log: bool) -> float | None:
    """Return a value on the scale of pooling, None where it has no place there."""
    if metric in RATIO_METRICS and not on_log:
        return math.log(value) if value > 0 else None
    if metric == "r":
        return math.atanh(value) if abs(value) < 1 else None
    return value


def _back(metric: str, value: float) -> float:
    if metric in RATIO_METRICS:
        return math.exp(value)
    return math.tanh(value) if metric == "r" else value


def _pool_metric(
    metric: str, groups: dict[str, list[tuple[float, float]]], r: float
) -> Pooled | str:
    from implsci.analysis import meta
    from implsci.errors import CannotEstimateError

    combined: list[tuple[float, float]] = []
    for effects in groups.values():
        y, v = zip(*effects, strict=True)
        combined.append(effects[0] if len(effects) == 1 else meta.combine_dependent(y, v, r=r))
    findings = sum(map(len, groups.values()))
    merged = f"; dependent effects combined first (r = {r:g})" if findings > len(groups) else ""
    if len(combined) == 1:
        return _single(metric, combined[0], findings, merged)
    ys, vs = zip(*combined, strict=True)
    try:
        result = meta.random_effects(ys, vs, method="REML", test="z")
    except CannotEstimateError as error:
        return error.reason
    return Pooled(
        metric=metric,
        k=result.k,
        value=_back(metric, result.estimate),
        ci_low=_back(metric, result.ci_low),
        ci_high=_back(metric, result.ci_high),
        tau2=result.tau2,
        i2=result.i2,
        method=f"random effects, REML, z{merged}",
        findings=findings,
    )


def _single(metric: str, effect: tuple[float, float], findings: int, merged: str) -> Pooled:
    y, v = effect
    half = NormalDist().inv_cdf(0.975) * math.sqrt(v)
    return Pooled(
        metric=metric,
        k=1,
        value=_back(metric, y),
        ci_low=_back(metric, y - half),
        ci_high=_back(metric, y + half),
        tau2=None,
        i2=None,
        method=f"single study, not pooled{merged}",
        findings=findings,
    )
