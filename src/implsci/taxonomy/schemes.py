"""Taxonomies: the classifications that terms come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import get_args

from attrs import frozen

from implsci.codes import Code, are_codes, is_code, is_scheme
from implsci.errors import Fault, InvalidTableError
from implsci.names import fold, fold_all
from implsci.taxonomy._hierarchy import circles
from implsci.taxonomy._typed import hold, place, unclean
from implsci.taxonomy.terms import Status, Term, TermRating

__all__ = ["Taxonomy"]


def __dir__() -> list[str]:
    return __all__


# Longer ways up are walked anew each time: a chain of ten thousand would fill the memory.
_REMEMBERED = 64
_TOO_LARGE = 1e15


@frozen(kw_only=True, slots=False)
class Taxonomy:
    """A classification that terms come from.

    Attributes:
        scheme: its id, with the edition where editions are incompatible, such as ``cfir-2009``.
        title: its name in full.
        kind: what its terms are, such as ``strategy`` or ``barrier``.
        terms: its entries, in the publisher's order.
        family: the id without the edition; the scheme itself where there is one edition only.
        edition: which edition.
        license: the publisher's licence as far as known.
        citation: where it is published, with DOI.

    Raises:
        InvalidTableError: a value of another type than its annotation; a malformed scheme; a code
            of another scheme, twice given, or malformed; a blank label; control characters; a
            notation given twice; a broader term that is not there or a circle of them; a status
            that is none; a rating outside its scale.

    Examples:
        >>> green = Term(code="tea:green", label="Green", definition="Unfermented.")
        >>> sencha = Term(
        ...     code="tea:sencha", label="Sencha", definition="Steamed.", broader=("tea:green",)
        ... )
        >>> tea = Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(green, sencha))
        >>> tea.expand("tea:green")
        ('tea:green', 'tea:sencha')
    """

    scheme: str
    title: str
    kind: str
    terms: tuple[Term, ...]
    family: str = ""
    edition: str | None = None
    license: str | None = None
    citation: str | None = None

    def __attrs_post_init__(self) -> None:
        hold(self, "taxonomy", self.scheme)
        if not self.family:
            object.__setattr__(self, "family", self.scheme)
        if self._plainly_sound():
            return
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"taxonomy {self.scheme!r}", faults)

    def _plainly_sound(self) -> bool:
        """Say in a few sweeps over all terms that nothing is wrong; `_faults` looks at each one.

        Ten thousands of terms are nearly always sound, and must pass in no time. No says nothing:
        a line break in a definition is enough for it.
        """
        terms = self.terms
        codes = [term.code for term in terms]
        labels = [term.label for term in terms]
        notations = [term.notation for term in terms if term.notation is not None]
        parents = {parent for term in terms for parent in term.broader}
        texts = [
            self.title, self.kind, self.edition or "", self.license or "", self.citation or "",
            *labels, *notations,
            *[term.definition for term in terms],
            *{term.source or "" for term in terms},
            *{term.kind for term in terms},
            *[name for term in terms for name in term.synonyms],
            *[name for term in terms for name in term.hidden_labels],
            *[text for term in terms for facet in term.facets for text in (facet.name, facet.value)],
            *[rating.name for term in terms for rating in term.ratings],
            *[rating.source or "" for term in terms for rating in term.ratings],
        ]  # fmt: skip
        distinct = set(codes)
        return (
            is_scheme(self.scheme)
            and (self.scheme == self.family or self.scheme.startswith(f"{self.family}-"))
            and are_codes(codes, self.scheme)
            and len(distinct) == len(codes)
            and len(set(notations)) == len(notations)
            and all(map(str.strip, labels))
            and "".join(texts).isprintable()
            and not any(_unsound(rating) for term in terms for rating in term.ratings)
            and {term.status for term in terms} <= set(get_args(Status))
            and parents <= distinct
            and {term.replaced_by for term in terms} <= distinct | {None}
            and self._parents_come_first()
        )

    def _parents_come_first(self) -> bool:
        """Say whether every term stands below its parents, as in most tables: then none is in a circle."""
        above: set[Code] = set()
        for term in self.terms:
            if not above.issuperset(term.broader):
                return False
            above.add(term.code)
        return True

    def _faults(self) -> Iterator[Fault]:
        if not is_scheme(self.scheme):
            yield Fault("scheme", f"expected lower-case letters, digits, hyphens: {self.scheme!r}")
        if self.scheme != self.family and not self.scheme.startswith(f"{self.family}-"):
            yield Fault(
                "family", f"{self.scheme!r} does not begin with {self.family!r} and a hyphen"
            )
        yield from unclean(self)
        codes: set[str] = set()
        notations: dict[str, str] = {}
        for term in self.terms:
            path = place(term.code)
            yield from (fault.under(path) for fault in self._term_faults(term))
            if term.code in codes:
                yield Fault(path, "the code stands twice")
            codes.add(term.code)
            if (
                term.notation is not None
                and notations.setdefault(term.notation, term.code) != term.code
            ):
                yield Fault(
                    f"{path}.notation",
                    f"{term.notation!r} is also that of {place(notations[term.notation])}",
                )
        for term in self.terms:
            for target in (*term.broader, *filter(None, [term.replaced_by])):
                if target not in codes:
                    yield Fault(
                        f"{place(term.code)}.broader",
                        f"{target!r} is no term of {place(self.scheme)}",
                    )
        yield from circles({term.code: term.broader for term in self.terms})

    def _term_faults(self, term: Term) -> Iterator[Fault]:
        if not is_code(term.code):
            yield Fault("code", "expected scheme:name")
        elif term.scheme != self.scheme:
            yield Fault("code", f"expected a code of {self.scheme!r}")
        if not term.label.strip():
            yield Fault("label", "expected some text, got none")
        if term.status not in get_args(Status):
            yield Fault(
                "status", f"expected one of {', '.join(get_args(Status))}, got {term.status!r}"
            )
        yield from unclean(term)
        for index, rating in enumerate(term.ratings):
            where = f"ratings[{index}]"
            yield from (fault.under(where) for fault in unclean(rating))
            yield from (Fault(where, message) for message in _unsound(rating))
        for index, facet in enumerate(term.facets):
            yield from (Fault(f"facets[{index}]", message) for _, message in unclean(facet))

    @cached_property
    def _by_code(self) -> dict[str, Term]:
        return {term.code: term for term in self.terms}

    @cached_property
    def _by_notation(self) -> dict[str, Term]:
        return {term.notation: term for term in self.terms if term.notation is not None}

    @cached_property
    def _by_label(self) -> Mapping[str, Term | tuple[Term, ...]]:
        return grouped(fold_all([term.label for term in self.terms]), self.terms)

    @cached_property
    def _by_synonym(self) -> Mapping[str, Term | tuple[Term, ...]]:
        owners = [term for term in self.terms for _ in term.synonyms]
        return grouped(fold_all([name for term in self.terms for name in term.synonyms]), owners)

    @cached_property
    def _narrower(self) -> dict[str, tuple[Code, ...]]:
        narrower: dict[str, list[Code]] = {}
        for term in self.terms:
            for parent in term.broader:
                below = narrower.setdefault(parent, [])
                if term.code not in below[-1:]:
                    below.append(term.code)
        return {parent: tuple(children) for parent, children in narrower.items()}

    @cached_property
    def _above(self) -> dict[str, tuple[Code, ...]]:
        return {}  # what `ancestors` found so far

    def __getitem__(self, code: str) -> Term:
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def get(self, name: str) -> Term | None:
        """Return the term of a code or of a published number, None where there is none.

        Args:
            name: the code, or what stands behind its colon: the name or the notation.
        """
        bare = name.partition(":")[2] or name
        return self._by_code.get(f"{self.scheme}:{bare}") or self._by_notation.get(bare)

    def labeled(self, name: str) -> tuple[Term, ...]:
        """Return the terms with this label, whatever its case, accents and punctuation."""
        return _all(self._by_label.get(fold(name), ()))

    def called(self, name: str) -> tuple[Term, ...]:
        """Return the terms with this synonym, whatever its case, accents and punctuation."""
        return _all(self._by_synonym.get(fold(name), ()))

    def narrower(self, code: str) -> tuple[Code, ...]:
        """Return the codes right below a code, in the publisher's order."""
        return self._narrower.get(code, ())

    def expand(self, code: str) -> tuple[Code, ...]:
        """Return a code and everything narrower, breadth first.

        Raises:
            KeyError: the code is none of this taxonomy.
        """
        found = dict.fromkeys([self._by_code[code].code])
        level: tuple[Code, ...] = tuple(found)
        while level:
            # A child of several on this level stands once, or each level could double the next.
            below = dict.fromkeys(child for parent in level for child in self.narrower(parent))
            level = tuple(child for child in below if child not in found)
            found.update(dict.fromkeys(level))
        return tuple(found)

    def ancestors(self, code: str) -> tuple[Code, ...]:
        """Return everything broader than a code, nearest first.

        Raises:
            KeyError: the code is none of this taxonomy.
        """
        known = self._above
        if (found := known.get(code)) is not None:
            return found
        level = self._by_code[code].broader
        if len(level) == 1 and (above := known.get(level[0])) is not None:
            found = (level[0], *above)
        else:
            found = self._upward(level)
        if len(found) <= _REMEMBERED:
            known[code] = found
        return found

    def _upward(self, level: tuple[Code, ...]) -> tuple[Code, ...]:
        found: dict[Code, None] = {}
        while level:
            found.update(dict.fromkeys(level))
            above = dict.fromkeys(up for child in level for up in self._by_code[child].broader)
            level = tuple(parent for parent in above if parent not in found)
        return tuple(found)


