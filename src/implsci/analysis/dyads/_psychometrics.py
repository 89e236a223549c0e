"""How well the items of a scale hang together: alpha, omega, item-rest correlations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis._numbers import beyond_float
from implsci.analysis.dyads._precision import double_precision
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    import numpy as np
    from numpy.typing import NDArray

    # scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
    from scipy import optimize, special  # type: ignore[import-untyped, unused-ignore]
except ImportError as error:
    raise MissingExtraError(feature="psychometrics", extra="analysis") from error

__all__ = ["ItemFit", "Reliability", "alpha_interval", "reliability"]


def __dir__() -> list[str]:
    return __all__


_Vector: TypeAlias = NDArray[np.float64]

# Uniquenesses below this are taken as a solution that has left the model, as R's factanal does.
_LEAST_UNIQUENESS: Final = 0.005


@frozen(kw_only=True)
class ItemFit:
    """How one item goes with the others.

    Attributes:
        item: its name.
        item_rest: correlation of the item with the sum of the others, -1 to 1; None where the sum
            of the others does not vary.
        alpha_without: alpha of the others; None where that cannot be estimated.
        loading: standardized loading on the one factor; None where `Reliability.omega` is None.
    """

    item: str
    item_rest: float | None
    alpha_without: float | None
    loading: float | None


@frozen(kw_only=True)
class Reliability(Result):
    """Internal consistency of a scale, as `reliability` estimates it.

    Attributes:
        n: respondents who answered every item.
        left_out: respondents left out, since they did not.
        k: number of items.
        alpha: Cronbach's alpha, at most 1; it can be negative.
        ci_low: lower limit of its interval.
        ci_high: upper limit.
        level: level of the interval.
        omega: omega total of the one-factor model, 0 to 1; None where it cannot be estimated.
        omega_reason: why not; None where there is a value.
        items: one for each item, in order.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> found = reliability([[1, 2, 2], [3, 3, 4], [4, 5, 4], [2, 2, 3], [5, 4, 5]])
        >>> found.n, found.k, round(found.alpha, 3)
        (5, 3, 0.939)
    """

    n: int
    left_out: int
    k: int
    alpha: float
    ci_low: float
    ci_high: float
    level: float
    omega: float | None
    omega_reason: str | None
    items: tuple[ItemFit, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for the scale and one for each item, whose alpha is that without it."""
        scale: Row = {
            "item": "(scale)",
            "n": self.n,
            "alpha": self.alpha,
            "ci_low": self.ci_low,
            "ci_high": self.ci_high,
            "omega": self.omega,
            "item_rest": None,
            "loading": None,
        }
        return (
            scale,
            *(
                {
                    "item": one.item,
                    "n": self.n,
                    "alpha": one.alpha_without,
                    "ci_low": None,
                    "ci_high": None,
                    "omega": None,
                    "item_rest": one.item_rest,
                    "loading": one.loading,
                }
                for one in self.items
            ),
        )

    def sentence(self) -> str:
        """Say alpha with its interval, omega, and which items run against the others."""
        against = [one.item for one in self.items if (one.item_rest or 0) < 0]
        warning = (
            f" {', '.join(against)} run{'s' if len(against) == 1 else ''} against the others: "
            "are reversed items turned round?"
            if against
            else ""
        )
        omega = (
            f"omega cannot be estimated: {self.omega_reason}"
            if self.omega is None
            else f"omega total is {self.omega:.2f} (one factor, maximum likelihood)"
        )
        return (
            f"Over {self.n} respondents and {self.k} items, alpha is {self.alpha:.2f} "
            f"({100 * self.level:g}% interval {self.ci_low:.2f} to {self.ci_high:.2f}, Feldt); "
            f"{omega}.{warning}"
        )


