"""Mediation over studies: correlations pooled first, then paths."""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from implsci.analysis._numbers import all_finite, check_level, check_names
from implsci.analysis.mediation._correlations import paths
from implsci.analysis.mediation._paths import Path, check_draws, percentiles
from implsci.analysis.meta import Method, RandomEffects, random_effects
from implsci.analysis.meta._checks import Vector, double_precision, vector
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError


@attrs.frozen(kw_only=True)
class PooledCorrelation:
    """A correlation pooled over studies as Fisher's z.

    Attributes:
        name: ``r_xm``, ``r_my`` or ``r_xy``.
        r: the pooled correlation.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        k: number of studies behind it.
        n: number of people behind it.
        z: the pooling, on the scale of Fisher's z.

    Examples:
        >>> result = two_stage([0.5, 0.4], [0.4, 0.3], [0.3, 0.3], n=[100, 200])
        >>> result.r_xm.k, result.r_xm.n
        (2, 300)
    """

    name: str
    r: float
    ci_low: float
    ci_high: float
    k: int
    n: int
    z: RandomEffects = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class TwoStage(Result):
    """A mediation over studies, as `two_stage` returns it; its limits stand there.

    Attributes:
        r_xm: pooled correlation of x and m.
        r_my: pooled correlation of m and y.
        r_xy: pooled correlation of x and y.
        a: standardized path from x to m.
        b: standardized path from m to y beside x.
        c_prime: standardized path from x to y beside m.
        ab: product a b, the indirect effect.
        ci_low: lower limit of the Monte Carlo interval of ab.
        ci_high: upper limit of the Monte Carlo interval of ab.
        draws: draws behind the intervals.
        unusable: those of them whose correlations cannot hold together, left out.
        seed: seed of the draws.
        level: level of all intervals, between 0 and 1.
        names: names of x, m and y.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> result = two_stage([0.5, 0.4], [0.4, 0.3], [0.3, 0.3], n=[100, 200])
        >>> result.a.p is None, result.unusable
        (True, 0)
    """

    r_xm: PooledCorrelation
    r_my: PooledCorrelation
    r_xy: PooledCorrelation
    a: Path
    b: Path
    c_prime: Path
    ab: float
    ci_low: float
    ci_high: float
    draws: int
    unusable: int
    seed: int
    level: float
    names: tuple[str, str, str]
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a pooled correlation, one a path, and one for the indirect effect.

        Returns:
            Columns name, estimate, ci_low, ci_high, k, n (both None for a path).
        """
        rows: list[Row] = [
            {
                "name": one.name,
                "estimate": one.r,
                "ci_low": one.ci_low,
                "ci_high": one.ci_high,
                "k": one.k,
                "n": one.n,
            }
            for one in (self.r_xm, self.r_my, self.r_xy)
        ]
        for name, estimate, low, high in (
            *((one.name, one.estimate, one.ci_low, one.ci_high) for one in (self.a, self.b)),
            ("c'", self.c_prime.estimate, self.c_prime.ci_low, self.c_prime.ci_high),
            ("ab", self.ab, self.ci_low, self.ci_high),
        ):
            rows.append(
                {
                    "name": name,
                    "estimate": estimate,
                    "ci_low": low,
                    "ci_high": high,
                    "k": None,
                    "n": None,
                }
            )
        return tuple(rows)

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in standard deviations.

        Examples:
            >>> result = two_stage([0.5, 0.4], [0.4, 0.3], [0.3, 0.3], n=[100, 200])
            >>> result.sentence()[:49]
            'Over studies, x goes with m at r = 0.435 (k = 2),'
        """
        x, m, y = self.names
        return (
            f"Over studies, {x} goes with {m} at r = {self.r_xm.r:.3g} (k = {self.r_xm.k}), {m} with "
            f"{y} at r = {self.r_my.r:.3g} (k = {self.r_my.k}) and {x} with {y} at r = "
            f"{self.r_xy.r:.3g} (k = {self.r_xy.k}); of the last, {self.ab:.3g} runs through {m} "
            f"({100 * self.level:g}% Monte Carlo interval {self.ci_low:.3g} to {self.ci_high:.3g}) "
            f"and {self.c_prime.estimate:.3g} beside it. The correlations come from different sets of "
            "studies, and do not say what comes first."
        )


