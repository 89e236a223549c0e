"""Doubtful estimates: numbers of one effect that do not agree with each other.

Every comparison leaves room for rounding and for the usual approximations, so that a doubt is worth
a look at the source. Symmetry of intervals and the width of one from its standard error follow the
Cochrane Handbook, version 6.4, chapter 6.3 (effects and intervals of ratios on the log scale).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from attrs import frozen

from implsci.compendium._doubts.doubt import Doubt
from implsci.compendium._doubts.numbers import rounding
from implsci.model import Estimate, Finding, Study
from implsci.model.evidence import RATIO_METRICS

__all__ = ["estimate_doubts"]

_DIFFERENCES: Final = ("SMD", "MD", "RD", "r", "z", "beta")
"""Metrics, beside ratios, whose value for no effect is known: 0."""

_LOPSIDED: Final = 0.2  # of the width: exact and bootstrapped intervals are not quite symmetric
_NARROW, _WIDE = 0.85, 1.35  # of the normal interval; that of Student's t with 5 degrees is 1.31
_LEVEL: Final = 0.95
_LEAST, _MOST = 0.5, 0.9999  # levels at which the width still tells of the standard error
_BORDER: Final = 0.02  # of the width: too close to no effect to tell
_FEW: Final = 6  # with fewer, an interval may be of any width
_CLEAR: Final = 0.8  # of alpha: closer p-values may be rounded, or come from another test
_GREATEST_SMD: Final = 5
_GREATEST_Z: Final = 3  # a correlation of 0.995
_GREATEST_RATIO: Final = 100


def estimate_doubts(study: Study) -> Iterator[Doubt]:
    """Yield the numbers of a study's findings that do not agree with each other."""
    desirable: dict[str, str | None] | None = None
    for index, finding in enumerate(study.findings):
        estimate = finding.estimate
        if estimate is None:
            continue
        if desirable is None:
            desirable = {outcome.id: outcome.desirable for outcome in study.outcomes}
        path = f"findings[{index}]"
        if finding.basis in (None, "effect"):
            yield from _direction(path, finding, estimate, desirable[finding.outcome])
        path += ".estimate"
        yield from _unit(path, estimate)
        yield from _variance(path, estimate)
        yield from _interval(path, estimate)


def _null(estimate: Estimate) -> float | None:
    """Return the value that means no effect; None where the metric has none."""
    if estimate.metric in RATIO_METRICS:
        return 0.0 if estimate.scale == "log" else 1.0
    return 0.0 if estimate.metric in _DIFFERENCES else None


def _direction(
    path: str, finding: Finding, estimate: Estimate, desirable: str | None
) -> Iterator[Doubt]:
    null, value = _null(estimate), estimate.value
    if null is None or value is None or value == null or desirable not in ("higher", "lower"):
        return
    better = (value > null) == (desirable == "higher")
    if finding.direction == ("worsened" if better else "improved"):
        yield Doubt(
            "direction-contradicts-estimate",
            f"{path}.direction",
            f"{finding.direction}, but {estimate.metric} {value:g} is "
            f"{'higher' if value > null else 'lower'} than {null:g} and {desirable} is desirable",
        )


def _unit(path: str, estimate: Estimate) -> Iterator[Doubt]:
    metric, value = estimate.metric, estimate.value
    if value is None:
        return
    expected = ""
    if metric == "SMD" and abs(value) > _GREATEST_SMD:
        expected = f"-{_GREATEST_SMD} to {_GREATEST_SMD} standard deviations; a raw difference?"
    elif metric == "z" and abs(value) > _GREATEST_Z:
        expected = f"-{_GREATEST_Z} to {_GREATEST_Z} of Fisher's z; the z of a test?"
    elif metric == "proportion" and not 0 <= value <= 1:
        expected = "0 to 1; a percent?"
    elif metric in RATIO_METRICS:
        log = value if estimate.scale == "log" else math.log(value) if value > 0 else -math.inf
        if abs(log) > math.log(_GREATEST_RATIO) + 1e-9:
            expected = f"a ratio of 1/{_GREATEST_RATIO} to {_GREATEST_RATIO}; a percent?"
    if expected:
        yield Doubt(
            "unit-doubtful", f"{path}.value", f"got {metric} {value:g}, expected {expected}"
        )
    elif metric == "percent" and abs(value) > 100:
        yield Doubt(
            "percent-over-100",
            f"{path}.value",
            f"{value:g} percent can be a change and is no share of a whole",
        )


def _variance(path: str, estimate: Estimate) -> Iterator[Doubt]:
    variance, se = estimate.variance, estimate.se
    if variance is None or se is None:
        return
    off = rounding(variance) + 2 * se * rounding(se)
    if abs(se * se - variance) > 0.02 * variance + off:
        yield Doubt(
            "se-contradicts-variance",
            f"{path}.variance",
            f"expected {se * se:.4g}, the standard error {se:g} squared, got {variance:g}",
        )


