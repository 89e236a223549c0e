"""The models of engagement as one picture: a row a question, a column a model, a bar of studies."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci.analysis.engagement._evidence import pooled_words
from implsci.analysis.engagement._models import COMPARED
from implsci.analysis.tally import BASIS_WORDS
from implsci.escaping import markup

if TYPE_CHECKING:
    from implsci.analysis.engagement._evidence import GroupVotes, ModelEvidence
    from implsci.analysis.engagement._results import EngagementAnswer, EngagementComparison

__all__ = ["drawn"]

# Okabe and Ito's palette, ink that can be read on it, and a sign for whoever sees no color; no sign
# is a figure, so that none is read as a count.
_VOTES: Final = {
    "better": ("#0072b2", "#fff", "+", "gains"),
    "mixed": ("#e69f00", "#000", "±", "mixed"),
    "no_difference": ("#767676", "#fff", "=", "no difference"),
    "worse": ("#d55e00", "#000", "-", "worse"),
    "unclear": ("#e5e5e5", "#000", "?", "unclear"),
}
_LEFT: Final = 20
_FIRST: Final = 230  # where the first model's column begins
_COLUMN: Final = 240
_WIDTH: Final = _FIRST + _COLUMN * len(COMPARED)
_LABEL: Final = 78
_LETTERS: Final = 150
_SIGN: Final = 10  # no sign on a piece narrower than one at its size of type, with some air


def drawn(found: EngagementComparison) -> str:
    """Return the picture as SVG."""
    body: list[str] = []
    most = max(
        (votes.told + votes.unclear for answer in found for one in answer.models
         if one.model in COMPARED for votes in one.votes),
        default=1,
    )  # fmt: skip
    room = _COLUMN - _LABEL - 14 - 6.5 * len(f"{most} of {most}")
    unit = min(12.0, room / max(most, 1))
    y = 132.0
    for answer in found.answers:
        rows, height = _row(answer, y, unit)
        body += rows
        y += height
    notes, below = _notes(found, y)
    title = "Push, pull or co-creation: which goes with better results?"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {below:g}" '
            f'width="{_WIDTH}" height="{below:g}" font-family="system-ui,sans-serif" '
            'font-size="13">',
            f"<title>{title}</title><desc>{markup(found.sentence())}</desc>",
            f'<rect width="{_WIDTH}" height="{below:g}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="34" font-size="20" font-weight="bold">{title}</text>',
            _text(_LEFT, 56, found.heading() + (f" ({found.compendium})" if found.compendium else "")),
            *_legend(82),
            *_heads(found, 118),
            *body,
            *notes,
            "</svg>\n",
        )
    )  # fmt: skip


def _text(x: float, y: float, words: str, size: int = 13, ink: str = "#000") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{ink}">{markup(words)}</text>'


def _legend(y: float) -> Iterator[str]:
    x = float(_LEFT)
    for color, ink, sign, words in _VOTES.values():
        yield (
            f'<rect x="{x:g}" y="{y - 9:g}" width="18" height="15" fill="{color}" stroke="#333" '
            f'stroke-width="0.5"/><text x="{x + 9:g}" y="{y + 3:g}" text-anchor="middle" '
            f'font-size="11" fill="{ink}">{sign}</text>'
        )
        yield _text(x + 24, y + 3, words, 12)
        x += 48 + 7 * len(words)
    yield _text(
        x,
        y + 3,
        "9 of 15: studies with gains, of those that tell a direction; those of one "
        "programme count as one",
        12,
    )


def _heads(found: EngagementComparison, y: float) -> Iterator[str]:
    for place, model in enumerate(COMPARED):
        count = found.told.get(model, 0)
        yield (
            f'<text x="{_FIRST + place * _COLUMN}" y="{y:g}" font-weight="bold">{model} '
            f'<tspan font-weight="normal" fill="#444">({count} {"study" if count == 1 else "studies"}'
            ")</tspan></text>"
        )


def _row(answer: EngagementAnswer, y: float, unit: float) -> tuple[list[str], float]:
    rows = [f'<line x1="{_LEFT}" y1="{y:g}" x2="{_WIDTH - 20}" y2="{y:g}" stroke="#bbb"/>']
    words = textwrap.wrap(answer.question, 24)
    rows += [
        f'<text x="{_LEFT}" y="{y + 22 + 17 * line:g}" font-weight="bold">{markup(part)}</text>'
        for line, part in enumerate(words)
    ]
    lowest = y + 22 + 17 * len(words)
    for place, model in enumerate(COMPARED):
        marks, low = _cell(answer.of(model), _FIRST + place * _COLUMN, y + 10, unit)
        rows += marks
        lowest = max(lowest, low)
    for part in textwrap.wrap(answer.difference(), _LETTERS):
        rows.append(_text(_FIRST, lowest + 8, part, 12, "#444"))
        lowest += 16
    return rows, lowest + 10 - y


def _cell(one: ModelEvidence, x: float, y: float, unit: float) -> tuple[list[str], float]:
    if not one.votes:
        return [_text(x, y + 12, "no finding", 11, "#666")], y + 24
    marks: list[str] = []
    for votes in one.votes:
        marks.append(_text(x, y + 12, BASIS_WORDS[votes.basis], 11, "#444"))
        marks += _bar(votes, x + _LABEL, y, unit)
        y += 22
        if votes.basis == "effect":
            for pooled in one.pooled:
                marks.append(_text(x, y + 9, pooled_words(pooled), 11))
                y += 16
    return marks, y + 6


def _bar(votes: GroupVotes, x: float, y: float, unit: float) -> Iterator[str]:
    for name, (color, ink, sign, words) in _VOTES.items():
        count: int = getattr(votes, name)
        if not count:
            continue
        width = count * unit
        yield (
            f'<g><title>{count} {words}</title><rect x="{x:g}" y="{y:g}" width="{width:g}" '
            f'height="16" fill="{color}" stroke="#333" stroke-width="0.5"/>'
        )
        if width >= _SIGN:
            yield (
                f'<text x="{x + width / 2:g}" y="{y + 12:g}" text-anchor="middle" font-size="10" '
                f'fill="{ink}">{sign}</text>'
            )
        yield "</g>"
        x += width
    if votes.told:
        yield _text(x + 6, y + 12, f"{votes.better} of {votes.told}", 11)


def _notes(found: EngagementComparison, y: float) -> tuple[list[str], float]:
    silent = found.told.get("not told", 0)
    told = [
        "What else differs, and how far this can be trusted",
        "Findings that compare two models inside one study, in no column: "
        f"{len(found.direct) or 'none'}.",
        *(f"{words[0].upper()}{words[1:]}." for words in found.warnings),
        f"{silent} studies do not tell their model and stand in no column. Bars count directions, "
        "not how large or how certain effects are.",
    ]
    rows = [f'<line x1="{_LEFT}" y1="{y:g}" x2="{_WIDTH - 20}" y2="{y:g}" stroke="#bbb"/>']
    y += 24
    for place, note in enumerate(told):
        for line in textwrap.wrap(note, _LETTERS + 40):
            rows.append(
                f'<text x="{_LEFT}" y="{y:g}" font-weight="bold">{markup(line)}</text>'
                if not place
                else _text(_LEFT, y, line, 12, "#222")
            )
            y += 18
    return rows, y + 10
