"""Contexts of studies, and how alike two of them are.

The rule: on each facet that the target tells, the overlap of values |A & B| / |A | B| (Jaccard's
index); their weighted mean over the facets that the target tells is the likeness, as in Gower 1971
(doi:10.2307/2528823), but for one thing: what a study does not tell is unknown and counts as not
alike. What it could reach if the unknown were alike stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, get_args

from attrs import frozen

from implsci.codes import is_code, slug
from implsci.compendium import facet_values
from implsci.errors import InvalidQueryError
from implsci.model import Study
from implsci.model.barrier import BarrierLevel
from implsci.model.study import ScaleStage
from implsci.names import close_names, fold
from implsci.places import COUNTRIES, INCOME_GROUPS, REGIONS, countries, income_group, region
from implsci.plugins import Registry

__all__ = [
    "CONTEXT_FACETS",
    "Context",
    "FacetLikeness",
    "Likeness",
    "likeness",
    "of_study",
    "target",
    "weights_of",
]

CONTEXT_FACETS: Final[tuple[str, ...]] = (
    "sector",
    "country",
    "region",
    "income_group",
    "level",
    "engagement",
    "scale_stage",
)
"""The facets on which contexts are compared."""

Context = Mapping[str, frozenset[str]]
"""What is told of a context: its values by facet; a facet that is not told is not in it."""

_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "income_group": INCOME_GROUPS,
    "level": get_args(BarrierLevel),
    "region": REGIONS,
    "scale_stage": get_args(ScaleStage),
}
_GROUP_OF: Final[Mapping[str, Callable[[str], str | None]]] = {
    "income_group": income_group,
    "region": region,
}


@frozen(kw_only=True)
class FacetLikeness:
    """How alike two contexts are on one facet.

    Attributes:
        facet: the facet.
        here: what the target has.
        there: what the study has; none where it does not tell.
        alike: overlap from 0 to 1; None where the study does not tell.
        weight: what the facet counts.

    Examples:
        >>> FacetLikeness(facet="country", here=("KE",), there=(), alike=None, weight=1).alike is None
        True
    """

    facet: str
    here: tuple[str, ...]
    there: tuple[str, ...]
    alike: float | None
    weight: float


@frozen(kw_only=True)
class Likeness:
    """How alike a study's context is to the target.

    Attributes:
        facets: facet by facet, those that the target tells.

    Examples:
        >>> one = FacetLikeness(facet="sector", here=("a",), there=("a",), alike=1.0, weight=1)
        >>> two = FacetLikeness(facet="country", here=("KE",), there=(), alike=None, weight=1)
        >>> both = Likeness(facets=(one, two))
        >>> both.value, both.high
        (0.5, 1.0)
    """

    facets: tuple[FacetLikeness, ...]

    @property
    def value(self) -> float:
        """Weighted mean over all facets that the target tells, the unknown as not alike."""
        return self._mean(0.0)

    @property
    def high(self) -> float:
        """The same if all that is unknown were alike."""
        return self._mean(1.0)

    @property
    def known(self) -> int:
        """On how many of the facets the study tells."""
        return sum(one.alike is not None for one in self.facets)

    def _mean(self, unknown: float) -> float:
        whole = sum(one.weight for one in self.facets)
        return (
            sum(one.weight * (unknown if one.alike is None else one.alike) for one in self.facets)
            / whole
        )


def likeness(here: Context, there: Context, weights: Mapping[str, float]) -> Likeness:
    """Compare two contexts on the facets that the first one tells."""
    facets = []
    for facet in CONTEXT_FACETS:
        if facet not in here or not weights[facet]:
            continue
        own, other = here[facet], there.get(facet, frozenset())
        facets.append(
            FacetLikeness(
                facet=facet,
                here=tuple(sorted(own)),
                there=tuple(sorted(other)),
                alike=len(own & other) / len(own | other) if other else None,
                weight=weights[facet],
            )
        )
    return Likeness(facets=tuple(facets))


def weights_of(given: Mapping[str, float] | None, here: Context) -> dict[str, float]:
    """Return the weight of every facet, 1 where none is given.

    Raises:
        InvalidQueryError: no such facet, a negative weight, or nothing left to compare on.
    """
    asked = given or {}
    for facet, weight in asked.items():
        _known(facet)
        if not 0 <= weight < float("inf"):
            raise InvalidQueryError(f"weights: {facet}: expected 0 or more, got {weight!r}")
    weights = {facet: float(asked.get(facet, 1)) for facet in CONTEXT_FACETS}
    if not any(weights[facet] for facet in here):
        raise InvalidQueryError("weights: expected one above 0 on a facet that the target tells")
    return weights


def of_study(study: Study, barriers: Iterable[str] = ()) -> Context:
    """Return what a study tells of its context.

    Args:
        study: the study.
        barriers: ids of the barriers whose levels count; those of all where none is given.
    """
    wanted = frozenset(barriers)
    told: dict[str, frozenset[str]] = {
        facet: frozenset(facet_values(study, facet)) for facet in CONTEXT_FACETS if facet != "level"
    }
    told["level"] = frozenset(
        node.level for node in study.barriers if node.level and (not wanted or node.id in wanted)
    )
    return {facet: values for facet, values in told.items() if values}


def target(given: Mapping[str, str | Iterable[str]], registry: Registry) -> Context:
    """Read a context as people write it.

    Args:
        given: values by facet; region and income group follow from the country where not given.
        registry: knows sectors and models of engagement.

    Raises:
        InvalidQueryError: no such facet or value, or a region or income group that contradicts the
            country.
        UnknownNameError: a code that its taxonomy does not have.
    """
    read: dict[str, frozenset[str]] = {}
    for facet, values in given.items():
        _known(facet)
        found = frozenset(_read(facet, [values] if isinstance(values, str) else values, registry))
        if found:
            read[facet] = found
    for facet, group_of in _GROUP_OF.items():
        known = [group for code in sorted(read.get("country", ())) if (group := group_of(code))]
        if facet not in read and known:
            read[facet] = frozenset(known)
        elif known and read[facet].isdisjoint(known):
            raise InvalidQueryError(
                f"{facet}={'/'.join(sorted(read[facet]))} contradicts "
                f"country={'/'.join(sorted(read['country']))}, which is {'/'.join(known)}"
            )
    return read


def _known(facet: str) -> None:
    if facet not in CONTEXT_FACETS:
        close = close_names(facet, CONTEXT_FACETS, limit=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise InvalidQueryError(
            f"unknown facet {facet!r}{hint} Contexts are compared on {', '.join(CONTEXT_FACETS)}."
        )


def _read(facet: str, values: Iterable[str], registry: Registry) -> Iterator[str]:
    for value in values:
        if facet == "country":
            if value.upper() in COUNTRIES:
                yield value.upper()
                continue
            named = countries(value)
            if named.unresolved or not named.codes:
                raise InvalidQueryError(f"country: expected a country such as KE, got {value!r}")
            yield from named.codes
        elif facet in _WORDS:
            words = {fold(word): word for word in _WORDS[facet]}
            if fold(value) not in words:
                raise InvalidQueryError(
                    f"{facet}: expected one of {', '.join(_WORDS[facet])}, got {value!r}"
                )
            yield words[fold(value)]
        else:
            code = value if is_code(value) else f"{facet}:{slug(value)}"
            yield registry.term(code).code