@checked
def reliability(
    rows: Sequence[Sequence[float | None]],
    names: Sequence[str] | None = None,
    level: float = 0.95,
) -> Reliability:
    """Estimate how consistently the items of one scale measure one thing.

    Alpha is k / (k - 1) (1 - sum of item variances / variance of the sum) (Cronbach 1951,
    doi:10.1007/BF02310555), its interval that of `alpha_interval`. Omega total is
    (sum of loadings)^2 / ((sum of loadings)^2 + sum of uniquenesses) of a one-factor model fitted
    to the correlations by maximum likelihood (Joereskog 1967, doi:10.1007/BF02289658) and taken
    back to the items' own spread (McDonald 1999; Dunn, Baguley & Brunsden 2014,
    doi:10.1111/bjop.12046). Respondents with a missing answer are left out and counted.

    Args:
        rows: one row a respondent, one column an item, reversed items already turned round (see
            `Instrument.matrix`); None for no answer.
        names: of the items; 1, 2, 3 ... if None.
        level: level of alpha's interval, between 0 and 1.

    Returns:
        Alpha, omega, and the fit of each item.

    Raises:
        InvalidQueryError: rows of different length, a value that is no finite number, another
            number of names than of items, or a level out of range.
        CannotEstimateError: fewer than 2 items, fewer than 3 complete respondents, an item or the
            sum that does not vary, or numbers beyond double precision.

    Examples:
        >>> answers = [[3, 4, 4], [3, 3, 3], [2, 2, 3], [3, 1, 3], [3, 3, 3], [3, 4, 4]]
        >>> answers.append([2, None, 3])
        >>> found = reliability(answers, names=["first", "second", "third"])
        >>> from textwrap import fill
        >>> print(fill(found.sentence(), 74))
        Over 6 respondents and 3 items, alpha is 0.66 (95% interval -0.46 to 0.95,
        Feldt); omega total is 0.87 (one factor, maximum likelihood).
    """
    answers, left_out, labels = _checked(rows, names)
    with double_precision():
        return _estimated(answers, left_out, labels, level)


def _estimated(
    answers: _Vector, left_out: int, labels: tuple[str, ...], level: float
) -> Reliability:
    n, k = answers.shape
    alpha = _alpha(answers)
    if alpha is None:
        raise CannotEstimateError("the sum of the items does not vary, so alpha has no meaning")
    low, high = alpha_interval(alpha, n, k, level)
    fitted = _one_factor(answers)
    sums = answers.sum(axis=1)
    items = []
    for at, label in enumerate(labels):
        others = np.delete(answers, at, axis=1)
        items.append(
            ItemFit(
                item=label,
                item_rest=_correlation(answers[:, at], sums - answers[:, at]),
                alpha_without=_alpha(others) if k > 2 else None,
                loading=None if isinstance(fitted, str) else float(fitted[0][at]),
            )
        )
    return Reliability(
        n=n,
        left_out=left_out,
        k=k,
        alpha=alpha,
        ci_low=low,
        ci_high=high,
        level=level,
        omega=None if isinstance(fitted, str) else fitted[1],
        omega_reason=fitted if isinstance(fitted, str) else None,
        items=tuple(items),
        assumptions=(
            "alpha: every item measures one thing equally strongly, and errors are independent",
            "omega: every item measures one thing, and errors are independent",
            "the interval: the items are normally distributed and equally correlated",
            *(("those who answered every item stand for the others",) if left_out else ()),
        ),
    )


