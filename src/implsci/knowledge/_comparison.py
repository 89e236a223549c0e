"""What `compare` returns: definitions side by side, how far apart they are, and what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.knowledge._common import listed, same_term, source_of
from implsci.knowledge._facets import FACETS, QUESTION, shown, value_of
from implsci.model.documents import Definition
from implsci.names import close_names

__all__ = ["Apart", "Between", "Comparison", "Contrast", "Drift"]


@frozen(kw_only=True)
class Apart:
    """How far two definitions are apart.

    Attributes:
        first: the one.
        second: the other.
        by_facet: the distance on each facet that both state, 0 to 1.

    Examples:
        >>> one = Definition(id="a", term="t", author="A", paraphrase="It.", direction="one_way")
        >>> two = Definition(id="b", term="t", author="B", paraphrase="It.", direction="two_way")
        >>> Apart(first=one, second=two, by_facet={"direction": 0.5}).distance
        0.5
    """

    first: Definition
    second: Definition
    by_facet: Mapping[str, float]

    @property
    def distance(self) -> float | None:
        """The mean over the facets that both state; None where there is none."""
        return sum(self.by_facet.values()) / len(self.by_facet) if self.by_facet else None

    @property
    def facets(self) -> int:
        """How many facets stand behind the distance."""
        return len(self.by_facet)


@frozen(kw_only=True)
class Contrast:
    """What the definitions of one term say on one facet.

    Attributes:
        facet: the facet.
        term: the term.
        values: each thing said, with how many say it; the commonest first.
        told: how many say anything.
        of: definitions of the term.

    Examples:
        >>> Contrast(facet="level", term="t", values=(("practice", 3),), told=3, of=5).values
        (('practice', 3),)
    """

    facet: str
    term: str
    values: tuple[tuple[str, int], ...]
    told: int
    of: int


@frozen(kw_only=True)
class Between:
    """How far the definitions of two terms are apart on the whole.

    Attributes:
        terms: the two terms.
        mean: the mean distance of a definition of the one from a definition of the other; None where
            no pair shares a facet.
        pairs: pairs that share a facet.
        of: pairs in all.

    Examples:
        >>> Between(terms=("a", "b"), mean=0.5, pairs=2, of=6).pairs
        2
    """

    terms: tuple[str, str]
    mean: float | None
    pairs: int
    of: int


@frozen(kw_only=True)
class Drift:
    """What changed from one dated definition of a term to the next.

    Attributes:
        term: the term.
        earlier: the older definition.
        later: the newer one.
        changed: facets on which both speak and differ.
        added: facets on which only the newer one speaks.
        dropped: facets on which only the older one speaks.

    Examples:
        >>> old = Definition(id="a", term="t", author="A", paraphrase="It.", year=2001)
        >>> new = Definition(id="b", term="t", author="B", paraphrase="It.", year=2009, impact=True)
        >>> Drift(term="t", earlier=old, later=new, changed=(), added=("impact",), dropped=()).added
        ('impact',)
    """

    term: str
    earlier: Definition
    later: Definition
    changed: tuple[str, ...]
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@frozen(kw_only=True)
class Comparison(Result):
    """Definitions side by side, as `compare` returns them.

    Attributes:
        definitions: the definitions: by term, then the oldest first, those without a year last.
        terms: the terms, as first written.
        pairs: every two definitions, in the order of the definitions.
        contrasts: what is said on each facet, by term.
        between: how far each two terms are apart.
        drift: what changed over the years, term by term.
        assumptions: how it was compared.

    Examples:
        >>> from implsci.casebook import load
        >>> from implsci.knowledge import compare
        >>> found = compare(load("implsci-knowledge"), ["knowledge translation"])
        >>> [(one.author, one.year) for one in found.definitions]
        [('Canadian Institutes of Health Research', 2006), ('Canadian Institutes of Health Research', 2009)]
    """

    definitions: tuple[Definition, ...]
    terms: tuple[str, ...]
    pairs: tuple[Apart, ...]
    contrasts: tuple[Contrast, ...]
    between: tuple[Between, ...]
    drift: tuple[Drift, ...]
    assumptions: tuple[str, ...] = (
        "none of the definitions is the right one",
        "the distance is Gower's (1971, doi:10.2307/2528823) over the facets that both definitions "
        "state, all of equal weight; a facet on which either is silent counts for neither",
        "facets with an order are spread evenly over 0 to 1, both lying halfway; sectors are compared "
        "by Jaccard's index",
        "a distance with few facets behind it says little, and silence on a facet is no denial",
    )

    def apart(self, first: str, second: str) -> Apart:
        """Return how far two definitions are apart, by their ids.

        Raises:
            UnknownNameError: no such definition here.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> found = compare(load("implsci-knowledge"))
            >>> found.apart("ktr-idrc", "ktr-ward-2009").distance
            1.0
        """
        ids = [one.id for one in self.definitions]
        for wanted in (first, second):
            if wanted not in ids:
                raise UnknownNameError("definition", wanted, close_names(wanted, ids))
        for pair in self.pairs:
            if {pair.first.id, pair.second.id} == {first, second}:
                return pair
        raise InvalidQueryError(f"expected two definitions, got {first!r} twice")

    def nearest(self, least: int = 2) -> tuple[Apart, ...]:
        """Return the pairs that are closest together, all that tie, best founded first.

        Args:
            least: how many facets both must state.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> found = compare(load("implsci-knowledge"), ["knowledge brokering"])
            >>> found.nearest(), found.nearest(least=1)[0].distance
            ((), 0.0)
        """
        return self._extreme(least, farthest=False)

    def farthest(self, least: int = 2) -> tuple[Apart, ...]:
        """Return the pairs that are farthest apart, all that tie, best founded first.

        Args:
            least: how many facets both must state.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> found = compare(load("implsci-knowledge"), ["knowledge transfer"])
            >>> found.farthest(least=1)[0].first.author
            'Ward, House & Hamer'
        """
        return self._extreme(least, farthest=True)

    def _extreme(self, least: int, *, farthest: bool) -> tuple[Apart, ...]:
        told = [pair for pair in self.pairs if pair.facets >= max(least, 1)]
        distances = [pair.distance for pair in told if pair.distance is not None]
        if not distances:
            return ()
        wanted = max(distances) if farthest else min(distances)
        tied = [pair for pair in told if pair.distance == wanted]
        return tuple(sorted(tied, key=lambda pair: -pair.facets))

    def differences(self) -> tuple[str, ...]:
        """Say, facet by facet, where the terms differ and where only some of them speak.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> found = compare(load("implsci-knowledge"), ["knowledge transfer", "co-production"])
            >>> print(found.differences()[0])
            Which way knowledge flows: knowledge transfer multi-directional (1 of the 2 that say), ...
        """
        return tuple(
            sentence
            for facet in FACETS
            if (sentence := _difference([one for one in self.contrasts if one.facet == facet]))
        )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a definition: the table of term, author and facets.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> row = compare(load("implsci-knowledge"), ["knowledge transfer"]).to_rows()[0]
            >>> row["author"], row["direction"], row["political"]
            ('Ward, House & Hamer', 'multi-directional', None)
        """
        return tuple(
            {
                "id": one.id,
                "term": one.term,
                "author": one.author,
                "year": one.year,
                **{facet: shown(value_of(one, facet)) for facet in FACETS},
                "paraphrase": one.paraphrase,
                "source": source_of(one.citation),
                "read": "; ".join(dict.fromkeys(p.method for p in one.provenance if p.method))
                or None,
                "note": one.note,
            }
            for one in self.definitions
        )

    def pair_rows(self) -> tuple[Row, ...]:
        """Return a line for every two definitions, with distance and the facets behind it.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> row = compare(load("implsci-knowledge"), ["knowledge transfer"]).pair_rows()[0]
            >>> row["distance"], row["facets"]
            (1.0, 1)
        """
        return tuple(
            {
                "first": pair.first.id,
                "second": pair.second.id,
                "distance": pair.distance,
                "facets": pair.facets,
                "over": ", ".join(pair.by_facet) or None,
            }
            for pair in self.pairs
        )

    def sentences(self) -> tuple[str, ...]:
        """Say how many definitions there are, how far terms are apart, and on which facets.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> compare(load("implsci-knowledge"), ["dissemination science"]).sentences()
            ('1 definition of dissemination science.',)
        """
        told = [
            f"{counted(number, 'definition')} of {term}"
            for term, number in zip(self.terms, self._counts(), strict=True)
        ]
        rest = ", none of which is the right one" if len(self.definitions) > 1 else ""
        return (
            f"{listed(told)}{rest}.",
            *map(_apart_words, self.between),
            *(self.differences() if len(self.terms) > 1 else ()),
        )

    def sentence(self) -> str:
        """Return `sentences` as one text.

        Examples:
            >>> from implsci.casebook import load
            >>> from implsci.knowledge import compare
            >>> print(compare(load("implsci-knowledge"), ["co-production"]).sentence())
            2 definitions of co-production, none of which is the right one.
        """
        return " ".join(self.sentences())

    def _counts(self) -> tuple[int, ...]:
        return tuple(
            sum(same_term(one.term) == same_term(term) for one in self.definitions)
            for term in self.terms
        )

    def to_dict(self) -> dict[str, object]:
        """Return rows, pairs, contrasts, drift, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "terms": list(self.terms),
            "pairs": [dict(row) for row in self.pair_rows()],
            "contrasts": [
                {
                    "facet": one.facet,
                    "term": one.term,
                    "values": [{"value": value, "definitions": k} for value, k in one.values],
                    "told": one.told,
                    "of": one.of,
                }
                for one in self.contrasts
            ],
            "between": [
                {"terms": list(one.terms), "mean": one.mean, "pairs": one.pairs, "of": one.of}
                for one in self.between
            ],
            "drift": [
                {
                    "term": one.term,
                    "earlier": one.earlier.id,
                    "later": one.later.id,
                    "changed": list(one.changed),
                    "added": list(one.added),
                    "dropped": list(one.dropped),
                }
                for one in self.drift
            ],
        }


def _apart_words(one: Between) -> str:
    first, second = one.terms
    if one.mean is None:
        return (
            f"How far {first} and {second} are apart cannot be told: no two definitions state the same "
            "facet."
        )
    return (
        f"{first.capitalize()} and {second} are {one.mean:.2f} apart on average (0 the same, 1 "
        f"opposite), over {one.pairs} of {one.of} pairs of definitions that share a facet."
    )


def _difference(contrasts: Sequence[Contrast]) -> str | None:
    """Return a sentence on one facet; None where nobody speaks, or all say one thing."""
    said = {value for one in contrasts for value, _ in one.values}
    silent = [one for one in contrasts if not one.told]
    if not said or (len(said) == 1 and not silent):
        return None
    return f"{QUESTION[contrasts[0].facet].capitalize()}: " + "; ".join(_parts(contrasts)) + "."


def _parts(contrasts: Iterable[Contrast]) -> Iterator[str]:
    for one in contrasts:
        if not one.told:
            yield f"{one.term} says nothing"
            continue
        (first, k), *rest = one.values
        if one.told == 1:
            yield f"{one.term} {first} (the only one of {one.of} that says)"
            continue
        more = "".join(f", {value} ({n} of {one.told})" for value, n in rest)
        yield f"{one.term} {first} ({k} of the {one.told} that say){more}"
