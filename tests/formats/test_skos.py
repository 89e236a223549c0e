"""SKOS out and in: the same vocabulary, and for others every loss by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from made_taxonomies import full_taxonomies
from rdflib.compare import to_isomorphic

from implsci import Registry
from implsci.errors import (
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
    UnreadableFileError,
)
from implsci.formats import Imported, read_skos, write_skos
from implsci.taxonomy import Crosswalk, Facet, Taxonomy, Term, TermMapping, TermRating

# What rdflib says of its own parts is no concern of ours.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

SKOS = rdflib.SKOS
SUFFIXES = (".ttl", ".jsonld")
NASTY = (
    'a "quoted" \\ label\'s """ end .',
    '<http://example.org/> ; skos:prefLabel "x" .',
    "@prefix x: <y> . # no comment",
    "}{][,:^^@en",
    "\u202e\ufeff\u2028\U0001f375 \ufffe",
    "\\u0000 \\n",
)


def tea(*terms: Term, **fields: str) -> Taxonomy:
    return Taxonomy(**{"scheme": "tea", "title": "Tea", "kind": "drink", **fields}, terms=terms)  # type: ignore[arg-type]


def there_and_back(taxonomy: Taxonomy, suffix: str = ".ttl", **options: str) -> Imported:
    with TemporaryDirectory() as folder:
        path = Path(folder, f"made{suffix}")
        write_skos(taxonomy, path, **options)  # type: ignore[arg-type]
        return read_skos(path, scheme=taxonomy.scheme)


