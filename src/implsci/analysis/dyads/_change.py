"""Change between two times, each direction paired with itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TypeAlias

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.dyads._precision import double_precision
from implsci.analysis.dyads._reciprocity import role_of
from implsci.analysis.dyads._ties import Direction, Source, directions
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError
from implsci.model import Measurement

try:
    import numpy as np

    # scipy ships no types; the second code keeps the line quiet once somebody adds stubs.
    from scipy import special  # type: ignore[import-untyped, unused-ignore]
except ImportError as error:
    raise MissingExtraError(feature="change over time", extra="analysis") from error

__all__ = ["Change", "Changes", "change"]


def __dir__() -> list[str]:
    return __all__


_Key: TypeAlias = tuple[str, str, str]
_Measured: TypeAlias = tuple[Measurement, float]


@frozen(kw_only=True)
class Change:
    """The change of one kind of direction over those measured at both times.

    Attributes:
        direction: such as ``coach toward site``, or ``all`` where no roles were given.
        n: directions measured at both times.
        only_before: directions measured at the first time only; left out.
        only_after: directions measured at the second time only; left out.
        mean_before: mean at the first time, of the `n`; None where there is none.
        mean_after: mean at the second time, of the `n`.
        mean_change: mean of after - before.
        sd_change: standard deviation of the changes; None below 2.
        ci_low: lower limit of the mean change; None below 2.
        ci_high: upper limit.
        by_before: mean change over the standard deviation at the first time (Becker's standardized
            mean change, without small-sample correction); None where that does not vary.
        by_change: mean change over the standard deviation of the changes; None where these do not
            vary.
        reason: what cannot be estimated and why; None where all is there.
    """

    direction: str
    n: int
    only_before: int
    only_after: int
    mean_before: float | None = None
    mean_after: float | None = None
    mean_change: float | None = None
    sd_change: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    by_before: float | None = None
    by_change: float | None = None
    reason: str | None = None


@frozen(kw_only=True)
class Changes(Result):
    """Change from one time to another, as `change` estimates it.

    Attributes:
        of: what was measured.
        before: the first time.
        after: the second time.
        changes: one for each kind of direction, by name.
        level: level of the intervals.
        assumptions: what must hold for the numbers to mean what they say.
    """

    of: str
    before: str
    after: str
    changes: tuple[Change, ...]
    level: float
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line for each kind of direction."""
        return tuple(
            {
                "of": self.of,
                "direction": one.direction,
                "before": self.before,
                "after": self.after,
                "n": one.n,
                "only_before": one.only_before,
                "only_after": one.only_after,
                "mean_before": one.mean_before,
                "mean_after": one.mean_after,
                "mean_change": one.mean_change,
                "sd_change": one.sd_change,
                "ci_low": one.ci_low,
                "ci_high": one.ci_high,
                "by_before": one.by_before,
                "by_change": one.by_change,
                "reason": one.reason,
            }
            for one in self.changes
        )

    def sentence(self) -> str:
        """Say the mean change of each kind of direction with its interval and n."""
        return (
            f"{self.of} from {self.before} to {self.after}: "
            + "; ".join(_said(one, self.level) for one in self.changes)
            + ". No comparison group: the change is not an effect."
        )


