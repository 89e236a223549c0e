"""A synthesis as CSV, HTML and SVG; text from data is escaped wherever it comes out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS, in_words, main_effect
from implsci.escaping import inert
from implsci.escaping import markup as escape

if TYPE_CHECKING:
    from implsci.analysis.pooling import Pooled
    from implsci.synthesis.axes import AxisValue
    from implsci.synthesis.cell import Cell
    from implsci.synthesis.table import Synthesis

__all__ = [
    "ALL",
    "counts_in_words",
    "flat",
    "html_table",
    "left_out",
    "page",
    "said",
    "titled",
    "to_csv",
    "to_html",
    "to_svg",
]

# Okabe and Ito's palette: told apart by readers with any kind of color vision.
COLORS: Final[dict[str, str]] = {
    "improved": "#0072b2",
    "maintained": "#56b4e9",
    "no_difference": "#999999",
    "mixed": "#e69f00",
    "worsened": "#d55e00",
    "unclear": "#e5e5e5",
    "none": "#ffffff",
}
_POOLED: Final = ("metric", "k", "estimate", "ci_low", "ci_high", "tau2", "i2", "method")

ALL: Final = "(all)"
"""Stands for the whole cell where cells are split into segments."""


def flat(synthesis: Synthesis, *, empty: bool = False) -> Iterator[tuple[object, ...]]:
    """Yield a header, then a line for each cell; one with several metrics has a line for each.

    Directions stand in a column for each basis that the table has, such as ``effect_improved``.
    Where cells are split, the lines of the segments follow that of the whole, which is ``(all)``.

    Args:
        synthesis: the table.
        empty: whether pairs that no study is in have a line. Without, only those have one of which
            the basis asked for says that there is no link.
    """
    bases = [name for name in BASIS_WORDS if any(name in cell.by_basis for cell in synthesis)]
    counted = [(basis, direction) for basis in bases for direction in DIRECTION_WORDS]
    split, asked = synthesis.segment_axis is not None, synthesis.basis is not None
    yield (
        *("row", "row_label", "column", "column_label"),
        *(("segment", "segment_label") if split else ()),
        *("studies", "linked", "findings", "bundled", "state"),
        *(f"{basis.replace(' ', '_')}_{direction}" for basis, direction in counted),
        "ratings",
        *(("said", "no_link") if asked else ()),
        *_POOLED,
        "finding_refs",
    )
    rows = {row.value: row.shown for row in synthesis.rows}
    columns = {column.value: column.shown for column in synthesis.columns}
    segments = {segment.value: segment.shown for segment in synthesis.segments}
    for whole in synthesis.listed(empty=empty):
        for cell in (whole, *whole.segments):
            named = (cell.segment or ALL, segments.get(cell.segment or "", ALL)) if split else ()
            told = (cell.said.words, cell.said.no_link) if cell.said else (None, None)
            start = (
                *(cell.row, rows[cell.row], cell.column, columns[cell.column], *named),
                *(cell.studies, cell.linked, cell.findings, cell.bundled, cell.state),
                *(cell.by_basis.get(basis, {}).get(direction, 0) for basis, direction in counted),
                counts_in_words(cell.ratings) or None,
                *(told if asked else ()),
            )
            refs = "; ".join(f"{ref.study}#{ref.finding}" for ref in cell.finding_refs) or None
            for one in cell.estimates:
                yield (
                    *start, one.metric, one.k, one.value, one.ci_low, one.ci_high, one.tau2, one.i2,
                    one.method, refs,
                )  # fmt: skip
            if not cell.estimates:
                yield *start, *(None for _ in _POOLED), refs


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return counts in one line, such as ``high: 1; low: 3``."""
    return "; ".join(f"{name}: {count}" for name, count in counts.items())


