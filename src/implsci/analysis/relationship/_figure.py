"""The readings of a relationship as one picture, for a reader who wants no statistics."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS
from implsci.escaping import markup

if TYPE_CHECKING:
    from implsci.analysis.relationship._answers import RoleAnswer, Roles

__all__ = ["drawn"]

# Okabe and Ito's palette; every mark also has its word in the legend and a letter on it.
_MARKS: Final = {
    "improved": ("#0072b2", "+"),
    "maintained": ("#56b4e9", "="),
    "no_difference": ("#999999", "≈"),
    "mixed": ("#e69f00", "±"),
    "worsened": ("#d55e00", "-"),
    "unclear": ("#e5e5e5", "?"),
}
_TITLES: Final = {
    "strategy": "A strategy in its own right?",
    "moderator": "Makes others work better? (moderator)",
    "mediator": "Carries their effect? (mediator)",
    "necessary_condition": "Necessary for success?",
    "determinant": "Goes with outcomes? (determinant)",
}
_WIDTH: Final = 980
_LETTERS: Final = 88
_STEP: Final = 19


def drawn(found: Roles) -> str:
    """Return the picture as SVG."""
    body: list[str] = []
    y = 104.0
    for answer in found.answers:
        rows, height = _row(answer, y)
        body += rows
        y += height
    notes = [line for text in found.assumptions for line in textwrap.wrap(text, 150)]
    height = y + 16 * len(notes) + 24
    title = "What does the relationship do?"
    told = f"{found.with_relationship} of {found.n_studies} studies speak of a relationship"
    if found.compendium:
        told += f" ({found.compendium})"
    told += ". Each row is a way to read it, and none is proven by the others."
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {height:g}" '
            f'width="{_WIDTH}" height="{height:g}" font-family="system-ui,sans-serif" font-size="13">',
            f"<title>{title}</title><desc>{markup(found.sentence())}</desc>",
            f'<rect width="{_WIDTH}" height="{height:g}" fill="#fff"/>',
            f'<text x="20" y="34" font-size="20" font-weight="bold">{title}</text>',
            f'<text x="20" y="56">{markup(told)}</text>',
            *_legend(80),
            *body,
            *(
                f'<text x="20" y="{y + 16 * row + 10:g}" font-size="11" fill="#444">'
                f"{markup(line)}</text>"
                for row, line in enumerate(notes)
            ),
            "</svg>\n",
        )
    )


def _legend(y: float) -> Iterator[str]:
    x = 20.0
    for direction, words in DIRECTION_WORDS.items():
        yield _mark(direction, x + 8, y)
        yield f'<text x="{x + 20:g}" y="{y + 4:g}" font-size="12">{words}</text>'
        x += 40 + 7 * len(words)
    yield f'<text x="{x:g}" y="{y + 4:g}" font-size="12">one mark a finding</text>'


def _mark(direction: str, x: float, y: float) -> str:
    color, sign = _MARKS[direction]
    ink = "#000" if direction in ("unclear", "mixed", "maintained") else "#fff"
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="{color}" stroke="#333"/>'
        f'<text x="{x:g}" y="{y + 4:g}" text-anchor="middle" font-size="11" fill="{ink}">{sign}</text>'
    )


def _standing(answer: RoleAnswer) -> str:
    alone = answer.estimate is not None and answer.k == 1
    return f"{answer.standing}, {answer.behind_it}" if alone else answer.standing


def _row(answer: RoleAnswer, y: float) -> tuple[list[str], float]:
    words = textwrap.wrap(answer.short(counted=False), _LETTERS)
    left = [
        f'<line x1="20" y1="{y:g}" x2="{_WIDTH - 20}" y2="{y:g}" stroke="#bbb"/>',
        f'<text x="20" y="{y + 22:g}" font-weight="bold">{_TITLES[answer.role]}</text>',
        f'<text x="20" y="{y + 40:g}" font-size="12" fill="#444">{markup(_standing(answer))}</text>',
    ]
    marks: list[str] = []
    line = y + 20
    for basis, counts in answer.by_basis.items():
        marks.append(
            f'<text x="340" y="{line + 4:g}" font-size="11" fill="#444">{BASIS_WORDS[basis]}</text>'
        )
        place = 0
        for direction in DIRECTION_WORDS:
            for _ in range(counts.get(direction, 0)):
                if place and place % _PER_LINE == 0:
                    line += _STEP
                marks.append(_mark(direction, 440 + _STEP * (place % _PER_LINE), line))
                place += 1
        line += _STEP + 4
    if not answer.by_basis:
        marks.append(f'<text x="340" y="{line + 4:g}" font-size="11">no finding</text>')
        line += _STEP
    below = max(line, y + 52)
    text = [
        f'<text x="340" y="{below + 16 * row + 6:g}" font-size="12">{markup(part)}</text>'
        for row, part in enumerate(words)
    ]
    return [*left, *marks, *text], below + 16 * len(words) + 16 - y


_PER_LINE: Final = 27
