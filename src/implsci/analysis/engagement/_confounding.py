"""What else differs between the studies of each model: sector, design and period.

A study of a narrower sector is one of the wider sector too, so that two studies under one heading
share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from attrs import frozen

from implsci.analysis.engagement._models import COMPARED, MODELS, EngagementModel, Seen
from implsci.analysis.tally import DIRECTION_WORDS, NOT_STATED
from implsci.errors import UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry

__all__ = [
    "MOSTLY",
    "Concentration",
    "Overlap",
    "Spread",
    "Stratum",
    "Traits",
    "apart",
    "strata",
]

MOSTLY: Final = 2 / 3  # share of a model's studies from which on they count as being of one kind


class Traits:
    """Tells what a study has of each trait, once each.

    Args:
        registry: knows under which headings a sector stands.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._above: dict[str, tuple[str, ...]] = {}

    def items(self) -> tuple[tuple[str, Callable[[Study], tuple[str, ...]]], ...]:
        """Return the traits, each with what tells a study's values."""
        return (
            ("sector", self._sectors),
            ("design", lambda study: (study.design,) if study.design else ()),
            ("period", lambda study: () if study.year is None else (_five_years(study.year),)),
        )

    def narrowest(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return values in order, without the headings of others among them."""
        told = sorted(values)
        above = {heading for value in told for heading in self._headings(value)}
        return tuple(value for value in told if value not in above)

    def _sectors(self, study: Study) -> tuple[str, ...]:
        return tuple(
            dict.fromkeys(one for code in study.sectors for one in (code, *self._headings(code)))
        )

    def _headings(self, value: str) -> tuple[str, ...]:
        if value not in self._above:
            self._above[value] = tuple(self._looked_up(value))
        return self._above[value]

    def _looked_up(self, value: str) -> Iterable[str]:
        scheme, colon, _ = value.partition(":")
        try:
            return self._registry.taxonomy(scheme).ancestors(value) if colon else ()
        except (UnknownNameError, KeyError):  # its taxonomy is not installed, or does not hold it
            return ()


def _five_years(year: int) -> str:
    start = year // 5 * 5
    return f"{start}-{start + 4}"


@frozen(kw_only=True)
class Spread:
    """How many studies of each model have one sector, design or period.

    Attributes:
        trait: ``sector``, ``design`` or ``period`` (five years).
        level: its value; None where the studies do not say. A study may have several sectors, and
            one of a narrower sector has the wider one too.
        studies: number of studies by model.

    Examples:
        >>> Spread(trait="design", level="rct", studies={"push": 1, "co-creation": 3}).studies["push"]
        1
    """

    trait: str
    level: str | None
    studies: Mapping[EngagementModel, int]


@frozen(kw_only=True)
class Concentration:
    """How far the studies of one model are of one kind.

    Attributes:
        trait: ``sector``, ``design`` or ``period``.
        model: the model.
        commonest: the commonest values, all of them where they tie; a wider sector not where a
            narrower one ties with it.
        studies: how many studies have the commonest value.
        of: how many studies say anything on this trait.
        not_told: how many do not.

    Examples:
        >>> one = Concentration(
        ...     trait="sector", model="push", commonest=("sector:health",), studies=8, of=9, not_told=0
        ... )
        >>> round(one.share, 2), one.mostly
        (0.89, True)
    """

    trait: str
    model: EngagementModel
    commonest: tuple[str, ...]
    studies: int
    of: int
    not_told: int

    @property
    def share(self) -> float | None:
        """Share of the studies with the commonest value, of those that say; None where none says."""
        return self.studies / self.of if self.of else None

    @property
    def mostly(self) -> bool:
        """Whether two thirds of at least two studies have one and the same value."""
        return self.of > 1 and self.studies / self.of >= MOSTLY


@frozen(kw_only=True)
class Overlap:
    """Where the studies of two models can be compared like with like.

    Attributes:
        trait: ``sector``, ``design`` or ``period``.
        first: a model.
        second: another model.
        told: whether studies of both say anything on this trait.
        shared: the values that studies of both have.
        studies_first: how many studies of the first model have a shared value.
        studies_second: how many of the second.

    Examples:
        >>> one = Overlap(
        ...     trait="sector", first="push", second="co-creation", told=True, shared=(),
        ...     studies_first=0, studies_second=0,
        ... )
        >>> one.warning
        'push and co-creation share no sector, so that model and sector cannot be told apart'
    """

    trait: str
    first: EngagementModel
    second: EngagementModel
    told: bool
    shared: tuple[str, ...]
    studies_first: int
    studies_second: int

    @property
    def warning(self) -> str | None:
        """Why the two models cannot be told apart from this trait; None where they share a value."""
        if self.shared:
            return None
        if not self.told:
            return (
                f"{self.first} and {self.second} cannot be compared within one {self.trait}, since "
                "the studies of one of them do not say theirs"
            )
        return (
            f"{self.first} and {self.second} share no {self.trait}, so that model and {self.trait} "
            "cannot be told apart"
        )


@frozen(kw_only=True)
class Stratum:
    """The findings of one model on one basis, within one sector, design or period.

    Attributes:
        trait: ``sector``, ``design`` or ``period``.
        level: its value; None where the studies do not say.
        comparable: whether studies of two of the models compared have findings here.
        model: the model.
        basis: what the findings rest on.
        studies: number of studies.
        findings: number of findings.
        directions: how many of them point which way.

    Examples:
        >>> one = Stratum(
        ...     trait="sector", level="sector:health", comparable=True, model="push", basis="effect",
        ...     studies=2, findings=3, directions={"improved": 2, "no_difference": 1},
        ... )
        >>> one.directions["improved"]
        2
    """

    trait: str
    level: str | None
    comparable: bool
    model: EngagementModel
    basis: str
    studies: int
    findings: int
    directions: Mapping[str, int]


def spreads(studies: Iterable[tuple[Study, EngagementModel]], traits: Traits) -> tuple[Spread, ...]:
    """Count the studies of each model by sector, design and period."""
    told = tuple(studies)
    found: list[Spread] = []
    for trait, values in traits.items():
        counts: dict[str | None, Counter[EngagementModel]] = {}
        for study, model in told:
            for level in _levels(values(study)):
                counts.setdefault(level, Counter())[model] += 1
        found += [
            Spread(
                trait=trait,
                level=level,
                studies={model: counts[level][model] for model in MODELS if counts[level][model]},
            )
            for level in sorted(counts, key=_last)
        ]
    return tuple(found)


def concentrations(
    studies: Iterable[tuple[Study, EngagementModel]], traits: Traits
) -> tuple[Concentration, ...]:
    """Return the commonest sector, design and period of each model's studies."""
    told = tuple(studies)
    return tuple(
        _concentration(trait, model, [values(study) for study, own in told if own == model], traits)
        for trait, values in traits.items()
        for model in MODELS
        if any(own == model for _, own in told)
    )


def _concentration(
    trait: str, model: EngagementModel, told: Sequence[tuple[str, ...]], traits: Traits
) -> Concentration:
    counts = Counter(value for own in told for value in own)
    most = max(counts.values(), default=0)
    of = sum(map(bool, told))
    return Concentration(
        trait=trait,
        model=model,
        commonest=traits.narrowest(value for value, count in counts.items() if count == most),
        studies=most,
        of=of,
        not_told=len(told) - of,
    )


def overlaps(
    studies: Iterable[tuple[Study, EngagementModel]], traits: Traits
) -> tuple[Overlap, ...]:
    """Return, for each two models with studies, the sectors, designs and periods they share."""
    told = tuple(studies)
    found: list[Overlap] = []
    for trait, values in traits.items():
        by_model = {
            model: [frozenset(values(study)) for study, own in told if own == model]
            for model in COMPARED
        }
        present: list[EngagementModel] = [model for model in COMPARED if by_model[model]]
        for first, second in combinations(present, 2):
            shared = frozenset().union(*by_model[first]) & frozenset().union(*by_model[second])
            found.append(
                Overlap(
                    trait=trait,
                    first=first,
                    second=second,
                    told=any(by_model[first]) and any(by_model[second]),
                    shared=tuple(sorted(shared)),
                    studies_first=sum(bool(own & shared) for own in by_model[first]),
                    studies_second=sum(bool(own & shared) for own in by_model[second]),
                )
            )
    return tuple(found)


def apart(studies: Iterable[tuple[Study, EngagementModel]], traits: Traits) -> Iterator[str]:
    """Say which two models cannot be told apart from sector, design or period."""
    return (one.warning for one in overlaps(studies, traits) if one.warning)


def strata(seen: Sequence[Seen], traits: Traits) -> tuple[Stratum, ...]:
    """Count findings by model and basis within each sector, design and period."""
    found: list[Stratum] = []
    for trait, values in traits.items():
        cells: dict[str | None, dict[tuple[EngagementModel, str], list[Seen]]] = {}
        for one in seen:
            for level in _levels(values(one.study)):
                key = (one.model, one.finding.basis or NOT_STATED)
                cells.setdefault(level, {}).setdefault(key, []).append(one)
        for level in sorted(cells, key=_last):
            models = {model for model, _ in cells[level]} & set(COMPARED)
            for model, basis in sorted(
                cells[level], key=lambda key: (MODELS.index(key[0]), key[1])
            ):
                own = cells[level][model, basis]
                counts = Counter(one.finding.direction for one in own)
                found.append(
                    Stratum(
                        trait=trait,
                        level=level,
                        comparable=level is not None and len(models) > 1,
                        model=model,
                        basis=basis,
                        studies=len({one.study.id for one in own}),
                        findings=len(own),
                        directions={name: counts[name] for name in DIRECTION_WORDS if counts[name]},
                    )
                )
    return tuple(found)


def _levels(values: tuple[str, ...]) -> tuple[str | None, ...]:
    return values or (None,)


def _last(level: str | None) -> tuple[bool, str]:
    return level is None, level or ""
