"""Cells of tables that people open in a spreadsheet, which must not run them."""

from __future__ import annotations

import re

__all__ = ["inert", "live"]

_FORMULA = re.compile(r"'*\s*[=+\-@]|'*[\t\r]")


def inert(text: str) -> str:
    """Return a text with an apostrophe before it where a spreadsheet would run it.

    What begins with apostrophes before a formula gets one more, so that `live` gives it back.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def live(text: str) -> str:
    """Return a text without the apostrophe that `inert` put before it."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text
