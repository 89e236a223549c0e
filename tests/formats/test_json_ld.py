"""JSON-LD: judged by PyLD and rdflib, which know nothing of us; equal when read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib.namespace import RDF, RDFS, SKOS

from implsci import Registry, Study, model
from implsci.compendium import Compendium, load
from implsci.errors import FormatError, InvalidQueryError, LoadError
from implsci.formats import NAMESPACE, read, write, write_skos
from implsci.formats.compendium.json_ld import _REFERENCES, context
from implsci.formats.compendium.json_ld import read as read_document
from implsci.formats.compendium.json_ld import write as write_document
from implsci.ledger import Ledger
from implsci.model import (
    Barrier,
    Citation,
    Coding,
    CoreElement,
    Estimate,
    Event,
    Finding,
    Innovation,
    Measurement,
    Outcome,
    Strategy,
)
from implsci.schema import json_schema
from implsci.testing import studies

NS = rdflib.Namespace(NAMESPACE)
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
HOME = "urn:implsci:compendium:mine/"


def refuse(url: str, options: object = None) -> NoReturn:
    raise AssertionError(f"asked for {url}")


@pytest.fixture(autouse=True)
def no_context_is_fetched() -> None:
    jsonld.set_document_loader(refuse)


STUDY = Study(
    id="a/1",
    title="Hand hygiene",
    year=2019,
    citation=Citation(authors=("Ng A", "Abe B", "Ng A"), doi="10.1/x"),
    sectors=("sector:health",),
    equity=("equity:gender",),
    innovation=Innovation(
        name="bundle",
        components=("soap", "soap"),
        core_elements=(
            CoreElement(id="b1", label="look"),
            CoreElement(id="c2", label="act", depends_on=("b1",)),
        ),
    ),
    barriers=(
        Barrier(
            id="b1", label="no time", codes=("cfir-2009:available-resources",),
            codings=(Coding(coder="AB", of="valence", value="barrier"),),
        ),
    ),
    strategies=(Strategy(id="é:1", label="reminders", addresses=("b1",)),),
    outcomes=(
        Outcome(id="o1", label="uptake", measurements=(Measurement(of="reach", value=5.0, n=3),)),
    ),
    findings=(
        Finding(
            id="f1", outcome="o1", direction="improved", strategies=("é:1",),
            estimate=Estimate(metric="OR", value=1.5, p=0.0),
        ),
    ),
    events=(Event(kind="started", of="é:1"),),
    extra={"@type": None, "a:b": "", "": 0, "x": False, "y": 1.5},
)  # fmt: skip


def document(folder: Path, *members: Study, name: str = "mine") -> Path:
    target = folder / "x.jsonld"
    write_document(Compendium(studies=members or (STUDY,), name=name), target, Ledger())
    return target


def again(file: Path) -> tuple[tuple[Study, ...], Ledger]:
    ledger = Ledger()
    return tuple(read_document(file, ledger)), ledger


def plain(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


@given(st.lists(studies(), max_size=3).map(tuple))
def test_every_study_comes_back_equal(members: tuple[Study, ...]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "x.jsonld")
        write_document(Compendium(studies=members), file, Ledger())
        found, ledger = again(file)
        assert found == members
        assert ledger.summary() == "0 studies"


def test_the_bundled_compendium_comes_back(tmp_path: Path) -> None:
    compendium = load("implsci-examples")
    write(compendium, tmp_path / "x.jsonld")
    assert read(tmp_path / "x.jsonld") == compendium


def leaves(value: object) -> Iterator[str]:
    """Yield every key and value of a document as written, but for the containers."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "extra":
                yield json.dumps(item, sort_keys=True)
            elif key not in ("@context", "id", "type"):
                yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield json.dumps(value)


@settings(max_examples=6)
@given(st.lists(studies(), min_size=1, max_size=2, unique_by=lambda study: study.id))
def test_expansion_drops_nothing_and_compaction_gives_the_document_back(
    members: list[Study],
) -> None:
    with TemporaryDirectory() as folder:
        written = plain(document(Path(folder), *members))
    expanded = jsonld.expand(written)
    back = jsonld.compact(expanded, written["@context"])
    assert sorted(leaves(back)) == sorted(leaves(written))
    assert without_context(back) == without_context(written)


def without_context(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key != "@context"}


def test_every_key_is_an_iri_after_expansion(tmp_path: Path) -> None:
    def keys(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, item in value.items():
                yield key
                if value.get("@type") != "@json":
                    yield from keys(item)
        elif isinstance(value, list):
            for item in value:
                yield from keys(item)

    found = set(keys(jsonld.expand(plain(document(tmp_path)))))
    assert found
    for key in found:
        assert key in ("@id", "@type", "@value", "@list") or key.startswith(
            (NAMESPACE, "https://schema.org/", str(RDFS))
        ), key


def graph_of(file: Path) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data=file.read_bytes(), format="json-ld")
    return graph


