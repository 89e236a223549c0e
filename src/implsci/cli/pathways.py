"""The command pathways: the causal pathway or logic model of a study, drawn or read back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args

import click

from implsci._wording import counted
from implsci.atomic import write_file
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph, write
from implsci.cli.sources import one_study, refuse_other, refuse_source
from implsci.codec import encode
from implsci.diagrams import (
    Diagram,
    DiagramKind,
    causal_pathway,
    logic_model,
    read_diagram,
    to_dot,
    to_mermaid,
    to_study,
    to_svg,
    write_diagram,
)
from implsci.errors import InvalidQueryError

__all__ = ["pathways"]

_DRAWN = (".svg", ".dot", ".gv", ".mmd", ".mermaid")
_TEXTS = {"svg": to_svg, "dot": to_dot, "mermaid": to_mermaid}


@examples(
    "implsci pathways implsci-examples#luitel-2020",
    "implsci pathways implsci-examples#luitel-2020 --kind logic-model --as mermaid",
    "implsci pathways implsci-examples#luitel-2020 --out nepal.svg",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]|DRAWING")
@click.option(
    "--kind", type=click.Choice(get_args(DiagramKind)), default="causal-pathway", show_default=True,
    help="Which diagram to draw of a study; a drawing keeps its own.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE",
    help="Write it: .svg, .dot, .gv, .mmd or .mermaid; .json writes the plan that it states.",
)  # fmt: skip
@click.option("--as", "text", type=click.Choice(list(_TEXTS)), help="Print it in this language.")
@format_option
def pathways(
    source: str, kind: DiagramKind, out: Path | None, text: str | None, format: Format
) -> None:
    """Draw what leads to what, or read a drawing back.

    Only what the record of a study or plan states is drawn; an arrow that follows from its other
    links alone is marked implied, and no arrow is evidence that one thing changed another. A drawing
    (SVG, DOT or Mermaid, also one edited by hand) is checked for loops, and --out PLAN.json makes a
    plan of it.
    """
    drawing = Path(source).suffix.lower() in _DRAWN and Path(source).exists()
    if drawing:
        diagram = read_diagram(source)
    else:
        draw = causal_pathway if kind == "causal-pathway" else logic_model
        diagram = draw(one_study(source))
    if out is not None:
        refuse_source(source, out)
        _save(diagram, out)
        note(f"wrote {out}")
    if text is not None:
        write(_TEXTS[text](diagram))
    elif out is None or format != "table":
        emit(format, diagram.to_dict(), lambda: "\n".join(_lines(diagram)), rows=_flat(diagram))


def _save(diagram: Diagram, out: Path) -> None:
    if out.suffix.lower() == ".json":
        made = to_study(diagram)
        refuse_other(out, made.id)
        write_file(out, [encode(made)])
    elif out.suffix.lower() in _DRAWN:
        write_diagram(diagram, out)
    else:
        raise InvalidQueryError(f"{out}: expected a name ending in {', '.join(_DRAWN)} or .json")


def _lines(diagram: Diagram) -> Iterator[str]:
    yield paragraph(diagram.title)
    held = [
        counted(len(diagram.parts), "part"),
        counted(len(diagram.arrows), "arrow"),
        counted(len(diagram.conditions), "condition"),
    ]
    yield f"{diagram.kind.replace('-', ' ')}: {', '.join(held)}"
    if diagram.arrows:
        yield ""
        yield grid("From", "To", "Ground", rows=_shown(diagram), narrow=("Ground",))
    tied = {end for arrow in diagram.arrows for end in (arrow.source, arrow.target)}
    alone = [part for part in diagram.parts if part.id not in tied]
    if alone:
        yield ""
        yield "Tied to nothing, as far as the record says:"
        yield from (paragraph(f"{part.kind}: {part.label}", 2, 2) for part in alone)
    if diagram.conditions:
        yield ""
        labels = {part.id: part.label for part in diagram.parts}
        for one in diagram.conditions:
            on = labels[one.source] + (f" -> {labels[one.target]}" if one.target else "")
            yield paragraph(f"{one.kind}: {one.label} (on {on})", 0, 2)
    yield ""
    yield paragraph(
        "An arrow is what was stated or planned (implied: what follows from other links of the "
        "record); it is no evidence that one thing changed another."
    )


def _shown(diagram: Diagram) -> Iterator[Sequence[object]]:
    parts = {part.id: part for part in diagram.parts}
    for arrow in diagram.arrows:
        source, target = parts[arrow.source], parts[arrow.target]
        yield (
            f"{source.kind}: {source.label}",
            f"{target.kind}: {target.label}",
            arrow.ground,
        )


def _flat(diagram: Diagram) -> Iterator[Sequence[object]]:
    yield ("what", "id", "kind", "label", "codes", "source", "target", "ground")
    for part in diagram.parts:
        yield ("part", part.id, part.kind, part.label, part.codes, None, None, None)
    for arrow in diagram.arrows:
        yield ("arrow", None, None, None, None, arrow.source, arrow.target, arrow.ground)
    for one in diagram.conditions:
        yield ("condition", one.id, one.kind, one.label, None, one.source, one.target, None)
