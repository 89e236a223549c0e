"""Pooling effects: random-effects and equal-effects models, and composites of dependent effects.

Effects go in on the scale they are pooled on (ratios as logarithms), with their sampling variances,
and one effect per independent study; `combine_dependent` first makes one of several.

Examples:
    >>> from implsci.analysis.meta import random_effects
    >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="DL")
    >>> round(pooled.estimate, 3), round(pooled.se, 3), round(pooled.tau2, 3)
    (0.3, 0.115, 0.03)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Literal, TypeAlias, get_args

import attrs

from implsci.errors import CannotEstimateError, MissingExtraError

try:
    import numpy as np
    from numpy.typing import NDArray

    # scipy.special alone loads in half the time of scipy.stats and has all that is needed here.
    # scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
    from scipy import special  # type: ignore[import-untyped, unused-ignore]
except ImportError as error:
    raise MissingExtraError(feature="pooling effects", extra="analysis") from error

__all__ = ["Method", "RandomEffects", "TestRule", "combine_dependent", "random_effects"]


def __dir__() -> list[str]:
    return __all__


_Vector: TypeAlias = NDArray[np.float64]

Method: TypeAlias = Literal["EE", "DL", "HE", "PM", "ML", "REML"]
"""How the variance between true effects is estimated; `random_effects` says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(Method)
    ('EE', 'DL', 'HE', 'PM', 'ML', 'REML')
"""

TestRule: TypeAlias = Literal["z", "knha"]
"""The standard-error rule, ``z`` for normal or ``knha`` for Knapp-Hartung with Student's t.

Examples:
    >>> from typing import get_args
    >>> get_args(TestRule)
    ('z', 'knha')
