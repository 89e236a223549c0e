"""Ontologies as taxonomies: real ones against independent figures, and made ones by their faults."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import pronto
import pytest
import rdflib

from implsci import Registry
from implsci.errors import (
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.formats import Imported, read_ontology, read_skos, write_skos
from implsci.taxonomy import Taxonomy

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib"),
    pytest.mark.filterwarnings("ignore:.*:UserWarning:pronto"),
]

OWL = """\
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix obo: <http://purl.obolibrary.org/obo/> .
@prefix oio: <http://www.geneontology.org/formats/oboInOwl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
"""


@pytest.fixture(scope="module")
def techniques() -> Imported:
    path = Path(__file__).parents[1] / "data" / "ontologies" / "bcto.owl"
    return read_ontology(path, scheme="bcio")


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Imported]:
    def reader(text: str, **options: object) -> Imported:
        path = tmp_path / "made.owl"
        path.write_text(OWL + text, encoding="utf-8")
        return read_ontology(path, **{"scheme": "tea", **options})  # type: ignore[arg-type]

    return reader


@pytest.fixture
def read_obo(tmp_path: Path) -> Callable[..., Imported]:
    def reader(text: str, **options: object) -> Imported:
        path = tmp_path / "made.obo"
        path.write_text(f"format-version: 1.2\n\n{text}", encoding="utf-8", newline="")
        return read_ontology(path, **{"scheme": "tea", **options})  # type: ignore[arg-type]

    return reader


def left(found: Imported) -> list[str]:
    return list(map(str, found.left_out))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


# Real ontologies


def test_every_technique_of_the_published_table_is_found(techniques: Imported, data: Path) -> None:
    """120 rows that the editors' cross-reference column gave, with id and label."""
    table = rows(data / "links" / "bcto_to_bcttv1.csv")
    assert len(table) == 120
    for row in table:
        assert techniques.taxonomy[row["bcio_id"].lower()].label == row["bcto_label"]


def test_the_editors_spreadsheet_says_the_same(data: Path) -> None:
    """306 classes: label, definition, parent and synonyms, from another file of theirs."""
    found = read_ontology(
        data / "ontologies" / "bcto.owl", scheme="bcio", root="behaviour change technique"
    ).taxonomy
    sheet = rows(data / "ontologies" / "bcto_sheet.csv")
    assert len(found) == len(sheet) == 306
    several = []
    for row in sheet:
        term = found[row["id"].lower()]
        assert term.label == row["label"]
        assert " ".join(term.definition.split()) == " ".join(row["definition"].split())
        synonyms = [name.strip() for name in row["synonyms"].split(";") if name.strip()]
        parents = [found[code].label for code in term.broader]
        if row["id"] == "BCIO:033000":  # the root: cut off its parent, and "BCT" only in the OWL
            assert (parents, term.synonyms) == ([], ("BCT",))
            continue
        assert sorted(term.synonyms) == sorted(synonyms)
        assert row["parent"] in parents
        several += [row["id"]] * (len(parents) > 1)
    # The ontology gives these four a second parent; the sheet has room for one.
    assert several == ["BCIO:007177", "BCIO:007178", "BCIO:007179", "BCIO:007180"]


def test_codes_are_those_of_the_built_in_crosswalk(
    techniques: Imported, registry: Registry
) -> None:
    crosswalk = next(own for own in registry.crosswalks() if own.name == "bcio-to-bct-v1")
    assert crosswalk.mappings
    for mapping in crosswalk.mappings:
        assert mapping.subject in techniques.taxonomy


def test_another_program_counts_the_same(techniques: Imported, data: Path) -> None:
    graph = rdflib.Graph().parse(data / "ontologies" / "bcto.owl", format="xml")
    classes = {
        iri
        for iri in graph.subjects(rdflib.RDF.type, rdflib.OWL.Class)
        if isinstance(iri, rdflib.URIRef)
    }
    assert {term.source for term in techniques.taxonomy} == {str(iri) for iri in classes}
    parents = {
        (str(child), str(parent))
        for child, parent in graph.subject_objects(rdflib.RDFS.subClassOf)
        if child in classes and parent in classes
    }
    taxonomy = techniques.taxonomy
    assert {
        (term.source, taxonomy[code].source) for term in taxonomy for code in term.broader
    } == parents
    assert (taxonomy.edition, taxonomy.scheme) == ("2026-08-06", "bcio")
    definition = rdflib.URIRef("http://purl.obolibrary.org/obo/IAO_0000115")
    texts = [
        {str(text) for text in graph.objects(iri, definition) if text.language in (None, "en")}
        for iri in classes
    ]
    further = sum(len(own) - 1 for own in texts if own)
    assert any(
        line.startswith(f"definition: a further one, not read, {further} times")
        for line in left(techniques)
    )
    assert sum(not term.definition for term in taxonomy) == sum(not own for own in texts)


