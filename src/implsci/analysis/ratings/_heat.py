"""A matrix of ratings as a table in HTML and as a picture; text from data is escaped.

Color never stands alone: every cell says its rating as a number or a word, a mixed one is striped
and a missing one has a broken border. The colors are of Okabe and Ito's palette.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from implsci.escaping import markup

if TYPE_CHECKING:
    from implsci.analysis.ratings._matrix import RatingsMatrix, SiteRating

__all__ = ["html", "svg"]

# Fill and ink by rating; each pair has a contrast of 4.5 or more.
_COLORS: Final = {
    -2: ("#d55e00", "#000000"),
    -1: ("#f2bf99", "#000000"),
    0: ("#f0f0f0", "#000000"),
    1: ("#99c7e0", "#000000"),
    2: ("#0072b2", "#ffffff"),
}
_WORDS: Final = {
    -2: "strong barrier",
    -1: "weak barrier",
    0: "neutral",
    1: "weak facilitator",
    2: "strong facilitator",
}
_CLASSES: Final = {-2: "down-2", -1: "down-1", 0: "zero", 1: "up-1", 2: "up-2"}
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;margin:0 auto;"
    "max-width:72rem;padding:1rem}table{border-collapse:collapse;font-size:.9rem}"
    "caption{text-align:left;font-weight:600;padding:.4rem 0}"
    "th,td{border:1px solid #777;padding:.3rem .6rem;text-align:left}td{text-align:center}"
    "td.mixed{background-image:repeating-linear-gradient(45deg,transparent 0 6px,"
    "rgba(255,255,255,.6) 6px 9px)}td.missing{border-style:dashed;color:#555}"
    + "".join(
        f"td.{name}{{background-color:{_COLORS[value][0]};color:{_COLORS[value][1]}}}"
        for value, name in _CLASSES.items()
    )
)
_CELL: Final = 76
_STEP: Final = 26
_LETTER: Final = 6.3  # width of a letter of the labels, in pixels, on average
_LONGEST: Final = 46


def _told(cell: SiteRating) -> str:
    """Return a rating in full, for those who hear the table."""
    if cell.missing:
        return "missing: not rated"
    word = "" if cell.value is None else _WORDS[cell.value]
    return ", ".join(part for part in (word, "mixed statements" if cell.mixed else "") if part)


def html(matrix: RatingsMatrix) -> str:
    """Return a page that holds the matrix as a table."""
    head = "".join(f'<th scope="col">{markup(site.label)}</th>' for site in matrix.sites)
    body = "".join(
        f'<tr><th scope="row">{markup(row.label)}</th>{"".join(map(_html_cell, row.cells))}</tr>'
        for row in matrix.rows
    )
    notes = "".join(f"<li>{markup(text)}</li>" for text in matrix.assumptions)
    said = markup(matrix.sentence())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Ratings by site</title><style>{_STYLE}</style></head><body>"
        f"<table><caption>{said}</caption><thead><tr><td></td>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table><ul>{notes}</ul></body></html>\n"
    )


def _html_cell(cell: SiteRating) -> str:
    names = [*(["missing"] if cell.missing else []), *(["mixed"] if cell.mixed else [])]
    if cell.value is not None:
        names.append(_CLASSES[cell.value])
    return f'<td class="{" ".join(names)}" title="{_told(cell)}">{cell.mark}</td>'


def svg(matrix: RatingsMatrix) -> str:
    """Return the matrix as a picture."""
    left = round(16 + _LETTER * max((len(_short(row.label)) for row in matrix.rows), default=0))
    tallest = _LETTER * max((len(_short(site.label)) for site in matrix.sites), default=0)
    top = round(30 + 0.64 * tallest)  # the labels lean by 40 degrees
    width = round(left + _CELL * len(matrix.sites) + 0.77 * tallest) + 20
    height = top + _STEP * len(matrix.rows) + 16
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="system-ui,sans-serif" font-size="11">'
        f"<title>{markup(matrix.sentence())}</title>"
        f"<desc>{markup('; '.join(matrix.assumptions))}</desc>"
        '<defs><pattern id="mixed" width="9" height="9" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="3" height="9" fill="#fff" opacity=".6"/>'
        f'</pattern></defs><rect width="{width}" height="{height}" fill="#fff"/>'
    ]
    for column, site in enumerate(matrix.sites):
        x = left + _CELL * (column + 0.5)
        parts.append(
            f'<text transform="translate({x:g},{top - 8}) rotate(-40)">'
            f"{markup(_short(site.label))}</text>"
        )
    for index, row in enumerate(matrix.rows):
        y = top + _STEP * index
        parts.append(
            f'<text x="{left - 8}" y="{y + 17}" text-anchor="end">{markup(_short(row.label))}</text>'
        )
        for column, (site, cell) in enumerate(zip(matrix.sites, row.cells, strict=True)):
            where = f"{row.label}, {site.label}: {cell.mark} ({_told(cell)})"
            parts.append(_svg_cell(cell, left + _CELL * column, y, where))
    parts.append("</svg>\n")
    return "".join(parts)


def _svg_cell(cell: SiteRating, x: float, y: float, where: str) -> str:
    fill, ink = _COLORS[cell.value] if cell.value is not None else ("#ffffff", "#444444")
    dash = ' stroke-dasharray="3 3"' if cell.missing else ""
    box = f'x="{x:g}" y="{y:g}" width="{_CELL}" height="{_STEP}"'
    stripes = f'<rect {box} fill="url(#mixed)"/>' if cell.mixed else ""
    return (
        f'<g><title>{markup(where)}</title><rect {box} fill="{fill}" stroke="#777"{dash}/>{stripes}'
        f'<text x="{x + _CELL / 2:g}" y="{y + 17:g}" text-anchor="middle" fill="{ink}">{cell.mark}'
        "</text></g>"
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
