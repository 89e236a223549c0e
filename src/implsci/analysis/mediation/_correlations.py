"""Mediation from the three correlations of one sample."""

from __future__ import annotations

import math

import attrs

from implsci.analysis._numbers import check_level, check_names, number
from implsci.analysis.mediation._paths import OneSample, Path, check_draws, path, percentiles, sobel
from implsci.analysis.meta._checks import p_text
from implsci.analysis.result import Row
from implsci.errors import CannotEstimateError


@attrs.frozen(kw_only=True)
class CorrelationMediation(OneSample):
    """A standardized mediation from three correlations, as `from_correlations` returns it.

    Attributes:
        a: path from x to m.
        b: path from m to y beside x.
        c_prime: path from x to y beside m, the direct effect.
        c: correlation of x and y, the total effect.
        ab: product a b, the indirect effect; c = c' + ab.
        sobel_se: its standard error by Sobel.
        sobel_p: its two-sided p-value by the normal.
        ci_low: lower limit of the Monte Carlo interval of ab.
        ci_high: upper limit of the Monte Carlo interval of ab.
        n: number of people.
        draws: draws behind the interval.
        seed: seed of the draws.
        level: level of all intervals, between 0 and 1.
        names: names of x, m and y.
        assumptions: what must hold for the numbers to mean what they say.

    Examples:
        >>> result = from_correlations(0.5, 0.4, 0.3, n=200)
        >>> round(result.c_prime.estimate + result.ab, 3)
        0.3
    """

    a: Path
    b: Path
    c_prime: Path
    c: Path
    ab: float
    sobel_se: float
    sobel_p: float
    ci_low: float
    ci_high: float
    n: int
    draws: int
    seed: int
    level: float
    names: tuple[str, str, str]
    assumptions: tuple[str, ...] = attrs.field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one row a path, and one for the indirect effect."""
        return self._rows()

    def sentence(self) -> str:
        """Say the result in plain language.

        Returns:
            Sentences in standard deviations.

        Examples:
            >>> from_correlations(0.5, 0.4, 0.3, n=200).sentence()[:52]
            'Of a correlation of 0.3 of x and y in 200 people, 0.'
        """
        x, m, y = self.names
        return (
            f"Of a correlation of {self.c.estimate:.3g} of {x} and {y} in {self.n} people, "
            f"{self.ab:.3g} runs through {m} (a b = {self.a.estimate:.3g} x {self.b.estimate:.3g}; "
            f"{100 * self.level:g}% Monte Carlo interval {self.ci_low:.3g} to {self.ci_high:.3g}; "
            f"Sobel {p_text(self.sobel_p)}) and {self.c_prime.estimate:.3g} beside it. Correlations "
            "do not say what comes first."
        )


def from_correlations(
    r_xm: float,
    r_my: float,
    r_xy: float,
    n: int,
    resamples: int = 20_000,
    seed: int = 0,
    level: float = 0.95,
    names: tuple[str, str, str] = ("x", "m", "y"),
) -> CorrelationMediation:
    """Return the standardized paths of x -> m -> y from the three correlations of one sample.

    a = r_xm, b = (r_my - r_xy r_xm) / (1 - r_xm^2), c' = (r_xy - r_my r_xm) / (1 - r_xm^2): what
    `mediate` gives for standardized variables, with the same t of every path. Standard errors are
    those of least squares: sqrt((1 - r_xm^2) / (n - 2)) for a,
    sqrt((1 - R^2) / ((1 - r_xm^2)(n - 3))) for b and c' (Cohen, Cohen, West & Aiken 2003, Applied
    Multiple Regression, chapter 3). The interval of ab draws a and b from independent normals
    (MacKinnon, Lockwood & Williams 2004, doi:10.1207/s15327906mbr3901_4).

    Args:
        r_xm: correlation of x and m, between -1 and 1.
        r_my: correlation of m and y.
        r_xy: correlation of x and y.
        n: number of people behind all three.
        resamples: draws of the interval, 100 to a million.
        seed: seed of the draws, 0 or more.
        level: level of all intervals, between 0 and 1.
        names: names of x, m and y in the result.

    Returns:
        Standardized paths, product and intervals; see `CorrelationMediation`.

    Raises:
        CannotEstimateError: a correlation of -1 or 1 or beyond, three that cannot hold together, fewer than
            4 people, or a `level` outside 0 to 1.
        InvalidQueryError: too few resamples or too many, a bad seed, or `names` that are not three
            strings.

    Examples:
        >>> result = from_correlations(0.5, 0.4, 0.3, n=200)
        >>> round(result.a.estimate, 3), round(result.b.estimate, 3), round(result.ab, 3)
        (0.5, 0.333, 0.167)
    """
    check_level(level)
    generator = check_draws(resamples, seed)
    check_names(names, 3)
    given = {"r_xm": r_xm, "r_my": r_my, "r_xy": r_xy}
    r_xm, r_my, r_xy = (number(name, r) for name, r in given.items())
    for name, r in given.items():
        if not -1 < r < 1:
            raise CannotEstimateError(f"{name} is {r!r}; a correlation lies between -1 and 1")
    if not (number("n", n) > 3 and isinstance(n, int)):
        raise CannotEstimateError(f"n is {n!r}; expected a whole number above 3")
    b, c_prime = paths(r_xm, r_my, r_xy)
    rest = 1 - (b * r_my + c_prime * r_xy)
    if rest <= 0:
        raise CannotEstimateError(
            f"correlations of {r_xm:g}, {r_my:g} and {r_xy:g} cannot hold in one sample"
        )
    spread = math.sqrt(rest / ((1 - r_xm**2) * (n - 3)))
    first = path("a", r_xm, math.sqrt((1 - r_xm**2) / (n - 2)), n - 2, level)
    second = path("b", b, spread, n - 3, level)
    se, _, p = sobel(first, second)
    draws = generator.normal(first.estimate, first.se, resamples) * generator.normal(
        second.estimate, second.se, resamples
    )
    low, high = percentiles(draws, level)
    return CorrelationMediation(
        a=first,
        b=second,
        c_prime=path("c'", c_prime, spread, n - 3, level),
        c=path("c", r_xy, math.sqrt((1 - r_xy**2) / (n - 2)), n - 2, level),
        ab=r_xm * b,
        sobel_se=se,
        sobel_p=p,
        ci_low=low,
        ci_high=high,
        n=n,
        draws=resamples,
        seed=seed,
        level=level,
        names=names,
        assumptions=(
            f"{names[0]} comes before {names[1]}, and {names[1]} before {names[2]}",
            "nothing left out moves two of the three",
            f"all associations are linear, and {names[0]} and {names[1]} do not interact",
            "the correlations are of the same people and free of measurement error",
        ),
    )


def paths(r_xm: float, r_my: float, r_xy: float) -> tuple[float, float]:
    """Return the standardized b and c' of three correlations."""
    rest = 1 - r_xm**2
    return (r_my - r_xy * r_xm) / rest, (r_xy - r_my * r_xm) / rest
