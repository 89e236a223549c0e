"""Facets: the properties by which studies are told apart, counted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from implsci.codes import Code, is_code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Finding, Outcome, Study
from implsci.model._record import shape
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy, Term

__all__ = ["FACETS", "FacetValue", "Where", "facet_values", "outcome_codes", "study_filter"]

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

_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        facet: tuple(map(str, shape(record)[facet].choices))
        for facet, record in (
            ("design", Study),
            ("hybrid_type", Study),
            ("role", Finding),
            ("scale_stage", Study),
        )
    }
)
"""The facets whose words the model closes, with those words."""

_OUTCOME_KINDS: Final = tuple(map(str, shape(Outcome)["kind"].choices))


def facet_values(study: Study, facet: str) -> tuple[str, ...]:
    """Return a study's values on a facet.

    Raises:
        InvalidQueryError: there is no such facet.
    """
    return _facet(facet)(study)


def outcome_codes(text: str, registry: Registry) -> frozenset[str]:
    """Return what an outcome may be called to answer a filter: its kind, or any of its codes.

    Args:
        text: a kind such as ``implementation``, a code, or the label or a synonym of an
            outcome in a taxonomy.
        registry: knows the terms, and what is narrower.

    Returns:
        The kind alone, or the code with everything narrower. A name that several taxonomies have,
        such as adoption, means the outcome of each.

    Raises:
        InvalidQueryError: neither a kind, a code nor a name; a close one is suggested.
        UnknownNameError: a code that its taxonomy does not have.

    Examples:
        >>> from implsci import Registry
        >>> outcome_codes("Adoption", Registry(plugins=["proctor"]))
        frozenset({'proctor:adoption'})
    """
    if text in _OUTCOME_KINDS:
        return frozenset([text])
    if is_code(text):
        return frozenset(_narrower(text, registry))
    # Asked for an outcome, a name means one: taxonomies of barriers, too, have a cost.
    taxonomies = registry.taxonomies()

    def is_outcome(taxonomy: Taxonomy, term: Term) -> bool:
        return "outcome" in (taxonomy.kind, term.kind)

    found = [term for own in taxonomies for term in own.labeled(text) if is_outcome(own, term)] or [
        term for own in taxonomies for term in own.called(text) if is_outcome(own, term)
    ]
    if not found:
        names = [
            name
            for own in taxonomies
            for term in own
            if is_outcome(own, term)
            for name in term.names
        ]
        raise InvalidQueryError(
            f"outcome: expected a kind ({', '.join(_OUTCOME_KINDS)}), a code or the name of an "
            f"outcome, got {_shown(text)}{_hint(close_names(text, (*_OUTCOME_KINDS, *names), 1))}"
        )
    return frozenset(code for term in found for code in registry.expand(term.code))


def study_filter(where: Where, registry: Registry) -> Callable[[Study], bool]:
    """Return the test that keeps a study which has, on every facet, one of the wanted values.

    Args:
        where: wanted values by facet. A code stands for everything narrower too, and needs no scheme
            where the facet has one of its own (``sector="justice"``); a year may be a span
            (``2015..2020``, ``2015..``, ``..2020``).
        registry: knows what is narrower.

    Raises:
        InvalidQueryError: there is no such facet, or a value that the facet cannot have.
        UnknownNameError: a code that its taxonomy does not have.
    """
    tests = [_test(facet, wanted, registry) for facet, wanted in where.items()]
    return lambda study: all(test(study) for test in tests)


def _facet(name: str) -> Callable[[Study], tuple[str, ...]]:
    if name not in FACETS:
        hint = _hint(close_names(name, FACETS, limit=1)) or "."
        raise InvalidQueryError(f"unknown facet {name!r}{hint} The facets are {', '.join(FACETS)}.")
    return FACETS[name]


def _hint(close: tuple[str, ...]) -> str:
    return f"; did you mean {close[0]}?" if close else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _test(facet: str, wanted: FacetValue, registry: Registry) -> Callable[[Study], bool]:
    values = _facet(facet)
    asked = _asked(facet, wanted)
    if facet == "year":
        spans = [_span(text) for text in asked]
        return lambda study: (
            study.year is not None and any(low <= study.year <= high for low, high in spans)
        )
    accepted: set[str] = set()
    for text in asked:
        accepted.update(_accepted(facet, text, registry))
    return lambda study: not accepted.isdisjoint(values(study))


def _asked(facet: str, wanted: object) -> list[str]:
    items = (
        list(wanted) if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
    )
    for item in items:
        if type(item) is not int and not isinstance(item, str):
            raise InvalidQueryError(
                f"{facet}: expected a text, a number, or several of them, got {_shown(item)}"
            )
    return [str(item) for item in items]


def _accepted(facet: str, text: str, registry: Registry) -> Iterable[str]:
    if facet == "country":
        if not (len(text) == 2 and text.isascii() and text.isalpha()):
            raise InvalidQueryError(
                "country: expected the two letters of ISO 3166-1 alpha-2, such as KE, "
                f"got {_shown(text)}"
            )
        return [text.upper()]
    if facet in _WORDS:
        words = _WORDS[facet]
        if text not in words:
            raise InvalidQueryError(
                f"{facet}: expected one of {', '.join(words)}, got {_shown(text)}"
                f"{_hint(close_names(text, words, limit=1))}"
            )
        return [text]
    if facet == "outcome":
        return outcome_codes(text, registry)
    if not is_code(text):
        if facet == "code":
            return registry.expand(text)
        text = f"{facet}:{text}"
    return _narrower(text, registry)


def _narrower(text: str, registry: Registry) -> Iterable[str]:
    try:
        registry.taxonomy(split(Code(text))[0])
    except UnknownNameError:
        if not is_code(text):
            raise
        return [text]  # a taxonomy that is not installed: its codes still compare
    return registry.expand(text)


def _span(text: str) -> tuple[int, int]:
    low, dots, high = text.partition("..")
    if not dots:
        high = low
    if not all(
        (part.isdecimal() and len(part) <= 4) or (dots and not part) for part in (low, high)
    ):
        raise InvalidQueryError(
            f"year: expected 2015, 2015..2020, 2015.. or ..2020, got {_shown(text)}"
        )
    first, last = int(low or 0), int(high or 9999)
    if first > last:
        raise InvalidQueryError(f"year: {text} ends before it begins")
    return first, last
