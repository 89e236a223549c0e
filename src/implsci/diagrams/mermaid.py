"""Diagrams as Mermaid flow charts, which many web pages and note books draw."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
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
_TITLE: Final = re.compile(r'title:\s*(".*")\s*$')
_KIND: Final = re.compile(r"%%\s*diagram:\s*(\S+)\s*$")
_NAMED: Final = re.compile(r'%%\s*(\w+)\s*=\s*("(?:[^"\\]|\\.)*")((?:\s+\S+)*)\s*$')
_ON: Final = re.compile(r"%%\s*(\w+)\s+on\s+(\w+)(?:\s*-->\s*(\w+))?\s*$")
_BOX: Final = re.compile(
    r'(\w+)\s*(?:\[\[|\(\[|\[\(|\{\{|\[/|\[\\|\(\(|\[|\(|\{|>)\s*"([^"]*)"\s*'
    r"(?:\]\]|\]\)|\)\]|\}\}|/\]|\\\]|\)\)|\]|\)|\})\s*:::\s*([\w-]+)\s*$"
)
_ARROW: Final = re.compile(r"(\w+)\s*(-->|-\.->|-\.-)\s*(\w+)\s*$")
_ENTITY: Final = re.compile(r"#(\w+);")
_ENTITIES: Final = {"quot": '"', "lt": "<", "gt": ">", "amp": "&"}
_LARGEST: Final = 4 * 2**20
_IGNORED: Final = ("classDef ", "class ", "style ", "linkStyle ", "direction ")


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
        yield f"  {names[arrow.source]} {sign} {names[arrow.target]}"
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

    A box needs its kind as its class, as in ``s1["practice"]:::strategy``; without the comment that
    names it, its id is the one in the chart.

    Args:
        text: the text.
        name: the file it came from, for messages.

    Raises:
        FormatError: not such a flow chart; the message has the line and what was expected.
        InvalidTableError: what it says breaks the rules of `Diagram`.
        CycleError: its arrows lead back to where they began.
    """
    if len(text) > _LARGEST:
        raise FormatError(name, "mermaid", f"expected at most {_LARGEST:,} characters")
    chart = _Chart()
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line and not chart.take(line):
            raise FormatError(
                name,
                "mermaid",
                f"line {number}: expected a box such as "
                f's1["practice"]:::strategy or an arrow such as s1 --> m1, got {line[:60]!r}',
            )
    if not chart.opened:
        raise FormatError(name, "mermaid", "expected a line flowchart LR")
    return chart.diagram(name)


class _Chart:
    """What the lines of a flow chart have said so far, by the names of the chart."""

    def __init__(self) -> None:
        self.opened = False
        self._title = "diagram"
        self._kind = "causal-pathway"
        self._boxes: dict[str, tuple[str, str]] = {}
        self._named: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._arrows: list[tuple[str, str, str]] = []
        self._on: dict[str, tuple[str, str | None]] = {}

    def take(self, line: str) -> bool:
        """Take in a line; say whether it was understood."""
        if line == "---" or line.startswith(_IGNORED):
            return True
        if not self.opened and (found := _TITLE.match(line)):
            self._title = str(json.loads(found[1]))
        elif re.match(r"(flowchart|graph)\b", line):
            self.opened = True
        elif found := _KIND.match(line):
            self._kind = found[1]
        elif found := _NAMED.match(line):
            self._named[found[1]] = (str(json.loads(found[2])), tuple(found[3].split()))
        elif found := _ON.match(line):
            self._on[found[1]] = (found[2], found[3])
        elif line.startswith("%%"):
            return True
        elif found := _BOX.match(line):
            self._boxes[found[1]] = (found[3], _ENTITY.sub(_char, found[2]))
        elif found := _ARROW.match(line):
            self._arrows.append((found[1], found[2], found[3]))
        else:
            return False
        return True

    def diagram(self, file: str) -> Diagram:
        found = Found()
        for name, (kind, label) in self._boxes.items():
            identifier, codes = self._named.get(name, (name, ()))
            if kind in ("moderator", "precondition"):
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


def _char(match: re.Match[str]) -> str:
    """Return what an entity of Mermaid stands for, as it is where it is none."""
    word = match[1]
    if word in _ENTITIES:
        return _ENTITIES[word]
    return chr(int(word)) if word.isdecimal() and int(word) < 0x110000 else match[0]
