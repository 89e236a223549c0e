"""What the contracts of casebooks and compendia share: both are records that lie in files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Final

from attrs import evolve

from implsci.codec import encode
from implsci.hooks import CasebookSource, CompendiumSource
from implsci.plugins import Registry
from implsci.testing.contracts._shared import (
    Contract,
    attribute,
    citation_faults,
    hold,
    license_faults,
)

__all__ = ["CollectionContract"]

_SAID: Final = ("name", "title", "license", "citation")


class CollectionContract(Contract):
    """What is asked of every collection of records that lies in a file or a folder."""

    _source: ClassVar[type[CasebookSource] | type[CompendiumSource]]
    """The class by which a plugin says where one lies."""
    _records: ClassVar[str]
    """What it is a collection of."""
    _load: ClassVar[Callable[..., Any]]
    """Reads one from a path or by its name."""
    _lanes: ClassVar[tuple[Callable[[bytes], Any], ...]]
    """Read one record; each must give the same."""

    @classmethod
    def _sources(cls, registry: Registry) -> Iterable[Any]:
        """Return where the collections of these plugins lie."""
        raise NotImplementedError

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return tuple(map(cls._read, cls._sources(registry)))

    @classmethod
    def _built(cls) -> tuple[Any, ...]:
        if cls.plugin is not None:
            return super()._built()
        value: Any = attribute(cls, cls._subject)
        return (cls._read(value() if callable(value) else value),)

    @classmethod
    def _read(cls, source: Any) -> Any:
        if isinstance(source, cls._class):
            return source
        if isinstance(source, cls._source):
            said = {name: getattr(source, name) for name in _SAID}
            return evolve(cls._load(source.path, registry=cls._known()), **said)
        return cls._load(source, registry=cls._known())

    @classmethod
    def _each(cls) -> Iterator[Any]:
        """Yield every record of every collection."""
        for collection in cls._all():
            yield from collection

    @classmethod
    def _told(cls) -> Iterator[Any]:
        """Yield the collections that somebody named, rather than just pointed to their file."""
        return (collection for collection in cls._all() if collection.title is not None)

    @classmethod
    def _hold_filled(cls) -> None:
        """Fail where a collection is empty."""
        hold(f"no {cls._records}", (str(item.name) for item in cls._there() if not len(item)))

    @classmethod
    def _hold_sourced(cls, is_sourced: Callable[[Any], bool]) -> None:
        """Fail where a record does not say where its facts were taken from."""
        hold(
            f"{cls._records} without provenance",
            (record.id for record in cls._each() if not is_sourced(record)),
        )

    def test_a_citation_is_present(self) -> None:
        """What a plugin brings says how to cite it; a bare file cannot."""
        hold("citation", citation_faults(self._told(), "name"))

    def test_the_license_is_stated(self) -> None:
        """What a plugin brings says what may be done with it; a bare file cannot."""
        hold("license", license_faults(self._told(), "name"))

    def test_every_record_checks_without_error(self) -> None:
        """Its own `check` finds no error, no broken reference, and no code that does not exist."""
        known = self._known()
        hold(
            "problems",
            (
                str(problem)
                for collection in self._all()
                for problem in collection.check(registry=known)
                if problem.severity != "info"
            ),
        )

    def test_the_round_trip_is_identical(self) -> None:
        """Written and read again, in every lane there is, each record is the same."""

        def wrong(record: Any) -> Iterator[str]:
            data = encode(record)
            for lane in self._lanes:
                again = lane(data)
                if again != record or encode(again) != data:
                    yield f"{record.id} ({lane.__name__})" if len(self._lanes) > 1 else record.id

        hold(
            f"{self._records} that changed",
            (text for record in self._each() for text in wrong(record)),
        )