"""

_MAX_ITERATIONS = 200
_TOLERANCE = 1e-10


@attrs.frozen(kw_only=True)
class RandomEffects:
    """A pooled effect with its uncertainty, as `random_effects` returns it.

    Effects, standard error and interval limits are in the unit of the effects that went in, the
    variance in its square. Formulas and their sources stand at `random_effects`.

    Attributes:
        estimate: the mean of the true effects (for ``EE``, the one effect all share).
        se: its standard error, by the rule named in `test`.
        ci_low: lower limit of its confidence interval.
        ci_high: upper limit of its confidence interval.
        p: two-sided p-value of the hypothesis that it is zero.
        tau2: variance of the true effects between studies; 0 by assumption for ``EE``.
        i2: percent (0 to 100) of the total variation that is between studies.
        q: Cochran's Q, with k - 1 degrees of freedom.
        q_p: p-value of Q; small values speak against one true effect.
        k: number of effects pooled.
        pi_low: lower limit for the true effect of a further study; None for ``EE``.
        pi_high: upper limit for the true effect of a further study; None for ``EE``.
        method: the estimator of `tau2`.
        test: the standard-error rule.
        level: level of both intervals, between 0 and 1.

    Examples:
        >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="EE")
        >>> round(pooled.q, 3), round(pooled.i2, 3), pooled.pi_low
        (8.0, 75.0, None)
    """

    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p: float
    tau2: float
    i2: float
    q: float
    q_p: float
    k: int
    pi_low: float | None
    pi_high: float | None
    method: Method
    test: TestRule
    level: float

    def to_dict(self) -> dict[str, float | int | str | None]:
        """Return every attribute by name, ready for JSON.

        Returns:
            Plain floats, ints, strings and None.

        Examples:
            >>> random_effects([0.1, 0.3], [0.01, 0.01]).to_dict()["k"]
            2
        """
        return attrs.asdict(self)

    def sentence(self) -> str:
        """Say the result in one plain sentence: method, k, interval, heterogeneity, assumption.

        Returns:
            One sentence, in the unit of the effects that went in.

        Examples:
            >>> from textwrap import fill
            >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01], method="EE")
            >>> print(fill(pooled.sentence(), 74))
            Pooling 3 effects by the equal-effects model (EE, z interval) gives a
            common effect of 0.3 (95% confidence interval 0.187 to 0.413), with I2 =
            75% (Q = 8 on 2 df, p = 0.018), assuming that the effects are independent
            and all estimate one true effect.
        """
        interval = "z" if self.test == "z" else "Knapp-Hartung t"
        percent = f"{100 * self.level:g}%"
        heterogeneity = f"I2 = {self.i2:.3g}% (Q = {self.q:.3g} on {self.k - 1} df, {_p(self.q_p)})"
        if self.pi_low is None or self.pi_high is None:
            model, meaning = "equal-effects", "a common effect"
            assumption = "the effects are independent and all estimate one true effect"
        else:
            model, meaning = "random-effects", "a mean"
            heterogeneity = (
                f"tau2 = {self.tau2:.3g}, {heterogeneity} and a {percent} prediction interval "
                f"for a further study's true effect of {self.pi_low:.3g} to {self.pi_high:.3g}"
            )
            assumption = "the effects are independent and their true values vary around one mean"
        return (
            f"Pooling {self.k} effects by the {model} model ({self.method}, {interval} interval) "
            f"gives {meaning} of {self.estimate:.3g} ({percent} confidence interval "
            f"{self.ci_low:.3g} to {self.ci_high:.3g}), with {heterogeneity}, "
            f"assuming that {assumption}."
        )


def random_effects(
    y: Sequence[float] | NDArray[np.float64],
    v: Sequence[float] | NDArray[np.float64],
    method: Method = "REML",
    test: TestRule = "z",
    level: float = 0.95,
) -> RandomEffects:
    """Pool independent effects, each with a known sampling variance, by inverse-variance weights.

    The model is y_i = mu + u_i + e_i with e_i ~ N(0, v_i), u_i ~ N(0, tau2), weights
    w_i = 1 / (v_i + tau2), and mu the weighted mean. Q always uses the weights 1 / v_i
    (Cochran 1954, doi:10.2307/3001666).

    Estimators of tau2, never below 0:

    - ``EE``: equal effects; tau2 is 0 by assumption.
    - ``DL``: the moment estimator from Q (DerSimonian & Laird 1986,
      doi:10.1016/0197-2456(86)90046-2).
    - ``HE``: the sample variance of y less the mean of v (Hedges 1983,
      doi:10.1037/0033-2909.93.2.388).
    - ``PM``: the tau2 at which the weighted squares equal k - 1 (Paule & Mandel 1982,
      doi:10.6028/jres.087.022).
    - ``ML``, ``REML``: full and restricted maximum likelihood by Fisher scoring with
      step halving, from the likeliest of 0, the ``HE`` and the ``DL`` value (Viechtbauer 2005,
      doi:10.3102/10769986030003261).

    Standard error and intervals: ``z`` takes 1 / sqrt(sum w) and normal quantiles; ``knha`` takes
    sqrt(sum w (y - mu)^2 / ((k - 1) sum w)), with t quantiles on k - 1 degrees of
    freedom (Knapp & Hartung 2003, doi:10.1002/sim.1482); it may be smaller than the ``z`` one and
    is left so. The prediction interval is mu -+ quantile * sqrt(se^2 + tau2) with the same quantile
    (Higgins, Thompson & Spiegelhalter 2009, doi:10.1111/j.1467-985X.2008.00552.x, who use t on
    k - 2).

    I2 is 100 tau2 / (tau2 + s2) with the typical sampling variance
    s2 = (k - 1) sum(w) / (sum(w)^2 - sum(w^2)), w = 1 / v (Higgins & Thompson 2002,
    doi:10.1002/sim.1186). For ``DL`` this equals the form based on Q, 100 (Q - (k - 1)) / Q, not
    below 0, which is also what ``EE`` reports, as its own tau2 is 0 by assumption.

    Args:
        y: effects, one per independent study, ratios on the log scale.
        v: their sampling variances (squared standard errors), in the squared unit of `y`.
        method: estimator of tau2.
        test: standard-error rule; ``knha`` belongs to the random-effects methods.
        level: level of both intervals, between 0 and 1.

    Returns:
        The pooled effect with its heterogeneity; see `RandomEffects` for the units.

    Raises:
        CannotEstimateError: fewer than 2 effects, lengths that differ, an effect that is not
            finite, a variance that is not finite and above 0, an unknown `method` or `test`, a
            `level` outside 0 to 1, ``knha`` with ``EE`` or with effects that are all equal, no
            convergence in 200 iterations, or numbers beyond double precision.

    Examples:
        >>> pooled = random_effects([0.1, 0.3, 0.5], [0.01, 0.01, 0.01])
        >>> round(pooled.estimate, 3), round(pooled.tau2, 3), round(pooled.i2, 3)
        (0.3, 0.03, 75.0)
    """
    effects, variances = _checked(y, v)
    k = len(effects)
    if k < 2:
        raise CannotEstimateError("pooling needs at least 2 effects, got 1")
    if method not in get_args(Method):
        raise CannotEstimateError(f"method is one of {_listed(Method)}; got {method!r}")
    if test not in get_args(TestRule):
        raise CannotEstimateError(f"test is one of {_listed(TestRule)}; got {test!r}")
    if not 0 < level < 1:
        raise CannotEstimateError(f"level lies between 0 and 1, such as 0.95; got {level!r}")
    if test == "knha" and method == "EE":
        raise CannotEstimateError("the knha rule is for random effects; use test='z' with EE")
    if test == "knha" and np.all(effects == effects[0]):
        raise CannotEstimateError("all effects are equal, which makes the knha standard error 0")
    with _double_precision():
        tau2 = _ESTIMATORS[method](effects, variances)
        q = _scatter(effects, 1 / variances)
        i2 = 100 * (
            max(0.0, q - (k - 1)) / max(q, k - 1)
            if method == "EE"
            else tau2 / (tau2 + (k - 1) / _trace(1 / variances))
        )
        weights = 1 / (variances + tau2)
        estimate = _mean(effects, weights)
        se = 1 / math.sqrt(weights.sum())
        if test == "knha":
            se *= math.sqrt(_scatter(effects, weights) / (k - 1))
            quantile = -float(special.stdtrit(k - 1, (1 - level) / 2))
            p = 2 * float(special.stdtr(k - 1, -abs(estimate / se)))
        else:
            quantile = -float(special.ndtri((1 - level) / 2))
            p = 2 * float(special.ndtr(-abs(estimate / se)))
        reach = None if method == "EE" else quantile * math.sqrt(se**2 + tau2)
    return RandomEffects(
        estimate=estimate,
        se=se,
        ci_low=estimate - quantile * se,
        ci_high=estimate + quantile * se,
        p=p,
        tau2=tau2,
        i2=i2,
        q=q,
        q_p=float(special.chdtrc(k - 1, q)),
        k=k,
        pi_low=None if reach is None else estimate - reach,
        pi_high=None if reach is None else estimate + reach,
        method=method,
        test=test,
        level=level,
    )


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
    effects, variances = _checked(y, v)
    if not 0 <= r <= 1:
        raise CannotEstimateError(f"the correlation r lies between 0 and 1; got {r!r}")
    with _double_precision():
        # All pairs together are the square of the summed standard errors less the variances.
        pairs = np.sqrt(variances).sum() ** 2
        variance = ((1 - r) * variances.sum() + r * pairs) / len(effects) ** 2
        return float(effects.mean()), float(variance)


def _checked(y: Sequence[float] | _Vector, v: Sequence[float] | _Vector) -> tuple[_Vector, _Vector]:
    """Return both as vectors, or say which number is wrong."""
    effects, variances = _vector("effects", y), _vector("variances", v)
    if len(effects) != len(variances):
        raise CannotEstimateError(
            f"there are {len(effects)} effects but {len(variances)} variances"
        )
    if not len(effects):
        raise CannotEstimateError("there are no effects")
    for name, values, wrong, wanted in (
        ("effect", effects, ~np.isfinite(effects), "a finite number"),
        ("variance", variances, ~(np.isfinite(variances) & (variances > 0)), "finite and above 0"),
    ):
        if wrong.any():
            index = int(wrong.argmax())
            raise CannotEstimateError(
                f"the {name} at index {index} is {values[index]:g}; each must be {wanted}"
            )
    return effects, variances


def _vector(name: str, values: Sequence[float] | _Vector) -> _Vector:
    try:
        vector = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise CannotEstimateError(f"the {name} are not all numbers") from None
    if vector.ndim != 1:
        raise CannotEstimateError(f"the {name} must be one flat sequence of numbers")
    return vector


@contextmanager
def _double_precision() -> Iterator[None]:
    """Turn overflow and division by an underflowed zero into an error, never a number."""
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise"):
            yield
    except ArithmeticError:
        raise CannotEstimateError(
            "the effects or variances are too large, too small or too unequal for double precision"
        ) from None


def _mean(y: _Vector, w: _Vector) -> float:
    return float((w * y).sum() / w.sum())


def _scatter(y: _Vector, w: _Vector) -> float:
    """Weighted sum of squares around the weighted mean; Cochran's Q for w = 1 / v."""
    return float((w * (y - _mean(y, w)) ** 2).sum())


