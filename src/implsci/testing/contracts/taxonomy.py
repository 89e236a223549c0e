"""The contract of taxonomies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, ClassVar, Final

from attrs import evolve

from implsci.codes import split
from implsci.errors import InvalidTableError
from implsci.names import fold
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy, Term
from implsci.testing.contracts._shared import PublishedContract, hold, unread

__all__ = ["TaxonomyContract"]


def __dir__() -> list[str]:
    return __all__


_is_slug: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch


class TaxonomyContract(PublishedContract):
    """What every taxonomy keeps to. Subclass it, set `taxonomy` or `plugin`, and run pytest.

    Attributes:
        taxonomy: a `Taxonomy` or several, or better a function that builds them.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        released: codes of earlier releases; none of them may be missing.

    Examples:
        >>> from implsci.taxonomies import proctor
        >>> class TestProctor(TaxonomyContract):
        ...     taxonomy = proctor.taxonomy
        ...     released = ("proctor:adoption", "proctor:fidelity")
    """

    taxonomy: ClassVar[
        Taxonomy | Sequence[Taxonomy] | Callable[[], Taxonomy | Sequence[Taxonomy]] | None
    ] = None
    released: ClassVar[Iterable[str]] = ()

    _subject = "taxonomy"
    _class = Taxonomy
    _noun = "taxonomy"
    _name = "scheme"

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return registry.taxonomies()

    @classmethod
    def _terms(cls) -> Iterator[Term]:
        for taxonomy in cls._all():
            yield from taxonomy

    def test_there_is_a_taxonomy_with_terms(self) -> None:
        """The tables can be read, hold to the rules of their classes, and are not empty."""
        hold("no terms", (taxonomy.scheme for taxonomy in self._there() if not len(taxonomy)))

    def test_its_rules_hold(self) -> None:
        """What was read from a compiled table keeps the rules of its classes too."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            try:
                evolve(taxonomy)
            except InvalidTableError as error:
                yield from map(str, error.faults)

        hold("rules", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_definitions_are_given(self) -> None:
        """Every term says what it means."""
        hold(
            "terms without definition",
            (term.code for term in self._terms() if not term.definition.strip()),
        )

    def test_definitions_are_distinct(self) -> None:
        """No two terms of a taxonomy share a definition."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            first: dict[str, Term] = {}
            for term in taxonomy:
                if not term.definition.strip():
                    continue
                same = first.setdefault(fold(term.definition) or term.definition, term)
                if same is not term:
                    yield f"{term.code} is defined like {same.code}"

        hold("definitions", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_definitions_say_more_than_labels(self) -> None:
        """A definition is no name of the term itself."""
        hold(
            "definitions that only repeat the name",
            (
                term.code
                for term in self._terms()
                if term.definition.strip()
                and fold(term.definition) in {fold(name) for name in term.names}
            ),
        )

    def test_labels_are_unique_among_siblings(self) -> None:
        """Terms under one parent can be told apart by their labels."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            first: dict[tuple[str, str], Term] = {}
            for term in taxonomy:
                for parent in term.broader or ("",):
                    key = (parent, fold(term.label) or term.label)
                    same = first.setdefault(key, term)
                    if same is not term:
                        place = f"under {parent}" if parent else "at the top"
                        yield f"{term.code} and {same.code} {place} are both {term.label!r}"

        hold("labels", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_synonyms_do_not_clash(self) -> None:
        """A synonym names one term, and adds something to its label."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            owner = {fold(term.label): term for term in taxonomy}
            for term in taxonomy:
                own = Counter(name.casefold() for name in term.names)
                for synonym in term.synonyms:
                    # Spelling variants of one name are welcome, the very same name is not.
                    if own[synonym.casefold()] > 1:
                        yield f"{synonym!r} of {term.code} is a name of it already"
                    same = owner.setdefault(fold(synonym), term)
                    if same is not term:
                        yield f"{synonym!r} of {term.code} is also a name of {same.code}"

        hold("synonyms", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_codes_are_made_to_last(self) -> None:
        """A code is a slug, or the number people know the term by."""
        hold(
            "codes that are neither a lower-case slug nor the published number",
            (
                term.code
                for term in self._terms()
                if _is_slug(split(term.code)[1]) is None and split(term.code)[1] != term.notation
            ),
        )

    def test_released_codes_are_still_there(self) -> None:
        """A released code never goes; what is withdrawn keeps its row and names its successor."""
        present = {term.code for term in self._terms()}
        hold(
            "released codes that are gone (keep the row, fill in replaced_by)",
            (code for code in self.released if code not in present),
        )

    def test_withdrawn_terms_lead_to_one_that_stands(self) -> None:
        """Whoever follows `replaced_by` arrives at a term that is not withdrawn itself."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            for term in taxonomy:
                seen = {term.code}
                after = term
                while after.replaced_by is not None:
                    if after.replaced_by in seen:
                        yield f"{term.code} leads back to {after.replaced_by}"
                        break
                    seen.add(after.replaced_by)
                    after = taxonomy[after.replaced_by]

        hold(
            "replaced_by that never ends",
            (text for taxonomy in self._all() for text in wrong(taxonomy)),
        )

    def test_notations_find_their_own_term(self) -> None:
        """A published number leads to the term that bears it, and to no other."""
        hold(
            "published numbers that are the code of another term",
            (
                f"{term.notation!r} of {term.code} finds {found.code}"
                for taxonomy in self._all()
                for term in taxonomy
                if term.notation is not None
                and (found := taxonomy.get(term.notation)) is not None
                and found is not term
            ),
        )

    def test_sources_are_given(self) -> None:
        """Every term says where it is published."""
        hold(
            "terms without source",
            (term.code for term in self._terms() if not (term.source or "").strip()),
        )

    def test_provisional_terms_say_so(self) -> None:
        """What nobody has read in its source is marked provisional."""
        hold(
            "terms whose source was not read, yet whose status is not provisional",
            (
                f"{term.code} ({term.source})"
                for term in self._terms()
                if term.status != "provisional" and unread(term.source)
            ),
        )

    def test_text_is_clean(self) -> None:
        """Names stand on one line, without blanks around them or control characters inside."""
        hold(
            "names with blanks around them, line breaks or control characters",
            (
                f"{name!r} of {term.code}"
                for term in self._terms()
                for name in term.names
                if name != " ".join(name.split()) or not name.isprintable()
            ),
        )

    def test_building_it_twice_gives_the_same(self) -> None:
        """Terms, and their order, do not change from one run to the next."""
        self._twice(self._name, "taxonomies that came out different the second time")
