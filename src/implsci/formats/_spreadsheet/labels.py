"""What a spreadsheet calls the terms of a taxonomy, and which term each name means.

A name is taken for that of a term only where nothing is guessed: case, accents, punctuation, a
number before it and the spellings listed here make no difference, and all else is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from implsci.errors import UnknownNameError
from implsci.names import close_names, fold
from implsci.search import search
from implsci.taxonomy import Taxonomy, Term

__all__ = ["Labels", "check_given", "plain_label", "respondents_in"]

_LONGEST: Final = 300
_MOST_SUGGESTED: Final = 25

# "5. Audit", "(5) Audit", "ERIC 5: Audit", "I.F Complexity", "III.D.2 Leadership", "A. Source".
_NUMBERED = re.compile(
    r"[\W_]*(?:"
    r"(?:[A-Za-z]{2,6}[ #.:-]*)?[0-9]{1,3}(?:[.-][0-9]{1,3}){0,3}[a-z]?"
    r"|[IVX]{1,5}(?:[. -]+(?:[A-Z]|[0-9]{1,2})){0,3}"
    r"|[A-Z](?:[.-]?[0-9]{1,2}){0,2}"
    r")(?:[.):\]\s-]|[\u2013\u2014])+(?=\S)"
)
_RESPONDENTS = re.compile(r"[\s,;:-]*[(\[]?\s*\bn\s*=\s*([0-9]{1,9})\s*[)\]]?$", re.IGNORECASE)
# Of what stands in brackets behind a label only this is taken off: "(I.F)", "(5)", "(%)".
_BRACKETS = re.compile(
    r"\s*[(\[]\s*(?:[IVX]{1,5}(?:[. -]*[A-Z0-9]){0,3}|[A-Z]?[0-9]{1,3}[a-z]?|%|percent|in %)\s*[)\]]$"
)
_MARKS = re.compile("[\\s*\u2020\u2021\u00a7]+$")
_BREAK = re.compile(r"_x000[dD]_")

_SPELLINGS: Final = {
    "adviser": "advisor",
    "centre": "center",
    "programme": "program",
    "purposely": "purposefully",
    "purposively": "purposefully",
}
_ISE = re.compile(r"is(e|ed|er|es|ing|ation|ations)$")
_LEFT_OUT: Final = frozenset({"and", "or", "the"})


def plain_label(text: str) -> str:
    """Return a label on one line, with single blanks and without marks of footnotes."""
    return _MARKS.sub("", " ".join(_BREAK.sub(" ", text).split()))


def respondents_in(label: str) -> tuple[str, int | None]:
    """Return a label without ``(n = 25)`` at its end, and that number.

    Examples:
        >>> respondents_in("Complexity (n=25)")
        ('Complexity', 25)
    """
    found = _RESPONDENTS.search(label[-40:])
    if found is None:
        return label, None
    return label[: len(label) - len(found[0])], int(found[1])


class Labels:
    """Finds the terms of a taxonomy by what a spreadsheet calls them.

    Args:
        taxonomy: the taxonomy.
        given: terms of labels that are spelled otherwise: a code, label or synonym by label. What
            names none of this taxonomy's terms is left to others.
    """

    def __init__(self, taxonomy: Taxonomy, given: Mapping[str, str]) -> None:
        self.taxonomy = taxonomy
        self._found: dict[str, tuple[Term, ...]] = {}
        self._by_key: dict[str, dict[str, Term]] = {}
        self._suggested = 0
        for term in taxonomy:
            for name in term.names:
                self._by_key.setdefault(_key(name), {})[term.code] = term
        self._by_key.pop("", None)
        for label, name in given.items():
            if found := self._search(name):
                self._found[plain_label(label)] = found

    @property
    def scheme(self) -> str:
        """The scheme of the taxonomy."""
        return self.taxonomy.scheme

    def find(self, label: str) -> tuple[Term, ...]:
        """Return the term that a label means; none, or several, where that is not clear.

        Args:
            label: as `plain_label` returns it.
        """
        found = self._found.get(label)
        if found is None:
            found = self._found[label] = self._search(label)
        return found

    def code(self, label: str) -> str | None:
        """Return the code of the one term that a label means and that is no heading, else None."""
        found = self.find(label)
        return found[0].code if len(found) == 1 and found[0].kind != "group" else None

    def close(self, label: str) -> tuple[str, ...]:
        """Return the names that look most like an unknown one, or share words with it."""
        if not label or len(label) > _LONGEST or self._suggested >= _MOST_SUGGESTED:
            return ()
        self._suggested += 1
        bare = _unnumbered(label)
        close = close_names(bare, [name for term in self.taxonomy for name in term.names])
        alike = [hit.term.label for hit in search(self.taxonomy, bare, limit=3)]
        return tuple(dict.fromkeys((*close[:2], *alike)))[:3]

    def _search(self, label: str) -> tuple[Term, ...]:
        if not label or len(label) > _LONGEST:
            return ()
        scheme, colon, _ = label.partition(":")
        if colon and scheme in (self.taxonomy.scheme, self.taxonomy.family):
            term = self.taxonomy.get(label)
            return (term,) if term else ()
        spellings = list(dict.fromkeys(_spellings(label)))
        for spelling in spellings:
            found = self.taxonomy.labeled(spelling) or self.taxonomy.called(spelling)
            if found:
                return found
        for spelling in spellings:
            if by_key := self._by_key.get(_key(spelling)):
                return tuple(by_key.values())
        return ()


def check_given(given: Mapping[str, str], labels: Iterable[Labels]) -> None:
    """Refuse a name given for a label that names nothing anywhere.

    Raises:
        UnknownNameError: names it.
    """
    labels = tuple(labels)
    for name in given.values():
        if not any(each.find(plain_label(name)) for each in labels):
            schemes = " or ".join(dict.fromkeys(each.scheme for each in labels))
            close = dict.fromkeys(name_ for each in labels for name_ in each.close(name))
            raise UnknownNameError("term", name, close, f"looked for in {schemes}")


def _spellings(label: str) -> Iterator[str]:
    """Yield a label as it stands, then without what may stand around it."""
    yield label
    bare = _BRACKETS.sub("", label)
    yield bare
    for text in (label, bare):
        once = _unnumbered(text)
        yield once
        yield _unnumbered(once)  # a number may stand before a number


def _unnumbered(label: str) -> str:
    found = _NUMBERED.match(label)
    return label[found.end() :] if found else label


def _key(name: str) -> str:
    """Return what the spellings of a name have in common."""
    return "".join(_word(word) for word in fold(name).split() if word not in _LEFT_OUT)


def _word(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    word = _SPELLINGS.get(word, word)
    word = _ISE.sub(r"iz\1", word)
    return word.replace("our", "or").replace("ll", "l")
