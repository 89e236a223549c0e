"""The command transfer: what was tried against a barrier in another sector or country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.cli.options import (
    limit_option,
    no_pool_option,
    outcome_option,
    source_argument,
    strategies_option,
    where_option,
)
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph, pooling
from implsci.cli.sources import compendium, facets_asked, one_study
from implsci.errors import InvalidQueryError
from implsci.questions import Transfer
from implsci.questions import transfer as ask
from implsci.synthesis.render import said

__all__ = ["transfer"]

_HEADER = (
    "strategy", "label", "cases", "linked", "here", "nearest", "findings", "bundled", "came_of_it",
    "pooled", "left_out", "studies",
)  # fmt: skip


@examples(
    "implsci transfer implsci-examples cfir-2009:available-resources --to sector=education",
    "implsci transfer implsci-examples cfir-2009:culture --to sector=education --to country=KE",
    "implsci transfer implsci-examples cfir-2009:culture --to implsci-examples#luitel-2020",
)
@click.command()
@source_argument
@click.argument("barrier", metavar="CODE")
@click.option(
    "--to", "to", multiple=True, required=True, metavar="FACET=VALUE|FILE#ID",
    help="The context to carry over to: sector, country, region, income_group, level, engagement, "
    "scale_stage; or a study.",
)  # fmt: skip
@strategies_option
@outcome_option
@where_option
@no_pool_option
@limit_option("strategies and studies the table shows")
@format_option
def transfer(
    source: str,
    barrier: str,
    to: tuple[str, ...],
    strategies: str,
    outcome: str | None,
    where: tuple[str, ...],
    no_pool: bool,
    limit: int,
    format: Format,
) -> None:
    """Ask what was tried against a barrier elsewhere.

    What came of it, and how alike the contexts are, facet by facet; what a study does not tell
    counts as not alike.
    """
    studies = [one for one in to if "=" not in one]
    if studies and len(to) > 1:
        raise InvalidQueryError("--to: expected one study, or facets such as sector=education")
    target = one_study(studies[0]) if studies else facets_asked(to)
    asked = compendium(source)
    wanted = facets_asked(where)

    def run(pooled: bool) -> Transfer:
        return ask(
            asked, barrier, target, strategies=strategies, outcome=outcome, where=wanted, pooled=pooled
        )  # fmt: skip

    found = pooling(run, not no_pool)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Transfer, limit: int | None) -> Iterator[str]:
    told = "; ".join(
        f"{facet.replace('_', ' ')} {_values(facet, own)}" for facet, own in found.to.items()
    )
    yield paragraph(f"To: {told}", hang=2)
    yield ""
    yield paragraph(found.sentence())
    for one in found.tried[:limit]:
        yield ""
        yield paragraph(f"{one.label}  {one.strategy}", hang=2)
        here = f"; {one.here} here" if one.here else ""
        yield paragraph(
            f"{counted(one.cases, 'case')}, {one.linked} aimed at the barrier, nearest likeness "
            f"{one.nearest:.2f}{here}",
            2,
            2,
        )
        for line in (*in_words(one.by_basis), *map(said, one.pooled)):
            yield paragraph(line, 2, 2)
        if not one.findings:
            yield paragraph("no finding names it with this barrier", 2)
        elif one.bundled:
            yield paragraph(f"on bundles: {one.bundled} of {counted(one.findings, 'finding')}", 2)
    if limit is not None and len(found.tried) > limit:
        yield ""
        yield paragraph(f"The first {limit} of {len(found.tried)} strategies; --limit 0 shows all.")
    if found.sources:
        yield ""
        yield grid(
            "Study", "Likeness", "At most", *_facets(found),
            rows=[
                [
                    source.study,
                    f"{source.likeness.value:.2f}",
                    f"{source.likeness.high:.2f}",
                    *(
                        "?" if facet.alike is None else f"{facet.alike:.2g}"
                        for facet in source.likeness.facets
                    ),
                ]
                for source in found.sources[:limit]
            ],
            right=("Likeness", "At most"),
        )  # fmt: skip
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _values(facet: str, values: Iterable[str]) -> str:
    """Return values without the name of their facet, which stands beside them."""
    return " / ".join(value.removeprefix(f"{facet}:") for value in sorted(values))


def _facets(found: Transfer) -> list[str]:
    return [
        facet.facet.replace("_", " ").capitalize() for facet in found.sources[0].likeness.facets
    ]
