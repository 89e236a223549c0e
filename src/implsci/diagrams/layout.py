"""Where the parts of a diagram stand: columns by kind, rows so that few arrows cross.

An arrow that passes over a column gets a lane of its own in it, so that it runs behind no box.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple
from unicodedata import east_asian_width

from implsci.diagrams.diagram import Diagram, DiagramKind, Part

__all__ = ["Box", "Lane", "Layout", "laid_out", "wrapped"]

_COLUMNS: Final[Mapping[DiagramKind, tuple[tuple[str, frozenset[str]], ...]]] = {
    "causal-pathway": (
        ("Strategies", frozenset({"strategy"})),
        ("Mechanisms and relationships", frozenset({"mechanism", "relationship"})),
        ("Barriers and facilitators", frozenset({"barrier", "facilitator"})),
        ("Outcomes, proximal or not said", frozenset({"proximal", "outcome"})),
        ("Distal outcomes", frozenset({"distal"})),
    ),
    "logic-model": (
        ("Determinants", frozenset({"barrier", "facilitator"})),
        ("Strategies", frozenset({"strategy"})),
        ("Mechanisms and relationships", frozenset({"mechanism", "relationship"})),
        ("Outcomes", frozenset({"proximal", "outcome", "distal"})),
    ),
}
_WIDTH: Final = 200
_APART: Final = 90
_BETWEEN: Final = 18
_LINE: Final = 15
_SWEEPS: Final = 4


class Box(NamedTuple):
    """Where a part stands, in pixels, and its label cut into lines."""

    part: Part
    lines: tuple[str, ...]
    x: float
    y: float
    width: float
    height: float


class Lane(NamedTuple):
    """Where an arrow passes over a column, in pixels."""

    x: float
    y: float
    width: float


class Layout(NamedTuple):
    """Boxes by id, lanes by the ends of an arrow, headings with their left edges, and the room."""

    boxes: Mapping[str, Box]
    lanes: Mapping[tuple[str, str], tuple[Lane, ...]]
    headings: tuple[tuple[str, float], ...]
    width: float
    height: float


# A part by its id, or the arrow whose lane it is and which of its lanes.
_Name = str | tuple[str, str, int]


def laid_out(diagram: Diagram, top: float) -> Layout:
    """Return where everything of a diagram stands, the first row at `top`."""
    columns = [
        (heading, [part for part in diagram.parts if part.kind in kinds])
        for heading, kinds in _COLUMNS[diagram.kind]
    ]
    columns = [(heading, parts) for heading, parts in columns if parts]
    known = {part.id: part for part in diagram.parts}
    boxes: dict[str, Box] = {}
    lanes: dict[tuple[str, str], list[Lane]] = {}
    tallest = top
    for column, names in enumerate(_uncrossed([parts for _, parts in columns], diagram)):
        x, y = 20.0 + column * (_WIDTH + _APART), top
        for name in names:
            if isinstance(name, str):
                lines = wrapped(known[name].label, _WIDTH - 18)
                height = _LINE * (len(lines) + 1) + 12.0
                boxes[name] = Box(known[name], lines, x, y, _WIDTH, height)
            else:
                height = 0.0
                lanes.setdefault(name[:2], []).append(Lane(x, y, _WIDTH))
            y += height + _BETWEEN
        tallest = max(tallest, y)
    headings = tuple(
        (heading, 20.0 + index * (_WIDTH + _APART)) for index, (heading, _) in enumerate(columns)
    )
    width = 40.0 + len(columns) * (_WIDTH + _APART) - _APART
    passed = {ends: tuple(found) for ends, found in lanes.items()}
    return Layout(boxes, passed, headings, max(width, 420.0), tallest)


def wrapped(text: str, width: float, size: int = 12) -> tuple[str, ...]:
    """Cut text into lines that fit a width in pixels, by what letters take on average.

    A word that is longer than a line is cut; no font is asked, so lines err on the short side.
    """
    lines: list[str] = []
    line, used = "", 0.0
    for word in text.split():
        for piece in _pieces(word, width, size):
            needed = _taken(piece, size)
            if line and used + needed + size / 3 > width:
                lines.append(line)
                line, used = "", 0.0
            line, used = (f"{line} {piece}" if line else piece), used + needed + size / 3
    return (*lines, line) if line else tuple(lines)


def _pieces(word: str, width: float, size: int) -> list[str]:
    pieces, piece, used = [], "", 0.0
    for char in word:
        needed = _taken(char, size)
        if piece and used + needed > width:
            pieces.append(piece)
            piece, used = "", 0.0
        piece, used = piece + char, used + needed
    return [*pieces, piece]


def _taken(text: str, size: int) -> float:
    """Return the room a text takes, in pixels, on the generous side."""
    return size * sum(
        1.05
        if char in "mwMW@%" or east_asian_width(char) in "WF"
        else 0.34
        if char in "iljtfI.,:;'|!"
        else 0.74
        if char.isupper()
        else 0.62
        for char in text
    )


def _uncrossed(columns: Sequence[Sequence[Part]], diagram: Diagram) -> list[list[_Name]]:
    """Order each column by the mean place of what its parts are tied to (the barycenter rule)."""
    ordered: list[list[_Name]] = [[part.id for part in column] for column in columns]
    at = {name: index for index, column in enumerate(ordered) for name in column}
    tied: dict[_Name, list[_Name]] = {name: [] for name in at}
    for arrow in diagram.arrows:
        first, last = sorted((at[arrow.source], at[arrow.target]))
        before: _Name = arrow.source if at[arrow.source] <= at[arrow.target] else arrow.target
        end: _Name = arrow.target if before == arrow.source else arrow.source
        way: list[_Name] = [
            before,
            *((arrow.source, arrow.target, between) for between in range(first + 1, last)),
            end,
        ]
        for passed, name in enumerate(way[1:-1], first + 1):
            ordered[passed].append(name)
            tied[name] = []
        for here, there in pairwise(way):
            tied[here].append(there)
            tied[there].append(here)
    for _ in range(_SWEEPS):
        for column in ordered:
            place = {
                name: (row + 0.5) / len(each) for each in ordered for row, name in enumerate(each)
            }
            own = set(column)
            means = {
                name: _mean([place[other] for other in tied[name] if other not in own], place[name])
                for name in column
            }
            column[:] = sorted(column, key=lambda name: (means[name], place[name]))
    return ordered


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
