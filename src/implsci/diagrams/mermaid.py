"""Diagrams as Mermaid flow charts, which many web pages and note books draw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Final

from implsci.codes import Code
from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part
from implsci.diagrams.reading import Found, built
from implsci.errors import FormatError
from implsci.escaping import mermaid

__all__ = ["from_mermaid", "to_mermaid"]


def __dir__() -> list[str]:
    return __all__


# How a box is drawn: what opens it and what closes it.
_BOXES: Final[Mapping[str, tuple[str, str]]] = {
    "strategy": ("[", "]"),
    "mechanism": ("{{", "}}"),
    "barrier": ("[/", "/]"),
    "facilitator": ("[\\", "\\]"),
    "relationship": ("(", ")"),
    "proximal": ("([", "])"),
    "outcome": ("([", "])"),
    "distal": ("([", "])"),
    "moderator": (">", "]"),
    "precondition": (">", "]"),
}
_TITLE: Final = re.compile(r"title:\s*(.*)$")
_KIND: Final = re.compile(r"%%\s*diagram:\s*(\S+)\s*$")
_NAMED: Final = re.compile(r'%%\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*")((?:\s+\S+)*)\s*$')
_ON: Final = re.compile(r"%%\s*(\w+)\s+on\s+(\w+)(?:\s*-->\s*(\w+))?\s*$")
_OF: Final = re.compile(r"%%\s*(\w+)\s*-\.->\s*(\w+)\s+of((?:\s+\w+)+)\s*$")
_NODE: Final = re.compile(
    r"(?P<name>\w+)"
    r"(?:\s*(?:\[\[|\(\[|\[\(|\{\{|\[/|\[\\|\(\(|\[|\(|\{|>)\s*"
    r'(?:"(?P<quoted>[^"]*)"|(?P<bare>[^"\[\](){}|<>]+?))\s*'
    r"(?:\]\]|\]\)|\)\]|\}\}|/\]|\\\]|\)\)|\]|\)|\}))?"
    r"(?:\s*:::\s*(?P<kind>[\w-]+))?\s*"
)
_ARROW: Final = re.compile(r"(-->|-\.->|-\.-)\s*")
_ENTITY: Final = re.compile(r"#(\w+);")
_ENTITIES: Final = {"quot": '"', "lt": "<", "gt": ">", "amp": "&"}
_LARGEST: Final = 64 * 2**20
_IGNORED: Final = ("classDef ", "class ", "style ", "linkStyle ", "direction ")
_CONDITIONS: Final = ("moderator", "precondition")


def to_mermaid(diagram: Diagram) -> str:
    """Return a diagram as a Mermaid flow chart; ids and codes stand in its comments.

    Examples:
        >>> from implsci.diagrams import Diagram, Part
        >>> one = Part(id="s", kind="strategy", label="practice", codes=("eric:facilitation",))
        >>> print(to_mermaid(Diagram(kind="logic-model", title="A", parts=(one,))))
        ---
        title: "A"
        ---
        flowchart LR
          %% diagram: logic-model
          n1["practice"]:::strategy
          %% n1 = "s" eric:facilitation
        <BLANKLINE>
    """
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    names = {part.id: f"n{number}" for number, part in enumerate(diagram.parts, 1)}
    yield from ("---", f"title: {_quoted(diagram.title)}", "---", "flowchart LR")
    yield f"  %% diagram: {diagram.kind}"
    for part in diagram.parts:
        yield f"  {_box(names[part.id], part.kind, part.label)}"
        yield f"  %% {' '.join((names[part.id], '=', _quoted(part.id), *part.codes))}"
    for arrow in diagram.arrows:
        sign = "-.->" if arrow.ground == "implied" else "-->"
        way = f"{names[arrow.source]} {sign} {names[arrow.target]}"
        yield f"  {way}"
        if arrow.of:
            yield f"  %% {way} of {' '.join(names[one] for one in arrow.of)}"
    for number, one in enumerate(diagram.conditions, 1):
        name, source = f"c{number}", names[one.source]
        yield f"  {_box(name, one.kind, one.label)}"
        yield f"  %% {name} = {_quoted(one.id)}"
        yield f"  %% {name} on {source}" + (f" --> {names[one.target]}" if one.target else "")
        yield f"  {name} -.- {source}"


def _quoted(text: str) -> str:
    """Return text as JSON (and so YAML) without a sign that markup would obey."""
    return json.dumps(text).replace("<", "\\u003c").replace(">", "\\u003e")


def _box(name: str, kind: str, label: str) -> str:
    opening, closing = _BOXES[kind]
    return f"{name}{opening}{mermaid(label)}{closing}:::{kind}"


def from_mermaid(text: str, name: str = "(text)") -> Diagram:
    """Read a diagram from a Mermaid flow chart, also one edited by hand.

    A box needs its kind as its class, as in ``s1["practice"]:::strategy``, once, wherever it is
    named; chains of arrows are understood. Without the comment that names it, its id is the one in
    the chart. Words on an arrow and subgraphs stand for nothing in a diagram and are refused.

    Args:
        text: the text.
        name: the file it came from, for messages.

    Raises:
        FormatError: not such a flow chart; the message has the line and what was expected.
        InvalidTableError: what it says breaks the rules of `Diagram`.
        CycleError: its arrows lead back to where they began.

    Examples:
        >>> chart = "flowchart LR; s[practice]:::strategy --> b[no time]:::barrier"
        >>> from_mermaid(chart).order()
        ('s', 'b')
    """
    if len(text) > _LARGEST:
        raise FormatError(name, "mermaid", f"expected at most {_LARGEST:,} characters")
    chart = _Chart()
    for number, raw in enumerate(text.splitlines(), 1):
        try:
            chart.take(raw.strip())
        except ValueError as error:
            raise FormatError(name, "mermaid", f"line {number}: {error}") from None
    if not chart.opened:
        raise FormatError(name, "mermaid", "expected a line flowchart LR")
    return chart.diagram(name)


class _Chart:
    """What the lines of a flow chart have said so far, by the names of the chart."""

    def __init__(self) -> None:
        self.opened = False
        self._title = "diagram"
        self._kind = "causal-pathway"
        self._boxes: dict[str, tuple[str | None, str | None]] = {}
        self._named: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._arrows: list[tuple[str, str, str]] = []
        self._on: dict[str, tuple[str, str | None]] = {}
        self._of: dict[tuple[str, str], tuple[str, ...]] = {}

    def take(self, line: str) -> None:
        """Take in a line.

        Raises:
            ValueError: it is not understood.
        """
        if not line or line == "---" or line.startswith(_IGNORED):
            return
        if line.startswith("%%"):
            self._comment(line)
        elif not self.opened and (found := _TITLE.match(line)):
            self._title = _text(found[1]) if found[1].startswith('"') else found[1].strip()
        else:
            if opening := re.match(r"(?:flowchart|graph)\b\s*(?:TB|TD|BT|RL|LR)?\s*;?", line):
                self.opened = True
                line = line[opening.end() :]
            for statement in _statements(line):
                self._statement(statement)

    def _comment(self, line: str) -> None:
        if found := _KIND.match(line):
            self._kind = found[1]
        elif found := _NAMED.match(line):
            self._named[found[1]] = (_text(found[2]), tuple(found[3].split()))
        elif found := _ON.match(line):
            self._on[found[1]] = (found[2], found[3])
        elif found := _OF.match(line):
            self._of[found[1], found[2]] = tuple(found[3].split())

    def _statement(self, statement: str) -> None:
        names, signs, place = [], [], 0
        while True:
            node = _NODE.match(statement, place)
            if node is None:
                raise _not_understood(statement)
            names.append(self._box(node))
            place = node.end()
            if place == len(statement):
                break
            arrow = _ARROW.match(statement, place)
            if arrow is None:
                raise _not_understood(statement)
            signs.append(arrow[1])
            place = arrow.end()
        self._arrows += [
            (source, sign, target)
            for (source, target), sign in zip(pairwise(names), signs, strict=True)
        ]

    def _box(self, node: re.Match[str]) -> str:
        name = node["name"]
        label = node["quoted"] if node["quoted"] is not None else node["bare"]
        kind, known = self._boxes.get(name, (None, None))
        if known is not None and label is not None:
            raise ValueError(f"{name!r} is drawn twice; expected its label once")
        if kind is not None and node["kind"] not in (None, kind):
            raise ValueError(f"{name!r} is a {kind} and a {node['kind']}; expected one kind")
        told = None if label is None else _ENTITY.sub(_char, label)
        self._boxes[name] = (node["kind"] or kind, known if told is None else told)
        return name

    def diagram(self, file: str) -> Diagram:
        found = Found()
        for name, (kind, told) in self._boxes.items():
            identifier, codes = self._named.get(name, (name, ()))
            label = identifier if told is None else told
            if kind is None:
                raise FormatError(
                    file,
                    "mermaid",
                    f'{name}: expected a box with a kind, such as {name}["practice"]:::strategy',
                )
            if kind in _CONDITIONS:
                found.conditions.append(self._condition(name, identifier, kind, label, file))
            else:
                found.parts.append(
                    Part(
                        id=identifier,
                        kind=kind,  # type: ignore[arg-type]  # held by Diagram
                        label=label,
                        codes=tuple(map(Code, codes)),
                    )
                )
        for source, sign, target in self._arrows:
            if sign != "-.-":
                found.arrows.append(
                    Arrow(
                        source=self._id(source),
                        target=self._id(target),
                        ground="implied" if sign == "-.->" else "stated",
                        of=tuple(map(self._id, self._of.get((source, target), ()))),
                    )
                )
        return built(self._kind, self._title, found)

    def _condition(self, name: str, identifier: str, kind: str, label: str, file: str) -> Condition:
        tied = (target for source, sign, target in self._arrows if (source, sign) == (name, "-.-"))
        source, target = self._on.get(name, (next(tied, None), None))
        if source is None:
            raise FormatError(
                file, "mermaid", f"{kind} {label!r}: expected a line such as {name} -.- n1"
            )
        return Condition(
            id=identifier,
            kind=kind,  # type: ignore[arg-type]  # held by Diagram
            label=label,
            source=self._id(source),
            target=None if target is None else self._id(target),
        )

    def _id(self, name: str) -> str:
        return self._named.get(name, (name, ()))[0]


def _statements(line: str) -> Iterator[str]:
    """Yield the statements of a line; a semicolon inside quotes or an entity parts nothing."""
    for piece in re.findall(r'(?:"[^"]*"|#\w+;|[^;"])+', line):
        if piece.strip():
            yield piece.strip()


def _not_understood(statement: str) -> ValueError:
    return ValueError(
        'expected a box such as s1["practice"]:::strategy or an arrow such as s1 --> m1, '
        f"got {statement[:60]!r}"
    )


def _text(quoted: str) -> str:
    """Return what a quoted text stands for."""
    try:
        return str(json.loads(quoted))
    except ValueError:
        raise ValueError(f"expected a text in double quotes, got {quoted[:60]}") from None


def _char(match: re.Match[str]) -> str:
    """Return what an entity of Mermaid stands for, as it is where it is none."""
    word = match[1]
    if word in _ENTITIES:
        return _ENTITIES[word]
    return chr(int(word)) if word.isdecimal() and int(word) < 0x110000 else match[0]
