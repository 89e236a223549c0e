"""The command ratings: how sites were rated on each construct, and what sets them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Literal

import click

from implsci.analysis.ratings import (
    RULES,
    Distinguishing,
    RatingsMatrix,
    distinguishing,
    ratings_matrix,
    read_ratings,
)
from implsci.atomic import write_file
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph, plain
from implsci.cli.sources import STDIN, compendium, one_study, refuse_source
from implsci.errors import InvalidQueryError

__all__ = ["ratings"]

_WRITERS: Final[dict[str, Callable[[RatingsMatrix], str]]] = {
    ".csv": RatingsMatrix.to_csv,
    ".html": RatingsMatrix.to_html,
    ".svg": RatingsMatrix.to_svg,
}
_SHORT: Final = {"missing": ".", "mixed": "x"}


@examples(
    "implsci ratings study.json",
    "implsci ratings ratings.csv --table --high north --high east --low south",
    "implsci ratings studies.jsonl#kenya-1 --by label --out ratings.html",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]|NAME[#ID]")
@click.option(
    "--table", "is_table", is_flag=True,
    help="FILE is a CSV table with the column construct and a column for each site.",
)  # fmt: skip
@click.option(
    "--by", type=click.Choice(["code", "label"]), default="code", show_default=True,
    help="Whether rows are codes or the source's own labels.",
)  # fmt: skip
@click.option(
    "--scheme", metavar="S", help="Whose codes. [default: the commonest among what is rated]"
)
@click.option("--high", multiple=True, metavar="SITE", help="A site that did well; repeatable.")
@click.option("--low", multiple=True, metavar="SITE", help="A site that did not; repeatable.")
@click.option(
    "--rule", default="gap", show_default=True, metavar="R",
    help=f"What makes a construct distinguish high from low: {', '.join(RULES)}.",
)  # fmt: skip
@click.option("--out", metavar="FILE", help="Write the matrix as .html, .svg or .csv.")
@format_option
def ratings(
    source: str,
    is_table: bool,
    by: Literal["code", "label"],
    scheme: str | None,
    high: tuple[str, ...],
    low: tuple[str, ...],
    rule: str,
    out: str | None,
    format: Format,
) -> None:
    """Lay out ratings of constructs by site.

    Ratings run from -2 to +2; mixed and missing stand apart. With --high and --low sites, say which
    constructs set them apart. Ratings are those of the barriers in studies, or with --table those of
    a CSV file.
    """
    writer = None if out is None else _WRITERS.get(Path(out).suffix.lower())
    if out is not None:
        refuse_source(source, out)
    if out is not None and writer is None:
        raise InvalidQueryError(f"--out {out}: expected a name that ends in {', '.join(_WRITERS)}")
    if bool(high) is not bool(low):
        raise InvalidQueryError("name both --high and --low sites, or neither")
    if is_table:
        if source == STDIN:
            raise InvalidQueryError("--table reads a file, not stdin")
        matrix = read_ratings(source)
    elif _names_one(source):
        matrix = ratings_matrix(one_study(source), by=by, scheme=scheme)
    else:
        studies = compendium(source).studies
        matrix = ratings_matrix(studies[0] if len(studies) == 1 else studies, by=by, scheme=scheme)
    found = distinguishing(matrix, high=high, low=low, rule=rule) if high else None
    if out is not None and writer is not None:
        write_file(Path(out), [writer(matrix).encode("utf-8", "backslashreplace")])
        note(f"wrote {out}")
    emit(
        format,
        {
            "matrix": matrix.to_dict(),
            "distinguishing": None if found is None else found.to_dict(),
        },
        lambda: "\n".join(_lines(matrix, found)),
        rows=_flat(matrix, found),
    )


def _names_one(source: str) -> bool:
    _, mark, identifier = source.rpartition("#")
    return bool(mark and identifier) and not Path(source).exists()


def _lines(matrix: RatingsMatrix, found: Distinguishing | None) -> Iterator[str]:
    yield paragraph(matrix.sentence())
    if not matrix.rows:
        return
    yield ""
    titles = [f"{number}" for number in range(1, len(matrix.sites) + 1)]
    verdicts = {row.construct: row.strength for row in found.rows} if found else {}
    last = ["Distinguishes"] if found else []
    yield grid(
        "Construct", *titles, *last,
        rows=[
            [
                (row.label, row.construct) if row.construct != row.label else row.label,
                *(_mark(cell.mark) for cell in row.cells),
                *([_verdict(verdicts[row.construct])] if found else []),
            ]
            for row in matrix.rows
        ],
        right=titles,
        narrow=last,
    )  # fmt: skip
    yield ""
    for number, site in enumerate(matrix.sites, 1):
        named = site.label if site.label == site.id else f"{site.label} ({site.id})"
        yield paragraph(f"{number}  {named}", 2, 3)
    yield paragraph(
        "-2 strong barrier to +2 strong facilitator; x mixed; . missing, which is not 0", 2
    )
    if found:
        yield ""
        yield paragraph(found.sentence())
        yield paragraph(f"Rule {found.rule.name}: {found.rule.says}.", 2, 2)
        yield paragraph(f"It is {found.rule.source}.", 2, 2)


def _mark(mark: str) -> str:
    return " ".join(_SHORT.get(part, part) for part in mark.split())


def _verdict(strength: str) -> str:
    return {"none": "", "cannot_tell": "cannot be told"}.get(strength, strength)


def _flat(matrix: RatingsMatrix, found: Distinguishing | None) -> Iterator[tuple[object, ...]]:
    last = ("distinguishes",) if found else ()
    yield ("construct", "label", *(plain(site.id) for site in matrix.sites), *last)
    verdicts = {row.construct: row.strength for row in found.rows} if found else {}
    for row in matrix.rows:
        cells = ("" if cell.missing else cell.value if not cell.mixed else _words(cell.mark)
                 for cell in row.cells)  # fmt: skip
        yield row.construct, row.label, *cells, *((verdicts[row.construct],) if found else ())


def _words(mark: str) -> str:
    """Return a mixed rating with the word first, so that no sign is taken for a formula."""
    return " ".join(reversed(mark.split()))
