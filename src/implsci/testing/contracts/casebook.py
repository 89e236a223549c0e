"""The contract of casebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

from implsci.casebook import Casebook, exposed, load
from implsci.codec import decode_document, encode
from implsci.hooks import CasebookSource
from implsci.plugins import Registry
from implsci.testing.contracts._shared import (
    Contract,
    attribute,
    citation_faults,
    hold,
    license_faults,
)

__all__ = ["CasebookContract"]


def __dir__() -> list[str]:
    return __all__


class CasebookContract(Contract):
    """What every casebook keeps to. Subclass it, set `casebook` or `plugin`, and run pytest.

    Attributes:
        casebook: a file, a folder, a name that a plugin brings, a `CasebookSource`, a `Casebook`, or
            a function that returns one of these.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        registry: where its codes are looked up; the default registry where None.

    Examples:
        >>> class TestKnowledge(CasebookContract):
        ...     casebook = "implsci-knowledge"
    """

    casebook: ClassVar[
        Casebook
        | CasebookSource
        | Path
        | str
        | Callable[[], Casebook | CasebookSource | Path | str]
        | None
    ] = None

    _subject = "casebook"
    _noun = "casebook"

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return tuple(cls._read(source) for source in registry.casebooks())

    @classmethod
    def _built(cls) -> tuple[Any, ...]:
        if cls.plugin is not None:
            return super()._built()
        value: Any = attribute(cls, "casebook")
        source: Any = value() if callable(value) else value
        return (cls._read(source),)

    @classmethod
    def _read(cls, source: Casebook | CasebookSource | Path | str) -> Casebook:
        if isinstance(source, Casebook):
            return source
        if isinstance(source, CasebookSource):
            return Casebook(
                records=load(source.path).records,
                name=source.name,
                title=source.title,
                license=source.license,
                citation=source.citation,
            )
        return load(source, registry=cls._known())

    def test_there_is_a_casebook_with_records(self) -> None:
        """All of it can be read, and it is not empty."""
        hold("no records", (str(item.name) for item in self._there() if not len(item)))

    def test_a_citation_is_present(self) -> None:
        """A casebook that a plugin brings says how to cite it; a bare file cannot."""
        hold("citation", citation_faults(filter(_told, self._all()), "name"))

    def test_the_license_is_stated(self) -> None:
        """A casebook that a plugin brings says what may be done with it; a bare file cannot."""
        hold("license", license_faults(filter(_told, self._all()), "name"))

    def test_every_record_checks_without_error(self) -> None:
        """`Casebook.check` finds no error, no broken reference, and no code that does not exist."""
        known = self._known()
        hold(
            "problems",
            (
                str(problem)
                for book in self._all()
                for problem in book.check(registry=known)
                if problem.severity != "info"
            ),
        )

    def test_nobody_is_exposed(self) -> None:
        """It holds no name or contact, and no quote but those with consent to publication."""
        hold(
            "words, names or contacts of people",
            (place for book in self._all() for place in exposed(book, quotes="consented")),
        )

    def test_the_round_trip_is_identical(self) -> None:
        """Written and read again, every record is the same."""

        def changed() -> Iterator[str]:
            for book in self._all():
                for record in book:
                    data = encode(record)
                    if decode_document(data) != record or encode(decode_document(data)) != data:
                        yield record.id

        hold("records that changed", changed())

    def test_provenance_is_present(self) -> None:
        """Every record says where its facts were taken from: by provenance or by its citation."""
        hold(
            "records without provenance",
            (
                record.id
                for book in self._all()
                for record in book
                if not record.provenance and getattr(record, "citation", None) is None
            ),
        )


def _told(book: Casebook) -> bool:
    """Whether somebody named this casebook, rather than just pointed to a file."""
    return book.title is not None
