"""Compendia and vocabularies in the formats of other tools, a module a format.

`read` and `write` take a compendium in or out, in any format that a plugin brings: JSON Lines, a
folder, a columnar store, reference managers' files, EPPI-Reviewer, evidence tables, and more.

Vocabularies have a pair of functions a format, ``write_...`` and ``read_...``: SKOS, OWL and OBO,
SSSOM, term tables. What is written comes back equal; what a reader of other people's files could not
keep, it lists.

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
from implsci.formats.exchange import LossWarning, read, read_studies, write
from implsci.formats.imported import Imported, LeftOutWarning
from implsci.formats.ontology import read_ontology
from implsci.formats.skos import read_skos, write_skos
from implsci.formats.sssom import read_sssom, write_sssom
from implsci.formats.terms import write_terms

__all__ = [
    "BASE",
    "Imported",
    "LeftOutWarning",
    "LossWarning",
    "MAX_BYTES",
    "NAMESPACE",
    "read",
    "read_ontology",
    "read_skos",
    "read_sssom",
    "read_studies",
    "write",
    "write_skos",
    "write_sssom",
    "write_terms",
]


def __dir__() -> list[str]:
    return __all__
