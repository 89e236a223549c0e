"""SKOS: vocabularies as other vocabulary tools keep them, in Turtle or JSON-LD.

A taxonomy is a concept scheme and a term a concept. What SKOS has no word for stands in a small
namespace of our own, `NAMESPACE`, so that a file comes back as it went out.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, get_args

from implsci.codes import Code, split
from implsci.compendium.files import write_file
from implsci.errors import Fault, InvalidQueryError, InvalidTableError, UnreadableFileError
from implsci.formats._files import MAX_BYTES
from implsci.formats._graph.concepts import Reader, chosen_scheme
from implsci.formats._graph.entries import WAYS, About, NameWay, check_language, to_taxonomy
from implsci.formats._graph.rdf import read_graph
from implsci.formats._graph.statements import (
    Iri,
    Literal,
    Name,
    Part,
    Subject,
    Value,
    check_base,
    to_jsonld,
    to_turtle,
)
from implsci.formats._graph.vocab import (
    ADMS,
    BASE,
    DCTERMS,
    NAMESPACE,
    OWL,
    RDF,
    SKOS,
    VERSION,
    XSD,
)
from implsci.formats.imported import Imported
from implsci.taxonomy import Crosswalk, Facet, Status, Taxonomy, TermMapping, TermRating
from implsci.taxonomy._typed import show

__all__ = ["read_skos", "write_skos"]


def __dir__() -> list[str]:
    return __all__


_PREFIXES: Final = {
    "adms": ADMS, "dcterms": DCTERMS, "implsci": NAMESPACE, "owl": OWL, "rdf": RDF, "skos": SKOS,
    "xsd": XSD,
}  # fmt: skip


def write_skos(
    taxonomy: Taxonomy,
    path: str | os.PathLike[str],
    crosswalks: Iterable[Crosswalk] = (),
    *,
    base: str = BASE,
    language: str = "en",
) -> None:
    """Write a taxonomy as SKOS, byte for byte the same each time.

    Args:
        taxonomy: what to write.
        path: a ``.ttl`` file for Turtle, a ``.jsonld`` file for JSON-LD.
        crosswalks: mappings from or to it, which are written as ``skos:exactMatch`` and the like.
            Their confidence, author and source go into SSSOM only: see `write_sssom`.
        base: what the IRIs of terms begin with, to be followed by scheme, slash and name.
        language: language tag of labels, synonyms and definitions.

    Raises:
        InvalidQueryError: `base` is no IRI that ends in ``/`` or ``#``, `language` is no language
            tag, or a crosswalk is not of this scheme.
        InvalidTableError: a crosswalk names a term that the taxonomy does not have.
        UnreadableFileError: the file cannot be written, or its name ends otherwise.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.taxonomy import Taxonomy, Term
        >>> green = Term(code="tea:green", label="Green", definition="Unfermented.")
        >>> tea = Taxonomy(scheme="tea", title="Tea", kind="drink", terms=(green,))
        >>> with TemporaryDirectory() as folder:
        ...     write_skos(tea, f"{folder}/tea.ttl")
        ...     lines = Path(f"{folder}/tea.ttl").read_text().splitlines()
        >>> [line for line in lines if "Label" in line]
        ['    skos:prefLabel "Green"@en ;']
    """
    target = Path(path)
    check_language(language)
    namespace = f"{check_base(base)}{taxonomy.scheme}/"
    subjects = [*_statements(taxonomy, tuple(crosswalks), base, language)]
    if target.suffix.lower() == ".ttl":
        parts = to_turtle(subjects, _PREFIXES, namespace)
    elif target.suffix.lower() == ".jsonld":
        parts = to_jsonld(subjects, _PREFIXES, language)
    else:
        raise UnreadableFileError(str(target), "expected a .ttl or a .jsonld file")
    write_file(target, (part.encode() for part in parts))


def _statements(
    taxonomy: Taxonomy, crosswalks: Sequence[Crosswalk], base: str, language: str
) -> Iterator[Subject]:
    def iri(code: str) -> Iri:
        scheme, name = split(Code(code))
        return Iri(f"{base}{scheme}/{name}")

    def plain(text: str | None) -> list[Literal]:
        return [] if text is None else [Literal(text)]

    def tagged(texts: Iterable[str]) -> list[Literal]:
        return [Literal(text, language) for text in texts]

    mappings = _mappings(taxonomy, crosswalks)
    scheme = Iri(f"{base}{taxonomy.scheme}")
    family = None if taxonomy.family == taxonomy.scheme else taxonomy.family
    yield Subject(
        scheme.text,
        [
            ("rdf:type", [Name("skos:ConceptScheme")]),
            ("dcterms:title", tagged([taxonomy.title])),
            ("dcterms:hasVersion", plain(taxonomy.edition)),
            ("dcterms:license", plain(taxonomy.license)),
            ("dcterms:source", plain(taxonomy.citation)),
            ("implsci:family", plain(family)),
            ("implsci:kind", plain(taxonomy.kind)),
            ("implsci:version", [Literal(str(VERSION), "", "xsd:integer")]),
            ("skos:hasTopConcept", [iri(term.code) for term in taxonomy if not term.broader]),
        ],
    )
    for term in taxonomy:
        top: list[Value] = [] if term.broader else [scheme]
        replaced = [iri(term.replaced_by)] if term.replaced_by else []
        pairs: list[tuple[str, Sequence[Value]]] = [
            ("rdf:type", [Name("skos:Concept")]),
            ("skos:inScheme", [scheme]),
            ("skos:topConceptOf", top),
            ("skos:prefLabel", tagged([term.label])),
            ("skos:altLabel", tagged(term.synonyms)),
            ("skos:hiddenLabel", tagged(term.hidden_labels)),
            ("skos:definition", tagged([term.definition] if term.definition else [])),
            ("skos:notation", plain(term.notation)),
            ("skos:broader", [iri(code) for code in term.broader]),
            ("skos:narrower", [iri(code) for code in taxonomy.narrower(term.code)]),
            *((mapping, [iri(code) for code in codes]) for mapping, codes in mappings(term.code)),
            ("dcterms:source", plain(term.source)),
            ("adms:status", [Name(f"implsci:{term.status}")]),
            ("owl:deprecated", [Literal("true", "", "xsd:boolean")] if replaced else []),
            ("dcterms:isReplacedBy", replaced),
            ("implsci:kind", plain(term.kind)),
            ("implsci:facet", [_facet(facet) for facet in term.facets]),
            ("implsci:rating", [_rating(rating) for rating in term.ratings]),
        ]
        yield Subject(iri(term.code).text, pairs)


def _mappings(
    taxonomy: Taxonomy, crosswalks: Sequence[Crosswalk]
) -> Callable[[str], Iterable[tuple[str, list[Code]]]]:
    """Return a function that gives the codes each term is mapped to, by predicate."""
    found: dict[str, dict[str, dict[Code, None]]] = {}
    for crosswalk in crosswalks:
        if taxonomy.scheme not in (crosswalk.subject_scheme, crosswalk.object_scheme):
            raise InvalidQueryError(
                f"the crosswalk {crosswalk.name!r} maps {crosswalk.subject_scheme!r} to "
                f"{crosswalk.object_scheme!r}; expected one of {taxonomy.scheme!r}"
            )
        faults: list[Fault] = []
        for index, mapping in enumerate(crosswalk.mappings):
            for own in _from(taxonomy.scheme, mapping):
                if own.subject not in taxonomy:
                    faults.append(
                        Fault(f"mappings[{index}]", f"{own.subject!r} is no term of the taxonomy")
                    )
                by_predicate = found.setdefault(own.subject, {})
                by_predicate.setdefault(own.predicate, {})[own.object] = None
        if faults:
            raise InvalidTableError(f"crosswalk {crosswalk.name!r}", faults)
    return lambda code: (
        (predicate, list(codes)) for predicate, codes in sorted(found.get(code, {}).items())
    )


def _from(scheme: str, mapping: TermMapping) -> Iterator[TermMapping]:
    """Yield a mapping as read from each side that is of a scheme."""
    for own in (mapping, mapping.inverse()):
        if split(own.subject)[0] == scheme:
            yield own


def _facet(facet: Facet) -> Part:
    return Part(
        [("implsci:name", [Literal(facet.name)]), ("implsci:value", [Literal(facet.value)])]
    )


def _rating(rating: TermRating) -> Part:
    return Part(
        [
            ("implsci:name", [Literal(rating.name)]),
            ("implsci:value", _number(rating.value)),
            ("implsci:scaleMin", _number(rating.scale_min)),
            ("implsci:scaleMax", _number(rating.scale_max)),
            ("implsci:n", _number(rating.n)),
            ("dcterms:source", [] if rating.source is None else [Literal(rating.source)]),
        ]
    )


def _number(number: float | None) -> list[Literal]:
    if number is None:
        return []
    if isinstance(number, int):
        return [Literal(str(number), "", "xsd:integer")]
    text = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(number), repr(number))
    return [Literal(text, "", "xsd:double")]


def read_skos(
    path: str | os.PathLike[str],
    *,
    scheme: str,
    title: str | None = None,
    kind: str = "term",
    family: str = "",
    edition: str | None = None,
    license: str | None = None,
    citation: str | None = None,
    concept_scheme: str | None = None,
    names: Iterable[NameWay] = WAYS,
    language: str = "en",
    status: Status = "verified",
    max_bytes: int = MAX_BYTES,
) -> Imported:
    """Read a taxonomy from SKOS.

    What `write_skos` wrote comes back equal. Of other files the name of a code is the notation, else
    the last part of the IRI, else the label's slug, with the parent's slug before it where two
    labels are equal. The label is the preferred one in `language` (then in a variant of it, then
    without a language, then in any other); alternative and hidden labels, and
    the definition, are those of the same language; a scope note is the definition where there is no
    other. The IRI is kept in the source.

    Args:
        path: Turtle, N-Triples, RDF/XML or JSON-LD.
        scheme: id of the taxonomy.
        title: its name in full; that of the concept scheme where None.
        kind: kind of the taxonomy and its terms, where the file says none.
        family: the id without the edition.
        edition: which edition; that of the file where None.
        license: the publisher's licence; that of the file where None.
        citation: where it is published; as the file says where None.
        concept_scheme: IRI of the concept scheme, where the file has several.
        names: where names of codes come from, tried one after the other.
        language: the language to prefer.
        status: how far its terms were checked, where the file does not say.
        max_bytes: the size, in bytes, above which the file is refused.

    Returns:
        The taxonomy, and what of the file is not in it.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        UnreadableFileError: the file cannot be opened.
        InvalidQueryError: the file has several concept schemes and none was named, or not the one
            named; `names`, `language` or `status` is none.
        InvalidTableError: no RDF, with the line; no concept; or, each with its IRI, concepts without
            a label, with two preferred labels of one language, with one code, or broader than
            themselves.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> text = '''
        ... @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        ... <https://example.org/tea/green> a skos:Concept ; skos:prefLabel "Green"@en, "Vert"@fr .
        ... '''
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(f"{folder}/tea.ttl").write_text(text)
        ...     found = read_skos(f"{folder}/tea.ttl", scheme="tea")
        >>> found.taxonomy["tea:green"].label
        'Green'
        >>> print(found.left_out[0])
        skos:prefLabel@fr: not read: 'Vert' of https://example.org/tea/green
    """
    check_language(language)
    if status not in get_args(Status):
        raise InvalidQueryError(
            f"status: expected one of {', '.join(get_args(Status))}, got {show(status)}"
        )
    graph = read_graph(Path(path), max_bytes)
    reader = Reader(graph, chosen_scheme(graph, concept_scheme), language, status)
    about = reader.about(
        About(
            scheme=scheme,
            title=title or "",
            kind=kind,
            family=family,
            edition=edition,
            license=license,
            citation=citation,
        )
    )
    taxonomy = to_taxonomy(graph.name, about, reader.entries(about.kind), names, reader.left)
    reader.note_the_rest()
    return Imported(taxonomy=taxonomy, left_out=reader.left.faults())
