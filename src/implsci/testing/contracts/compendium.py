"""The contract of compendia."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from attrs import evolve

from implsci.codec import decode, decode_carefully, encode
from implsci.compendium import Compendium, load
from implsci.hooks import CompendiumSource
from implsci.model import Study
from implsci.plugins import Registry
from implsci.testing.contracts._shared import (
    Contract,
    attribute,
    citation_faults,
    fail,
    hold,
    license_faults,
    one_line,
)

__all__ = ["CompendiumContract"]


def __dir__() -> list[str]:
    return __all__


class CompendiumContract(Contract):
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

    _subject = "compendium"
    _noun = "compendium"

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return tuple(cls._read(source) for source in registry.compendia())

    @classmethod
    def _built(cls) -> tuple[Any, ...]:
        if cls.plugin is not None:
            return super()._built()
        value: Any = attribute(cls, "compendium")
        source: Any = value() if callable(value) else value
        return (cls._read(source),)

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
    def _studies(cls) -> Iterator[Study]:
        for compendium in cls._all():
            yield from compendium

    def test_there_is_a_compendium_with_studies(self) -> None:
        """All of it can be read, and it is not empty."""
        hold("no studies", (str(item.name) for item in self._there() if not len(item)))

    def test_a_citation_is_present(self) -> None:
        """A compendium that a plugin brings says how to cite it; a bare file cannot."""
        hold("citation", citation_faults(filter(_told, self._all()), "name"))

    def test_the_license_is_stated(self) -> None:
        """A compendium that a plugin brings says what may be done with it; a bare file cannot."""
        hold("license", license_faults(filter(_told, self._all()), "name"))

    def test_every_record_checks_without_error(self) -> None:
        """`Compendium.check` finds no error, and no code that its taxonomy does not have."""
        known = self._known()
        hold(
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
        hold(
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

        hold("studies that changed", (text for study in self._studies() for text in wrong(study)))

    def test_provenance_is_present(self) -> None:
        """Every study says where its facts were taken from."""
        hold(
            "studies without provenance",
            (study.id for study in self._studies() if not study.provenance),
        )

    def test_reading_it_twice_gives_the_same(self) -> None:
        """Studies, and their order, do not change from one run to the next."""
        once = self._all()
        try:
            again = self._built()
        except Exception as error:  # a plugin may raise anything
            fail(f"compendia that could not be read a second time: {one_line(error)}")
        hold(
            "compendia that came out different the second time",
            (
                str(one.name)
                for one, two in zip(once, again, strict=True)
                if one.studies != two.studies
            ),
        )


def _told(compendium: Compendium) -> bool:
    """Whether somebody named this compendium, rather than just pointed to a file."""
    return compendium.title is not None
