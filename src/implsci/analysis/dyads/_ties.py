"""Two actors and what each says of the other: directed measurements put side by side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model import Measurement, Relationship, Study

__all__ = ["Dyad", "Dyads", "Direction", "Source", "directions", "dyads"]


def __dir__() -> list[str]:
    return __all__


Source: TypeAlias = Iterable[Study | Relationship | Measurement]
"""Where directed measurements come from: studies, relationships, or measurements themselves.

Examples:
    >>> source: Source = [Measurement(of="trust", value=4, respondent="a", toward="b")]
"""


@frozen(kw_only=True)
class Direction:
    """One measurement from one actor toward another.

    Attributes:
        tie: the relationship it belongs to, as ``study#relationship`` where both are known; None
            for a bare measurement.
        respondent: who answered.
        toward: whom the answer is about.
        measurement: what was measured.
    """

    tie: str | None
    respondent: str
    toward: str
    measurement: Measurement


@frozen(kw_only=True)
class Dyad:
    """Two actors and one thing measured from the first toward the second, and back.

    Attributes:
        tie: the relationship it is; None for bare measurements.
        first: the actor whose name comes first.
        second: the other.
        there: what the first says of the second; None where it was not measured.
        back: what the second says of the first; None where it was not measured.

    Examples:
        >>> there = Measurement(of="trust", value=5, respondent="coach", toward="site")
        >>> back = Measurement(of="trust", value=3, respondent="site", toward="coach")
        >>> (dyad,) = dyads([there, back], of="trust").dyads
        >>> dyad.difference, dyad.mutual(4), dyad.mutual(3)
        (2, False, True)
    """

    tie: str | None
    first: str
    second: str
    there: Measurement | None
    back: Measurement | None

    @property
    def values(self) -> tuple[float | None, float | None]:
        """The two values, there and back; None where a value is not known."""
        return (
            None if self.there is None else self.there.value,
            None if self.back is None else self.back.value,
        )

    @property
    def difference(self) -> float | None:
        """How far the two values lie apart, 0 or more; None unless both are known.

        Raises:
            CannotEstimateError: the difference is beyond double precision.
        """
        there, back = self.values
        if there is None or back is None:
            return None
        apart = abs(there - back)
        if not math.isfinite(apart):
            raise CannotEstimateError(
                f"{there:g} and {back:g} lie further apart than double precision can tell"
            )
        return apart

    def mutual(self, cut: float) -> bool | None:
        """Say whether both values reach `cut`; None unless both are known."""
        there, back = self.values
        return None if there is None or back is None else min(there, back) >= cut


@frozen(kw_only=True)
class Dyads(Result):
    """Dyads with one thing measured, as `dyads` finds them.

    Attributes:
        of: what was measured.
        dyads: by tie, then by names.
        undirected: measurements of it left out, since they do not name two different actors.
        shared: number of actors who stand in more than one dyad.
        assumptions: what must hold for the two values to be comparable.

    Examples:
        >>> found = dyads([Measurement(of="trust", value=5, respondent="a", toward="b")], "trust")
        >>> found.sentence()
        'trust: 1 dyad, 0 with both directions known, 1 with one; 0 measurements have no direction.'
    """

    of: str
    dyads: tuple[Dyad, ...]
    undirected: int
    shared: int
    assumptions: tuple[str, ...]

    @property
    def known(self) -> tuple[tuple[Dyad, float, float], ...]:
        """The dyads with both values known, each with its values there and back."""
        found = []
        for dyad in self.dyads:
            there, back = dyad.values
            if there is not None and back is not None:
                found.append((dyad, there, back))
        return tuple(found)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a dyad: its actors, both values, their difference."""
        return tuple(
            {
                "tie": dyad.tie,
                "first": dyad.first,
                "second": dyad.second,
                "of": self.of,
                "there": dyad.values[0],
                "back": dyad.values[1],
                "difference": dyad.difference,
            }
            for dyad in self.dyads
        )

    def sentence(self) -> str:
        """Say how many dyads there are and how many are known in both directions."""
        both = len(self.known)
        one = sum((dyad.values[0] is None) != (dyad.values[1] is None) for dyad in self.dyads)
        return (
            f"{self.of}: {len(self.dyads)} dyad{'' if len(self.dyads) == 1 else 's'}, {both} with "
            f"both directions known, {one} with one; "
            f"{self.undirected} measurements have no direction."
        )


