"""Contracts: what a taxonomy, a basis or a compendium must keep to, as pytest classes to subclass.

Each check is one test method. A failure says in one line what is wrong and where.

Examples:
    >>> from implsci.taxonomies import eric
    >>> from implsci.testing import TaxonomyContract
    >>> class TestEric(TaxonomyContract):
    ...     taxonomy = eric.taxonomy
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
from attrs import evolve

from implsci.codec import decode, decode_carefully, encode
from implsci.codes import split
from implsci.compendium import Compendium, load
from implsci.errors import UnknownNameError
from implsci.hooks import CompendiumSource
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.search import fold
from implsci.taxonomy import LinkSet, Taxonomy, Term

__all__ = ["CompendiumContract", "LinkSetContract", "TaxonomyContract"]


def __dir__() -> list[str]:
    return __all__


_SHOWN = 5
_is_slug = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
# Words by which a source owns up to not having been read.
_unread = re.compile(
    r"\b(?:memory|not seen|unseen|to be checked|todo|tbd|unknown)\b", re.IGNORECASE
)


def _hold(what: str, wrong: Iterable[str]) -> None:
    """Fail with one line where anything is wrong."""
    places = list(wrong)
    if places:
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        pytest.fail(f"{what}: {'; '.join(places[:_SHOWN])}{more}", pytrace=False)


def _attribute(cls: type, name: str) -> Any:
    """Read a class attribute as it was set: a function stays a function, and gets no ``self``."""
    value = inspect.getattr_static(cls, name)
    return value.__func__ if isinstance(value, staticmethod) else value


@cache
def _plugin(plugin: object) -> Registry:
    return Registry(plugins=[plugin], strict=True)


class _Contract:
    """What the contracts share: one attribute that says what to test."""

    plugin: ClassVar[object] = None
    registry: ClassVar[Registry | None] = None

    @classmethod
    def _known(cls) -> Registry:
        return cls.registry if cls.registry is not None else default_registry()

    @classmethod
    def _once(cls, name: str) -> Any:
        """Return what the attribute holds, or what its function returned when first called."""
        key = f"_built_{name}"
        if key not in cls.__dict__:
            value = _attribute(cls, name)
            if value is None:
                pytest.fail(
                    f"{cls.__name__} tests nothing: set `{name}` or `plugin`", pytrace=False
                )
            setattr(cls, key, value() if callable(value) else value)
        return cls.__dict__[key]

    @classmethod
    def _again(cls, name: str) -> Any:
        """Return the same built a second time, from scratch."""
        if cls.plugin is not None:
            return Registry(plugins=[cls.plugin], strict=True)
        value = _attribute(cls, name)
        if value is None or not callable(value):
            pytest.skip(f"set `{name}` to a function, and it will be called twice")
        return value()


def _citation_faults(things: Iterable[Any], name: str) -> Iterator[str]:
    for thing in things:
        if not (thing.citation or "").strip():
            yield f"{getattr(thing, name)} has no citation"


def _license_faults(things: Iterable[Any], name: str) -> Iterator[str]:
    for thing in things:
        if not (thing.license or "").strip():
            yield f"{getattr(thing, name)} states no license (write 'not seen' if you saw none)"


class TaxonomyContract(_Contract):
    """What every taxonomy keeps to. Subclass it, set `taxonomy` or `plugin`, and run pytest.

    Attributes:
        taxonomy: a `Taxonomy`, or better a function that builds it.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        released: codes of earlier releases; none of them may be missing.

    Examples:
        >>> from implsci.taxonomies import proctor
        >>> class TestProctor(TaxonomyContract):
        ...     taxonomy = proctor.taxonomy
        ...     released = ("proctor:adoption", "proctor:fidelity")
    """

    taxonomy: ClassVar[Taxonomy | Callable[[], Taxonomy] | None] = None
    released: ClassVar[Iterable[str]] = ()

    @classmethod
    def _all(cls) -> tuple[Taxonomy, ...]:
        if cls.plugin is not None:
            return _plugin(cls.plugin).taxonomies()
        return (cls._once("taxonomy"),)

    def test_there_is_a_taxonomy_with_terms(self) -> None:
        """Something is there to be tested."""
        found = self._all()
        assert found, f"the plugin {self.plugin!r} brings no taxonomy"
        _hold("no terms", (taxonomy.scheme for taxonomy in found if not len(taxonomy)))

    def test_a_citation_is_present(self) -> None:
        """Readers can find the publication."""
        _hold("citation", _citation_faults(self._all(), "scheme"))

    def test_the_license_is_stated(self) -> None:
        """Users know what they may do with the labels."""
        _hold("license", _license_faults(self._all(), "scheme"))

    def test_definitions_are_distinct(self) -> None:
        """No two terms of a taxonomy share a definition."""

        def wrong(taxonomy: Taxonomy) -> Iterator[str]:
            first: dict[str, Term] = {}
            for term in taxonomy:
                same = first.setdefault(fold(term.definition) or term.definition, term)
                if same is not term:
                    yield f"{term.code} is defined like {same.code}"

        _hold("definitions", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_definitions_say_more_than_labels(self) -> None:
        """A definition is no name of the term itself."""
        _hold(
            "definitions that only repeat the name",
            (
                term.code
                for taxonomy in self._all()
                for term in taxonomy
                if fold(term.definition) in {fold(name) for name in term.names}
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

        _hold("labels", (text for taxonomy in self._all() for text in wrong(taxonomy)))

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

        _hold("synonyms", (text for taxonomy in self._all() for text in wrong(taxonomy)))

    def test_codes_are_made_to_last(self) -> None:
        """A code is a slug, or the number people know the term by."""
        _hold(
            "codes that are neither a lower-case slug nor the published number",
            (
                term.code
                for taxonomy in self._all()
                for term in taxonomy
                if _is_slug(split(term.code)[1]) is None and split(term.code)[1] != term.notation
            ),
        )

    def test_released_codes_are_still_there(self) -> None:
        """A released code never goes; what is withdrawn keeps its row and names its successor."""
        present = {term.code for taxonomy in self._all() for term in taxonomy}
        _hold(
            "released codes that are gone (keep the row, fill in replaced_by)",
            (code for code in self.released if code not in present),
        )

    def test_notations_find_their_own_term(self) -> None:
        """A published number leads to the term that bears it, and to no other."""
        _hold(
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
        _hold(
            "terms without source",
            (
                term.code
                for taxonomy in self._all()
                for term in taxonomy
                if not (term.source or "").strip()
            ),
        )

    def test_provisional_terms_say_so(self) -> None:
        """What nobody has read in its source is marked provisional."""
        _hold(
            "terms whose source was not read, yet whose status is not provisional",
            (
                f"{term.code} ({term.source})"
                for taxonomy in self._all()
                for term in taxonomy
                if term.status != "provisional"
                and term.source
                and all(_unread.search(part) for part in term.source.split(";"))
            ),
        )

    def test_text_is_clean(self) -> None:
        """Names stand on one line, without blanks around them or control characters inside."""
        _hold(
            "names with blanks around them, line breaks or control characters",
            (
                f"{name!r} of {term.code}"
                for taxonomy in self._all()
                for term in taxonomy
                for name in term.names
                if name != " ".join(name.split()) or not name.isprintable()
            ),
        )

    def test_building_it_twice_gives_the_same(self) -> None:
        """Terms, and their order, do not change from one run to the next."""
        again = self._again("taxonomy")
        second = again.taxonomies() if isinstance(again, Registry) else (again,)
        _hold(
            "taxonomies that came out different the second time",
            (one.scheme for one, two in zip(self._all(), second, strict=True) if one != two),
        )


class LinkSetContract(_Contract):
    """What every basis for matching keeps to. Subclass it, set `links` or `plugin`, and run pytest.

    Attributes:
        links: a `LinkSet`, or better a function that builds it.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        registry: where its codes are looked up; the default registry where None.

    Examples:
        >>> from implsci.taxonomies import waltz
        >>> class TestWaltz(LinkSetContract):
        ...     links = waltz.links
    """

    links: ClassVar[LinkSet | Callable[[], LinkSet] | None] = None

    @classmethod
    def _all(cls) -> tuple[LinkSet, ...]:
        if cls.plugin is not None:
            return _plugin(cls.plugin).bases()
        return (cls._once("links"),)

    def test_there_is_a_basis_with_links(self) -> None:
        """Something is there to be tested."""
        found = self._all()
        assert found, f"the plugin {self.plugin!r} brings no links"
        _hold("no links", (basis.basis for basis in found if not basis.links))

    def test_a_citation_is_present(self) -> None:
        """Readers can find the publication."""
        _hold("citation", _citation_faults(self._all(), "basis"))

    def test_the_license_is_stated(self) -> None:
        """Users know what they may do with the numbers."""
        _hold("license", _license_faults(self._all(), "basis"))

    def test_codes_exist(self) -> None:
        """Every source and target is a term of an installed taxonomy."""
        known = self._known()

        def missing(code: str) -> bool:
            try:
                return known.term(code).code != code
            except UnknownNameError:
                return True

        _hold(
            "codes that no installed taxonomy has",
            (
                code
                for basis in self._all()
                for code in dict.fromkeys(
                    (
                        *basis.sources,
                        *basis.targets,
                        *(count.source for count in basis.level_counts),
                    )
                )
                if missing(code)
            ),
        )

    def test_every_link_says_something(self) -> None:
        """A pair of which nothing is known is left out: absent means unknown."""
        _hold(
            "links that hold no count, level or status",
            (
                f"{link.source} -> {link.target}"
                for basis in self._all()
                for link in basis.links
                if link.k is None and link.level is None and link.status is None
            ),
        )

    def test_percents_can_be_derived(self) -> None:
        """Where a number of respondents is given, so is how many of them endorsed the pair."""
        _hold(
            "links with n and without k",
            (
                f"{link.source} -> {link.target}"
                for basis in self._all()
                for link in basis.links
                if link.n is not None and link.percent is None
            ),
        )

    def test_levels_agree_with_percents(self) -> None:
        """Level 1 is half or more of the respondents, level 2 a fifth or more, and less is none."""

        def wrong(basis: LinkSet) -> Iterator[str]:
            for link in basis.links:
                if link.k is None or link.n is None:
                    continue
                due = 1 if 2 * link.k >= link.n else 2 if 5 * link.k >= link.n else None
                if link.level != due:
                    yield (
                        f"{link.source} -> {link.target}: {link.k} of {link.n} is level {due}, "
                        f"not {link.level}"
                    )

        _hold(
            "levels",
            (text for basis in self._all() if basis.kind == "endorsement" for text in wrong(basis)),
        )

    def test_levels_keep_to_the_published_counts(self) -> None:
        """No more targets are known at a level than the publisher counts there."""

        def wrong(basis: LinkSet) -> Iterator[str]:
            known = Counter((link.source, link.level) for link in basis.links)
            for count in basis.level_counts:
                told = {1: count.level1, 2: count.level2}
                for level, most in told.items():
                    if known[count.source, level] > most:  # type: ignore[index]
                        yield (
                            f"{count.source} has {known[count.source, level]} targets at level "  # type: ignore[index]
                            f"{level}, and its publisher counts {most}"
                        )
                either = sum(known[count.source, level] for level in (1, 2, "1-2"))
                if either > sum(told.values()):
                    yield (
                        f"{count.source} has {either} targets at level 1 or 2, and its publisher "
                        f"counts {sum(told.values())}"
                    )

        _hold("counts", (text for basis in self._all() for text in wrong(basis)))

    def test_building_it_twice_gives_the_same(self) -> None:
        """Links, and their order, do not change from one run to the next."""
        again = self._again("links")
        second = again.bases() if isinstance(again, Registry) else (again,)
        _hold(
            "bases that came out different the second time",
            (one.basis for one, two in zip(self._all(), second, strict=True) if one != two),
        )


class CompendiumContract(_Contract):
    """What every compendium keeps to. Subclass it, set `compendium` or `plugin`, and run pytest.

    Attributes:
        compendium: a file, a folder, a name that a plugin brings, a `CompendiumSource`, a
            `Compendium`, or a function that returns one of these.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        registry: where its codes are looked up; the default registry where None.

    Examples:
        >>> class TestExamples(CompendiumContract):
        ...     compendium = "implsci-examples"
    """

    compendium: ClassVar[
        Compendium
        | CompendiumSource
        | Path
        | str
        | Callable[[], Compendium | CompendiumSource | Path | str]
        | None
    ] = None

    @classmethod
    def _sources(cls) -> tuple[Compendium | CompendiumSource | Path | str, ...]:
        if cls.plugin is not None:
            return _plugin(cls.plugin).compendia()
        return (cls._once("compendium"),)

    @classmethod
    def _fresh_sources(cls) -> tuple[Compendium | CompendiumSource | Path | str, ...]:
        value = _attribute(cls, "compendium")
        if cls.plugin is None and not callable(value):
            return (value,)  # a file is read again; a `Compendium` can only be compared with itself
        again = cls._again("compendium")
        return again.compendia() if isinstance(again, Registry) else (again,)

    @classmethod
    def _read(cls, source: Compendium | CompendiumSource | Path | str) -> Compendium:
        if isinstance(source, Compendium):
            return source
        if isinstance(source, CompendiumSource):
            return evolve(
                load(source.path, registry=cls._known()),
                name=source.name,
                title=source.title,
                license=source.license,
                citation=source.citation,
            )
        return load(source, registry=cls._known())

    @classmethod
    def _all(cls) -> tuple[Compendium, ...]:
        if "_read_once" not in cls.__dict__:
            cls._read_once = tuple(cls._read(source) for source in cls._sources())
        return cls._read_once

    _read_once: ClassVar[tuple[Compendium, ...]]

    @classmethod
    def _studies(cls) -> Iterator[Study]:
        for compendium in cls._all():
            yield from compendium

    def test_there_is_a_compendium_with_studies(self) -> None:
        """Something is there to be tested, and all of it can be read."""
        found = self._all()
        assert found, f"the plugin {self.plugin!r} brings no compendium"
        _hold("no studies", (str(compendium.name) for compendium in found if not len(compendium)))

    def test_a_citation_is_present(self) -> None:
        """A compendium that a plugin brings says how to cite it; a bare file cannot."""
        _hold("citation", _citation_faults(filter(_told, self._all()), "name"))

    def test_the_license_is_stated(self) -> None:
        """A compendium that a plugin brings says what may be done with it; a bare file cannot."""
        _hold("license", _license_faults(filter(_told, self._all()), "name"))

    def test_every_record_checks_without_error(self) -> None:
        """`Compendium.check` finds no error, and no code that its taxonomy does not have."""
        known = self._known()
        _hold(
            "problems",
            (
                str(problem)
                for compendium in self._all()
                for problem in compendium.check(known)
                if problem.severity != "info"
            ),
        )

    def test_ids_are_unique(self) -> None:
        """No two studies of a compendium share an id."""
        _hold(
            "ids that stand more than once",
            (
                f"{identifier} ({times} times)"
                for compendium in self._all()
                for identifier, times in Counter(study.id for study in compendium).items()
                if times > 1
            ),
        )

    def test_the_round_trip_is_identical(self) -> None:
        """Written and read again in either lane, every study is the same."""

        def wrong(study: Study) -> Iterator[str]:
            data = encode(study)
            for lane in (decode, decode_carefully):
                again = lane(data)
                if again != study or encode(again) != data:
                    yield f"{study.id} ({lane.__name__})"

        _hold("studies that changed", (text for study in self._studies() for text in wrong(study)))

    def test_provenance_is_present(self) -> None:
        """Every study says where its facts were taken from."""
        _hold(
            "studies without provenance",
            (study.id for study in self._studies() if not study.provenance),
        )

    def test_reading_it_twice_gives_the_same(self) -> None:
        """Studies, and their order, do not change from one run to the next."""
        second = tuple(self._read(source) for source in self._fresh_sources())
        _hold(
            "compendia that came out different the second time",
            (
                str(one.name)
                for one, two in zip(self._all(), second, strict=True)
                if one.studies != two.studies
            ),
        )


def _told(compendium: Compendium) -> bool:
    """Whether somebody named this compendium, rather than just pointed to a file."""
    return compendium.title is not None
