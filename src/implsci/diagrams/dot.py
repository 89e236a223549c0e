"""Diagrams as DOT, the language of Graphviz: written, and read as far as a diagram needs it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from implsci.codes import Code
from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part
from implsci.diagrams.reading import Found, built
from implsci.errors import FormatError
from implsci.escaping import dot

__all__ = ["from_dot", "to_dot"]


def __dir__() -> list[str]:
    return __all__


_SHAPES: Final[Mapping[str, str]] = {
    "strategy": "box",
    "mechanism": "hexagon",
    "barrier": "octagon",
    "facilitator": "house",
    "relationship": "ellipse",
    "proximal": "box",
    "outcome": "box",
    "distal": "box",
}
_LARGEST: Final = 64 * 2**20
_TOKEN: Final = re.compile(
    r'\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/|(?P<quoted>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>[\w.]+|-?\.?\d[\d.]*)|(?P<sign>->|[{}\[\]=;,])",
    re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
# In DOT a line break in a label is written n, l or r by where its line stands.
_ESCAPED: Final = {'"': '"', "\\": "\\", "n": " ", "l": " ", "r": " ", "\n": ""}
_KEYWORDS: Final = ("strict", "graph", "digraph", "node", "edge", "subgraph")
_Token = tuple[str, str, int]


def to_dot(diagram: Diagram) -> str:
    """Return a diagram in the DOT language; `kind`, `codes` and `ground` stand as attributes.

    Examples:
        >>> from implsci.diagrams import Diagram, Part
        >>> one = Part(id="s", kind="strategy", label="practice")
        >>> print(to_dot(Diagram(kind="causal-pathway", title="A", parts=(one,))))
        digraph "A" {
          graph [diagram="causal-pathway", rankdir="LR", label="A"];
          "s" [kind="strategy", label="practice", shape="box"];
        }
        <BLANKLINE>
    """
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield f"digraph {dot(diagram.title)} {{"
    yield f"  graph {_attributes(diagram=diagram.kind, rankdir='LR', label=diagram.title)};"
    for part in diagram.parts:
        attributes = _attributes(
            kind=part.kind, label=part.label, codes=" ".join(part.codes), shape=_SHAPES[part.kind]
        )
        yield f"  {dot(part.id)} {attributes};"
    for arrow in diagram.arrows:
        implied = arrow.ground == "implied"
        attributes = _attributes(
            ground=arrow.ground, style="dashed" if implied else "solid", of=" ".join(arrow.of)
        )
        yield f"  {dot(arrow.source)} -> {dot(arrow.target)} {attributes};"
    for one in diagram.conditions:
        attributes = _attributes(
            kind=one.kind, label=one.label, source=one.source, target=one.target or "",
            shape="note",
        )  # fmt: skip
        yield f"  {dot(one.id)} {attributes};"
        yield f'  {dot(one.id)} -> {dot(one.source)} [style="dotted", ground="condition"];'
    yield "}"


def _attributes(**values: str) -> str:
    return "[" + ", ".join(f"{name}={dot(value)}" for name, value in values.items() if value) + "]"


def from_dot(text: str, name: str = "(text)") -> Diagram:
    """Read a diagram from DOT, also one edited by hand.

    One digraph of nodes, arrows, their attributes and defaults is understood; a node needs its
    `kind`. Ports, subgraphs and HTML labels stand for nothing in a diagram and are refused.

    Args:
        text: the text.
        name: the file it came from, for messages.

    Raises:
        FormatError: not such a digraph; the message has the line and what was expected.
        InvalidTableError: what it says breaks the rules of `Diagram`.
        CycleError: its arrows lead back to where they began.

    Examples:
        >>> from_dot('digraph { s [kind="strategy"]; b [kind="barrier"]; s -> b }').order()
        ('s', 'b')
    """
    if len(text) > _LARGEST:
        raise FormatError(name, "dot", f"expected at most {_LARGEST:,} characters")
    return _Parser(text, name).diagram()


def _shown(text: str) -> str:
    return repr(text) if text else "the end"


class _Parser:
    """Reads the statements of one digraph."""

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        self._tokens = list(self._cut())
        self._at = 0
        self._settings: dict[str, str] = {}
        self._nodes: dict[str, dict[str, str]] = {}
        self._arrows: list[Arrow] = []
        self._defaults: dict[str, dict[str, str]] = {"graph": {}, "node": {}, "edge": {}}

    def _cut(self) -> Iterator[_Token]:
        place = 0
        while place < len(self._text):
            found = _TOKEN.match(self._text, place)
            if found is None:
                raise self._error(f"unexpected {self._text[place : place + 20]!r}", place)
            if found.lastgroup is not None:
                yield found.lastgroup, found[0], place
            place = found.end()
        yield "end", "", place

    def _error(self, reason: str, place: int | None = None) -> FormatError:
        place = self._tokens[self._at][2] if place is None else place
        line = self._text.count("\n", 0, place) + 1
        return FormatError(self._name, "dot", f"line {line}: {reason}")

    def _next(self, *expected: str) -> str:
        kind, text, _ = self._tokens[self._at]
        if expected and text not in expected:
            raise self._error(f"expected {' or '.join(expected)}, got {_shown(text)}")
        if kind == "end":
            raise self._error("expected more, got the end")
        self._at += 1
        return text

    def _sees(self, text: str) -> bool:
        return self._tokens[self._at][1] == text

    def _id(self) -> str:
        kind, text, _ = self._tokens[self._at]
        if kind == "quoted":
            self._at += 1
            return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), text[1:-1])
        if kind != "word":
            raise self._error(f"expected a name, got {_shown(text)}")
        return self._next()

    def _word(self) -> str:
        """Return the keyword that stands here, as the language writes it; else the text."""
        kind, text, _ = self._tokens[self._at]
        return text.lower() if kind == "word" and text.lower() in _KEYWORDS else text

    def diagram(self) -> Diagram:
        strict = self._word() == "strict"
        if strict:
            self._next()
        if self._word() != "digraph":
            raise self._error(f"expected digraph, got {_shown(self._tokens[self._at][1])}")
        self._next()
        title = "" if self._sees("{") else self._id()
        self._next("{")
        while not self._sees("}"):
            self._statement()
        self._next("}")
        if self._tokens[self._at][0] != "end":
            raise self._error("expected one digraph and no more")
        arrows = self._arrows
        if strict:  # the language then draws an arrow once
            arrows = list({(one.source, one.target): one for one in arrows}.values())
        found = Found(arrows=arrows)
        for identifier, values in self._nodes.items():
            self._take(found, identifier, values)
        title = self._settings.get("label") or title or "diagram"
        return built(self._settings.get("diagram", "causal-pathway"), title, found)

    def _statement(self) -> None:
        kind, _, _ = self._tokens[self._at]
        word = self._word()
        if kind == "word" and word in ("graph", "node", "edge"):
            self._next()
            self._defaults[word].update(self._attributes())
            if word == "graph":
                self._settings.update(self._defaults[word])
        elif kind == "word" and word == "subgraph":
            raise self._error("expected no subgraphs: they stand for nothing in a diagram")
        else:
            self._parts_or_arrows()
        if self._sees(";"):
            self._next()

    def _parts_or_arrows(self) -> None:
        ends = [self._group()]
        if len(ends[0]) == 1 and self._sees("="):
            self._next()
            self._settings[ends[0][0]] = self._id()
            return
        while self._sees("->"):
            self._next()
            ends.append(self._group())
        if len(ends) == 1:
            values = self._attributes()
            for name in ends[0]:
                self._nodes.setdefault(name, dict(self._defaults["node"])).update(values)
            return
        values = {**self._defaults["edge"], **self._attributes()}
        if values.get("ground") == "condition":
            return
        for sources, targets in pairwise(ends):
            self._arrows += [
                Arrow(
                    source=source,
                    target=target,
                    ground="implied" if values.get("ground") == "implied" else "stated",
                    of=tuple(values.get("of", "").split()),
                )
                for source in sources
                for target in targets
            ]

    def _group(self) -> list[str]:
        """Return one name, or those of a group in braces."""
        if not self._sees("{"):
            return [self._id()]
        self._next()
        names: list[str] = []
        while not self._sees("}"):
            names.append(self._id())
            if self._sees(";") or self._sees(","):
                self._next()
        self._next("}")
        return names

    def _attributes(self) -> dict[str, str]:
        values: dict[str, str] = {}
        while self._sees("["):
            self._next()
            while not self._sees("]"):
                key = self._id()
                self._next("=")
                values[key] = self._id()
                if self._sees(",") or self._sees(";"):
                    self._next()
            self._next("]")
        return values

    def _take(self, found: Found, identifier: str, values: Mapping[str, str]) -> None:
        kind, label = values.get("kind"), values.get("label") or identifier
        if kind in ("moderator", "precondition"):
            found.conditions.append(
                Condition(
                    id=identifier,
                    kind=kind,  # type: ignore[arg-type]  # mypy does not narrow by membership
                    label=label,
                    source=values.get("source", ""),
                    target=values.get("target") or None,
                )
            )
            return
        if kind is None:
            raise FormatError(self._name, "dot", f"node {identifier!r}: expected an attribute kind")
        found.parts.append(
            Part(
                id=identifier,
                kind=kind,  # type: ignore[arg-type]  # held by Diagram
                label=label,
                codes=tuple(map(Code, values.get("codes", "").split())),
            )
        )
