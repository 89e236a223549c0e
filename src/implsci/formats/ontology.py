"""Ontologies: classes of OWL and of OBO files as a working taxonomy.

A taxonomy is far less than an ontology: what a class means to a reasoner is listed as left out.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from implsci.errors import InvalidQueryError
from implsci.formats._files import MAX_BYTES, read_bytes
from implsci.formats._graph.entries import About, check_language, to_taxonomy
from implsci.formats._graph.obo import is_obo, read_obo
from implsci.formats._graph.ontology import Ontology, to_entries
from implsci.formats._graph.owl import read_owl
from implsci.formats._graph.rdf import read_graph
from implsci.formats.imported import Imported
from implsci.taxonomy import Status
from implsci.taxonomy._typed import show

__all__ = ["read_ontology"]


def __dir__() -> list[str]:
    return __all__


def read_ontology(
    path: str | os.PathLike[str],
    *,
    scheme: str,
    title: str | None = None,
    kind: str = "term",
    root: str | None = None,
    prefix: str | Sequence[str] = (),
    family: str = "",
    edition: str | None = None,
    license: str | None = None,
    citation: str | None = None,
    language: str = "en",
    status: Status = "verified",
    max_bytes: int = MAX_BYTES,
) -> Imported:
    """Read the named classes of an ontology as a taxonomy.

    Labels, definitions (``IAO:0000115``), synonyms (``IAO:0000118``, ``oboInOwl:hasExactSynonym``
    and its kin), subclasses and replacements (``IAO:0100001``) are kept; the IRI is the source.
    A class ``BCIO_007010`` gets the code ``bcio:007010`` where the scheme is ``bcio``, and keeps its
    prefix, ``bcio:BFO_0000015``, where the id is not one of the scheme. Nothing is fetched: imports
    are listed.

    Args:
        path: OWL in RDF/XML, Turtle, N-Triples or JSON-LD, or an OBO file.
        scheme: id of the taxonomy.
        title: its name in full; that of the ontology where None.
        kind: what its terms are.
        root: the class to keep with all below it, by IRI, id (``BCIO:007010``), code or label.
        prefix: keep only classes whose IRI begins so, or whose id has this prefix (``BCIO``); one or
            several. What stands below a class that is cut moves up to its next kept ancestors.
        family: the id without the edition.
        edition: which edition; the version of the ontology where None.
        license: the publisher's licence; that of the file where None.
        citation: where it is published.
        language: the language to prefer; text without a language comes next.
        status: how far the terms were checked.
        max_bytes: the size, in bytes, above which the file is refused.

    Returns:
        The taxonomy, and what of the file is not in it.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        UnreadableFileError: the file cannot be opened.
        UnknownNameError: no class is called `root`.
        InvalidQueryError: several are, no class has `prefix`, or `language` or `status` is none.
        InvalidTableError: neither OWL nor OBO, with the line; no class; or, each with its IRI,
            classes without a label, with one code, or below themselves.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> text = '''
        ... format-version: 1.2
        ...
        ... [Term]
        ... id: TEA:1
        ... name: tea
        ...
        ... [Term]
        ... id: TEA:2
        ... name: green tea
        ... is_a: TEA:1 ! tea
        ... '''
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(f"{folder}/tea.obo").write_text(text.lstrip())
        ...     found = read_ontology(f"{folder}/tea.obo", scheme="tea")
        >>> found.taxonomy["tea:2"].label, found.taxonomy["tea:2"].broader
        ('green tea', ('tea:1',))
    """
    check_language(language)
    if status not in get_args(Status):
        raise InvalidQueryError(
            f"status: expected one of {', '.join(get_args(Status))}, got {show(status)}"
        )
    file = Path(path)
    ontology = _read(file, max_bytes)
    about = About(
        scheme=scheme,
        title=title or ontology.title or scheme,
        kind=kind,
        family=family,
        edition=edition or ontology.edition,
        license=license or ontology.license,
        citation=citation,
    )
    entries = to_entries(
        ontology,
        scheme=scheme,
        kind=kind,
        root=root,
        prefixes=(prefix,) if isinstance(prefix, str) else tuple(prefix),
        language=language,
        status=status,
    )
    taxonomy = to_taxonomy(file.name, about, entries, (), ontology.left)
    return Imported(taxonomy=taxonomy, left_out=ontology.left.faults())


def _read(file: Path, max_bytes: int) -> Ontology:
    data = read_bytes(file, max_bytes)
    if is_obo(data, file.suffix):
        return read_obo(data, file.name)
    return read_owl(read_graph(file, max_bytes))
