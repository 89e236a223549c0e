"""A synthesis as CSV, HTML and SVG; text from data is escaped wherever it comes out."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS, in_words, main_effect
from implsci.escaping import inert
from implsci.escaping import markup as escape

if TYPE_CHECKING:
    from implsci.analysis.pooling import Pooled
    from implsci.synthesis.axes import AxisValue
    from implsci.synthesis.table import Cell, Synthesis

__all__ = ["flat", "html_table", "page", "said", "to_csv", "to_html", "to_svg"]

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
_POOLED: Final = ("metric", "k", "estimate", "ci_low", "ci_high", "tau2", "method")


def flat(synthesis: Synthesis) -> Iterator[tuple[object, ...]]:
    """Yield a header, then a line for each cell; one with several metrics has a line for each.

    Directions stand in a column for each basis that the table has, such as ``effect_improved``.
    """
    bases = [name for name in BASIS_WORDS if any(name in cell.by_basis for cell in synthesis)]
    counted = [(basis, direction) for basis in bases for direction in DIRECTION_WORDS]
    yield (
        *("row", "row_label", "column", "column_label", "studies", "linked", "findings", "bundled"),
        *(f"{basis.replace(' ', '_')}_{direction}" for basis, direction in counted),
        *_POOLED,
    )
    row_labels = {row.value: row.shown for row in synthesis.rows}
    column_labels = {column.value: column.shown for column in synthesis.columns}
    for cell in synthesis:
        start = (
            cell.row,
            row_labels[cell.row],
            cell.column,
            column_labels[cell.column],
            cell.studies,
            cell.linked,
            cell.findings,
            cell.bundled,
            *(cell.by_basis.get(basis, {}).get(direction, 0) for basis, direction in counted),
        )
        for pooled in cell.estimates:
            yield (
                *start, pooled.metric, pooled.k, pooled.value, pooled.ci_low, pooled.ci_high,
                pooled.tau2, pooled.method,
            )  # fmt: skip
        if not cell.estimates:
            yield *start, *(None for _ in _POOLED)


def to_csv(synthesis: Synthesis) -> str:
    """Return the cells as CSV; a cell that a spreadsheet would take for a formula gets a quote."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for line in flat(synthesis):
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
    head = "".join(f'<th scope="col">{_head(column)}</th>' for column in synthesis.columns)
    body = "".join(
        f'<tr><th scope="row">{_head(row)}</th>'
        + "".join(
            _html_cell(synthesis.cells.get((row.value, column.value)))
            for column in synthesis.columns
        )
        + "</tr>"
        for row in synthesis.rows
    )
    caption = f"{escape(synthesis.row_axis)} by {escape(synthesis.column_axis)}"
    notes = "".join(f"<li>{escape(note)}</li>" for note in synthesis.notes)
    return (
        f'<div class="implsci-table"><table><caption>{caption}: {synthesis.studies} studies'
        f"</caption><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"<ul>{notes}</ul>"
    )


def _head(value: AxisValue) -> str:
    return f'{escape(value.shown)} <span class="n">({value.studies})</span>'


def _html_cell(cell: Cell | None) -> str:
    if cell is None:
        return '<td class="empty"><span aria-label="no study">·</span></td>'
    lines = [f"<b>{cell.studies}</b>"]
    if cell.linked:
        lines.append(f'<span class="linked">{cell.linked} linked</span>')
    lines += [f'<span class="dir">{escape(line)}</span>' for line in in_words(cell.by_basis)]
    lines += [f'<span class="est">{escape(said(pooled))}</span>' for pooled in cell.estimates]
    effect = main_effect(cell.by_basis)
    style = f' style="border-left:4px solid {COLORS[effect]}"' if effect else ""
    return f"<td{style}>{'<br>'.join(lines)}</td>"


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
.n,.linked,.dir,.est{color:#444;font-weight:400}
@media print{.implsci-table{overflow:visible;max-height:none}thead th,thead td{position:static}}
"""


def to_html(synthesis: Synthesis) -> str:
    """Return one page that holds the table."""
    title = f"{synthesis.row_axis} by {synthesis.column_axis}"
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
    top = round(70 + 0.82 * tallest)  # the labels lean by 55 degrees
    width = max(round(left + _STEP * len(columns) + 0.58 * tallest), 720)
    height = top + _STEP * len(rows) + 20
    title = f"{synthesis.row_axis} by {synthesis.column_axis}, {synthesis.studies} studies"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" '
        f'font-family="system-ui,sans-serif" font-size="11"><title>{escape(title)}</title>'
        f"<desc>{escape('; '.join(synthesis.notes))}</desc>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        _legend(24),
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
            cell = synthesis.cells.get((row.value, column.value))
            where = f"{row.shown} by {column.shown}"
            parts.append(_bubble(cell, left + _STEP * (place + 0.5), y, most, where))
    parts.append("</svg>\n")
    return "".join(parts)


def _bubble(cell: Cell | None, x: float, y: float, most: int, where: str) -> str:
    if cell is None:
        return f'<circle cx="{x:g}" cy="{y:g}" r="1" fill="#bbb"/>'
    radius = 4 + (_STEP / 2 - 5) * math.sqrt(cell.studies / most)
    ring = ' stroke="#000" stroke-width="2"' if cell.linked else ' stroke="#666"'
    found = "; ".join(in_words(cell.by_basis)) or "no finding"
    told = f"{where}: {cell.studies} studies; {found}"
    effect = main_effect(cell.by_basis) or "none"
    dark = effect in ("improved", "worsened")
    return (
        f'<g><title>{escape(told)}</title><circle cx="{x:g}" cy="{y:g}" r="{radius:.1f}" '
        f'fill="{COLORS[effect]}"{ring}/><text x="{x:g}" y="{y + 4:g}" '
        f'text-anchor="middle" fill="{"#fff" if dark else "#000"}">{cell.studies}</text></g>'
    )


def _legend(y: float) -> str:
    parts = []
    for index, (name, words) in enumerate([*DIRECTION_WORDS.items(), ("none", "no effect seen")]):
        x = 12 + index * 100
        parts.append(
            f'<circle cx="{x}" cy="{y - 4:g}" r="6" fill="{COLORS[name]}" stroke="#666"/>'
            f'<text x="{x + 11}" y="{y:g}">{words}</text>'
        )
    told = "bubble: studies; color: what most effects say (a tie is mixed); thick ring: link stated"
    parts.append(f'<text x="6" y="{y + 20:g}">{told}</text>')
    return "".join(parts)


def _short(value: AxisValue) -> str:
    short = len(value.shown) <= _LONGEST
    text = value.shown if short else value.shown[: _LONGEST - 1] + "…"
    return f"{text} ({value.studies})"
