"""Vocabularies as data: terms, taxonomies, crosswalks between them, and the links a basis knows.

All of it is frozen and pure: look-ups only, no files. What breaks a rule is listed all at once.

Examples:
    >>> from implsci.taxonomy import Taxonomy, Term
    >>> tea = Taxonomy(
    ...     scheme="tea",
    ...     title="Kinds of tea",
    ...     kind="strategy",
    ...     terms=(Term(code="tea:green", label="Green tea", definition="Tea left unfermented."),),
    ... )
    >>> tea["tea:green"].label
    'Green tea'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, Literal, get_args

from attrs import frozen

from implsci.codes import Code, is_code, is_scheme, split
from implsci.errors import Fault, InvalidTableError

__all__ = [
    "Crosswalk",
    "Facet",
    "Level",
    "LevelCount",
    "Link",
    "LinkKind",
    "LinkSet",
    "LinkStatus",
    "Predicate",
    "Status",
    "Taxonomy",
    "Term",
    "TermMapping",
    "TermRating",
]


def __dir__() -> list[str]:
    return __all__


Status = Literal["verified", "derived", "provisional"]
"""Read in the source; worked out from what was read; or from memory or thin evidence."""

Predicate = Literal[
    "skos:exactMatch", "skos:closeMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch"
]
LinkKind = Literal["endorsement", "theory", "coding", "observed"]
LinkStatus = Literal["link", "non-link", "inconclusive", "no-evidence"]
Level = Literal[1, 2, "1-2"]

_INVERSE: Final[Mapping[Predicate, Predicate]] = {
    "skos:exactMatch": "skos:exactMatch",
    "skos:closeMatch": "skos:closeMatch",
    "skos:broadMatch": "skos:narrowMatch",
    "skos:narrowMatch": "skos:broadMatch",
    "skos:relatedMatch": "skos:relatedMatch",
}


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
        InvalidTableError: a malformed scheme; a code of another scheme, twice given, or malformed;
            a blank label or definition; a notation given twice; a broader term that is not there or
            a circle of them; a status that is none.

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
        codes: set[str] = set()
        notations: dict[str, str] = {}
        for term in self.terms:
            yield from (fault.under(str(term.code)) for fault in self._term_faults(term))
            if term.code in codes:
                yield Fault(str(term.code), "the code stands twice")
            codes.add(term.code)
            if (
                term.notation is not None
                and notations.setdefault(term.notation, term.code) != term.code
            ):
                yield Fault(
                    f"{term.code}.notation",
                    f"{term.notation!r} is also that of {notations[term.notation]}",
                )
        for term in self.terms:
            for target in (*term.broader, *filter(None, [term.replaced_by])):
                if target not in codes:
                    yield Fault(f"{term.code}.broader", f"{target!r} is no term of {self.scheme}")
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
            for parent in term.broader:
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
            level = tuple(
                child for parent in level for child in self.narrower(parent) if child not in found
            )
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
            level = tuple(
                parent
                for child in level
                for parent in self._by_code[child].broader
                if parent not in found
            )
        return tuple(found)


def _circles(broader: Mapping[Code, Iterable[Code]]) -> Iterator[Fault]:
    """Yield one fault for each term from which the way up leads back to itself."""
    for start in broader:
        seen: set[Code] = set()
        level = set(broader[start])
        while level and start not in level:
            seen |= level
            level = {parent for child in level for parent in broader.get(child, ())} - seen
        if start in level:
            yield Fault(f"{start}.broader", "leads back to itself")


@frozen(kw_only=True)
class TermMapping:
    """One statement that a term of one scheme corresponds to a term of another (SSSOM).

    Attributes:
        subject: the code mapped from.
        predicate: how they correspond; ``skos:broadMatch`` says that the object is the wider one.
        object: the code mapped to.
        justification: how the mapping was arrived at, in SSSOM's words (semapv).
        confidence: how sure its author is, 0 to 1; None where not said.
        author: who made it.
        source: where it is published.

    Examples:
        >>> TermMapping(
        ...     subject="a:x", predicate="skos:broadMatch", object="b:y"
        ... ).inverse().predicate
        'skos:narrowMatch'
    """

    subject: Code
    predicate: Predicate
    object: Code
    justification: str = "semapv:ManualMappingCuration"
    confidence: float | None = None
    author: str | None = None
    source: str | None = None

    def inverse(self) -> TermMapping:
        """Return the same statement read from the other side."""
        return TermMapping(
            subject=self.object,
            predicate=_INVERSE[self.predicate],
            object=self.subject,
            justification=self.justification,
            confidence=self.confidence,
            author=self.author,
            source=self.source,
        )


@frozen(kw_only=True)
class Crosswalk:
    """All mappings from one scheme to another that one author made.

    Attributes:
        name: its id.
        subject_scheme: the scheme mapped from.
        object_scheme: the scheme mapped to.
        title: its name in full.
        mappings: the statements.
        status: how far it was checked.
        license: its licence as far as known.
        citation: where it is published.

    Raises:
        InvalidTableError: a mapping of other schemes, of a term to itself, given twice, with an
            unknown predicate or a confidence out of 0 to 1.

    Examples:
        >>> Crosswalk(
        ...     name="a-to-b",
        ...     subject_scheme="a",
        ...     object_scheme="b",
        ...     title="A to B",
        ...     mappings=(
        ...         TermMapping(subject="a:x", predicate="skos:closeMatch", object="b:y"),
        ...     ),
        ... ).mappings[0].object
        'b:y'
    """

    name: str
    subject_scheme: str
    object_scheme: str
    title: str
    mappings: tuple[TermMapping, ...]
    status: Status = "verified"
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        seen: set[tuple[str, str, str]] = set()
        for index, mapping in enumerate(self.mappings):
            place = f"mappings[{index}]"
            for code, scheme in (
                (mapping.subject, self.subject_scheme),
                (mapping.object, self.object_scheme),
            ):
                if not is_code(code) or split(code)[0] != scheme:
                    faults.append(Fault(place, f"expected a code of {scheme!r}, got {code!r}"))
            if mapping.subject == mapping.object:
                faults.append(Fault(place, f"maps {mapping.subject!r} to itself"))
            if mapping.predicate not in _INVERSE:
                faults.append(Fault(place, f"unknown predicate {mapping.predicate!r}"))
            if mapping.confidence is not None and not 0 <= mapping.confidence <= 1:
                faults.append(Fault(place, f"confidence {mapping.confidence} is not within 0 to 1"))
            key = (mapping.subject, mapping.predicate, mapping.object)
            if key in seen:
                faults.append(Fault(place, f"{mapping.subject} to {mapping.object} stands twice"))
            seen.add(key)
        if faults:
            raise InvalidTableError(f"crosswalk {self.name!r}", faults)


@frozen(kw_only=True)
class Link:
    """What a basis says of one pair, such as a barrier and a strategy.

    Attributes:
        source: the code asked about, such as a barrier.
        target: the code it leads to, such as a strategy.
        k: how many endorsed the pair; None where unknown.
        n: of how many asked; None where unknown.
        level: 1, 2, or ``1-2`` where the source says only that it is one of them; None for none.
        status: what the evidence amounts to, where the basis says so.
        derived: whether a number was worked out rather than printed.
        note: where it stands in the source.

    Examples:
        >>> Link(source="cfir-2009:planning", target="eric:facilitation", k=6, n=24).percent
        25.0
    """

    source: Code
    target: Code
    k: int | None = None
    n: int | None = None
    level: Level | None = None
    status: LinkStatus | None = None
    derived: bool = False
    note: str | None = None

    @property
    def percent(self) -> float | None:
        """Share that endorsed the pair, 0 to 100, unrounded; None where it is unknown."""
        if self.k is None or self.n is None:
            return None
        return 100 * self.k / self.n


@frozen(kw_only=True)
class LevelCount:
    """How many targets of each level the publisher counts for one source.

    Attributes:
        source: the code asked about.
        level1: number of targets at level 1.
        level2: number of targets at level 2.

    Examples:
        >>> LevelCount(source="cfir-2009:complexity", level1=0, level2=15).level1
        0
    """

    source: Code
    level1: int
    level2: int


@frozen(kw_only=True, slots=False)
class LinkSet:
    """A basis for matching: which pairs one publication speaks of, and what it says.

    An absent pair is unknown, which is not zero.

    Attributes:
        basis: its id, named by its source, such as ``waltz-2019``.
        kind: expert endorsement, theory, coding or observed; these are never added together.
        title: its name in full.
        sources: every code it asked about.
        targets: every code it could have led to.
        links: the pairs of which something is known.
        level_counts: how many targets of each level the publisher counts, where printed.
        license: its licence as far as known.
        citation: where it is published.

    Raises:
        InvalidTableError: a pair outside the sources and targets or given twice; a count below zero,
            above its n, or without n; an unknown level or status.

    Examples:
        >>> tiny = LinkSet(
        ...     basis="tiny-2020",
        ...     kind="endorsement",
        ...     title="Tiny",
        ...     sources=("a:x",),
        ...     targets=("b:y", "b:z"),
        ...     links=(Link(source="a:x", target="b:y", k=1, n=2),),
        ... )
        >>> tiny.link("a:x", "b:y").percent, tiny.link("a:x", "b:z")
        (50.0, None)
    """

    basis: str
    kind: LinkKind
    title: str
    sources: tuple[Code, ...]
    targets: tuple[Code, ...]
    links: tuple[Link, ...]
    level_counts: tuple[LevelCount, ...] = ()
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"basis {self.basis!r}", faults)

    def _faults(self) -> Iterator[Fault]:
        if not is_scheme(self.basis):
            yield Fault("basis", f"expected lower-case letters, digits, hyphens: {self.basis!r}")
        if self.kind not in get_args(LinkKind):
            yield Fault("kind", f"expected one of {', '.join(get_args(LinkKind))}")
        sources, targets = set(self.sources), set(self.targets)
        seen: set[tuple[str, str]] = set()
        for link in self.links:
            place = f"{link.source} -> {link.target}"
            if link.source not in sources or link.target not in targets:
                yield Fault(place, "is outside the sources and targets of the basis")
            if (link.source, link.target) in seen:
                yield Fault(place, "stands twice")
            seen.add((link.source, link.target))
            if (link.k is None) is not (link.n is None) and link.k is not None:
                yield Fault(place, "a count needs its n")
            if link.k is not None and link.n is not None and not 0 <= link.k <= link.n > 0:
                yield Fault(place, f"expected a count from 0 to {link.n}, got {link.k}")
            if link.level not in (None, *get_args(Level)):
                yield Fault(place, f"unknown level {link.level!r}")
            if link.status not in (None, *get_args(LinkStatus)):
                yield Fault(place, f"unknown status {link.status!r}")

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], Link]:
        return {(link.source, link.target): link for link in self.links}

    def link(self, source: str, target: str) -> Link | None:
        """Return what is known of a pair; None says unknown, which is not zero."""
        return self._by_pair.get((source, target))

    def level_count(self, source: str) -> LevelCount | None:
        """Return the publisher's own count of levels for a source, None where not printed."""
        return next((count for count in self.level_counts if count.source == source), None)
