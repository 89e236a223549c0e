"""Ontologies in OWL, from their RDF graph."""

from __future__ import annotations

from implsci.errors import Fault, InvalidTableError
from implsci.formats._graph.entries import last_part
from implsci.formats._graph.ontology import Ontology, OntologyClass
from implsci.formats._graph.rdf import Graph, Text
from implsci.formats._graph.vocab import DC, DCTERMS, OBO, OBO_IN_OWL, OWL, RDF, RDFS, SKOS
from implsci.formats._left import LeftOut, short
from implsci.taxonomy._typed import place

__all__ = ["read_owl"]

_LABELS = (f"{RDFS}label", f"{SKOS}prefLabel")
_DEFINITIONS = (f"{OBO}IAO_0000115", f"{SKOS}definition")
_SYNONYMS = {
    f"{OBO}IAO_0000118": "",
    f"{SKOS}altLabel": "",
    f"{OBO_IN_OWL}hasExactSynonym": "",
    f"{OBO_IN_OWL}hasRelatedSynonym": "",
    f"{OBO_IN_OWL}hasBroadSynonym": "broad",
    f"{OBO_IN_OWL}hasNarrowSynonym": "narrow",
}
_REPLACED = (f"{OBO}IAO_0100001", f"{DCTERMS}isReplacedBy")
_PARENT = f"{RDFS}subClassOf"
_READ = {
    f"{RDF}type", f"{OWL}deprecated", _PARENT, *_LABELS, *_DEFINITIONS, *_SYNONYMS, *_REPLACED,
}  # fmt: skip
_SILENT_TYPES = (f"{OWL}Class", f"{RDFS}Class")


def read_owl(graph: Graph) -> Ontology:
    """Return the named classes of a graph.

    Raises:
        InvalidTableError: it has none.
    """
    ontology = Ontology(name=graph.name)
    classes = [iri for iri in graph.instances(*_SILENT_TYPES) if not iri.startswith("_:")]
    if not classes:
        raise InvalidTableError(
            graph.name, [Fault("", f"no owl:Class with a name among {len(graph)} statements")]
        )
    _read_header(graph, ontology)
    by_id = {last_part(iri).replace(":", "_"): iri for iri in classes}
    for iri in classes:
        if iri != f"{OWL}Thing":
            ontology.classes[iri] = _class(graph, iri, by_id, ontology.left)
    inside = _inside(graph, classes)
    headers = set(graph.instances(f"{OWL}Ontology"))
    for subject in graph:
        if subject in ontology.classes or subject in inside or subject in headers:
            continue
        types = graph.types(subject)
        ontology.left.many(
            short(types[0]) if types else "rdfs:Resource", "not read", short(subject)
        )
    return ontology


def _read_header(graph: Graph, ontology: Ontology) -> None:
    for iri in graph.instances(f"{OWL}Ontology"):
        about = graph.about(iri)

        def first(*names: str) -> str | None:
            for name in names:
                for node in about.get(name, ()):  # noqa: B023  used at once
                    return node.value if isinstance(node, Text) else node
            return None

        version = first(f"{OWL}versionIRI")
        ontology.title = ontology.title or first(
            f"{DCTERMS}title", f"{DC}title", f"{RDFS}label", f"{SKOS}prefLabel"
        )
        ontology.license = ontology.license or first(f"{DCTERMS}license", f"{DC}rights")
        ontology.edition = (
            ontology.edition
            or first(f"{OWL}versionInfo", f"{DCTERMS}hasVersion")
            or (last_part(version) if version else None)
        )
        for name in about:
            if name == f"{OWL}imports":
                for other in graph.resources(iri, name):
                    ontology.left.one("owl:imports", f"{short(other)} is not followed")
            elif name not in (f"{RDF}type", f"{OWL}versionIRI", f"{DCTERMS}title"):
                for node in graph.nodes(iri, name):
                    value = node.value if isinstance(node, Text) else node
                    if value not in (ontology.title, ontology.license, ontology.edition):
                        ontology.left.value(short(name), "not read", iri, value)


def _class(graph: Graph, iri: str, by_id: dict[str, str], left: LeftOut) -> OntologyClass:
    def texts(*names: str) -> list[Text]:
        """Return the literals of the first of these properties that has any."""
        found = [graph.texts(iri, name) for name in names]
        return next((own for own in found if own), [])

    for name, nodes in graph.about(iri).items():
        if name in _READ:
            continue
        for node in nodes:
            where = _called(graph, name)
            if isinstance(node, Text):
                where = f"{where}@{node.language}" if node.language else where
                left.value(where, "not read", iri, node.value)
            else:
                left.many(where, "not read", f"{_expression(graph, node)} of {short(iri)}")
    for other in graph.types(iri):
        if other not in _SILENT_TYPES:
            left.many(f"rdf:type {short(other)}", "not read", short(iri))
    parents = []
    for parent in graph.resources(iri, _PARENT):
        if parent.startswith("_:"):
            left.one(short(iri), f"a subclass of {_expression(graph, parent)}, which is no class")
        elif parent != f"{OWL}Thing":
            parents.append(parent)
    return OntologyClass(
        iri=iri,
        labels=texts(*_LABELS),
        definitions=texts(*_DEFINITIONS),
        synonyms=[
            (text, nature) for name, nature in _SYNONYMS.items() for text in graph.texts(iri, name)
        ],
        parents=parents,
        replaced_by=_replaced(graph, iri, by_id, left),
        deprecated=any(graph.says(iri, f"{OWL}deprecated", word) for word in ("true", "1")),
    )


def _called(graph: Graph, name: str) -> str:
    """Return a property as messages name it: a number alone tells nobody anything."""
    labels = graph.texts(name, f"{RDFS}label")
    if not labels or labels[0].value == last_part(name):
        return short(name)
    return f"{short(name)} ({place(labels[0].value)})"


def _replaced(graph: Graph, iri: str, by_id: dict[str, str], left: LeftOut) -> list[str]:
    """Return what takes the place of a class, stated by IRI or, in older files, by id."""
    found: list[str] = []
    for name in _REPLACED:
        for node in graph.nodes(iri, name):
            text = node.value if isinstance(node, Text) else node
            other = text if text in graph else by_id.get(text.strip().replace(":", "_"), text)
            if other not in graph:
                left.value(short(name), "not in the file", iri, text)
            found.append(other)
    return found


def _expression(graph: Graph, node: str) -> str:
    """Return a class, or an expression in short: its property and what it is restricted to."""
    if not node.startswith("_:"):
        return short(node)
    about = graph.about(node)
    on = graph.resources(node, f"{OWL}onProperty")
    for word in ("someValuesFrom", "allValuesFrom", "hasValue"):
        for value in about.get(f"{OWL}{word}", ()):
            shown = "a value" if isinstance(value, Text) else _plain(value)
            name = {"someValuesFrom": "some", "allValuesFrom": "only"}.get(word, "value")
            return f"({', '.join(map(_plain, on))} {name} {shown})"
    return "an expression"


def _plain(node: str) -> str:
    return "an expression" if node.startswith("_:") else short(node)


def _inside(graph: Graph, classes: list[str]) -> set[str]:
    """Return the blank nodes that the classes are described with; their properties are noted."""
    found: set[str] = set()
    todo = list(classes)
    while todo:
        for nodes in graph.about(todo.pop()).values():
            for node in nodes:
                if isinstance(node, str) and node.startswith("_:") and node not in found:
                    found.add(node)
                    todo.append(node)
    return found