def graph(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle" if path.suffix == ".ttl" else "json-ld")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Imported]:
    """Read Turtle as the vocabulary "tea"."""

    def reader(text: str, **options: object) -> Imported:
        path = tmp_path / "foreign.ttl"
        prefixes = (
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
            "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
            "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
            "@prefix t: <http://example.org/tea/> .\n"
        )
        path.write_text(prefixes + text, encoding="utf-8")
        return read_skos(path, scheme="tea", **options)  # type: ignore[arg-type]

    return reader


def left(found: Imported) -> str:
    return "\n".join(map(str, found.left_out))


# What goes out comes back


@given(full_taxonomies(), st.sampled_from(SUFFIXES))
def test_what_was_written_comes_back_equal(taxonomy: Taxonomy, suffix: str) -> None:
    found = there_and_back(taxonomy, suffix)
    assert found.taxonomy == taxonomy
    assert found.left_out == ()


@given(full_taxonomies())
def test_turtle_and_jsonld_say_the_same_to_another_program(taxonomy: Taxonomy) -> None:
    with TemporaryDirectory() as folder:
        graphs = []
        for suffix in SUFFIXES:
            write_skos(taxonomy, path := Path(folder, f"made{suffix}"))
            graphs.append(to_isomorphic(graph(path)))
    assert graphs[0] == graphs[1]


@given(full_taxonomies(), st.sampled_from(["turtle", "xml", "nt", "json-ld"]))
def test_another_program_may_write_it_anew(taxonomy: Taxonomy, syntax: str) -> None:
    """Only orders are lost, names that stood twice, and digits."""
    suffix = {"turtle": ".ttl", "xml": ".rdf", "nt": ".nt", "json-ld": ".jsonld"}[syntax]
    with TemporaryDirectory() as folder:
        write_skos(taxonomy, path := Path(folder, "made.ttl"))
        try:
            graph(path).serialize(again := Path(folder, f"again{suffix}"), syntax, encoding="utf-8")
        except ValueError:  # XML has no way to write some characters
            return
        found = read_skos(again, scheme=taxonomy.scheme).taxonomy

    def about(rating: TermRating) -> tuple[object, ...]:
        """Six digits are what rdflib keeps of a number in Turtle."""
        numbers = (rating.value, rating.scale_min, rating.scale_max)
        return rating.name, rating.n, rating.source, None if syntax == "turtle" else numbers

    def loose(term: Term) -> tuple[object, ...]:
        return (
            term.label, term.definition, frozenset(term.synonyms),
            frozenset(term.hidden_labels), frozenset(term.broader), term.kind,
            term.notation, frozenset(map(about, term.ratings)), frozenset(map(repr, term.facets)),
            term.source, term.status, term.replaced_by,
        )  # fmt: skip

    assert {term.code: loose(term) for term in found} == {
        term.code: loose(term) for term in taxonomy
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("number", [5e-324, 999_999_999_999_999, -1e14, 0.1 + 0.2, -0.1, 7])
def test_numbers_come_back_exactly(number: float, suffix: str) -> None:
    rating = TermRating(name="a", value=number, scale_min=number)
    taxonomy = tea(Term(code="tea:a", label="A", definition="", ratings=(rating,)))  # type: ignore[arg-type]
    assert there_and_back(taxonomy, suffix) == Imported(taxonomy=taxonomy)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_built_in_vocabularies_come_back(registry: Registry, suffix: str) -> None:
    for taxonomy in registry.taxonomies():
        found = there_and_back(taxonomy, suffix)
        assert found == Imported(taxonomy=taxonomy)


@given(full_taxonomies(), st.sampled_from(SUFFIXES))
def test_the_same_bytes_each_time(taxonomy: Taxonomy, suffix: str) -> None:
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}{suffix}") for number in range(2)]
        for path in paths:
            write_skos(taxonomy, path)
        assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("text", NASTY)
def test_no_label_escapes_its_quotes(text: str, suffix: str, tmp_path: Path) -> None:
    term = Term(
        code="tea:green",  # type: ignore[arg-type]
        label=text,
        definition=text,
        synonyms=(text,),
        notation=text,
        kind=text,
        source=text,
        facets=(Facet(name=text, value=text),),
    )
    taxonomy = tea(term, title=text, license=text, citation=text, edition=text)
    assert there_and_back(taxonomy, suffix) == Imported(taxonomy=taxonomy)
    write_skos(taxonomy, path := tmp_path / f"tea{suffix}")
    subjects = {str(subject) for subject in graph(path).subjects() if subject.startswith("http")}
    assert subjects == {"https://w3id.org/implsci/tea", "https://w3id.org/implsci/tea/green"}


def test_a_file_in_full(tmp_path: Path) -> None:
    green = Term(
        code="tea:green",  # type: ignore[arg-type]
        label="Green tea",
        definition="Left unfermented.",
        synonyms=("Green",),
        notation="1",
        facets=(Facet(name="origin", value="China"),),
        ratings=(TermRating(name="taste", value=4.5, scale_min=1, scale_max=5, n=9),),
        source="Lu Yu 760",
    )
    sencha = Term(
        code="tea:sencha",  # type: ignore[arg-type]
        label="Sencha",
        definition="Steamed.",
        broader=("tea:green",),  # type: ignore[arg-type]
        status="provisional",
        replaced_by="tea:green",  # type: ignore[arg-type]
    )
    crosswalk = Crosswalk(
        name="drink-to-tea",
        subject_scheme="drink",
        object_scheme="tea",
        title="Drinks to tea",
        mappings=(
            TermMapping(subject="drink:hot", predicate="skos:narrowMatch", object="tea:green"),  # type: ignore[arg-type]
        ),
    )
    write_skos(tea(green, sencha), path := tmp_path / "tea.ttl", [crosswalk])
    assert (
        path.read_text("utf-8")
        == """\
@prefix : <https://w3id.org/implsci/tea/> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix implsci: <https://w3id.org/implsci/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://w3id.org/implsci/tea> a skos:ConceptScheme ;
    dcterms:title "Tea"@en ;
    implsci:kind "drink" ;
    implsci:version "1"^^xsd:integer ;
    skos:hasTopConcept :green .

:green a skos:Concept ;
    skos:inScheme <https://w3id.org/implsci/tea> ;
    skos:topConceptOf <https://w3id.org/implsci/tea> ;
    skos:prefLabel "Green tea"@en ;
    skos:altLabel "Green"@en ;
    skos:definition "Left unfermented."@en ;
    skos:notation "1" ;
    skos:narrower :sencha ;
    skos:broadMatch <https://w3id.org/implsci/drink/hot> ;
    dcterms:source "Lu Yu 760" ;
    adms:status implsci:verified ;
    implsci:kind "term" ;
    implsci:facet [ implsci:name "origin" ; implsci:value "China" ] ;
    implsci:rating [ implsci:name "taste" ; implsci:value "4.5"^^xsd:double ; \
implsci:scaleMin "1"^^xsd:integer ; implsci:scaleMax "5"^^xsd:integer ; implsci:n "9"^^xsd:integer ] .

:sencha a skos:Concept ;
    skos:inScheme <https://w3id.org/implsci/tea> ;
    skos:prefLabel "Sencha"@en ;
    skos:definition "Steamed."@en ;
    skos:broader :green ;
    adms:status implsci:provisional ;
    owl:deprecated "true"^^xsd:boolean ;
    dcterms:isReplacedBy :green ;
    implsci:kind "term" .
"""
    )
    found = read_skos(path, scheme="tea")
    assert found.taxonomy == tea(green, sencha)
    assert left(found) == (
        "skos:broadMatch: not read: https://w3id.org/implsci/drink/hot of "
        "https://w3id.org/implsci/tea/green"
    )


def test_the_rules_of_skos_hold(registry: Registry, tmp_path: Path) -> None:
    """Conditions S13, S14 and S27 of the SKOS reference, asked in SPARQL."""
    for taxonomy in registry.taxonomies():
        own = [
            crosswalk
            for crosswalk in registry.crosswalks()
            if taxonomy.scheme in (crosswalk.subject_scheme, crosswalk.object_scheme)
        ]
        write_skos(taxonomy, path := tmp_path / "made.ttl", own)
        asked = graph(path)
        two_labels = "?c skos:prefLabel ?a, ?b FILTER (lang(?a) = lang(?b) && ?a != ?b)"
        both = "?c skos:prefLabel ?a ; skos:altLabel ?a"
        loop = "?c skos:broader+ ?c"
        no_label = "?c a skos:Concept FILTER NOT EXISTS { ?c skos:prefLabel ?a }"
        for broken in (two_labels, both, loop, no_label):
            assert not asked.query(f"ASK {{ {broken} }}").askAnswer, (taxonomy.scheme, broken)
        concepts = set(asked.subjects(rdflib.RDF.type, SKOS.Concept))
        assert len(concepts) == len(taxonomy)
        assert len(list(asked.subject_objects(SKOS.broader))) == sum(
            len(term.broader) for term in taxonomy
        )


def test_the_base_and_the_language_can_be_set(tmp_path: Path) -> None:
    taxonomy = tea(Term(code="tea:green", label="Thé vert", definition="Non fermenté."))  # type: ignore[arg-type]
    for suffix in SUFFIXES:
        path = tmp_path / f"tea{suffix}"
        write_skos(taxonomy, path, base="urn:example:v#", language="fr-CA")
        concept = rdflib.URIRef("urn:example:v#tea/green")
        assert graph(path).value(concept, SKOS.prefLabel) == rdflib.Literal("Thé vert", "fr-CA")
        assert read_skos(path, scheme="tea", language="fr").taxonomy == taxonomy


@pytest.mark.parametrize(
    "base", ["", "https://e.org", "https://e.org/a b/", 'x:"/', "x:>/", "x:\n/"]
)
def test_a_base_that_is_none_is_refused(base: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError, match="base: expected an IRI that ends in / or #"):
        write_skos(tea(), tmp_path / "tea.ttl", base=base)
    with pytest.raises(InvalidQueryError, match="language: expected a tag"):
        write_skos(tea(), tmp_path / "tea.ttl", language="en ;")
    assert not list(tmp_path.iterdir())


def test_a_crosswalk_of_other_terms_is_refused(tmp_path: Path) -> None:
    def crosswalk(subject: str) -> Crosswalk:
        return Crosswalk(
            name="a",
            subject_scheme=subject.partition(":")[0],
            object_scheme="drink",
            title="A",
            mappings=(
                TermMapping(subject=subject, predicate="skos:exactMatch", object="drink:x"),  # type: ignore[arg-type]
            ),
        )

    with pytest.raises(InvalidQueryError, match="crosswalk 'a' maps 'food' to 'drink'"):
        write_skos(tea(), tmp_path / "tea.ttl", [crosswalk("food:x")])
    with pytest.raises(InvalidTableError, match=r"mappings\[0\]: 'tea:x' is no term"):
        write_skos(tea(), tmp_path / "tea.ttl", [crosswalk("tea:x")])
    assert not list(tmp_path.iterdir())


# Files


def test_a_name_that_ends_otherwise_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"expected a \.ttl or a \.jsonld file"):
        write_skos(tea(), tmp_path / "tea.txt")


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (target := tmp_path / "precious").write_text("keep")
    (link := tmp_path / "tea.ttl").symlink_to(target)
    write_skos(tea(), link)
    assert target.read_text() == "keep"
    assert not link.is_symlink()
    assert read_skos(link, scheme="tea").taxonomy == tea()


