"""The page: one file that opens from disk, fetches nothing, and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.report import _sections
from implsci.report._downloads import downloads
from implsci.report._facets import choices_of, form
from implsci.report._figures import pictures
from implsci.report._gaps import gaps
from implsci.report._maps import gap_map, legend
from implsci.report._payload import encoded, payload
from implsci.report._studies import studies
from implsci.report._text import cut, folded

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["to_html"]

_SECTIONS: Final = {
    "short": "In short",
    "pictures": "In pictures",
    "barriers": "Barriers and strategies",
    "outcomes": "Strategies and outcomes",
    "studies": "The studies",
    "tried": "What was tried, sector by sector",
    "gaps": "Where nobody has looked",
    "fit": "Matches and mismatches",
    "relationships": "What relationships do",
    "equity": "Equity: who is reached",
    "studied": "What was studied",
    "methods": "Methods and limits",
    "data": "The data, to download",
}


def to_html(report: Report) -> str:
    """Return the whole page."""
    compendium = report.compendium
    title = compendium.title or compendium.name or "A compendium"
    maps = {"b": report.barriers, "o": report.outcomes}
    data = encoded(payload(report, choices_of(report), maps))
    parts = {
        "short": _sections.in_short(report, _SECTIONS),
        "pictures": "".join(pictures(report)),
        "barriers": _both(report),
        "outcomes": (
            "<p>What came of each strategy, by outcome. Filters above hold here too.</p>"
            + gap_map(report, "o", report.outcomes, "Strategies by outcomes")
        ),
        "studies": _list(report),
        "tried": (
            "<p>Strategies used in studies that met the barrier. That is no claim that the strategy "
            "was aimed at it; where the source says so, the studies are counted as linked.</p>"
            + "".join(_sections.what_was_tried(report))
        ),
        "gaps": (
            "<p>Three things that are easily confused: an empty cell says that nobody looked; a null "
            "result says that somebody looked and found no difference; evidence of no link says that "
            "a published basis holds the pair to be unrelated.</p>" + "".join(gaps(report))
        ),
        "fit": "".join(_sections.fit(report)),
        "relationships": "".join(_sections.relationships(report)),
        "equity": "".join(_sections.equity(report)),
        "studied": "".join(_sections.studied(report)),
        "methods": _sections.methods(report),
        "data": "<p>Each link holds its file; nothing is fetched. Text that a spreadsheet would run "
        f"as a formula begins with an apostrophe.</p>{downloads(report)}",
    }
    contents = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name in _SECTIONS.items())
    body = "".join(
        f'<section id="{key}" aria-labelledby="h-{key}"><h2 id="h-{key}" tabindex="-1">{name}</h2>'
        f"{parts[key]}</section>"
        for key, name in _SECTIONS.items()
    )
    style, script = _asset("page.css"), _asset("page.js")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(style, script)}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{cut(title, 120)}: report</title><style>{style}</style></head><body>"
        '<a class="skip" href="#short">Skip to the findings</a>'
        f"<header><h1>{cut(title, 160)}</h1>"
        + (f"<div>{folded(title)}</div>" if len(title) > 160 else "")
        + f"<p>{counted(len(compendium), 'study', 'studies')}, laid out by implsci. Everything is in "
        'this one file.</p></header><nav aria-label="Contents"><ul>'
        f"{contents}</ul></nav><main>{body}</main><footer><p>Written by implsci. "
        '<a href="#short">Back to the top</a></p></footer>'
        f'<script type="application/json" id="facts">{data}</script>'
        f"<script>{script}</script></body></html>\n"
    )


def _both(report: Report) -> str:
    return (
        "<p>A study stands in a cell if both occur in it. That is no claim that the strategy was "
        "aimed at the barrier; a framed cell holds studies whose source says so. A number leads to "
        "the studies behind it.</p>"
        f'<h3 id="choose">Choose studies and findings</h3>{form(report)}'
        f"<h3>How to read a map</h3>{legend()}"
        '<p class="js" hidden>Tab enters a map; arrow keys move in it; Enter shows the studies of a '
        "cell.</p><h3 class='screen'>The map</h3>"
        + gap_map(report, "b", report.barriers, "Barriers by strategies")
    )


def _list(report: Report) -> str:
    return (
        '<div id="shown" role="status" class="status"></div><p class="js" hidden><button '
        'type="button" id="back" hidden>Back to the map</button> <button type="button" id="leave" '
        'hidden>Leave this cell</button> <button type="button" id="save">Save these findings as CSV'
        "</button></p><p>Each study with what it reports, quotes where the record keeps them, and where "
        f'it is published.</p><div id="list">{"".join(studies(report))}</div>'
        '<p class="js" hidden><button type="button" id="more" hidden>Show more studies</button></p>'
    )


@cache
def _asset(name: str) -> str:
    return files("implsci.report").joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return what the browser may do: use this style, run this script, show images held here."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types "
        "'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
