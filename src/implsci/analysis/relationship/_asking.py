"""The five readings, each asked of the same compendium."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from statistics import NormalDist
from typing import Final, NamedTuple

from implsci.analysis.pooling import Drawn, Effect, Pooled, back, oriented, pool
from implsci.analysis.relationship._answers import QUESTIONS, RoleAnswer, Stance, Standing
from implsci.analysis.relationship._cases import Case
from implsci.analysis.relationship._grounds import ASSUMES, CAVEATS, REFUTES
from implsci.analysis.tally import tally
from implsci.errors import CannotEstimateError
from implsci.model import Finding, Study
from implsci.model.evidence import RATIO_METRICS

__all__ = ["Asked", "determinant", "mediator", "moderator", "necessary", "strategy"]


class Asked(NamedTuple):
    """What the readings are asked of.

    Attributes:
        studies: the studies.
        keep: says whether a finding is on the outcome asked about.
        relational: says whether a strategy, by its id, is relational in its study.
        cases: the cases.
        cut: from which quality on a relationship counts as good.
        r: correlation assumed between effects of one study or programme.
    """

    studies: Sequence[Study]
    keep: Callable[[Study, Finding], bool]
    relational: Callable[[Study, str], bool]
    cases: tuple[Case, ...]
    cut: float
    r: float


class _Claim(NamedTuple):
    study: Study
    finding: Finding


def _claims(asked: Asked, *roles: str) -> list[_Claim]:
    return [
        _Claim(study, finding)
        for study in asked.studies
        for finding in study.findings
        if finding.role in roles and asked.keep(study, finding)
    ]


def _answer(
    role: Stance,
    claims: Sequence[_Claim],
    *,
    because: str | None,
    standing: Standing | None = None,
    estimate: float | None = None,
    interval: tuple[float | None, float | None] = (None, None),
    metric: str | None = None,
    method: str | None = None,
    k: int | None = None,
    figures: Mapping[str, float | None] | None = None,
    zero: int = 0,
) -> RoleAnswer:
    if standing is None:
        standing = "estimated" if estimate is not None else _standing(claims)
    return RoleAnswer(
        role=role,
        question=QUESTIONS[role],
        standing=standing,
        estimate=estimate,
        ci_low=interval[0],
        ci_high=interval[1],
        metric=metric,
        method=method,
        k=k,
        n_studies=len({claim.study.id for claim in claims}),
        n_findings=len(claims),
        by_basis=tally(claim.finding for claim in claims),
        because=because,
        caveat=None if estimate is None else CAVEATS[role].format(zero=zero),
        figures=figures or {},
        assumptions=ASSUMES[role],
        refuted_by=REFUTES[role],
        studies=tuple(sorted({claim.study.id for claim in claims})),
    )


def _standing(claims: Sequence[_Claim]) -> Standing:
    if not claims:
        return "no evidence"
    if all(claim.finding.basis in ("asserted", "theorized") for claim in claims):
        return "asserted"
    return "claimed"


def _changed(study: Study, finding: Finding) -> frozenset[str]:
    """Return the strategies that one side of a comparison got and the other did not."""
    got = {arm.id: arm.strategies for arm in study.arms}
    own = {*finding.strategies, *got.get(finding.arm or "", ())}
    other = {*finding.comparator_strategies, *got.get(finding.comparator_arm or "", ())}
    return frozenset(own ^ other)


def _most(pooled: Iterable[Pooled]) -> Pooled | None:
    """Return the estimate with most studies behind it; ties go by the metric's name."""
    return min(pooled, key=lambda one: (-one.k, one.metric), default=None)


def _reasons(left_out: Counter[str]) -> str:
    told = [f"{reason} ({count})" for reason, count in sorted(left_out.items())]
    return "; ".join(told) or "no finding"