def to_csv(synthesis: Synthesis, *, empty: bool = False) -> str:
    """Return the cells as CSV; a cell that a spreadsheet would take for a formula gets a quote."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for line in flat(synthesis, empty=empty):
        writer.writerow(
            [
                "" if value is None else inert(value) if isinstance(value, str) else value
                for value in line
            ]
        )
    return text.getvalue()


def said(pooled: Pooled) -> str:
    """Return a pooled estimate in one line."""
    return (
        f"{pooled.metric} {pooled.value:.2f} [{pooled.ci_low:.2f}, {pooled.ci_high:.2f}], "
        f"k = {pooled.k}"
    )


def html_table(synthesis: Synthesis) -> str:
    """Return the table as an HTML fragment with its caption and notes."""
    segments = {segment.value: segment.shown for segment in synthesis.segments}
    head = "".join(f'<th scope="col">{_head(column)}</th>' for column in synthesis.columns)
    body = "".join(
        f'<tr><th scope="row">{_head(row)}</th>'
        + "".join(
            _html_cell(synthesis.at(row.value, column.value), segments)
            for column in synthesis.columns
        )
        + "</tr>"
        for row in synthesis.rows
    )
    caption = escape(titled(synthesis))
    notes = "".join(f"<li>{escape(note)}</li>" for note in synthesis.notes)
    return (
        f'<div class="implsci-table"><table><caption>{caption}: '
        f"{counted(synthesis.studies, 'study', 'studies')}"
        f"</caption><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"<ul>{notes}</ul>"
    )


def left_out(whole: Synthesis, shown: Synthesis) -> str:
    """Return a line of HTML that says how much of a table is not shown; nothing where all is."""
    rows, columns = len(whole.rows) - len(shown.rows), len(whole.columns) - len(shown.columns)
    if not rows and not columns:
        return ""
    return f"<p>and {rows} more rows, {columns} more columns; to_html() shows all</p>"


def titled(synthesis: Synthesis) -> str:
    """Return what a table lays out, in words."""
    split = f", split by {synthesis.segment_axis}" if synthesis.segment_axis else ""
    return f"{synthesis.row_axis} by {synthesis.column_axis}{split}"


def _head(value: AxisValue) -> str:
    # Isolated, so that a label which runs from right to left leaves its count alone.
    return f'<bdi>{escape(value.shown)}</bdi> <span class="n">({value.studies})</span>'


def _html_cell(cell: Cell, segments: Mapping[str, str]) -> str:
    told = ""
    if cell.said:
        mark = '<b class="x">&#215;</b> ' if cell.said.no_link else ""
        told = (
            f'<span class="said">{mark}{escape(cell.said.basis)}: {escape(cell.said.words)}</span>'
        )
    if not cell.studies:
        kind = "empty nolink" if cell.said and cell.said.no_link else "empty"
        nobody = '<span role="img" aria-label="no study">·</span>'
        return f'<td class="{kind}">{nobody}{"<br>" if told else ""}{told}</td>'
    lines = _told(cell)
    if told:
        lines.append(told)
    if cell.segments:
        items = "".join(
            f"<li><bdi>{escape(segments[one.segment or ''])}</bdi>: {'; '.join(_told(one))}</li>"
            for one in cell.segments
        )
        lines.append(f'<ul class="seg">{items}</ul>')
    effect = main_effect(cell.by_basis)
    style = f' style="border-left:4px solid {COLORS[effect]}"' if effect else ""
    return f"<td{style}>{'<br>'.join(lines)}</td>"


def _told(cell: Cell) -> list[str]:
    lines = [f"<b>{cell.studies}</b>"]
    if cell.linked:
        lines.append(f'<span class="linked">{cell.linked} linked</span>')
    lines += [f'<span class="dir">{escape(line)}</span>' for line in in_words(cell.by_basis)]
    if cell.state in ("no finding", "no difference"):
        lines.append(f'<span class="state">{_STATES[cell.state]}</span>')
    lines += [f'<span class="est">{escape(said(pooled))}</span>' for pooled in cell.estimates]
    if cell.ratings:
        lines.append(f'<span class="rated">rated {escape(counts_in_words(cell.ratings))}</span>')
    return lines


_STATES: Final = {"no finding": "no finding reported", "no difference": "null result"}


STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;max-width:72rem;
padding:1rem}
h1,h2,h3{line-height:1.2}
.implsci-table{overflow:auto;max-height:85vh}
.implsci-table td{min-width:9rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.85rem}
caption{text-align:left;font-weight:600;padding:.4rem 0}
th,td{border:1px solid #ccc;padding:.3rem .5rem;text-align:left;vertical-align:top}
thead th,thead td{position:sticky;top:0;background:#f4f4f4;z-index:1}
td.empty{color:#666;text-align:center;background:#fafafa}
td.nolink{background:#f3ecf6}
.x,.said{color:#5b2a6e}
.seg{margin:.2rem 0 0;padding-left:1rem}
.n,.linked,.dir,.est,.rated,.state{color:#444;font-weight:400}
@media print{.implsci-table{overflow:visible;max-height:none}thead th,thead td{position:static}}
"""


def to_html(synthesis: Synthesis) -> str:
    """Return one page that holds the table."""
    title = titled(synthesis)
    return page(title, f"<h1>{escape(title)}</h1>{html_table(synthesis)}")


