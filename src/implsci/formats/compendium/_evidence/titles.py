"""Titles of 0/1 columns, ``barrier=cfir-2022:cost``, and of columns for what has no field of its own.

Examples:
    >>> mark_title("country", "KE"), read_mark("Barriers = tdf-v2:goals")
    ('country=KE', Mark(kind='barrier', value='tdf-v2:goals', code=True))
    >>> extra_title("funder"), extra_title("title")
    ('funder', 'extra=title')
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from implsci.codes import is_code
from implsci.formats.compendium._evidence.columns import FACETS, find, key
from implsci.formats.compendium._evidence.facts import KINDS
from implsci.formats.compendium._evidence.scalars import is_quoted, quoted, text, title_cell
from implsci.formats.compendium._evidence.values import schemes_of, terms
from implsci.plugins import registry

__all__ = [
    "ABSENT",
    "MARKED",
    "PRESENT",
    "Mark",
    "extra_title",
    "mark_title",
    "read_extra",
    "read_mark",
    "read_tag",
    "shown_mark",
]

PRESENT: Final = frozenset({"1", "1.0", "1,0", "true", "TRUE", "True"})
"""What a cell of a 0/1 column holds where a value was found."""

ABSENT: Final = frozenset({"0", "0.0", "0,0", "false", "FALSE", "False"})
"""What a cell of a 0/1 column holds where a value was looked for and not found."""

MARKED: Final = {key(kind): kind for kind in (*FACETS, *KINDS.values()) if kind != "finding"}
"""What a 0/1 column may be of."""

_EXTRA: Final = "extra"
_TAGS: Final = "asreview_tag_"
_KIND_OF: Final = {"stratum": "equity"}


class Mark(NamedTuple):
    """What a 0/1 column stands for.

    Attributes:
        kind: a kind of node, or of facet.
        value: a code, a label or a country.
        code: whether it is a code.
    """

    kind: str
    value: str
    code: bool


def mark_title(kind: str, value: str, *, label: bool = False) -> str:
    """Return the title of the 0/1 column of a value."""
    shown = title_cell(value)
    return f"{kind}={quoted(value) if label and shown == value and is_code(value) else shown}"


def shown_mark(mark: Mark) -> str:
    """Return the title of a 0/1 column as we write it."""
    return mark_title(mark.kind, mark.value, label=not mark.code)


def read_mark(title: str) -> Mark | None:
    """Return what the title of a 0/1 column stands for, None where it is no such title."""
    before, sign, after = title.partition("=")
    kind, after = MARKED.get(key(before)), after.strip()
    if not sign or kind is None or not after:
        return None
    code = is_code(after) and kind != "country"
    return Mark(kind, after if code else text(after), code)


def read_tag(title: str) -> Mark | None:
    """Return what a plain title stands for: the one term that bears it as a label.

    Of a tag of ASReview, ``asreview_tag_barriers_cost``, the end counts.
    """
    if title.casefold().startswith(_TAGS):
        parts = title[len(_TAGS) :].split("_")
        names = [" ".join(parts[start:]) for start in range(min(len(parts), 8))]
    else:
        names = [title]
    for name in names:
        found = terms(name)
        if len(found) == 1:
            code = str(found[0].code)
            term_kind = found[0].kind
            of = registry().taxonomy(code.partition(":")[0]).kind
            for each in (term_kind, of):
                kind = _KIND_OF.get(each or "", each or "")
                if kind in MARKED.values():
                    return Mark(kind, code, code=True)
    return None


def read_extra(title: str) -> str | None:
    """Return the name that a title gives in so many words to what has no field of its own."""
    before, sign, after = title.partition("=")
    return text(after) if sign and before.strip().casefold() == _EXTRA else None


def extra_title(name: str, cells: AbstractSet[str] = frozenset({""})) -> str:
    """Return the title for what has no field of its own: its name, where it is read back as that.

    Args:
        name: what it is called in the study.
        cells: which cells of a 0/1 column stand below it; an empty text for any others.
    """
    clean = title_cell(name) == name and not is_quoted(name) and name.isprintable()
    if clean and not any((find(name), read_extra(name), schemes_of(name))):
        mark = read_mark(name)
        if mark is None and ("" in cells or read_tag(name) is None):
            return name
        # Under the title of a 0/1 column only a plain 0 comes back as it was.
        if mark is not None and cells <= {"0", ""} and name == shown_mark(mark):
            return name
    return f"{_EXTRA}={title_cell(name)}"
