"""How a match is drawn for a reader: each basis apart, and what is unknown said beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from implsci.cli.match_apart import (
    FEW,
    chains,
    disagreements,
    facilitators,
    observed,
    relational,
    set_aside,
    title,
)
from implsci.cli.output import grid, paragraph, plural
from implsci.errors import UnknownNameError
from implsci.matching import BasisReport, MatchCell, MatchReport, Ranked
from implsci.matching.chaining import is_chain
from implsci.plugins import Registry

__all__ = ["TABLE_LIMIT", "match_lines"]

TABLE_LIMIT = 15


def match_lines(
    report: MatchReport,
    limit: int | None,
    known: Registry,
    *,
    brief_chains: bool,
    own_order: bool,
) -> Iterator[str]:
    """Yield the lines of a report.

    Args:
        report: the report.
        limit: how many of each list; 0 for all, None for what reads well.
        known: holds the taxonomies.
        brief_chains: whether chains of theory take a line each instead of a ranking each.
        own_order: whether each basis has its own order, which what studies saw states in its notes.
    """
    single = len(report.barriers) == 1
    yield from _head(report, known)
    few = FEW if limit is None else limit or None
    brief = [one for one in report.bases.values() if brief_chains and is_chain(one.basis)]
    for basis in report.bases.values():
        if brief_chains and is_chain(basis.basis):
            continue
        yield ""
        if basis.kind == "observed":
            yield from observed(basis, known, few, single=single, own_order=own_order)
        else:
            yield from _basis(
                basis, TABLE_LIMIT if limit is None else limit or None, single=single, known=known
            )
    if brief:
        yield ""
        yield from chains(brief, few)
    if report.disagreements:
        yield ""
        yield from disagreements(report.disagreements, known, few)
    if report.facilitators:
        yield ""
        yield from facilitators(report.facilitators, few)
    yield ""
    yield from relational(report, few, brief=limit is None)


def _head(report: MatchReport, known: Registry) -> Iterator[str]:
    named = [f"{known.term(code).shown} ({code})" for code in report.barriers]
    many = len(named) > 1
    if many:
        yield f"What the bases suggest for {len(named)} barriers"
        yield from (paragraph(name, 2, 2) for name in named)
    else:
        yield paragraph(f"What the bases suggest for {named[0]}", hang=2)
    for text in report.notes:
        yield paragraph(text, hang=2)
    if not any(basis.kind != "observed" for basis in report.bases.values()):
        yield ""
        yield "No basis speaks of it." if not many else "No basis speaks of any of them."
    elif report.unknown and many:
        yield paragraph(f"None of the bases asked speaks of: {', '.join(report.unknown)}", hang=2)


def _kind_of(code: str, known: Registry) -> str | None:
    """Return the kind of a term, None where its taxonomy is not installed."""
    try:
        return known.term(code).kind
    except UnknownNameError:
        return None


# ----------------------------------------------------------------------------------------- rankings


def _basis(
    basis: BasisReport, limit: int | None, *, single: bool, known: Registry
) -> Iterator[str]:
    yield from title(basis)
    yield paragraph(
        f"{basis.known} of {basis.possible} cells known"
        + ("" if single else " (barriers asked times strategies)"),
        2,
    )
    if basis.order:
        yield paragraph(f"Order: {basis.order}", 2, 2)
    for text in basis.notes:
        yield paragraph(f"Note: {text}", 2, 2)
    told = [row for row in basis.ranking if any(map(_is_shown, row.cells))]
    shown = told[:limit]
    if shown:
        yield ""
        yield _table(shown, single)
        yield ""
    if any(cell.derived for row in shown for cell in row.cells):
        yield paragraph("* worked out from other numbers of the source, not printed there", 2, 2)
    if any(_link(cell) == "weak" for row in shown for cell in row.cells):
        yield paragraph(
            "weak: a chain leads there over a related match or coded text, and counts as no link",
            2,
            2,
        )
    if len(told) > len(shown):
        yield paragraph(f"{len(told) - len(shown)} more are ranked; --limit 0 shows all", 2)
    more = "further " if told else ""
    strategies = any(_kind_of(row.strategy, known) == "strategy" for row in basis.ranking)
    one, several = ("strategy", "strategies") if strategies else ("term", "terms")
    if silent := len(basis.ranking) - len(told):
        yield paragraph(
            f"Nothing is known of {plural(silent, more + one, more + several)}; unknown is not zero",
            2,
        )
    yield from set_aside(basis)


def _is_shown(cell: MatchCell) -> bool:
    return cell.told or bool(cell.chain) or any(other.told for other in cell.said)


def _table(rows: Sequence[Ranked], single: bool) -> str:
    cells = [cell for row in rows for cell in row.cells]
    if all(cell.percent is None and cell.level is None for cell in cells):
        near = any(cell.level or cell.percent for one in cells for cell in one.said)
        return _near(rows) if single and near else _linked(rows)
    return _single(rows) if single else _several(rows)


def _ranked(
    rows: Sequence[Ranked],
    columns: Mapping[str, Callable[[Ranked], object]],
    *,
    right: Sequence[str] = (),
    narrow: Sequence[str] = (),
) -> str:
    """Draw rows with their rank, and with what the order goes by where it is not the basis's own."""
    if any(row.rated is not None for row in rows):
        rated = {"Rated": lambda row: "-" if row.rated is None else _rating(row.rated)}
        columns = {**rated, **columns}
    return grid(
        "#",
        "Suggested",
        *columns,
        rows=[
            [rank, (row.shown, row.strategy), *(cell(row) for cell in columns.values())]
            for rank, row in enumerate(rows, 1)
        ],
        right=("#", *right),
        narrow=("Rated", *narrow),
    )