@checked
def change(
    source: Source,
    of: str,
    before: str,
    after: str,
    *,
    instrument: str | None = None,
    subscale: str | None = None,
    roles: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> Changes:
    """Estimate the change of each direction between two times, paired.

    A direction (who says it of whom, in which relationship) is compared with itself; those not
    measured at both times are left out and counted. The interval of the mean change is Student's t
    on n - 1 degrees of freedom. Standardized by the spread at the first time it is Becker's
    standardized mean change (Becker 1988, doi:10.1111/j.2044-8317.1988.tb00901.x).

    Args:
        source: as in `dyads`.
        of: what was measured.
        before: `Measurement.time` of the first time.
        after: `Measurement.time` of the second time.
        instrument: measurements by this instrument only; any if None.
        subscale: scores of this subscale; those of no subscale if None.
        roles: the role of each actor; directions with the same roles are taken together. Without
            them all directions are taken together.
        level: level of the intervals, between 0 and 1.

    Returns:
        One change for each kind of direction.

    Raises:
        CannotEstimateError: no direction was measured at both times, or numbers beyond double
            precision.
        InvalidQueryError: no measurement fits, a direction measured twice at one time, two scales
            for one direction, an actor without a role, equal times, or a level out of range.

    Examples:
        >>> from implsci.analysis.dyads import measurements_from_rows
        >>> lines = [
        ...     {"respondent": name, "toward": "team", "of": "trust", "time": time, "value": value}
        ...     for name, pre, post in (("ana", 3, 4), ("ben", 2, 4), ("cy", 4, 4))
        ...     for time, value in (("pre", pre), ("post", post))
        ... ]
        >>> found = change(measurements_from_rows(lines), "trust", "pre", "post").changes[0]
        >>> found.n, found.mean_change, found.sd_change, found.by_change
        (3, 1.0, 1.0, 1.0)
    """
    if before == after:
        raise InvalidQueryError(f"expected two times, got {before!r} twice")
    if not 0 < level < 1:
        raise InvalidQueryError(f"level lies between 0 and 1, such as 0.95; got {level!r}")
    found, _ = directions(source, of, instrument=instrument, subscale=subscale)
    first = _at(found, before)
    second = _at(found, after)
    if not first.keys() & second.keys():
        times = dict.fromkeys(repr(one.measurement.time) for one in found)
        raise CannotEstimateError(
            f"no direction has {of} at both {before!r} ({len(first)} directions) and {after!r} "
            f"({len(second)}); times there are: {', '.join(times) or 'none'}"
        )
    groups: dict[str, list[_Key]] = {}
    for key in sorted(first.keys() | second.keys()):
        _, respondent, toward = key
        kind = (
            "all"
            if roles is None
            else f"{role_of(respondent, roles)} toward {role_of(toward, roles)}"
        )
        groups.setdefault(kind, []).append(key)
    with double_precision():
        changes = tuple(
            _change(kind, groups[kind], first, second, level) for kind in sorted(groups)
        )
    return Changes(
        of=of,
        before=before,
        after=after,
        changes=changes,
        level=level,
        assumptions=(
            "those measured at both times stand for those lost",
            "changes are independent and, for the interval, normally distributed",
            "each measurement counts once, whatever the number of people behind it",
            *(
                ("the two directions of a relationship count as two independent changes",)
                if roles is None
                else ()
            ),
        ),
    )


def _at(found: list[Direction], time: str) -> dict[_Key, _Measured]:
    """Directions with a known value at one time, each with its value."""
    here: dict[_Key, _Measured] = {}
    for one in found:
        value = one.measurement.value
        if one.measurement.time != time or value is None:
            continue
        key = one.tie or "", one.respondent, one.toward
        if key in here:
            raise InvalidQueryError(
                f"{one.measurement.of} from {one.respondent!r} toward {one.toward!r} was measured "
                f"more than once at {time!r}; choose by instrument or subscale"
            )
        here[key] = one.measurement, value
    return here


def _change(
    kind: str,
    keys: list[_Key],
    first: Mapping[_Key, _Measured],
    second: Mapping[_Key, _Measured],
    level: float,
) -> Change:
    both = [key for key in keys if key in first and key in second]
    only_before = sum(key not in second for key in keys)
    only_after = sum(key not in first for key in keys)
    n = len(both)
    counts = {"n": n, "only_before": only_before, "only_after": only_after}
    if not n:
        return Change(direction=kind, reason="no direction was measured at both times", **counts)
    for key in both:
        _same_scale(first[key][0], second[key][0])
    old = np.array([first[key][1] for key in both])
    new = np.array([second[key][1] for key in both])
    changes = new - old
    mean = float(changes.mean())
    if n < 2:
        return Change(
            direction=kind,
            mean_before=float(old.mean()),
            mean_after=float(new.mean()),
            mean_change=mean,
            reason="one direction has no spread: no interval and no standardized change",
            **counts,
        )
    spread, spread_before = float(changes.std(ddof=1)), float(old.std(ddof=1))
    reach = -float(special.stdtrit(n - 1, (1 - level) / 2)) * spread / math.sqrt(n)
    lacking = [
        text
        for text, size in (
            ("values do not vary before: no change by that spread", spread_before),
            ("changes do not vary: no change by their spread, and an interval of no width", spread),
        )
        if size == 0
    ]
    return Change(
        direction=kind,
        mean_before=float(old.mean()),
        mean_after=float(new.mean()),
        mean_change=mean,
        sd_change=spread,
        ci_low=mean - reach,
        ci_high=mean + reach,
        by_before=mean / spread_before if spread_before else None,
        by_change=mean / spread if spread else None,
        reason="; ".join(lacking) or None,
        **counts,
    )


def _same_scale(here: Measurement, there: Measurement) -> None:
    for name in ("scale_min", "scale_max", "unit", "instrument"):
        if getattr(here, name) != getattr(there, name):
            raise InvalidQueryError(
                f"{here.of} from {here.respondent!r} toward {here.toward!r}: {name} is "
                f"{getattr(here, name)!r} at {here.time!r} and {getattr(there, name)!r} at "
                f"{there.time!r}; bring both to one scale first"
            )


def _said(one: Change, level: float) -> str:
    if one.mean_change is None:
        return f"{one.direction} cannot be estimated ({one.reason})"
    interval = (
        ""
        if one.ci_low is None or one.ci_high is None
        else f", {100 * level:g}% interval {one.ci_low:.2f} to {one.ci_high:.2f}"
    )
    return f"{one.direction} {one.mean_change:+.2f} (n = {one.n}{interval})"
