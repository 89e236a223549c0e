"""The command match: which strategies each basis suggests for barriers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click

from implsci.cli.match_table import TABLE_LIMIT, match_lines
from implsci.cli.options import basis_option
from implsci.cli.output import Format, emit, examples, format_option, note
from implsci.cli.sources import compendium, one_study
from implsci.cli.vocabulary import named_term
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError
from implsci.matching import ORDERS, Constraints, Edition, MatchCell, MatchReport
from implsci.matching import match as find_matches
from implsci.plugins import registry

__all__ = ["match"]

_BUNDLED = "implsci-examples"


@examples(
    "implsci match cfir-2009:reflecting-and-evaluating",
    "implsci match cfir-2009:complexity cfir-2009:planning --limit 5",
    "implsci match cfir-2022:innovation-complexity --order go-zone --no-budget --weeks 6",
    "implsci match cfir-2009:complexity --basis waltz-2019 --format json",
)
@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--study", metavar="FILE#ID", help="Take the coded barriers of a study; - is stdin.")
@basis_option
@click.option(
    "--observed", metavar="NAME|FILE",
    help=f"Studies that are a basis of their own. [default: {_BUNDLED}, unless --basis is given]",
)  # fmt: skip
@click.option("--no-observed", is_flag=True, help="No studies as a basis.")
@click.option("--theory", is_flag=True, help="Rank each chain of theory too.")
@click.option(
    "--order", default="total", show_default=True, metavar="O",
    help=f"Order of each ranking: {', '.join(ORDERS)}. What is unrated stands last.",
)  # fmt: skip
@click.option("--rated-by", metavar="NAME", help="Whose ratings to order by, such as Dopp.")
@click.option("--no-budget", is_flag=True, help="Set aside what is known to need money.")
@click.option("--weeks", type=click.FloatRange(min=0), metavar="N", help="The time there is.")
@click.option("--staff", type=click.FloatRange(min=0), metavar="N", help="The people there are.")
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N",
    help=f"How many of each ranking; 0 for all. [default: {TABLE_LIMIT} in a table, else all]",
)  # fmt: skip
@format_option
def match(
    codes: tuple[str, ...],
    study: str | None,
    basis: tuple[str, ...],
    observed: str | None,
    no_observed: bool,
    theory: bool,
    order: str,
    rated_by: str | None,
    no_budget: bool,
    weeks: float | None,
    staff: float | None,
    limit: int | None,
    format: Format,
) -> None:
    """Rank strategies for barriers, each basis apart.

    With each ranking stands how much is known; what is unknown is not zero. Bases (expert
    endorsement, theory, observed evidence) are never added together. A barrier is a code, a number
    or a label; one of another taxonomy is taken across a crosswalk, and the step is shown.
    """
    if bool(codes) is (study is not None):
        raise InvalidQueryError(
            "expected barriers, or a study, and not both; such as: implsci match "
            "cfir-2009:complexity, or implsci match --study FILE#ID"
        )
    if no_observed and observed is not None:
        raise InvalidQueryError("--observed names studies and --no-observed wants none; not both")
    known = registry()
    asked = one_study(study) if study else [named_term(code, known).code for code in codes]
    table = format == "table"
    report = find_matches(
        asked,
        basis or None,
        None if table else limit or None,
        observed=None if no_observed else _studies(observed, bool(basis)),
        theory=theory or (table and not basis),
        order=order,
        rated_by=rated_by,
        constraints=Constraints(budget=False if no_budget else None, weeks=weeks, staff=staff),
    )
    if format == "csv" and report.relational:
        note("the relational options, which are apart from any ranking, stand in --format json")
    emit(
        format,
        report.to_dict(),
        lambda: "\n".join(
            match_lines(
                report,
                limit,
                known,
                brief_chains=not theory and not basis,
                by_ratings=order not in ("total", "least"),
            )
        ),
        rows=_flat(report),
    )


def _studies(named: str | None, only_named: bool) -> Compendium | None:
    """Return the studies that are a basis; the bundled ones where none and no basis is named."""
    if named is not None:
        return compendium(named)
    bundled = any(source.name == _BUNDLED for source in registry().compendia())
    return compendium(_BUNDLED) if bundled and not only_named else None


def _flat(report: MatchReport) -> Iterator[Sequence[object]]:
    fields = (
        "barrier", "endorsed", "respondents", "percent", "level", "status", "derived", "standing",
        "same_as",
    )  # fmt: skip
    totals = ("total", "total_low", "total_high", "known", "of")
    own = ("speaks_of", "leads_to", "checked", "via", "tried", "beside")
    yield ("basis", "kind", "rank", "strategy", "label", *totals, *fields, *own)
    for basis in report.bases.values():
        editions = _editions(basis.speaks_of), _editions(basis.leads_to)
        for rank, row in enumerate(basis.ranking, 1):
            start = (basis.basis, basis.kind, rank, row.strategy, row.label)
            for cell in row.cells:
                yield (
                    *start,
                    *(getattr(row, name) for name in totals),
                    *(getattr(cell, name) for name in fields),
                    *editions,
                    basis.status,
                    *_ways(cell),
                )


def _editions(editions: Sequence[Edition]) -> list[str]:
    return [" ".join(filter(None, (one.scheme, one.edition))) for one in editions]


def _ways(cell: MatchCell) -> tuple[list[str], int | None, int | None]:
    """Return the way to a cell over crosswalks, and in how many studies it was tried or stands beside."""
    seen = cell.observed
    return (
        [f"{route.match} {route.object} ({'+'.join(route.crosswalks)})" for route in cell.via],
        len(seen.study_ids) if seen else None,
        len(seen.beside_ids) if seen else None,
    )
