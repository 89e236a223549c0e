"""The command bundles: which strategies are used together."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci._wording import counted
from implsci.cli.options import (
    limit_option,
    rollup_option,
    source_argument,
    strategies_option,
    where_option,
)
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.cli.sources import compendium, facets_asked
from implsci.questions import Bundles
from implsci.questions import bundles as look_for

__all__ = ["bundles"]

_HEADER = (
    "first", "first_label", "second", "second_label", "first_cases", "second_cases", "together", "n",
    "support", "lift", "jaccard",
)  # fmt: skip


@examples(
    "implsci bundles implsci-examples",
    "implsci bundles implsci-examples --strategies strategy:bct-v1 --least 5",
    "implsci bundles implsci-examples --where sector=health --format csv",
)
@click.command()
@source_argument
@strategies_option
@click.option(
    "--least", type=click.IntRange(min=1), default=2, show_default=True, metavar="N",
    help="How many cases must have a pair or set.",
)  # fmt: skip
@click.option(
    "--largest", type=click.IntRange(min=2), default=4, show_default=True, metavar="N",
    help="How many strategies a set may have.",
)  # fmt: skip
@where_option
@rollup_option
@limit_option("lines a list of the table shows")
@format_option
def bundles(
    source: str,
    strategies: str,
    least: int,
    largest: int,
    where: tuple[str, ...],
    rollup: int | None,
    limit: int,
    format: Format,
) -> None:
    """Find which strategies are used together.

    Pairs with support, lift and Jaccard's index beside their counts, sets, and the combinations as
    they occur. CSV holds the pairs, JSON all of them.
    """
    found = look_for(
        compendium(source),
        strategies,
        least=least,
        largest=largest,
        where=facets_asked(where),
        rollup=rollup,
    )
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Bundles, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.pairs:
        yield ""
        yield grid(
            "Strategy", "With", "Cases", "Support", "Lift", "Jaccard",
            rows=[
                [
                    f"{pair.labels[0]} ({pair.first})",
                    f"{pair.labels[1]} ({pair.second})",
                    f"{pair.together} of {pair.n}",
                    f"{pair.support:.3f}",
                    f"{pair.lift:.2f}",
                    f"{pair.jaccard:.2f}",
                ]
                for pair in found.pairs[:limit]
            ],
            right=("Cases", "Support", "Lift", "Jaccard"),
        )  # fmt: skip
    larger = [one for one in found.sets if len(one.strategies) > 2]
    if larger:
        yield ""
        yield "Sets of three or more:"
        for one in larger[:limit]:
            yield paragraph(f"{one.together} of {one.n}: {' + '.join(one.labels)}", 2, 4)
    if found.combinations:
        yield ""
        yield "Combinations as they occur, with their cases:"
        for row in found.upset(limit):
            yield paragraph(f"{row['cases']}: {row['strategies']}", 2, 4)
    yield ""
    if found.without:
        yield paragraph(f"- strategies not reported: {counted(found.without, 'case')}", hang=2)
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)