def _interval(path: str, estimate: Estimate) -> Iterator[Doubt]:
    span = _span(estimate)
    if span is None:
        return
    low, high = f"{estimate.ci_low:g}", f"{estimate.ci_high:g}"
    yield from _p(path, estimate, span)
    if span.lopsided():
        yield Doubt(
            "interval-lopsided",
            f"{path}.value",
            f"{estimate.metric} {estimate.value:g} is far from the middle of its interval "
            f"{low} to {high}{span.scale}",
        )
    few = estimate.n is not None and estimate.n < _FEW
    if few or not _LEAST <= (estimate.ci_level or _LEVEL) <= _MOST:
        return
    se, slack = estimate.se, 0.0 if estimate.se is None else rounding(estimate.se)
    if se is None and estimate.variance is not None:
        se = math.sqrt(estimate.variance)
        slack = rounding(estimate.variance) / (2 * se)
    if se is None:
        return
    spans = [span]
    if estimate.metric in RATIO_METRICS and estimate.scale is None:
        printed = _span(estimate, turned=False)
        spans += [printed] if printed else []  # on which scale the standard error is, is not said
    if not any(own.fits(se, slack, estimate.ci_level) for own in spans):
        yield Doubt(
            "se-contradicts-interval",
            f"{path}.{'variance' if estimate.se is None else 'se'}",
            f"the interval {low} to {high} goes with a standard error of "
            f"{span.se(estimate.ci_level):.3g}{span.scale}, got {se:.3g}",
        )


def _p(path: str, estimate: Estimate, span: _Span) -> Iterator[Doubt]:
    p, bound = estimate.p, estimate.p_bound
    if p is None:
        return
    alpha = 1 - (estimate.ci_level or _LEVEL)
    small = p <= alpha + 1e-9 if bound == "below" else bound != "above" and p < alpha * _CLEAR
    large = p >= alpha - 1e-9 if bound == "above" else bound != "below" and p > alpha / _CLEAR
    held = span.holds_zero()
    if (small and held is True) or (large and held is False):
        sign = {"below": "<", "above": ">"}.get(bound or "", "=")
        yield Doubt(
            "p-contradicts-interval",
            f"{path}.p",
            f"p {sign} {p:g}, but the interval {estimate.ci_low:g} to {estimate.ci_high:g} "
            f"{'holds' if held else 'leaves out'} {_null(estimate):g}, which is no effect",
        )


@frozen
class _Span:
    """An interval on the scale where it should be symmetric, and where no effect is 0.

    Attributes:
        low: its lower end.
        high: its upper end.
        low_slack: by how much, through rounding, the lower end may differ from what is printed.
        high_slack: the same of the upper end.
        value: the estimate; None where only the interval is printed.
        value_slack: the same of the value.
        scale: the scale in words, to be put behind a number; empty for that of the value.
    """

    low: float
    high: float
    low_slack: float
    high_slack: float
    value: float | None
    value_slack: float
    scale: str

    def lopsided(self) -> bool:
        """Whether the value is far from the middle."""
        if self.value is None:
            return False
        off = abs(self.value - (self.low + self.high) / 2)
        room = self.value_slack + (self.low_slack + self.high_slack) / 2
        return off > _LOPSIDED * (self.high - self.low) + room

    def holds_zero(self) -> bool | None:
        """Whether no effect lies clearly inside (true) or outside; None where it is too close."""
        border = _BORDER * (self.high - self.low)
        low, high = self.low_slack + border, self.high_slack + border
        if self.low + low < 0 < self.high - high:
            return True
        return False if self.low - low > 0 or self.high + high < 0 else None

    def se(self, level: float | None) -> float:
        """Return the standard error that a normal interval of this width has."""
        return (self.high - self.low) / 2 / _z(level or _LEVEL)

    def fits(self, se: float, slack: float, level: float | None) -> bool:
        """Whether a standard error goes with the width."""
        room = (self.low_slack + self.high_slack) / 2 / _z(level or _LEVEL)
        own = self.se(level)
        return _NARROW * (se - slack) - room <= own <= _WIDE * (se + slack) + room


def _span(estimate: Estimate, turned: bool = True) -> _Span | None:
    """Return the interval of an estimate on its own scale, or as it is printed.

    None where there is no interval, or where its shape is not known.
    """
    low, high, value = estimate.ci_low, estimate.ci_high, estimate.value
    if low is None or high is None or _null(estimate) is None or not low < high:
        return None
    turn, slope, scale = _PLAIN
    if turned and estimate.metric in RATIO_METRICS and estimate.scale != "log":
        turn, slope, scale = _RATIO
    elif estimate.metric == "r":
        turn, slope, scale = _CORRELATION
    try:
        ends = turn(low), turn(high)
        middle = None if value is None else turn(value)
        digit = min(rounding(low), rounding(high))  # JSON drops the zero of 2.0 beside 1.1
        slack = digit * slope(low), digit * slope(high)
        value_slack = 0.0 if value is None else min(digit, rounding(value)) * slope(value)
    except (ValueError, ZeroDivisionError):  # an end at the edge of the scale
        return None
    if not math.isfinite(ends[1] - ends[0] + sum(slack)):
        return None
    return _Span(*ends, *slack, middle, value_slack, scale)


_Scale = tuple[Callable[[float], float], Callable[[float], float], str]
"""What turns a printed number into one of the scale, by how much it stretches, and its name."""

_PLAIN: Final[_Scale] = (float, lambda _: 1.0, "")
_RATIO: Final[_Scale] = (math.log, lambda value: 1 / value, " on the log scale")
_CORRELATION: Final[_Scale] = (
    math.atanh,
    lambda value: 1 / (1 - value * value),
    " on the scale of Fisher's z",
)


@lru_cache(maxsize=64)
def _z(level: float) -> float:
    from statistics import NormalDist  # slow to import, and few records need it

    return NormalDist().inv_cdf(0.5 + level / 2)
