"""The columnar store: Parquet tables beside the records, everything kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.compendium import load_store
from implsci.compendium.ingest import STORE, save_store
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.store import MANIFEST

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield the studies of a store.

    Raises:
        FormatError: it is broken, or was written by a newer release.
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: there is no store.
    """
    stored = load_store(path.parent if path.name == MANIFEST else path)
    ledger.name, ledger.title = stored.name, stored.title
    ledger.license, ledger.citation = stored.license, stored.citation
    yield from stored


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write studies as a store; the old one stands there until the new one is whole.

    Raises:
        MissingExtraError: pyarrow is not installed.
        UnreadableFileError: it cannot be written, or the folder holds something else.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya.store"), Ledger())
        ...     implsci.load(f"{folder}/kenya.store").studies == kenya.studies
        True
    """
    save_store(studies, path)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the columnar store."""
    return [
        Format(
            name="store",
            title="Columnar store, a folder of Parquet tables",
            extensions=(STORE, MANIFEST),
            read=read,
            write=write,
            lossless=True,
        )
    ]