def _rating(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _near(rows: Sequence[Ranked]) -> str:
    return _ranked(
        rows,
        {"Said of what stands near": lambda row: "; ".join(map(_said, row.cells[0].said))},
    )


def _said(cell: MatchCell) -> str:
    level = f", level {cell.level}" if cell.level else ""
    return f"{cell.barrier.partition(':')[2]}: {cell.share or cell.status or 'unknown'}{level}"


def _linked(rows: Sequence[Ranked]) -> str:
    return _ranked(
        rows,
        {"Link": _links},
        narrow=("Link",),
    )


def _links(row: Ranked) -> str:
    if row.of == 1:
        return f"{_link(row.cells[0])}{_star(row)}"
    near = f", near {row.nearly}" if row.nearly else ""
    return f"{row.linked} of {row.of}{_star(row)}{near}"


def _link(cell: MatchCell) -> str:
    """Return what a basis of theory says of a pair, in a word."""
    if cell.status is not None:
        return cell.status
    if cell.chain:
        return "weak"
    return "near by" if any(other.told for other in cell.said) else "unknown"


def _single(rows: Sequence[Ranked]) -> str:
    return _ranked(
        rows,
        {
            "Endorsed": lambda row: (row.cells[0].share or "unknown") + _star(row),
            "Share": lambda row: "unknown" if row.total is None else f"{row.total:.0f} %",
            "Level": lambda row: row.cells[0].level or row.cells[0].status or "none",
        },
        right=("Share",),
        narrow=("Endorsed", "Level"),
    )


def _star(row: Ranked) -> str:
    return "*" if any(cell.derived for cell in row.cells) else ""


def _several(rows: Sequence[Ranked]) -> str:
    table = _ranked(
        rows,
        {
            "Total": lambda row: "unknown" if row.total is None else f"{row.total:.0f}",
            "Bounds": lambda row: f"{row.total_low:.0f} to {row.total_high:.0f}",
            "Known": lambda row: f"{row.known} of {row.of}{_star(row)}",
        },
        right=("Total", "Bounds"),
        narrow=("Known",),
    )
    legend = paragraph(
        "Total: sum of the known shares in percent, which may pass 100. Bounds: what it could be, "
        "were all known. Known: of how many of the barriers asked the share is known.",
        2,
    )
    return f"{table}\n\n{legend}"
