"""Whether what one actor gives comes back: mutuality by a cut, reciprocity over many dyads."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.dyads._precision import double_precision
from implsci.analysis.dyads._ties import Dyad, Dyads
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError

try:
    import numpy as np

    # scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
    from scipy import special  # type: ignore[import-untyped, unused-ignore]
except ImportError as error:
    raise MissingExtraError(feature="reciprocity", extra="analysis") from error

__all__ = ["Coefficient", "Mutuality", "Reciprocity", "mutuality", "reciprocity", "role_of"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Mutuality(Result):
    """How many dyads are mutual, as `mutuality` counts them.

    Attributes:
        of: what was measured.
        cut: the value that both directions must reach.
        mutual: dyads in which both do.
        one_sided: dyads in which one does.
        neither: dyads in which none does.
        unknown: dyads without both values; they are in no share.
        share: mutual over those with both values, 0 to 1; None where there is none.
        assumptions: what must hold for the share to mean what it says.

    Examples:
        >>> from implsci.analysis.dyads import dyads, measurements_from_rows
        >>> lines = [
        ...     {"respondent": "a", "toward": "b", "of": "trust", "value": 5},
        ...     {"respondent": "b", "toward": "a", "of": "trust", "value": 2},
        ... ]
        >>> mutuality(dyads(measurements_from_rows(lines), "trust"), cut=4).one_sided
        1
    """

    of: str
    cut: float
    mutual: int
    one_sided: int
    neither: int
    unknown: int
    share: float | None
    assumptions: tuple[str, ...]

    @property
    def n(self) -> int:
        """Number of dyads with both values, the denominator of `share`."""
        return self.mutual + self.one_sided + self.neither

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line with every count and the share."""
        return (
            {
                "of": self.of,
                "cut": self.cut,
                "mutual": self.mutual,
                "one_sided": self.one_sided,
                "neither": self.neither,
                "n": self.n,
                "unknown": self.unknown,
                "share": self.share,
            },
        )

    def sentence(self) -> str:
        """Say the share that is mutual, with its denominator."""
        if self.share is None:
            return f"{self.of}: no dyad of {self.unknown} is known in both directions."
        return (
            f"{self.of} is mutual (both directions at least {self.cut:g}) in {self.mutual} of "
            f"{self.n} dyads known in both directions ({100 * self.share:.0f}%), one-sided in "
            f"{self.one_sided}; {self.unknown} are not known in both."
        )


@checked
def mutuality(found: Dyads, cut: float) -> Mutuality:
    """Count the dyads in which both directions reach a cut.

    A tie is mutual where both directions were measured and both are at least `cut`; a choice that
    is returned, as in the mutual, asymmetric and null dyads of social network analysis (Wasserman
    & Faust 1994, doi:10.1017/CBO9780511815478). The cut is yours: state why.

    Args:
        found: from `dyads`.
        cut: in the unit of the measurements.

    Returns:
        Counts, and the share of mutual dyads among those known in both directions.

    Raises:
        InvalidQueryError: a cut that is no finite number.

    Examples:
        >>> from implsci.analysis.dyads import dyads, measurements_from_rows
        >>> lines = [
        ...     {"respondent": "a", "toward": "b", "of": "trust", "value": 5},
        ...     {"respondent": "b", "toward": "a", "of": "trust", "value": 4},
        ...     {"respondent": "a", "toward": "c", "of": "trust", "value": 5},
        ... ]
        >>> counted = mutuality(dyads(measurements_from_rows(lines), "trust"), cut=4)
        >>> counted.mutual, counted.n, counted.unknown, counted.share
        (1, 1, 1, 1.0)
    """
    if isinstance(cut, bool) or not math.isfinite(cut):
        raise InvalidQueryError(f"the cut is a finite number; got {cut!r}")
    reaching = [(there >= cut) + (back >= cut) for _, there, back in found.known]
    return Mutuality(
        of=found.of,
        cut=cut,
        mutual=reaching.count(2),
        one_sided=reaching.count(1),
        neither=reaching.count(0),
        unknown=len(found.dyads) - len(reaching),
        share=reaching.count(2) / len(reaching) if reaching else None,
        assumptions=(
            f"{cut:g} means the same in both directions",
            "dyads known in both directions stand for the others",
            *found.assumptions,
        ),
    )


