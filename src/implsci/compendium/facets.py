"""Facets: the properties by which studies are told apart, counted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from implsci.codes import is_code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.search import close_names

__all__ = ["FACETS", "FacetValue", "Where", "facet_values", "study_filter"]

FacetValue = str | int | Iterable[str | int]
"""One wanted value, or several of which any will do."""

Where = Mapping[str, FacetValue]
"""Wanted values by facet; a study must answer every facet."""


def _one(value: str | int | None) -> tuple[str, ...]:
    return () if value is None else (str(value),)


def _node_codes(study: Study) -> Iterator[str]:
    for name in ("settings", "arms", "actors", "barriers", "strategies", "mechanisms",
                 "relationships", "outcomes"):  # fmt: skip
        for node in getattr(study, name):
            yield from node.codes


def _codes(study: Study) -> tuple[str, ...]:
    own = (*study.sectors, *study.engagement, *study.equity)
    return tuple(dict.fromkeys((*own, *_node_codes(study))))


def _outcomes(study: Study) -> tuple[str, ...]:
    kinds = (outcome.kind for outcome in study.outcomes if outcome.kind)
    codes = (code for outcome in study.outcomes for code in outcome.codes)
    return tuple(dict.fromkeys((*kinds, *codes)))


FACETS: Final[Mapping[str, Callable[[Study], tuple[str, ...]]]] = MappingProxyType(
    {
        "code": _codes,
        "country": lambda study: study.countries,
        "design": lambda study: _one(study.design),
        "engagement": lambda study: study.engagement,
        "equity": lambda study: study.equity,
        "hybrid_type": lambda study: _one(study.hybrid_type),
        "outcome": _outcomes,
        "role": lambda study: tuple(
            dict.fromkeys(finding.role for finding in study.findings if finding.role)
        ),
        "scale_stage": lambda study: _one(study.scale_stage),
        "sector": lambda study: study.sectors,
        "year": lambda study: _one(study.year),
    }
)
"""For each facet, the values that a study has on it; none where the study does not say."""

_CODED: Final = ("code", "engagement", "equity", "outcome", "sector")


def facet_values(study: Study, facet: str) -> tuple[str, ...]:
    """Return a study's values on a facet.

    Raises:
        InvalidQueryError: there is no such facet.
    """
    return _facet(facet)(study)


def study_filter(where: Where, registry: Registry) -> Callable[[Study], bool]:
    """Return the test that keeps a study which has, on every facet, one of the wanted values.

    Args:
        where: wanted values by facet. A code stands for everything narrower too, and needs no scheme
            where the facet has one of its own (``sector="justice"``); a year may be a span
            (``2015..2020``, ``2015..``, ``..2020``).
        registry: knows what is narrower.

    Raises:
        InvalidQueryError: there is no such facet, or a year is none.
        UnknownNameError: a code that its taxonomy does not have.
    """
    tests = [_test(facet, wanted, registry) for facet, wanted in where.items()]
    return lambda study: all(test(study) for test in tests)


def _facet(name: str) -> Callable[[Study], tuple[str, ...]]:
    if name not in FACETS:
        close = close_names(name, FACETS, limit=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise InvalidQueryError(f"unknown facet {name!r}{hint} The facets are {', '.join(FACETS)}.")
    return FACETS[name]


def _test(facet: str, wanted: FacetValue, registry: Registry) -> Callable[[Study], bool]:
    values = _facet(facet)
    asked = [wanted] if isinstance(wanted, (str, int)) else list(wanted)
    if facet == "year":
        spans = [_span(str(text)) for text in asked]
        return lambda study: (
            study.year is not None and any(low <= study.year <= high for low, high in spans)
        )
    accepted: set[str] = set()
    for text in map(str, asked):
        accepted.update(_accepted(facet, text, registry))
    return lambda study: not accepted.isdisjoint(values(study))


def _accepted(facet: str, text: str, registry: Registry) -> Iterable[str]:
    if facet == "country":
        return [text.upper()]
    if facet not in _CODED:
        return [text]
    if not is_code(text):
        if facet in ("code", "outcome"):
            return [text] if facet == "outcome" else [registry.term(text).code]
        text = f"{facet}:{text}"
    try:
        registry.taxonomy(split(text)[0])  # type: ignore[arg-type]
    except UnknownNameError:
        return [text]  # a taxonomy that is not installed: its codes still compare
    return registry.expand(text)


def _span(text: str) -> tuple[int, int]:
    low, dots, high = text.partition("..")
    if not dots:
        high = low
    if not all(part.isdecimal() or (dots and not part) for part in (low, high)):
        raise InvalidQueryError(f"year: expected 2015, 2015..2020, 2015.. or ..2020, got {text!r}")
    return int(low or 0), int(high or 9999)
