"""Ontologies in the flat files of OBO."""

from __future__ import annotations

import io
import re
from importlib import import_module
from typing import Any

from implsci.errors import Fault, InvalidTableError, MissingExtraError
from implsci.formats._files import to_text
from implsci.formats._graph.ontology import Ontology, OntologyClass
from implsci.formats._graph.rdf import Text
from implsci.formats._left import LeftOut
from implsci.taxonomy._typed import place, show

__all__ = ["is_obo", "read_obo"]

_START = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:!.*\n\s*)*(?:format-version:|\[Term\])")
_COMMENT = re.compile(r"^[ \t]*!.*$", re.MULTILINE)
_TITLE = re.compile(r'\S*(?:/|[a-z]:)title "((?:[^"\\]|\\.)*)"')
_NATURES = {"EXACT": "", "RELATED": "", "BROAD": "broad", "NARROW": "narrow"}
_SILENT = ("id", "is_anonymous", "namespace")


def is_obo(data: bytes, suffix: str) -> bool:
    """Say whether a file is one of OBO, by its content or its name."""
    return suffix.lower() == ".obo" or _START.match(data[:4096]) is not None


def read_obo(data: bytes, name: str) -> Ontology:
    """Return the terms of an OBO file as classes.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        InvalidTableError: it is no OBO, with the line; or it has no term.
    """
    try:
        fastobo = import_module("fastobo")  # it brings no types
    except ImportError:
        raise MissingExtraError("reading OBO", "formats") from None
    # Lines of comment are part of OBO; the parser knows only those behind a value.
    text = _COMMENT.sub("", to_text(data, name))
    try:
        document: Any = fastobo.load(io.BytesIO(f"{text}\n".encode()), ordered=True, threads=1)
    except SyntaxError as error:
        shown = f"{error.msg}, got {show(error.text)}" if error.text else error.msg
        raise InvalidTableError(
            name, [Fault(f"line {error.lineno}", f"not OBO: {shown}")]
        ) from None
    except (ValueError, OSError) as error:
        raise InvalidTableError(name, [Fault("", f"not OBO: {place(str(error))}")]) from None
    ontology = Ontology(name=name)
    for clause in document.header:
        _read_header(str(clause.raw_tag()), str(clause.raw_value()), ontology)
    for frame in document:
        if type(frame).__name__ == "TermFrame":
            _read_term(frame, ontology)
        else:
            kind = type(frame).__name__.removesuffix("Frame")
            ontology.left.many(f"[{kind}]", "not read", place(str(frame.id)))
    if not ontology.classes:
        raise InvalidTableError(name, [Fault("", "no [Term]")])
    return ontology


def _read_header(tag: str, value: str, ontology: Ontology) -> None:
    if tag == "data-version":
        ontology.edition = value
    elif tag == "import":
        ontology.left.one("import", f"{show(value)} is not followed")
    elif tag == "property_value" and (found := _TITLE.match(value)):
        ontology.title = found[1].replace('\\"', '"')
    elif tag not in ("format-version", "ontology"):
        ontology.left.many(place(tag), "not read", show(value))


def _read_term(frame: Any, ontology: Ontology) -> None:
    iri = str(frame.id)
    one = ontology.classes.setdefault(iri, OntologyClass(iri=iri))
    for clause in frame:
        _read_clause(one, clause, ontology.left)


def _read_clause(one: OntologyClass, clause: Any, left: LeftOut) -> None:
    tag, value = str(clause.raw_tag()), str(clause.raw_value())
    if tag == "name":
        one.labels.append(Text(str(clause.name)))
    elif tag == "def":
        one.definitions.append(Text(str(clause.definition)))
    elif tag == "synonym":
        synonym = clause.synonym
        one.synonyms.append((Text(str(synonym.desc)), _NATURES.get(str(synonym.scope), "")))
    elif tag == "is_a":
        one.parents.append(value)
    elif tag == "replaced_by":
        one.replaced_by.append(value)
    elif tag == "is_obsolete":
        one.deprecated = value == "true"
    elif tag not in _SILENT:
        left.value(place(tag), "not read", one.iri, value)
