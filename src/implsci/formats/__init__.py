"""Vocabularies in the formats of other tools: SKOS, OWL and OBO, SSSOM, term tables.

One pair of functions a format: ``write_...`` and ``read_...``. What is written comes back equal;
what a reader of other people's files could not keep, it lists.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> from implsci.taxonomies import proctor
    >>> with TemporaryDirectory() as folder:
    ...     write_skos(proctor.taxonomy(), f"{folder}/proctor.ttl")
    ...     found = read_skos(f"{folder}/proctor.ttl", scheme="proctor")
    >>> found.taxonomy == proctor.taxonomy()
    True
"""

from __future__ import annotations

from implsci.formats._files import MAX_BYTES
from implsci.formats._graph.vocab import BASE, NAMESPACE
from implsci.formats.imported import Imported, LeftOutWarning
from implsci.formats.ontology import read_ontology
from implsci.formats.skos import read_skos, write_skos
from implsci.formats.sssom import read_sssom, write_sssom
from implsci.formats.terms import write_terms

__all__ = [
    "BASE",
    "Imported",
    "LeftOutWarning",
    "MAX_BYTES",
    "NAMESPACE",
    "read_ontology",
    "read_skos",
    "read_sssom",
    "write_skos",
    "write_sssom",
    "write_terms",
]


def __dir__() -> list[str]:
    return __all__
