"""Terms, and the taxonomies they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, get_args

from attrs import frozen

from implsci.codes import Code, is_code, is_scheme, split
from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy._typed import hold, place, unclean

__all__ = ["Facet", "Status", "Taxonomy", "Term", "TermRating"]


def __dir__() -> list[str]:
    return __all__


Status = Literal["verified", "derived", "provisional"]
"""Read in the source; worked out from what was read; or from memory or thin evidence."""


@frozen(kw_only=True)
class TermRating:
    """What experts or readers gave a term on a scale, such as importance.

    Attributes:
        name: what was rated.
        value: the mean rating.
        scale_min: lowest value possible.
        scale_max: highest value possible.
        n: how many rated; None where not printed.
        source: where it is published.

    Examples:
        >>> TermRating(name="importance", value=4.6, scale_min=1, scale_max=5).value
        4.6
    """

    name: str
    value: float
    scale_min: float | None = None
    scale_max: float | None = None
    n: int | None = None
    source: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "rating", self.name)


@frozen(kw_only=True)
class Facet:
    """A named property of a term that is no hierarchy, such as ``direction`` one-way or mutual.

    Attributes:
        name: the property.
        value: its value.

    Examples:
        >>> Facet(name="direction", value="mutual").value
        'mutual'
    """

    name: str
    value: str

    def __attrs_post_init__(self) -> None:
        hold(self, "facet", self.name)


@frozen(kw_only=True)
class Term:
    """One entry of a taxonomy.

    Attributes:
        code: its permanent name, ``scheme:name``.
        label: the publisher's label.
        definition: what it means, in our own words.
        synonyms: spelling variants and everyday names of the same thing.
        broader: codes of the terms it belongs under.
        kind: the part it can play in a study, such as ``strategy``; ``group`` for a heading.
        notation: the number or letter it was published with.
        ratings: what experts gave it; missing is normal.
        facets: further properties; a name may repeat.
        source: where it is published.
        status: how far it was checked against its source.
        replaced_by: code of the term that takes its place.

    Raises:
        InvalidTableError: a value of another type than its annotation, such as one text where a
            tuple of them is due. What the values say is checked by the taxonomy that holds it.

    Examples:
        >>> Term(code="eric:facilitation", label="Facilitation", definition="Help.").kind
        'term'
    """

    code: Code
    label: str
    definition: str
    synonyms: tuple[str, ...] = ()
    broader: tuple[Code, ...] = ()
    kind: str = "term"
    notation: str | None = None
    ratings: tuple[TermRating, ...] = ()
    facets: tuple[Facet, ...] = ()
    source: str | None = None
    status: Status = "verified"
    replaced_by: Code | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "term", self.code)

    @property
    def scheme(self) -> str:
        """The scheme it belongs to."""
        return split(self.code)[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The label and every synonym."""
        return (self.label, *self.synonyms)

    def facet(self, name: str) -> tuple[str, ...]:
        """Return the values of a facet, none where it has none."""
        return tuple(facet.value for facet in self.facets if facet.name == name)


