"""From a compendium to cases: how good the relationship was, and whether the study succeeded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import frozen

from implsci.analysis.pooling import against_another
from implsci.analysis.result import Row
from implsci.model import Finding, Measurement, Relationship, Study

__all__ = ["Case", "cases_of"]

_HIGH: Final = frozenset(
    "high strong good close trusting positive excellent warm mutual solid".split()
)
_LOW: Final = frozenset("low weak poor distant distrustful negative strained bad hostile".split())
# What praise and blame may be said of; a word that is not here (conflict, not) may turn them round.
_OF: Final = frozenset(
    "alliance and bond bonds collaboration connection empathy partnership quality rapport "
    "relationship relationships respect tie ties trust very working".split()
)
# Names of measurements of which more is better; of others (conflict, power) nobody says so.
_BETTER: Final = frozenset(
    "alliance bond closeness cohesion collaboration coordination empathy quality rapport "
    "reciprocity respect safety trust trusting".split()
)
_TURNED: Final = frozenset("breach conflict lack loss low no not poor without".split())
_NO_RESULT: Final = ("association", "asserted", "theorized")  # nothing came of anything in these
_FEW: Final = 3  # a longer text says more than one word of it
_GAINS: Final = ("improved", "maintained")
_LOSSES: Final = ("worsened", "no_difference")


@frozen(kw_only=True)
class Case:
    """A study, or a programme of several, as the analyses of a relationship see it.

    Attributes:
        case: id of the study or programme.
        studies: ids of its studies.
        quality: how good the relationship was, 0 to 1; None where it was not measured or told.
        ground: where the quality comes from.
        success: True where every finding that tells a direction is a gain, False where none is;
            None where they differ or none tells. Associations, assertions and theory tell of no
            success, and one strategy against another of none either.
        gains: number of findings that improved or were maintained.
        losses: number that worsened or showed no difference.
        relational: whether a strategy of it is relational and nothing else.

    Examples:
        >>> from implsci.analysis.relationship import Case
        >>> Case(
        ...     case="a", studies=("a",), quality=0.9, ground="measured", success=True, gains=2,
        ...     losses=0, relational=True,
        ... ).success
        True
    """

    case: str
    studies: tuple[str, ...]
    quality: float | None
    ground: str | None
    success: bool | None
    gains: int
    losses: int
    relational: bool

    def to_row(self) -> Row:
        """Return it as plain values."""
        return {
            "case": self.case,
            "studies": ", ".join(self.studies),
            "quality": self.quality,
            "ground": self.ground,
            "success": self.success,
            "gains": self.gains,
            "losses": self.losses,
            "relational": self.relational,
        }


def cases_of(
    studies: Iterable[Study],
    keep: Callable[[Study, Finding], bool],
    relational: Callable[[Study], bool],
    of: str | None,
) -> tuple[Case, ...]:
    """Return a case for each programme, or study of its own, that has a relationship."""
    groups: dict[str, list[Study]] = {}
    for study in studies:
        groups.setdefault(study.programme or study.id, []).append(study)
    return tuple(
        _case(name, own, keep, relational, of)
        for name, own in sorted(groups.items())
        if any(study.relationships for study in own)
    )


def _case(
    name: str,
    studies: list[Study],
    keep: Callable[[Study, Finding], bool],
    relational: Callable[[Study], bool],
    of: str | None,
) -> Case:
    told = [
        finding
        for study in studies
        for finding in study.findings
        if finding.basis not in _NO_RESULT
        and keep(study, finding)
        and not against_another(study, finding)
    ]
    gains = sum(finding.direction in _GAINS for finding in told)
    losses = sum(finding.direction in _LOSSES for finding in told)
    split = any(finding.direction == "mixed" for finding in told)
    quality, ground = _quality([tie for study in studies for tie in study.relationships], of)
    return Case(
        case=name,
        studies=tuple(study.id for study in studies),
        quality=quality,
        ground=ground,
        success=None if split or bool(gains) is bool(losses) else bool(gains),
        gains=gains,
        losses=losses,
        relational=any(map(relational, studies)),
    )


def _quality(ties: list[Relationship], of: str | None) -> tuple[float | None, str | None]:
    """Return the mean of what was measured; where nothing was, of what was told in words."""
    measured = [value for tie in ties for value in _measured(tie.measurements, of)]
    if measured:
        mean = sum(value for value, _ in measured) / len(measured)
        names = ", ".join(sorted({name for _, name in measured}))
        return mean, f"measured: {names} (mean of {len(measured)}, as a share of the scale)"
    words = [(value, tie.quality) for tie in ties if (value := _in_words(tie.quality)) is not None]
    if words:
        said = "; ".join(sorted({text for _, text in words if text}))
        return sum(value for value, _ in words) / len(words), f"told: {said}"
    return None, None


def _measured(measurements: Iterable[Measurement], of: str | None) -> Iterator[tuple[float, str]]:
    for one in measurements:
        if one.value is None or not _asked(one.of, of):
            continue
        if one.scale_min is not None and one.scale_max is not None:
            share = (one.value - one.scale_min) / (one.scale_max - one.scale_min)
        elif one.unit == "proportion":
            share = one.value
        elif one.unit == "percent" and 0 <= one.value <= 100:
            share = one.value / 100
        else:
            continue  # a number without its scale says nothing of how good it is
        yield share, one.instrument or one.of


def _asked(name: str, of: str | None) -> bool:
    if of is not None:
        return name.casefold() == of.casefold()
    words = re.findall(r"[a-z]+", name.lower())
    return not _BETTER.isdisjoint(words) and _TURNED.isdisjoint(words)


def _in_words(text: str | None) -> float | None:
    """Return 1 for plain words of praise, 0 for plain words of blame, None for anything else."""
    told = re.findall(r"[a-z]+", (text or "").lower())
    words = set(told)
    if len(told) > _FEW or words - _HIGH - _LOW - _OF or bool(words & _HIGH) is bool(words & _LOW):
        return None
    return 1.0 if words & _HIGH else 0.0