@checked
def dyads(
    source: Source,
    of: str,
    *,
    instrument: str | None = None,
    subscale: str | None = None,
    time: str | None = None,
) -> Dyads:
    """Put what two actors say of each other side by side.

    Args:
        source: studies, relationships of one study, or measurements. Actors are the same where
            their ids are the same within one study; with bare measurements, everywhere.
        of: what was measured, such as ``trust``, ``empathy``, ``quality`` or ``power``.
        instrument: measurements by this instrument only; any if None.
        subscale: scores of this subscale; those of no subscale if None.
        time: measurements of this time only; any if None.

    Returns:
        Every dyad with at least one direction. Pairing and counting are plain bookkeeping of ours,
        after no publication; what they mean for reciprocity is said at `reciprocity`.

    Raises:
        InvalidQueryError: no measurement fits; one direction was measured more than once; the two
            directions are on different scales or by different instruments; a relationship that
            stands twice.

    Examples:
        >>> tie = Relationship(id="r1", label="coaching", measurements=(
        ...     Measurement(of="trust", value=5, respondent="coach", toward="site"),
        ...     Measurement(of="trust", value=4, respondent="site", toward="coach"),
        ... ))
        >>> dyads([tie], of="trust").dyads[0].values
        (5, 4)
    """
    found, undirected = directions(source, of, instrument=instrument, subscale=subscale, time=time)
    by_pair: dict[tuple[str, str, str], dict[str, Measurement]] = {}
    for one in found:
        first, second = sorted((one.respondent, one.toward))
        sides = by_pair.setdefault((one.tie or "", first, second), {})
        if one.respondent in sides:
            raise InvalidQueryError(
                f"{of} from {one.respondent!r} toward {one.toward!r} was measured more than once "
                f"({_differ(sides[one.respondent], one.measurement)}); choose by time, instrument "
                "or subscale"
            )
        sides[one.respondent] = one.measurement
    pairs = []
    for (tie, first, second), sides in sorted(by_pair.items()):
        there, back = sides.get(first), sides.get(second)
        if there is not None and back is not None:
            _same_scale(of, there, back)
        pairs.append(Dyad(tie=tie or None, first=first, second=second, there=there, back=back))
    dyads_of = Counter(
        (dyad.tie.partition("#")[0] if dyad.tie and "#" in dyad.tie else "", name)
        for dyad in pairs
        for name in (dyad.first, dyad.second)
    )
    shared = sum(count > 1 for count in dyads_of.values())
    return Dyads(
        of=of,
        dyads=tuple(pairs),
        undirected=undirected,
        shared=shared,
        assumptions=(
            "both directions were measured by the same questions at about the same time",
            "each measurement counts once, whatever the number of people behind it",
            *(
                (f"dyads are independent, although {shared} actors stand in more than one",)
                if shared
                else ()
            ),
        ),
    )


@checked
def directions(
    source: Source,
    of: str,
    *,
    instrument: str | None = None,
    subscale: str | None = None,
    time: str | None = None,
) -> tuple[list[Direction], int]:
    """Return the directed measurements that fit, and how many that fit have no direction.

    Raises:
        InvalidQueryError: none fits, or a relationship stands twice.

    Examples:
        >>> found, undirected = directions([Measurement(of="trust", value=5)], "trust")
        >>> len(found), undirected
        (0, 1)
    """
    found: list[Direction] = []
    undirected = 0
    seen: set[str] = set()
    for tie, measurement in _measured(source, seen):
        if measurement.of != of or measurement.subscale != subscale:
            continue
        if instrument is not None and measurement.instrument != instrument:
            continue
        if time is not None and measurement.time != time:
            continue
        respondent, toward = measurement.respondent, measurement.toward
        if respondent is None or toward is None or respondent == toward:
            undirected += 1
            continue
        found.append(
            Direction(tie=tie, respondent=respondent, toward=toward, measurement=measurement)
        )
    if not found and not undirected:
        wanted = [
            f"{name} {value!r}"
            for name, value in (("instrument", instrument), ("subscale", subscale), ("time", time))
            if value is not None
        ]
        raise InvalidQueryError(
            f"there is no measurement of {of!r}"
            f"{' with ' + ', '.join(wanted) if wanted else ' (of no subscale)'}"
        )
    return found, undirected


def _measured(source: Source, seen: set[str]) -> Iterable[tuple[str | None, Measurement]]:
    for thing in source:
        if isinstance(thing, Measurement):
            yield None, thing
        elif isinstance(thing, Relationship):
            yield from _of_tie(thing.id, thing, seen)
        elif isinstance(thing, Study):
            for relationship in thing.relationships:
                yield from _of_tie(f"{thing.id}#{relationship.id}", relationship, seen)
        else:
            raise InvalidQueryError(f"expected a Study, Relationship or Measurement, got {thing!r}")


def _of_tie(
    name: str, relationship: Relationship, seen: set[str]
) -> Iterable[tuple[str | None, Measurement]]:
    if name in seen:
        raise InvalidQueryError(
            f"the relationship {name!r} stands twice; for several studies pass the studies"
        )
    seen.add(name)
    for measurement in relationship.measurements:
        yield name, measurement


def _differ(one: Measurement, other: Measurement) -> str:
    for name in ("time", "instrument", "subscale", "stratum"):
        here, there = getattr(one, name), getattr(other, name)
        if here != there:
            return f"{name} {here!r} and {there!r}"
    return "with nothing to tell them apart"


def _same_scale(of: str, there: Measurement, back: Measurement) -> None:
    for name in ("scale_min", "scale_max", "unit", "instrument"):
        here, other = getattr(there, name), getattr(back, name)
        if here != other:
            raise InvalidQueryError(
                f"{of} between {there.respondent!r} and {there.toward!r}: {name} is {here!r} there "
                f"and {other!r} back; bring both to one scale first"
            )
