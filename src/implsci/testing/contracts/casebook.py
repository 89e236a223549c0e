"""The contract of casebooks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from implsci.casebook import Casebook, exposed, load
from implsci.codec import decode_document
from implsci.hooks import CasebookSource
from implsci.plugins import Registry
from implsci.testing.contracts._collections import CollectionContract
from implsci.testing.contracts._shared import hold

__all__ = ["CasebookContract"]


def __dir__() -> list[str]:
    return __all__


class CasebookContract(CollectionContract):
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
    _class = Casebook
    _source = CasebookSource
    _records = "records"
    _load = staticmethod(load)
    _lanes = (decode_document,)

    @classmethod
    def _sources(cls, registry: Registry) -> Iterable[CasebookSource]:
        return registry.casebooks()

    def test_there_is_a_casebook_with_records(self) -> None:
        """All of it can be read, and it is not empty."""
        self._hold_filled()

    def test_nobody_is_exposed(self) -> None:
        """It holds no name or contact, and no quote but those with consent to publication."""
        hold(
            "words, names or contacts of people",
            (place for book in self._all() for place in exposed(book, quotes="consented")),
        )

    def test_provenance_is_present(self) -> None:
        """Every record says where its facts were taken from: by provenance or by its citation."""
        self._hold_sourced(
            lambda record: record.provenance or getattr(record, "citation", None) is not None
        )
