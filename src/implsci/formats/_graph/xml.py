"""XML from strangers, made plain: no document type, no entities, UTF-8, not deep.

RDF parsers expand entities without bound (a file of 1 KB fills any memory), take quadratic time for
deep elements, and do not say on which line an error is. So a file is read with expat first, which
neither fetches nor expands what is refused here, and written anew line by line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy._typed import place, show

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

__all__ = ["PlainXml"]

_DEEPEST: Final = 256
_MOST_ATTRIBUTES: Final = 1000
_LONGEST_ENTITY: Final = 1000
_OWL: Final = "http://www.w3.org/2002/07/owl#"
_PLAIN_VALUE = re.compile(r"[^&<]*")


class PlainXml:
    """A readable stream of plain XML that knows which line of the file it has come to.

    Args:
        data: the file.
        name: its name, for messages.
        max_bytes: how many bytes it may have once its entities are expanded.

    Attributes:
        line: the line of the file that was read last.

    Raises:
        InvalidTableError: it is no XML; its document type points outside, or defines entities that
            hold others; it would grow over the limit; it is too deep.
    """

    def __init__(self, data: bytes, name: str, max_bytes: int) -> None:
        self._name = name
        self._data = data
        self._max_bytes = max_bytes
        self._longest_entity = 0
        self._size = 0
        self._depth = 0
        self._namespaces = [0]
        self._lines: list[tuple[int, list[str]]] = [(1, [])]
        self._parser = self._made()
        try:
            self._parser.Parse(data, True)
        except InvalidTableError:
            raise
        except expat.ExpatError as error:
            raise self._refused(f"not XML: {expat.ErrorString(error.code)}", error.lineno) from None
        except (LookupError, ValueError) as error:  # an encoding that is not known
            raise self._refused(f"not XML: {place(str(error))}") from None
        self._data = b""
        self._pieces = iter(self._lines)
        self._rest = b""
        self.line = 1

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, of one line at most, so that an error is met on its line."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self.line = piece[0]
            self._rest = "".join(piece[1]).encode()
        if size < 0:
            size = len(self._rest)
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _made(self) -> XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = False
        parser.StartDoctypeDeclHandler = self._doctype
        parser.EntityDeclHandler = self._entity
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        return parser

    def _refused(self, message: str, line: int | None = None) -> InvalidTableError:
        number = self._parser.CurrentLineNumber if line is None else line
        return InvalidTableError(self._name, [Fault(f"line {number}", message)])

    def _doctype(self, _: str, system: str | None, public: str | None, __: int) -> None:
        if system is not None or public is not None:
            raise self._refused(
                f"a document type kept elsewhere, {show(system or public)}, is not fetched; "
                "remove the line, or save the file as Turtle"
            )

    def _entity(
        self,
        entity: str,
        is_parameter: bool,
        value: str | None,
        _: str | None,
        system: str | None,
        __: str | None,
        ___: str | None,
    ) -> None:
        if is_parameter or value is None:
            where = f", kept in {show(system)}," if system else ""
            raise self._refused(
                f"the entity {show(entity)}{where} is not read; "
                "expected entities that stand for plain text, such as an IRI"
            )
        if not _PLAIN_VALUE.fullmatch(value) or len(value) > _LONGEST_ENTITY:
            raise self._refused(
                f"the entity {show(entity)} holds markup or other entities, or is longer than "
                f"{_LONGEST_ENTITY}; expected plain text, such as an IRI"
            )
        self._longest_entity = max(self._longest_entity, len(value))

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        if not self._depth:
            self._check_root(element, attributes)
        self._depth += 1
        own = sum(name.startswith("xmlns") for name in attributes)
        self._namespaces.append(self._namespaces[-1] + own)
        if self._depth > _DEEPEST:
            raise self._refused(f"elements more than {_DEEPEST} deep")
        if len(attributes) > _MOST_ATTRIBUTES or self._namespaces[-1] > _MOST_ATTRIBUTES:
            raise self._refused(f"more than {_MOST_ATTRIBUTES} attributes or namespaces")
        self._add(
            f"<{element}{''.join(f' {name}={_quoted(attributes[name])}' for name in attributes)}>"
        )

    def _check_root(self, element: str, attributes: Mapping[str, str]) -> None:
        if self._longest_entity * self._data.count(b"&") > self._max_bytes:
            raise self._refused(
                f"the entities could make it grow over {self._max_bytes} bytes (max_bytes sets it)"
            )
        if element.rpartition(":")[2] == "Ontology" and _OWL in attributes.values():
            raise self._refused("OWL/XML is not read; save the ontology as RDF/XML or Turtle")

    def _end(self, element: str) -> None:
        self._depth -= 1
        self._namespaces.pop()
        self._add(f"</{element}>")

    def _text(self, text: str) -> None:
        self._add(escape(text, {"\r": "&#13;"}))

    def _add(self, text: str) -> None:
        self._size += len(text)
        if self._size > 2 * self._max_bytes:
            raise self._refused(f"grows over {self._max_bytes} bytes (max_bytes sets it)")
        line = self._parser.CurrentLineNumber
        if line != self._lines[-1][0]:
            self._lines.append((line, []))
        self._lines[-1][1].append(text)


def _quoted(value: str) -> str:
    # A parser turns breaks and tabs in attributes into blanks, but for those written so.
    return quoteattr(value, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