def test_codes_are_the_concepts_of_the_skos_export(tmp_path: Path, registry: Registry) -> None:
    graph = graph_of(document(tmp_path))
    for predicate, code in (
        (NS.codes, "cfir-2009:available-resources"), (NS.sectors, "sector:health"),
        (NS.equity, "equity:gender"),
    ):  # fmt: skip
        taxonomy = registry.taxonomy(code.partition(":")[0])
        write_skos(taxonomy, tmp_path / "vocabulary.ttl")
        vocabulary = rdflib.Graph().parse(tmp_path / "vocabulary.ttl")
        (concept,) = set(graph.objects(None, predicate))
        assert (concept, RDF.type, SKOS.Concept) in vocabulary
        assert str(vocabulary.value(concept, SKOS.prefLabel)) == taxonomy[code].label


def test_references_join_the_nodes(tmp_path: Path) -> None:
    graph = graph_of(document(tmp_path))
    study, barrier, strategy = (
        rdflib.URIRef(f"{HOME}#a%2F1{rest}") for rest in ("", "/b1", "/%C3%A9%3A1")
    )
    assert (study, RDF.type, NS.Study) in graph
    assert (study, NS.barriers, barrier) in graph
    assert (barrier, RDF.type, NS.Barrier) in graph
    assert (barrier, RDFS.label, rdflib.Literal("no time")) in graph
    assert (strategy, NS.addresses, barrier) in graph
    (event,) = graph.subjects(RDF.type, NS.Event)
    assert (event, NS.of, strategy) in graph
    (coding,) = graph.subjects(RDF.type, NS.Coding)
    assert (coding, NS.of, rdflib.Literal("valence")) in graph  # a field, and no node
    (outcome,) = graph.objects(None, NS.outcome)
    assert (outcome, RDF.type, NS.Outcome) in graph
    elements = set(graph.subjects(RDF.type, NS.CoreElement))
    assert len(elements) == 2
    assert barrier not in elements  # b1 is also an element's id


def test_numbers_lists_and_texts_keep_their_kind(tmp_path: Path) -> None:
    graph = graph_of(document(tmp_path))
    double, integer = rdflib.XSD.double, rdflib.XSD.integer
    (measured,) = graph.subjects(RDF.type, NS.Measurement)
    value = graph.value(measured, NS.value)
    assert isinstance(value, rdflib.Literal)
    assert (value.datatype, value.toPython()) == (double, 5.0)
    count = graph.value(measured, NS.n)
    assert isinstance(count, rdflib.Literal)
    assert (count.datatype, count.toPython()) == (integer, 3)
    schema = rdflib.Namespace("https://schema.org/")
    (citation,) = graph.subjects(RDF.type, NS.Citation)
    authors = graph.value(citation, schema.author)
    assert authors is not None
    assert [str(name) for name in graph.items(authors)] == ["Ng A", "Abe B", "Ng A"]
    assert str(graph.value(citation, schema.identifier)) == "10.1/x"
    titles = {str(title) for title in graph.objects(rdflib.URIRef(f"{HOME}#a%2F1"), schema.name)}
    assert titles == {"Hand hygiene"}
    (extra,) = graph.objects(None, NS.extra)
    assert isinstance(extra, rdflib.Literal)
    assert json.loads(str(extra)) == STUDY.extra


@settings(max_examples=6)
@given(studies())
def test_two_programs_draw_the_same_triples(study: Study) -> None:
    """PyLD and rdflib were written apart; of hostile studies they make triples of the same names."""
    with TemporaryDirectory() as folder:
        file = document(Path(folder), study)
        found = graph_of(file)
        quads = jsonld.to_rdf(plain(file))["@default"]

    def named(term: object) -> str:
        return "" if isinstance(term, rdflib.BNode) else str(term)

    theirs = sorted(
        (named(a), str(b), named(c) * isinstance(c, rdflib.URIRef)) for a, b, c in found
    )
    ours = {json.dumps(quad, sort_keys=True): quad for quad in quads}.values()

    def iri(part: dict[str, str]) -> str:
        return part["value"] if part["type"] == "IRI" else ""

    assert theirs == sorted(
        (iri(quad["subject"]), iri(quad["predicate"]), iri(quad["object"])) for quad in ours
    )


@pytest.mark.parametrize(
    "about",
    [
        {},
        {"name": "Mine: 2", "title": "T", "license": "CC0-1.0", "citation": "We 2026"},
        {"name": "é"},
    ],
)
def test_what_a_compendium_is_called_comes_back(tmp_path: Path, about: dict[str, str]) -> None:
    compendium = Compendium(studies=(STUDY,), **about)  # type: ignore[arg-type]
    write(compendium, tmp_path / "x.jsonld")
    found = read(tmp_path / "x.jsonld")
    assert found == Compendium(**{"name": "x", **about}, studies=(STUDY,))  # type: ignore[arg-type]
    assert jsonld.expand(plain(tmp_path / "x.jsonld"))


def test_the_same_studies_give_the_same_bytes(tmp_path: Path) -> None:
    first = document(tmp_path).read_bytes()
    assert document(tmp_path).read_bytes() == first


