"""A doubt: the rule it comes from, its place, and what it is."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Doubt", "Place"]


class Place(NamedTuple):
    """Where a study stands.

    Attributes:
        study: its id.
        file: its file; None for a study in memory.
        line: its line; None where the file holds one record.
    """

    study: str
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)


class Doubt(NamedTuple):
    """Something doubtful.

    Attributes:
        rule: id of the rule.
        path: place inside the study; empty where it concerns several.
        message: what it is, and what was expected.
        place: where the study stands, if it is about one; the study at hand where None.
    """

    rule: str
    path: str
    message: str
    place: Place | None = None