@checked
def alpha_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of an alpha, by the distribution of (1 - population) / (1 - sample).

    The ratio follows F with n - 1 and (n - 1)(k - 1) degrees of freedom, so the limits are
    1 - (1 - alpha) F, F at its upper and lower quantile (Feldt 1965, doi:10.1007/BF02289499;
    Feldt, Woodruff & Salih 1987, doi:10.1177/014662168701100107).

    Args:
        alpha: the estimate, at most 1.
        n: number of respondents, at least 2.
        k: number of items, at least 2.
        level: between 0 and 1.

    Returns:
        Lower and upper limit.

    Raises:
        InvalidQueryError: an argument out of range.

    Examples:
        >>> [round(limit, 4) for limit in alpha_interval(0.913, n=873, k=20)]
        [0.9044, 0.9212]
    """
    if not (math.isfinite(alpha) and alpha <= 1 and n >= 2 and k >= 2 and 0 < level < 1):
        raise InvalidQueryError(
            "expected an alpha of at most 1, at least 2 respondents and 2 items, and a level "
            f"between 0 and 1; got alpha={alpha!r}, n={n!r}, k={k!r}, level={level!r}"
        )
    freedom = n - 1, (n - 1) * (k - 1)
    tail = (1 - level) / 2
    return (
        1 - (1 - alpha) * float(special.fdtri(*freedom, 1 - tail)),
        1 - (1 - alpha) * float(special.fdtri(*freedom, tail)),
    )


def _checked(
    rows: Sequence[Sequence[float | None]], names: Sequence[str] | None
) -> tuple[_Vector, int, tuple[str, ...]]:
    for at, row in enumerate(rows, start=1):
        if not isinstance(row, Sequence | np.ndarray) or isinstance(row, str):
            raise InvalidQueryError(f"row {at}: expected one answer an item, got {row!r}")
    given = [tuple(row) for row in rows]
    if not given:
        raise CannotEstimateError("there are no respondents")
    k = len(given[0])
    for at, row in enumerate(given, start=1):
        if len(row) != k:
            raise InvalidQueryError(f"row {at} has {len(row)} answers, the first has {k}")
        for value in row:
            if value is None:
                continue
            if (
                isinstance(value, bool)
                or not isinstance(value, int | float | np.number)
                or beyond_float(value)
                or not math.isfinite(value)
            ):
                raise InvalidQueryError(
                    f"row {at} holds {value!r}; expected a finite number or None"
                )
    if k < 2:
        raise CannotEstimateError(f"consistency needs at least 2 items, got {k}")
    labels = tuple(str(at) for at in range(1, k + 1)) if names is None else tuple(names)
    if len(labels) != k:
        raise InvalidQueryError(f"there are {k} items but {len(labels)} names")
    complete = [row for row in given if None not in row]
    if len(complete) < 3:
        raise CannotEstimateError(
            f"{len(complete)} of {len(given)} respondents answered every item; at least 3 are needed"
        )
    answers = np.array(complete, dtype=np.float64)
    for label, column in zip(labels, answers.T, strict=True):
        if np.all(column == column[0]):
            raise CannotEstimateError(
                f"item {label} is {column[0]:g} for everybody, so it cannot go with the others"
            )
    return answers, len(given) - len(complete), labels


def _alpha(answers: _Vector) -> float | None:
    k = answers.shape[1]
    sums = answers.sum(axis=1)
    if _constant(sums):
        return None
    share = answers.var(axis=0, ddof=1).sum() / sums.var(ddof=1)
    # Rounding may carry items that are all the same past 1.
    return min(1.0, float(k / (k - 1) * (1 - share)))


def _correlation(one: _Vector, other: _Vector) -> float | None:
    if _constant(other):
        return None
    return float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))


def _constant(values: _Vector) -> bool:
    """Whether sums vary by no more than rounding."""
    return float(np.ptp(values)) <= 1e-12 * max(1.0, float(np.abs(values).max()))


def _one_factor(answers: _Vector) -> tuple[_Vector, float] | str:
    """Return standardized loadings and omega, or why there are none.

    For given uniquenesses the best loadings follow from the first eigenvector of the scaled
    correlations, so that only the uniquenesses are searched for (Joereskog 1967).
    """
    k = answers.shape[1]
    if k < 3:
        return "one factor needs at least 3 items"
    correlations = np.corrcoef(answers, rowvar=False)
    if float(np.linalg.eigvalsh(correlations)[0]) < 1e-8:
        return "some items follow exactly from others, or there are too few respondents"

    def loadings(uniqueness: _Vector) -> _Vector:
        root = np.sqrt(uniqueness)
        values, vectors = np.linalg.eigh(correlations / np.outer(root, root))
        found: _Vector = root * vectors[:, -1] * math.sqrt(max(float(values[-1]) - 1, 0.0))
        return found

    def misfit(uniqueness: _Vector) -> tuple[float, _Vector]:
        root = np.sqrt(uniqueness)
        rest = np.linalg.eigvalsh(correlations / np.outer(root, root))[:-1]
        factor = loadings(uniqueness)
        slope: _Vector = (factor**2 + uniqueness - 1) / uniqueness**2
        return float((rest - np.log(rest)).sum()) + 1 - k, slope

    start = (1 - 0.5 / k) / np.diag(np.linalg.inv(correlations))
    found = optimize.minimize(
        misfit,
        start.clip(_LEAST_UNIQUENESS, 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST_UNIQUENESS, 1.0)] * k,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 1000},
    )
    uniqueness = np.asarray(found.x, dtype=np.float64)
    # The search may stop at the last digit of the misfit and call that abnormal; what counts is
    # that no uniqueness inside the bounds can better it.
    inside = (uniqueness > _LEAST_UNIQUENESS) & (uniqueness < 1)
    if float(np.abs(misfit(uniqueness)[1][inside]).max(initial=0)) > 1e-5:
        return "the one-factor model did not converge"
    if float(uniqueness.min()) < _LEAST_UNIQUENESS * 1.001:
        return "the one-factor model leaves an item no error of its own, which is no solution"
    factor = loadings(uniqueness)
    spread = answers.std(axis=0, ddof=1)
    if float((factor * spread).sum()) < 0:
        factor = -factor
    common = float((factor * spread).sum()) ** 2
    return factor, common / (common + float((uniqueness * spread**2).sum()))