# Below, P = W - w w' / sum(w) with W = diag(w), the matrix behind every moment and likelihood
# equation here. Its traces are summed over pairs of studies, all terms positive: the textbook
# differences of powers lose every digit when one study far outweighs the rest.


def _pairs(x: _Vector) -> float:
    """Sum of x_i x_j over i < j."""
    return float((x[1:] * np.cumsum(x)[:-1]).sum())


def _trace(w: _Vector) -> float:
    """Trace of P, equal to sum(w) - sum(w^2) / sum(w)."""
    return float(2 * _pairs(w) / w.sum())


def _trace_of_square(w: _Vector) -> float:
    """Trace of PP, equal to sum(w^2) - 2 sum(w^3) / sum(w) + (sum(w^2) / sum(w))^2."""
    total = w.sum()
    return float(((w * (1 - w / total)) ** 2).sum() + 2 * _pairs(w**2) / total**2)


def _equal_effects(_y: _Vector, _v: _Vector) -> float:
    return 0.0


def _dersimonian_laird(y: _Vector, v: _Vector) -> float:
    w = 1 / v
    return max(0.0, (_scatter(y, w) - (len(y) - 1)) / _trace(w))


def _hedges(y: _Vector, v: _Vector) -> float:
    return max(0.0, float(y.var(ddof=1) - v.mean()))


