"""RDF files as graphs: statements by their subject, in the order of the file."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple, TypeAlias, cast

from implsci.collector import collector_at_rest
from implsci.errors import Fault, InvalidTableError, MissingExtraError
from implsci.formats._files import read_bytes, to_text
from implsci.formats._graph.vocab import RDF
from implsci.formats._graph.xml import PlainXml
from implsci.taxonomy._typed import place, show

if TYPE_CHECKING:
    from pyoxigraph import Quad, RdfFormat

__all__ = ["Graph", "Node", "Text", "read_graph"]

_DEEPEST: Final = 256
# Each context of JSON-LD is copied with all that it inherits; two million entries take a second.
_MOST_ENTRIES: Final = 2_000_000
# RDF 1.2 lets statements be nested, and the parser's stack is not endless.
_MOST_NESTED: Final = 100

_SYNTAXES: Final = {
    ".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".json": "jsonld",
    ".rdf": "xml", ".xml": "xml",
}  # fmt: skip
_OTHER_SYNTAXES = {
    "OWL functional syntax": re.compile(r"\s*(Prefix|Ontology)\s*\("),
    "Manchester syntax": re.compile(r"\s*(Prefix|Ontology):\s"),
}


class Text(NamedTuple):
    """A literal.

    Attributes:
        value: its text.
        language: its language tag in lower case, empty where it has none.
        datatype: IRI of its type.
    """

    value: str
    language: str = ""
    datatype: str = ""


Node: TypeAlias = str | Text
"""A resource (an IRI, or ``_:`` and the name of a blank node) or a literal."""


class Graph:
    """What a file says, by subject and property, in its order.

    Attributes:
        name: the file's name, for messages.
        named: whether the file says in which graph a statement stands.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.named = False
        self._by_subject: dict[str, dict[str, list[Node]]] = {}

    def __len__(self) -> int:
        return sum(len(nodes) for own in self._by_subject.values() for nodes in own.values())

    def __contains__(self, subject: object) -> bool:
        return subject in self._by_subject

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_subject)

    def add(self, subject: str, predicate: str, node: Node) -> None:
        """Add a statement."""
        self._by_subject.setdefault(subject, {}).setdefault(predicate, []).append(node)

    def about(self, subject: str) -> dict[str, list[Node]]:
        """Return all that is said of a subject, by property."""
        return self._by_subject.get(subject, {})

    def nodes(self, subject: str, predicate: str) -> list[Node]:
        """Return the values of a property."""
        return self._by_subject.get(subject, {}).get(predicate, [])

    def resources(self, subject: str, predicate: str) -> list[str]:
        """Return those values of a property that are no literals, each once."""
        nodes = self.nodes(subject, predicate)
        return list(dict.fromkeys(node for node in nodes if isinstance(node, str)))

    def texts(self, subject: str, predicate: str) -> list[Text]:
        """Return those values of a property that are literals."""
        return [node for node in self.nodes(subject, predicate) if isinstance(node, Text)]

    def types(self, subject: str) -> list[str]:
        """Return the classes of a subject."""
        return self.resources(subject, f"{RDF}type")

    def instances(self, *types: str) -> list[str]:
        """Return the subjects that are of one of these classes."""
        wanted = set(types)
        return [subject for subject in self if not wanted.isdisjoint(self.types(subject))]

    def says(self, subject: str, predicate: str, value: str) -> bool:
        """Say whether a property has a literal with this text."""
        return any(text.value == value for text in self.texts(subject, predicate))


def read_graph(path: Path, max_bytes: int) -> Graph:
    """Read a file of Turtle, N-Triples, RDF/XML or JSON-LD.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is too large, or no RDF, with the line.
    """
    try:
        from pyoxigraph import RdfFormat
    except ImportError:
        raise MissingExtraError("reading RDF", "formats") from None
    data = read_bytes(path, max_bytes)
    if not data.removeprefix(BOM_UTF8).strip():
        raise InvalidTableError(path.name, [Fault("", "an empty file; expected RDF")])
    syntax = _syntax(path, data)
    with collector_at_rest():
        if syntax == "xml":
            return _parsed(PlainXml(data, path.name, max_bytes), RdfFormat.RDF_XML, path.name)
        text = to_text(data, path.name)
        if syntax == "jsonld":
            _check_json(text, path.name)
        elif text.count("<<(") > _MOST_NESTED:
            raise InvalidTableError(
                path.name, [Fault("", "statements about statements are nested")]
            )
        formats = {
            "turtle": RdfFormat.TURTLE, "ntriples": RdfFormat.N_TRIPLES, "jsonld": RdfFormat.JSON_LD
        }  # fmt: skip
        return _parsed(data.removeprefix(BOM_UTF8), formats[syntax], path.name)