def strategy(asked: Asked) -> RoleAnswer:
    """Pool effects of strategies that are nothing but relational, and of relationships as such."""
    claims = [
        _Claim(study, finding)
        for study in asked.studies
        for finding in study.findings
        if asked.keep(study, finding)
        and (
            finding.role == "strategy"
            or (
                finding.role is None
                and finding.strategies
                and all(asked.relational(study, name) for name in finding.strategies)
            )
        )
    ]
    drawn = [
        Drawn(
            claim.study,
            claim.finding,
            not all(
                asked.relational(claim.study, name) for name in _changed(claim.study, claim.finding)
            ),
        )
        for claim in claims
    ]
    pooled, left_out = pool(drawn, bundles=False, r=asked.r)
    best = _most(pooled)
    if best is None:
        return _answer(
            "strategy",
            claims,
            because=f"no effect of a relational strategy by itself has a number that can be pooled: "
            f"{_reasons(left_out)}",
        )
    return _answer(
        "strategy",
        claims,
        because=None,
        estimate=best.value,
        interval=(best.ci_low, best.ci_high),
        metric=best.metric,
        method=best.method,
        k=best.k,
        figures={f"{one.metric} (k = {one.k})": one.value for one in pooled},
        zero=int(best.metric in RATIO_METRICS),
    )


_CHANGES: Final = {
    "r": "change of Fisher's z from the poorest to the best relationship",
    "SMD": "change of the SMD from the poorest to the best relationship",
}
_FEWEST = 4  # effects for a slope with an interval: two coefficients, a variance, and one to spare


def moderator(asked: Asked) -> RoleAnswer:
    """Regress effects of strategies on the quality of the relationship, study by study."""
    claims = _claims(asked, "moderator")
    points, reason = _points(asked)
    if reason is None:
        from implsci.analysis import meta

        try:
            found = meta.meta_regression(
                [effect.y for effect, _ in points],
                [effect.v for effect, _ in points],
                {"quality": [quality for _, quality in points]},
            )
        except CannotEstimateError as error:
            reason = error.reason
        else:
            slope = found.coefficients[1]
            metric = points[0][0].metric
            ratio = metric in RATIO_METRICS
            turn = math.exp if ratio else float
            return _answer(
                "moderator",
                claims,
                because=None,
                estimate=turn(slope.estimate),
                interval=(turn(slope.ci_low), turn(slope.ci_high)),
                metric=_CHANGES.get(metric, f"change of the {metric}")
                if not ratio
                else f"ratio of the {metric} at the best relationship to that at the poorest",
                method="meta-regression on the quality of the relationship (REML, z)",
                k=len(points),
                figures={"p": slope.p, "tau2": found.tau2, "R2": found.r2},
                zero=int(ratio),
            )
    return _answer(
        "moderator",
        claims,
        because="; ".join(filter(None, (_among_successes(asked.cases, asked.cut), reason))),
        standing="cannot be estimated" if not claims and asked.cases else None,
    )


def _points(asked: Asked) -> tuple[list[tuple[Effect, float]], str | None]:
    """Return effects with the quality of their relationship, or why there are too few."""
    quality = {
        name: case.quality
        for case in asked.cases
        for name in case.studies
        if case.quality is not None
    }
    by_metric: dict[str, dict[str, list[tuple[Effect, float]]]] = {}
    left_out: Counter[str] = Counter()
    for study in asked.studies:
        for finding in study.findings:
            if study.id not in quality or not finding.strategies or not asked.keep(study, finding):
                continue
            effect = oriented(study, finding)
            if isinstance(effect, str):
                left_out[effect] += 1
            else:
                own = by_metric.setdefault(effect.metric, {}).setdefault(effect.group, [])
                own.append((effect, quality[study.id]))
    if not by_metric:
        return [], (
            "no effect of a strategy can be pooled among the studies with a known quality of the "
            f"relationship ({len(quality)} have one): {_reasons(left_out)}"
        )
    metric = min(by_metric, key=lambda name: (-len(by_metric[name]), name))
    points = [_combined(own, asked.r) for own in by_metric[metric].values()]
    if len(points) < _FEWEST:
        return points, (
            f"only {len(points)} independent effects ({metric}) stand beside a known quality of the "
            f"relationship; at least {_FEWEST} are needed"
        )
    if len({value for _, value in points}) == 1:
        return points, "the quality of the relationship is the same beside every effect"
    return points, None


