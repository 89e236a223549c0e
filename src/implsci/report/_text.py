"""Text from data as the page may hold it: escaped, cut or folded, and unable to reorder its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from implsci.escaping import markup

__all__ = ["cut", "folded", "link", "number", "said", "tag", "visible"]

# Overrides and isolates of the writing direction can make a line read as another than it is.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SHORT: Final = 90
_FOLD: Final = 600
_SEEN: Final = 300


def visible(text: str) -> str:
    """Return text with the characters that turn the writing direction spelled out."""
    return _TURNS.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def cut(text: str, length: int = _SHORT) -> str:
    """Return text for a place that has room for one line, escaped."""
    shown = visible(text)
    return markup(shown if len(shown) <= length else shown[: length - 1] + "…")


def said(text: str) -> str:
    """Return text as it is, escaped, with a direction of its own."""
    return f"<bdi>{markup(visible(text))}</bdi>"


def folded(text: str) -> str:
    """Return text as it is; what is very long opens on demand. It needs a block around it."""
    shown = visible(text)
    if len(shown) <= _FOLD:
        return said(text)
    return (
        f"<bdi>{markup(shown[:_SEEN])}…</bdi> <details class='fold'><summary>all {len(shown):,} "
        f"characters</summary><bdi>{markup(shown)}</bdi></details>"
    )


def link(address: str, words: str) -> str:
    """Return a link out of the page, which tells no one where the reader comes from."""
    return f'<a href="{markup(address)}" rel="noreferrer noopener">{words}</a>'


def number(count: int) -> str:
    """Return a number with its thousands apart."""
    return f"{count:,}"


def tag(name: str, body: str, attributes: Mapping[str, str] | None = None) -> str:
    """Return an element; the body is markup already, the attributes are not."""
    told = "".join(f' {key}="{markup(value)}"' for key, value in (attributes or {}).items())
    return f"<{name}{told}>{body}</{name}>"
