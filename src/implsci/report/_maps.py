"""A gap map: rows and columns as a table of marks, and every cell of it in words beneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.report._cells import STATE_WORDS, words_of
from implsci.report._text import cut, number, said
from implsci.synthesis import Cell, Synthesis
from implsci.synthesis.axes import AxisValue
from implsci.synthesis.cell import MARKS, NO_LINK, came_of
from implsci.synthesis.render import said as estimate_said

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["gap_map", "legend"]

# A landscape page has room for so many columns; print leaves the rest to the list in words.
_PRINTED: Final = 30
_LINKS: Final = 100
_LABEL: Final = 56


def legend() -> str:
    """Return what the marks and colors of a map mean."""
    items = "".join(
        f'<li><span class="key d-{state}">{mark}</span> <span>{STATE_WORDS[state]}</span></li>'
        for state, mark in MARKS.items()
    )
    return (
        f'<ul class="legend">{items}'
        '<li><span class="key">·</span> <span>nobody looked: no study</span></li>'
        f'<li><span class="key">{NO_LINK}</span> <span>a published basis reports evidence of no link'
        "</span></li></ul>"
    )


def gap_map(report: Report, key: str, synthesis: Synthesis, title: str) -> str:
    """Return a map with the list of its cells.

    Args:
        report: names the studies.
        key: begins the ids of the list's lines.
        synthesis: the table.
        title: names it to readers who do not see it.
    """
    if not synthesis.cells:
        return "<p>No study is in any cell of this map.</p>"
    order = {key: place for place, key in enumerate(synthesis.cells)}
    body = "".join(_row(report, key, synthesis, row, order) for row in synthesis.rows)
    head = "".join(
        f'<th scope="col"{_far(place)}><span class="v"><span class="t">{cut(column.shown, _LABEL)}'
        f'</span> <span class="n">({number(column.studies)})</span></span></th>'
        for place, column in enumerate(synthesis.columns)
    )
    rows, columns = synthesis.row_axis, synthesis.column_axis
    more = len(synthesis.columns) - _PRINTED
    left = (
        f'<p class="paper">{counted(more, "more column")} did not fit on paper; the list below has '
        "every cell.</p>"
        if more > 0
        else ""
    )
    return (
        f'<div class="scroll map" role="region" aria-label="{title}" tabindex="0"><table '
        f'id="map-{key}"><caption>{cut(rows)} by {cut(columns)}: {number(synthesis.studies)} '
        f'studies; beside each name the studies that have it</caption><thead><tr><th scope="col" '
        f'class="corner">{cut(rows.partition(":")[0])} ↓ {cut(columns.partition(":")[0])} →</th>'
        f"{head}</tr></thead><tbody>{body}</tbody></table></div>{left}"
        f"<details><summary>Every cell in words, over all studies ({counted(len(order), 'cell')})"
        f'</summary><div class="scroll" role="region" aria-label="{title}, every cell in words" '
        f'tabindex="0"><table class="list cells"><caption>{title}: every cell that holds a study</caption>'
        f'<thead><tr><th scope="col">{cut(rows.partition(":")[0])}</th><th scope="col">'
        f'{cut(columns.partition(":")[0])}</th><th scope="col">Studies</th><th scope="col">What came '
        'of it</th><th scope="col">Which studies</th></tr></thead><tbody>'
        + "".join(_lines(report, key, synthesis))
        + "</tbody></table></div></details>"
    )


def _far(place: int) -> str:
    return ' class="far"' if place >= _PRINTED else ""


def _row(
    report: Report,
    key: str,
    synthesis: Synthesis,
    row: AxisValue,
    order: Mapping[tuple[str, str], int],
) -> str:
    cells = []
    for place, column in enumerate(synthesis.columns):
        pair = row.value, column.value
        far = " far" if place >= _PRINTED else ""
        basis = report.unlinked.get(pair)
        extra = (
            f'<i aria-hidden="true">{NO_LINK}</i><span class="vh">; evidence of no link: '
            f"{cut(basis)}</span>"
            if basis
            else ""
        )
        cell = synthesis.cells.get(pair)
        if cell is None:
            cells.append(f'<td class="e{far}"><span class="vh">no study</span>{extra}</td>')
            continue
        state = came_of(cell)
        words = words_of(cell)
        ring = " linked" if cell.linked else ""
        cells.append(
            f'<td class="d-{state}{ring}{far}"><a href="#{key}-{order[pair]}" title="{words}" '
            f'aria-label="{words}">{number(cell.studies)}<i>{MARKS[state]}</i></a>{extra}</td>'
        )
    return (
        f'<tr><th scope="row"><span class="t">{cut(row.shown, _LABEL)}</span> <span class="n">'
        f"({number(row.studies)})</span></th>{''.join(cells)}</tr>"
    )


def _lines(report: Report, key: str, synthesis: Synthesis) -> Iterator[str]:
    rows = {row.value: row.shown for row in synthesis.rows}
    columns = {column.value: column.shown for column in synthesis.columns}
    for place, cell in enumerate(synthesis):
        linked = f"<br>{cell.linked} with the link stated" if cell.linked else ""
        yield (
            f'<tr id="{key}-{place}"><th scope="row">{cut(rows[cell.row])}</th>'
            f"<td>{cut(columns[cell.column])}</td><td>{number(cell.studies)}{linked}</td>"
            f"<td>{_came(cell)}</td><td>{_where(report, cell)}</td></tr>"
        )


def _came(cell: Cell) -> str:
    lines = [*in_words(cell.by_basis)] or ["no finding on the pair"]
    if cell.bundled:
        lines.append(f"{cell.bundled} on several strategies at once")
    lines += [f"pooled: {estimate_said(pooled)}" for pooled in cell.estimates]
    return "<br>".join(cut(line, 200) for line in lines)


def _where(report: Report, cell: Cell) -> str:
    shown = ", ".join(
        f'<a href="#s-{report.place(name)}">{said(name)}</a>' for name in cell.study_ids[:_LINKS]
    )
    more = cell.studies - _LINKS
    return shown + (f" and {number(more)} more, in the files to download" if more > 0 else "")
