"""Looking things up over all that plugins bring, and what to suggest where nothing is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from threading import RLock
from typing import Final

from implsci.codes import split
from implsci.errors import EncoderError, ImplsciError
from implsci.hooks import Encoder
from implsci.mapping import Crosswalks
from implsci.names import close_names, fold
from implsci.search import Index, search
from implsci.search.semantic import Encode, SemanticIndex
from implsci.taxonomy import Crosswalk, Taxonomy, Term

__all__ = ["Lookups", "Names", "close_codes", "edition_order"]


class Lookups:
    """What look-ups need of all taxonomies and crosswalks together, each made when first asked for."""

    def __init__(
        self,
        taxonomies: tuple[Taxonomy, ...],
        crosswalks: tuple[Crosswalk, ...],
    ) -> None:
        self._taxonomies = taxonomies
        self._crosswalks = crosswalks
        self._semantic: dict[str, SemanticIndex] = {}
        self._making = RLock()

    @cached_property
    def names(self) -> Names:
        """Every label and synonym."""
        return Names(self._taxonomies)

    @cached_property
    def index(self) -> Index:
        """Every word of every term."""
        return Index(term for taxonomy in self._taxonomies for term in taxonomy)

    @cached_property
    def crosswalks(self) -> Crosswalks:
        """Every mapping, read in both directions."""
        return Crosswalks(self._crosswalks)

    def semantic(self, encoder: Encoder) -> SemanticIndex:
        """Return the vectors of every term, by one encoder."""
        with self._making:  # else each of several threads could make its own
            if encoder.name not in self._semantic:
                self._semantic[encoder.name] = SemanticIndex(
                    self.index.terms, _loaded(encoder), encoder.name
                )
            return self._semantic[encoder.name]


class Names:
    """The labels and synonyms of many taxonomies."""

    def __init__(self, taxonomies: Iterable[Taxonomy]) -> None:
        self._taxonomies = tuple(taxonomies)
        self._found: dict[str, tuple[Term, ...]] = {}

    def find(self, name: str) -> tuple[Term, ...]:
        """Return the terms with this label or, where there are none, this synonym."""
        name = fold(name)
        found = self._found.get(name)
        if found is None:
            found = tuple(
                term for taxonomy in self._taxonomies for term in taxonomy.labeled(name)
            ) or tuple(term for taxonomy in self._taxonomies for term in taxonomy.called(name))
            if found:  # what names nothing is not remembered, so that no text can fill the memory
                self._found[name] = found
        return found

    def close(self, name: str) -> tuple[str, ...]:
        """Return the names that look most like a mistyped one."""
        return close_names(
            name, [own for taxonomy in self._taxonomies for term in taxonomy for own in term.names]
        )


def _loaded(encoder: Encoder) -> Encode:
    try:
        encode = encoder.load()
    except ImplsciError:
        raise
    except Exception as error:  # an encoder may raise anything
        raise EncoderError(encoder.name, f"{type(error).__name__}: {error}") from error
    if not callable(encode):
        raise EncoderError(encoder.name, f"load must return a function, got {encode!r:.60}")
    return encode


# A hit below this shares a few letters with what was typed, and suggests nothing.
_CLOSE: Final = 0.6


def close_codes(text: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    """Return the codes of a taxonomy that look most like one it does not have."""
    bare = text.partition(":")[2]
    names = {split(term.code)[1]: term.code for term in taxonomy}
    close = tuple(names[name] for name in close_names(bare, names))
    hits = search(taxonomy, bare, limit=3)
    return close or tuple(hit.term.code for hit in hits if hit.score >= _CLOSE)


def edition_order(scheme: str) -> list[tuple[int, str]]:
    """Return what puts editions in order: their numbers as numbers, all else as text."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"([0-9]+)", scheme)
    ]
