"""Titles of 0/1 columns, ``barrier=cfir-2022:cost``, and of columns for what has no field of its own.

Examples:
    >>> mark_title("country", "KE"), mark_title("barrier", "tdf-v2:goals", valence="mixed")
    ('country=KE', 'mixed determinant=tdf-v2:goals')
    >>> read_mark("Barriers = tdf-v2:goals")
    Mark(kind='barrier', value='tdf-v2:goals', code=True, valence=None)
    >>> extra_title("region visited"), extra_title("title")
    ('region visited', 'extra=title')
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
    "Mark",
    "extra_title",
    "mark_title",
    "present",
    "read_extra",
    "read_mark",
    "read_tag",
    "shown_mark",
]

_CELLS: Final = {
    **dict.fromkeys(("1", "1.0", "1,0", "true", "yes", "y", "x"), True),
    **dict.fromkeys(("0", "0.0", "0,0", "false", "no", "n"), False),
}
_MARKED: Final = {key(kind): kind for kind in (*FACETS, *KINDS.values()) if kind != "finding"}
# A barrier that hinders and one of which nothing is said count alike, and stand below one title.
_WORDS: Final = {
    "facilitator": "facilitator",
    "mixed": "mixed determinant",
    "neutral": "neutral determinant",
}
_VALENCES: Final = {key(word): valence for valence, word in _WORDS.items()}
_EXTRA: Final = "extra"
_TAGS: Final = "asreview_tag_"
_KIND_OF: Final = {"stratum": "equity"}


class Mark(NamedTuple):
    """What a 0/1 column stands for.

    Attributes:
        kind: a kind of node, or of facet.
        value: a code, a label or a country.
        code: whether it is a code.
        valence: of a barrier, which way it works, where the title says more than that.
    """

    kind: str
    value: str
    code: bool
    valence: str | None = None


def present(cell: str) -> bool | None:
    """Return what a cell of a 0/1 column says: found, looked for and not found, or None for neither."""
    return _CELLS.get(cell.casefold())


def mark_title(kind: str, value: str, *, label: bool = False, valence: str | None = None) -> str:
    """Return the title of the 0/1 column of a value."""
    shown = title_cell(value)
    word = _WORDS.get(valence or "", kind)
    return f"{word}={quoted(value) if label and shown == value and is_code(value) else shown}"


def shown_mark(mark: Mark) -> str:
    """Return the title of a 0/1 column as we write it."""
    return mark_title(mark.kind, mark.value, label=not mark.code, valence=mark.valence)


def read_mark(title: str) -> Mark | None:
    """Return what the title of a 0/1 column stands for, None where it is no such title."""
    before, sign, after = title.partition("=")
    word, after = key(before), after.strip()
    valence = _VALENCES.get(word)
    kind = "barrier" if valence else _MARKED.get(word)
    if not sign or kind is None or not after:
        return None
    code = is_code(after) and kind != "country"
    return Mark(kind, after if code else text(after), code, valence)


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
                if kind in _MARKED.values():
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
