"""From measurements to set memberships: by anchors, by graded cuts, by one threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from implsci.analysis._arguments import checked
from implsci.analysis.qca._memberships import Vector
from implsci.errors import CannotEstimateError, InvalidQueryError

_MAX_ITERATIONS = 100
_TOLERANCE = 1e-8


@checked
def calibrate(
    values: Sequence[float] | Vector,
    full_out: float,
    crossover: float,
    full_in: float,
    degree: float = 0.95,
) -> tuple[float, ...]:
    """Turn measurements into memberships by three anchors, the direct method.

    Membership is 1 / (1 + exp(-L d)). L is the log odds of `degree`, ln(degree / (1 - degree)),
    and d the distance from the crossover: (x - crossover) / (full_in - crossover) on the side of
    `full_in`, (x - crossover) / (crossover - full_out) on the other (Ragin 2008,
    doi:10.7208/chicago/9780226702797.001.0001). So the anchors get the memberships 1 - degree,
    0.5 and degree. Programs differ in `degree` alone: the R package QCA (``idm``) takes 0.95, log
    odds of 2.94, which is the default here; fsQCA takes log odds of 3, which is
    ``degree=0.9525741``. As in QCA, memberships below 0.0001 become 0 and above 0.9999 become 1.

    Args:
        values: measurements, in any unit.
        full_out: at or beyond this a case counts as out of the set; above `full_in` where little
            of the measure means membership.
        crossover: the point of most doubt, strictly between the two others.
        full_in: at or beyond this a case counts as in the set.
        degree: membership at `full_in`, above 0.5 and below 1.

    Returns:
        Memberships from 0 to 1 in the order of the values.

    Raises:
        InvalidQueryError: a value or anchor is no finite number, the anchors are not in order, or
            `degree` lies outside 0.5 to 1.

    Examples:
        >>> from implsci.analysis import qca
        >>> scores = qca.calibrate([1, 3, 4, 5], full_out=1, crossover=3, full_in=5)
        >>> [round(score, 2) for score in scores]
        [0.05, 0.5, 0.81, 0.95]
    """
    x = _measurements(values)
    anchors = (full_out, crossover, full_in)
    if not all(math.isfinite(anchor) for anchor in anchors) or not (
        full_out < crossover < full_in or full_out > crossover > full_in
    ):
        raise InvalidQueryError(
            f"full_out, crossover and full_in rise or fall strictly in this order; got {anchors}"
        )
    if not 0.5 < degree < 1:
        raise InvalidQueryError(f"degree lies above 0.5 and below 1, such as 0.95; got {degree!r}")
    inward = (x - crossover) / (full_in - crossover)
    outward = (x - crossover) / (crossover - full_out)
    odds = math.log(degree / (1 - degree)) * np.where(inward >= 0, inward, outward)
    return _ends(1 / (1 + np.exp(-np.clip(odds, -700, 700))))


@checked
def calibrate_indirect(
    values: Sequence[float] | Vector, cuts: Sequence[float]
) -> tuple[float, ...]:
    """Turn measurements into memberships by grading them first, the indirect method.

    The cuts grade each case: with m cuts, a value above j of them gets j / m, to three decimals.
    A logistic regression with the variance of a binomial (quasi-likelihood) of these grades on
    ln x, the square root of x, x and x squared then smooths them, and its fitted values are the
    memberships (Ragin 2008, doi:10.7208/chicago/9780226702797.001.0001, with the powers that the
    R package QCA takes). A 0 is moved to 0.00001 for the logarithm. Values are rounded to six
    decimals, and below 0.0001 or above 0.9999 become 0 or 1, as there.

    The fit follows the grades of all cases together: a membership changes when cases are added,
    and a higher value need not get a higher membership.

    Args:
        values: measurements, 0 or above, in any unit; at least six different ones.
        cuts: where the grade rises by one step, at least one, in any order.

    Returns:
        Memberships from 0 to 1 in the order of the values.

    Raises:
        InvalidQueryError: a value is below 0 or not finite, or the cuts are not different numbers.
        CannotEstimateError: fewer than six different values, all cases have one grade, or the
            regression has no answer (one cut that parts the cases, say).

    Examples:
        >>> from implsci.analysis import qca
        >>> scores = qca.calibrate_indirect([2, 3, 5, 8, 9, 12, 15, 20], cuts=[4, 7, 10, 14])
        >>> [round(score, 2) for score in scores]
        [0.0, 0.0, 0.25, 0.51, 0.48, 0.75, 1.0, 1.0]
    """
    x = _measurements(values)
    if (x < 0).any():
        raise InvalidQueryError(f"expected values of 0 or above, got {x.min():g}")
    edges = _measurements(cuts)
    if not len(edges) or len(set(edges.tolist())) != len(edges):
        raise InvalidQueryError(f"cuts are one or more different numbers; got {list(cuts)}")
    if len(np.unique(x)) < 6:
        raise CannotEstimateError(
            f"the indirect method fits five coefficients and needs six different values or more, "
            f"got {len(np.unique(x))}"
        )
    grades = np.round((x[:, None] > edges).sum(axis=1) / len(edges), 3)
    if np.all(grades == grades[0]):
        raise CannotEstimateError("the cuts give every case the same grade")
    safe = np.where(x == 0, 1e-5, x)
    powers = np.column_stack([np.ones_like(safe), np.log(safe), np.sqrt(safe), safe, safe**2])
    return _ends(np.round(_logistic(powers, grades), 6))


@checked
def calibrate_crisp(values: Sequence[float] | Vector, threshold: float) -> tuple[float, ...]:
    """Turn measurements into membership or none, by one threshold.

    Args:
        values: measurements, in any unit.
        threshold: a value at or above it is in the set.

    Returns:
        1.0 for cases in the set and 0.0 for the others, in the order of the values.

    Raises:
        InvalidQueryError: a value or the threshold is no finite number.

    Examples:
        >>> from implsci.analysis import qca
        >>> qca.calibrate_crisp([2, 3, 4], threshold=3)
        (0.0, 1.0, 1.0)
    """
    if not math.isfinite(threshold):
        raise InvalidQueryError(f"the threshold is a finite number; got {threshold!r}")
    return tuple((_measurements(values) >= threshold).astype(np.float64).tolist())


def _measurements(values: Sequence[float] | Vector) -> Vector:
    try:
        x = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        raise InvalidQueryError("expected numbers, one a case") from None
    if x.ndim != 1:
        raise InvalidQueryError(f"expected one number a case, got an array of {x.ndim} dimensions")
    if not np.isfinite(x).all():
        case = int(np.argmin(np.isfinite(x)))
        raise InvalidQueryError(
            f"expected finite numbers, got {x[case]} for case {case + 1}: leave cases without a "
            f"measurement out, or code them"
        )
    return x


def _ends(scores: Vector) -> tuple[float, ...]:
    sharp = np.where(scores < 0.0001, 0.0, np.where(scores > 0.9999, 1.0, scores))
    return tuple(sharp.tolist())


def _logistic(design: Vector, grades: Vector) -> Vector:
    """Fitted values of a quasi-binomial logistic regression, by weighted least squares."""
    scaled = design / np.abs(design).max(axis=0)
    fitted = (grades + 0.5) / 2
    odds = np.log(fitted / (1 - fitted))
    deviance = math.inf
    for _ in range(_MAX_ITERATIONS):
        slope = fitted * (1 - fitted)
        working = odds + (grades - fitted) / slope
        root = np.sqrt(slope)
        weights, _, rank, _ = np.linalg.lstsq(scaled * root[:, None], working * root, rcond=None)
        odds = scaled @ weights
        fitted = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        before, deviance = deviance, _deviance(grades, fitted)
        if rank < design.shape[1] or deviance < _TOLERANCE:
            raise CannotEstimateError(
                "the regression of the indirect method has no single answer, as with one cut that "
                "parts the cases completely: use more cuts, or the direct method"
            )
        if abs(deviance - before) / (deviance + 0.1) < _TOLERANCE:
            result: Vector = fitted
            return result
    raise CannotEstimateError(
        f"the regression of the indirect method did not converge in {_MAX_ITERATIONS} steps; use "
        f"other cuts, or the direct method"
    )


def _deviance(grades: Vector, fitted: Vector) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(grades > 0, grades * np.log(grades / fitted), 0)
        outside = np.where(grades < 1, (1 - grades) * np.log((1 - grades) / (1 - fitted)), 0)
    return float(2 * (inside + outside).sum())