def _combined(own: list[tuple[Effect, float]], r: float) -> tuple[Effect, float]:
    if len(own) == 1:
        return own[0]
    from implsci.analysis import meta

    y, v = meta.combine_dependent([one.y for one, _ in own], [one.v for one, _ in own], r=r)
    return own[0][0]._replace(y=y, v=v), sum(value for _, value in own) / len(own)


def _among_successes(cases: Iterable[Case], cut: float) -> str | None:
    """Say where success leaves no room for a moderator: all successes have one kind of relationship."""
    sides = [case.quality >= cut for case in cases if case.success and case.quality is not None]
    if not sides or len(set(sides)) > 1:
        return None
    return (
        f"among successes the relationship does not vary (it is {'good' if sides[0] else 'poor'} in "
        f"all {len(sides)} whose relationship is known), so that there nothing can be said of what "
        f"a {'poorer' if sides[0] else 'better'} one would change"
    )


def mediator(asked: Asked) -> RoleAnswer:
    """Put the path strategy to relationship and the path relationship to outcome together."""
    claims = _claims(asked, "mediator")
    (first, not_first), (second, not_second) = _path_a(asked), _path_b(asked)
    if not first or not second:
        missing = [
            f"{words}: {_reasons(reasons)}"
            for found, words, reasons in (
                (first, "no effect of a strategy on a relationship can be pooled", not_first),
                (second, "no association of a relationship with an outcome can be", not_second),
            )
            if not found
        ]
        return _answer(
            "mediator",
            claims,
            because="; and ".join(missing),
            standing=None if claims else "cannot be estimated" if asked.cases else None,
        )
    (a, var_a), (b, var_b) = _pooled_y(first, asked.r), _pooled_y(second, asked.r)
    ra, rb = math.tanh(a), math.tanh(b)
    se_a, se_b = math.sqrt(var_a) * (1 - ra**2), math.sqrt(var_b) * (1 - rb**2)
    product, se = ra * rb, math.sqrt(rb**2 * se_a**2 + ra**2 * se_b**2)
    half = NormalDist().inv_cdf(0.975) * se
    return _answer(
        "mediator",
        claims,
        because=None,
        estimate=product,
        interval=(product - half, product + half),
        metric="indirect path a*b, as a correlation",
        method="both paths pooled apart, product with a delta-method interval",
        k=min(len({one.group for one in path}) for path in (first, second)),
        figures={
            "a (strategy to relationship)": ra,
            "b (relationship to outcome)": rb,
            "k of a": float(len({one.group for one in first})),
            "k of b": float(len({one.group for one in second})),
        },
    )


_Path = tuple[list[Effect], Counter[str]]


def _path_a(asked: Asked) -> _Path:
    """Effects of strategies on relationships as Fisher's z, and what was left out why."""
    return _as_z(
        oriented(study, finding)
        for study in asked.studies
        for finding in study.findings
        if finding.strategies
        and next(node for node in study.outcomes if node.id == finding.outcome).kind
        == "relationship"
    )


def _path_b(asked: Asked) -> _Path:
    """Associations of relationships with outcomes as Fisher's z, and what was left out why."""
    return _as_z(
        oriented(claim.study, claim.finding, bases=("association",))
        for claim in _claims(asked, "determinant", "mediator")
        # Of a mediator with strategies the number may be theirs, or that of the whole path.
        if claim.finding.role == "determinant" or not claim.finding.strategies
    )


def _as_z(effects: Iterable[Effect | str]) -> _Path:
    turned: list[Effect] = []
    left_out: Counter[str] = Counter()
    for effect in effects:
        if isinstance(effect, str):
            left_out[effect] += 1
        elif (one := _z(effect)) is None:
            left_out[f"metric {effect.metric} is no correlation"] += 1
        else:
            turned.append(one)
    return turned, left_out


def _z(effect: Effect) -> Effect | None:
    if effect.metric in ("r", "z"):
        return effect
    if effect.metric != "SMD":
        return None
    # Borenstein 2009, ch. 7, for groups of one size: r = d / sqrt(d^2 + 4).
    root = math.sqrt(effect.y**2 + 4)
    r, slope = effect.y / root, 4 / root**3
    return effect._replace(metric="z", y=math.atanh(r), v=effect.v * (slope / (1 - r**2)) ** 2)


