"""Names of authors and editors: ``Family, Given, Suffix`` for a person, as it is for a body.

A name without a comma is taken whole, like ``World Health Organization`` or ``Kumar J.``. Where the
name of a body has a comma inside, the reference says so under ``corporate``.
"""

from __future__ import annotations

from collections.abc import Container

__all__ = ["NAMES", "person"]

NAMES = ("author", "editor", "series_editor", "translator")
"""Our names for the fields that hold names."""


def person(name: str, corporate: Container[str] = ()) -> tuple[str, str, str] | None:
    """Return family name, given name and suffix of a person; None for a name taken whole.

    Args:
        name: such as ``King, Martin Luther, Jr``.
        corporate: the names known to be those of bodies.
    """
    parts = [part.strip() for part in name.split(",")]
    if name in corporate or len(parts) not in (2, 3) or not all(parts):
        return None
    return parts[0], parts[1], parts[2] if len(parts) == 3 else ""