def _unsound(rating: TermRating) -> list[str]:
    """Return what is wrong with the numbers of a rating."""
    numbers = rating.value, rating.scale_min, rating.scale_max
    if any(number is not None and not abs(number) < _TOO_LARGE for number in numbers):
        return ["expected numbers, got NaN, infinity or one too large"]
    low = rating.value if rating.scale_min is None else rating.scale_min
    high = rating.value if rating.scale_max is None else rating.scale_max
    wrong = []
    if not low <= rating.value <= high:
        wrong.append(f"{rating.value:g} is outside its scale, {low:g} to {high:g}")
    if rating.n is not None and rating.n < 1:
        wrong.append(f"expected n of 1 or more, got {rating.n}")
    return wrong


def grouped(names: Sequence[str], terms: Sequence[Term]) -> Mapping[str, Term | tuple[Term, ...]]:
    """Return the term of each name but the empty one, or its terms in order, where they are several."""
    found: dict[str, Term | tuple[Term, ...]] = dict(zip(names, terms, strict=True))
    if len(found) < len(names):
        several: dict[str, dict[Code, Term]] = {}
        for name, term in zip(names, terms, strict=True):
            several.setdefault(name, {})[term.code] = term
        found = {name: tuple(own.values()) for name, own in several.items()}
    found.pop("", None)
    return found


def _all(found: Term | tuple[Term, ...]) -> tuple[Term, ...]:
    return found if isinstance(found, tuple) else (found,)
