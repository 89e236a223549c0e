"""Several effects of one study: combined before pooling, or pooled as they are by a multilevel model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from attrs import evolve

from implsci.analysis.pooling import Drawn, Effect, Pooled, back, oriented, pool
from implsci.errors import CannotEstimateError

__all__ = ["Dependence", "pool_dependent"]

Dependence = Literal["combine", "multilevel"]
"""``combine`` makes the effects of one study or programme one first, with a correlation that is
assumed; ``multilevel`` estimates how much they vary within and between studies.

Examples:
    >>> from typing import get_args
    >>> get_args(Dependence)
    ('combine', 'multilevel')
"""


def pool_dependent(
    drawn: Iterable[Drawn], *, bundles: bool, r: float, dependence: Dependence
) -> tuple[tuple[Pooled, ...], Counter[str]]:
    """Pool the effects among some findings, one estimate a metric.

    Args:
        drawn: findings with their studies.
        bundles: whether findings on several strategies may go in.
        r: correlation assumed where effects are combined.
        dependence: what is done with several effects of one study or programme. Where none has
            several, both are the same random-effects model.

    Returns:
        The estimates; and how many findings stayed out, by reason.

    Raises:
        MissingExtraError: numpy or scipy is not installed and there is something to pool.
    """
    drawn = list(drawn)
    combined, left_out = pool(drawn, bundles=bundles, r=r)
    if dependence == "combine":
        return combined, left_out
    effects: dict[str, list[Effect]] = {}
    for study, finding, bundled in drawn:
        if bundles or not bundled:
            effect = oriented(study, finding)
            if isinstance(effect, Effect):
                effects.setdefault(effect.metric, []).append(effect)
    return tuple(_multilevel(one, effects[one.metric]) for one in combined), left_out


def _multilevel(combined: Pooled, effects: list[Effect]) -> Pooled:
    if not 1 < combined.k < len(effects):
        return combined
    from implsci.analysis import meta  # numpy only where there is something to pool

    try:
        fit = meta.multilevel(
            [one.y for one in effects], [one.v for one in effects], [one.group for one in effects]
        )
        (mean,) = fit.coefficients
        value, low, high = (
            back(combined.metric, end) for end in (mean.estimate, mean.ci_low, mean.ci_high)
        )
    except (CannotEstimateError, OverflowError) as error:
        return evolve(
            combined,
            method=f"{combined.method}; no multilevel model, for it has no answer: {error}",
        )
    return evolve(
        combined,
        value=value,
        ci_low=low,
        ci_high=high,
        tau2=fit.sigma2_study + fit.sigma2_effect,
        i2=fit.i2_study + fit.i2_effect,
        method=(
            f"multilevel model of {fit.k} effects, REML, z; variance between studies "
            f"{fit.sigma2_study:.3g}, between effects of a study {fit.sigma2_effect:.3g}"
        ),
    )