@frozen(kw_only=True)
class Coefficient:
    """A coefficient with its interval, or why there is none.

    Attributes:
        value: -1 to 1; None where it cannot be estimated.
        ci_low: lower limit; None where the interval cannot be estimated.
        ci_high: upper limit.
        reason: why value or interval is None; None where both are there.
    """

    value: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    reason: str | None = None


@frozen(kw_only=True)
class Reciprocity(Result):
    """How alike the two directions are over many dyads, as `reciprocity` estimates it.

    Attributes:
        of: what was measured.
        n: dyads with both values.
        mean_difference: mean absolute difference of the two values.
        sd_difference: standard deviation of the absolute differences; None for one dyad.
        icc: intraclass correlation of the two members of a dyad.
        correlation: correlation of the two roles over dyads; None where no roles were given.
        roles: the two roles, first and second; empty where none were given.
        level: level of the intervals.
        assumptions: what must hold for the numbers to mean what they say.
    """

    of: str
    n: int
    mean_difference: float
    sd_difference: float | None
    icc: Coefficient
    correlation: Coefficient | None
    roles: tuple[str, ...]
    level: float
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a statistic: name, value, interval, n, reason where there is none."""
        lines = [
            ("mean absolute difference", Coefficient(value=self.mean_difference)),
            (
                "SD of absolute difference",
                Coefficient(
                    value=self.sd_difference,
                    reason="there is one dyad" if self.sd_difference is None else None,
                ),
            ),
            ("ICC", self.icc),
            *((("correlation", self.correlation),) if self.correlation is not None else ()),
        ]
        return tuple(
            {
                "of": self.of,
                "statistic": name,
                "value": one.value,
                "ci_low": one.ci_low,
                "ci_high": one.ci_high,
                "n": self.n,
                "reason": one.reason,
            }
            for name, one in lines
        )

    def sentence(self) -> str:
        """Say the mean difference and the coefficients, or why there is none."""
        parts = [
            f"{self.of}: over {self.n} dyad{'' if self.n == 1 else 's'} the two directions lie "
            f"{self.mean_difference:.3g} apart on average",
            _said("the intraclass correlation", self.icc, self.level),
        ]
        if self.correlation is not None:
            name = f"the correlation of {self.roles[0]} and {self.roles[1]}"
            parts.append(_said(name, self.correlation, self.level))
        return "; ".join(parts) + "."


@checked
def reciprocity(
    found: Dyads, roles: Mapping[str, str] | None = None, level: float = 0.95
) -> Reciprocity:
    """Estimate how far the two directions of a dyad go together.

    Three answers. The absolute difference of the two values. The intraclass correlation
    (MSB - MSW) / (MSB + MSW) of a one-way analysis of variance with dyads as groups of two, for
    members that have no order (Griffin & Gonzalez 1995, doi:10.1037/0033-2909.118.3.430), with the
    interval of Shrout & Fleiss 1979, doi:10.1037/0033-2909.86.2.420 (ICC(1,1)). And, where the two
    members differ in their role, Pearson's correlation of what the one role says with what the
    other says, with Fisher's interval: unlike the ICC it stays high where one side is always the
    more trusting.

    Args:
        found: from `dyads`.
        roles: the role of each actor, two roles in all, such as ``coach`` and ``site``.
        level: level of the intervals, between 0 and 1.

    Returns:
        The three; a coefficient needs 3 dyads, Fisher's interval 4.

    Raises:
        CannotEstimateError: no dyad is known in both directions, or numbers beyond double
            precision.
        InvalidQueryError: an actor without a role, other than two roles, a dyad within one role,
            or a level out of range.

    Examples:
        >>> from implsci.analysis.dyads import dyads, measurements_from_rows
        >>> lines = []
        >>> for number, (there, back) in enumerate([(5, 4), (4, 4), (2, 3), (1, 1)]):
        ...     ends = {"respondent": f"coach {number}", "toward": f"site {number}"}
        ...     lines.append({**ends, "of": "trust", "value": there})
        ...     ends = {"respondent": f"site {number}", "toward": f"coach {number}"}
        ...     lines.append({**ends, "of": "trust", "value": back})
        >>> alike = reciprocity(dyads(measurements_from_rows(lines), "trust"))
        >>> alike.mean_difference, round(alike.icc.value, 3)
        (0.5, 0.905)
    """
    if not 0 < level < 1:
        raise InvalidQueryError(f"level lies between 0 and 1, such as 0.95; got {level!r}")
    known = found.known
    if not known:
        raise CannotEstimateError(
            f"no dyad has {found.of} known in both directions ({len(found.dyads)} in one)"
        )
    pairs = [(there, back) for _, there, back in known]
    named: tuple[str, ...] = ()
    correlation = None
    if roles is not None:
        named = tuple(sorted({role_of(name, roles) for one, *_ in known for name in _ends(one)}))
        if len(named) != 2:
            raise InvalidQueryError(f"expected two roles, got {', '.join(named)}")
        ordered = []
        for dyad, there, back in known:
            first, second = (role_of(name, roles) for name in _ends(dyad))
            if first == second:
                raise InvalidQueryError(
                    f"{dyad.first!r} and {dyad.second!r} are both {first}; expected one of each role"
                )
            ordered.append((there, back) if first == named[0] else (back, there))
        with double_precision():
            correlation = _pearson(ordered, level)
    with double_precision():
        differences = np.abs(np.diff(np.array(pairs, dtype=np.float64)))
        mean = float(differences.mean())
        spread = float(differences.std(ddof=1)) if len(pairs) > 1 else None
        icc = _intraclass(pairs, level)
    return Reciprocity(
        of=found.of,
        n=len(pairs),
        mean_difference=mean,
        sd_difference=spread,
        icc=icc,
        correlation=correlation,
        roles=named,
        level=level,
        assumptions=(
            "ICC: the two members of a dyad have the same mean and spread",
            "intervals: values are normally distributed and dyads independent",
            *found.assumptions,
        ),
    )


def role_of(name: str, roles: Mapping[str, str]) -> str:
    """Return the role of an actor.

    Raises:
        InvalidQueryError: the actor has none.

    Examples:
        >>> role_of("ana", {"ana": "coach"})
        'coach'
    """
    if name not in roles:
        raise InvalidQueryError(f"the actor {name!r} has no role in roles")
    return roles[name]


def _ends(dyad: Dyad) -> tuple[str, str]:
    return dyad.first, dyad.second


def _intraclass(pairs: Sequence[tuple[float, float]], level: float) -> Coefficient:
    n = len(pairs)
    if n < 3:
        return Coefficient(reason=f"it needs at least 3 dyads, got {n}")
    values = np.array(pairs, dtype=np.float64)
    means = values.mean(axis=1)
    between = 2 * float(means.var(ddof=1))
    within = float(((values[:, 0] - values[:, 1]) ** 2).sum()) / 2 / n
    if between + within == 0:
        return Coefficient(reason="every value is the same")
    value = (between - within) / (between + within)
    if within == 0:
        return Coefficient(value=value, reason="no interval: the directions never differ")
    ratio = between / within
    tail = (1 - level) / 2
    low = ratio / float(special.fdtri(n - 1, n, 1 - tail))
    high = ratio * float(special.fdtri(n, n - 1, 1 - tail))
    return Coefficient(value=value, ci_low=(low - 1) / (low + 1), ci_high=(high - 1) / (high + 1))


def _pearson(pairs: Sequence[tuple[float, float]], level: float) -> Coefficient:
    n = len(pairs)
    if n < 3:
        return Coefficient(reason=f"it needs at least 3 dyads, got {n}")
    one, other = np.array(pairs, dtype=np.float64).T
    if np.all(one == one[0]) or np.all(other == other[0]):
        return Coefficient(reason="one role says the same in every dyad")
    value = float(np.clip(np.corrcoef(one, other)[0, 1], -1, 1))
    if n < 4 or abs(value) > 1 - 1e-12:
        why = "it needs at least 4 dyads" if n < 4 else "the correlation is perfect"
        return Coefficient(value=value, reason=f"no interval: {why}")
    reach = float(special.ndtri((1 + level) / 2)) / math.sqrt(n - 3)
    center = math.atanh(value)
    return Coefficient(
        value=value, ci_low=math.tanh(center - reach), ci_high=math.tanh(center + reach)
    )


def _said(name: str, one: Coefficient, level: float) -> str:
    if one.value is None:
        return f"{name} cannot be estimated: {one.reason}"
    if one.ci_low is None or one.ci_high is None:
        return f"{name} is {one.value:.2f} ({one.reason})"
    return (
        f"{name} is {one.value:.2f} "
        f"({100 * level:g}% interval {one.ci_low:.2f} to {one.ci_high:.2f})"
    )
