"""The command match: which strategies each basis suggests for barriers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import click
from attrs import asdict

from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph, plural
from implsci.cli.sources import one_study
from implsci.cli.vocabulary import named_term
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching import BasisReport, MatchCell, MatchReport, Ranked, RelationalOption
from implsci.matching import match as find_matches
from implsci.plugins import Registry, registry

__all__ = ["match"]

_TABLE_LIMIT = 15
_FEW = 5  # of the relational options, each of which takes several lines
_KINDS = {
    "endorsement": "expert endorsement",
    "theory": "theory",
    "coding": "coding of interventions",
    "observed": "observed evidence",
}


@examples(
    "implsci match cfir-2009:reflecting-and-evaluating",
    "implsci match cfir-2009:complexity cfir-2009:planning --limit 5",
    "implsci match cfir-2009:complexity --basis waltz-2019 --format json",
)
@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option("--study", metavar="FILE#ID", help="Take the coded barriers of a study; - is stdin.")
@click.option("--basis", multiple=True, metavar="B", help="Only this basis; may be repeated.")
@click.option(
    "--limit", type=click.IntRange(min=0), metavar="N",
    help=f"How many of each ranking; 0 for all. [default: {_TABLE_LIMIT} in a table, else all]",
)  # fmt: skip
@format_option
def match(
    codes: tuple[str, ...],
    study: str | None,
    basis: tuple[str, ...],
    limit: int | None,
    format: Format,
) -> None:
    """Rank strategies for barriers, each basis apart.

    With each ranking stands how much is known; what is unknown is not zero. Bases (expert
    endorsement, theory, observed evidence) are never added together. A barrier is a code, a number
    or a label.
    """
    if bool(codes) is (study is not None):
        raise InvalidQueryError(
            "name barriers, or take those of a study with --study FILE#ID; not both"
        )
    known = registry()
    asked = one_study(study) if study else [named_term(code, known).code for code in codes]
    cut = limit or None
    report = find_matches(asked, basis or None, None if format == "table" else cut)
    if format == "csv" and report.relational:
        note("the relational options, which are apart from any ranking, stand in --format json")
    emit(
        format,
        report.to_dict(),
        lambda: "\n".join(_lines(report, limit, known)),
        rows=_flat(report),
    )


def _lines(report: MatchReport, limit: int | None, known: Registry) -> Iterator[str]:
    named = [f"{known.term(code).shown} ({code})" for code in report.barriers]
    many = len(named) > 1
    if many:
        yield f"What the bases suggest for {len(named)} barriers"
        yield from (paragraph(name, 2, 2) for name in named)
    else:
        yield paragraph(f"What the bases suggest for {named[0]}", hang=2)
    for text in report.notes:
        yield paragraph(text, hang=2)
    if not report.bases:
        yield ""
        yield "No basis speaks of it." if not many else "No basis speaks of any of them."
    elif report.unknown and many:
        yield paragraph(f"None of the bases asked speaks of: {', '.join(report.unknown)}", hang=2)
    for basis in report.bases.values():
        yield ""
        yield from _basis(
            basis,
            _TABLE_LIMIT if limit is None else limit or None,
            single=len(report.barriers) == 1,
            strategies=any(_kind_of(row.strategy, known) == "strategy" for row in basis.ranking),
        )
    if report.relational:
        yield ""
        yield from _relational(report.relational, _FEW if limit is None else limit or None)


def _kind_of(code: str, known: Registry) -> str | None:
    """Return the kind of a term, None where its taxonomy is not installed."""
    try:
        return known.term(code).kind
    except UnknownNameError:
        return None


def _basis(
    basis: BasisReport, limit: int | None, *, single: bool, strategies: bool
) -> Iterator[str]:
    yield f"{basis.basis}: {_KINDS[basis.kind]}"
    if basis.source:
        yield paragraph(basis.source, 2)
    yield paragraph(
        f"{basis.known} of {basis.possible} cells known"
        + ("" if single else " (barriers asked times strategies)"),
        2,
    )
    for text in basis.notes:
        yield paragraph(f"Note: {text}", 2, 2)
    told = [row for row in basis.ranking if any(map(_is_told, row.cells))]
    shown = told[:limit]
    if shown:
        yield ""
        bare = all(
            cell.percent is None and cell.level is None for row in shown for cell in row.cells
        )
        yield (_linked if bare else _single if single else _several)(shown)
        yield ""
    if any(cell.derived for row in shown for cell in row.cells):
        yield paragraph("* worked out from other numbers of the source, not printed there", 2, 2)
    if len(told) > len(shown):
        yield paragraph(f"{len(told) - len(shown)} more are ranked; --limit 0 shows all", 2)
    more = "further " if told else ""
    one, several = ("strategy", "strategies") if strategies else ("term", "terms")
    if silent := len(basis.ranking) - len(told):
        yield paragraph(
            f"Nothing is known of {plural(silent, more + one, more + several)}; unknown is not zero",
            2,
        )


def _is_told(cell: MatchCell) -> bool:
    return cell.percent is not None or cell.level is not None or cell.status is not None


def _linked(rows: Sequence[Ranked]) -> str:
    return grid(
        "#", "Suggested", "Link",
        rows=[
            [rank, (row.shown, row.strategy), f"{row.cells[0].status}{_star(row)}"]
            if len(row.cells) == 1
            else [rank, (row.shown, row.strategy), f"{row.linked} of {row.of}{_star(row)}"]
            for rank, row in enumerate(rows, 1)
        ],
        right=("#",),
        narrow=("Link",),
    )  # fmt: skip


def _single(rows: Sequence[Ranked]) -> str:
    return grid(
        "#", "Suggested", "Endorsed", "Share", "Level",
        rows=[
            [
                rank,
                (row.shown, row.strategy),
                (row.cells[0].share or "unknown") + _star(row),
                "unknown" if row.total is None else f"{row.total:.0f} %",
                row.cells[0].level or row.cells[0].status or "none",
            ]
            for rank, row in enumerate(rows, 1)
        ],
        right=("#", "Share"),
        narrow=("Endorsed", "Level"),
    )  # fmt: skip


def _star(row: Ranked) -> str:
    return "*" if any(cell.derived for cell in row.cells) else ""


def _several(rows: Sequence[Ranked]) -> str:
    table = grid(
        "#", "Suggested", "Total", "Bounds", "Known",
        rows=[
            [
                rank,
                (row.shown, row.strategy),
                "unknown" if row.total is None else f"{row.total:.0f}",
                f"{row.total_low:.0f} to {row.total_high:.0f}",
                f"{row.known} of {row.of}{_star(row)}",
            ]
            for rank, row in enumerate(rows, 1)
        ],
        right=("#", "Total", "Bounds"),
        narrow=("Known",),
    )  # fmt: skip
    legend = paragraph(
        "Total: sum of the known shares in percent, which may pass 100. Bounds: what it could be, "
        "were all known. Known: of how many of the barriers asked the share is known.",
        2,
    )
    return f"{table}\n\n{legend}"


def _relational(options: Sequence[RelationalOption], limit: int | None) -> Iterator[str]:
    yield "Relational options, apart: no basis rates them"
    for option in options[:limit]:
        yield paragraph(f"{option.shown} ({option.strategy})", 2, 2)
        yield paragraph(f"{option.because} [{option.basis}]", 4)
    if limit is not None and len(options) > limit:
        yield paragraph(f"{len(options) - limit} more; --limit 0 shows all", 2)


def _flat(report: MatchReport) -> Iterator[Sequence[object]]:
    fields = ("barrier", "endorsed", "respondents", "percent", "level", "status", "derived")
    totals = ("total", "total_low", "total_high", "known", "of")
    yield ("basis", "kind", "rank", "strategy", "label", *totals, *fields)
    for basis in report.bases.values():
        for rank, row in enumerate(basis.ranking, 1):
            start = (basis.basis, basis.kind, rank, row.strategy, row.label)
            for cell in row.cells:
                values = asdict(cell)
                yield (
                    *start,
                    *(getattr(row, name) for name in totals),
                    *(values[name] for name in fields),
                )
