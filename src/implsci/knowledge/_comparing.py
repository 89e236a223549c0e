"""Rival definitions compared, facet by facet; none of them is the right one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from implsci.casebook import Casebook, load
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.knowledge._common import hold_pairs, of_class, same_term
from implsci.knowledge._comparison import Apart, Between, Comparison, Contrast, Drift
from implsci.knowledge._facets import FACETS, apart_on, shown, value_of
from implsci.model.documents import Definition, Document
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["Held", "about", "by_term", "compare"]


class Held(NamedTuple):
    """A definition and the casebook that holds it.

    Attributes:
        casebook: the casebook's name; None where it has none.
        definition: the definition.

    Examples:
        >>> Held(None, Definition(id="a", term="t", author="A", paraphrase="It.")).definition.author
        'A'
    """

    casebook: str | None
    definition: Definition


def compare(definitions: Casebook | Iterable[Document], terms: Sequence[str] = ()) -> Comparison:
    """Set rival definitions side by side, and say how far apart they are.

    The distance of two definitions is d = sum of d_f over the facets f that both state, divided by
    their number, with d_f from 0 to 1: one minus Gower's coefficient of similarity (1971,
    doi:10.2307/2528823) with equal weights. Where no facet is stated by both there is none.

    Args:
        definitions: a casebook or any of its records; those of other classes are passed over.
        terms: only these terms, in this order; case, hyphens and ``-ize`` for ``-ise`` do not matter.
            None for all, in the order of the alphabet.

    Raises:
        InvalidQueryError: there is no definition, there are more than a million pairs, or `terms` is
            one text instead of several.
        UnknownNameError: a term that nobody defines here; close ones are suggested.

    Examples:
        >>> from implsci.casebook import load
        >>> found = compare(load("implsci-knowledge"), ["knowledge mobilization"])
        >>> len(found.definitions), found.terms
        (10, ('knowledge mobilisation',))
        >>> for pair in found.farthest():
        ...     print(f"{pair.first.author} and {pair.second.author}: {pair.distance:.2f}")
        Levin and Keele University, Impact Accelerator Unit: 0.75
        Cooper and Keele University, Impact Accelerator Unit: 0.75
    """
    grouped = by_term(definitions, terms)
    chosen, groups = tuple(grouped), tuple(grouped.values())
    ordered = tuple(one for group in groups for one in group)
    hold_pairs("definitions", [len(ordered)], "name fewer terms")
    pairs = tuple(_apart(first, second) for first, second in combinations(ordered, 2))
    return Comparison(
        definitions=ordered,
        terms=chosen,
        pairs=pairs,
        contrasts=tuple(
            _contrast(facet, term, group)
            for facet in FACETS
            for term, group in zip(chosen, groups, strict=True)
        ),
        between=_between(chosen, pairs),
        drift=tuple(
            _drift(term, earlier, later)
            for term, group in zip(chosen, groups, strict=True)
            for earlier, later in pairwise(one for one in group if one.year is not None)
        ),
    )


def by_term(
    definitions: Casebook | Iterable[Document], terms: Sequence[str] = ()
) -> dict[str, tuple[Definition, ...]]:
    """Return the definitions of each term, the oldest first; see `compare`."""
    found = of_class(definitions, Definition, "definition")
    told: defaultdict[str, list[Definition]] = defaultdict(list)
    for one in found:
        told[same_term(one.term)].append(one)
    return {
        term: tuple(
            sorted(
                told[same_term(term)],
                key=lambda one: (one.year is None, one.year or 0, one.author, one.id),
            )
        )
        for term in _chosen(found, terms)
    }


def about(
    term: str,
    casebooks: Iterable[Casebook] | None = None,
    *,
    registry: Registry | None = None,
) -> tuple[Held, ...]:
    """Return every definition of a term, whichever casebook holds it.

    Args:
        term: the term; case, hyphens and ``-ize`` for ``-ise`` do not matter.
        casebooks: where to look; every casebook that a plugin brings where None.
        registry: knows the plugins; the default registry where None.

    Raises:
        UnknownNameError: nobody defines it; close terms are suggested.

    Examples:
        >>> for casebook, one in about("Knowledge Transfer"):
        ...     print(casebook, one.author, one.year)
        implsci-knowledge Ward, House & Hamer 2009
        implsci-knowledge International Development Research Centre None
    """
    if casebooks is None:
        registry = registry or default_registry()
        casebooks = [load(source.name, registry=registry) for source in registry.casebooks()]
    held = [Held(book.name, one) for book in casebooks for one in book.of(Definition)]
    wanted = [one for one in held if same_term(one.definition.term) == same_term(term)]
    if not wanted:
        raise UnknownNameError(
            "term", term, close_names(term, {one.definition.term for one in held})
        )
    return tuple(
        sorted(
            wanted,
            key=lambda one: (
                one.definition.year is None,
                one.definition.year or 0,
                one.definition.author,
                one.definition.id,
            ),
        )
    )


def _chosen(found: Sequence[Definition], terms: Sequence[str]) -> tuple[str, ...]:
    if isinstance(terms, str):
        raise InvalidQueryError(f"terms: expected several texts, such as [{terms!r}], got one")
    known = {same_term(one.term): one.term for one in reversed(found)}
    if not terms:
        return tuple(known[key] for key in sorted(known))
    for term in terms:
        if same_term(term) not in known:
            raise UnknownNameError("term", term, close_names(term, known.values()))
    return tuple(dict.fromkeys(known[same_term(term)] for term in terms))


def _apart(first: Definition, second: Definition) -> Apart:
    by_facet = {}
    for facet in FACETS:
        one, two = value_of(first, facet), value_of(second, facet)
        if one is not None and two is not None:
            by_facet[facet] = apart_on(facet, one, two)
    return Apart(first=first, second=second, by_facet=by_facet)


def _contrast(facet: str, term: str, group: Sequence[Definition]) -> Contrast:
    told = [text for one in group if (text := shown(value_of(one, facet))) is not None]
    counts = sorted(Counter(told).items(), key=lambda item: (-item[1], item[0]))
    return Contrast(facet=facet, term=term, values=tuple(counts), told=len(told), of=len(group))


def _between(terms: Sequence[str], pairs: Iterable[Apart]) -> tuple[Between, ...]:
    across: defaultdict[frozenset[str], list[float | None]] = defaultdict(list)
    keys: dict[str, str] = {}
    for pair in pairs:
        both = (pair.first.term, pair.second.term)
        for term in both:
            if term not in keys:
                keys[term] = same_term(term)
        across[frozenset(keys[term] for term in both)].append(pair.distance)
    found = []
    for one, two in combinations(terms, 2):
        every = across[frozenset((same_term(one), same_term(two)))]
        told = [distance for distance in every if distance is not None]
        mean = sum(told) / len(told) if told else None
        found.append(Between(terms=(one, two), mean=mean, pairs=len(told), of=len(every)))
    return tuple(found)


def _drift(term: str, earlier: Definition, later: Definition) -> Drift:
    values = [(facet, value_of(earlier, facet), value_of(later, facet)) for facet in FACETS]
    return Drift(
        term=term,
        earlier=earlier,
        later=later,
        changed=tuple(f for f, old, new in values if None not in (old, new) and old != new),
        added=tuple(f for f, old, new in values if old is None and new is not None),
        dropped=tuple(f for f, old, new in values if old is not None and new is None),
    )
