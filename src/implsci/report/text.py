"""The report for a terminal: plain text that fits its width."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from implsci._wording import agreeing, counted
from implsci.analysis.tally import BASIS_WORDS, tally
from implsci.synthesis import UNCODED, Cell, Synthesis
from implsci.synthesis.render import said

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["to_text"]

_STRATEGIES: Final = 6
_OUTCOMES: Final = 3
_BARRIERS: Final = 6
_PARTNERS: Final = 3
_MATCHES: Final = 3
_GAPS: Final = 8
_CLAIMS: Final = 2
# Null and negative results get the same room as good ones, in one fixed order.
_COLUMNS: Final = (
    ("improved", "better"),
    ("maintained", "kept"),
    ("no_difference", "no diff"),
    ("worsened", "worse"),
    ("mixed", "mixed"),
    ("unclear", "unclear"),
)
_CELL: Final = 8


def to_text(report: Report, width: int) -> str:
    """Return the report as text of at most `width` columns."""
    width = max(width, 60)
    sections = (
        _studied(report, width),
        _outcomes(report.outcomes, width),
        _barriers(report.barriers, width),
        _gaps(report, width),
        _matches(report, width),
        _relationships(report, width),
        _reading(width),
    )
    return "\n".join("\n".join(section) + "\n" for section in sections)


def _studied(report: Report, width: int) -> Iterator[str]:
    yield "WHAT WAS STUDIED"
    years = f", published {report.years[0]} to {report.years[1]}" if report.years else ""
    yield f"{_studies(len(report.compendium))}{years}"
    for profile in report.profiles:
        names = {"sector": "Sectors", "country": "Countries", "design": "Designs"}
        listed = ", ".join(f"{label} {count}" for label, count in profile.counts.items())
        silent = f"; not said in {_studies(profile.silent)}" if profile.silent else ""
        head = f"{names[profile.facet]} ({len(profile.counts)})"
        yield from _hanging(f"{head:<16}{listed}{silent}", width, 16)


def _outcomes(synthesis: Synthesis, width: int) -> Iterator[str]:
    yield f"STRATEGIES AND OUTCOMES  ({synthesis.row_axis} by {synthesis.column_axis})"
    yield from _silence(synthesis, width)
    yield from _grid(synthesis, width, _STRATEGIES, _OUTCOMES)


def _barriers(synthesis: Synthesis, width: int) -> Iterator[str]:
    yield f"BARRIERS AND STRATEGIES  ({synthesis.row_axis} by {synthesis.column_axis})"
    yield from _hanging(
        "Both occur in the study. That is no claim that the strategy was aimed at the barrier: only "
        "where the source says so is a cell marked *, with the number of those studies.",
        width,
        0,
    )
    yield from _silence(synthesis, width)
    yield from _grid(synthesis, width, _BARRIERS, _PARTNERS)
    linked = [cell for cell in synthesis if cell.linked and UNCODED not in (cell.row, cell.column)]
    pairs = sum(cell.linked for cell in linked)
    yield from _hanging(
        f"* stated links: {pairs} in {len(linked)} cells of {len(synthesis.cells)}", width, 2
    )


def _silence(synthesis: Synthesis, width: int) -> Iterator[str]:
    marks = ("not reported", UNCODED, "in no cell", "facilitators")
    said_nothing = [note for note in synthesis.notes if any(mark in note for mark in marks)]
    yield from _hanging("; ".join(said_nothing), width, 0)


def _grid(synthesis: Synthesis, width: int, rows: int, columns: int) -> Iterator[str]:
    """Yield the cells with most findings, each basis on a line of its own."""
    left = width - _CELL * len(_COLUMNS)
    yield ""
    yield " " * left + "".join(f"{head:>{_CELL}}" for _, head in _COLUMNS)
    coded_rows = [row for row in synthesis.rows if row.value != UNCODED]
    labels = {column.value: column.shown for column in synthesis.columns}
    for row in coded_rows[:rows]:
        cells = [cell for cell in synthesis if cell.row == row.value and cell.column != UNCODED]
        cells.sort(key=lambda cell: (-cell.studies, -cell.findings, cell.column))
        shown = cells[:columns]
        yield from _hanging(f"{row.shown} ({_studies(row.studies)})", width, 2)
        for cell in shown:
            yield from _cell_lines(cell, labels[cell.column], left, width)
        if len(cells) > len(shown):
            yield f"    and {len(cells) - len(shown)} more"
    hidden = len(coded_rows) - rows
    if hidden > 0:
        yield f"... and {hidden} more rows: all of them are in the HTML report"


def _cell_lines(cell: Cell, label: str, left: int, width: int) -> Iterator[str]:
    star = f" *{cell.linked}" if cell.linked else ""
    bundled = f", {cell.bundled} bundled" if cell.bundled else ""
    yield from _hanging(
        f"  {label}: {_studies(cell.studies)}{star}, {counted(cell.findings, 'finding')}{bundled}",
        width,
        4,
    )
    for basis, counts in cell.by_basis.items():
        yield f"{f'    {BASIS_WORDS[basis]}':<{left}}" + _counts(counts)
    for pooled in cell.estimates:
        yield f"    pooled effect: {said(pooled)}"


def _counts(counts: Mapping[str, int]) -> str:
    return "".join(f"{counts.get(name, 0) or '.':>{_CELL}}" for name, _ in _COLUMNS)


def _gaps(report: Report, width: int) -> Iterator[str]:
    yield "GAPS: OFTEN MET, NEVER STUDIED TOGETHER"
    for synthesis, what in (
        (report.barriers, "barrier and strategy"),
        (report.outcomes, "strategy and outcome"),
    ):
        gaps = synthesis.gaps()
        rows = sum(row.value != UNCODED for row in synthesis.rows)
        columns = sum(column.value != UNCODED for column in synthesis.columns)
        yield (
            f"{what}: {len(gaps):,} of {counted(rows * columns, 'pair')} "
            f"{agreeing(len(gaps), 'is', 'are')} in no study; the commonest:"
        )
        for row, column in gaps[: _GAPS // 2]:
            yield from _hanging(
                f"  {row.shown} ({row.studies}) x {column.shown} ({column.studies})", width, 4
            )


def _matches(report: Report, width: int) -> Iterator[str]:
    yield "WHAT EXPERTS SUGGEST FOR THE COMMONEST BARRIERS"
    met = {row.value: row.studies for row in report.barriers.rows}
    for found in report.matches:
        barrier = found.barriers[0]
        yield f"{report.label(barrier)} (met in {_studies(met[barrier])})"
        for basis in found.bases.values():
            yield f"  {basis.basis} ({basis.kind}): {basis.known} of {basis.possible} cells known"
            told = [row for row in basis.ranking if row.total is not None or row.total_low > 0]
            for row in told[:_MATCHES]:
                cell = row.cells[0]
                level = f", level {cell.level}" if cell.level else ", no level"
                share = (
                    f"{cell.share} ({cell.percent:.0f} %)"
                    if cell.percent is not None
                    else "share unknown"
                )
                yield from _hanging(f"    {row.shown}: {share}{level}", width, 6)
            for note in basis.notes:
                yield from _hanging(f"    ! {note}", width, 6)
        tied = [option for option in found.relational if option.ground == "tied"]
        if tied:
            options = ", ".join(option.shown for option in tied[:_MATCHES])
            yield from _hanging(
                f"  relational options, tied by us to what experts chose, not rated themselves: {options}",
                width,
                4,
            )


def _relationships(report: Report, width: int) -> Iterator[str]:
    yield "RELATIONSHIPS"
    telling = report.relationship_studies
    yield (
        f"{telling:,} of {_studies(len(report.compendium))} "
        f"{agreeing(telling, 'speaks', 'speak')} of a relationship."
    )
    left = width - _CELL * len(_COLUMNS)
    yield ""
    yield "Relational strategies used"
    yield " " * left + "".join(f"{head:>{_CELL}}" for _, head in _COLUMNS)
    for use in report.relational:
        yield f"  {use.label} ({_studies(len(use.study_ids))})"
        for basis, counts in use.findings.items():
            yield f"{f'    {BASIS_WORDS[basis]}':<{left}}" + _counts(counts)
    yield ""
    yield "Roles claimed for a relationship (claims of the studies, not tests of ours)"
    yield " " * left + "".join(f"{head:>{_CELL}}" for _, head in _COLUMNS)
    for role, claims in report.roles().items():
        yield f"  {role.replace('_', ' ')} ({counted(len(claims), 'finding')})"
        for basis, counts in tally(claim.finding for claim in claims).items():
            yield f"{f'    {BASIS_WORDS[basis]}':<{left}}" + _counts(counts)
    yield ""
    yield "Such as"
    for role, claims in report.roles().items():
        for claim in claims[:_CLAIMS]:
            yield from _hanging(f"  {role.replace('_', ' ')}: {claim.said}", width, 4)


def _reading(width: int) -> Iterator[str]:
    yield "HOW TO READ THIS"
    for line in (
        "Effects (against a comparator), associations and descriptions are never added together.",
        "A dot is zero findings; 'no diff' is a null result; 'unclear' is neither.",
        "Bundled findings are on several strategies: none of it is credited to one of them, and "
        "they are not pooled.",
        "Pooled effects point so that more is better; random effects by REML, z intervals; "
        "effects of one study or programme are combined first (r = 0.8).",
        "Directions are counted, not weighed: a count says what was reported, not what works.",
    ):
        yield from _hanging(f"- {line}", width, 2)


def _studies(count: int) -> str:
    return counted(count, "study", "studies")


def _hanging(line: str, width: int, indent: int) -> Iterable[str]:
    return textwrap.wrap(
        line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )
