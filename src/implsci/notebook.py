"""How records and results show themselves in a notebook: short, escaped, readable by a screen reader.

Examples:
    >>> card("Study", [("id", "a"), ("year", None)])[:53]
    '<table><caption style="text-align:left">Study</captio'
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from implsci.escaping import markup, one_line

__all__ = ["card", "listing"]


def __dir__() -> list[str]:
    return __all__


_LONGEST: Final = 200
_LEFT: Final = ' style="text-align:left"'


def card(caption: str, rows: Iterable[tuple[str, object]]) -> str:
    """Return one thing as a small table: a line for each of its fields that is known.

    Args:
        caption: what it is.
        rows: the name and value of each field; a tuple is joined by commas, and None or an empty
            tuple is unknown and left out. Text is cut off after 200 characters.

    Examples:
        >>> "<script>" in card("A", [("title", "<script>alert(1)</script>")])
        False
    """
    body = "".join(
        f'<tr><th scope="row"{_LEFT}>{_shown(name)}</th><td{_LEFT}>{_shown(value)}</td></tr>'
        for name, value in rows
        if value not in (None, (), "")
    )
    return f"<table>{_caption(caption)}<tbody>{body}</tbody></table>"


def listing(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[object]], more: int = 0
) -> str:
    """Return several things as a table, a line each.

    Args:
        caption: what they are.
        header: the names of the columns; the first names the thing.
        rows: the lines, as wide as the header.
        more: how many further lines there are that are not shown.

    Examples:
        >>> listing("Two", ["id"], [["a"]], more=1).endswith("<p>and 1 more</p>")
        True
    """
    head = "".join(f'<th scope="col"{_LEFT}>{_shown(name)}</th>' for name in header)
    body = "".join(
        f'<tr><th scope="row"{_LEFT}>{_shown(first)}</th>'
        + "".join(f"<td{_LEFT}>{_shown(value)}</td>" for value in rest)
        + "</tr>"
        for first, *rest in rows
    )
    rest = f"<p>and {more} more</p>" if more else ""
    return f"<table>{_caption(caption)}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _caption(text: str) -> str:
    return f"<caption{_LEFT}>{_shown(text)}</caption>"


def _shown(value: object) -> str:
    if value is None:
        return ""
    text = one_line(", ".join(map(str, value)) if isinstance(value, tuple) else str(value))
    cut = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    # Isolated, so that text which runs from right to left turns nothing beside it.
    return cut if cut.isascii() and markup(cut) == cut else f"<bdi>{markup(cut)}</bdi>"
