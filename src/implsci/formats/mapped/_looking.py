"""The columns of a table as they look, before anybody has said what they are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import frozen

from implsci.errors import Fault, InvalidTableError
from implsci.formats._rows import Table
from implsci.formats.mapped._spec import MISSING, NO, YES, folded

__all__ = ["Column", "check_table", "look_at", "short"]

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")


@frozen
class Column:
    """A column as it looks.

    Attributes:
        title: its title.
        words: the words of its title, in small letters.
        counts: its values that are not empty, with how often each stands there.
        filled: how many of its cells are.
        kind: ``yes/no``, ``whole numbers``, ``numbers``, ``text`` or ``empty``.
        fits: how well the title fits a name: 3 in full, 2 at an end, 1 inside.
    """

    title: str
    words: tuple[str, ...]
    counts: Counter[str]
    filled: int
    kind: str
    fits: Mapping[str, int]

    @property
    def name(self) -> str:
        """The words run together."""
        return "".join(self.words)

    def is_number(self) -> bool:
        """Say whether its values are numbers."""
        return self.kind in ("numbers", "whole numbers", "yes/no")

    def look(self) -> str:
        """Return what it holds, short enough for a comment."""
        shown = ", ".join(
            f"{short(text)} ({count:,})" for text, count in self.counts.most_common(3)
        )
        more = f" and {len(self.counts) - 3:,} others" if len(self.counts) > 3 else ""
        return f"{self.kind}, {self.filled:,} filled" + (f": {shown}{more}" if shown else "")


def check_table(table: Table, name: str) -> None:
    """Refuse what has rows and no columns, such as a file of references.

    Raises:
        InvalidTableError: says what was expected.
    """
    narrow = sum(len(row.cells) <= 1 for row in table.rows)
    if len(table.columns) > 1 and (not table.rows or narrow < 0.99 * len(table.rows)):
        return
    what = "one column" if len(table.columns) == 1 else f"one cell in {narrow:,} of its rows"
    raise InvalidTableError(
        name,
        [
            Fault(
                "", f"{what}; expected a table of several columns under a header, CSV or a workbook"
            )
        ],
    )


def look_at(table: Table) -> list[Column]:
    """Return the columns of a table."""
    counts: dict[str, Counter[str]] = {title: Counter() for title in table.columns}
    empty = {folded(text) for text in MISSING}
    for row in table.rows:
        for title, text in row.cells.items():
            if folded(text) not in empty:
                counts[title][text] += 1
    columns = []
    for title, found in counts.items():
        words = tuple(word.casefold() for word in _WORDS.findall(title[:200]))
        columns.append(
            Column(title, words, found, found.total(), _kind(found), _fitting_names(words))
        )
    return columns


def _fitting_names(words: Sequence[str]) -> dict[str, int]:
    """Return every run of words of a title, with how much of the title it is."""
    fits: dict[str, int] = {}
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 4) + 1):
            whole = (start == 0) + (end == len(words)) + 1
            name = "".join(words[start:end])
            fits[name] = max(fits.get(name, 0), whole)
    return fits


def _kind(values: Counter[str]) -> str:
    if not values:
        return "empty"
    # One part of a pair can be absent in a small table, and one value alone says yes or no too.
    if len(values) <= 4 and all(folded(text) in (*YES, *NO) for text in values):
        return "yes/no"
    if all(len(text) <= 40 and _NUMBER.fullmatch(text) for text in values):
        return "whole numbers" if all(text.isdigit() for text in values) else "numbers"
    return "text"


def short(text: str) -> str:
    """Return a text of at most 30 characters."""
    return text if len(text) <= 30 else text[:27] + "..."
