"""Features of engagement and length of follow-up as moderators of effects, over several studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from implsci.analysis import meta
from implsci.analysis._arguments import checked
from implsci.analysis._months import months_of
from implsci.analysis.engagement._features import traits
from implsci.analysis.engagement._models import EngagementModel, Reading
from implsci.analysis.pooling import POOLED_METRICS, Effect, oriented
from implsci.analysis.relational import relational_by
from implsci.analysis.result import Result, Row
from implsci.compendium import Compendium
from implsci.compendium.facets import outcome_codes
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["FOLLOW_UP", "FeatureModeration", "moderate"]

FOLLOW_UP: Final = "follow-up (years)"
"""The name of the moderator that says how long after the start an effect was measured.

Examples:
    >>> FOLLOW_UP
    'follow-up (years)'
"""

_ASSUMPTIONS: Final = (
    "studies that tell a feature and those that do not are alike in all else; they are not "
    "randomized, so this is an association across studies and no effect of the feature",
    "a study that does not tell a feature is taken as one without it, which need not be so",
    "features of one study hold for all of its effects",
    "of the effects of one study or programme only those at its longest known follow-up go in; "
    "several of them are combined first with the stated correlation",
    "random-effects meta-regression, REML; standard errors and t quantiles after Knapp & Hartung "
    "(doi:10.1002/sim.1482)",
)


@frozen(kw_only=True)
class FeatureModeration(Result):
    """How effects vary with features of engagement and with the length of follow-up.

    Attributes:
        metric: the metric of all effects; ratios are regressed as logarithms.
        features: the features asked for.
        told: how many independent effects are of studies that tell each feature.
        fit: the meta-regression; its coefficients are the intercept and the moderators.
        left_out: how many findings stayed out, by reason.
        assumptions: what it takes for granted.
    """

    metric: str
    features: tuple[str, ...]
    told: dict[str, int]
    fit: meta.MetaRegression
    left_out: dict[str, int]
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a moderator, with its interval and how many effects tell it."""
        return tuple(
            {
                "moderator": one.name,
                "estimate": one.estimate,
                "se": one.se,
                "ci_low": one.ci_low,
                "ci_high": one.ci_high,
                "p": one.p,
                "told": self.told.get(one.name),
                "k": self.fit.k,
                "metric": self.metric,
            }
            for one in self.fit.coefficients[1:]
        )

    def sentence(self) -> str:
        """Say each moderator's coefficient, and that it is no effect."""
        said = "; ".join(
            f"{one.name} {one.estimate:z.2f} [{one.ci_low:z.2f}, {one.ci_high:z.2f}]"
            for one in self.fit.coefficients[1:]
        )
        return (
            f"Over {self.fit.k} independent effects ({self.metric}), the change that goes with each: "
            f"{said}. An association across studies, not an effect of a feature."
        )


