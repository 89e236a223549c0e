"""Tables and lists of the page, each in a box that scrolls on a small screen."""

from __future__ import annotations

from collections.abc import Iterable

from implsci.report._text import cut

__all__ = ["items", "table"]


def table(
    caption: str,
    heads: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    printed: int | None = None,
) -> str:
    """Return a table in a box that scrolls on a small screen; all but the caption is markup.

    The first cell of a row is its header.

    Args:
        caption: what the table holds.
        heads: the titles of its columns.
        rows: their cells.
        printed: how many rows paper has; None for all.
    """
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join(
        f'<tr{_far(place, printed)}><th scope="row">{first}</th>'
        f"{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>"
        for place, (first, *rest) in enumerate(rows)
    )
    caption = cut(caption, 300)
    return (
        f'<div class="scroll" role="region" aria-label="{caption}" tabindex="0"><table '
        f'class="list"><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}'
        "</tbody></table></div>"
    )


def _far(place: int, printed: int | None) -> str:
    return ' class="far"' if printed is not None and place >= printed else ""


def items(lines: Iterable[str]) -> str:
    """Return a list; the lines are markup."""
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
