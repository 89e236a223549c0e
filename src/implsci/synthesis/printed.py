"""A synthesis as a table of Markdown or LaTeX: a line a cell; text from data is escaped.

A line a cell, not a grid: that fits a page whatever the number of columns, and says all of a cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.escaping import one_line
from implsci.synthesis.render import ALL, counts_in_words, said, titled

if TYPE_CHECKING:
    from implsci.synthesis.cell import Cell
    from implsci.synthesis.table import Synthesis

__all__ = ["latex", "markdown", "to_latex", "to_markdown"]

# What still turns the direction of the text that follows, in a format that cannot isolate it.
_TURNS: Final = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x2066, 0x206A)], "\ufffd")
_MARKDOWN: Final = re.compile(r"[\\`*_{}\[\]<>|~$&#]")
_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after the end of a line it would be taken for an argument
    "]": "{]}",
}


def markdown(text: str) -> str:
    r"""Return text as one line that Markdown shows as it stands.

    Examples:
        >>> print(markdown("a|b *c*"))
        a\|b \*c\*
    """
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text).translate(_TURNS))


def latex(text: str) -> str:
    r"""Return text as one line that LaTeX sets as it stands.

    Examples:
        >>> print(latex("50 % & more"))
        50 \% \& more
    """
    return "".join(_LATEX.get(char, char) for char in one_line(text).translate(_TURNS))


def to_markdown(synthesis: Synthesis) -> str:
    """Return the cells as a table of GitHub's Markdown, with the notes below."""
    header, *lines = _lines(synthesis)
    numbers = {"Studies", "Findings", "Bundled"}
    rule = ["---:" if name in numbers else "---" for name in header]
    table = [
        f"| {' | '.join(cells)} |"
        for cells in ([*map(markdown, header)], rule, *([*map(markdown, line)] for line in lines))
    ]
    notes = [f"- {markdown(note)}" for note in synthesis.notes]
    title = markdown(f"{titled(synthesis)}: {counted(synthesis.studies, 'study', 'studies')}")
    return "\n".join([f"**{title}**", "", *table, "", *notes, ""])


def to_latex(synthesis: Synthesis) -> str:
    """Return the cells as a table that runs over pages (longtable, array), with the notes below."""
    header, *lines = _lines(synthesis)
    wide = {"Studies": "r", "Findings": "r", "Bundled": "r"}
    parts = {name: 2 if name == "What was found" else 1 for name in header if name not in wide}
    counts = 4 * (len(header) - len(parts))  # a column of counts is as wide as its head
    rest = rf"(\linewidth-{counts}em-{2 * len(header)}\tabcolsep)"
    spread = "".join(
        wide[name]
        if name in wide
        else rf">{{\raggedright\arraybackslash}}p{{\dimexpr{rest}*{parts[name]}/{sum(parts.values())}\relax}}"
        for name in header
    )
    title = latex(f"{titled(synthesis)}: {counted(synthesis.studies, 'study', 'studies')}")
    body = [" & ".join(map(latex, line)) + r" \\" for line in lines]
    notes = [rf"\item {latex(note)}" for note in synthesis.notes]
    return "\n".join(
        [
            rf"\begin{{longtable}}{{{spread}}}",
            rf"\caption{{{title}}} \\",
            r"\hline",
            " & ".join(map(latex, header)) + r" \\",
            r"\hline",
            r"\endhead",
            *body,
            r"\hline",
            r"\end{longtable}",
            *([r"\begin{itemize}", *notes, r"\end{itemize}"] if notes else []),
            "",
        ]
    )


def _lines(synthesis: Synthesis) -> Iterator[tuple[str, ...]]:
    """Yield a header, then a line for each cell, each segment, and each pair said to have no link."""
    split, asked = synthesis.segment_axis, synthesis.basis
    rated = any(cell.ratings for cell in synthesis)
    yield (
        synthesis.row_axis,
        synthesis.column_axis,
        *((split,) if split else ()),
        *("Studies", "Findings", "Bundled", "What was found", "Pooled"),
        *((synthesis.rating,) if rated else ()),
        *((asked,) if asked else ()),
    )
    rows = {row.value: row.shown for row in synthesis.rows}
    columns = {column.value: column.shown for column in synthesis.columns}
    segments = {segment.value: segment.shown for segment in synthesis.segments}
    for whole in synthesis.listed():
        for cell in (whole, *whole.segments):
            yield (
                rows[cell.row],
                columns[cell.column],
                *((segments.get(cell.segment or "", ALL),) if split else ()),
                *(str(cell.studies), str(cell.findings), str(cell.bundled)),
                _found(cell),
                "; ".join(map(said, cell.estimates)),
                *((counts_in_words(cell.ratings),) if rated else ()),
                *((cell.said.words if cell.said else "",) if asked else ()),
            )


def _found(cell: Cell) -> str:
    told = "; ".join(in_words(cell.by_basis))
    if cell.state == "empty":
        return "no study looked"
    if cell.state == "no finding":
        return "no finding reported"
    return f"{told} (null result)" if cell.state == "no difference" else told
