"""The command synthesize: a compendium laid out in rows and columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.cli.options import (
    columns_option,
    limit_option,
    link_option,
    no_pool_option,
    outcome_option,
    rollup_option,
    rows_option,
    source_argument,
    where_option,
)
from implsci.cli.output import (
    Format,
    emit,
    examples,
    format_option,
    json_text,
    note,
    paragraph,
    pooling,
)
from implsci.cli.sources import STDIN, compendium, facets_asked
from implsci.compendium import write_file
from implsci.errors import InvalidQueryError
from implsci.synthesis import RATING, Cell, Dependence, LinkRule, Synthesis
from implsci.synthesis import synthesize as lay_out
from implsci.synthesis.render import counts_in_words, flat, said

__all__ = ["synthesize"]

_WRITERS: Final[dict[str, Callable[[Synthesis], bytes]]] = {
    ".csv": lambda synthesis: synthesis.to_csv().encode(),
    ".html": lambda synthesis: synthesis.to_html().encode(),
    ".json": lambda synthesis: json_text(synthesis.to_dict()),
    ".svg": lambda synthesis: synthesis.to_svg().encode(),
    ".md": lambda synthesis: synthesis.to_markdown().encode(),
    ".tex": lambda synthesis: synthesis.to_latex().encode(),
}


@examples(
    "implsci synthesize implsci-examples --link cooccur --limit 3",
    "implsci synthesize implsci-examples --rows strategy --columns outcome",
    "implsci synthesize implsci-examples --rows strategy --columns outcome --segments sector",
    "implsci synthesize implsci-examples --link cooccur --links waltz-2019 --limit 2",
    "implsci synthesize implsci-examples --rows sector --columns strategy --where country=KE",
)
@click.command()
@source_argument
@rows_option(
    "What stands in the rows: barrier, strategy, mechanism, relationship, outcome, or a facet "
    "such as sector; a taxonomy may follow, as in barrier:cfir-2009."
)
@columns_option("What stands in the columns, likewise.")
@link_option
@where_option
@outcome_option
@rollup_option
@click.option(
    "--segments",
    metavar="S",
    help="A third axis, by which each cell is split; a study may be in several segments.",
)
@click.option(
    "--through",
    multiple=True,
    metavar="CROSSWALK",
    help="Carry codes of other schemes over this crosswalk, such as cfir-2009-to-cfir-2022; may be "
    "repeated.",
)
@click.option(
    "--links",
    metavar="BASIS",
    help="Mark the pairs of which a basis such as waltz-2019 has evidence of no link.",
)
@click.option(
    "--rating",
    default=RATING,
    show_default=True,
    metavar="NAME",
    help="Under which name studies are rated for bias or quality.",
)
@click.option(
    "--dependence",
    type=click.Choice(["combine", "multilevel"]),
    default="combine",
    show_default=True,
    help="Combine the effects of one study before pooling, or pool all by a multilevel model.",
)
@click.option("--empty", is_flag=True, help="List in CSV the pairs that no study is in, too.")
@no_pool_option
@limit_option("rows, and cells of a row, a table shows", 12)
@click.option(
    "--out", metavar="FILE", help="Write .html, .svg, .csv, .json, .md or .tex; - is stdout."
)
@format_option
@click.pass_context
def synthesize(
    context: click.Context,
    source: str,
    rows: str,
    columns: str,
    link: LinkRule,
    where: tuple[str, ...],
    outcome: str | None,
    rollup: int | None,
    segments: str | None,
    through: tuple[str, ...],
    links: str | None,
    rating: str,
    dependence: Dependence,
    empty: bool,
    no_pool: bool,
    limit: int,
    out: str | None,
    format: Format,
) -> None:  # fmt: skip
    """Lay out a compendium as a table of any two axes.

    FILE|NAME is a .jsonl or .json file, a folder of them, - for stdin, or a compendium that a plugin
    brings.
    """
    given = context.get_parameter_source("format") is click.core.ParameterSource.COMMANDLINE
    suffix = Path(out or "").suffix.lower()
    writer = None if out in (None, STDIN) else _WRITERS.get(suffix)
    if out not in (None, STDIN) and writer is None:
        raise InvalidQueryError(f"--out {out}: expected a name that ends in {', '.join(_WRITERS)}")
    wanted = facets_asked(where)
    studies = compendium(source)

    def run(pooled: bool) -> Synthesis:
        return lay_out(
            studies, rows, columns, link, wanted, outcome, rollup, segments=segments,
            through=through, links=links, rating=rating, dependence=dependence, pooled=pooled,
        )  # fmt: skip

    synthesis = pooling(run, not no_pool)
    if out is not None and writer is not None:
        written = writer(synthesis)
        if empty and suffix == ".csv":
            written = synthesis.to_csv(empty=True).encode()
        write_file(Path(out), [written])
        note(f"wrote {out}")
        if not given:
            return
    if format == "csv":
        for text in synthesis.notes:
            note(text)
    emit(
        "json" if out == STDIN and not given else format,
        synthesis.to_dict(),
        lambda: "\n".join(_lines(synthesis, limit or None)),
        rows=flat(synthesis, empty=empty),
    )


def _lines(synthesis: Synthesis, limit: int | None) -> Iterator[str]:
    """Yield the table as a list to read: each row with its cells beneath, one a line."""
    by_row: dict[str, list[Cell]] = defaultdict(list)
    for cell in synthesis:
        by_row[cell.row].append(cell)
    columns = {column.value: column.shown for column in synthesis.columns}
    segments = {segment.value: segment.shown for segment in synthesis.segments}
    shown = [row for row in synthesis.rows if row.value in by_row][:limit]
    named = f"{synthesis.compendium}: " if synthesis.compendium else ""
    yield paragraph(
        f"{named}{counted(synthesis.studies, 'study', 'studies')}, {synthesis.row_axis} by "
        f"{synthesis.column_axis}"
        + (f", split by {synthesis.segment_axis}" if synthesis.segment_axis else "")
        + _asked(synthesis)
    )
    for row in shown:
        cells = sorted(by_row[row.value], key=lambda cell: (-cell.studies, columns[cell.column]))
        code = f" {row.value}" if row.value != row.label else ""
        yield ""
        yield paragraph(f"{row.shown} ({counted(row.studies, 'study', 'studies')}){code}", hang=2)
        for cell in cells[:limit]:
            yield _cell(columns[cell.column], cell, synthesis)
            for part in cell.segments:
                yield _cell(segments[part.segment or ""], part, synthesis, 4)
        if limit is not None and len(cells) > limit:
            rest = cells[limit:]
            yield paragraph(
                f"... and {counted(len(rest), 'column')} more, of at most "
                f"{counted(rest[0].studies, 'study', 'studies')} each",
                2,
            )
    yield ""
    if not by_row:
        yield "No study is in any cell."
    if len(by_row) > len(shown):
        yield paragraph(
            f"The {len(shown)} commonest of {counted(len(by_row), 'row')} with a cell are shown; "
            "--limit 0 shows all."
        )
    if bare := len(synthesis.rows) - len(by_row):
        yield paragraph(f"{counted(bare, 'row')} without any cell left out.")
    yield from _no_link(synthesis, limit)
    for text in synthesis.notes:
        yield paragraph(f"- {text}", hang=2)


def _asked(synthesis: Synthesis) -> str:
    said = [
        f"{name.replace('_', ' ')}={'/'.join(value) if isinstance(value, list) else value}"
        for name, value in synthesis.filters.items()
    ]
    return f", where {', '.join(said)}" if said else ""


def _cell(column: str, cell: Cell, synthesis: Synthesis, indent: int = 2) -> str:
    count = counted(cell.studies, "study", "studies")
    if synthesis.link == "cooccur" and cell.linked:
        count += f" ({cell.linked} linked)"
    parts = [count, *in_words(cell.by_basis)]
    if cell.state == "no difference":
        parts.append("a null result")
    parts += map(said, cell.estimates)
    if cell.ratings:
        parts.append(f"{synthesis.rating}: {counts_in_words(cell.ratings).replace('; ', ', ')}")
    if cell.said:
        parts.append(f"{cell.said.basis}: {cell.said.words}")
    return paragraph(f"{column}: {'; '.join(parts)}", indent, 4)


def _no_link(synthesis: Synthesis, limit: int | None) -> Iterator[str]:
    """Yield the pairs that no study looked at and of which the basis has evidence of no link."""
    pairs = [cell for cell in synthesis.without_link() if not cell.studies]
    if not pairs:
        return
    rows = {row.value: row.shown for row in synthesis.rows}
    columns = {column.value: column.shown for column in synthesis.columns}
    yield paragraph(
        f"No study looked, and {synthesis.basis} has evidence of no link "
        f"({counted(len(pairs), 'pair')}):"
    )
    for cell in pairs[:limit]:
        told = cell.said.words if cell.said else ""
        yield paragraph(f"{rows[cell.row]} x {columns[cell.column]}: {told}", 2, 4)
    if limit is not None and len(pairs) > limit:
        yield paragraph(f"... and {len(pairs) - limit} more; --limit 0 shows all", 2)
    yield ""
