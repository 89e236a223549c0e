"""Mediation within one study, by least squares and the bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite, check_level, check_names
from implsci.analysis._ols import check_covariates, complete, ols
from implsci.analysis.mediation._paths import OneSample, Path, check_draws, path, percentiles, sobel
from implsci.analysis.meta._checks import Vector, double_precision, p_text
from implsci.analysis.result import Row
from implsci.errors import CannotEstimateError, InvalidQueryError

_CHUNK = 2_000_000  # numbers held at once by the bootstrap


@attrs.frozen(kw_only=True)
class Mediation(OneSample):
    """A mediation within one study, as `mediate` returns it; formulas and sources stand there.

    Attributes:
        a: path from x to m.
        b: path from m to y beside x.
        c_prime: path from x to y beside m, the direct effect.
        c: path from x to y, the total effect.
        ab: product a b, the indirect effect; c = c' + ab.
        sobel_se: its standard error by Sobel.
        sobel_z: ab over that standard error.
        sobel_p: its two-sided p-value by the normal.
        ci_low: lower limit of the bootstrap interval of ab.
        ci_high: upper limit of the bootstrap interval of ab.
        n: rows in the model.
        left_out: rows left out for a missing value.
        resamples: bootstrap samples drawn.
        unusable: those of them in which a path could not be estimated, left out of the interval.
        seed: seed of the draws.
        level: level of all intervals, between 0 and 1.
        names: names of x, m and y.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> x, m, y = [0, 0, 1, 1, 2, 2], [1, 2, 2, 3, 4, 3], [1, 3, 2, 4, 5, 5]
        >>> result = mediate(x, m, y)
        >>> abs(result.c.estimate - result.c_prime.estimate - result.ab) < 1e-12
        True
    """

    a: Path
    b: Path
    c_prime: Path
    c: Path
    ab: float
    sobel_se: float
    sobel_z: float
    sobel_p: float
    ci_low: float
    ci_high: float
    n: int
    left_out: int
    resamples: int
    unusable: int
    seed: int
    level: float
    names: tuple[str, str, str]
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a path, and one for the indirect effect with its bootstrap interval."""
        return self._rows()

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in the units of x, m and y.

        Examples:
            >>> x, m, y = [0, 0, 1, 1, 2, 2], [1, 2, 2, 3, 4, 3], [1, 3, 2, 4, 5, 5]
            >>> mediate(x, m, y, names=("visits", "trust", "use")).sentence()[:55]
            'In 6 rows, of the total association of visits with use '
        """
        x, m, y = self.names
        return (
            f"In {self.n} rows, of the total association of {x} with {y} ({self.c.estimate:.3g} a "
            f"unit) {self.ab:.3g} runs through {m} (a b = {self.a.estimate:.3g} x "
            f"{self.b.estimate:.3g}; {100 * self.level:g}% bootstrap interval {self.ci_low:.3g} to "
            f"{self.ci_high:.3g}; Sobel {p_text(self.sobel_p)}) and {self.c_prime.estimate:.3g} "
            f"beside it. Whether {m} carries an effect hangs on its coming after {x}, and on nothing "
            "left out moving two of the three."
        )


def mediate(
    x: Sequence[float] | NDArray[np.float64],
    m: Sequence[float] | NDArray[np.float64],
    y: Sequence[float] | NDArray[np.float64],
    covariates: Mapping[str, Sequence[float] | NDArray[np.float64]] | None = None,
    names: tuple[str, str, str] = ("x", "m", "y"),
    resamples: int = 5000,
    seed: int = 0,
    level: float = 0.95,
) -> Mediation:
    """Ask how much of the association of x with y runs through m, by three regressions.

    m = i + a x, y = i + c' x + b m and y = i + c x, each with the covariates, by least squares;
    ab is the indirect effect, and c = c' + ab (Baron & Kenny 1986, doi:10.1037/0022-3514.51.6.1173).
    Paths have ordinary standard errors and Student's t.

    - Sobel: se = sqrt(a^2 se_b^2 + b^2 se_a^2), normal (Sobel 1982, doi:10.2307/270723). The product
      is not normal in small samples, so its p is too large as a rule.
    - Bootstrap: rows are drawn with replacement, and ab is estimated anew; the interval leaves equal
      shares outside (percentile; Shrout & Bolger 2002, doi:10.1037/1082-989X.7.4.422). The same seed
      gives the same interval.

    Args:
        x: the putative cause, one a row.
        m: the putative mediator.
        y: the outcome.
        covariates: further columns by name, held constant in every regression.
        names: names of x, m and y in the result.
        resamples: bootstrap samples, 100 to a million.
        seed: seed of the draws, 0 or more.
        level: level of all intervals, between 0 and 1.

    Returns:
        Paths, product and intervals; see `Mediation`. Rows with a missing value (nan or None) are
        left out and counted.

    Raises:
        CannotEstimateError: no complete row, no more rows than coefficients, a mediator or outcome that is
            constant or determined exactly by the rest, a variable that is constant or collinear with
            others (named), fewer than half of the bootstrap samples usable, or a `level` outside 0 to 1.
        InvalidQueryError: variables of different lengths, names that repeat or are no strings, too few
            resamples or too many, or a bad seed.

    Examples:
        >>> x, m, y = [0, 0, 1, 1, 2, 2], [1, 2, 2, 3, 4, 3], [1, 3, 2, 4, 5, 5]
        >>> result = mediate(x, m, y)
        >>> round(result.a.estimate, 3), round(result.b.estimate, 3), round(result.ab, 3)
        (1.0, 1.333, 1.333)
    """
    check_level(level)
    generator = check_draws(resamples, seed)
    check_names(names, 3)
    check_covariates(covariates)
    extra = covariates or {}
    named = {names[0]: x, names[1]: m, names[2]: y, **extra}
    if len(named) < 3 + len(extra) or "intercept" in named:
        raise InvalidQueryError(
            "x, m, y and the covariates need different names, none of them intercept"
        )
    rows, left_out = complete(named)
    cause, mediator, outcome = (rows[name] for name in names)
    rest = {name: rows[name] for name in extra}
    first = ols(names[1], mediator, {names[0]: cause, **rest})
    second = ols(names[2], outcome, {names[0]: cause, names[1]: mediator, **rest})
    third = ols(names[2], outcome, {names[0]: cause, **rest})
    errors = [np.sqrt(np.diag(found.covariance)) for found in (first, second, third)]
    a = path("a", float(first.beta[1]), float(errors[0][1]), first.df, level)
    b = path("b", float(second.beta[2]), float(errors[1][2]), second.df, level)
    c_prime = path("c'", float(second.beta[1]), float(errors[1][1]), second.df, level)
    c = path("c", float(third.beta[1]), float(errors[2][1]), third.df, level)
    se, z, p = sobel(a, b)
    with double_precision():
        draws = _bootstrap([cause, *rest.values(), mediator, outcome], resamples, generator)
    all_finite(a.estimate * b.estimate, *np.abs(draws).max(initial=0, keepdims=True))
    if 2 * len(draws) < resamples:
        raise CannotEstimateError(
            f"only {len(draws)} of {resamples} bootstrap samples could be used: too few distinct rows"
        )
    low, high = percentiles(draws, level)
    return Mediation(
        a=a,
        b=b,
        c_prime=c_prime,
        c=c,
        ab=a.estimate * b.estimate,
        sobel_se=se,
        sobel_z=z,
        sobel_p=p,
        ci_low=low,
        ci_high=high,
        n=len(outcome),
        left_out=left_out,
        resamples=resamples,
        unusable=resamples - len(draws),
        seed=seed,
        level=level,
        names=names,
        assumptions=(
            f"{names[0]} comes before {names[1]}, and {names[1]} before {names[2]}",
            "nothing left out moves two of the three",
            f"{names[0]} and {names[1]} do not interact, and all associations are linear",
            "rows are independent",
            *((f"the {left_out} rows left out are like the others",) if left_out else ()),
        ),
    )


def _bootstrap(columns: Sequence[Vector], resamples: int, generator: np.random.Generator) -> Vector:
    """Return ab of every usable sample; columns are x, the covariates, m, y.

    A sample is a vector of counts a row, and every regression in it follows from the sums of
    products that these counts weight: one matrix product for all samples at once.
    """
    standard = [(column - column.mean()) / column.std() for column in columns]
    back = float(columns[-1].std() / columns[0].std())
    z = np.column_stack([np.ones(len(columns[0])), *standard])
    n, q = z.shape
    products = (z[:, :, None] * z[:, None, :]).reshape(n, q * q)
    found: list[Vector] = []
    step = max(1, _CHUNK // n)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        rows = generator.integers(0, n, size=(size, n))
        flat = rows + n * np.arange(size)[:, None]
        counts = np.bincount(flat.ravel(), minlength=n * size).reshape(size, n)
        moments = (counts @ products).reshape(size, q, q)
        # The last predictor of y is m, whose own regression on the others comes first.
        usable = np.linalg.eigvalsh(moments[:, :-1, :-1])[:, 0] > 1e-9 * n
        kept = moments[usable]
        if not len(kept):
            continue
        on_x = np.linalg.solve(kept[:, :-2, :-2], kept[:, :-2, -2:-1])[:, 1, 0]
        on_m = np.linalg.solve(kept[:, :-1, :-1], kept[:, :-1, -1:])[:, -1, 0]
        found.append(on_x * on_m * back)
    return np.concatenate(found) if found else np.empty(0)
