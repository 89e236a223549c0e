"""Tables and lists of the page, each in a box that scrolls on a small screen."""

from __future__ import annotations

from collections.abc import Iterable

from implsci.report._text import cut

__all__ = ["items", "table"]


def table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in a box that scrolls on a small screen; all but the caption is markup.

    The first cell of a row is its header.
    """
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    caption = cut(caption, 300)
    return (
        f'<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table '
        f'class="list"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}'
        "</tbody></table></div>"
    )


def items(lines: Iterable[str]) -> str:
    """Return a list; the lines are markup."""
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