@checked
def moderate(
    compendium: Compendium | Iterable[Study],
    features: Sequence[str] = (),
    *,
    follow_up: bool = True,
    model: EngagementModel | None = None,
    outcome: str | None = None,
    metric: str | None = None,
    r: float = 0.8,
    registry: Registry | None = None,
) -> FeatureModeration:
    """Regress effects on features of engagement and on the length of follow-up.

    y_i = b0 + sum_f b_f [study i tells f] + b_t t_i + u_i + e_i, a random-effects meta-regression
    (Berkey 1995, doi:10.1002/sim.4780140406), on effects oriented so that more is better.

    Args:
        compendium: the studies.
        features: codes of relational actions or participation that studies tell, or roles that their
            findings claim for a relationship.
        follow_up: whether the length of follow-up, in years, is a moderator; effects without a known
            one are then left out, and counted.
        model: only studies of this engagement model, such as ``co-creation``.
        outcome: only effects on this outcome: a code (or anything narrower), a label, or a kind.
        metric: only effects of this metric; the commonest where None.
        r: correlation assumed between effects of one study or programme, 0 to 1.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The coefficients, with how many effects tell each feature.

    Raises:
        CannotEstimateError: no effect is left, fewer than the model needs, or a feature that all of
            them tell or none.
        InvalidQueryError: no moderator is asked for, a metric that is not pooled, or `r` out of 0 to 1.

    Examples:
        >>> import implsci
        >>> moderate(implsci.load("implsci-examples"), ["relational:co-create"])
        Traceback (most recent call last):
            ...
        implsci.errors.CannotEstimateError: cannot be estimated: ...
    """
    if not features and not follow_up:
        raise InvalidQueryError("no moderator: expected features, follow_up, or both")
    if metric is not None and metric not in POOLED_METRICS:
        raise InvalidQueryError(
            f"metric: expected one of {', '.join(POOLED_METRICS)}, got {metric!r}"
        )
    if not 0 <= r <= 1:
        raise InvalidQueryError(f"r: expected 0 to 1, got {r!r}")
    taxonomies = registry or default_registry()
    reading, relational = Reading(taxonomies), relational_by(taxonomies)
    asked = None if outcome is None else outcome_codes(outcome, taxonomies)
    left_out: Counter[str] = Counter()
    drawn: dict[str, dict[str, list[tuple[Effect, float | None]]]] = {}
    told: dict[str, set[str]] = {}
    for study in compendium:
        if model is not None and reading.of_study(study) != model:
            left_out[f"not of the model {model}"] += len(study.findings)
            continue
        nodes = {node.id: node for node in study.outcomes}
        for finding in study.findings:
            node = nodes[finding.outcome]
            if asked is not None and node.kind not in asked and asked.isdisjoint(node.codes):
                left_out["another outcome"] += 1
                continue
            effect = oriented(study, finding)
            if isinstance(effect, str):
                left_out[effect] += 1
                continue
            months = months_of(finding.timepoint)
            if follow_up and months is None:
                left_out["the length of follow-up is not known"] += 1
                continue
            drawn.setdefault(effect.metric, {}).setdefault(effect.group, []).append(
                (effect, months)
            )
            told.setdefault(effect.group, set()).update(
                name for _, name in traits(study, relational)
            )
    if metric is None and drawn:
        metric = max(sorted(drawn), key=lambda name: len(drawn[name]))
    for name in sorted(drawn.keys() - {metric}):
        left_out[f"another metric: {name}"] += sum(map(len, drawn[name].values()))
    groups = drawn.get(metric or "", {})
    if not groups:
        most = "; ".join(f"{reason} ({count})" for reason, count in left_out.most_common(3))
        raise CannotEstimateError(
            f"no effect is left to regress: {most or 'there are no findings'}"
        )
    y: list[float] = []
    v: list[float] = []
    years: list[float] = []
    for effects in groups.values():
        longest = max((months for _, months in effects if months is not None), default=None)
        own = [effect for effect, months in effects if not follow_up or months == longest]
        if len(own) < len(effects):
            left_out["an earlier follow-up of the same study"] += len(effects) - len(own)
        if len(own) == 1:
            y.append(own[0].y)
            v.append(own[0].v)
        else:
            value, variance = meta.combine_dependent(
                [one.y for one in own], [one.v for one in own], r=r
            )
            y.append(value)
            v.append(variance)
        years.append((longest or 0.0) / 12)
    columns: dict[str, list[float]] = {
        name: [float(name in told[group]) for group in groups] for name in dict.fromkeys(features)
    }
    counts = {name: int(sum(column)) for name, column in columns.items()}
    if follow_up:
        columns[FOLLOW_UP] = years
    return FeatureModeration(
        metric=str(metric),
        features=tuple(dict.fromkeys(features)),
        told=counts,
        fit=meta.meta_regression(y, v, columns, method="REML", test="knha"),
        left_out=dict(sorted(left_out.items())),
    )
