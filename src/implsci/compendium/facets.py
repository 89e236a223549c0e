"""Facets: the properties by which studies are told apart, counted and filtered."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from implsci.codes import Code, is_code, split
from implsci.errors import ImplsciWarning, InvalidQueryError, UnknownNameError
from implsci.model import Finding, Outcome, Study
from implsci.model._record import shape
from implsci.names import close_names, fold
from implsci.places import COUNTRIES, INCOME_GROUPS, REGIONS, countries, income_group, region
from implsci.plugins import Registry
from implsci.store import Store
from implsci.taxonomy import Taxonomy, Term

__all__ = [
    "EditionWarning",
    "FACETS",
    "FacetValue",
    "Where",
    "facet_values",
    "outcome_codes",
    "stored_rows",
    "study_filter",
]

FacetValue = str | int | Iterable[str | int]
"""One wanted value, or several of which any will do."""

Where = Mapping[str, FacetValue]
"""Wanted values by facet; a study must answer every facet."""


_PATHS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "code": (
            "sectors", "engagement", "equity", "settings.codes", "arms.codes", "actors.codes",
            "barriers.codes", "strategies.codes", "mechanisms.codes", "relationships.codes",
            "outcomes.codes",
        ),
        "country": ("countries",),
        "design": ("design",),
        "embedded": ("embedded",),
        "engagement": ("engagement",),
        "equity": ("equity",),
        "evidence_grade": ("innovation.evidence_grade",),
        "hybrid_type": ("hybrid_type",),
        "income_group": ("countries",),
        "outcome": ("outcomes.kind", "outcomes.codes"),
        "region": ("countries",),
        "role": ("findings.role",),
        "scale_stage": ("scale_stage",),
        "sector": ("sectors",),
        "year": ("year",),
    }
)  # fmt: skip
"""Where a facet's values stand in a study; a dot leads into its nodes, or a record inside it."""

_OF_COUNTRY: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {"income_group": income_group, "region": region}
)
"""The facets that are known of a country, each with where to look it up."""

_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"income_group": INCOME_GROUPS, "region": REGIONS}
)


def _at(study: Study, path: str) -> Iterator[str]:
    """Yield what stands at a path of a study, as text."""
    kind, dot, name = path.partition(".")
    inside = getattr(study, kind) if dot else study
    for holder in inside if isinstance(inside, tuple) else (inside,):
        value = None if holder is None else getattr(holder, name if dot else kind)
        if value is not None:
            yield from value if isinstance(value, tuple) else (str(value),)


def _reader(facet: str) -> Callable[[Study], tuple[str, ...]]:
    paths = _PATHS[facet]
    group = _OF_COUNTRY.get(facet)

    def values(study: Study) -> tuple[str, ...]:
        found = dict.fromkeys(value for path in paths for value in _at(study, path))
        if group is None:
            return tuple(found)
        return tuple(dict.fromkeys(of for country in found if (of := group(country)) is not None))

    return values


FACETS: Final[Mapping[str, Callable[[Study], tuple[str, ...]]]] = MappingProxyType(
    {facet: _reader(facet) for facet in _PATHS}
)
"""For each facet, the values that a study has on it; none where the study does not say."""

_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        facet: tuple(map(str, shape(record)[facet].choices))
        for facet, record in (
            ("design", Study),
            ("embedded", Study),
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
    asked = [(_PATHS[facet], accepted) for facet, accepted in _accepted_by(where, registry)]

    def keep(study: Study) -> bool:
        return all(
            any(value in accepted for path in paths for value in _at(study, path))
            for paths, accepted in asked
        )

    return keep


def stored_rows(where: Where, registry: Registry, store: Store) -> list[int] | None:
    """Return the row numbers of the studies of a store that `study_filter` would keep; None for all.

    Args:
        where: as for `study_filter`.
        registry: knows what is narrower.
        store: where the studies are kept; no record of it is built.

    Raises:
        InvalidQueryError: there is no such facet, or a value that the facet cannot have.
        UnknownNameError: a code that its taxonomy does not have.
    """
    kept: set[int] | None = None
    for facet, accepted in _accepted_by(where, registry):
        rows = set(store.rows_with(_PATHS[facet], accepted).to_pylist())
        kept = rows if kept is None else kept & rows
    return None if kept is None else sorted(kept)


def _accepted_by(where: Where, registry: Registry) -> list[tuple[str, frozenset[str]]]:
    """Return, for each facet asked, the values at its paths that will do."""
    asked: list[tuple[str, frozenset[str]]] = []
    for facet, wanted in where.items():
        _facet(facet)
        accepted: set[str] = set()
        for text in _asked(facet, wanted):
            accepted.update(_accepted(facet, text, registry))
        asked.append((facet, frozenset(accepted)))
    return asked


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
        if text.upper() in COUNTRIES:
            return [text.upper()]
        named = countries(text)
        if named.unresolved or len(named.codes) != 1:
            raise InvalidQueryError(
                "country: expected the name of one country, or the two letters of ISO 3166-1 "
                f"alpha-2 such as KE, got {_shown(text)}"
            )
        return named.codes
    if facet in _WORDS:
        words = _WORDS[facet]
        if text not in words:
            raise InvalidQueryError(
                f"{facet}: expected one of {', '.join(words)}, got {_shown(text)}"
                f"{_hint(close_names(text, words, limit=1))}"
            )
        return [text]
    if facet in _GROUPS:
        return _countries_of(facet, text)
    if facet == "year":
        first, last = _span(text)
        return map(str, range(first, last + 1))
    if facet == "outcome":
        return outcome_codes(text, registry)
    if facet == "evidence_grade":
        return [text]
    if not is_code(text):
        if facet == "code":
            return registry.expand(text)
        text = f"{facet}:{text}"
    return _narrower(text, registry)


def _countries_of(facet: str, text: str) -> Iterable[str]:
    """Return the countries of a region or income group, named in any case; LMIC is three groups."""
    named: dict[str, tuple[str, ...]] = {fold(group): (group,) for group in _GROUPS[facet]}
    if facet == "income_group":
        named["lmic"] = INCOME_GROUPS[:-1]
    asked = fold(text.replace("_", " "))
    groups = named.get(asked) or named.get(f"{asked} income")
    if groups is None:
        raise InvalidQueryError(
            f"{facet}: expected one of {'; '.join(_GROUPS[facet])}, got {_shown(text)}"
            f"{_hint(close_names(text, _GROUPS[facet], limit=1))}"
        )
    look_up = _OF_COUNTRY[facet]
    return [country for country in COUNTRIES if look_up(country) in groups]


class EditionWarning(ImplsciWarning):
    """A code of a bare family was taken as that of its newest edition.

    Attributes:
        asked: the code as it was given.
        taken: the code that was looked for.
    """

    def __init__(self, asked: str, taken: str) -> None:
        self.asked = asked
        self.taken = taken
        super().__init__(f"{asked} names no edition; {taken} was looked for, of the newest")

    def __reduce__(self) -> tuple[type[EditionWarning], tuple[str, str]]:
        return type(self), (self.asked, self.taken)


def _narrower(text: str, registry: Registry) -> Iterable[str]:
    scheme = split(Code(text))[0]
    try:
        if registry.taxonomy(scheme).scheme != scheme:
            warnings.warn(EditionWarning(text, registry.term(text).code), stacklevel=7)
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
