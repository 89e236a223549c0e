"""The command figure: a compendium as a picture, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from attrs import frozen

from implsci import plots
from implsci.cli.forest import forest_of
from implsci.cli.options import (
    columns_option,
    link_option,
    rollup_option,
    rows_option,
    source_argument,
    where_option,
)
from implsci.cli.output import Format, emit, examples, flat, format_option, note, paragraph
from implsci.cli.sources import compendium, facets_asked, refuse_source
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError
from implsci.questions import bundles, countries, flows
from implsci.synthesis import LinkRule, Synthesis, synthesize

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["figure"]


@frozen(kw_only=True)
class _Asked:
    """What was asked of a figure; None where a kind is free to choose."""

    studies: Compendium
    rows: str
    columns: str
    link: LinkRule
    links: str | None
    where: dict[str, list[str]]
    rollup: int | None
    most: int | None
    row: str | None
    column: str | None
    metric: str | None


def _flow(asked: _Asked) -> Figure:
    found = flows(
        asked.studies,
        asked.rows,
        asked.columns,
        link=asked.link,
        most=asked.most or 6,
        where=asked.where,
        rollup=asked.rollup,
    )
    return plots.flow_plot(found)


def _upset(asked: _Asked) -> Figure:
    found = bundles(asked.studies, asked.columns, where=asked.where, rollup=asked.rollup)
    return plots.upset_plot(found, most=asked.most or 20)


def _table(asked: _Asked) -> Synthesis:
    return synthesize(
        asked.studies,
        asked.rows,
        asked.columns,
        asked.link,
        asked.where,
        rollup=asked.rollup,
        links=asked.links,
        pooled=False,
    )


def _heat(asked: _Asked) -> Figure:
    return plots.heat_map(_table(asked), most=asked.most or 15)


def _gap(asked: _Asked) -> Figure:
    return plots.gap_map(_table(asked), most=asked.most or 15)


def _world(asked: _Asked) -> Figure:
    return plots.world_map(countries(asked.studies, where=asked.where))


def _forest(asked: _Asked) -> Figure:
    row, column = _named("row", asked.row), _named("column", asked.column)
    kept = asked.studies.where(registry=None, **asked.where) if asked.where else asked.studies
    return forest_of(kept, _table(asked), row, column, asked.metric, asked.rollup)


def _named(option: str, given: str | None) -> str:
    if given is None:
        raise InvalidQueryError(
            f"--{option}: a figure of the kind forest needs it, a code or a label on the axis of "
            f"--{option}s"
        )
    return given


@frozen
class _Kind:
    """A kind of figure: how it is drawn, and which options have no meaning for it."""

    draw: Callable[[_Asked], Figure]
    without: tuple[str, ...]


_CELL: Final = ("row", "column", "metric")
_KINDS: Final[Mapping[str, _Kind]] = {
    "flow": _Kind(_flow, ("links", *_CELL)),
    "forest": _Kind(_forest, ("links", "most")),
    "gap": _Kind(_gap, _CELL),
    "heat": _Kind(_heat, _CELL),
    "upset": _Kind(_upset, ("rows", "link", "links", *_CELL)),
    "world": _Kind(_world, ("rows", "columns", "link", "links", "rollup", "most", *_CELL)),
}


@examples(
    "implsci figure flow implsci-examples --out flow.svg --interactive",
    "implsci figure heat implsci-examples --rows strategy --columns outcome --out map.png",
    "implsci figure upset implsci-examples --where sector=health --out together.pdf",
    "implsci figure forest implsci-examples --rows strategy --columns outcome "
    "--row eric:facilitation --column proctor:adoption --out forest.svg",
)
@click.command()
@click.argument("kind", type=click.Choice(list(_KINDS)))
@source_argument
@click.option("--out", required=True, metavar="FILE", help="Write .svg, .png or .pdf.")
@rows_option(
    "What stands in the rows of a map; the barriers of a flow. A taxonomy may follow, as in "
    "barrier:cfir-2009."
)
@columns_option("What stands in its columns; the strategies of a flow or an UpSet plot.")
@link_option
@click.option(
    "--links", metavar="BASIS",
    help="Mark in a map the pairs of which a basis such as waltz-2019 has evidence of no link.",
)  # fmt: skip
@where_option
@rollup_option
@click.option(
    "--most", type=click.IntRange(min=1), metavar="N",
    help="How many of each are drawn by themselves, the commonest; the rest is counted.",
)  # fmt: skip
@click.option("--row", metavar="CODE", help="The row of a forest's cell, by code or label.")
@click.option("--column", metavar="CODE", help="Its column.")
@click.option("--metric", metavar="M", help="Its metric, such as SMD, where the cell has several.")
@click.option(
    "--interactive", is_flag=True,
    help="Give each mark of an .svg its numbers as a tooltip, a place on the keyboard, and the link "
    "of its study.",
)  # fmt: skip
@format_option
@click.pass_context
def figure(
    context: click.Context,
    kind: str,
    source: str,
    out: str,
    rows: str,
    columns: str,
    link: LinkRule,
    links: str | None,
    where: tuple[str, ...],
    rollup: int | None,
    most: int | None,
    row: str | None,
    column: str | None,
    metric: str | None,
    interactive: bool,
    format: Format,
) -> None:
    """Draw a compendium.

    flow: from barriers over strategies to outcomes, in bands as wide as they have studies. heat: rows
    by columns, each cell with its studies and what came of it. gap: the same in bubbles. upset: which
    strategies occur together. world: where it was studied. forest: the effects of one cell of a table,
    pooled. The figure goes to a file, its words to
    stdout; CSV and JSON hold the numbers behind it.
    """
    for name in _KINDS[kind].without:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise InvalidQueryError(f"--{name}: a figure of the kind {kind} does not take it")
    refuse_source(source, out)
    asked = _Asked(
        studies=compendium(source),
        rows=rows,
        columns=columns,
        link=link,
        links=links,
        where=facets_asked(where),
        rollup=rollup,
        most=most,
        row=row,
        column=column,
        metric=metric,
    )
    drawn = _KINDS[kind].draw(asked)
    plots.save(drawn, Path(out), interactive=interactive, studies=asked.studies)
    note(f"wrote {out}")
    behind = plots.data(drawn)
    words = plots.describe(drawn)
    emit(
        format,
        {"kind": kind, "words": words, "rows": [dict(row) for row in behind]},
        lambda: paragraph(words),
        rows=flat(behind),
    )
