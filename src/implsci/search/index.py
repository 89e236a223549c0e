"""The index: what each word says of each term."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from attrs import frozen

from implsci.errors import InvalidQueryError
from implsci.names import fold
from implsci.search.words import Spelling, lexicon, stem, stems, words
from implsci.taxonomy import Term

__all__ = ["Hit", "Index", "search"]


def __dir__() -> list[str]:
    return __all__


# How far a word in each place speaks for the term, and how far a word that was not typed does.
_LABEL: Final = 1.0
_SYNONYM: Final = 0.95
_HIDDEN: Final = 0.85
_DEFINITION: Final = 0.5
_EXAMPLE: Final = 0.4
_NEAR: Final = 0.85
_RELATED: Final = 0.6
_HEADING: Final = 0.9  # nobody codes with a heading
_NAME: Final = 0.35  # how much it counts that a name was asked for in full
_MEANING: Final = 0.6  # how much it counts, in semantic search, that the meaning is near
_REMEMBERED: Final = 20_000  # asked words whose terms are remembered
_COMMON: Final = 500
_REFINED: Final = 60  # how many more than asked for are looked at closely
_LONGEST: Final = 60  # words of a text that are read
_FURTHEST: Final = 2_000  # characters of it
_BEST: Final = 0.95


@frozen
class Hit:
    """A term that search found, and how well it fits.

    Attributes:
        term: the term.
        score: 0 to 1; 1 is an exact code, number or label.
    """

    term: Term
    score: float


class Index:
    """Terms made ready to be searched many times.

    Args:
        terms: the terms to look through.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._exact: dict[str, list[int]] = {}
        self._synonym: dict[str, list[int]] = {}
        self._in_names: dict[str, dict[int, float]] = {}
        self._in_texts: dict[str, dict[int, float]] = {}
        names = [list(self._add(index, term)) for index, term in enumerate(self.terms)]
        self._weight = {
            word: math.log(1 + len(self.terms) / len(self._owners(word)))
            for word in {**self._in_names, **self._in_texts}
        }
        self._names = [
            [(words, sum(map(self._weight.__getitem__, words)) or 1.0) for words in own]
            for own in names
        ]
        self._unknown = max(self._weight.values(), default=1.0) / 2
        self._spelling = Spelling(
            word
            for term in self.terms
            for text in (*term.names, *term.hidden_labels, term.definition)
            for word in words(text)
        )
        self._earned: dict[str, Mapping[int, float]] = {}

    def _owners(self, word: str) -> set[int]:
        return {*self._in_names.get(word, ()), *self._in_texts.get(word, ())}

    def _add(self, index: int, term: Term) -> Iterator[frozenset[str]]:
        """Note where a term's words stand, and yield those of each of its names and phrases."""
        exact = {term.code, fold(term.label)}
        if term.notation is not None:
            exact |= {term.notation, f"{term.scheme}:{term.notation}"}
        for name in exact - {""}:
            self._exact.setdefault(name, []).append(index)
        for name in {fold(name) for name in term.synonyms} - {""}:
            self._synonym.setdefault(name, []).append(index)
        for name, credit in (
            (term.label, _LABEL),
            *((synonym, _SYNONYM) for synonym in term.synonyms),
            *((phrase, _HIDDEN) for phrase in term.hidden_labels),
        ):
            own = stems(name)
            _credit(self._in_names, index, own, credit)
            if credit > _HIDDEN:
                # Some write in one word what others write in two: co-creation and cocreation.
                pairs = [one + two for one, two in pairwise(own)]
                _credit(self._in_names, index, pairs, _SYNONYM)
            yield frozenset(own)
        _credit(self._in_texts, index, stems(term.definition), _DEFINITION)
        for example in term.facet("example"):
            _credit(self._in_texts, index, stems(example), _EXAMPLE)

    def kinds(self, scheme: str | None = None) -> frozenset[str]:
        """Return the kinds of the terms, of one scheme or of all."""
        return frozenset(term.kind for term in self.terms if scheme in (None, term.scheme))

    def search(
        self,
        text: str,
        limit: int | None = 10,
        *,
        kind: str | None = None,
        scheme: str | None = None,
        nearness: Sequence[float] | None = None,
    ) -> tuple[Hit, ...]:
        """Return the terms that fit a text best.

        Args:
            text: a code, number (``5`` or ``eric:5``), name or phrase.
            limit: how many hits at most; None for all.
            kind: only terms of this kind.
            scheme: only terms of this scheme.
            nearness: how near in meaning each term is, 0 to 1, from a `SemanticIndex` of the same
                terms; it counts as much as the words.

        Returns:
            Hits with a score above 0, best first, then by code.

        Raises:
            InvalidQueryError: the limit is below 0.
        """
        if limit is not None and limit < 0:
            raise InvalidQueryError(f"limit: expected 0 or more, or None for all, got {limit}")
        text = text.strip()[:_FURTHEST]
        asked = _Question(text, self._weight, self._unknown, self._spelling)
        whole = limit is None or kind is not None or scheme is not None or nearness is not None
        found = self._share(asked, whole)
        if kind is not None or scheme is not None:
            found = {
                index: share for index, share in found.items() if self._wanted(index, kind, scheme)
            }
        most = None if limit is None else limit + _REFINED
        best = heapq.nlargest(most, found, key=found.__getitem__) if most else found
        scores = {index: found[index] * self._fit(index, asked) for index in best}
        if nearness is not None:
            wanted = [i for i in range(len(self.terms)) if self._wanted(i, kind, scheme)]
            near = heapq.nlargest(most, wanted, key=nearness.__getitem__) if most else wanted
            scores = {
                index: (1 - _MEANING) * scores.get(index, 0.0)
                + _MEANING * _BEST * self._heading(index) * nearness[index]
                for index in {*scores, *near}
            }
        scores |= {
            index: score for index, score in self._named(text) if self._wanted(index, kind, scheme)
        }
        hits = [Hit(self.terms[index], round(score, 4)) for index, score in scores.items()]
        hits = [hit for hit in hits if hit.score > 0]
        hits.sort(key=lambda hit: (-hit.score, hit.term.code))
        return tuple(hits if limit is None else hits[:limit])

    def _wanted(self, index: int, kind: str | None, scheme: str | None) -> bool:
        term = self.terms[index]
        return kind in (None, term.kind) and scheme in (None, term.scheme)

    def _named(self, text: str) -> Iterator[tuple[int, float]]:
        """Yield the terms of which the text is a synonym, and then those it is a name of."""
        folded = fold(text)
        for index in self._synonym.get(folded, ()) if folded else ():
            yield index, 0.98
        for name in {text, folded} - {""}:
            for index in self._exact.get(name, ()):
                yield index, 1.0

    def _share(self, asked: _Question, whole: bool) -> dict[int, float]:
        """Return, for each term that has any, what share of the asked words it has.

        Unless the `whole` of them is wanted, very common words find no terms of their own.
        """
        shares: dict[int, float] = {}
        for word, weight in sorted(asked.weights.items(), key=lambda item: -item[1]):
            factor = weight / asked.total
            earned = self._credits(word, asked.meanings[word])
            if not whole and len(earned) > _COMMON and len(shares) > _REFINED:
                # So common a word says which of the terms found is better, and finds no more of them.
                for index in shares.keys() & earned.keys():
                    shares[index] += factor * earned[index]
            elif not shares:
                shares = {index: factor * credit for index, credit in earned.items()}
            else:
                for index, credit in earned.items():
                    shares[index] = shares.get(index, 0.0) + factor * credit
        return shares

    def _credits(self, word: str, meanings: Mapping[str, float]) -> Mapping[int, float]:
        """Return how far each term has an asked word, itself or what it may mean."""
        key = f"{word} {' '.join(meanings)}"
        earned = self._earned.get(key)
        if earned is None:
            names, texts = self._in_names, self._in_texts
            if meanings == {word: 1.0}:  # a name says more than a text, whichever name
                earned = texts.get(word, {}) | names.get(word, {})
            else:
                earned = {}
                for meant, factor in meanings.items():
                    # A word that only may stand for another counts in names, not in definitions.
                    found = names.get(meant, {})
                    if factor > _RELATED:
                        found = texts.get(meant, {}) | found
                    for index, credit in found.items():
                        if earned.get(index, 0.0) < factor * credit:
                            earned[index] = factor * credit
            if len(self._earned) < _REMEMBERED:
                self._earned[key] = earned
        return earned

    def _fit(self, index: int, asked: _Question) -> float:
        """Return how much of one of a term's names was asked for, up to the best score there is."""
        meant, weights = asked.meant, self._weight
        fit = 0.0
        for name, whole in self._names[index]:
            shared = name & meant.keys()
            if shared:
                fit = max(fit, sum([weights[word] * meant[word] for word in shared]) / whole)
        return _BEST * self._heading(index) * (1 - _NAME + _NAME * fit)

    def _heading(self, index: int) -> float:
        return _HEADING if self.terms[index].kind == "group" else 1.0