def test_what_a_taxonomy_cannot_hold_is_listed(techniques: Imported) -> None:
    listed = left(techniques)
    assert (
        "http://humanbehaviourchange.org/ontology/BCIO_001000: a subclass of (obo:BFO_0000117 some "
        "http://humanbehaviourchange.org/ontology/BCIO_002000), which is no class"
    ) in listed
    starts = [
        "obo:IAO_0000114 (has curation status): not read, 424 times, such as 'Proposed' of",
        "owl:Axiom: not read, 215 times",
        "owl:ObjectProperty: not read, 49 times",
        "narrow synonym: kept as a plain synonym, 14 times, such as 'board walk' of",
        'definition@fr: not read: "Un établissement de santé qui',
        "rdfs:label@fr: not read: 'jouissance' of obo:MFOEM_000218",
    ]
    for start in starts:
        assert any(line.startswith(start) for line in listed), start


def test_classes_of_other_ontologies_are_kept_or_cut(data: Path) -> None:
    path = data / "ontologies" / "bcto.owl"
    everything = read_ontology(path, scheme="bcio").taxonomy
    own = read_ontology(path, scheme="bcio", prefix="BCIO")
    assert len(everything) == 569
    assert len(own.taxonomy) == 363
    assert "bcio:BFO_0000015" in everything
    assert not [term.code for term in own.taxonomy if "_" in term.code]
    some = read_ontology(path, scheme="bcio", prefix=["BCIO_", "http://addictovocab.org/"])
    assert len(some.taxonomy) == 363 + 23
    # What stands below a class that is cut is below what is above that.
    for term in own.taxonomy:
        above = {code for code in everything.ancestors(term.code) if code in own.taxonomy}
        assert set(own.taxonomy.ancestors(term.code)) == above
    assert any("a parent that is not kept; moved up from it" in line for line in left(own))
    with pytest.raises(
        InvalidQueryError, match=r"no class has 'XX'; there are BCIO \(363\), MFOEM"
    ):
        read_ontology(path, scheme="bcio", prefix="XX")


@pytest.mark.parametrize(
    "root",
    [
        "process mode of delivery", "Process Mode of Delivery", "BCIO:050996", "BCIO_050996",
        "bcio:050996", "050996", "http://humanbehaviourchange.org/ontology/BCIO_050996",
    ],
)  # fmt: skip
def test_a_root_may_be_named_in_any_way(root: str, data: Path) -> None:
    for suffix in ("owl", "obo"):
        if suffix == "obo" and "/" in root:
            continue
        path = data / "ontologies" / f"mode_of_delivery.{suffix}"
        taxonomy = read_ontology(path, scheme="bcio", root=root).taxonomy
        assert len(taxonomy) == 68
        assert taxonomy.expand("bcio:050996")[0] == "bcio:050996"
        assert len(taxonomy.expand("bcio:050996")) == 68


def test_a_root_that_is_none_is_refused(data: Path) -> None:
    path = data / "ontologies" / "mode_of_delivery.owl"
    with pytest.raises(UnknownNameError, match="did you mean process mode of delivery"):
        read_ontology(path, scheme="bcio", root="process mode of delivry")


def alike(taxonomy: Taxonomy) -> dict[str, tuple[object, ...]]:
    return {
        term.code: (term.label, term.definition, frozenset(term.synonyms), frozenset(term.broader))
        for term in taxonomy
    }