@frozen(kw_only=True, slots=False)
class Taxonomy:
    """A classification that terms come from.

    Attributes:
        scheme: its id, with the edition where editions are incompatible, such as ``cfir-2009``.
        title: its name in full.
        kind: what its terms are, such as ``strategy`` or ``barrier``.
        terms: its entries, in the publisher's order.
        family: the id without the edition; the scheme itself where there is one edition only.
        edition: which edition.
        license: the publisher's licence as far as known.
        citation: where it is published, with DOI.

    Raises:
        InvalidTableError: a value of another type than its annotation; a malformed scheme; a code
            of another scheme, twice given, or malformed; a blank label or definition; control
            characters; a notation given twice; a broader term that is not there or a circle of
            them; a status that is none.

    Examples:
        >>> green = Term(code="tea:green", label="Green", definition="Unfermented.")
        >>> sencha = Term(
        ...     code="tea:sencha", label="Sencha", definition="Steamed.", broader=("tea:green",)
        ... )
        >>> tea = Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(green, sencha))
        >>> tea.expand("tea:green")
        ('tea:green', 'tea:sencha')
    """

    scheme: str
    title: str
    kind: str
    terms: tuple[Term, ...]
    family: str = ""
    edition: str | None = None
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "taxonomy", self.scheme)
        if not self.family:
            object.__setattr__(self, "family", self.scheme)
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"taxonomy {self.scheme!r}", faults)

    def _faults(self) -> Iterator[Fault]:
        if not is_scheme(self.scheme):
            yield Fault("scheme", f"expected lower-case letters, digits, hyphens: {self.scheme!r}")
        if self.scheme != self.family and not self.scheme.startswith(f"{self.family}-"):
            yield Fault(
                "family", f"{self.scheme!r} does not begin with {self.family!r} and a hyphen"
            )
        yield from unclean(self)
        codes: set[str] = set()
        notations: dict[str, str] = {}
        for term in self.terms:
            path = place(term.code)
            yield from (fault.under(path) for fault in self._term_faults(term))
            if term.code in codes:
                yield Fault(path, "the code stands twice")
            codes.add(term.code)
            if (
                term.notation is not None
                and notations.setdefault(term.notation, term.code) != term.code
            ):
                yield Fault(
                    f"{path}.notation",
                    f"{term.notation!r} is also that of {place(notations[term.notation])}",
                )
        for term in self.terms:
            for target in (*term.broader, *filter(None, [term.replaced_by])):
                if target not in codes:
                    yield Fault(
                        f"{place(term.code)}.broader",
                        f"{target!r} is no term of {place(self.scheme)}",
                    )
        yield from _circles({term.code: term.broader for term in self.terms})

    def _term_faults(self, term: Term) -> Iterator[Fault]:
        if not is_code(term.code):
            yield Fault("code", "expected scheme:name")
        elif term.scheme != self.scheme:
            yield Fault("code", f"expected a code of {self.scheme!r}")
        if not term.label.strip():
            yield Fault("label", "expected some text, got none")
        if not term.definition.strip():
            yield Fault("definition", "expected a definition in plain words, got none")
        if term.status not in get_args(Status):
            yield Fault(
                "status", f"expected one of {', '.join(get_args(Status))}, got {term.status!r}"
            )
        yield from unclean(term)
        for index, facet in enumerate(term.facets):
            yield from (Fault(f"facets[{index}]", message) for _, message in unclean(facet))

    @cached_property
    def _by_code(self) -> dict[str, Term]:
        return {term.code: term for term in self.terms}

    @cached_property
    def _by_notation(self) -> dict[str, Term]:
        return {term.notation: term for term in self.terms if term.notation is not None}

    @cached_property
    def _narrower(self) -> dict[str, tuple[Code, ...]]:
        narrower: dict[str, list[Code]] = {}
        for term in self.terms:
            for parent in dict.fromkeys(term.broader):
                narrower.setdefault(parent, []).append(term.code)
        return {parent: tuple(children) for parent, children in narrower.items()}

    def __getitem__(self, code: str) -> Term:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def get(self, name: str) -> Term | None:
        """Return the term of a code or of a published number, None where there is none.

        Args:
            name: the code, or what stands behind its colon: the name or the notation.
        """
        bare = name.partition(":")[2] or name
        return self._by_code.get(f"{self.scheme}:{bare}") or self._by_notation.get(bare)

    def narrower(self, code: str) -> tuple[Code, ...]:
        """Return the codes right below a code, in the publisher's order."""
        return self._narrower.get(code, ())

    def expand(self, code: str) -> tuple[Code, ...]:
        """Return a code and everything narrower, breadth first.

        Raises:
            KeyError: the code is none of this taxonomy.
        """
        found = dict.fromkeys([self._by_code[code].code])
        level: tuple[Code, ...] = tuple(found)
        while level:
            # A child of several on this level stands once, or each level could double the next.
            below = dict.fromkeys(child for parent in level for child in self.narrower(parent))
            level = tuple(child for child in below if child not in found)
            found.update(dict.fromkeys(level))
        return tuple(found)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """Return everything broader than a code, nearest first.

        Raises:
            KeyError: the code is none of this taxonomy.
        """
        found: dict[Code, None] = {}
        level = self._by_code[code].broader
        while level:
            found.update(dict.fromkeys(level))
            above = dict.fromkeys(up for child in level for up in self._by_code[child].broader)
            level = tuple(parent for parent in above if parent not in found)
        return tuple(found)


def _circles(broader: Mapping[Code, Iterable[Code]]) -> Iterator[Fault]:
    """Yield one fault for each term from which the way up leads back to itself.

    These are the strongly connected parts of the hierarchy, found in two walks over it (Kosaraju):
    up from every term, then down again, from what the first walk left last.
    """
    narrower: dict[Code, list[Code]] = {}
    for code, parents in broader.items():
        for parent in parents:
            narrower.setdefault(parent, []).append(code)
    seen: set[Code] = set()
    left = [code for start in broader for code in _walk(start, broader, seen)]
    circles: set[Code] = set()
    seen = set()
    for start in reversed(left):
        part = _walk(start, narrower, seen)
        if len(part) > 1 or start in broader.get(start, ()):
            circles.update(part)
    for code in broader:
        if code in circles:
            yield Fault(f"{place(code)}.broader", "leads back to itself")


def _walk(start: Code, edges: Mapping[Code, Iterable[Code]], seen: set[Code]) -> list[Code]:
    """Return what can be reached and was not `seen`, each after all that it leads to."""
    left: list[Code] = []
    path = [(start, iter(edges.get(start, ())))] if start not in seen else []
    seen.add(start)
    while path:
        code, ahead = path[-1]
        for further in ahead:
            if further not in seen:
                seen.add(further)
                path.append((further, iter(edges.get(further, ()))))
                break
        else:
            left.append(code)
            path.pop()
    return left