class _Question:
    """The words of a text, what each of them may mean, and how much it weighs.

    Attributes:
        weights: how much each word weighs of which it is known what it may mean.
        meanings: the known words that each of those may mean, with how surely.
        total: what all words weigh, known or not.
        meant: every known word that is meant, with how surely.
    """

    def __init__(
        self, text: str, known: Mapping[str, float], unknown: float, spelling: Spelling
    ) -> None:
        asked = {stem(word): word for word in reversed(words(text)[:_LONGEST])}
        self.meanings = {
            root: dict(_meanings(root, word, known, spelling))
            for root, word in reversed(asked.items())
        }
        for one, two in pairwise(self.meanings):
            if (pair := one + two) in known:
                self.meanings[one].setdefault(pair, _SYNONYM)
                self.meanings[two].setdefault(pair, _SYNONYM)
        self.weights = {
            word: max(map(known.__getitem__, meant))
            for word, meant in self.meanings.items()
            if meant
        }
        self.total = sum(self.weights.values()) + unknown * (len(asked) - len(self.weights))
        self.meant: dict[str, float] = {}
        for meant in self.meanings.values():
            for word, factor in meant.items():
                self.meant[word] = max(factor, self.meant.get(word, 0.0))


def _credit(
    place: dict[str, dict[int, float]], index: int, words: Iterable[str], credit: float
) -> None:
    for word in words:
        found = place.setdefault(word, {})
        if found.get(index, 0.0) < credit:
            found[index] = credit


def _meanings(
    root: str, word: str, known: Mapping[str, float], spelling: Spelling
) -> Iterator[tuple[str, float]]:
    """Yield the known stems that an asked word may mean, and how surely, the surest last."""
    near, factor = [root], 1.0
    if root not in known and root not in lexicon():
        near, factor = list(dict.fromkeys(map(stem, spelling.near(word)))), _NEAR
    for other in near:
        for related in lexicon().get(other, ()):
            if related in known:
                yield related, factor * _RELATED
    for other in near:
        if other in known:
            yield other, factor


def search(terms: Iterable[Term], text: str, limit: int | None = 10) -> tuple[Hit, ...]:
    """Return the terms that fit a text best; `Index` does this for many texts.

    Raises:
        InvalidQueryError: the limit is below 0.
    """
    return Index(terms).search(text, limit)