def _pooled_y(effects: list[Effect], r: float) -> tuple[float, float]:
    from implsci.analysis import meta

    groups: dict[str, list[tuple[Effect, float]]] = {}
    for effect in effects:
        groups.setdefault(effect.group, []).append((effect, 0.0))
    merged = [_combined(own, r)[0] for own in groups.values()]
    if len(merged) == 1:
        return merged[0].y, merged[0].v
    found = meta.random_effects([one.y for one in merged], [one.v for one in merged])
    return found.estimate, found.se**2


def necessary(asked: Asked) -> RoleAnswer:
    """Ask whether any case succeeded without a good relationship."""
    claims = _claims(asked, "necessary_condition")
    known = [case for case in asked.cases if case.quality is not None and case.success is not None]
    told = [case for case in known if case.success]
    if not told:
        reason = (
            f"of {len(asked.cases)} cases with a relationship, those that tell both its quality and "
            f"whether they succeeded are {len(known)}"
            + (", and none of them succeeded" if known else "")
        )
        # Authors say so; only a result over cases would make it more than that.
        standing: Standing = "asserted" if claims else "cannot be estimated"
        return _answer(
            "necessary_condition",
            claims,
            because=reason,
            standing=standing if asked.cases or claims else None,
        )
    good = [float((case.quality or 0.0) >= asked.cut) for case in known]
    success = [float(bool(case.success)) for case in known]
    both = sum(x * y for x, y in zip(good, success, strict=True))
    trivial = _trivial(good, success)
    return _answer(
        "necessary_condition",
        claims,
        because=trivial,
        standing="trivial" if trivial else "estimated",
        estimate=both / sum(success),
        metric=f"consistency of necessity ({both:.0f} of {sum(success):.0f} successes)",
        method="qualitative comparative analysis, crisp sets (inclN = sum min(X, Y) / sum Y)",
        k=len(known),
        figures={
            # Ragin 2006 and Schneider & Wagemann 2012, as in `implsci.analysis.qca`.
            "relevance (RoN)": None
            if both == len(known)
            else sum(1 - x for x in good) / (len(known) - both),
            "coverage (covN)": both / sum(good) if sum(good) else None,
            "successes": sum(success),
            "failures": len(known) - sum(success),
        },
    )


def _trivial(good: Sequence[float], success: Sequence[float]) -> str | None:
    """Say why a consistency of necessity says nothing; None where it may say something."""
    if len(set(good)) == 1:
        kind = "good" if good[0] else "poor"
        return (
            f"the relationship is {kind} in all {len(good)} cases, failures and successes alike, so "
            "that the number is trivial"
        )
    if len(set(success)) == 1:
        return "no case failed, so that nothing is known of how often failures have it too"
    return None


def determinant(asked: Asked) -> RoleAnswer:
    """Pool associations of a relationship with outcomes."""
    claims = _claims(asked, "determinant")
    effects: dict[str, list[Effect]] = {}
    left_out: Counter[str] = Counter()
    for claim in claims:
        effect = oriented(claim.study, claim.finding, bases=("association",))
        if isinstance(effect, str):
            left_out[effect] += 1
        else:
            effects.setdefault(effect.metric, []).append(effect)
    if not effects:
        return _answer(
            "determinant",
            claims,
            because=f"no association has a number that can be pooled: {_reasons(left_out)}",
        )
    k = {metric: len({one.group for one in own}) for metric, own in effects.items()}
    metric = min(k, key=lambda name: (-k[name], name))
    pooled = {name: _pooled_y(own, asked.r) for name, own in effects.items()}
    y, v = pooled[metric]
    half = NormalDist().inv_cdf(0.975) * math.sqrt(v)
    return _answer(
        "determinant",
        claims,
        because=None,
        estimate=back(metric, y),
        interval=(back(metric, y - half), back(metric, y + half)),
        metric=metric,
        method="random effects, REML, z" if k[metric] > 1 else "single study, not pooled",
        k=k[metric],
        figures={f"{name} (k = {k[name]})": back(name, pooled[name][0]) for name in sorted(pooled)},
        zero=int(metric in RATIO_METRICS),
    )