def test_a_base_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonld"
    one = Compendium(studies=(STUDY,))
    write_document(one, file, Ledger(), base="https://example.org/mine/")
    assert again(file)[0] == (STUDY,)
    assert rdflib.URIRef("https://example.org/mine/#a%2F1") in set(graph_of(file).subjects())
    with pytest.raises(InvalidQueryError):
        write_document(one, file, Ledger(), base="not an IRI")


def test_other_programs_may_lay_the_document_out_anew(tmp_path: Path) -> None:
    file = document(tmp_path)
    file.write_text(json.dumps(plain(file), indent=4, sort_keys=True), "utf-8")
    assert again(file)[0] == (STUDY,)
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert again(file)[0] == (STUDY,)


@pytest.mark.parametrize("name", ["dataset.jsonld", "annotation.jsonld"])
def test_documents_of_others_are_refused(data: Path, name: str) -> None:
    with pytest.raises(FormatError, match=r"not fetched|another context"):
        read(data / "json_ld" / name)


def test_a_vocabulary_is_refused(tmp_path: Path, registry: Registry) -> None:
    write_skos(registry.taxonomy("sector"), tmp_path / "sector.jsonld")
    with pytest.raises(FormatError, match="another context"):
        read(tmp_path / "sector.jsonld")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda found: found.pop("@context"), "no @context"),
        (lambda found: found.update({"@context": [found["@context"], "https://x.org"]}), "another"),
        (lambda found: found["@context"].update(title="https://x.org/t"), "another context"),
        (lambda found: found["@context"].update({"@base": None}), "another context"),
        (lambda found: found.update(implsci=2), "schema version 2"),
        (lambda found: found.update(studies={}), "no studies"),
    ],
)
def test_a_document_that_means_something_else_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    file = document(tmp_path)
    found = plain(file)
    change(found)
    file.write_text(json.dumps(found), "utf-8")
    with pytest.raises(FormatError, match=said):
        again(file)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b"3", b"\xff\xfe", b'{"@context": ' + b"[" * 100_000]
)
def test_what_is_no_document_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.jsonld").write_bytes(data)
    with pytest.raises(FormatError):
        read(tmp_path / "x.jsonld")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda study: study.update(color="red"), "color"),
        (lambda study: study.update(year="2019"), "year: expected a whole number"),
        (lambda study: study.update(type="Barrier"), "type"),
        (lambda study: study.update(id="b"), "id: expected '#'"),
        (lambda study: study.update(sectors=["health"]), "sectors[0]: expected a code"),
        (lambda study: study.update(sectors="term:sector/health"), "sectors: expected a list"),
        (lambda study: study["strategies"][0].update(addresses=["#b/b1"]), "names no barrier"),
        (lambda study: study["barriers"].append(3), "barriers[1]"),
        (lambda study: study["barriers"][0].update(codings=[[]]), "barriers[0].codings[0]"),
        (lambda study: study.update(title=None), "title"),
        (lambda study: study["barriers"][0].update({"@id": "x"}), "@id"),
    ],
)
def test_a_study_that_fails_is_skipped(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    file = document(tmp_path, STUDY, Study(id="b", title="B"))
    found = plain(file)
    change(found["studies"][0])
    file.write_text(json.dumps(found), "utf-8")
    members, ledger = again(file)
    assert [study.id for study in members] == ["b"]
    (fault,) = ledger.skipped
    assert fault.path == "studies[0]"
    assert said in fault.message
    with pytest.raises(LoadError):
        list(read_document(file, Ledger(strict=True)))


def test_what_else_stands_in_the_document_is_listed(tmp_path: Path) -> None:
    file = document(tmp_path)
    found = plain(file)
    file.write_text(json.dumps({**found, "keywords": ["x"], "studies": [*found["studies"], 3]}))
    members, ledger = again(file)
    assert members == (STUDY,)
    assert [str(fault) for fault in ledger.left_out] == ["document: not read: keywords"]
    assert [str(fault) for fault in ledger.skipped] == ["studies[1]: expected an object"]


def test_a_key_that_stands_twice_is_listed(tmp_path: Path) -> None:
    file = document(tmp_path)
    text = file.read_text("utf-8").replace('"year":2019', '"year":2018,"year":2019')
    file.write_text(text, "utf-8")
    members, ledger = again(file)
    assert members == (STUDY,)
    (left,) = ledger.left_out
    assert "only the last value was read: studies[0].year" in str(left)


def test_the_context_cannot_be_spoilt() -> None:
    context("https://x.org/")["title"]["@id"] = "spoilt"
    assert context("https://x.org/")["title"] == {"@id": "https://schema.org/name"}


def test_a_document_of_the_first_release_stays_readable(data: Path) -> None:
    assert read(data / "json_ld" / "one.jsonld").studies == (STUDY,)


def test_every_field_that_holds_ids_is_a_link() -> None:
    """The model says in words which fields hold ids of nodes; all of them name IRIs."""
    said = {
        (name, field)
        for name in model.__all__  # what a study holds; a casebook is not written as JSON-LD
        for field, about in json_schema(name)["properties"].items()
        if field != "id" and about.get("description", "").startswith(("id of", "ids of"))
    }
    assert len(said) > 15
    assert said == {(name, field) for name, fields in _REFERENCES.items() for field in fields}