def _syntax(path: Path, data: bytes) -> str:
    """Tell the syntax by the content where it shows, else by the name of the file."""
    head = data[:4096]
    marked = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16, which XML may be in
    start = head.removeprefix(BOM_UTF8).lstrip()
    if start.startswith((b"<?xml", b"<rdf:RDF", b"<!--", b"<!DOCTYPE")) or (
        marked and path.suffix.lower() in (".owl", ".rdf", ".xml")
    ):
        return "xml"
    text = start.decode("utf-8", "replace")
    for name, pattern in _OTHER_SYNTAXES.items():
        if pattern.match(text):
            raise InvalidTableError(
                path.name, [Fault("line 1", f"{name} is not read; save it as RDF/XML or Turtle")]
            )
    known = _SYNTAXES.get(path.suffix.lower())
    if known is None:
        return "jsonld" if start.startswith((b"{", b"[")) else "turtle"
    return known


def _parsed(source: bytes | PlainXml, syntax: RdfFormat, name: str) -> Graph:
    import pyoxigraph

    graph = Graph(name)
    try:
        _fill(graph, pyoxigraph.parse(cast("IO[bytes] | bytes", source), syntax))
    except SyntaxError as error:
        line = error.lineno if isinstance(source, bytes) else source.line
        where = f"line {line}" if line else ""
        raise InvalidTableError(name, [Fault(where, f"not RDF: {place(error.msg)}")]) from None
    except MemoryError:  # of the parser, which sets itself this limit
        raise InvalidTableError(name, [Fault("", "not RDF: a text of more than 16 MiB")]) from None
    except (ValueError, OSError) as error:
        raise InvalidTableError(name, [Fault("", f"not RDF: {place(str(error))}")]) from None
    return graph


def _fill(graph: Graph, quads: Iterable[Quad]) -> None:
    from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode

    pool: dict[str, str] = {}  # the same IRI as one object in memory
    for quad in quads:
        subject, value = quad.subject, quad.object
        graph.named = graph.named or not isinstance(quad.graph_name, DefaultGraph)
        node: Node
        if isinstance(value, Literal):
            node = Text(value.value, value.language or "", value.datatype.value)
        elif isinstance(value, NamedNode):
            node = pool.setdefault(value.value, value.value)
        elif isinstance(value, BlankNode):
            node = f"_:{value.value}"
        else:
            node = Text(str(value), "", "statement")
        if isinstance(subject, NamedNode):
            about = pool.setdefault(subject.value, subject.value)
        else:
            about = f"_:{subject.value}" if isinstance(subject, BlankNode) else str(subject)
        predicate = quad.predicate.value
        graph.add(about, pool.setdefault(predicate, predicate), node)


def _check_json(text: str, name: str) -> None:
    """Refuse what makes a parser of JSON-LD run on: contexts by the thousand, and great depth.

    Raises:
        InvalidTableError: one of these, a context kept elsewhere, or no JSON.
    """
    try:
        document: object = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise InvalidTableError(
            name, [Fault(f"line {error.lineno}", f"not JSON: {error.msg}")]
        ) from None
    except (RecursionError, ValueError) as error:  # a number of more digits than Python reads
        reason = "too deep" if isinstance(error, RecursionError) else str(error)
        raise InvalidTableError(name, [Fault("", f"not JSON: {reason}")]) from None
    copied = 0
    todo: list[tuple[object, int, int]] = [(document, 0, 0)]
    while todo:
        item, depth, inherited = todo.pop()
        if depth > _DEEPEST:
            raise InvalidTableError(name, [Fault("", f"objects more than {_DEEPEST} deep")])
        if isinstance(item, dict):
            if "@context" in item:
                inherited += _entries(item["@context"], name)
                copied += inherited
            if copied > _MOST_ENTRIES:
                raise InvalidTableError(name, [Fault("@context", "too many contexts")])
            todo += (
                (value, depth + 1, inherited) for key, value in item.items() if key != "@context"
            )
        elif isinstance(item, list):
            todo += ((value, depth + 1, inherited) for value in item)


def _no_number(word: str) -> object:
    raise ValueError(f"{word} is no number of JSON")


def _entries(context: object, name: str) -> int:
    """Return how many entries a context has.

    Raises:
        InvalidTableError: it, or a part of it, is kept elsewhere or stands inside a definition.
    """
    count = 1
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, str) or (isinstance(part, dict) and "@import" in part):
            where = part if isinstance(part, str) else part["@import"]
            raise InvalidTableError(
                name,
                [
                    Fault(
                        "@context",
                        f"the context {show(where)} is not fetched; put it into the file, "
                        "or save the file as Turtle",
                    )
                ],
            )
        if isinstance(part, dict):
            count += len(part)
            if any(isinstance(value, dict) and "@context" in value for value in part.values()):
                raise InvalidTableError(
                    name,
                    [
                        Fault(
                            "@context",
                            "a context inside the definition of a word is not read; "
                            "save the file as Turtle",
                        )
                    ],
                )
    return count