def two_stage(
    r_xm: Sequence[float | None] | NDArray[np.float64],
    r_my: Sequence[float | None] | NDArray[np.float64],
    r_xy: Sequence[float | None] | NDArray[np.float64],
    n: Sequence[float | None] | NDArray[np.float64],
    method: Method = "REML",
    resamples: int = 20_000,
    seed: int = 0,
    level: float = 0.95,
    names: tuple[str, str, str] = ("x", "m", "y"),
) -> TwoStage:
    """Pool three correlations over studies, then ask how much of the third runs through m.

    First each correlation is pooled alone, over the studies that report it, as Fisher's z with
    variance 1 / (n - 3), by `random_effects` with the ``z`` rule. Then the standardized paths follow
    from the pooled correlations as in `from_correlations` (Viswesvaran & Ones 1995,
    doi:10.1111/j.1744-6570.1995.tb01784.x). The intervals draw the three pooled z from independent
    normals with their own standard errors, so no single n has to be chosen.

    Its limits: pooling each correlation alone takes no account of their covariance within a study,
    which the multivariate two-stage method models (Cheung & Chan 2005,
    doi:10.1037/1082-989X.10.1.40; R's metaSEM); the three come from different sets of studies;
    the paths are those of average correlations, and need not be those of any study.

    Args:
        r_xm: correlation of x and m in each study; None or nan where it is not reported.
        r_my: correlation of m and y in each study.
        r_xy: correlation of x and y in each study.
        n: number of people of each study, above 3.
        method: estimator of tau2.
        resamples: draws of the intervals, 100 to a million.
        seed: seed of the draws, 0 or more.
        level: level of all intervals, between 0 and 1.
        names: names of x, m and y in the result.

    Returns:
        Pooled correlations, standardized paths, product and intervals; see `TwoStage`.

    Raises:
        CannotEstimateError: a correlation that fewer than 2 studies report, of -1 or 1 or beyond, or from
            fewer than 4 people; pooled correlations that cannot hold together; or as `random_effects`.
        InvalidQueryError: sequences of different lengths, too few resamples or too many, a bad
            seed, or `names` that are not three strings.

    Examples:
        >>> pos_enga, enga_achiev = [0.64, 0.37, None, 0.28], [0.23, None, 0.31, 0.34]
        >>> pos_achiev = [0.29, 0.19, 0.18, None]
        >>> result = two_stage(pos_enga, enga_achiev, pos_achiev, n=[427, 315, 1310, 120])
        >>> [(one.name, one.k) for one in (result.r_xm, result.r_my, result.r_xy)]
        [('r_xm', 3), ('r_my', 3), ('r_xy', 3)]
    """
    check_level(level)
    generator = check_draws(resamples, seed)
    check_names(names, 3)
    given = {"r_xm": r_xm, "r_my": r_my, "r_xy": r_xy, "n": n}
    columns = {name: vector(name, values, gaps=True) for name, values in given.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{name} {length}" for name, length in lengths.items())
        raise InvalidQueryError(f"the sequences differ in length: {told}")
    pooled = [
        _pool(name, columns[name], columns["n"], method, level) for name in ("r_xm", "r_my", "r_xy")
    ]
    drawn = np.tanh(
        np.column_stack([generator.normal(one.z.estimate, one.z.se, resamples) for one in pooled])
    )
    xm, my, xy = drawn.T
    possible = 1 - xm**2 - my**2 - xy**2 + 2 * xm * my * xy > 0
    a, b, c = (one.r for one in pooled)
    if 1 - a**2 - b**2 - c**2 + 2 * a * b * c <= 0 or 2 * possible.sum() < resamples:
        raise CannotEstimateError("the pooled correlations cannot hold together in one population")
    xm, my, xy = drawn[possible].T
    drawn_b, drawn_c = (my - xy * xm) / (1 - xm**2), (xy - my * xm) / (1 - xm**2)
    estimates = (a, *paths(a, b, c))
    made = [
        Path(
            name=name,
            estimate=estimate,
            se=float(values.std(ddof=1)),
            ci_low=low,
            ci_high=high,
            p=None,
        )
        for name, estimate, values in zip(
            ("a", "b", "c'"), estimates, (xm, drawn_b, drawn_c), strict=True
        )
        for low, high in (percentiles(values, level),)
    ]
    low, high = percentiles(xm * drawn_b, level)
    return TwoStage(
        r_xm=pooled[0],
        r_my=pooled[1],
        r_xy=pooled[2],
        a=made[0],
        b=made[1],
        c_prime=made[2],
        ab=estimates[0] * estimates[1],
        ci_low=low,
        ci_high=high,
        draws=resamples,
        unusable=resamples - int(possible.sum()),
        seed=seed,
        level=level,
        names=names,
        assumptions=(
            f"{names[0]} comes before {names[1]}, and {names[1]} before {names[2]}, in every study",
            "nothing left out moves two of the three",
            "studies that report one correlation are like those that report another",
            "the three pooled correlations err independently (each was pooled alone)",
            "the correlations are free of measurement error, and one effect a study",
        ),
    )


def _pool(name: str, r: Vector, n: Vector, method: Method, level: float) -> PooledCorrelation:
    given = ~np.isnan(r)
    if given.sum() < 2:
        raise CannotEstimateError(f"{name} needs at least 2 studies; {int(given.sum())} report it")
    for index in np.flatnonzero(given).tolist():
        if not -1 < r[index] < 1:
            raise CannotEstimateError(
                f"{name} at index {index} is {r[index]:g}; a correlation lies between -1 and 1"
            )
        if not n[index] > 3:
            raise CannotEstimateError(f"n at index {index} is {n[index]:g}; expected more than 3")
    with double_precision():
        people = float(n[given].sum())
    all_finite(people)
    pooled = random_effects(np.arctanh(r[given]), 1 / (n[given] - 3), method, level=level)
    return PooledCorrelation(
        name=name,
        r=math.tanh(pooled.estimate),
        ci_low=math.tanh(pooled.ci_low),
        ci_high=math.tanh(pooled.ci_high),
        k=pooled.k,
        n=round(people),
        z=pooled,
    )
