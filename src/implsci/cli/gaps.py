"""The command gaps: what nobody studied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from implsci.questions import Gaps, PlaceGap
from implsci.questions import gaps as look_for
from implsci.questions._gaps import COLUMNS

__all__ = ["gaps"]


@examples(
    "implsci gaps implsci-examples",
    "implsci gaps implsci-examples --where sector=education --limit 20",
    "implsci gaps implsci-examples --in income_group --format csv",
)
@click.command()
@source_argument
@click.option(
    "--barriers", default="barrier", show_default=True, metavar="B",
    help="Which barriers: barrier, facilitator or determinant; a taxonomy may follow, as in "
    "barrier:cfir-2009.",
)  # fmt: skip
@strategies_option
@click.option(
    "--in", "places", multiple=True, default=("sector", "country"), show_default=True,
    metavar="FACET", help="Look for barriers without a strategy in each of these.",
)  # fmt: skip
@where_option
@rollup_option
@limit_option("lines a list of the table shows")
@format_option
def gaps(
    source: str,
    barriers: str,
    strategies: str,
    places: tuple[str, ...],
    where: tuple[str, ...],
    rollup: int | None,
    limit: int,
    format: Format,
) -> None:
    """Find what nobody studied, commonest barriers first.

    Pairs of a barrier and a strategy that no study joins; barriers met in a sector or country where
    no strategy is said to address them; terms that no study has.
    """
    found = look_for(
        compendium(source),
        barriers,
        strategies,
        places=places,
        where=facets_asked(where),
        rollup=rollup,
    )
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), COLUMNS),
    )


def _lines(found: Gaps, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.pairs:
        yield ""
        yield paragraph(_head("Pairs that no study joins", len(found.pairs), limit))
        yield grid(
            "Barrier", "Met", "Strategy", "Tried", "Both", "State",
            rows=[
                [
                    (pair.barrier_label, pair.barrier),
                    f"{pair.met} of {pair.of}",
                    (pair.strategy_label, pair.strategy),
                    pair.tried,
                    pair.both,
                    pair.state,
                ]
                for pair in found.pairs[:limit]
            ],
            right=("Met", "Tried", "Both"),
        )  # fmt: skip
    for facet in dict.fromkeys(place.facet for place in found.places):
        yield from _places([one for one in found.places if one.facet == facet], facet, limit)
    for kind in ("barrier", "strategy"):
        terms = [term for term in found.unused if term.kind == kind]
        if terms:
            yield ""
            noun = counted(len(terms), kind, "strategies" if kind == "strategy" else None)
            yield paragraph(f"{noun} that no study has:", hang=2)
            more = (
                "" if limit is None or len(terms) <= limit else f"; and {len(terms) - limit} more"
            )
            yield paragraph("; ".join(term.label for term in terms[:limit]) + more, 2)
    yield ""
    for facet, cases in found.placeless.items():
        if cases:
            yield paragraph(f"- {facet} not told: {counted(cases, 'case')} with a barrier", hang=2)
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _places(places: Sequence[PlaceGap], facet: str, limit: int | None) -> Iterator[str]:
    yield ""
    yield paragraph(
        _head(f"Barriers met in a {facet} and no strategy aimed at them", len(places), limit)
    )
    yield grid(
        facet.replace("_", " ").capitalize(), "Barrier", "Met", "With a strategy", "Aimed elsewhere",
        rows=[
            [
                place.place_label,
                place.barrier_label,
                f"{place.met} of {place.of}",
                place.with_strategy,
                place.elsewhere,
            ]
            for place in places[:limit]
        ],
        right=("Met", "With a strategy", "Aimed elsewhere"),
    )  # fmt: skip


def _head(title: str, count: int, limit: int | None) -> str:
    shown = f", the first {limit} of {count:,}" if limit is not None and count > limit else ""
    return f"{title}{shown}:"
