"""Diagrams as SVG: drawn in columns, read back from the attributes of their elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from string import ascii_uppercase
from typing import Final
from xml.etree import ElementTree

from implsci.codes import Code
from implsci.diagrams.diagram import Arrow, Condition, Diagram, Part
from implsci.diagrams.layout import Box, Layout, laid_out, wrapped
from implsci.diagrams.reading import Found, built
from implsci.errors import FormatError
from implsci.escaping import markup

__all__ = ["from_svg", "to_svg"]


def __dir__() -> list[str]:
    return __all__


_LARGEST: Final = 64 * 2**20
_NAMESPACE: Final = "{http://www.w3.org/2000/svg}"
# Pale tints of Okabe and Ito's palette; every box also says its kind in words.
_FILLS: Final[Mapping[str, str]] = {
    "strategy": "#d6e9f5",
    "mechanism": "#fdf3cf",
    "barrier": "#f8dccd",
    "facilitator": "#d3efe4",
    "relationship": "#f4e0ec",
    "proximal": "#ffffff",
    "outcome": "#ffffff",
    "distal": "#ffffff",
}
_SAID: Final[Mapping[str, str]] = {"proximal": "proximal outcome", "distal": "distal outcome"}
_LINE: Final = 15


def to_svg(diagram: Diagram) -> str:
    """Draw a diagram as SVG, with no script and nothing from outside the file.

    Solid arrows are stated by the record, dashed ones follow from its other links; letters mark
    moderators and preconditions, which stand below.

    Examples:
        >>> from implsci.diagrams import Diagram, Part
        >>> one = Part(id="s", kind="strategy", label="a < b")
        >>> "a &lt; b" in to_svg(Diagram(kind="causal-pathway", title="A", parts=(one,)))
        True
    """
    rough = laid_out(diagram, 0)
    title = wrapped(diagram.title, rough.width - 40, size=15) or ("",)
    layout = laid_out(diagram, 30 + 20 * len(title) + 34)
    notes = [line for text in _notes(diagram) for line in wrapped(text, rough.width - 40)]
    height = layout.height + 18 * len(notes) + 24
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {layout.width:g} '
            f'{height:g}" width="{layout.width:g}" height="{height:g}" '
            f'data-diagram="{diagram.kind}" data-title="{markup(diagram.title)}" '
            'font-family="system-ui,sans-serif" font-size="12">',
            f"<title>{markup(diagram.title)}</title><desc>{markup(_in_words(diagram))}</desc>",
            f'<rect width="{layout.width:g}" height="{height:g}" fill="#fff"/>',
            '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
            'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="#333"/></marker></defs>',
            *(_text(20, 30 + 20 * row, line, size=15) for row, line in enumerate(title)),
            *(
                _text(x, 30 + 20 * len(title) + 10, name, weight="bold")
                for name, x in layout.headings
            ),
            *_arrows(diagram, layout),
            *(_part(layout.boxes[part.id]) for part in diagram.parts),
            *_conditions(diagram, layout),
            *(_text(20, layout.height + 18 * row + 12, line) for row, line in enumerate(notes)),
            "</svg>\n",
        )
    )


def _text(x: float, y: float, text: str, *, size: int = 12, weight: str = "normal") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}">{markup(text)}</text>'
    )


def _part(box: Box) -> str:
    part = box.part
    said = _SAID.get(part.kind, part.kind)
    lines = "".join(
        f'<text x="{box.x + 9:g}" y="{box.y + 17 + _LINE * (row + 1):g}">{markup(line)}</text>'
        for row, line in enumerate(box.lines)
    )
    return (
        f'<g class="part" data-id="{markup(part.id)}" data-kind="{part.kind}" '
        f'data-label="{markup(part.label)}" data-codes="{markup(" ".join(part.codes))}">'
        f"<title>{markup(' '.join((part.label, *part.codes)))}</title>"
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="5" '
        f'fill="{_FILLS[part.kind]}" stroke="#333"/>'
        f'<text x="{box.x + 9:g}" y="{box.y + 16:g}" font-size="10" fill="#444">{said}</text>'
        f"{lines}</g>"
    )


def _arrows(diagram: Diagram, layout: Layout) -> Iterator[str]:
    numbered = diagram.kind == "logic-model"
    leaving = Counter(arrow.source for arrow in diagram.arrows)
    left: Counter[str] = Counter()
    for number, arrow in enumerate(diagram.arrows, 1):
        # The numbers of arrows that leave one part stand at different places along them.
        along = (
            0.5
            if leaving[arrow.source] == 1
            else 0.25 + 0.5 * (left[arrow.source] / (leaving[arrow.source] - 1))
        )
        left[arrow.source] += 1
        path, x, y = _way(arrow.source, arrow.target, layout, along)
        dashes = ' stroke-dasharray="6 4"' if arrow.ground == "implied" else ""
        yield (
            f'<path class="arrow" data-source="{markup(arrow.source)}" '
            f'data-target="{markup(arrow.target)}" data-ground="{arrow.ground}" '
            f'data-of="{markup(" ".join(arrow.of))}" d="{path}" '
            f'fill="none" stroke="#333"{dashes} marker-end="url(#head)"/>'
        )
        if numbered:
            yield (
                f'<text x="{x:g}" y="{y - 3:g}" font-size="10" text-anchor="middle" stroke="#fff" '
                f'stroke-width="3" paint-order="stroke" fill="#000">{number}</text>'
            )


def _way(source: str, target: str, layout: Layout, along: float = 0.5) -> tuple[str, float, float]:
    """Return the path of an arrow, and a place along its first bend."""
    start, end = layout.boxes[source], layout.boxes[target]
    y1, y2 = start.y + start.height / 2, end.y + end.height / 2
    if end.x == start.x:  # in one column: around the right-hand side
        x = start.x + start.width
        return (
            f"M{x:g} {y1:g}C{x + 45:g} {y1:g} {x + 45:g} {y2:g} {x:g} {y2:g}",
            x + 34,
            (y1 + y2) / 2,
        )
    leftward = end.x < start.x
    lanes = layout.lanes.get((source, target), ())
    edges = [(lane.x, lane.y, lane.x + lane.width) for lane in lanes]
    stops = [(near, y, far) if not leftward else (far, y, near) for near, y, far in edges]
    if leftward:
        stops.reverse()
    stops.append((end.x + end.width, y2, 0.0) if leftward else (end.x, y2, 0.0))
    x, y = (start.x, y1) if leftward else (start.x + start.width, y1)
    path = f"M{x:g} {y:g}"
    middle = _on_bend(x, y, stops[0][0], stops[0][1], along)
    for number, (near, row, far) in enumerate(stops):
        bend = (near - x) / 2
        path += f"C{x + bend:g} {y:g} {near - bend:g} {row:g} {near:g} {row:g}"
        x, y = near, row
        if number < len(stops) - 1:
            path += f"L{far:g} {row:g}"
            x = far
    return path, *middle


def _on_bend(x1: float, y1: float, x2: float, y2: float, t: float) -> tuple[float, float]:
    """Return the point of an S-shaped cubic curve at t, from 0 to 1."""
    middle = (x1 + x2) / 2
    x = (1 - t) ** 3 * x1 + 3 * (1 - t) * t * middle + t**3 * x2
    y = y1 + (3 * t**2 - 2 * t**3) * (y2 - y1)
    return round(x, 1), round(y, 1)


def _names() -> Iterator[str]:
    """Yield A, B ... Z, A2, B2 ..."""
    for turn in count(1):
        for letter in ascii_uppercase:
            yield letter if turn == 1 else f"{letter}{turn}"


def _conditions(diagram: Diagram, layout: Layout) -> Iterator[str]:
    taken: dict[tuple[float, float], int] = {}
    for name, one in zip(_names(), diagram.conditions, strict=False):
        if one.target is None:
            box = layout.boxes[one.source]
            x, y = box.x + box.width - 12, box.y
        else:
            _, x, y = _way(one.source, one.target, layout)
        beside = taken[x, y] = taken.get((x, y), -1) + 1
        target = "" if one.target is None else f' data-target="{markup(one.target)}"'
        yield (
            f'<g class="condition" data-id="{markup(one.id)}" data-kind="{one.kind}" '
            f'data-label="{markup(one.label)}" data-source="{markup(one.source)}"{target}>'
            f"<title>{markup(one.label)}</title>"
            f'<circle cx="{x - 21 * beside:g}" cy="{y:g}" r="10" '
            f'fill="{"#000" if one.kind == "moderator" else "#fff"}" stroke="#000"/>'
            f'<text x="{x - 21 * beside:g}" y="{y + 4:g}" text-anchor="middle" font-size="10" '
            f'fill="{"#fff" if one.kind == "moderator" else "#000"}">{name}</text></g>'
        )


def _notes(diagram: Diagram) -> Iterator[str]:
    labels = {part.id: part.label for part in diagram.parts}
    for name, one in zip(_names(), diagram.conditions, strict=False):
        on = labels[one.source] + ("" if one.target is None else f" -> {labels[one.target]}")
        yield f"{name} {one.kind}: {one.label} (on {on})"
    if any(arrow.ground == "implied" for arrow in diagram.arrows):
        yield "Dashed: follows from other links of the record; no source states it."
    yield "An arrow is what was stated or planned; it is no evidence that one thing changed another."


def _in_words(diagram: Diagram) -> str:
    labels = {part.id: part.label for part in diagram.parts}
    told = [
        f"{number}. {labels[arrow.source]} to {labels[arrow.target]} ({arrow.ground})"
        for number, arrow in enumerate(diagram.arrows, 1)
    ]
    return "; ".join([*told, *_notes(diagram)])


def from_svg(text: str, name: str = "(text)") -> Diagram:
    """Read back a diagram that `to_svg` drew, also after a drawing program has moved its boxes.

    Args:
        text: the text.
        name: the file it came from, for messages.

    Raises:
        FormatError: no SVG, too large, with a document type, or not drawn by `to_svg`.
        InvalidTableError: what it says breaks the rules of `Diagram`.
        CycleError: its arrows lead back to where they began.
    """
    if len(text) > _LARGEST:
        raise FormatError(name, "svg", f"expected at most {_LARGEST:,} characters")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise FormatError(name, "svg", "expected no document type and no entities")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  entities are refused above
    except (ElementTree.ParseError, ValueError) as error:
        raise FormatError(name, "svg", f"no XML: {error}") from error
    kind = root.get("data-diagram")
    if root.tag != f"{_NAMESPACE}svg" or kind is None:
        raise FormatError(name, "svg", "expected an SVG with data-diagram, as implsci draws it")
    found = Found()
    for element in root.iter():
        what, given = element.get("class"), element.get
        if what == "part":
            found.parts.append(
                Part(
                    id=given("data-id", ""),
                    kind=given("data-kind", ""),  # type: ignore[arg-type]  # held by Diagram
                    label=given("data-label", ""),
                    codes=tuple(map(Code, given("data-codes", "").split())),
                )
            )
        elif what == "arrow":
            found.arrows.append(
                Arrow(
                    source=given("data-source", ""),
                    target=given("data-target", ""),
                    ground=given("data-ground", ""),  # type: ignore[arg-type]  # held by Diagram
                    of=tuple(given("data-of", "").split()),
                )
            )
        elif what == "condition":
            found.conditions.append(
                Condition(
                    id=given("data-id", ""),
                    kind=given("data-kind", ""),  # type: ignore[arg-type]  # held by Diagram
                    label=given("data-label", ""),
                    source=given("data-source", ""),
                    target=given("data-target"),
                )
            )
    return built(kind, root.get("data-title", "diagram"), found)
