"""The namespaces of the vocabularies that speak of vocabularies."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ADMS",
    "BASE",
    "DC",
    "DCTERMS",
    "NAMESPACE",
    "OBO",
    "OBO_IN_OWL",
    "OWL",
    "RDF",
    "RDFS",
    "SKOS",
    "SKOSXL",
    "VERSION",
    "XSD",
]

BASE: Final = "https://w3id.org/implsci/"
NAMESPACE: Final = "https://w3id.org/implsci/ns#"
VERSION: Final = 1

ADMS: Final = "http://www.w3.org/ns/adms#"
DC: Final = "http://purl.org/dc/elements/1.1/"
DCTERMS: Final = "http://purl.org/dc/terms/"
OBO: Final = "http://purl.obolibrary.org/obo/"
OBO_IN_OWL: Final = "http://www.geneontology.org/formats/oboInOwl#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SKOSXL: Final = "http://www.w3.org/2008/05/skos-xl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