def page(title: str, body: str) -> str:
    """Return a whole page around a body; nothing in it comes from outside the file."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


_STEP: Final = 34
_LETTER: Final = 6.3  # width of a letter of the labels, in pixels, on average
_LONGEST: Final = 46


def to_svg(synthesis: Synthesis) -> str:
    """Return a grid of bubbles: area by studies, color by the direction of most findings."""
    rows, columns = synthesis.rows, synthesis.columns
    most = max((cell.studies for cell in synthesis), default=1)
    left = round(16 + _LETTER * max((len(_short(row)) for row in rows), default=0))
    tallest = _LETTER * max((len(_short(column)) for column in columns), default=0)
    top = round(
        70 + (0 if synthesis.basis is None else 18) + 0.82 * tallest
    )  # the labels lean by 55 degrees
    width = max(round(left + _STEP * len(columns) + 0.58 * tallest), 720)
    height = top + _STEP * len(rows) + 20
    segments = {segment.value: segment.shown for segment in synthesis.segments}
    title = f"{titled(synthesis)}, {counted(synthesis.studies, 'study', 'studies')}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" '
        f'font-family="system-ui,sans-serif" font-size="11"><title>{escape(title)}</title>'
        f"<desc>{escape('; '.join(synthesis.notes))}</desc>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        _legend(24, synthesis.basis),
    ]
    for index, column in enumerate(columns):
        x = left + _STEP * (index + 0.5)
        parts.append(
            f'<text transform="translate({x:g},{top - 8}) rotate(-55)">'
            f"{escape(_short(column))}</text>"
        )
    for index, row in enumerate(rows):
        y = top + _STEP * (index + 0.5)
        parts.append(
            f'<text x="{left - 8}" y="{y + 4:g}" text-anchor="end">{escape(_short(row))}</text>'
        )
        for place, column in enumerate(columns):
            cell = synthesis.at(row.value, column.value)
            where = f"{row.shown} by {column.shown}"
            parts.append(_bubble(cell, left + _STEP * (place + 0.5), y, most, where, segments))
    parts.append("</svg>\n")
    return "".join(parts)


def _bubble(
    cell: Cell, x: float, y: float, most: int, where: str, segments: Mapping[str, str]
) -> str:
    told, cross = "", ""
    if cell.said:
        told = f"; {cell.said.basis}: {cell.said.words}"
    if cell.said and cell.said.no_link:
        cross = _cross(x + (10 if cell.studies else 0), y - (10 if cell.studies else 0))
    if not cell.studies:
        if cross:
            return f"<g><title>{escape(f'{where}: no study{told}')}</title>{cross}</g>"
        return f'<circle cx="{x:g}" cy="{y:g}" r="1" fill="#bbb"/>'
    radius = 4 + (_STEP / 2 - 5) * math.sqrt(cell.studies / most)
    ring = ' stroke="#000" stroke-width="2"' if cell.linked else ' stroke="#666"'
    found = "; ".join(in_words(cell.by_basis)) or "no finding"
    if cell.segments:
        parts = ", ".join(f"{segments[one.segment or '']} {one.studies}" for one in cell.segments)
        told += f"; of these {parts}"
    effect = main_effect(cell.by_basis) or "none"
    dark = effect in ("improved", "worsened")
    return (
        f"<g><title>{escape(f'{where}: {cell.studies} studies; {found}{told}')}</title>"
        f'<circle cx="{x:g}" cy="{y:g}" r="{radius:.1f}" '
        f'fill="{COLORS[effect]}"{ring}/><text x="{x:g}" y="{y + 4:g}" '
        f'text-anchor="middle" fill="{"#fff" if dark else "#000"}">{cell.studies}</text>{cross}</g>'
    )


def _cross(x: float, y: float) -> str:
    lines = "".join(f"M{x - 4:g} {y + d:g}L{x + 4:g} {y - d:g}" for d in (-4, 4))
    return f'<path d="{lines}" stroke="#5b2a6e" stroke-width="2" fill="none"/>'


def _legend(y: float, basis: str | None) -> str:
    parts = []
    for index, (name, words) in enumerate([*DIRECTION_WORDS.items(), ("none", "no effect seen")]):
        x = 12 + index * 100
        parts.append(
            f'<circle cx="{x}" cy="{y - 4:g}" r="6" fill="{COLORS[name]}" stroke="#666"/>'
            f'<text x="{x + 11}" y="{y:g}">{words}</text>'
        )
    told = (
        "bubble: studies; color: what most effects say (a tie is mixed); thick ring: link stated; "
        "dot: no study looked"
    )
    parts.append(f'<text x="6" y="{y + 20:g}">{told}</text>')
    if basis is not None:
        parts.append(
            f'{_cross(12, y + 34)}<text x="23" y="{y + 38:g}">{escape(basis)} has evidence of no '
            "link; that is no finding of these studies</text>"
        )
    return "".join(parts)


def _short(value: AxisValue) -> str:
    short = len(value.shown) <= _LONGEST
    text = value.shown if short else value.shown[: _LONGEST - 1] + "…"
    if not text.isascii():  # isolated, as in HTML
        text = f"\u2068{text}\u2069"
    return f"{text} ({value.studies})"