def _paule_mandel(y: _Vector, v: _Vector) -> float:
    # The weighted scatter falls and is convex in tau2, so Newton steps from 0 climb to the root
    # and never pass it.
    tau2 = 0.0
    for _ in range(_MAX_ITERATIONS):
        w = 1 / (v + tau2)
        residuals = y - _mean(y, w)
        excess = float((w * residuals**2).sum()) - (len(y) - 1)
        if excess <= 0:
            return tau2
        step = excess / float(((w * residuals) ** 2).sum())
        tau2 += step
        if step <= _TOLERANCE * (tau2 + v.min()):
            return tau2
    raise _no_convergence("PM")


def _maximum_likelihood(y: _Vector, v: _Vector, *, restricted: bool) -> float:
    def log_likelihood(tau2: float) -> float:
        w = 1 / (v + tau2)
        twice = np.log(w).sum() - _scatter(y, w) - (np.log(w.sum()) if restricted else 0)
        return float(twice / 2)

    # Very unequal variances can give the likelihood two peaks; starting on the higher ground finds
    # the higher one, where a fixed start may not.
    tau2 = max((_hedges(y, v), _dersimonian_laird(y, v), 0.0), key=log_likelihood)
    # The score is positive at `low` (or `low` is the boundary) and negative at `high`: a step that
    # leaves this bracket or turns back has gone too far, and is halved.
    low, high, previous = 0.0, math.inf, 0.0
    for _ in range(_MAX_ITERATIONS):
        w = 1 / (v + tau2)
        squares = ((w * (y - _mean(y, w))) ** 2).sum()
        if restricted:
            step = float((squares - _trace(w)) / _trace_of_square(w))
        else:
            step = float((squares - w.sum()) / (w**2).sum())
        proposed = max(0.0, tau2 + step)
        if abs(proposed - tau2) <= _TOLERANCE * (tau2 + v.min()):
            return proposed
        low, high = (tau2, high) if step > 0 else (low, tau2)
        if step * previous < 0:
            proposed = (tau2 + proposed) / 2
        while not low <= proposed <= high:
            proposed = (tau2 + proposed) / 2
        tau2, previous = proposed, step
    raise _no_convergence("REML" if restricted else "ML")


_ESTIMATORS: dict[Method, Callable[[_Vector, _Vector], float]] = {
    "EE": _equal_effects,
    "DL": _dersimonian_laird,
    "HE": _hedges,
    "PM": _paule_mandel,
    "ML": partial(_maximum_likelihood, restricted=False),
    "REML": partial(_maximum_likelihood, restricted=True),
}


def _no_convergence(method: Method) -> CannotEstimateError:
    return CannotEstimateError(
        f"{method} did not converge in {_MAX_ITERATIONS} iterations; try method='DL'"
    )


def _listed(alternatives: object) -> str:
    return ", ".join(get_args(alternatives))


def _p(value: float) -> str:
    return "p < 0.001" if value < 0.001 else f"p = {value:.2g}"
