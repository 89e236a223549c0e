"""How a match is drawn for a reader: each basis apart, and what is unknown said beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from implsci._wording import counted
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
from implsci.cli.output import grid, paragraph
from implsci.errors import UnknownNameError
from implsci.matching import BasisReport, MatchCell, MatchReport, Ranked
from implsci.matching.chaining import is_chain
from implsci.matching.names import worst
from implsci.plugins import Registry
from implsci.taxonomy import Status

__all__ = ["TABLE_LIMIT", "match_lines"]

TABLE_LIMIT = 15
_Standings: TypeAlias = Mapping[str, Status]


def match_lines(
    report: MatchReport,
    limit: int | None,
    known: Registry,
    *,
    brief_chains: bool,
    by_ratings: bool,
) -> Iterator[str]:
    """Yield the lines of a report.

    Args:
        report: the report.
        limit: how many of each list; 0 for all, None for what reads well.
        known: holds the taxonomies.
        brief_chains: whether chains of theory take a line each instead of a ranking each.
        by_ratings: whether the order is none of a basis's own, but rests on what strategies are or
            cost; what studies saw states its own in its notes.
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
            yield from observed(basis, known, few, single=single, by_ratings=by_ratings)
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
    draw = _table_of(basis, single)
    suggested = _is_linked if draw is _linked else _is_told
    kept = [row for row in basis.ranking if row.rated is not None or suggested(row)]
    shown = (basis.ranking if limit is None else kept)[:limit]
    if shown:
        yield ""
        yield draw(shown, _standings(shown, basis))
        yield ""
    if any(cell.derived for row in shown for cell in row.cells):
        yield paragraph("* worked out from other numbers of the source, not printed there", 2, 2)
    if draw is _linked and any(_links(row).startswith("weak") for row in shown):
        yield paragraph(f"weak: {_WEAK}", 2, 2)
    if limit is not None and len(kept) > limit:
        yield paragraph(f"{len(kept) - limit} more are ranked; --limit 0 shows all", 2)
    strategies = any(_kind_of(row.strategy, known) == "strategy" for row in basis.ranking)
    yield from _silent(
        [row for row in basis.ranking if row not in shown and row not in kept],
        ("strategy", "strategies") if strategies else ("term", "terms"),
        further=bool(kept),
    )
    yield from set_aside(basis)


_WEAK = "a chain leads there over a related match or coded text, which is no link"


def _silent(rows: Sequence[Ranked], nouns: tuple[str, str], *, further: bool) -> Iterator[str]:
    """Yield how many strategies are not suggested: known to be no link, led to weakly, or unknown."""
    one, several = (f"further {noun}" if further else noun for noun in nouns)
    known = [row for row in rows if any(cell.told for cell in row.cells)]
    weak = [row for row in rows if row not in known and any(cell.chain for cell in row.cells)]
    if known:
        counts = Counter(
            cell.status for row in known for cell in row.cells if cell.status is not None
        )
        said = ", ".join(f"{status} {count}" for status, count in sorted(counts.items()))
        yield paragraph(
            f"Of {counted(len(known), one, several)} it says: {said}; --limit 0 lists them", 2, 2
        )
    if weak:
        yield paragraph(f"Weakly led to: {counted(len(weak), one, several)}; {_WEAK}", 2, 2)
    if unknown := len(rows) - len(known):
        yield paragraph(
            f"Nothing is known of {counted(unknown, one, several)}; unknown is not zero", 2
        )


def _is_told(row: Ranked) -> bool:
    return any(cell.told or any(other.told for other in cell.said) for cell in row.cells)


def _is_linked(row: Ranked) -> bool:
    return row.linked > 0 or row.nearly > 0


def _table_of(basis: BasisReport, single: bool) -> Callable[[Sequence[Ranked], _Standings], str]:
    """Return what draws a ranking: shares, links, or what is said of barriers that stand near."""
    cells = [cell for row in basis.ranking for cell in row.cells]
    if any(cell.percent is not None or cell.level is not None for cell in cells):
        return _single if single else _several
    near = any(cell.level or cell.percent for one in cells for cell in one.said)
    return _near if single and near else _linked


def _standings(rows: Sequence[Ranked], basis: BasisReport) -> _Standings:
    """Return how far the least checked of each row's cells was; nothing where the title says it."""
    found: dict[str, Status] = {}
    for row in rows:
        told: list[Status] = [
            cell.standing
            for cell in row.cells
            if cell.same_as is None and cell.standing is not None
        ]
        if told:
            found[row.strategy] = worst(told)
    if set(found.values()) <= {basis.status}:
        found.clear()
    return found


def _ranked(
    rows: Sequence[Ranked],
    standings: _Standings,
    columns: Mapping[str, Callable[[Ranked], object]],
    *,
    right: Sequence[str] = (),
    narrow: Sequence[str] = (),
) -> str:
    """Draw rows with their rank, and with what the order goes by where it is not the basis's own."""
    if any(row.rated is not None for row in rows):
        rated = {"Rated": lambda row: "-" if row.rated is None else _rating(row.rated)}
        columns = {**rated, **columns}
    if standings:
        columns = {**columns, "Checked": lambda row: standings.get(row.strategy, "-")}
    return grid(
        "#",
        "Suggested",
        *columns,
        rows=[
            [rank, (row.shown, row.strategy), *(cell(row) for cell in columns.values())]
            for rank, row in enumerate(rows, 1)
        ],
        right=("#", *right),
        narrow=("Rated", "Checked", *narrow),
    )


def _rating(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _near(rows: Sequence[Ranked], standings: _Standings) -> str:
    return _ranked(
        rows,
        standings,
        {"Said of what stands near": lambda row: "; ".join(map(_said, row.cells[0].said))},
    )


def _said(cell: MatchCell) -> str:
    level = f", level {cell.level}" if cell.level else ""
    return f"{cell.barrier.partition(':')[2]}: {cell.share or cell.status or 'unknown'}{level}"


def _linked(rows: Sequence[Ranked], standings: _Standings) -> str:
    return _ranked(
        rows,
        standings,
        {"Link": _links},
        narrow=("Link",),
    )


def _links(row: Ranked) -> str:
    if len(row.cells) == 1:
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


def _single(rows: Sequence[Ranked], standings: _Standings) -> str:
    return _ranked(
        rows,
        standings,
        {
            "Endorsed": lambda row: (row.cells[0].share or "unknown") + _star(row),
            "Share": lambda row: "unknown" if row.total is None else f"{row.total:.0f} %",
            "Level": lambda row: _level(row.cells[0]),
        },
        right=("Share",),
        narrow=("Endorsed", "Level"),
    )


def _level(cell: MatchCell) -> str:
    if cell.level or cell.status:
        return str(cell.level or cell.status)
    return "unknown" if cell.percent is None else "none"


def _star(row: Ranked) -> str:
    return "*" if any(cell.derived for cell in row.cells) else ""


def _several(rows: Sequence[Ranked], standings: _Standings) -> str:
    table = _ranked(
        rows,
        standings,
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
        "were all known. Known: of how many of the barriers asked the share is known."
        + (" Checked: how far the least checked of these was." if standings else ""),
        2,
    )
    return f"{table}\n\n{legend}"
