"""Before pooling: dependent effects made one, effects turned so that positive is better."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import flat, number, shown
from implsci.analysis.meta._checks import (
    checked,
    double_precision,
    vector,
)
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model.outcome import Desirable


def combine_dependent(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    r: float = 0.8,
) -> tuple[float, float]:
    """Make one composite of the several effects of one study, which share people and so depend.

    The composite is their plain mean; its variance assumes the correlation `r` between every pair,
    (1 / m^2) (sum v_i + sum over i != j of r sqrt(v_i v_j)) (Borenstein, Hedges, Higgins &
    Rothstein 2009, chapter 24, doi:10.1002/9780470743386). `r` is rarely reported: state the value
    used and try others.

    Args:
        y: effects of one study on one metric, at least one, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        r: correlation assumed between each pair of effects, 0 to 1.

    Returns:
        The composite effect in the unit of `y` and its variance in the squared unit.

    Raises:
        CannotEstimateError: no effects, lengths that differ, an effect that is not finite, a
            variance that is not finite and above 0, `r` outside 0 to 1, or numbers beyond double
            precision.

    Examples:
        >>> effect, variance = combine_dependent([0.2, 0.4], [0.04, 0.04], r=0.5)
        >>> round(effect, 3), round(variance, 3)
        (0.3, 0.03)
    """
    effects, variances = checked(y, v)
    if not 0 <= number("r", r) <= 1:
        raise CannotEstimateError(f"the correlation r lies between 0 and 1; got {r!r}")
    with double_precision():
        # All pairs together are the square of the summed standard errors less the variances.
        pairs = np.sqrt(variances).sum() ** 2
        variance = ((1 - r) * variances.sum() + r * pairs) / len(effects) ** 2
        return float(effects.mean()), float(variance)


@attrs.frozen(kw_only=True)
class Combined:
    """The composite of one study's effects, as `combine_by_study` returns it.

    Attributes:
        study: the study.
        estimate: mean of its effects, in their unit.
        variance: variance of that mean, by the correlation assumed.
        k: how many effects it is made of.

    Examples:
        >>> Combined(study="a", estimate=0.3, variance=0.03, k=2).k
        2
    """

    study: str | int
    estimate: float
    variance: float
    k: int


def combine_by_study(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    study: Sequence[str | int] | NDArray[np.int64],
    r: float = 0.8,
) -> tuple[Combined, ...]:
    """Make one composite a study, so that studies may be pooled as independent.

    Each is what `combine_dependent` gives for the study's effects. `multilevel` keeps the effects
    apart instead, and needs no correlation.

    Args:
        y: effects on one metric, ratios on the log scale.
        v: their sampling variances, in the squared unit of `y`.
        study: the study of each effect.
        r: correlation assumed between each pair of effects of one study, 0 to 1.

    Returns:
        One composite a study, in the order in which the studies first appear.

    Raises:
        CannotEstimateError: as `combine_dependent`.
        InvalidQueryError: `study` is not as long as the effects.

    Examples:
        >>> made = combine_by_study([0.2, 0.4, 0.1], [0.04, 0.04, 0.02], ["a", "a", "b"], r=0.5)
        >>> [(one.study, round(one.estimate, 2), round(one.variance, 2)) for one in made]
        [('a', 0.3, 0.03), ('b', 0.1, 0.02)]
    """
    effects, variances = checked(y, v)
    names = plain_labels("study", study, len(effects))
    groups: dict[str | int, list[int]] = {}
    for index, name in enumerate(names):
        groups.setdefault(name, []).append(index)
    made: list[Combined] = []
    for name, own in groups.items():
        estimate, variance = combine_dependent(effects[own], variances[own], r)
        made.append(Combined(study=name, estimate=estimate, variance=variance, k=len(own)))
    return tuple(made)


def plain_labels(
    what: str, labels: Sequence[str | int] | NDArray[np.int64], k: int
) -> tuple[str | int, ...]:
    """Return the labels as plain strings or ints, one an effect, or say what is wrong."""
    given = flat(what, labels.tolist() if isinstance(labels, np.ndarray) else labels)
    if len(given) != k:
        raise InvalidQueryError(f"{what} has {len(given)} entries for {k} effects; give one each")
    plain: list[str | int] = []
    for index, label in enumerate(given):
        if not isinstance(label, str | int | np.integer):
            raise InvalidQueryError(
                f"{what} at index {index} is {shown(label)}; expected a string or a whole number"
            )
        plain.append(label if isinstance(label, str) else int(label))
    return tuple(plain)


def orient(
    y: Sequence[float] | NDArray[np.float64], desirable: Desirable | Sequence[Desirable]
) -> NDArray[np.float64]:
    """Turn effects so that positive is better: those on outcomes better when lower change sign.

    Variances stay as they are. Ratios go in as logarithms.

    Args:
        y: effects, in any unit in which 0 is no effect.
        desirable: which way each outcome is better, ``higher`` or ``lower``; one for all, or one
            an effect.

    Returns:
        The effects, oriented, in their unit.

    Raises:
        CannotEstimateError: an effect that is not a finite number, or ``neither``, which has no
            better side.
        InvalidQueryError: another word, or not one word an effect.

    Examples:
        >>> orient([0.2, -0.3], ["higher", "lower"]).tolist()
        [0.2, 0.3]
    """
    given = vector("effects", y)
    effects, _ = checked(given, np.ones(len(given)))
    each = (
        (desirable,) * len(effects)
        if isinstance(desirable, str)
        else tuple(flat("desirable", desirable))
    )
    if len(each) != len(effects):
        raise InvalidQueryError(f"desirable has {len(each)} entries for {len(effects)} effects")
    for index, word in enumerate(each):
        if word == "neither":
            raise CannotEstimateError(
                f"the outcome of the effect at index {index} is better neither higher nor lower"
            )
        if word not in ("higher", "lower"):
            raise InvalidQueryError(
                f"desirable at index {index} is {shown(word)}; expected higher or lower"
            )
    return np.where(np.array(each) == "lower", -effects, effects)