@pytest.mark.parametrize("syntax", ["turtle", "nt", "json-ld", "pretty-xml"])
def test_every_syntax_says_the_same(syntax: str, data: Path, tmp_path: Path) -> None:
    """Written anew by another program."""
    path = data / "ontologies" / "mode_of_delivery.owl"
    again = tmp_path / "again.owl"
    rdflib.Graph().parse(path, format="xml").serialize(again, syntax, encoding="utf-8")
    if syntax == "nt":
        again = again.rename(tmp_path / "again.nt")
    found, expected = (read_ontology(file, scheme="bcio") for file in (again, path))
    ours, theirs = alike(found.taxonomy), alike(expected.taxonomy)
    process = "bcio:BFO_0000015"  # has two definitions, of which the first in the file is taken
    assert ours.pop(process)[0] == theirs.pop(process)[0] == "process"
    assert ours == theirs
    assert len(found.left_out) == len(expected.left_out)


def test_obo_says_the_same_as_owl_and_as_another_program(data: Path) -> None:
    owl, obo = (data / "ontologies" / f"mode_of_delivery.{suffix}" for suffix in ("owl", "obo"))
    found = read_ontology(obo, scheme="bcio").taxonomy
    assert alike(found) == alike(read_ontology(owl, scheme="bcio").taxonomy)
    theirs = pronto.Ontology(obo, import_depth=0)
    assert len(found) == len(list(theirs.terms())) == 73
    for term in theirs.terms():
        prefix, _, number = term.id.partition(":")
        own = found[f"bcio:{number}" if prefix == "BCIO" else f"bcio:{prefix}_{number}"]
        assert own.label == term.name
        assert set(own.synonyms) == {synonym.description for synonym in term.synonyms}
        parents = {parent.id for parent in term.superclasses(distance=1, with_self=False)}
        assert {found[code].source for code in own.broader} == parents


def test_an_ontology_can_go_on_as_skos(data: Path, tmp_path: Path) -> None:
    taxonomy = read_ontology(data / "ontologies" / "bcto.owl", scheme="bcio").taxonomy
    write_skos(taxonomy, path := tmp_path / "bcio.ttl")
    assert read_skos(path, scheme="bcio").taxonomy == taxonomy


# Made ontologies


def test_owl_is_read_into_every_field(read: Callable[..., Imported]) -> None:
    found = read(
        '<http://e.org/o> a owl:Ontology ; dcterms:title "Teas"@en ; owl:versionInfo "7" ;'
        ' dcterms:license "CC0" ; owl:imports <http://e.org/p> ; rdfs:comment "c" .\n'
        'obo:TEA_1 a owl:Class ; rdfs:label "thé"@fr, "tea"@en, "tee"@en ;'
        ' obo:IAO_0000115 "Boisson"@fr, "A drink.";'
        ' obo:IAO_0000118 "chai", "cha"@en, "tè"@it ; oio:hasExactSynonym "char" ;'
        ' oio:hasBroadSynonym "brew" .\n'
        'obo:TEA_2 a owl:Class ; rdfs:label "green" ; rdfs:subClassOf obo:TEA_1, owl:Thing, obo:X_9,'
        " [ a owl:Restriction ; owl:onProperty obo:RO_1 ; owl:someValuesFrom obo:TEA_1 ],"
        " [ owl:unionOf (obo:TEA_1) ] ; owl:equivalentClass [ owl:complementOf obo:TEA_1 ] .\n"
        'obo:TEA_3 a owl:Class ; rdfs:label "old" ; owl:deprecated true ; obo:IAO_0100001 obo:TEA_2 .\n'
        'obo:TEA_4 a owl:Class ; rdfs:label "older" ; owl:deprecated true ;'
        ' obo:IAO_0100001 "TEA:3" .\n'
        'obo:TEA_5 a owl:Class ; rdfs:label "gone" ; owl:deprecated true .\n'
        'obo:TEA_6 a owl:Class ; rdfs:label "moved" ; owl:deprecated true ; obo:IAO_0100001 obo:Y_1 .\n'
    )
    taxonomy = found.taxonomy
    assert (taxonomy.title, taxonomy.edition, taxonomy.license) == ("Teas", "7", "CC0")
    assert [term.code for term in taxonomy] == ["tea:1", "tea:2", "tea:3", "tea:4"]
    assert taxonomy["tea:1"].names == ("tea", "tee", "chai", "cha", "char", "brew")
    assert taxonomy["tea:1"].definition == "A drink."
    assert taxonomy["tea:1"].source == "http://purl.obolibrary.org/obo/TEA_1"
    assert taxonomy["tea:2"].broader == ("tea:1",)
    assert (taxonomy["tea:3"].replaced_by, taxonomy["tea:4"].replaced_by) == ("tea:2", "tea:3")
    assert left(found) == [
        "owl:imports: http://e.org/p is not followed",
        "rdfs:comment: not read: 'c' of http://e.org/o",
        "owl:equivalentClass: not read: an expression of obo:TEA_2",
        "obo:TEA_2: a subclass of (obo:RO_1 some obo:TEA_1), which is no class",
        "obo:TEA_2: a subclass of an expression, which is no class",
        "obo:IAO_0100001: not in the file: 'http://purl.obolibrary.org/obo/Y_1' of obo:TEA_6",
        "obo:TEA_5: deprecated, and no class that is kept takes its place",
        "obo:TEA_6: deprecated, and no class that is kept takes its place",
        "rdfs:label@fr: not read: 'thé' of obo:TEA_1",
        "synonym@it: not read: 'tè' of obo:TEA_1",
        "broad synonym: kept as a plain synonym: 'brew' of obo:TEA_1",
        "definition@fr: not read: 'Boisson' of obo:TEA_1",
        "obo:X_9: a parent that is not described; moved up from it: obo:TEA_2",
    ]
    cut = read(
        'obo:TEA_1 a owl:Class ; rdfs:label "thé"@fr .\n'
        'obo:TEA_2 a owl:Class ; rdfs:label "gone" ; owl:deprecated true .\n'
        'obo:TEA_3 a owl:Class ; rdfs:label "other" .\n',
        root="TEA:1",
    )
    assert left(cut) == [
        "classes: outside of root and prefix: obo:TEA_2; obo:TEA_3",
        "rdfs:label@fr: the label, since there is none in 'en': 'thé' of obo:TEA_1",
    ]
    given = read(
        'obo:TEA_1 a owl:Class ; rdfs:label "tea" .', title="T", kind="drink", edition="1",
        license="L", citation="C", status="derived", family="tea",
    ).taxonomy  # fmt: skip
    assert (given.title, given.kind, given.edition, given.license) == ("T", "drink", "1", "L")
    assert (given.citation, given["tea:1"].status, given["tea:1"].kind) == ("C", "derived", "drink")