def test_nothing_is_half_written(tmp_path: Path) -> None:
    (path := tmp_path / "tea.ttl").write_text("old")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InvalidQueryError):
        write_skos(tea(), path, base="nonsense")
    assert path.read_text() == "old"
    assert sorted(tmp_path.iterdir()) == before


def test_without_the_extra_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_skos(tea(), path := tmp_path / "tea.ttl")
    monkeypatch.setitem(sys.modules, "pyoxigraph", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'implsci\[formats\]'"):
        read_skos(path, scheme="tea")


def test_writing_and_importing_need_no_extra(tmp_path: Path) -> None:
    """The libraries that read are loaded when something is read."""
    program = f"""
import sys
for name in ("pyoxigraph", "fastobo", "yaml", "rdflib"):
    sys.modules[name] = None
from implsci import Crosswalk
from implsci.formats import write_skos, write_sssom, write_terms
from implsci.taxonomies import proctor
taxonomy = proctor.taxonomy()
write_skos(taxonomy, {str(tmp_path / "a.ttl")!r})
write_skos(taxonomy, {str(tmp_path / "a.jsonld")!r})
write_terms(taxonomy, {str(tmp_path / "a.csv")!r})
crosswalk = Crosswalk(name="a", subject_scheme="a", object_scheme="b", title="A", mappings=())
write_sssom(crosswalk, {str(tmp_path / "a.tsv")!r})
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert len(list(tmp_path.iterdir())) == 4


# What others wrote


def test_codes_come_from_notation_then_iri_then_label(read: Callable[..., Imported]) -> None:
    found = read(
        't:a1 a skos:Concept ; skos:prefLabel "Green"@en ; skos:notation "1.1" .\n'
        't:Oolong_tea a skos:Concept ; skos:prefLabel "Oolong"@en .\n'
        '<http://example.org/tea/Th%C3%A9%20noir> a skos:Concept ; skos:prefLabel "Black"@en .\n'
        '[] a skos:Concept ; skos:prefLabel "White & yellow"@en .\n'
    )
    codes = [term.code for term in found.taxonomy]
    assert codes == ["tea:1.1", "tea:Oolong_tea", "tea:the-noir", "tea:white-and-yellow"]
    assert found.taxonomy["tea:1.1"].notation == "1.1"
    assert found.taxonomy["tea:1.1"].source == "http://example.org/tea/a1"
    assert found.left_out == ()


def test_the_way_to_codes_can_be_chosen(read: Callable[..., Imported]) -> None:
    text = 't:a1 a skos:Concept ; skos:prefLabel "Green tea"@en ; skos:notation "1.1" .\n'
    for names, code in (("iri", "a1"), (["label"], "green-tea"), (("notation",), "1.1")):
        assert read(text, names=names).taxonomy.terms[0].code == f"tea:{code}"
    with pytest.raises(InvalidQueryError, match="names: expected any of notation, iri, label"):
        read(text, names=["title"])


def test_of_two_equal_labels_the_parent_goes_first(read: Callable[..., Imported]) -> None:
    found = read(
        't:1 a skos:Concept ; skos:prefLabel "Other"@en .\n'
        't:2 a skos:Concept ; skos:prefLabel "Green"@en ; skos:narrower t:3 .\n'
        't:3 a skos:Concept ; skos:prefLabel "Other"@en .\n'
        't:4 a skos:Concept ; skos:prefLabel "Black"@en .\n'
        't:5 a skos:Concept ; skos:prefLabel "Other"@en ; skos:broader t:4 .\n',
        names=["label"],
    )
    assert [term.code for term in found.taxonomy] == [
        "tea:other", "tea:green", "tea:green-other", "tea:black", "tea:black-other",
    ]  # fmt: skip


def test_one_code_for_two_concepts_is_refused_by_iri(read: Callable[..., Imported]) -> None:
    text = 't:1 a skos:Concept ; skos:prefLabel "Other"@en .\n'
    twice = text + text.replace("t:1", "t:2")
    with pytest.raises(InvalidTableError) as caught:
        read(twice, names=["label"])
    assert str(caught.value) == (
        "foreign.ttl has 1 fault:\n"
        "  http://example.org/tea/1, http://example.org/tea/2: have one code, tea:other"
    )
    with pytest.raises(InvalidTableError, match=r"tea/1: no code can be made from its label"):
        read('t:1 a skos:Concept ; skos:prefLabel "緑茶" .', names=["label"])
    assert read('t:1 a skos:Concept ; skos:prefLabel "緑茶" .').taxonomy["tea:1"].label == "緑茶"


def test_a_notation_of_two_concepts_names_neither(read: Callable[..., Imported]) -> None:
    text = 't:a a skos:Concept ; skos:prefLabel "A"@en ; skos:notation "1" .\n'
    found = read(text + text.replace("t:a", "t:b"))
    assert [(term.code, term.notation) for term in found.taxonomy] == [
        ("tea:a", None),
        ("tea:b", None),
    ]
    assert "skos:notation: '1' is that of several concepts" in left(found)


def test_the_language_asked_for_goes_first(read: Callable[..., Imported]) -> None:
    text = (
        't:a a skos:Concept ; skos:prefLabel "Color"@en-US, "Colour"@en-GB, "Couleur"@fr, "Kolor" ;'
        ' skos:altLabel "Hue"@en, "Teinte"@fr, "Tint" ; skos:definition "F"@fr, "E"@en .\n'
        't:b a skos:Concept ; skos:prefLabel "Thé"@fr ; skos:altLabel "Tisane"@fr ;'
        ' skos:definition "Boisson"@fr .\n'
        't:c a skos:Concept ; skos:prefLabel "C"@en ; skos:definition "Chose"@fr .\n'
    )
    found = read(text)
    assert found.taxonomy["tea:a"].names == ("Colour", "Color", "Kolor", "Hue", "Tint")
    assert found.taxonomy["tea:a"].definition == "E"
    assert found.taxonomy["tea:b"].names == ("Thé", "Tisane")
    assert found.taxonomy["tea:b"].definition == "Boisson"
    assert found.taxonomy["tea:c"].definition == ""
    assert left(found).splitlines() == [
        "skos:prefLabel@fr: not read: 'Couleur' of http://example.org/tea/a",
        "skos:altLabel@fr: not read: 'Teinte' of http://example.org/tea/a",
        "skos:definition@fr: not read: 'F' of http://example.org/tea/a; 'Chose' of "
        "http://example.org/tea/c",
        "skos:prefLabel@fr: the label, since there is none in 'en': 'Thé' of http://example.org/tea/b",
    ]
    french = read(text, language="fr")
    assert french.taxonomy["tea:a"].names == ("Couleur", "Kolor", "Teinte", "Tint")
    assert french.taxonomy["tea:a"].definition == "F"


def test_several_schemes_ask_for_one(read: Callable[..., Imported]) -> None:
    text = (
        't:S a skos:ConceptScheme ; dcterms:title "Tea"@en ; owl:versionInfo "3" ;'
        " dcterms:license <http://example.org/licence> .\n"
        "t:T a skos:ConceptScheme .\n"
        't:a a skos:Concept ; skos:inScheme t:S ; skos:prefLabel "A"@en ; skos:broader t:b .\n'
        't:b a skos:Concept ; skos:inScheme t:T ; skos:prefLabel "B"@en .\n'
        't:c a skos:Concept ; skos:prefLabel "C"@en .\n'
        "t:S skos:hasTopConcept t:d .\n"
        't:d a skos:Concept ; skos:prefLabel "D"@en .\n'
    )
    with pytest.raises(InvalidQueryError, match=r"2 concept schemes; name one with concept_scheme"):
        read(text)
    with pytest.raises(
        InvalidQueryError, match=r"is not in foreign\.ttl; its concept schemes: http"
    ):
        read(text, concept_scheme="http://example.org/tea/X")
    found = read(text, concept_scheme="http://example.org/tea/S")
    assert [term.code for term in found.taxonomy] == ["tea:a", "tea:d"]
    assert (found.taxonomy.title, found.taxonomy.edition) == ("Tea", "3")
    assert found.taxonomy.license == "http://example.org/licence"
    assert left(found).splitlines() == [
        "http://example.org/tea/T: concepts of another scheme: http://example.org/tea/b",
        "skos:inScheme: concepts of no scheme: http://example.org/tea/c",
        "http://example.org/tea/a: broader http://example.org/tea/b is no concept that is read",
        "skos:ConceptScheme: not read: http://example.org/tea/T",
    ]


def test_what_skos_has_and_a_taxonomy_not_is_listed(read: Callable[..., Imported]) -> None:
    found = read(
        "@prefix xl: <http://www.w3.org/2008/05/skos-xl#> .\n"
        't:a a skos:Concept, t:Leaf ; skos:prefLabel "A"@en ; xl:prefLabel t:xl ;'
        ' skos:hiddenLabel "AA"@en ; skos:changeNote "new"@en, "newer" ; skos:related t:b ;'
        " skos:exactMatch <http://example.org/other> ; skos:broader t:nowhere ;"
        ' skos:notation "1", "one" .\n'
        't:xl a xl:Label ; xl:literalForm "A"@en .\n'
        't:b a skos:Concept ; skos:prefLabel "B"@en ; skos:scopeNote "note"@en, "second"@en .\n'
        "t:c a skos:Collection ; skos:member t:a .\n"
        "t:d a skos:OrderedCollection ; skos:memberList (t:a t:b) .\n"
        't:e dcterms:title "E" .\n'
    )
    assert found.taxonomy["tea:1"].hidden_labels == ("AA",)
    assert found.taxonomy["tea:b"].definition == "note"
    assert left(found).splitlines() == [
        "http://example.org/tea/a: broader http://example.org/tea/nowhere is no concept that is read",
        "skos:notation: not read: 'one' of http://example.org/tea/a",
        "rdf:type http://example.org/tea/Leaf: not read: http://example.org/tea/a",
        "skosxl:prefLabel: not read: http://example.org/tea/xl of http://example.org/tea/a",
        "skos:changeNote@en: not read: 'new' of http://example.org/tea/a",
        "skos:changeNote: not read: 'newer' of http://example.org/tea/a",
        "skos:related: not read: http://example.org/tea/b of http://example.org/tea/a",
        "skos:exactMatch: not read: http://example.org/other of http://example.org/tea/a",
        "skos:scopeNote@en: not read: 'second' of http://example.org/tea/b",
        "skosxl:Label: not read: http://example.org/tea/xl",
        "skos:Collection: not read: http://example.org/tea/c",
        "skos:OrderedCollection: not read: http://example.org/tea/d",
        "rdf:List: not read: (no IRI); (no IRI)",
        "rdfs:Resource: not read: http://example.org/tea/e",
    ]


def test_faults_name_the_iri(read: Callable[..., Imported]) -> None:
    with pytest.raises(InvalidTableError) as caught:
        read(
            "t:a a skos:Concept .\n"
            't:b a skos:Concept ; skos:prefLabel "B"@en, "Bee"@en .\n'
            "t:c a skos:Concept ; <http://www.w3.org/2008/05/skos-xl#prefLabel> [] .\n"
        )
    assert str(caught.value).splitlines() == [
        "foreign.ttl has 3 faults:",
        "  http://example.org/tea/a: has no skos:prefLabel",
        "  http://example.org/tea/b: has 2 preferred labels in one language, expected one: 'B', 'Bee'",
        "  http://example.org/tea/c: has no skos:prefLabel; that in SKOS-XL is not read",
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(
            't:a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader t:b .\n'
            't:b a skos:Concept ; skos:prefLabel "B"@en ; skos:broader t:a .\n'
            't:c a skos:Concept ; skos:prefLabel "C"@en ; skos:broader t:c .\n'
            't:d a skos:Concept ; skos:prefLabel "D\\u0000"@en .\n'
        )
    assert [str(fault) for fault in caught.value.faults][:1] == [
        "http://example.org/tea/d: label: expected text without control characters, "
        "got '\\x00' in 'D\\x00'"
    ]
    loops = [fault for fault in caught.value.faults if "leads back to itself" in fault.message]
    assert [fault.path for fault in loops] == [f"http://example.org/tea/{name}" for name in "abc"]


def test_what_is_withdrawn_needs_something_in_its_place(read: Callable[..., Imported]) -> None:
    found = read(
        't:a a skos:Concept ; skos:prefLabel "A"@en ; skos:broader t:c ; skos:narrower t:x .\n'
        't:b a skos:Concept ; skos:prefLabel "B"@en ; owl:deprecated true ;'
        " dcterms:isReplacedBy t:a .\n"
        't:c a skos:Concept ; skos:prefLabel "C"@en ; owl:deprecated true .\n'
        't:d a skos:Concept ; skos:prefLabel "D"@en ; owl:deprecated true ;'
        " dcterms:isReplacedBy t:c .\n"
    )
    assert found.taxonomy["tea:b"].replaced_by == "tea:a"
    assert [term.code for term in found.taxonomy] == ["tea:a", "tea:b"]
    assert left(found).splitlines() == [
        "skos:narrower: leads to no concept that is read: http://example.org/tea/x of "
        "http://example.org/tea/a",
        "http://example.org/tea/c: deprecated, and no concept that is read takes its place",
        "http://example.org/tea/d: deprecated, and no concept that is read takes its place",
        "http://example.org/tea/a: broader http://example.org/tea/c is no concept that is read",
    ]


def test_names_are_put_on_one_line(read: Callable[..., Imported]) -> None:
    found = read(
        't:a a skos:Concept ; skos:prefLabel " Green\\n   tea "@en ; skos:altLabel " "@en .'
    )
    assert found.taxonomy["tea:a"].names == ("Green tea",)


def test_what_is_asked_for_wins(read: Callable[..., Imported]) -> None:
    taxonomy = read(
        't:S a skos:ConceptScheme ; dcterms:title "Tea"@en ; dcterms:license "CC0" .\n'
        't:a a skos:Concept ; skos:prefLabel "A"@en .',
        title="My teas", kind="drink", edition="2", license="MIT", citation="Me", status="derived",
    ).taxonomy  # fmt: skip
    assert (taxonomy.title, taxonomy.kind, taxonomy.edition) == ("My teas", "drink", "2")
    assert (taxonomy.license, taxonomy.citation) == ("MIT", "Me")
    assert (taxonomy["tea:a"].kind, taxonomy["tea:a"].status) == ("drink", "derived")
    with pytest.raises(InvalidQueryError, match="status: expected one of verified"):
        read("", status="sure")


def test_a_later_version_is_refused_by_name(read: Callable[..., Imported]) -> None:
    with pytest.raises(InvalidTableError, match="version '2' of the implsci namespace; expected 1"):
        read("t:S a skos:ConceptScheme ; <https://w3id.org/implsci/ns#version> 2 .")


def test_our_file_under_another_scheme(tmp_path: Path) -> None:
    write_skos(tea(Term(code="tea:a", label="A", definition="B")), path := tmp_path / "t.ttl")  # type: ignore[arg-type]
    assert read_skos(path, scheme="cha").taxonomy["cha:a"].label == "A"


def test_a_definition_may_be_a_thing_of_its_own(read: Callable[..., Imported]) -> None:
    found = read(
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        't:a a skos:Concept ; skos:prefLabel "A"@en ; skos:definition t:d, t:page .\n'
        't:d rdf:value "Leaves in water."@en, "Feuilles"@fr ; dcterms:source "Us" .\n'
    )
    assert found.taxonomy["tea:a"].definition == "Leaves in water."
    assert left(found).splitlines() == [
        "dcterms:source: not read: 'Us' of http://example.org/tea/d",
        "skos:definition: not read: 'http://example.org/tea/page' of http://example.org/tea/a",
        "skos:definition@fr: not read: 'Feuilles' of http://example.org/tea/a",
    ]


def test_our_words_in_a_file_of_others(read: Callable[..., Imported]) -> None:
    head = (
        "@prefix i: <https://w3id.org/implsci/ns#> .\n@prefix adms: <http://www.w3.org/ns/adms#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        't:a a skos:Concept ; skos:prefLabel "A"@en ; '
    )
    found = read(
        head + 'i:kind "strategy", "other", t:k ; adms:status i:derived, t:odd, "old" ;'
        ' i:facet [ i:name "n" ; i:value "v" ; i:more "m" ] ;'
        ' i:rating [ i:name "r" ; i:value 4.5, 3 ; dcterms:source "S" ] ;'
        ' dcterms:source "Lu Yu", <http://example.org/book> ; dcterms:isReplacedBy t:b, t:c .\n'
        't:b a skos:Concept ; skos:prefLabel "B"@en .\n'
    )
    term = found.taxonomy["tea:a"]
    assert (term.kind, term.status, term.replaced_by) == ("strategy", "derived", "tea:b")
    assert term.facets == (Facet(name="n", value="v"),)
    assert term.ratings == (TermRating(name="r", value=4.5, source="S"),)
    assert term.source == "Lu Yu; http://example.org/book; http://example.org/tea/a"
    assert sorted(left(found).splitlines()) == [
        "adms:status: not read: 'http://example.org/tea/odd' of http://example.org/tea/a; 'old' of "
        "http://example.org/tea/a",
        "http://example.org/tea/a: replaced by http://example.org/tea/c, which is not read",
        "implsci:kind: not read: 'other' of http://example.org/tea/a; 'http://example.org/tea/k' of "
        "http://example.org/tea/a",
        "implsci:more: not read: 'm' of (no IRI)",
        "implsci:value: not read: '3' of (no IRI)",
    ]
    broken = (
        'i:facet [ i:value "v" ]',
        'i:rating [ i:name "r" ]',
        "i:rating [ i:value 1 ]",
        'i:rating [ i:name "r" ; i:value "high" ]',
        'i:rating [ i:name "r" ; i:value 1 ; i:n 2.5 ]',
        'i:rating [ i:name "r" ; i:value "x"^^xsd:integer ]',
    )
    for text in broken:
        with pytest.raises(
            InvalidTableError, match=r"http://example.org/tea/a: (expected|implsci:)"
        ):
            read(head + text + " .")


def test_named_graphs_are_read_as_one(tmp_path: Path) -> None:
    (path := tmp_path / "t.jsonld").write_text(
        '{"@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "@id": "http://e.org/g",'
        ' "@graph": [{"@id": "http://e.org/a", "@type": "skos:Concept", "skos:prefLabel": "A"}]}'
    )
    found = read_skos(path, scheme="tea")
    assert found.taxonomy["tea:a"].label == "A"
    assert left(found) == "several graphs are read as one"


def test_what_was_added_to_our_file_by_hand(tmp_path: Path) -> None:
    """A concept is taken with what it has; a name that is none is refused by its IRI."""
    write_skos(tea(Term(code="tea:a", label="A", definition="B")), path := tmp_path / "t.ttl")  # type: ignore[arg-type]
    text = path.read_text()
    path.write_text(text + '\n:b a skos:Concept ; skos:prefLabel "B"@en ; skos:altLabel "b"@fr .\n')
    found = read_skos(path, scheme="tea")
    assert found.taxonomy["tea:b"] == Term(code="tea:b", label="B", definition="", kind="drink")  # type: ignore[arg-type]
    assert left(found) == "skos:altLabel@fr: not read: 'b' of https://w3id.org/implsci/tea/b"
    path.write_text(
        text + '\n<https://w3id.org/implsci/tea/b%20c> a skos:Concept ; skos:prefLabel "B" .\n'
    )
    with pytest.raises(InvalidTableError, match=r"implsci/tea/b%20c: code: expected scheme:name"):
        read_skos(path, scheme="tea")
