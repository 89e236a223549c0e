"""The contract of compendia."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from implsci.codec import decode, decode_carefully
from implsci.compendium import Compendium, load
from implsci.hooks import CompendiumSource
from implsci.plugins import Registry
from implsci.testing.contracts._collections import CollectionContract
from implsci.testing.contracts._shared import fail, hold, one_line

__all__ = ["CompendiumContract"]


def __dir__() -> list[str]:
    return __all__


class CompendiumContract(CollectionContract):
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
    _class = Compendium
    _source = CompendiumSource
    _records = "studies"
    _load = staticmethod(load)
    _lanes = (decode, decode_carefully)

    @classmethod
    def _sources(cls, registry: Registry) -> Iterable[CompendiumSource]:
        return registry.compendia()

    def test_there_is_a_compendium_with_studies(self) -> None:
        """All of it can be read, and it is not empty."""
        self._hold_filled()

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

    def test_provenance_is_present(self) -> None:
        """Every study says where its facts were taken from."""
        self._hold_sourced(lambda study: study.provenance)

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