def test_obo_is_read_into_every_field(read_obo: Callable[..., Imported]) -> None:
    found = read_obo(
        "! a comment on a line of its own\n"
        '[Term]\nid: TEA:1\nname: tea\ndef: "A \\"drink\\"." [X:1]\nsynonym: "chai" EXACT []\n'
        'synonym: "brew" BROAD [] {a="b"}\ncomment: hot\nxref: W:1\n\n'
        "! another\n"
        "[Term]\nid: TEA:2\nname: green\nis_a: TEA:1 ! tea\nrelationship: part_of TEA:1\n\n"
        "[Term]\nid: TEA:3\nname: old\nis_obsolete: true\nreplaced_by: TEA:2\n\n"
        "[Term]\nid: TEA:4\nname: gone\nis_obsolete: true\nconsider: TEA:2\n\n"
        "[Typedef]\nid: part_of\nname: part of"
    )
    taxonomy = found.taxonomy
    assert [term.code for term in taxonomy] == ["tea:1", "tea:2", "tea:3"]
    assert taxonomy["tea:1"].names == ("tea", "chai", "brew")
    assert taxonomy["tea:1"].definition == 'A "drink".'
    assert taxonomy["tea:1"].source == "TEA:1"
    assert taxonomy["tea:2"].broader == ("tea:1",)
    assert taxonomy["tea:3"].replaced_by == "tea:2"
    assert left(found) == [
        "comment: not read: 'hot' of TEA:1",
        "xref: not read: 'W:1' of TEA:1",
        "relationship: not read: 'part_of TEA:1' of TEA:2",
        "consider: not read: 'TEA:2' of TEA:4",
        "[Typedef]: not read: part_of",
        "TEA:4: deprecated, and no class that is kept takes its place",
        "broad synonym: kept as a plain synonym: 'brew' of TEA:1",
    ]


def test_the_head_of_an_obo_file(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(
        "! comment\nformat-version: 1.2\ndata-version: 2026-01-01\nontology: tea\n"
        'import: http://e.org/x.obo\nproperty_value: http://purl.org/dc/terms/title "Te\\"as" xsd:string\n'
        "auto-generated-by: me\n\n[Term]\nid: TEA:1\nname: tea\n"
    )
    found = read_ontology(path, scheme="tea")
    assert (found.taxonomy.title, found.taxonomy.edition) == ('Te"as', "2026-01-01")
    assert left(found) == [
        "import: 'http://e.org/x.obo' is not followed",
        "auto-generated-by: not read: 'me'",
    ]


def test_faults_name_the_class(
    read: Callable[..., Imported], read_obo: Callable[..., Imported]
) -> None:
    with pytest.raises(InvalidTableError) as caught:
        read('obo:TEA_1 a owl:Class .\nobo:TEA_2 a owl:Class ; rdfs:label ""@en .')
    assert (
        str(caught.value.faults[0]) == "obo:TEA_1: a class without a label; expected an rdfs:label"
    )
    with pytest.raises(InvalidTableError, match="obo:TEA_2: label: expected some text, got none"):
        read('obo:TEA_2 a owl:Class ; rdfs:label ""@en .')
    with pytest.raises(InvalidTableError) as caught:
        read(
            'obo:TEA_1 a owl:Class ; rdfs:label "a" ; rdfs:subClassOf obo:TEA_2 .\n'
            'obo:TEA_2 a owl:Class ; rdfs:label "b" ; rdfs:subClassOf obo:TEA_1 .\n'
        )
    assert [str(fault) for fault in caught.value.faults] == [
        "obo:TEA_1: broader: leads back to itself",
        "obo:TEA_2: broader: leads back to itself",
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(
            '<http://a.org/TEA_1> a owl:Class ; rdfs:label "a" .\n'
            '<http://b.org/TEA_1> a owl:Class ; rdfs:label "b" .\n'
        )
    assert str(caught.value.faults[0]) == (
        "http://a.org/TEA_1, http://b.org/TEA_1: have one code, tea:1"
    )
    with pytest.raises(InvalidTableError, match="no owl:Class with a name among 1 statements"):
        read("[] a owl:Class .")
    with pytest.raises(InvalidTableError, match=r"no \[Term\]"):
        read_obo("")
    with pytest.raises(InvalidTableError, match="TEA:1: a class without a label"):
        read_obo("[Term]\nid: TEA:1\n")
    with pytest.raises(InvalidQueryError, match="root: 'a' is the name of several classes"):
        read(
            'obo:TEA_1 a owl:Class ; rdfs:label "a" . obo:TEA_2 a owl:Class ; rdfs:label "a" .',
            root="a",
        )
    with pytest.raises(InvalidQueryError, match="status: expected one of"):
        read("", status="x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[Term]\nid: X:1\nname: a\ndef: "d\n', "line 6: not OBO: expected QuotedString"),
        ("[Term]\nid: X:1\nfoo: a\n", "line 5: not OBO: expected"),
        ("[Thing]\nid: X:1\n", "line 3: not OBO: expected EntityFrame"),
    ],
)
def test_a_malformed_obo_file_is_refused_with_its_line(
    text: str, message: str, read_obo: Callable[..., Imported]
) -> None:
    with pytest.raises(InvalidTableError) as caught:
        read_obo(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Prefix(:=<http://e.org/>)\nOntology(<http://e.org/o>)\n", "OWL functional syntax is not"),
        (
            "Prefix: : <http://e.org/>\nOntology: <http://e.org/o>\n",
            "Manchester syntax is not read",
        ),
        (
            '<?xml version="1.0"?>\n<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>',
            "line 2: OWL/XML is not read; save the ontology as RDF/XML or Turtle",
        ),
    ],
)
def test_other_syntaxes_are_refused_by_name(text: str, message: str, tmp_path: Path) -> None:
    (path := tmp_path / "x.owl").write_text(text)
    with pytest.raises(InvalidTableError) as caught:
        read_ontology(path, scheme="tea")
    assert message in str(caught.value)


def test_without_the_extra_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    for module, suffix in (("pyoxigraph", "owl"), ("fastobo", "obo")):
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(MissingExtraError, match=r"pip install 'implsci\[formats\]'"):
            read_ontology(data / "ontologies" / f"mode_of_delivery.{suffix}", scheme="bcio")
    with pytest.raises(UnreadableFileError):
        read_ontology(data / "no.owl", scheme="bcio")
